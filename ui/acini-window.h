/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The window of one project; without one it welcomes. */

#include "ui/base/acini-pad.h"
#include "ui/project/acini-session.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_WINDOW (acini_window_get_type ())
G_DECLARE_FINAL_TYPE (AciniWindow, acini_window, ACINI, WINDOW, AdwApplicationWindow)

AciniWindow *acini_window_new (AdwApplication *application);

/* Opens the project @folder (made when @create and it is not there) and, once it is open, adds @files (nullable,
 * element-type GFile). */
void acini_window_open_project (AciniWindow *self, const char *folder, gboolean create, GListModel *files);
/* The folder of the project that is open or being opened, or NULL. */
const char *acini_window_get_folder (AciniWindow *self);
AciniSession *acini_window_get_session (AciniWindow *self); /* nullable */
void acini_window_add_files (AciniWindow *self, GListModel *files);
/* A toast; @button and @action (detailed) may be NULL. */
void acini_window_tell (AciniWindow *self, const char *text, const char *button, const char *action);
/* @pad moves what this window shows, and reviews it, while the window is the active one. */
void acini_window_hold_pad (AciniWindow *self, AciniPad *pad);

G_END_DECLS
