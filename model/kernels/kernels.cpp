/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/kernels/kernels.hpp"

#include "model/kernels/depthwise.hpp"
#include "model/kernels/loops.hpp"
#include "model/kernels/moments.hpp"
#include "model/kernels/neighbours.hpp"
#include "model/kernels/token-kernels.hpp"
#include "model/kernels/processor.hpp"
#include "acini-config.h"

#include <ATen/Parallel.h>

namespace acini
{

/* Without matrix tiles in the processor, libtorch multiplies bfloat16 matrices inside its fused attention number by
 * number: twenty times slower than in float32. */
static bool
is_attention_slow (const torch::Tensor &query)
{
  return query.is_cpu () && query.scalar_type () == torch::kBFloat16 && !get_processor ().tiles;
}

torch::Tensor
attend (const torch::Tensor &query, const torch::Tensor &key, const torch::Tensor &value, double dropout,
        const torch::Tensor &bias)
{
  const torch::ScalarType type = is_attention_slow (query) ? torch::kFloat : query.scalar_type ();
  std::optional<torch::Tensor> mask;

  if (bias.defined ())
    mask = (bias / std::sqrt (static_cast<double> (query.size (3)))).to (type);
  return at::scaled_dot_product_attention (query.to (type), key.to (type), value.to (type), mask, dropout)
      .to (query.scalar_type ());
}

/* [N, H, W, C] → [N, heads, H W, C / heads] */
static torch::Tensor
split_heads (const torch::Tensor &x, int64_t heads)
{
  return x.reshape ({ x.size (0), x.size (1) * x.size (2), heads, x.size (3) / heads }).transpose (1, 2);
}

static torch::Tensor
attend_as_libtorch (const torch::Tensor &query, const torch::Tensor &key_value, int64_t heads, double dropout,
                    const torch::Tensor &bias)
{
  const auto both = key_value.chunk (2, -1);
  const torch::Tensor y
      = attend (split_heads (query, heads), split_heads (both[0], heads), split_heads (both[1], heads), dropout,
                bias.defined () ? bias.view ({ bias.size (0), 1, 1, -1 }) : bias);

  return y.transpose (1, 2).reshape (query.sizes ());
}

static torch::Tensor
normalise_as_libtorch (torch::nn::LayerNorm &norm, const torch::Tensor &x, torch::ScalarType type)
{
  return norm (x.to (norm->weight.scalar_type ())).to (type);
}

static torch::Tensor
convolve_gelu_as_libtorch (torch::nn::Conv2d &depthwise, const torch::Tensor &x)
{
  const torch::Tensor map = x.permute ({ 0, 3, 1, 2 });
  const torch::ScalarType type = x.scalar_type ();

  if (depthwise->weight.scalar_type () == type)
    return torch::gelu (depthwise (map).permute ({ 0, 2, 3, 1 }));
  return torch::gelu (torch::conv2d (map, depthwise->weight.to (type), depthwise->bias.to (type), 1, 1, 1, x.size (3))
                          .permute ({ 0, 2, 3, 1 }));
}

static torch::Tensor
classify_as_libtorch (const std::vector<torch::Tensor> &features, const std::vector<torch::Tensor> &weights,
                      const torch::Tensor &bias, torch::nn::Conv2d &classifier)
{
  std::vector<torch::Tensor> maps;

  for (size_t i = 0; i < features.size (); i++)
    maps.push_back (at::linear (features[i], weights[i], i == 0 ? bias : torch::Tensor ()));
  return classifier (relu_of_upsampled_sum (maps).permute ({ 0, 3, 1, 2 }));
}

#if ACINI_HAVE_AVX512_KERNELS

static bool
may_use_kernels (const torch::Tensor &x)
{
  return x.is_cpu () && wants_kernels (x.scalar_type ()) && !at::GradMode::is_enabled ();
}

static bool
may_use_products (const torch::Tensor &x)
{
  return x.is_cpu () && wants_products (x.scalar_type ()) && !at::GradMode::is_enabled ();
}

torch::Tensor
attend_maps (const torch::Tensor &query, const torch::Tensor &key_value, int64_t heads, double dropout,
             const torch::Tensor &bias)
{
  const int64_t channels = query.size (3), width = channels / heads;
  const int64_t images = query.size (0), tokens = query.size (1) * query.size (2);

  if (!may_use_products (query) || dropout > 0 || (width != 32 && width % 64 != 0))
    return attend_as_libtorch (query, key_value, heads, dropout, bias);

  constexpr int64_t piece = 28 * 8;
  const torch::Tensor q = query.contiguous (), kv = key_value.contiguous (), result = at::empty_like (q);
  const int64_t n_keys = kv.size (1) * kv.size (2), size = attention_packed_size (n_keys, width);
  const torch::Tensor packed = at::empty ({ images * heads, 2, size }, q.options ());
  const int64_t bytes = q.element_size (), pieces = (tokens + piece - 1) / piece;
  const bool half = q.scalar_type () == torch::kBFloat16;
  /* As many as a block of keys has, whole: the last ones are read and not used. */
  const torch::Tensor key_bias
      = bias.defined () ? torch::constant_pad_nd (bias.view ({ images, n_keys }), { 0, (64 - n_keys % 64) % 64 })
                        : bias;
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
        task.key_bias
            = key_bias.defined () ? key_bias.const_data_ptr<float> () + head / heads * key_bias.size (1) : nullptr;
        attention_run (task, first, std::min (first + piece, tokens), space.data_ptr ());
      }
  });
  return result;
}

