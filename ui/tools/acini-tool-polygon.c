/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-polygon.h"

struct _AciniToolPolygon
{
  AciniToolOutline parent_instance;
};

G_DEFINE_FINAL_TYPE (AciniToolPolygon, acini_tool_polygon, ACINI_TYPE_TOOL_OUTLINE)

static void
acini_tool_polygon_begin (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  if (acini_tool_path_get_n (ACINI_TOOL_PATH (tool)) > 0
      || acini_tool_outline_start (ACINI_TOOL_OUTLINE (tool), context, state))
    acini_tool_path_begin_corner (tool, context, x, y, state);
}

static void
acini_tool_polygon_leave (AciniTool *tool)
{
  acini_tool_path_finish (ACINI_TOOL_PATH (tool));
}

static void
acini_tool_polygon_class_init (AciniToolPolygonClass *klass)
{
  AciniToolClass *tool_class = ACINI_TOOL_CLASS (klass);
  ACINI_TOOL_OUTLINE_CLASS (klass)->name = "polygon";
  tool_class->follows = TRUE;
  tool_class->begin = acini_tool_polygon_begin;
  tool_class->move = acini_tool_path_move_corner;
  tool_class->end = acini_tool_path_end_corner;
  tool_class->leave = acini_tool_polygon_leave;
}

static void
acini_tool_polygon_init (AciniToolPolygon *self)
{
}
