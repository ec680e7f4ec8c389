/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/checkpoint/pattern.hpp"

namespace acini
{

/* Names are bytes here: whether they are UTF-8 is looked at where they are shown. */
Pattern::Pattern (const std::string &expression)
    : regex (g_regex_new (("\\A(?:" + expression + ")\\z").c_str (), G_REGEX_RAW, G_REGEX_MATCH_DEFAULT, nullptr),
             g_regex_unref)
{
  g_assert (regex != nullptr);
}

bool
Pattern::match (const std::string &name, std::vector<std::string> *groups) const
{
  g_autoptr (GMatchInfo) info = nullptr;
  const bool matched = g_regex_match_full (regex.get (), name.data (), static_cast<gssize> (name.size ()), 0,
                                           G_REGEX_MATCH_DEFAULT, &info, nullptr);

  if (!matched || groups == nullptr)
    return matched;
  groups->clear ();
  for (int i = 0; i <= g_regex_get_capture_count (regex.get ()); i++)
    {
      int start = -1, end = -1;

      g_match_info_fetch_pos (info, i, &start, &end);
      groups->push_back (start < 0 ? "" : name.substr (start, end - start));
    }
  return true;
}

} // namespace acini
