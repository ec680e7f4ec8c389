/* SPDX-License-Identifier: GPL-3.0-or-later */
/* torchvision's resnet34: an encoder alone, with ImageNet's classifier. */

#include "model/checkpoint/layouts.hpp"

namespace acini
{

static Recognised
translate_torchvision (const Tensors &tensors, const std::string &prefix)
{
  Recognised recognised;

  for_each_tensor (
      tensors, prefix,
      [&] (const std::string &name, const torch::Tensor &tensor) {
        if (name.rfind ("fc.", 0) == 0)
          recognised.left_over.push_back (name);
        else
          recognised.tensors.insert ("encoder." + name, tensor);
      },
      [&] (const std::string &name, const torch::Tensor &tensor) { recognised.tensors.insert (name, tensor); });
  describe_unet (recognised, Family::UNet, "encoder.", "segmentation_head.0.");
  return recognised;
}

const Layout layout_torchvision
    = { "torchvision", "torchvision's ResNet", "layer1.0.conv1.weight", "encoder.", translate_torchvision };

} // namespace acini
