/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/input/acini-view-strokes.h"
#include "data/labels/acini-editor.h"
#include "ui/tools/acini-tool-brush.h"
#include "ui/tools/acini-tool-outline.h"
#include "ui/tools/acini-tool-pixels.h"
#include "ui/view/core/acini-view-core.h"
#include "ui/view/core/acini-view-mask.h"
#include "ui/view/core/acini-view-regions.h"

/* Milliseconds that tiles are not read anew after a stroke was written: it is on screen, and others may follow. */
#define REST 60

/* A finished stroke on its way into the label layer: written by the editor, in the order of the hand, and drawn from
 * its path until the tiles that hold it are on screen.  While it cannot be written it stays there. */
typedef struct
{
  AciniStroke *stroke;
  gboolean written;
  gboolean committed; /* and the layers know what it changed */
  gboolean exact;     /* what is drawn of it is all that it does */
  AciniRect damage;   /* of what was written */
} AciniPendingStroke;

static void
pending_free (gpointer data)
{
  AciniPendingStroke *pending = data;
  acini_stroke_unref (pending->stroke);
  g_free (pending);
}

static gboolean
is_shown (AciniSlideView *self, const AciniPendingStroke *pending)
{
  return self->slide != NULL && acini_stroke_get_project (pending->stroke) == self->project
         && acini_stroke_get_slide (pending->stroke) == self->slide_id;
}

static AciniPendingStroke *
find_unwritten (AciniSlideView *self)
{
  for (GList *l = self->strokes.head; l; l = l->next)
    if (!((AciniPendingStroke *)l->data)->written)
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
  self->n_written_strokes = 0;
  for (GList *l = self->strokes.head; l; l = l->next)
    if (is_shown (self, l->data))
      {
        const AciniPendingStroke *pending = l->data;
        /* They are written in their order. */
        if (pending->committed && self->n_written_strokes == self->shown_strokes->len)
          self->n_written_strokes++;
        g_ptr_array_add (self->shown_strokes, acini_stroke_ref (pending->stroke));
      }
  if (painting)
    g_ptr_array_add (self->shown_strokes, acini_stroke_ref (painting));
  acini_stroke_layer_set_stroke (self->stroke, painting);
  acini_view_strokes_shown (self);
}

/* Tells the layers what was written. */
static void
settle (AciniSlideView *self)
{
  gboolean any = FALSE;
  g_clear_handle_id (&self->strokes_rest, g_source_remove);
  for (GList *l = self->strokes.head; l; l = l->next)
    {
      AciniPendingStroke *pending = l->data;
      if (!pending->written || pending->committed)
        continue;
      any = pending->committed = TRUE;
      if (is_shown (self, pending))
        acini_view_damage_labels (self, &pending->damage);
    }
  if (!any)
    return;
  show (self);
  acini_view_queue_update (self);
}

static gboolean
on_rested (gpointer data)
{
  AciniSlideView *self = data;
  self->strokes_rest = 0;
  settle (self);
  return G_SOURCE_REMOVE;
}

typedef struct
{
  AciniSlideView *view;
  AciniPendingStroke *pending;
} Commit;

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Commit *commit = data;
  g_autoptr (AciniSlideView) self = commit->view;
  AciniPendingStroke *pending = commit->pending;
  g_autoptr (GError) error = NULL;
  AciniEditorOutcome outcome;
  gboolean ok = acini_editor_finish (ACINI_EDITOR (source), result, &outcome, &error);
  g_autofree char *tool = g_strdup (acini_stroke_get_tool (pending->stroke));
  pending->written = TRUE;
  if (!ok || !is_shown (self, pending) || outcome.damage.width == 0)
    {
      g_queue_remove (&self->strokes, pending);
      pending_free (pending);
      show (self);
    }
  else
    {
      pending->damage = outcome.damage;
      if (!pending->exact)
        settle (self);
      else if (self->strokes_rest == 0)
        self->strokes_rest = g_timeout_add (REST, on_rested, self);
    }
  acini_view_queue_update (self);
  if (!ok && !g_error_matches (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_KEPT))
    acini_view_fail (self, error->message);
  else if (outcome.damage.width > 0)
    g_signal_emit_by_name (self, "edited", tool);
}

