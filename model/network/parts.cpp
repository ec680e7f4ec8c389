/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/network/families.hpp"

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

ConvNorm::ConvNorm (torch::nn::Module &owner, const std::string &conv_name, const std::string &norm_name,
                    const torch::nn::Conv2dOptions &options)
    : conv (options), norm (options.out_channels ())
{
  owner.register_module (conv_name, conv);
  owner.register_module (norm_name, norm);
}

torch::Tensor
ConvNorm::operator() (const torch::Tensor &x) const
{
  return folded ? conv->forward (x) : norm->forward (conv->forward (x));
}

void
ConvNorm::fold ()
{
  if (!folded)
    fold_batch_norm (conv, norm);
  folded = true;
}

} // namespace acini
