/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/network/resnet.hpp"

namespace acini
{

static torch::nn::Conv2dOptions
convolution (int64_t from, int64_t to, int64_t side, int64_t stride)
{
  return torch::nn::Conv2dOptions (from, to, side).stride (stride).padding (side / 2).bias (false);
}

class ResNet34::Block : public torch::nn::Module
{
public:
  Block (int64_t from, int64_t to, int64_t stride)
      : conv1 (*this, "conv1", "bn1", convolution (from, to, 3, stride)),
        conv2 (*this, "conv2", "bn2", convolution (to, to, 3, 1)), projects (stride != 1 || from != to)
  {
    if (projects)
      shortcut = ConvNorm (*register_module ("downsample", std::make_shared<Scope> ()), "0", "1",
                           convolution (from, to, 1, stride));
  }

  torch::Tensor
  forward (const torch::Tensor &x)
  {
    return conv2.with_relu ({ conv1.with_relu ({ x }) }, projects ? shortcut (x) : x);
  }

  void
  fold ()
  {
    conv1.fold ();
    conv2.fold ();
    if (projects)
      shortcut.fold ();
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
    if (projects)
      shortcut.lower (type);
  }

  torch::ScalarType
  get_type () const
  {
    return conv1.get_type ();
  }

private:
  ConvNorm conv1, conv2, shortcut;
  bool projects;
};

ResNet34::ResNet34 (torch::nn::Module &owner, const std::array<std::string, 6> &names)
    : stem (owner, names[0], names[1], convolution (3, 64, 7, 2))
{
  const int64_t widths[] = { 64, 128, 256, 512 }, depths[] = { 3, 4, 6, 3 };
  int64_t from = 64;

  for (int i = 0; i < 4; i++)
    {
      auto scope = owner.register_module (names[2 + i], std::make_shared<Scope> ());

      layers.emplace_back ();
      for (int64_t j = 0; j < depths[i]; j++)
        {
          auto block = std::make_shared<Block> (from, widths[i], i > 0 && j == 0 ? 2 : 1);

          layers.back ().push_back (scope->register_module (std::to_string (j), block));
          from = widths[i];
        }
    }
  owner.apply ([] (torch::nn::Module &module) {
    if (auto *conv = module.as<torch::nn::Conv2d> ())
      torch::nn::init::kaiming_normal_ (conv->weight, 0, torch::kFanOut, torch::kReLU);
  });
}

std::vector<torch::Tensor>
ResNet34::operator() (const torch::Tensor &x) const
{
  std::vector<torch::Tensor> features
      = { fast_stem && fast_stem->takes (x)
              ? (*fast_stem) (x)
              : cast_between_parts (relu_in_place (stem (x)), stem.get_type (), layers[0][0]->get_type ()) };
  torch::Tensor y = torch::max_pool2d (features[0], 3, 2, 1);

  for (const auto &layer : layers)
    {
      for (const auto &block : layer)
        y = block->forward (y);
      features.push_back (y);
    }
  return features;
}

void
ResNet34::fold ()
{
  stem.fold ();
  for (const auto &layer : layers)
    for (const auto &block : layer)
      block->fold ();
}

void
ResNet34::accelerate (torch::ScalarType type)
{
  if (stem.is_folded () && Stem::fits (stem.get_convolution (), type))
    fast_stem = std::make_shared<Stem> (stem.get_convolution ());
  for (const auto &layer : layers)
    for (const auto &block : layer)
      block->accelerate (type);
}

void
ResNet34::lower (torch::ScalarType type)
{
  for (const auto &layer : layers)
    for (const auto &block : layer)
      block->lower (type);
}

} // namespace acini
