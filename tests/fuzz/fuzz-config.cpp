/* SPDX-License-Identifier: GPL-3.0-or-later */
/* libFuzzer's entry: whatever the bytes, as any of the JSON files beside weights they are read or refused by an error
 * that can be shown.  See README.md here. */

#include "model/checkpoint/containers.hpp"
#include "model/core/acini-card.h"

#include <glib/gstdio.h>

namespace
{

/* The readers take files: a folder of this process, which goes with it. */
struct Place
{
  Place () : folder (g_dir_make_tmp ("acini-fuzz-XXXXXX", nullptr)) {}

  ~Place ()
  {
    for (const char *name : { "config.json", "preprocessor_config.json", "a.index.json", "model.json" })
      g_unlink (get (name).c_str ());
    g_rmdir (folder);
    g_free (folder);
  }

  std::string
  get (const char *name) const
  {
    return std::string (folder) + "/" + name;
  }

  char *folder;
};

void
check_text (const char *text)
{
  if (!g_utf8_validate (text, -1, nullptr))
    __builtin_trap ();
}

} // namespace

extern "C" int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static const Place place;
  g_autoptr (GError) error = nullptr;

  for (const char *name : { "config.json", "preprocessor_config.json", "a.index.json", "model.json" })
    if (!g_file_set_contents_full (place.get (name).c_str (), (const char *)data, size, G_FILE_SET_CONTENTS_NONE, 0600,
                                   nullptr))
      return 0;
  try
    {
      for (const std::string &name : acini::read_hugging_face (place.folder).classes)
        check_text (name.c_str ());
    }
  catch (const acini::Error &refused)
    {
      check_text (refused.what ());
    }
  try
    {
      acini::read_stored (place.get ("a.index.json"));
    }
  catch (const acini::Error &refused)
    {
      check_text (refused.what ());
    }
  g_autoptr (AciniCard) card = acini_card_load (place.folder, &error);
  if (card != nullptr)
    {
      g_autoptr (AciniCard) copy = acini_card_copy (card);

      check_text (copy->name);
      if (!acini_card_save (copy, place.get ("model.json").c_str (), &error))
        __builtin_trap ();
    }
  else
    check_text (error->message);
  return 0;
}
