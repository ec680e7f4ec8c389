/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool.h"

/* Where no setting says so. */
#define THRESHOLD 8

G_DEFINE_ABSTRACT_TYPE (AciniTool, acini_tool, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
acini_tool_class_init (AciniToolClass *klass)
{
  klass->cursor = "crosshair";
  signals[CHANGED] = g_signal_new ("changed", ACINI_TYPE_TOOL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_tool_init (AciniTool *self)
{
}

void
acini_tool_begin (AciniTool *self, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  g_return_if_fail (ACINI_IS_TOOL (self) && context != NULL);
  ACINI_TOOL_GET_CLASS (self)->begin (self, context, x, y, state);
}

void
acini_tool_move (AciniTool *self, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  g_return_if_fail (ACINI_IS_TOOL (self) && context != NULL);
  ACINI_TOOL_GET_CLASS (self)->move (self, context, x, y, state);
}

void
acini_tool_end (AciniTool *self, const AciniToolContext *context)
{
  g_return_if_fail (ACINI_IS_TOOL (self) && context != NULL);
  if (ACINI_TOOL_GET_CLASS (self)->end)
    ACINI_TOOL_GET_CLASS (self)->end (self, context);
}

void
acini_tool_cancel (AciniTool *self)
{
  g_return_if_fail (ACINI_IS_TOOL (self));
  if (ACINI_TOOL_GET_CLASS (self)->cancel)
    ACINI_TOOL_GET_CLASS (self)->cancel (self);
}

gboolean
acini_tool_key (AciniTool *self, const AciniToolContext *context, guint keyval)
{
  g_return_val_if_fail (ACINI_IS_TOOL (self) && context != NULL, FALSE);
  return ACINI_TOOL_GET_CLASS (self)->key && ACINI_TOOL_GET_CLASS (self)->key (self, context, keyval);
}

gboolean
acini_tool_can_step (AciniTool *self, gboolean redo)
{
  g_return_val_if_fail (ACINI_IS_TOOL (self), FALSE);
  return ACINI_TOOL_GET_CLASS (self)->can_step && ACINI_TOOL_GET_CLASS (self)->can_step (self, redo);
}

void
acini_tool_step (AciniTool *self, const AciniToolContext *context, gboolean redo)
{
  g_return_if_fail (ACINI_IS_TOOL (self) && context != NULL);
  if (acini_tool_can_step (self, redo))
    ACINI_TOOL_GET_CLASS (self)->step (self, context, redo);
}

void
acini_tool_leave (AciniTool *self)
{
  g_return_if_fail (ACINI_IS_TOOL (self));
  if (ACINI_TOOL_GET_CLASS (self)->leave)
    ACINI_TOOL_GET_CLASS (self)->leave (self);
}

void
acini_tool_snapshot (AciniTool *self, const AciniToolContext *context, GtkSnapshot *snapshot)
{
  g_return_if_fail (ACINI_IS_TOOL (self) && context != NULL && snapshot != NULL);
  if (ACINI_TOOL_GET_CLASS (self)->snapshot)
    ACINI_TOOL_GET_CLASS (self)->snapshot (self, context, snapshot);
}

const char *
acini_tool_get_cursor (AciniTool *self)
{
  g_return_val_if_fail (ACINI_IS_TOOL (self), NULL);
  AciniToolClass *klass = ACINI_TOOL_GET_CLASS (self);
  return klass->get_cursor ? klass->get_cursor (self) : klass->cursor;
}

gboolean
acini_tool_follows (AciniTool *self)
{
  g_return_val_if_fail (ACINI_IS_TOOL (self), FALSE);
  return ACINI_TOOL_GET_CLASS (self)->follows;
}

gboolean
acini_tool_takes_secondary (AciniTool *self)
{
  g_return_val_if_fail (ACINI_IS_TOOL (self), FALSE);
  return ACINI_TOOL_GET_CLASS (self)->secondary;
}

gboolean
acini_tool_is_freehand (AciniTool *self)
{
  g_return_val_if_fail (ACINI_IS_TOOL (self), FALSE);
  return ACINI_TOOL_GET_CLASS (self)->freehand;
}

gboolean
acini_tool_replaces (GdkModifierType state)
{
  return (state & GDK_CONTROL_MASK) != 0 && (state & GDK_ALT_MASK) == 0;
}

double
acini_tool_get_threshold (const AciniToolContext *context)
{
  int threshold = THRESHOLD;
  g_return_val_if_fail (context != NULL, THRESHOLD);
  if (context->widget)
    g_object_get (gtk_widget_get_settings (context->widget), "gtk-dnd-drag-threshold", &threshold, NULL);
  return threshold;
}

void
acini_tool_changed (AciniTool *self)
{
  g_return_if_fail (ACINI_IS_TOOL (self));
  g_signal_emit (self, signals[CHANGED], 0);
}
