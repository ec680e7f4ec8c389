/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/kernels/packed-linear.hpp"

#include "acini-config.h"
#include "model/kernels/onednn.hpp"
#include "model/kernels/processor.hpp"

#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>

namespace acini
{

/* One of libtorch's operators that have no C++ function; by values, whose types are the same in all versions. */
static torch::Tensor
call (const char *name, torch::jit::Stack arguments)
{
  c10::Dispatcher::singleton ().findSchemaOrThrow (name, "").callBoxed (arguments);
  return arguments.at (0).toTensor ();
}

PackedLinear::PackedLinear (torch::nn::Linear linear) : linear (std::move (linear)) {}

torch::Tensor
PackedLinear::multiply (const torch::Tensor &x) const
{
  return call ("mkldnn::_linear_pointwise",
               { x, packed, bias, "none", c10::List<std::optional<at::Scalar>> (), std::string () });
}

torch::Tensor
PackedLinear::operator() (const torch::Tensor &x)
{
  if (is_own () && x.is_cpu () && x.scalar_type () == torch::kBFloat16)
    return multiply_own (x);
  return packed.defined () && !wants_exact_numbers () && is_onednn_on () ? multiply (x) : linear (x);
}

bool
PackedLinear::is_own () const
{
  return own.defined () && wants_products (torch::kBFloat16) && !at::GradMode::is_enabled ();
}

LinearLayer
PackedLinear::get_layer () const
{
  return { static_cast<const uint16_t *> (own.const_data_ptr ()), own_bias.const_data_ptr<float> (),
           linear->weight.size (1), linear->weight.size (0) };
}

#if ACINI_HAVE_AVX512_KERNELS

torch::Tensor
PackedLinear::multiply_own (const torch::Tensor &x) const
{
  const torch::Tensor rows = x.contiguous ();
  const LinearLayer layer = get_layer ();
  std::vector<int64_t> shape = x.sizes ().vec ();

  shape.back () = layer.width;
  const torch::Tensor result = at::empty (shape, x.options ());
  const uint16_t *from = static_cast<const uint16_t *> (rows.const_data_ptr ());
  uint16_t *to = static_cast<uint16_t *> (result.data_ptr ());
  at::parallel_for (0, rows.numel () / layer.depth, 32, [&] (int64_t begin, int64_t end) {
    linear_half_run (layer, from + begin * layer.depth, end - begin, to + begin * layer.width);
  });
  return result;
}

#else

torch::Tensor
PackedLinear::multiply_own (const torch::Tensor &x) const
{
  return multiply (x);
}

#endif

void
PackedLinear::pack (torch::ScalarType type)
{
  torch::NoGradGuard no_grad;
  const torch::Tensor &weight = linear->weight;

  if (type == torch::kBFloat16 && wants_products (type) && weight.is_cpu () && weight.size (0) % 32 == 0
      && weight.size (1) % 2 == 0)
    {
      own = weight.detach ().to (type).view ({ -1, 32, weight.size (1) / 2, 2 }).transpose (1, 2).contiguous ();
      own_bias = linear->bias.detach ().to (torch::kFloat).contiguous ().clone ();
    }
  if (!is_onednn_on ())
    return;
  try
    {
      bias = linear->bias.detach ().to (type);
      packed = call ("mkldnn::_reorder_linear_weight", { linear->weight.detach ().to (type), c10::IValue () });
      if (!is_right (type))
        packed = torch::Tensor ();
    }
  catch (const c10::Error &)
    {
      packed = torch::Tensor ();
    }
}

/* Where this libtorch or processor cannot, it shows here and not in the middle of a slide: on Zen 5 oneDNN 3.6 gives
 * wrong numbers, in float32 and where the width is no multiple of 64. */
bool
PackedLinear::is_right (torch::ScalarType type) const
{
  const torch::Tensor row = torch::linspace (-1, 1, linear->weight.size (1)).to (type).unsqueeze (0);
  const torch::Tensor weight = linear->weight.detach ().to (type).to (torch::kFloat);
  const torch::Tensor expected = torch::linear (row.to (torch::kFloat), weight, bias.to (torch::kFloat));
  const double error = (multiply (row).to (torch::kFloat) - expected).abs ().max ().item<double> ();

  /* Written so that what is no number is wrong. */
  return error <= (type == torch::kFloat ? 1e-4 : 3e-2) * (1 + expected.abs ().max ().item<double> ());
}

void
PackedLinear::lower (torch::ScalarType type)
{
  linear->to (type);
}

torch::ScalarType
PackedLinear::get_type () const
{
  return linear->weight.scalar_type ();
}

} // namespace acini
