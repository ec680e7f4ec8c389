/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/core/acini-view-navigation.h"
#include "ui/base/acini-units.h"
#include "ui/view/core/acini-view-core.h"

#include <math.h>

static gboolean
is_animated (AciniSlideView *self)
{
  gboolean enabled = TRUE;
  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-enable-animations", &enabled, NULL);
  return enabled && gtk_widget_get_mapped (GTK_WIDGET (self));
}

void
acini_view_zoom_to (AciniSlideView *self, double zoom, double x, double y)
{
  if (self->slide_width <= 0)
    return;
  acini_motion_zoom_to (&self->motion, acini_view_clamp_zoom (self, zoom), x, y);
  self->fitted = FALSE;
  if (!is_animated (self))
    {
      self->motion.zooming = FALSE;
      acini_viewport_zoom_at (&self->viewport, self->motion.zoom_target, x, y);
      acini_view_clamp (self);
    }
  acini_view_moved (self);
}

void
acini_view_glide_by (AciniSlideView *self, double dx, double dy)
{
  if (!is_animated (self))
    {
      acini_view_pan_by (self, dx, dy);
      return;
    }
  self->motion.left_x += dx;
  self->motion.left_y += dy;
  acini_view_moved (self);
}

void
acini_view_flick (AciniSlideView *self, double speed_x, double speed_y)
{
  if (is_animated (self) && acini_motion_flick (&self->motion, speed_x, speed_y))
    acini_view_queue_update (self);
}

void
acini_view_turn_at (AciniSlideView *self, double rotation, double x, double y)
{
  acini_view_finish_tool (self);
  acini_view_stop (self);
  acini_viewport_rotate_at (&self->viewport, rotation, x, y);
  if (self->fitted)
    acini_view_fit (self);
  acini_view_clamp (self);
  acini_view_moved (self);
  g_object_notify (G_OBJECT (self), "rotation");
}

void
acini_slide_view_fit (AciniSlideView *self)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  acini_view_fit (self);
}

void
acini_slide_view_zoom_native (AciniSlideView *self)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  acini_view_zoom_to (self, 1, self->viewport.width / 2, self->viewport.height / 2);
}

void
acini_slide_view_zoom_by (AciniSlideView *self, double factor)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self) && factor > 0);
  double from = self->motion.zooming ? self->motion.zoom_target : self->viewport.zoom;
  acini_view_zoom_to (self, from * factor, self->viewport.width / 2, self->viewport.height / 2);
}

void
acini_view_scale_by (AciniSlideView *self, double factor)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self) && factor > 0);
  if (!self->slide)
    return;
  self->motion.zooming = FALSE;
  acini_viewport_zoom_at (&self->viewport, acini_view_clamp_zoom (self, self->viewport.zoom * factor),
                          self->viewport.width / 2, self->viewport.height / 2);
  self->fitted = FALSE;
  acini_view_clamp (self);
  acini_view_moved (self);
}

void
acini_slide_view_magnify (AciniSlideView *self, double times)
{
  const double otherwise = 40;
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self) && times > 0);
  double power = self->slide ? acini_slide_get_objective_power (self->slide) : 0;
  const AciniScale scale = { self->mpp_x, self->mpp_y, power };
  double native = acini_units_get_magnification (&scale, 1);
  acini_view_zoom_to (self, times / (native > 0 ? native : otherwise), self->viewport.width / 2,
                      self->viewport.height / 2);
}

void
acini_slide_view_rotate_by (AciniSlideView *self, double degrees)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  g_object_set (self, "rotation", self->viewport.rotation + degrees, NULL);
}

void
acini_slide_view_centre_on (AciniSlideView *self, double x, double y)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self));
  if (self->slide_width <= 0)
    return;
  acini_view_stop (self);
  self->viewport.x = x;
  self->viewport.y = y;
  self->fitted = FALSE;
  acini_view_clamp (self);
  acini_view_moved (self);
}

void
acini_slide_view_show_area (AciniSlideView *self, const AciniRect *area)
{
  const double part = 3;
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self) && area != NULL && area->width > 0 && area->height > 0);
  if (self->slide_width <= 0)
    return;
  double fit = MIN (self->viewport.width / (double)area->width, self->viewport.height / (double)area->height);
  acini_view_stop (self);
  /* Enlarged pixels show nothing more. */
  self->viewport.zoom = acini_view_clamp_zoom (self, MIN (fit / part, 1));
  acini_slide_view_centre_on (self, (double)area->x + (double)area->width / 2,
                              (double)area->y + (double)area->height / 2);
}

void
acini_slide_view_get_visible (AciniSlideView *self, AciniRect *visible)
{
  g_return_if_fail (ACINI_IS_SLIDE_VIEW (self) && visible != NULL);
  double x0, y0, x1, y1;
  acini_viewport_get_area (&self->viewport, &x0, &y0, &x1, &y1);
  visible->x = (gint64)CLAMP (floor (x0), 0, self->slide_width);
  visible->y = (gint64)CLAMP (floor (y0), 0, self->slide_height);
  visible->width = (gint64)CLAMP (ceil (x1), 0, self->slide_width) - visible->x;
  visible->height = (gint64)CLAMP (ceil (y1), 0, self->slide_height) - visible->y;
}

double
acini_slide_view_get_zoom (AciniSlideView *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_VIEW (self), 1);
  return self->viewport.zoom;
}
