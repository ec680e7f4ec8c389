/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/kernels/norm-training.hpp"

#include "model/kernels/moments.hpp"
#include "model/kernels/norm-loops.hpp"
#include "model/kernels/processor.hpp"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

namespace acini
{

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

torch::Tensor
add_pieces (const torch::Tensor &sums)
{
  return sums.size (0) == 1 ? sums[0] : sums.sum (0, false, torch::kDouble).to (torch::kFloat);
}

static Moments
measure_map (const torch::Tensor &map)
{
  const int64_t channels = map.size (-1), pixels = map.numel () / channels;

  if (map.scalar_type () == torch::kBFloat16)
    return measure_channels<uint16_t> (map.const_data_ptr<at::BFloat16> (), pixels, channels);
  return measure_channels<float> (map.const_data_ptr<float> (), pixels, channels);
}

Scaling
measure_norm (torch::nn::BatchNorm2d &norm, const torch::Tensor &map)
{
  const torch::NoGradGuard no_grad;
  const auto to_reciprocal = [&] (const torch::Tensor &variance) {
    return (variance.to (torch::kDouble) + norm->options.eps ()).rsqrt ().to (torch::kFloat);
  };

  if (!norm->is_training ())
    return { norm->running_mean.clone (), to_reciprocal (norm->running_var) };

  const int64_t channels = map.size (-1), pixels = map.numel () / channels;
  Moments moments = measure_map (map.contiguous ());
  const torch::Tensor mean = at::from_blob (moments.mean.data (), { channels }, torch::kDouble).clone ();
  const torch::Tensor variance = at::from_blob (moments.variance.data (), { channels }, torch::kDouble).clone ();
  norm->num_batches_tracked += 1;
  const double share
      = norm->options.momentum () ? *norm->options.momentum () : 1 / norm->num_batches_tracked.item<double> ();
  norm->running_mean.lerp_ (mean.to (torch::kFloat), share);
  norm->running_var.lerp_ (
      (variance * (static_cast<double> (pixels) / std::max<int64_t> (pixels - 1, 1))).to (torch::kFloat), share);
  return { mean.to (torch::kFloat), to_reciprocal (variance) };
}

namespace
{

constexpr int64_t kNormPixels = 1024; /* a piece of the work */

/* The task, and what its pointers point into.  Maps are [pixels, channels] in memory. */
struct Normalisation2d
{
  torch::Tensor map, residual, gain, offset, mean, reciprocal;
  int64_t pixels, pieces;
  NormTask task = {};

  Normalisation2d (const torch::Tensor &map, const torch::Tensor &residual, const torch::Tensor &weight,
                   const torch::Tensor &bias, const Scaling &scaling, bool rectify)
      : map (map), residual (residual), gain ((weight * scaling.reciprocal).contiguous ()),
        offset (bias.defined () ? (bias - scaling.mean * gain).contiguous () : torch::Tensor ()), mean (scaling.mean),
        reciprocal (scaling.reciprocal), pixels (map.numel () / map.size (1)),
        pieces ((pixels + kNormPixels - 1) / kNormPixels)
  {
    task.map = map.const_data_ptr ();
    task.residual = residual.defined () ? residual.const_data_ptr () : nullptr;
    task.gain = gain.const_data_ptr<float> ();
    task.offset = offset.defined () ? offset.const_data_ptr<float> () : nullptr;
    task.mean = mean.const_data_ptr<float> ();
    task.reciprocal = reciprocal.const_data_ptr<float> ();
    task.channels = map.size (1);
    task.rectify = rectify;
    task.half = map.scalar_type () == torch::kBFloat16;
  }

