/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which tiles of an index no longer are what the labels and the prediction say: what the journal tells since the row
 * that the index knows, and the tiles that the prediction got since. */

#include "data/objects/acini-object-private.h"

#include "data/project/acini-journal-rows.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>

#define TILE ACINI_TILE_SIZE
/* Raised whenever what is measured changes. */
#define VERSION 3
/* Level of the prediction's pyramid that is asked whether there may be anything at all. */
#define COARSE 4

/* What the index is of: another text, another index.  (transfer full) */
static char *
describe_source (const AciniObjectSource *source)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const AciniPredictionInfo *info;
  g_autofree char *cuts = NULL;
  struct stat status = { 0 };
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_printf (text, "%d %d %s %" G_GINT64_FORMAT "x%" G_GINT64_FORMAT, VERSION, (int)sizeof (AciniFragment),
                   G_BYTE_ORDER == G_LITTLE_ENDIAN ? "little" : "big", source->slide->width, source->slide->height);
  if (source->prediction == NULL)
    return g_string_free (g_steal_pointer (&text), FALSE);
  info = acini_prediction_get_info (source->prediction);
  cuts = acini_thresholds_format (source->thresholds);
  stat (acini_prediction_get_path (source->prediction), &status);
  g_string_append_printf (
      text, " cuts %s model %s way %s downsample %s classes %d file %" G_GUINT64_FORMAT " generation %" G_GINT64_FORMAT,
      cuts, info->model, info->way, g_ascii_dtostr (number, sizeof number, info->downsample), info->n_classes,
      (guint64)status.st_ino, acini_prediction_get_generation (source->prediction));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Up to where the index knows the labels and the prediction. */
typedef struct
{
  char *source;
  gint64 position, cursor;
  guint8 hash[ACINI_JOURNAL_HASH];
  gboolean fresh; /* it knows nothing yet */
} Knowledge;

static void
knowledge_clear (Knowledge *self)
{
  g_free (self->source);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Knowledge, knowledge_clear)

