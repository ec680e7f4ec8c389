/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decoder of a Feature Pyramid Network for segmentation (Kirillov et al., CVPR 2019) as in
 * segmentation_models_pytorch. */

#include "model/network/decoders.hpp"

namespace acini
{

torch::Tensor
enlarge_by_corners (const torch::Tensor &x, int64_t height, int64_t width)
{
  if (x.size (2) == height && x.size (3) == width)
    return x;
  return at::upsample_bilinear2d (x, { height, width }, true);
}

namespace
{

/* Convolution, GroupNorm, ReLU, and twice the size. */
class PyramidBlock : public torch::nn::Module
{
public:
  PyramidBlock (int64_t from, int64_t to, bool enlarges)
      : conv (*register_module ("block", std::make_shared<Scope> ()), "0", "1",
              torch::nn::Conv2dOptions (from, to, 3).padding (1).bias (false), NormKind::Group, 32),
        enlarges (enlarges)
  {
  }

  torch::Tensor
  forward (const torch::Tensor &x)
  {
    const torch::Tensor y = relu_in_place (conv (x));

    return enlarges ? enlarge_by_corners (y, 2 * y.size (2), 2 * y.size (3)) : y;
  }

  const ConvNorm &
  get_convolution () const
  {
    return conv;
  }

private:
  ConvNorm conv;
  const bool enlarges;
};

class FpnDecoder : public Decoder
{
public:
  FpnDecoder (const Architecture &a, const std::vector<int64_t> &encoder) : joins (a.joins), dropout (a.head_dropout)
  {
    const int64_t pyramid = a.decoder_widths.at (0), segmentation = a.decoder_widths.at (1);
    const int lengths[] = { 3, 2, 1, 1 };

    for (int i = 0; i < 4; i++)
      {
        const torch::nn::Conv2dOptions options (encoder[4 - i], pyramid, 1);
        const std::string name = "p" + std::to_string (5 - i);

        laterals.push_back (i == 0 ? register_module (name, torch::nn::Conv2d (options))
                                   : register_module (name, std::make_shared<Scope> ())
                                         ->register_module ("skip_conv", torch::nn::Conv2d (options)));
      }
    auto all = register_module ("seg_blocks", std::make_shared<Scope> ());
    for (int i = 0; i < 4; i++)
      {
        auto scope = all->register_module (std::to_string (i), std::make_shared<Scope> ())
                         ->register_module ("block", std::make_shared<Scope> ());

        blocks.emplace_back ();
        for (int j = 0; j < lengths[i]; j++)
          blocks.back ().push_back (scope->register_module (
              std::to_string (j),
              std::make_shared<PyramidBlock> (j == 0 ? pyramid : segmentation, segmentation, i < 3)));
      }
    width = joins ? 4 * segmentation : segmentation;
    head_side = 1;
  }

  std::vector<torch::Tensor>
  forward (const std::vector<torch::Tensor> &features, int64_t, int64_t) override
  {
    std::vector<torch::Tensor> maps;
    torch::Tensor pyramid;

    for (int i = 0; i < 4; i++)
      {
        const torch::Tensor lateral = laterals[i]->forward (features[4 - i]);

        pyramid = i == 0 ? lateral : at::upsample_nearest2d (pyramid, { lateral.size (2), lateral.size (3) }) + lateral;
        torch::Tensor y = pyramid;
        for (const auto &block : blocks[i])
          y = block->forward (y);
        maps.push_back (y);
      }
    /* Of images whose side is no multiple of 32 the coarser maps are a little larger. */
    for (torch::Tensor &map : maps)
      map = enlarge_by_corners (map, maps[3].size (2), maps[3].size (3));
    const torch::Tensor merged = joins ? torch::cat (maps, 1) : maps[0] + maps[1] + maps[2] + maps[3];
    return { torch::feature_dropout (merged, dropout, is_training ()) };
  }

  void
  fold () override
  {
  }

  void
  accelerate (torch::ScalarType) override
  {
  }

  void
  lower (torch::ScalarType type) override
  {
    to (type);
  }

  torch::ScalarType
  get_type () const override
  {
    return laterals[0]->weight.scalar_type ();
  }

private:
  const bool joins;
  const double dropout;
  std::vector<torch::nn::Conv2d> laterals;
  std::vector<std::vector<std::shared_ptr<PyramidBlock>>> blocks;
};

} // namespace

std::shared_ptr<Decoder>
make_fpn_decoder (const Architecture &architecture, const std::vector<int64_t> &encoder)
{
  return std::make_shared<FpnDecoder> (architecture, encoder);
}

} // namespace acini
