/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/labels/acini-journal-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The rows of a slide form two stacks that are never stored as such.  Each row says what is on top of both after it
 * (undo_next, redo_next), and an edit or an undo also what it was laid upon (below):
 *
 *   edit E        undo_next = E        redo_next = none        below = undo_next before
 *   undo U of E   undo_next = E.below  redo_next = U           below = redo_next before
 *   redo of U     undo_next = E        redo_next = U.below
 *
 * So each step reads two rows, however long the history is, and nothing that was written ever changes. */

#define COLUMNS                                                                                                        \
  "sequence, slide, time, user, tool, kind, target, undo_next, redo_next, below, x, y, width, height, hash"

void
acini_journal_entry_clear (AciniJournalEntry *self)
{
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->tool, g_free);
  g_clear_pointer (&self->kind, g_free);
  memset (self, 0, sizeof *self);
}

static void
hash_int (GChecksum *checksum, gint64 number)
{
  guint64 bytes = GUINT64_TO_BE ((guint64)number);

  g_checksum_update (checksum, (const guchar *)&bytes, sizeof bytes);
}

static void
hash_text (GChecksum *checksum, const char *text)
{
  hash_int (checksum, strlen (text));
  g_checksum_update (checksum, (const guchar *)text, strlen (text));
}

void
acini_journal_hash_tile (int value, const void *data, gsize size, guint8 digest[ACINI_JOURNAL_HASH])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = ACINI_JOURNAL_HASH;

  hash_int (checksum, value);
  hash_int (checksum, size);
  g_checksum_update (checksum, data != NULL ? data : "", size);
  g_checksum_get_digest (checksum, digest, &length);
}

void
acini_journal_hash_place (GChecksum *tiles, AciniTilePlace place, const guint8 before[ACINI_JOURNAL_HASH],
                          const guint8 after[ACINI_JOURNAL_HASH])
{
  hash_int (tiles, place.row);
  hash_int (tiles, place.column);
  g_checksum_update (tiles, before, ACINI_JOURNAL_HASH);
  g_checksum_update (tiles, after, ACINI_JOURNAL_HASH);
}

void
acini_journal_hash_entry (const AciniJournalEntry *entry, const guint8 previous[ACINI_JOURNAL_HASH], GChecksum *tiles,
                          guint8 hash[ACINI_JOURNAL_HASH])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  const gint64 numbers[]
      = { entry->sequence, entry->slide,    entry->time,     entry->target,       entry->undo_next,    entry->redo_next,
          entry->below,    entry->damage.x, entry->damage.y, entry->damage.width, entry->damage.height };
  guint8 tiles_digest[ACINI_JOURNAL_HASH];
  gsize length = ACINI_JOURNAL_HASH;

  g_checksum_update (checksum, previous, ACINI_JOURNAL_HASH);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    hash_int (checksum, numbers[i]);
  hash_text (checksum, entry->user);
  hash_text (checksum, entry->tool);
  hash_text (checksum, entry->kind);
  g_checksum_get_digest (tiles, tiles_digest, &length);
  g_checksum_update (checksum, tiles_digest, length);
  length = ACINI_JOURNAL_HASH;
  g_checksum_get_digest (checksum, hash, &length);
}

gboolean
acini_journal_read_entry (AciniTransaction *transaction, sqlite3_stmt *row, AciniJournalEntry *entry, GError **error)
{
  acini_journal_entry_clear (entry);
  entry->sequence = sqlite3_column_int64 (row, 0);
  entry->slide = sqlite3_column_int64 (row, 1);
  entry->time = sqlite3_column_int64 (row, 2);
  entry->user = g_strdup ((const char *)sqlite3_column_text (row, 3));
  entry->tool = g_strdup ((const char *)sqlite3_column_text (row, 4));
  entry->kind = g_strdup ((const char *)sqlite3_column_text (row, 5));
  entry->target = sqlite3_column_int64 (row, 6);
  entry->undo_next = sqlite3_column_int64 (row, 7);
  entry->redo_next = sqlite3_column_int64 (row, 8);
  entry->below = sqlite3_column_int64 (row, 9);
  entry->damage = (AciniRect){ sqlite3_column_int64 (row, 10), sqlite3_column_int64 (row, 11),
                               sqlite3_column_int64 (row, 12), sqlite3_column_int64 (row, 13) };
  if (sqlite3_column_bytes (row, 14) != ACINI_JOURNAL_HASH)
    {
      acini_transaction_set_damaged (transaction, error, "journal");
      return FALSE;
    }
  memcpy (entry->hash, sqlite3_column_blob (row, 14), ACINI_JOURNAL_HASH);
  return TRUE;
}