/* What takes the place of an object is drawn by whoever knows the objects; where nobody does, it is added. */
static void
commit (AciniSlideView *self, AciniPendingStroke *pending)
{
  gboolean taken = FALSE;
  if (acini_stroke_get_replaces (pending->stroke) && is_shown (self, pending))
    g_signal_emit_by_name (self, "replacing", pending->stroke, &taken);
  if (taken)
    return;
  g_autoptr (AciniEditor) editor = acini_editor_get (acini_stroke_get_project (pending->stroke));
  AciniStroke *stroke = pending->stroke;
  Commit *data = g_new (Commit, 1);
  *data = (Commit){ g_object_ref (self), pending };
  acini_editor_draw (editor, acini_stroke_get_slide (stroke), acini_stroke_get_tool (stroke),
                     acini_stroke_get_duration (stroke), acini_stroke_draw, acini_stroke_ref (stroke),
                     (GDestroyNotify)acini_stroke_unref, on_written, data);
}

void
acini_view_stroke_replaced (AciniSlideView *self, AciniStroke *stroke, gboolean done)
{
  for (GList *l = self->strokes.head; l; l = l->next)
    {
      AciniPendingStroke *pending = l->data;
      if (pending->stroke != stroke)
        continue;
      pending->written = pending->committed = TRUE;
      if (!done || !is_shown (self, pending))
        {
          g_queue_delete_link (&self->strokes, l);
          pending_free (pending);
        }
      break;
    }
  show (self);
  acini_view_queue_update (self);
}

/* A stroke is finished. */
static void
on_painted (AciniTool *tool, AciniStroke *stroke, AciniSlideView *self)
{
  if (ACINI_IS_TOOL_OUTLINE (tool) && acini_view_take_outline (self, stroke))
    return;
  AciniPendingStroke *pending = g_new0 (AciniPendingStroke, 1);
  pending->stroke = acini_stroke_ref (stroke);
  pending->exact = ACINI_IS_TOOL_BRUSH (tool) && !self->protect_labels;
  if (self->protect_labels)
    acini_stroke_protect (stroke, (guint8)self->brush_label);
  g_queue_push_tail (&self->strokes, pending);
  show (self);
  commit (self, pending);
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
  settle (self);
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

gboolean
acini_view_strokes_are_idle (AciniSlideView *self)
{
  for (guint i = 0; i < self->tools->len; i++)
    if (ACINI_IS_TOOL_PIXELS (self->tools->pdata[i]) && acini_tool_pixels_is_busy (self->tools->pdata[i]))
      return FALSE;
  return !find_unwritten (self);
}

void
acini_view_strokes_clear (AciniSlideView *self)
{
  g_clear_handle_id (&self->strokes_rest, g_source_remove);
  g_queue_clear_full (&self->strokes, pending_free);
}

void
acini_view_strokes_init (AciniSlideView *self)
{
  for (guint i = 0; i < self->tools->len; i++)
    {
      AciniTool *tool = g_ptr_array_index (self->tools, i);
      if (ACINI_IS_TOOL_BRUSH (tool))
        g_signal_connect_object (tool, "changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
      if (ACINI_IS_TOOL_BRUSH (tool) || ACINI_IS_TOOL_OUTLINE (tool) || ACINI_IS_TOOL_PIXELS (tool))
        g_signal_connect_object (tool, "painted", G_CALLBACK (on_painted), self, G_CONNECT_DEFAULT);
    }
  g_signal_connect_object (self, "damaged", G_CALLBACK (settle), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self, "frame", G_CALLBACK (on_frame), self, G_CONNECT_DEFAULT);
}
