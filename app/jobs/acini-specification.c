/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/jobs/acini-specification.h"

#include <glib/gstdio.h>
#include <string.h>

char *
acini_make_id (const char *stem)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y%m%d-%H%M%S");
  g_autofree char *ascii = NULL;
  g_autoptr (GString) id = g_string_new (NULL);

  g_return_val_if_fail (stem != NULL, NULL);

  ascii = g_str_to_ascii (stem, "C");
  for (const char *p = ascii; *p != '\0' && id->len < 24; p++)
    if (g_ascii_isalnum (*p))
      g_string_append_c (id, g_ascii_tolower (*p));
    else if (id->len > 0 && id->str[id->len - 1] != '-')
      g_string_append_c (id, '-');
  if (id->len > 0 && id->str[id->len - 1] != '-')
    g_string_append_c (id, '-');
  g_string_append_printf (id, "%s-%04x", time, g_random_int () & 0xffff);
  return g_string_free (g_steal_pointer (&id), FALSE);
}

JsonObject *
acini_specification_slide (const AciniSlideRecord *record)
{
  JsonObject *slide = json_object_new ();
  g_autofree char *path = NULL;

  json_object_set_int_member (slide, "slide", record->id);
  /* JSON is UTF-8; a path need not be. */
  if (!g_utf8_validate (record->path, -1, NULL))
    path = g_filename_to_uri (record->path, NULL, NULL);
  json_object_set_string_member (slide, "path", path != NULL ? path : record->path);
  json_object_set_string_member (slide, "name", record->name);
  json_object_set_string_member (slide, "organ", record->organ != NULL ? record->organ : "");
  json_object_set_double_member (slide, "mpp", record->mpp_x);
  json_object_set_int_member (slide, "width", record->width);
  json_object_set_int_member (slide, "height", record->height);
  return slide;
}

char *
acini_specification_dup_path (JsonObject *slide, const char *folder)
{
  const char *stored;
  char *path;

  g_return_val_if_fail (slide != NULL, NULL);

  stored = json_object_get_string_member_with_default (slide, "path", "");
  path = g_str_has_prefix (stored, "file:///") ? g_filename_from_uri (stored, NULL, NULL) : NULL;
  return path != NULL ? path : g_canonicalize_filename (stored, folder);
}

char *
acini_specification_path (AciniProject *project, const char *path)
{
  g_autoptr (GFile) folder = NULL, file = NULL;
  g_autofree char *inside = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && path != NULL, NULL);

  folder = g_file_new_for_path (acini_project_get_folder (project));
  file = g_file_new_for_path (path);
  inside = g_file_get_relative_path (folder, file);
  return inside != NULL ? g_build_filename ("..", "..", inside, NULL) : g_canonicalize_filename (path, NULL);
}

JsonObject *
acini_specification_slide_in (AciniProject *project, const AciniSlideRecord *record)
{
  JsonObject *slide = acini_specification_slide (record);
  g_autofree char *path = acini_specification_path (project, record->path);

  /* A name that is no text stays as it was put down. */
  if (g_utf8_validate (path, -1, NULL))
    json_object_set_string_member (slide, "path", path);
  return slide;
}

void
acini_remove_tree (const char *path)
{
  g_return_if_fail (path != NULL);

  if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      const char *name;

      while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);

          acini_remove_tree (child);
        }
    }
  g_remove (path);
}