/* Reads the first row of a query; sequence 0 if there is none. */
static gboolean
read_one (AciniTransaction *transaction, sqlite3_stmt *rows, AciniJournalEntry *entry, GError **error)
{
  g_autoptr (GError) failure = NULL;

  acini_journal_entry_clear (entry);
  if (rows == NULL)
    return FALSE;
  if (acini_transaction_next (transaction, rows, &failure))
    acini_journal_read_entry (transaction, rows, entry, &failure);
  sqlite3_reset (rows);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
read_newest (AciniTransaction *transaction, gint64 slide, AciniJournalEntry *entry, GError **error)
{
  return read_one (transaction,
                   acini_transaction_query (transaction, error,
                                            "SELECT " COLUMNS " FROM journal WHERE slide = ?1"
                                            " ORDER BY sequence DESC LIMIT 1",
                                            "i", slide),
                   entry, error);
}

static gboolean
read_sequence (AciniTransaction *transaction, gint64 sequence, AciniJournalEntry *entry, GError **error)
{
  return read_one (transaction,
                   acini_transaction_query (transaction, error, "SELECT " COLUMNS " FROM journal WHERE sequence = ?1",
                                            "i", sequence),
                   entry, error);
}

static char *
dup_user (void)
{
  const char *name = g_get_real_name ();

  return g_strdup (name[0] != '\0' && g_strcmp0 (name, "Unknown") != 0 ? name : g_get_user_name ());
}

/* Gives @entry its number, time and user, chains it to the row before, and writes it. */
static gboolean
append (AciniTransaction *transaction, AciniJournalEntry *entry, GChecksum *tiles, GError **error)
{
  g_auto (AciniJournalEntry) previous = { 0 };

  entry->time = g_get_real_time () / G_USEC_PER_SEC;
  g_free (entry->user);
  entry->user = dup_user ();
  if (entry->sequence > 1 && !read_sequence (transaction, entry->sequence - 1, &previous, error))
    return FALSE;
  acini_journal_hash_entry (entry, previous.hash, tiles, entry->hash);
  return acini_transaction_run (
      transaction, error,
      "INSERT INTO journal (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
      "iiisssuuuuiiiib", entry->sequence, entry->slide, entry->time, entry->user, entry->tool, entry->kind,
      entry->target > 0 ? entry->target : (gint64)-1, entry->undo_next > 0 ? entry->undo_next : (gint64)-1,
      entry->redo_next > 0 ? entry->redo_next : (gint64)-1, entry->below > 0 ? entry->below : (gint64)-1,
      entry->damage.x, entry->damage.y, entry->damage.width, entry->damage.height, entry->hash,
      (gsize)ACINI_JOURNAL_HASH);
}

gint64
acini_journal_next_sequence (AciniTransaction *transaction, GError **error)
{
  gint64 last = acini_transaction_get_int (transaction, error, 0, "SELECT max(sequence) FROM journal", "");

  return last < 0 ? 0 : last + 1;
}

gboolean
acini_journal_append_edit (AciniTransaction *transaction, gint64 sequence, gint64 slide, const char *tool,
                           const AciniRect *damage, GChecksum *tiles, GError **error)
{
  g_auto (AciniJournalEntry) entry = { 0 }, newest = { 0 };

  if (!read_newest (transaction, slide, &newest, error))
    return FALSE;
  entry.sequence = entry.undo_next = sequence;
  entry.slide = slide;
  entry.tool = g_strdup (tool);
  entry.kind = g_strdup ("edit");
  entry.below = newest.undo_next;
  entry.damage = *damage;
  return append (transaction, &entry, tiles, error);
}

/* Puts the tiles of edit @sequence back to what they were before it, or after it. */
static gboolean
apply_tiles (AciniTransaction *transaction, gint64 slide, gint64 sequence, gboolean after, GError **error)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (AciniTilePlace));
  g_autoptr (GError) failure = NULL;
  gint64 width, height;
  sqlite3_stmt *rows;

  if (!acini_project_get_slide_size (transaction, slide, &width, &height, error))
    return FALSE;
  rows = acini_transaction_query (
      transaction, error,
      after ? "SELECT row, column, after_value, after_pixels FROM journal_tiles WHERE sequence = ?1"
            : "SELECT row, column, before_value, before_pixels FROM journal_tiles WHERE sequence = ?1",
      "i", sequence);
  if (rows == NULL)
    return FALSE;
  while (acini_transaction_next (transaction, rows, &failure))
    {
      AciniTilePlace place = { sqlite3_column_int64 (rows, 0), sqlite3_column_int64 (rows, 1) };
      AciniPackedTile tile = { -1, (gpointer)sqlite3_column_blob (rows, 3), sqlite3_column_bytes (rows, 3) };

      if (sqlite3_column_type (rows, 2) != SQLITE_NULL)
        tile.value = sqlite3_column_int (rows, 2);
      if (!acini_labels_store_tile (transaction, slide, 0, place, &tile, &failure))
        break;
      g_array_append_val (places, place);
    }
  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  return acini_labels_update_pyramid (transaction, slide, width, height, places, error);
}

