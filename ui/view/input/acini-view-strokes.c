/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/acini-slide-view-private.h"

#include <math.h>

/* A finished stroke on its way into the label layer: committed by a worker, one after the other, and drawn from its
 * path until the tiles that hold it are on screen. */
struct _AciniPendingStroke
{
  AciniStroke *stroke;
  gboolean committed;
  gboolean left; /* its slide is no longer shown */
};

static void
pending_free (gpointer data)
{
  AciniPendingStroke *pending = data;
  acini_stroke_unref (pending->stroke);
  g_free (pending);
}

static AciniPendingStroke *
find_uncommitted (AciniSlideView *self)
{
  for (GList *l = self->strokes.head; l; l = l->next)
    if (!((AciniPendingStroke *)l->data)->committed)
      return l->data;
  return NULL;
}

static void
commit_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  AciniRect damage;
  if (acini_stroke_commit (data, &damage, &error))
    g_task_return_pointer (task, g_memdup2 (&damage, sizeof damage), g_free);
  else
    g_task_return_error (task, error);
}

static void commit_next (AciniSlideView *self);

static void
committed (GObject *source, GAsyncResult *result, gpointer data)
{
  AciniSlideView *self = ACINI_SLIDE_VIEW (source);
  AciniPendingStroke *pending = data;
  g_autoptr (GError) error = NULL;
  g_autofree AciniRect *damage = g_task_propagate_pointer (G_TASK (result), &error);
  self->committing = FALSE;
  pending->committed = TRUE;
  if (damage && damage->width > 0 && !pending->left)
    acini_slide_view_labels_changed (self, damage);
  gboolean drop = error || pending->left || damage->width == 0;
  g_autofree char *tool = g_strdup (acini_stroke_get_tool (pending->stroke));
  if (drop)
    {
      g_queue_remove (&self->strokes, pending);
      pending_free (pending);
    }
  acini_view_queue_update (self);
  commit_next (self);
  if (error)
    acini_view_fail (self, error->message);
  else if (damage->width > 0)
    g_signal_emit_by_name (self, "edited", tool);
}

static void
commit_next (AciniSlideView *self)
{
  AciniPendingStroke *pending = self->committing ? NULL : find_uncommitted (self);
  if (!pending)
    return;
  self->committing = TRUE;
  g_autoptr (GTask) task = g_task_new (self, NULL, committed, pending);
  g_task_set_source_tag (task, commit_next);
  g_task_set_task_data (task, acini_stroke_ref (pending->stroke), (GDestroyNotify)acini_stroke_unref);
  g_task_run_in_thread (task, commit_in_thread);
}

static void
add_point (AciniSlideView *self, double x, double y)
{
  acini_viewport_to_slide (&self->viewport, x, y, &x, &y);
  acini_stroke_add (self->stroke, x, y);
}

void
acini_view_stroke_begin (AciniSlideView *self, const char *tool, guint8 label, double x, double y)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  if (!self->slide || !self->project)
    return;
  acini_view_stroke_end (self);
  acini_view_stop (self);
  self->stroke
      = acini_stroke_new (self->project, self->slide_id, tool, label, self->brush_size / 2 / self->viewport.zoom);
  add_point (self, x, y);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
acini_view_stroke_move (AciniSlideView *self, double x, double y)
{
  if (!self->stroke)
    return;
  add_point (self, x, y);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
acini_view_stroke_end (AciniSlideView *self)
{
  if (!self->stroke)
    return;
  AciniPendingStroke *pending = g_new0 (AciniPendingStroke, 1);
  pending->stroke = g_steal_pointer (&self->stroke);
  g_queue_push_tail (&self->strokes, pending);
  commit_next (self);
}

void
acini_view_stroke_cancel (AciniSlideView *self)
{
  g_clear_pointer (&self->stroke, acini_stroke_unref);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
acini_view_strokes_settle (AciniSlideView *self)
{
  if (g_queue_is_empty (&self->strokes) || !acini_view_is_sharp (self))
    return;
  for (GList *l = self->strokes.head; l;)
    {
      GList *next = l->next;
      AciniPendingStroke *pending = l->data;
      if (pending->committed)
        {
          pending_free (pending);
          g_queue_delete_link (&self->strokes, l);
        }
      l = next;
    }
}

void
acini_view_strokes_leave (AciniSlideView *self)
{
  acini_view_stroke_end (self);
  for (GList *l = self->strokes.head; l;)
    {
      GList *next = l->next;
      AciniPendingStroke *pending = l->data;
      pending->left = TRUE;
      if (pending->committed)
        {
          pending_free (pending);
          g_queue_delete_link (&self->strokes, l);
        }
      l = next;
    }
}

gboolean
acini_view_strokes_are_idle (AciniSlideView *self)
{
  return !self->stroke && !self->committing && !find_uncommitted (self);
}

GPtrArray *
acini_view_strokes_list (AciniSlideView *self)
{
  GPtrArray *strokes = g_ptr_array_new ();
  for (GList *l = self->strokes.head; l; l = l->next)
    if (!((AciniPendingStroke *)l->data)->left)
      g_ptr_array_add (strokes, ((AciniPendingStroke *)l->data)->stroke);
  if (self->stroke)
    g_ptr_array_add (strokes, self->stroke);
  return strokes;
}

void
acini_view_strokes_clear (AciniSlideView *self)
{
  g_clear_pointer (&self->stroke, acini_stroke_unref);
  g_queue_clear_full (&self->strokes, pending_free);
}
