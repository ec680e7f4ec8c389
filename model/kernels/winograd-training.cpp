/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/kernels/winograd-training.hpp"

#include "acini-config.h"
#include "model/kernels/winograd-gradient-kernel.hpp"

#include <ATen/Parallel.h>
#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/custom_function.h>

namespace acini
{

/* Of the maps that a convolution here and now takes and gives. */
static torch::ScalarType
get_map_type (const ConvolutionInput &input)
{
  return at::autocast::is_autocast_enabled (at::kCPU) ? at::autocast::get_autocast_dtype (at::kCPU)
                                                      : input.first.scalar_type ();
}

static bool
is_channels_last (const torch::Tensor &x)
{
  return x.suggest_memory_format () == torch::MemoryFormat::ChannelsLast;
}

/* Weights are evaluated in each step, which takes as long as the products of about 14 tiles. */
static bool
pays (int64_t images, int64_t height, int64_t width)
{
  const int64_t tiles = images * count_winograd_tiles (height, false) * count_winograd_tiles (width, false);

  return kWinogradPoints * (tiles + 14) <= 9 * images * height * width;
}

bool
trains_by_winograd (const torch::nn::Conv2d &convolution, const ConvolutionInput &input)
{
  const int64_t scale = input.upsample ? 2 : 1;

  return at::GradMode::is_enabled () && input.first.is_cpu () && wants_products (get_map_type (input))
         && has_winograd_shape (convolution) && is_channels_last (input.first)
         && (!input.second.defined () || is_channels_last (input.second)) && input.first.size (1) % 16 == 0
         && pays (input.first.size (0), scale * input.first.size (2), scale * input.first.size (3));
}

#if ACINI_HAVE_AVX512_KERNELS

namespace
{

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr auto channels_last = torch::MemoryFormat::ChannelsLast;

/* Up to so many tiles weights are evaluated on the way into the products. */
constexpr int64_t kFewTiles = 112;
/* Bytes of them at a time, then. */
constexpr int64_t kWeightsAtATime = 640 << 10;

/* A convolution's weights, or those of its map's gradient, and what they become. */
class EvaluatedWeights
{
public:
  /* @weight: [outputs, channels, 3, 3]; @backwards: for the gradient of the map, of which @first to @first + @n are
   * the channels that are wanted */
  EvaluatedWeights (const torch::Tensor &weight, bool half, bool backwards, int64_t first, int64_t n)
      : plain (weight.contiguous (channels_last))
  {
    const int64_t inputs = plain.size (1);

    task.weight = plain.const_data_ptr<float> () + first * (backwards ? 1 : 9 * inputs);
    task.output_stride = backwards ? 1 : 9 * inputs;
    task.channel_stride = backwards ? 9 * inputs : 1;
    task.tap_stride = inputs;
    task.outputs = n;
    task.channels = backwards ? plain.size (0) : inputs;
    task.rotated = backwards;
    task.half = half;
  }

  /* Computes @convolution, whose maps are there, with them. */
  void
  run (WinogradTask convolution, int64_t images)
  {
    const int64_t tiles
        = images * count_winograd_tiles (convolution.height, false) * count_winograd_tiles (convolution.width, false);
    const bool few = tiles <= kFewTiles;
    const int64_t size = kWinogradPoints * task.channels * (task.half ? 2 : 4); /* of an output */

    task.block = task.outputs % 64 == 0 && !few                                     ? 64
                 : task.outputs % 32 == 0 && (!few || 32 * size <= kWeightsAtATime) ? 32
                                                                                    : 16;
    convolution.outputs = task.outputs;
    convolution.block = task.block;
    convolution.half = task.half;
    if (few)
      convolution.fresh = &task;
    else
      evaluate (convolution);
    compute_winograd (convolution, images);
  }

private:
  void
  evaluate (WinogradTask &convolution)
  {
    const auto type = task.half ? torch::kShort : torch::kFloat;

    points = at::empty ({ kWinogradPoints * task.outputs * task.channels }, torch::TensorOptions (type));
    units = at::empty ({ kWinogradPoints * task.outputs }, torch::TensorOptions (torch::kFloat));
    task.points = points.data_ptr ();
    task.units = units.data_ptr<float> ();
    at::parallel_for (0, task.outputs / 16, 1, [&] (int64_t begin, int64_t end) {
      const torch::Tensor space = at::empty ({ winograd_weights_space (task) }, torch::kByte);

      winograd_evaluate (task, 16 * begin, 16 * end, space.data_ptr ());
    });
    convolution.weight = points.const_data_ptr ();
    convolution.units = units.const_data_ptr<float> ();
  }

