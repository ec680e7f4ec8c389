/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/objects/acini-object-private.h"

#include "data/predictions/acini-prediction-key.h"

#include <glib/gstdio.h>
#include <string.h>

#define TILE ACINI_TILE_SIZE
/* Tiles in a transaction: some seconds of work at most, some ten megabytes of fragments. */
#define BATCH 256
/* Pixels of a prediction are seldom coarser. */
#define MOST_REACH 16

G_DEFINE_QUARK (acini - object - index - error - quark, acini_object_index_error)

const char *
acini_author_to_string (AciniAuthor author)
{
  static const char *const names[] = { "model", "person", "mixed" };

  return names[CLAMP (author, ACINI_AUTHOR_MODEL, ACINI_AUTHOR_MIXED)];
}

/* Where the index lies: beside the prediction of the project. */
static char *
dup_path (const AciniObjectSource *source)
{
  g_autofree char *folder = acini_prediction_dup_folder (source->project), *name = NULL;

  if (source->prediction == NULL)
    name = g_strdup_printf ("%" G_GINT64_FORMAT ".objects", source->slide->id);
  else
    {
      g_autofree char *file = g_path_get_basename (acini_prediction_get_path (source->prediction));
      char *dot = strrchr (file, '.');

      if (dot != NULL)
        *dot = '\0';
      name = g_strconcat (file, ".objects", NULL);
    }
  return g_build_filename (folder, name, NULL);
}

/* All that is in a damaged one can be computed again.  One at a time: nothing is taken away under the hands of somebody
 * who is about to open it. */
static AciniDatabase *
open_or_make (const char *path, GError **error)
{
  static GMutex opening;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&opening);
  g_autoptr (GError) failure = NULL;
  AciniDatabase *database = acini_database_open (path, &acini_object_kind, ACINI_DATABASE_CREATE, &failure);

  if (g_error_matches (failure, ACINI_OBJECT_INDEX_ERROR, ACINI_OBJECT_INDEX_ERROR_DAMAGED))
    {
      g_clear_error (&failure);
      acini_database_remove (path);
      database = acini_database_open (path, &acini_object_kind, ACINI_DATABASE_CREATE, &failure);
    }
  if (database == NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return database;
}

static gboolean
open_database (AciniObjectIndex *self, GError **error)
{
  g_autofree char *path = NULL;

  if (self->source.project != NULL && acini_project_get_read_only (self->source.project) == NULL)
    path = dup_path (&self->source);
  else
    {
      self->temporary = g_dir_make_tmp ("acini-objects-XXXXXX", error);
      if (self->temporary == NULL)
        return FALSE;
      path = g_build_filename (self->temporary, "index", NULL);
    }
  self->database = open_or_make (path, error);
  return self->database != NULL;
}

AciniObjectIndex *
acini_object_index_open (const AciniObjectSource *source, GError **error)
{
  g_autoptr (AciniObjectIndex) self = NULL;

  g_return_val_if_fail (source != NULL && source->slide != NULL, NULL);
  g_return_val_if_fail (source->prediction == NULL || source->thresholds != NULL, NULL);

  self = g_new0 (AciniObjectIndex, 1);
  self->source = *source;
  self->reach = 1;
  if (source->prediction != NULL)
    self->reach = (int)CLAMP (acini_prediction_get_info (source->prediction)->downsample + .5, 1, MOST_REACH);
  self->margin = self->reach / 2 + 1;
  return open_database (self, error) ? g_steal_pointer (&self) : NULL;
}

void
acini_object_index_free (AciniObjectIndex *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->database, acini_database_free);
  if (self->temporary != NULL)
    {
      g_autofree char *path = g_build_filename (self->temporary, "index", NULL);

      acini_database_remove (path);
      g_rmdir (self->temporary);
    }
  g_free (self->temporary);
  g_free (self);
}

/* Updating. */

