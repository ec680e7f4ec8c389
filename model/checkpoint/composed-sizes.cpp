/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A composed network's sizes from its tensors. */

#include "model/checkpoint/layouts.hpp"

namespace acini
{

namespace
{

int64_t
get_outputs (const Tensors &tensors, const std::string &name)
{
  return get_tensor (tensors, name, 4).size (0);
}

/* The first tensor of @part that a network of the architecture @like has not; NULL: that has any at all. */
std::string
find_misfit (const Tensors &tensors, const std::string &part, const char *like)
{
  const Tensors known = like == nullptr ? Tensors () : get_state (*make_network (Architecture::from_name (like, 1)));
  std::string first;

  for (const auto &item : tensors)
    if (first.empty () && item.key ().rfind (part + ".", 0) == 0 && !known.contains (item.key ()))
      first = item.key ();
  return first.empty () ? tensors[0].key () : first;
}

/* What could not be told apart loads as something else, and would be wrong. */
[[noreturn]] void
refuse (const Tensors &tensors, const std::string &part, const char *known, const char *like = nullptr)
{
  fail (
      ACINI_MODEL_ERROR_SHAPE,
      "The nearest networks that Acini knows are segmentation_models_pytorch's, but this %s is none of theirs that it "
      "knows (%s): “%s” is the first tensor without a place",
      part.c_str (), known, find_misfit (tensors, part, like).c_str ());
}

constexpr char known_encoders[]
    = "ResNet, ResNeXt, SE-ResNeXt, MiT, EfficientNet; of Cadene's SE-ResNet the strides are elsewhere";

void
describe_resnet (const Tensors &tensors, Architecture &a)
{
  const bool scoped = tensors.contains ("encoder.layer0.conv1.weight");
  const torch::Tensor *squeeze = tensors.find ("encoder.layer1.0.se_module.fc1.weight");

  if (!tensors.contains (scoped ? "encoder.layer0.bn1.weight" : "encoder.conv1.weight"))
    refuse (tensors, "encoder", known_encoders, "unet-resnet152");
  a.encoder.stem = get_outputs (tensors, scoped ? "encoder.layer0.conv1.weight" : "encoder.conv1.weight");
  a.encoder.bottleneck = tensors.contains ("encoder.layer1.0.conv3.weight");
  for (int i = 1; i <= 4; i++)
    {
      const std::string layer = "encoder.layer" + std::to_string (i) + ".", block = layer + "0.";

      a.depths.push_back (count (tensors, layer, ".conv2.weight"));
      a.encoder.inner.push_back (get_outputs (tensors, block + "conv1.weight"));
      a.widths.push_back (get_outputs (tensors, block + (a.encoder.bottleneck ? "conv3.weight" : "conv2.weight")));
    }
  const int64_t share = get_tensor (tensors, "encoder.layer1.0.conv2.weight", 4).size (1);
  if (a.encoder.bottleneck && share > 0)
    a.encoder.groups = a.encoder.inner[0] / share;
  if (squeeze != nullptr && squeeze->dim () == 4 && squeeze->size (0) > 0)
    a.encoder.squeeze = a.widths[0] / squeeze->size (0);
  if (scoped != (a.encoder.squeeze > 0) || (scoped && a.encoder.groups < 2))
    refuse (tensors, "encoder", known_encoders);
}

void
describe_efficient_net (Recognised &recognised)
{
  const Tensors &tensors = recognised.tensors;
  Architecture &a = recognised.architecture;

  a.encoder.stem = get_outputs (tensors, "encoder.conv_stem.weight");
  for (int64_t i = 0; i < count (tensors, "encoder.blocks.", ".0.conv_dw.weight"); i++)
    {
      const std::string stage = "encoder.blocks." + std::to_string (i) + ".";

      a.depths.push_back (count (tensors, stage, ".conv_dw.weight"));
      a.widths.push_back (get_outputs (tensors, stage + (i == 0 ? "0.conv_pw.weight" : "0.conv_pwl.weight")));
    }
  if (a.depths.size () != 7 || a.depths[0] < 1)
    refuse (tensors, "encoder", known_encoders, "unet-timm-efficientnet-b7");
  if (a.encoder.padding != Padding::StaticSame)
    return;
  set_flavour (a, "efficientnet"); /* the size that the variant is for */
  if (a.encoder.nominal != 224)
    recognised.questions.push_back (
        "nominal_size=" + std::to_string (a.encoder.nominal)
        + " was taken; trained with segmentation_models_pytorch 0.2.1 or older it needs nominal_size=256");
}

void
describe_encoder (Recognised &recognised)
{
  const Tensors &tensors = recognised.tensors;
  Architecture &a = recognised.architecture;

  if (a.encoder.kind == EncoderKind::EfficientNet)
    describe_efficient_net (recognised);
  else if (a.encoder.kind == EncoderKind::MiT)
    {
      describe_stages (tensors, "encoder.", a);
      a.eps = { 1e-5, 1e-6, 1e-5, 1e-6 };
    }
  else if (tensors.contains ("encoder.layer1.0.conv1.weight"))
    describe_resnet (tensors, a);
  else
    refuse (tensors, "encoder", known_encoders);
}

void
describe_blocks (const Tensors &tensors, const std::string &prefix, DecoderKind kind, Architecture &a)
{
  a.decoder = kind;
  for (int64_t i = 0; i < count (tensors, prefix, ".conv1.0.weight"); i++)
    a.decoder_widths.push_back (get_outputs (tensors, prefix + std::to_string (i) + ".conv1.0.weight"));
}

} // namespace

void
describe_composed (Recognised &recognised)
{
  const Tensors &tensors = recognised.tensors;
  Architecture &a = recognised.architecture;
  const torch::Tensor *head = tensors.find ("segmentation_head.0.weight");

  describe_encoder (recognised);
  if (tensors.contains ("decoder.blocks.0.conv1.0.weight"))
    describe_blocks (tensors, "decoder.blocks.", DecoderKind::Unet, a);
  else if (tensors.contains ("decoder.blocks.x_0_0.conv1.0.weight"))
    describe_blocks (tensors, "decoder.blocks.x_0_", DecoderKind::UnetPlusPlus, a);
  else if (tensors.contains ("decoder.p5.weight"))
    {
      a.decoder = DecoderKind::Fpn;
      a.decoder_widths = { get_outputs (tensors, "decoder.p5.weight"),
                           get_outputs (tensors, "decoder.seg_blocks.0.block.0.block.0.weight") };
      a.joins = head != nullptr && head->dim () == 4 && head->size (1) == 4 * a.decoder_widths[1];
    }
  else if (tensors.contains ("decoder.mlp_stage.0.linear.weight"))
    {
      a.decoder = DecoderKind::Segformer;
      a.decoder_widths = { get_outputs (tensors, "decoder.fuse_stage.0.weight") };
    }
  else if (head != nullptr)
    refuse (tensors, "decoder", "Unet, UnetPlusPlus, FPN, Segformer");
  else
    {
      /* As a training makes it that starts from the encoder. */
      recognised.encoder_only = true;
      a.decoder = DecoderKind::Unet;
      a.decoder_widths = { 256, 128, 64, 32, 16 };
      return;
    }
  a.classes = get_outputs (tensors, "segmentation_head.0.weight");
}

} // namespace acini
