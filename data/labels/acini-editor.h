/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The one owner of a project's writes that belong to its history.
 *
 * A project has one editor, with one queue and one worker thread: strokes, undo, redo and changes are written in the
 * order in which they were asked for, each in a transaction of its own, and each on the slide that it was asked for.
 * What is written can be read at once; the disk has it some milliseconds later, when the editor is idle again.
 * What cannot be written (a full disk, a lock, a drive that is gone) stays at the head of the queue: the editor is
 * "stuck", says why, and tries again by itself every few seconds or on acini_editor_retry ().  Only what can never be
 * written, an edit of a slide that the project does not have say, is given up with an error.
 *
 * Functions may be called from any thread; a callback comes in the thread-default main context of its caller, in the
 * order of the calls.  Signals come in the context of the thread that first asked for the editor. */

#include "data/labels/acini-journal.h"
#include "data/project/acini-change.h"

G_BEGIN_DECLS

#define ACINI_TYPE_EDITOR (acini_editor_get_type ())
/* Properties (notified): "stuck" (boolean): something waits that could not be written; "error" (GError, nullable): why.
 * Signals:
 *   queued (slide: int64)  something of the slide was asked for; at once, where that was in the context of the signals
 *   left (slide: int64)  it has come out of the queue, written or given up
 *   written (slide: int64, subject: string, damage: AciniRect *)  what a step changed can be read; @subject: "edit" for
 *     labels, or as in acini_editor_change (); @damage: what changed of the labels
 *   recovered (count: uint)  that many steps were taken in from a recovery file */
G_DECLARE_FINAL_TYPE (AciniEditor, acini_editor, ACINI, EDITOR, GObject)

/* (transfer full) the editor of @project, made when nobody has it.  It takes in what an earlier one left in a recovery
 * file. */
AciniEditor *acini_editor_get (AciniProject *project);

/* What came of a step. */
typedef struct
{
  gint64 slide;
  const char *subject;         /* (static) what was changed, NULL: nothing, there was nothing to undo for example */
  AciniRect damage;            /* of the labels; width 0: none */
  gboolean can_undo, can_redo; /* on the slide, after it */
} AciniEditorOutcome;

/* Lays an edit into @edit; called on the worker, once. */
typedef gboolean (*AciniDrawFunc) (AciniEdit *edit, gpointer data, GError **error);

/* Writes what @draw (@data) draws as one edit of @slide.  @duration: milliseconds that the hand took. */
void acini_editor_draw (AciniEditor *self, gint64 slide, const char *tool, gint64 duration, AciniDrawFunc draw,
                        gpointer data, GDestroyNotify free_data, GAsyncReadyCallback callback, gpointer user_data);
/* Does @change (transfer full). */
void acini_editor_change (AciniEditor *self, AciniChange *change, GAsyncReadyCallback callback, gpointer user_data);
/* Takes back, or does again, the last step on @slide (0: of the project as a whole) at its turn in the queue. */
void acini_editor_undo (AciniEditor *self, gint64 slide, GAsyncReadyCallback callback, gpointer user_data);
void acini_editor_redo (AciniEditor *self, gint64 slide, GAsyncReadyCallback callback, gpointer user_data);
/* Ends when everything that was asked for before is on the disk. */
void acini_editor_flush (AciniEditor *self, GAsyncReadyCallback callback, gpointer user_data);
/* Ends when everything that was asked for before can be read. */
void acini_editor_settle (AciniEditor *self, GAsyncReadyCallback callback, gpointer user_data);
/* What can be undone and redone on @slide once all that waits is written; before the call: what can be as it is on the
 * disk. */
void acini_editor_foresee (AciniEditor *self, gint64 slide, gboolean *can_undo, gboolean *can_redo);
/* Looks, at its turn in the queue, whether others have written. */
void acini_editor_look (AciniEditor *self);
/* For all of the above but the last.  *@outcome (nullable): what came of it.  ACINI_PROJECT_ERROR_KEPT: it went into a
 * recovery file. */
gboolean acini_editor_finish (AciniEditor *self, GAsyncResult *result, AciniEditorOutcome *outcome, GError **error);

/* Whether everything that was asked for is on the disk. */
gboolean acini_editor_is_idle (AciniEditor *self);
/* Whether it can be read. */
gboolean acini_editor_is_settled (AciniEditor *self);
gboolean acini_editor_is_stuck (AciniEditor *self);
/* (transfer full) (nullable) why the editor is stuck. */
GError *acini_editor_dup_error (AciniEditor *self);
/* Tries again now what could not be written. */
void acini_editor_retry (AciniEditor *self);

/* Keeps all that is not written yet in a file in the user's data folder, and forgets it; the next editor of this
 * project takes it in again.  After a failure everything is as before. */
void acini_editor_rescue (AciniEditor *self, GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) (nullable) the path of the file; "" when there was nothing to keep. */
char *acini_editor_rescue_finish (AciniEditor *self, GAsyncResult *result, GError **error);

G_END_DECLS
