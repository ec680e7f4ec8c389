/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/core/acini-motion.h"

#include <math.h>

/* Time constants of what eases out, in seconds. */
#define EASE .065
#define FRICTION .3
/* Screen pixels a second below which a movement ends, and which a flick has to have. */
#define SLOWEST 20.
#define FLICK 150.
#define FASTEST 3500.

void
acini_motion_zoom_to (AciniMotion *self, double zoom, double x, double y)
{
  g_return_if_fail (self != NULL && zoom > 0);
  self->speed_x = self->speed_y = self->left_x = self->left_y = 0;
  self->zoom_target = zoom;
  self->anchor_x = x;
  self->anchor_y = y;
  self->zooming = TRUE;
}

gboolean
acini_motion_flick (AciniMotion *self, double speed_x, double speed_y)
{
  g_return_val_if_fail (self != NULL, FALSE);
  double speed = hypot (speed_x, speed_y);
  if (speed <= FLICK)
    return FALSE;
  self->speed_x = speed_x * MIN (1, FASTEST / speed);
  self->speed_y = speed_y * MIN (1, FASTEST / speed);
  return TRUE;
}

static void
step_zoom (AciniMotion *self, AciniViewport *viewport, double part)
{
  double left = log (self->zoom_target / viewport->zoom);
  double zoom = fabs (left) < .004 ? self->zoom_target : viewport->zoom * exp (left * part);
  self->zooming = zoom != self->zoom_target;
  acini_viewport_zoom_at (viewport, zoom, self->anchor_x, self->anchor_y);
}

gboolean
acini_motion_step (AciniMotion *self, AciniViewport *viewport, gint64 frame_time, double *dx, double *dy)
{
  g_return_val_if_fail (self != NULL && viewport != NULL && dx != NULL && dy != NULL, FALSE);
  double dt = self->last > 0 ? CLAMP ((double)(frame_time - self->last) / 1e6, 0, .1) : 1 / 60.;
  double part = 1 - exp (-dt / EASE);
  *dx = *dy = 0;
  if (self->zooming)
    step_zoom (self, viewport, part);
  if (self->left_x != 0 || self->left_y != 0)
    {
      gboolean last = hypot (self->left_x, self->left_y) < 1;
      *dx = last ? self->left_x : self->left_x * part;
      *dy = last ? self->left_y : self->left_y * part;
      self->left_x -= *dx;
      self->left_y -= *dy;
    }
  if (self->speed_x != 0 || self->speed_y != 0)
    {
      *dx += self->speed_x * dt;
      *dy += self->speed_y * dt;
      self->speed_x *= exp (-dt / FRICTION);
      self->speed_y *= exp (-dt / FRICTION);
      if (hypot (self->speed_x, self->speed_y) < SLOWEST)
        self->speed_x = self->speed_y = 0;
    }
  gboolean moving = self->zooming || self->left_x != 0 || self->left_y != 0 || self->speed_x != 0 || self->speed_y != 0;
  self->last = moving ? frame_time : 0;
  return moving;
}
