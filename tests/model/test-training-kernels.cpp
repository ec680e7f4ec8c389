/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Convolutions of training by Winograd's algorithm and BatchNorm with what follows it, and their gradients, against
 * libtorch's in float64. */

#include "model/kernels/norm-training.hpp"
#include "model/kernels/processor.hpp"
#include "model/kernels/winograd-training.hpp"
#include "model/training/precision.hpp"

#include <ATen/Parallel.h>
#include <glib.h>

using namespace acini;

namespace
{

/* Channels of @second: 0 where there is none. */
struct Shape
{
  int64_t images, height, width, first, second, outputs;
  bool upsample;
};

/* What comes out, and the gradients of what went in. */
struct Numbers
{
  torch::Tensor result, first, second, weight;
};

struct Case
{
  torch::nn::Conv2d convolution;
  torch::Tensor first, second, gradient;
  bool upsample;

  explicit Case (const Shape &s)
      : convolution (torch::nn::Conv2dOptions (s.first + s.second, s.outputs, 3).padding (1).bias (s.outputs == 3)),
        upsample (s.upsample)
  {
    const int64_t scale = upsample ? 2 : 1;
    /* Numbers that bfloat16 has, as activations are: none is negative; gradients of very different sizes. */
    const auto make = [] (torch::Tensor x) {
      return x.to (torch::kBFloat16).to (torch::kFloat).contiguous (torch::MemoryFormat::ChannelsLast);
    };

    convolution->weight.set_data (convolution->weight.detach ().contiguous (torch::MemoryFormat::ChannelsLast));
    first = make (torch::randn ({ s.images, s.first, s.height / scale, s.width / scale }).relu ());
    if (s.second > 0)
      second = make (torch::randn ({ s.images, s.second, s.height, s.width }));
    gradient = make (torch::randn ({ s.images, s.outputs, s.height, s.width })
                     * torch::randn ({ s.images, 1, s.height, s.width }).exp () * 1e-4);
  }

  ConvolutionInput
  get_input (torch::ScalarType type) const
  {
    const auto copy
        = [type] (const torch::Tensor &x) { return x.defined () ? x.to (type, false, true).requires_grad_ () : x; };

    return { copy (first), copy (second), upsample };
  }

  Numbers
  differentiate (const ConvolutionInput &input, const torch::Tensor &result, const torch::Tensor &weight) const
  {
    result.backward (gradient.to (result.scalar_type ()));
    return { result.detach (), input.first.grad (), input.second.defined () ? input.second.grad () : torch::Tensor (),
             weight.grad () };
  }

  Numbers
  compute_exactly () const
  {
    const ConvolutionInput input = get_input (torch::kDouble);
    const torch::Tensor weight = convolution->weight.detach ().to (torch::kDouble).requires_grad_ ();
    torch::Tensor bias = convolution->bias;

    if (bias.defined ())
      bias = bias.detach ().to (torch::kDouble);
    torch::Tensor x
        = upsample ? at::upsample_nearest2d (input.first, { gradient.size (2), gradient.size (3) }) : input.first;

    if (input.second.defined ())
      x = torch::cat ({ x, input.second }, 1);
    return differentiate (input, torch::conv2d (x, weight, bias, 1, 1), weight);
  }

  Numbers
  compute () const
  {
    const ConvolutionInput input = get_input (torch::kFloat);

    g_assert_true (trains_by_winograd (convolution, input));
    convolution->weight.mutable_grad () = torch::Tensor ();
    return differentiate (input, convolve_differentiably (convolution, input), convolution->weight);
  }

