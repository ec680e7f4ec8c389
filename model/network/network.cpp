/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/kernels/kernels.hpp"
#include "model/network/network.hpp"

namespace acini
{

namespace
{

struct Variant
{
  const char *name;
  std::vector<int64_t> widths, depths;
  int64_t decoder_width;
};

/* Xie et al., SegFormer, NeurIPS 2021, table 6. */
const Variant variants[] = {
  { "segformer-b0", { 32, 64, 160, 256 }, { 2, 2, 2, 2 }, 256 },
  { "segformer-b1", { 64, 128, 320, 512 }, { 2, 2, 2, 2 }, 256 },
  { "segformer-b2", { 64, 128, 320, 512 }, { 3, 4, 6, 3 }, 768 },
  { "segformer-b3", { 64, 128, 320, 512 }, { 3, 4, 18, 3 }, 768 },
  { "segformer-b4", { 64, 128, 320, 512 }, { 3, 8, 27, 3 }, 768 },
  { "segformer-b5", { 64, 128, 320, 512 }, { 3, 6, 40, 3 }, 768 },
};

} // namespace

std::string
Architecture::get_name () const
{
  switch (family)
    {
    case Family::UNet:
      return "unet-resnet34";
    case Family::DynamicUnet:
      return "unet-resnet34-fastai";
    case Family::Script:
      return "torchscript";
    case Family::SegFormer:
      break;
    }
  for (const Variant &variant : variants)
    if (variant.widths == widths && variant.depths == depths)
      return variant.name;
  return "segformer";
}

Architecture
Architecture::from_name (const std::string &name, int64_t classes)
{
  Architecture architecture;

  if (classes < 1)
    fail (ACINI_MODEL_ERROR_LAYOUT, "A network needs at least one class");
  architecture.classes = classes;
  if (name == "unet-resnet34" || name == "unet-resnet34-fastai")
    {
      architecture.family = name == "unet-resnet34" ? Family::UNet : Family::DynamicUnet;
      return architecture;
    }
  for (const Variant &variant : variants)
    if (name == variant.name)
      {
        architecture.widths = variant.widths;
        architecture.depths = variant.depths;
        architecture.heads = { 1, 2, 5, 8 };
        architecture.reductions = { 8, 4, 2, 1 };
        architecture.expansions = { 4, 4, 4, 4 };
        architecture.decoder_width = variant.decoder_width;
        return architecture;
      }
  fail (ACINI_MODEL_ERROR_LAYOUT,
        "The architecture “%s” is not known; known are segformer-b0 to segformer-b5, unet-resnet34 and "
        "unet-resnet34-fastai",
        name.c_str ());
}

bool
Network::is_encoder_key (const std::string &key) const
{
  const char *prefix = "segformer.";

  if (architecture.family == Family::UNet)
    prefix = "encoder.";
  else if (architecture.family == Family::DynamicUnet)
    prefix = "layers.0.";
  return key.rfind (prefix, 0) == 0;
}

} // namespace acini
