/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hugging Face's transformers: SegformerForSemanticSegmentation, SegformerModel and SegformerForImageClassification
 * (encoders alone).  Our own files too, which use these names, for both kinds of head. */

#include "model/checkpoint/layouts.hpp"

namespace acini
{

static Recognised
translate_hf (const Tensors &tensors, const std::string &prefix)
{
  Recognised recognised;

  for_each_tensor (
      tensors, prefix,
      [&] (const std::string &name, const torch::Tensor &tensor) {
        recognised.tensors.insert ("segformer.encoder." + name, tensor);
      },
      [&] (const std::string &name, const torch::Tensor &tensor) {
        if (name.rfind ("classifier.", 0) == 0) /* ImageNet's */
          recognised.left_over.push_back (name);
        else
          recognised.tensors.insert (name, tensor);
      });
  /* 1e-5 everywhere: the configuration's layer_norm_eps is used by none of its modules. */
  describe_segformer (recognised);
  return recognised;
}

const Layout layout_hf
    = { "hf", "Hugging Face's SegFormer", "patch_embeddings.0.proj.weight", "segformer.encoder.", translate_hf };

} // namespace acini
