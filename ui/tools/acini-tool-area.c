/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-area.h"

/* Screen pixels between two points of a free line, and how many points make one. */
#define FREE_STEP 4.
#define FREE_LEAST 8
/* Milliseconds between the clicks of a double click, where no setting says so. */
#define DOUBLE_CLICK 400

struct _AciniToolArea
{
  AciniToolMeasure parent_instance;
  gint64 time; /* of the last corner, µs */
};

G_DEFINE_FINAL_TYPE (AciniToolArea, acini_tool_area, ACINI_TYPE_TOOL_MEASURE)

static gboolean
is_double_click (AciniToolArea *self, const AciniToolContext *context, gint64 now)
{
  int most = DOUBLE_CLICK;
  if (context->widget)
    g_object_get (gtk_widget_get_settings (context->widget), "gtk-double-click-time", &most, NULL);
  return now - self->time < most * 1000;
}

static void
acini_tool_area_begin (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  AciniToolArea *self = ACINI_TOOL_AREA (tool);
  AciniToolMeasure *measure = ACINI_TOOL_MEASURE (tool);
  guint n = acini_tool_measure_get_n (measure);
  gint64 now = g_get_monotonic_time ();
  gboolean double_click = n > 0 && is_double_click (self, context, now)
                          && acini_tool_measure_is_near (measure, context, n - 1, x, y, ACINI_TOOL_NEAR);
  if (double_click || (n >= 3 && acini_tool_measure_is_near (measure, context, 0, x, y, ACINI_TOOL_NEAR)))
    {
      acini_tool_measure_finish (measure);
      return;
    }
  self->time = now;
  acini_tool_measure_add (measure, context, x, y);
}

static void
acini_tool_area_move (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  AciniToolMeasure *measure = ACINI_TOOL_MEASURE (tool);
  guint n = acini_tool_measure_get_n (measure);
  if (n > 0 && !acini_tool_measure_is_near (measure, context, n - 1, x, y, FREE_STEP))
    acini_tool_measure_add (measure, context, x, y);
}

/* A free line that comes back to where it began is closed. */
static void
acini_tool_area_end (AciniTool *tool, const AciniToolContext *context)
{
  AciniToolMeasure *measure = ACINI_TOOL_MEASURE (tool);
  guint n = acini_tool_measure_get_n (measure);
  double x, y;
  if (n < FREE_LEAST)
    return;
  const AciniMeasurePoint *last = acini_tool_measure_get (measure, n - 1);
  acini_viewport_to_screen (context->viewport, last->x, last->y, &x, &y);
  if (acini_tool_measure_is_near (measure, context, 0, x, y, ACINI_TOOL_NEAR))
    acini_tool_measure_finish (measure);
}

static void
acini_tool_area_leave (AciniTool *tool)
{
  acini_tool_measure_finish (ACINI_TOOL_MEASURE (tool));
}

static void
acini_tool_area_class_init (AciniToolAreaClass *klass)
{
  AciniToolClass *tool_class = ACINI_TOOL_CLASS (klass);
  ACINI_TOOL_MEASURE_CLASS (klass)->kind = ACINI_MEASURE_AREA;
  tool_class->follows = TRUE;
  tool_class->begin = acini_tool_area_begin;
  tool_class->move = acini_tool_area_move;
  tool_class->end = acini_tool_area_end;
  tool_class->leave = acini_tool_area_leave;
}

static void
acini_tool_area_init (AciniToolArea *self)
{
}
