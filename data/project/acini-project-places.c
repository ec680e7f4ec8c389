/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the files of slides are.  A slide outside the project folder is stored by its absolute path and, beside it, by
 * the way to it from the project folder: the first stays right when the project moves alone, the second when both move
 * together. */

#include "acini-config.h"

#include "data/project/acini-project-private.h"
#include "data/slides/acini-slide.h"

/* The setting that holds the way from the project folder. */
#define NEAR "near:"

char *
acini_project_make_relative (AciniProject *self, const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_auto (GStrv) to = g_strsplit (absolute, G_DIR_SEPARATOR_S, -1);
  g_auto (GStrv) from = g_strsplit (acini_project_get_folder (self), G_DIR_SEPARATOR_S, -1);
  g_autoptr (GString) way = g_string_new (NULL);
  guint common = 0;

  while (from[common] != NULL && to[common] != NULL && g_str_equal (from[common], to[common]))
    common++;
  for (guint i = common; from[i] != NULL; i++)
    g_string_append (way, ".." G_DIR_SEPARATOR_S);
  for (guint i = common; to[i] != NULL; i++)
    g_string_append_printf (way, "%s%s", i > common ? G_DIR_SEPARATOR_S : "", to[i]);
  return g_string_free (g_steal_pointer (&way), FALSE);
}

