/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/network/kernels.hpp"

#include "model/network/loops.hpp"
#include "model/network/token-kernels.hpp"
#include "model/network/winograd.hpp"
#include "acini-config.h"

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

/* [N, H, W, C] → [N, heads, H W, C / heads] */
static torch::Tensor
split_heads (const torch::Tensor &x, int64_t heads)
{
  return x.reshape ({ x.size (0), x.size (1) * x.size (2), heads, x.size (3) / heads }).transpose (1, 2);
}

static torch::Tensor
attend_as_libtorch (const torch::Tensor &query, const torch::Tensor &key_value, int64_t heads, double dropout)
{
  const auto both = key_value.chunk (2, -1);
  const torch::Tensor y = attend (split_heads (query, heads), split_heads (both[0], heads),
                                  split_heads (both[1], heads), dropout);

  return y.transpose (1, 2).reshape (query.sizes ());
}

static bool
may_use_kernels (const torch::Tensor &x)
{
  return x.is_cpu () && wants_avx512 (x.scalar_type ()) && !at::GradMode::is_enabled ();
}

#if ACINI_HAVE_AVX512_KERNELS

torch::Tensor
attend_maps (const torch::Tensor &query, const torch::Tensor &key_value, int64_t heads, double dropout)
{
  const int64_t channels = query.size (3), width = channels / heads;
  const int64_t images = query.size (0), tokens = query.size (1) * query.size (2);

  if (!may_use_kernels (query) || dropout > 0 || (width != 32 && width % 64 != 0))
    return attend_as_libtorch (query, key_value, heads, dropout);

  constexpr int64_t piece = 28 * 8;
  const torch::Tensor q = query.contiguous (), kv = key_value.contiguous (), result = at::empty_like (q);
  const int64_t n_keys = kv.size (1) * kv.size (2), size = attention_packed_size (n_keys, width);
  const torch::Tensor packed = at::empty ({ images * heads, 2, size }, q.options ());
  const int64_t bytes = q.element_size (), pieces = (tokens + piece - 1) / piece;
  const bool half = q.scalar_type () == torch::kBFloat16;
  const char *from = static_cast<const char *> (q.const_data_ptr ());
  const char *keys = static_cast<const char *> (kv.const_data_ptr ());
  char *to = static_cast<char *> (result.data_ptr ()), *pack = static_cast<char *> (packed.data_ptr ());

  at::parallel_for (0, images * heads, 1, [&] (int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; i++)
      {
        const char *key = keys + (i / heads * n_keys * 2 * channels + i % heads * width) * bytes;

        attention_pack (key, key + channels * bytes, 2 * channels, n_keys, width, half, pack + 2 * i * size * bytes,
                        pack + (2 * i + 1) * size * bytes);
      }
  });
  at::parallel_for (0, images * heads * pieces, 1, [&] (int64_t begin, int64_t end) {
    AttentionTask task = {};
    torch::Tensor space;

    task.query_stride = channels;
    task.n_keys = n_keys;
    task.width = width;
    task.scale = static_cast<float> (1 / std::sqrt (static_cast<double> (width)));
    task.half = half;
    space = at::empty ({ attention_space (task) }, torch::kByte);
    for (int64_t i = begin; i < end; i++)
      {
        const int64_t head = i / pieces, first = i % pieces * piece;
        const int64_t offset = (head / heads * tokens * channels + head % heads * width) * bytes;

        task.query = from + offset;
        task.result = to + offset;
        task.packed_key = pack + 2 * head * size * bytes;
        task.packed_value = pack + (2 * head + 1) * size * bytes;
        attention_run (task, first, std::min (first + piece, tokens), space.data_ptr ());
      }
  });
  return result;
}

torch::Tensor
normalise_layer (torch::nn::LayerNorm &norm, const torch::Tensor &x)
{
  const int64_t width = x.size (-1);

  if (!may_use_kernels (x) || width % 16 != 0)
    return norm (x);

  const torch::Tensor rows = x.contiguous (), result = at::empty_like (rows);
  const torch::Tensor weight = norm->weight.to (torch::kFloat), bias = norm->bias.to (torch::kFloat);
  const int64_t row_bytes = width * rows.element_size ();

  at::parallel_for (0, rows.numel () / width, 256, [&] (int64_t begin, int64_t end) {
    layer_norm_run (static_cast<const char *> (rows.const_data_ptr ()) + begin * row_bytes, end - begin, width,
                    weight.const_data_ptr<float> (), bias.const_data_ptr<float> (),
                    static_cast<float> (norm->options.eps ()), rows.scalar_type () == torch::kBFloat16,
                    static_cast<char *> (result.data_ptr ()) + begin * row_bytes);
  });
  return result;
}

torch::Tensor
convolve_gelu (torch::nn::Conv2d &depthwise, const torch::Tensor &x)
{
  const int64_t channels = x.size (3);

  if (!may_use_kernels (x) || channels % 16 != 0)
    return torch::gelu (depthwise (x.permute ({ 0, 3, 1, 2 })).permute ({ 0, 2, 3, 1 }));

  const torch::Tensor map = x.contiguous (), result = at::empty_like (map);
  const torch::Tensor weight = depthwise->weight.to (torch::kFloat).reshape ({ channels, 9 }).t ().contiguous ();
  const torch::Tensor bias = depthwise->bias.to (torch::kFloat);
  DepthwiseTask task = {};

  task.map = map.const_data_ptr ();
  task.result = result.data_ptr ();
  task.weight = weight.const_data_ptr<float> ();
  task.bias = bias.const_data_ptr<float> ();
  task.height = map.size (1);
  task.width = map.size (2);
  task.channels = channels;
  task.half = map.scalar_type () == torch::kBFloat16;
  at::parallel_for (0, map.size (0) * task.height, 1,
                    [&] (int64_t begin, int64_t end) { depthwise_gelu_run (task, begin, end); });
  return result;
}

#else

torch::Tensor
attend_maps (const torch::Tensor &query, const torch::Tensor &key_value, int64_t heads, double dropout)
{
  return attend_as_libtorch (query, key_value, heads, dropout);
}

torch::Tensor
normalise_layer (torch::nn::LayerNorm &norm, const torch::Tensor &x)
{
  return norm (x);
}

torch::Tensor
convolve_gelu (torch::nn::Conv2d &depthwise, const torch::Tensor &x)
{
  return torch::gelu (depthwise (x.permute ({ 0, 3, 1, 2 })).permute ({ 0, 2, 3, 1 }));
}

#endif

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
