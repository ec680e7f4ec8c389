/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/base/acini-pad-devices.h"

#if ACINI_HAVE_MANETTE
#include <libmanette.h>
#include <linux/input-event-codes.h>

static void
on_axis (AciniPad *pad, ManetteEvent *event)
{
  guint16 axis;
  double value;

  if (manette_event_get_absolute (event, &axis, &value))
    acini_pad_take_axis (pad, ACINI_PAD_GAMEPAD, axis, value);
}

/* A cross that is no buttons. */
static void
on_hat (AciniPad *pad, ManetteEvent *event)
{
  guint16 axis;
  gint8 value;

  if (!manette_event_get_hat (event, &axis, &value))
    return;
  acini_pad_take_button (pad, ACINI_PAD_GAMEPAD, axis == ABS_HAT0X ? BTN_DPAD_LEFT : BTN_DPAD_UP, value < 0);
  acini_pad_take_button (pad, ACINI_PAD_GAMEPAD, axis == ABS_HAT0X ? BTN_DPAD_RIGHT : BTN_DPAD_DOWN, value > 0);
}

static void
on_button_down (AciniPad *pad, ManetteEvent *event)
{
  guint16 button;

  if (manette_event_get_button (event, &button))
    acini_pad_take_button (pad, ACINI_PAD_GAMEPAD, button, TRUE);
}

static void
on_button_up (AciniPad *pad, ManetteEvent *event)
{
  guint16 button;

  if (manette_event_get_button (event, &button))
    acini_pad_take_button (pad, ACINI_PAD_GAMEPAD, button, FALSE);
}

static void
on_connected (AciniPad *pad, ManetteDevice *device)
{
  g_signal_connect_object (device, "absolute-axis-event", G_CALLBACK (on_axis), pad, G_CONNECT_SWAPPED);
  g_signal_connect_object (device, "hat-axis-event", G_CALLBACK (on_hat), pad, G_CONNECT_SWAPPED);
  g_signal_connect_object (device, "button-press-event", G_CALLBACK (on_button_down), pad, G_CONNECT_SWAPPED);
  g_signal_connect_object (device, "button-release-event", G_CALLBACK (on_button_up), pad, G_CONNECT_SWAPPED);
}

/* One that is pulled out tells no more where its sticks are. */
static void
on_disconnected (AciniPad *pad, ManetteDevice *device)
{
  static const guint axes[] = { ABS_X, ABS_Y, ABS_RY };

  for (guint i = 0; i < G_N_ELEMENTS (axes); i++)
    acini_pad_take_axis (pad, ACINI_PAD_GAMEPAD, axes[i], 0);
}

static void
listen_to_gamepads (AciniPad *pad)
{
  ManetteMonitor *monitor = manette_monitor_new ();
  ManetteMonitorIter *iter = manette_monitor_iterate (monitor);
  ManetteDevice *device;

  while (manette_monitor_iter_next (iter, &device))
    on_connected (pad, device);
  manette_monitor_iter_free (iter);
  g_signal_connect_object (monitor, "device-connected", G_CALLBACK (on_connected), pad, G_CONNECT_SWAPPED);
  g_signal_connect_object (monitor, "device-disconnected", G_CALLBACK (on_disconnected), pad, G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (pad), "gamepads", monitor, g_object_unref);
}
#endif

#if ACINI_HAVE_SPNAV
#include <glib-unix.h>
#include <spnav.h>

/* What the service tells of a knob that is pushed as far as it goes. */
#define FARTHEST 350.

static gboolean
on_3d_mouse (int fd, GIOCondition condition, gpointer data)
{
  spnav_event event;

  if ((condition & (G_IO_HUP | G_IO_ERR)) != 0)
    {
      for (guint i = 0; i < 3; i++)
        acini_pad_take_axis (data, ACINI_PAD_3D_MOUSE, i, 0);
      spnav_close ();
      return G_SOURCE_REMOVE;
    }
  while (spnav_poll_event (&event) != 0)
    if (event.type == SPNAV_EVENT_BUTTON)
      acini_pad_take_button (data, ACINI_PAD_3D_MOUSE, (guint)event.button.bnum, event.button.press != 0);
    else if (event.type == SPNAV_EVENT_MOTION)
      {
        acini_pad_take_axis (data, ACINI_PAD_3D_MOUSE, 0, CLAMP (event.motion.x / FARTHEST, -1, 1));
        acini_pad_take_axis (data, ACINI_PAD_3D_MOUSE, 1, CLAMP (event.motion.y / FARTHEST, -1, 1));
        /* Its z is away from one. */
        acini_pad_take_axis (data, ACINI_PAD_3D_MOUSE, 2, CLAMP (-event.motion.z / FARTHEST, -1, 1));
      }
  return G_SOURCE_CONTINUE;
}

static void
listen_to_3d_mouse (AciniPad *pad)
{
  if (spnav_open () == 0)
    g_unix_fd_add (spnav_fd (), G_IO_IN | G_IO_HUP | G_IO_ERR, on_3d_mouse, pad);
}
#endif

AciniPad *
acini_pad_get_default (void)
{
  static AciniPad *pad;

  if (pad != NULL)
    return pad;
  pad = acini_pad_new ();
#if ACINI_HAVE_MANETTE
  listen_to_gamepads (pad);
#endif
#if ACINI_HAVE_SPNAV
  listen_to_3d_mouse (pad);
#endif
  return pad;
}
