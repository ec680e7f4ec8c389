/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-brush.h"
#include "ui/view/layers/acini-class-colours.h"

/* Diameter in screen pixels below which the ring does not shrink. */
#define SMALLEST_RING 3

typedef struct
{
  double size;
  guint8 label;
  AciniStroke *stroke; /* under the pointer, or NULL */
} AciniToolBrushPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (AciniToolBrush, acini_tool_brush, ACINI_TYPE_TOOL)

enum
{
  PAINTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static AciniToolBrushPrivate *
get_private (gpointer self)
{
  return acini_tool_brush_get_instance_private (self);
}

static void
add_point (AciniTool *tool, const AciniToolContext *context, double x, double y)
{
  acini_viewport_to_slide (context->viewport, x, y, &x, &y);
  acini_stroke_add_pressed (get_private (tool)->stroke, x, y, context->pressure);
  acini_tool_changed (tool);
}

static void
finish (AciniTool *tool)
{
  AciniToolBrushPrivate *priv = get_private (tool);
  g_autoptr (AciniStroke) stroke = g_steal_pointer (&priv->stroke);
  if (stroke)
    g_signal_emit (tool, signals[PAINTED], 0, stroke);
}

/* Erasing is deciding that it is background: the prediction must not come back there. */
static void
acini_tool_brush_begin (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  AciniToolBrushPrivate *priv = get_private (tool);
  gboolean erase = ACINI_TOOL_BRUSH_GET_CLASS (tool)->erases || (state & GDK_ALT_MASK);
  finish (tool);
  if (!context->project)
    return;
  priv->stroke
      = acini_stroke_new (context->project, context->slide, erase ? "eraser" : "brush",
                          erase ? ACINI_LABEL_BACKGROUND : priv->label, priv->size / 2 / context->viewport->zoom);
  add_point (tool, context, x, y);
}

static void
acini_tool_brush_move (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  if (get_private (tool)->stroke)
    add_point (tool, context, x, y);
}

static void
acini_tool_brush_end (AciniTool *tool, const AciniToolContext *context)
{
  finish (tool);
}

static void
acini_tool_brush_cancel (AciniTool *tool)
{
  g_clear_pointer (&get_private (tool)->stroke, acini_stroke_unref);
  acini_tool_changed (tool);
}

static void
append_circle (GtkSnapshot *snapshot, double x, double y, double diameter, float width, const GdkRGBA *colour)
{
  GskRoundedRect circle;
  float d = (float)diameter;
  const float widths[4] = { width, width, width, width };
  const GdkRGBA colours[4] = { *colour, *colour, *colour, *colour };
  gsk_rounded_rect_init_from_rect (&circle, &GRAPHENE_RECT_INIT ((float)x - d / 2, (float)y - d / 2, d, d), d / 2);
  gtk_snapshot_append_border (snapshot, &circle, widths, colours);
}

/* A black and white ring, to be seen on any tissue, about a point in the colour of what is painted. */
void
acini_tool_brush_append_ring (GtkSnapshot *snapshot, const AciniToolContext *context, double size, guint8 label)
{
  const GdkRGBA dark = { 0, 0, 0, .8f }, light = { 1, 1, 1, .95f };
  GdkRGBA middle = dark;
  double diameter = MAX (size, SMALLEST_RING);
  append_circle (snapshot, context->x, context->y, diameter + 2, 1, &dark);
  append_circle (snapshot, context->x, context->y, diameter, 1.5f, &light);
  if (label >= ACINI_LABEL_FIRST_CLASS)
    acini_class_colour_get (label, FALSE, &middle);
  append_circle (snapshot, context->x, context->y, 5, 1, &dark);
  append_circle (snapshot, context->x, context->y, 3, 1.5f, &middle);
}

static void
acini_tool_brush_snapshot (AciniTool *tool, const AciniToolContext *context, GtkSnapshot *snapshot)
{
  if (context->inside)
    acini_tool_brush_append_ring (snapshot, context, get_private (tool)->size,
                                  ACINI_TOOL_BRUSH_GET_CLASS (tool)->erases ? ACINI_LABEL_BACKGROUND
                                                                            : get_private (tool)->label);
}

static void
acini_tool_brush_finalize (GObject *object)
{
  g_clear_pointer (&get_private (object)->stroke, acini_stroke_unref);
  G_OBJECT_CLASS (acini_tool_brush_parent_class)->finalize (object);
}

static void
acini_tool_brush_class_init (AciniToolBrushClass *klass)
{
  AciniToolClass *tool_class = ACINI_TOOL_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = acini_tool_brush_finalize;
  tool_class->follows = TRUE;
  tool_class->freehand = TRUE;
  tool_class->begin = acini_tool_brush_begin;
  tool_class->move = acini_tool_brush_move;
  tool_class->end = acini_tool_brush_end;
  tool_class->cancel = acini_tool_brush_cancel;
  tool_class->leave = finish;
  tool_class->snapshot = acini_tool_brush_snapshot;
  signals[PAINTED] = g_signal_new ("painted", ACINI_TYPE_TOOL_BRUSH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
acini_tool_brush_init (AciniToolBrush *self)
{
  *get_private (self) = (AciniToolBrushPrivate){ .size = 40, .label = ACINI_LABEL_FIRST_CLASS };
}

void
acini_tool_brush_set_size (AciniToolBrush *self, double size)
{
  g_return_if_fail (ACINI_IS_TOOL_BRUSH (self) && size > 0);
  get_private (self)->size = size;
  acini_tool_changed (ACINI_TOOL (self));
}

void
acini_tool_brush_set_label (AciniToolBrush *self, guint8 label)
{
  g_return_if_fail (ACINI_IS_TOOL_BRUSH (self));
  get_private (self)->label = label;
}

AciniStroke *
acini_tool_brush_get_stroke (AciniToolBrush *self)
{
  g_return_val_if_fail (ACINI_IS_TOOL_BRUSH (self), NULL);
  return get_private (self)->stroke;
}
