/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Inside network/: the makers, one file each, and the parts they share. */

#include "model/network/network.hpp"
#include "model/kernels/winograd.hpp"

namespace acini
{

std::shared_ptr<Network> make_segformer (const Architecture &architecture);
std::shared_ptr<Network> make_composed (const Architecture &architecture);
std::shared_ptr<Network> make_dynamic_unet (const Architecture &architecture);
std::shared_ptr<Network> make_plain_unet (const Architecture &architecture);

/* The drop path of the @block-th block (0 …) of all stages together: it grows from 0 to the architecture's. */
double get_drop_path (const Architecture &architecture, int64_t block);

/* Loads the TorchScript program @path: from here on it may do what its author wrote.  Throws _LAYOUT where it does not
 * map images to maps of logits. */
std::shared_ptr<Network> load_script (const std::string &path);

/* Merges @norm, in eval mode, into the weights of the convolution before it (which gets a bias).  @norm then does
 * nothing and should be left out. */
void fold_batch_norm (torch::nn::Conv2d &convolution, torch::nn::BatchNorm2d &norm);

/* ReLU in place: @x is a result that nobody else needs. */
inline torch::Tensor
relu_in_place (torch::Tensor x)
{
  return x.relu_ ();
}

/* From a part whose weights are of type @from to one of @to.  Between parts of one type nothing is cast: in training,
 * autocast has types of its own. */
inline torch::Tensor
cast_between_parts (const torch::Tensor &x, torch::ScalarType from, torch::ScalarType to)
{
  return from == to ? x : x.to (to);
}

/* A holder of children without a forward of its own, to give them the names that a checkpoint uses. */
class Scope : public torch::nn::Module
{
};

/* BatchNorm or GroupNorm, registered in @owner. */
class Norm
{
public:
  Norm () = default;
  Norm (torch::nn::Module &owner, const std::string &name, NormKind kind, int64_t groups, int64_t width,
        double eps = 1e-5, double momentum = 0.1);
  torch::Tensor operator() (const torch::Tensor &x) const;
  /* Into @convolution, which gets a bias; nothing is left to do then.  GroupNorm cannot be merged: it stays. */
  void fold_into (torch::nn::Conv2d &convolution);
  bool
  is_folded () const
  {
    return folded;
  }
  /* Empty where it is a GroupNorm. */
  torch::nn::BatchNorm2d &
  get_batch () const
  {
    return batch;
  }

private:
  mutable torch::nn::BatchNorm2d batch{ nullptr };
  mutable torch::nn::GroupNorm group{ nullptr };
  bool folded = false;
};

/* Convolution, norm, perhaps ReLU.  Its children are registered in @owner under the two names given. */
class ConvNorm
{
public:
  ConvNorm () = default;
  ConvNorm (torch::nn::Module &owner, const std::string &conv, const std::string &norm,
            const torch::nn::Conv2dOptions &options, NormKind kind = NormKind::Batch, int64_t groups = 1,
            double eps = 1e-5, double momentum = 0.1);
  torch::Tensor operator() (const torch::Tensor &x) const;
  /* ReLU of what comes out, and of @residual added to it where there is one. */
  torch::Tensor with_relu (const ConvolutionInput &input, const torch::Tensor &residual = {}) const;
  void fold ();
  /* Folded, float32; @type as in Network::accelerate ().  @doubled: as in Winograd */
  void accelerate (torch::ScalarType type, int64_t doubled = 0);
  void
  lower (torch::ScalarType type)
  {
    conv->to (type);
  } /* folded */
  torch::ScalarType
  get_type () const
  {
    return conv->weight.scalar_type ();
  }
  bool
  is_folded () const
  {
    return norm.is_folded ();
  }
  const torch::nn::Conv2d &
  get_convolution () const
  {
    return conv;
  }

private:
  torch::Tensor convolve (const ConvolutionInput &input) const;
  /* What follows the convolution that gave @x. */
  torch::Tensor finish (const torch::Tensor &x, const torch::Tensor &residual, bool rectify) const;

  std::shared_ptr<const Winograd> fast;
  mutable torch::nn::Conv2d conv{ nullptr };
  Norm norm;
};

} // namespace acini
