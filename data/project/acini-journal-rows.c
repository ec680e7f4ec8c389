/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/project/acini-journal-rows.h"

#include <string.h>

#define FORMAT 2 /* of new rows */
#define NULL_IF_0(number) ((number) > 0 ? (number) : (gint64) - 1)

void
acini_journal_entry_clear (AciniJournalEntry *self)
{
  g_clear_pointer (&self->user, g_free);
  g_clear_pointer (&self->tool, g_free);
  g_clear_pointer (&self->kind, g_free);
  g_clear_pointer (&self->before, g_free);
  g_clear_pointer (&self->after, g_free);
  memset (self, 0, sizeof *self);
}

/* Hashes. */

void
acini_journal_hash_int (GChecksum *checksum, gint64 number)
{
  guint64 bytes = GUINT64_TO_BE ((guint64)number);

  g_checksum_update (checksum, (const guchar *)&bytes, sizeof bytes);
}

static void
hash_text (GChecksum *checksum, const char *text)
{
  acini_journal_hash_int (checksum, text != NULL ? (gint64)strlen (text) : -1);
  if (text != NULL)
    g_checksum_update (checksum, (const guchar *)text, strlen (text));
}

void
acini_journal_hash_entry (const AciniJournalEntry *entry, const guint8 previous[ACINI_JOURNAL_HASH], GChecksum *tiles,
                          guint8 hash[ACINI_JOURNAL_HASH])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256), none = g_checksum_new (G_CHECKSUM_SHA256);
  const gint64 numbers[]
      = { entry->sequence, entry->slide,    entry->time,     entry->target,       entry->undo_next,    entry->redo_next,
          entry->below,    entry->damage.x, entry->damage.y, entry->damage.width, entry->damage.height };
  guint8 tiles_digest[ACINI_JOURNAL_HASH];
  gsize length = ACINI_JOURNAL_HASH;

  /* What format 1 does not know comes last, and first the number that tells the two apart. */
  g_checksum_update (checksum, previous, ACINI_JOURNAL_HASH);
  if (entry->format != 1)
    acini_journal_hash_int (checksum, -entry->format);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    acini_journal_hash_int (checksum, numbers[i]);
  hash_text (checksum, entry->user);
  hash_text (checksum, entry->tool);
  hash_text (checksum, entry->kind);
  g_checksum_get_digest (tiles != NULL ? tiles : none, tiles_digest, &length);
  g_checksum_update (checksum, tiles_digest, length);
  if (entry->format != 1)
    {
      acini_journal_hash_int (checksum, entry->duration);
      hash_text (checksum, entry->before);
      hash_text (checksum, entry->after);
    }
  length = ACINI_JOURNAL_HASH;
  g_checksum_get_digest (checksum, hash, &length);
}

/* Reading. */

