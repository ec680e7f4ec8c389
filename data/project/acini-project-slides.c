/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The slides of a project. */

#include "acini-config.h"

#include "data/base/acini-file-name.h"
#include "data/base/acini-resolution.h"
#include "data/project/acini-change-private.h"
#include "data/slides/acini-slide.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS                                                                                                        \
  "id, name, path, organ, mpp_x, mpp_y, width, height,"                                                                \
  " EXISTS (SELECT 1 FROM label_tiles WHERE slide = id AND level = 0),"                                                \
  " (SELECT value FROM settings WHERE key = 'near:' || id), patient, source, split, sex, age, thickness"

void
acini_slide_record_free (AciniSlideRecord *record)
{
  if (record == NULL)
    return;
  g_free (record->name);
  g_free (record->path);
  g_free (record->organ);
  g_free (record->details.patient);
  g_free (record->details.source);
  g_free (record->details.split);
  g_free (record->details.sex);
  g_free (record);
}

gboolean
acini_project_move_slide (AciniProject *self, AciniTransaction *transaction, gint64 slide, const char *path,
                          GError **error)
{
  g_autofree char *stored = acini_project_shorten_path (self, path);
  g_autoptr (AciniChange) row = acini_change_new_place (slide, stored);
  gboolean changed = FALSE;

  return acini_change_put (transaction, row, &changed, error)
         && acini_project_write_place (self, transaction, slide, path, error);
}

gint64
acini_project_insert_slide (AciniProject *self, AciniTransaction *transaction, const char *path, const char *name,
                            const char *organ, double mpp_x, double mpp_y, gint64 width, gint64 height, GError **error)
{
  g_autofree char *stored = acini_project_shorten_path (self, path);
  g_autofree char *shown = name != NULL ? acini_text_to_utf8 (name) : acini_file_name_dup_stem (path);
  gint64 id = acini_project_find_by_path (self, transaction, path, error);
  g_autoptr (AciniChange) row = NULL;
  gboolean changed = FALSE;

  if (id < 0)
    return 0;
  /* Adding what was removed brings it back; adding what has moved finds it again. */
  if (id > 0)
    {
      row = acini_change_new_removed (id, FALSE);
      return acini_change_put (transaction, row, &changed, error)
                     && acini_project_move_slide (self, transaction, id, path, error)
                 ? id
                 : 0;
    }
  if (!acini_transaction_run (transaction, error,
                              "INSERT INTO slides (path, name, organ, width, height, mpp_x, mpp_y, added)"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                              "sssiiddi", stored, shown, organ != NULL ? organ : "", width, height, mpp_x, mpp_y,
                              (gint64)(g_get_real_time () / G_USEC_PER_SEC)))
    return 0;
  id = acini_transaction_get_last_id (transaction);
  row = acini_change_new_import (id, shown, stored, width, height);
  return acini_change_put (transaction, row, &changed, error)
                 && acini_project_write_place (self, transaction, id, path, error)
             ? id
             : 0;
}

gint64
acini_project_add_slide_record (AciniProject *self, const char *path, const char *name, const char *organ, double mpp_x,
                                double mpp_y, gint64 width, gint64 height, GError **error)
{
  g_autoptr (AciniTransaction) transaction = acini_database_write (acini_project_get_database (self), error);
  gint64 id;

  if (transaction == NULL)
    return 0;
  id = acini_project_insert_slide (self, transaction, path, name, organ, mpp_x, mpp_y, width, height, error);
  return id > 0 && acini_transaction_commit (transaction, error) ? id : 0;
}

gint64
acini_project_add_slide (AciniProject *self, const char *path, const char *name, const char *organ, double mpp,
                         GError **error)
{
  g_autoptr (AciniSlide) slide = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (self) && path != NULL, 0);

  if (mpp != 0 && !acini_mpp_check (mpp, error))
    return 0;
  slide = acini_slide_open (path, error);
  if (slide == NULL)
    return 0;
  return acini_project_add_slide_record (self, path, name, organ, mpp > 0 ? mpp : acini_slide_get_mpp_x (slide),
                                         mpp > 0 ? mpp : acini_slide_get_mpp_y (slide), acini_slide_get_width (slide),
                                         acini_slide_get_height (slide), error);
}

