/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sources: the images that slides inside the project were converted from. */

#include "acini-config.h"

#include "data/project/acini-project-private.h"
#include "data/slides/acini-slide.h"

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
         && (there || acini_project_move_slide (self, transaction, slide, path, error));
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
