/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A whole window: the pages and the project (acini-window.c), and the parts that work on them. */

#include "acini-config.h"

#include "ui/acini-window-private.h"

AciniWindow *
acini_window_new (AdwApplication *application)
{
  AciniWindow *self = g_object_new (ACINI_TYPE_WINDOW, "application", application, NULL);

  acini_window_init_demo (self);
  acini_window_init_actions (self);
  acini_window_init_view_actions (self);
  acini_window_init_object_actions (self);
  acini_window_init_places (self);
  acini_window_init_dnd (self);
  acini_window_init_editor (self);
  return self;
}
