/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/kernels/narrow-kernel.hpp"

#include "model/kernels/avx512.hpp"

namespace acini
{

namespace
{

/* Adds what 16 channels give to one row of one output channel.  Each pixel is loaded once and counts for three results,
 * whose sums move on from register to register.  @rows: of the map, each pixel @steps further than the one before */
inline void
add_row (const float *const rows[3], const std::int64_t steps[3], std::int64_t width, const float *weight,
         const float *, float *result)
{
  Vector taps[3][3], before = _mm512_setzero_ps (), now = _mm512_setzero_ps ();

#pragma GCC unroll 3
  for (int i = 0; i < 3; i++)
#pragma GCC unroll 3
    for (int j = 0; j < 3; j++)
      taps[i][j] = _mm512_loadu_ps (weight + (3 * i + j) * kLanes);
  for (std::int64_t x = 0; x <= width; x++)
    {
      Vector next = _mm512_setzero_ps ();

      if (x < width)
#pragma GCC unroll 3
        for (int j = 0; j < 3; j++)
          {
            const Vector pixel = load (rows[j] + x * steps[j]);

            before = _mm512_fmadd_ps (pixel, taps[2][j], before);
            now = _mm512_fmadd_ps (pixel, taps[1][j], now);
            next = _mm512_fmadd_ps (pixel, taps[0][j], next);
          }
      if (x > 0)
        result[x - 1] += _mm512_reduce_add_ps (before);
      before = now;
      now = next;
    }
}

/* Weights of bfloat16, and what these lack. */
struct Taps
{
  __m256bh high[9], low[9];
};

/* A pixel's result, in four parts.  @left, @middle, @right: its neighbours in each of three rows, and itself */
inline __m128
add_taps (const Taps &taps, const std::uint16_t *const left[3], const std::uint16_t *const middle[3],
          const std::uint16_t *const right[3])
{
  __m256 sum[3];

#pragma GCC unroll 3
  for (int j = 0; j < 3; j++)
    {
      const std::uint16_t *const pixels[3] = { left[j], middle[j], right[j] };

      sum[j] = _mm256_setzero_ps ();
#pragma GCC unroll 3
      for (int i = 0; i < 3; i++)
        {
          const __m256bh pixel = (__m256bh)_mm256_loadu_si256 (reinterpret_cast<const __m256i *> (pixels[i]));

          sum[j] = _mm256_dpbf16_ps (sum[j], pixel, taps.high[3 * i + j]);
          sum[j] = _mm256_dpbf16_ps (sum[j], pixel, taps.low[3 * i + j]);
        }
    }
  sum[0] = _mm256_add_ps (sum[0], _mm256_add_ps (sum[1], sum[2]));
  return _mm_add_ps (_mm256_castps256_ps128 (sum[0]), _mm256_extractf128_ps (sum[0], 1));
}

inline float
add_up (__m128 parts)
{
  parts = _mm_hadd_ps (parts, parts);
  return _mm_cvtss_f32 (_mm_hadd_ps (parts, parts));
}

/* The same of bfloat16, whose products two and two add up in one instruction.  @nothing: beyond the edges */
inline void
add_row (const std::uint16_t *const rows[3], const std::int64_t steps[3], std::int64_t width, const float *weight,
         const std::uint16_t *nothing, float *result)
{
  Taps taps;

#pragma GCC unroll 9
  for (int i = 0; i < 9; i++)
    {
      const Vector exact = _mm512_loadu_ps (weight + i * kLanes);

      taps.high[i] = _mm512_cvtneps_pbh (exact);
      taps.low[i] = _mm512_cvtneps_pbh (_mm512_sub_ps (
          exact, _mm512_castsi512_ps (_mm512_slli_epi32 (_mm512_cvtepu16_epi32 ((__m256i)taps.high[i]), 16))));
    }
  const auto add = [&] (std::int64_t x) {
    const std::uint16_t *left[3], *middle[3], *right[3];

#pragma GCC unroll 3
    for (int j = 0; j < 3; j++)
      {
        middle[j] = rows[j] + x * steps[j];
        left[j] = x > 0 ? middle[j] - steps[j] : nothing;
        right[j] = x + 1 < width ? middle[j] + steps[j] : nothing;
      }
    return add_taps (taps, left, middle, right);
  };
  const auto add_inside = [&] (std::int64_t x) {
    const std::uint16_t *left[3], *middle[3], *right[3];

#pragma GCC unroll 3
    for (int j = 0; j < 3; j++)
      {
        middle[j] = rows[j] + x * steps[j];
        left[j] = middle[j] - steps[j];
        right[j] = middle[j] + steps[j];
      }
    return add_taps (taps, left, middle, right);
  };
  std::int64_t x = 0;

  for (; x < width && x < 1; x++)
    result[x] += add_up (add (x));
  for (; x + 4 < width; x += 4)
    {
      const __m128 a = add_inside (x), b = add_inside (x + 1), c = add_inside (x + 2), d = add_inside (x + 3);
      const __m128 four = _mm_hadd_ps (_mm_hadd_ps (a, b), _mm_hadd_ps (c, d));

      _mm_storeu_ps (result + x, _mm_add_ps (_mm_loadu_ps (result + x), four));
    }
  for (; x < width; x++)
    result[x] += add_up (add (x));
}

template <typename T>
void
run (const NarrowTask &task, std::int64_t begin, std::int64_t end)
{
  for (std::int64_t row = begin; row < end; row++)
    {
      const std::int64_t image = row / task.height, y = row % task.height, length = task.width * task.channels;
      const T *map = static_cast<const T *> (task.map) + image * task.height * length, *rows[3];
      std::int64_t steps[3];

      for (int j = 0; j < 3; j++)
        {
          const bool inside = y + j >= 1 && y + j <= task.height;

          rows[j] = inside ? map + (y + j - 1) * length : static_cast<const T *> (task.nothing);
          steps[j] = inside ? task.channels : 0;
        }
      for (std::int64_t o = 0; o < task.outputs; o++)
        {
          float *result = task.result + ((image * task.outputs + o) * task.height + y) * task.width;
          const float *weight = task.weight + o * task.channels * 9;

          for (std::int64_t x = 0; x < task.width; x++)
            result[x] = task.bias[o];
          for (std::int64_t c = 0; c < task.channels; c += kLanes)
            {
              const T *const shifted[3] = { rows[0] + c, rows[1] + c, rows[2] + c };

              add_row (shifted, steps, task.width, weight + c * 9, static_cast<const T *> (task.nothing), result);
            }
        }
    }
}

} // namespace

void
narrow_run (const NarrowTask &task, std::int64_t begin, std::int64_t end)
{
  if (task.half)
    run<std::uint16_t> (task, begin, end);
  else
    run<float> (task, begin, end);
}

} // namespace acini