  WinogradWeights task = {};
  torch::Tensor plain, points, units;
};

/* One or two maps, the first one perhaps upsampled on the way. */
struct Maps
{
  torch::Tensor first, second;
  bool upsample, rectified;
  int64_t images, height, width;

  Maps (const torch::Tensor &first, const torch::Tensor &second, bool upsample, bool rectified)
      : first (first), second (second), upsample (upsample), rectified (rectified), images (first.size (0)),
        height (first.size (2) * (upsample ? 2 : 1)), width (first.size (3) * (upsample ? 2 : 1))
  {
    TORCH_CHECK (!second.defined () || (second.size (2) == height && second.size (3) == width));
  }

  int64_t
  get_channels () const
  {
    return first.size (1) + (second.defined () ? second.size (1) : 0);
  }

  /* Returns: how many */
  int
  enter (WinogradSource sources[2]) const
  {
    sources[0] = { first.const_data_ptr (), first.size (1), upsample ? 1 : 0, rectified };
    if (second.defined ())
      sources[1] = { second.const_data_ptr (), second.size (1), 0, false };
    return second.defined () ? 2 : 1;
  }
};

/* The gradient of one of the two maps, whose channels begin at @first. */
torch::Tensor
differentiate_map (const torch::Tensor &gradient, const torch::Tensor &weight, int64_t first, const torch::Tensor &map)
{
  EvaluatedWeights weights (weight, map.scalar_type () == torch::kBFloat16, true, first, map.size (1));
  const torch::Tensor nothing = at::zeros ({ gradient.size (1) }, gradient.options ());
  const torch::Tensor result = at::empty_like (map);
  WinogradTask task = {};

  task.sources[0] = { gradient.const_data_ptr (), gradient.size (1), 0, false };
  task.n_sources = 1;
  task.height = gradient.size (2);
  task.width = gradient.size (3);
  task.halved = map.size (2) != task.height || map.size (3) != task.width;
  task.result = result.data_ptr ();
  task.nothing = nothing.const_data_ptr ();
  weights.run (task, gradient.size (0));
  return result;
}

/* Sums of all tiles are kept, piece by piece, so that no more than these many bytes of transformed tiles are there at a
 * time. */
constexpr int64_t kGradientSpace = 6 << 20;

/* The gradient of the weights.  Sums are added up in an order that does not depend on the number of threads. */
torch::Tensor
differentiate_weight (const torch::Tensor &gradient, const Maps &maps)
{
  const bool half = gradient.scalar_type () == torch::kBFloat16;
  const int64_t outputs = gradient.size (1), channels = maps.get_channels ();
  const int64_t tiles
      = maps.images * count_winograd_tiles (maps.height, false) * count_winograd_tiles (maps.width, false);
  const int64_t most = kGradientSpace / winograd_gradient_space (1, outputs + channels, half) * 2;
  const int64_t piece = std::min (std::max<int64_t> (most, 32), tiles);
  const torch::Tensor nothing = at::zeros ({ std::max (outputs, channels) }, gradient.options ());
  const torch::Tensor left = at::empty ({ winograd_gradient_space (piece, outputs, half) }, torch::kByte);
  const torch::Tensor right = at::empty ({ winograd_gradient_space (piece, channels, half) }, torch::kByte);
  const torch::Tensor result
      = at::empty ({ outputs, channels, 3, 3 }, gradient.options ().dtype (torch::kFloat), channels_last);
  const int64_t columns = (channels + kGradientColumns - 1) / kGradientColumns;
  const int64_t blocks = outputs / kGradientRows * columns, size = kWinogradPoints * kGradientRows * kGradientColumns;
  const bool once = piece == tiles; /* no sums have to wait for other pieces */
  const torch::Tensor sums = once ? torch::Tensor () : at::empty ({ blocks, size }, result.options ());
  WinogradGradient task = {};

  task.n_sources = maps.enter (task.sources);
  task.gradient = gradient.const_data_ptr ();
  task.height = maps.height;
  task.width = maps.width;
  task.outputs = outputs;
  task.channels = channels;
  task.nothing = nothing.const_data_ptr ();
  task.half = half;
  task.left = left.data_ptr ();
  task.right = right.data_ptr ();
  for (task.first = 0; task.first < tiles; task.first += piece)
    {
      task.n = std::min (piece, tiles - task.first);
      at::parallel_for (0, (task.n + 1) / 2, 1,
                        [&] (int64_t begin, int64_t end) { winograd_gradient_transform (task, begin, end); });
      at::parallel_for (0, blocks, 1, [&] (int64_t begin, int64_t end) {
        const torch::Tensor own = once ? at::empty ({ size }, result.options ()) : sums;

        for (int64_t i = begin; i < end; i++)
          {
            const int64_t output = i / columns * kGradientRows, channel = i % columns * kGradientColumns;
            float *to = own.data_ptr<float> () + (once ? 0 : i * size);

            winograd_gradient_multiply (task, output, channel, 0, kWinogradPoints, task.first > 0, to);
            if (task.first + task.n == tiles)
              winograd_gradient_finish (task, output, channel, to, result.data_ptr<float> ());
          }
      });
    }
  return result;
}

class ConvolveFunction : public torch::autograd::Function<ConvolveFunction>
{
public:
  /* Maps are of one type, channels last.  A second one that is not there counts as no input: it comes last. */
  static torch::Tensor
  forward (AutogradContext *context, const torch::Tensor &first, const torch::Tensor &weight,
           const std::optional<torch::Tensor> &second, bool upsample, bool rectified)
  {
    const Maps maps (first, second.value_or (torch::Tensor ()), upsample, rectified);
    EvaluatedWeights weights (weight, first.scalar_type () == torch::kBFloat16, false, 0, weight.size (0));
    const torch::Tensor nothing = at::zeros ({ maps.get_channels () }, first.options ());
    const torch::Tensor result
        = at::empty ({ maps.images, weight.size (0), maps.height, maps.width }, first.options (), channels_last);
    WinogradTask task = {};

    TORCH_CHECK (maps.get_channels () == weight.size (1));
    context->save_for_backward ({ first, maps.second, weight });
    context->saved_data["upsample"] = upsample;
    task.n_sources = maps.enter (task.sources);
    task.height = maps.height;
    task.width = maps.width;
    task.result = result.data_ptr ();
    task.nothing = nothing.const_data_ptr ();
    weights.run (task, maps.images);
    return result;
  }

