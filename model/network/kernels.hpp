/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What libtorch computes too, but slowly on some processors.  For inference: no gradients come back. */

#include "model/network/network.hpp"

namespace acini
{

/* Scaled dot product attention of [N, heads, tokens, width]; @dropout for training. */
torch::Tensor attend (const torch::Tensor &query, const torch::Tensor &key, const torch::Tensor &value, double dropout);

/* The same for maps [N, H, W, C]: @query's tokens against those of @key_value, [N, h, w, 2 C], keys first.  Returns:
 * like @query */
torch::Tensor attend_maps (const torch::Tensor &query, const torch::Tensor &key_value, int64_t heads, double dropout);

/* LayerNorm over the last axis. */
torch::Tensor normalise_layer (torch::nn::LayerNorm &norm, const torch::Tensor &x);

/* GELU of a depthwise convolution of 3 × 3; from and to [N, H, W, C]. */
torch::Tensor convolve_gelu (torch::nn::Conv2d &depthwise, const torch::Tensor &x);

/* ReLU of the sum of all maps [N, H, W, C], enlarged to the first one's size (bilinear, align_corners false), which
 * may be overwritten.  Returns: [N, H, W, C] */
torch::Tensor rectify_sum_enlarged (const std::vector<torch::Tensor> &maps);

} // namespace acini
