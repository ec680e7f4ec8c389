/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What libtorch computes too, but slowly on some processors.  For inference: no gradients come back. */

#include "model/base/torch.hpp"
#include "model/kernels/packed-linear.hpp"

#include <vector>

namespace acini
{

/* @offset + @scale × @rgb, floats [3, 1, 1] and bytes [N, H, W, 3] on one device; @swap: to BGR first.  Returns: float,
 * NCHW, channels last */
torch::Tensor scale_pixels (const torch::Tensor &rgb, const torch::Tensor &scale, const torch::Tensor &offset,
                            bool swap);

/* Scaled dot product attention of [N, heads, tokens, width]; @dropout for training.  @bias: what is added to the
 * products before they are scaled, [N, 1, 1, tokens], or undefined */
torch::Tensor attend (const torch::Tensor &query, const torch::Tensor &key, const torch::Tensor &value, double dropout,
                      const torch::Tensor &bias = {});

/* The same for maps [N, H, W, C]: @query's tokens against those of @key_value, [N, h, w, 2 C], keys first.  @bias:
 * [N, h, w, 1], float32, or undefined.  Returns: like @query */
torch::Tensor attend_maps (const torch::Tensor &query, const torch::Tensor &key_value, int64_t heads, double dropout,
                           const torch::Tensor &bias = {});

/* Adds @branch, where there is one, to @x (which may be overwritten, and is the sum then), and returns LayerNorm of
 * that over the last axis, of @type. */
torch::Tensor add_normalise (torch::Tensor &x, const torch::Tensor &branch, torch::nn::LayerNorm &norm,
                             torch::ScalarType type);

/* GELU of a depthwise convolution of 3 × 3, padding 1; from and to [N, H, W, C].  The weights may be more precise than
 * @x. */
torch::Tensor convolve_gelu (torch::nn::Conv2d &depthwise, const torch::Tensor &x);

/* @second (convolve_gelu (@depthwise, @first (@x))), in one go where that pays: of bfloat16, for inference. */
torch::Tensor mix_feed_forward (PackedLinear &first, torch::nn::Conv2d &depthwise, PackedLinear &second,
                                const torch::Tensor &x);

/* LeakyReLU of @norm, with the statistics of each picture; from and to NCHW.  @x may be overwritten. */
torch::Tensor normalise_leaky (torch::Tensor x, torch::nn::InstanceNorm2d &norm, double slope);

/* The rest of a decode head: each stage's features [N, H, W, C] through a linear layer of its own ([width, C]; @bias is
 * for all of them together), upsampled to the first one's size and summed, ReLU, @classifier (1 × 1).  Returns: NCHW */
torch::Tensor classify (const std::vector<torch::Tensor> &features, const std::vector<torch::Tensor> &weights,
                        const torch::Tensor &bias, torch::nn::Conv2d &classifier);

/* ReLU of the sum of all maps [N, H, W, C], upsampled to the first one's size (bilinear, align_corners false), which
 * may be overwritten.  Returns: [N, H, W, C] */
torch::Tensor relu_of_upsampled_sum (const std::vector<torch::Tensor> &maps);

/* Bilinear, align_corners false; @x itself where it has that size already. */
torch::Tensor upsample_to (const torch::Tensor &logits, int64_t height, int64_t width);

} // namespace acini
