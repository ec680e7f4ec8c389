/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SegFormer's decoder as in segmentation_models_pytorch, over any encoder: what Hugging Face's head is, but for names,
 * and for the last enlargement, which is by corners. */

#include "model/kernels/kernels.hpp"
#include "model/network/decoders.hpp"

namespace acini
{

namespace
{

class SegformerDecoder : public Decoder
{
public:
  SegformerDecoder (const Architecture &a, const std::vector<int64_t> &encoder)
  {
    auto stages = register_module ("mlp_stage", std::make_shared<Scope> ());

    width = a.decoder_widths.at (0);
    head_side = 1;
    for (int i = 0; i < 5; i++)
      if (encoder[4 - i] > 0)
        linear.push_back (stages->register_module (std::to_string (i), std::make_shared<Scope> ())
                              ->register_module ("linear", torch::nn::Linear (encoder[4 - i], width)));
    auto scope = register_module ("fuse_stage", std::make_shared<Scope> ());
    fuse = ConvNorm (*scope, "0", "1",
                     torch::nn::Conv2dOptions (width * (int64_t)linear.size (), width, 1).bias (false));
  }

  std::vector<torch::Tensor>
  forward (const std::vector<torch::Tensor> &features, int64_t height, int64_t width) override
  {
    const int64_t down = height / 4, across = width / 4;
    std::vector<torch::Tensor> maps;

    for (size_t i = 0; i < linear.size (); i++)
      {
        const torch::Tensor &feature = features[4 - i];

        maps.push_back (upsample_to (project (i, feature), down, across));
      }
    if (shares.empty ())
      return { fuse.with_relu ({ torch::cat (maps, 1) }) };
    torch::Tensor sum = maps[0];
    for (size_t i = 1; i < maps.size (); i++)
      sum = sum + maps[i];
    return { relu_in_place (sum) };
  }

  /* What is linear in a row may be done at once, and at each map's own size. */
  void
  fold () override
  {
    torch::NoGradGuard no_grad;

    fuse.fold ();
    const torch::nn::Conv2d &conv = fuse.get_convolution ();
    torch::Tensor bias = conv->bias.to (torch::kDouble);
    const auto parts = conv->weight.to (torch::kDouble).flatten (1).chunk (linear.size (), 1);
    for (size_t i = 0; i < linear.size (); i++)
      {
        const torch::Tensor share = parts[i].matmul (linear[i]->weight.to (torch::kDouble));

        bias = bias + parts[i].mv (linear[i]->bias.to (torch::kDouble));
        shares.push_back (register_buffer ("share" + std::to_string (i),
                                           share.to (conv->weight.scalar_type ()).unsqueeze (-1).unsqueeze (-1)));
      }
    shared_bias = register_buffer ("shared_bias", bias.to (conv->weight.scalar_type ()));
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
    return linear[0]->weight.scalar_type ();
  }

private:
  torch::Tensor
  project (size_t i, const torch::Tensor &feature)
  {
    if (!shares.empty ())
      return torch::conv2d (feature, shares[i], i == 0 ? shared_bias : torch::Tensor ());
    return linear[i]->forward (feature.permute ({ 0, 2, 3, 1 })).permute ({ 0, 3, 1, 2 });
  }

  std::vector<torch::nn::Linear> linear;
  ConvNorm fuse;
  std::vector<torch::Tensor> shares; /* of each map: its linear layer and its part of the convolution */
  torch::Tensor shared_bias;
};

} // namespace

std::shared_ptr<Decoder>
make_segformer_decoder (const Architecture &architecture, const std::vector<int64_t> &encoder)
{
  return std::make_shared<SegformerDecoder> (architecture, encoder);
}

} // namespace acini
