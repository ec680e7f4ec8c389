/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/base/torch.hpp"

namespace acini
{

/* A linear layer whose weights may lie as oneDNN's products read them, with the bias added on the way.  Otherwise
 * libtorch puts the weights in order for each product, and adds the bias in a pass of its own. */
class PackedLinear
{
public:
  PackedLinear () = default;
  /* @linear: somebody's module; it is what computes wherever nothing is packed, and where exact numbers are asked for.
   */
  explicit PackedLinear (torch::nn::Linear linear);

  /* @x: [..., from], of the weights' type.  Returns: [..., to]. */
  torch::Tensor operator() (const torch::Tensor &x);
  /* For inference on a CPU, on inputs of that type, before lower () to it.  Does nothing where libtorch has no oneDNN.
   */
  void pack (torch::ScalarType type);
  void lower (torch::ScalarType type);
  torch::ScalarType get_type () const;

private:
  torch::Tensor multiply (const torch::Tensor &x) const;

  torch::nn::Linear linear{ nullptr };
  torch::Tensor packed, bias;
};

} // namespace acini
