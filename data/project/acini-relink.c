/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/project/acini-relink.h"

#include "data/slides/acini-slide.h"

#include <glib/gi18n-lib.h>

/* A search ends there: a home folder may be huge. */
#define MOST_ENTRIES 200000
#define DEEPEST 8

/* What is looked for, and what was found so far. */
typedef struct
{
  GHashTable *wanted; /* base name → GPtrArray of paths with that name */
  GHashTable *seen;   /* folders */
  guint n_entries;
  GCancellable *cancellable;
} Search;

void
acini_relink_free (AciniRelink *relink)
{
  if (relink == NULL)
    return;
  g_free (relink->name);
  g_free (relink->path);
  g_free (relink);
}

static gboolean
check_size (const AciniSlideRecord *record, const char *path, GError **error)
{
  g_autoptr (AciniSlide) slide = acini_slide_open (path, error);
  g_autofree char *shown = g_filename_display_name (path);

  if (slide == NULL)
    return FALSE;
  if (acini_slide_get_width (slide) == record->width && acini_slide_get_height (slide) == record->height)
    return TRUE;
  g_set_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_NO_SUCH,
               _ ("“%s” has %lld × %lld pixels, the slide “%s” %lld × %lld. Choose the original file."), shown,
               (long long)acini_slide_get_width (slide), (long long)acini_slide_get_height (slide), record->name,
               (long long)record->width, (long long)record->height);
  return FALSE;
}

gboolean
acini_project_locate_slide (AciniProject *self, gint64 slide, const char *path, GError **error)
{
  g_autoptr (AciniSlideRecord) record = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (self) && path != NULL, FALSE);

  record = acini_project_get_slide (self, slide, error);
  return record != NULL && check_size (record, path, error) && acini_project_set_slide_path (self, slide, path, error);
}

static void
take_file (Search *search, const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  GPtrArray *paths = g_hash_table_lookup (search->wanted, name);

  for (guint i = 0; paths != NULL && i < paths->len; i++)
    if (g_str_equal (g_ptr_array_index (paths, i), path))
      return;
  if (paths != NULL)
    g_ptr_array_add (paths, g_strdup (path));
}

static void
search_folder (Search *search, const char *folder, int depth)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_hash_table_add (search->seen, g_strdup (folder)) || depth > DEEPEST)
    return;
  dir = g_dir_open (folder, 0, NULL);
  while (dir != NULL && search->n_entries < MOST_ENTRIES && !g_cancellable_is_cancelled (search->cancellable)
         && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      search->n_entries++;
      if (g_hash_table_contains (search->wanted, name))
        take_file (search, path);
      else if (g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
        search_folder (search, path, depth + 1);
    }
}

static void
search_places (Search *search, AciniProject *project, GPtrArray *missing, const char *const *places)
{
  for (guint i = 0; places != NULL && places[i] != NULL; i++)
    {
      g_autofree char *path = g_canonicalize_filename (places[i], NULL);

      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        search_folder (search, path, 0);
      else
        take_file (search, path);
    }
  if (places != NULL && places[0] != NULL)
    return;
  for (guint i = 0; i < missing->len; i++)
    {
      const AciniSlideRecord *record = g_ptr_array_index (missing, i);
      g_autofree char *folder = g_path_get_dirname (record->path);

      search_folder (search, folder, 0);
    }
  {
    g_autofree char *beside = g_path_get_dirname (acini_project_get_folder (project));

    search_folder (search, beside, DEEPEST - 3);
  }
}

/* The one file that can be @record's; NULL where there is none, or several. */
static const char *
choose (const Search *search, const AciniSlideRecord *record)
{
  g_autofree char *name = g_path_get_basename (record->path);
  GPtrArray *paths = g_hash_table_lookup (search->wanted, name);
  const char *found = NULL;

  for (guint i = 0; i < paths->len; i++)
    {
      if (!check_size (record, g_ptr_array_index (paths, i), NULL))
        continue;
      if (found != NULL)
        return NULL;
      found = g_ptr_array_index (paths, i);
    }
  return found;
}

/* A single file of another name for a single slide. */
static const char *
choose_renamed (GPtrArray *missing, const char *const *places)
{
  if (missing->len != 1 || places == NULL || places[0] == NULL || places[1] != NULL
      || !check_size (g_ptr_array_index (missing, 0), places[0], NULL))
    return NULL;
  return places[0];
}

/* The records whose files are not there. */
static GPtrArray *
list_missing (AciniProject *self, GError **error)
{
  GPtrArray *records = acini_project_list_slides (self, error);

  for (guint i = records != NULL ? records->len : 0; i > 0; i--)
    if (!((AciniSlideRecord *)g_ptr_array_index (records, i - 1))->missing)
      g_ptr_array_remove_index (records, i - 1);
  return records;
}

GPtrArray *
acini_project_relink (AciniProject *self, const char *const *places, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) missing = NULL;
  g_autoptr (GPtrArray) result = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_relink_free);
  g_autoptr (GHashTable) wanted
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Search search = { wanted, seen, 0, cancellable };

  g_return_val_if_fail (ACINI_IS_PROJECT (self), NULL);

  missing = list_missing (self, error);
  if (missing == NULL)
    return NULL;
  for (guint i = 0; i < missing->len; i++)
    g_hash_table_insert (wanted, g_path_get_basename (((AciniSlideRecord *)g_ptr_array_index (missing, i))->path),
                         g_ptr_array_new_with_free_func (g_free));
  if (missing->len > 0)
    search_places (&search, self, missing, places);
  for (guint i = 0; i < missing->len; i++)
    {
      const AciniSlideRecord *record = g_ptr_array_index (missing, i);
      const char *path = choose (&search, record);
      AciniRelink *relink = g_new0 (AciniRelink, 1);

      g_ptr_array_add (result, relink);
      if (path == NULL)
        path = choose_renamed (missing, places);
      relink->slide = record->id;
      relink->name = g_strdup (record->name);
      relink->path = path != NULL ? g_canonicalize_filename (path, NULL) : NULL;
      if (g_cancellable_set_error_if_cancelled (cancellable, error)
          || (path != NULL && !acini_project_set_slide_path (self, record->id, path, error)))
        return NULL;
    }
  return g_steal_pointer (&result);
}
