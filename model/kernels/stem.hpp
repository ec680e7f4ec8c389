/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The first convolution of a ResNet, see stem-kernel.hpp. */

#include "model/base/torch.hpp"

namespace acini
{

class Stem
{
public:
  /* Whether this processor, and @convolution with maps of @type behind it, can be computed so. */
  static bool fits (const torch::nn::Conv2d &convolution, torch::ScalarType type);

  /* @convolution: float32, with a bias */
  explicit Stem (const torch::nn::Conv2d &convolution);

  /* Whether it can take @x now. */
  bool takes (const torch::Tensor &x) const;
  /* @x: float32, NCHW.  Returns: bfloat16, NCHW, channels last */
  torch::Tensor operator() (const torch::Tensor &x) const;

private:
  torch::Tensor weight, units, bias;
};

} // namespace acini
