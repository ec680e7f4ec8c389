/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/kernels/stem-kernel.hpp"

#include "model/kernels/avx512.hpp"

namespace acini
{

namespace
{

constexpr int kChannels = 3, kPadding = 3, kVectors = kStemOutputs / kLanes;

inline std::int64_t
get_row_length (const StemTask &task)
{
  /* The last result may begin a pixel beyond the edge, and its last pair is half a number more. */
  return (task.width + 2 * kPadding + 2) * kChannels + kLanes;
}

/* A row of pixels as whole numbers, with zeros around; beyond the image nothing else. */
inline void
round_row (const StemTask &task, const float *pixels, std::int16_t *row)
{
  const std::int64_t n = pixels ? task.width * kChannels : 0, length = get_row_length (task);
  const Vector factor = _mm512_set1_ps (task.size > 0 ? kStemWhole / task.size : 0);

  std::memset (row, 0, length * sizeof *row);
  for (std::int64_t i = 0; i < n; i += kLanes)
    {
      const __mmask16 inside = n - i < kLanes ? (1u << (n - i)) - 1 : 0xffff;
      const Vector value = _mm512_mul_ps (_mm512_maskz_loadu_ps (inside, pixels + i), factor);

      _mm256_mask_storeu_epi16 (row + kPadding * kChannels + i, inside,
                                _mm512_cvtsepi32_epi16 (_mm512_cvtps_epi32 (value)));
    }
}

/* @n neighbouring results, of pixels in the seven @rows. */
template <int n>
inline void
convolve (const StemTask &task, const std::int16_t *rows, std::int64_t length, std::uint16_t *result)
{
  const std::int16_t *weight = task.weight;
  WholeVector sum[n][kVectors] = {};

  for (int row = 0; row < kStemSide; row++, rows += length)
    for (int k = 0; k < kStemPairs; k++, weight += 2 * kStemOutputs)
      add_products<n, kVectors> (rows + 2 * k, 2 * kChannels, weight, sum);
#pragma GCC unroll 32
  for (int i = 0; i < n; i++)
#pragma GCC unroll 4
    for (int j = 0; j < kVectors; j++)
      {
        const Vector unit
            = _mm512_mul_ps (_mm512_loadu_ps (task.units + j * kLanes), _mm512_set1_ps (task.size / kStemWhole));
        const Vector value
            = _mm512_fmadd_ps (_mm512_cvtepi32_ps ((__m512i)sum[i][j]), unit, _mm512_loadu_ps (task.bias + j * kLanes));

        store (result + i * kStemOutputs + j * kLanes, _mm512_max_ps (value, _mm512_setzero_ps ()));
      }
}

} // namespace

std::int64_t
stem_space (const StemTask &task)
{
  return kStemSide * get_row_length (task) * sizeof (std::int16_t);
}

void
stem_run (const StemTask &task, std::int64_t begin, std::int64_t end, void *space)
{
  constexpr int kTogether = 7;
  const std::int64_t down = (task.height + 1) / 2, across = (task.width + 1) / 2, length = get_row_length (task);
  std::int16_t *rows = static_cast<std::int16_t *> (space);

  for (std::int64_t at = begin; at < end; at++)
    {
      const std::int64_t image = at / down, y0 = at % down * 2 - kPadding;
      std::uint16_t *result = task.result + at * across * kStemOutputs;
      std::int64_t x = 0;

      for (int i = 0; i < kStemSide; i++)
        {
          const bool inside = y0 + i >= 0 && y0 + i < task.height;

          round_row (task, inside ? task.image + (image * task.height + y0 + i) * task.width * kChannels : nullptr,
                     rows + i * length);
        }
      for (; x + kTogether <= across; x += kTogether)
        convolve<kTogether> (task, rows + x * 2 * kChannels, length, result + x * kStemOutputs);
      for (; x < across; x++)
        convolve<1> (task, rows + x * 2 * kChannels, length, result + x * kStemOutputs);
    }
}

} // namespace acini
