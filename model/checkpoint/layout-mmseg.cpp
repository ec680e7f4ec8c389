/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MMSegmentation's SegFormer, versions 0.x and 1.x: MixVisionTransformer and SegformerHead. */

#include "model/checkpoint/layouts.hpp"

namespace acini
{

namespace
{

const std::pair<const char *, const char *> block_names[] = {
  { "norm1.", "layer_norm_1." },
  { "norm2.", "layer_norm_2." },
  { "attn.attn.out_proj.", "attention.output.dense." },
  { "attn.sr.", "attention.self.sr." },
  { "attn.norm.", "attention.self.layer_norm." },
  { "ffn.layers.0.", "mlp.dense1." },
  { "ffn.layers.1.", "mlp.dwconv.dwconv." },
  { "ffn.layers.4.", "mlp.dense2." },
};

/* Query, key and value in one. */
void
translate_projection (Tensors &result, const std::string &block, const std::string &kind, const torch::Tensor &tensor)
{
  const auto parts = tensor.chunk (3, 0);

  if (parts.size () != 3)
    fail (ACINI_MODEL_ERROR_SHAPE, "The tensor “in_proj_%s” has another shape than a SegFormer's", kind.c_str ());
  result.insert (block + "attention.self.query." + kind, parts[0]);
  result.insert (block + "attention.self.key." + kind, parts[1]);
  result.insert (block + "attention.self.value." + kind, parts[2]);
}

void
translate_block (Tensors &result, const std::string &block, std::string name, torch::Tensor tensor)
{
  if (take_prefix (name, "attn.attn.in_proj_"))
    {
      translate_projection (result, block, name, tensor);
      return;
    }
  for (const auto &[theirs, ours] : block_names)
    if (take_prefix (name, theirs))
      {
        /* Linear layers are 1 × 1 convolutions there. */
        if (tensor.dim () == 4 && tensor.size (2) == 1 && tensor.size (3) == 1)
          tensor = tensor.flatten (1);
        result.insert (block + ours + name, tensor);
        return;
      }
  result.insert (block + name, tensor); /* refused later, by its name */
}

void
translate_encoder (Tensors &result, const std::string &name, const torch::Tensor &tensor)
{
  static const Pattern embedding ("layers\\.([0-3])\\.0\\.(projection|norm)\\.(.*)"),
      block ("layers\\.([0-3])\\.1\\.(\\d{1,3}\\.)(.*)"), norm ("layers\\.([0-3])\\.2\\.(.*)");
  const std::string encoder = "segformer.encoder.";
  std::vector<std::string> match;

  if (embedding.match (name, &match))
    result.insert (encoder + "patch_embeddings." + match[1] + (match[2] == "projection" ? ".proj." : ".layer_norm.")
                       + match[3],
                   tensor);
  else if (block.match (name, &match))
    translate_block (result, encoder + "block." + match[1] + "." + match[2], match[3], tensor);
  else if (norm.match (name, &match))
    result.insert (encoder + "layer_norm." + match[1] + "." + match[2], tensor);
  else
    result.insert (encoder + name, tensor);
}

/* The head keeps its names: it is a network of its own. */
Recognised
translate_mmseg (const Tensors &tensors, const std::string &prefix)
{
  Recognised recognised;

  for_each_tensor (
      tensors, "decode_head.",
      [&] (const std::string &name, const torch::Tensor &tensor) {
        recognised.tensors.insert ("decode_head." + name, tensor);
      },
      [&] (std::string name, const torch::Tensor &tensor) {
        if (take_prefix (name, prefix))
          translate_encoder (recognised.tensors, name, tensor);
        else if (name.rfind ("auxiliary_head.", 0) == 0 || name.rfind ("data_preprocessor.", 0) == 0)
          recognised.left_over.push_back (name);
        else
          recognised.tensors.insert (name, tensor);
      });
  describe_segformer (recognised);
  recognised.architecture.eps = { 1e-6, 1e-6, 1e-6, 1e-6 };
  if (recognised.encoder_only)
    {
      recognised.architecture.head = HeadKind::MMSegmentation;
      recognised.architecture.decoder_width = 256;
    }
  return recognised;
}

} // namespace

const Layout layout_mmseg
    = { "mmseg", "MMSegmentation's SegFormer", "layers.0.0.projection.weight", "backbone.", translate_mmseg };

} // namespace acini
