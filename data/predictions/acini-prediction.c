/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/predictions/acini-prediction.h"

#include "data/base/acini-database.h"
#include "data/base/acini-tiles.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* A tile of level 0 holds n_classes planes.  A tile of a coarser level may be computed in parts, so it holds one plane
 * more: 255 where at least one of the pixels below was computed, 0 elsewhere.  A tile of one value is computed as a
 * whole.  Pixels of level 0 outside the slide are stored as they came and never shown, nor part of a coarser level. */

#define PIXELS ACINI_TILE_PIXELS
#define COMPRESSION_LEVEL 1 /* 2 and above are several times slower and save a few percent */

G_STATIC_ASSERT (ACINI_TILE_SIZE == ACINI_PREDICTION_TILE);

struct _AciniPrediction
{
  GObject parent_instance;
  char *path;
  AciniDatabase *database;
  AciniPredictionInfo info;
  gint64 generation; /* of the content that info describes; another process may have made the file anew */
  gint64 width, height;
  int n_levels;
};

G_DEFINE_FINAL_TYPE (AciniPrediction, acini_prediction, G_TYPE_OBJECT)
G_DEFINE_QUARK (acini - prediction - error - quark, acini_prediction_error)

static const char *const schema_steps[]
    = { "CREATE TABLE info (id INTEGER PRIMARY KEY CHECK (id = 1), generation INTEGER NOT NULL,"
        " slide_width INTEGER NOT NULL, slide_height INTEGER NOT NULL, downsample REAL NOT NULL,"
        " n_classes INTEGER NOT NULL, model TEXT NOT NULL,"
        " serial INTEGER NOT NULL" /* the last one given to a tile; never goes back */
        ") STRICT;"
        "CREATE TABLE tiles (level INTEGER NOT NULL, row INTEGER NOT NULL, column INTEGER NOT NULL,"
        " serial INTEGER NOT NULL, value INTEGER, pixels BLOB, PRIMARY KEY (level, row, column),"
        " CHECK ((value IS NULL) <> (pixels IS NULL))) STRICT, WITHOUT ROWID;"
        "CREATE INDEX finished ON tiles (serial) WHERE level = 0;",
        "ALTER TABLE info ADD COLUMN settings TEXT NOT NULL DEFAULT '';", NULL };

static const AciniDatabaseKind prediction_kind = {
  .application_id = 0x41636e51, /* "AcnQ" */
  .steps = schema_steps,
  .precious = FALSE,
  .page_size = 16384,
  .domain = acini_prediction_error_quark,
  .damaged = ACINI_PREDICTION_ERROR_DAMAGED,
  .write = ACINI_PREDICTION_ERROR_WRITE,
  .newer = ACINI_PREDICTION_ERROR_DAMAGED,
};

static void
acini_prediction_finalize (GObject *object)
{
  AciniPrediction *self = ACINI_PREDICTION (object);

  g_clear_pointer (&self->database, acini_database_free);
  g_clear_pointer (&self->path, g_free);
  G_OBJECT_CLASS (acini_prediction_parent_class)->finalize (object);
}

static void
acini_prediction_class_init (AciniPredictionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_prediction_finalize;
}

static void
acini_prediction_init (AciniPrediction *self)
{
}

/* Opening. */

static gboolean
is_same (const AciniPredictionInfo *a, const AciniPredictionInfo *b)
{
  return a->slide_width == b->slide_width && a->slide_height == b->slide_height && a->n_classes == b->n_classes
         && fabs (a->downsample - b->downsample) <= 1e-9 * b->downsample && g_str_equal (a->model, b->model)
         && g_str_equal (a->way, b->way);
}

static gboolean
is_plausible (const AciniPredictionInfo *info)
{
  return info->slide_width > 0 && info->slide_height > 0 && isfinite (info->downsample) && info->downsample > 0
         && info->n_classes > 0 && info->n_classes < 255;
}

