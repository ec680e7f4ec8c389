/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/network/parity.hpp"

#include <ATen/CPUGeneratorImpl.h>

namespace acini
{

namespace
{

/* Noise between 0 and 1 that changes @cells times over a side.  Returns: [n, 1, side, side] */
torch::Tensor
make_noise (at::Generator &random, int64_t n, int64_t side, int64_t cells)
{
  const torch::Tensor noise = at::rand ({ n, 1, cells, cells }, random, torch::TensorOptions (torch::kFloat));

  return at::upsample_bicubic2d (noise, { side, side }, false).clamp (0, 1);
}

torch::Tensor
make_colour (float red, float green, float blue)
{
  return torch::tensor ({ red, green, blue }).view ({ 1, 3, 1, 1 });
}

} // namespace

torch::Tensor
make_tissue (int64_t n, int64_t side)
{
  at::Generator random = at::make_generator<at::CPUGeneratorImpl> (20);
  const torch::Tensor glands = make_noise (random, n, side, std::max<int64_t> (side / 36, 2));
  const torch::Tensor cells = make_noise (random, n, side, std::max<int64_t> (side / 5, 2));
  const torch::Tensor fibres = make_noise (random, n, side, std::max<int64_t> (side / 11, 2));
  const torch::Tensor lumen = torch::sigmoid ((glands - 0.66) * 40);
  const torch::Tensor wall = torch::exp (-torch::square ((glands - 0.57) / 0.06));
  const torch::Tensor nuclei = torch::sigmoid ((cells + 0.3 * wall - 0.8) * 25);
  torch::Tensor rgb = make_colour (0.88F, 0.66F, 0.80F) + 0.2 * (fibres - 0.5);

  rgb = rgb + nuclei * (make_colour (0.38F, 0.26F, 0.56F) - rgb);
  rgb = rgb + lumen * (make_colour (0.95F, 0.94F, 0.95F) - rgb);
  rgb = rgb + 0.05 * (at::rand (rgb.sizes (), random, rgb.options ()) - 0.5);
  return rgb.clamp (0, 1).mul (255).round ().to (torch::kByte).permute ({ 0, 2, 3, 1 }).contiguous ();
}

static double
get_dice (const torch::Tensor &a, const torch::Tensor &b)
{
  const double area = a.sum ().item<double> () + b.sum ().item<double> ();

  return area > 0 ? 2 * (a & b).sum ().item<double> () / area : 1;
}

double
measure_parity (const torch::Tensor &a, const torch::Tensor &b)
{
  const torch::Tensor outside = torch::tensor ({ 0.5F, 0.9F });
  double sum = 0;
  int n = 0;

  for (int64_t plane = 0; plane < a.size (1); plane++)
    {
      const torch::Tensor first = a.select (1, plane).flatten (), second = b.select (1, plane).flatten ();
      const torch::Tensor quantiles = at::quantile (first, outside.to (first.device ()));
      const double share = (first > 0.5).to (torch::kFloat).mean ().item<double> ();

      for (int64_t i = 0; i < quantiles.size (0); i++, n++)
        sum += get_dice (first > quantiles[i], second > quantiles[i]);
      if (share < 0.01)
        continue;
      sum += get_dice (first > 0.5, second > 0.5);
      n++;
    }
  return sum / n;
}

} // namespace acini
