/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Small networks of every kind, which need no file and little time. */

#include "tests/model/kit.hpp"

namespace small
{

inline acini::Architecture
make_tiny (acini::HeadKind head, int64_t classes)
{
  acini::Architecture a;

  a.classes = classes;
  a.widths = { 8, 16, 40, 64 };
  a.depths = { 1, 2, 1, 1 };
  a.heads = { 1, 2, 5, 8 };
  a.reductions = { 8, 4, 2, 1 };
  a.expansions = { 4, 4, 4, 4 };
  a.decoder_width = 24;
  a.head = head;
  return a;
}

/* GroupNorm in the head, as those train who have memory for one image. */
inline acini::Architecture
make_grouped (acini::HeadKind head)
{
  acini::Architecture a = make_tiny (head, 2);

  a.norm = acini::NormKind::Group;
  a.decoder_width = 64;
  return a;
}

/* Every kind of encoder and of decoder once, small. */
inline acini::Architecture
make_composed (acini::DecoderKind decoder, acini::EncoderKind encoder)
{
  acini::Architecture a = make_tiny (acini::HeadKind::HuggingFace, 2);

  a.family = acini::Family::Composed;
  a.decoder = decoder;
  a.encoder.kind = encoder;
  a.decoder_widths = { 32, 32, 16, 16, 16 };
  if (decoder == acini::DecoderKind::Fpn || decoder == acini::DecoderKind::Segformer)
    a.decoder_widths.resize (decoder == acini::DecoderKind::Fpn ? 2 : 1);
  if (encoder != acini::EncoderKind::MiT)
    {
      a.heads.clear ();
      a.reductions.clear ();
      a.expansions.clear ();
    }
  if (encoder == acini::EncoderKind::EfficientNet)
    {
      a.encoder.stem = 8;
      a.widths = { 8, 12, 16, 20, 24, 28, 32 };
      a.depths = { 1, 2, 1, 1, 2, 1, 1 };
    }
  if (encoder == acini::EncoderKind::ResNet)
    {
      a.encoder.stem = 16;
      a.encoder.inner = { 16, 16, 32, 32 };
      a.widths = a.encoder.inner;
    }
  return a;
}

/* nnU-Net's, with a stride of 4 in it. */
inline acini::Architecture
make_plain_unet ()
{
  acini::Architecture a = acini::Architecture::from_name ("nnunet-2d", 2);

  a.widths = { 16, 32, 48 };
  a.depths = { 2, 1, 2 };
  a.strides = { 1, 2, 4 };
  a.decoder_depths = { 2, 1 };
  return a;
}

inline std::vector<acini::Architecture>
make_families ()
{
  using acini::DecoderKind, acini::EncoderKind;
  acini::Architecture squeezed = make_composed (DecoderKind::UnetPlusPlus, EncoderKind::ResNet);
  acini::Architecture fixed = make_composed (DecoderKind::Unet, EncoderKind::EfficientNet);
  acini::Architecture same = make_composed (DecoderKind::Segformer, EncoderKind::EfficientNet);
  acini::Architecture joined = make_composed (DecoderKind::Fpn, EncoderKind::ResNet);

  squeezed.encoder.bottleneck = true;
  squeezed.encoder.groups = 4;
  squeezed.encoder.squeeze = 4;
  squeezed.widths = { 32, 32, 64, 64 };
  acini::set_flavour (fixed, "efficientnet");
  fixed.encoder.nominal = 260;
  acini::set_flavour (same, "tu-tf_efficientnet");
  joined.joins = true;
  return { squeezed,
           fixed,
           same,
           joined,
           make_composed (DecoderKind::Fpn, EncoderKind::ResNet),
           make_composed (DecoderKind::Unet, EncoderKind::MiT),
           make_composed (DecoderKind::Segformer, EncoderKind::MiT),
           make_composed (DecoderKind::UnetPlusPlus, EncoderKind::EfficientNet),
           make_plain_unet () };
}

inline std::vector<acini::Architecture>
make_architectures ()
{
  acini::Architecture unet = acini::Architecture::from_name ("unet-resnet34", 1);
  acini::Architecture odd = make_tiny (acini::HeadKind::HuggingFace, 3);
  acini::Architecture linear = make_grouped (acini::HeadKind::HuggingFace);

  odd.eps = { 1e-5, 1e-6, 3e-5, 1e-3 };
  linear.norm_groups = 8; /* told by nothing but our own files */
  std::vector<acini::Architecture> all = {
    make_tiny (acini::HeadKind::HuggingFace, 2),   make_tiny (acini::HeadKind::MMSegmentation, 2), odd, unet, linear,
    make_grouped (acini::HeadKind::MMSegmentation)
  };
  for (const acini::Architecture &family : make_families ())
    all.push_back (family);
  return all;
}

/* A network whose norms do something: random statistics. */
inline std::shared_ptr<acini::Network>
make_random (const acini::Architecture &architecture)
{
  torch::NoGradGuard no_grad;

  torch::manual_seed (7);
  auto network = acini::make_network (architecture);
  for (const auto &item : network->named_buffers ())
    if (kit::ends_with (item.key (), "running_mean"))
      item.value ().normal_ (0, 0.2);
    else if (kit::ends_with (item.key (), "running_var"))
      item.value ().uniform_ (0.5, 2);
  network->eval ();
  return network;
}

} // namespace small
