/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/project/acini-lock.h"

#include <string.h>

/* Pixels of a box that is read at most: a damaged row must not exceed it. */
#define LARGEST ((gint64)1 << 32)

#define COLUMNS "SELECT x, y, \"left\", top, width, height, runs FROM locks"

AciniLock *
acini_lock_new (gint64 x, gint64 y, const AciniRect *box, const guint8 *mask)
{
  AciniLock *self;

  g_return_val_if_fail (box != NULL && box->width > 0 && box->height > 0 && mask != NULL, NULL);

  self = g_new0 (AciniLock, 1);
  *self = (AciniLock){ x, y, *box, g_memdup2 (mask, (gsize)(box->width * box->height)) };
  return self;
}

void
acini_lock_free (AciniLock *self)
{
  if (self == NULL)
    return;
  g_free (self->mask);
  g_free (self);
}

gboolean
acini_lock_rasterise (const AciniLock *self, gint64 x, gint64 y, int width, int height, guint8 *mask)
{
  const AciniRect *box = &self->box;
  gint64 left = MAX (x, box->x), right = MIN (x + width, box->x + box->width);
  gint64 top = MAX (y, box->y), bottom = MIN (y + height, box->y + box->height);
  gboolean any = FALSE;

  for (gint64 v = top; v < bottom; v++)
    for (gint64 u = left; u < right; u++)
      if (self->mask[(v - box->y) * box->width + u - box->x] != 0)
        {
          mask[(v - y) * width + u - x] = 255;
          any = TRUE;
        }
  return any;
}

/* Lengths of what is outside, inside, outside …, by rows of the box. */
static char *
dup_runs (const AciniLock *self)
{
  gint64 n = self->box.width * self->box.height, length = 0;
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean inside = FALSE;

  for (gint64 i = 0; i < n; i++, length++)
    if ((self->mask[i] != 0) != inside)
      {
        g_string_append_printf (text, "%" G_GINT64_FORMAT " ", length);
        inside = !inside;
        length = 0;
      }
  g_string_append_printf (text, "%" G_GINT64_FORMAT, length);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* (transfer full) (nullable) the mask that @runs, which may be anything, tell of @n pixels. */
static guint8 *
parse_runs (const char *runs, gint64 n)
{
  g_autofree guint8 *mask = NULL;
  gboolean inside = FALSE;
  gint64 at = 0;
  char *end;

  if (runs == NULL || n <= 0 || n > LARGEST)
    return NULL;
  mask = g_try_malloc0 ((gsize)n);
  for (; mask != NULL && *runs != '\0'; runs = *end == ' ' ? end + 1 : end)
    {
      gint64 length = g_ascii_strtoll (runs, &end, 10);

      if (end == runs || length < 0 || length > n - at)
        return NULL;
      if (inside)
        memset (mask + at, 255, (gsize)length);
      at += length;
      inside = !inside;
    }
  return at == n ? g_steal_pointer (&mask) : NULL;
}

/* Reading. */

static GPtrArray *
read_rows (AciniTransaction *transaction, sqlite3_stmt *rows, GError **error)
{
  g_autoptr (GPtrArray) locks = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_lock_free);
  g_autoptr (GError) failure = NULL;

  if (rows == NULL)
    return NULL;
  while (acini_transaction_next (transaction, rows, &failure))
    {
      g_autoptr (AciniLock) lock = g_new0 (AciniLock, 1);

      *lock = (AciniLock){ sqlite3_column_int64 (rows, 0),
                           sqlite3_column_int64 (rows, 1),
                           { sqlite3_column_int64 (rows, 2), sqlite3_column_int64 (rows, 3),
                             sqlite3_column_int64 (rows, 4), sqlite3_column_int64 (rows, 5) },
                           NULL };
      if (lock->box.width > 0 && lock->box.height > 0 && lock->box.width <= LARGEST / lock->box.height)
        lock->mask = parse_runs ((const char *)sqlite3_column_text (rows, 6), lock->box.width * lock->box.height);
      if (lock->mask == NULL)
        {
          acini_transaction_set_damaged (transaction, &failure, "locks");
          sqlite3_reset (rows);
          break;
        }
      g_ptr_array_add (locks, g_steal_pointer (&lock));
    }
  if (failure == NULL)
    return g_steal_pointer (&locks);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

GPtrArray *
acini_locks_read (AciniTransaction *transaction, gint64 slide, const AciniRect *area, GError **error)
{
  if (area == NULL)
    return read_rows (transaction,
                      acini_transaction_query (transaction, error, COLUMNS " WHERE slide = ?1", "i", slide), error);
  return read_rows (transaction,
                    acini_transaction_query (transaction, error,
                                             COLUMNS " WHERE slide = ?1 AND \"left\" < ?4 AND \"left\" + width > ?2"
                                                     " AND top < ?5 AND top + height > ?3",
                                             "iiiii", slide, area->x, area->y, area->x + area->width,
                                             area->y + area->height),
                    error);
}

GPtrArray *
acini_project_list_locks (AciniProject *project, gint64 slide, const AciniRect *area, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);

  transaction = acini_database_read (acini_project_get_database (project), error);
  return transaction != NULL ? acini_locks_read (transaction, slide, area, error) : NULL;
}

