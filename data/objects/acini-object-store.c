/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The index's file: tiles with their fragments, and objects with their measures.
 *
 * The rows of objects lie in the order of the tiles that their first pixels are in, so that what an edit changes lies
 * together: by rows of the slide each page of the table would have one or two of them.  By that order they are found in
 * an area, too, as a box up to 512 pixels reaches into the neighbours of its first pixel's tile at most.  Larger ones
 * are found by the cell of their box: a grid whose cells are as large as the box or larger, the cell that holds the
 * box's corner.  There is a grid for boxes up to 1024 pixels, one for those up to 2048, and so on; a box reaches into
 * the cells of its grid to the right and below at most. */

#include "data/objects/acini-object-private.h"

#include <math.h>
#include <string.h>

#define COMPRESSION_LEVEL 1

static const char *const schema_steps[] = {
  /* What the index is of, and up to where it knows the labels and the prediction. */
  "CREATE TABLE info (id INTEGER PRIMARY KEY CHECK (id = 1), source TEXT NOT NULL, position INTEGER NOT NULL,"
  " hash BLOB, cursor INTEGER NOT NULL) STRICT;"
  "CREATE TABLE stale (row INTEGER NOT NULL, column INTEGER NOT NULL, PRIMARY KEY (row, column)) STRICT, WITHOUT"
  " ROWID;"
  "CREATE TABLE tiles (row INTEGER NOT NULL, column INTEGER NOT NULL, fragments INTEGER NOT NULL,"
  " content BLOB NOT NULL, PRIMARY KEY (row, column)) STRICT;"
  "CREATE TABLE objects (place INTEGER PRIMARY KEY, id INTEGER NOT NULL, label INTEGER NOT NULL, author INTEGER NOT "
  "NULL,"
  " at_border INTEGER NOT NULL, area INTEGER NOT NULL, x INTEGER NOT NULL, y INTEGER NOT NULL, width INTEGER NOT NULL,"
  " height INTEGER NOT NULL, centre_x REAL NOT NULL, centre_y REAL NOT NULL, perimeter REAL NOT NULL,"
  " circularity REAL NOT NULL, long_axis REAL NOT NULL, short_axis REAL NOT NULL, probability REAL NOT NULL,"
  " entropy REAL NOT NULL, sharpness REAL NOT NULL, state INTEGER NOT NULL, anchor INTEGER NOT NULL,"
  " locked INTEGER NOT NULL, cell INTEGER NOT NULL) STRICT;"
  "CREATE INDEX objects_by_cell ON objects (cell) WHERE cell >= " ACINI_OBJECT_FIRST_LARGE ";",
  NULL
};

const AciniDatabaseKind acini_object_kind = {
  /* "AcnR": one with other tables is made again. */
  .application_id = 0x41636e52,
  .steps = schema_steps,
  .precious = FALSE,
  .page_size = 8192,
  .domain = acini_object_index_error_quark,
  .damaged = ACINI_OBJECT_INDEX_ERROR_DAMAGED,
  .write = ACINI_OBJECT_INDEX_ERROR_WRITE,
  .newer = ACINI_OBJECT_INDEX_ERROR_DAMAGED,
  /* The rows of the objects that a wide stroke takes away lie all over the slide: what does not fit is written twice.
   */
  .cache = 16 * 1024,
};

AciniObjectTile *
acini_object_tile_new (AciniTilePlace place)
{
  AciniObjectTile *tile = g_new0 (AciniObjectTile, 1);

  tile->place = place;
  tile->fragments = g_array_new (FALSE, FALSE, sizeof (AciniFragment));
  return tile;
}

void
acini_object_tile_free (AciniObjectTile *tile)
{
  if (tile == NULL)
    return;
  g_array_unref (tile->fragments);
  g_free (tile->groups);
  g_free (tile);
}

/* A tile is stored as its fragments, its sides and its cuts, one behind the other, as they are in memory: the index
 * never leaves the computer that can make it again, and its source says of which kind that was. */

static gsize
content_size (guint n_fragments)
{
  const AciniObjectTile *tile = NULL;

  return n_fragments * sizeof (AciniFragment) + sizeof tile->sides + sizeof tile->cuts;
}

