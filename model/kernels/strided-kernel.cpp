/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/kernels/strided-kernel.hpp"

#include "model/kernels/avx512.hpp"

namespace acini
{

namespace
{

constexpr int kVectors = kStridedWide / kLanes;

inline std::int64_t
get_depth (const StridedTask &task)
{
  return (task.side * task.channels + 1) / 2 * 2;
}

/* @kRows neighbouring results of 32 channels.  @map: what is under the first one */
template <int kRows>
inline void
convolve_block (const StridedTask &task, const std::int16_t *map, std::int64_t channel, float *result)
{
  const std::int64_t depth = get_depth (task), step = task.stride * task.channels;
  const std::int16_t *weight = task.weight + channel * task.side * depth;
  Vector unit[kVectors];

#pragma GCC unroll 4
  for (int j = 0; j < kVectors; j++)
    {
      unit[j] = _mm512_mul_ps (_mm512_loadu_ps (task.units + channel + j * kLanes), _mm512_set1_ps (task.scale));
      for (int i = 0; i < kRows; i++)
        _mm512_storeu_ps (result + i * task.outputs + j * kLanes, _mm512_loadu_ps (task.bias + channel + j * kLanes));
    }
  for (std::int64_t y = 0; y < task.side; y++, map += task.map_width * task.channels)
    for (std::int64_t first = 0; first < depth; first += kStridedDepth)
      {
        const std::int64_t end = first + kStridedDepth < depth ? first + kStridedDepth : depth;
        WholeVector sum[kRows][kVectors] = {};

        for (std::int64_t k = first; k < end; k += 2, weight += 2 * kStridedWide)
          add_products<kRows, kVectors> (map + k, step, weight, sum);
#pragma GCC unroll 8
        for (int i = 0; i < kRows; i++)
#pragma GCC unroll 4
          for (int j = 0; j < kVectors; j++)
            {
              float *to = result + i * task.outputs + j * kLanes;

              _mm512_storeu_ps (
                  to, _mm512_fmadd_ps (_mm512_cvtepi32_ps ((__m512i)sum[i][j]), unit[j], _mm512_loadu_ps (to)));
            }
      }
}

/* @n results, kRows at a time as long as there are so many, then fewer. */
template <int kRows>
inline void
convolve_row (const StridedTask &task, const std::int16_t *map, std::int64_t n, std::int64_t channel, float *result)
{
  for (; n >= kRows; n -= kRows, map += kRows * task.stride * task.channels, result += kRows * task.outputs)
    convolve_block<kRows> (task, map, channel, result);
  if constexpr (kRows > 1)
    if (n > 0)
      convolve_row<kRows / 2> (task, map, n, channel, result);
}

} // namespace

void
strided_round (const float *from, std::int64_t n, float factor, std::int16_t *to)
{
  const Vector vfactor = _mm512_set1_ps (factor);

  for (std::int64_t i = 0; i < n; i += kLanes)
    {
      const __mmask16 inside = n - i < kLanes ? (1u << (n - i)) - 1 : 0xffff;
      const Vector value = _mm512_mul_ps (_mm512_maskz_loadu_ps (inside, from + i), vfactor);

      _mm256_mask_storeu_epi16 (to + i, inside, _mm512_cvtsepi32_epi16 (_mm512_cvtps_epi32 (value)));
    }
}

void
strided_run (const StridedTask &task, std::int64_t begin, std::int64_t end)
{
  for (std::int64_t row = begin; row < end; row++)
    {
      const std::int64_t image = row / task.height, y = row % task.height;
      const std::int16_t *map = task.map + (image * task.map_height + y * task.stride) * task.map_width * task.channels;

      for (std::int64_t channel = 0; channel < task.outputs; channel += kStridedWide)
        convolve_row<8> (task, map, task.width, channel, task.result + row * task.width * task.outputs + channel);
    }
}

} // namespace acini
