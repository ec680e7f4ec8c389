/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-lasso.h"

/* Screen pixels between two points of the line: a hand draws no finer. */
#define STEP 2.

struct _AciniToolLasso
{
  AciniToolOutline parent_instance;
};

G_DEFINE_FINAL_TYPE (AciniToolLasso, acini_tool_lasso, ACINI_TYPE_TOOL_OUTLINE)

static void
acini_tool_lasso_begin (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  AciniToolPath *self = ACINI_TOOL_PATH (tool);
  acini_tool_path_drop (self);
  if (acini_tool_outline_start (ACINI_TOOL_OUTLINE (tool), context, state))
    acini_tool_path_add (self, context, x, y);
}

static void
acini_tool_lasso_move (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  AciniToolPath *self = ACINI_TOOL_PATH (tool);
  guint n = acini_tool_path_get_n (self);
  if (n > 0 && !acini_tool_path_is_near (self, context, n - 1, x, y, STEP))
    acini_tool_path_add (self, context, x, y);
}

static void
acini_tool_lasso_end (AciniTool *tool, const AciniToolContext *context)
{
  acini_tool_path_finish (ACINI_TOOL_PATH (tool));
}

static void
acini_tool_lasso_class_init (AciniToolLassoClass *klass)
{
  AciniToolClass *tool_class = ACINI_TOOL_CLASS (klass);
  ACINI_TOOL_OUTLINE_CLASS (klass)->name = "lasso";
  tool_class->freehand = TRUE;
  tool_class->begin = acini_tool_lasso_begin;
  tool_class->move = acini_tool_lasso_move;
  tool_class->end = acini_tool_lasso_end;
}

static void
acini_tool_lasso_init (AciniToolLasso *self)
{
}
