/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/kernels/token-gradients.hpp"

#include "model/kernels/avx512.hpp"
#include "model/kernels/product-kernel.hpp"

namespace acini
{

namespace
{

/* The derivative of GELU: Φ (x) + x φ (x), by Abramowitz and Stegun, 7.1.26, which is off by 1.5e-7. */
inline Vector
gelu_slope (Vector x)
{
  const Vector one = _mm512_set1_ps (1.0f), z = _mm512_mul_ps (_mm512_abs_ps (x), _mm512_set1_ps (0.70710678f));
  const Vector t = _mm512_div_ps (one, _mm512_fmadd_ps (z, _mm512_set1_ps (0.3275911f), one));
  const Vector bell = power_of_two (_mm512_mul_ps (_mm512_mul_ps (z, z), _mm512_set1_ps (-1.44269504f)));
  Vector sum = _mm512_set1_ps (0.5f * 1.061405429f);

  sum = _mm512_fmadd_ps (sum, t, _mm512_set1_ps (0.5f * -1.453152027f));
  sum = _mm512_fmadd_ps (sum, t, _mm512_set1_ps (0.5f * 1.421413741f));
  sum = _mm512_fmadd_ps (sum, t, _mm512_set1_ps (0.5f * -0.284496736f));
  sum = _mm512_fmadd_ps (sum, t, _mm512_set1_ps (0.5f * 0.254829592f));
  const Vector tail = _mm512_mul_ps (_mm512_mul_ps (sum, t), bell); /* Φ (−|x|) */
  const __mmask16 negative = _mm512_cmp_ps_mask (x, _mm512_setzero_ps (), _CMP_LT_OQ);
  const Vector share = _mm512_mask_mov_ps (_mm512_sub_ps (one, tail), negative, tail);

  return _mm512_fmadd_ps (_mm512_mul_ps (x, _mm512_set1_ps (0.39894228f)), bell, share);
}

/* 3 × 3 pixels that move along a row, of 16 channels; @rows: null above and below the map. */
struct Window
{
  const float *rows[3];
  std::int64_t step, width;
  Vector left[3], centre[3], right[3];

  Window (const float *map, std::int64_t y, const DepthwiseTask &task) : step (task.channels), width (task.width)
  {
    const std::int64_t row = width * step;

    rows[0] = y > 0 ? map - row : nullptr;
    rows[1] = map;
    rows[2] = y + 1 < task.height ? map + row : nullptr;
    for (int i = 0; i < 3; i++)
      {
        centre[i] = _mm512_setzero_ps ();
        right[i] = rows[i] ? _mm512_loadu_ps (rows[i]) : _mm512_setzero_ps ();
      }
  }

  /* To pixel @x, from the one before. */
  inline void
  move (std::int64_t x)
  {
#pragma GCC unroll 3
    for (int i = 0; i < 3; i++)
      {
        left[i] = centre[i];
        centre[i] = right[i];
        right[i] = rows[i] && x + 1 < width ? _mm512_loadu_ps (rows[i] + (x + 1) * step) : _mm512_setzero_ps ();
      }
  }