torch::Tensor
add_normalise (torch::Tensor &x, const torch::Tensor &branch, torch::nn::LayerNorm &norm, torch::ScalarType type)
{
  const int64_t width = x.size (-1);
  const torch::ScalarType rows = x.scalar_type (), added = branch.defined () ? branch.scalar_type () : rows;
  const auto known = [] (torch::ScalarType t) { return t == torch::kFloat || t == torch::kBFloat16; };

  if (!may_use_kernels (x) || width % 16 != 0 || !known (added) || !known (type)
      || (rows == torch::kBFloat16 && (added != rows || type != rows)) || !wants_kernels (added)
      || !wants_kernels (type))
    {
      if (branch.defined ())
        x = x + branch;
      return normalise_as_libtorch (norm, x, type);
    }

  x = x.contiguous ();
  const torch::Tensor other = branch.defined () ? branch.contiguous () : branch;
  const torch::Tensor result = at::empty (x.sizes (), x.options ().dtype (type));
  const torch::Tensor weight = norm->weight.to (torch::kFloat), bias = norm->bias.to (torch::kFloat);
  LayerNormTask task = {};

  TORCH_CHECK (!other.defined () || other.sizes () == x.sizes ());
  task.rows = x.data_ptr ();
  task.branch = other.defined () ? other.const_data_ptr () : nullptr;
  task.result = result.data_ptr ();
  task.weight = weight.const_data_ptr<float> ();
  task.bias = bias.const_data_ptr<float> ();
  task.width = width;
  task.eps = static_cast<float> (norm->options.eps ());
  task.half_rows = rows == torch::kBFloat16;
  task.half_branch = added == torch::kBFloat16;
  task.half_result = type == torch::kBFloat16;
  at::parallel_for (0, x.numel () / width, 256,
                    [&] (int64_t begin, int64_t end) { layer_norm_run (task, begin, end); });
  return result;
}

torch::Tensor
convolve_gelu (torch::nn::Conv2d &depthwise, const torch::Tensor &x)
{
  const int64_t channels = x.size (3);

  if (!may_use_kernels (x) || channels % 16 != 0)
    return convolve_gelu_as_libtorch (depthwise, x);

  const torch::Tensor map = x.contiguous (), result = at::empty_like (map);
  const torch::Tensor weight = depthwise->weight.to (torch::kFloat).reshape ({ channels, 9 }).t ().contiguous ();
  const torch::Tensor bias = depthwise->bias.to (torch::kFloat);
  const DepthwiseTask task = make_depthwise_task (map, weight, bias, result);

  at::parallel_for (0, map.size (0) * task.height, 1,
                    [&] (int64_t begin, int64_t end) { depthwise_gelu_run (task, begin, end); });
  return result;
}

