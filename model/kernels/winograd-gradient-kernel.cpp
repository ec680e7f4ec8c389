/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/kernels/winograd-gradient-kernel.hpp"

#include "model/kernels/winograd-transforms.hpp"

namespace acini
{

namespace
{

/* What the points' numbers are divided by: the products of the differences of a point and the other four. */
constexpr float scale0 = a2 * b2, scale1 = 2 * a2 * (a2 - b2), scale2 = 2 * b2 * (b2 - a2);

inline Vector
times (float factor, Vector value)
{
  return _mm512_mul_ps (_mm512_set1_ps (factor), value);
}

inline Vector
plus (Vector sum, float factor, Vector value)
{
  return _mm512_fmadd_ps (_mm512_set1_ps (factor), value, sum);
}

/* The points ±a and ±b, of the even and the odd part of what is evaluated there. */
inline void
evaluate_pairs (Vector e1, Vector o1, Vector e2, Vector o2, Vector v[6])
{
  v[1] = _mm512_add_ps (e1, o1);
  v[2] = _mm512_sub_ps (e1, o1);
  v[3] = _mm512_add_ps (e2, o2);
  v[4] = _mm512_sub_ps (e2, o2);
}

/* Three weights of a row at the six points. */
inline void
evaluate_weights (const Vector w[3], Vector v[6])
{
  const Vector e1 = plus (times (1 / scale1, w[0]), a2 / scale1, w[2]), o1 = times (a / scale1, w[1]);
  const Vector e2 = plus (times (1 / scale2, w[0]), b2 / scale2, w[2]), o2 = times (b / scale2, w[1]);

  v[0] = times (1 / scale0, w[0]);
  evaluate_pairs (e1, o1, e2, o2, v);
  v[5] = w[2];
}

/* Four of the result's gradients, not divided yet. */
inline void
evaluate_gradient (const Vector y[4], Vector v[6])
{
  const Vector e1 = plus (y[0], a2, y[2]), o1 = plus (times (a, y[1]), a * a2, y[3]);
  const Vector e2 = plus (y[0], b2, y[2]), o2 = plus (times (b, y[1]), b * b2, y[3]);

  v[0] = y[0];
  evaluate_pairs (e1, o1, e2, o2, v);
  v[5] = y[3];
}

/* From sums at the points to three weights' gradients; these are divided here. */
inline void
transform_sums (const Vector m[6], Vector w[3])
{
  const Vector s1 = _mm512_add_ps (m[1], m[2]), d1 = _mm512_sub_ps (m[1], m[2]);
  const Vector s2 = _mm512_add_ps (m[3], m[4]), d2 = _mm512_sub_ps (m[3], m[4]);

  w[0] = plus (plus (times (1 / scale0, m[0]), 1 / scale1, s1), 1 / scale2, s2);
  w[1] = plus (times (a / scale1, d1), b / scale2, d2);
  w[2] = plus (plus (m[5], a2 / scale1, s1), b2 / scale2, s2);
}

/* @kFrom × @kFrom numbers become @kTo × @kTo, rows first. */
template <int kFrom, int kTo, typename Transform>
inline void
transform_square (const Vector *from, Vector *to, Transform transform)
{
  Vector half[kFrom][kTo];

#pragma GCC unroll 6
  for (int i = 0; i < kFrom; i++)
    transform (from + kFrom * i, half[i]);
#pragma GCC unroll 6
  for (int j = 0; j < kTo; j++)
    {
      Vector column[kFrom], result[kTo];

#pragma GCC unroll 6
      for (int i = 0; i < kFrom; i++)
        column[i] = half[i][j];
      transform (column, result);
#pragma GCC unroll 6
      for (int i = 0; i < kTo; i++)
        to[kTo * i + j] = result[i];
    }
}

/* Sixteen rows of sixteen numbers become columns: in each of four rounds numbers change places with those of the row
 * that is 1, 2, 4, 8 further. */
inline void
transpose (Vector rows[16])
{
  alignas (64) int low[16], high[16];

#pragma GCC unroll 4
  for (int step = 1; step < 16; step *= 2)
    {
      for (int l = 0; l < 16; l++)
        {
          low[l] = l & step ? 16 + (l ^ step) : l;
          high[l] = l & step ? 16 + l : l ^ step;
        }
      const __m512i take_low = _mm512_load_si512 (low), take_high = _mm512_load_si512 (high);

#pragma GCC unroll 16
      for (int i = 0; i < 16; i++)
        if ((i & step) == 0)
          {
            const Vector first = rows[i], second = rows[i + step];

            rows[i] = _mm512_permutex2var_ps (first, take_low, second);
            rows[i + step] = _mm512_permutex2var_ps (first, take_high, second);
          }
    }
}

/* Of 16 outputs: [channels][9][16]. */
void
gather (const WinogradWeights &weights, std::int64_t output, float *to)
{
  for (int tap = 0; tap < 9; tap++)
    {
      const float *from = weights.weight + output * weights.output_stride + tap * weights.tap_stride;
      float *place = to + (weights.rotated ? 8 - tap : tap) * kLanes;

      if (weights.output_stride == 1)
        {
          for (std::int64_t c = 0; c < weights.channels; c++)
            _mm512_storeu_ps (place + c * 9 * kLanes, _mm512_loadu_ps (from + c * weights.channel_stride));
          continue;
        }
      for (std::int64_t c = 0; c < weights.channels; c += kLanes)
        {
          Vector rows[16];

#pragma GCC unroll 16
          for (int i = 0; i < 16; i++)
            rows[i] = _mm512_loadu_ps (from + i * weights.output_stride + c);
          transpose (rows);
#pragma GCC unroll 16
          for (int i = 0; i < 16; i++)
            _mm512_storeu_ps (place + (c + i) * 9 * kLanes, rows[i]);
        }
    }
}

inline void
evaluate (const float *nine, Vector points[kWinogradPoints])
{
  Vector taps[9];

#pragma GCC unroll 9
  for (int i = 0; i < 9; i++)
    taps[i] = _mm512_loadu_ps (nine + i * kLanes);
  transform_square<3, 6> (taps, points, evaluate_weights);
}

/* What one means of the whole numbers at each point, so that those of kWinogradDepth channels add up to
 * kWinogradWeights at most. */
void
find_units (const float *gathered, std::int64_t channels, Vector units[kWinogradPoints])
{
  Vector points[kWinogradPoints], sums[kWinogradPoints];

  for (int i = 0; i < kWinogradPoints; i++)
    units[i] = _mm512_set1_ps (1e-30f);
  for (std::int64_t first = 0; first < channels; first += kWinogradDepth)
    {
      const std::int64_t end = first + kWinogradDepth < channels ? first + kWinogradDepth : channels;

      for (int i = 0; i < kWinogradPoints; i++)
        sums[i] = _mm512_setzero_ps ();
      for (std::int64_t c = first; c < end; c++)
        {
          evaluate (gathered + c * 9 * kLanes, points);
#pragma GCC unroll 36
          for (int i = 0; i < kWinogradPoints; i++)
            {
              const Vector size = _mm512_abs_ps (points[i]);

              sums[i] = _mm512_add_ps (sums[i], size);
              units[i] = _mm512_max_ps (units[i], times (1.0f / 32767, size));
            }
        }
      for (int i = 0; i < kWinogradPoints; i++)
        units[i] = _mm512_max_ps (units[i], times (1.0f / kWinogradWeights, sums[i]));
    }
}

/* Pairs of channels: the first one's whole number is the lower half. */
inline void
put_whole (const Vector points[2][kWinogradPoints], const Vector *reciprocals, std::int16_t *to, std::int64_t stride)
{
#pragma GCC unroll 36
  for (int i = 0; i < kWinogradPoints; i++)
    {
      const __m512i low = _mm512_cvtps_epi32 (_mm512_mul_ps (points[0][i], reciprocals[i]));
      const __m512i high = _mm512_cvtps_epi32 (_mm512_mul_ps (points[1][i], reciprocals[i]));

      _mm512_storeu_si512 (to + i * stride, _mm512_mask_blend_epi16 (0xaaaaaaaa, low, _mm512_slli_epi32 (high, 16)));
    }
}

} // namespace

std::int64_t
winograd_weights_space (const WinogradWeights &weights)
{
  return weights.channels * 9 * kLanes * 4;
}

void
winograd_evaluate (const WinogradWeights &weights, std::int64_t begin, std::int64_t end, void *space)
{
  constexpr auto gains = get_winograd_gains ();
  const std::int64_t stride = weights.channels * weights.block; /* of a point */
  float *gathered = static_cast<float *> (space);
  Vector points[2][kWinogradPoints], units[kWinogradPoints];

  for (std::int64_t output = begin; output < end; output += kLanes)
    {
      const std::int64_t block = output / weights.block, inside = output % weights.block;
      const std::int64_t place = block * kWinogradPoints * stride;

      gather (weights, output, gathered);
      if (!weights.half)
        {
          for (std::int64_t c = 0; c < weights.channels; c++)
            {
              float *to = static_cast<float *> (weights.points) + place + c * weights.block + inside;

              evaluate (gathered + c * 9 * kLanes, points[0]);
              for (int i = 0; i < kWinogradPoints; i++)
                _mm512_storeu_ps (to + i * stride, points[0][i]);
            }
          continue;
        }
      find_units (gathered, weights.channels, units);
      for (int i = 0; i < kWinogradPoints; i++)
        {
          _mm512_storeu_ps (weights.units + (block * kWinogradPoints + i) * weights.block + inside,
                            times (gains[i] / kWinogradWhole, units[i]));
          units[i] = _mm512_div_ps (_mm512_set1_ps (1), units[i]);
        }
      for (std::int64_t c = 0; c < weights.channels; c += 2)
        {
          evaluate (gathered + c * 9 * kLanes, points[0]);
          evaluate (gathered + (c + 1) * 9 * kLanes, points[1]);
          put_whole (points, units,
                     static_cast<std::int16_t *> (weights.points) + place + c * weights.block + 2 * inside, stride);
        }
    }
}

namespace
{

/* How far the points of @left or @right are apart. */
std::int64_t
get_point_stride (std::int64_t n, std::int64_t width)
{
  return (n + n % 2) * width + kApart;
}

/* Tile @t of a piece.  The second of a pair finds the first one's number in the lower half. */
inline void
put_factor (float *to, std::int64_t t, std::int64_t width, Vector value)
{
  store (to + t * width, value);
}

inline void
put_factor (std::uint16_t *to, std::int64_t t, std::int64_t width, Vector value)
{
  std::uint16_t *pair = to + t / 2 * width * 2;
  const __m512i rounded = _mm512_cvtepu16_epi32 ((__m256i)_mm512_cvtneps_pbh (value));

  _mm512_storeu_si512 (pair, t % 2 == 0 ? rounded
                                        : _mm512_or_si512 (_mm512_loadu_si512 (pair), _mm512_slli_epi32 (rounded, 16)));
}

/* The numbers of T that one number of a channel stands for. */
template <typename T> constexpr int kNumbers = sizeof (T) == 2 ? 2 : 1;

template <typename T, int kSide, typename Transform>
inline void
transform_pixels (const T *const *pixels, std::int64_t channels, Transform transform, T *to, std::int64_t stride,
                  std::int64_t t, std::int64_t width)
{
  for (std::int64_t c = 0; c < channels; c += kLanes)
    {
      Vector square[kSide * kSide], points[kWinogradPoints];

#pragma GCC unroll 36
      for (int i = 0; i < kSide * kSide; i++)
        square[i] = load (pixels[i] + c);
      transform_square<kSide, 6> (square, points, transform);
#pragma GCC unroll 36
      for (int i = 0; i < kWinogradPoints; i++)
        put_factor (to + i * stride + kNumbers<T> * c, t, width, points[i]);
    }
}

template <typename T>
void
transform_tiles (const WinogradGradient &task, std::int64_t begin, std::int64_t end)
{
  const std::int64_t across = count_winograd_tiles (task.width, false),
                     down = count_winograd_tiles (task.height, false);
  const std::int64_t left_stride = get_point_stride (task.n, task.outputs),
                     right_stride = get_point_stride (task.n, task.channels);
  const WinogradSource gradient = { task.gradient, task.outputs, 0, false };
  const T *nothing = static_cast<const T *> (task.nothing);

  for (std::int64_t t = begin; t < end; t++)
    {
      const std::int64_t tile = task.first + t, inside = tile % (across * down), image = tile / (across * down);
      const std::int64_t y0 = inside / across * 4, x0 = inside % across * 4;
      T *right = static_cast<T *> (task.right);
      const T *pixels[36];

      locate<T, 4> (gradient, task.height, task.width, 0, image, y0, x0, nothing, pixels);
      transform_pixels<T, 4> (pixels, task.outputs, evaluate_gradient, static_cast<T *> (task.left), left_stride, t,
                              task.outputs);
      for (int s = 0; s < task.n_sources; s++)
        {
          const WinogradSource &source = task.sources[s];

          locate<T, 6> (source, task.height, task.width, source.shift, image, y0 - 1, x0 - 1, nothing, pixels);
          transform_pixels<T, 6> (pixels, source.channels, transform_input, right, right_stride, t, task.channels);
          right += kNumbers<T> * source.channels;
        }
    }
}

/* Adds to kRows × (16 kVectors) sums, or sets them to, the products of @n tiles. */
template <int kRows, int kVectors>
inline void
sum_tiles (const float *left, std::int64_t outputs, const float *right, std::int64_t channels, std::int64_t n,
           Vector sum[kRows][kVectors])
{
  for (std::int64_t t = 0; t < n; t++, left += outputs, right += channels)
    {
      Vector factor[kVectors];

#pragma GCC unroll 2
      for (int j = 0; j < kVectors; j++)
        factor[j] = _mm512_loadu_ps (right + j * kLanes);
#pragma GCC unroll 16
      for (int i = 0; i < kRows; i++)
#pragma GCC unroll 2
        for (int j = 0; j < kVectors; j++)
          sum[i][j] = _mm512_fmadd_ps (_mm512_set1_ps (left[i]), factor[j], sum[i][j]);
    }
}

template <int kRows, int kVectors>
inline void
sum_tiles (const std::uint16_t *left, std::int64_t outputs, const std::uint16_t *right, std::int64_t channels,
           std::int64_t n, Vector sum[kRows][kVectors])
{
  for (std::int64_t t = 0; t < n; t += 2, left += 2 * outputs, right += 2 * channels)
    {
      __m512i factor[kVectors];

#pragma GCC unroll 2
      for (int j = 0; j < kVectors; j++)
        factor[j] = _mm512_loadu_si512 (right + 2 * j * kLanes);
#pragma GCC unroll 16
      for (int i = 0; i < kRows; i++)
        {
          int pair;
          std::memcpy (&pair, left + 2 * i, sizeof pair);
          const __m512bh row = (__m512bh)_mm512_set1_epi32 (pair);

#pragma GCC unroll 2
          for (int j = 0; j < kVectors; j++)
            sum[i][j] = _mm512_dpbf16_ps (sum[i][j], row, (__m512bh)factor[j]);
        }
    }
}

template <typename T, int kRows, int kVectors>
inline void
multiply_tiles (const T *left, std::int64_t outputs, const T *right, std::int64_t channels, std::int64_t n, bool add,
                float *sums, std::int64_t stride)
{
  Vector sum[kRows][kVectors];

#pragma GCC unroll 16
  for (int i = 0; i < kRows; i++)
#pragma GCC unroll 2
    for (int j = 0; j < kVectors; j++)
      sum[i][j] = add ? _mm512_loadu_ps (sums + i * stride + j * kLanes) : _mm512_setzero_ps ();
  sum_tiles<kRows, kVectors> (left, outputs, right, channels, n, sum);
#pragma GCC unroll 16
  for (int i = 0; i < kRows; i++)
#pragma GCC unroll 2
    for (int j = 0; j < kVectors; j++)
      _mm512_storeu_ps (sums + i * stride + j * kLanes, sum[i][j]);
}

std::int64_t
count_columns (const WinogradGradient &task, std::int64_t channel)
{
  return task.channels - channel < kGradientColumns ? task.channels - channel : kGradientColumns;
}

template <typename T>
void
multiply_block (const WinogradGradient &task, std::int64_t output, std::int64_t channel, int begin, int end, bool add,
                float *sums)
{
  constexpr int kPart = kGradientRows / 2;
  const std::int64_t columns = count_columns (task, channel);

  for (int point = begin; point < end; point++)
    {
      const T *left
          = static_cast<const T *> (task.left) + point * get_point_stride (task.n, task.outputs) + kNumbers<T> * output;
      const T *right = static_cast<const T *> (task.right) + point * get_point_stride (task.n, task.channels)
                       + kNumbers<T> * channel;
      float *to = sums + point * kGradientRows * columns;
      std::int64_t c = 0;

      for (; c + 2 * kLanes <= columns; c += 2 * kLanes)
        for (int i = 0; i < kGradientRows; i += kPart)
          multiply_tiles<T, kPart, 2> (left + kNumbers<T> * i, task.outputs, right + kNumbers<T> * c, task.channels,
                                       task.n, add, to + i * columns + c, columns);
      if (c < columns)
        multiply_tiles<T, kGradientRows, 1> (left, task.outputs, right + kNumbers<T> * c, task.channels, task.n, add,
                                             to + c, columns);
    }
}

} // namespace

std::int64_t
winograd_gradient_space (std::int64_t n, std::int64_t width, bool half)
{
  return kWinogradPoints * get_point_stride (n, width) * (half ? 2 : 4);
}

void
winograd_gradient_transform (const WinogradGradient &task, std::int64_t begin, std::int64_t end)
{
  const std::int64_t from = 2 * begin, to = 2 * end < task.n ? 2 * end : task.n;

  if (task.half)
    transform_tiles<std::uint16_t> (task, from, to);
  else
    transform_tiles<float> (task, from, to);
}

void
winograd_gradient_multiply (const WinogradGradient &task, std::int64_t output, std::int64_t channel, int begin, int end,
                            bool add, float *sums)
{
  if (task.half)
    multiply_block<std::uint16_t> (task, output, channel, begin, end, add, sums);
  else
    multiply_block<float> (task, output, channel, begin, end, add, sums);
}

void
winograd_gradient_finish (const WinogradGradient &task, std::int64_t output, std::int64_t channel, const float *sums,
                          float *result)
{
  const std::int64_t columns = count_columns (task, channel);

  for (int row = 0; row < kGradientRows; row++)
    for (std::int64_t c = 0; c < columns; c += kLanes)
      {
        float *to = result + (output + row) * 9 * task.channels + channel + c;
        Vector points[kWinogradPoints], taps[9];

#pragma GCC unroll 36
        for (int i = 0; i < kWinogradPoints; i++)
          points[i] = _mm512_loadu_ps (sums + (i * kGradientRows + row) * columns + c);
        transform_square<6, 3> (points, taps, transform_sums);
#pragma GCC unroll 9
        for (int i = 0; i < 9; i++)
          _mm512_storeu_ps (to + i * task.channels, taps[i]);
      }
}

} // namespace acini
