/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fastai's DynamicUnet over ResNet-34, as learn.save () writes it. */

#include "model/checkpoint/layouts.hpp"

namespace acini
{

static Recognised
translate_fastai (const Tensors &tensors, const std::string &prefix)
{
  Recognised recognised;

  for_each_tensor (
      tensors, prefix,
      [&] (const std::string &name, const torch::Tensor &tensor) { recognised.tensors.insert (name, tensor); },
      [&] (const std::string &name, const torch::Tensor &tensor) { recognised.tensors.insert (name, tensor); });
  describe_unet (recognised, Family::DynamicUnet, "layers.0.", "layers.12.0.");
  return recognised;
}

const Layout layout_fastai = { "fastai", "fastai's DynamicUnet", "layers.4.shuf.0.0.weight", "", translate_fastai };

} // namespace acini
