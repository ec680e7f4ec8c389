/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/segmentation/acini-checked-way.h"

static char *
dup_path (void)
{
  return g_build_filename (g_get_user_cache_dir (), "acini", "checked.ini", NULL);
}

void
acini_checked_way_remember (const char *model, const char *way)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = dup_path (), *folder = g_path_get_dirname (path), *known = NULL;

  g_return_if_fail (model != NULL && way != NULL);

  g_key_file_load_from_file (file, path, G_KEY_FILE_KEEP_COMMENTS, NULL);
  known = g_key_file_get_string (file, g_get_host_name (), model, NULL);
  if (g_strcmp0 (known, way) == 0 || g_mkdir_with_parents (folder, 0700) != 0)
    return;
  g_key_file_set_string (file, g_get_host_name (), model, way);
  g_key_file_save_to_file (file, path, NULL);
}

char *
acini_checked_way_recall (const char *model)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *path = dup_path ();

  g_return_val_if_fail (model != NULL, NULL);

  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return NULL;
  return g_key_file_get_string (file, g_get_host_name (), model, NULL);
}
