/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Convolutions to few channels, see narrow-kernel.hpp. */

#include "model/base/torch.hpp"

namespace acini
{

/* Whether convolve_narrow () is faster than libtorch here, and can take @x: no gradients come back.  @convolution:
 * 3 × 3, stride and padding 1, without groups */
bool is_narrow (const torch::nn::Conv2d &convolution, const torch::Tensor &x);

/* @x: NCHW; may be less precise than the weights.  @contrast: the second output channel less the first one alone.
 * Returns: NCHW, float32 */
torch::Tensor convolve_narrow (const torch::nn::Conv2d &convolution, const torch::Tensor &x, bool contrast = false);

} // namespace acini
