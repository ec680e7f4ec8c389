/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nnU-Net's plain U-Net in two dimensions: Isensee et al., "nnU-Net: a self-configuring method for deep learning-based
 * biomedical image segmentation", Nature Methods 18, 2021; PlainConvUNet of dynamic-network-architectures. Convolutions
 * of 3 × 3, each with InstanceNorm and LeakyReLU; those with a stride go down, transposed ones, whose kernel is their
 * stride, go up. */

#include "model/kernels/kernels.hpp"
#include "model/network/families.hpp"

#include <ATen/Parallel.h>

namespace acini
{

namespace
{

/* Less than any picture varies by; of one that does not vary, rounding is not blown up. */
constexpr double least_deviation = 1e-6;

class Layer : public torch::nn::Module
{
public:
  Layer (int64_t from, int64_t to, int64_t stride, double slope) : slope (slope)
  {
    conv = register_module ("conv",
                            torch::nn::Conv2d (torch::nn::Conv2dOptions (from, to, 3).stride (stride).padding (1)));
    norm = register_module ("norm", torch::nn::InstanceNorm2d (torch::nn::InstanceNorm2dOptions (to).affine (true)));
  }

  torch::Tensor
  forward (const ConvolutionInput &input)
  {
    torch::Tensor x;

    if (fast && fast->takes (input))
      x = (*fast) (input, {}, false);
    else
      x = conv (input.second.defined () ? torch::cat ({ input.first, input.second }, 1) : input.first);
    return normalise_leaky (x, norm, slope);
  }

  void
  accelerate (torch::ScalarType type)
  {
    if (Winograd::fits (conv, type))
      fast = std::make_shared<Winograd> (conv->weight, conv->bias, type);
  }

  /* The norm's own numbers stay: it computes in float32 whatever its map is. */
  void
  lower (torch::ScalarType type)
  {
    conv->to (type);
  }

private:
  const double slope;
  std::shared_ptr<const Winograd> fast;
  torch::nn::Conv2d conv{ nullptr };
  torch::nn::InstanceNorm2d norm{ nullptr };
};

/* Layers one after the other; the first one has the stride. */
class Stack : public torch::nn::Module
{
public:
  Stack (int64_t from, int64_t to, int64_t stride, int64_t depth, double slope)
  {
    auto convs = register_module ("convs", std::make_shared<Scope> ());

    for (int64_t i = 0; i < depth; i++)
      layers.push_back (convs->register_module (
          std::to_string (i), std::make_shared<Layer> (i == 0 ? from : to, to, i == 0 ? stride : 1, slope)));
  }

  torch::Tensor
  forward (const ConvolutionInput &input)
  {
    torch::Tensor x = layers[0]->forward (input);

    for (size_t i = 1; i < layers.size (); i++)
      x = layers[i]->forward ({ x });
    return x;
  }

  std::vector<std::shared_ptr<Layer>> layers;
};

class PlainUnet : public Network
{
public:
  explicit PlainUnet (const Architecture &a) : Network (a)
  {
    const size_t n = a.widths.size ();
    auto encoder = register_module ("encoder", std::make_shared<Scope> ());
    auto decoder = register_module ("decoder", std::make_shared<Scope> ());
    auto down_scope = encoder->register_module ("stages", std::make_shared<Scope> ());
    auto up_scope = decoder->register_module ("stages", std::make_shared<Scope> ());
    auto transposed_scope = decoder->register_module ("transpconvs", std::make_shared<Scope> ());

    for (size_t i = 0; i < n; i++)
      down.push_back (down_scope->register_module (std::to_string (i), std::make_shared<Scope> ())
                          ->register_module ("0", std::make_shared<Stack> (i == 0 ? 3 : a.widths[i - 1], a.widths[i],
                                                                           a.strides[i], a.depths[i], a.slope)));
    for (size_t i = 0; i + 1 < n; i++)
      {
        const std::string name = std::to_string (i);
        const int64_t below = a.widths[n - 1 - i], width = a.widths[n - 2 - i], stride = a.strides[n - 1 - i];

        transposed.push_back (transposed_scope->register_module (
            name,
            torch::nn::ConvTranspose2d (torch::nn::ConvTranspose2dOptions (below, width, stride).stride (stride))));
        up.push_back (up_scope->register_module (
            name, std::make_shared<Stack> (2 * width, width, 1, a.decoder_depths[i], a.slope)));
      }
    /* Those of the coarser maps act in training alone, and in nnU-Net's. */
    head = decoder->register_module ("seg_layers", std::make_shared<Scope> ())
               ->register_module (std::to_string (n - 2),
                                  torch::nn::Conv2d (torch::nn::Conv2dOptions (a.widths[0], a.classes, 1)));
    for (int64_t s : a.strides)
      stride *= s;
    initialise ();
  }

