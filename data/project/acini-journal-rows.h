/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The rows of the journal: what a row holds, how it is chained to the one before, and the two stacks that the rows of
 * a slide form, which are never stored as such.  Each row says what is on top of both after it (undo_next, redo_next),
 * and what can be undone, and an undo, also what it was laid upon (below):
 *
 *   step S        undo_next = S        redo_next = none        below = undo_next before
 *   undo U of S   undo_next = S.below  redo_next = U           below = redo_next before
 *   redo of U     undo_next = S        redo_next = U.below
 *   record        undo_next, redo_next as before: it can't be undone
 *
 * So each step reads two rows, however long the history is, and nothing that was written ever changes.  The rows
 * without a slide have stacks of their own. */

#include "data/base/acini-geometry.h"
#include "data/project/acini-project-private.h"

G_BEGIN_DECLS

#define ACINI_JOURNAL_HASH 32
/* The columns that acini_journal_read_entry () reads. */
#define ACINI_JOURNAL_COLUMNS                                                                                          \
  "sequence, format, slide, time, duration, user, tool, kind, target, undo_next, redo_next, below, x, y, width,"       \
  " height, before, after, hash"

/* A row of the table journal; 0 for null, duration -1. */
typedef struct
{
  gint64 sequence, format, slide, time, duration;
  char *user, *tool, *kind;
  gint64 target, undo_next, redo_next, below;
  AciniRect damage;
  char *before, *after; /* NULL for null */
  guint8 hash[ACINI_JOURNAL_HASH];
} AciniJournalEntry;

void acini_journal_entry_clear (AciniJournalEntry *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AciniJournalEntry, acini_journal_entry_clear)

/* Fills the cleared or used *@entry from a row of ACINI_JOURNAL_COLUMNS. */
gboolean acini_journal_read_entry (AciniTransaction *transaction, sqlite3_stmt *row, AciniJournalEntry *entry,
                                   GError **error);
/* The newest row of @slide, 0: of those without a slide; sequence 0 when there is none. */
gboolean acini_journal_read_newest (AciniTransaction *transaction, gint64 slide, AciniJournalEntry *entry,
                                    GError **error);
gboolean acini_journal_read_sequence (AciniTransaction *transaction, gint64 sequence, AciniJournalEntry *entry,
                                      GError **error);

void acini_journal_hash_int (GChecksum *checksum, gint64 number);
/* The hash of the row: over the hash of the row before, all columns, and the digest of @tiles (nullable: none).
 * Consumes @tiles. */
void acini_journal_hash_entry (const AciniJournalEntry *entry, const guint8 previous[ACINI_JOURNAL_HASH],
                               GChecksum *tiles, guint8 hash[ACINI_JOURNAL_HASH]);

/* The number of the next row; 0 with @error set. */
gint64 acini_journal_next_sequence (AciniTransaction *transaction, GError **error);
/* Gives @entry its user and, where it is 0, its number and time, chains it to the row before, and writes it. */
gboolean acini_journal_append (AciniTransaction *transaction, AciniJournalEntry *entry, GChecksum *tiles,
                               GError **error);
/* The same for a new step, which can be undone, or for a record, which can't: fills in the stacks. */
gboolean acini_journal_append_step (AciniTransaction *transaction, AciniJournalEntry *entry, GChecksum *tiles,
                                    GError **error);
gboolean acini_journal_append_record (AciniTransaction *transaction, AciniJournalEntry *entry, GError **error);

G_END_DECLS
