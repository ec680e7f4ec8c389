/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What stands in an editor's queue, and how it is written. */

#include "acini-config.h"

#include "data/labels/acini-editor-private.h"

#include <glib/gstdio.h>

AciniStep *
acini_step_new (AciniStepKind kind, gint64 slide)
{
  AciniStep *self = g_new0 (AciniStep, 1);

  self->kind = kind;
  self->slide = slide;
  self->time = g_get_real_time () / G_USEC_PER_SEC;
  return self;
}

static void
forget_drawing (AciniStep *self)
{
  if (self->free_data != NULL)
    self->free_data (self->data);
  self->draw = NULL;
  self->data = NULL;
  self->free_data = NULL;
}

void
acini_step_free (AciniStep *self)
{
  if (self == NULL)
    return;
  forget_drawing (self);
  g_clear_pointer (&self->edit, acini_edit_free);
  g_clear_object (&self->task);
  g_clear_pointer (&self->change, acini_change_free);
  g_free (self->tool);
  g_free (self->mark);
  g_free (self->file);
  g_free (self);
}

gboolean
acini_step_draw (AciniStep *self, AciniProject *project, GError **error)
{
  g_autoptr (AciniEdit) edit = NULL;

  if (self->draw == NULL)
    return TRUE;
  edit = acini_edit_new (project, self->slide, self->tool);
  if (!self->draw (edit, self->data, error))
    return FALSE;
  acini_edit_set_time (edit, self->time, self->duration);
  self->edit = g_steal_pointer (&edit);
  forget_drawing (self);
  return TRUE;
}

/* What this step is for, in @transaction. */
static gboolean
put (AciniStep *self, AciniTransaction *transaction, AciniEditorOutcome *outcome, GError **error)
{
  gboolean changed = FALSE;

  switch (self->kind)
    {
    case ACINI_STEP_DRAW:
      if (!acini_edit_put (self->edit, transaction, &outcome->damage, error))
        return FALSE;
      outcome->subject = outcome->damage.width > 0 ? "edit" : NULL;
      return TRUE;
    case ACINI_STEP_CHANGE:
      if (!acini_change_put (transaction, self->change, &changed, error))
        return FALSE;
      outcome->subject = changed ? g_intern_string (self->change->kind) : NULL;
      return TRUE;
    default:
      return acini_journal_step (transaction, self->slide, self->kind == ACINI_STEP_REDO, self->time, &outcome->damage,
                                 &outcome->subject, error);
    }
}

gboolean
acini_step_run (AciniStep *self, AciniProject *project, AciniEditorOutcome *outcome, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;

  *outcome = (AciniEditorOutcome){ .slide = self->slide };
  if (self->kind == ACINI_STEP_FLUSH)
    {
      if (self->file != NULL)
        g_unlink (self->file);
      return TRUE;
    }
  if (!acini_step_draw (self, project, error))
    return FALSE;
  transaction = acini_database_write (acini_project_get_database (project), error);
  if (transaction == NULL || !put (self, transaction, outcome, error)
      || !acini_journal_read_state (transaction, self->slide, &outcome->can_undo, &outcome->can_redo, error))
    return FALSE;
  if (self->mark != NULL
      && !acini_transaction_run (transaction, error,
                                 "INSERT INTO settings (key, value) VALUES ('recovered', ?1)"
                                 " ON CONFLICT (key) DO UPDATE SET value = ?1",
                                 "s", self->mark))
    return FALSE;
  /* Where nothing changes there is nothing to wait for on the disk. */
  return (outcome->subject == NULL && self->mark == NULL) || acini_transaction_commit (transaction, error);
}
