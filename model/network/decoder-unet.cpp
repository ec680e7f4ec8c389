/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The decoders of U-Net (Ronneberger et al., MICCAI 2015) and U-Net++ (Zhou et al., DLMIA 2018). */

#include "model/network/decoders.hpp"

#include <map>

namespace acini
{

static torch::nn::Conv2dOptions
three_by_three (int64_t from, int64_t to)
{
  return torch::nn::Conv2dOptions (from, to, 3).padding (1).bias (false);
}

DecoderBlock::DecoderBlock (int64_t from, int64_t skip, int64_t to)
    : from (from),
      conv1 (*register_module ("conv1", std::make_shared<Scope> ()), "0", "1", three_by_three (from + skip, to)),
      conv2 (*register_module ("conv2", std::make_shared<Scope> ()), "0", "1", three_by_three (to, to))
{
}

torch::Tensor
DecoderBlock::forward (const torch::Tensor &x, const torch::Tensor &skip, int64_t height, int64_t width)
{
  ConvolutionInput input = { x, skip, 2 * x.size (2) == height && 2 * x.size (3) == width };

  if (!input.upsample)
    input.first = at::upsample_nearest2d (x, { height, width });
  return conv2.with_relu ({ conv1.with_relu (input), {}, false, /* rectified */ true });
}

void
DecoderBlock::fold ()
{
  conv1.fold ();
  conv2.fold ();
}

void
DecoderBlock::accelerate (torch::ScalarType type)
{
  conv1.accelerate (type, from % 16 == 0 ? from : 0);
  conv2.accelerate (type);
}

void
DecoderBlock::lower (torch::ScalarType type)
{
  conv1.lower (type);
  conv2.lower (type);
}

torch::ScalarType
DecoderBlock::get_type () const
{
  return conv2.get_type ();
}

namespace
{

/* Blocks alone, in either decoder. */
class BlockDecoder : public Decoder
{
public:
  void
  fold () override
  {
    for (const auto &[name, block] : blocks)
      block->fold ();
  }

  void
  accelerate (torch::ScalarType type) override
  {
    for (const auto &[name, block] : blocks)
      block->accelerate (type);
  }

  void
  lower (torch::ScalarType type) override
  {
    for (const auto &[name, block] : blocks)
      block->lower (type);
  }

  torch::ScalarType
  get_type () const override
  {
    return blocks.begin ()->second->get_type ();
  }

protected:
  BlockDecoder (const Architecture &a, const char *name)
  {
    if (a.decoder_widths.size () != 5)
      fail (ACINI_MODEL_ERROR_SHAPE, "A %s decoder has five blocks; this one has %zu", name, a.decoder_widths.size ());
    scope = register_module ("blocks", std::make_shared<Scope> ());
    width = a.decoder_widths.back ();
  }

  void
  add (const std::string &name, int64_t from, int64_t skip, int64_t to)
  {
    blocks[name] = scope->register_module (name, std::make_shared<DecoderBlock> (from, skip, to));
  }

  std::map<std::string, std::shared_ptr<DecoderBlock>> blocks;

private:
  std::shared_ptr<Scope> scope;
};

/* Nothing, where MiT has no map of half the size. */
torch::Tensor
get_skip (const torch::Tensor &feature)
{
  return feature.size (1) > 0 ? feature : torch::Tensor ();
}

class UnetDecoder : public BlockDecoder
{
public:
  UnetDecoder (const Architecture &a, const std::vector<int64_t> &encoder) : BlockDecoder (a, "U-Net")
  {
    for (int i = 0; i < 5; i++)
      add (std::to_string (i), i == 0 ? encoder[4] : a.decoder_widths[i - 1], i < 4 ? encoder[3 - i] : 0,
           a.decoder_widths[i]);
  }

  /* Any size: where a side is no multiple of 32, maps are upsampled to just what the skip connection needs. */
  std::vector<torch::Tensor>
  forward (const std::vector<torch::Tensor> &features, int64_t height, int64_t width) override
  {
    std::vector<torch::Tensor> maps;
    torch::Tensor x = features[4];

    for (int i = 0; i < 4; i++)
      {
        const torch::Tensor &skip = features[3 - i];

        x = blocks[std::to_string (i)]->forward (x, get_skip (skip), skip.size (2), skip.size (3));
        maps.push_back (x);
      }
    maps.push_back (blocks["4"]->forward (x, {}, height, width));
    return maps;
  }
};

/* Between the blocks of U-Net others: x_{d}_{l} stands at the l-th step up, and at the d-th of the shorter ways that
 * begin below it. */
class UnetPlusPlusDecoder : public BlockDecoder
{
public:
  UnetPlusPlusDecoder (const Architecture &a, const std::vector<int64_t> &encoder) : BlockDecoder (a, "U-Net++")
  {
    for (int layer = 0; layer < 4; layer++)
      {
        const int64_t skip = encoder[3 - layer];

        for (int depth = 0; depth <= layer; depth++)
          if (depth == 0)
            add (get_name (0, layer), layer == 0 ? encoder[4] : a.decoder_widths[layer - 1], skip * (layer + 1),
                 a.decoder_widths[layer]);
          else
            add (get_name (depth, layer), encoder[4 - layer], skip * (layer + 1 - depth), skip);
      }
    add (get_name (0, 4), a.decoder_widths[3], 0, a.decoder_widths[4]);
  }

  std::vector<torch::Tensor>
  forward (const std::vector<torch::Tensor> &features, int64_t height, int64_t width) override
  {
    std::map<std::string, torch::Tensor> maps;
    std::vector<torch::Tensor> finest;

    for (int layer = 0; layer < 4; layer++)
      {
        const torch::Tensor &skip = features[3 - layer];

        for (int depth = layer; depth >= 0; depth--)
          {
            const std::string name = get_name (depth, layer);
            std::vector<torch::Tensor> joined;

            for (int other = depth + 1; other <= layer; other++)
              joined.push_back (maps[get_name (other, layer)]);
            joined.push_back (skip);
            maps[name] = blocks[name]->forward (
                depth == layer ? features[4 - layer] : maps[get_name (depth, layer - 1)],
                joined.size () > 1 ? torch::cat (joined, 1) : skip, skip.size (2), skip.size (3));
          }
        finest.push_back (maps[get_name (0, layer)]);
      }
    finest.push_back (blocks[get_name (0, 4)]->forward (finest.back (), {}, height, width));
    return finest;
  }

private:
  static std::string
  get_name (int depth, int layer)
  {
    return "x_" + std::to_string (depth) + "_" + std::to_string (layer);
  }
};

} // namespace

std::shared_ptr<Decoder>
make_unet_decoder (const Architecture &architecture, const std::vector<int64_t> &encoder)
{
  return std::make_shared<UnetDecoder> (architecture, encoder);
}

std::shared_ptr<Decoder>
make_unet_plus_plus_decoder (const Architecture &architecture, const std::vector<int64_t> &encoder)
{
  if (encoder[0] == 0)
    fail (ACINI_MODEL_ERROR_SHAPE, "A U-Net++ needs an encoder with a map of half the image's size, which MiT has not");
  return std::make_shared<UnetPlusPlusDecoder> (architecture, encoder);
}

} // namespace acini
