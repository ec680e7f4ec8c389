/* SPDX-License-Identifier: GPL-3.0-or-later */
/* nnU-Net's trainer saves what it was made with: the plans, the configuration's name, and dataset.json. */

#include "model/checkpoint/containers.hpp"
#include "model/checkpoint/pickle.hpp"

#include <cmath>

namespace acini::pickle
{

namespace
{

constexpr size_t most_labels = 1000;

/* A text that can be shown; "" where it is none. */
std::string
get_text (const Value *value)
{
  const bool is_text = value != nullptr && value->kind == Kind::String && value->text.size () < 1000
                       && g_utf8_validate (value->text.data (), value->text.size (), nullptr);

  return is_text ? value->text : "";
}

const Value *
find_path (const Value *value, std::initializer_list<const char *> keys)
{
  for (const char *key : keys)
    value = value != nullptr && value->kind == Kind::Dict ? value->find (key) : nullptr;
  return value;
}

/* How pixels become what the network takes, by the names of the channels, which are nnU-Net's schemes too; all other
 * names mean that each picture is standardised. */
void
read_channels (const Value *names, Hints &hints)
{
  std::string scheme;

  if (names == nullptr || names->kind != Kind::Dict || names->items.size () != 6)
    return;
  for (size_t i = 1; i < names->items.size (); i += 2)
    {
      g_autofree char *name = g_ascii_strdown (get_text (names->items[i]).c_str (), -1);
      const bool known = g_str_equal (name, "rgb_to_0_1") || g_str_equal (name, "nonorm") || g_str_equal (name, "ct")
                         || g_str_equal (name, "rescale_to_0_1");
      const std::string its = known ? name : "zscore";

      if (i > 1 && its != scheme)
        return;
      scheme = its;
    }
  /* Of two schemes the numbers are another data set's: it is asked for. */
  if (scheme == "ct" || scheme == "rescale_to_0_1")
    return;
  hints.has_normalisation = true;
  hints.mean = { 0, 0, 0 };
  hints.std.fill (scheme == "nonorm" ? 1.0 / 255 : 1);
  hints.numerics = scheme == "zscore" ? "pixels=standardised" : "pixels=as-they-are";
}

/* {"background": 0, "gland": 1}, by number; or, where several numbers make a region of their own, the regions, each
 * with a channel of its own, and no background. */
void
read_labels (const Value *labels, Hints &hints)
{
  std::map<int64_t, std::string> classes;
  std::vector<std::string> regions;

  if (labels == nullptr || labels->kind != Kind::Dict || labels->items.size () > 2 * most_labels)
    return;
  for (size_t i = 0; i + 1 < labels->items.size (); i += 2)
    {
      const std::string name = get_text (labels->items[i]);
      const Value *number = labels->items[i + 1];

      if (name == "ignore")
        continue;
      if (number->kind == Kind::List || number->kind == Kind::Tuple)
        hints.sigmoid = true;
      else if (number->kind == Kind::Integer)
        classes[number->integer] = name;
      else
        return;
      if (number->kind != Kind::Integer || number->integer != 0)
        regions.push_back (name);
    }
  for (const auto &[number, name] : classes)
    hints.classes.push_back (name);
  if (hints.sigmoid)
    hints.classes = regions;
}

/* What stands behind the norms.  One that is no LeakyReLU is told as a slope that is none, which is refused. */
void
read_slope (const Value *arguments, Hints &hints)
{
  const std::string kind = get_text (find_path (arguments, { "nonlin" }));
  const Value *slope = find_path (arguments, { "nonlin_kwargs", "negative_slope" });
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (g_str_has_suffix (kind.c_str (), ".ReLU"))
    hints.numerics += " slope=0";
  else if (!kind.empty () && !g_str_has_suffix (kind.c_str (), ".LeakyReLU"))
    hints.numerics += " slope=" + kind;
  else if (slope != nullptr && slope->kind == Kind::Number && std::isfinite (slope->number))
    hints.numerics += std::string (" slope=") + g_ascii_dtostr (text, sizeof text, slope->number);
}

/* "512 × 512" */
std::string
get_patch (const Value *patch)
{
  std::string text;

  if (patch == nullptr || (patch->kind != Kind::List && patch->kind != Kind::Tuple) || patch->items.size () > 3)
    return "";
  for (const Value *side : patch->items)
    if (side->kind == Kind::Integer)
      text += (text.empty () ? "" : " × ") + std::to_string (side->integer);
  return text;
}

} // namespace

Hints
find_nnunet_hints (const Value &arguments)
{
  const Value *data = find_path (&arguments, { "dataset_json" }), *channels = find_path (data, { "channel_names" });
  const std::string name = get_text (find_path (&arguments, { "configuration" }));
  const Value *configuration = find_path (&arguments, { "plans", "configurations", name.c_str () });
  Hints hints;

  read_labels (find_path (data, { "labels" }), hints);
  read_channels (channels != nullptr ? channels : find_path (data, { "modality" }), hints);
  if (!hints.numerics.empty ())
    read_slope (find_path (configuration, { "architecture", "arch_kwargs" }), hints);
  if (const std::string patch = get_patch (find_path (configuration, { "patch_size" })); !patch.empty ())
    hints.description = "nnU-Net's configuration " + name + ", trained on patches of " + patch + " pixels.";
  return hints;
}

} // namespace acini::pickle
