/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Of a network of no kind that is known: to which it comes nearest, for whoever wants to know what to change. */

#include "model/checkpoint/layouts.hpp"

namespace acini
{

static const struct
{
  const char *family;
  const char *names; /* of its tensors, behind any words */
  const char *words; /* that it has in common with others */
} families[] = {
  { "segmentation_models_pytorch's networks",
    "encoder\\.(model\\.)?(conv1|bn1|layer[0-4]|patch_embed[1-4]|block[1-4]|norm[1-4]|_conv_stem|_bn0|_blocks|conv_"
    "stem|"
    "blocks)\\.|decoder\\.(blocks\\.[\\dx_]+\\.conv[12]|p[2-5]|seg_blocks|mlp_stage|fuse_stage)\\.|segmentation_head\\."
    "0\\.",
    "(encoder|decoder|.*head)\\." },
  { "Hugging Face's SegFormer",
    "segformer\\.encoder\\.(patch_embeddings|block|layer_norm)\\.|decode_head\\.(linear_c|linear_fuse|batch_norm|"
    "classifier)"
    "\\.",
    "(segformer|decode_head)\\." },
  { "MMSegmentation's SegFormer", "backbone\\.layers\\.[0-3]\\.[0-2]\\.|decode_head\\.(convs|fusion_conv|conv_seg)\\.",
    "(backbone|decode_head)\\." },
  { "NVlabs' SegFormer",
    "(backbone\\.)?(patch_embed|block|norm)[1-4]\\.|decode_head\\.(linear_c[1-4]|linear_fuse|linear_pred)\\.",
    "(backbone|decode_head)\\." },
  { "fastai's DynamicUnet", "layers\\.(\\d+)\\.(\\d+|shuf|bn|conv[12]|layers)\\.", "layers\\." },
  { "nnU-Net's plain U-Net",
    "(encoder|decoder)\\.stages\\.\\d+\\.(0\\.)?convs\\.\\d+\\.(conv|norm|all_modules\\.\\d)\\.|decoder\\.(encoder|"
    "transpconvs|"
    "seg_layers)\\.",
    "(encoder|decoder)\\." },
  { "torchvision's ResNet", "(conv1|bn1|layer[1-4]\\.\\d+\\.(conv[1-3]|bn[1-3]|downsample\\.[01])|fc)\\.",
    "(conv|bn|layer)\\d*\\." },
  { "an EfficientNet", "(_conv_stem|_bn0|_blocks\\.\\d+|conv_stem|blocks\\.\\d+\\.\\d+)\\.",
    "_?(blocks|conv|bn).*\\." },
};

std::string
describe_nearest (const Tensors &tensors)
{
  const auto *nearest = &families[0];
  const std::string *misfit = nullptr;
  size_t most = 0;

  for (const auto &family : families)
    {
      const Pattern names (std::string ("(.*\\.)?(") + family.names + ").*"), words (std::string (family.words) + ".*");
      const std::string *first = nullptr;
      size_t score = 0;

      for (const auto &item : tensors)
        if (names.match (item.key ()))
          score += 4;
        else
          {
            score += words.match (item.key ()) ? 1 : 0;
            if (first == nullptr)
              first = &item.key ();
          }
      if (score > most || misfit == nullptr)
        {
          nearest = &family;
          misfit = first;
          most = score;
        }
    }
  std::string text
      = std::string (most > 0 ? "nearest to it is " : "no family is near; the first one that was compared is ")
        + nearest->family;
  if (misfit != nullptr)
    text += ", where “" + *misfit + "” is the first tensor without a place";
  return text;
}

} // namespace acini
