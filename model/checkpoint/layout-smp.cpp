/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segmentation_models_pytorch's Unet ("resnet34"); our own U-Net has its names. */

#include "model/checkpoint/layouts.hpp"

namespace acini
{

static Recognised
translate_smp (const Tensors &tensors, const std::string &prefix)
{
  Recognised recognised;

  for_each_tensor (
      tensors, prefix,
      [&] (const std::string &name, const torch::Tensor &tensor) {
        /* Says whether there is anything in the picture; masks do not depend on it. */
        if (name.rfind ("classification_head.", 0) == 0)
          recognised.left_over.push_back (name);
        else
          recognised.tensors.insert (name, tensor);
      },
      [&] (const std::string &name, const torch::Tensor &tensor) { recognised.tensors.insert (name, tensor); });
  describe_unet (recognised, Family::UNet, "encoder.", "segmentation_head.0.");
  return recognised;
}

const Layout layout_smp
    = { "smp", "the U-Net of segmentation_models_pytorch", "decoder.blocks.0.conv1.0.weight", "", translate_smp };

} // namespace acini