  Numbers
  compute_rounded () const
  {
    const ConvolutionInput input = get_input (torch::kBFloat16);
    Compute low;
    low.type = torch::kBFloat16;
    const Autocast autocast (low);

    g_assert_true (trains_by_winograd (convolution, input));
    convolution->weight.mutable_grad () = torch::Tensor ();
    return differentiate (input, convolve_differentiably (convolution, input), convolution->weight);
  }
};

bool
is_equal (const Numbers &a, const Numbers &b)
{
  return a.result.equal (b.result) && a.first.equal (b.first) && a.weight.equal (b.weight)
         && (!a.second.defined () || a.second.equal (b.second));
}

void
check_near (const char *what, const torch::Tensor &value, const torch::Tensor &expected, double tolerance)
{
  g_assert_true (value.sizes () == expected.sizes ());
  const torch::Tensor difference = value.to (torch::kDouble) - expected;
  const double error = (difference.norm () / expected.norm ()).item<double> ();
  const double worst = (difference.abs ().max () / expected.std (false)).item<double> ();

  g_test_message ("%s: %.1e of its length, at worst %.1e of its deviation", what, error, worst);
  g_assert_cmpfloat (error, <, tolerance);
  g_assert_cmpfloat (worst, <, 20 * tolerance);
}

void
check_numbers (const Numbers &value, const Numbers &expected, double map, double weight)
{
  check_near ("result", value.result, expected.result, map);
  check_near ("gradient of the map", value.first, expected.first, map);
  if (expected.second.defined ())
    check_near ("gradient of the second map", value.second, expected.second, map);
  check_near ("gradient of the weights", value.weight, expected.weight, weight);
}

/* Layers of a U-Net; sizes that leave tiles beyond the edge, an odd number of tiles, blocks that are not full, and more
 * tiles than one piece of the weights' gradient takes; a head's few outputs. */
const Shape shapes[] = {
  { 2, 32, 32, 64, 0, 64, false },     { 4, 8, 8, 512, 0, 512, false }, { 1, 35, 29, 32, 0, 16, false },
  { 3, 18, 22, 16, 0, 48, false },     { 2, 16, 16, 64, 32, 32, true }, { 1, 30, 46, 32, 16, 80, true },
  { 1, 120, 112, 144, 0, 176, false }, { 2, 64, 64, 16, 0, 16, true },  { 2, 24, 24, 16, 0, 3, false },
};

bool
has_kernels (torch::ScalarType type)
{
  if (!wants_products (type))
    g_test_skip ("this processor has no such kernels");
  return wants_products (type);
}

void
test_float32 ()
{
  torch::manual_seed (3);
  if (has_kernels (torch::kFloat))
    for (const Shape &shape : shapes)
      {
        const Case c (shape);

        check_numbers (c.compute (), c.compute_exactly (), 1e-5, 1e-5);
      }
}

/* What is rounded to bfloat16 is off by 1.7e-3 of its length. */
void
test_bfloat16 ()
{
  torch::manual_seed (4);
  if (has_kernels (torch::kBFloat16))
    for (const Shape &shape : shapes)
      {
        const Case c (shape);

        check_numbers (c.compute_rounded (), c.compute_exactly (), 4e-3, 1.5e-2);
      }
}

void
test_threads ()
{
  const int threads = at::get_num_threads ();

  torch::manual_seed (5);
  if (has_kernels (torch::kFloat))
    for (const Shape &shape : shapes)
      {
        const Case c (shape);

        at::set_num_threads (1);
        const Numbers one = c.compute ();
        at::set_num_threads (3);
        g_assert_true (is_equal (one, c.compute ()));
        at::set_num_threads (threads);
      }
}

/* What takes another way: other orders and shapes, few tiles, no gradient, exact numbers, lesser processors. */
void
test_choice ()
{
  const Case c (shapes[0]);
  const ConvolutionInput input = c.get_input (torch::kFloat);
  const auto takes = [] (const torch::nn::Conv2dOptions &options, const ConvolutionInput &x) {
    return trains_by_winograd (torch::nn::Conv2d (options), x);
  };
  const auto three = [] { return torch::nn::Conv2dOptions (64, 64, 3).bias (false); };

  if (!has_kernels (torch::kFloat))
    return;
  g_assert_true (takes (three ().padding (1), input));
  g_assert_false (takes (three (), input));
  g_assert_false (takes (three ().padding (1).stride (2), input));
  g_assert_false (takes (torch::nn::Conv2dOptions (64, 64, 3).padding (1).padding_mode (torch::kReflect), input));
  g_assert_false (takes (three ().padding (1), { input.first.contiguous () }));
  g_assert_false (takes (three ().padding (1), { input.first.slice (2, 0, 4).slice (3, 0, 4) }));
  {
    const torch::NoGradGuard no_grad;
    g_assert_false (takes (three ().padding (1), input));
  }
  {
    const PretendProcessor lesser ({ false, false, false });
    g_assert_false (takes (three ().padding (1), input));
  }
  const ExactNumbers exactly;
  g_assert_false (takes (three ().padding (1), input));
}

/* BatchNorm, a residual and ReLU in one go. */

torch::nn::BatchNorm2d
make_norm (torch::ScalarType type, bool training)
{
  torch::nn::BatchNorm2d norm (48);

  torch::manual_seed (5);
  norm->weight.set_data (torch::rand ({ 48 }) + 0.5);
  norm->bias.set_data (torch::randn ({ 48 }));
  norm->running_mean.copy_ (torch::randn ({ 48 }));
  norm->running_var.copy_ (torch::rand ({ 48 }) + 0.5);
  norm->to (type);
  norm->train (training);
  return norm;
}

void
assert_near (const torch::Tensor &x, const torch::Tensor &exact, double most)
{
  const double error = ((x.to (torch::kDouble) - exact).norm () / exact.norm ()).item<double> ();

  g_assert_cmpfloat (error, <=, most);
}

void
check_norm (torch::ScalarType type, bool training, bool residual, bool rectify)
{
  const double most = type == torch::kFloat ? 1e-5 : 8e-3;
  torch::nn::BatchNorm2d norm = make_norm (torch::kFloat, training), exact = make_norm (torch::kDouble, training);
  const auto make = [type] {
    return (torch::randn ({ 3, 48, 37, 29 }) * 2 + 1).to (type).contiguous (torch::MemoryFormat::ChannelsLast);
  };
  const torch::Tensor x = make ().requires_grad_ (), rest = residual ? make ().requires_grad_ () : torch::Tensor ();
  const torch::Tensor back = make (), x64 = x.detach ().to (torch::kDouble).requires_grad_ ();
  const torch::Tensor rest64 = residual ? rest.detach ().to (torch::kDouble).requires_grad_ () : torch::Tensor ();

  g_assert_true (normalises_differentiably (norm, x));
  const torch::Tensor result = normalise_differentiably (norm, x, rest, rectify);
  torch::Tensor expected = residual ? exact (x64) + rest64 : exact (x64);
  if (rectify)
    expected = expected.relu ();
  result.backward (back);
  /* Where rounding decides about ReLU both decide as the one under test did. */
  expected.backward (rectify ? back.to (torch::kDouble) * (result > 0).logical_or (expected <= 0)
                             : back.to (torch::kDouble));
  g_assert_true (result.scalar_type () == type);
  assert_near (result, expected, most);
  assert_near (x.grad (), x64.grad (), most);
  assert_near (norm->weight.grad (), exact->weight.grad (), most);
  assert_near (norm->bias.grad (), exact->bias.grad (), most);
  if (residual)
    assert_near (rest.grad (), rest64.grad (), most);
  assert_near (norm->running_mean, exact->running_mean, 1e-5);
  assert_near (norm->running_var, exact->running_var, 1e-5);
}

void
test_norm ()
{
  for (torch::ScalarType type : { torch::kFloat, torch::kBFloat16 })
    for (int i = 0; i < 8; i++)
      check_norm (type, (i & 1) != 0, (i & 2) != 0, (i & 4) != 0);
}

} // namespace

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, nullptr);
  g_test_add_func ("/training-kernels/float32", test_float32);
  g_test_add_func ("/training-kernels/bfloat16", test_bfloat16);
  g_test_add_func ("/training-kernels/threads", test_threads);
  g_test_add_func ("/training-kernels/choice", test_choice);
  g_test_add_func ("/training-kernels/norm", test_norm);
  return g_test_run ();
}
