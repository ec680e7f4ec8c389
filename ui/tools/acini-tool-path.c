/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-path.h"
#include "ui/view/layers/acini-measure-layer.h"

#include <math.h>

/* Screen pixels between two points of a free line, and how many points make one. */
#define FREE_STEP 4.
#define FREE_LEAST 8
/* Milliseconds between the clicks of a double click, where no setting says so. */
#define DOUBLE_CLICK 400

typedef struct
{
  GArray *points; /* AciniMeasurePoint */
  gint64 clicked; /* when the last corner was put down, µs */
} AciniToolPathPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (AciniToolPath, acini_tool_path, ACINI_TYPE_TOOL)

static AciniToolPathPrivate *
get_private (gpointer self)
{
  return acini_tool_path_get_instance_private (self);
}

static AciniMeasurePoint
get_point (const AciniToolContext *context, double x, double y)
{
  AciniMeasurePoint p;
  acini_viewport_to_slide (context->viewport, x, y, &p.x, &p.y);
  return p;
}

guint
acini_tool_path_get_n (AciniToolPath *self)
{
  g_return_val_if_fail (ACINI_IS_TOOL_PATH (self), 0);
  return get_private (self)->points->len;
}

const AciniMeasurePoint *
acini_tool_path_get (AciniToolPath *self, guint i)
{
  g_return_val_if_fail (ACINI_IS_TOOL_PATH (self) && i < get_private (self)->points->len, NULL);
  return &g_array_index (get_private (self)->points, AciniMeasurePoint, i);
}

void
acini_tool_path_add (AciniToolPath *self, const AciniToolContext *context, double x, double y)
{
  g_return_if_fail (ACINI_IS_TOOL_PATH (self) && context != NULL);
  AciniMeasurePoint p = get_point (context, x, y);
  g_array_append_val (get_private (self)->points, p);
  acini_tool_changed (ACINI_TOOL (self));
}

void
acini_tool_path_put (AciniToolPath *self, const AciniToolContext *context, guint i, double x, double y)
{
  g_return_if_fail (ACINI_IS_TOOL_PATH (self) && context != NULL && i < get_private (self)->points->len);
  g_array_index (get_private (self)->points, AciniMeasurePoint, i) = get_point (context, x, y);
  acini_tool_changed (ACINI_TOOL (self));
}

void
acini_tool_path_set (AciniToolPath *self, const AciniMeasurePoint *points, guint n)
{
  g_return_if_fail (ACINI_IS_TOOL_PATH (self) && (points != NULL || n == 0));
  GArray *own = get_private (self)->points;
  g_array_set_size (own, 0);
  g_array_append_vals (own, points, n);
  acini_tool_changed (ACINI_TOOL (self));
}

gboolean
acini_tool_path_is_near (AciniToolPath *self, const AciniToolContext *context, guint i, double x, double y,
                         double distance)
{
  const AciniMeasurePoint *p = acini_tool_path_get (self, i);
  double screen_x, screen_y;
  acini_viewport_to_screen (context->viewport, p->x, p->y, &screen_x, &screen_y);
  return hypot (screen_x - x, screen_y - y) < distance;
}

void
acini_tool_path_drop (AciniToolPath *self)
{
  g_return_if_fail (ACINI_IS_TOOL_PATH (self));
  g_array_set_size (get_private (self)->points, 0);
  acini_tool_changed (ACINI_TOOL (self));
}

void
acini_tool_path_finish (AciniToolPath *self)
{
  g_return_if_fail (ACINI_IS_TOOL_PATH (self));
  const GArray *points = get_private (self)->points;
  AciniMeasureKind kind = ACINI_TOOL_PATH_GET_CLASS (self)->kind;
  if (points->len >= (kind == ACINI_MEASURE_AREA ? 3 : 2))
    ACINI_TOOL_PATH_GET_CLASS (self)->finished (self, (const AciniMeasurePoint *)(gpointer)points->data, points->len);
  acini_tool_path_drop (self);
}