/* Generation 0: the file has no information yet. */
static gboolean
read_info (AciniTransaction *transaction, AciniPredictionInfo *info, gint64 *generation, GError **error)
{
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows = acini_transaction_query (transaction, error,
                                                "SELECT generation, slide_width, slide_height, downsample, n_classes,"
                                                " model, settings FROM info",
                                                "");

  *generation = 0;
  if (rows == NULL)
    return FALSE;
  if (acini_transaction_next (transaction, rows, &failure))
    {
      *generation = sqlite3_column_int64 (rows, 0);
      info->slide_width = sqlite3_column_int64 (rows, 1);
      info->slide_height = sqlite3_column_int64 (rows, 2);
      info->downsample = sqlite3_column_double (rows, 3);
      info->n_classes = sqlite3_column_int (rows, 4);
      g_strlcpy (info->model, (const char *)sqlite3_column_text (rows, 5), sizeof info->model);
      g_strlcpy (info->way, (const char *)sqlite3_column_text (rows, 6), sizeof info->way);
      sqlite3_reset (rows);
      if (is_plausible (info))
        return TRUE;
      acini_transaction_set_damaged (transaction, error, "info");
      return FALSE;
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Empties the file and gives it the shape of @info, unless another process has just done so. */
static gboolean
remake (AciniPrediction *self, const AciniPredictionInfo *info, GError **error)
{
  g_autoptr (AciniTransaction) transaction = acini_database_write (self->database, error);

  if (transaction == NULL || !read_info (transaction, &self->info, &self->generation, error))
    return FALSE;
  if (self->generation > 0 && is_same (&self->info, info))
    return TRUE;
  self->info = *info;
  self->generation++;
  return acini_transaction_run (transaction, error, "DELETE FROM tiles", "")
         && acini_transaction_run (transaction, error,
                                   "INSERT INTO info (id, generation, slide_width, slide_height, downsample, n_classes,"
                                   " model, settings, serial) VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, 0)"
                                   " ON CONFLICT (id) DO UPDATE SET"
                                   " generation = ?1, slide_width = ?2, slide_height = ?3, downsample = ?4,"
                                   " n_classes = ?5, model = ?6, settings = ?7",
                                   "iiidiss", self->generation, info->slide_width, info->slide_height, info->downsample,
                                   (gint64)info->n_classes, info->model, info->way)
         && acini_transaction_commit (transaction, error);
}

static gboolean
load_info (AciniPrediction *self, const AciniPredictionInfo *info, GError **error)
{
  g_autoptr (AciniTransaction) transaction = acini_database_read (self->database, error);

  if (transaction == NULL || !read_info (transaction, &self->info, &self->generation, error))
    return FALSE;
  g_clear_pointer (&transaction, acini_transaction_free);
  if (info != NULL && (self->generation == 0 || !is_same (&self->info, info)) && !remake (self, info, error))
    return FALSE;
  if (self->generation > 0)
    return TRUE;
  g_set_error (error, ACINI_PREDICTION_ERROR, ACINI_PREDICTION_ERROR_DAMAGED,
               _ ("“%s” contains no prediction: segment the slide again"), self->path);
  return FALSE;
}

AciniPrediction *
acini_prediction_open (const char *path, const AciniPredictionInfo *info, GError **error)
{
  g_autoptr (AciniPrediction) self = NULL;

  g_return_val_if_fail (path != NULL, NULL);
  g_return_val_if_fail (info == NULL || is_plausible (info), NULL);

  self = g_object_new (ACINI_TYPE_PREDICTION, NULL);
  self->path = g_canonicalize_filename (path, NULL);
  if (info == NULL && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      g_set_error (error, ACINI_PREDICTION_ERROR, ACINI_PREDICTION_ERROR_DAMAGED,
                   _ ("There is no prediction “%s”: segment the slide first"), path);
      return NULL;
    }
  self->database = acini_database_open (path, &prediction_kind,
                                        info != NULL ? ACINI_DATABASE_CREATE : ACINI_DATABASE_EXISTING, error);
  if (self->database == NULL || !load_info (self, info, error))
    return NULL;
  self->width = MAX (1, (gint64)ceil (self->info.slide_width / self->info.downsample));
  self->height = MAX (1, (gint64)ceil (self->info.slide_height / self->info.downsample));
  self->n_levels = 1;
  for (gint64 side = MAX (self->width, self->height); side > ACINI_TILE_SIZE; side = acini_div_ceil (side, 2))
    self->n_levels++;
  return g_steal_pointer (&self);
}

const AciniPredictionInfo *
acini_prediction_get_info (AciniPrediction *self)
{
  g_return_val_if_fail (ACINI_IS_PREDICTION (self), NULL);

  return &self->info;
}

gint64
acini_prediction_get_width (AciniPrediction *self)
{
  g_return_val_if_fail (ACINI_IS_PREDICTION (self), 0);

  return self->width;
}

gint64
acini_prediction_get_height (AciniPrediction *self)
{
  g_return_val_if_fail (ACINI_IS_PREDICTION (self), 0);

  return self->height;
}

const char *
acini_prediction_get_path (AciniPrediction *self)
{
  g_return_val_if_fail (ACINI_IS_PREDICTION (self), NULL);

  return self->path;
}

int
acini_prediction_get_n_levels (AciniPrediction *self)
{
  g_return_val_if_fail (ACINI_IS_PREDICTION (self), 0);

  return self->n_levels;
}

gint64
acini_prediction_get_generation (AciniPrediction *self)
{
  g_return_val_if_fail (ACINI_IS_PREDICTION (self), 0);

  return self->generation;
}

/* A transaction in which the file is still what it was when it was opened. */
static AciniTransaction *
begin (AciniPrediction *self, gboolean writing, GError **error)
{
  g_autoptr (AciniTransaction) transaction
      = writing ? acini_database_write (self->database, error) : acini_database_read (self->database, error);
  gint64 generation;

  if (transaction == NULL)
    return NULL;
  generation = acini_transaction_get_int (transaction, error, 0, "SELECT generation FROM info", "");
  if (generation < 0)
    return NULL;
  if (generation == self->generation)
    return g_steal_pointer (&transaction);
  g_set_error (error, ACINI_PREDICTION_ERROR, ACINI_PREDICTION_ERROR_DAMAGED,
               _ ("“%s” was replaced by the prediction of another model: open it again"), self->path);
  return NULL;
}

/* Tiles. */

static gsize
n_planes (AciniPrediction *self, int level)
{
  return self->info.n_classes + (level > 0 ? 1 : 0);
}

/* The size of a level in its pixels. */
static gint64
level_size (gint64 size, int level)
{
  return acini_div_ceil (size, G_GINT64_CONSTANT (1) << level);
}

/* Unpacks the tile of the current row, whose value and pixels are columns @column and @column + 1. */
static gboolean
unpack_row (AciniPrediction *self, AciniTransaction *transaction, sqlite3_stmt *row, int column, int level,
            guint8 *planes, GError **error)
{
  gboolean uniform = sqlite3_column_type (row, column) != SQLITE_NULL;
  gsize n = n_planes (self, level) * PIXELS;

  if (!acini_tile_unpack (uniform ? sqlite3_column_int (row, column) & 0xff : -1, sqlite3_column_blob (row, column + 1),
                          sqlite3_column_bytes (row, column + 1), planes, n))
    {
      acini_transaction_set_damaged (transaction, error, "tile");
      return FALSE;
    }
  if (uniform && level > 0)
    memset (planes + n - PIXELS, 255, PIXELS);
  return TRUE;
}

static gboolean
pack_tile (AciniTransaction *transaction, int level, gint64 column, gint64 row, gint64 serial,
           const AciniPackedTile *tile, GError **error)
{
  return acini_transaction_run (transaction, error,
                                "INSERT OR REPLACE INTO tiles (level, row, column, serial, value, pixels)"
                                " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                                "iiiiub", (gint64)level, row, column, serial, (gint64)tile->value, tile->data,
                                tile->size);
}

/* The tiles of one level that a write has touched, unpacked. */
typedef struct
{
  gint64 column, row;
  const guint8 *planes;
  guint8 *owned; /* planes, where they are to be freed */
} Touched;

static void
clear_touched (gpointer data)
{
  g_free (((Touched *)data)->owned);
}

static GArray *
touched_new (void)
{
  GArray *touched = g_array_new (FALSE, FALSE, sizeof (Touched));

  g_array_set_clear_func (touched, clear_touched);
  return touched;
}

/* Rows of parents, so that the children of one parent stand together. */
static int
compare_by_parent (gconstpointer a, gconstpointer b)
{
  const Touched *first = a, *second = b;
  gint64 rows = (first->row >> 1) - (second->row >> 1), columns = (first->column >> 1) - (second->column >> 1);

  return rows != 0 ? (rows > 0) - (rows < 0) : (columns > 0) - (columns < 0);
}

/* Which pixels of a level-0 tile lie on the slide: NULL where all do, else @mask, filled. */
static const guint8 *
mask_inside (AciniPrediction *self, gint64 column, gint64 row, guint8 *mask)
{
  gint64 width = MIN (self->width - column * ACINI_TILE_SIZE, ACINI_TILE_SIZE);
  gint64 height = MIN (self->height - row * ACINI_TILE_SIZE, ACINI_TILE_SIZE);

  if (width == ACINI_TILE_SIZE && height == ACINI_TILE_SIZE)
    return NULL;
  memset (mask, 0, PIXELS);
  for (gint64 y = 0; y < height; y++)
    memset (mask + y * ACINI_TILE_SIZE, 255, width);
  return mask;
}

/* Reduces @child, of level @level, into its quarter of the planes of its parent. */
static void
reduce_child (AciniPrediction *self, int level, const Touched *child, guint8 *parent, guint8 *scratch)
{
  gsize quarter = (child->row & 1) * (PIXELS / 2) + (child->column & 1) * (ACINI_TILE_SIZE / 2);
  gsize n = self->info.n_classes;
  const guint8 *computed
      = level > 0 ? child->planes + n * PIXELS : mask_inside (self, child->column, child->row, scratch);

  for (gsize plane = 0; plane < n; plane++)
    acini_tile_reduce_greatest (child->planes + plane * PIXELS, computed, parent + plane * PIXELS + quarter);
  if (computed != NULL)
    acini_tile_reduce_any (computed, parent + n * PIXELS + quarter);
  else
    for (int y = 0; y < ACINI_TILE_SIZE / 2; y++)
      memset (parent + n * PIXELS + quarter + y * ACINI_TILE_SIZE, 255, ACINI_TILE_SIZE / 2);
}

static gboolean
load_tile (AciniPrediction *self, AciniTransaction *transaction, int level, gint64 column, gint64 row, guint8 *planes,
           GError **error)
{
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows = acini_transaction_query (transaction, error,
                                                "SELECT value, pixels FROM tiles"
                                                " WHERE level = ?1 AND row = ?2 AND column = ?3",
                                                "iii", (gint64)level, row, column);
  gboolean ok = TRUE;

  if (rows == NULL)
    return FALSE;
  if (acini_transaction_next (transaction, rows, &failure))
    ok = unpack_row (self, transaction, rows, 0, level, planes, &failure);
  else
    memset (planes, 0, n_planes (self, level) * PIXELS);
  sqlite3_reset (rows);
  if (failure == NULL)
    return ok;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
store_parent (AciniPrediction *self, AciniTransaction *transaction, int level, const Touched *parent, GError **error)
{
  g_auto (AciniPackedTile) packed = ACINI_PACKED_TILE_INIT;
  gsize n = self->info.n_classes;
  const guint8 *computed = parent->planes + n * PIXELS;

  if (computed[0] == 255 && memcmp (computed, computed + 1, PIXELS - 1) == 0
      && memcmp (parent->planes, parent->planes + 1, n * PIXELS - 1) == 0)
    packed.value = parent->planes[0];
  else
    acini_tile_pack (parent->planes, (n + 1) * PIXELS, COMPRESSION_LEVEL, &packed);
  return pack_tile (transaction, level, parent->column, parent->row, 0, &packed, error);
}

/* Brings the parents of @children (of level @level) up to date.  Returns: (transfer full) the parents, or NULL. */
static GArray *
update_parents (AciniPrediction *self, AciniTransaction *transaction, int level, GArray *children, GError **error)
{
  g_autoptr (GArray) parents = touched_new ();
  g_autofree guint8 *scratch = g_malloc (PIXELS);

  g_array_sort (children, compare_by_parent);
  for (guint i = 0; i < children->len;)
    {
      const Touched *first = &g_array_index (children, Touched, i);
      Touched parent = { first->column >> 1, first->row >> 1, NULL, NULL };

      parent.planes = parent.owned = g_malloc (n_planes (self, level + 1) * PIXELS);
      g_array_append_val (parents, parent);
      if (!load_tile (self, transaction, level + 1, parent.column, parent.row, parent.owned, error))
        return NULL;
      for (; i < children->len && compare_by_parent (first, &g_array_index (children, Touched, i)) == 0; i++)
        reduce_child (self, level, &g_array_index (children, Touched, i), parent.owned, scratch);
      if (!store_parent (self, transaction, level + 1, &parent, error))
        return NULL;
    }
  return g_steal_pointer (&parents);
}

static gboolean
write_packed (AciniPrediction *self, const AciniPredictionTile *tiles, const AciniPackedTile *packed, guint n_tiles,
              GError **error)
{
  g_autoptr (AciniTransaction) transaction = begin (self, TRUE, error);
  g_autoptr (GArray) touched = touched_new ();
  gint64 serial;

  if (transaction == NULL)
    return FALSE;
  serial = acini_transaction_get_int (transaction, error, 0, "SELECT serial FROM info", "");
  if (serial < 0)
    return FALSE;
  for (guint i = 0; i < n_tiles; i++)
    {
      Touched tile = { tiles[i].column, tiles[i].row, g_bytes_get_data (tiles[i].probability, NULL), NULL };

      if (!pack_tile (transaction, 0, tile.column, tile.row, ++serial, &packed[i], error))
        return FALSE;
      g_array_append_val (touched, tile);
    }
  if (!acini_transaction_run (transaction, error, "UPDATE info SET serial = ?1", "i", serial))
    return FALSE;
  for (int level = 0; level + 1 < self->n_levels; level++)
    {
      GArray *parents = update_parents (self, transaction, level, touched, error);

      if (parents == NULL)
        return FALSE;
      g_array_unref (touched);
      touched = parents;
    }
  return acini_transaction_commit (transaction, error);
}

gboolean
acini_prediction_write (AciniPrediction *self, const AciniPredictionTile *tiles, guint n_tiles, GError **error)
{
  g_autofree AciniPackedTile *packed = NULL;
  gsize n;
  gboolean ok;

  g_return_val_if_fail (ACINI_IS_PREDICTION (self) && (tiles != NULL || n_tiles == 0), FALSE);

  n = n_planes (self, 0) * PIXELS;
  for (guint i = 0; i < n_tiles; i++)
    {
      g_return_val_if_fail (tiles[i].probability != NULL && g_bytes_get_size (tiles[i].probability) == n, FALSE);
      g_return_val_if_fail (tiles[i].column >= 0 && tiles[i].column * ACINI_TILE_SIZE < self->width, FALSE);
      g_return_val_if_fail (tiles[i].row >= 0 && tiles[i].row * ACINI_TILE_SIZE < self->height, FALSE);
    }
  if (n_tiles == 0)
    return TRUE;
  /* Compressed before the lock is taken. */
  packed = g_new0 (AciniPackedTile, n_tiles);
  for (guint i = 0; i < n_tiles; i++)
    acini_tile_pack (g_bytes_get_data (tiles[i].probability, NULL), n, COMPRESSION_LEVEL, &packed[i]);
  ok = write_packed (self, tiles, packed, n_tiles, error);
  for (guint i = 0; i < n_tiles; i++)
    acini_packed_tile_clear (&packed[i]);
  return ok;
}

/* Reading. */

/* What is read of a level, and where to. */
typedef struct
{
  int plane, level;
  gint64 x, y;
  int width, height;
  guint8 *probability, *computed;
} Window;

/* Copies what the window shows of one unpacked tile. */
static void
copy_tile (AciniPrediction *self, const Window *window, gint64 column, gint64 row, const guint8 *planes)
{
  gint64 tile_x = column * ACINI_TILE_SIZE, tile_y = row * ACINI_TILE_SIZE;
  gint64 left = MAX (window->x, tile_x), top = MAX (window->y, tile_y);
  gint64 right
      = MIN (MIN (window->x + window->width, tile_x + ACINI_TILE_SIZE), level_size (self->width, window->level));
  gint64 bottom
      = MIN (MIN (window->y + window->height, tile_y + ACINI_TILE_SIZE), level_size (self->height, window->level));

  for (gint64 y = top; y < bottom && left < right; y++)
    {
      gsize from = (y - tile_y) * ACINI_TILE_SIZE + left - tile_x;
      gsize to = (gsize)(y - window->y) * window->width + left - window->x;

      memcpy (window->probability + to, planes + (gsize)window->plane * PIXELS + from, right - left);
      if (window->computed == NULL)
        continue;
      if (window->level > 0)
        memcpy (window->computed + to, planes + (gsize)self->info.n_classes * PIXELS + from, right - left);
      else
        memset (window->computed + to, 255, right - left);
    }
}

gboolean
acini_prediction_read (AciniPrediction *self, int plane, int level, gint64 x, gint64 y, int width, int height,
                       guint8 *probability, guint8 *computed, GError **error)
{
  Window window = { plane, level, x, y, width, height, probability, computed };
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (GError) failure = NULL;
  g_autofree guint8 *planes = NULL;

  g_return_val_if_fail (ACINI_IS_PREDICTION (self) && probability != NULL && width > 0 && height > 0, FALSE);
  g_return_val_if_fail (plane >= 0 && plane < self->info.n_classes && level >= 0 && level < self->n_levels, FALSE);

  memset (probability, 0, (gsize)width * height);
  if (computed != NULL)
    memset (computed, 0, (gsize)width * height);
  transaction = begin (self, FALSE, error);
  if (transaction == NULL)
    return FALSE;
  planes = g_malloc (n_planes (self, level) * PIXELS);
  for (gint64 row = MAX (0, acini_div_floor (y, ACINI_TILE_SIZE));
       row * ACINI_TILE_SIZE < MIN (y + height, level_size (self->height, level)); row++)
    {
      sqlite3_stmt *rows = acini_transaction_query (transaction, error,
                                                    "SELECT column, value, pixels FROM tiles"
                                                    " WHERE level = ?1 AND row = ?2 AND column BETWEEN ?3 AND ?4",
                                                    "iiii", (gint64)level, row, acini_div_floor (x, ACINI_TILE_SIZE),
                                                    acini_div_floor (x + width - 1, ACINI_TILE_SIZE));

      if (rows == NULL)
        return FALSE;
      while (acini_transaction_next (transaction, rows, &failure)
             && unpack_row (self, transaction, rows, 1, level, planes, &failure))
        copy_tile (self, &window, sqlite3_column_int64 (rows, 0), row, planes);
      if (failure != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
acini_prediction_has_tile (AciniPrediction *self, gint64 column, gint64 row)
{
  g_autoptr (AciniTransaction) transaction = NULL;

  g_return_val_if_fail (ACINI_IS_PREDICTION (self), FALSE);

  transaction = begin (self, FALSE, NULL);
  return transaction != NULL
         && acini_transaction_get_int (transaction, NULL, 0,
                                       "SELECT 1 FROM tiles WHERE level = 0 AND row = ?1 AND column = ?2", "ii", row,
                                       column)
                == 1;
}

GArray *
acini_prediction_poll (AciniPrediction *self, gint64 *cursor, GError **error)
{
  g_autoptr (GArray) tiles = g_array_new (FALSE, FALSE, sizeof (AciniPredictionTile));
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows;
  gint64 last;

  g_return_val_if_fail (ACINI_IS_PREDICTION (self) && cursor != NULL, NULL);

  last = *cursor;
  transaction = begin (self, FALSE, error);
  if (transaction == NULL)
    return NULL;
  rows = acini_transaction_query (transaction, error,
                                  "SELECT column, row, serial FROM tiles WHERE level = 0 AND serial > ?1"
                                  " ORDER BY serial",
                                  "i", last);
  if (rows == NULL)
    return NULL;
  while (acini_transaction_next (transaction, rows, &failure))
    {
      AciniPredictionTile tile = { sqlite3_column_int64 (rows, 0), sqlite3_column_int64 (rows, 1), NULL };

      last = sqlite3_column_int64 (rows, 2);
      g_array_append_val (tiles, tile);
    }
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  *cursor = last;
  return g_steal_pointer (&tiles);
}
