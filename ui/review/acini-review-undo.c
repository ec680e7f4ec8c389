/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Undo and redo on the slide under review. */

#include "acini-config.h"

#include "ui/base/acini-async.h"
#include "ui/review/acini-review-page-private.h"
#include "ui/view/core/acini-view-core.h"

typedef struct
{
  AciniProject *project;
  gint64 slide;
  gboolean can_undo, can_redo;
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  g_object_unref (look->project);
  g_free (look);
}

static gboolean
read_state (gpointer data, GCancellable *cancellable, GError **error)
{
  Look *look = data;

  return acini_journal_get_state (look->project, look->slide, &look->can_undo, &look->can_redo, error);
}

/* What is in the queue counts: an undo that is asked for now acts after it. */
static void
update (AciniReviewPage *self)
{
  gboolean can_undo = self->can_undo_written, can_redo = self->can_redo_written;

  if (self->session != NULL && self->shown != 0)
    acini_editor_foresee (acini_session_get_editor (self->session), self->shown, &can_undo, &can_redo);
  /* So does what is still being planned, and what has been asked for behind it. */
  if (self->objects != NULL && !acini_slide_objects_is_written (self->objects))
    {
      can_undo = TRUE;
      can_redo = self->redo_waits;
    }
  /* And what is being drawn, the last piece first. */
  can_undo = can_undo || acini_tool_can_step (self->view->tool, FALSE);
  can_redo = can_redo || acini_tool_can_step (self->view->tool, TRUE);
  if (self->can_undo != can_undo)
    {
      self->can_undo = can_undo;
      g_object_notify (G_OBJECT (self), "can-undo");
    }
  if (self->can_redo != can_redo)
    {
      self->can_redo = can_redo;
      g_object_notify (G_OBJECT (self), "can-redo");
    }
}

static void
set_written_state (AciniReviewPage *self, gboolean can_undo, gboolean can_redo)
{
  self->can_undo_written = can_undo;
  self->can_redo_written = can_redo;
  update (self);
}

static void
on_looked (gpointer object, gpointer data, const GError *error)
{
  AciniReviewPage *self = object;
  const Look *look = data;

  /* A disk that cannot be read for a moment says nothing of the history. */
  if (error == NULL && self->session != NULL && look->slide == self->shown)
    set_written_state (self, look->can_undo, look->can_redo);
}

static void
look_at_state (AciniReviewPage *self)
{
  Look *look;

  if (self->session == NULL || self->shown == 0)
    return;
  look = g_new0 (Look, 1);
  look->project = g_object_ref (acini_session_get_project (self->session));
  look->slide = self->shown;
  acini_async_run_in_order (self, NULL, read_state, on_looked, look, look_free);
}

static void
on_step (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniReviewPage) self = user_data;
  g_autoptr (GError) error = NULL;
  AciniEditorOutcome outcome;
  gboolean ok = acini_editor_finish (ACINI_EDITOR (source), result, &outcome, &error);

  self->n_steps--;
  if (self->session == NULL)
    return;
  if (!ok)
    {
      acini_session_tell (self->session, error->message);
      return;
    }
  if (outcome.slide == self->shown)
    set_written_state (self, outcome.can_undo, outcome.can_redo);
  if (outcome.damage.width > 0 && outcome.slide == self->shown)
    acini_slide_view_labels_changed (self->view, &outcome.damage);
}

static void
undo_now (gpointer object)
{
  AciniReviewPage *self = object;

  self->redo_waits = FALSE;
  if (self->session == NULL || self->shown == 0)
    return;
  self->n_steps++;
  acini_editor_undo (acini_session_get_editor (self->session), self->shown, on_step, g_object_ref (self));
}

static void
redo_now (gpointer object)
{
  AciniReviewPage *self = object;

  if (self->session == NULL || self->shown == 0)
    return;
  self->n_steps++;
  acini_editor_redo (acini_session_get_editor (self->session), self->shown, on_step, g_object_ref (self));
}

/* Within what is being drawn.  Returns: whether there was such a step. */
static gboolean
step_tool (AciniReviewPage *self, gboolean redo)
{
  AciniToolContext context;

  if (!acini_tool_can_step (self->view->tool, redo))
    return FALSE;
  acini_view_get_tool_context (self->view, &context);
  acini_tool_step (self->view->tool, &context, redo);
  update (self);
  return TRUE;
}

/* The editor keeps the order: a stroke that has just been lifted is written first, and is what Ctrl+Z means.  So is
 * one under way, which ends here, and what is being done to objects. */
static void
ask_step (AciniReviewPage *self, void (*step) (gpointer object))
{
  if (self->session == NULL || self->shown == 0)
    return;
  acini_slide_view_flush (self->view);
  if (step_tool (self, step == redo_now))
    return;
  if (self->objects == NULL || acini_slide_objects_is_written (self->objects))
    {
      step (self);
      return;
    }
  self->redo_waits = step == undo_now;
  acini_slide_objects_after_edits (self->objects, step, self);
  update (self);
}

void
acini_review_page_undo (AciniReviewPage *self)
{
  g_return_if_fail (ACINI_IS_REVIEW_PAGE (self));
  ask_step (self, undo_now);
}

void
acini_review_page_redo (AciniReviewPage *self)
{
  g_return_if_fail (ACINI_IS_REVIEW_PAGE (self));
  ask_step (self, redo_now);
}

static void
on_queued (AciniReviewPage *self, gint64 slide)
{
  if (slide == self->shown)
    update (self);
}

static void
on_left (AciniReviewPage *self, gint64 slide)
{
  if (slide == self->shown)
    look_at_state (self);
}

/* Another window or program edits the slide that is on screen. */
static void
on_changed_elsewhere (AciniReviewPage *self, gint64 slide, const char *subject, const AciniRect *damage)
{
  if (slide != self->shown)
    return;
  if (damage->width > 0)
    acini_slide_view_labels_changed (self->view, damage);
  look_at_state (self);
}

/* Deeds that are being planned count at once; what is known of the disk may be from before them, and is looked up when
 * they are done. */
static void
on_busy (AciniReviewPage *self)
{
  gboolean planning = self->objects != NULL && !acini_slide_objects_is_written (self->objects);

  if (planning)
    update (self);
  else if (self->planning)
    look_at_state (self);
  self->planning = planning;
}

void
acini_review_page_init_history (AciniReviewPage *self)
{
  for (guint i = 0; i < self->view->tools->len; i++)
    if (ACINI_TOOL_GET_CLASS (self->view->tools->pdata[i])->can_step)
      g_signal_connect_object (self->view->tools->pdata[i], "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->view, "notify::tool", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
}

void
acini_review_page_follow_history (AciniReviewPage *self, AciniEditor *editor)
{
  g_signal_connect_object (self->objects, "notify::busy", G_CALLBACK (on_busy), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (editor, "queued", G_CALLBACK (on_queued), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (editor, "left", G_CALLBACK (on_left), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (editor, "changed", G_CALLBACK (on_changed_elsewhere), self, G_CONNECT_SWAPPED);
}

void
acini_review_page_forget_history (AciniReviewPage *self)
{
  set_written_state (self, FALSE, FALSE);
  look_at_state (self);
}
