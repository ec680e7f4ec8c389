/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/labels/acini-journal-private.h"
#include "data/project/acini-sign-off.h"

#include <string.h>

void
acini_journal_hash_tile (int value, const void *data, gsize size, guint8 digest[ACINI_JOURNAL_HASH])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  gsize length = ACINI_JOURNAL_HASH;

  acini_journal_hash_int (checksum, value);
  acini_journal_hash_int (checksum, size);
  g_checksum_update (checksum, data != NULL ? data : "", size);
  g_checksum_get_digest (checksum, digest, &length);
}

void
acini_journal_hash_place (GChecksum *tiles, AciniTilePlace place, const guint8 before[ACINI_JOURNAL_HASH],
                          const guint8 after[ACINI_JOURNAL_HASH])
{
  acini_journal_hash_int (tiles, place.row);
  acini_journal_hash_int (tiles, place.column);
  g_checksum_update (tiles, before, ACINI_JOURNAL_HASH);
  g_checksum_update (tiles, after, ACINI_JOURNAL_HASH);
}

void
acini_journal_hash_seams (GChecksum *tiles, GChecksum *seams)
{
  guint8 digest[ACINI_JOURNAL_HASH];
  gsize length = sizeof digest;

  g_checksum_get_digest (seams, digest, &length);
  /* No tile of labels has such a row. */
  acini_journal_hash_int (tiles, -1);
  g_checksum_update (tiles, digest, sizeof digest);
}

typedef gboolean (*StoreTile) (AciniTransaction *transaction, gint64 slide, AciniTilePlace place,
                               const AciniPackedTile *tile, GError **error);

static gboolean
store_labels (AciniTransaction *transaction, gint64 slide, AciniTilePlace place, const AciniPackedTile *tile,
              GError **error)
{
  return acini_labels_store_tile (transaction, slide, 0, place, tile, error);
}

/* Stores the tiles that @sql tells of edit @sequence, and notes their @places (nullable). */
static gboolean
apply_rows (AciniTransaction *transaction, const char *sql, gint64 slide, gint64 sequence, StoreTile store,
            GArray *places, GError **error)
{
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows = acini_transaction_query (transaction, error, sql, "i", sequence);

  if (rows == NULL)
    return FALSE;
  while (acini_transaction_next (transaction, rows, &failure))
    {
      AciniTilePlace place = { sqlite3_column_int64 (rows, 0), sqlite3_column_int64 (rows, 1) };
      AciniPackedTile tile = { -1, (gpointer)sqlite3_column_blob (rows, 3), sqlite3_column_bytes (rows, 3) };

      if (sqlite3_column_type (rows, 2) != SQLITE_NULL)
        tile.value = sqlite3_column_int (rows, 2);
      if (!store (transaction, slide, place, &tile, &failure))
        {
          sqlite3_reset (rows);
          break;
        }
      if (places != NULL)
        g_array_append_val (places, place);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Puts labels and seams of edit @sequence back to what they were before it, or after it. */
static gboolean
apply_tiles (AciniTransaction *transaction, gint64 slide, gint64 sequence, gboolean after, GError **error)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (AciniTilePlace));
  gint64 width, height;

  return acini_project_get_slide_size (transaction, slide, &width, &height, error)
         && apply_rows (transaction,
                        after
                            ? "SELECT row, column, after_value, after_pixels FROM journal_tiles WHERE sequence = ?1"
                            : "SELECT row, column, before_value, before_pixels FROM journal_tiles WHERE sequence = ?1",
                        slide, sequence, store_labels, places, error)
         && acini_labels_update_pyramid (transaction, slide, width, height, places, error)
         && apply_rows (transaction,
                        after
                            ? "SELECT row, column, after_value, after_pixels FROM journal_seams WHERE sequence = ?1"
                            : "SELECT row, column, before_value, before_pixels FROM journal_seams WHERE sequence = ?1",
                        slide, sequence, acini_seams_store_tile, NULL, error);
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
      if (!acini_journal_read_sequence (transaction, newest->redo_next, &undo, error))
        return FALSE;
      sequence = undo.target;
    }
  if (!acini_journal_read_sequence (transaction, sequence, edit, error))
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

/* Whether the row changed labels, as opposed to what its JSON says. */
static gboolean
has_tiles (const AciniJournalEntry *step)
{
  return g_str_equal (step->kind, "edit") || g_str_equal (step->kind, "import");
}

gboolean
acini_journal_step (AciniTransaction *transaction, gint64 slide, gboolean redo, gint64 time, AciniRect *damage,
                    const char **subject, GError **error)
{
  g_auto (AciniJournalEntry) newest = { 0 }, step = { 0 }, entry = { 0 };

  *damage = (AciniRect){ 0 };
  *subject = NULL;
  if (!acini_sign_off_check_open (transaction, slide, error)
      || !acini_journal_read_newest (transaction, slide, &newest, error)
      || !plan_step (transaction, &newest, redo, &step, &entry, error))
    return FALSE;
  if (entry.sequence == 0)
    return TRUE;
  entry.slide = slide;
  entry.time = time;
  entry.duration = -1;
  entry.tool = g_strdup (step.tool);
  entry.kind = g_strdup (redo ? "redo" : "undo");
  entry.damage = step.damage;
  if (!(has_tiles (&step) ? apply_tiles (transaction, slide, step.sequence, redo, error)
                          : acini_change_apply (transaction, step.kind, slide, redo ? step.after : step.before, error))
      || !acini_journal_append (transaction, &entry, NULL, error))
    return FALSE;
  *damage = step.damage;
  *subject = has_tiles (&step) ? "edit" : g_intern_string (step.kind);
  return TRUE;
}

