/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"

#include "ui/tools/acini-tool.h"
#include "ui/view/acini-slide-view-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* The ruler: a line from where the button goes down to where it is let go.  The area: corners by clicks, or a free line
 * while the button is down; it is closed at its first corner, by a double click or by Return. */

#define NEAR 8.      /* screen pixels */
#define LEAST 3.     /* a shorter line was a click */
#define FREE_STEP 4. /* between two points of a free line */

static AciniMeasurePoint
get_point (AciniSlideView *view, double x, double y)
{
  AciniMeasurePoint p;
  acini_viewport_to_slide (&view->viewport, x, y, &p.x, &p.y);
  return p;
}

static const AciniMeasurePoint *
get_drawn (AciniSlideView *view, guint i)
{
  return &g_array_index (view->drawn, AciniMeasurePoint, i);
}

static gboolean
is_near (AciniSlideView *view, const AciniMeasurePoint *p, double x, double y, double distance)
{
  double screen_x, screen_y;
  acini_viewport_to_screen (&view->viewport, p->x, p->y, &screen_x, &screen_y);
  return hypot (screen_x - x, screen_y - y) < distance;
}

static void
drop (AciniSlideView *view)
{
  g_array_set_size (view->drawn, 0);
  gtk_widget_queue_draw (GTK_WIDGET (view));
}

static void
begin_ruler (AciniSlideView *view, double x, double y, GdkModifierType state)
{
  AciniMeasurePoint p = get_point (view, x, y);
  drop (view);
  g_array_append_val (view->drawn, p);
  g_array_append_val (view->drawn, p);
}

static void
move_ruler (AciniSlideView *view, double x, double y, GdkModifierType state)
{
  if (view->drawn->len != 2)
    return;
  if (state & GDK_SHIFT_MASK)
    {
      /* In steps of 45°. */
      double from_x, from_y;
      acini_viewport_to_screen (&view->viewport, get_drawn (view, 0)->x, get_drawn (view, 0)->y, &from_x, &from_y);
      double length = hypot (x - from_x, y - from_y), angle = round (atan2 (y - from_y, x - from_x) / G_PI_4) * G_PI_4;
      x = from_x + length * cos (angle);
      y = from_y + length * sin (angle);
    }
  g_array_index (view->drawn, AciniMeasurePoint, 1) = get_point (view, x, y);
  gtk_widget_queue_draw (GTK_WIDGET (view));
}

static void
end_ruler (AciniSlideView *view)
{
  if (view->drawn->len == 2)
    {
      const AciniMeasurePoint *a = get_drawn (view, 0), *b = get_drawn (view, 1);
      if (hypot (b->x - a->x, b->y - a->y) * view->viewport.zoom >= LEAST)
        acini_view_measured (view, ACINI_MEASURE_LENGTH);
    }
  drop (view);
}

static void
close_area (AciniSlideView *view)
{
  if (view->drawn->len >= 3)
    acini_view_measured (view, ACINI_MEASURE_AREA);
  drop (view);
}

static void
begin_area (AciniSlideView *view, double x, double y, GdkModifierType state)
{
  guint n = view->drawn->len;
  gint64 now = g_get_monotonic_time ();
  int twice = 400;
  g_object_get (gtk_widget_get_settings (GTK_WIDGET (view)), "gtk-double-click-time", &twice, NULL);
  gboolean double_click
      = n > 0 && now - view->drawn_time < twice * 1000 && is_near (view, get_drawn (view, n - 1), x, y, NEAR);
  if (double_click || (n >= 3 && is_near (view, get_drawn (view, 0), x, y, NEAR)))
    {
      close_area (view);
      return;
    }
  AciniMeasurePoint p = get_point (view, x, y);
  g_array_append_val (view->drawn, p);
  view->drawn_time = now;
  gtk_widget_queue_draw (GTK_WIDGET (view));
}

static void
move_area (AciniSlideView *view, double x, double y, GdkModifierType state)
{
  guint n = view->drawn->len;
  if (n == 0 || is_near (view, get_drawn (view, n - 1), x, y, FREE_STEP))
    return;
  AciniMeasurePoint p = get_point (view, x, y);
  g_array_append_val (view->drawn, p);
  gtk_widget_queue_draw (GTK_WIDGET (view));
}

static void
end_area (AciniSlideView *view)
{
  /* A free line that comes back to where it began is closed. */
  guint n = view->drawn->len;
  double x, y;
  if (n < 8)
    return;
  acini_viewport_to_screen (&view->viewport, get_drawn (view, n - 1)->x, get_drawn (view, n - 1)->y, &x, &y);
  if (is_near (view, get_drawn (view, 0), x, y, NEAR))
    close_area (view);
}

static gboolean
press_key (AciniSlideView *view, guint keyval)
{
  guint n = view->drawn->len;
  switch (keyval)
    {
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
      close_area (view);
      return n > 0;
    case GDK_KEY_Escape:
      drop (view);
      return n > 0;
    case GDK_KEY_BackSpace:
      if (n > 0)
        g_array_set_size (view->drawn, n - 1);
      else if (view->measures)
        acini_view_measure_forget (view);
      gtk_widget_queue_draw (GTK_WIDGET (view));
      return TRUE;
    default:
      return FALSE;
    }
}

const AciniTool acini_tool_ruler = {
  .id = "ruler",
  .title = N_ ("Ruler"),
  .icon = "acini-ruler-symbolic",
  .cursor = "crosshair",
  .begin = begin_ruler,
  .move = move_ruler,
  .end = end_ruler,
  .cancel = drop,
  .key = press_key,
  .leave = drop,
};

const AciniTool acini_tool_area = {
  .id = "area",
  .title = N_ ("Area"),
  .icon = "acini-area-symbolic",
  .cursor = "crosshair",
  .hover = TRUE,
  .begin = begin_area,
  .move = move_area,
  .end = end_area,
  .cancel = drop,
  .key = press_key,
  .leave = close_area,
};