AciniObjectTile *
acini_object_store_load (AciniTransaction *transaction, AciniTilePlace place, GError **error)
{
  g_autoptr (AciniObjectTile) tile = acini_object_tile_new (place);
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows = acini_transaction_query (transaction, error,
                                                "SELECT fragments, content FROM tiles WHERE row = ?1 AND column = ?2",
                                                "ii", place.row, place.column);

  if (rows == NULL)
    return NULL;
  if (acini_transaction_next (transaction, rows, &failure))
    {
      gint64 n = CLAMP (sqlite3_column_int64 (rows, 0), 0, ACINI_TILE_PIXELS);
      gsize size = content_size ((guint)n);
      g_autofree guint8 *content = g_malloc (size);
      const guint8 *from = content;

      if (acini_tile_unpack (-1, sqlite3_column_blob (rows, 1), sqlite3_column_bytes (rows, 1), content, size))
        {
          g_array_append_vals (tile->fragments, from, (guint)n);
          from += n * sizeof (AciniFragment);
          memcpy (tile->sides, from, sizeof tile->sides);
          memcpy (tile->cuts, from + sizeof tile->sides, sizeof tile->cuts);
          tile->stored = TRUE;
        }
      else
        acini_transaction_set_damaged (transaction, &failure, "tile");
      sqlite3_reset (rows);
    }
  if (failure == NULL)
    return g_steal_pointer (&tile);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

gboolean
acini_object_store_save (AciniTransaction *transaction, const AciniObjectTile *tile, GError **error)
{
  g_auto (AciniPackedTile) packed = ACINI_PACKED_TILE_INIT;
  gsize size = content_size (tile->fragments->len);
  gsize fragments = tile->fragments->len * sizeof (AciniFragment);
  g_autofree guint8 *content = NULL;

  if (tile->fragments->len == 0)
    return !tile->stored
           || acini_transaction_run (transaction, error, "DELETE FROM tiles WHERE row = ?1 AND column = ?2", "ii",
                                     tile->place.row, tile->place.column);
  content = g_malloc (size);
  memcpy (content, tile->fragments->data, fragments);
  memcpy (content + fragments, tile->sides, sizeof tile->sides);
  memcpy (content + fragments + sizeof tile->sides, tile->cuts, sizeof tile->cuts);
  acini_tile_pack (content, size, COMPRESSION_LEVEL, &packed);
  return acini_transaction_run (transaction, error,
                                "INSERT OR REPLACE INTO tiles (row, column, fragments, content)"
                                " VALUES (?1, ?2, ?3, ?4)",
                                "iiib", tile->place.row, tile->place.column, (gint64)tile->fragments->len, packed.data,
                                packed.size);
}

gboolean
acini_object_store_remove (AciniTransaction *transaction, const AciniSlideRecord *slide, gint64 first, gint64 last,
                           GError **error)
{
  return acini_transaction_run (transaction, error, "DELETE FROM objects WHERE place BETWEEN ?1 AND ?2", "ii",
                                acini_object_place (first, slide->width), acini_object_place (last, slide->width));
}

/* The axes of the ellipse with the second moments of @sums; each pixel is a square, with a moment of its own. */
static void
find_axes (const AciniFragmentSums *sums, AciniObject *object)
{
  __extension__ typedef __int128 Wide;
  Wide area = sums->sums.area;
  double n = (double)area;
  double xx = (double)((Wide)sums->sum_xx * area - (Wide)sums->sum_x * (Wide)sums->sum_x) / n / n + 1 / 12.0;
  double yy = (double)((Wide)sums->sum_yy * area - (Wide)sums->sum_y * (Wide)sums->sum_y) / n / n + 1 / 12.0;
  double xy = (double)((Wide)sums->sum_xy * area - (Wide)sums->sum_x * (Wide)sums->sum_y) / n / n;
  double middle = (xx + yy) / 2, half = hypot ((xx - yy) / 2, xy);

  object->long_axis = 4 * sqrt (middle + half);
  object->short_axis = 4 * sqrt (MAX (middle - half, 0));
}

static void
measure (const AciniSlideRecord *slide, const AciniFragmentSums *from, AciniObject *object)
{
  const AciniFragment *sums = &from->sums;
  double n = (double)sums->area, computed = (double)sums->computed;

  object->id = sums->first;
  object->label = (int)sums->label;
  object->author = sums->people == 0            ? ACINI_AUTHOR_MODEL
                   : sums->people == sums->area ? ACINI_AUTHOR_PERSON
                                                : ACINI_AUTHOR_MIXED;
  object->at_border = sums->left == 0 || sums->top == 0 || sums->right == slide->width || sums->bottom == slide->height;
  object->area = sums->area;
  object->box = (AciniRect){ sums->left, sums->top, sums->right - sums->left, sums->bottom - sums->top };
  object->x = (double)from->sum_x / n + .5;
  object->y = (double)from->sum_y / n + .5;
  /* Crofton: π / 2 times the mean, over the directions 0°, 45°, 90° and 135°, of intersections times distance. */
  object->perimeter = G_PI / 8 * ((1 + G_SQRT2) * (double)sums->straight + (1 + G_SQRT2 / 2) * (double)sums->corners);
  object->circularity = object->perimeter > 0 ? MIN (4 * G_PI * n / (object->perimeter * object->perimeter), 1) : 1;
  object->probability = computed > 0 ? (double)sums->probability / computed / 255 : -1;
  object->entropy = computed > 0 ? (double)sums->entropy / computed / ACINI_ENTROPY_ONE : -1;
  object->sharpness = sums->edges > 0 ? (double)sums->sharpness / (double)sums->edges / 255 : -1;
  find_axes (from, object);
}

/* See above: the grid, the row in it and the column. */
static gint64
find_cell (const AciniRect *box)
{
  int grid = 0;

  while (MAX (box->width, box->height) > (gint64)ACINI_TILE_SIZE << grid)
    grid++;
  return ACINI_OBJECT_CELL (grid, box->y / ((gint64)ACINI_TILE_SIZE << grid),
                            box->x / ((gint64)ACINI_TILE_SIZE << grid));
}

gboolean
acini_object_store_add (AciniTransaction *transaction, const AciniSlideRecord *slide, const AciniFragmentSums *sums,
                        GError **error)
{
  AciniObject o;

  measure (slide, sums, &o);
  return acini_transaction_run (
      transaction, error,
      "INSERT INTO objects (" ACINI_OBJECT_COLUMNS ", cell, place) VALUES (?1, ?2, ?3, ?4, ?5, ?6,"
      " ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23)",
      "iiiiiiiiidddddddddiiiii", o.id, (gint64)o.label, (gint64)o.author, (gint64)o.at_border, o.area, o.box.x, o.box.y,
      o.box.width, o.box.height, o.x, o.y, o.perimeter, o.circularity, o.long_axis, o.short_axis, o.probability,
      o.entropy, o.sharpness, sums->sums.state, sums->sums.anchor, (gint64)(sums->sums.locked > 0), find_cell (&o.box),
      acini_object_place (o.id, slide->width));
}

void
acini_object_store_read (sqlite3_stmt *row, gint64 slide_width, AciniObject *object)
{
  object->id = sqlite3_column_int64 (row, 0);
  object->label = sqlite3_column_int (row, 1);
  object->author = sqlite3_column_int (row, 2);
  object->at_border = sqlite3_column_int (row, 3) != 0;
  object->area = sqlite3_column_int64 (row, 4);
  object->box = (AciniRect){ sqlite3_column_int64 (row, 5), sqlite3_column_int64 (row, 6),
                             sqlite3_column_int64 (row, 7), sqlite3_column_int64 (row, 8) };
  object->x = sqlite3_column_double (row, 9);
  object->y = sqlite3_column_double (row, 10);
  object->perimeter = sqlite3_column_double (row, 11);
  object->circularity = sqlite3_column_double (row, 12);
  object->long_axis = sqlite3_column_double (row, 13);
  object->short_axis = sqlite3_column_double (row, 14);
  object->probability = sqlite3_column_double (row, 15);
  object->entropy = sqlite3_column_double (row, 16);
  object->sharpness = sqlite3_column_double (row, 17);
  object->state = sqlite3_column_int (row, 18);
  object->locked = sqlite3_column_int (row, 20) != 0;
  object->anchor_x = object->anchor_y = -1;
  if (sqlite3_column_int64 (row, 19) > 0)
    {
      object->anchor_x = (sqlite3_column_int64 (row, 19) - 1) % slide_width;
      object->anchor_y = (sqlite3_column_int64 (row, 19) - 1) / slide_width;
    }
}
