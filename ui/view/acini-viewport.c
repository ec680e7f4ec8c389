/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/acini-viewport.h"

#include <math.h>

static double
snap (double logical, double origin, double scale)
{
  return floor ((logical + origin) * scale + 0.5) / scale - origin;
}

double
acini_viewport_snap_x (const AciniViewport *self, double x)
{
  return snap (acini_viewport_to_screen_x (self, x), self->origin_x, self->scale);
}

double
acini_viewport_snap_y (const AciniViewport *self, double y)
{
  return snap (acini_viewport_to_screen_y (self, y), self->origin_y, self->scale);
}

void
acini_viewport_snap_rect (const AciniViewport *self, double x0, double y0, double x1, double y1, graphene_rect_t *rect)
{
  double left = acini_viewport_snap_x (self, x0), top = acini_viewport_snap_y (self, y0);
  double right = acini_viewport_snap_x (self, x1), bottom = acini_viewport_snap_y (self, y1);
  graphene_rect_init (rect, (float) left, (float) top, (float) (right - left), (float) (bottom - top));
}

void
acini_viewport_get_area (const AciniViewport *self, double *x0, double *y0, double *x1, double *y1)
{
  *x0 = acini_viewport_to_slide_x (self, 0);
  *y0 = acini_viewport_to_slide_y (self, 0);
  *x1 = acini_viewport_to_slide_x (self, self->width);
  *y1 = acini_viewport_to_slide_y (self, self->height);
}

void
acini_viewport_measure (AciniViewport *self, GtkWidget *widget)
{
  self->width = gtk_widget_get_width (widget);
  self->height = gtk_widget_get_height (widget);
  self->scale = gtk_widget_get_scale_factor (widget);
  self->origin_x = self->origin_y = 0;

  GtkNative *native = gtk_widget_get_native (widget);
  GdkSurface *surface = native ? gtk_native_get_surface (native) : NULL;
  if (!surface)
    return;
  graphene_point_t origin;
  double x, y;
  self->scale = gdk_surface_get_scale (surface);
  gtk_native_get_surface_transform (native, &x, &y);
  if (gtk_widget_compute_point (widget, GTK_WIDGET (native), &GRAPHENE_POINT_INIT (0, 0), &origin))
    {
      self->origin_x = origin.x + x;
      self->origin_y = origin.y + y;
    }
}

double
acini_viewport_get_fit (const AciniViewport *self, double slide_width, double slide_height)
{
  const double air = 0.97;
  if (self->width <= 0 || self->height <= 0 || slide_width <= 0 || slide_height <= 0)
    return 1;
  return air * MIN (self->width / slide_width, self->height / slide_height);
}

void
acini_viewport_zoom_at (AciniViewport *self, double zoom, double x, double y)
{
  double slide_x = acini_viewport_to_slide_x (self, x), slide_y = acini_viewport_to_slide_y (self, y);
  self->zoom = zoom;
  self->x = slide_x - (x - self->width / 2) / zoom;
  self->y = slide_y - (y - self->height / 2) / zoom;
}
