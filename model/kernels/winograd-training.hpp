/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Winograd's convolutions with gradients, see winograd-gradient-kernel.hpp. */

#include "model/kernels/winograd.hpp"

namespace acini
{

/* Whether @convolution of @input, whose gradient is to come back, is computed so: here and now, and faster than as
 * libtorch does.  Only where maps are channels last: training in another order is as libtorch sums up. */
bool trains_by_winograd (const torch::nn::Conv2d &convolution, const ConvolutionInput &input);

/* The convolution, without ReLU.  Under autocast its maps are bfloat16, and factors 16 bits; sums are float32, and so
 * is the weights' gradient. */
torch::Tensor convolve_differentiably (const torch::nn::Conv2d &convolution, const ConvolutionInput &input);

} // namespace acini
