/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/input/acini-view-input.h"
#include "ui/view/core/acini-view-core.h"
#include "ui/view/core/acini-view-navigation.h"
#include "ui/view/input/acini-view-tools.h"
#include "ui/view/input/acini-view-touch.h"

#include <math.h>

#define WHEEL_STEP 1.25
/* Part of the view that an arrow key moves. */
#define ARROW_PART .15
/* Degrees that a step of the wheel turns the slide by. */
#define TURN_STEP 5.
#define DOUBLE_CLICK_ZOOM 2.

/* The gesture that drags; its tool is fixed when the button goes down. */
static AciniTool *
choose_tool (AciniSlideView *self, guint button)
{
  if (button == GDK_BUTTON_MIDDLE || self->space)
    return acini_view_get_tool (self, "pan");
  return button == GDK_BUTTON_PRIMARY || (button == GDK_BUTTON_SECONDARY && acini_tool_takes_secondary (self->tool))
             ? self->tool
             : NULL;
}

/* A pen that tells nothing, and everything that is none, presses fully. */
static double
get_pressure (GdkEvent *event)
{
  double pressure;
  return event && gdk_event_get_axis (event, GDK_AXIS_PRESSURE, &pressure) && pressure > 0 ? MIN (pressure, 1) : 1;
}

static void
on_drag_begin (GtkGestureDrag *gesture, double x, double y, AciniSlideView *self)
{
  guint button = gtk_gesture_single_get_current_button (GTK_GESTURE_SINGLE (gesture));
  AciniTool *tool = choose_tool (self, button);
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));
  gtk_widget_grab_focus (GTK_WIDGET (self));
  acini_view_finish_tool (self);
  if (!tool || !self->slide)
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  self->pressure = get_pressure (gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (gesture)));
  acini_view_begin_tool (self, tool, x, y, button == GDK_BUTTON_SECONDARY ? state | GDK_BUTTON3_MASK : state);
}

/* Between two frames the pointer may have moved several times; a stroke follows each of them. */
static void
replay_history (AciniSlideView *self, GdkEvent *event, GdkModifierType state, double x, double y)
{
  guint n = 0;
  double now_x, now_y;
  g_autofree GdkTimeCoord *history = event ? gdk_event_get_history (event, &n) : NULL;
  if (!history || !gdk_event_get_position (event, &now_x, &now_y))
    return;
  for (guint i = 0; i < n; i++)
    if ((history[i].flags & GDK_AXIS_FLAG_X) && (history[i].flags & GDK_AXIS_FLAG_Y))
      {
        if (history[i].flags & GDK_AXIS_FLAG_PRESSURE)
          self->pressure = CLAMP (history[i].axes[GDK_AXIS_PRESSURE], 0, 1);
        acini_view_move_tool (self, x + history[i].axes[GDK_AXIS_X] - now_x, y + history[i].axes[GDK_AXIS_Y] - now_y,
                              state);
      }
}

static void
on_drag_update (GtkGestureDrag *gesture, double dx, double dy, AciniSlideView *self)
{
  double x, y;
  if (!self->active || !gtk_gesture_drag_get_start_point (gesture, &x, &y))
    return;
  GtkEventController *controller = GTK_EVENT_CONTROLLER (gesture);
  GdkModifierType state = gtk_event_controller_get_current_event_state (controller);
  if (acini_tool_is_freehand (self->active))
    replay_history (self, gtk_event_controller_get_current_event (controller), state, x + dx, y + dy);
  self->pressure = get_pressure (gtk_event_controller_get_current_event (controller));
  acini_view_move_tool (self, x + dx, y + dy, state);
}

static void
on_drag_end (GtkGestureDrag *gesture, double dx, double dy, AciniSlideView *self)
{
  acini_view_finish_tool (self);
}

static void
on_drag_cancel (GtkGesture *gesture, GdkEventSequence *sequence, AciniSlideView *self)
{
  acini_view_finish_tool (self);
}

static gboolean
on_scroll (GtkEventControllerScroll *scroll, double dx, double dy, AciniSlideView *self)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (scroll));
  gboolean touchpad = gtk_event_controller_scroll_get_unit (scroll) == GDK_SCROLL_UNIT_SURFACE;
  if (!self->slide)
    return GDK_EVENT_PROPAGATE;
  if (touchpad && !(state & (GDK_CONTROL_MASK | GDK_ALT_MASK)))
    {
      self->motion.zooming = FALSE;
      acini_view_pan_by (self, -dx, -dy);
      return GDK_EVENT_STOP;
    }
  double x = self->inside ? self->pointer_x : self->viewport.width / 2;
  double y = self->inside ? self->pointer_y : self->viewport.height / 2;
  if ((state & GDK_ALT_MASK) && !(state & GDK_SHIFT_MASK) && acini_view_is_tool_sized (self))
    {
      acini_view_scale_brush (self, pow (touchpad ? 1.005 : ACINI_BRUSH_STEP, dy != 0 ? -dy : -dx));
      return GDK_EVENT_STOP;
    }
  if (state & GDK_ALT_MASK)
    {
      acini_view_turn_at (self, self->viewport.rotation + TURN_STEP * (dy != 0 ? dy : dx), x, y);
      return GDK_EVENT_STOP;
    }
  double from = self->motion.zooming ? self->motion.zoom_target : self->viewport.zoom;
  acini_view_zoom_to (self, from * pow (touchpad ? 1.005 : WHEEL_STEP, -dy), x, y);
  return GDK_EVENT_STOP;
}

