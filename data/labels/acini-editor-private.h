/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The steps in an editor's queue, and how they go into a file and come back.  All on the editor's worker. */

#include "data/labels/acini-editor.h"
#include "data/labels/acini-journal-private.h"
#include "data/labels/acini-recovery-file.h"

G_BEGIN_DECLS

typedef enum
{
  ACINI_STEP_DRAW,
  ACINI_STEP_UNDO,
  ACINI_STEP_REDO,
  ACINI_STEP_CHANGE,
  ACINI_STEP_FLUSH,  /* writes nothing; what was before it is on the disk */
  ACINI_STEP_SETTLE, /* likewise; it can be read */
  ACINI_STEP_LOOK,   /* reads what others wrote */
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
  AciniRecovery *kept; /* (nullable) the file that it is kept in; of FLUSH: that is done with */
  gsize place;         /* in that file, from 1 on */
  GTask *task;         /* (nullable) */
} AciniStep;

AciniStep *acini_step_new (AciniStepKind kind, gint64 slide);
void acini_step_free (AciniStep *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniStep, acini_step_free)

/* How many steps can be undone and redone on the slide after this one, as far as is known: *@undo and *@redo, before it
 * and after. */
void acini_step_foresee (const AciniStep *self, int *undo, int *redo);
/* Draws what is not drawn yet. */
gboolean acini_step_draw (AciniStep *self, AciniProject *project, GError **error);
/* Writes the step in one transaction; it is on the disk after acini_database_sync ().  After a failure nothing is
 * written, and it can be run again.
 * *@seen: the newest row of the journal that is known here; goes on.  What others wrote since is appended to @others
 * (element-type AciniEditorOutcome). */
gboolean acini_step_run (AciniStep *self, AciniProject *project, gint64 *seen, GArray *others,
                         AciniEditorOutcome *outcome, GError **error);
/* The newest row of the journal; 0 where it cannot be read. */
gint64 acini_step_read_newest (AciniProject *project);

/* The recovery files' content. */
/* Writes @steps (element-type AciniStep), which are drawn, to a new file, and says so in each.  Returns: (transfer
 * full) the file, or NULL with @error set. */
AciniRecovery *acini_step_save (AciniProject *project, GPtrArray *steps, GError **error);
/* Appends to @steps what the recovery files of @project hold and is not written yet, each file followed by the step
 * that removes it.  Those of a process that lives are its own, and those of a project that is read-only wait.  A file
 * that cannot be read is left as it is, and its path added to @damaged.  Returns: how many steps. */
guint acini_step_load (AciniProject *project, GQueue *steps, GPtrArray *damaged);

G_END_DECLS
