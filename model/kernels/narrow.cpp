/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/kernels/narrow.hpp"

#include "acini-config.h"
#include "model/kernels/narrow-kernel.hpp"
#include "model/kernels/processor.hpp"

#include <ATen/Parallel.h>

namespace acini
{

/* From here on libtorch's vectors of output channels are full enough. */
constexpr int64_t kMostOutputs = 8;

bool
is_narrow (const torch::nn::Conv2d &convolution, const torch::Tensor &x)
{
  const torch::Tensor &weight = convolution->weight;

  return wants_products (x.scalar_type ()) && x.is_cpu () && weight.scalar_type () == torch::kFloat
         && weight.size (0) <= kMostOutputs && weight.size (1) % 16 == 0 && !torch::GradMode::is_enabled ();
}

#if ACINI_HAVE_AVX512_KERNELS

torch::Tensor
convolve_narrow (const torch::nn::Conv2d &convolution, const torch::Tensor &input, bool contrast)
{
  const torch::Tensor x = input.contiguous (torch::MemoryFormat::ChannelsLast);
  const auto choose = [&] (const torch::Tensor &t) { return contrast ? t.slice (0, 1, 2) - t.slice (0, 0, 1) : t; };
  const int64_t outputs = contrast ? 1 : convolution->weight.size (0), channels = x.size (1);
  /* [outputs, channels, rows, columns] → [outputs, channels / 16, columns, rows, 16] */
  const torch::Tensor weight = choose (convolution->weight)
                                   .view ({ outputs, channels / 16, 16, 3, 3 })
                                   .permute ({ 0, 1, 4, 3, 2 })
                                   .contiguous ();
  const torch::Tensor bias
      = convolution->bias.defined () ? choose (convolution->bias).contiguous () : torch::zeros ({ outputs });
  const torch::Tensor nothing = torch::zeros ({ channels }, x.options ());
  const torch::Tensor result = torch::empty ({ x.size (0), outputs, x.size (2), x.size (3) });
  const NarrowTask task = { x.const_data_ptr (),
                            weight.const_data_ptr<float> (),
                            bias.const_data_ptr<float> (),
                            nothing.const_data_ptr (),
                            result.data_ptr<float> (),
                            x.size (2),
                            x.size (3),
                            channels,
                            outputs,
                            x.scalar_type () == torch::kBFloat16 };

  at::parallel_for (0, x.size (0) * x.size (2), 8, [&] (int64_t begin, int64_t end) { narrow_run (task, begin, end); });
  return result;
}

#else

torch::Tensor
convolve_narrow (const torch::nn::Conv2d &, const torch::Tensor &, bool)
{
  fail (ACINI_MODEL_ERROR_FAILED, "This program was built without convolutions for AVX-512");
}

#endif

} // namespace acini
