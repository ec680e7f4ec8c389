/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An encoder, a decoder and a convolution, as in segmentation_models_pytorch. */

#include "model/kernels/narrow.hpp"
#include "model/kernels/winograd-training.hpp"
#include "model/network/decoders.hpp"
#include "model/network/encoders.hpp"

namespace acini
{

namespace
{

std::shared_ptr<Encoder>
make_encoder (const Architecture &a)
{
  switch (a.encoder.kind)
    {
    case EncoderKind::MiT:
      return make_mix_transformer (a);
    case EncoderKind::EfficientNet:
      return make_efficient_net (a);
    case EncoderKind::ResNet:
      break;
    }
  return make_resnet (a);
}

std::shared_ptr<Decoder>
make_decoder (const Architecture &a, const std::vector<int64_t> &encoder)
{
  switch (a.decoder)
    {
    case DecoderKind::UnetPlusPlus:
      return make_unet_plus_plus_decoder (a, encoder);
    case DecoderKind::Fpn:
      return make_fpn_decoder (a, encoder);
    case DecoderKind::Segformer:
      return make_segformer_decoder (a, encoder);
    case DecoderKind::Unet:
      break;
    }
  return make_unet_decoder (a, encoder);
}

class Composed : public Network
{
public:
  explicit Composed (const Architecture &a)
      : Network (a), encoder (register_module ("encoder", make_encoder (a))),
        decoder (register_module ("decoder", make_decoder (a, encoder->widths)))
  {
    const int64_t side = decoder->head_side;

    head = register_module ("segmentation_head", std::make_shared<Scope> ())
               ->register_module (
                   "0",
                   torch::nn::Conv2d (torch::nn::Conv2dOptions (decoder->width, a.classes, side).padding (side / 2)));
    initialise ();
  }

  std::vector<torch::Tensor>
  encode (torch::Tensor x) override
  {
    const int64_t least = architecture.encoder.kind == EncoderKind::MiT ? 32 : 1;

    if (x.dim () != 4 || x.size (1) != 3 || x.numel () == 0 || x.size (2) < least || x.size (3) < least)
      fail (ACINI_MODEL_ERROR_INPUT, "This network takes images of three channels and at least %d × %d pixels",
            (int)least, (int)least);
    /* Training keeps the order of the caller's weights and pixels: a sum in another order switches a ReLU here and
     * there, and what is to be compared with other programs has to be summed as they do. */
    return encoder->forward (is_training () ? x : x.contiguous (torch::MemoryFormat::ChannelsLast));
  }

  std::vector<torch::Tensor>
  decode (torch::Tensor x) override
  {
    std::vector<torch::Tensor> features = encode (x);

    for (torch::Tensor &feature : features)
      feature = cast_between_parts (feature, encoder->get_type (), decoder->get_type ());
    return decoder->forward (features, x.size (2), x.size (3));
  }

  torch::Tensor
  forward (torch::Tensor x) override
  {
    return finish (decode (x).back (), x, false);
  }

  torch::Tensor
  contrast (torch::Tensor x) override
  {
    return finish (decode (x).back (), x, true);
  }

  void
  fold () override
  {
    encoder->fold ();
    decoder->fold ();
  }

  void
  accelerate (torch::ScalarType type) override
  {
    encoder->accelerate (type);
    decoder->accelerate (type);
  }

  /* The head stays. */
  void
  lower (torch::ScalarType type) override
  {
    encoder->lower (type);
    decoder->lower (type);
  }

private:
  /* The head.  @x: the pixels; @contrast: for contrast () */
  torch::Tensor
  finish (const torch::Tensor &map, const torch::Tensor &x, bool contrast)
  {
    if (decoder->head_side == 3 && is_narrow (head, map))
      return convolve_narrow (head, map, contrast);
    torch::Tensor logits = trains_by_winograd (head, { map })
                               ? convolve_differentiably (head, { map })
                               : head (cast_between_parts (map, decoder->get_type (), head->weight.scalar_type ()));
    if (contrast)
      logits = logits.slice (1, 1, 2) - logits.slice (1, 0, 1);
    return decoder->head_side == 3 ? logits : enlarge_by_corners (logits, x.size (2), x.size (3));
  }

  /* The encoder has done so itself. */
  void
  initialise ()
  {
    torch::NoGradGuard no_grad;

    decoder->apply ([] (torch::nn::Module &module) {
      if (auto *conv = module.as<torch::nn::Conv2d> ())
        {
          torch::nn::init::kaiming_uniform_ (conv->weight, 0, torch::kFanIn, torch::kReLU);
          if (conv->bias.defined ())
            conv->bias.zero_ ();
        }
      else if (auto *linear = module.as<torch::nn::Linear> ())
        {
          torch::nn::init::xavier_uniform_ (linear->weight);
          linear->bias.zero_ ();
        }
    });
    torch::nn::init::xavier_uniform_ (head->weight);
    head->bias.zero_ ();
  }

  std::shared_ptr<Encoder> encoder;
  std::shared_ptr<Decoder> decoder;
  torch::nn::Conv2d head{ nullptr };
};

/* Sizes come from checkpoints, so what does not fit together is an error of theirs. */
void
check_composed (const Architecture &a)
{
  const size_t n = a.decoder == DecoderKind::Fpn ? 2 : a.decoder == DecoderKind::Segformer ? 1 : 5;
  bool positive = a.classes > 0 && a.encoder.stem > 0;

  for (const auto &numbers : { a.widths, a.depths, a.decoder_widths })
    for (int64_t number : numbers)
      positive = positive && number > 0 && number < 1 << 20;
  if (!positive || a.decoder_widths.size () != n)
    fail (ACINI_MODEL_ERROR_SHAPE, "The sizes of this network's encoder and decoder make no network");
}

} // namespace

std::shared_ptr<Network>
make_composed (const Architecture &architecture)
{
  check_composed (architecture);
  return std::make_shared<Composed> (architecture);
}

} // namespace acini
