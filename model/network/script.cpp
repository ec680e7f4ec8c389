/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A network that is a TorchScript program. */

#include "model/network/families.hpp"

#include <torch/script.h>

namespace acini
{

namespace
{

/* The logits among what a network gives: a tensor, the first of several, or "out" or "logits" of a dictionary. */
torch::Tensor
get_logits (const torch::IValue &value)
{
  if (value.isTensor ())
    return value.toTensor ();
  if (value.isTuple () && !value.toTupleRef ().elements ().empty ())
    return get_logits (value.toTupleRef ().elements ()[0]);
  if (value.isTensorList () && value.toTensorList ().size () > 0)
    return value.toTensorList ().get (0);
  if (value.isGenericDict ())
    for (const char *key : { "out", "logits" })
      if (const auto found = value.toGenericDict ().find (key); found != value.toGenericDict ().end ())
        return get_logits (found->value ());
  fail (ACINI_MODEL_ERROR_LAYOUT, "This TorchScript program gives no tensor of logits");
}

Architecture
describe (torch::jit::Module &program)
{
  c10::InferenceMode guard;
  const torch::Tensor logits = get_logits (program.forward ({ torch::zeros ({ 1, 3, 128, 128 }) }));
  Architecture architecture;

  if (logits.dim () != 4 || logits.size (0) != 1 || logits.size (1) < 1 || logits.numel () == 0)
    fail (ACINI_MODEL_ERROR_LAYOUT, "This TorchScript program does not map images to maps of logits");
  architecture.family = Family::Script;
  architecture.classes = logits.size (1);
  return architecture;
}

class Script : public Network
{
public:
  explicit Script (torch::jit::Module program) : Network (describe (program)), program (std::move (program)) {}

  torch::Tensor
  forward (torch::Tensor x) override
  {
    return get_logits (program.forward ({ x.to (type) }));
  }

  std::vector<torch::Tensor>
  encode (torch::Tensor) override
  {
    fail (ACINI_MODEL_ERROR_INPUT, "A TorchScript program has no encoder of its own");
  }

  void
  fold () override
  {
  }

  void
  lower (torch::ScalarType to_type) override
  {
    program.to (to_type);
    type = to_type;
  }

  using torch::nn::Module::to;

  void
  to (torch::Device device, torch::Dtype type, bool non_blocking) override
  {
    program.to (device, type, non_blocking);
  }

private:
  torch::jit::Module program;
  torch::ScalarType type = torch::kFloat;
};

} // namespace

std::shared_ptr<Network>
load_script (const std::string &path)
{
  torch::jit::Module program = torch::jit::load (path, torch::kCPU);

  program.eval ();
  return std::make_shared<Script> (std::move (program));
}

} // namespace acini
