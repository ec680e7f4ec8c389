/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of architectures, and what such a name means. */

#include "model/network/encoders.hpp"

#include <cmath>

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
  { "b0", { 32, 64, 160, 256 }, { 2, 2, 2, 2 }, 256 },   { "b1", { 64, 128, 320, 512 }, { 2, 2, 2, 2 }, 256 },
  { "b2", { 64, 128, 320, 512 }, { 3, 4, 6, 3 }, 768 },  { "b3", { 64, 128, 320, 512 }, { 3, 4, 18, 3 }, 768 },
  { "b4", { 64, 128, 320, 512 }, { 3, 8, 27, 3 }, 768 }, { "b5", { 64, 128, 320, 512 }, { 3, 6, 40, 3 }, 768 },
};

struct ResNetVariant
{
  const char *name;
  std::vector<int64_t> depths;
  bool bottleneck;
  int64_t inner, groups, squeeze; /* @inner: of the first layer */
};

/* He et al., CVPR 2016, table 1; Xie et al., CVPR 2017; Hu et al., CVPR 2018. */
const ResNetVariant resnets[] = {
  { "resnet18", { 2, 2, 2, 2 }, false, 64, 1, 0 },
  { "resnet34", { 3, 4, 6, 3 }, false, 64, 1, 0 },
  { "resnet50", { 3, 4, 6, 3 }, true, 64, 1, 0 },
  { "resnet101", { 3, 4, 23, 3 }, true, 64, 1, 0 },
  { "resnet152", { 3, 8, 36, 3 }, true, 64, 1, 0 },
  { "resnext50_32x4d", { 3, 4, 6, 3 }, true, 128, 32, 0 },
  { "se_resnext50_32x4d", { 3, 4, 6, 3 }, true, 128, 32, 16 },
};

/* Tan and Le, ICML 2019: how much wider and deeper than B0, and the side of the images they are published for. */
const struct
{
  double width, depth;
  int64_t side;
} efficient_nets[] = {
  { 1.0, 1.0, 224 }, { 1.0, 1.1, 240 }, { 1.1, 1.2, 260 }, { 1.2, 1.4, 300 },
  { 1.4, 1.8, 380 }, { 1.6, 2.2, 456 }, { 1.8, 2.6, 528 }, { 2.0, 3.1, 600 },
};

/* The three programs. */
const struct
{
  const char *prefix;
  Padding padding;
  bool early_level;
  double eps, momentum;
} flavours[] = {
  { "efficientnet-b", Padding::StaticSame, false, 1e-3, 0.01 },
  { "timm-efficientnet-b", Padding::Symmetric, false, 1e-5, 0.1 },
  { "tu-efficientnet_b", Padding::Symmetric, true, 1e-5, 0.1 },
  { "tu-tf_efficientnet_b", Padding::Same, true, 1e-3, 0.1 },
};

const struct
{
  const char *prefix;
  DecoderKind kind;
  std::vector<int64_t> widths;
} decoders[] = {
  { "unet-", DecoderKind::Unet, { 256, 128, 64, 32, 16 } },
  { "unetplusplus-", DecoderKind::UnetPlusPlus, { 256, 128, 64, 32, 16 } },
  { "fpn-", DecoderKind::Fpn, { 256, 128 } },
  { "segformer-", DecoderKind::Segformer, { 256 } },
};

/* @channels times @factor, a multiple of 8 that is not much less. */
int64_t
scale_channels (int64_t channels, double factor)
{
  const double wanted = channels * factor;
  const auto rounded = std::max<int64_t> (8, int64_t (wanted + 4) / 8 * 8);

  return rounded < 0.9 * wanted ? rounded + 8 : rounded;
}

void
set_efficient_net (Architecture &a, int number)
{
  const int64_t widths[] = { 16, 24, 40, 80, 112, 192, 320 }, depths[] = { 1, 2, 2, 3, 3, 4, 1 };
  const auto &variant = efficient_nets[number];

  a.encoder.kind = EncoderKind::EfficientNet;
  a.encoder.nominal = variant.side;
  a.encoder.stem = scale_channels (32, variant.width);
  a.widths.clear ();
  a.depths.clear ();
  for (int i = 0; i < 7; i++)
    {
      a.widths.push_back (scale_channels (widths[i], variant.width));
      a.depths.push_back ((int64_t)std::ceil (depths[i] * variant.depth));
    }
}

void
set_mix_transformer (Architecture &a, const Variant &variant)
{
  a.encoder.kind = EncoderKind::MiT;
  a.widths = variant.widths;
  a.depths = variant.depths;
  a.heads = { 1, 2, 5, 8 };
  a.reductions = { 8, 4, 2, 1 };
  a.expansions = { 4, 4, 4, 4 };
}

void
set_resnet (Architecture &a, const ResNetVariant &variant)
{
  a.encoder.kind = EncoderKind::ResNet;
  a.encoder.bottleneck = variant.bottleneck;
  a.encoder.groups = variant.groups;
  a.encoder.squeeze = variant.squeeze;
  a.depths = variant.depths;
  a.encoder.inner = { variant.inner, 2 * variant.inner, 4 * variant.inner, 8 * variant.inner };
  a.widths = variant.bottleneck ? std::vector<int64_t>{ 256, 512, 1024, 2048 } : a.encoder.inner;
}

bool
begins_with (const std::string &text, const std::string &start)
{
  return text.compare (0, start.size (), start) == 0;
}

