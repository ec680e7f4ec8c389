/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-intake.h"

#include "data/interchange/acini-labels-import.h"
#include "data/labels/acini-labels.h"

#include <string.h>

/* How masks are told by their names: NAME + one of these. */
static const char *const mask_endings[] = { "_anno", "_mask", "-mask" };

char *
acini_dup_stem (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  char *dot = strrchr (name, '.');

  if (dot != NULL && dot != name)
    *dot = '\0';
  return g_steal_pointer (&name);
}

/* A file in @folder whose name without its last suffix is @stem, but not @except; NULL: none. */
static char *
find_by_stem (const char *folder, const char *stem, const char *except)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *except_name = g_path_get_basename (except);
  g_autofree char *except_folder = g_path_get_dirname (except);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *other = acini_dup_stem (name);

      if (g_str_equal (other, stem) && !(g_str_equal (name, except_name) && g_str_equal (folder, except_folder)))
        return g_build_filename (folder, name, NULL);
    }
  return NULL;
}

static char *
find_by_pattern (const char *pattern, const char *stem)
{
  g_auto (GStrv) parts = g_strsplit (pattern, "*", 2);
  g_autofree char *path = g_strjoin (stem, parts[0], parts[1] != NULL ? parts[1] : "", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS) ? g_steal_pointer (&path) : NULL;
}

/* The mask of @file, or NULL where there is none. */
static char *
find_mask (const char *file, const char *masks)
{
  g_autofree char *stem = acini_dup_stem (file);
  g_autofree char *folder = g_path_get_dirname (file);
  char *mask = NULL;

  if (masks != NULL && strchr (masks, '*') != NULL)
    return find_by_pattern (masks, stem);
  if (masks != NULL)
    mask = find_by_stem (masks, stem, file);
  for (guint i = 0; mask == NULL && i < G_N_ELEMENTS (mask_endings); i++)
    {
      g_autofree char *name = g_strconcat (stem, mask_endings[i], NULL);

      mask = find_by_stem (masks != NULL ? masks : folder, name, file);
    }
  return mask;
}

gint64
acini_intake (AciniProject *project, const char *file, const AciniIntake *intake, AciniProgressFunc progress,
              gpointer user_data, GCancellable *cancellable, char **mask, GError **error)
{
  g_autofree char *folder = acini_project_build_path (project, "slides", NULL);
  g_autofree char *stem = acini_dup_stem (file);
  g_autofree char *found = find_mask (file, intake->masks);
  g_autofree char *path = NULL;
  gint64 slide;

  path = acini_slide_import (file, folder, intake->mpp, progress, user_data, cancellable, error);
  if (path == NULL)
    return 0;
  slide = acini_project_add_slide (project, path, intake->name != NULL ? intake->name : stem, intake->organ,
                                   intake->mpp, error);
  if (slide == 0)
    return 0;
  if (found != NULL
      && !acini_labels_import_mask (project, slide, found, intake->channel, ACINI_LABEL_FIRST_CLASS, error))
    return 0;
  if (mask != NULL)
    *mask = g_steal_pointer (&found);
  return slide;
}
