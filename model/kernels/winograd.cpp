/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/kernels/winograd.hpp"

#include "acini-config.h"
#include "model/kernels/winograd-kernel.hpp"

#include <ATen/Parallel.h>

namespace acini
{

static bool
pads_one (const torch::nn::Conv2d &convolution)
{
  const auto &options = convolution->options;
  const auto *padding = std::get_if<torch::ExpandingArray<2>> (&options.padding ());

  return padding != nullptr && (*padding)->at (0) == 1 && (*padding)->at (1) == 1
         && std::holds_alternative<torch::enumtype::kZeros> (options.padding_mode ());
}

bool
has_winograd_shape (const torch::nn::Conv2d &convolution)
{
  const auto &options = convolution->options;
  const torch::Tensor &w = convolution->weight;

  return w.is_cpu () && w.scalar_type () == torch::kFloat && w.size (2) == 3 && w.size (3) == 3 && w.size (1) % 16 == 0
         && options.groups () == 1 && options.stride ()->at (0) == 1 && options.stride ()->at (1) == 1
         && options.dilation ()->at (0) == 1 && options.dilation ()->at (1) == 1 && pads_one (convolution);
}

bool
Winograd::fits (const torch::nn::Conv2d &convolution, torch::ScalarType type)
{
  return wants_products (type) && has_winograd_shape (convolution) && convolution->weight.size (0) % 16 == 0;
}

/* The matrix that evaluates the three weights of a row at the six points.  Returns: float64 [6, 3] */
static torch::Tensor
make_weight_transform ()
{
  const double points[] = { 0, kWinogradA, -kWinogradA, kWinogradB, -kWinogradB };
  torch::Tensor matrix = torch::zeros ({ 6, 3 }, torch::kDouble);

  for (int i = 0; i < 5; i++)
    {
      double scale = 1;

      for (int j = 0; j < 5; j++)
        scale *= i == j ? 1 : points[i] - points[j];
      for (int power = 0; power < 3; power++)
        matrix[i][power] = std::pow (points[i], power) / scale;
    }
  matrix[5][2] = 1;
  return matrix;
}

/* The five sums of a row's weights for a map that is upsampled.  Returns: float64 [5, 3] */
static torch::Tensor
make_doubled_transform ()
{
  torch::Tensor matrix = torch::zeros ({ 5, 3 }, torch::kDouble);

  for (int i = 0; i < 5; i++)
    for (int j = 0; j < 3; j++)
      matrix[i][j] = kDoubledWeights[i][j];
  return matrix;
}

Winograd::Winograd (const torch::Tensor &w, const torch::Tensor &b, torch::ScalarType type, int64_t doubled)
    : type (type), channels (w.size (1)), outputs (w.size (0)), doubled_channels (doubled),
      block (outputs % 64 == 0   ? 64
             : outputs % 32 == 0 ? 32
                                 : 16)
{
  torch::NoGradGuard no_grad;
  constexpr auto gains = get_winograd_gains ();
  constexpr auto doubled_gains = get_doubled_gains ();
  const torch::Tensor exact = w.detach ().to (torch::kDouble), transform = make_weight_transform ();

  all = evaluate (exact, transform, gains);
  if (doubled > 0)
    {
      this->doubled = evaluate (exact.slice (1, 0, doubled), make_doubled_transform (), doubled_gains);
      if (doubled < channels)
        others = evaluate (exact.slice (1, doubled), transform, gains);
    }
  bias = b.detach ().to (torch::kFloat).contiguous ().clone ();
  nothing = torch::zeros ({ channels }, type);
}

/* @weight: float64 [outputs, channels, 3, 3]; @transform: float64 [points along an axis, 3] */
Winograd::Points
Winograd::evaluate (const torch::Tensor &weight, const torch::Tensor &transform, at::ArrayRef<float> gains) const
{
  const int64_t depth = weight.size (1), n_points = static_cast<int64_t> (gains.size ());
  const int64_t filling = (kWinogradDepth - depth % kWinogradDepth) % kWinogradDepth;
  torch::Tensor points = transform.matmul (weight).matmul (transform.t ());

  /* [outputs, channels, n, n] → [outputs / block, n², channels, block] */
  points = points.reshape ({ outputs / block, block, depth, n_points }).permute ({ 0, 3, 2, 1 });
  if (type != torch::kBFloat16)
    return { points.to (torch::kFloat).contiguous (), torch::ones ({ outputs, n_points }) };

  const torch::Tensor sizes = torch::constant_pad_nd (points.abs (), { 0, 0, 0, filling });
  const torch::Tensor sums = sizes.unflatten (2, { -1, kWinogradDepth }).sum (3).amax (2, true);
  const torch::Tensor greatest = sizes.amax (2, true) / std::numeric_limits<int16_t>::max ();
  const torch::Tensor unit = torch::maximum (sums / kWinogradWeights, greatest).clamp_min (1e-30);
  const torch::Tensor whole = (points / unit).round ().to (torch::kShort);
  const torch::Tensor counted = torch::tensor (gains, torch::kDouble).view ({ 1, -1, 1, 1 }) * unit / kWinogradWhole;

  return { whole.unflatten (2, { depth / 2, 2 }).transpose (3, 4).contiguous (),
           counted.to (torch::kFloat).contiguous () };
}

/* Fewer products, but one more tile along each axis. */
bool
Winograd::pays_doubled (const ConvolutionInput &input) const
{
  if (!input.upsample || doubled_channels == 0 || input.first.size (1) != doubled_channels)
    return false;
  const int64_t height = 2 * input.first.size (2), width = 2 * input.first.size (3);
  const auto count = [&] (bool so, int64_t products) {
    return count_winograd_tiles (height, so) * count_winograd_tiles (width, so) * products;
  };

  return count (true, kDoubledPoints * doubled_channels + kWinogradPoints * (channels - doubled_channels))
         < count (false, kWinogradPoints * channels);
}

bool
Winograd::takes (const ConvolutionInput &input) const
{
  return wants_products (type) && input.first.is_cpu () && input.first.scalar_type () == type
         && !input.first.requires_grad ();
}

#if ACINI_HAVE_AVX512_KERNELS

void
compute_winograd (const WinogradTask &task, int64_t images)
{
  const int64_t tiles
      = images * count_winograd_tiles (task.height, task.doubled) * count_winograd_tiles (task.width, task.doubled),
      threads = at::get_num_threads ();
  /* Few tiles: threads share the output channels rather than the tiles, so that each weight serves many tiles. */
  const int64_t most_tiles = task.fresh ? tiles : 28;
  const int64_t pieces = (tiles + most_tiles - 1) / most_tiles;
  const int64_t blocks = task.outputs / task.block, parts = pieces >= 2 * threads ? 1 : std::min (blocks, threads);

  at::parallel_for (0, pieces * parts, 1, [&] (int64_t begin, int64_t end) {
    const torch::Tensor space = at::empty ({ winograd_space (task, most_tiles) }, torch::kByte);

    for (int64_t i = begin; i < end; i++)
      {
        const int64_t tile = i % pieces * most_tiles, part = i / pieces;

        winograd_run (task, tile, std::min (most_tiles, tiles - tile), blocks * part / parts * task.block,
                      blocks * (part + 1) / parts * task.block, space.data_ptr ());
      }
  });
}

torch::Tensor
Winograd::operator() (const ConvolutionInput &input, const torch::Tensor &residual, bool rectify) const
{
  constexpr auto channels_last = torch::MemoryFormat::ChannelsLast;
  const torch::Tensor first = input.first.contiguous (channels_last);
  const torch::Tensor second = input.second.defined () ? input.second.contiguous (channels_last) : input.second;
  const torch::Tensor rest = residual.defined () ? residual.contiguous (channels_last) : residual;
  const int64_t images = first.size (0), scale = input.upsample ? 2 : 1;
  WinogradTask task = {};

  task.height = first.size (2) * scale;
  task.width = first.size (3) * scale;
  TORCH_CHECK (first.size (1) + (second.defined () ? second.size (1) : 0) == channels);
  torch::Tensor result = at::empty ({ images, outputs, task.height, task.width }, first.options (), channels_last);
  TORCH_CHECK (!rest.defined () || rest.sizes () == result.sizes ());
  task.sources[0] = { first.const_data_ptr (), first.size (1), input.upsample ? 1 : 0, input.rectified };
  if (second.defined ())
    task.sources[1] = { second.const_data_ptr (), second.size (1), 0, false };
  task.n_sources = second.defined () ? 2 : 1;
  task.outputs = outputs;
  task.doubled = pays_doubled (input);
  const Points &plain = task.doubled ? others : all;
  if (plain.weight.defined ())
    {
      task.weight = plain.weight.const_data_ptr ();
      task.units = plain.units.const_data_ptr<float> ();
    }
  if (task.doubled)
    {
      task.doubled_weight = doubled.weight.const_data_ptr ();
      task.doubled_units = doubled.units.const_data_ptr<float> ();
    }
  task.bias = bias.const_data_ptr<float> ();
  task.residual = rest.defined () ? rest.const_data_ptr () : nullptr;
  task.result = result.data_ptr ();
  task.nothing = nothing.const_data_ptr ();
  task.block = block;
  task.rectify = rectify;
  task.half = type == torch::kBFloat16;

  compute_winograd (task, images);
  return result;
}

#else

torch::Tensor
Winograd::operator() (const ConvolutionInput &, const torch::Tensor &, bool) const
{
  fail (ACINI_MODEL_ERROR_FAILED, "This program was built without convolutions for AVX-512");
}

#endif

} // namespace acini
