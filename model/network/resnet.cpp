/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/network/encoders.hpp"
#include "model/network/resnet.hpp"

namespace acini
{

static torch::nn::Conv2dOptions
convolution (int64_t from, int64_t to, int64_t side, int64_t stride, int64_t groups = 1)
{
  return torch::nn::Conv2dOptions (from, to, side).stride (stride).padding (side / 2).groups (groups).bias (false);
}

/* Squeeze and excitation: each channel is weighted by what all of them are on the whole. */
class ResNet::Squeeze : public torch::nn::Module
{
public:
  Squeeze (int64_t width, int64_t inner)
  {
    fc1 = register_module ("fc1", torch::nn::Conv2d (torch::nn::Conv2dOptions (width, inner, 1)));
    fc2 = register_module ("fc2", torch::nn::Conv2d (torch::nn::Conv2dOptions (inner, width, 1)));
  }

  torch::Tensor
  forward (const torch::Tensor &x)
  {
    return x * torch::sigmoid (fc2 (relu_in_place (fc1 (x.mean ({ 2, 3 }, true)))));
  }

private:
  torch::nn::Conv2d fc1{ nullptr }, fc2{ nullptr };
};

class ResNet::Block : public torch::nn::Module
{
public:
  Block (const EncoderSpec &spec, int64_t from, int64_t inner, int64_t to, int64_t stride)
      : bottleneck (spec.bottleneck), projects (stride != 1 || from != to)
  {
    if (bottleneck)
      {
        conv1 = ConvNorm (*this, "conv1", "bn1", convolution (from, inner, 1, 1));
        conv2 = ConvNorm (*this, "conv2", "bn2", convolution (inner, inner, 3, stride, spec.groups));
        conv3 = ConvNorm (*this, "conv3", "bn3", convolution (inner, to, 1, 1));
      }
    else
      {
        conv1 = ConvNorm (*this, "conv1", "bn1", convolution (from, to, 3, stride));
        conv2 = ConvNorm (*this, "conv2", "bn2", convolution (to, to, 3, 1));
      }
    if (spec.squeeze > 0)
      squeeze = register_module ("se_module",
                                 std::make_shared<ResNet::Squeeze> (to, std::max<int64_t> (to / spec.squeeze, 1)));
    if (projects)
      shortcut = ConvNorm (*register_module ("downsample", std::make_shared<Scope> ()), "0", "1",
                           convolution (from, to, 1, stride));
  }

  torch::Tensor
  forward (const torch::Tensor &x)
  {
    const torch::Tensor first = conv1.with_relu ({ x });

    if (!bottleneck)
      return conv2.with_relu ({ first, {}, false, /* rectified */ true }, projects ? shortcut (x) : x);
    torch::Tensor y = conv3 (conv2.with_relu ({ first, {}, false, true }));
    if (squeeze)
      y = squeeze->forward (y);
    return relu_in_place (y + (projects ? shortcut (x) : x));
  }

  void
  fold ()
  {
    for (ConvNorm *conv : get_convolutions ())
      conv->fold ();
  }

  void
  accelerate (torch::ScalarType type)
  {
    for (ConvNorm *conv : get_convolutions ())
      if (conv != &shortcut)
        conv->accelerate (type);
  }

  void
  lower (torch::ScalarType type)
  {
    for (ConvNorm *conv : get_convolutions ())
      conv->lower (type);
    if (squeeze)
      squeeze->to (type);
  }

  torch::ScalarType
  get_type () const
  {
    return conv1.get_type ();
  }

private:
  std::vector<ConvNorm *>
  get_convolutions ()
  {
    std::vector<ConvNorm *> all = { &conv1, &conv2 };

    if (bottleneck)
      all.push_back (&conv3);
    if (projects)
      all.push_back (&shortcut);
    return all;
  }

