/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The parts of a transformer that are no plain matrix products, for processors with AVX-512.  Without torch; all
 * arrays are float, or bfloat16 (the upper half of a float) where @half is set. */

#include <cstdint>

namespace acini
{

/* Softmax (scale × Q Kᵀ) V of one image and head. */
struct AttentionTask
{
  const void *query;              /* token t begins at t × @query_stride numbers */
  const void *packed_key, *packed_value;
  void *result;                   /* token t at t × @query_stride too */
  std::int64_t query_stride;
  std::int64_t n_keys, width;     /* @width: of a head, 32 or a multiple of 64 */
  float scale;
  bool half;
};

/* Numbers that the packed keys, or values, of a head take. */
std::int64_t attention_packed_size (std::int64_t n_keys, std::int64_t width);
/* @key, @value: token t begins at t × @stride numbers. */
void attention_pack (const void *key, const void *value, std::int64_t stride, std::int64_t n_keys, std::int64_t width,
                     bool half, void *packed_key, void *packed_value);
/* Bytes of the caller's own that attention_run () needs. */
std::int64_t attention_space (const AttentionTask &task);
/* Computes the tokens @begin to @end. */
void attention_run (const AttentionTask &task, std::int64_t begin, std::int64_t end, void *space);

/* GELU (in its erf form) of a depthwise convolution of 3 × 3, padding 1. */
struct DepthwiseTask
{
  const void *map; /* [N, height, width, channels] */
  void *result;    /* the same */
  const float *weight, *bias; /* [9][channels], [channels] */
  std::int64_t height, width, channels; /* @channels: a multiple of 16 */
  bool half;
};

/* Computes the rows @begin to @end, counted over all images. */
void depthwise_gelu_run (const DepthwiseTask &task, std::int64_t begin, std::int64_t end);

/* LayerNorm of @n rows of @width (a multiple of 16) numbers. */
void layer_norm_run (const void *rows, std::int64_t n, std::int64_t width, const float *weight, const float *bias,
                     float eps, bool half, void *result);

} // namespace acini
