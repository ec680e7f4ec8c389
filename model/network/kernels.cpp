/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/network/kernels.hpp"

#include "model/network/loops.hpp"

#include <ATen/Parallel.h>
#include <ATen/cpu/Utils.h>

namespace acini
{

/* Without matrix tiles in the processor, libtorch multiplies bfloat16 matrices inside its fused attention number by
 * number: twenty times slower than in float32. */
static bool
is_attention_slow (const torch::Tensor &query)
{
  return query.is_cpu () && query.scalar_type () == torch::kBFloat16 && !at::cpu::is_amx_tile_supported ();
}

torch::Tensor
attend (const torch::Tensor &query, const torch::Tensor &key, const torch::Tensor &value, double dropout)
{
  if (!is_attention_slow (query))
    return at::scaled_dot_product_attention (query, key, value, {}, dropout);
  return at::scaled_dot_product_attention (query.to (torch::kFloat), key.to (torch::kFloat), value.to (torch::kFloat),
                                           {}, dropout)
      .to (torch::kBFloat16);
}

namespace
{

/* Where a pixel of the larger map lies between two of the smaller one. */
struct Between
{
  int64_t first, second;
  float share; /* of the second */
};

std::vector<Between>
find_neighbours (int64_t large, int64_t small)
{
  const double scale = static_cast<double> (small) / large;
  std::vector<Between> result (large);

  for (int64_t i = 0; i < large; i++)
    {
      double at = std::max ((i + 0.5) * scale - 0.5, 0.0);
      int64_t first = std::min (static_cast<int64_t> (at), small - 1);

      result[i] = { first, std::min (first + 1, small - 1), static_cast<float> (at - first) };
    }
  return result;
}

/* Adds @maps 1 … to map 0, row by row: first the smaller maps between two of their rows, then between columns.  T is
 * float, or uint16_t for bfloat16.  All contiguous. */
template <typename T>
void
add_enlarged (const std::vector<torch::Tensor> &maps)
{
  const int64_t height = maps[0].size (1), width = maps[0].size (2), channels = maps[0].size (3);
  const size_t n_maps = maps.size () - 1;
  std::vector<std::vector<Between> > down (n_maps), across (n_maps);

  for (size_t i = 0; i < n_maps; i++)
    {
      down[i] = find_neighbours (height, maps[i + 1].size (1));
      across[i] = find_neighbours (width, maps[i + 1].size (2));
    }

  at::parallel_for (0, maps[0].size (0) * height, 1, [&] (int64_t begin, int64_t end) {
    std::vector<std::vector<float> > rows (n_maps);
    std::vector<const float *> first (n_maps), second (n_maps);
    std::vector<float> shares (n_maps), sum (channels);

    for (size_t i = 0; i < n_maps; i++)
      rows[i].resize (maps[i + 1].size (2) * channels);
    for (int64_t row = begin; row < end; row++)
      {
        const int64_t image = row / height, y = row % height;
        T *pixel = static_cast<T *> (maps[0].data_ptr ()) + row * width * channels;

        for (size_t i = 0; i < n_maps; i++)
          {
            const int64_t stride = rows[i].size ();
            const T *map
                = static_cast<const T *> (maps[i + 1].const_data_ptr ()) + image * maps[i + 1].size (1) * stride;

            blend_rows (map + down[i][y].first * stride, map + down[i][y].second * stride, down[i][y].share, stride,
                        rows[i].data ());
          }
        for (int64_t x = 0; x < width; x++, pixel += channels)
          {
            for (size_t i = 0; i < n_maps; i++)
              {
                first[i] = rows[i].data () + across[i][x].first * channels;
                second[i] = rows[i].data () + across[i][x].second * channels;
                shares[i] = across[i][x].share;
              }
            blend_pixel (first.data (), second.data (), shares.data (), n_maps, channels, sum.data (), pixel);
          }
      }
  });
}

} // namespace

torch::Tensor
rectify_sum_enlarged (const std::vector<torch::Tensor> &maps)
{
  const torch::ScalarType type = maps[0].scalar_type ();

  if (maps[0].is_cpu () && (type == torch::kFloat || type == torch::kBFloat16) && !maps[0].requires_grad ())
    {
      std::vector<torch::Tensor> plain;

      for (const torch::Tensor &map : maps)
        plain.push_back (map.contiguous ());
      if (type == torch::kFloat)
        add_enlarged<float> (plain);
      else
        add_enlarged<uint16_t> (plain);
      return plain[0];
    }

  torch::Tensor sum = maps[0].permute ({ 0, 3, 1, 2 });
  for (size_t i = 1; i < maps.size (); i++)
    sum = sum + upsample_to (maps[i].permute ({ 0, 3, 1, 2 }), sum.size (2), sum.size (3));
  return sum.relu_ ().permute ({ 0, 2, 3, 1 });
}

} // namespace acini