  static variable_list
  backward (AutogradContext *context, variable_list gradients)
  {
    const variable_list saved = context->get_saved_variables ();
    const torch::Tensor &first = saved[0], &second = saved[1], &weight = saved[2];
    const torch::Tensor gradient = gradients[0].to (first.scalar_type ()).contiguous (channels_last);
    variable_list result (5);

    if (context->needs_input_grad (0))
      result[0] = differentiate_map (gradient, weight, 0, first);
    if (second.defined () && context->needs_input_grad (2))
      result[2] = differentiate_map (gradient, weight, first.size (1), second);
    if (context->needs_input_grad (1))
      result[1] = differentiate_weight (gradient, { first, second, context->saved_data["upsample"].toBool (), false });
    return result;
  }
};

} // namespace

torch::Tensor
convolve_differentiably (const torch::nn::Conv2d &convolution, const ConvolutionInput &input)
{
  const torch::ScalarType type = get_map_type (input);
  const int64_t outputs = convolution->weight.size (0), more = (16 - outputs % 16) % 16;
  const auto prepare = [&] (const torch::Tensor &x) { return x.to (type).contiguous (channels_last); };
  std::optional<torch::Tensor> second;

  if (input.second.defined ())
    second = prepare (input.second);
  const torch::Tensor weight
      = more == 0
            ? convolution->weight
            : torch::constant_pad_nd (convolution->weight, { 0, 0, 0, 0, 0, 0, 0, more }).contiguous (channels_last);
  torch::Tensor result
      = ConvolveFunction::apply (prepare (input.first), weight, second, input.upsample, input.rectified);
  if (more > 0)
    result = result.slice (1, 0, outputs).contiguous (channels_last);
  return convolution->bias.defined () ? result + convolution->bias.to (type).view ({ 1, -1, 1, 1 }) : result;
}

#else

torch::Tensor
convolve_differentiably (const torch::nn::Conv2d &, const ConvolutionInput &)
{
  fail (ACINI_MODEL_ERROR_FAILED, "This program was built without convolutions for AVX-512");
}

#endif

} // namespace acini