static gboolean
read_stale (AciniTransaction *transaction, GArray *places, GError **error)
{
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows = acini_transaction_query (
      transaction, error, "SELECT row, column FROM stale ORDER BY row, column LIMIT ?1", "i", (gint64)BATCH);

  if (rows == NULL)
    return FALSE;
  g_array_set_size (places, 0);
  while (acini_transaction_next (transaction, rows, &failure))
    {
      AciniTilePlace place = { sqlite3_column_int64 (rows, 0), sqlite3_column_int64 (rows, 1) };

      g_array_append_val (places, place);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* One batch; *@places: its tiles, none: there is nothing to do any more. */
static gboolean
update_some (AciniObjectIndex *self, GArray *places, GError **error)
{
  g_autoptr (AciniTransaction) transaction = acini_database_write (self->database, error);

  if (transaction == NULL || !read_stale (transaction, places, error))
    return FALSE;
  if (places->len == 0)
    return TRUE;
  if (!acini_object_union_update (self, transaction, places, error))
    return FALSE;
  for (guint i = 0; i < places->len; i++)
    {
      const AciniTilePlace *place = &g_array_index (places, AciniTilePlace, i);

      if (!acini_transaction_run (transaction, error, "DELETE FROM stale WHERE row = ?1 AND column = ?2", "ii",
                                  place->row, place->column))
        return FALSE;
    }
  return acini_transaction_commit (transaction, error);
}

/* *@n: how many tiles are to be looked at. */
static gboolean
begin_update (AciniObjectIndex *self, gint64 *n, GError **error)
{
  g_autoptr (AciniTransaction) transaction = acini_database_write (self->database, error);

  if (transaction == NULL || !acini_object_note_stale (self, transaction, error))
    return FALSE;
  *n = acini_transaction_get_int (transaction, error, 0, "SELECT count(*) FROM stale", "");
  return *n >= 0 && acini_transaction_commit (transaction, error);
}

gboolean
acini_object_index_update (AciniObjectIndex *self, guint *n_tiles, AciniProgressFunc progress, gpointer user_data,
                           GCancellable *cancellable, GError **error)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (AciniTilePlace));
  gint64 n = 0;
  guint done = 0;

  g_return_val_if_fail (self != NULL, FALSE);

  if (n_tiles != NULL)
    *n_tiles = 0;
  if (!begin_update (self, &n, error))
    return FALSE;
  do
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error) || !update_some (self, places, error))
        return FALSE;
      done += places->len;
      if (progress != NULL && n > 0)
        progress (MIN ((double)done / (double)n, 1), user_data);
    }
  while (places->len > 0);
  if (n_tiles != NULL)
    *n_tiles = done;
  return TRUE;
}

gint64
acini_object_index_get_position (AciniObjectIndex *self, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;

  g_return_val_if_fail (self != NULL, -1);

  transaction = acini_database_read (self->database, error);
  return transaction != NULL ? acini_transaction_get_int (transaction, error, 0, "SELECT position FROM info", "") : -1;
}

/* Asking. */

#define CONDITIONS "(?1 = 0 OR label = ?1) AND (?2 = 0 OR (?2 >> state) & 1)"
/* Of each row of tiles, the places from which a box may reach the area, see acini-object-store.c; of each grid and of
 * each of its rows the cells. */
