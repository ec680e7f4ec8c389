/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-edge-brush.h"
#include "data/prompts/acini-wand.h"
#include "ui/tools/acini-tool-brush.h"

typedef struct
{
  GArray *points; /* AciniMeasurePoint */
  double radius;  /* level-0 pixels */
} Question;

struct _AciniToolEdgeBrush
{
  AciniToolPixels parent_instance;
  double size;
  gboolean painting;
  Question asked; /* of the stroke under the pointer */
};

G_DEFINE_FINAL_TYPE (AciniToolEdgeBrush, acini_tool_edge_brush, ACINI_TYPE_TOOL_PIXELS)

static gpointer
acini_tool_edge_brush_ask (AciniToolPixels *pixels)
{
  const Question *asked = &ACINI_TOOL_EDGE_BRUSH (pixels)->asked;
  if (asked->points->len == 0)
    return NULL;
  Question *question = g_new (Question, 1);
  *question = (Question){ g_array_copy (asked->points), asked->radius };
  return question;
}

static void
free_question (gpointer data)
{
  g_array_unref (((Question *)data)->points);
  g_free (data);
}

static void
acini_tool_edge_brush_get_box (AciniToolPixels *pixels, double *x0, double *y0, double *x1, double *y1)
{
  const GArray *points = ACINI_TOOL_EDGE_BRUSH (pixels)->asked.points;
  for (guint i = 0; i < points->len; i++)
    {
      const AciniMeasurePoint *p = &g_array_index (points, AciniMeasurePoint, i);
      *x0 = i == 0 ? p->x : MIN (*x0, p->x);
      *y0 = i == 0 ? p->y : MIN (*y0, p->y);
      *x1 = i == 0 ? p->x : MAX (*x1, p->x);
      *y1 = i == 0 ? p->y : MAX (*y1, p->y);
    }
}

static void
answer (const AciniPixels *pixels, gconstpointer data, gpointer *state, guint8 *mask)
{
  const Question *question = data;
  guint n = question->points->len;
  g_autofree AciniPromptPoint *points = g_new (AciniPromptPoint, n);
  const AciniPromptsRegion region = { .width = pixels->width,
                                      .height = pixels->height,
                                      .rgb = pixels->rgb,
                                      .probability = pixels->probability,
                                      .computed = pixels->computed };
  if (!*state)
    *state = acini_edge_brush_new (&region);
  for (guint i = 0; i < n; i++)
    {
      const AciniMeasurePoint *p = &g_array_index (question->points, AciniMeasurePoint, i);
      points[i] = (AciniPromptPoint){ (p->x - pixels->x) / pixels->step, (p->y - pixels->y) / pixels->step };
    }
  acini_edge_brush_paint (*state, points, n, question->radius / pixels->step, mask);
}

static void
free_state (gpointer state)
{
  acini_edge_brush_free (state);
}

static void
acini_tool_edge_brush_forget (AciniToolPixels *pixels)
{
  AciniToolEdgeBrush *self = ACINI_TOOL_EDGE_BRUSH (pixels);
  self->painting = FALSE;
  g_array_set_size (self->asked.points, 0);
}

static void
add_point (AciniToolEdgeBrush *self, const AciniToolContext *context, double x, double y)
{
  AciniMeasurePoint p;
  acini_viewport_to_slide (context->viewport, x, y, &p.x, &p.y);
  g_array_append_val (self->asked.points, p);
  acini_tool_pixels_ask (ACINI_TOOL_PIXELS (self), context);
}

static void
acini_tool_edge_brush_begin (AciniTool *tool, const AciniToolContext *context, double x, double y,
                             GdkModifierType state)
{
  AciniToolEdgeBrush *self = ACINI_TOOL_EDGE_BRUSH (tool);
  gboolean erase = (state & GDK_ALT_MASK) != 0;
  self->painting
      = acini_tool_pixels_start (ACINI_TOOL_PIXELS (tool), context, erase ? ACINI_LABEL_BACKGROUND : 0, FALSE);
  if (!self->painting)
    return;
  self->asked.radius = self->size / 2 / context->viewport->zoom;
  add_point (self, context, x, y);
}

static void
acini_tool_edge_brush_move (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  if (ACINI_TOOL_EDGE_BRUSH (tool)->painting)
    add_point (ACINI_TOOL_EDGE_BRUSH (tool), context, x, y);
}

static void
acini_tool_edge_brush_end (AciniTool *tool, const AciniToolContext *context)
{
  if (ACINI_TOOL_EDGE_BRUSH (tool)->painting)
    acini_tool_pixels_take (ACINI_TOOL_PIXELS (tool));
}

static void
acini_tool_edge_brush_snapshot (AciniTool *tool, const AciniToolContext *context, GtkSnapshot *snapshot)
{
  AciniToolPixels *pixels = ACINI_TOOL_PIXELS (tool);
  ACINI_TOOL_CLASS (acini_tool_edge_brush_parent_class)->snapshot (tool, context, snapshot);
  if (context->inside)
    acini_tool_brush_append_ring (snapshot, context, ACINI_TOOL_EDGE_BRUSH (tool)->size,
                                  acini_tool_pixels_get_label (pixels));
}

static void
acini_tool_edge_brush_finalize (GObject *object)
{
  g_array_unref (ACINI_TOOL_EDGE_BRUSH (object)->asked.points);
  G_OBJECT_CLASS (acini_tool_edge_brush_parent_class)->finalize (object);
}

static void
acini_tool_edge_brush_class_init (AciniToolEdgeBrushClass *klass)
{
  AciniToolClass *tool_class = ACINI_TOOL_CLASS (klass);
  AciniToolPixelsClass *pixels_class = ACINI_TOOL_PIXELS_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = acini_tool_edge_brush_finalize;
  tool_class->follows = TRUE;
  tool_class->freehand = TRUE;
  tool_class->begin = acini_tool_edge_brush_begin;
  tool_class->move = acini_tool_edge_brush_move;
  tool_class->end = acini_tool_edge_brush_end;
  tool_class->snapshot = acini_tool_edge_brush_snapshot;
  pixels_class->name = "edge-brush";
  pixels_class->ask = acini_tool_edge_brush_ask;
  pixels_class->free_question = free_question;
  pixels_class->get_box = acini_tool_edge_brush_get_box;
  pixels_class->answer = answer;
  pixels_class->free_state = free_state;
  pixels_class->forget = acini_tool_edge_brush_forget;
}

static void
acini_tool_edge_brush_init (AciniToolEdgeBrush *self)
{
  self->size = 40;
  self->asked.points = g_array_new (FALSE, FALSE, sizeof (AciniMeasurePoint));
}

void
acini_tool_edge_brush_set_size (AciniToolEdgeBrush *self, double size)
{
  g_return_if_fail (ACINI_IS_TOOL_EDGE_BRUSH (self) && size > 0);
  self->size = size;
  acini_tool_changed (ACINI_TOOL (self));
}
