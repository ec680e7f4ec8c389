/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "model/network/families.hpp"
#include "model/kernels/stem.hpp"

#include <array>

namespace acini
{

/* ResNet without its classifier (He et al., CVPR 2016, as in torchvision: a bottleneck's stride is in its 3 × 3
 * convolution), also with groups and with squeeze and excitation (Hu et al., CVPR 2018, as in Cadene's
 * pretrained-models).  Its children are registered in the owner's module under the names given: stem convolution, stem
 * norm, and the four layers. */
class ResNet
{
public:
  ResNet () = default;
  /* @architecture: its encoder, widths and depths count. */
  ResNet (torch::nn::Module &stem_owner, torch::nn::Module &owner, const std::array<std::string, 6> &names,
          const Architecture &architecture);
  /* Returns: maps at strides 2, 4, 8, 16, 32: the stem's and the layers'. */
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
  torch::ScalarType get_type () const;

private:
  class Block;
  class Squeeze;

  ConvNorm stem;
  bool ceils = false; /* SE-ResNeXt's pooling takes what is left over at the edge, and has no border */
  std::shared_ptr<const Stem> fast_stem;
  std::vector<std::vector<std::shared_ptr<Block>>> layers;
};

/* ResNet-34's sizes. */
Architecture make_resnet34 ();

} // namespace acini
