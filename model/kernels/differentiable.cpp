/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/kernels/differentiable.hpp"

#include "acini-config.h"
#include "model/kernels/depthwise.hpp"
#include "model/kernels/kernels.hpp"
#include "model/kernels/neighbours.hpp"
#include "model/kernels/norm-training.hpp"
#include "model/kernels/processor.hpp"
#include "model/kernels/product-kernel.hpp"
#include "model/kernels/token-gradients.hpp"
#include "model/kernels/training-loops.hpp"

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

namespace acini
{

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

bool
may_compute_own (const torch::Tensor &x)
{
  return x.is_cpu () && x.scalar_type () == torch::kFloat && !wants_exact_numbers ();
}

bool
may_differentiate (const torch::Tensor &x)
{
  return may_compute_own (x) && at::GradMode::is_enabled () && !at::autocast::is_autocast_enabled (at::kCPU);
}

/* Whether products are to be bfloat16's. */
static thread_local bool rounds_products = false;

/* Returns: what it was before. */
static bool
note_autocast ()
{
  const bool before = rounds_products;

  if (at::autocast::is_autocast_enabled (at::kCPU))
    rounds_products
        = at::autocast::get_autocast_dtype (at::kCPU) == torch::kBFloat16 && wants_products (torch::kBFloat16);
  return before;
}

WithoutAutocast::WithoutAutocast () : before (note_autocast ()), guard (c10::autocast_dispatch_keyset) {}

WithoutAutocast::~WithoutAutocast () { rounds_products = before; }

namespace
{

/* What comes back to a map of @height rows of @width pixels that was upsampled to @gradient's size. */
torch::Tensor
shrink_gradient (const torch::Tensor &gradient, int64_t height, int64_t width)
{
  const int64_t images = gradient.size (0), rows = gradient.size (1), columns = gradient.size (2);
  const int64_t channels = gradient.size (3), stride = columns * channels;
  const Neighbours down = find_neighbours (rows, height), across = find_neighbours (columns, width);
  const torch::Tensor result = at::zeros ({ images, height, width, channels }, gradient.options ());
  const float *from = gradient.const_data_ptr<float> ();
  float *to = result.data_ptr<float> ();

  at::parallel_for (0, images * height, 1, [&] (int64_t begin, int64_t end) {
    std::vector<float> sum (stride);

    for (int64_t i = begin; i < end; i++)
      {
        const int64_t image = i / height, row = i % height;
        float *target = to + i * width * channels;

        std::fill (sum.begin (), sum.end (), 0);
        for (int64_t y = 0; y < rows; y++)
          {
            const float share
                = (down.first[y] == row ? 1 - down.share[y] : 0) + (down.second[y] == row ? down.share[y] : 0);

            if (share != 0)
              add_scaled (from + (image * rows + y) * stride, share, stride, sum.data ());
          }
        for (int64_t x = 0; x < columns; x++)
          {
            add_scaled (sum.data () + x * channels, 1 - across.share[x], channels, target + across.first[x] * channels);
            add_scaled (sum.data () + x * channels, across.share[x], channels, target + across.second[x] * channels);
          }
      }
  });
  return result;
}

class SumUpsampledFunction : public torch::autograd::Function<SumUpsampledFunction>
{
public:
  static torch::Tensor
  forward (AutogradContext *context, at::TensorList maps)
  {
    std::vector<torch::Tensor> plain;
    std::vector<int64_t> sizes;

    for (const torch::Tensor &map : maps)
      {
        plain.push_back (map.contiguous ());
        sizes.insert (sizes.end (), { map.size (1), map.size (2) });
      }
    context->saved_data["sizes"] = sizes;
    add_upsampled_maps (plain);
    return plain[0].variable_data ();
  }