static gboolean
undo_or_redo (AciniProject *project, gint64 slide, gboolean redo, AciniRect *damage, GError **error)
{
  g_autoptr (AciniTransaction) transaction = acini_database_write (acini_project_get_database (project), error);
  AciniRect changed = { 0 };
  const char *subject = NULL;

  if (damage != NULL)
    *damage = changed;
  if (transaction == NULL || !acini_journal_step (transaction, slide, redo, 0, &changed, &subject, error)
      || (subject != NULL && !acini_transaction_commit (transaction, error)))
    return FALSE;
  if (damage != NULL)
    *damage = changed;
  return TRUE;
}

gboolean
acini_journal_undo (AciniProject *project, gint64 slide, AciniRect *damage, GError **error)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (project), FALSE);

  return undo_or_redo (project, slide, FALSE, damage, error);
}

gboolean
acini_journal_redo (AciniProject *project, gint64 slide, AciniRect *damage, GError **error)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (project), FALSE);

  return undo_or_redo (project, slide, TRUE, damage, error);
}

gboolean
acini_journal_read_state (AciniTransaction *transaction, gint64 slide, gboolean *can_undo, gboolean *can_redo,
                          GError **error)
{
  g_auto (AciniJournalEntry) newest = { 0 };

  *can_undo = *can_redo = FALSE;
  if (!acini_journal_read_newest (transaction, slide, &newest, error))
    return FALSE;
  *can_undo = newest.undo_next > 0;
  *can_redo = newest.redo_next > 0;
  return TRUE;
}

gboolean
acini_journal_get_state (AciniProject *project, gint64 slide, gboolean *can_undo, gboolean *can_redo, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  gboolean undo = FALSE, redo = FALSE, ok;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), FALSE);

  transaction = acini_database_read (acini_project_get_database (project), error);
  ok = transaction != NULL && acini_journal_read_state (transaction, slide, &undo, &redo, error);
  if (can_undo != NULL)
    *can_undo = undo;
  if (can_redo != NULL)
    *can_redo = redo;
  return ok;
}

/* Follows the steps on top of each other from the newest one down: *@n, -1 where @wanted is not among them. */
static gboolean
count_undo (AciniTransaction *transaction, gint64 top, gint64 wanted, int *n, GError **error)
{
  g_auto (AciniJournalEntry) entry = { 0 };

  for (*n = 0; top != wanted && top > 0; ++*n)
    {
      if (!acini_journal_read_sequence (transaction, top, &entry, error))
        return FALSE;
      top = entry.below;
    }
  *n = top == wanted ? *n : -1;
  return TRUE;
}

/* The same of what was undone, the newest first; what comes back on top of all is @wanted. */
static gboolean
count_redo (AciniTransaction *transaction, gint64 undone, gint64 wanted, int *n, GError **error)
{
  g_auto (AciniJournalEntry) entry = { 0 };

  for (*n = 1; undone > 0; ++*n)
    {
      if (!acini_journal_read_sequence (transaction, undone, &entry, error))
        return FALSE;
      if (entry.target == wanted)
        return TRUE;
      undone = entry.below;
    }
  *n = -1;
  return TRUE;
}

gboolean
acini_journal_find_way (AciniProject *project, gint64 slide, gint64 sequence, int *n_undo, int *n_redo, GError **error)
{
  g_auto (AciniJournalEntry) newest = { 0 }, wanted = { 0 };
  g_autoptr (AciniTransaction) transaction = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && n_undo != NULL && n_redo != NULL, FALSE);

  *n_undo = *n_redo = -1;
  transaction = acini_database_read (acini_project_get_database (project), error);
  if (transaction == NULL || !acini_journal_read_newest (transaction, slide, &newest, error)
      || !acini_journal_read_sequence (transaction, sequence, &wanted, error)
      || !count_undo (transaction, newest.undo_next, wanted.undo_next, n_undo, error))
    return FALSE;
  return *n_undo >= 0 || count_redo (transaction, newest.redo_next, wanted.undo_next, n_redo, error);
}

void
acini_journal_row_free (AciniJournalRow *row)
{
  if (row == NULL)
    return;
  g_free (row->user);
  g_free (row->tool);
  g_free (row->kind);
  g_free (row->before);
  g_free (row->after);
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
                                  "SELECT " ACINI_JOURNAL_COLUMNS " FROM journal WHERE slide IS ?1"
                                  " ORDER BY sequence DESC LIMIT ?2",
                                  "ui", slide > 0 ? slide : (gint64)-1, (gint64)limit);
  if (rows == NULL)
    return NULL;
  while (acini_transaction_next (transaction, rows, &failure)
         && acini_journal_read_entry (transaction, rows, &entry, &failure))
    {
      AciniJournalRow *row = g_new0 (AciniJournalRow, 1);

      row->sequence = entry.sequence;
      row->time = entry.time;
      row->duration = entry.duration;
      row->user = g_steal_pointer (&entry.user);
      row->tool = g_steal_pointer (&entry.tool);
      row->kind = g_steal_pointer (&entry.kind);
      row->before = g_steal_pointer (&entry.before);
      row->after = g_steal_pointer (&entry.after);
      row->damage = entry.damage;
      g_ptr_array_add (list, row);
    }
  if (failure == NULL)
    return g_steal_pointer (&list);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}
