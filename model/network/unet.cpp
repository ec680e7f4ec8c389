/* SPDX-License-Identifier: GPL-3.0-or-later */
/* U-Net (Ronneberger et al., MICCAI 2015) with a ResNet-34 encoder, as in segmentation_models_pytorch. */

#include "model/kernels/narrow.hpp"
#include "model/network/resnet.hpp"

namespace acini
{

namespace
{

/* Upsamples to the size of the skip connection, joins it, and convolves twice. */
class DecoderBlock : public torch::nn::Module
{
public:
  DecoderBlock (int64_t from, int64_t skip, int64_t to)
      : conv1 (*register_module ("conv1", std::make_shared<Scope> ()), "0", "1", convolution (from + skip, to)),
        conv2 (*register_module ("conv2", std::make_shared<Scope> ()), "0", "1", convolution (to, to))
  {
  }

  /* @skip: undefined for the last block; (@height, @width) is its size. */
  torch::Tensor
  forward (torch::Tensor x, const torch::Tensor &skip, int64_t height, int64_t width)
  {
    ConvolutionInput input = { x, skip, 2 * x.size (2) == height && 2 * x.size (3) == width };

    if (!input.upsample)
      input.first = at::upsample_nearest2d (x, { height, width });
    return conv2.with_relu ({ conv1.with_relu (input) });
  }

  void
  fold ()
  {
    conv1.fold ();
    conv2.fold ();
  }

  void
  accelerate (torch::ScalarType type)
  {
    conv1.accelerate (type);
    conv2.accelerate (type);
  }

  void
  lower (torch::ScalarType type)
  {
    conv1.lower (type);
    conv2.lower (type);
  }

  torch::ScalarType
  get_type () const
  {
    return conv2.get_type ();
  }

private:
  static torch::nn::Conv2dOptions
  convolution (int64_t from, int64_t to)
  {
    return torch::nn::Conv2dOptions (from, to, 3).padding (1).bias (false);
  }

  ConvNorm conv1, conv2;
};

class UNet : public Network
{
public:
  explicit UNet (const Architecture &a) : Network (a)
  {
    const int64_t from[] = { 512, 256, 128, 64, 32 }, skip[] = { 256, 128, 64, 64, 0 }, to[] = { 256, 128, 64, 32, 16 };

    encoder = ResNet34 (*register_module ("encoder", std::make_shared<Scope> ()),
                        { "conv1", "bn1", "layer1", "layer2", "layer3", "layer4" });
    auto decoder = register_module ("decoder", std::make_shared<Scope> ());
    auto scope = decoder->register_module ("blocks", std::make_shared<Scope> ());
    for (int i = 0; i < 5; i++)
      blocks.push_back (
          scope->register_module (std::to_string (i), std::make_shared<DecoderBlock> (from[i], skip[i], to[i])));
    head = register_module ("segmentation_head", std::make_shared<Scope> ())
               ->register_module ("0", torch::nn::Conv2d (torch::nn::Conv2dOptions (16, a.classes, 3).padding (1)));
    initialise (*decoder);
  }

  std::vector<torch::Tensor>
  encode (torch::Tensor x) override
  {
    if (x.dim () != 4 || x.size (1) != 3 || x.numel () == 0)
      fail (ACINI_MODEL_ERROR_INPUT, "A U-Net takes images of three channels");
    /* Training keeps the order of the caller's weights and pixels: a sum in another order switches a ReLU here and
     * there, and what is to be compared with other programs has to be summed as they do. */
    return encoder (is_training () ? x : x.contiguous (torch::MemoryFormat::ChannelsLast));
  }

  /* Any size: where a side is no multiple of 32, maps are upsampled to just what the skip connection needs. */
  std::vector<torch::Tensor>
  decode (torch::Tensor x) override
  {
    const std::vector<torch::Tensor> features = encode (x);
    std::vector<torch::Tensor> maps;

    for (int i = 0; i < 5; i++)
      {
        torch::Tensor skip = i < 4 ? features[3 - i] : torch::Tensor ();
        const torch::Tensor &like = i < 4 ? skip : x;

        maps.push_back (blocks[i]->forward (i > 0 ? maps[i - 1] : features[4], skip, like.size (2), like.size (3)));
      }
    return maps;
  }

  torch::Tensor
  forward (torch::Tensor x) override
  {
    const torch::Tensor map = decode (x).back ();

    if (is_narrow (head, map))
      return convolve_narrow (head, map);
    return head (cast_between_parts (map, blocks[4]->get_type (), head->weight.scalar_type ()));
  }

  void
  fold () override
  {
    encoder.fold ();
    for (const auto &block : blocks)
      block->fold ();
  }

  void
  accelerate (torch::ScalarType type) override
  {
    encoder.accelerate (type);
    for (const auto &block : blocks)
      block->accelerate (type);
  }

  /* The stem and the head stay. */
  void
  lower (torch::ScalarType type) override
  {
    encoder.lower (type);
    for (const auto &block : blocks)
      block->lower (type);
  }

private:
  void
  initialise (torch::nn::Module &decoder)
  {
    torch::NoGradGuard no_grad;

    decoder.apply ([] (torch::nn::Module &module) {
      if (auto *conv = module.as<torch::nn::Conv2d> ())
        torch::nn::init::kaiming_uniform_ (conv->weight, 0, torch::kFanIn, torch::kReLU);
    });
    torch::nn::init::xavier_uniform_ (head->weight);
    head->bias.zero_ ();
  }

  ResNet34 encoder;
  std::vector<std::shared_ptr<DecoderBlock>> blocks;
  torch::nn::Conv2d head{ nullptr };
};

} // namespace

std::shared_ptr<Network>
make_unet (const Architecture &architecture)
{
  return std::make_shared<UNet> (architecture);
}

} // namespace acini