static void
on_scroll_decelerate (GtkEventControllerScroll *scroll, double speed_x, double speed_y, AciniSlideView *self)
{
  if (!self->slide || gtk_event_controller_scroll_get_unit (scroll) != GDK_SCROLL_UNIT_SURFACE)
    return;
  self->motion.speed_x = -speed_x;
  self->motion.speed_y = -speed_y;
  acini_view_queue_update (self);
}

static void
tell_cursor (AciniSlideView *self)
{
  double x = NAN, y = NAN;
  if (self->inside && self->slide)
    acini_viewport_to_slide (&self->viewport, self->pointer_x, self->pointer_y, &x, &y);
  g_signal_emit_by_name (self, "cursor-moved", x, y);
}

static void
on_motion (GtkEventControllerMotion *motion, double x, double y, AciniSlideView *self)
{
  self->pointer_x = x;
  self->pointer_y = y;
  self->inside = TRUE;
  tell_cursor (self);
  if (acini_tool_follows (self->tool))
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
on_leave (GtkEventControllerMotion *motion, AciniSlideView *self)
{
  self->inside = FALSE;
  tell_cursor (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static gboolean
press_key (AciniSlideView *self, guint keyval)
{
  double step = ARROW_PART * MIN (self->viewport.width, self->viewport.height);
  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      acini_view_glide_by (self, step, 0);
      return TRUE;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      acini_view_glide_by (self, -step, 0);
      return TRUE;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      acini_view_glide_by (self, 0, step);
      return TRUE;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      acini_view_glide_by (self, 0, -step);
      return TRUE;
    case GDK_KEY_KP_Add:
      acini_slide_view_zoom_by (self, ACINI_ZOOM_STEP);
      return TRUE;
    case GDK_KEY_KP_Subtract:
      acini_slide_view_zoom_by (self, 1 / ACINI_ZOOM_STEP);
      return TRUE;
    case GDK_KEY_KP_0:
    case GDK_KEY_Home:
      acini_view_fit (self);
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
on_key_pressed (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType state, AciniSlideView *self)
{
  AciniToolContext context;
  if (state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK))
    return GDK_EVENT_PROPAGATE;
  if (keyval == GDK_KEY_space)
    {
      self->space = TRUE;
      acini_view_update_cursor (self);
      return GDK_EVENT_STOP;
    }
  acini_view_get_tool_context (self, &context);
  if (acini_tool_key (self->tool, &context, keyval))
    return GDK_EVENT_STOP;
  if (keyval == GDK_KEY_Escape && self->active)
    {
      acini_view_cancel_tool (self);
      return GDK_EVENT_STOP;
    }
  return press_key (self, keyval);
}

static void
on_key_released (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType state, AciniSlideView *self)
{
  if (keyval != GDK_KEY_space)
    return;
  self->space = FALSE;
  acini_view_update_cursor (self);
}

static void
on_focus_leave (GtkEventControllerFocus *focus, AciniSlideView *self)
{
  self->space = FALSE;
  acini_view_finish_tool (self);
  acini_view_update_cursor (self);
}

static void
on_pressed (GtkGestureClick *click, int n_press, double x, double y, AciniSlideView *self)
{
  if (n_press == 2 && self->tool == acini_view_get_tool (self, "pan") && self->slide)
    acini_view_zoom_to (self, self->viewport.zoom * DOUBLE_CLICK_ZOOM, x, y);
}

void
acini_view_input_init (AciniSlideView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  GtkGesture *click = gtk_gesture_click_new ();
  g_signal_connect_object (click, "pressed", G_CALLBACK (on_pressed), self, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));

  /* What is added last is asked first: a drag that begins ends all movement, and so the zoom of a double click. */
  GtkGesture *drag = gtk_gesture_drag_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), 0);
  g_signal_connect_object (drag, "drag-begin", G_CALLBACK (on_drag_begin), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (drag, "drag-update", G_CALLBACK (on_drag_update), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (drag, "drag-end", G_CALLBACK (on_drag_end), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (drag, "cancel", G_CALLBACK (on_drag_cancel), self, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (drag));
  gtk_gesture_group (click, drag);

  acini_view_touch_init (self);

  GtkEventController *scroll
      = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES | GTK_EVENT_CONTROLLER_SCROLL_KINETIC);
  g_signal_connect_object (scroll, "scroll", G_CALLBACK (on_scroll), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (scroll, "decelerate", G_CALLBACK (on_scroll_decelerate), self, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (widget, scroll);

  GtkEventController *motion = gtk_event_controller_motion_new ();
  g_signal_connect_object (motion, "enter", G_CALLBACK (on_motion), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (motion, "motion", G_CALLBACK (on_motion), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (motion, "leave", G_CALLBACK (on_leave), self, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (widget, motion);

  GtkEventController *keys = gtk_event_controller_key_new ();
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (on_key_pressed), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (keys, "key-released", G_CALLBACK (on_key_released), self, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (widget, keys);

  GtkEventController *focus = gtk_event_controller_focus_new ();
  g_signal_connect_object (focus, "leave", G_CALLBACK (on_focus_leave), self, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (widget, focus);
}
