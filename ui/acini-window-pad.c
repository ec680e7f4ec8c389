/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A gamepad or 3D mouse moves what the window shows, and reviews it. */

#include "acini-config.h"

#include "ui/acini-window-private.h"
#include "ui/base/acini-pad-devices.h"
#include "ui/view/core/acini-view-core.h"
#include "ui/view/core/acini-view-navigation.h"

typedef struct
{
  AciniPad *pad;
  AciniWindow *window;
  guint tick;    /* 0: the sticks rest */
  gint64 before; /* of the last frame, µs; 0: none yet */
} Hold;

static void
hold_free (gpointer data)
{
  Hold *hold = data;

  g_object_unref (hold->pad);
  g_free (hold);
}

/* Of several windows the one that is worked in is meant. */
static gboolean
is_meant (AciniWindow *self)
{
  return gtk_window_is_active (GTK_WINDOW (self)) && acini_window_shows_slide (self)
         && adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (self)) == NULL;
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Hold *hold = data;
  AciniSlideView *view = ACINI_SLIDE_VIEW (widget);
  gint64 now = gdk_frame_clock_get_frame_time (clock);
  double seconds = hold->before > 0 ? (double)(now - hold->before) / G_USEC_PER_SEC : 0;
  double dx, dy, factor;

  hold->before = now;
  if (!acini_pad_advance (hold->pad, seconds, &dx, &dy, &factor))
    {
      hold->tick = 0;
      return G_SOURCE_REMOVE;
    }
  if (!is_meant (hold->window))
    return G_SOURCE_CONTINUE;
  /* What is looked at goes to the right, the slide to the left. */
  if (dx != 0 || dy != 0)
    acini_view_pan_by (view, -dx, -dy);
  if (factor != 1)
    acini_view_scale_by (view, factor);
  return G_SOURCE_CONTINUE;
}

static void
on_moving (AciniWindow *self)
{
  Hold *hold = g_object_get_data (G_OBJECT (self), "pad");

  if (hold->tick != 0)
    return;
  hold->before = 0;
  hold->tick
      = gtk_widget_add_tick_callback (GTK_WIDGET (acini_review_page_get_view (self->review_page)), on_tick, hold, NULL);
}

static void
on_pressed (AciniWindow *self, const char *action)
{
  if (is_meant (self))
    g_action_group_activate_action (G_ACTION_GROUP (self), action, NULL);
}

static void
on_closing (AciniWindow *self)
{
  Hold *hold = g_object_get_data (G_OBJECT (self), "pad");

  if (hold->tick != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (acini_review_page_get_view (self->review_page)), hold->tick);
  hold->tick = 0;
}

void
acini_window_hold_pad (AciniWindow *self, AciniPad *pad)
{
  Hold *hold;

  g_return_if_fail (ACINI_IS_WINDOW (self) && ACINI_IS_PAD (pad));

  hold = g_new0 (Hold, 1);
  hold->pad = g_object_ref (pad);
  hold->window = self;
  g_object_set_data_full (G_OBJECT (self), "pad", hold, hold_free);
  g_signal_connect_object (pad, "moving", G_CALLBACK (on_moving), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (pad, "pressed", G_CALLBACK (on_pressed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self, "closing", G_CALLBACK (on_closing), self, G_CONNECT_DEFAULT);
}