  static variable_list
  backward (AutogradContext *context, variable_list gradients)
  {
    const torch::Tensor gradient = gradients[0].contiguous ();
    const std::vector<int64_t> sizes = context->saved_data["sizes"].toIntVector ();
    variable_list result = { gradient };

    for (size_t i = 1; i < sizes.size () / 2; i++)
      result.push_back (context->needs_input_grad (i) ? shrink_gradient (gradient, sizes[2 * i], sizes[2 * i + 1])
                                                      : torch::Tensor ());
    return result;
  }
};

constexpr int64_t kPixels = 512; /* a piece of the work */

class HeadTailFunction : public torch::autograd::Function<HeadTailFunction>
{
public:
  /* @fixed: the statistics are no function of @map. */
  static torch::Tensor
  forward (AutogradContext *context, const torch::Tensor &map, const torch::Tensor &gain, const torch::Tensor &offset,
           const torch::Tensor &weight, const torch::Tensor &bias, const torch::Tensor &mean,
           const torch::Tensor &reciprocal, bool fixed, double dropout, int64_t seed)
  {
    const torch::Tensor plain = map.contiguous ();
    const torch::Tensor result
        = at::empty ({ map.size (0), weight.size (0), map.size (1), map.size (2) }, map.options ());

    context->save_for_backward ({ plain, gain, offset, weight, bias, mean, reciprocal });
    context->saved_data["fixed"] = fixed;
    context->saved_data["dropout"] = dropout;
    context->saved_data["seed"] = seed;

    const Tail tail (context, { plain, gain, offset, weight, bias, mean, reciprocal });
    float *to = result.data_ptr<float> ();
    at::parallel_for (0, tail.pixels, kPixels, [&] (int64_t begin, int64_t end) {
      std::vector<float> space (2 * tail.task.channels);

      head_tail_run (tail.task, begin, end, space.data (), to);
    });
    return result;
  }

  static variable_list
  backward (AutogradContext *context, variable_list gradients)
  {
    const torch::Tensor gradient = gradients[0].contiguous ();
    const Tail tail (context, context->get_saved_variables ());
    const int64_t channels = tail.task.channels, classes = tail.task.classes;
    const int64_t pieces = (tail.pixels + kPixels - 1) / kPixels;
    const torch::Tensor sums = at::zeros ({ pieces, classes + 2, channels }, gradient.options ());
    const float *from = gradient.const_data_ptr<float> ();

    at::parallel_for (0, pieces, 1, [&] (int64_t begin, int64_t end) {
      std::vector<float> space (3 * channels);

      for (int64_t i = begin; i < end; i++)
        head_tail_gradients (tail.task, from, i * kPixels, std::min ((i + 1) * kPixels, tail.pixels), space.data (),
                             sums.data_ptr<float> () + i * (classes + 2) * channels);
    });

    const torch::Tensor all = add_pieces (sums), result = at::empty_like (tail.map);
    const bool fixed = context->saved_data["fixed"].toBool ();
    const torch::Tensor means = all.slice (0, classes) * (fixed ? 0.0 : 1.0 / tail.pixels);
    const float *mean = means.const_data_ptr<float> ();
    at::parallel_for (0, tail.pixels, kPixels, [&] (int64_t begin, int64_t end) {
      std::vector<float> space (3 * channels);

      head_tail_back (tail.task, from, mean, mean + channels, begin, end, space.data (), result.data_ptr<float> ());
    });
    return { result,
             all[classes + 1],
             all[classes],
             all.slice (0, 0, classes).view_as (tail.weight),
             gradient.sum (at::IntArrayRef ({ 0, 2, 3 })),
             {},
             {},
             {},
             {},
             {} };
  }

private:
  /* The task, and what its pointers point into. */
  struct Tail
  {
    torch::Tensor map, weight, bias, gain, offset, mean, reciprocal;
    int64_t pixels;
    HeadTail task = {};

