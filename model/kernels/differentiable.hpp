/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What training computes with loops of our own, forwards and backwards, on a processor and in float32; what they cannot
 * take is libtorch's.  Sums are added up in an order that does not depend on the number of threads. */

#include "model/base/torch.hpp"

#include <ATen/autocast_mode.h>
#include <c10/core/impl/LocalDispatchKeySet.h>
#include <vector>

namespace acini
{

/* Whether these functions may take @x, here and now: not where exact numbers are asked for. */
bool may_compute_own (const torch::Tensor &x);
/* And whether a gradient is to come back.  Not where autocast may cast @x: it is libtorch's then. */
bool may_differentiate (const torch::Tensor &x);

/* While one lives, nothing on its thread is cast to lower precisions by itself: maps are float32.  Where autocast was
 * on for bfloat16, the functions below round what they multiply to it. */
class WithoutAutocast
{
public:
  WithoutAutocast ();
  ~WithoutAutocast ();
  WithoutAutocast (const WithoutAutocast &) = delete;
  WithoutAutocast &operator= (const WithoutAutocast &) = delete;

private:
  const bool before;
  const c10::impl::ExcludeDispatchKeyGuard guard;
};

/* A linear layer; @x: [..., from], @bias: or undefined. */
torch::Tensor linear_differentiably (const torch::Tensor &x, const torch::Tensor &weight, const torch::Tensor &bias);

/* As attend_maps (). */
torch::Tensor attend_differentiably (const torch::Tensor &query, const torch::Tensor &key_value, int64_t heads,
                                     double dropout);

/* The sum of maps [N, H, W, C], upsampled to the first one's size (bilinear, align_corners false).  The first one may
 * be overwritten: it must be a result that nobody else needs, not even its own gradient. */
torch::Tensor sum_upsampled (const std::vector<torch::Tensor> &maps);

/* @classifier (1 × 1) of dropout of ReLU of @norm of @map [N, H, W, C]; @norm's running statistics are brought up to
 * date in training.  Returns: NCHW */
torch::Tensor classify_normalised (const torch::Tensor &map, torch::nn::BatchNorm2d &norm, double dropout,
                                   torch::nn::Conv2d &classifier);

/* As convolve_gelu (). */
torch::Tensor convolve_gelu_differentiably (torch::nn::Conv2d &depthwise, const torch::Tensor &x);

} // namespace acini
