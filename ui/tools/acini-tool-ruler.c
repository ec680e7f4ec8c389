/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-ruler.h"

#include <math.h>

/* In screen pixels: a shorter line was a click. */
#define LEAST 3.

struct _AciniToolRuler
{
  AciniToolMeasure parent_instance;
};

G_DEFINE_FINAL_TYPE (AciniToolRuler, acini_tool_ruler, ACINI_TYPE_TOOL_MEASURE)

static void
acini_tool_ruler_begin (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  AciniToolPath *self = ACINI_TOOL_PATH (tool);
  acini_tool_path_drop (self);
  acini_tool_path_add (self, context, x, y);
  acini_tool_path_add (self, context, x, y);
}

static void
acini_tool_ruler_move (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  AciniToolPath *self = ACINI_TOOL_PATH (tool);
  if (acini_tool_path_get_n (self) != 2)
    return;
  if (state & GDK_SHIFT_MASK)
    {
      const AciniMeasurePoint *from = acini_tool_path_get (self, 0);
      double from_x, from_y;
      acini_viewport_to_screen (context->viewport, from->x, from->y, &from_x, &from_y);
      double length = hypot (x - from_x, y - from_y), angle = round (atan2 (y - from_y, x - from_x) / G_PI_4) * G_PI_4;
      x = from_x + length * cos (angle);
      y = from_y + length * sin (angle);
    }
  acini_tool_path_put (self, context, 1, x, y);
}

static void
acini_tool_ruler_end (AciniTool *tool, const AciniToolContext *context)
{
  AciniToolPath *self = ACINI_TOOL_PATH (tool);
  if (acini_tool_path_get_n (self) != 2)
    return;
  const AciniMeasurePoint *a = acini_tool_path_get (self, 0), *b = acini_tool_path_get (self, 1);
  if (hypot (b->x - a->x, b->y - a->y) * context->viewport->zoom >= LEAST)
    acini_tool_path_finish (self);
  else
    acini_tool_path_drop (self);
}

static void
acini_tool_ruler_class_init (AciniToolRulerClass *klass)
{
  AciniToolClass *tool_class = ACINI_TOOL_CLASS (klass);
  ACINI_TOOL_PATH_CLASS (klass)->kind = ACINI_MEASURE_LENGTH;
  tool_class->begin = acini_tool_ruler_begin;
  tool_class->move = acini_tool_ruler_move;
  tool_class->end = acini_tool_ruler_end;
}

static void
acini_tool_ruler_init (AciniToolRuler *self)
{
}
