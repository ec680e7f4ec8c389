/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The names that a pickle may say; every other one is refused. */

#include <string>

namespace acini::pickle
{

/* What a value of a pickle is. */
enum class Kind
{
  None,
  Mark,
  Boolean,
  Integer,
  Number,
  String,
  Tuple,
  List,
  Dict,   /* @items: key, value, key, value … */
  Global, /* @text: "module.name" */
  Storage,
  Tensor,
  Construct, /* something that is not looked at */
};

/* What @name stands for when it is called: a container or a tensor; nullptr: neither. */
const Kind *get_meaning (const std::string &name);
/* Whether it is one of the settings that trainers leave beside the weights: an empty object. */
bool is_construct (const std::string &name);

} // namespace acini::pickle