static AciniSlideRecord *
read_record (AciniProject *self, sqlite3_stmt *row)
{
  AciniSlideRecord *record = g_new0 (AciniSlideRecord, 1);

  record->id = sqlite3_column_int64 (row, 0);
  record->name = acini_text_to_utf8 ((const char *)sqlite3_column_text (row, 1));
  record->path = acini_project_find_place (self, (const char *)sqlite3_column_text (row, 2),
                                           (const char *)sqlite3_column_text (row, 9));
  record->missing = !g_file_test (record->path, G_FILE_TEST_EXISTS);
  record->organ = g_strdup ((const char *)sqlite3_column_text (row, 3));
  record->mpp_x = sqlite3_column_double (row, 4);
  record->mpp_y = sqlite3_column_double (row, 5);
  /* What an earlier version took without looking. */
  if (!acini_mpp_is_plausible (record->mpp_x) || !acini_mpp_is_plausible (record->mpp_y))
    record->mpp_x = record->mpp_y = 0;
  record->width = sqlite3_column_int64 (row, 6);
  record->height = sqlite3_column_int64 (row, 7);
  record->labelled = sqlite3_column_int (row, 8) != 0;
  record->details = (AciniSlideDetails){ g_strdup ((const char *)sqlite3_column_text (row, 10)),
                                         g_strdup ((const char *)sqlite3_column_text (row, 11)),
                                         g_strdup ((const char *)sqlite3_column_text (row, 12)),
                                         g_strdup ((const char *)sqlite3_column_text (row, 13)),
                                         sqlite3_column_double (row, 14),
                                         sqlite3_column_double (row, 15) };
  return record;
}

typedef struct
{
  AciniSlideRecord *record;
  char *key;
} Named;

static int
compare_names (gconstpointer a, gconstpointer b)
{
  const Named *first = a, *second = b;
  int order = strcmp (first->key, second->key);

  return order != 0 ? order : (first->record->id > second->record->id) - (first->record->id < second->record->id);
}

/* "slide 2" before "slide 10", as people count. */
static void
sort_by_name (GPtrArray *slides)
{
  g_autofree Named *named = g_new (Named, slides->len);

  for (guint i = 0; i < slides->len; i++)
    {
      AciniSlideRecord *record = slides->pdata[i];

      named[i] = (Named){ record, g_utf8_collate_key_for_filename (record->name, -1) };
    }
  if (slides->len > 1)
    qsort (named, slides->len, sizeof *named, compare_names);
  for (guint i = 0; i < slides->len; i++)
    {
      slides->pdata[i] = named[i].record;
      g_free (named[i].key);
    }
}

GPtrArray *
acini_project_list_slides (AciniProject *self, GError **error)
{
  g_autoptr (GPtrArray) slides = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_slide_record_free);
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows;

  g_return_val_if_fail (ACINI_IS_PROJECT (self), NULL);

  transaction = acini_database_read (acini_project_get_database (self), error);
  if (transaction == NULL)
    return NULL;
  rows = acini_transaction_query (transaction, error, "SELECT " COLUMNS " FROM slides WHERE NOT removed", "");
  if (rows == NULL)
    return NULL;
  while (acini_transaction_next (transaction, rows, &failure))
    g_ptr_array_add (slides, read_record (self, rows));
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  sort_by_name (slides);
  return g_steal_pointer (&slides);
}

AciniSlideRecord *
acini_project_get_slide (AciniProject *self, gint64 slide, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows;

  g_return_val_if_fail (ACINI_IS_PROJECT (self), NULL);

  transaction = acini_database_read (acini_project_get_database (self), error);
  if (transaction == NULL)
    return NULL;
  rows = acini_transaction_query (transaction, error, "SELECT " COLUMNS " FROM slides WHERE id = ?1", "i", slide);
  if (rows == NULL)
    return NULL;
  if (acini_transaction_next (transaction, rows, &failure))
    return read_record (self, rows);
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  else
    acini_project_set_no_such_slide (error, slide);
  return NULL;
}

static gboolean
write_change (AciniProject *self, AciniChange *change, GError **error)
{
  g_autoptr (AciniChange) owned = change;

  return acini_project_write_change (self, owned, error);
}

gboolean
acini_project_set_slide_organ (AciniProject *self, gint64 slide, const char *organ, GError **error)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (self) && organ != NULL, FALSE);

  return write_change (self, acini_change_new_organ (slide, organ), error);
}

gboolean
acini_project_set_slide_mpp (AciniProject *self, gint64 slide, double mpp_x, double mpp_y, GError **error)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (self), FALSE);

  /* 0 and 0: unknown again. */
  if ((mpp_x != 0 || mpp_y != 0) && (!acini_mpp_check (mpp_x, error) || !acini_mpp_check (mpp_y, error)))
    return FALSE;
  return write_change (self, acini_change_new_scale (slide, mpp_x, mpp_y), error);
}

gboolean
acini_project_set_slide_name (AciniProject *self, gint64 slide, const char *name, GError **error)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (self) && name != NULL && *name != '\0', FALSE);

  return write_change (self, acini_change_new_name (slide, name), error);
}

gboolean
acini_project_remove_slide (AciniProject *self, gint64 slide, GError **error)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (self), FALSE);

  return write_change (self, acini_change_new_removed (slide, TRUE), error);
}

gboolean
acini_project_restore_slide (AciniProject *self, gint64 slide, GError **error)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (self), FALSE);

  return write_change (self, acini_change_new_removed (slide, FALSE), error);
}

gboolean
acini_project_set_slide_path (AciniProject *self, gint64 slide, const char *path, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (self) && path != NULL, FALSE);

  transaction = acini_database_write (acini_project_get_database (self), error);
  return transaction != NULL && acini_project_move_slide (self, transaction, slide, path, error)
         && acini_transaction_commit (transaction, error);
}
