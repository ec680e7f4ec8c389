/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/acini-slide-view-private.h"

#include <math.h>

/* Two fingers, on a screen or a touchpad: what is under them stays under them, moved, zoomed and turned. */

/* Degrees that the fingers have to turn by before the slide does: nobody pinches quite straight. */
#define LEAST_TURN 12.

static void
cancel_tool (AciniSlideView *self)
{
  const AciniTool *tool = g_steal_pointer (&self->active);
  if (tool)
    tool->cancel (self); /* the first finger of a pinch is no stroke */
}

static gboolean
get_middle (GtkGesture *gesture, double *x, double *y)
{
  return gtk_gesture_is_active (gesture) && gtk_gesture_get_bounding_box_center (gesture, x, y);
}

static void
on_begin (GtkGesture *gesture, GdkEventSequence *sequence, AciniSlideView *self)
{
  cancel_tool (self);
  acini_view_stop (self);
  self->touch = (AciniViewTouch){ .zoom = self->viewport.zoom, .rotation = self->viewport.rotation };
  if (!get_middle (gesture, &self->touch.x, &self->touch.y))
    {
      self->touch.x = self->viewport.width / 2;
      self->touch.y = self->viewport.height / 2;
    }
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
moved (AciniSlideView *self)
{
  self->fitted = FALSE;
  acini_view_clamp (self);
  acini_view_moved (self);
}

static void
on_scale_changed (GtkGestureZoom *gesture, double scale, AciniSlideView *self)
{
  double x, y;
  AciniViewTouch *touch = &self->touch;
  if (!self->slide || touch->zoom <= 0)
    return;
  if (get_middle (GTK_GESTURE (gesture), &x, &y))
    {
      acini_view_pan_by (self, x - touch->x, y - touch->y);
      touch->x = x;
      touch->y = y;
    }
  acini_viewport_zoom_at (&self->viewport, acini_view_clamp_zoom (self, touch->zoom * scale), touch->x, touch->y);
  moved (self);
}

static void
on_angle_changed (GtkGestureRotate *gesture, double angle, double delta, AciniSlideView *self)
{
  AciniViewTouch *touch = &self->touch;
  double degrees = delta * 180 / G_PI;
  if (!self->slide)
    return;
  if (!touch->turning && fabs (degrees) >= LEAST_TURN)
    {
      touch->turning = TRUE;
      touch->slack = copysign (LEAST_TURN, degrees);
    }
  if (!touch->turning)
    return;
  acini_viewport_rotate_at (&self->viewport, touch->rotation + degrees - touch->slack, touch->x, touch->y);
  moved (self);
}

/* Nearly upright is meant to be upright. */
static void
on_rotate_end (GtkGesture *gesture, GdkEventSequence *sequence, AciniSlideView *self)
{
  const double near = 4;
  double quarter = round (self->viewport.rotation / 90) * 90;
  if (!self->touch.turning)
    return;
  self->touch.turning = FALSE;
  if (fabs (self->viewport.rotation - quarter) < near)
    acini_viewport_rotate_at (&self->viewport, quarter, self->touch.x, self->touch.y);
  moved (self);
  g_object_notify (G_OBJECT (self), "rotation");
}

void
acini_view_touch_init (AciniSlideView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkGesture *zoom = gtk_gesture_zoom_new (), *rotate = gtk_gesture_rotate_new ();
  g_signal_connect (zoom, "begin", G_CALLBACK (on_begin), self);
  g_signal_connect (zoom, "scale-changed", G_CALLBACK (on_scale_changed), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (zoom));
  g_signal_connect (rotate, "angle-changed", G_CALLBACK (on_angle_changed), self);
  g_signal_connect (rotate, "end", G_CALLBACK (on_rotate_end), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (rotate));
  gtk_gesture_group (rotate, zoom);
}
