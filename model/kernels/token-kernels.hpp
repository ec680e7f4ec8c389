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
  const void *query; /* token t begins at t × @query_stride numbers */
  const void *packed_key, *packed_value;
  void *result;          /* token t at t × @query_stride too */
  const float *key_bias; /* what is added to each key's products, as many as keys fill blocks of 64; or null */
  std::int64_t query_stride;
  std::int64_t n_keys, width; /* @width: of a head, 32 or a multiple of 64 */
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
  const void *map;                      /* [N, height, width, channels] */
  void *result;                         /* the same */
  const float *weight, *bias;           /* [9][channels], [channels] */
  std::int64_t height, width, channels; /* @channels: a multiple of 16 */
  bool half;
};

/* Computes the rows @begin to @end, counted over all images. */
void depthwise_gelu_run (const DepthwiseTask &task, std::int64_t begin, std::int64_t end);

/* A linear layer of bfloat16, whose bias is float. */
struct LinearLayer
{
  const std::uint16_t *weight; /* packed: [width / 32][depth / 2][32][2] */
  const float *bias;           /* [width] */
  std::int64_t depth, width;   /* from and to; @depth is even, @width a multiple of 32 */
};

/* Rows [@n][depth] to rows [@n][width]. */
void linear_half_run (const LinearLayer &layer, const std::uint16_t *rows, std::int64_t n, std::uint16_t *result);

/* The MLP of a block of MiT: a linear layer, GELU of a depthwise convolution, a linear layer, a few rows of the map at
 * a time, so that what lies between stays in the cache. */
struct MixTask
{
  const std::uint16_t *map; /* [N, height, width, first's depth] */
  std::uint16_t *result;    /* [N, height, width, second's width] */
  LinearLayer first, second;
  const float *weight, *bias; /* of the convolution, as in DepthwiseTask, whose channels are the first's width */
  std::int64_t height, width;
};

/* Bytes of the caller's own that mix_run () needs. */
std::int64_t mix_space (const MixTask &task);
/* Computes the rows @begin to @end, counted over all images. */
void mix_run (const MixTask &task, std::int64_t begin, std::int64_t end, void *space);

/* LayerNorm over rows of @width (a multiple of 16) numbers, perhaps of a sum. */
struct LayerNormTask
{
  void *rows;         /* become the sum where there is a @branch */
  const void *branch; /* null: nothing is added */
  void *result;
  const float *weight, *bias;
  std::int64_t width;
  float eps;
  bool half_rows;                /* then all three are bfloat16 */
  bool half_branch, half_result; /* else float, or bfloat16, each */
};

/* Computes the rows @begin to @end. */
void layer_norm_run (const LayerNormTask &task, std::int64_t begin, std::int64_t end);

/* What a decode head does with its finest map and the others: for each pixel a linear layer, to which the coarser maps
 * (which went through layers of their own) are added, upsampled; ReLU; and the classifier.  All are float, pixels
 * outermost.  None of what lies between goes through memory. */
struct HeadTask
{
  const float *map;    /* a row of the finest map, [n][depth] */
  const float *weight; /* packed by head_pack () */
  const float *bias;   /* [width] */
  /* @n_maps rows of coarser maps, already between two of their own rows, [n / …][width]; for each pixel the two to
   * blend and the share of the second. */
  const float *const *rows;
  const std::int64_t *const *first, *const *second;
  const float *const *shares;
  int n_maps;
  const float *classifier, *classifier_bias;     /* [classes][width], [classes] */
  float *result;                                 /* class c begins at c × @stride */
  std::int64_t n, depth, width, classes, stride; /* @width: a multiple of 64 */
};

/* @weight: [width][depth]; to as many numbers. */
void head_pack (const float *weight, std::int64_t width, std::int64_t depth, float *packed);
/* The linear layer alone, of @n rows [depth] to rows [width]. */
void linear_run (const float *rows, std::int64_t n, std::int64_t depth, const float *packed, std::int64_t width,
                 float *result);
/* Computes @n pixels.  @space: head_space () bytes. */
void head_run (const HeadTask &task, void *space);
std::int64_t head_space (const HeadTask &task);

} // namespace acini
