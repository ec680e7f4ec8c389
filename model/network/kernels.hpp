/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What libtorch computes too, but slowly on some processors.  For inference: no gradients come back. */

#include "model/network/network.hpp"

namespace acini
{

/* Scaled dot product attention of [N, heads, tokens, width]; @dropout for training. */
torch::Tensor attend (const torch::Tensor &query, const torch::Tensor &key, const torch::Tensor &value, double dropout);

/* ReLU of the sum of all maps [N, H, W, C], enlarged to the first one's size (bilinear, align_corners false), which
 * may be overwritten.  Returns: [N, H, W, C] */
torch::Tensor rectify_sum_enlarged (const std::vector<torch::Tensor> &maps);

} // namespace acini