#define IN_AREA                                                                                                        \
  " AND x < ?5 AND x + width > ?6 AND y < ?7 AND y + height > ?8 AND place IN (WITH RECURSIVE grids (grid, size) AS"   \
  " (SELECT 0, 512 UNION ALL SELECT grid + 1, 2 * size FROM grids"                                                     \
  " WHERE grid < (SELECT max (cell) >> 56 FROM objects WHERE cell >= " ACINI_OBJECT_FIRST_LARGE ")),"                  \
  " rows (grid, size, row) AS (SELECT grid, size, max (?8 / size - 1, 0) FROM grids UNION ALL"                         \
  " SELECT grid, size, row + 1 FROM rows WHERE (row + 1) * size < ?7)"                                                 \
  " SELECT objects.place FROM rows CROSS JOIN objects ON grid = 0 AND objects.place BETWEEN"                           \
  " (row << 40) + (max (?6 / size - 1, 0) << 18) AND (row << 40) + ((max (?5 - 1, 0) / size + 2) << 18) - 1"           \
  " UNION ALL SELECT objects.place FROM rows CROSS JOIN objects ON grid > 0 AND objects.cell BETWEEN"                  \
  " (grid << 56) + (row << 28) + max (?6 / size - 1, 0) AND (grid << 56) + (row << 28) + max (?5 - 1, 0) / size"       \
  " AND objects.cell >= " ACINI_OBJECT_FIRST_LARGE ")"

/* A prime: what is multiplied by something else is shuffled, and no two residues fall together. */
#define SHUFFLE_PRIME 1000003
#define SHUFFLE_FACTOR 8191

static const char *const orders[]
    = { "id",          "area",        "entropy",
        "probability", "circularity", "(CASE author WHEN 1 THEN 0 ELSE max (entropy, 0) * area END)",
        "label",       NULL };

double
acini_object_get_worth (const AciniObject *object)
{
  g_return_val_if_fail (object != NULL, 0);

  return object->author == ACINI_AUTHOR_PERSON ? 0 : MAX (object->entropy, 0) * (double)object->area;
}

gint64
acini_object_get_shuffled (gint64 id, guint seed)
{
  return id % SHUFFLE_PRIME * (SHUFFLE_FACTOR + (gint64)seed) % SHUFFLE_PRIME;
}

/* (transfer full) what @query orders by. */
static char *
dup_order (const AciniObjectQuery *query)
{
  if (query->order != ACINI_OBJECT_ORDER_SHUFFLED)
    return g_strdup (orders[query->order]);
  return g_strdup_printf ("(id %% %d * (%d + %u) %% %d)", SHUFFLE_PRIME, SHUFFLE_FACTOR, query->seed, SHUFFLE_PRIME);
}

/* (transfer full) of a query but for its order and limits. */
static char *
dup_conditions (const AciniObjectQuery *query, gboolean in_area)
{
  g_autofree char *authors = query->authors != 0 ? g_strdup_printf (" AND (%u >> author) & 1", query->authors) : NULL;

  return g_strconcat (CONDITIONS, in_area ? IN_AREA : "", authors, NULL);
}

/* The rows of @columns that @query asks for. */
static sqlite3_stmt *
ask (AciniTransaction *transaction, const AciniObjectQuery *query, const char *columns, GError **error)
{
  g_autofree char *conditions = dup_conditions (query, query->area != NULL), *by = dup_order (query), *sql = NULL;
  gint64 limit = query->limit > 0 ? query->limit : -1;

  sql = g_strdup_printf ("SELECT %s FROM objects WHERE %s ORDER BY %s %s%s LIMIT ?3 OFFSET ?4", columns, conditions, by,
                         query->descending ? "DESC" : "ASC", query->order == ACINI_OBJECT_ORDER_ID ? "" : ", id");
  if (query->area != NULL)
    return acini_transaction_query (transaction, error, sql, "iiiiiiii", (gint64)query->label, (gint64)query->states,
                                    limit, query->offset, query->area->x + query->area->width, query->area->x,
                                    query->area->y + query->area->height, query->area->y);
  return acini_transaction_query (transaction, error, sql, "iiii", (gint64)query->label, (gint64)query->states, limit,
                                  query->offset);
}

