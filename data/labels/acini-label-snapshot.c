/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/labels/acini-label-snapshot.h"

#include "data/labels/acini-labels-private.h"
#include "data/project/acini-region.h"

/* zstd's default. */
#define COMPRESSION_LEVEL 3
#define TILE ACINI_TILE_SIZE

#define SNAPSHOT_SCHEMA                                                                                                \
  "CREATE TABLE slides (id INTEGER PRIMARY KEY, width INTEGER NOT NULL, height INTEGER NOT NULL) STRICT;"              \
  "CREATE TABLE label_tiles (slide INTEGER NOT NULL REFERENCES slides (id), level INTEGER NOT NULL,"                   \
  " row INTEGER NOT NULL, column INTEGER NOT NULL, value INTEGER, pixels BLOB,"                                        \
  " PRIMARY KEY (slide, level, row, column), CHECK ((value IS NULL) <> (pixels IS NULL))) STRICT, WITHOUT ROWID;"

/* When a level-0 tile was last worked on, Unix time. */
#define SNAPSHOT_TIMES                                                                                                 \
  "CREATE TABLE label_times (slide INTEGER NOT NULL, row INTEGER NOT NULL, column INTEGER NOT NULL,"                   \
  " time INTEGER NOT NULL, PRIMARY KEY (slide, row, column)) STRICT, WITHOUT ROWID;"

static const char *const snapshot_steps[] = { SNAPSHOT_SCHEMA, SNAPSHOT_TIMES, NULL };

static const AciniDatabaseKind snapshot_kind = {
  .application_id = 0x41636e53, /* "AcnS" */
  .steps = snapshot_steps,
  .precious = FALSE,
  .single = TRUE,
  .page_size = 4096,
  .domain = acini_project_error_quark,
  .damaged = ACINI_PROJECT_ERROR_DAMAGED,
  .write = ACINI_PROJECT_ERROR_WRITE,
  .newer = ACINI_PROJECT_ERROR_NEWER,
};

struct _AciniLabelSnapshot
{
  AciniDatabase *database;
};

