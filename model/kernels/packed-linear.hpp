/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/base/torch.hpp"
#include "model/kernels/token-kernels.hpp"

namespace acini
{

/* A linear layer whose weights may lie as our own products of bfloat16 read them, or oneDNN's, with the bias added on
 * the way.  Otherwise libtorch puts the weights in order for each product, and adds the bias in a pass of its own. */
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
  /* Whether Acini's own products compute it, here and now, on bfloat16; and with what. */
  bool is_own () const;
  LinearLayer get_layer () const;
  const torch::nn::Linear &
  get_linear () const
  {
    return linear;
  }

private:
  torch::Tensor multiply (const torch::Tensor &x) const;
  bool is_right (torch::ScalarType type) const;
  torch::Tensor multiply_own (const torch::Tensor &x) const;

  torch::nn::Linear linear{ nullptr };
  torch::Tensor packed, bias;  /* for oneDNN, */
  torch::Tensor own, own_bias; /* and as in LinearLayer */
};

} // namespace acini