  ConvNorm conv1, conv2, conv3, shortcut;
  std::shared_ptr<ResNet::Squeeze> squeeze;
  bool bottleneck, projects;
};

static void
check_resnet (const Architecture &a)
{
  bool fits = a.widths.size () == 4 && a.depths.size () == 4 && a.encoder.inner.size () == 4 && a.encoder.groups > 0
              && a.encoder.stem > 0;

  for (size_t i = 0; fits && i < 4; i++)
    fits = a.widths[i] > 0 && a.depths[i] > 0 && a.encoder.inner[i] > 0 && a.encoder.inner[i] % a.encoder.groups == 0;
  if (!fits)
    fail (ACINI_MODEL_ERROR_SHAPE, "The sizes of this ResNet's layers do not fit together");
}

ResNet::ResNet (torch::nn::Module &stem_owner, torch::nn::Module &owner, const std::array<std::string, 6> &names,
                const Architecture &a)
    : stem (stem_owner, names[0], names[1], convolution (3, a.encoder.stem, 7, 2)), ceils (a.encoder.squeeze > 0)
{
  int64_t from = a.encoder.stem;

  check_resnet (a);
  for (int i = 0; i < 4; i++)
    {
      auto scope = owner.register_module (names[2 + i], std::make_shared<Scope> ());

      layers.emplace_back ();
      for (int64_t j = 0; j < a.depths[i]; j++)
        {
          auto block
              = std::make_shared<Block> (a.encoder, from, a.encoder.inner[i], a.widths[i], i > 0 && j == 0 ? 2 : 1);

          layers.back ().push_back (scope->register_module (std::to_string (j), block));
          from = a.widths[i];
        }
    }
  owner.apply ([] (torch::nn::Module &module) {
    if (auto *conv = module.as<torch::nn::Conv2d> ())
      torch::nn::init::kaiming_normal_ (conv->weight, 0, torch::kFanOut, torch::kReLU);
  });
}

std::vector<torch::Tensor>
ResNet::operator() (const torch::Tensor &x) const
{
  std::vector<torch::Tensor> features
      = { fast_stem && fast_stem->takes (x)
              ? (*fast_stem) (x)
              : cast_between_parts (stem.with_relu ({ x }), stem.get_type (), layers[0][0]->get_type ()) };
  torch::Tensor y = torch::max_pool2d (features[0], 3, 2, ceils ? 0 : 1, 1, ceils);

  for (const auto &layer : layers)
    {
      for (const auto &block : layer)
        y = block->forward (y);
      features.push_back (y);
    }
  return features;
}

void
ResNet::fold ()
{
  stem.fold ();
  for (const auto &layer : layers)
    for (const auto &block : layer)
      block->fold ();
}

void
ResNet::accelerate (torch::ScalarType type)
{
  if (stem.is_folded () && Stem::fits (stem.get_convolution (), type))
    fast_stem = std::make_shared<Stem> (stem.get_convolution ());
  for (const auto &layer : layers)
    for (const auto &block : layer)
      block->accelerate (type);
}

void
ResNet::lower (torch::ScalarType type)
{
  for (const auto &layer : layers)
    for (const auto &block : layer)
      block->lower (type);
}

torch::ScalarType
ResNet::get_type () const
{
  return layers[0][0]->get_type ();
}

Architecture
make_resnet34 ()
{
  Architecture architecture;

  set_encoder (architecture, "resnet34");
  return architecture;
}

namespace
{

/* As an encoder for any decoder. */
class ResNetEncoder : public Encoder
{
public:
  explicit ResNetEncoder (const Architecture &a)
  {
    const bool scoped = a.encoder.squeeze > 0; /* Cadene's names */
    torch::nn::Module &owner
        = scoped ? (torch::nn::Module &)*register_module ("layer0", std::make_shared<Scope> ()) : *this;

    body = ResNet (owner, *this, { "conv1", "bn1", "layer1", "layer2", "layer3", "layer4" }, a);
    widths = { a.encoder.stem, a.widths[0], a.widths[1], a.widths[2], a.widths[3] };
  }

  std::vector<torch::Tensor>
  forward (const torch::Tensor &x) override
  {
    return body (x);
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
  }

  void
  lower (torch::ScalarType type) override
  {
    body.lower (type);
  }

  torch::ScalarType
  get_type () const override
  {
    return body.get_type ();
  }

private:
  ResNet body;
};

} // namespace

std::shared_ptr<Encoder>
make_resnet (const Architecture &architecture)
{
  return std::make_shared<ResNetEncoder> (architecture);
}

} // namespace acini
