/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-rectangle.h"

#include <math.h>

/* In screen pixels: what is smaller was a click. */
#define LEAST 3.

typedef struct
{
  AciniMeasurePoint from; /* where the button went down, in level-0 pixels */
  gboolean drawing, large;
} AciniToolRectanglePrivate;

G_DEFINE_TYPE_WITH_PRIVATE (AciniToolRectangle, acini_tool_rectangle, ACINI_TYPE_TOOL_OUTLINE)

static AciniToolRectanglePrivate *
get_private (gpointer self)
{
  return acini_tool_rectangle_get_instance_private (self);
}

static void
acini_tool_rectangle_begin (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  AciniToolRectanglePrivate *priv = get_private (tool);
  acini_tool_path_drop (ACINI_TOOL_PATH (tool));
  acini_viewport_to_slide (context->viewport, x, y, &priv->from.x, &priv->from.y);
  priv->large = FALSE;
  priv->drawing = acini_tool_outline_start (ACINI_TOOL_OUTLINE (tool), context, state);
}

static void
acini_tool_rectangle_move (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  AciniToolRectanglePrivate *priv = get_private (tool);
  double from_x, from_y;
  if (!priv->drawing)
    return;
  acini_viewport_to_screen (context->viewport, priv->from.x, priv->from.y, &from_x, &from_y);
  double width = x - from_x, height = y - from_y;
  if (state & GDK_SHIFT_MASK)
    {
      double side = MAX (fabs (width), fabs (height));
      width = copysign (side, width);
      height = copysign (side, height);
    }
  priv->large = fabs (width) >= LEAST && fabs (height) >= LEAST;
  ACINI_TOOL_RECTANGLE_GET_CLASS (tool)->draw (ACINI_TOOL_RECTANGLE (tool), context, from_x, from_y, from_x + width,
                                               from_y + height);
}

static void
acini_tool_rectangle_end (AciniTool *tool, const AciniToolContext *context)
{
  AciniToolRectanglePrivate *priv = get_private (tool);
  if (priv->drawing && priv->large)
    acini_tool_path_finish (ACINI_TOOL_PATH (tool));
  else
    acini_tool_path_drop (ACINI_TOOL_PATH (tool));
  priv->drawing = FALSE;
}

static void
acini_tool_rectangle_cancel (AciniTool *tool)
{
  get_private (tool)->drawing = FALSE;
  acini_tool_path_drop (ACINI_TOOL_PATH (tool));
}

static gboolean
acini_tool_rectangle_key (AciniTool *tool, const AciniToolContext *context, guint keyval)
{
  gboolean drawing = get_private (tool)->drawing;
  if (keyval == GDK_KEY_Escape)
    acini_tool_rectangle_cancel (tool);
  return keyval == GDK_KEY_Escape && drawing;
}

static void
acini_tool_rectangle_draw (AciniToolRectangle *self, const AciniToolContext *context, double x0, double y0, double x1,
                           double y1)
{
  const double corners[4][2] = { { x0, y0 }, { x1, y0 }, { x1, y1 }, { x0, y1 } };
  AciniMeasurePoint points[4];
  for (int i = 0; i < 4; i++)
    acini_viewport_to_slide (context->viewport, corners[i][0], corners[i][1], &points[i].x, &points[i].y);
  acini_tool_path_set (ACINI_TOOL_PATH (self), points, 4);
}

static void
acini_tool_rectangle_class_init (AciniToolRectangleClass *klass)
{
  AciniToolClass *tool_class = ACINI_TOOL_CLASS (klass);
  ACINI_TOOL_OUTLINE_CLASS (klass)->name = "rectangle";
  klass->draw = acini_tool_rectangle_draw;
  tool_class->begin = acini_tool_rectangle_begin;
  tool_class->move = acini_tool_rectangle_move;
  tool_class->end = acini_tool_rectangle_end;
  tool_class->cancel = acini_tool_rectangle_cancel;
  tool_class->leave = acini_tool_rectangle_cancel;
  tool_class->key = acini_tool_rectangle_key;
}

static void
acini_tool_rectangle_init (AciniToolRectangle *self)
{
}
