/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What comes back through token-kernels.hpp's loops in training, for processors with AVX-512.  Without torch; all
 * numbers are float. */

#include "model/kernels/token-kernels.hpp"

namespace acini
{

/* Of depthwise_gelu_run ().  @gradient: of its result.  @task's result becomes the gradient of what GELU takes; to
 * @sums, [10][channels], is added what the rows give to the gradients of the nine weights and the bias.  Rows as there.
 */
void depthwise_gelu_gradient_run (const DepthwiseTask &task, const float *gradient, std::int64_t begin,
                                  std::int64_t end, float *sums);

/* The convolution alone. */
void depthwise_run (const DepthwiseTask &task, std::int64_t begin, std::int64_t end);

/* What comes back through attention_run () of one image and head; the shares of softmax are computed once more. */
struct AttentionGradientTask
{
  const float *query, *gradient;                       /* token t begins at t × @stride numbers, */
  float *query_gradient;                               /* of all three */
  const void *packed_key, *packed_value, *packed_rows; /* see attention_gradient_pack () */
  std::int64_t stride, n_keys, width;                  /* @width: of a head, a multiple of 32 */
  float scale;
  bool half;
};

/* Keys up to a multiple of 32. */
std::int64_t attention_gradient_keys (std::int64_t n_keys);
/* @key, @value: token t begins at t × @stride numbers.  Each packed matrix is of product_packed_size () of @width and
 * all keys. */
void attention_gradient_pack (const float *key, const float *value, std::int64_t stride, std::int64_t n_keys,
                              std::int64_t width, bool half, void *packed_key, void *packed_value, void *packed_rows);
/* Bytes of the caller's own that attention_gradient_run () needs. */
std::int64_t attention_gradient_space (const AttentionGradientTask &task);
/* Computes the tokens @begin to @end; adds to @key_sums and @value_sums, [all keys][width], what they give to the
 * gradients of keys and values. */
void attention_gradient_run (const AttentionGradientTask &task, std::int64_t begin, std::int64_t end, float *key_sums,
                             float *value_sums, void *space);

} // namespace acini
