/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What neither names nor shapes of tensors tell, as text. */

#include "model/network/network.hpp"

#include <algorithm>
#include <cstring>

namespace acini
{

namespace
{

std::string
format (double number)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  return g_ascii_formatd (text, sizeof text, "%.15g", number);
}

double
parse (const std::string &key, const std::string &value, double least, double most)
{
  char *end = nullptr;
  const double number = g_ascii_strtod (value.c_str (), &end);

  if (value.empty () || *end != '\0' || !(number >= least && number <= most))
    fail (ACINI_MODEL_ERROR_INPUT, "“%s” cannot be “%s”; choose a number from %g to %g", key.c_str (), value.c_str (),
          least, most);
  return number;
}

const std::pair<const char *, Padding> paddings[]
    = { { "symmetric", Padding::Symmetric }, { "same", Padding::Same }, { "static-same", Padding::StaticSame } };

bool
has_efficient_net (const Architecture &a)
{
  return a.family == Family::Composed && a.encoder.kind == EncoderKind::EfficientNet;
}

bool
has_groups (const Architecture &a)
{
  return a.family == Family::SegFormer && a.norm == NormKind::Group;
}

bool
set_plain_unet_numeric (Architecture &a, const std::string &key, const std::string &value)
{
  if (key == "slope")
    a.slope = parse (key, value, 0, 1);
  else if (key == "pixels" && (value == "standardised" || value == "as-they-are"))
    a.standardise = value == "standardised";
  else
    return false;
  return true;
}

bool
set_efficient_net_numeric (Architecture &a, const std::string &key, const std::string &value)
{
  EncoderSpec &encoder = a.encoder;

  if (key == "padding")
    {
      const auto *found = std::find_if (std::begin (paddings), std::end (paddings),
                                        [&] (const auto &padding) { return value == padding.first; });

      if (found == std::end (paddings))
        fail (ACINI_MODEL_ERROR_INPUT, "“padding” cannot be “%s”; choose symmetric, same or static-same",
              value.c_str ());
      encoder.padding = found->second;
    }
  else if (key == "nominal_size")
    encoder.nominal = (int64_t)parse (key, value, 32, 4096);
  else if (key == "encoder_eps")
    encoder.eps = parse (key, value, 1e-12, 1);
  else if (key == "encoder_momentum")
    encoder.momentum = parse (key, value, 1e-6, 1);
  else if (key == "encoder")
    return set_flavour (a, value);
  else if (key == "half_level" && (value == "stem" || value == "stage"))
    encoder.early_level = value == "stage";
  else
    return false;
  return true;
}

} // namespace

std::string
get_numerics (const Architecture &a)
{
  std::string text;
  const auto add = [&] (const char *key, const std::string &value) {
    text += (text.empty () ? "" : " ") + std::string (key) + "=" + value;
  };

  if (has_groups (a))
    add ("norm_groups", std::to_string (a.norm_groups));
  if (a.family == Family::PlainUnet)
    {
      add ("pixels", a.standardise ? "standardised" : "as-they-are");
      add ("slope", format (a.slope));
    }
  if (!has_efficient_net (a))
    return text;
  for (const auto &[name, padding] : paddings)
    if (padding == a.encoder.padding)
      add ("padding", name);
  if (a.encoder.padding == Padding::StaticSame)
    add ("nominal_size", std::to_string (a.encoder.nominal));
  add ("encoder_eps", format (a.encoder.eps));
  add ("encoder_momentum", format (a.encoder.momentum));
  add ("half_level", a.encoder.early_level ? "stage" : "stem");
  return text;
}

void
set_numerics (Architecture &a, const std::string &text)
{
  g_auto (GStrv) words = g_strsplit_set (text.c_str (), " ,", -1);

  for (guint i = 0; words[i] != nullptr; i++)
    {
      const char *equals = strchr (words[i], '=');

      if (*words[i] == '\0')
        continue;
      if (equals == nullptr)
        fail (ACINI_MODEL_ERROR_INPUT, "“%s” sets nothing; write it as padding=same", words[i]);
      const std::string key (words[i], equals - words[i]), value (equals + 1);
      if (key == "norm_groups" && has_groups (a))
        a.norm_groups = (int64_t)parse (key, value, 1, 65536);
      else if (!(has_efficient_net (a) && set_efficient_net_numeric (a, key, value))
               && !(a.family == Family::PlainUnet && set_plain_unet_numeric (a, key, value)))
        fail (ACINI_MODEL_ERROR_INPUT, "“%s” means nothing to a network of the architecture %s; it has: %s", words[i],
              a.get_name ().c_str (), get_numerics (a).empty () ? "nothing to set" : get_numerics (a).c_str ());
    }
}

} // namespace acini
