/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The network of an entry of either manifest of reference numbers. */

#include "tests/model/kit.hpp"

namespace kit
{

/* What no tensor tells of a case's network; the name of its encoder does. */
inline std::string
get_numerics (JsonObject *entry)
{
  const std::string architecture = json_object_get_string_member_with_default (entry, "arch", "");
  const size_t at = architecture.find ("tu-");

  return at == std::string::npos ? "" : "encoder=" + architecture.substr (at, architecture.find (' ', at) - at);
}

/* Of the tensors named, powers of two less. */
inline void
scale (acini::Checkpoint &checkpoint, JsonObject *how)
{
  JsonArray *names = json_object_get_array_member (how, "name_contains");
  const double factor = json_object_get_double_member (how, "factor");

  for (const auto &item : checkpoint.tensors)
    for (guint i = 0; i < json_array_get_length (names); i++)
      if (item.key ().find (json_array_get_string_element (names, i)) != std::string::npos)
        {
          torch::Tensor tensor = item.value ();

          tensor.mul_ (factor);
          break;
        }
}

inline std::shared_ptr<acini::Network>
load_case (JsonObject *entry, const char *salt)
{
  const std::string place = json_object_get_string_member (entry, "dir");
  const std::string weights = json_object_get_string_member (entry, "weights");

  if (weights.rfind ("formula", 0) != 0)
    return acini::load_network (path (place + "/" + weights)).network;
  acini::Checkpoint checkpoint
      = make_checkpoint (place + "/keys.json", json_object_get_string_member_with_default (entry, "salt", salt));
  if (json_object_has_member (entry, "scale"))
    scale (checkpoint, json_object_get_object_member (entry, "scale"));
  return make_network (checkpoint, get_numerics (entry));
}

} // namespace kit
