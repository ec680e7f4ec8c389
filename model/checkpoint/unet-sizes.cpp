/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/checkpoint/layouts.hpp"

namespace acini
{

void
describe_unet (Recognised &recognised, Family family, const std::string &encoder, const std::string &head)
{
  const std::string third = family == Family::UNet ? "layer3" : "6", fourth = family == Family::UNet ? "layer4" : "7";
  const Tensors &tensors = recognised.tensors;

  recognised.architecture.family = family;
  /* ResNet-18 has fewer blocks, ResNet-50 and above a third convolution in each. */
  if (!tensors.contains (encoder + third + ".5.conv2.weight") || tensors.contains (encoder + third + ".6.conv1.weight")
      || tensors.contains (encoder + fourth + ".0.conv3.weight"))
    fail (ACINI_MODEL_ERROR_LAYOUT, "the encoder is another than ResNet-34");
  if (tensors.contains (head + "weight"))
    recognised.architecture.classes = get_tensor (tensors, head + "weight", 4).size (0);
  else
    recognised.encoder_only = true;
}

} // namespace acini
