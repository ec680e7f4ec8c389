/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-fill.h"
#include "data/labels/acini-labels.h"

struct _AciniToolFill
{
  AciniTool parent_instance;
  guint8 label;
};

G_DEFINE_FINAL_TYPE (AciniToolFill, acini_tool_fill, ACINI_TYPE_TOOL)

static guint filled_signal;

static void
acini_tool_fill_begin (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  guint label = state & GDK_ALT_MASK ? ACINI_LABEL_BACKGROUND : ACINI_TOOL_FILL (tool)->label;
  if (!context->project)
    return;
  acini_viewport_to_slide (context->viewport, x, y, &x, &y);
  g_signal_emit (tool, filled_signal, 0, x, y, label);
}

static void
acini_tool_fill_move (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
}

static void
acini_tool_fill_class_init (AciniToolFillClass *klass)
{
  AciniToolClass *tool_class = ACINI_TOOL_CLASS (klass);
  tool_class->begin = acini_tool_fill_begin;
  tool_class->move = acini_tool_fill_move;
  filled_signal = g_signal_new ("filled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 3, G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_UINT);
}

static void
acini_tool_fill_init (AciniToolFill *self)
{
  self->label = ACINI_LABEL_FIRST_CLASS;
}

void
acini_tool_fill_set_label (AciniToolFill *self, guint8 label)
{
  g_return_if_fail (ACINI_IS_TOOL_FILL (self));
  self->label = label;
}
