/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The journal of labels, for those that write and verify it. */

#include "data/labels/acini-journal.h"
#include "data/labels/acini-labels-private.h"
#include "data/project/acini-change-private.h"
#include "data/project/acini-journal-rows.h"

G_BEGIN_DECLS

/* What is hashed: of each tile before and after its value and bytes; of all tiles of a row, by rows and columns, their
 * places and those hashes. */
void acini_journal_hash_tile (int value, const void *data, gsize size, guint8 digest[ACINI_JOURNAL_HASH]);
void acini_journal_hash_place (GChecksum *tiles, AciniTilePlace place, const guint8 before[ACINI_JOURNAL_HASH],
                               const guint8 after[ACINI_JOURNAL_HASH]);

/* Adds those of tiles of seams, where there are any, behind all tiles of labels. */
void acini_journal_hash_seams (GChecksum *tiles, GChecksum *seams);

/* What a step of the editor does, in its transaction.  *@damage: what changed; width 0: nothing, and no row was
 * written. */
gboolean acini_edit_put (AciniEdit *edit, AciniTransaction *transaction, AciniRect *damage, GError **error);
gboolean acini_journal_step (AciniTransaction *transaction, gint64 slide, gboolean redo, gint64 time, AciniRect *damage,
                             const char **subject, GError **error);
/* When the hand drew it, Unix time in seconds, 0: now; and the milliseconds that it took, below 0: not known. */
void acini_edit_set_time (AciniEdit *edit, gint64 time, gint64 duration);
gboolean acini_journal_read_state (AciniTransaction *transaction, gint64 slide, gboolean *can_undo, gboolean *can_redo,
                                   GError **error);

/* An edit as it is kept in a recovery file: its size, its tiles and what they hold.  (transfer floating) */
GVariant *acini_edit_serialise (AciniEdit *edit);
/* Fills the empty @edit.  FALSE: @content is damaged. */
gboolean acini_edit_restore (AciniEdit *edit, GVariant *content);

G_END_DECLS
