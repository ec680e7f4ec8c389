/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The steps in an editor's queue, and the file that keeps them.  All on the editor's worker. */

#include "data/labels/acini-editor.h"
#include "data/labels/acini-journal-private.h"

G_BEGIN_DECLS

typedef enum
{
  ACINI_STEP_DRAW,
  ACINI_STEP_UNDO,
  ACINI_STEP_REDO,
  ACINI_STEP_CHANGE,
  ACINI_STEP_FLUSH, /* writes nothing */
  ACINI_STEP_LOOK,  /* reads what others wrote */
} AciniStepKind;

typedef struct
{
  AciniStepKind kind;
  gint64 slide;
  char *tool;         /* of DRAW */
  gint64 time;        /* when it was asked for: Unix time, seconds */
  gint64 duration;    /* of DRAW, milliseconds */
  AciniDrawFunc draw; /* NULL once it is drawn */
  gpointer data;
  GDestroyNotify free_data;
  AciniEdit *edit;     /* NULL before it is drawn */
  AciniChange *change; /* of CHANGE */
  char *mark;          /* (nullable) written with it: the place in a recovery file that it came from */
  char *file;          /* (nullable) of FLUSH: the recovery file that is done with */
  GTask *task;         /* (nullable) */
} AciniStep;

AciniStep *acini_step_new (AciniStepKind kind, gint64 slide);
void acini_step_free (AciniStep *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniStep, acini_step_free)

/* Draws what is not drawn yet. */
gboolean acini_step_draw (AciniStep *self, AciniProject *project, GError **error);
/* Writes the step in one transaction.  After a failure nothing is written, and it can be run again.
 * *@seen: the newest row of the journal that is known here; goes on.  What others wrote since is appended to @others
 * (element-type AciniEditorOutcome). */
gboolean acini_step_run (AciniStep *self, AciniProject *project, gint64 *seen, GArray *others,
                         AciniEditorOutcome *outcome, GError **error);
/* The newest row of the journal; 0 where it cannot be read. */
gint64 acini_step_read_newest (AciniProject *project);

/* Writes @steps (element-type AciniStep) to a new file.  Returns: (transfer full) its path, or NULL with @error set. */
char *acini_recovery_save (AciniProject *project, GList *steps, GError **error);
/* Appends to @steps what the recovery files of @project hold and is not written yet, each file followed by the step
 * that removes it.  A file that cannot be read is left as it is, and its path added to @damaged.  Returns: how many
 * steps. */
guint acini_recovery_load (AciniProject *project, GQueue *steps, GPtrArray *damaged);

G_END_DECLS
