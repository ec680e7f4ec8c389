/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NVlabs' SegFormer, the first implementation; its ImageNet encoders (mit_b0.pth …) have no "backbone." */

#include "model/checkpoint/layouts.hpp"

namespace acini
{

namespace
{

/* Stages count from 1 there. */
std::string
from_zero (const std::string &number)
{
  return std::to_string (std::stoi (number) - 1);
}

const std::pair<const char *, const char *> nv_block_names[] = {
  { "norm1.", "layer_norm_1." },
  { "norm2.", "layer_norm_2." },
  { "attn.q.", "attention.self.query." },
  { "attn.sr.", "attention.self.sr." },
  { "attn.norm.", "attention.self.layer_norm." },
  { "attn.proj.", "attention.output.dense." },
  { "mlp.fc1.", "mlp.dense1." },
  { "mlp.fc2.", "mlp.dense2." },
  { "mlp.dwconv.", "mlp.dwconv." },
};

void
translate_nv_block (Tensors &result, const std::string &block, std::string name, const torch::Tensor &tensor)
{
  if (take_prefix (name, "attn.kv."))
    {
      const auto parts = tensor.chunk (2, 0);

      if (parts.size () != 2)
        fail (ACINI_MODEL_ERROR_SHAPE, "The tensor “attn.kv.%s” has another shape than a SegFormer's", name.c_str ());
      result.insert (block + "attention.self.key." + name, parts[0]);
      result.insert (block + "attention.self.value." + name, parts[1]);
      return;
    }
  for (const auto &[theirs, ours] : nv_block_names)
    if (take_prefix (name, theirs))
      {
        result.insert (block + ours + name, tensor);
        return;
      }
  result.insert (block + name, tensor); /* refused later, by its name */
}

} // namespace

void
translate_mix_transformer (Tensors &result, const std::string &encoder, const std::string &name,
                           const torch::Tensor &tensor)
{
  static const Pattern embedding ("patch_embed([1-4])\\.(proj|norm)\\.(.*)"),
      block ("block([1-4])\\.(\\d{1,3}\\.)(.*)"), norm ("norm([1-4])\\.(.*)");
  std::vector<std::string> match;

  if (embedding.match (name, &match))
    result.insert (encoder + "patch_embeddings." + from_zero (match[1])
                       + (match[2] == "proj" ? ".proj." : ".layer_norm.") + match[3],
                   tensor);
  else if (block.match (name, &match))
    translate_nv_block (result, encoder + "block." + from_zero (match[1]) + "." + match[2], match[3], tensor);
  else if (norm.match (name, &match))
    result.insert (encoder + "layer_norm." + from_zero (match[1]) + "." + match[2], tensor);
  else
    result.insert (encoder + name, tensor);
}

namespace
{

void
translate_head (Recognised &recognised, std::string name, const torch::Tensor &tensor)
{
  Tensors &result = recognised.tensors;
  static const Pattern linear ("linear_c([1-4])\\.(.*)");
  std::vector<std::string> match;

  if (linear.match (name, &match))
    result.insert ("decode_head.linear_c." + from_zero (match[1]) + "." + match[2], tensor);
  else if (take_prefix (name, "linear_fuse.conv."))
    result.insert ("decode_head.linear_fuse." + name, tensor);
  else if (take_prefix (name, "linear_fuse.bn.") || take_prefix (name, "linear_fuse.gn."))
    result.insert ("decode_head.batch_norm." + name, tensor);
  else if (take_prefix (name, "linear_pred."))
    result.insert ("decode_head.classifier." + name, tensor);
  else if (name.rfind ("conv_seg.", 0) == 0) /* there, but used by nothing */
    recognised.left_over.push_back ("decode_head." + name);
  else
    result.insert ("decode_head." + name, tensor);
}

Recognised
translate_nv (const Tensors &tensors, const std::string &prefix)
{
  Recognised recognised;

  for_each_tensor (
      tensors, "decode_head.",
      [&] (const std::string &name, const torch::Tensor &tensor) { translate_head (recognised, name, tensor); },
      [&] (std::string name, const torch::Tensor &tensor) {
        if (take_prefix (name, prefix))
          {
            if (name.rfind ("head.", 0) == 0) /* ImageNet's */
              recognised.left_over.push_back (name);
            else
              translate_mix_transformer (recognised.tensors, "segformer.encoder.", name, tensor);
          }
        else if (name.rfind ("auxiliary_head.", 0) == 0)
          recognised.left_over.push_back (name);
        else
          recognised.tensors.insert (name, tensor);
      });
  describe_segformer (recognised);
  recognised.architecture.eps = { 1e-5, 1e-6, 1e-5, 1e-6 };
  return recognised;
}

} // namespace

const Layout layout_nv = { "nv", "NVlabs' SegFormer", "patch_embed1.proj.weight", "backbone.", translate_nv };

} // namespace acini