std::string
get_resnet_name (const Architecture &a)
{
  for (const ResNetVariant &variant : resnets)
    {
      Architecture known;

      set_resnet (known, variant);
      if (known.depths == a.depths && known.widths == a.widths && known.encoder.inner == a.encoder.inner
          && known.encoder.bottleneck == a.encoder.bottleneck && known.encoder.groups == a.encoder.groups
          && known.encoder.squeeze == a.encoder.squeeze)
        return variant.name;
    }
  return "resnet";
}

std::string
get_efficient_net_name (const Architecture &a)
{
  std::string name = "efficientnet";

  for (const auto &flavour : flavours)
    if (flavour.padding == a.encoder.padding && flavour.early_level == a.encoder.early_level)
      name = flavour.prefix;
  for (int i = 0; i < (int)G_N_ELEMENTS (efficient_nets); i++)
    {
      Architecture known;

      set_efficient_net (known, i);
      if (known.depths == a.depths && known.widths == a.widths && known.encoder.stem == a.encoder.stem)
        return name + std::to_string (i);
    }
  return name;
}

} // namespace

std::string
get_encoder_name (const Architecture &a)
{
  if (a.encoder.kind == EncoderKind::ResNet)
    return get_resnet_name (a);
  if (a.encoder.kind == EncoderKind::EfficientNet)
    return get_efficient_net_name (a);
  for (const Variant &variant : variants)
    if (variant.widths == a.widths && variant.depths == a.depths)
      return std::string ("mit_") + variant.name;
  return "mit";
}

bool
set_encoder (Architecture &a, const std::string &name)
{
  a.family = Family::Composed;
  for (const ResNetVariant &variant : resnets)
    if (name == variant.name)
      {
        set_resnet (a, variant);
        return true;
      }
  for (const Variant &variant : variants)
    if (name == std::string ("mit_") + variant.name)
      {
        set_mix_transformer (a, variant);
        a.eps = { 1e-5, 1e-6, 1e-5, 1e-6 };
        return true;
      }
  for (const auto &flavour : flavours)
    for (int i = 0; i < (int)G_N_ELEMENTS (efficient_nets); i++)
      if (name == flavour.prefix + std::to_string (i))
        {
          set_efficient_net (a, i);
          a.encoder.padding = flavour.padding;
          a.encoder.early_level = flavour.early_level;
          a.encoder.eps = flavour.eps;
          a.encoder.momentum = flavour.momentum;
          return true;
        }
  return false;
}

bool
set_flavour (Architecture &a, const std::string &name)
{
  for (const auto &flavour : flavours)
    {
      const std::string prefix = flavour.prefix, family = prefix.substr (0, prefix.size () - 2);
      const bool numbered = name.size () == prefix.size () + 1 && begins_with (name, prefix);

      if (a.encoder.kind != EncoderKind::EfficientNet || (name != family && !numbered))
        continue;
      a.encoder.padding = flavour.padding;
      a.encoder.early_level = flavour.early_level;
      a.encoder.eps = flavour.eps;
      a.encoder.momentum = flavour.momentum;
      for (int i = 0; i < (int)G_N_ELEMENTS (efficient_nets); i++)
        {
          Architecture known;

          set_efficient_net (known, i);
          if (known.depths == a.depths && known.widths == a.widths)
            a.encoder.nominal = known.encoder.nominal;
        }
      return true;
    }
  return false;
}

std::string
Architecture::get_name () const
{
  if (family == Family::DynamicUnet)
    return "unet-resnet34-fastai";
  if (family == Family::PlainUnet)
    return "nnunet-2d";
  if (family == Family::Script)
    return "torchscript";
  if (family == Family::Composed)
    {
      for (const auto &known : decoders)
        if (known.kind == decoder)
          return known.prefix + get_encoder_name (*this);
    }
  for (const Variant &variant : variants)
    if (variant.widths == widths && variant.depths == depths)
      return std::string ("segformer-") + variant.name;
  return "segformer";
}

Architecture
Architecture::from_name (const std::string &name, int64_t classes)
{
  Architecture architecture;

  if (classes < 1)
    fail (ACINI_MODEL_ERROR_LAYOUT, "A network needs at least one class");
  architecture.classes = classes;
  if (name == "unet-resnet34-fastai")
    {
      architecture.family = Family::DynamicUnet;
      return architecture;
    }
  if (name == "nnunet-2d")
    {
      architecture.family = Family::PlainUnet;
      architecture.widths = { 32, 64, 128, 256, 512, 512, 512, 512 };
      architecture.depths = std::vector<int64_t> (8, 2);
      architecture.strides = { 1, 2, 2, 2, 2, 2, 2, 2 };
      architecture.decoder_depths = std::vector<int64_t> (7, 2);
      return architecture;
    }
  for (const Variant &variant : variants)
    if (name == std::string ("segformer-") + variant.name)
      {
        set_mix_transformer (architecture, variant);
        architecture.decoder_width = variant.decoder_width;
        return architecture;
      }
  for (const auto &known : decoders)
    if (begins_with (name, known.prefix)
        && set_encoder (architecture, name.substr (std::string (known.prefix).size ())))
      {
        architecture.decoder = known.kind;
        architecture.decoder_widths = known.widths;
        if (known.kind == DecoderKind::Fpn)
          architecture.head_dropout = 0.2;
        return architecture;
      }
  fail (ACINI_MODEL_ERROR_LAYOUT,
        "The architecture “%s” is not known; known are segformer-b0 to segformer-b5, unet-resnet34-fastai, nnunet-2d, "
        "and unet-, "
        "unetplusplus-, fpn- or segformer- with resnet18, 34, 50, 101 or 152, resnext50_32x4d, se_resnext50_32x4d, "
        "mit_b0 "
        "to b5, efficientnet-b0 to b7, or timm-efficientnet-b0 to b7",
        name.c_str ());
}

} // namespace acini
