/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/input/acini-view-touch.h"
#include "ui/view/core/acini-view-core.h"

#include <math.h>

/* Two fingers, on a screen or a touchpad: what is under them stays under them, moved, zoomed and turned. */

/* Degrees that the fingers have to turn by before the slide does: nobody pinches quite straight. */
#define LEAST_TURN 12.

/* Where and how it was when the fingers came down. */
typedef struct
{
  double zoom, rotation;
  double x, y; /* their middle, last */
  gboolean turning;
  double slack; /* degrees turned before the slide did */
} Touch;

static Touch *
get_touch (AciniSlideView *self)
{
  return g_object_get_data (G_OBJECT (self), "touch");
}

static gboolean
get_middle (GtkGesture *gesture, double *x, double *y)
{
  return gtk_gesture_is_active (gesture) && gtk_gesture_get_bounding_box_center (gesture, x, y);
}

static void
on_begin (GtkGesture *gesture, GdkEventSequence *sequence, AciniSlideView *self)
{
  Touch *touch = get_touch (self);
  acini_view_cancel_tool (self); /* the first finger of a pinch is no stroke */
  acini_view_stop (self);
  *touch = (Touch){ .zoom = self->viewport.zoom, .rotation = self->viewport.rotation };
  if (!get_middle (gesture, &touch->x, &touch->y))
    {
      touch->x = self->viewport.width / 2;
      touch->y = self->viewport.height / 2;
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
  Touch *touch = get_touch (self);
  double x, y;
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
  Touch *touch = get_touch (self);
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
  Touch *touch = get_touch (self);
  double quarter = round (self->viewport.rotation / 90) * 90;
  if (!touch->turning)
    return;
  touch->turning = FALSE;
  if (fabs (self->viewport.rotation - quarter) < near)
    acini_viewport_rotate_at (&self->viewport, quarter, touch->x, touch->y);
  moved (self);
  g_object_notify (G_OBJECT (self), "rotation");
}

void
acini_view_touch_init (AciniSlideView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkGesture *zoom = gtk_gesture_zoom_new (), *rotate = gtk_gesture_rotate_new ();
  g_object_set_data_full (G_OBJECT (self), "touch", g_new0 (Touch, 1), g_free);
  g_signal_connect_object (zoom, "begin", G_CALLBACK (on_begin), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (zoom, "scale-changed", G_CALLBACK (on_scale_changed), self, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (zoom));
  g_signal_connect_object (rotate, "angle-changed", G_CALLBACK (on_angle_changed), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (rotate, "end", G_CALLBACK (on_rotate_end), self, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (rotate));
  gtk_gesture_group (rotate, zoom);
}