gboolean
acini_object_index_foreach (AciniObjectIndex *self, const AciniObjectQuery *query, AciniObjectFunc func,
                            gpointer user_data, GError **error)
{
  static const AciniObjectQuery all = { 0 };
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (GError) failure = NULL;
  AciniObject object;
  sqlite3_stmt *rows;

  g_return_val_if_fail (self != NULL && func != NULL, FALSE);

  query = query != NULL ? query : &all;
  g_return_val_if_fail (query->order < G_N_ELEMENTS (orders), FALSE);
  transaction = acini_database_read (self->database, error);
  rows = transaction != NULL ? ask (transaction, query, ACINI_OBJECT_COLUMNS, error) : NULL;
  if (rows == NULL)
    return FALSE;
  while (acini_transaction_next (transaction, rows, &failure))
    {
      acini_object_store_read (rows, self->source.slide->width, &object);
      if (query->scope != NULL && !acini_region_scope_contains (query->scope, object.x, object.y))
        continue;
      if (!func (&object, user_data))
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

GArray *
acini_object_index_list_ids (AciniObjectIndex *self, const AciniObjectQuery *query, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows;

  g_return_val_if_fail (self != NULL && query != NULL && query->order < G_N_ELEMENTS (orders), NULL);

  transaction = acini_database_read (self->database, error);
  rows = transaction != NULL ? ask (transaction, query, "id, centre_x, centre_y", error) : NULL;
  if (rows == NULL)
    return NULL;
  while (acini_transaction_next (transaction, rows, &failure))
    {
      gint64 id = sqlite3_column_int64 (rows, 0);

      if (query->scope == NULL
          || acini_region_scope_contains (query->scope, sqlite3_column_double (rows, 1),
                                          sqlite3_column_double (rows, 2)))
        g_array_append_val (ids, id);
    }
  if (failure == NULL)
    return g_steal_pointer (&ids);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

gint64
acini_object_index_count (AciniObjectIndex *self, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;

  g_return_val_if_fail (self != NULL, -1);

  transaction = acini_database_read (self->database, error);
  return transaction != NULL ? acini_transaction_get_int (transaction, error, 0, "SELECT count(*) FROM objects", "")
                             : -1;
}

static gboolean
count_state (const AciniObject *object, gpointer counts)
{
  ((gint64 *)counts)[object->state]++;
  return TRUE;
}

gboolean
acini_object_index_count_states (AciniObjectIndex *self, const AciniRegionScope *scope, gint64 counts[ACINI_N_REVIEWS],
                                 GError **error)
{
  const AciniObjectQuery within = { .scope = scope };
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows;

  g_return_val_if_fail (self != NULL && counts != NULL, FALSE);

  memset (counts, 0, ACINI_N_REVIEWS * sizeof *counts);
  if (scope != NULL && !acini_region_scope_is_all (scope))
    return acini_object_index_foreach (self, &within, count_state, counts, error);
  transaction = acini_database_read (self->database, error);
  rows = transaction != NULL
             ? acini_transaction_query (transaction, error, "SELECT state, count(*) FROM objects GROUP BY state", "")
             : NULL;
  if (rows == NULL)
    return FALSE;
  while (acini_transaction_next (transaction, rows, &failure))
    counts[CLAMP (sqlite3_column_int (rows, 0), 0, ACINI_N_REVIEWS - 1)] += sqlite3_column_int64 (rows, 1);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
acini_object_index_get (AciniObjectIndex *self, gint64 id, AciniObject *object, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows;

  g_return_val_if_fail (self != NULL && object != NULL, FALSE);

  *object = (AciniObject){ 0 };
  transaction = acini_database_read (self->database, error);
  rows = transaction != NULL ? acini_transaction_query (transaction, error,
                                                        "SELECT " ACINI_OBJECT_COLUMNS " FROM objects WHERE place = ?1",
                                                        "i", acini_object_place (id, self->source.slide->width))
                             : NULL;
  if (rows == NULL)
    return FALSE;
  if (acini_transaction_next (transaction, rows, &failure))
    {
      acini_object_store_read (rows, self->source.slide->width, object);
      sqlite3_reset (rows);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
acini_object_index_step (AciniObjectIndex *self, const AciniObjectQuery *query, gint64 id, gboolean back,
                         AciniObject *object, GError **error)
{
  static const AciniObjectQuery all = { 0 };
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (GError) failure = NULL;
  g_autofree char *conditions = NULL, *by = NULL, *sql = NULL;
  const char *compare, *direction;
  sqlite3_stmt *rows;

  g_return_val_if_fail (self != NULL && object != NULL, FALSE);

  *object = (AciniObject){ 0 };
  query = query != NULL ? query : &all;
  by = dup_order (query);
  compare = back != query->descending ? "<" : ">";
  direction = back != query->descending ? "DESC" : "ASC";
  transaction = acini_database_read (self->database, error);
  if (transaction == NULL)
    return FALSE;
  /* Of equals the smaller id comes first, in both directions of the order. */
  conditions = dup_conditions (query, FALSE);
  sql = g_strdup_printf ("SELECT " ACINI_OBJECT_COLUMNS " FROM objects WHERE %s"
                         " AND (?3 = 0 OR %s %s (SELECT %s FROM objects WHERE place = ?4)"
                         " OR (%s = (SELECT %s FROM objects WHERE place = ?4) AND id %s ?3))"
                         " ORDER BY %s %s, id %s LIMIT 1",
                         conditions, by, compare, by, by, by, back ? "<" : ">", by, direction, back ? "DESC" : "ASC");
  rows = acini_transaction_query (transaction, error, sql, "iiii", (gint64)query->label, (gint64)query->states, id,
                                  acini_object_place (id, self->source.slide->width));
  if (rows == NULL)
    return FALSE;
  if (acini_transaction_next (transaction, rows, &failure))
    {
      acini_object_store_read (rows, self->source.slide->width, object);
      sqlite3_reset (rows);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* The pixels of one tile as they are now, and the objects of its fragments as they were at the last update. */
typedef struct
{
  AciniRect rect;
  AciniFragmentRuns runs;
  AciniObjectTile *tile;
} TileRuns;

static void
tile_runs_clear (TileRuns *self)
{
  acini_fragment_runs_clear (&self->runs);
  g_clear_pointer (&self->tile, acini_object_tile_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TileRuns, tile_runs_clear)

static gboolean
read_tile (AciniObjectIndex *self, AciniTransaction *transaction, AciniTilePlace place, TileRuns *tile, GError **error)
{
  guint n;

  g_clear_pointer (&tile->tile, acini_object_tile_free);
  tile->tile = acini_object_store_load (transaction, place, error);
  return tile->tile != NULL
         && (tile->tile->fragments->len == 0
             || acini_object_read_runs (self, place, &tile->runs, &n, &tile->rect, error));
}

/* The object of @run.  A person may have drawn since: then it is 0, and the caller comes again after the next update.
 */
static gint64
find_object (const TileRuns *tile, const AciniFragmentRun *run)
{
  return run->number <= tile->tile->fragments->len
             ? g_array_index (tile->tile->fragments, AciniFragment, run->number - 1).object
             : 0;
}

/* Copies the objects of one tile into the rectangle asked for. */
static void
copy_ids (const TileRuns *tile, const AciniRect *rect, gint64 *ids)
{
  const gint64 left = tile->rect.x, top = tile->rect.y;

  for (gint64 y = MAX (top, rect->y); y < MIN (top + tile->rect.height, rect->y + rect->height); y++)
    for (guint i = tile->runs.rows[y - top]; i < tile->runs.rows[y - top + 1]; i++)
      {
        const AciniFragmentRun *run = &g_array_index (tile->runs.runs, AciniFragmentRun, i);
        gint64 id = find_object (tile, run);

        for (gint64 x = MAX (left + run->x, rect->x); x < MIN (left + run->end, rect->x + rect->width); x++)
          ids[(y - rect->y) * rect->width + (x - rect->x)] = id;
      }
}

gboolean
acini_object_index_read (AciniObjectIndex *self, gint64 x, gint64 y, int width, int height, gint64 *ids, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  g_auto (TileRuns) tile = { 0 };
  const AciniRect rect = { x, y, width, height };

  g_return_val_if_fail (self != NULL && ids != NULL && width > 0 && height > 0, FALSE);

  memset (ids, 0, (gsize)width * height * sizeof *ids);
  transaction = acini_database_read (self->database, error);
  if (transaction == NULL)
    return FALSE;
  for (gint64 row = MAX (y, 0) / TILE; row * TILE < MIN (y + height, self->source.slide->height); row++)
    for (gint64 column = MAX (x, 0) / TILE; column * TILE < MIN (x + width, self->source.slide->width); column++)
      {
        if (!read_tile (self, transaction, (AciniTilePlace){ row, column }, &tile, error))
          return FALSE;
        if (tile.tile->fragments->len > 0)
          copy_ids (&tile, &rect, ids);
      }
  return TRUE;
}

static void
add_run (GArray *row, gint64 label, gint64 end)
{
  const AciniRowRun run = { label, end };
  AciniRowRun *last = row->len > 0 ? &g_array_index (row, AciniRowRun, row->len - 1) : NULL;

  if (last != NULL && last->label == label)
    last->end = end;
  else if (end > (last != NULL ? last->end : 0))
    g_array_append_val (row, run);
}

gboolean
acini_object_index_read_band (AciniObjectIndex *self, gint64 band, GArray **rows, GArray *objects, GError **error)
{
  const AciniSlideRecord *slide = self->source.slide;
  const gint64 height = MIN (TILE, slide->height - band * TILE);
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (GError) failure = NULL;
  g_auto (TileRuns) tile = { 0 };
  sqlite3_stmt *statement;

  g_return_val_if_fail (self != NULL && rows != NULL && objects != NULL && band >= 0 && height > 0, FALSE);

  g_array_set_size (objects, 0);
  for (gint64 y = 0; y < TILE; y++)
    g_array_set_size (rows[y], 0);
  transaction = acini_database_read (self->database, error);
  if (transaction == NULL)
    return FALSE;
  for (gint64 column = 0; column * TILE < slide->width; column++)
    {
      if (!read_tile (self, transaction, (AciniTilePlace){ band, column }, &tile, error))
        return FALSE;
      for (gint64 y = 0; y < height && tile.tile->fragments->len > 0; y++)
        for (guint i = tile.runs.rows[y]; i < tile.runs.rows[y + 1]; i++)
          {
            const AciniFragmentRun *run = &g_array_index (tile.runs.runs, AciniFragmentRun, i);

            add_run (rows[y], 0, tile.rect.x + run->x);
            add_run (rows[y], find_object (&tile, run), tile.rect.x + run->end);
          }
    }
  statement = acini_transaction_query (
      transaction, error, "SELECT " ACINI_OBJECT_COLUMNS " FROM objects WHERE place >= ?1 AND place < ?2 ORDER BY id",
      "ii", acini_object_place (band * TILE * slide->width + 1, slide->width),
      acini_object_place ((band + 1) * TILE * slide->width + 1, slide->width));
  if (statement == NULL)
    return FALSE;
  while (acini_transaction_next (transaction, statement, &failure))
    {
      AciniObject object;

      acini_object_store_read (statement, slide->width, &object);
      g_array_append_val (objects, object);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
acini_object_index_find (AciniObjectIndex *self, gint64 x, gint64 y, AciniObject *object, GError **error)
{
  gint64 id;

  g_return_val_if_fail (self != NULL && object != NULL, FALSE);

  *object = (AciniObject){ 0 };
  return acini_object_index_read (self, x, y, 1, 1, &id, error)
         && (id == 0 || acini_object_index_get (self, id, object, error));
}
