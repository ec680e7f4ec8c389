/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whether the history is what was written: the chain of hashes, the numbers, the tiles each edit found and left, and
 * that labels and decisions are what the whole of it makes. */

#include "acini-config.h"

#include "data/labels/acini-journal-decisions.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  gint64 slide;
  gboolean seams;       /* of this layer */
  AciniTilePlace place; /* slide, layer and place are the key */
  guint8 hash[ACINI_JOURNAL_HASH];
} TileState;

typedef struct
{
  AciniTransaction *transaction;
  GHashTable *states; /* set of TileState: what the rows so far have made of the tiles */
  guint8 unlabelled[ACINI_JOURNAL_HASH];
  guint8 previous[ACINI_JOURNAL_HASH];
  gint64 format;       /* of the row before */
  GHashTable *targets; /* sequence of an undo → that of its edit, for the redos to come */
  GHashTable *decisions;
} Verification;

static guint
hash_state (gconstpointer key)
{
  const TileState *state = key;

  return (guint)(((state->slide * 2 + state->seams) * 31 + state->place.row) * 0x9e3779b1u ^ state->place.column);
}

static gboolean
equal_states (gconstpointer a, gconstpointer b)
{
  const TileState *first = a, *second = b;

  return first->slide == second->slide && first->seams == second->seams
         && acini_tile_place_compare (&first->place, &second->place) == 0;
}

static TileState *
ensure_state (Verification *self, gint64 slide, gboolean seams, AciniTilePlace place)
{
  TileState key = { slide, seams, place, { 0 } };
  TileState *state = g_hash_table_lookup (self->states, &key);

  if (state == NULL)
    {
      state = g_memdup2 (&key, sizeof key);
      memcpy (state->hash, self->unlabelled, sizeof state->hash);
      g_hash_table_add (self->states, state);
    }
  return state;
}

static void
set_broken (GError **error, gint64 sequence, const char *what)
{
  g_set_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_HISTORY,
               _ ("The history was changed from outside: row %lld does not match (%s)"), (long long)sequence, what);
}

static void
hash_columns (sqlite3_stmt *row, int column, guint8 hash[ACINI_JOURNAL_HASH])
{
  int value = sqlite3_column_type (row, column) != SQLITE_NULL ? sqlite3_column_int (row, column) : -1;

  acini_journal_hash_tile (value, sqlite3_column_blob (row, column + 1), sqlite3_column_bytes (row, column + 1), hash);
}

/* Plays the tiles of one layer of edit @sequence, as @entry does it, and hashes them into @tiles where it is the edit
 * itself.  *@any: whether there are any. */
