/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/interchange/acini-mask-match.h"

#include "data/annotations/acini-annotation-format.h"
#include "data/slides/acini-import-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A mask's name is the image's name plus one of these. */
static const char *const mask_endings[] = { "_anno", "_mask", "-mask" };

/* Masks are images; notes and outlines of the same name are not. */
static const char *const suffixes[]
    = { ".png", ".bmp", ".tif", ".tiff", ".jpg", ".jpeg", ".gif", ".webp", ".jp2", ".ppm", ".pgm" };

/* … but those of other programs that hold annotations become labels, too. */
static const char *const annotation_suffixes[]
    = { ".geojson", ".geojson.gz", ".json", ".json.gz", ".xml", ".xml.gz", ".ndpi.ndpa" };

/* Files beside an image that belong to it. */
static const char *const companions[] = { "_anno", "_mask", "-mask", "-instances" };

char *
acini_dup_stem (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  char *dot = strrchr (name, '.');

  if (dot != NULL && dot != name)
    *dot = '\0';
  return g_steal_pointer (&name);
}

gboolean
acini_mask_match_is_image (const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    if (g_str_has_suffix (lower, suffixes[i]))
      return TRUE;
  return FALSE;
}

/* *@mask: the image in @folder whose name without its last suffix is @stem, but not @except; NULL: there is none. */
static gboolean
find_by_stem (const char *folder, const char *stem, const char *except, char **mask, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autofree char *except_name = g_path_get_basename (except);
  g_autofree char *except_folder = g_path_get_dirname (except);
  gboolean same_folder = g_str_equal (folder, except_folder);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *other = acini_dup_stem (name), *path = NULL;

      if (!g_str_equal (other, stem) || !acini_mask_match_is_image (name)
          || (same_folder && g_str_equal (name, except_name)))
        continue;
      path = g_build_filename (folder, name, NULL);
      if (*mask != NULL)
        {
          g_autofree char *first = g_filename_display_name (*mask), *second = g_filename_display_name (path);

          g_set_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_AMBIGUOUS,
                       _ ("There are two masks of one image, “%s” and “%s”. Move one of them away."), first, second);
          g_clear_pointer (mask, g_free);
          return FALSE;
        }
      *mask = g_steal_pointer (&path);
    }
  return TRUE;
}

static char *
find_by_pattern (const char *pattern, const char *stem)
{
  g_auto (GStrv) parts = g_strsplit (pattern, "*", 2);
  g_autofree char *path = g_strjoin (stem, parts[0], parts[1] != NULL ? parts[1] : "", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS) ? g_steal_pointer (&path) : NULL;
}

/* The annotations of @file beside it, or in the folder @masks; NULL: there are none. */
static char *
find_annotations (const char *file, const char *masks)
{
  g_autofree char *stem = acini_dup_stem (file), *folder = g_path_get_dirname (file);

  for (guint i = 0; i < G_N_ELEMENTS (annotation_suffixes); i++)
    {
      g_autofree char *name = g_strconcat (stem, annotation_suffixes[i], NULL);
      g_autofree char *path = g_build_filename (masks != NULL ? masks : folder, name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR) && acini_annotation_format_sniff (path, NULL) != NULL)
        return g_steal_pointer (&path);
    }
  return NULL;
}

gboolean
acini_mask_match (const char *file, const char *masks, char **mask, GError **error)
{
  g_autofree char *stem = acini_dup_stem (file);
  g_autofree char *folder = g_path_get_dirname (file);

  *mask = NULL;
  if (masks != NULL && g_file_test (masks, G_FILE_TEST_IS_REGULAR))
    {
      *mask = g_strdup (masks);
      return TRUE;
    }
  if (masks != NULL && strchr (masks, '*') != NULL)
    {
      *mask = find_by_pattern (masks, stem);
      return TRUE;
    }
  if (masks != NULL && !find_by_stem (masks, stem, file, mask, error))
    return FALSE;
  for (guint i = 0; *mask == NULL && i < G_N_ELEMENTS (mask_endings); i++)
    {
      g_autofree char *name = g_strconcat (stem, mask_endings[i], NULL);

      if (!find_by_stem (masks != NULL ? masks : folder, name, file, mask, error))
        return FALSE;
    }
  if (*mask == NULL)
    *mask = find_annotations (file, masks);
  return TRUE;
}

/* Whether @stem is that of an image among @stems with a mask's ending. */
static gboolean
is_companion (const char *stem, GHashTable *stems)
{
  for (guint i = 0; i < G_N_ELEMENTS (companions); i++)
    {
      g_autofree char *owner = NULL;

      if (!g_str_has_suffix (stem, companions[i]))
        continue;
      owner = g_strndup (stem, strlen (stem) - strlen (companions[i]));
      if (g_hash_table_contains (stems, owner))
        return TRUE;
    }
  return FALSE;
}

void
acini_mask_match_leave_out (GPtrArray *files)
{
  g_autoptr (GHashTable) stems = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < files->len; i++)
    g_hash_table_add (stems, acini_dup_stem (g_ptr_array_index (files, i)));
  for (guint i = files->len; i > 0; i--)
    {
      g_autofree char *stem = acini_dup_stem (g_ptr_array_index (files, i - 1));

      if (is_companion (stem, stems))
        g_ptr_array_remove_index (files, i - 1);
    }
}
