/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/base/torch.hpp"
#include "model/kernels/token-kernels.hpp"

namespace acini
{

/* A depthwise convolution of 3 × 3 of @map into @result, both [N, H, W, C] and contiguous, float32 or bfloat16; @weight
 * [9, C] and @bias [C], float32.  All have to outlive it. */
inline DepthwiseTask
make_depthwise_task (const torch::Tensor &map, const torch::Tensor &weight, const torch::Tensor &bias,
                     const torch::Tensor &result)
{
  DepthwiseTask task = {};

  task.map = map.const_data_ptr ();
  task.result = result.data_ptr ();
  task.weight = weight.const_data_ptr<float> ();
  task.bias = bias.const_data_ptr<float> ();
  task.height = map.size (1);
  task.width = map.size (2);
  task.channels = map.size (3);
  task.half = map.scalar_type () == torch::kBFloat16;
  return task;
}

} // namespace acini
