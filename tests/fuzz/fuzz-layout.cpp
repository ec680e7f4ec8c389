/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An entry like libFuzzer's: a list of tensors, a line each of name and sides, is recognised as a network that is made
 * and filled, or refused by an error that can be shown.  Weights are zeros and take no memory.  See README.md here. */

#include "model/checkpoint/layouts.hpp"

#include <cstdlib>

namespace
{

/* No file that is worth opening has more; a network is made of what it has. */
constexpr int64_t most_elements = 1 << 20;

acini::Tensors
parse (const char *data, size_t size)
{
  acini::Tensors tensors;
  const std::string text (data, size);
  g_auto (GStrv) lines = g_strsplit (text.c_str (), "\n", 4000);
  int64_t all = 0;

  for (guint i = 0; lines[i] != nullptr; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", 12);
      std::vector<int64_t> sides;
      int64_t count = 1;

      if (words[0] == nullptr || *words[0] == '\0' || tensors.contains (words[0])
          || !g_utf8_validate (words[0], -1, nullptr))
        continue;
      for (guint j = 1; words[j] != nullptr; j++)
        {
          sides.push_back (std::llabs (std::strtoll (words[j], nullptr, 10)) % (most_elements + 1));
          count *= std::max<int64_t> (sides.back (), 1);
          if (count > most_elements)
            sides.back () = 1, count = 1;
        }
      all += count;
      if (all > 4 * most_elements)
        break;
      tensors.insert (words[0], torch::zeros (std::vector<int64_t> ()).expand (sides));
    }
  return tensors;
}

} // namespace

extern "C" int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  acini::Checkpoint checkpoint;
  g_autoptr (GError) error = nullptr;

  checkpoint.container = "fuzz";
  checkpoint.tensors = parse ((const char *)data, size);
  acini::guard (&error, [&] {
    const acini::Recognised recognised = acini::recognise (checkpoint);
    const auto network = acini::make_network (recognised.architecture);

    acini::fill_network (*network, recognised, recognised.encoder_only, false);
  });
  if (error != nullptr && !g_utf8_validate (error->message, -1, nullptr))
    __builtin_trap ();
  return 0;
}
