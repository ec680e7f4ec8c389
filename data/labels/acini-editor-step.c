/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What stands in an editor's queue, and how it is written. */

#include "acini-config.h"

#include "data/labels/acini-editor-private.h"

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
  g_clear_pointer (&self->kept, acini_recovery_unref);
  g_free (self);
}

void
acini_step_foresee (const AciniStep *self, int *undo, int *redo)
{
  gboolean way_there = *undo > 0, way_back = *redo > 0;

  switch (self->kind)
    {
    case ACINI_STEP_UNDO:
      *undo -= way_there;
      *redo += way_there;
      return;
    case ACINI_STEP_REDO:
      *redo -= way_back;
      *undo += way_back;
      return;
    case ACINI_STEP_CHANGE:
      if (self->change->record)
        return;
      break;
    case ACINI_STEP_DRAW:
      break;
    default:
      return;
    }
  *undo += 1;
  *redo = 0;
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

/* Appends to @others what stands between the rows *@seen and @end of the journal. */
static gboolean
read_others (AciniTransaction *transaction, gint64 *seen, gint64 end, GArray *others, GError **error)
{
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows = acini_transaction_query (
      transaction, error,
      "SELECT step.sequence, coalesce(step.slide, 0), coalesce(redone.kind, undone.kind, step.kind),"
      " step.x, step.y, step.width, step.height FROM journal AS step"
      " LEFT JOIN journal AS undone ON undone.sequence = step.target"
      " LEFT JOIN journal AS redone ON redone.sequence = undone.target"
      " WHERE step.sequence > ?1 AND step.sequence < ?2 ORDER BY step.sequence",
      "ii", *seen, end);

  if (rows == NULL)
    return FALSE;
  while (acini_transaction_next (transaction, rows, &failure))
    {
      AciniEditorOutcome other = { .slide = sqlite3_column_int64 (rows, 1) };

      other.damage = (AciniRect){ sqlite3_column_int64 (rows, 3), sqlite3_column_int64 (rows, 4),
                                  sqlite3_column_int64 (rows, 5), sqlite3_column_int64 (rows, 6) };
      other.subject = other.damage.width > 0 ? "edit" : g_intern_string ((const char *)sqlite3_column_text (rows, 2));
      *seen = sqlite3_column_int64 (rows, 0);
      g_array_append_val (others, other);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
look (AciniProject *project, gint64 *seen, GArray *others)
{
  g_autoptr (AciniTransaction) transaction = acini_database_read (acini_project_get_database (project), NULL);

  /* What cannot be read now is read the next time. */
  if (transaction != NULL)
    read_others (transaction, seen, G_MAXINT64, others, NULL);
  return TRUE;
}

gint64
acini_step_read_newest (AciniProject *project)
{
  g_autoptr (AciniTransaction) transaction = acini_database_read (acini_project_get_database (project), NULL);
  gint64 next = transaction != NULL ? acini_journal_next_sequence (transaction, NULL) : 1;

  return MAX (next - 1, 0);
}

static gboolean
finish (AciniStep *self, AciniTransaction *transaction, gboolean wrote, gint64 *seen, GArray *others, GError **error)
{
  gint64 last = *seen, next = acini_journal_next_sequence (transaction, error);

  if (next == 0 || !read_others (transaction, &last, wrote ? next - 1 : next, others, error)
      || (self->kept != NULL && !acini_recovery_mark (self->kept, transaction, self->place, error))
      || !acini_transaction_commit (transaction, error))
    return FALSE;
  *seen = next - 1;
  return TRUE;
}

gboolean
acini_step_run (AciniStep *self, AciniProject *project, gint64 *seen, GArray *others, AciniEditorOutcome *outcome,
                GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;

  g_array_set_size (others, 0);
  *outcome = (AciniEditorOutcome){ .slide = self->slide };
  if (self->kind == ACINI_STEP_LOOK)
    return look (project, seen, others);
  if (self->kind == ACINI_STEP_FLUSH || self->kind == ACINI_STEP_SETTLE)
    {
      if (self->kept != NULL)
        acini_recovery_remove (self->kept, project);
      return TRUE;
    }
  if (!acini_step_draw (self, project, error))
    return FALSE;
  transaction = acini_database_write_ahead (acini_project_get_database (project), error);
  if (transaction == NULL || !put (self, transaction, outcome, error)
      || !acini_journal_read_state (transaction, self->slide, &outcome->can_undo, &outcome->can_redo, error))
    return FALSE;
  /* Where nothing changes there is nothing to wait for on the disk. */
  return (outcome->subject == NULL && self->kept == NULL)
         || finish (self, transaction, outcome->subject != NULL, seen, others, error);
}
