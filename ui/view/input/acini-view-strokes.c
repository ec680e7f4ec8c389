/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/input/acini-view-strokes.h"
#include "ui/tools/acini-tool-brush.h"
#include "ui/view/core/acini-view-core.h"
#include "ui/view/core/acini-view-mask.h"

/* A finished stroke on its way into the label layer: committed by a worker, one after the other, and drawn from its
 * path until the tiles that hold it are on screen. */
typedef struct
{
  AciniStroke *stroke;
  gboolean committed;
  gboolean left; /* its slide is no longer shown */
} AciniPendingStroke;

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

/* Tells the layers which strokes to show. */
static void
show (AciniSlideView *self)
{
  AciniStroke *painting
      = ACINI_IS_TOOL_BRUSH (self->active) ? acini_tool_brush_get_stroke (ACINI_TOOL_BRUSH (self->active)) : NULL;
  g_ptr_array_set_size (self->shown_strokes, 0);
  for (GList *l = self->strokes.head; l; l = l->next)
    if (!((AciniPendingStroke *)l->data)->left)
      g_ptr_array_add (self->shown_strokes, acini_stroke_ref (((AciniPendingStroke *)l->data)->stroke));
  if (painting)
    g_ptr_array_add (self->shown_strokes, acini_stroke_ref (painting));
  acini_stroke_layer_set_stroke (self->stroke, painting);
  acini_view_strokes_shown (self);
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
      show (self);
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

/* A stroke is finished. */
static void
on_painted (AciniToolBrush *tool, AciniStroke *stroke, AciniSlideView *self)
{
  AciniPendingStroke *pending = g_new0 (AciniPendingStroke, 1);
  pending->stroke = acini_stroke_ref (stroke);
  g_queue_push_tail (&self->strokes, pending);
  show (self);
  commit_next (self);
}

/* Strokes that the label tiles on screen show by now are dropped. */
static void
on_frame (AciniSlideView *self)
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
  show (self);
}

void
acini_view_strokes_leave (AciniSlideView *self)
{
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
  show (self);
}

gboolean
acini_view_strokes_are_idle (AciniSlideView *self)
{
  return !self->committing && !find_uncommitted (self);
}

void
acini_view_strokes_clear (AciniSlideView *self)
{
  g_queue_clear_full (&self->strokes, pending_free);
}

void
acini_view_strokes_init (AciniSlideView *self)
{
  for (guint i = 0; i < self->tools->len; i++)
    {
      AciniTool *tool = g_ptr_array_index (self->tools, i);
      if (!ACINI_IS_TOOL_BRUSH (tool))
        continue;
      g_signal_connect_object (tool, "changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (tool, "painted", G_CALLBACK (on_painted), self, G_CONNECT_DEFAULT);
    }
  g_signal_connect_object (self, "frame", G_CALLBACK (on_frame), self, G_CONNECT_DEFAULT);
}
