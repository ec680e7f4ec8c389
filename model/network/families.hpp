/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside network/: the makers, one file each, and the parts they share. */

#include "model/network/network.hpp"

namespace acini
{

std::shared_ptr<Network> make_segformer (const Architecture &architecture);
std::shared_ptr<Network> make_unet (const Architecture &architecture);
std::shared_ptr<Network> make_dynamic_unet (const Architecture &architecture);

/* Merges @norm, in eval mode, into the weights of the convolution before it (which gets a bias).  @norm then does
 * nothing and should be left out. */
void fold_batch_norm (torch::nn::Conv2d &convolution, torch::nn::BatchNorm2d &norm);

/* ReLU in place: @x is a result that nobody else needs. */
inline torch::Tensor
rectify (torch::Tensor x)
{
  return x.relu_ ();
}

/* A holder of children without a forward of its own, to give them the names that a checkpoint uses. */
class Scope : public torch::nn::Module
{
};

/* Convolution, BatchNorm, perhaps ReLU.  Its children are registered in @owner under the two names given. */
class ConvNorm
{
public:
  ConvNorm () = default;
  ConvNorm (torch::nn::Module &owner, const std::string &conv, const std::string &norm,
            const torch::nn::Conv2dOptions &options);
  torch::Tensor operator() (const torch::Tensor &x) const;
  void fold ();

private:
  mutable torch::nn::Conv2d conv{ nullptr };
  mutable torch::nn::BatchNorm2d norm{ nullptr };
  bool folded = false;
};

} // namespace acini
