/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/network/families.hpp"
#include "model/kernels/stem.hpp"

#include <array>

namespace acini
{

/* ResNet-34 without its classifier (He et al., CVPR 2016, as in torchvision).  Its children are registered in the
 * owner's module under the names given: stem convolution, stem norm, and the four layers. */
class ResNet34
{
public:
  ResNet34 () = default;
  ResNet34 (torch::nn::Module &owner, const std::array<std::string, 6> &names);
  /* Returns: maps at strides 2, 4, 8, 16, 32 with 64, 64, 128, 256, 512 channels. */
  std::vector<torch::Tensor> operator() (const torch::Tensor &x) const;
  void fold ();
  void accelerate (torch::ScalarType type);
  /* All but the stem: pixels go in as they are, and only what comes out of it is rounded. */
  void lower (torch::ScalarType type);
  torch::ScalarType
  get_stem_type () const
  {
    return stem.get_type ();
  }

private:
  class Block;

  ConvNorm stem;
  std::shared_ptr<const Stem> fast_stem;
  std::vector<std::vector<std::shared_ptr<Block>>> layers;
};

} // namespace acini
