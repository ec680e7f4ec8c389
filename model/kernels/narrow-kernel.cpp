/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/kernels/narrow-kernel.hpp"

#include "model/kernels/avx512.hpp"

namespace acini
{

namespace
{

/* Adds what 16 channels give to one row of one output channel.  Each pixel is loaded once and counts for three results,
 * whose sums move on from register to register.  @rows: of the map, each pixel @steps further than the one before */
template <typename T>
inline void
add_row (const T *const rows[3], const std::int64_t steps[3], std::int64_t width, const float *weight, float *result)
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

              add_row (shifted, steps, task.width, weight + c * 9, result);
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
