/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Acini's own kernels against libtorch's. */

#include "model/kernels/kernels.hpp"
#include "model/kernels/packed-linear.hpp"
#include "model/kernels/processor.hpp"
#include "model/kernels/narrow.hpp"
#include "model/kernels/stem.hpp"
#include "model/kernels/strided.hpp"
#include "model/kernels/winograd.hpp"

#include <glib.h>

using namespace acini;

namespace
{

void
assert_close (const torch::Tensor &value, const torch::Tensor &expected, double tolerance)
{
  g_assert_true (value.sizes () == expected.sizes ());
  const double error = (value.to (torch::kDouble) - expected.to (torch::kDouble)).abs ().max ().item<double> ();
  const double scale = expected.to (torch::kDouble).std ().item<double> ();

  g_assert_cmpfloat (error / scale, <, tolerance);
}

torch::Tensor
sum_as_libtorch_does (const std::vector<torch::Tensor> &maps)
{
  torch::Tensor sum = maps[0].to (torch::kDouble).permute ({ 0, 3, 1, 2 });

  for (size_t i = 1; i < maps.size (); i++)
    sum = sum
          + at::upsample_bilinear2d (maps[i].to (torch::kDouble).permute ({ 0, 3, 1, 2 }),
                                     { sum.size (2), sum.size (3) }, false);
  return sum.relu ().permute ({ 0, 2, 3, 1 });
}

void
test_relu_of_upsampled_sum ()
{
  const int64_t sizes[][2] = { { 128, 96 }, { 59, 80 }, { 8, 8 }, { 1, 3 } };

  torch::NoGradGuard no_grad;
  torch::manual_seed (3);
  for (const auto &[height, width] : sizes)
    for (int64_t channels : { 256, 19 })
      for (torch::ScalarType type : { torch::kFloat, torch::kBFloat16 })
        {
          std::vector<torch::Tensor> maps;

          for (int64_t stride : { 1, 2, 4, 8 })
            maps.push_back (
                torch::randn ({ 2, (height + stride - 1) / stride, (width + stride - 1) / stride, channels })
                    .to (type));
          maps[1] = maps[1].transpose (1, 2).contiguous ().transpose (1, 2); /* any strides */
          const torch::Tensor expected = sum_as_libtorch_does (maps);
          assert_close (relu_of_upsampled_sum (maps), expected, type == torch::kFloat ? 1e-5 : 8e-2);
        }
}

void
test_attend ()
{
  torch::NoGradGuard no_grad;
  torch::manual_seed (4);
  for (torch::ScalarType type : { torch::kFloat, torch::kBFloat16 })
    {
      const torch::Tensor query = torch::randn ({ 2, 300, 5, 32 }).transpose (1, 2).to (type);
      const torch::Tensor key = torch::randn ({ 2, 64, 5, 32 }).transpose (1, 2).to (type);
      const torch::Tensor value = torch::randn ({ 2, 64, 5, 32 }).transpose (1, 2).to (type);
      const torch::Tensor scores
          = query.to (torch::kDouble).matmul (key.to (torch::kDouble).transpose (2, 3)) / std::sqrt (32.0);
      const torch::Tensor result = attend (query, key, value, 0);

      g_assert_true (result.scalar_type () == type);
      assert_close (result, scores.softmax (-1).matmul (value.to (torch::kDouble)),
                    type == torch::kFloat ? 1e-5 : 8e-2);
    }
}

void
test_attend_maps ()
{
  torch::NoGradGuard no_grad;
  torch::manual_seed (5);
  for (torch::ScalarType type : { torch::kFloat, torch::kBFloat16 })
    for (int64_t width : { 32, 64, 24 })
      for (int64_t side : { 3, 11 })
        {
          const int64_t heads = 3, channels = heads * width, keys = side * 7;
          const torch::Tensor query = torch::randn ({ 2, 19, 17, channels }).to (type);
          const torch::Tensor both = torch::randn ({ 2, side, 7, 2 * channels }).to (type);
          const auto split = [&] (const torch::Tensor &x, int64_t n) {
            return x.to (torch::kDouble).reshape ({ 2, n, heads, width }).transpose (1, 2);
          };
          const auto halves = both.chunk (2, -1);
          const torch::Tensor scores
              = split (query, 19 * 17).matmul (split (halves[0], keys).transpose (2, 3)) / std::sqrt (double (width));
          const torch::Tensor expected
              = scores.softmax (-1).matmul (split (halves[1], keys)).transpose (1, 2).reshape (query.sizes ());
          const torch::Tensor result = attend_maps (query, both, heads, 0);

          g_assert_true (result.scalar_type () == type);
          assert_close (result, expected, type == torch::kFloat ? 1e-5 : 8e-2);

          const torch::Tensor bias = 3 * torch::randn ({ 2, side, 7, 1 });
          const torch::Tensor biased = (scores + bias.view ({ 2, 1, 1, keys }) / std::sqrt (double (width)))
                                           .softmax (-1)
                                           .matmul (split (halves[1], keys))
                                           .transpose (1, 2)
                                           .reshape (query.sizes ());
          assert_close (attend_maps (query, both, heads, 0, bias), biased, type == torch::kFloat ? 1e-5 : 8e-2);

          /* Keys that fill up a block have the score 0, far above all that are there. */
          const torch::Tensor far = torch::full ({ 2, side, 7, 1 }, -2000.);
          assert_close (attend_maps (query, both, heads, 0, far), expected, type == torch::kFloat ? 1e-3 : 8e-2);
        }
}

void
test_scale_pixels ()
{
  const torch::Tensor scale = torch::tensor ({ 0.5f, 0.25f, 3.f }).view ({ 3, 1, 1 }),
                      offset = torch::tensor ({ 1.f, -2.f, 0.f }).view ({ 3, 1, 1 });

  torch::NoGradGuard no_grad;
  torch::manual_seed (17);
  for (int64_t width : { 1, 16, 53 })
    for (bool swap : { false, true })
      {
        const torch::Tensor rgb = torch::randint (256, { 2, 3, width, 3 }, torch::TensorOptions (torch::kByte));
        const torch::Tensor result = scale_pixels (rgb, scale, offset, swap);
        const ExactNumbers exactly;
        const torch::Tensor expected = scale_pixels (rgb, scale, offset, swap);

        g_assert_true (expected[1][swap ? 2 : 0][2][width - 1].item<float> ()
                       == rgb[1][2][width - 1][0].item<float> () * (swap ? 3.f : 0.5f) + (swap ? 0.f : 1.f));
        g_assert_true (result.is_contiguous (torch::MemoryFormat::ChannelsLast));
        assert_close (result, expected, 1e-6);
      }
}

/* LayerNorm of @x, or of its sum with @branch, from and to numbers of those types. */
void
check_add_normalise (int64_t width, torch::ScalarType rows, torch::ScalarType added, bool adds,
                     torch::ScalarType result)
{
  torch::nn::LayerNorm norm (torch::nn::LayerNormOptions ({ width }).eps (1e-3));
  norm->weight.normal_ ();
  norm->bias.normal_ ();
  torch::Tensor x = (torch::randn ({ 2, 5, 7, width }) * 3 + 1).to (rows);
  torch::Tensor sum = x.to (torch::kDouble);
  const torch::Tensor branch = adds ? torch::randn ({ 2, 5, 7, width }).to (added) : torch::Tensor ();
  if (adds)
    sum = sum + branch.to (torch::kDouble);
  const torch::Tensor expected
      = torch::layer_norm (sum, { width }, norm->weight.to (torch::kDouble), norm->bias.to (torch::kDouble), 1e-3);
  const torch::Tensor y = add_normalise (x, branch, norm, result);
  const bool exact = rows == torch::kFloat;

  g_assert_true (y.scalar_type () == result);
  assert_close (y, expected, exact && result == torch::kFloat ? 1e-5 : 8e-2);
  assert_close (x, sum, exact ? 1e-6 : 2e-2);
}

void
test_add_normalise ()
{
  const torch::ScalarType types[] = { torch::kFloat, torch::kBFloat16 };

  torch::NoGradGuard no_grad;
  torch::manual_seed (6);
  for (int64_t width : { 32, 64, 160, 20 })
    for (torch::ScalarType rows : types)
      for (torch::ScalarType result : types)
        {
          check_add_normalise (width, rows, rows, false, result);
          for (torch::ScalarType added : types)
            check_add_normalise (width, rows, added, true, result);
        }
}

void
test_classify ()
{
  const int64_t sizes[][2] = { { 24, 32 }, { 13, 11 }, { 1, 3 } };

  torch::NoGradGuard no_grad;
  torch::manual_seed (9);
  for (const auto &[height, width] : sizes)
    for (int64_t channels : { 128, 96 })
      for (int64_t classes : { 1, 3, 9 })
        {
          torch::nn::Conv2d classifier (torch::nn::Conv2dOptions (channels, classes, 1));
          const torch::Tensor bias = torch::randn ({ channels });
          std::vector<torch::Tensor> features, weights, maps;

          for (int64_t stride : { 1, 2, 4, 8 })
            {
              const int64_t depth = 16 + 3 * stride;

              features.push_back (
                  torch::randn ({ 2, (height + stride - 1) / stride, (width + stride - 1) / stride, depth }));
              weights.push_back (torch::randn ({ channels, depth }));
              maps.push_back (at::linear (features.back ().to (torch::kDouble), weights.back ().to (torch::kDouble)));
            }
          maps[0] = maps[0] + bias.to (torch::kDouble);
          const torch::Tensor expected
              = torch::conv2d (sum_as_libtorch_does (maps).permute ({ 0, 3, 1, 2 }),
                               classifier->weight.to (torch::kDouble), classifier->bias.to (torch::kDouble));
          assert_close (classify (features, weights, bias, classifier), expected, 1e-5);
        }
}

void
test_convolve_gelu ()
{
  torch::NoGradGuard no_grad;
  torch::manual_seed (7);
  for (torch::ScalarType type : { torch::kFloat, torch::kBFloat16 })
    for (int64_t channels : { 32, 20 })
      for (int64_t side : { 1, 9 })
        {
          torch::nn::Conv2d conv (torch::nn::Conv2dOptions (channels, channels, 3).padding (1).groups (channels));
          const torch::Tensor x = (torch::randn ({ 2, side, 12, channels }) * 4).to (type);
          const torch::Tensor y
              = torch::conv2d (x.to (torch::kDouble).permute ({ 0, 3, 1, 2 }), conv->weight.to (torch::kDouble),
                               conv->bias.to (torch::kDouble), 1, 1, 1, channels);

          assert_close (convolve_gelu (conv, x), torch::gelu (y).permute ({ 0, 2, 3, 1 }),
                        type == torch::kFloat ? 1e-5 : 8e-2);
          conv->to (type);
          assert_close (convolve_gelu (conv, x), torch::gelu (y).permute ({ 0, 2, 3, 1 }),
                        type == torch::kFloat ? 1e-5 : 8e-2);
        }
}

/* @height, @width: of the map that comes out, of which the upsampled one is half. */
void
check_winograd (int64_t height, int64_t width, int64_t first, int64_t second, int64_t outputs, torch::ScalarType type,
                bool upsample = false)
{
  torch::nn::Conv2d conv (torch::nn::Conv2dOptions (first + second, outputs, 3).padding (1));
  upsample = upsample || second > 0;
  const int64_t scale = upsample ? 2 : 1;
  ConvolutionInput input
      = { torch::randn ({ 2, first, height / scale, width / scale }).to (type), torch::Tensor (), upsample };
  const torch::Tensor residual = torch::randn ({ 2, outputs, height, width }).to (type);

  if (!Winograd::fits (conv, type))
    {
      g_test_skip ("this processor has no such kernels");
      return;
    }
  torch::Tensor whole = input.first.to (torch::kDouble);
  if (upsample)
    {
      whole = at::upsample_nearest2d (whole, { height, width });
      if (second > 0)
        {
          input.second = torch::randn ({ 2, second, height, width }).to (type);
          whole = torch::cat ({ whole, input.second.to (torch::kDouble) }, 1);
        }
    }
  const torch::Tensor expected
      = torch::conv2d (whole, conv->weight.to (torch::kDouble), conv->bias.to (torch::kDouble), 1, 1);
  const Winograd winograd (conv->weight, conv->bias, type);
  const double tolerance = type == torch::kFloat ? 2e-5 : 3e-2;

  assert_close (winograd (input), expected.relu (), tolerance);
  assert_close (winograd (input, residual), (expected + residual.to (torch::kDouble)).relu (), tolerance);

  if (upsample)
    {
      /* What is upsampled has products of its own where these are fewer. */
      const Winograd doubled (conv->weight, conv->bias, type, first);

      assert_close (doubled (input), expected.relu (), tolerance);
      assert_close (doubled (input, residual, false), expected + residual.to (torch::kDouble), tolerance);
    }

  if (!input.second.defined ())
    {
      const ConvolutionInput positive = { input.first.relu (), {}, upsample, /* rectified */ true };

      whole = positive.first.to (torch::kDouble);
      if (upsample)
        whole = at::upsample_nearest2d (whole, { height, width });
      assert_close (winograd (positive, {}, false),
                    torch::conv2d (whole, conv->weight.to (torch::kDouble), conv->bias.to (torch::kDouble), 1, 1),
                    tolerance);
    }

  const ExactNumbers exactly;
  g_assert_false (winograd.takes (input));
}

/* Against float64: what comes out is hardly worse than rounded to bfloat16. */
void
test_stem ()
{
  torch::NoGradGuard no_grad;
  torch::manual_seed (10);
  torch::nn::Conv2d conv (torch::nn::Conv2dOptions (3, 64, 7).stride (2).padding (3));

  g_assert_false (Stem::fits (conv, torch::kFloat));
  g_assert_false (Stem::fits (torch::nn::Conv2d (torch::nn::Conv2dOptions (3, 64, 7).padding (3)), torch::kBFloat16));
  if (!Stem::fits (conv, torch::kBFloat16))
    {
      g_test_skip ("this processor has no such kernels");
      return;
    }
  const Stem stem (conv);
  for (int64_t height : { 1, 2, 7, 32 })
    for (int64_t width : { 1, 5, 16, 37 })
      {
        const torch::Tensor x = torch::randn ({ 2, 3, height, width });
        const torch::Tensor weight = conv->weight.to (torch::kDouble), bias = conv->bias.to (torch::kDouble);
        const torch::Tensor expected = torch::conv2d (x.to (torch::kDouble), weight, bias, 2, 3).relu ();
        const double error = (stem (x).to (torch::kDouble) - expected).norm ().item<double> ();
        const double rounding = (expected.to (torch::kBFloat16).to (torch::kDouble) - expected).norm ().item<double> ();

        g_assert_true (stem.takes (x));
        g_assert_cmpfloat (error, <, 1.2 * rounding);
      }
  g_assert_true (torch::equal (stem (torch::zeros ({ 1, 3, 8, 8 }))[0].permute ({ 1, 2, 0 })[1][1],
                               conv->bias.relu ().to (torch::kBFloat16)));
}

/* Patch embeddings of MiT: much closer to float64 than rounding pixels and weights to bfloat16 would be. */
void
test_strided ()
{
  torch::NoGradGuard no_grad;
  torch::manual_seed (12);
  const struct
  {
    int64_t channels, outputs, side, stride;
  } all[] = { { 3, 32, 7, 4 }, { 32, 64, 3, 2 }, { 64, 160, 3, 2 }, { 160, 32, 3, 2 }, { 5, 64, 5, 3 } };

  for (const auto &[channels, outputs, side, stride] : all)
    for (int64_t height : { 1, 6, 32 })
      {
        const auto options = torch::nn::Conv2dOptions (channels, outputs, side).stride (stride).padding (side / 2);
        const torch::nn::Conv2d conv (options);
        const torch::Tensor x = torch::randn ({ 2, channels, height, 37 });

        g_assert_false (Strided::fits (conv, torch::kFloat));
        if (!get_processor ().bfloat16 || !Strided::fits (conv, torch::kBFloat16))
          {
            g_test_skip ("this processor has no such kernels");
            return;
          }
        const Strided strided (conv);
        const torch::Tensor expected = torch::conv2d (x.to (torch::kDouble), conv->weight.to (torch::kDouble),
                                                      conv->bias.to (torch::kDouble), stride, side / 2);
        g_assert_true (strided.takes (x));
        assert_close (strided (x), expected, 2e-3);
      }
  torch::nn::Conv2d conv (torch::nn::Conv2dOptions (64, 32, 3).stride (2).padding (1));
  conv->weight.fill_ (-1);
  conv->bias.fill_ (1);
  const torch::Tensor x = torch::full ({ 1, 64, 9, 9 }, 1e4);
  assert_close (Strided (conv) (x), torch::conv2d (x, conv->weight, conv->bias, 2, 1), 1e-3);
  g_assert_true (torch::equal (Strided (conv) (torch::zeros_like (x)), torch::ones ({ 1, 32, 5, 5 })));

  const ExactNumbers exactly;
  g_assert_false (Strided (conv).takes (x));
  g_assert_false (Strided::fits (conv, torch::kBFloat16));
  g_assert_false (
      Strided::fits (torch::nn::Conv2d (torch::nn::Conv2dOptions (64, 32, 3).padding (1)), torch::kBFloat16));
}

void
test_narrow ()
{
  torch::NoGradGuard no_grad;
  torch::manual_seed (9);
  for (torch::ScalarType type : { torch::kFloat, torch::kBFloat16 })
    for (int64_t outputs : { 1, 2, 8, 9 })
      for (int64_t channels : { 16, 48 })
        for (bool bias : { true, false })
          {
            torch::nn::Conv2d conv (torch::nn::Conv2dOptions (channels, outputs, 3).padding (1).bias (bias));
            const torch::Tensor x = torch::randn ({ 2, channels, 5, 1 + outputs }).to (type);

            if (!get_processor ().avx512 || (type == torch::kBFloat16 && !get_processor ().bfloat16) || outputs > 8)
              {
                g_assert_false (is_narrow (conv, x));
                continue;
              }
            assert_close (convolve_narrow (conv, x),
                          torch::conv2d (x.to (torch::kDouble), conv->weight.to (torch::kDouble),
                                         bias ? conv->bias.to (torch::kDouble) : torch::Tensor (), 1, 1),
                          type == torch::kFloat ? 1e-5 : 3e-5);
            if (outputs == 2)
              {
                const torch::Tensor both = convolve_narrow (conv, x);

                assert_close (convolve_narrow (conv, x, /* contrast */ true),
                              both.slice (1, 1, 2) - both.slice (1, 0, 1), type == torch::kFloat ? 1e-5 : 3e-5);
              }
          }

  torch::nn::Conv2d conv (torch::nn::Conv2dOptions (16, 2, 3).padding (1));
  const ExactNumbers exactly;
  g_assert_false (is_narrow (conv, torch::randn ({ 1, 16, 4, 4 })));
}

/* What adds up as far as it can neither wraps nor loses its size; what is small beside a great tile keeps its bits. */
void
test_winograd_extremes ()
{
  torch::NoGradGuard no_grad;
  torch::manual_seed (11);
  torch::nn::Conv2d conv (torch::nn::Conv2dOptions (320, 64, 3).padding (1));

  if (!Winograd::fits (conv, torch::kBFloat16))
    {
      g_test_skip ("this processor has no such kernels");
      return;
    }
  for (double weight : { 1., -1. })
    for (double pixel : { 1e4, -1e-30, 0. })
      {
        conv->weight.fill_ (weight);
        conv->bias.fill_ (1);
        const Winograd winograd (conv->weight, conv->bias, torch::kBFloat16);
        const torch::Tensor x = torch::full ({ 1, 320, 9, 9 }, pixel).to (torch::kBFloat16);
        const torch::Tensor expected = torch::conv2d (x.to (torch::kFloat), conv->weight, conv->bias, 1, 1).relu ();

        g_assert_true (torch::allclose (winograd ({ x }).to (torch::kFloat), expected, 1e-2, 1e-2));
      }

  torch::nn::init::normal_ (conv->weight);
  const Winograd winograd (conv->weight, conv->bias, torch::kBFloat16);
  torch::Tensor x = torch::randn ({ 1, 320, 40, 40 }).to (torch::kBFloat16);
  x.slice (2, 0, 20).mul_ (1e5);
  const torch::Tensor expected
      = torch::conv2d (x.to (torch::kDouble), conv->weight.to (torch::kDouble), conv->bias.to (torch::kDouble), 1, 1)
            .relu ()
            .slice (2, 25);
  assert_close (winograd ({ x }).slice (2, 25), expected, 4e-2);
}

/* The same numbers for any number of rows, and the very same where exact ones are asked for. */
void
test_packed_linear ()
{
  torch::NoGradGuard no_grad;

  for (torch::ScalarType type : { torch::kFloat, torch::kBFloat16 })
    for (int64_t rows : { 1, 7, 300 })
      for (int64_t width : { 40, 64, 160 }) /* our own products take 32 columns at a time */
        {
          torch::nn::Linear linear (96, width);
          acini::PackedLinear packed (linear);

          packed.pack (type);
          packed.lower (type);
          g_assert_true (packed.get_type () == type);
          g_assert_true (packed.is_own () == (type == torch::kBFloat16 && width != 40 && wants_products (type)));
          const torch::Tensor x = torch::randn ({ 2, rows, 3, 96 }).to (type);
          const torch::Tensor expected = linear (x), exact = linear->weight.to (torch::kDouble);
          const torch::Tensor in_double
              = torch::linear (x.to (torch::kDouble), exact, linear->bias.to (torch::kDouble));
          const double error = (packed (x).to (torch::kDouble) - in_double).abs ().max ().item<double> ();

          g_assert_true (packed (x).sizes () == expected.sizes () && packed (x).scalar_type () == type);
          g_assert_cmpfloat (error, <=, type == torch::kFloat ? 1e-5 : 2e-2);
          const acini::ExactNumbers exactly;
          g_assert_true (torch::equal (packed (x), expected));
        }
}

/* The MLP of a block in one go, on maps of any size, shared by threads at any row. */
void
test_mix ()
{
  torch::NoGradGuard no_grad;
  torch::manual_seed (13);

  for (torch::ScalarType type : { torch::kFloat, torch::kBFloat16 })
    for (int64_t height : { 1, 2, 19 })
      for (int64_t width : { 1, 9, 32 })
        {
          torch::nn::Linear into (32, 96), out (96, 64);
          torch::nn::Conv2d depthwise (torch::nn::Conv2dOptions (96, 96, 3).padding (1).groups (96));
          PackedLinear first (into), second (out);
          const torch::Tensor x = torch::randn ({ 2, height, width, 32 }).to (type);
          const auto exact = [] (const torch::Tensor &weight) { return weight.to (torch::kDouble); };
          const torch::Tensor map = torch::linear (exact (x), exact (into->weight), exact (into->bias));
          const torch::Tensor convolved = torch::conv2d (map.permute ({ 0, 3, 1, 2 }), exact (depthwise->weight),
                                                         exact (depthwise->bias), 1, 1, 1, 96);
          const torch::Tensor expected = torch::linear (torch::gelu (convolved).permute ({ 0, 2, 3, 1 }),
                                                        exact (out->weight), exact (out->bias));

          for (PackedLinear *linear : { &first, &second })
            {
              linear->pack (type);
              linear->lower (type);
            }
          const torch::Tensor result = mix_feed_forward (first, depthwise, second, x);
          assert_close (result, expected, type == torch::kFloat ? 1e-5 : 8e-2);
          if (type == torch::kBFloat16 && wants_products (type))
            g_assert_true (torch::equal (result, second (convolve_gelu (depthwise, first (x)))));
        }
}

void
test_winograd ()
{
  torch::NoGradGuard no_grad;
  torch::manual_seed (8);
  for (torch::ScalarType type : { torch::kFloat, torch::kBFloat16 })
    {
      check_winograd (16, 16, 64, 0, 128, type);
      check_winograd (35, 35, 32, 0, 32, type); /* tiles reach beyond the edge, the last block is not full */
      check_winograd (18, 18, 64, 32, 64, type);
      check_winograd (2, 2, 16, 16, 16, type);
      check_winograd (1, 1, 48, 0, 96, type);
      check_winograd (1, 37, 16, 0, 16, type);
      check_winograd (23, 1, 32, 0, 192, type);
      check_winograd (6, 50, 16, 32, 48, type);
      check_winograd (24, 40, 32, 0, 16, type, true);
      check_winograd (46, 22, 48, 16, 32, type);
      check_winograd (24, 24, 144, 0, 16, type, true);
    }
}

/* What the transform cannot do stays with libtorch. */
void
test_winograd_fits ()
{
  const auto fits = [] (const torch::nn::Conv2dOptions &options) {
    return Winograd::fits (torch::nn::Conv2d (options), torch::kFloat);
  };
  const torch::nn::Conv2dOptions good = torch::nn::Conv2dOptions (32, 16, 3).padding (1);

  g_assert_true (fits (good) == get_processor ().avx512);
  g_assert_false (fits (torch::nn::Conv2dOptions (32, 16, 3)));
  g_assert_false (fits (torch::nn::Conv2dOptions (32, 16, 3).padding (2).dilation (2)));
  g_assert_false (fits (torch::nn::Conv2dOptions (32, 16, 3).padding (1).stride (2)));
  g_assert_false (fits (torch::nn::Conv2dOptions (32, 16, 3).padding (1).groups (2)));
  g_assert_false (fits (torch::nn::Conv2dOptions (32, 16, 3).padding (1).padding_mode (torch::kReflect)));
  g_assert_false (fits (torch::nn::Conv2dOptions (32, 16, 5).padding (2)));
  g_assert_false (fits (torch::nn::Conv2dOptions (24, 16, 3).padding (1)));
  g_assert_false (fits (torch::nn::Conv2dOptions (32, 20, 3).padding (1)));
}

void
run_all ()
{
  test_attend ();
  test_attend_maps ();
  test_add_normalise ();
  test_convolve_gelu ();
  test_classify ();
  test_winograd_fits ();
  test_relu_of_upsampled_sum ();
}

/* Lesser processors, and one with matrix tiles: there libtorch's products in bfloat16 are the fast ones. */
void
test_other_processors ()
{
  const Processor real = get_processor ();
  const PretendProcessor old ({ false, false, false });

  g_assert_false (wants_kernels (torch::kFloat) || wants_kernels (torch::kBFloat16));
  run_all ();
  if (!real.avx512)
    return;
  const PretendProcessor no_bfloat16 ({ true, false, false });
  g_assert_true (wants_products (torch::kFloat));
  g_assert_false (wants_kernels (torch::kBFloat16) || wants_products (torch::kBFloat16));
  run_all ();
  if (!real.bfloat16)
    return;
  const PretendProcessor tiles ({ true, true, true });
  g_assert_true (wants_products (torch::kFloat) && wants_kernels (torch::kBFloat16));
  g_assert_false (wants_products (torch::kBFloat16));
  run_all ();
  {
    const UseProducts own (Products::Own);
    g_assert_true (wants_products (torch::kBFloat16));
  }
  const UseProducts libtorch (Products::Libtorch);
  g_assert_false (wants_products (torch::kFloat));
  const ExactNumbers exactly;
  g_assert_false (wants_kernels (torch::kFloat) || wants_kernels (torch::kBFloat16));
}

/* More threads than there is work for some of them. */
void
test_threads ()
{
  const int before = at::get_num_threads ();

  at::set_num_threads (5);
  run_all ();
  test_winograd ();
  at::set_num_threads (before);
}

} // namespace

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kernels/rectify-sum-upsampled", test_relu_of_upsampled_sum);
  g_test_add_func ("/kernels/scale-pixels", test_scale_pixels);
  g_test_add_func ("/kernels/attend", test_attend);
  g_test_add_func ("/kernels/attend-maps", test_attend_maps);
  g_test_add_func ("/kernels/add-normalise", test_add_normalise);
  g_test_add_func ("/kernels/convolve-gelu", test_convolve_gelu);
  g_test_add_func ("/kernels/classify", test_classify);
  g_test_add_func ("/kernels/packed-linear", test_packed_linear);
  g_test_add_func ("/kernels/stem", test_stem);
  g_test_add_func ("/kernels/mix", test_mix);
  g_test_add_func ("/kernels/strided", test_strided);
  g_test_add_func ("/kernels/narrow", test_narrow);
  g_test_add_func ("/kernels/winograd", test_winograd);
  g_test_add_func ("/kernels/winograd-extremes", test_winograd_extremes);
  g_test_add_func ("/kernels/winograd-fits", test_winograd_fits);
  g_test_add_func ("/kernels/other-processors", test_other_processors);
  g_test_add_func ("/kernels/threads", test_threads);
  return g_test_run ();
}
