/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The models of a project. */

#include "data/project/acini-change-private.h"

void
acini_model_record_free (AciniModelRecord *record)
{
  if (record == NULL)
    return;
  g_free (record->id);
  g_free (record->name);
  g_free (record->path);
  g_free (record->parent);
  g_free (record);
}

gboolean
acini_project_add_model (AciniProject *self, const char *id, const char *name, const char *path, const char *parent,
                         GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (AciniChange) row = NULL;
  g_autofree char *stored = NULL;
  gboolean changed = FALSE;

  g_return_val_if_fail (ACINI_IS_PROJECT (self) && id != NULL && path != NULL, FALSE);

  stored = acini_project_shorten_path (self, path);
  row = acini_change_new_model (id, name != NULL ? name : id, parent != NULL ? parent : "");
  transaction = acini_database_write (acini_project_get_database (self), error);
  return transaction != NULL
         && acini_transaction_run (transaction, error,
                                   "INSERT INTO models (id, name, path, parent, created) VALUES (?1, ?2, ?3, ?4, ?5)"
                                   " ON CONFLICT (id) DO UPDATE SET name = ?2, path = ?3, parent = ?4",
                                   "ssssi", id, name != NULL ? name : id, stored, parent != NULL ? parent : "",
                                   (gint64)(g_get_real_time () / G_USEC_PER_SEC))
         && acini_change_put (transaction, row, &changed, error) && acini_transaction_commit (transaction, error);
}

GPtrArray *
acini_project_list_models (AciniProject *self, GError **error)
{
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_model_record_free);
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows;

  g_return_val_if_fail (ACINI_IS_PROJECT (self), NULL);

  transaction = acini_database_read (acini_project_get_database (self), error);
  rows = transaction != NULL ? acini_transaction_query (transaction, error,
                                                        "SELECT id, name, path, parent, created FROM models"
                                                        " ORDER BY created, rowid",
                                                        "")
                             : NULL;
  if (rows == NULL)
    return NULL;
  while (acini_transaction_next (transaction, rows, &failure))
    {
      AciniModelRecord *record = g_new0 (AciniModelRecord, 1);

      record->id = g_strdup ((const char *)sqlite3_column_text (rows, 0));
      record->name = g_strdup ((const char *)sqlite3_column_text (rows, 1));
      record->path = acini_project_resolve_path (self, (const char *)sqlite3_column_text (rows, 2));
      record->parent = g_strdup ((const char *)sqlite3_column_text (rows, 3));
      record->created = sqlite3_column_int64 (rows, 4);
      g_ptr_array_add (models, record);
    }
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  return g_steal_pointer (&models);
}
