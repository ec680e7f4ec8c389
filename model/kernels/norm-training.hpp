/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* BatchNorm with what follows it, in training.  Sums are added up in an order that does not depend on the number of
 * threads. */

#include "model/base/torch.hpp"

namespace acini
{

/* What BatchNorm does to each channel. */
struct Scaling
{
  torch::Tensor mean, reciprocal; /* one by the deviation */
};

/* The statistics that @norm normalises @map [..., channels], float32 or bfloat16, with: in training the map's own,
 * which the running ones then move to. */
Scaling measure_norm (torch::nn::BatchNorm2d &norm, const torch::Tensor &map);

/* Columns of sums, one row a piece of the work, added up in the pieces' order. */
torch::Tensor add_pieces (const torch::Tensor &sums);

/* Whether normalise_differentiably () takes @x, here and now: a map of float32 or bfloat16, channels last, whose
 * gradient is to come back. */
bool normalises_differentiably (const torch::nn::BatchNorm2d &norm, const torch::Tensor &x);
/* @norm of @x, NCHW, to which @residual is added unless it is undefined, and ReLU of that where it is to @rectify. */
torch::Tensor normalise_differentiably (torch::nn::BatchNorm2d &norm, const torch::Tensor &x,
                                        const torch::Tensor &residual, bool rectify);

} // namespace acini
