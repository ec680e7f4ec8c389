/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the window looks like, kept from one start to the next. */

#include "acini-config.h"

#include "ui/acini-window-private.h"

#include "ui/base/acini-settings.h"

void
acini_window_restore_state (AciniWindow *self)
{
  GSettings *settings = acini_settings_get_default ();
  int width = 0, height = 0;

  g_settings_get (settings, "window-size", "(ii)", &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  g_object_set (self->review_page, "show-slides", g_settings_get_boolean (settings, "show-slides-pane"), "show-side",
                g_settings_get_boolean (settings, "show-side-pane"), NULL);
}

void
acini_window_save_state (AciniWindow *self)
{
  GSettings *settings = acini_settings_get_default ();
  gboolean slides = TRUE, side = TRUE;
  int width = 0, height = 0;

  if (gtk_window_is_fullscreen (GTK_WINDOW (self)))
    return;
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  acini_review_page_get_panes (self->review_page, &slides, &side);
  g_settings_set (settings, "window-size", "(ii)", width, height);
  g_settings_set_boolean (settings, "window-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
  g_settings_set_boolean (settings, "show-slides-pane", slides);
  g_settings_set_boolean (settings, "show-side-pane", side);
}
