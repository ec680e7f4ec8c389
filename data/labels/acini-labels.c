/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/labels/acini-labels-private.h"

#include <string.h>

/* 3 is zstd's default: half the time of 6 at nearly its size, for labels. */
#define COMPRESSION_LEVEL 3
#define TILE ACINI_TILE_SIZE
#define HALF (ACINI_TILE_SIZE / 2)

G_STATIC_ASSERT (ACINI_TILE_SIZE == ACINI_LABEL_TILE);

int
acini_labels_get_n_levels (gint64 width, gint64 height)
{
  int n = 1;

  for (gint64 side = MAX (width, height); side > TILE; side = acini_div_ceil (side, 2))
    n++;
  return n;
}

int
acini_tile_place_compare (gconstpointer a, gconstpointer b)
{
  const AciniTilePlace *first = a, *second = b;

  if (first->row != second->row)
    return first->row < second->row ? -1 : 1;
  return (first->column > second->column) - (first->column < second->column);
}

/* Tiles. */

gboolean
acini_labels_take_tile (AciniTransaction *transaction, sqlite3_stmt *rows, AciniPackedTile *tile, GError **error)
{
  g_autoptr (GError) failure = NULL;

  acini_packed_tile_clear (tile);
  if (rows == NULL)
    return FALSE;
  if (acini_transaction_next (transaction, rows, &failure))
    {
      if (sqlite3_column_type (rows, 0) != SQLITE_NULL)
        tile->value = sqlite3_column_int (rows, 0) & 0xff;
      else
        {
          tile->value = -1;
          tile->size = sqlite3_column_bytes (rows, 1);
          tile->data = g_memdup2 (sqlite3_column_blob (rows, 1), tile->size);
        }
      sqlite3_reset (rows);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
acini_labels_load_tile (AciniTransaction *transaction, gint64 slide, int level, AciniTilePlace place,
                        AciniPackedTile *tile, GError **error)
{
  sqlite3_stmt *rows = acini_transaction_query (transaction, error,
                                                "SELECT value, pixels FROM label_tiles"
                                                " WHERE slide = ?1 AND level = ?2 AND row = ?3 AND column = ?4",
                                                "iiii", slide, (gint64)level, place.row, place.column);

  return acini_labels_take_tile (transaction, rows, tile, error);
}

gboolean
acini_labels_store_tile (AciniTransaction *transaction, gint64 slide, int level, AciniTilePlace place,
                         const AciniPackedTile *tile, GError **error)
{
  if (tile->value == ACINI_LABEL_UNLABELLED)
    return acini_transaction_run (transaction, error,
                                  "DELETE FROM label_tiles"
                                  " WHERE slide = ?1 AND level = ?2 AND row = ?3 AND column = ?4",
                                  "iiii", slide, (gint64)level, place.row, place.column);
  return acini_transaction_run (transaction, error,
                                "INSERT INTO label_tiles (slide, level, row, column, value, pixels)"
                                " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
                                " ON CONFLICT DO UPDATE SET value = ?5, pixels = ?6",
                                "iiiiub", slide, (gint64)level, place.row, place.column, (gint64)tile->value,
                                tile->data, tile->size);
}

/* The pyramid. */

typedef struct
{
  AciniTransaction *transaction;
  gint64 slide;
  guint8 *parent; /* scratch: a tile */
} Update;

static int
compare_by_parent (gconstpointer a, gconstpointer b)
{
  const AciniTilePlace *first = a, *second = b;
  AciniTilePlace first_parent = { first->row >> 1, first->column >> 1 };
  AciniTilePlace second_parent = { second->row >> 1, second->column >> 1 };

  return acini_tile_place_compare (&first_parent, &second_parent);
}

/* Reduces one child of @level into the parent in @update. */
static gboolean
reduce_child (Update *update, int level, AciniTilePlace place, GError **error)
{
  g_auto (AciniPackedTile) child = ACINI_PACKED_TILE_INIT;
  guint8 *quarter = update->parent + (place.row & 1) * HALF * TILE + (place.column & 1) * HALF, *pixels;

  if (!acini_labels_load_tile (update->transaction, update->slide, level, place, &child, error))
    return FALSE;
  if (child.value >= 0)
    {
      for (int y = 0; y < HALF; y++)
        memset (quarter + y * TILE, child.value, HALF);
      return TRUE;
    }
  pixels = acini_tile_unpack_shared (child.data, child.size);
  if (pixels == NULL)
    {
      acini_transaction_set_damaged (update->transaction, error, "label tile");
      return FALSE;
    }
  acini_tile_reduce_labels (pixels, quarter);
  g_atomic_rc_box_release (pixels);
  return TRUE;
}

/* Updates the parent of the @n tiles @children of @level.  *@changed: whether it is another than before. */
static gboolean
update_parent (Update *update, int level, const AciniTilePlace *children, guint n, gboolean *changed, GError **error)
{
  g_auto (AciniPackedTile) before = ACINI_PACKED_TILE_INIT, after = ACINI_PACKED_TILE_INIT;
  AciniTilePlace place = { children[0].row >> 1, children[0].column >> 1 };

  if (!acini_labels_load_tile (update->transaction, update->slide, level + 1, place, &before, error))
    return FALSE;
  if (n < 4 && !acini_tile_unpack (before.value, before.data, before.size, update->parent, ACINI_TILE_PIXELS))
    {
      acini_transaction_set_damaged (update->transaction, error, "label tile");
      return FALSE;
    }
  for (guint i = 0; i < n; i++)
    if (!reduce_child (update, level, children[i], error))
      return FALSE;
  acini_tile_pack (update->parent, ACINI_TILE_PIXELS, COMPRESSION_LEVEL, &after);
  acini_tile_remember (update->parent, &after);
  *changed = before.value != after.value || before.size != after.size
             || (before.size > 0 && memcmp (before.data, after.data, before.size) != 0);
  return !*changed || acini_labels_store_tile (update->transaction, update->slide, level + 1, place, &after, error);
}

gboolean
acini_labels_update_pyramid (AciniTransaction *transaction, gint64 slide, gint64 width, gint64 height, GArray *places,
                             GError **error)
{
  g_autofree guint8 *parent = g_malloc (ACINI_TILE_PIXELS);
  g_autoptr (GArray) children = g_array_copy (places);
  Update update = { transaction, slide, parent };
  int n_levels = acini_labels_get_n_levels (width, height);

  for (int level = 0; level + 1 < n_levels && children->len > 0; level++)
    {
      g_autoptr (GArray) parents = g_array_new (FALSE, FALSE, sizeof (AciniTilePlace));
      const AciniTilePlace *all;

      g_array_sort (children, compare_by_parent);
      all = (const AciniTilePlace *)(gpointer)children->data;
      for (guint i = 0, n; i < children->len; i += n)
        {
          AciniTilePlace place = { all[i].row >> 1, all[i].column >> 1 };
          gboolean changed = FALSE;

          for (n = 1; i + n < children->len && compare_by_parent (&all[i], &all[i + n]) == 0; n++)
            ;
          if (!update_parent (&update, level, all + i, n, &changed, error))
            return FALSE;
          /* What did not change here changes nothing above. */
          if (changed)
            g_array_append_val (parents, place);
        }
      g_array_unref (children);
      children = g_steal_pointer (&parents);
    }
  return TRUE;
}

/* Reading. */

static gboolean
copy_tile (AciniTransaction *transaction, sqlite3_stmt *row_of_tile, gint64 row, gint64 x, gint64 y, int width,
           int height, guint8 *labels, GError **error)
{
  gint64 tile_x = sqlite3_column_int64 (row_of_tile, 0) * TILE, tile_y = row * TILE;
  gint64 left = MAX (x, tile_x), right = MIN (x + width, tile_x + TILE);
  gint64 top = MAX (y, tile_y), bottom = MIN (y + height, tile_y + TILE);
  gboolean uniform = sqlite3_column_type (row_of_tile, 1) != SQLITE_NULL;
  guint8 *pixels = NULL;

  if (!uniform)
    {
      pixels = acini_tile_unpack_shared (sqlite3_column_blob (row_of_tile, 2), sqlite3_column_bytes (row_of_tile, 2));
      if (pixels == NULL)
        {
          acini_transaction_set_damaged (transaction, error, "label tile");
          return FALSE;
        }
    }
  for (gint64 line = top; line < bottom; line++)
    {
      guint8 *to = labels + (gsize)(line - y) * width + (left - x);

      if (uniform)
        memset (to, sqlite3_column_int (row_of_tile, 1), right - left);
      else
        memcpy (to, pixels + (line - tile_y) * TILE + (left - tile_x), right - left);
    }
  if (pixels != NULL)
    g_atomic_rc_box_release (pixels);
  return TRUE;
}

gboolean
acini_labels_read_from (AciniDatabase *database, gint64 slide, int level, gint64 x, gint64 y, int width, int height,
                        guint8 *labels, GError **error)
{
  g_autoptr (AciniTransaction) transaction = acini_database_read (database, error);
  g_autoptr (GError) failure = NULL;

  memset (labels, 0, (gsize)width * height);
  if (transaction == NULL)
    return FALSE;
  for (gint64 row = MAX (0, acini_div_floor (y, TILE)); row * TILE < y + height; row++)
    {
      sqlite3_stmt *rows = acini_transaction_query (transaction, error,
                                                    "SELECT column, value, pixels FROM label_tiles WHERE slide = ?1"
                                                    " AND level = ?2 AND row = ?3 AND column BETWEEN ?4 AND ?5",
                                                    "iiiii", slide, (gint64)level, row, acini_div_floor (x, TILE),
                                                    acini_div_floor (x + width - 1, TILE));

      if (rows == NULL)
        return FALSE;
      while (acini_transaction_next (transaction, rows, &failure)
             && copy_tile (transaction, rows, row, x, y, width, height, labels, &failure))
        ;
      if (failure != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
acini_labels_read (AciniProject *project, gint64 slide, int level, gint64 x, gint64 y, int width, int height,
                   guint8 *labels, GError **error)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (project) && labels != NULL, FALSE);
  g_return_val_if_fail (level >= 0 && width > 0 && height > 0, FALSE);

  return acini_labels_read_from (acini_project_get_database (project), slide, level, x, y, width, height, labels,
                                 error);
}

GArray *
acini_labels_list_tiles_of (AciniDatabase *database, gint64 slide, GError **error)
{
  g_autoptr (GArray) tiles = g_array_new (FALSE, FALSE, sizeof (AciniRect));
  g_autoptr (AciniTransaction) transaction = acini_database_read (database, error);
  g_autoptr (GError) failure = NULL;
  gint64 width, height;
  sqlite3_stmt *rows;

  if (transaction == NULL || !acini_project_get_slide_size (transaction, slide, &width, &height, error))
    return NULL;
  rows = acini_transaction_query (transaction, error,
                                  "SELECT row, column FROM label_tiles WHERE slide = ?1 AND level = 0", "i", slide);
  if (rows == NULL)
    return NULL;
  while (acini_transaction_next (transaction, rows, &failure))
    {
      AciniRect tile = { sqlite3_column_int64 (rows, 1) * TILE, sqlite3_column_int64 (rows, 0) * TILE, 0, 0 };

      tile.width = MIN (TILE, width - tile.x);
      tile.height = MIN (TILE, height - tile.y);
      g_array_append_val (tiles, tile);
    }
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  return g_steal_pointer (&tiles);
}

GArray *
acini_labels_list_tiles (AciniProject *project, gint64 slide, GError **error)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);

  return acini_labels_list_tiles_of (acini_project_get_database (project), slide, error);
}

gboolean
acini_labels_widen_times (AciniProject *project, gint64 slide, gint64 *oldest, gint64 *newest, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && oldest != NULL && newest != NULL, FALSE);

  transaction = acini_database_read (acini_project_get_database (project), error);
  rows = transaction != NULL
             ? acini_transaction_query (transaction, error,
                                        "SELECT MAX (time) FROM journal JOIN journal_tiles USING (sequence)"
                                        " WHERE slide = ?1 GROUP BY row, column",
                                        "i", slide)
             : NULL;
  if (rows == NULL)
    return FALSE;
  while (acini_transaction_next (transaction, rows, &failure))
    {
      *oldest = MIN (*oldest, sqlite3_column_int64 (rows, 0));
      *newest = MAX (*newest, sqlite3_column_int64 (rows, 0));
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}
