/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Edits of the label layer, and their history.
 *
 * Each edit is one SQLite transaction: the tiles before, the tiles after, who, when, with which tool, how long it took.
 * Changes of slides and classes (acini-change.h) are rows of the same history.  The journal only grows: an undo is a
 * row of its own that puts the tiles of an earlier row back, a redo one that takes the undo back.  Undo and redo are
 * per slide, have no limit and outlive the program.  Each row carries a SHA-256 over its content and the hash of the
 * row before. */

#include "data/labels/acini-labels.h"
#include "data/labels/acini-seams.h"

G_BEGIN_DECLS

typedef struct _AciniEdit AciniEdit; /* not thread-safe: one thread at a time */

/* Starts an edit; nothing is written before acini_edit_commit ().  @tool: "brush", "eraser", "import" … */
AciniEdit *acini_edit_new (AciniProject *project, gint64 slide, const char *tool);
void acini_edit_free (AciniEdit *edit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniEdit, acini_edit_free)

AciniProject *acini_edit_get_project (AciniEdit *edit);
gint64 acini_edit_get_slide (AciniEdit *edit);

/* JSON (nullable) of what the hand asked for, clicks say, where that is not what was painted; it goes into the row's
 * "after". */
void acini_edit_set_note (AciniEdit *edit, const char *note);

/* Pixels that have another class than @label, which is the one that is worked on, when the edit is written, stay as
 * they are, whatever is painted over them.  0: none is protected, as at first. */
void acini_edit_protect (AciniEdit *edit, guint8 label);

/* As a label to acini_edit_write (): leave the pixel as it is. */
#define ACINI_LABEL_KEEP 255

/* Nothing of the slide's labels is read before the commit, which lays the edit over what is there then: two edits at a
 * time lose nothing of each other.  Memory: a bit per pixel at worst, far less for large areas. */

/* Sets the pixels of @rect where @mask is not 0 (NULL: all of them; row stride @rect.width) to @label; pixels
 * outside the slide are left out. */
gboolean acini_edit_paint (AciniEdit *edit, const AciniRect *rect, const guint8 *mask, guint8 label, GError **error);
/* Sets the pixels of @rect to @labels, one byte each, row stride @rect.width. */
gboolean acini_edit_write (AciniEdit *edit, const AciniRect *rect, const guint8 *labels, GError **error);

/* Sets the seams of the pixels of @rect (see acini-seams.h) to @seams, one byte each, row stride @rect.width;
 * ACINI_SEAM_KEEP leaves them as they are, and ACINI_SEAM_ADD adds to what this edit has said of the pixel.  NULL: all
 * are taken away. */
gboolean acini_edit_cut (AciniEdit *edit, const AciniRect *rect, const guint8 *seams, GError **error);
/* Each label that @edit gives so far becomes that of @map. */
void acini_edit_map_labels (AciniEdit *edit, const guint8 map[256]);
/* Takes the seams out of @edit that are not between two pixels to which it gives the same class. */
void acini_edit_trim_seams (AciniEdit *edit);

/* Writes the edit in one transaction; the edit is then empty and can be used again.  After a failure, a full disk say,
 * nothing was written and the commit can be tried again.  *@damage (nullable): what changed; width 0 when nothing did,
 * and then no row is written. */
gboolean acini_edit_commit (AciniEdit *edit, AciniRect *damage, GError **error);

/* Takes back, or does again, the last step on @slide (0: the last change of the project as a whole, of a class say).
 * *@damage (nullable): what changed of the labels; width 0 when nothing did, or there was nothing to undo or redo,
 * which is no error. */
gboolean acini_journal_undo (AciniProject *project, gint64 slide, AciniRect *damage, GError **error);
gboolean acini_journal_redo (AciniProject *project, gint64 slide, AciniRect *damage, GError **error);
gboolean acini_journal_get_state (AciniProject *project, gint64 slide, gboolean *can_undo, gboolean *can_redo,
                                  GError **error);

typedef struct
{
  gint64 sequence;
  gint64 time;     /* Unix time, seconds */
  gint64 duration; /* milliseconds that the hand took, below 0: not known */
  char *user;
  char *tool;           /* "brush", "organ" …; for an undo or redo row that of the step it concerns */
  char *kind;           /* "edit", "review", "class", "slide", "import", "model", "undo", "redo" */
  char *before, *after; /* (nullable) JSON: what was changed other than labels; of an edit its note */
  AciniRect damage;     /* of the labels */
} AciniJournalRow;

void acini_journal_row_free (AciniJournalRow *row);
/* The newest @limit rows of @slide, 0: of the project as a whole, newest first: (element-type AciniJournalRow) with a
 * free function set. */
GPtrArray *acini_journal_list (AciniProject *project, gint64 slide, int limit, GError **error);

/* How many steps of @slide have to be undone, or else done again, for its labels and decisions to be what they were
 * after the row @sequence; both -1: they cannot, other steps have taken the place of those.  Disk speed. */
gboolean acini_journal_find_way (AciniProject *project, gint64 slide, gint64 sequence, int *n_undo, int *n_redo,
                                 GError **error);

/* Recomputes the whole chain, and what it makes of labels and decisions.  FALSE with ACINI_PROJECT_ERROR_HISTORY names
 * the first row that does not fit, or what of the labels and decisions does not. */
gboolean acini_journal_verify (AciniProject *project, GError **error);

G_END_DECLS