    Tail (AutogradContext *context, const variable_list &saved)
        : map (saved[0]), weight (saved[3].contiguous ()), bias (saved[4].contiguous ()), gain (saved[1] * saved[6]),
          offset (saved[2] - saved[5] * gain), mean (saved[5]), reciprocal (saved[6]),
          pixels (map.size (0) * map.size (1) * map.size (2))
    {
      task.map = map.const_data_ptr<float> ();
      task.gain = gain.const_data_ptr<float> ();
      task.offset = offset.const_data_ptr<float> ();
      task.mean = mean.const_data_ptr<float> ();
      task.reciprocal = reciprocal.const_data_ptr<float> ();
      task.weight = weight.const_data_ptr<float> ();
      task.bias = bias.const_data_ptr<float> ();
      task.channels = map.size (3);
      task.classes = weight.size (0);
      task.stride = map.size (1) * map.size (2);
      task.seed = static_cast<uint64_t> (context->saved_data["seed"].toInt ());
      task.dropout = context->saved_data["dropout"].toDouble ();
    }
  };
};

} // namespace

torch::Tensor
sum_upsampled (const std::vector<torch::Tensor> &maps)
{
  return SumUpsampledFunction::apply (at::TensorList (maps));
}

torch::Tensor
classify_normalised (const torch::Tensor &map, torch::nn::BatchNorm2d &norm, double dropout,
                     torch::nn::Conv2d &classifier)
{
  const bool training = norm->is_training ();
  const Scaling scaling = measure_norm (norm, map.detach ());
  const bool drops = training && dropout > 0;
  const int64_t seed
      = drops ? at::randint (std::numeric_limits<int64_t>::max (), { 1 }, torch::kLong).item<int64_t> () : 0;

  return HeadTailFunction::apply (map, norm->weight, norm->bias, classifier->weight, classifier->bias, scaling.mean,
                                  scaling.reciprocal, !training, drops ? dropout : 0.0, seed);
}

#if ACINI_HAVE_AVX512_KERNELS

namespace
{

/* Pieces of @n rows that are added up apart from each other. */
int64_t
count_pieces (int64_t n)
{
  return std::clamp<int64_t> (n / 1024, 1, 8);
}

torch::Tensor
make_space (int64_t bytes)
{
  return at::empty ({ bytes }, torch::kByte);
}

class LinearFunction : public torch::autograd::Function<LinearFunction>
{
public:
  static torch::Tensor
  forward (AutogradContext *context, const torch::Tensor &x, const torch::Tensor &weight,
           const std::optional<torch::Tensor> &bias)
  {
    const torch::Tensor plain = x.contiguous (), matrix = weight.contiguous ();
    const torch::Tensor offset = bias ? bias->contiguous () : torch::Tensor ();

    context->save_for_backward ({ plain, matrix });
    context->saved_data["half"] = rounds_products;
    context->saved_data["bias"] = bias.has_value ();
    return multiply (plain, matrix, true, offset, rounds_products);
  }

  static variable_list
  backward (AutogradContext *context, variable_list gradients)
  {
    const variable_list saved = context->get_saved_variables ();
    const torch::Tensor &x = saved[0], &weight = saved[1], gradient = gradients[0].contiguous ();
    const bool half = context->saved_data["half"].toBool ();
    const int64_t outputs = weight.size (0), inputs = weight.size (1), n = x.numel () / inputs;
    const int64_t pieces = count_pieces (n), parts = outputs % 128 == 0 && pieces < 4 ? 4 : 1, part = outputs / parts;
    const torch::Tensor sums = at::zeros ({ pieces, outputs, inputs }, x.options ());
    const torch::Tensor bias_sums = at::zeros ({ pieces, outputs }, x.options ());
    const float *left = gradient.const_data_ptr<float> (), *right = x.const_data_ptr<float> ();

    at::parallel_for (0, pieces * parts, 1, [&] (int64_t begin, int64_t end) {
      const torch::Tensor space = make_space (product_sums_space (part, inputs));

      for (int64_t i = begin; i < end; i++)
        {
          const int64_t piece = i / parts, first = n * piece / pieces, count = n * (piece + 1) / pieces - first;
          const int64_t output = i % parts * part;
          const float *rows = left + first * outputs + output;

          product_sums (rows, outputs, part, right + first * inputs, inputs, inputs, count, half,
                        sums.data_ptr<float> () + (piece * outputs + output) * inputs, space.data_ptr ());
          add_rows (rows, outputs, count, part, bias_sums.data_ptr<float> () + piece * outputs + output);
        }
    });
    return { context->needs_input_grad (0) ? multiply (gradient, weight, false, {}, half) : torch::Tensor (),
             add_pieces (sums), context->saved_data["bias"].toBool () ? add_pieces (bias_sums) : torch::Tensor () };
  }

private:
  /* [..., from] × @weight, [from, to], or, @turned, [to, from]. */
  static torch::Tensor
  multiply (const torch::Tensor &x, const torch::Tensor &weight, bool turned, const torch::Tensor &bias, bool half)
  {
    const int64_t from = x.size (-1), to = weight.size (turned ? 0 : 1), n = x.numel () / from;
    const torch::Tensor packed = make_space (product_packed_size (from, to, half));
    std::vector<int64_t> shape = x.sizes ().vec ();

    shape.back () = to;
    const torch::Tensor result = at::empty (shape, x.options ());
    product_pack (weight.const_data_ptr<float> (), turned ? 1 : to, turned ? from : 1, from, from, to, half,
                  packed.data_ptr ());
    at::parallel_for (0, n, 96, [&] (int64_t begin, int64_t end) {
      const torch::Tensor space = make_space (product_rows_space (from));

      product_rows (x.const_data_ptr<float> () + begin * from, end - begin, from, packed.const_data_ptr (), from, to,
                    bias.defined () ? bias.const_data_ptr<float> () : nullptr, half,
                    result.data_ptr<float> () + begin * to, space.data_ptr ());
    });
    return result;
  }
};

class AttendFunction : public torch::autograd::Function<AttendFunction>
{
public:
  static torch::Tensor
  forward (AutogradContext *context, const torch::Tensor &query, const torch::Tensor &key_value, int64_t heads)
  {
    const torch::Tensor q = query.contiguous (), kv = key_value.contiguous ();
    const torch::ScalarType type = rounds_products ? torch::kBFloat16 : torch::kFloat;

    context->save_for_backward ({ q, kv });
    context->saved_data["half"] = rounds_products;
    context->saved_data["heads"] = heads;
    return attend_maps (q.to (type), kv.to (type), heads, 0).to (torch::kFloat);
  }

