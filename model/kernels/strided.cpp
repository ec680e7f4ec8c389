/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/kernels/strided.hpp"

#include "acini-config.h"
#include "model/kernels/processor.hpp"
#include "model/kernels/strided-kernel.hpp"

#include <ATen/Parallel.h>

namespace acini
{

bool
Strided::fits (const torch::nn::Conv2d &convolution, torch::ScalarType type)
{
  const auto &options = convolution->options;
  const torch::Tensor &w = convolution->weight;
  const auto *padding = std::get_if<torch::ExpandingArray<2>> (&options.padding ());
  const auto is_square = [] (const auto &sides) { return sides->at (0) == sides->at (1); };

  return type == torch::kBFloat16 && wants_products (type) && w.is_cpu () && w.scalar_type () == torch::kFloat
         && convolution->bias.defined () && w.size (0) % kStridedWide == 0 && w.size (2) == w.size (3)
         && w.size (2) % 2 == 1 && options.groups () == 1 && is_square (options.stride ())
         && options.stride ()->at (0) > 1 && options.dilation ()->at (0) == 1 && options.dilation ()->at (1) == 1
         && padding != nullptr && is_square (*padding) && (*padding)->at (0) == w.size (2) / 2
         && std::holds_alternative<torch::enumtype::kZeros> (options.padding_mode ());
}

Strided::Strided (const torch::nn::Conv2d &convolution)
    : channels (convolution->weight.size (1)), outputs (convolution->weight.size (0)),
      side (convolution->weight.size (2)), stride (convolution->options.stride ()->at (0))
{
  torch::NoGradGuard no_grad;
  const int64_t depth = (side * channels + 1) / 2 * 2,
                filling = (kStridedDepth - depth % kStridedDepth) % kStridedDepth;
  /* [outputs, channels, rows, columns] → [outputs, rows, columns × channels], and a number more where these are odd */
  const torch::Tensor rows = torch::constant_pad_nd (
      convolution->weight.detach ().to (torch::kDouble).permute ({ 0, 2, 3, 1 }).reshape ({ outputs, side, -1 }),
      { 0, depth - side * channels });
  const torch::Tensor sums
      = torch::constant_pad_nd (rows.abs (), { 0, filling }).unflatten (2, { -1, kStridedDepth }).sum (3);
  const torch::Tensor greatest = rows.abs ().amax ({ 1, 2 }) / std::numeric_limits<int16_t>::max ();
  const torch::Tensor unit = torch::maximum (sums.amax ({ 1, 2 }) / kStridedWeights, greatest).clamp_min (1e-30);
  const torch::Tensor whole = (rows / unit.view ({ -1, 1, 1 })).round ().to (torch::kShort);

  weight = whole.view ({ outputs / kStridedWide, kStridedWide, side, depth / 2, 2 })
               .permute ({ 0, 2, 3, 1, 4 })
               .contiguous ();
  units = unit.to (torch::kFloat).contiguous ();
  bias = convolution->bias.detach ().to (torch::kFloat).contiguous ().clone ();
}

bool
Strided::takes (const torch::Tensor &x) const
{
  return wants_products (torch::kBFloat16) && x.is_cpu () && x.scalar_type () == torch::kFloat && !x.requires_grad ()
         && !torch::GradMode::is_enabled () && x.size (1) == channels;
}

#if ACINI_HAVE_AVX512_KERNELS

/* As whole numbers, @size becoming the greatest, with zeros around.  Returns: int16, [N H W C] and a number more */
torch::Tensor
Strided::round_map (const torch::Tensor &x, float size) const
{
  const int64_t height = x.size (2), width = x.size (3), padding = side / 2, across = width + 2 * padding,
                down = height + 2 * padding, length = across * channels;
  const torch::Tensor map = torch::empty ({ x.size (0) * down * length + 1 }, torch::kShort);
  const float *from = x.const_data_ptr<float> ();
  int16_t *to = map.data_ptr<int16_t> ();

  to[map.numel () - 1] = 0;
  at::parallel_for (0, x.size (0) * down, 32, [&] (int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++)
      {
        const int64_t row = i % down - padding;
        int16_t *const line = to + i * length, *const pixels = line + padding * channels;

        if (row < 0 || row >= height)
          {
            std::fill_n (line, length, 0);
            continue;
          }
        std::fill_n (line, padding * channels, 0);
        strided_round (from + (i / down * height + row) * width * channels, width * channels,
                       size > 0 ? kStridedWhole / size : 0, pixels);
        std::fill_n (pixels + width * channels, padding * channels, 0);
      }
  });
  return map;
}

torch::Tensor
Strided::operator() (const torch::Tensor &x) const
{
  constexpr auto channels_last = torch::MemoryFormat::ChannelsLast;
  const torch::Tensor image = x.contiguous (channels_last);
  const auto [least, most] = at::aminmax (image);
  const float size = std::max (-least.item<float> (), most.item<float> ());
  const torch::Tensor map = round_map (image, size);
  const int64_t down = (x.size (2) - 1) / stride + 1, across = (x.size (3) - 1) / stride + 1;
  const torch::Tensor result = at::empty ({ x.size (0), outputs, down, across }, x.options (), channels_last);
  StridedTask task = {};

  task.map = map.const_data_ptr<int16_t> ();
  task.map_height = x.size (2) + side - 1;
  task.map_width = x.size (3) + side - 1;
  task.channels = channels;
  task.side = side;
  task.stride = stride;
  task.weight = weight.const_data_ptr<int16_t> ();
  task.units = units.const_data_ptr<float> ();
  task.bias = bias.const_data_ptr<float> ();
  task.scale = size / kStridedWhole;
  task.result = result.data_ptr<float> ();
  task.height = down;
  task.width = across;
  task.outputs = outputs;
  at::parallel_for (0, x.size (0) * down, 1, [&] (int64_t begin, int64_t end) { strided_run (task, begin, end); });
  return result;
}

#else

torch::Tensor
Strided::operator() (const torch::Tensor &) const
{
  fail (ACINI_MODEL_ERROR_FAILED, "This program was built without convolutions for AVX-512");
}

#endif

} // namespace acini