static gboolean
is_double_click (AciniToolPath *self, const AciniToolContext *context, gint64 now)
{
  int most = DOUBLE_CLICK;
  if (context->widget)
    g_object_get (gtk_widget_get_settings (context->widget), "gtk-double-click-time", &most, NULL);
  return now - get_private (self)->clicked < most * 1000;
}

void
acini_tool_path_begin_corner (AciniTool *tool, const AciniToolContext *context, double x, double y,
                              GdkModifierType state)
{
  AciniToolPath *self = ACINI_TOOL_PATH (tool);
  guint n = acini_tool_path_get_n (self);
  gint64 now = g_get_monotonic_time ();
  gboolean double_click = n > 0 && is_double_click (self, context, now)
                          && acini_tool_path_is_near (self, context, n - 1, x, y, ACINI_TOOL_NEAR);
  if (double_click || (n >= 3 && acini_tool_path_is_near (self, context, 0, x, y, ACINI_TOOL_NEAR)))
    {
      acini_tool_path_finish (self);
      return;
    }
  get_private (self)->clicked = now;
  acini_tool_path_add (self, context, x, y);
}

void
acini_tool_path_move_corner (AciniTool *tool, const AciniToolContext *context, double x, double y,
                             GdkModifierType state)
{
  AciniToolPath *self = ACINI_TOOL_PATH (tool);
  guint n = acini_tool_path_get_n (self);
  if (n > 0 && !acini_tool_path_is_near (self, context, n - 1, x, y, FREE_STEP))
    acini_tool_path_add (self, context, x, y);
}

/* A free line that comes back to where it began is closed. */
void
acini_tool_path_end_corner (AciniTool *tool, const AciniToolContext *context)
{
  AciniToolPath *self = ACINI_TOOL_PATH (tool);
  guint n = acini_tool_path_get_n (self);
  double x, y;
  if (n < FREE_LEAST)
    return;
  const AciniMeasurePoint *last = acini_tool_path_get (self, n - 1);
  acini_viewport_to_screen (context->viewport, last->x, last->y, &x, &y);
  if (acini_tool_path_is_near (self, context, 0, x, y, ACINI_TOOL_NEAR))
    acini_tool_path_finish (self);
}

static gboolean
acini_tool_path_key (AciniTool *tool, const AciniToolContext *context, guint keyval)
{
  AciniToolPath *self = ACINI_TOOL_PATH (tool);
  GArray *points = get_private (self)->points;
  guint n = points->len;
  switch (keyval)
    {
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      acini_tool_path_finish (self);
      return n > 0;
    case GDK_KEY_Escape:
      acini_tool_path_drop (self);
      return n > 0;
    case GDK_KEY_BackSpace:
      if (n > 0)
        g_array_set_size (points, n - 1);
      else if (ACINI_TOOL_PATH_GET_CLASS (self)->forget)
        ACINI_TOOL_PATH_GET_CLASS (self)->forget (self);
      acini_tool_changed (tool);
      return TRUE;
    default:
      return FALSE;
    }
}

static void
acini_tool_path_cancel (AciniTool *tool)
{
  acini_tool_path_drop (ACINI_TOOL_PATH (tool));
}

static void
acini_tool_path_snapshot (AciniTool *tool, const AciniToolContext *context, GtkSnapshot *snapshot)
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
                        ACINI_TOOL_PATH_GET_CLASS (tool)->kind, (const AciniMeasurePoint *)(gpointer)shown->data,
                        shown->len);
}

static void
acini_tool_path_finalize (GObject *object)
{
  g_array_unref (get_private (object)->points);
  G_OBJECT_CLASS (acini_tool_path_parent_class)->finalize (object);
}

static void
acini_tool_path_class_init (AciniToolPathClass *klass)
{
  AciniToolClass *tool_class = ACINI_TOOL_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = acini_tool_path_finalize;
  tool_class->cancel = acini_tool_path_cancel;
  tool_class->leave = acini_tool_path_cancel;
  tool_class->key = acini_tool_path_key;
  tool_class->snapshot = acini_tool_path_snapshot;
}

static void
acini_tool_path_init (AciniToolPath *self)
{
  get_private (self)->points = g_array_new (FALSE, FALSE, sizeof (AciniMeasurePoint));
}
