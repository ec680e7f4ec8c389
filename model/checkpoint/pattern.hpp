/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include <memory>
#include <string>
#include <vector>

namespace acini
{

/* A regular expression (GLib's) that a whole name is to match.  Not std::regex: its matcher calls itself for each
 * character, and names come from files that may have been made to be long. */
class Pattern
{
public:
  explicit Pattern (const std::string &expression);

  /* Whether it matches @name; a name that takes too long to match does not.  @groups, unless null: what its groups
   * match; [0] is the whole name, and "" what a group took no part in. */
  bool match (const std::string &name, std::vector<std::string> *groups = nullptr) const;

private:
  const std::unique_ptr<GRegex, void (*) (GRegex *)> regex;
};

} // namespace acini
