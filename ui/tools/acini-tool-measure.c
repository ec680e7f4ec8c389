/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-measure.h"
#include "ui/view/layers/acini-measure-layer.h"

#include <math.h>

typedef struct
{
  GArray *points; /* AciniMeasurePoint */
} AciniToolMeasurePrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (AciniToolMeasure, acini_tool_measure, ACINI_TYPE_TOOL)

enum
{
  MEASURED,
  FORGET,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static AciniToolMeasurePrivate *
get_private (gpointer self)
{
  return acini_tool_measure_get_instance_private (self);
}

static AciniMeasurePoint
get_point (const AciniToolContext *context, double x, double y)
{
  AciniMeasurePoint p;
  acini_viewport_to_slide (context->viewport, x, y, &p.x, &p.y);
  return p;
}

guint
acini_tool_measure_get_n (AciniToolMeasure *self)
{
  g_return_val_if_fail (ACINI_IS_TOOL_MEASURE (self), 0);
  return get_private (self)->points->len;
}

const AciniMeasurePoint *
acini_tool_measure_get (AciniToolMeasure *self, guint i)
{
  g_return_val_if_fail (ACINI_IS_TOOL_MEASURE (self) && i < get_private (self)->points->len, NULL);
  return &g_array_index (get_private (self)->points, AciniMeasurePoint, i);
}

void
acini_tool_measure_add (AciniToolMeasure *self, const AciniToolContext *context, double x, double y)
{
  g_return_if_fail (ACINI_IS_TOOL_MEASURE (self) && context != NULL);
  AciniMeasurePoint p = get_point (context, x, y);
  g_array_append_val (get_private (self)->points, p);
  acini_tool_changed (ACINI_TOOL (self));
}

void
acini_tool_measure_put (AciniToolMeasure *self, const AciniToolContext *context, guint i, double x, double y)
{
  g_return_if_fail (ACINI_IS_TOOL_MEASURE (self) && context != NULL && i < get_private (self)->points->len);
  g_array_index (get_private (self)->points, AciniMeasurePoint, i) = get_point (context, x, y);
  acini_tool_changed (ACINI_TOOL (self));
}

gboolean
acini_tool_measure_is_near (AciniToolMeasure *self, const AciniToolContext *context, guint i, double x, double y,
                            double distance)
{
  const AciniMeasurePoint *p = acini_tool_measure_get (self, i);
  double screen_x, screen_y;
  acini_viewport_to_screen (context->viewport, p->x, p->y, &screen_x, &screen_y);
  return hypot (screen_x - x, screen_y - y) < distance;
}

void
acini_tool_measure_drop (AciniToolMeasure *self)
{
  g_return_if_fail (ACINI_IS_TOOL_MEASURE (self));
  g_array_set_size (get_private (self)->points, 0);
  acini_tool_changed (ACINI_TOOL (self));
}

void
acini_tool_measure_finish (AciniToolMeasure *self)
{
  g_return_if_fail (ACINI_IS_TOOL_MEASURE (self));
  const GArray *points = get_private (self)->points;
  AciniMeasureKind kind = ACINI_TOOL_MEASURE_GET_CLASS (self)->kind;
  if (points->len >= (kind == ACINI_MEASURE_AREA ? 3 : 2))
    g_signal_emit (self, signals[MEASURED], 0, (guint)kind, points->data, points->len);
  acini_tool_measure_drop (self);
}

static gboolean
acini_tool_measure_key (AciniTool *tool, guint keyval)
{
  AciniToolMeasure *self = ACINI_TOOL_MEASURE (tool);
  GArray *points = get_private (self)->points;
  guint n = points->len;
  switch (keyval)
    {
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      acini_tool_measure_finish (self);
      return n > 0;
    case GDK_KEY_Escape:
      acini_tool_measure_drop (self);
      return n > 0;
    case GDK_KEY_BackSpace:
      if (n > 0)
        g_array_set_size (points, n - 1);
      else
        g_signal_emit (self, signals[FORGET], 0);
      acini_tool_changed (tool);
      return TRUE;
    default:
      return FALSE;
    }
}

static void
acini_tool_measure_cancel (AciniTool *tool)
{
  acini_tool_measure_drop (ACINI_TOOL_MEASURE (tool));
}

static void
acini_tool_measure_snapshot (AciniTool *tool, const AciniToolContext *context, GtkSnapshot *snapshot)
{
  const GArray *points = get_private (tool)->points;
  if (points->len == 0)
    return;
  g_autoptr (GArray) shown = g_array_copy ((GArray *)points);
  if (context->inside && acini_tool_follows (tool))
    {
      AciniMeasurePoint here = get_point (context, context->x, context->y);
      g_array_append_val (shown, here);
    }
  acini_measure_append (context->widget, snapshot, context->viewport, &context->scale,
                        ACINI_TOOL_MEASURE_GET_CLASS (tool)->kind, (const AciniMeasurePoint *)(gpointer)shown->data,
                        shown->len);
}

static void
acini_tool_measure_finalize (GObject *object)
{
  g_array_unref (get_private (object)->points);
  G_OBJECT_CLASS (acini_tool_measure_parent_class)->finalize (object);
}

static void
acini_tool_measure_class_init (AciniToolMeasureClass *klass)
{
  AciniToolClass *tool_class = ACINI_TOOL_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = acini_tool_measure_finalize;
  tool_class->cancel = acini_tool_measure_cancel;
  tool_class->leave = acini_tool_measure_cancel;
  tool_class->key = acini_tool_measure_key;
  tool_class->snapshot = acini_tool_measure_snapshot;
  signals[MEASURED] = g_signal_new ("measured", ACINI_TYPE_TOOL_MEASURE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 3, G_TYPE_UINT, G_TYPE_POINTER, G_TYPE_UINT);
  signals[FORGET]
      = g_signal_new ("forget", ACINI_TYPE_TOOL_MEASURE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_tool_measure_init (AciniToolMeasure *self)
{
  get_private (self)->points = g_array_new (FALSE, FALSE, sizeof (AciniMeasurePoint));
}