  static variable_list
  backward (AutogradContext *context, variable_list gradients)
  {
    const variable_list saved = context->get_saved_variables ();
    const torch::Tensor &query = saved[0], &key_value = saved[1], gradient = gradients[0].contiguous ();
    const int64_t heads = context->saved_data["heads"].toInt (), images = query.size (0), channels = query.size (3);
    const int64_t tokens = query.size (1) * query.size (2), n_keys = key_value.size (1) * key_value.size (2);
    const int64_t width = channels / heads, keys = attention_gradient_keys (n_keys), pieces = count_pieces (tokens);
    const torch::Tensor result = at::empty_like (query);
    const torch::Tensor sums = at::zeros ({ pieces, images, 2, heads, keys, width }, query.options ());
    const bool half = context->saved_data["half"].toBool ();

    at::parallel_for (0, images * heads * pieces, 1, [&] (int64_t begin, int64_t end) {
      const int64_t size = product_packed_size (width, keys, half);
      const torch::Tensor packed = make_space (3 * size);
      char *pack = static_cast<char *> (packed.data_ptr ());
      AttentionGradientTask task = {};

      task.packed_key = pack;
      task.packed_value = pack + size;
      task.packed_rows = pack + 2 * size;
      task.stride = channels;
      task.n_keys = n_keys;
      task.width = width;
      task.scale = static_cast<float> (1 / std::sqrt (static_cast<double> (width)));
      task.half = half;
      const torch::Tensor space = make_space (attention_gradient_space (task));
      for (int64_t i = begin; i < end; i++)
        {
          const int64_t piece = i % pieces, head = i / pieces % heads, image = i / pieces / heads;
          const int64_t offset = image * tokens * channels + head * width;
          const float *key = key_value.const_data_ptr<float> () + image * n_keys * 2 * channels + head * width;
          float *to = sums.data_ptr<float> () + ((piece * images + image) * 2 * heads + head) * keys * width;

          if (i == begin || piece == 0)
            attention_gradient_pack (key, key + channels, 2 * channels, n_keys, width, half, pack, pack + size,
                                     pack + 2 * size);
          task.query = query.const_data_ptr<float> () + offset;
          task.gradient = gradient.const_data_ptr<float> () + offset;
          task.query_gradient = result.data_ptr<float> () + offset;
          attention_gradient_run (task, tokens * piece / pieces, tokens * (piece + 1) / pieces, to,
                                  to + heads * keys * width, space.data_ptr ());
        }
    });

    /* [images, 2, heads, keys, width] to [images, h, w, 2 channels] */
    const torch::Tensor all = add_pieces (sums).slice (3, 0, n_keys).permute ({ 0, 3, 1, 2, 4 });
    return { result, all.reshape (key_value.sizes ()), {} };
  }
};

class ConvolveGeluFunction : public torch::autograd::Function<ConvolveGeluFunction>
{
public:
  static torch::Tensor
  forward (AutogradContext *context, const torch::Tensor &map, const torch::Tensor &weight, const torch::Tensor &bias)
  {
    const torch::Tensor plain = map.contiguous (), result = at::empty_like (plain);
    const torch::Tensor turned = weight.reshape ({ map.size (3), 9 }).t ().contiguous ();
    const DepthwiseTask task = make_depthwise_task (plain, turned, bias, result);

    context->save_for_backward ({ plain, weight, bias });
    at::parallel_for (0, plain.size (0) * task.height, 1,
                      [&] (int64_t begin, int64_t end) { depthwise_gelu_run (task, begin, end); });
    return result;
  }

