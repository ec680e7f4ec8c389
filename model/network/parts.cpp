/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/network/families.hpp"

#include "model/kernels/norm-training.hpp"
#include "model/kernels/winograd-training.hpp"

namespace acini
{

void
fold_batch_norm (torch::nn::Conv2d &convolution, torch::nn::BatchNorm2d &norm)
{
  torch::NoGradGuard no_grad;
  /* In float64, so that folding itself adds no error. */
  torch::Tensor variance = norm->running_var.to (torch::kDouble);
  torch::Tensor gain = norm->weight.to (torch::kDouble) / torch::sqrt (variance + norm->options.eps ());
  torch::Tensor shift = norm->bias.to (torch::kDouble) - norm->running_mean.to (torch::kDouble) * gain;
  torch::Tensor weight = convolution->weight.to (torch::kDouble) * gain.view ({ -1, 1, 1, 1 });

  if (convolution->bias.defined ())
    shift += convolution->bias.to (torch::kDouble) * gain;
  convolution->weight.set_data (weight.to (convolution->weight.scalar_type ()));
  if (convolution->bias.defined ())
    convolution->bias.set_data (shift.to (convolution->weight.scalar_type ()));
  else /* a convolution without bias has the name "bias" taken, for nothing */
    convolution->bias
        = convolution->register_parameter ("folded_bias", shift.to (convolution->weight.scalar_type ()), false);
}

Norm::Norm (torch::nn::Module &owner, const std::string &name, NormKind kind, int64_t groups, int64_t width, double eps,
            double momentum)
{
  if (kind == NormKind::Batch)
    {
      batch = owner.register_module (
          name, torch::nn::BatchNorm2d (torch::nn::BatchNormOptions (width).eps (eps).momentum (momentum)));
      return;
    }
  if (groups < 1 || width % groups != 0)
    fail (ACINI_MODEL_ERROR_SHAPE, "%d channels cannot be normalised in %d groups", (int)width, (int)groups);
  group = owner.register_module (name, torch::nn::GroupNorm (groups, width));
}

torch::Tensor
Norm::operator() (const torch::Tensor &x) const
{
  if (folded)
    return x;
  return group.is_empty () ? batch->forward (x) : group->forward (x);
}

void
Norm::fold_into (torch::nn::Conv2d &convolution)
{
  if (folded || batch.is_empty ())
    return;
  fold_batch_norm (convolution, batch);
  folded = true;
}

ConvNorm::ConvNorm (torch::nn::Module &owner, const std::string &conv_name, const std::string &norm_name,
                    const torch::nn::Conv2dOptions &options, NormKind kind, int64_t groups, double eps, double momentum)
    : conv (owner.register_module (conv_name, torch::nn::Conv2d (options))),
      norm (owner, norm_name, kind, groups, options.out_channels (), eps, momentum)
{
}

torch::Tensor
ConvNorm::convolve (const ConvolutionInput &input) const
{
  if (trains_by_winograd (conv, input))
    return convolve_differentiably (conv, input);

  torch::Tensor x = input.first;
  if (input.upsample)
    x = at::upsample_nearest2d (x, { 2 * x.size (2), 2 * x.size (3) });
  if (input.second.defined ())
    x = torch::cat ({ x, input.second }, 1);
  return conv->forward (x);
}

torch::Tensor
ConvNorm::finish (const torch::Tensor &x, const torch::Tensor &residual, bool rectify) const
{
  if (!norm.is_folded () && !norm.get_batch ().is_empty () && normalises_differentiably (norm.get_batch (), x))
    return normalise_differentiably (norm.get_batch (), x, residual, rectify);

  torch::Tensor y = norm (x);
  if (residual.defined ())
    y = y + residual;
  return rectify ? relu_in_place (y) : y;
}

torch::Tensor
ConvNorm::operator() (const torch::Tensor &x) const
{
  return finish (convolve ({ x }), {}, false);
}

torch::Tensor
ConvNorm::with_relu (const ConvolutionInput &input, const torch::Tensor &residual) const
{
  if (fast && fast->takes (input))
    return (*fast) (input, residual);

  return finish (convolve (input), residual, true);
}

void
ConvNorm::accelerate (torch::ScalarType type, int64_t doubled)
{
  if (norm.is_folded () && Winograd::fits (conv, type))
    fast = std::make_shared<Winograd> (conv->weight, conv->bias, type, doubled);
}

void
ConvNorm::fold ()
{
  norm.fold_into (conv);
}

} // namespace acini