  inline Vector
  convolve (const Vector *weight, Vector sum) const
  {
#pragma GCC unroll 3
    for (int i = 0; i < 3; i++)
      {
        sum = _mm512_fmadd_ps (left[i], weight[3 * i], sum);
        sum = _mm512_fmadd_ps (centre[i], weight[3 * i + 1], sum);
        sum = _mm512_fmadd_ps (right[i], weight[3 * i + 2], sum);
      }
    return sum;
  }
};

inline void
load_weights (const DepthwiseTask &task, std::int64_t channel, Vector *weight)
{
#pragma GCC unroll 9
  for (int i = 0; i < 9; i++)
    weight[i] = _mm512_loadu_ps (task.weight + i * task.channels + channel);
}

constexpr std::int64_t kQueries = 60; /* of attention at a time: five blocks of product_rows () */

/* Softmax of a row of @n scores, times @scale; what fills it up to @padded becomes zero. */
inline void
share_row (float *scores, std::int64_t n, std::int64_t padded, float scale)
{
  const Vector least = _mm512_set1_ps (-3.0e38f), factor = _mm512_set1_ps (scale * 1.44269504f);
  const auto there = [n] (std::int64_t i) {
    return static_cast<__mmask16> (n - i >= kLanes ? 0xffff : n > i ? (1u << (n - i)) - 1 : 0);
  };
  Vector most = least, sum = _mm512_setzero_ps ();

  for (std::int64_t i = 0; i < padded; i += kLanes)
    most = _mm512_max_ps (most, _mm512_mask_loadu_ps (least, there (i), scores + i));
  const Vector greatest = _mm512_mul_ps (_mm512_set1_ps (_mm512_reduce_max_ps (most)), factor);
  for (std::int64_t i = 0; i < padded; i += kLanes)
    {
      const Vector share = _mm512_maskz_mov_ps (
          there (i), power_of_two (_mm512_fmsub_ps (_mm512_loadu_ps (scores + i), factor, greatest)));

      sum = _mm512_add_ps (sum, share);
      _mm512_storeu_ps (scores + i, share);
    }
  const Vector part = _mm512_set1_ps (1 / _mm512_reduce_add_ps (sum));
  for (std::int64_t i = 0; i < padded; i += kLanes)
    _mm512_storeu_ps (scores + i, _mm512_mul_ps (_mm512_loadu_ps (scores + i), part));
}

/* What comes back through softmax: @back becomes @shares × (@back − their mean by these shares) × @scale. */
inline void
share_gradient (const float *shares, float *back, std::int64_t n, float scale)
{
  const Vector factor = _mm512_set1_ps (scale);
  Vector sum = _mm512_setzero_ps ();

  for (std::int64_t i = 0; i < n; i += kLanes)
    sum = _mm512_fmadd_ps (_mm512_loadu_ps (shares + i), _mm512_loadu_ps (back + i), sum);
  const Vector mean = _mm512_set1_ps (_mm512_reduce_add_ps (sum));
  for (std::int64_t i = 0; i < n; i += kLanes)
    _mm512_storeu_ps (back + i, _mm512_mul_ps (_mm512_mul_ps (_mm512_loadu_ps (shares + i), factor),
                                               _mm512_sub_ps (_mm512_loadu_ps (back + i), mean)));
}

} // namespace

std::int64_t
attention_gradient_keys (std::int64_t n_keys)
{
  return (n_keys + 31) / 32 * 32;
}

void
attention_gradient_pack (const float *key, const float *value, std::int64_t stride, std::int64_t n_keys,
                         std::int64_t width, bool half, void *packed_key, void *packed_value, void *packed_rows)
{
  product_pack (key, 1, stride, width, width, n_keys, half, packed_key);
  product_pack (value, 1, stride, width, width, n_keys, half, packed_value);
  product_pack (key, stride, 1, n_keys, attention_gradient_keys (n_keys), width, half, packed_rows);
}

std::int64_t
attention_gradient_space (const AttentionGradientTask &task)
{
  const std::int64_t keys = attention_gradient_keys (task.n_keys);
  const std::int64_t rows = product_rows_space (keys > task.width ? keys : task.width);
  const std::int64_t sums = product_sums_space (keys, task.width);

  return kQueries * (2 * keys + task.width) * 4 + (rows > sums ? rows : sums);
}

void
attention_gradient_run (const AttentionGradientTask &task, std::int64_t begin, std::int64_t end, float *key_sums,
                        float *value_sums, void *space)
{
  const std::int64_t keys = attention_gradient_keys (task.n_keys), width = task.width, stride = task.stride;
  float *shares = static_cast<float *> (space), *back = shares + kQueries * keys, *result = back + kQueries * keys;
  void *rest = result + kQueries * width;

  for (std::int64_t first = begin; first < end; first += kQueries)
    {
      const std::int64_t n = end - first < kQueries ? end - first : kQueries;
      const float *query = task.query + first * stride, *gradient = task.gradient + first * stride;

      product_rows (query, n, stride, task.packed_key, width, keys, nullptr, task.half, shares, rest);
      product_rows (gradient, n, stride, task.packed_value, width, keys, nullptr, task.half, back, rest);
      for (std::int64_t i = 0; i < n; i++)
        {
          share_row (shares + i * keys, task.n_keys, keys, task.scale);
          share_gradient (shares + i * keys, back + i * keys, keys, task.scale);
        }
      product_rows (back, n, keys, task.packed_rows, keys, width, nullptr, task.half, result, rest);
      for (std::int64_t i = 0; i < n; i++)
        std::memcpy (task.query_gradient + (first + i) * stride, result + i * width, width * sizeof (float));
      product_sums (back, keys, keys, query, stride, width, n, task.half, key_sums, rest);
      product_sums (shares, keys, keys, gradient, stride, width, n, task.half, value_sums, rest);
    }
}

void
depthwise_gelu_gradient_run (const DepthwiseTask &task, const float *gradient, std::int64_t begin, std::int64_t end,
                             float *sums)
{
  const std::int64_t step = task.channels, size = task.width * step;

  for (std::int64_t row = begin; row < end; row++)
    for (std::int64_t c = 0; c < step; c += kLanes)
      {
        const float *back = gradient + row * size + c;
        float *result = static_cast<float *> (task.result) + row * size + c;
        const Vector bias = _mm512_loadu_ps (task.bias + c);
        Window window (static_cast<const float *> (task.map) + row * size + c, row % task.height, task);
        Vector weight[9], sum[10];

        load_weights (task, c, weight);
#pragma GCC unroll 10
        for (int i = 0; i < 10; i++)
          sum[i] = _mm512_loadu_ps (sums + i * step + c);
        for (std::int64_t x = 0; x < task.width; x++)
          {
            window.move (x);
            const Vector slope = gelu_slope (window.convolve (weight, bias));
            const Vector share = _mm512_mul_ps (slope, _mm512_loadu_ps (back + x * step));

            _mm512_storeu_ps (result + x * step, share);
#pragma GCC unroll 3
            for (int i = 0; i < 3; i++)
              {
                sum[3 * i] = _mm512_fmadd_ps (window.left[i], share, sum[3 * i]);
                sum[3 * i + 1] = _mm512_fmadd_ps (window.centre[i], share, sum[3 * i + 1]);
                sum[3 * i + 2] = _mm512_fmadd_ps (window.right[i], share, sum[3 * i + 2]);
              }
            sum[9] = _mm512_add_ps (sum[9], share);
          }
#pragma GCC unroll 10
        for (int i = 0; i < 10; i++)
          _mm512_storeu_ps (sums + i * step + c, sum[i]);
      }
}

void
depthwise_run (const DepthwiseTask &task, std::int64_t begin, std::int64_t end)
{
  const std::int64_t step = task.channels, size = task.width * step;

  for (std::int64_t row = begin; row < end; row++)
    for (std::int64_t c = 0; c < step; c += kLanes)
      {
        float *result = static_cast<float *> (task.result) + row * size + c;
        const Vector bias = _mm512_loadu_ps (task.bias + c);
        Window window (static_cast<const float *> (task.map) + row * size + c, row % task.height, task);
        Vector weight[9];

        load_weights (task, c, weight);
        for (std::int64_t x = 0; x < task.width; x++)
          {
            window.move (x);
            _mm512_storeu_ps (result + x * step, window.convolve (weight, bias));
          }
      }
}

} // namespace acini
