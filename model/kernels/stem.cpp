/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/kernels/stem.hpp"

#include "acini-config.h"
#include "model/kernels/processor.hpp"
#include "model/kernels/stem-kernel.hpp"

#include <ATen/Parallel.h>

namespace acini
{

bool
Stem::fits (const torch::nn::Conv2d &convolution, torch::ScalarType type)
{
  const torch::Tensor &w = convolution->weight;

  return type == torch::kBFloat16 && wants_products (type) && w.is_cpu () && w.scalar_type () == torch::kFloat
         && w.sizes () == at::IntArrayRef{ kStemOutputs, 3, kStemSide, kStemSide }
         && convolution->options.stride ()->at (0) == 2 && convolution->options.stride ()->at (1) == 2
         && convolution->bias.defined ();
}

Stem::Stem (const torch::nn::Conv2d &convolution)
{
  torch::NoGradGuard no_grad;
  const torch::Tensor w = convolution->weight.detach ().to (torch::kDouble);
  const torch::Tensor sums = w.abs ().sum ({ 1, 2, 3 }, true);
  const torch::Tensor greatest = w.abs ().amax ({ 1, 2, 3 }, true) / std::numeric_limits<int16_t>::max ();
  const torch::Tensor unit = torch::maximum (sums / kStemWeights, greatest).clamp_min (1e-30);
  /* [64, 3, 7, 7] → [7 rows, 64, 21] → [7, 64, 11, 2] → [7, 11, 64, 2] */
  const torch::Tensor whole
      = (w / unit).round ().to (torch::kShort).permute ({ 2, 0, 3, 1 }).reshape ({ kStemSide, kStemOutputs, -1 });

  weight = torch::constant_pad_nd (whole, { 0, 1 })
               .view ({ kStemSide, kStemOutputs, kStemPairs, 2 })
               .transpose (1, 2)
               .contiguous ();
  units = unit.flatten ().to (torch::kFloat).contiguous ();
  bias = convolution->bias.detach ().to (torch::kFloat).contiguous ().clone ();
}

bool
Stem::takes (const torch::Tensor &x) const
{
  return wants_products (torch::kBFloat16) && x.is_cpu () && x.scalar_type () == torch::kFloat && !x.requires_grad ();
}

#if ACINI_HAVE_AVX512_KERNELS

torch::Tensor
Stem::operator() (const torch::Tensor &x) const
{
  constexpr auto channels_last = torch::MemoryFormat::ChannelsLast;
  const torch::Tensor image = x.contiguous (channels_last);
  const int64_t down = (x.size (2) + 1) / 2, across = (x.size (3) + 1) / 2;
  const auto [least, greatest] = at::aminmax (image);
  torch::Tensor result
      = at::empty ({ x.size (0), kStemOutputs, down, across }, x.options ().dtype (torch::kBFloat16), channels_last);
  const StemTask task = { image.const_data_ptr<float> (),
                          weight.const_data_ptr<int16_t> (),
                          units.const_data_ptr<float> (),
                          bias.const_data_ptr<float> (),
                          std::max (-least.item<float> (), greatest.item<float> ()),
                          static_cast<uint16_t *> (result.data_ptr ()),
                          x.size (2),
                          x.size (3) };

  at::parallel_for (0, x.size (0) * down, 8, [&] (int64_t begin, int64_t end) {
    const torch::Tensor space = at::empty ({ stem_space (task) }, torch::kByte);

    stem_run (task, begin, end, space.data_ptr ());
  });
  return result;
}

#else

torch::Tensor
Stem::operator() (const torch::Tensor &) const
{
  fail (ACINI_MODEL_ERROR_FAILED, "This program was built without convolutions for AVX-512");
}

#endif

} // namespace acini