torch::Tensor
mix_feed_forward (PackedLinear &first, torch::nn::Conv2d &depthwise, PackedLinear &second, const torch::Tensor &x)
{
  if (!may_use_products (x) || x.scalar_type () != torch::kBFloat16 || !first.is_own () || !second.is_own ())
    return second (convolve_gelu (depthwise, first (x)));

  const int64_t channels = depthwise->weight.size (0);
  const torch::Tensor map = x.contiguous ();
  const torch::Tensor weight = depthwise->weight.to (torch::kFloat).reshape ({ channels, 9 }).t ().contiguous ();
  const torch::Tensor bias = depthwise->bias.to (torch::kFloat);
  MixTask task = {};

  task.first = first.get_layer ();
  task.second = second.get_layer ();
  const torch::Tensor result = at::empty ({ x.size (0), x.size (1), x.size (2), task.second.width }, x.options ());
  task.map = static_cast<const uint16_t *> (map.const_data_ptr ());
  task.result = static_cast<uint16_t *> (result.data_ptr ());
  task.weight = weight.const_data_ptr<float> ();
  task.bias = bias.const_data_ptr<float> ();
  task.height = x.size (1);
  task.width = x.size (2);
  /* A thread computes two rows of the first layer more than it has. */
  at::parallel_for (0, x.size (0) * task.height, 8, [&] (int64_t begin, int64_t end) {
    const torch::Tensor space = at::empty ({ mix_space (task) }, torch::kByte);

    mix_run (task, begin, end, space.data_ptr ());
  });
  return result;
}

/* [width, depth] as head_run () and linear_run () want it. */
static torch::Tensor
pack_weight (const torch::Tensor &weight)
{
  const torch::Tensor plain = weight.contiguous (), packed = at::empty_like (plain);

  head_pack (plain.const_data_ptr<float> (), plain.size (0), plain.size (1), packed.data_ptr<float> ());
  return packed;
}

/* A linear layer without bias, of few rows: BLAS takes several times as long. */
static torch::Tensor
multiply_rows (const torch::Tensor &x, const torch::Tensor &weight)
{
  const torch::Tensor rows = x.contiguous (), packed = pack_weight (weight);
  const int64_t depth = weight.size (1), width = weight.size (0);
  const torch::Tensor result = at::empty ({ x.size (0), x.size (1), x.size (2), width }, x.options ());

  at::parallel_for (0, rows.numel () / depth, 28, [&] (int64_t begin, int64_t end) {
    linear_run (rows.const_data_ptr<float> () + begin * depth, end - begin, depth, packed.const_data_ptr<float> (),
                width, result.data_ptr<float> () + begin * width);
  });
  return result;
}

torch::Tensor
classify (const std::vector<torch::Tensor> &features, const std::vector<torch::Tensor> &weights,
          const torch::Tensor &bias, torch::nn::Conv2d &classifier)
{
  constexpr int64_t most_classes = 8, most_maps = 8; /* beyond, a matrix product is faster */
  const torch::Tensor finest = features[0].contiguous ();
  const int64_t images = finest.size (0), height = finest.size (1), width = finest.size (2), depth = finest.size (3);
  const int64_t channels = weights[0].size (0), classes = classifier->weight.size (0), n_maps = features.size () - 1;

  if (!may_use_kernels (finest) || finest.scalar_type () != torch::kFloat || channels % 64 != 0
      || classes > most_classes || n_maps > most_maps)
    return classify_as_libtorch (features, weights, bias, classifier);

  const torch::Tensor packed = pack_weight (weights[0]);
  const torch::Tensor class_weights = classifier->weight.flatten (1).contiguous ();
  const torch::Tensor result = at::empty ({ images, classes, height, width }, finest.options ());
  std::vector<torch::Tensor> maps;
  std::vector<Neighbours> down, across;

  for (int64_t i = 1; i <= n_maps; i++)
    {
      maps.push_back (multiply_rows (features[i], weights[i]));
      down.push_back (find_neighbours (height, features[i].size (1)));
      across.push_back (find_neighbours (width, features[i].size (2)));
    }

  at::parallel_for (0, images * height, 1, [&] (int64_t begin, int64_t end) {
    std::vector<std::vector<float>> rows (n_maps);
    const float *row_at[most_maps], *share[most_maps];
    const int64_t *first[most_maps], *second[most_maps];
    HeadTask task = {};

    for (int64_t i = 0; i < n_maps; i++)
      {
        rows[i].resize (maps[i].size (2) * channels);
        row_at[i] = rows[i].data ();
        first[i] = across[i].first.data ();
        second[i] = across[i].second.data ();
        share[i] = across[i].share.data ();
      }
    task.weight = packed.const_data_ptr<float> ();
    task.bias = bias.const_data_ptr<float> ();
    task.rows = row_at;
    task.first = first;
    task.second = second;
    task.shares = share;
    task.n_maps = n_maps;
    task.classifier = class_weights.const_data_ptr<float> ();
    task.classifier_bias = classifier->bias.const_data_ptr<float> ();
    task.n = width;
    task.depth = depth;
    task.width = channels;
    task.classes = classes;
    task.stride = height * width;
    std::vector<char> space (head_space (task));
    for (int64_t row = begin; row < end; row++)
      {
        const int64_t image = row / height, y = row % height;

        for (int64_t i = 0; i < n_maps; i++)
          {
            const int64_t stride = rows[i].size ();
            const float *map = maps[i].const_data_ptr<float> () + image * maps[i].size (1) * stride;

            blend_rows (map + down[i].first[y] * stride, map + down[i].second[y] * stride, down[i].share[y], stride,
                        rows[i].data ());
          }
        task.map = finest.const_data_ptr<float> () + row * width * depth;
        task.result = result.data_ptr<float> () + (image * classes * height + y) * width;
        head_run (task, space.data ());
      }
  });
  return result;
}

