/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where the files of slides are.  A slide outside the project folder is stored by its absolute path and, beside it, by
 * the way to it from the project folder: the first stays right when the project moves alone, the second when both move
 * together. */

#include "acini-config.h"

#include "data/project/acini-project-private.h"

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
