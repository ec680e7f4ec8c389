/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/network/winograd-kernel.hpp"

#include "model/network/avx512.hpp"

namespace acini
{

namespace
{

/* The two transforms, along one axis, for evaluation at 0, a, −a, b, −b and infinity. */
constexpr float a = kWinogradA, b = kWinogradB, a2 = a * a, b2 = b * b;

inline void
transform_input (const Vector d[6], Vector v[6])
{
  const Vector sum = _mm512_set1_ps (a2 + b2), product = _mm512_set1_ps (a2 * b2);
  const Vector va2 = _mm512_set1_ps (a2), vb2 = _mm512_set1_ps (b2), va = _mm512_set1_ps (a), vb = _mm512_set1_ps (b);
  const Vector e1 = _mm512_fnmadd_ps (vb2, d[2], d[4]), o1 = _mm512_fnmadd_ps (vb2, d[1], d[3]);
  const Vector e2 = _mm512_fnmadd_ps (va2, d[2], d[4]), o2 = _mm512_fnmadd_ps (va2, d[1], d[3]);

  v[0] = _mm512_fmadd_ps (product, d[0], _mm512_fnmadd_ps (sum, d[2], d[4]));
  v[1] = _mm512_fmadd_ps (va, o1, e1);
  v[2] = _mm512_fnmadd_ps (va, o1, e1);
  v[3] = _mm512_fmadd_ps (vb, o2, e2);
  v[4] = _mm512_fnmadd_ps (vb, o2, e2);
  v[5] = _mm512_fmadd_ps (product, d[1], _mm512_fnmadd_ps (sum, d[3], d[5]));
}

inline void
transform_output (const Vector m[6], Vector y[4])
{
  const Vector s1 = _mm512_add_ps (m[1], m[2]), d1 = _mm512_sub_ps (m[1], m[2]);
  const Vector s2 = _mm512_add_ps (m[3], m[4]), d2 = _mm512_sub_ps (m[3], m[4]);

  y[0] = _mm512_add_ps (m[0], _mm512_add_ps (s1, s2));
  y[1] = _mm512_fmadd_ps (_mm512_set1_ps (a), d1, _mm512_mul_ps (_mm512_set1_ps (b), d2));
  y[2] = _mm512_fmadd_ps (_mm512_set1_ps (a2), s1, _mm512_mul_ps (_mm512_set1_ps (b2), s2));
  y[3] = _mm512_fmadd_ps (_mm512_set1_ps (a * a2), d1, _mm512_fmadd_ps (_mm512_set1_ps (b * b2), d2, m[5]));
}

template <int kRows, int kVectors>
inline void
multiply (const float *A, std::int64_t rows, const float *B, std::int64_t depth, float *C)
{
  for (std::int64_t i = 0; i < rows; i += kRows)
    multiply_block<kRows, kVectors> (A + i * depth, depth, B, depth, C + i * kVectors * kLanes, kVectors * kLanes);
}

/* Where the 36 pixels under a tile are; @nothing for those beyond the edge. */
template <typename T>
inline void
locate (const WinogradSource &source, std::int64_t height, std::int64_t width, std::int64_t image, std::int64_t y0,
        std::int64_t x0, const T *nothing, const T *pixels[36])
{
  const std::int64_t h = height >> source.shift, w = width >> source.shift;
  const T *map = static_cast<const T *> (source.data) + image * h * w * source.channels;

  for (int i = 0; i < 6; i++)
    for (int j = 0; j < 6; j++)
      {
        const std::int64_t y = y0 + i, x = x0 + j;
        const bool inside = y >= 0 && y < height && x >= 0 && x < width;

        pixels[6 * i + j]
            = inside ? map + ((y >> source.shift) * w + (x >> source.shift)) * source.channels : nothing;
      }
}

template <typename T>
inline void
transform_tile (const T *const pixels[36], std::int64_t channels, float *to, std::int64_t stride)
{
  for (std::int64_t c = 0; c < channels; c += kLanes)
    {
      Vector half[6][6];

#pragma GCC unroll 6
      for (int i = 0; i < 6; i++)
        {
          Vector row[6];

#pragma GCC unroll 6
          for (int j = 0; j < 6; j++)
            row[j] = load (pixels[6 * i + j] + c);
          transform_input (row, half[i]);
        }
#pragma GCC unroll 6
      for (int j = 0; j < 6; j++)
        {
          const Vector column[6] = { half[0][j], half[1][j], half[2][j], half[3][j], half[4][j], half[5][j] };
          Vector result[6];

          transform_input (column, result);
#pragma GCC unroll 6
          for (int i = 0; i < 6; i++)
            store (to + (6 * i + j) * stride + c, result[i]);
        }
    }
}

/* From sums to one tile of 16 channels of the output. */
template <typename T>
inline void
finish_tile (const WinogradTask &task, const float *sums, std::int64_t stride, std::int64_t image, std::int64_t y0,
             std::int64_t x0, std::int64_t channel)
{
  const Vector bias = _mm512_loadu_ps (task.bias + channel);
  const std::int64_t height = task.height - y0 < 4 ? task.height - y0 : 4;
  const std::int64_t width = task.width - x0 < 4 ? task.width - x0 : 4;
  const std::int64_t first = ((image * task.height + y0) * task.width + x0) * task.outputs + channel;
  Vector half[4][6];

#pragma GCC unroll 6
  for (int j = 0; j < 6; j++)
    {
      Vector column[6], result[4];

#pragma GCC unroll 6
      for (int i = 0; i < 6; i++)
        column[i] = _mm512_loadu_ps (sums + (6 * i + j) * stride);
      transform_output (column, result);
#pragma GCC unroll 4
      for (int i = 0; i < 4; i++)
        half[i][j] = result[i];
    }
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++)
    {
      Vector row[4];

      if (i >= height)
        break;
      transform_output (half[i], row);
#pragma GCC unroll 4
      for (int j = 0; j < 4; j++)
        {
          const std::int64_t at = first + (i * task.width + j) * task.outputs;
          Vector value = _mm512_add_ps (row[j], bias);

          if (j >= width)
            break;
          if (task.residual)
            value = _mm512_add_ps (value, load (static_cast<const T *> (task.residual) + at));
          if (task.rectify)
            value = _mm512_max_ps (value, _mm512_setzero_ps ());
          store (static_cast<T *> (task.result) + at, value);
        }
    }
}

/* Tiles [first, first + n) and output channels [begin, end).  kVectors × 16 channels at a time. */
template <typename T, int kRows, int kVectors>
void
run (const WinogradTask &task, std::int64_t first, std::int64_t n, std::int64_t begin, std::int64_t end, void *space)
{
  constexpr int kWide = kVectors * kLanes;
  const std::int64_t across = (task.width + 3) / 4, down = (task.height + 3) / 4;
  const std::int64_t depth = task.sources[0].channels + (task.n_sources > 1 ? task.sources[1].channels : 0);
  const std::int64_t rows = (n + kRows - 1) / kRows * kRows;
  float *transformed = static_cast<float *> (space);
  float *sums = transformed + kWinogradPoints * rows * depth;

  for (std::int64_t t = 0; t < n; t++)
    {
      const std::int64_t tile = first + t, image = tile / (across * down), inside = tile % (across * down);
      float *to = transformed + t * depth;

      for (int s = 0; s < task.n_sources; s++)
        {
          const T *pixels[36];

          locate (task.sources[s], task.height, task.width, image, inside / across * 4 - 1, inside % across * 4 - 1,
                  static_cast<const T *> (task.nothing), pixels);
          transform_tile (pixels, task.sources[s].channels, to, rows * depth);
          to += task.sources[s].channels;
        }
    }
  for (std::int64_t channel = begin; channel < end; channel += kWide)
    {
      const float *weight = task.weight + channel * kWinogradPoints * depth;

      for (int point = 0; point < kWinogradPoints; point++)
        multiply<kRows, kVectors> (transformed + point * rows * depth, rows, weight + point * depth * kWide, depth,
                                      sums + point * rows * kWide);
      for (std::int64_t t = 0; t < n; t++)
        {
          const std::int64_t tile = first + t, image = tile / (across * down), inside = tile % (across * down);

          for (int v = 0; v < kVectors; v++)
            finish_tile<T> (task, sums + t * kWide + v * kLanes, rows * kWide, image, inside / across * 4,
                            inside % across * 4, channel + v * kLanes);
        }
    }
}

template <typename T>
void
run_wide (const WinogradTask &task, std::int64_t first, std::int64_t n, std::int64_t begin, std::int64_t end,
          void *space)
{
  switch (task.block)
    {
    case 64:
      run<T, 7, 4> (task, first, n, begin, end, space);
      break;
    case 32:
      run<T, 14, 2> (task, first, n, begin, end, space);
      break;
    default:
      run<T, 14, 1> (task, first, n, begin, end, space);
    }
}

} // namespace

/* Rows are filled up to a multiple of those of a register block, 14 at most. */
std::int64_t
winograd_space (const WinogradTask &task, std::int64_t n)
{
  const std::int64_t depth = task.sources[0].channels + (task.n_sources > 1 ? task.sources[1].channels : 0);
  const std::int64_t rows = (n + 13) / 14 * 14;

  return kWinogradPoints * rows * (depth + task.block) * 4;
}

void
winograd_run (const WinogradTask &task, std::int64_t first, std::int64_t n, std::int64_t begin, std::int64_t end,
              void *space)
{
  if (task.half)
    run_wide<std::uint16_t> (task, first, n, begin, end, space);
  else
    run_wide<float> (task, first, n, begin, end, space);
}

} // namespace acini
