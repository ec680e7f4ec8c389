/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the label values mean. */

#include "data/project/acini-change-private.h"

char *
acini_project_dup_class_name (AciniProject *self, int label)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  sqlite3_stmt *rows;

  g_return_val_if_fail (ACINI_IS_PROJECT (self), NULL);

  transaction = acini_database_read (acini_project_get_database (self), NULL);
  rows = transaction != NULL ? acini_transaction_query (transaction, NULL, "SELECT name FROM classes WHERE label = ?1",
                                                        "i", (gint64)label)
                             : NULL;
  if (rows == NULL || !acini_transaction_next (transaction, rows, NULL))
    return NULL;
  return g_strdup ((const char *)sqlite3_column_text (rows, 0));
}

gboolean
acini_project_set_class_name (AciniProject *self, int label, const char *name, GError **error)
{
  g_autoptr (AciniChange) change = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (self) && name != NULL && label >= 2 && label <= 254, FALSE);

  change = acini_change_new_class (label, name);
  return acini_project_write_change (self, change, error);
}
