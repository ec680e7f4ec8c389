/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/labels/acini-seams.h"

#include "data/labels/acini-labels-private.h"

#include <string.h>

#define TILE ACINI_TILE_SIZE

gboolean
acini_seams_load_tile (AciniTransaction *transaction, gint64 slide, AciniTilePlace place, AciniPackedTile *tile,
                       GError **error)
{
  sqlite3_stmt *rows = acini_transaction_query (transaction, error,
                                                "SELECT value, pixels FROM seam_tiles"
                                                " WHERE slide = ?1 AND row = ?2 AND column = ?3",
                                                "iii", slide, place.row, place.column);

  return acini_labels_take_tile (transaction, rows, tile, error);
}

gboolean
acini_seams_store_tile (AciniTransaction *transaction, gint64 slide, AciniTilePlace place, const AciniPackedTile *tile,
                        GError **error)
{
  if (tile->value == 0)
    return acini_transaction_run (transaction, error,
                                  "DELETE FROM seam_tiles WHERE slide = ?1 AND row = ?2 AND column = ?3", "iii", slide,
                                  place.row, place.column);
  return acini_transaction_run (transaction, error,
                                "INSERT INTO seam_tiles (slide, row, column, value, pixels)"
                                " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET value = ?4, pixels = ?5",
                                "iiiub", slide, place.row, place.column, (gint64)tile->value, tile->data, tile->size);
}

/* Copies the part of the tile of the current row that the rectangle shows. */
static gboolean
copy_tile (AciniTransaction *transaction, sqlite3_stmt *row, const AciniRect *rect, guint8 *scratch, guint8 *seams,
           GError **error)
{
  gint64 tile_y = sqlite3_column_int64 (row, 0) * TILE, tile_x = sqlite3_column_int64 (row, 1) * TILE;
  gint64 left = MAX (rect->x, tile_x), right = MIN (rect->x + rect->width, tile_x + TILE);
  gint64 top = MAX (rect->y, tile_y), bottom = MIN (rect->y + rect->height, tile_y + TILE);
  int value = sqlite3_column_type (row, 2) != SQLITE_NULL ? sqlite3_column_int (row, 2) & 0xff : -1;

  if (!acini_tile_unpack (value, sqlite3_column_blob (row, 3), sqlite3_column_bytes (row, 3), scratch,
                          ACINI_TILE_PIXELS))
    {
      acini_transaction_set_damaged (transaction, error, "seam tile");
      return FALSE;
    }
  for (gint64 y = top; y < bottom && left < right; y++)
    memcpy (seams + (gsize)(y - rect->y) * rect->width + (left - rect->x),
            scratch + (y - tile_y) * TILE + left - tile_x, right - left);
  return TRUE;
}

gboolean
acini_seams_read (AciniProject *project, gint64 slide, gint64 x, gint64 y, int width, int height, guint8 *seams,
                  gboolean *any, GError **error)
{
  const AciniRect rect = { x, y, width, height };
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (GError) failure = NULL;
  g_autofree guint8 *scratch = NULL;
  sqlite3_stmt *rows;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && seams != NULL && width > 0 && height > 0, FALSE);

  if (any != NULL)
    *any = FALSE;
  else
    memset (seams, 0, (gsize)width * height);
  transaction = acini_database_read (acini_project_get_database (project), error);
  if (transaction == NULL)
    return FALSE;
  rows = acini_transaction_query (transaction, error,
                                  "SELECT row, column, value, pixels FROM seam_tiles WHERE slide = ?1"
                                  " AND row BETWEEN ?2 AND ?3 AND column BETWEEN ?4 AND ?5",
                                  "iiiii", slide, acini_div_floor (y, TILE), acini_div_floor (y + height - 1, TILE),
                                  acini_div_floor (x, TILE), acini_div_floor (x + width - 1, TILE));
  if (rows == NULL)
    return FALSE;
  while (acini_transaction_next (transaction, rows, &failure))
    {
      if (scratch == NULL)
        scratch = g_malloc (ACINI_TILE_PIXELS);
      if (any != NULL && !*any)
        {
          memset (seams, 0, (gsize)width * height);
          *any = TRUE;
        }
      if (!copy_tile (transaction, rows, &rect, scratch, seams, &failure))
        {
          sqlite3_reset (rows);
          break;
        }
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

void
acini_seams_from_instances (const guint32 *instances, const guint32 *above, int width, int height, guint8 *seams)
{
  g_return_if_fail (instances != NULL && seams != NULL);

  for (int y = 0; y < height; y++, above = instances, instances += width, seams += width)
    for (int x = 0; x < width; x++)
      {
        guint32 instance = instances[x];
        gboolean left = x > 0 && instance != 0 && instances[x - 1] != 0 && instances[x - 1] != instance;
        gboolean upper = above != NULL && instance != 0 && above[x] != 0 && above[x] != instance;

        seams[x] = (guint8)((left ? ACINI_SEAM_LEFT : 0) | (upper ? ACINI_SEAM_UPPER : 0));
      }
}
