/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Convolutions of 3 × 3 with a quarter of the products, see winograd-kernel.hpp. */

#include "model/base/torch.hpp"
#include "model/kernels/processor.hpp"

namespace acini
{

/* What goes into a convolution: @first, and behind its channels those of @second, where there is one.  All NCHW. */
struct ConvolutionInput
{
  torch::Tensor first;
  torch::Tensor second = {};
  bool upsample = false;  /* @first is half the size, each pixel stands for four */
  bool rectified = false; /* no number of @first is negative */
};

/* Whether it is a convolution that Winograd's algorithm is for here: 3 × 3, stride 1, a border of one pixel, channels
 * that come in in sixteens, weights in float32. */
bool has_winograd_shape (const torch::nn::Conv2d &convolution);

struct WinogradTask;
/* All tiles of all images, on all threads. */
void compute_winograd (const WinogradTask &task, int64_t images);

class Winograd
{
public:
  /* Whether this processor, and a convolution of that shape (stride and dilation 1), can be computed so. */
  static bool fits (const torch::nn::Conv2d &convolution, torch::ScalarType type);

  /* @weight: float32 [outputs, channels, 3, 3]; @bias: [outputs]; @type: of the maps, float32 or bfloat16.  @doubled:
   * channels of ConvolutionInput's first map, where that is to be upsampled: it then takes fewer products */
  Winograd (const torch::Tensor &weight, const torch::Tensor &bias, torch::ScalarType type, int64_t doubled = 0);

  /* Whether it can take that input now. */
  bool takes (const ConvolutionInput &input) const;
  /* ReLU (unless it is not to @rectify) of the convolution, and of @residual added to it where there is one.  Returns:
   * NCHW, channels last */
  torch::Tensor operator() (const ConvolutionInput &input, const torch::Tensor &residual = {},
                            bool rectify = true) const;

private:
  /* Weights at the points of evaluation, and what they count. */
  struct Points
  {
    torch::Tensor weight, units;
  };

  Points evaluate (const torch::Tensor &weight, const torch::Tensor &transform, at::ArrayRef<float> gains) const;
  bool pays_doubled (const ConvolutionInput &input) const;

  torch::ScalarType type;
  int64_t channels, outputs, doubled_channels;
  int block;
  Points all, doubled, others; /* of all channels, of those that are upsampled, of the others */
  torch::Tensor bias, nothing;
};

} // namespace acini
