/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/tools/acini-tool-ellipse.h"

#include <math.h>

/* Level-0 pixels by which the polygon may fall short of the ellipse, and its most corners. */
#define TOLERANCE .25
#define MOST_CORNERS 4096

struct _AciniToolEllipse
{
  AciniToolRectangle parent_instance;
};

G_DEFINE_FINAL_TYPE (AciniToolEllipse, acini_tool_ellipse, ACINI_TYPE_TOOL_RECTANGLE)

/* A chord of the angle 2 a falls short of its circle of radius r by r (1 - cos a). */
static guint
count_corners (double radius)
{
  double angle = acos (1 - MIN (TOLERANCE / MAX (radius, TOLERANCE), 1));
  return (guint)CLAMP (ceil (G_PI / angle), 16, MOST_CORNERS);
}

static void
acini_tool_ellipse_draw (AciniToolRectangle *self, const AciniToolContext *context, double x0, double y0, double x1,
                         double y1)
{
  double rx = fabs (x1 - x0) / 2, ry = fabs (y1 - y0) / 2, x = (x0 + x1) / 2, y = (y0 + y1) / 2;
  guint n = count_corners (MAX (rx, ry) / context->viewport->zoom);
  g_autofree AciniMeasurePoint *points = g_new (AciniMeasurePoint, n);
  for (guint i = 0; i < n; i++)
    acini_viewport_to_slide (context->viewport, x + rx * cos (2 * G_PI * i / n), y + ry * sin (2 * G_PI * i / n),
                             &points[i].x, &points[i].y);
  acini_tool_path_set (ACINI_TOOL_PATH (self), points, n);
}

static void
acini_tool_ellipse_class_init (AciniToolEllipseClass *klass)
{
  ACINI_TOOL_OUTLINE_CLASS (klass)->name = "ellipse";
  ACINI_TOOL_RECTANGLE_CLASS (klass)->draw = acini_tool_ellipse_draw;
}

static void
acini_tool_ellipse_init (AciniToolEllipse *self)
{
}
