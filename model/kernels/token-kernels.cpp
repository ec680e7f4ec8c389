/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/kernels/token-kernels.hpp"

#include "model/kernels/avx512.hpp"

#include <cstring>

namespace acini
{

namespace
{

constexpr int kKeys = 64;    /* that are multiplied at a time */
constexpr int kQueries = 14; /* rows of a block */
constexpr int kSums = 16;    /* as many, in fours */

std::int64_t
round_up (std::int64_t n, std::int64_t to)
{
  return (n + to - 1) / to * to;
}

/* Sums over the lanes of each of four vectors. */
inline __m128
sum_lanes (const Vector v[4])
{
  __m128 quarter[4];

#pragma GCC unroll 4
  for (int i = 0; i < 4; i++)
    {
      const __m256 half = _mm256_add_ps (_mm512_castps512_ps256 (v[i]), _mm512_extractf32x8_ps (v[i], 1));

      quarter[i] = _mm_add_ps (_mm256_castps256_ps128 (half), _mm256_extractf128_ps (half, 1));
    }
  return _mm_hadd_ps (_mm_hadd_ps (quarter[0], quarter[1]), _mm_hadd_ps (quarter[2], quarter[3]));
}

/* 2ˣ for x ≤ 0, to 1e-7 of it. */
inline Vector
power_of_two (Vector x)
{
  const Vector whole = _mm512_roundscale_ps (x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const Vector part = _mm512_sub_ps (x, whole);
  Vector sum = _mm512_set1_ps (1.54035304e-4f);

  sum = _mm512_fmadd_ps (sum, part, _mm512_set1_ps (1.33335581e-3f));
  sum = _mm512_fmadd_ps (sum, part, _mm512_set1_ps (9.61812911e-3f));
  sum = _mm512_fmadd_ps (sum, part, _mm512_set1_ps (5.55041087e-2f));
  sum = _mm512_fmadd_ps (sum, part, _mm512_set1_ps (2.40226507e-1f));
  sum = _mm512_fmadd_ps (sum, part, _mm512_set1_ps (6.93147181e-1f));
  sum = _mm512_fmadd_ps (sum, part, _mm512_set1_ps (1.0f));
  return _mm512_scalef_ps (sum, whole);
}

/* Shares that are float, and those that are bfloat16 in the end: to 1e-4, a twentieth of what that rounds. */
inline Vector
power_of_two (Vector x, const float *)
{
  return power_of_two (x);
}

inline Vector
power_of_two (Vector x, const std::uint16_t *)
{
  const Vector whole = _mm512_roundscale_ps (x, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  const Vector part = _mm512_sub_ps (x, whole);
  Vector sum = _mm512_set1_ps (5.5838283e-2f);

  sum = _mm512_fmadd_ps (sum, part, _mm512_set1_ps (2.42639479e-1f));
  sum = _mm512_fmadd_ps (sum, part, _mm512_set1_ps (6.93136734e-1f));
  sum = _mm512_fmadd_ps (sum, part, _mm512_set1_ps (9.99924557e-1f));
  return _mm512_scalef_ps (sum, whole);
}

/* Abramowitz and Stegun, 7.1.26: erf to 1.5e-7. */
inline Vector
gelu (Vector x, const float *)
{
  const Vector one = _mm512_set1_ps (1.0f), z = _mm512_mul_ps (_mm512_abs_ps (x), _mm512_set1_ps (0.70710678f));
  const Vector t = _mm512_div_ps (one, _mm512_fmadd_ps (z, _mm512_set1_ps (0.3275911f), one));
  Vector sum = _mm512_set1_ps (1.061405429f);

  sum = _mm512_fmadd_ps (sum, t, _mm512_set1_ps (-1.453152027f));
  sum = _mm512_fmadd_ps (sum, t, _mm512_set1_ps (1.421413741f));
  sum = _mm512_fmadd_ps (sum, t, _mm512_set1_ps (-0.284496736f));
  sum = _mm512_fmadd_ps (sum, t, _mm512_set1_ps (0.254829592f));
  /* 1 − erf |z| */
  const Vector rest = _mm512_mul_ps (
      _mm512_mul_ps (sum, t), power_of_two (_mm512_mul_ps (_mm512_mul_ps (z, z), _mm512_set1_ps (-1.44269504f))));
  const Vector half = _mm512_mul_ps (x, _mm512_set1_ps (0.5f));
  const __mmask16 negative = _mm512_cmp_ps_mask (x, _mm512_setzero_ps (), _CMP_LT_OQ);
  const Vector lower = _mm512_mul_ps (half, rest);

  return _mm512_mask_mov_ps (_mm512_sub_ps (x, lower), negative, lower);
}

/* For bfloat16: the normal distribution as a polynomial over ±4.2, fitted so that GELU is off by 5e-5 at most. */
inline Vector
gelu (Vector x, const std::uint16_t *)
{
  const Vector end = _mm512_set1_ps (4.2f), one = _mm512_set1_ps (1.0f), half = _mm512_set1_ps (0.5f);
  const Vector z = _mm512_max_ps (_mm512_min_ps (x, end), _mm512_sub_ps (_mm512_setzero_ps (), end));
  const Vector square = _mm512_mul_ps (z, z);
  Vector sum = _mm512_set1_ps (4.92374276e-11f);

  sum = _mm512_fmadd_ps (sum, square, _mm512_set1_ps (-4.79560425e-09f));
  sum = _mm512_fmadd_ps (sum, square, _mm512_set1_ps (2.07245816e-07f));
  sum = _mm512_fmadd_ps (sum, square, _mm512_set1_ps (-5.28953387e-06f));
  sum = _mm512_fmadd_ps (sum, square, _mm512_set1_ps (8.98356441e-05f));
  sum = _mm512_fmadd_ps (sum, square, _mm512_set1_ps (-0.00108645731f));
  sum = _mm512_fmadd_ps (sum, square, _mm512_set1_ps (0.00974093483f));
  sum = _mm512_fmadd_ps (sum, square, _mm512_set1_ps (-0.0662220686f));
  sum = _mm512_fmadd_ps (sum, square, _mm512_set1_ps (0.398834574f));
  sum = _mm512_fmadd_ps (sum, z, half);
  return _mm512_mul_ps (x, _mm512_max_ps (_mm512_min_ps (sum, one), _mm512_setzero_ps ()));
}

/* Numbers at @k of the depth and column @j of a packed matrix whose blocks are @wide columns. */
inline std::int64_t
packed_at (const float *, std::int64_t k, std::int64_t j, std::int64_t wide)
{
  return k * wide + j;
}

inline std::int64_t
packed_at (const std::uint16_t *, std::int64_t k, std::int64_t j, std::int64_t wide)
{
  return (k / 2 * wide + j) * 2 + k % 2;
}

/* Keys: blocks of 64 tokens, the head's width is the depth.  Values: blocks of up to 64 of the width, tokens are the
 * depth.  Tokens that fill up the last block are zero. */
template <typename T>
void
pack (const T *key, const T *value, std::int64_t stride, std::int64_t n_keys, std::int64_t width, T *packed_key,
      T *packed_value)
{
  const std::int64_t tokens = round_up (n_keys, kKeys), wide = width < 64 ? width : 64;

  for (std::int64_t token = 0; token < tokens; token++)
    for (std::int64_t c = 0; c < width; c++)
      {
        const bool there = token < n_keys;

        packed_key[token / kKeys * kKeys * width + packed_at (key, c, token % kKeys, kKeys)]
            = there ? key[token * stride + c] : T (0);
        packed_value[c / wide * wide * tokens + packed_at (value, token, c % wide, wide)]
            = there ? value[token * stride + c] : T (0);
      }
}

/* Scores of 7 queries against 64 keys, of which the first @n are keys indeed, with their @bias, where there is one.
 * @greatest: of each query, in each lane, is raised to those */
template <typename T>
inline void
score_block (const T *queries, std::int64_t query_stride, std::int64_t width, const T *key, const float *bias,
             std::int64_t n, float *scores, std::int64_t stride, float *greatest)
{
  const std::uint64_t keys = n >= kKeys ? ~std::uint64_t{ 0 } : (std::uint64_t{ 1 } << n) - 1;
  Vector sum[7][4];

#pragma GCC unroll 7
  for (int i = 0; i < 7; i++)
#pragma GCC unroll 4
    for (int j = 0; j < 4; j++)
      sum[i][j] = bias ? _mm512_loadu_ps (bias + j * kLanes) : _mm512_setzero_ps ();
  add_block<7, 4> (queries, query_stride, key, width, sum);
#pragma GCC unroll 7
  for (int i = 0; i < 7; i++)
    {
      Vector most = _mm512_loadu_ps (greatest + i * kLanes);

#pragma GCC unroll 4
      for (int j = 0; j < 4; j++)
        {
          most = _mm512_mask_max_ps (most, static_cast<__mmask16> (keys >> j * kLanes), most, sum[i][j]);
          _mm512_storeu_ps (scores + i * stride + j * kLanes, sum[i][j]);
        }
      _mm512_storeu_ps (greatest + i * kLanes, most);
    }
}

/* Turns a row of @n scores, the greatest of which is in @greatest (in some lane), into shares that are yet to be
 * divided by their sum, that of the lanes of what is returned. */
template <typename T>
inline Vector
softmax_row (const float *scores, const float *greatest, std::int64_t n, std::int64_t padded, float scale, T *shares)
{
  const Vector factor = _mm512_set1_ps (scale * 1.44269504f);
  const Vector most = _mm512_mul_ps (_mm512_set1_ps (_mm512_reduce_max_ps (_mm512_loadu_ps (greatest))), factor);
  Vector sum = _mm512_setzero_ps ();
  std::int64_t i = 0;

  for (; i + kLanes <= n; i += kLanes)
    {
      const Vector share = power_of_two (_mm512_fmsub_ps (_mm512_loadu_ps (scores + i), factor, most), shares);

      sum = _mm512_add_ps (sum, share);
      store (shares + i, share);
    }
  for (; i < padded; i += kLanes)
    {
      const std::int64_t left = n - i;
      const __mmask16 there = static_cast<__mmask16> (left > 0 ? (1u << left) - 1 : 0);
      const Vector share = _mm512_maskz_mov_ps (
          there, power_of_two (_mm512_fmsub_ps (_mm512_loadu_ps (scores + i), factor, most), shares));

      sum = _mm512_add_ps (sum, share);
      store (shares + i, share);
    }
  return sum;
}

template <typename T>
void
attend (const AttentionTask &task, std::int64_t begin, std::int64_t end, float *scores)
{
  const std::int64_t tokens = round_up (task.n_keys, kKeys), width = task.width;
  float *product = scores + kQueries * tokens;
  T *shares = reinterpret_cast<T *> (product + kQueries * 64);
  T *filled = shares + kQueries * tokens;
  const T *key = static_cast<const T *> (task.packed_key), *value = static_cast<const T *> (task.packed_value);

  for (std::int64_t first = begin; first < end; first += kQueries)
    {
      const std::int64_t n = end - first < kQueries ? end - first : kQueries;
      const T *query = static_cast<const T *> (task.query) + first * task.query_stride;
      std::int64_t query_stride = task.query_stride;
      float greatest[kQueries * kLanes], ones[kSums];
      Vector sums[kSums];

      if (n < kQueries)
        {
          for (std::int64_t i = 0; i < kQueries; i++)
            for (std::int64_t c = 0; c < width; c += kLanes)
              store (filled + i * width + c, i < n ? load (query + i * query_stride + c) : _mm512_setzero_ps ());
          query = filled;
          query_stride = width;
        }
      for (std::int64_t i = 0; i < kQueries; i++)
        _mm512_storeu_ps (greatest + i * kLanes, _mm512_set1_ps (-3.0e38f));
      for (std::int64_t k = 0; k < tokens; k += kKeys)
        for (std::int64_t i = 0; i < kQueries; i += 7)
          score_block (query + i * query_stride, query_stride, width, key + k * width,
                       task.key_bias ? task.key_bias + k : nullptr, task.n_keys - k, scores + i * tokens + k, tokens,
                       greatest + i * kLanes);
      for (std::int64_t i = 0; i < kSums; i++)
        sums[i] = i < n ? softmax_row (scores + i * tokens, greatest + i * kLanes, task.n_keys, tokens, task.scale,
                                       shares + i * tokens)
                        : _mm512_set1_ps (1);
      for (std::int64_t i = 0; i < kSums; i += 4)
        _mm_storeu_ps (ones + i, _mm_div_ps (_mm_set1_ps (1), sum_lanes (sums + i)));
      for (std::int64_t c = 0; c < width; c += 64)
        {
          const std::int64_t wide = width < 64 ? width : 64;

          if (wide == 32)
            multiply_block<14, 2> (shares, tokens, value, tokens, product, wide);
          else
            for (std::int64_t i = 0; i < kQueries; i += 7)
              multiply_block<7, 4> (shares + i * tokens, tokens, value + c * tokens, tokens, product + i * wide, wide);
          for (std::int64_t i = 0; i < n; i++)
            for (std::int64_t j = 0; j < wide; j += kLanes)
              store (static_cast<T *> (task.result) + (first + i) * task.query_stride + c + j,
                     _mm512_mul_ps (_mm512_loadu_ps (product + i * wide + j), _mm512_set1_ps (ones[i])));
        }
    }
}

/* One row of the result, 16 channels: the window of nine moves along the row. */
template <typename T>
void
depthwise_row (const T *above, const T *middle, const T *below, const DepthwiseTask &task, std::int64_t channel,
               T *result)
{
  const std::int64_t step = task.channels;
  const T *rows[3] = { above, middle, below };
  const Vector bias = _mm512_loadu_ps (task.bias + channel);
  Vector weight[9], left[3], centre[3];

  for (int i = 0; i < 9; i++)
    weight[i] = _mm512_loadu_ps (task.weight + i * step + channel);
  for (int i = 0; i < 3; i++)
    {
      left[i] = _mm512_setzero_ps ();
      centre[i] = rows[i] ? load (rows[i]) : _mm512_setzero_ps ();
    }
  for (std::int64_t x = 0; x < task.width; x++)
    {
      Vector sum = bias;

#pragma GCC unroll 3
      for (int i = 0; i < 3; i++)
        {
          const bool there = rows[i] != nullptr && x + 1 < task.width;
          const Vector right = there ? load (rows[i] + (x + 1) * step) : _mm512_setzero_ps ();

          sum = _mm512_fmadd_ps (left[i], weight[3 * i], sum);
          sum = _mm512_fmadd_ps (centre[i], weight[3 * i + 1], sum);
          sum = _mm512_fmadd_ps (right, weight[3 * i + 2], sum);
          left[i] = centre[i];
          centre[i] = right;
        }
      store (result + x * step, gelu (sum, result));
    }
}

template <typename T>
void
depthwise (const DepthwiseTask &task, std::int64_t begin, std::int64_t end)
{
  const std::int64_t row_size = task.width * task.channels;

  for (std::int64_t row = begin; row < end; row++)
    {
      const std::int64_t y = row % task.height;
      const T *middle = static_cast<const T *> (task.map) + row * row_size;

      for (std::int64_t c = 0; c < task.channels; c += kLanes)
        depthwise_row (y > 0 ? middle - row_size + c : nullptr, middle + c,
                       y + 1 < task.height ? middle + row_size + c : nullptr, task, c,
                       static_cast<T *> (task.result) + row * row_size + c);
    }
}

/* Up to kRows rows, 32 columns. */
template <int kRows>
inline void
linear_block (const LinearLayer &layer, const std::uint16_t *rows, std::int64_t channel, std::uint16_t *result)
{
  Vector sum[kRows][2];

#pragma GCC unroll 8
  for (int i = 0; i < kRows; i++)
#pragma GCC unroll 2
    for (int j = 0; j < 2; j++)
      sum[i][j] = _mm512_loadu_ps (layer.bias + channel + j * kLanes);
  add_block<kRows, 2> (rows, layer.depth, layer.weight + channel * layer.depth, layer.depth, sum);
#pragma GCC unroll 8
  for (int i = 0; i < kRows; i++)
#pragma GCC unroll 2
    for (int j = 0; j < 2; j++)
      store (result + i * layer.width + channel + j * kLanes, sum[i][j]);
}

/* Four rows of 16 kVectors numbers, which stay in registers. */
template <int kVectors, typename Rows, typename Branch, typename Result>
inline void
normalise_four (const LayerNormTask &task, std::int64_t first)
{
  constexpr std::int64_t width = kVectors * kLanes;
  const __m128 share = _mm_set1_ps (1.0f / width);
  Rows *const rows = static_cast<Rows *> (task.rows) + first * width;
  Result *const result = static_cast<Result *> (task.result) + first * width;
  Vector x[4][kVectors], sum[4], squares[4];
  alignas (16) float mean[4], factor[4];

#pragma GCC unroll 4
  for (int i = 0; i < 4; i++)
    {
#pragma GCC unroll 4
      for (int j = 0; j < kVectors; j++)
        {
          const std::int64_t at = i * width + j * kLanes;

          x[i][j] = load (rows + at);
          if (task.branch)
            {
              store (rows + at,
                     _mm512_add_ps (x[i][j], load (static_cast<const Branch *> (task.branch) + first * width + at)));
              x[i][j] = load (rows + at);
            }
          sum[i] = j > 0 ? _mm512_add_ps (sum[i], x[i][j]) : x[i][j];
        }
    }
  _mm_store_ps (mean, _mm_mul_ps (sum_lanes (sum), share));
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++)
    {
      squares[i] = _mm512_setzero_ps ();
#pragma GCC unroll 4
      for (int j = 0; j < kVectors; j++)
        {
          x[i][j] = _mm512_sub_ps (x[i][j], _mm512_set1_ps (mean[i]));
          squares[i] = _mm512_fmadd_ps (x[i][j], x[i][j], squares[i]);
        }
    }
  const __m128 variance = _mm_mul_ps (sum_lanes (squares), share);
  _mm_store_ps (factor, _mm_div_ps (_mm_set1_ps (1), _mm_sqrt_ps (_mm_add_ps (variance, _mm_set1_ps (task.eps)))));
#pragma GCC unroll 4
  for (int i = 0; i < 4; i++)
#pragma GCC unroll 4
    for (int j = 0; j < kVectors; j++)
      store (result + i * width + j * kLanes,
             _mm512_fmadd_ps (_mm512_mul_ps (x[i][j], _mm512_set1_ps (factor[i])),
                              _mm512_loadu_ps (task.weight + j * kLanes), _mm512_loadu_ps (task.bias + j * kLanes)));
}

template <typename Rows, typename Branch, typename Result>
inline void
normalise_row (const LayerNormTask &task, std::int64_t i)
{
  const std::int64_t width = task.width;
  Rows *row = static_cast<Rows *> (task.rows) + i * width;
  Result *result = static_cast<Result *> (task.result) + i * width;
  Vector sum = _mm512_setzero_ps (), squares = _mm512_setzero_ps ();

  for (std::int64_t j = 0; j < width; j += kLanes)
    {
      if (task.branch)
        store (row + j,
               _mm512_add_ps (load (row + j), load (static_cast<const Branch *> (task.branch) + i * width + j)));
      sum = _mm512_add_ps (sum, load (row + j));
    }
  const Vector mean = _mm512_set1_ps (_mm512_reduce_add_ps (sum) / width);
  for (std::int64_t j = 0; j < width; j += kLanes)
    {
      const Vector difference = _mm512_sub_ps (load (row + j), mean);

      squares = _mm512_fmadd_ps (difference, difference, squares);
    }
  const float variance = _mm512_reduce_add_ps (squares) / width;
  const Vector factor = _mm512_set1_ps (1 / __builtin_sqrtf (variance + task.eps));
  for (std::int64_t j = 0; j < width; j += kLanes)
    store (result + j, _mm512_fmadd_ps (_mm512_mul_ps (_mm512_sub_ps (load (row + j), mean), factor),
                                        _mm512_loadu_ps (task.weight + j), _mm512_loadu_ps (task.bias + j)));
}

template <typename Rows, typename Branch, typename Result>
void
normalise_rows (const LayerNormTask &task, std::int64_t begin, std::int64_t end)
{
  std::int64_t i = begin;

  if (task.width == 2 * kLanes)
    for (; i + 4 <= end; i += 4)
      normalise_four<2, Rows, Branch, Result> (task, i);
  else if (task.width == 4 * kLanes)
    for (; i + 4 <= end; i += 4)
      normalise_four<4, Rows, Branch, Result> (task, i);
  for (; i < end; i++)
    normalise_row<Rows, Branch, Result> (task, i);
}

/* Adds the coarser maps to 16 channels of a pixel, and ReLU. */
inline Vector
finish_pixel (const HeadTask &task, std::int64_t x, std::int64_t channel, Vector sum)
{
  for (int map = 0; map < task.n_maps; map++)
    {
      const float *row = task.rows[map] + channel;
      const Vector first = _mm512_loadu_ps (row + task.first[map][x] * task.width);
      const Vector second = _mm512_loadu_ps (row + task.second[map][x] * task.width);
      const Vector share = _mm512_set1_ps (task.shares[map][x]);

      sum = _mm512_add_ps (sum, _mm512_fmadd_ps (share, _mm512_sub_ps (second, first), first));
    }
  return _mm512_max_ps (sum, _mm512_setzero_ps ());
}

constexpr int kPixels = 7; /* of the head at a time */

} // namespace

std::int64_t
attention_packed_size (std::int64_t n_keys, std::int64_t width)
{
  return round_up (n_keys, kKeys) * width;
}

void
attention_pack (const void *key, const void *value, std::int64_t stride, std::int64_t n_keys, std::int64_t width,
                bool half, void *packed_key, void *packed_value)
{
  if (half)
    pack (static_cast<const std::uint16_t *> (key), static_cast<const std::uint16_t *> (value), stride, n_keys, width,
          static_cast<std::uint16_t *> (packed_key), static_cast<std::uint16_t *> (packed_value));
  else
    pack (static_cast<const float *> (key), static_cast<const float *> (value), stride, n_keys, width,
          static_cast<float *> (packed_key), static_cast<float *> (packed_value));
}

std::int64_t
attention_space (const AttentionTask &task)
{
  return kQueries * (2 * round_up (task.n_keys, kKeys) + 64 + task.width) * 4;
}

void
attention_run (const AttentionTask &task, std::int64_t begin, std::int64_t end, void *space)
{
  if (task.half)
    attend<std::uint16_t> (task, begin, end, static_cast<float *> (space));
  else
    attend<float> (task, begin, end, static_cast<float *> (space));
}

void
depthwise_gelu_run (const DepthwiseTask &task, std::int64_t begin, std::int64_t end)
{
  if (task.half)
    depthwise<std::uint16_t> (task, begin, end);
  else
    depthwise<float> (task, begin, end);
}

void
linear_half_run (const LinearLayer &layer, const std::uint16_t *rows, std::int64_t n, std::uint16_t *result)
{
  constexpr std::int64_t few = 8, piece = 16 * few; /* rows that stay in the cache for all columns */

  for (std::int64_t first = 0; first < n; first += piece)
    for (std::int64_t channel = 0; channel < layer.width; channel += 2 * kLanes)
      {
        const std::int64_t end = first + piece < n ? first + piece : n;
        std::int64_t i = first;

        for (; i + few <= end; i += few)
          linear_block<few> (layer, rows + i * layer.depth, channel, result + i * layer.width);
        for (; i < end; i++)
          linear_block<1> (layer, rows + i * layer.depth, channel, result + i * layer.width);
      }
}

std::int64_t
mix_space (const MixTask &task)
{
  return 4 * task.width * task.first.width * 2;
}

void
mix_run (const MixTask &task, std::int64_t begin, std::int64_t end, void *space)
{
  const std::int64_t channels = task.first.width, size = task.width * channels;
  std::uint16_t *const rows = static_cast<std::uint16_t *> (space), *const active = rows + 3 * size;
  DepthwiseTask depthwise = {};
  std::int64_t next = 0; /* the first row that has not been through the first layer */

  depthwise.weight = task.weight;
  depthwise.bias = task.bias;
  depthwise.width = task.width;
  depthwise.channels = channels;
  for (std::int64_t row = begin; row < end; row++)
    {
      const std::int64_t y = row % task.height, top = row - y;
      const std::int64_t first = row > top ? row - 1 : row, last = row + 1 < top + task.height ? row + 1 : row;

      for (next = next > first ? next : first; next <= last; next++)
        linear_half_run (task.first, task.map + next * task.width * task.first.depth, task.width,
                         rows + next % 3 * size);
      for (std::int64_t c = 0; c < channels; c += kLanes)
        depthwise_row<std::uint16_t> (first < row ? rows + first % 3 * size + c : nullptr, rows + row % 3 * size + c,
                                      last > row ? rows + last % 3 * size + c : nullptr, depthwise, c, active + c);
      linear_half_run (task.second, active, task.width, task.result + row * task.width * task.second.width);
    }
}

void
layer_norm_run (const LayerNormTask &task, std::int64_t begin, std::int64_t end)
{
  if (task.half_rows)
    normalise_rows<std::uint16_t, std::uint16_t, std::uint16_t> (task, begin, end);
  else if (task.half_branch && task.half_result)
    normalise_rows<float, std::uint16_t, std::uint16_t> (task, begin, end);
  else if (task.half_branch)
    normalise_rows<float, std::uint16_t, float> (task, begin, end);
  else if (task.half_result)
    normalise_rows<float, float, std::uint16_t> (task, begin, end);
  else
    normalise_rows<float, float, float> (task, begin, end);
}

void
head_pack (const float *weight, std::int64_t width, std::int64_t depth, float *packed)
{
  for (std::int64_t j = 0; j < width; j++)
    for (std::int64_t k = 0; k < depth; k++)
      packed[j / 64 * 64 * depth + k * 64 + j % 64] = weight[j * depth + k];
}

void
linear_run (const float *rows, std::int64_t n, std::int64_t depth, const float *packed, std::int64_t width,
            float *result)
{
  for (std::int64_t channel = 0; channel < width; channel += 64)
    {
      const float *weight = packed + channel * depth;
      std::int64_t i = 0;

      for (; i + kPixels <= n; i += kPixels)
        multiply_block<kPixels, 4> (rows + i * depth, depth, weight, depth, result + i * width + channel, width);
      for (; i < n; i++)
        multiply_block<1, 4> (rows + i * depth, depth, weight, depth, result + i * width + channel, width);
    }
}

std::int64_t
head_space (const HeadTask &task)
{
  return kPixels * (64 + task.depth) * 4;
}

void
head_run (const HeadTask &task, void *space)
{
  float *product = static_cast<float *> (space), *filled = product + kPixels * 64;

  for (std::int64_t first = 0; first < task.n; first += kPixels)
    {
      const std::int64_t n = task.n - first < kPixels ? task.n - first : kPixels;
      const float *pixels = task.map + first * task.depth;

      if (n < kPixels)
        {
          std::memset (filled, 0, kPixels * task.depth * 4);
          std::memcpy (filled, pixels, n * task.depth * 4);
          pixels = filled;
        }
      for (std::int64_t c = 0; c < task.classes; c++)
        for (std::int64_t i = 0; i < n; i++)
          task.result[c * task.stride + first + i] = task.classifier_bias[c];
      for (std::int64_t channel = 0; channel < task.width; channel += 64)
        {
          multiply_block<kPixels, 4> (pixels, task.depth, task.weight + channel * task.depth, task.depth, product, 64);
          for (std::int64_t i = 0; i < n; i++)
            {
              Vector sum[4];

#pragma GCC unroll 4
              for (int j = 0; j < 4; j++)
                sum[j] = finish_pixel (task, first + i, channel + j * kLanes,
                                       _mm512_add_ps (_mm512_loadu_ps (product + i * 64 + j * kLanes),
                                                      _mm512_loadu_ps (task.bias + channel + j * kLanes)));
              for (std::int64_t c = 0; c < task.classes; c++)
                {
                  const float *weight = task.classifier + c * task.width + channel;
                  Vector total = _mm512_mul_ps (sum[0], _mm512_loadu_ps (weight));

#pragma GCC unroll 4
                  for (int j = 1; j < 4; j++)
                    total = _mm512_fmadd_ps (sum[j], _mm512_loadu_ps (weight + j * kLanes), total);
                  task.result[c * task.stride + first + i] += _mm512_reduce_add_ps (total);
                }
            }
        }
    }
}

} // namespace acini