/* Copies the labels of one slide; @from sees one moment for all slides. */
static gboolean
copy_slide (AciniTransaction *from, AciniTransaction *to, gint64 slide, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gint64 width, height;
  sqlite3_stmt *rows;

  if (!acini_project_get_slide_size (from, slide, &width, &height, error)
      || !acini_transaction_run (to, error, "INSERT OR IGNORE INTO slides (id, width, height) VALUES (?1, ?2, ?3)",
                                 "iii", slide, width, height))
    return FALSE;
  rows = acini_transaction_query (
      from, error, "SELECT level, row, column, value, pixels FROM label_tiles WHERE slide = ?1", "i", slide);
  if (rows == NULL)
    return FALSE;
  while (acini_transaction_next (from, rows, &failure))
    {
      gboolean uniform = sqlite3_column_type (rows, 3) != SQLITE_NULL;

      if (!acini_transaction_run (to, &failure,
                                  "INSERT OR REPLACE INTO label_tiles (slide, level, row, column, value, pixels)"
                                  " VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                                  "iiiiub", slide, sqlite3_column_int64 (rows, 0), sqlite3_column_int64 (rows, 1),
                                  sqlite3_column_int64 (rows, 2), uniform ? sqlite3_column_int64 (rows, 3) : -1,
                                  sqlite3_column_blob (rows, 4), (gsize)sqlite3_column_bytes (rows, 4)))
        break;
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Copies from the journal when each of the slide's tiles was last worked on. */
static gboolean
copy_times (AciniTransaction *from, AciniTransaction *to, gint64 slide, GError **error)
{
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows = acini_transaction_query (from, error,
                                                "SELECT row, column, MAX (time) FROM journal JOIN journal_tiles"
                                                " USING (sequence) WHERE slide = ?1 GROUP BY row, column",
                                                "i", slide);

  if (rows == NULL)
    return FALSE;
  while (acini_transaction_next (from, rows, &failure))
    if (!acini_transaction_run (to, &failure,
                                "INSERT OR REPLACE INTO label_times (slide, row, column, time)"
                                " VALUES (?1, ?2, ?3, ?4)",
                                "iiii", slide, sqlite3_column_int64 (rows, 0), sqlite3_column_int64 (rows, 1),
                                sqlite3_column_int64 (rows, 2)))
      break;
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* (transfer full) (element-type AciniTilePlace) the level-0 tiles of @slide that an exclusion may reach; of a region's
 * scope all. */
static GArray *
list_reached (AciniTransaction *transaction, gint64 slide, const AciniRegionScope *scope, GError **error)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (AciniTilePlace));
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows = acini_transaction_query (
      transaction, error, "SELECT row, column FROM label_tiles WHERE slide = ?1 AND level = 0", "i", slide);

  if (rows == NULL)
    return NULL;
  while (acini_transaction_next (transaction, rows, &failure))
    {
      AciniTilePlace place = { sqlite3_column_int64 (rows, 0), sqlite3_column_int64 (rows, 1) };
      gboolean reached = scope->name != NULL;

      for (guint i = 0; i < scope->regions->len && !reached; i++)
        {
          const AciniRegionRecord *region = scope->regions->pdata[i];
          AciniRect box = acini_region_record_get_box (region);

          reached = region->kind == ACINI_REGION_EXCLUSION && box.x < (place.column + 1) * TILE
                    && box.x + box.width > place.column * TILE && box.y < (place.row + 1) * TILE
                    && box.y + box.height > place.row * TILE;
        }
      if (reached)
        g_array_append_val (places, place);
    }
  if (failure == NULL)
    return g_steal_pointer (&places);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

/* What lies in an exclusion, or outside @region (nullable), is nothing to learn from: it becomes unlabelled in the
 * copy. */
static gboolean
clear_excluded (AciniTransaction *from, AciniTransaction *to, gint64 slide, const char *region, GError **error)
{
  const AciniRegionScope scope = { acini_regions_read (from, slide, error), (char *)region };
  g_autoptr (GPtrArray) regions = scope.regions;
  g_autoptr (GArray) places = NULL;
  g_autofree guint8 *labels = NULL, *counts = NULL;
  gint64 width, height;

  if (regions == NULL || acini_region_scope_is_all (&scope))
    return regions != NULL;
  labels = g_malloc (ACINI_TILE_PIXELS);
  counts = g_malloc (ACINI_TILE_PIXELS);
  places = list_reached (to, slide, &scope, error);
  if (places == NULL || !acini_project_get_slide_size (from, slide, &width, &height, error))
    return FALSE;
  for (guint i = 0; i < places->len; i++)
    {
      AciniTilePlace place = g_array_index (places, AciniTilePlace, i);
      g_auto (AciniPackedTile) before = ACINI_PACKED_TILE_INIT, after = ACINI_PACKED_TILE_INIT;

      if (!acini_labels_load_tile (to, slide, 0, place, &before, error))
        return FALSE;
      if (!acini_tile_unpack (before.value, before.data, before.size, labels, ACINI_TILE_PIXELS))
        {
          acini_transaction_set_damaged (from, error, "label tile");
          return FALSE;
        }
      acini_region_scope_rasterise (&scope, (double)(place.column * TILE), (double)(place.row * TILE), 1, TILE, TILE,
                                    counts);
      for (gsize j = 0; j < ACINI_TILE_PIXELS; j++)
        labels[j] = counts[j] != 0 ? labels[j] : ACINI_LABEL_UNLABELLED;
      acini_tile_pack (labels, ACINI_TILE_PIXELS, COMPRESSION_LEVEL, &after);
      if (!acini_labels_store_tile (to, slide, 0, place, &after, error))
        return FALSE;
    }
  return acini_labels_update_pyramid (to, slide, width, height, places, error);
}

static GArray *
list_labelled (AciniTransaction *transaction, GError **error)
{
  g_autoptr (GArray) slides = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows;

  rows = acini_transaction_query (transaction, error,
                                  "SELECT id FROM slides WHERE NOT removed AND EXISTS"
                                  " (SELECT 1 FROM label_tiles WHERE slide = id AND level = 0)",
                                  "");
  if (rows == NULL)
    return NULL;
  while (acini_transaction_next (transaction, rows, &failure))
    {
      gint64 id = sqlite3_column_int64 (rows, 0);

      g_array_append_val (slides, id);
    }
  if (failure == NULL)
    return g_steal_pointer (&slides);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

static gboolean
fill_snapshot (AciniProject *project, GArray *slides, const char *region, const char *path, GError **error)
{
  g_autoptr (AciniDatabase) database = acini_database_open (path, &snapshot_kind, ACINI_DATABASE_CREATE, error);
  g_autoptr (AciniTransaction) to = database != NULL ? acini_database_write (database, error) : NULL;
  g_autoptr (AciniTransaction) from
      = to != NULL ? acini_database_read (acini_project_get_database (project), error) : NULL;
  g_autoptr (GArray) labelled = NULL;

  if (from == NULL)
    return FALSE;
  if (slides == NULL)
    slides = labelled = list_labelled (from, error);
  if (slides == NULL)
    return FALSE;
  for (guint i = 0; i < slides->len; i++)
    if (!copy_slide (from, to, g_array_index (slides, gint64, i), error)
        || !copy_times (from, to, g_array_index (slides, gint64, i), error)
        || !clear_excluded (from, to, g_array_index (slides, gint64, i), region, error))
      return FALSE;
  return acini_transaction_commit (to, error);
}

gboolean
acini_labels_write_snapshot (AciniProject *project, GArray *slides, const char *region, const char *path,
                             GError **error)
{
  g_autofree char *part = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && path != NULL, FALSE);

  part = g_strdup_printf ("%s.%08x.part", path, g_random_int ());
  if (fill_snapshot (project, slides, region, part, error)
      && acini_database_publish (part, path, &snapshot_kind, error))
    return TRUE;
  acini_database_remove (part);
  return FALSE;
}

AciniLabelSnapshot *
acini_label_snapshot_open (const char *path, GError **error)
{
  AciniLabelSnapshot *self;
  AciniDatabase *database;

  g_return_val_if_fail (path != NULL, NULL);

  database = acini_database_open (path, &snapshot_kind, ACINI_DATABASE_FROZEN, error);
  if (database == NULL)
    return NULL;
  self = g_new0 (AciniLabelSnapshot, 1);
  self->database = database;
  return self;
}

void
acini_label_snapshot_free (AciniLabelSnapshot *self)
{
  if (self == NULL)
    return;
  acini_database_free (self->database);
  g_free (self);
}

gboolean
acini_label_snapshot_read (AciniLabelSnapshot *self, gint64 slide, int level, gint64 x, gint64 y, int width, int height,
                           guint8 *labels, GError **error)
{
  g_return_val_if_fail (self != NULL && labels != NULL && level >= 0 && width > 0 && height > 0, FALSE);

  return acini_labels_read_from (self->database, slide, level, x, y, width, height, labels, error);
}

GArray *
acini_label_snapshot_list_tiles (AciniLabelSnapshot *self, gint64 slide, GError **error)
{
  g_return_val_if_fail (self != NULL, NULL);

  return acini_labels_list_tiles_of (self->database, slide, error);
}

/* A file of an older version has no times. */
static gboolean
has_times (AciniTransaction *transaction, GError **error)
{
  return acini_transaction_get_int (transaction, error, 0,
                                    "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'label_times'", "")
         == 1;
}

GArray *
acini_label_snapshot_list_times (AciniLabelSnapshot *self, gint64 slide, GArray *tiles, GError **error)
{
  g_autoptr (GArray) times = g_array_sized_new (FALSE, TRUE, sizeof (gint64), tiles->len);
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (GError) failure = NULL;
  gboolean known;

  g_return_val_if_fail (self != NULL, NULL);

  g_array_set_size (times, tiles->len);
  transaction = acini_database_read (self->database, error);
  known = transaction != NULL && has_times (transaction, &failure);
  for (guint i = 0; known && failure == NULL && i < tiles->len; i++)
    {
      const AciniRect *tile = &g_array_index (tiles, AciniRect, i);

      g_array_index (times, gint64, i) = acini_transaction_get_int (
          transaction, &failure, 0, "SELECT time FROM label_times WHERE slide = ?1 AND row = ?2 AND column = ?3", "iii",
          slide, tile->y / TILE, tile->x / TILE);
    }
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  else if (transaction != NULL)
    return g_steal_pointer (&times);
  return NULL;
}

/* Snapshots of labels that are nobody's. */

struct _AciniLabelWriter
{
  char *path, *part;
  AciniDatabase *database;
  AciniTransaction *transaction;
  gint64 slide, width, height; /* being written */
  GArray *places;              /* (element-type AciniTilePlace) of that slide */
};

AciniLabelWriter *
acini_label_writer_new (const char *path, GError **error)
{
  g_autoptr (AciniLabelWriter) self = g_new0 (AciniLabelWriter, 1);

  g_return_val_if_fail (path != NULL, NULL);

  self->path = g_strdup (path);
  self->part = g_strdup_printf ("%s.%08x.part", path, g_random_int ());
  self->places = g_array_new (FALSE, FALSE, sizeof (AciniTilePlace));
  self->database = acini_database_open (self->part, &snapshot_kind, ACINI_DATABASE_CREATE, error);
  self->transaction = self->database != NULL ? acini_database_write (self->database, error) : NULL;
  return self->transaction != NULL ? g_steal_pointer (&self) : NULL;
}

void
acini_label_writer_free (AciniLabelWriter *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->transaction, acini_transaction_free);
  g_clear_pointer (&self->database, acini_database_free);
  acini_database_remove (self->part);
  g_array_unref (self->places);
  g_free (self->path);
  g_free (self->part);
  g_free (self);
}

/* The coarser levels of the slide that was written last. */
static gboolean
finish_slide (AciniLabelWriter *self, GError **error)
{
  gboolean ok
      = self->places->len == 0
        || acini_labels_update_pyramid (self->transaction, self->slide, self->width, self->height, self->places, error);

  g_array_set_size (self->places, 0);
  return ok;
}

gboolean
acini_label_writer_begin (AciniLabelWriter *self, gint64 slide, gint64 width, gint64 height, GError **error)
{
  g_return_val_if_fail (self != NULL && width > 0 && height > 0, FALSE);

  if (!finish_slide (self, error))
    return FALSE;
  self->slide = slide;
  self->width = width;
  self->height = height;
  return acini_transaction_run (self->transaction, error, "INSERT INTO slides (id, width, height) VALUES (?1, ?2, ?3)",
                                "iii", slide, width, height);
}

gboolean
acini_label_writer_put (AciniLabelWriter *self, gint64 column, gint64 row, const guint8 *labels, GError **error)
{
  const AciniTilePlace place = { row, column };
  g_auto (AciniPackedTile) tile = ACINI_PACKED_TILE_INIT;

  g_return_val_if_fail (self != NULL && labels != NULL, FALSE);

  acini_tile_pack (labels, ACINI_TILE_PIXELS, COMPRESSION_LEVEL, &tile);
  g_array_append_val (self->places, place);
  return acini_labels_store_tile (self->transaction, self->slide, 0, place, &tile, error);
}

gboolean
acini_label_writer_finish (AciniLabelWriter *self, GError **error)
{
  gboolean ok = finish_slide (self, error) && acini_transaction_commit (self->transaction, error);

  g_clear_pointer (&self->transaction, acini_transaction_free);
  g_clear_pointer (&self->database, acini_database_free);
  return ok && acini_database_publish (self->part, self->path, &snapshot_kind, error);
}
