/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/kernels/packed-linear.hpp"

#include "model/kernels/onednn.hpp"
#include "model/kernels/processor.hpp"

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
  return packed.defined () && !wants_exact_numbers () && is_onednn_on () ? multiply (x) : linear (x);
}

void
PackedLinear::pack (torch::ScalarType type)
{
  torch::NoGradGuard no_grad;

  if (!is_onednn_on ())
    return;
  try
    {
      bias = linear->bias.detach ().to (type);
      packed = call ("mkldnn::_reorder_linear_weight", { linear->weight.detach ().to (type), c10::IValue () });
      /* Where this libtorch or processor cannot, it shows here and not in the middle of a slide. */
      multiply (torch::zeros ({ 1, linear->weight.size (1) }, torch::TensorOptions (type)));
    }
  catch (const c10::Error &)
    {
      packed = torch::Tensor ();
    }
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
