/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-area.h"

struct _AciniToolArea
{
  AciniToolMeasure parent_instance;
};

G_DEFINE_FINAL_TYPE (AciniToolArea, acini_tool_area, ACINI_TYPE_TOOL_MEASURE)

static void
acini_tool_area_leave (AciniTool *tool)
{
  acini_tool_path_finish (ACINI_TOOL_PATH (tool));
}

static void
acini_tool_area_class_init (AciniToolAreaClass *klass)
{
  AciniToolClass *tool_class = ACINI_TOOL_CLASS (klass);
  ACINI_TOOL_PATH_CLASS (klass)->kind = ACINI_MEASURE_AREA;
  tool_class->follows = TRUE;
  tool_class->begin = acini_tool_path_begin_corner;
  tool_class->move = acini_tool_path_move_corner;
  tool_class->end = acini_tool_path_end_corner;
  tool_class->leave = acini_tool_area_leave;
}

static void
acini_tool_area_init (AciniToolArea *self)
{
}
