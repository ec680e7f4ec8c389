/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nnU-Net v2's plain U-Nets in two dimensions (PlainConvUNet), as its trainer writes them, and ours, which have their
 * names.  A tensor of theirs is there up to four times: a layer lists its parts once more in order ("all_modules"), and
 * the decoder keeps the encoder. */

#include "model/checkpoint/layouts.hpp"

namespace acini
{

namespace
{

/* @part wherever it stands in @name, replaced. */
void
replace (std::string &name, const std::string &part, const std::string &by)
{
  for (size_t at = 0; (at = name.find (part, at)) != std::string::npos; at += by.size ())
    name.replace (at, part.size (), by);
}

/* The name that our network has for it. */
std::string
get_plain_name (std::string name)
{
  if (take_prefix (name, "decoder.encoder."))
    name = "encoder." + name;
  replace (name, ".all_modules.0.", ".conv.");
  replace (name, ".all_modules.1.", ".norm.");
  return name;
}

/* What the family has, but this network not; a sentence that says so. */
void
refuse_variants (const Tensors &tensors)
{
  for (const auto &item : tensors)
    {
      const std::string &name = item.key ();

      if (item.value ().dim () == 5)
        fail (ACINI_MODEL_ERROR_SHAPE,
              "this is a network for volumes (“%s” has three dimensions of space). Train nnU-Net's configuration 2d",
              name.c_str ());
      if (name.rfind ("encoder.stem.", 0) == 0 || name.find (".blocks.") != std::string::npos)
        fail (ACINI_MODEL_ERROR_SHAPE,
              "its encoder is a residual one (“%s”), which Acini does not know. Train with nnU-Net's default plans "
              "(nnUNetPlans, PlainConvUNet)",
              name.c_str ());
      if (name.find (".running_mean") != std::string::npos)
        fail (ACINI_MODEL_ERROR_SHAPE, "it has BatchNorm (“%s”) in place of InstanceNorm", name.c_str ());
    }
}

/* A convolution's or a transposed one's kernel, which has to be a square. */
int64_t
get_side (const Tensors &tensors, const std::string &name)
{
  const torch::Tensor weight = get_tensor (tensors, name, 4);

  if (weight.size (2) != weight.size (3))
    fail (ACINI_MODEL_ERROR_SHAPE, "“%s” has a kernel of %d × %d, which is no square", name.c_str (),
          (int)weight.size (2), (int)weight.size (3));
  return weight.size (2);
}

/* The number of convolutions of a stage of the encoder; each takes what the one before gives, @given channels at first.
 */
int64_t
count_convolutions (const Tensors &tensors, const std::string &stage, int64_t given)
{
  const int64_t n = count (tensors, stage, ".conv.weight");

  for (int64_t i = 0; i < n; i++)
    {
      const std::string name = stage + std::to_string (i) + ".conv.weight";
      const torch::Tensor weight = get_tensor (tensors, name, 4);

      if (weight.size (1) != given || (i > 0 && weight.size (0) != given))
        fail (ACINI_MODEL_ERROR_SHAPE, "“%s” does not take the %d channels that the layer before it gives",
              name.c_str (), (int)given);
      given = weight.size (0);
    }
  return n;
}

void
describe (const Tensors &tensors, Architecture &a)
{
  const int64_t n = count (tensors, "encoder.stages.", ".0.convs.0.conv.weight");

  a.family = Family::PlainUnet;
  a.strides = { 1 }; /* the first one's, in all plans */
  for (int64_t i = 0; i < n; i++)
    {
      const std::string stage = "encoder.stages." + std::to_string (i) + ".0.convs.", first = stage + "0.conv.weight";

      if (get_side (tensors, first) != 3)
        fail (ACINI_MODEL_ERROR_SHAPE, "“%s” has a kernel of another size than 3 × 3", first.c_str ());
      a.depths.push_back (
          count_convolutions (tensors, stage, i == 0 ? get_tensor (tensors, first, 4).size (1) : a.widths.back ()));
      a.widths.push_back (get_tensor (tensors, first, 4).size (0));
      if (i + 1 == n)
        break;
      a.strides.push_back (get_side (tensors, "decoder.transpconvs." + std::to_string (n - 2 - i) + ".weight"));
      a.decoder_depths.push_back (count (tensors, "decoder.stages." + std::to_string (i) + ".convs.", ".conv.weight"));
    }
  if (n < 2)
    fail (ACINI_MODEL_ERROR_SHAPE, "it has no stages (there is no “encoder.stages.1.0.convs.0.conv.weight”)");
  const int64_t colours = get_tensor (tensors, "encoder.stages.0.0.convs.0.conv.weight", 4).size (1);
  if (colours != 3)
    fail (ACINI_MODEL_ERROR_SHAPE, "it takes pictures of %d channels; Acini has red, green and blue to give",
          (int)colours);
  a.classes = get_tensor (tensors, "decoder.seg_layers." + std::to_string (n - 2) + ".weight", 4).size (0);
}

Recognised
translate_nnunet (const Tensors &tensors, const std::string &)
{
  Recognised recognised;
  Tensors all;

  refuse_variants (tensors);
  for (const auto &item : tensors)
    {
      const std::string name = get_plain_name (item.key ());

      if (const torch::Tensor *other = all.find (name); other == nullptr)
        all.insert (name, item.value ());
      else if (other->scalar_type () != item.value ().scalar_type () || !torch::equal (*other, item.value ()))
        fail (ACINI_MODEL_ERROR_SHAPE, "“%s” and “%s” ought to be the same and are not", name.c_str (),
              item.key ().c_str ());
    }
  describe (all, recognised.architecture);
  const std::string head = "decoder.seg_layers." + std::to_string (recognised.architecture.widths.size () - 2) + ".";
  for (const auto &item : all)
    if (item.key ().rfind ("decoder.seg_layers.", 0) == 0 && item.key ().rfind (head, 0) != 0)
      recognised.left_over.push_back (item.key ()); /* what coarser maps show: nnU-Net's training looks at it */
    else
      recognised.tensors.insert (item.key (), item.value ());
  recognised.questions.push_back (
      "pixels=standardised was taken; trained on channels named rgb_to_0_1 or noNorm it needs pixels=as-they-are");
  return recognised;
}

} // namespace

const Layout layout_nnunet
    = { "nnunet", "nnU-Net's plain 2D U-Net", "decoder.transpconvs.0.weight", "", translate_nnunet };

} // namespace acini