/* Fills what a step from @newest puts into the journal.  entry->sequence 0: there is nothing to undo or redo. */
static gboolean
plan_step (AciniTransaction *transaction, const AciniJournalEntry *newest, gboolean redo, AciniJournalEntry *edit,
           AciniJournalEntry *entry, GError **error)
{
  g_auto (AciniJournalEntry) undo = { 0 };
  gint64 sequence = newest->undo_next;

  if ((redo ? newest->redo_next : newest->undo_next) == 0)
    return TRUE;
  if (redo)
    {
      if (!read_sequence (transaction, newest->redo_next, &undo, error))
        return FALSE;
      sequence = undo.target;
    }
  if (!read_sequence (transaction, sequence, edit, error))
    return FALSE;
  if (edit->sequence == 0)
    {
      acini_transaction_set_damaged (transaction, error, "journal");
      return FALSE;
    }
  entry->sequence = acini_journal_next_sequence (transaction, error);
  if (entry->sequence == 0)
    return FALSE;
  entry->target = redo ? undo.sequence : edit->sequence;
  entry->undo_next = redo ? edit->sequence : edit->below;
  entry->redo_next = redo ? undo.below : entry->sequence;
  entry->below = redo ? 0 : newest->redo_next;
  return TRUE;
}

static gboolean
step (AciniProject *project, gint64 slide, gboolean redo, AciniRect *damage, GError **error)
{
  g_autoptr (AciniTransaction) transaction = acini_database_write (acini_project_get_database (project), error);
  g_autoptr (GChecksum) no_tiles = g_checksum_new (G_CHECKSUM_SHA256);
  g_auto (AciniJournalEntry) newest = { 0 }, edit = { 0 }, entry = { 0 };

  if (damage != NULL)
    *damage = (AciniRect){ 0 };
  if (transaction == NULL || !read_newest (transaction, slide, &newest, error)
      || !plan_step (transaction, &newest, redo, &edit, &entry, error))
    return FALSE;
  if (entry.sequence == 0)
    return TRUE;
  entry.slide = slide;
  entry.tool = g_strdup (edit.tool);
  entry.kind = g_strdup (redo ? "redo" : "undo");
  entry.damage = edit.damage;
  if (!apply_tiles (transaction, slide, edit.sequence, redo, error) || !append (transaction, &entry, no_tiles, error)
      || !acini_transaction_commit (transaction, error))
    return FALSE;
  if (damage != NULL)
    *damage = edit.damage;
  return TRUE;
}

gboolean
acini_journal_undo (AciniProject *project, gint64 slide, AciniRect *damage, GError **error)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (project), FALSE);

  return step (project, slide, FALSE, damage, error);
}

gboolean
acini_journal_redo (AciniProject *project, gint64 slide, AciniRect *damage, GError **error)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (project), FALSE);

  return step (project, slide, TRUE, damage, error);
}

void
acini_journal_get_state (AciniProject *project, gint64 slide, gboolean *can_undo, gboolean *can_redo)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  g_auto (AciniJournalEntry) newest = { 0 };

  g_return_if_fail (ACINI_IS_PROJECT (project));

  transaction = acini_database_read (acini_project_get_database (project), NULL);
  if (transaction != NULL && !read_newest (transaction, slide, &newest, NULL))
    newest.undo_next = newest.redo_next = 0;
  if (can_undo != NULL)
    *can_undo = newest.undo_next > 0;
  if (can_redo != NULL)
    *can_redo = newest.redo_next > 0;
}

void
acini_journal_row_free (AciniJournalRow *row)
{
  if (row == NULL)
    return;
  g_free (row->user);
  g_free (row->tool);
  g_free (row->kind);
  g_free (row);
}

GPtrArray *
acini_journal_list (AciniProject *project, gint64 slide, int limit, GError **error)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_journal_row_free);
  g_autoptr (AciniTransaction) transaction = NULL;
  g_auto (AciniJournalEntry) entry = { 0 };
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);

  transaction = acini_database_read (acini_project_get_database (project), error);
  if (transaction == NULL)
    return NULL;
  rows = acini_transaction_query (transaction, error,
                                  "SELECT " COLUMNS " FROM journal WHERE slide = ?1 ORDER BY sequence DESC LIMIT ?2",
                                  "ii", slide, (gint64)limit);
  if (rows == NULL)
    return NULL;
  while (acini_transaction_next (transaction, rows, &failure)
         && acini_journal_read_entry (transaction, rows, &entry, &failure))
    {
      AciniJournalRow *row = g_new0 (AciniJournalRow, 1);

      row->sequence = entry.sequence;
      row->time = entry.time;
      row->user = g_steal_pointer (&entry.user);
      row->tool = g_steal_pointer (&entry.tool);
      row->kind = g_steal_pointer (&entry.kind);
      row->damage = entry.damage;
      g_ptr_array_add (list, row);
    }
  if (failure == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}