  std::vector<torch::Tensor>
  encode (torch::Tensor x) override
  {
    if (x.dim () != 4 || x.size (1) != 3 || x.numel () == 0)
      fail (ACINI_MODEL_ERROR_INPUT, "A U-Net takes images of three channels");
    x = fill_up (architecture.standardise ? standardise (x) : x);
    if (!is_training ())
      x = x.contiguous (torch::MemoryFormat::ChannelsLast);

    std::vector<torch::Tensor> maps;
    for (const auto &stack : down)
      {
        /* The first convolution stays float32. */
        if (maps.empty ())
          for (size_t i = 0; i < stack->layers.size (); i++)
            x = cast_between_parts (stack->layers[i]->forward ({ x }), torch::kFloat, i == 0 ? type : torch::kFloat);
        else
          x = stack->forward ({ x });
        maps.push_back (x);
      }
    return maps;
  }

  std::vector<torch::Tensor>
  decode (torch::Tensor x) override
  {
    const std::vector<torch::Tensor> features = encode (x);
    std::vector<torch::Tensor> maps;

    x = features.back ();
    for (size_t i = 0; i < up.size (); i++)
      {
        x = up[i]->forward ({ transposed[i](x), features[features.size () - 2 - i] });
        maps.push_back (x);
      }
    return maps;
  }

  torch::Tensor
  forward (torch::Tensor x) override
  {
    const torch::Tensor logits = head (cast_between_parts (decode (x).back (), type, torch::kFloat));

    return logits.slice (2, 0, x.size (2)).slice (3, 0, x.size (3));
  }

  /* InstanceNorm depends on the picture: there is nothing to merge. */
  void
  fold () override
  {
  }

  void
  accelerate (torch::ScalarType to) override
  {
    for (const auto &stacks : { down, up })
      for (const auto &stack : stacks)
        for (const auto &layer : stack->layers)
          layer->accelerate (to);
  }

  /* The head stays, too. */
  void
  lower (torch::ScalarType to) override
  {
    for (const auto &stacks : { down, up })
      for (const auto &stack : stacks)
        for (const auto &layer : stack->layers)
          if (layer != down[0]->layers[0])
            layer->lower (to);
    for (auto &layer : transposed)
      layer->to (to);
    type = to;
  }

private:
  /* Each colour of each picture on its own.  How it was scaled and moved before makes no difference. */
  static torch::Tensor
  standardise (const torch::Tensor &x)
  {
    const auto [variance, mean] = at::var_mean (x, at::IntArrayRef ({ 2, 3 }), 0, true);

    return (x - mean) / variance.sqrt ().clamp_min (least_deviation);
  }

  /* A side has to be a multiple of all strides together: zeros, as nnU-Net has around a picture that is too small. */
  torch::Tensor
  fill_up (const torch::Tensor &x) const
  {
    const int64_t below = (stride - x.size (2) % stride) % stride, right = (stride - x.size (3) % stride) % stride;

    return below + right > 0 ? torch::constant_pad_nd (x, { 0, right, 0, below }) : x;
  }

  void
  initialise ()
  {
    torch::NoGradGuard no_grad;

    for (const auto &item : named_parameters ())
      if (item.value ().dim () == 4)
        torch::nn::init::kaiming_normal_ (item.value (), 0.01);
      else if (item.key ().find (".norm.") == std::string::npos)
        item.value ().zero_ ();
  }

  std::vector<std::shared_ptr<Stack>> down, up;
  std::vector<torch::nn::ConvTranspose2d> transposed;
  torch::nn::Conv2d head{ nullptr };
  int64_t stride = 1; /* of the coarsest map */
  torch::ScalarType type = torch::kFloat;
};

} // namespace

std::shared_ptr<Network>
make_plain_unet (const Architecture &a)
{
  const size_t n = a.widths.size ();
  bool fits = n >= 2 && n <= 16 && a.classes > 0 && a.depths.size () == n && a.strides.size () == n
              && a.decoder_depths.size () == n - 1;
  int64_t stride = 1;

  for (const auto &numbers : { a.widths, a.depths, a.strides, a.decoder_depths })
    for (int64_t number : numbers)
      fits = fits && number > 0 && number < 1 << 16;
  for (size_t i = 0; fits && i < n; i++)
    {
      stride *= a.strides[i];
      fits = stride <= 4096;
    }
  if (!fits)
    fail (ACINI_MODEL_ERROR_SHAPE, "The sizes of this U-Net's stages make no network");
  return std::make_shared<PlainUnet> (a);
}

} // namespace acini