char *
acini_project_find_place (AciniProject *self, const char *stored, const char *near)
{
  g_autofree char *beside = NULL;

  if (near != NULL)
    beside = acini_project_resolve_path (self, near);
  if (beside != NULL && g_file_test (beside, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&beside);
  return acini_project_resolve_path (self, stored);
}

gint64
acini_project_find_by_path (AciniProject *self, AciniTransaction *transaction, const char *path, GError **error)
{
  g_autofree char *stored = acini_project_shorten_path (self, path), *absolute = g_canonicalize_filename (path, NULL);
  g_autoptr (GError) failure = NULL;
  gint64 id = acini_transaction_get_int (transaction, error, 0, "SELECT id FROM slides WHERE path = ?1", "s", stored);
  sqlite3_stmt *rows;

  if (id != 0)
    return id;
  /* It may have moved, together with the project. */
  rows = acini_transaction_query (transaction, error,
                                  "SELECT slides.id, path, value FROM slides, settings"
                                  " WHERE key = '" NEAR "' || slides.id",
                                  "");
  if (rows == NULL)
    return -1;
  while (acini_transaction_next (transaction, rows, &failure))
    {
      g_autofree char *place = acini_project_find_place (self, (const char *)sqlite3_column_text (rows, 1),
                                                         (const char *)sqlite3_column_text (rows, 2));

      if (id == 0 && g_str_equal (place, absolute))
        id = sqlite3_column_int64 (rows, 0);
    }
  if (failure == NULL)
    return id;
  g_propagate_error (error, g_steal_pointer (&failure));
  return -1;
}

gboolean
acini_project_write_place (AciniProject *self, AciniTransaction *transaction, gint64 slide, const char *path,
                           GError **error)
{
  g_autofree char *stored = acini_project_shorten_path (self, path), *way = acini_project_make_relative (self, path);
  g_autofree char *key = g_strdup_printf (NEAR "%" G_GINT64_FORMAT, slide);

  if (!acini_transaction_run (transaction, error, "UPDATE slides SET path = ?2 WHERE id = ?1", "is", slide, stored)
      || !acini_transaction_run (transaction, error, "DELETE FROM settings WHERE key = ?1", "s", key))
    return FALSE;
  return !g_path_is_absolute (stored)
         || acini_transaction_run (transaction, error, "INSERT INTO settings (key, value) VALUES (?1, ?2)", "ss", key,
                                   way);
}

/* Sources: the images that slides inside the project were converted from. */

/* The setting that holds the slide of a source, and what was in it. */
static char *
make_source_key (AciniProject *self, const char *source)
{
  g_autofree char *way = acini_project_make_relative (self, source);

  return g_strconcat ("source:", way, NULL);
}

/* The slide that @source with the content @digest became; 0: none, -1 with @error set. */
static gint64
find_source (AciniTransaction *transaction, const char *key, const char *digest, GError **error)
{
  return acini_transaction_get_int (transaction, error, 0,
                                    "SELECT slides.id FROM settings, slides WHERE key = ?1"
                                    " AND value = slides.id || ' ' || ?2",
                                    "ss", key, digest);
}

gint64
acini_project_find_source (AciniProject *self, const char *source, const char *digest)
{
  g_autofree char *key = NULL;
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (AciniSlideRecord) record = NULL;
  gint64 slide = 0;

  g_return_val_if_fail (ACINI_IS_PROJECT (self) && source != NULL && digest != NULL, 0);

  key = make_source_key (self, source);
  transaction = acini_database_read (acini_project_get_database (self), NULL);
  if (transaction != NULL)
    slide = find_source (transaction, key, digest, NULL);
  g_clear_pointer (&transaction, acini_transaction_free);
  if (slide > 0)
    record = acini_project_get_slide (self, slide, NULL);
  return record != NULL && g_file_test (record->path, G_FILE_TEST_EXISTS) ? slide : 0;
}

/* Another process was quicker with the same image, or the file that it became is gone: the slide stays, its file is
 * @path where it has none. */
static gboolean
take_up (AciniProject *self, AciniTransaction *transaction, gint64 slide, const char *path, GError **error)
{
  gboolean there = FALSE;
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows
      = acini_transaction_query (transaction, error, "SELECT path FROM slides WHERE id = ?1", "i", slide);

  if (rows == NULL)
    return FALSE;
  while (acini_transaction_next (transaction, rows, &failure))
    {
      g_autofree char *place = acini_project_resolve_path (self, (const char *)sqlite3_column_text (rows, 0));

      there = g_file_test (place, G_FILE_TEST_EXISTS);
    }
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return acini_transaction_run (transaction, error, "UPDATE slides SET removed = 0 WHERE id = ?1", "i", slide)
         && (there || acini_project_write_place (self, transaction, slide, path, error));
}

gint64
acini_project_add_converted_slide (AciniProject *self, const char *path, const char *source, const char *digest,
                                   const char *name, const char *organ, double mpp, GError **error)
{
  g_autoptr (AciniSlide) slide = NULL;
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autofree char *key = NULL, *value = NULL;
  gint64 id;

  g_return_val_if_fail (ACINI_IS_PROJECT (self) && path != NULL && source != NULL && digest != NULL, 0);

  slide = acini_slide_open (path, error);
  if (slide == NULL)
    return 0;
  key = make_source_key (self, source);
  transaction = acini_database_write (acini_project_get_database (self), error);
  if (transaction == NULL)
    return 0;
  id = find_source (transaction, key, digest, error);
  if (id < 0)
    return 0;
  if (id > 0)
    return take_up (self, transaction, id, path, error) && acini_transaction_commit (transaction, error) ? id : 0;
  id = acini_project_insert_slide (self, transaction, path, name, organ, mpp > 0 ? mpp : acini_slide_get_mpp_x (slide),
                                   mpp > 0 ? mpp : acini_slide_get_mpp_y (slide), acini_slide_get_width (slide),
                                   acini_slide_get_height (slide), error);
  value = g_strdup_printf ("%" G_GINT64_FORMAT " %s", id, digest);
  return id > 0
                 && acini_transaction_run (transaction, error,
                                           "INSERT INTO settings (key, value) VALUES (?1, ?2)"
                                           " ON CONFLICT (key) DO UPDATE SET value = ?2",
                                           "ss", key, value)
                 && acini_transaction_commit (transaction, error)
             ? id
             : 0;
}

gboolean
acini_project_set_slide_path (AciniProject *self, gint64 slide, const char *path, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (self) && path != NULL, FALSE);

  transaction = acini_database_write (acini_project_get_database (self), error);
  return transaction != NULL && acini_project_write_place (self, transaction, slide, path, error)
         && acini_transaction_commit (transaction, error);
}
