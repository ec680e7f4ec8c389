/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/objects/acini-object-table.h"

#include "data/objects/acini-object-private.h"

#include <math.h>
#include <stdlib.h>

/* The columns of the index's table, and with which power of the pixel's side they grow. */
static const struct
{
  const char *sql;
  int power;
} columns[ACINI_OBJECT_N_COLUMNS] = {
  [ACINI_OBJECT_AREA] = { "area", 2 },
  [ACINI_OBJECT_PERIMETER] = { "perimeter", 1 },
  [ACINI_OBJECT_CIRCULARITY] = { "circularity", 0 },
  [ACINI_OBJECT_LONG_AXIS] = { "long_axis", 1 },
  [ACINI_OBJECT_SHORT_AXIS] = { "short_axis", 1 },
  [ACINI_OBJECT_PROBABILITY] = { "probability", 0 },
  [ACINI_OBJECT_UNCERTAINTY] = { "entropy", 0 },
  [ACINI_OBJECT_SHARPNESS] = { "sharpness", 0 },
  [ACINI_OBJECT_LABEL] = { "label", 0 },
  [ACINI_OBJECT_STATE] = { "state", 0 },
  [ACINI_OBJECT_AUTHOR] = { "author", 0 },
  [ACINI_OBJECT_PLACE] = { "0", 0 },
};

static double
scale (double value, AciniObjectColumn column, double pixel)
{
  if (pixel <= 0 || value < 0)
    return value;
  return columns[column].power == 2 ? value * pixel * pixel : columns[column].power == 1 ? value * pixel : value;
}

double
acini_object_get_measure (const AciniObject *object, AciniObjectColumn measure, double pixel)
{
  double value = 0;

  g_return_val_if_fail (object != NULL && measure < ACINI_OBJECT_N_MEASURES, -1);

  switch (measure)
    {
    case ACINI_OBJECT_AREA:
      value = (double)object->area;
      break;
    case ACINI_OBJECT_PERIMETER:
      value = object->perimeter;
      break;
    case ACINI_OBJECT_CIRCULARITY:
      value = object->circularity;
      break;
    case ACINI_OBJECT_LONG_AXIS:
      value = object->long_axis;
      break;
    case ACINI_OBJECT_SHORT_AXIS:
      value = object->short_axis;
      break;
    case ACINI_OBJECT_PROBABILITY:
      value = object->probability;
      break;
    case ACINI_OBJECT_UNCERTAINTY:
      value = object->entropy;
      break;
    default:
      value = object->sharpness;
      break;
    }
  return scale (value, measure, pixel);
}

static gboolean
is_within (const AciniObjectTableQuery *query, double value)
{
  if (!query->ranged)
    return TRUE;
  return value >= query->low && (value < query->high || (query->closed && value <= query->high));
}

gboolean
acini_object_table_collect (AciniObjectIndex *index, const AciniObjectTableQuery *query, guint slide, double pixel,
                            GArray *keys, GArray *values, GCancellable *cancellable, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (GError) failure = NULL;
  g_autoptr (AciniRegionScope) scope = NULL;
  g_autofree char *sql = NULL;
  sqlite3_stmt *rows;

  g_return_val_if_fail (index != NULL && query != NULL && query->order < ACINI_OBJECT_N_COLUMNS, FALSE);
  g_return_val_if_fail (query->measure < ACINI_OBJECT_N_MEASURES, FALSE);

  if (index->source.project != NULL
      && (scope = acini_region_scope_new (index->source.project, index->source.slide->id, query->region, error))
             == NULL)
    return FALSE;
  transaction = acini_database_read (index->database, error);
  if (transaction == NULL)
    return FALSE;
  sql = g_strdup_printf ("SELECT id, %s, %s, centre_x, centre_y FROM objects WHERE (?1 = 0 OR label = ?1)"
                         " AND (?2 = 0 OR (?2 >> state) & 1)",
                         columns[query->order].sql, columns[query->measure].sql);
  rows = acini_transaction_query (transaction, error, sql, "ii", (gint64)query->label, (gint64)query->states);
  if (rows == NULL)
    return FALSE;
  while (acini_transaction_next (transaction, rows, &failure))
    {
      double value = scale (sqlite3_column_double (rows, 2), query->measure, pixel);
      AciniObjectKey key
          = { sqlite3_column_int64 (rows, 0), scale (sqlite3_column_double (rows, 1), query->order, pixel), slide };

      if (scope != NULL
          && !acini_region_scope_contains (scope, sqlite3_column_double (rows, 3), sqlite3_column_double (rows, 4)))
        continue;
      if (value >= 0)
        g_array_append_val (values, value);
      if (is_within (query, value))
        g_array_append_val (keys, key);
      if (g_cancellable_is_cancelled (cancellable))
        break;
    }
  if (failure == NULL && !g_cancellable_set_error_if_cancelled (cancellable, &failure))
    return TRUE;
  sqlite3_reset (rows);
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static int
compare (const AciniObjectKey *a, const AciniObjectKey *b, gboolean descending)
{
  gboolean known_a = a->order >= 0, known_b = b->order >= 0;

  if (known_a != known_b)
    return known_a ? -1 : 1;
  if (known_a && a->order != b->order)
    return (a->order < b->order) == descending ? 1 : -1;
  if (a->slide != b->slide)
    return a->slide < b->slide ? -1 : 1;
  return (a->id > b->id) - (a->id < b->id);
}

static int
compare_ascending (const void *a, const void *b)
{
  return compare (a, b, FALSE);
}

static int
compare_descending (const void *a, const void *b)
{
  return compare (a, b, TRUE);
}

void
acini_object_table_sort (GArray *keys, gboolean descending)
{
  g_return_if_fail (keys != NULL);

  if (keys->len > 1)
    qsort (keys->data, keys->len, sizeof (AciniObjectKey), descending ? compare_descending : compare_ascending);
}
