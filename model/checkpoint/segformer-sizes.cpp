/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A SegFormer's sizes from its tensors, and from metadata what tensors do not tell. */

#include "model/checkpoint/layouts.hpp"

#include <cstring>

namespace acini
{

static int64_t
count_blocks (const Tensors &tensors, const std::string &encoder, const std::string &stage)
{
  int64_t n = 0;

  while (tensors.contains (encoder + ("block." + stage) + "." + std::to_string (n) + ".layer_norm_1.weight"))
    n++;
  return n;
}

static void
describe_stage (const Tensors &tensors, const std::string &encoder, int number, Architecture &a)
{
  const std::string stage = std::to_string (number), block = encoder + ("block." + stage) + ".0.";
  const torch::Tensor projection = get_tensor (tensors, encoder + ("patch_embeddings." + stage) + ".proj.weight", 4);
  const torch::Tensor dense = get_tensor (tensors, block + "mlp.dense1.weight", 2);
  const torch::Tensor *reduction = tensors.find (block + "attention.self.sr.weight");
  const int64_t width = projection.size (0);

  if (width < 1 || dense.size (0) < width || dense.size (0) % width != 0)
    fail (ACINI_MODEL_ERROR_SHAPE, "The tensor “%smlp.dense1.weight” has another shape than a SegFormer's",
          block.c_str ());
  a.widths.push_back (width);
  a.depths.push_back (count_blocks (tensors, encoder, stage));
  a.expansions.push_back (dense.size (0) / width);
  a.reductions.push_back (reduction != nullptr && reduction->dim () == 4 ? reduction->size (2) : 1);
}

void
describe_stages (const Tensors &tensors, const std::string &encoder, Architecture &a)
{
  a.heads = { 1, 2, 5, 8 }; /* of every variant there is; no tensor shows it */
  for (int i = 0; i < 4; i++)
    describe_stage (tensors, encoder, i, a);
}

void
describe_segformer (Recognised &recognised)
{
  const Tensors &tensors = recognised.tensors;
  Architecture &a = recognised.architecture;

  a.family = Family::SegFormer;
  describe_stages (tensors, "segformer.encoder.", a);
  if (tensors.contains ("decode_head.fusion_conv.gn.weight")
      || (tensors.contains ("decode_head.batch_norm.weight")
          && !tensors.contains ("decode_head.batch_norm.running_mean")))
    a.norm = NormKind::Group;
  if (tensors.contains ("decode_head.conv_seg.weight"))
    {
      a.head = HeadKind::MMSegmentation;
      a.decoder_width = get_tensor (tensors, "decode_head.fusion_conv.conv.weight", 4).size (0);
      a.classes = get_tensor (tensors, "decode_head.conv_seg.weight", 4).size (0);
    }
  else if (tensors.contains ("decode_head.classifier.weight"))
    {
      a.head = HeadKind::HuggingFace;
      a.decoder_width = get_tensor (tensors, "decode_head.linear_fuse.weight", 4).size (0);
      a.classes = get_tensor (tensors, "decode_head.classifier.weight", 4).size (0);
    }
  else
    {
      recognised.encoder_only = true;
      /* As the variant with such an encoder has it. */
      const std::string name = a.get_name ();
      a.decoder_width = name == "segformer" ? 256 : Architecture::from_name (name, 2).decoder_width;
    }
}

void
write_architecture (const Architecture &a, Metadata &metadata)
{
  char numbers[4][G_ASCII_DTOSTR_BUF_SIZE];
  const double eps[] = { a.eps.patch, a.eps.block, a.eps.reduction, a.eps.stage };

  metadata["acini.architecture"] = a.get_name ();
  if (const std::string numerics = get_numerics (a); !numerics.empty ())
    metadata["acini.numerics"] = numerics;
  if (a.heads.empty ())
    return;
  for (int i = 0; i < 4; i++)
    g_ascii_dtostr (numbers[i], sizeof numbers[i], eps[i]);
  metadata["acini.eps"] = std::string (numbers[0]) + " " + numbers[1] + " " + numbers[2] + " " + numbers[3];
  metadata["acini.heads"].clear ();
  for (int64_t heads : a.heads)
    metadata["acini.heads"] += (metadata["acini.heads"].empty () ? "" : " ") + std::to_string (heads);
}

/* Four positive numbers; throws where they are none. */
static std::vector<double>
get_numbers (const Metadata &metadata, const char *key)
{
  const std::string &text = metadata.at (key);
  std::vector<double> numbers;
  const char *at = text.c_str ();

  for (;;)
    {
      char *end;
      const double number = g_ascii_strtod (at, &end);

      if (end == at)
        break;
      numbers.push_back (number);
      at = end;
    }
  for (double number : numbers)
    if (!(number > 0 && number < 1e6))
      numbers.clear ();
  if (numbers.size () != 4)
    fail (ACINI_MODEL_ERROR_UNREADABLE, "The checkpoint's own “%s” is damaged", key);
  return numbers;
}

void
read_architecture (const Metadata &metadata, Architecture &a)
{
  if (const auto numerics = metadata.find ("acini.numerics"); numerics != metadata.end ())
    try
      {
        set_numerics (a, numerics->second);
      }
    catch (const Error &error)
      {
        fail (ACINI_MODEL_ERROR_UNREADABLE, "The checkpoint's own “acini.numerics” is damaged: %s", error.what ());
      }
  if (a.heads.empty ())
    return;
  if (metadata.count ("acini.eps") > 0)
    {
      const std::vector<double> eps = get_numbers (metadata, "acini.eps");

      a.eps = { eps[0], eps[1], eps[2], eps[3] };
    }
  if (const auto groups = metadata.find ("acini.norm_groups"); groups != metadata.end ())
    a.norm_groups = g_ascii_strtoll (groups->second.c_str (), nullptr, 10);
  if (metadata.count ("acini.heads") > 0)
    {
      const std::vector<double> heads = get_numbers (metadata, "acini.heads");

      a.heads.assign (heads.begin (), heads.end ());
    }
}

} // namespace acini