#else

torch::Tensor
attend_maps (const torch::Tensor &query, const torch::Tensor &key_value, int64_t heads, double dropout,
             const torch::Tensor &bias)
{
  return attend_as_libtorch (query, key_value, heads, dropout, bias);
}

torch::Tensor
add_normalise (torch::Tensor &x, const torch::Tensor &branch, torch::nn::LayerNorm &norm, torch::ScalarType type)
{
  if (branch.defined ())
    x = x + branch;
  return normalise_as_libtorch (norm, x, type);
}

torch::Tensor
convolve_gelu (torch::nn::Conv2d &depthwise, const torch::Tensor &x)
{
  return convolve_gelu_as_libtorch (depthwise, x);
}

torch::Tensor
mix_feed_forward (PackedLinear &first, torch::nn::Conv2d &depthwise, PackedLinear &second, const torch::Tensor &x)
{
  return second (convolve_gelu (depthwise, first (x)));
}

torch::Tensor
classify (const std::vector<torch::Tensor> &features, const std::vector<torch::Tensor> &weights,
          const torch::Tensor &bias, torch::nn::Conv2d &classifier)
{
  return classify_as_libtorch (features, weights, bias, classifier);
}

#endif

namespace
{

/* Adds @maps 1 … to map 0, which is @least at the least then, row by row: first the smaller maps between two of their
 * rows, then between columns.  T is float, or uint16_t for bfloat16.  All contiguous. */
template <typename T>
void
add_upsampled (const std::vector<torch::Tensor> &maps, float least)
{
  const int64_t height = maps[0].size (1), width = maps[0].size (2), channels = maps[0].size (3);
  const size_t n_maps = maps.size () - 1;
  std::vector<Neighbours> down (n_maps), across (n_maps);

  for (size_t i = 0; i < n_maps; i++)
    {
      down[i] = find_neighbours (height, maps[i + 1].size (1));
      across[i] = find_neighbours (width, maps[i + 1].size (2));
    }

  at::parallel_for (0, maps[0].size (0) * height, 1, [&] (int64_t begin, int64_t end) {
    std::vector<std::vector<float>> rows (n_maps);
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

            blend_rows (map + down[i].first[y] * stride, map + down[i].second[y] * stride, down[i].share[y], stride,
                        rows[i].data ());
          }
        for (int64_t x = 0; x < width; x++, pixel += channels)
          {
            for (size_t i = 0; i < n_maps; i++)
              {
                first[i] = rows[i].data () + across[i].first[x] * channels;
                second[i] = rows[i].data () + across[i].second[x] * channels;
                shares[i] = across[i].share[x];
              }
            blend_pixel (first.data (), second.data (), shares.data (), n_maps, channels, least, sum.data (), pixel);
          }
      }
  });
}

/* The picture @values, [pixels, channels] of contiguous numbers that the loops take for T. */
template <typename T, typename Value>
void
normalise_picture (Value *values, int64_t pixels, int64_t channels, const float *weight, const float *bias, double eps,
                   float slope)
{
  T *map = reinterpret_cast<T *> (values);
  const Moments moments = measure_channels<T> (values, pixels, channels);
  std::vector<float> gain (channels), offset (channels);

  for (int64_t c = 0; c < channels; c++)
    {
      const double factor = weight[c] / std::sqrt (moments.variance[c] + eps);

      gain[c] = static_cast<float> (factor);
      offset[c] = static_cast<float> (bias[c] - moments.mean[c] * factor);
    }
  at::parallel_for (0, pixels, 1024, [&] (int64_t begin, int64_t end) {
    scale_leaky (map + begin * channels, end - begin, channels, gain.data (), offset.data (), slope);
  });
}

} // namespace

