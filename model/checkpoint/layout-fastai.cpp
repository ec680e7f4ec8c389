/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fastai's DynamicUnet over ResNet-34, as learn.save () writes it. */

#include "model/checkpoint/layouts.hpp"

namespace acini
{

static Recognised
translate_fastai (const Tensors &tensors, const std::string &prefix)
{
  Recognised recognised;

  for (const auto &item : tensors)
    recognised.tensors.insert (item.key (), item.value ());
  recognised.architecture.family = Family::DynamicUnet;
  /* ResNet-18 has fewer blocks, ResNet-50 and above a third convolution in each. */
  if (!tensors.contains ("layers.0.6.5.conv2.weight") || tensors.contains ("layers.0.6.6.conv1.weight")
      || tensors.contains ("layers.0.7.0.conv3.weight"))
    fail (ACINI_MODEL_ERROR_LAYOUT, "the encoder is another than ResNet-34");
  recognised.architecture.classes = get_tensor (tensors, "layers.12.0.weight", 4).size (0);
  return recognised;
}

const Layout layout_fastai = { "fastai", "fastai's DynamicUnet", "layers.4.shuf.0.0.weight", "", translate_fastai };

} // namespace acini
