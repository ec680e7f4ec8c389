/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Convolutions with a stride from and to float32, where what lies behind is bfloat16: see strided-kernel.hpp. */

#include "model/base/torch.hpp"

namespace acini
{

class Strided
{
public:
  /* Whether this processor, and @convolution in a network of @type, can be computed so. */
  static bool fits (const torch::nn::Conv2d &convolution, torch::ScalarType type);

  /* @convolution: float32, with a bias */
  explicit Strided (const torch::nn::Conv2d &convolution);

  /* Whether it can take @x now. */
  bool takes (const torch::Tensor &x) const;
  /* @x: float32, NCHW.  Returns: float32, NCHW, channels last */
  torch::Tensor operator() (const torch::Tensor &x) const;

private:
  torch::Tensor round_map (const torch::Tensor &x, float size) const;

  int64_t channels, outputs, side, stride;
  torch::Tensor weight, units, bias;
};

} // namespace acini
