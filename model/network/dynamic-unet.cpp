/* SPDX-License-Identifier: GPL-3.0-or-later */
/* fastai's DynamicUnet over ResNet-34, as unet_learner makes it by default: pixel shuffle instead of upsampling,
 * convolutions with bias and without BatchNorm in the decoder, and the image itself joined at the end. */

#include "model/network/resnet.hpp"

namespace acini
{

namespace
{

/* fastai's ConvLayer: the convolution is child "0"; ReLU follows unless it is left out. */
class ConvLayer : public torch::nn::Module
{
public:
  ConvLayer (int64_t from, int64_t to, int64_t side, bool activation = true) : activation (activation)
  {
    torch::NoGradGuard no_grad;

    conv = register_module ("0", torch::nn::Conv2d (torch::nn::Conv2dOptions (from, to, side).padding (side / 2)));
    torch::nn::init::kaiming_normal_ (conv->weight);
    conv->bias.zero_ ();
  }

  torch::Tensor
  forward (const ConvolutionInput &input)
  {
    if (fast && fast->takes (input))
      return (*fast) (input);

    const torch::Tensor x = input.second.defined () ? torch::cat ({ input.first, input.second }, 1) : input.first;
    return activation ? relu_in_place (conv (x)) : conv (x);
  }

  void
  accelerate (torch::ScalarType type)
  {
    if (activation && Winograd::fits (conv, type))
      fast = std::make_shared<Winograd> (conv->weight, conv->bias, type);
  }

  torch::ScalarType
  get_type () const
  {
    return conv->weight.scalar_type ();
  }
  const torch::nn::Conv2d &
  get_convolution () const
  {
    return conv;
  }

private:
  const bool activation;
  std::shared_ptr<const Winograd> fast;
  torch::nn::Conv2d conv{ nullptr };
};

class PixelShuffle : public torch::nn::Module
{
public:
  PixelShuffle (int64_t from, int64_t to)
  {
    layer = register_module ("0", std::make_shared<ConvLayer> (from, to * 4, 1));
  }

  torch::Tensor
  forward (const torch::Tensor &x)
  {
    return torch::pixel_shuffle (layer->forward ({ x }), 2);
  }

private:
  std::shared_ptr<ConvLayer> layer;
};

torch::Tensor
resize_like (const torch::Tensor &x, const torch::Tensor &like)
{
  if (x.size (2) == like.size (2) && x.size (3) == like.size (3))
    return x;
  return at::upsample_nearest2d (x, { like.size (2), like.size (3) });
}

class UnetBlock : public torch::nn::Module
{
public:
  /* @final: the last block halves its width. */
  UnetBlock (int64_t from, int64_t skip, bool final)
  {
    const int64_t joined = from / 2 + skip, to = final ? joined / 2 : joined;

    shuffle = register_module ("shuf", std::make_shared<PixelShuffle> (from, from / 2));
    norm = register_module ("bn", torch::nn::BatchNorm2d (skip));
    conv1 = register_module ("conv1", std::make_shared<ConvLayer> (joined, to, 3));
    conv2 = register_module ("conv2", std::make_shared<ConvLayer> (to, to, 3));
  }

  torch::Tensor
  forward (const torch::Tensor &x, const torch::Tensor &skip)
  {
    const torch::Tensor up = resize_like (shuffle->forward (x), skip);

    return conv2->forward ({ conv1->forward ({ relu_in_place (up), relu_in_place (norm (skip)) }) });
  }

  void
  accelerate (torch::ScalarType type)
  {
    conv1->accelerate (type);
    conv2->accelerate (type);
  }

private:
  std::shared_ptr<PixelShuffle> shuffle;
  torch::nn::BatchNorm2d norm{ nullptr };
  std::shared_ptr<ConvLayer> conv1, conv2;
};

class DynamicUnet : public Network
{
public:
  explicit DynamicUnet (const Architecture &a) : Network (a)
  {
    auto layers = register_module ("layers", std::make_shared<Scope> ());
    const int64_t from[] = { 512, 512, 384, 256 }, skip[] = { 256, 128, 64, 64 };

    auto scope = layers->register_module ("0", std::make_shared<Scope> ());
    body = ResNet (*scope, *scope, { "0", "1", "4", "5", "6", "7" }, make_resnet34 ());
    norm = layers->register_module ("1", torch::nn::BatchNorm2d (512));
    auto middle = layers->register_module ("3", std::make_shared<Scope> ());
    middle1 = middle->register_module ("0", std::make_shared<ConvLayer> (512, 1024, 3));
    middle2 = middle->register_module ("1", std::make_shared<ConvLayer> (1024, 512, 3));
    for (int i = 0; i < 4; i++)
      blocks.push_back (
          layers->register_module (std::to_string (4 + i), std::make_shared<UnetBlock> (from[i], skip[i], i == 3)));
    shuffle = layers->register_module ("8", std::make_shared<PixelShuffle> (96, 96));
    auto path = layers->register_module ("11", std::make_shared<Scope> ())
                    ->register_module ("convpath", std::make_shared<Scope> ());
    last1 = path->register_module ("0", std::make_shared<ConvLayer> (99, 99, 3));
    last2 = path->register_module ("1", std::make_shared<ConvLayer> (99, 99, 3, false));
    head = layers->register_module ("12", std::make_shared<ConvLayer> (99, a.classes, 1, false));
  }

