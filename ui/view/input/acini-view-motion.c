/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/acini-slide-view-private.h"

#include <math.h>

/* Time constants of what eases out, in seconds. */
#define EASE .065
#define FRICTION .3
/* Screen pixels a second below which a movement ends, and which a flick has to have. */
#define SLOWEST 20.
#define FLICK 150.
/* However fast the pointer was, a flick goes no further than about a screen. */
#define FASTEST 3500.
#define MOST_ZOOM 40.

double
acini_view_clamp_zoom (AciniSlideView *self, double zoom)
{
  double fit = acini_viewport_get_fit (&self->viewport, self->slide_width, self->slide_height);
  return CLAMP (zoom, MIN (fit / 2, MOST_ZOOM), MAX (fit, MOST_ZOOM));
}

void
acini_view_clamp (AciniSlideView *self)
{
  AciniViewport *v = &self->viewport;
  if (self->slide_width <= 0)
    return;
  v->zoom = acini_view_clamp_zoom (self, v->zoom);
  v->x = CLAMP (v->x, 0, self->slide_width);
  v->y = CLAMP (v->y, 0, self->slide_height);
}

void
acini_view_stop (AciniSlideView *self)
{
  self->motion = (AciniViewMotion){ 0 };
}

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
  AciniViewMotion *m = &self->motion;
  m->speed_x = m->speed_y = m->left_x = m->left_y = 0;
  m->zoom_target = acini_view_clamp_zoom (self, zoom);
  m->anchor_x = x;
  m->anchor_y = y;
  m->zooming = TRUE;
  self->fitted = FALSE;
  if (!is_animated (self))
    {
      acini_viewport_zoom_at (&self->viewport, m->zoom_target, x, y);
      m->zooming = FALSE;
      acini_view_clamp (self);
    }
  acini_view_moved (self);
}

void
acini_view_pan_by (AciniSlideView *self, double dx, double dy)
{
  if (self->slide_width <= 0)
    return;
  acini_viewport_vector_to_slide (&self->viewport, dx, dy, &dx, &dy);
  self->viewport.x -= dx;
  self->viewport.y -= dy;
  self->fitted = FALSE;
  acini_view_clamp (self);
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
acini_view_pan_begin (AciniSlideView *self, double x, double y)
{
  acini_view_stop (self);
  self->pan = (AciniViewPan){ .active = TRUE, .x = x, .y = y, .time = g_get_monotonic_time () };
  acini_view_update_cursor (self);
}

void
acini_view_pan_move (AciniSlideView *self, double x, double y)
{
  AciniViewPan *p = &self->pan;
  if (!p->active)
    return;
  gint64 now = g_get_monotonic_time ();
  double dt = MAX ((double)(now - p->time) / 1e6, .001), weight = 1 - exp (-dt / .03);
  p->speed_x += weight * ((x - p->x) / dt - p->speed_x);
  p->speed_y += weight * ((y - p->y) / dt - p->speed_y);
  acini_view_pan_by (self, x - p->x, y - p->y);
  p->x = x;
  p->y = y;
  p->time = now;
}

void
acini_view_pan_end (AciniSlideView *self)
{
  AciniViewPan p = self->pan;
  self->pan = (AciniViewPan){ 0 };
  acini_view_update_cursor (self);
  if (p.active && g_get_monotonic_time () - p.time < 60000 && hypot (p.speed_x, p.speed_y) > FLICK
      && is_animated (self))
    {
      double part = MIN (1, FASTEST / hypot (p.speed_x, p.speed_y));
      self->motion.speed_x = p.speed_x * part;
      self->motion.speed_y = p.speed_y * part;
      acini_view_queue_update (self);
    }
}

static void
step_zoom (AciniSlideView *self, double part)
{
  AciniViewMotion *m = &self->motion;
  double left = log (m->zoom_target / self->viewport.zoom);
  double zoom = fabs (left) < .004 ? m->zoom_target : self->viewport.zoom * exp (left * part);
  m->zooming = zoom != m->zoom_target;
  acini_viewport_zoom_at (&self->viewport, zoom, m->anchor_x, m->anchor_y);
}

gboolean
acini_view_motion_step (AciniSlideView *self, gint64 frame_time)
{
  AciniViewMotion *m = &self->motion;
  double dt = m->last > 0 ? CLAMP ((double)(frame_time - m->last) / 1e6, 0, .1) : 1 / 60.;
  double part = 1 - exp (-dt / EASE), dx = 0, dy = 0;
  gboolean zoomed = m->zooming;
  if (zoomed)
    step_zoom (self, part);
  if (m->left_x != 0 || m->left_y != 0)
    {
      gboolean last = hypot (m->left_x, m->left_y) < 1;
      dx = last ? m->left_x : m->left_x * part;
      dy = last ? m->left_y : m->left_y * part;
      m->left_x -= dx;
      m->left_y -= dy;
    }
  if (m->speed_x != 0 || m->speed_y != 0)
    {
      dx += m->speed_x * dt;
      dy += m->speed_y * dt;
      m->speed_x *= exp (-dt / FRICTION);
      m->speed_y *= exp (-dt / FRICTION);
      if (hypot (m->speed_x, m->speed_y) < SLOWEST)
        m->speed_x = m->speed_y = 0;
    }
  if (zoomed)
    {
      acini_view_clamp (self);
      acini_view_moved (self);
    }
  if (dx != 0 || dy != 0)
    acini_view_pan_by (self, dx, dy);
  gboolean moving = m->zooming || m->left_x != 0 || m->left_y != 0 || m->speed_x != 0 || m->speed_y != 0;
  m->last = moving ? frame_time : 0;
  return moving;
}