  /* Calls @function (piece, first pixel, the one behind the last) for each piece. */
  template <typename Function>
  void
  for_each_piece (const Function &function) const
  {
    at::parallel_for (0, pieces, 1, [&] (int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++)
        function (i, i * kNormPixels, std::min ((i + 1) * kNormPixels, pixels));
    });
  }
};

class NormaliseFunction : public torch::autograd::Function<NormaliseFunction>
{
public:
  /* @fixed: the statistics are no function of @map.  A residual that is not there counts as no input: it comes last. */
  static torch::Tensor
  forward (AutogradContext *context, const torch::Tensor &map, const torch::Tensor &weight, const torch::Tensor &bias,
           const std::optional<torch::Tensor> &residual, const torch::Tensor &mean, const torch::Tensor &reciprocal,
           bool fixed, bool rectify)
  {
    const torch::Tensor result = at::empty_like (map);
    const Normalisation2d all (map, residual.value_or (torch::Tensor ()), weight, bias, { mean, reciprocal }, rectify);

    all.for_each_piece (
        [&] (int64_t, int64_t begin, int64_t end) { norm_run (all.task, begin, end, result.data_ptr ()); });
    context->save_for_backward ({ map, weight, mean, reciprocal, rectify ? result : torch::Tensor () });
    context->saved_data["fixed"] = fixed;
    context->saved_data["residual"] = residual.has_value ();
    return result;
  }

  static variable_list
  backward (AutogradContext *context, variable_list gradients)
  {
    const variable_list saved = context->get_saved_variables ();
    const torch::Tensor &map = saved[0], &result = saved[4];
    const Normalisation2d all (map, {}, saved[1], {}, { saved[2], saved[3] }, result.defined ());
    const int64_t channels = map.size (1);
    const torch::Tensor gradient = gradients[0].to (map.scalar_type ()).contiguous (torch::MemoryFormat::ChannelsLast);
    const torch::Tensor sums = at::zeros ({ all.pieces, 2, channels }, map.options ().dtype (torch::kFloat));
    const void *came = result.defined () ? result.const_data_ptr () : nullptr, *back = gradient.const_data_ptr ();

    all.for_each_piece ([&] (int64_t i, int64_t begin, int64_t end) {
      norm_gradients (all.task, came, back, begin, end, sums.data_ptr<float> () + i * 2 * channels);
    });

    const torch::Tensor both = add_pieces (sums), map_gradient = at::empty_like (map);
    const torch::Tensor means
        = both * (context->saved_data["fixed"].toBool () ? 0.0 : 1.0 / static_cast<double> (all.pixels));
    const torch::Tensor residual_gradient
        = context->saved_data["residual"].toBool () ? at::empty_like (map) : torch::Tensor ();
    const float *mean = means.const_data_ptr<float> ();
    all.for_each_piece ([&] (int64_t, int64_t begin, int64_t end) {
      norm_back (all.task, came, back, mean, mean + channels, begin, end, map_gradient.data_ptr (),
                 residual_gradient.defined () ? residual_gradient.data_ptr () : nullptr);
    });
    return { map_gradient, both[1], both[0], residual_gradient, {}, {}, {}, {} };
  }
};

} // namespace

bool
normalises_differentiably (const torch::nn::BatchNorm2d &norm, const torch::Tensor &x)
{
  return at::GradMode::is_enabled () && x.is_cpu () && !wants_exact_numbers () && norm->weight.defined ()
         && norm->weight.scalar_type () == torch::kFloat && norm->running_mean.defined ()
         && (x.scalar_type () == torch::kFloat || x.scalar_type () == torch::kBFloat16) && x.numel () > 0
         && x.suggest_memory_format () == torch::MemoryFormat::ChannelsLast;
}

torch::Tensor
normalise_differentiably (torch::nn::BatchNorm2d &norm, const torch::Tensor &x, const torch::Tensor &residual,
                          bool rectify)
{
  const torch::Tensor map = x.contiguous (torch::MemoryFormat::ChannelsLast);
  const Scaling scaling = measure_norm (norm, map.detach ().permute ({ 0, 2, 3, 1 }));
  std::optional<torch::Tensor> rest;

  if (residual.defined ())
    rest = residual.to (map.scalar_type ()).contiguous (torch::MemoryFormat::ChannelsLast);
  return NormaliseFunction::apply (map, norm->weight, norm->bias, rest, scaling.mean, scaling.reciprocal,
                                   !norm->is_training (), rectify);
}

} // namespace acini
