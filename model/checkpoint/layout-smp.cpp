/* SPDX-License-Identifier: GPL-3.0-or-later */
/* segmentation_models_pytorch's networks, and our own composed ones, which have its names. */

#include "model/checkpoint/layouts.hpp"

namespace acini
{

namespace
{

/* lukemelas' efficientnet_pytorch: its names within a block, and timm's. */
const struct
{
  const char *theirs, *first, *other; /* @first: in the first stage, which does not widen */
} efficient_net_names[] = {
  { "_expand_conv.", nullptr, "conv_pw." },
  { "_bn0.", nullptr, "bn1." },
  { "_depthwise_conv.", "conv_dw.", "conv_dw." },
  { "_bn1.", "bn1.", "bn2." },
  { "_se_reduce.", "se.conv_reduce.", "se.conv_reduce." },
  { "_se_expand.", "se.conv_expand.", "se.conv_expand." },
  { "_project_conv.", "conv_pw.", "conv_pwl." },
  { "_bn2.", "bn2.", "bn3." },
};

/* Blocks count through there; a stage begins where the width changes.  Returns: "0.0", "1.0", "1.1" … */
std::vector<std::string>
number_blocks (const Tensors &encoder)
{
  std::vector<std::string> numbers;
  int64_t width = -1;
  int stage = -1, block = 0;

  for (;;)
    {
      const torch::Tensor *project
          = encoder.find ("_blocks." + std::to_string (numbers.size ()) + "._project_conv.weight");

      if (project == nullptr || project->dim () != 4)
        return numbers;
      block++;
      if (project->size (0) != width)
        {
          stage++;
          block = 0;
        }
      width = project->size (0);
      numbers.push_back (std::to_string (stage) + "." + std::to_string (block));
    }
}

std::string
translate_lukemelas (const std::vector<std::string> &numbers, const std::string &name)
{
  static const Pattern block ("_blocks\\.(\\d{1,3})\\.(.*)");
  std::vector<std::string> match;
  std::string rest = name;

  if (take_prefix (rest, "_conv_stem."))
    return "conv_stem." + rest;
  if (take_prefix (rest, "_bn0."))
    return "bn1." + rest;
  if (!block.match (name, &match) || std::stoul (match[1]) >= numbers.size ())
    return name;
  const std::string &number = numbers[std::stoul (match[1])];
  rest = match[2];
  for (const auto &known : efficient_net_names)
    {
      const char *ours = number[0] == '0' && number[1] == '.' ? known.first : known.other;

      if (ours != nullptr && take_prefix (rest, known.theirs))
        return "blocks." + number + "." + ours + rest;
    }
  return name;
}

/* What stands behind an encoder where it was trained to classify: nothing that a mask depends on. */
bool
is_classifier_of_images (const std::string &name, EncoderKind kind)
{
  const bool efficient_net = kind == EncoderKind::EfficientNet;

  for (const char *layer : { "fc.", "last_linear.", "classifier.", "head.", "_fc." })
    if (name.rfind (layer, 0) == 0)
      return true;
  for (const char *layer : { "_conv_head.", "_bn1.", "conv_head.", "bn2." })
    if (efficient_net && name.rfind (layer, 0) == 0)
      return true;
  return false;
}

Recognised
translate_smp (const Tensors &tensors, const std::string &)
{
  Recognised recognised;
  Tensors encoder;

  for (const auto &item : tensors)
    {
      std::string name = item.key ();

      if (take_prefix (name, "encoder."))
        encoder.insert (name, item.value ());
    }
  translate_smp_encoder (recognised, encoder, "encoder.");
  for (const auto &item : tensors)
    /* Says whether there is anything in the picture; masks do not depend on it. */
    if (item.key ().rfind ("classification_head.", 0) == 0)
      recognised.left_over.push_back (item.key ());
    else if (item.key ().rfind ("encoder.", 0) != 0)
      recognised.tensors.insert (item.key (), item.value ());
  describe_composed (recognised);
  return recognised;
}

} // namespace

void
translate_smp_encoder (Recognised &recognised, const Tensors &encoder, const std::string &prefix)
{
  Architecture &a = recognised.architecture;
  const bool lukemelas = encoder.contains ("_conv_stem.weight"),
             universal = encoder.contains ("model.conv_stem.weight"), /* timm's, of whatever kind, behind "model." */
      wrapped = universal || encoder.contains ("model.layer1.0.conv1.weight");
  const std::vector<std::string> numbers = lukemelas ? number_blocks (encoder) : std::vector<std::string> ();

  a.family = Family::Composed;
  if (lukemelas || universal || encoder.contains ("conv_stem.weight"))
    a.encoder.kind = EncoderKind::EfficientNet;
  else if (encoder.contains ("patch_embed1.proj.weight") || encoder.contains ("patch_embeddings.0.proj.weight"))
    a.encoder.kind = EncoderKind::MiT;
  set_flavour (a, lukemelas ? "efficientnet" : universal ? "tu-efficientnet" : "timm-efficientnet");
  if (universal)
    recognised.questions.push_back (
        "encoder=tu-efficientnet was taken; trained as tu-tf_efficientnet, which no tensor tells apart, it needs "
        "encoder=tu-tf_efficientnet");
  for (const auto &item : encoder)
    {
      std::string name = item.key ();

      if (wrapped)
        take_prefix (name, "model.");
      if (is_classifier_of_images (name, a.encoder.kind))
        recognised.left_over.push_back (prefix + item.key ());
      else if (lukemelas)
        recognised.tensors.insert ("encoder." + translate_lukemelas (numbers, name), item.value ());
      else
        translate_mix_transformer (recognised.tensors, "encoder.", name, item.value ());
    }
}

const Layout layout_smp
    = { "smp", "segmentation_models_pytorch's networks", "segmentation_head.0.weight", "", translate_smp };
} // namespace acini
