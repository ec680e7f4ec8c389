/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-pan.h"

#include <math.h>

/* Seconds over which the speed is measured, and µs after which a hand that moves no more has come to rest. */
#define SPEED_TIME .03
#define REST 60000

struct _AciniToolPan
{
  AciniTool parent_instance;
  gboolean holding;
  double x, y; /* the pointer's last place */
  gint64 time; /* and when it came there, µs */
  double speed_x, speed_y;
};

G_DEFINE_FINAL_TYPE (AciniToolPan, acini_tool_pan, ACINI_TYPE_TOOL)

enum
{
  GRABBED,
  DRAGGED,
  RELEASED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
acini_tool_pan_begin (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  AciniToolPan *self = ACINI_TOOL_PAN (tool);
  self->holding = TRUE;
  self->x = x;
  self->y = y;
  self->time = g_get_monotonic_time ();
  self->speed_x = self->speed_y = 0;
  g_signal_emit (self, signals[GRABBED], 0);
  acini_tool_changed (tool);
}

static void
acini_tool_pan_move (AciniTool *tool, const AciniToolContext *context, double x, double y, GdkModifierType state)
{
  AciniToolPan *self = ACINI_TOOL_PAN (tool);
  if (!self->holding)
    return;
  gint64 now = g_get_monotonic_time ();
  double dt = MAX ((double)(now - self->time) / 1e6, .001), weight = 1 - exp (-dt / SPEED_TIME);
  double dx = x - self->x, dy = y - self->y;
  self->speed_x += weight * (dx / dt - self->speed_x);
  self->speed_y += weight * (dy / dt - self->speed_y);
  self->x = x;
  self->y = y;
  self->time = now;
  g_signal_emit (self, signals[DRAGGED], 0, dx, dy);
}

static void
release (AciniTool *tool)
{
  AciniToolPan *self = ACINI_TOOL_PAN (tool);
  if (!self->holding)
    return;
  gboolean rests = g_get_monotonic_time () - self->time >= REST;
  self->holding = FALSE;
  g_signal_emit (self, signals[RELEASED], 0, rests ? 0. : self->speed_x, rests ? 0. : self->speed_y);
  acini_tool_changed (tool);
}

static void
acini_tool_pan_end (AciniTool *tool, const AciniToolContext *context)
{
  release (tool);
}

static const char *
acini_tool_pan_get_cursor (AciniTool *tool)
{
  return ACINI_TOOL_PAN (tool)->holding ? "grabbing" : "grab";
}

static void
acini_tool_pan_class_init (AciniToolPanClass *klass)
{
  AciniToolClass *tool_class = ACINI_TOOL_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);
  tool_class->begin = acini_tool_pan_begin;
  tool_class->move = acini_tool_pan_move;
  tool_class->end = acini_tool_pan_end;
  tool_class->cancel = release;
  tool_class->get_cursor = acini_tool_pan_get_cursor;
  signals[GRABBED] = g_signal_new ("grabbed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[DRAGGED] = g_signal_new ("dragged", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                   G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[RELEASED] = g_signal_new ("released", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                    G_TYPE_DOUBLE, G_TYPE_DOUBLE);
}

static void
acini_tool_pan_init (AciniToolPan *self)
{
}
