/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib/gstdio.h>

#include <string>

/* A folder for a test's files, which goes with them. */
class Folder
{
public:
  Folder () : path (g_dir_make_tmp ("acini-checkpoint-XXXXXX", nullptr)), file (path + std::string ("/a.bin")) {}

  ~Folder ()
  {
    GDir *folder = g_dir_open (path, 0, nullptr);

    while (const char *name = g_dir_read_name (folder))
      g_unlink (get (name).c_str ());
    g_dir_close (folder);
    g_assert_cmpint (g_rmdir (path), ==, 0);
    g_free (path);
  }

  std::string
  get (const std::string &name) const
  {
    return path + ("/" + name);
  }

  void
  write (const std::string &name, const std::string &content) const
  {
    g_assert_true (g_file_set_contents (get (name).c_str (), content.data (), content.size (), nullptr));
  }

  char *const path;
  const std::string file;
};
