/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"

#include "ui/base/acini-frame-memory.h"

#if ACINI_HAVE_X11
#include <cairo-xlib.h>
#include <gdk/x11/gdkx.h>

/* Side in pixels of what stays in the memory: cairo does not share less than 16 KiB. */
#define SMALL 64

/* The pixels of the largest monitor: a window is hardly larger. */
static void
measure (GdkDisplay *display, int *width, int *height)
{
  GListModel *monitors = gdk_display_get_monitors (display);
  *width = *height = 1;
  for (guint i = 0; i < g_list_model_get_n_items (monitors); i++)
    {
      g_autoptr (GdkMonitor) monitor = g_list_model_get_item (monitors, i);
      GdkRectangle area;
      gdk_monitor_get_geometry (monitor, &area);
      *width = MAX (*width, area.width * gdk_monitor_get_scale_factor (monitor));
      *height = MAX (*height, area.height * gdk_monitor_get_scale_factor (monitor));
    }
}

/* A surface in cairo's shared memory on @display. */
static cairo_surface_t *
allocate (GdkDisplay *display, int width, int height)
{
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS /* there is nothing else */
      Display *x
      = gdk_x11_display_get_xdisplay (display);
  G_GNUC_END_IGNORE_DEPRECATIONS
  int screen = DefaultScreen (x);
  cairo_surface_t *root = cairo_xlib_surface_create (x, RootWindow (x, screen), DefaultVisual (x, screen), 1, 1);
  cairo_surface_t *surface = cairo_surface_create_similar_image (root, CAIRO_FORMAT_ARGB32, width, height);
  cairo_surface_destroy (root);
  return surface;
}

void
acini_frame_memory_keep (GdkDisplay *display)
{
  static const char key[] = "acini-frame-memory", key_pixels[] = "acini-frame-pixels";
  g_return_if_fail (GDK_IS_DISPLAY (display));
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  gboolean on_x11 = GDK_IS_X11_DISPLAY (display);
  G_GNUC_END_IGNORE_DEPRECATIONS
  if (!on_x11)
    return;
  int width, height;
  measure (display, &width, &height);
  GObject *object = G_OBJECT (display);
  gsize n_pixels = (gsize)width * (gsize)height;
  if (GPOINTER_TO_SIZE (g_object_get_data (object, key_pixels)) >= n_pixels)
    return;
  /* The large one has cairo share enough for several frames, the small one stays in it. */
  cairo_surface_t *large = allocate (display, width, height), *before = g_object_get_data (object, key);
  g_object_set_data (object, key, allocate (display, SMALL, SMALL));
  g_object_set_data (object, key_pixels, GSIZE_TO_POINTER (n_pixels));
  cairo_surface_destroy (large);
  g_clear_pointer (&before, cairo_surface_destroy);
}

#else

void
acini_frame_memory_keep (GdkDisplay *display)
{
}

#endif