static gboolean
read_knowledge (AciniTransaction *transaction, Knowledge *knowledge, GError **error)
{
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows
      = acini_transaction_query (transaction, error, "SELECT source, position, hash, cursor FROM info", "");

  if (rows == NULL)
    return FALSE;
  if (acini_transaction_next (transaction, rows, &failure))
    {
      knowledge->source = g_strdup ((const char *)sqlite3_column_text (rows, 0));
      knowledge->position = sqlite3_column_int64 (rows, 1);
      if (sqlite3_column_bytes (rows, 2) == ACINI_JOURNAL_HASH)
        memcpy (knowledge->hash, sqlite3_column_blob (rows, 2), ACINI_JOURNAL_HASH);
      knowledge->cursor = sqlite3_column_int64 (rows, 3);
      sqlite3_reset (rows);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Empties the index where it is of something else, or of another past of the project. */
static gboolean
check_knowledge (AciniObjectIndex *self, AciniTransaction *transaction, AciniTransaction *project, Knowledge *knowledge,
                 GError **error)
{
  g_autofree char *source = describe_source (&self->source);
  g_auto (AciniJournalEntry) entry = { 0 };

  if (knowledge->position > 0 && project != NULL
      && !acini_journal_read_sequence (project, knowledge->position, &entry, error))
    return FALSE;
  if (g_strcmp0 (source, knowledge->source) == 0
      && (knowledge->position == 0 || memcmp (entry.hash, knowledge->hash, ACINI_JOURNAL_HASH) == 0))
    return TRUE;
  g_free (knowledge->source);
  *knowledge = (Knowledge){ .source = g_steal_pointer (&source), .fresh = TRUE };
  return acini_transaction_run (transaction, error, "DELETE FROM tiles", "")
         && acini_transaction_run (transaction, error, "DELETE FROM objects", "")
         && acini_transaction_run (transaction, error, "DELETE FROM stale", "");
}

static gboolean
note (AciniTransaction *transaction, gint64 row, gint64 column, GError **error)
{
  return acini_transaction_run (transaction, error, "INSERT OR IGNORE INTO stale (row, column) VALUES (?1, ?2)", "ii",
                                row, column);
}

/* The tile that an edit changed, and those of its neighbours that see it in their margin. */
static gboolean
note_edit (AciniObjectIndex *self, AciniTransaction *transaction, AciniTilePlace place, const AciniRect *damage,
           GError **error)
{
  const AciniSlideRecord *slide = self->source.slide;
  gint64 left = MAX (place.column * TILE, damage->x) - 1, top = MAX (place.row * TILE, damage->y) - 1;
  gint64 right = MIN ((place.column + 1) * TILE, damage->x + damage->width);
  gint64 bottom = MIN ((place.row + 1) * TILE, damage->y + damage->height);

  for (gint64 row = MAX (top, 0) / TILE; row * TILE < MIN (bottom + 1, slide->height); row++)
    for (gint64 column = MAX (left, 0) / TILE; column * TILE < MIN (right + 1, slide->width); column++)
      if (!note (transaction, row, column, error))
        return FALSE;
  return TRUE;
}

/* Columns: row, column, and what the step that changed it damaged. */
static gboolean
note_rows (AciniObjectIndex *self, AciniTransaction *transaction, AciniTransaction *project, sqlite3_stmt *rows,
           GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (rows == NULL)
    return FALSE;
  while (acini_transaction_next (project, rows, &failure))
    {
      AciniTilePlace place = { sqlite3_column_int64 (rows, 0), sqlite3_column_int64 (rows, 1) };
      AciniRect damage = { sqlite3_column_int64 (rows, 2), sqlite3_column_int64 (rows, 3),
                           sqlite3_column_int64 (rows, 4), sqlite3_column_int64 (rows, 5) };

      if (!note_edit (self, transaction, place, &damage, &failure))
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

#define STEPS                                                                                                          \
  "SELECT tile.row, tile.column, step.x, step.y, step.width, step.height"                                              \
  " FROM journal AS step LEFT JOIN journal AS undone ON undone.sequence = step.target"                                 \
  " LEFT JOIN journal AS redone ON redone.sequence = undone.target JOIN "
#define STEPS_END                                                                                                      \
  " AS tile ON tile.sequence = coalesce(redone.sequence, undone.sequence, step.sequence)"                              \
  " WHERE step.slide = ?1 AND step.sequence > ?2"

/* The tiles of decisions, which are rows of JSON, as if the middle of each had changed. */
#define WHERE_OF(axis) "json_extract (coalesce (redone.after, undone.after, step.after), '$." axis "') / 512"
#define REVIEWS_AT(from)                                                                                               \
  "SELECT " WHERE_OF (from "y") " AS tile_row, " WHERE_OF (from "x") ", " WHERE_OF (                                   \
      from "x") " * 512 + 1, " WHERE_OF (from "y") " * 512 + 1, 510, 510"                                              \
                                                   " FROM journal AS step LEFT JOIN journal AS undone ON "             \
                                                   "undone.sequence = step.target"                                     \
                                                   " LEFT JOIN journal AS redone ON redone.sequence = undone.target"   \
                                                   " WHERE step.slide = ?1 AND step.sequence > ?2 AND coalesce "       \
                                                   "(redone.kind, undone.kind, step.kind) = 'review'"                  \
                                                   " AND tile_row IS NOT NULL"
/* Several decisions, or locks, in a row. */
#define EACH(member)                                                                                                   \
  "SELECT json_extract (element.value, '$.y') / 512 AS tile_row, json_extract (element.value, '$.x') / 512,"           \
  " json_extract (element.value, '$.x') / 512 * 512 + 1, json_extract (element.value, '$.y') / 512 * 512 + 1,"         \
  " 510, 510 FROM journal AS step LEFT JOIN journal AS undone ON undone.sequence = step.target"                        \
  " LEFT JOIN journal AS redone ON redone.sequence = undone.target,"                                                   \
  " json_each (coalesce (redone.after, undone.after, step.after), '$." member "') AS element"                          \
  " WHERE step.slide = ?1 AND step.sequence > ?2 AND coalesce (redone.kind, undone.kind, step.kind) = 'review'"
#define REVIEWS REVIEWS_AT ("") " UNION " REVIEWS_AT ("from_") " UNION " EACH ("decisions") " UNION " EACH ("locks")

static gboolean
note_labels (AciniObjectIndex *self, AciniTransaction *transaction, AciniTransaction *project, Knowledge *knowledge,
             GError **error)
{
  g_auto (AciniJournalEntry) newest = { 0 };
  gint64 slide = self->source.slide->id;
  sqlite3_stmt *rows;

  if (project == NULL)
    return TRUE;
  if (!acini_journal_read_newest (project, slide, &newest, error))
    return FALSE;
  if (newest.sequence == knowledge->position && !knowledge->fresh)
    return TRUE;
  if (knowledge->fresh)
    rows = acini_transaction_query (project, error,
                                    "SELECT row, column, column * 512 + 1, row * 512 + 1, 510, 510 FROM label_tiles"
                                    " WHERE slide = ?1 AND level = 0",
                                    "i", slide);
  else
    rows = acini_transaction_query (
        project, error, STEPS "journal_tiles" STEPS_END " UNION " STEPS "journal_seams" STEPS_END " UNION " REVIEWS,
        "ii", slide, knowledge->position);
  knowledge->position = newest.sequence;
  memcpy (knowledge->hash, newest.hash, ACINI_JOURNAL_HASH);
  return note_rows (self, transaction, project, rows, error);
}

/* Whether the model sees a class between the level-0 pixels given: *@any. */
static gboolean
look_at_prediction (AciniObjectIndex *self, gint64 left, gint64 top, gint64 right, gint64 bottom, gboolean *any,
                    GError **error)
{
  AciniPrediction *prediction = self->source.prediction;
  const AciniPredictionInfo *info = acini_prediction_get_info (prediction);
  int level = MIN (COARSE, acini_prediction_get_n_levels (prediction) - 1);
  double pixel = ldexp (info->downsample, level);
  /* A pixel of the prediction more on each side, which the interpolation reaches for. */
  gint64 x = (gint64)floor ((double)left / pixel - 1), y = (gint64)floor ((double)top / pixel - 1);
  int width = (int)(ceil ((double)right / pixel + 1) - x), height = (int)(ceil ((double)bottom / pixel + 1) - y);
  g_autofree guint8 *pixels = g_malloc ((gsize)width * height);

  *any = FALSE;
  for (int plane = 0; plane < info->n_classes && !*any; plane++)
    {
      guint8 cut = acini_thresholds_get_cut (self->source.thresholds, plane);

      if (!acini_prediction_read (prediction, plane, level, x, y, width, height, pixels, NULL, error))
        return FALSE;
      for (gsize i = 0; i < (gsize)width * height && !*any; i++)
        *any = pixels[i] >= cut;
    }
  return TRUE;
}

/* The tiles of labels that a new tile of the prediction reaches. */
static gboolean
note_predicted (AciniObjectIndex *self, AciniTransaction *transaction, const AciniPredictionTile *tile, GError **error)
{
  const AciniSlideRecord *slide = self->source.slide;
  double side = ACINI_PREDICTION_TILE * acini_prediction_get_info (self->source.prediction)->downsample;
  double around = side / ACINI_PREDICTION_TILE + self->margin;
  gint64 first_row = (gint64)MAX ((double)tile->row * side - around, 0) / TILE;
  gint64 first_column = (gint64)MAX ((double)tile->column * side - around, 0) / TILE;

  for (gint64 row = first_row; row * TILE < MIN ((double)(tile->row + 1) * side + around, slide->height); row++)
    for (gint64 column = first_column; column * TILE < MIN ((double)(tile->column + 1) * side + around, slide->width);
         column++)
      {
        gboolean any;

        if (!look_at_prediction (self, column * TILE, row * TILE, MIN ((column + 1) * TILE, slide->width),
                                 MIN ((row + 1) * TILE, slide->height), &any, error))
          return FALSE;
        if (!any)
          {
            gint64 known = acini_transaction_get_int (
                transaction, error, 0, "SELECT count(*) FROM tiles WHERE row = ?1 AND column = ?2", "ii", row, column);

            if (known < 0)
              return FALSE;
            any = known > 0;
          }
        if (any && !note (transaction, row, column, error))
          return FALSE;
      }
  return TRUE;
}

static gboolean
note_prediction (AciniObjectIndex *self, AciniTransaction *transaction, Knowledge *knowledge, GError **error)
{
  g_autoptr (GArray) tiles = NULL;

  if (self->source.prediction == NULL)
    return TRUE;
  tiles = acini_prediction_poll (self->source.prediction, &knowledge->cursor, error);
  if (tiles == NULL)
    return FALSE;
  for (guint i = 0; i < tiles->len; i++)
    if (!note_predicted (self, transaction, &g_array_index (tiles, AciniPredictionTile, i), error))
      return FALSE;
  return TRUE;
}

gboolean
acini_object_note_stale (AciniObjectIndex *self, AciniTransaction *transaction, GError **error)
{
  g_auto (Knowledge) knowledge = { 0 };
  g_autoptr (AciniTransaction) project = NULL;

  if (self->source.project != NULL)
    {
      project = acini_database_read (acini_project_get_database (self->source.project), error);
      if (project == NULL)
        return FALSE;
    }
  return read_knowledge (transaction, &knowledge, error)
         && check_knowledge (self, transaction, project, &knowledge, error)
         && note_labels (self, transaction, project, &knowledge, error)
         && note_prediction (self, transaction, &knowledge, error)
         && acini_transaction_run (transaction, error,
                                   "INSERT OR REPLACE INTO info (id, source, position, hash, cursor)"
                                   " VALUES (1, ?1, ?2, ?3, ?4)",
                                   "sibi", knowledge.source, knowledge.position, knowledge.hash,
                                   (gsize)ACINI_JOURNAL_HASH, knowledge.cursor);
}
