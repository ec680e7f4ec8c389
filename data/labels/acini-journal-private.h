/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The rows of the journal, for those that write and verify them. */

#include "data/labels/acini-journal.h"
#include "data/labels/acini-labels-private.h"

G_BEGIN_DECLS

#define ACINI_JOURNAL_HASH 32

/* A row of the table journal; 0 for null. */
typedef struct
{
  gint64 sequence, slide, time;
  char *user, *tool, *kind;
  gint64 target, undo_next, redo_next, below;
  AciniRect damage;
  guint8 hash[ACINI_JOURNAL_HASH];
} AciniJournalEntry;

void acini_journal_entry_clear (AciniJournalEntry *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AciniJournalEntry, acini_journal_entry_clear)

/* Fills the cleared or used *@entry from a row that has all columns of the table, in their order. */
gboolean acini_journal_read_entry (AciniTransaction *transaction, sqlite3_stmt *row, AciniJournalEntry *entry,
                                   GError **error);

/* What is hashed: of each tile before and after its value and bytes; of all tiles of a row, by rows and columns, their
 * places and those hashes; of the row the hash of the row before, all columns, and the hash of its tiles. */
void acini_journal_hash_tile (int value, const void *data, gsize size, guint8 digest[ACINI_JOURNAL_HASH]);
void acini_journal_hash_place (GChecksum *tiles, AciniTilePlace place, const guint8 before[ACINI_JOURNAL_HASH],
                               const guint8 after[ACINI_JOURNAL_HASH]);
void acini_journal_hash_entry (const AciniJournalEntry *entry, const guint8 previous[ACINI_JOURNAL_HASH],
                               GChecksum *tiles, guint8 hash[ACINI_JOURNAL_HASH]);

/* The number of the next row; 0 with @error set. */
gint64 acini_journal_next_sequence (AciniTransaction *transaction, GError **error);
/* Writes the row of an edit whose tiles are in journal_tiles under @sequence and hashed in @tiles. */
gboolean acini_journal_append_edit (AciniTransaction *transaction, gint64 sequence, gint64 slide, const char *tool,
                                    const AciniRect *damage, GChecksum *tiles, GError **error);

/* What a step of the editor does, in its transaction.  *@damage: what changed; width 0: nothing, and no row was
 * written. */
gboolean acini_edit_put (AciniEdit *edit, AciniTransaction *transaction, AciniRect *damage, GError **error);
gboolean acini_journal_step (AciniTransaction *transaction, gint64 slide, gboolean redo, AciniRect *damage,
                             GError **error);
gboolean acini_journal_read_state (AciniTransaction *transaction, gint64 slide, gboolean *can_undo, gboolean *can_redo,
                                   GError **error);

/* An edit as it is kept in a recovery file: its size, its tiles and what they hold.  (transfer floating) */
GVariant *acini_edit_serialise (AciniEdit *edit);
/* Fills the empty @edit.  FALSE: @content is damaged. */
gboolean acini_edit_restore (AciniEdit *edit, GVariant *content);

G_END_DECLS