static gboolean
play_layer (Verification *self, const AciniJournalEntry *entry, gint64 sequence, gboolean seams, GChecksum *tiles,
            gboolean *any, GError **error)
{
  gboolean undo = g_str_equal (entry->kind, "undo");
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows = acini_transaction_query (
      self->transaction, error,
      seams ? "SELECT row, column, before_value, before_pixels, after_value, after_pixels FROM journal_seams"
              " WHERE sequence = ?1"
            : "SELECT row, column, before_value, before_pixels, after_value, after_pixels FROM journal_tiles"
              " WHERE sequence = ?1",
      "i", sequence);

  *any = FALSE;
  if (rows == NULL)
    return FALSE;
  while (acini_transaction_next (self->transaction, rows, &failure))
    {
      AciniTilePlace place = { sqlite3_column_int64 (rows, 0), sqlite3_column_int64 (rows, 1) };
      TileState *state = ensure_state (self, entry->slide, seams, place);
      guint8 before[ACINI_JOURNAL_HASH], after[ACINI_JOURNAL_HASH];

      *any = TRUE;
      hash_columns (rows, 2, before);
      hash_columns (rows, 4, after);
      if (sequence == entry->sequence)
        acini_journal_hash_place (tiles, place, before, after);
      if (memcmp (state->hash, undo ? after : before, ACINI_JOURNAL_HASH) != 0)
        {
          set_broken (&failure, entry->sequence, _ ("it does not follow from the rows before"));
          sqlite3_reset (rows);
          break;
        }
      memcpy (state->hash, undo ? before : after, ACINI_JOURNAL_HASH);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
play_tiles (Verification *self, const AciniJournalEntry *entry, gint64 sequence, GChecksum *tiles, GError **error)
{
  g_autoptr (GChecksum) seams = g_checksum_new (G_CHECKSUM_SHA256);
  gboolean any;

  if (!play_layer (self, entry, sequence, FALSE, tiles, &any, error)
      || !play_layer (self, entry, sequence, TRUE, seams, &any, error))
    return FALSE;
  if (any && sequence == entry->sequence)
    acini_journal_hash_seams (tiles, seams);
  return TRUE;
}

/* Plays what @entry, or the row @sequence that it takes back or does again, says of decisions. */
static gboolean
play_decisions (Verification *self, const AciniJournalEntry *entry, gint64 sequence, GError **error)
{
  g_auto (AciniJournalEntry) target = { 0 };

  if (g_str_equal (entry->kind, "review"))
    acini_decisions_play (self->decisions, entry->slide, entry->after);
  if (sequence == entry->sequence)
    return TRUE;
  if (!acini_journal_read_sequence (self->transaction, sequence, &target, error))
    return FALSE;
  if (g_strcmp0 (target.kind, "review") == 0)
    acini_decisions_play (self->decisions, entry->slide,
                          g_str_equal (entry->kind, "undo") ? target.before : target.after);
  return TRUE;
}

static gboolean
play_entry (Verification *self, const AciniJournalEntry *entry, GError **error)
{
  g_autoptr (GChecksum) tiles = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 hash[ACINI_JOURNAL_HASH];
  gint64 sequence = entry->sequence;

  if (g_str_equal (entry->kind, "undo"))
    {
      sequence = entry->target;
      g_hash_table_insert (self->targets, GSIZE_TO_POINTER (entry->sequence), GSIZE_TO_POINTER (sequence));
    }
  else if (g_str_equal (entry->kind, "redo"))
    sequence = GPOINTER_TO_SIZE (g_hash_table_lookup (self->targets, GSIZE_TO_POINTER (entry->target)));
  /* Rows of version 1 stand before those of version 2, and have nothing that it did not know. */
  if (entry->format < self->format || entry->format > 2
      || (entry->format == 1 && (entry->before != NULL || entry->after != NULL || entry->duration >= 0)))
    {
      set_broken (error, entry->sequence, _ ("its format is another"));
      return FALSE;
    }
  self->format = entry->format;
  if (!play_tiles (self, entry, sequence, tiles, error))
    return FALSE;
  acini_journal_hash_entry (entry, self->previous, tiles, hash);
  if (memcmp (hash, entry->hash, sizeof hash) != 0)
    {
      set_broken (error, entry->sequence, _ ("its hash differs"));
      return FALSE;
    }
  memcpy (self->previous, hash, sizeof hash);
  return play_decisions (self, entry, sequence, error);
}

static gboolean
play_all (Verification *self, GError **error)
{
  g_auto (AciniJournalEntry) entry = { 0 };
  g_autoptr (GError) failure = NULL;
  gint64 expected = 1;
  sqlite3_stmt *rows = acini_transaction_query (self->transaction, error,
                                                "SELECT " ACINI_JOURNAL_COLUMNS " FROM journal ORDER BY sequence", "");

  if (rows == NULL)
    return FALSE;
  while (acini_transaction_next (self->transaction, rows, &failure)
         && acini_journal_read_entry (self->transaction, rows, &entry, &failure))
    {
      if (entry.sequence != expected++)
        {
          set_broken (&failure, entry.sequence, _ ("a row before it is missing"));
          break;
        }
      if (!play_entry (self, &entry, &failure))
        break;
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static void
set_labels_differ (GError **error, gint64 slide, AciniTilePlace place)
{
  g_set_error (
      error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_HISTORY,
      _ ("The labels of slide %lld near (%lld, %lld) do not match its history: one of them was changed from outside"),
      (long long)slide, (long long)place.column * ACINI_TILE_SIZE, (long long)place.row * ACINI_TILE_SIZE);
}

/* Takes from the states what the labels, or the seams, are. */
static gboolean
compare_layer (Verification *self, gboolean seams, GError **error)
{
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows
      = acini_transaction_query (self->transaction, error,
                                 seams ? "SELECT slide, row, column, value, pixels FROM seam_tiles"
                                       : "SELECT slide, row, column, value, pixels FROM label_tiles WHERE level = 0",
                                 "");

  if (rows == NULL)
    return FALSE;
  while (failure == NULL && acini_transaction_next (self->transaction, rows, &failure))
    {
      AciniTilePlace place = { sqlite3_column_int64 (rows, 1), sqlite3_column_int64 (rows, 2) };
      TileState *state = ensure_state (self, sqlite3_column_int64 (rows, 0), seams, place);
      guint8 hash[ACINI_JOURNAL_HASH];

      hash_columns (rows, 3, hash);
      if (memcmp (hash, state->hash, sizeof hash) != 0)
        set_labels_differ (&failure, state->slide, place);
      memcpy (state->hash, self->unlabelled, sizeof state->hash);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Takes from the states what the labels and seams are, and looks whether any is left. */
static gboolean
compare_labels (Verification *self, GError **error)
{
  g_autoptr (GError) failure = NULL;
  GHashTableIter iter;
  TileState *state;

  if (!compare_layer (self, FALSE, error) || !compare_layer (self, TRUE, error))
    return FALSE;
  g_hash_table_iter_init (&iter, self->states);
  while (failure == NULL && g_hash_table_iter_next (&iter, (gpointer *)&state, NULL))
    if (memcmp (state->hash, self->unlabelled, sizeof state->hash) != 0)
      set_labels_differ (&failure, state->slide, state->place);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

gboolean
acini_journal_verify (AciniProject *project, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  g_autoptr (GHashTable) states = g_hash_table_new_full (hash_state, equal_states, g_free, NULL);
  g_autoptr (GHashTable) targets = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) decisions = acini_decisions_new ();
  Verification self = { NULL, states, { 0 }, { 0 }, 1, targets, decisions };

  g_return_val_if_fail (ACINI_IS_PROJECT (project), FALSE);

  transaction = acini_database_read (acini_project_get_database (project), error);
  if (transaction == NULL)
    return FALSE;
  self.transaction = transaction;
  acini_journal_hash_tile (ACINI_LABEL_UNLABELLED, NULL, 0, self.unlabelled);
  return play_all (&self, error) && compare_labels (&self, error)
         && acini_decisions_compare (decisions, transaction, error);
}