/* Changes. */

JsonObject *
acini_lock_to_json (const AciniLock *lock, gint64 x, gint64 y)
{
  JsonObject *object = json_object_new ();
  g_autofree char *runs = lock != NULL ? dup_runs (lock) : NULL;

  json_object_set_int_member (object, "x", x);
  json_object_set_int_member (object, "y", y);
  if (lock == NULL)
    {
      json_object_set_null_member (object, "runs");
      return object;
    }
  json_object_set_int_member (object, "left", lock->box.x);
  json_object_set_int_member (object, "top", lock->box.y);
  json_object_set_int_member (object, "width", lock->box.width);
  json_object_set_int_member (object, "height", lock->box.height);
  json_object_set_string_member (object, "runs", runs);
  return object;
}

JsonArray *
acini_locks_read_before (AciniTransaction *transaction, gint64 slide, JsonArray *after, GError **error)
{
  g_autoptr (JsonArray) before = json_array_new ();

  for (guint i = 0; i < json_array_get_length (after); i++)
    {
      JsonObject *object = json_array_get_object_element (after, i);
      gint64 x = json_object_get_int_member_with_default (object, "x", -1);
      gint64 y = json_object_get_int_member_with_default (object, "y", -1);
      g_autoptr (GPtrArray) found
          = read_rows (transaction,
                       acini_transaction_query (transaction, error, COLUMNS " WHERE slide = ?1 AND x = ?2 AND y = ?3",
                                                "iii", slide, x, y),
                       error);

      if (found == NULL)
        return NULL;
      json_array_add_object_element (before, acini_lock_to_json (found->len > 0 ? found->pdata[0] : NULL, x, y));
    }
  return g_steal_pointer (&before);
}

gboolean
acini_locks_apply (AciniTransaction *transaction, gint64 slide, JsonArray *content, GError **error)
{
  gboolean ok = TRUE;

  for (guint i = 0; ok && i < json_array_get_length (content); i++)
    {
      JsonObject *object = json_array_get_object_element (content, i);
      gint64 x = json_object_get_int_member_with_default (object, "x", -1);
      gint64 y = json_object_get_int_member_with_default (object, "y", -1);
      const char *runs = json_object_get_string_member_with_default (object, "runs", NULL);

      if (runs == NULL)
        ok = acini_transaction_run (transaction, error, "DELETE FROM locks WHERE slide = ?1 AND x = ?2 AND y = ?3",
                                    "iii", slide, x, y);
      else
        ok = acini_transaction_run (transaction, error,
                                    "INSERT OR REPLACE INTO locks (slide, x, y, \"left\", top, width, height, runs)"
                                    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                                    "iiiiiiis", slide, x, y,
                                    json_object_get_int_member_with_default (object, "left", 0),
                                    json_object_get_int_member_with_default (object, "top", 0),
                                    json_object_get_int_member_with_default (object, "width", 0),
                                    json_object_get_int_member_with_default (object, "height", 0), runs);
    }
  return ok;
}