  std::vector<torch::Tensor>
  encode (torch::Tensor x) override
  {
    if (x.dim () != 4 || x.size (1) != 3 || x.numel () == 0)
      fail (ACINI_MODEL_ERROR_INPUT, "A U-Net takes images of three channels");
    return body (x.contiguous (torch::MemoryFormat::ChannelsLast));
  }

  torch::Tensor
  forward (torch::Tensor x) override
  {
    const std::vector<torch::Tensor> features = encode (x);
    torch::Tensor y = middle2->forward ({ middle1->forward ({ relu_in_place (norm (features[4])) }) });
    const torch::ScalarType first = body.get_stem_type (), type = last1->get_type (), last = head->get_type ();

    for (int i = 0; i < 4; i++)
      y = blocks[i]->forward (y, features[3 - i]);
    y = torch::cat ({ resize_like (shuffle->forward (y), x), cast_between_parts (x, first, type) }, 1);
    return head->forward ({ cast_between_parts (refine (y), type, last) });
  }

  void
  fold () override
  {
    body.fold ();
  }

  void
  accelerate (torch::ScalarType type) override
  {
    body.accelerate (type);
    middle1->accelerate (type);
    middle2->accelerate (type);
    for (const auto &block : blocks)
      block->accelerate (type);
    fast1 = fill_up (*last1, type);
    fast2 = fill_up (*last2, type);
  }

  /* The stem and the head stay. */
  void
  lower (torch::ScalarType type) override
  {
    body.lower (type);
    norm->to (type);
    for (const auto &layer : { middle1, middle2, last1, last2 })
      layer->to (type);
    for (const auto &block : blocks)
      block->to (type);
    shuffle->to (type);
  }

private:
  /* Decoder and image, 99 channels, are convolved twice and added. */
  torch::Tensor
  refine (const torch::Tensor &y) const
  {
    if (!fast1 || !fast1->takes ({ y }))
      return relu_in_place (y + last2->forward ({ last1->forward ({ y }) }));

    const torch::Tensor filled = torch::constant_pad_nd (y, { 0, 0, 0, 0, 0, kFilled - y.size (1) });
    return (*fast2) ({ (*fast1) ({ filled }) }, filled).slice (1, 0, y.size (1));
  }

  /* With zeros for more channels, since Winograd takes sixteen at a time. */
  static std::shared_ptr<const Winograd>
  fill_up (const ConvLayer &layer, torch::ScalarType type)
  {
    torch::NoGradGuard no_grad;
    torch::nn::Conv2d filled (torch::nn::Conv2dOptions (kFilled, kFilled, 3).padding (1));
    const torch::Tensor &weight = layer.get_convolution ()->weight;
    const int64_t more = kFilled - weight.size (0);

    filled->weight.set_data (torch::constant_pad_nd (weight, { 0, 0, 0, 0, 0, more, 0, more }));
    filled->bias.set_data (torch::constant_pad_nd (layer.get_convolution ()->bias, { 0, more }));
    if (!Winograd::fits (filled, type))
      return nullptr;
    return std::make_shared<Winograd> (filled->weight, filled->bias, type);
  }

  static constexpr int64_t kFilled = 112;

  ResNet body;
  torch::nn::BatchNorm2d norm{ nullptr };
  std::shared_ptr<ConvLayer> middle1, middle2, last1, last2, head;
  std::vector<std::shared_ptr<UnetBlock>> blocks;
  std::shared_ptr<PixelShuffle> shuffle;
  std::shared_ptr<const Winograd> fast1, fast2; /* last1, last2 */
};

} // namespace

std::shared_ptr<Network>
make_dynamic_unet (const Architecture &architecture)
{
  return std::make_shared<DynamicUnet> (architecture);
}

} // namespace acini