torch::Tensor
normalise_leaky (torch::Tensor x, torch::nn::InstanceNorm2d &norm, double slope)
{
  const torch::ScalarType type = x.scalar_type ();

  if (!x.is_cpu () || (type != torch::kFloat && type != torch::kBFloat16) || at::GradMode::is_enabled ()
      || wants_exact_numbers () || norm->weight.scalar_type () != torch::kFloat)
    {
      x = at::instance_norm (x.to (norm->weight.scalar_type ()), norm->weight, norm->bias, {}, {}, true, 0,
                             norm->options.eps (), false)
              .to (type);
      return at::leaky_relu_ (x, slope);
    }

  x = x.contiguous (torch::MemoryFormat::ChannelsLast);
  const int64_t pixels = x.size (2) * x.size (3), channels = x.size (1);
  const float *weight = norm->weight.const_data_ptr<float> (), *bias = norm->bias.const_data_ptr<float> ();
  for (int64_t i = 0; i < x.size (0); i++)
    if (type == torch::kFloat)
      normalise_picture<float> (x.data_ptr<float> () + i * pixels * channels, pixels, channels, weight, bias,
                                norm->options.eps (), static_cast<float> (slope));
    else
      normalise_picture<uint16_t> (x.data_ptr<c10::BFloat16> () + i * pixels * channels, pixels, channels, weight, bias,
                                   norm->options.eps (), static_cast<float> (slope));
  return x;
}

torch::Tensor
scale_pixels (const torch::Tensor &rgb, const torch::Tensor &scale, const torch::Tensor &offset, bool swap)
{
  if (!rgb.is_cpu () || wants_exact_numbers ())
    {
      const torch::Tensor planes = rgb.permute ({ 0, 3, 1, 2 });

      return torch::addcmul (offset, (swap ? planes.flip (1) : planes).to (torch::kFloat), scale);
    }

  const torch::Tensor pixels = rgb.contiguous ();
  const torch::Tensor result
      = at::empty ({ rgb.size (0), 3, rgb.size (1), rgb.size (2) }, torch::kFloat, torch::MemoryFormat::ChannelsLast);
  at::parallel_for (0, pixels.numel () / 3, 16384, [&] (int64_t begin, int64_t end) {
    scale_bytes (pixels.const_data_ptr<uint8_t> () + 3 * begin, end - begin, scale.const_data_ptr<float> (),
                 offset.const_data_ptr<float> (), swap, result.data_ptr<float> () + 3 * begin);
  });
  return result;
}

torch::Tensor
upsample_to (const torch::Tensor &logits, int64_t height, int64_t width)
{
  if (logits.size (2) == height && logits.size (3) == width)
    return logits;
  return at::upsample_bilinear2d (logits, { height, width }, /* align_corners */ false);
}

void
add_upsampled_maps (const std::vector<torch::Tensor> &maps)
{
  add_upsampled<float> (maps, -std::numeric_limits<float>::infinity ());
}

torch::Tensor
relu_of_upsampled_sum (const std::vector<torch::Tensor> &maps)
{
  const torch::ScalarType type = maps[0].scalar_type ();

  if (maps[0].is_cpu () && (type == torch::kFloat || type == torch::kBFloat16) && !maps[0].requires_grad ())
    {
      std::vector<torch::Tensor> plain;

      for (const torch::Tensor &map : maps)
        plain.push_back (map.contiguous ());
      if (type == torch::kFloat)
        add_upsampled<float> (plain, 0);
      else
        add_upsampled<uint16_t> (plain, 0);
      return plain[0];
    }

  torch::Tensor sum = maps[0].permute ({ 0, 3, 1, 2 });
  for (size_t i = 1; i < maps.size (); i++)
    sum = sum + upsample_to (maps[i].permute ({ 0, 3, 1, 2 }), sum.size (2), sum.size (3));
  return sum.relu_ ().permute ({ 0, 2, 3, 1 });
}

} // namespace acini