gboolean
acini_journal_read_entry (AciniTransaction *transaction, sqlite3_stmt *row, AciniJournalEntry *entry, GError **error)
{
  acini_journal_entry_clear (entry);
  entry->sequence = sqlite3_column_int64 (row, 0);
  entry->format = sqlite3_column_int64 (row, 1);
  entry->slide = sqlite3_column_int64 (row, 2);
  entry->time = sqlite3_column_int64 (row, 3);
  entry->duration = sqlite3_column_type (row, 4) != SQLITE_NULL ? sqlite3_column_int64 (row, 4) : -1;
  entry->user = g_strdup ((const char *)sqlite3_column_text (row, 5));
  entry->tool = g_strdup ((const char *)sqlite3_column_text (row, 6));
  entry->kind = g_strdup ((const char *)sqlite3_column_text (row, 7));
  entry->target = sqlite3_column_int64 (row, 8);
  entry->undo_next = sqlite3_column_int64 (row, 9);
  entry->redo_next = sqlite3_column_int64 (row, 10);
  entry->below = sqlite3_column_int64 (row, 11);
  entry->damage = (AciniRect){ sqlite3_column_int64 (row, 12), sqlite3_column_int64 (row, 13),
                               sqlite3_column_int64 (row, 14), sqlite3_column_int64 (row, 15) };
  entry->before = g_strdup ((const char *)sqlite3_column_text (row, 16));
  entry->after = g_strdup ((const char *)sqlite3_column_text (row, 17));
  if (sqlite3_column_bytes (row, 18) != ACINI_JOURNAL_HASH)
    {
      acini_transaction_set_damaged (transaction, error, "journal");
      return FALSE;
    }
  memcpy (entry->hash, sqlite3_column_blob (row, 18), ACINI_JOURNAL_HASH);
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

gboolean
acini_journal_read_newest (AciniTransaction *transaction, gint64 slide, AciniJournalEntry *entry, GError **error)
{
  return read_one (transaction,
                   acini_transaction_query (transaction, error,
                                            "SELECT " ACINI_JOURNAL_COLUMNS " FROM journal WHERE slide IS ?1"
                                            " ORDER BY sequence DESC LIMIT 1",
                                            "u", NULL_IF_0 (slide)),
                   entry, error);
}

gboolean
acini_journal_read_sequence (AciniTransaction *transaction, gint64 sequence, AciniJournalEntry *entry, GError **error)
{
  return read_one (transaction,
                   acini_transaction_query (transaction, error,
                                            "SELECT " ACINI_JOURNAL_COLUMNS " FROM journal WHERE sequence = ?1", "i",
                                            sequence),
                   entry, error);
}

/* Writing. */

static char *
dup_user (void)
{
  const char *name = g_get_real_name ();

  return g_strdup (name[0] != '\0' && g_strcmp0 (name, "Unknown") != 0 ? name : g_get_user_name ());
}

gint64
acini_journal_next_sequence (AciniTransaction *transaction, GError **error)
{
  gint64 last = acini_transaction_get_int (transaction, error, 0, "SELECT max(sequence) FROM journal", "");

  return last < 0 ? 0 : last + 1;
}

gboolean
acini_journal_append (AciniTransaction *transaction, AciniJournalEntry *entry, GChecksum *tiles, GError **error)
{
  g_auto (AciniJournalEntry) previous = { 0 };

  if (entry->sequence == 0 && (entry->sequence = acini_journal_next_sequence (transaction, error)) == 0)
    return FALSE;
  entry->format = FORMAT;
  if (entry->time == 0)
    entry->time = g_get_real_time () / G_USEC_PER_SEC;
  g_free (entry->user);
  entry->user = dup_user ();
  if (entry->sequence > 1 && !acini_journal_read_sequence (transaction, entry->sequence - 1, &previous, error))
    return FALSE;
  acini_journal_hash_entry (entry, previous.hash, tiles, entry->hash);
  return acini_transaction_run (
      transaction, error,
      "INSERT INTO journal (" ACINI_JOURNAL_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,"
      " ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
      "iiuiusssuuuuiiiissb", entry->sequence, entry->format, NULL_IF_0 (entry->slide), entry->time, entry->duration,
      entry->user, entry->tool, entry->kind, NULL_IF_0 (entry->target), NULL_IF_0 (entry->undo_next),
      NULL_IF_0 (entry->redo_next), NULL_IF_0 (entry->below), entry->damage.x, entry->damage.y, entry->damage.width,
      entry->damage.height, entry->before, entry->after, entry->hash, (gsize)ACINI_JOURNAL_HASH);
}

gboolean
acini_journal_append_step (AciniTransaction *transaction, AciniJournalEntry *entry, GChecksum *tiles, GError **error)
{
  g_auto (AciniJournalEntry) newest = { 0 };

  if (!acini_journal_read_newest (transaction, entry->slide, &newest, error)
      || (entry->sequence == 0 && (entry->sequence = acini_journal_next_sequence (transaction, error)) == 0))
    return FALSE;
  entry->undo_next = entry->sequence;
  entry->below = newest.undo_next;
  return acini_journal_append (transaction, entry, tiles, error);
}

gboolean
acini_journal_append_record (AciniTransaction *transaction, AciniJournalEntry *entry, GError **error)
{
  g_auto (AciniJournalEntry) newest = { 0 };

  if (!acini_journal_read_newest (transaction, entry->slide, &newest, error))
    return FALSE;
  entry->undo_next = newest.undo_next;
  entry->redo_next = newest.redo_next;
  return acini_journal_append (transaction, entry, NULL, error);
}