  static variable_list
  backward (AutogradContext *context, variable_list gradients)
  {
    constexpr int64_t rows = 8; /* a piece of the work */
    const variable_list saved = context->get_saved_variables ();
    const torch::Tensor &map = saved[0], &weight = saved[1], &bias = saved[2];
    const torch::Tensor gradient = gradients[0].contiguous (), before = at::empty_like (map);
    const int64_t channels = map.size (3), all_rows = map.size (0) * map.size (1),
                  pieces = (all_rows + rows - 1) / rows;
    const torch::Tensor turned = weight.reshape ({ channels, 9 }).t ().contiguous ();
    const torch::Tensor sums = at::zeros ({ pieces, 10, channels }, map.options ());
    const DepthwiseTask task = make_depthwise_task (map, turned, bias, before);

    at::parallel_for (0, pieces, 1, [&] (int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; i++)
        depthwise_gelu_gradient_run (task, gradient.const_data_ptr<float> (), i * rows,
                                     std::min ((i + 1) * rows, all_rows), sums.data_ptr<float> () + i * 10 * channels);
    });

    torch::Tensor result;
    if (context->needs_input_grad (0))
      {
        const torch::Tensor flipped = turned.flip (0).contiguous (), none = at::zeros ({ channels }, map.options ());

        result = at::empty_like (map);
        const DepthwiseTask back = make_depthwise_task (before, flipped, none, result);
        at::parallel_for (0, all_rows, 1, [&] (int64_t begin, int64_t end) { depthwise_run (back, begin, end); });
      }

    const torch::Tensor all = add_pieces (sums);
    return { result, all.slice (0, 0, 9).t ().reshape (weight.sizes ()), all[9] };
  }
};

} // namespace

/* Whether products of our own fit. */
static bool
fits_linear (const torch::Tensor &x, const torch::Tensor &weight)
{
  return may_compute_own (x) && wants_products (torch::kFloat) && weight.size (0) % 32 == 0 && weight.size (1) % 32 == 0
         && x.numel () > 0;
}

torch::Tensor
linear_differentiably (const torch::Tensor &x, const torch::Tensor &weight, const torch::Tensor &bias)
{
  if (!fits_linear (x, weight))
    return at::linear (x, weight, bias);
  return LinearFunction::apply (x, weight, bias.defined () ? std::optional<torch::Tensor> (bias) : std::nullopt);
}

torch::Tensor
attend_differentiably (const torch::Tensor &query, const torch::Tensor &key_value, int64_t heads, double dropout)
{
  const int64_t width = query.size (3) / heads;

  if (!may_differentiate (query) || !wants_products (torch::kFloat) || dropout > 0 || (width != 32 && width % 64 != 0))
    return attend_maps (query, key_value, heads, dropout);
  return AttendFunction::apply (query, key_value, heads);
}

torch::Tensor
convolve_gelu_differentiably (torch::nn::Conv2d &depthwise, const torch::Tensor &x)
{
  if (!may_differentiate (x) || !wants_kernels (torch::kFloat) || x.size (3) % 16 != 0)
    return convolve_gelu (depthwise, x);
  return ConvolveGeluFunction::apply (x, depthwise->weight, depthwise->bias);
}

#else

torch::Tensor
linear_differentiably (const torch::Tensor &x, const torch::Tensor &weight, const torch::Tensor &bias)
{
  return at::linear (x, weight, bias);
}

torch::Tensor
attend_differentiably (const torch::Tensor &query, const torch::Tensor &key_value, int64_t heads, double dropout)
{
  return attend_maps (query, key_value, heads, dropout);
}

torch::Tensor
convolve_gelu_differentiably (torch::nn::Conv2d &depthwise, const torch::Tensor &x)
{
  return convolve_gelu (depthwise, x);
}

#endif

} // namespace acini
