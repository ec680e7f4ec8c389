/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Encoders alone, trained to classify ImageNet, as torchvision, timm, efficientnet_pytorch and Hugging Face's
 * transformers publish them: each renamed into names that translate_smp_encoder () reads. */

#include "model/checkpoint/layouts.hpp"
#include "model/network/encoders.hpp"

namespace acini
{

namespace
{

/* @rename: a name without the layout's prefix in one of smp's namings; "": it belongs to the classifier. */
Recognised
translate_renamed (const Tensors &tensors, const std::string &prefix,
                   const std::function<std::string (const std::string &)> &rename)
{
  Recognised recognised;
  Tensors encoder;
  const auto keep = [&] (const std::string &name, const torch::Tensor &tensor) {
    if (const std::string renamed = rename (name); renamed.empty ())
      recognised.left_over.push_back (name);
    else
      encoder.insert (renamed, tensor);
  };

  for_each_tensor (tensors, prefix, keep, [&] (const std::string &name, const torch::Tensor &tensor) {
    if (name.rfind ("classifier.", 0) == 0)
      recognised.left_over.push_back (name);
    else
      recognised.tensors.insert (name, tensor);
  });
  translate_smp_encoder (recognised, encoder, prefix);
  describe_composed (recognised);
  return recognised;
}

Recognised
translate_encoder_alone (const Tensors &tensors, const std::string &prefix)
{
  return translate_renamed (tensors, prefix, [] (const std::string &name) { return name; });
}

/* torchvision's EfficientNet counts stages from 1 and what a block has from 0; names of blocks that do not widen lack
 * the first of them. */
std::string
rename_torchvision (const std::string &name)
{
  static const Pattern block ("features\\.([1-7])\\.(\\d{1,3})\\.block\\.([0-3])\\.(0|1|fc1|fc2)\\.(.*)");
  std::vector<std::string> match;
  std::string rest = name;

  for (const auto &[theirs, ours] : { std::pair ("features.0.0.", "conv_stem."), std::pair ("features.0.1.", "bn1."),
                                      std::pair ("features.8.0.", "conv_head."), std::pair ("features.8.1.", "bn2.") })
    if (take_prefix (rest, theirs))
      return ours + rest;
  if (!block.match (name, &match))
    return name.rfind ("classifier.", 0) == 0 ? "" : name;

  const bool first = match[1] == "1"; /* the stage whose blocks do not widen */
  const int part = std::stoi (match[3]) + (first ? 1 : 0);
  const std::string before = "blocks." + std::to_string (std::stoi (match[1]) - 1) + "." + match[2] + ".";
  const char *const convolutions[] = { "conv_pw.", "conv_dw.", "", first ? "conv_pw." : "conv_pwl." };
  const int norm = part - (part == 3 ? 1 : 0) + (first ? 0 : 1);

  if (part == 2 && match[4].length () == 3)
    return before + (match[4] == "fc1" ? "se.conv_reduce." : "se.conv_expand.") + match[5];
  if (part == 2 || part > 3 || match[4].length () == 3)
    return name;
  return before + (match[4] == "0" ? convolutions[part] : "bn" + std::to_string (norm) + ".") + match[5];
}

Recognised
translate_torchvision_efficient_net (const Tensors &tensors, const std::string &prefix)
{
  Recognised recognised = translate_renamed (tensors, prefix, rename_torchvision);
  EncoderSpec &encoder = recognised.architecture.encoder;
  const char variant = get_encoder_name (recognised.architecture).back ();

  /* As there: the three largest were trained with TensorFlow's. */
  if (variant >= '5' && variant <= '7')
    {
      encoder.eps = 1e-3;
      encoder.momentum = 0.01;
    }
  return recognised;
}

std::string
rename_hugging_face_resnet (const std::string &name)
{
  static const Pattern part ("encoder\\.stages\\.([0-3])\\.layers\\.(\\d{1,3})\\.(layer\\.([0-2])|shortcut)\\.("
                             "convolution|normalization)\\.(.*)");
  std::vector<std::string> match;
  std::string rest = name;

  if (take_prefix (rest, "embedder.embedder.convolution."))
    return "conv1." + rest;
  if (take_prefix (rest, "embedder.embedder.normalization."))
    return "bn1." + rest;
  if (!part.match (name, &match))
    return name;
  const bool convolution = match[5] == "convolution";
  const std::string number = !match[4].empty () ? std::to_string (std::stoi (match[4]) + 1) : "";
  return "layer" + std::to_string (std::stoi (match[1]) + 1) + "." + match[2] + "."
         + (number.empty () ? (convolution ? "downsample.0" : "downsample.1") : (convolution ? "conv" : "bn") + number)
         + "." + match[6];
}

Recognised
translate_hugging_face_resnet (const Tensors &tensors, const std::string &prefix)
{
  return translate_renamed (tensors, prefix, rename_hugging_face_resnet);
}

/* Into efficientnet_pytorch's, whose blocks count through as well. */
std::string
rename_hugging_face_efficient_net (const std::string &name)
{
  static const std::pair<const char *, const char *> inside[] = {
    { "expansion.expand_conv.", "_expand_conv." },
    { "expansion.expand_bn.", "_bn0." },
    { "depthwise_conv.depthwise_conv.", "_depthwise_conv." },
    { "depthwise_conv.depthwise_norm.", "_bn1." },
    { "squeeze_excite.reduce.", "_se_reduce." },
    { "squeeze_excite.expand.", "_se_expand." },
    { "projection.project_conv.", "_project_conv." },
    { "projection.project_bn.", "_bn2." },
  };
  static const Pattern block ("encoder\\.blocks\\.(\\d{1,3})\\.(.*)");
  std::vector<std::string> match;
  std::string rest = name;

  for (const auto &[theirs, ours] :
       { std::pair ("embeddings.convolution.", "_conv_stem."), std::pair ("embeddings.batchnorm.", "_bn0."),
         std::pair ("encoder.top_conv.", "_conv_head."), std::pair ("encoder.top_bn.", "_bn1.") })
    if (take_prefix (rest, theirs))
      return ours + rest;
  if (!block.match (name, &match))
    return name;
  rest = match[2];
  for (const auto &[theirs, ours] : inside)
    if (take_prefix (rest, theirs))
      return "_blocks." + match[1] + "." + ours + rest;
  return name;
}

Recognised
translate_hugging_face_efficient_net (const Tensors &tensors, const std::string &prefix)
{
  Recognised recognised = translate_renamed (tensors, prefix, rename_hugging_face_efficient_net);

  /* Older versions of smp, which differ in the padding, have other names. */
  recognised.questions.clear ();
  return recognised;
}

} // namespace

const Layout layout_torchvision
    = { "torchvision", "torchvision's ResNet", "layer1.0.conv1.weight", "encoder.", translate_encoder_alone };
const Layout layout_torchvision_efficient_net
    = { "torchvision", "torchvision's EfficientNet", "features.1.0.block.0.0.weight", "encoder.",
        translate_torchvision_efficient_net };
const Layout layout_lukemelas = { "efficientnet", "efficientnet_pytorch's EfficientNet", "_conv_stem.weight",
                                  "encoder.", translate_encoder_alone };
const Layout layout_timm = { "timm", "timm's EfficientNet", "conv_stem.weight", "encoder.", translate_encoder_alone };
const Layout layout_hf_resnet = { "hf", "Hugging Face's ResNet", "embedder.embedder.convolution.weight", "resnet.",
                                  translate_hugging_face_resnet };
const Layout layout_hf_efficient_net = { "hf", "Hugging Face's EfficientNet", "embeddings.convolution.weight",
                                         "efficientnet.", translate_hugging_face_efficient_net };

} // namespace acini
