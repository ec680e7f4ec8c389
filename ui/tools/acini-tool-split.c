/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-split.h"

/* Screen pixels between two points of the line. */
#define STEP 2.

struct _AciniToolSplit
{
  AciniToolPath parent_instance;
};

G_DEFINE_FINAL_TYPE (AciniToolSplit, acini_tool_split, ACINI_TYPE_TOOL_PATH)

static guint cut_signal;

static void
acini_tool_split_begin (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  acini_tool_path_drop (ACINI_TOOL_PATH (tool));
  if (context->project)
    acini_tool_path_add (ACINI_TOOL_PATH (tool), context, x, y);
}

static void
acini_tool_split_move (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  AciniToolPath *self = ACINI_TOOL_PATH (tool);
  guint n = acini_tool_path_get_n (self);
  if (n > 0 && !acini_tool_path_is_near (self, context, n - 1, x, y, STEP))
    acini_tool_path_add (self, context, x, y);
}

static void
acini_tool_split_end (AciniTool *tool, const AciniToolContext *context)
{
  acini_tool_path_finish (ACINI_TOOL_PATH (tool));
}

static void
acini_tool_split_finished (AciniToolPath *path, const AciniMeasurePoint *points, guint n)
{
  g_signal_emit (path, cut_signal, 0, points, n);
}

/* Keys that take points back have nothing to do: the line is done when the button is let go. */
static gboolean
acini_tool_split_key (AciniTool *tool, const AciniToolContext *context, guint keyval)
{
  gboolean drawing = acini_tool_path_get_n (ACINI_TOOL_PATH (tool)) > 0;
  if (keyval == GDK_KEY_Escape)
    acini_tool_path_drop (ACINI_TOOL_PATH (tool));
  return keyval == GDK_KEY_Escape && drawing;
}

static void
acini_tool_split_class_init (AciniToolSplitClass *klass)
{
  AciniToolClass *tool_class = ACINI_TOOL_CLASS (klass);
  tool_class->freehand = TRUE;
  tool_class->begin = acini_tool_split_begin;
  tool_class->move = acini_tool_split_move;
  tool_class->end = acini_tool_split_end;
  tool_class->key = acini_tool_split_key;
  ACINI_TOOL_PATH_CLASS (klass)->kind = ACINI_MEASURE_LENGTH;
  ACINI_TOOL_PATH_CLASS (klass)->finished = acini_tool_split_finished;
  cut_signal = g_signal_new ("cut", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                             G_TYPE_POINTER, G_TYPE_UINT);
}

static void
acini_tool_split_init (AciniToolSplit *self)
{
}
