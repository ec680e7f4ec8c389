/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The real window with a project of two slides and a model, and hands: keys and a pointer that the X server sends as if
 * they were of hardware (XTEST, through xdotool).  There is no window manager, so the window is given the keyboard
 * here, and cannot fill the screen. */

#include "ui/acini-application.h"
#include "ui/acini-window-private.h"
#include "ui/view/acini-slide-view.h"
#include "ui/view/core/acini-view-core.h"

G_BEGIN_DECLS

typedef struct
{
  char *folder;
  AciniApplication *application;
  AciniWindow *window;
  AciniSlideView *view;
  gint64 slide, other;
  char *xid; /* as xdotool takes it; NULL: the window has gone */
  guint n_edited;
} Desk;

/* The desks of this program have slides of this kind, as of view_fixture_make_slide (). */
typedef char *(*DeskMakeSlide) (const char *folder, const char *name, gboolean pyramid);
void desk_use_slides (DeskMakeSlide make);

void desk_set_up (Desk *desk, gconstpointer data);
void desk_tear_down (Desk *desk, gconstpointer data);

/* Lets the window work until @condition holds; fails the test, naming @what, when it does not within two minutes. */
typedef gboolean (*DeskCondition) (Desk *desk);
void desk_wait (Desk *desk, DeskCondition condition, const char *what);
void desk_run (Desk *desk, guint milliseconds);
/* Until the slide stands still, is sharp, and every stroke is committed. */
void desk_rest (Desk *desk);

/* What xdotool takes as arguments: "key b", "mousemove 10 10 click 1".  All of it has happened, as far as the server is
 * concerned, when this returns; the window has seen none of it. */
void desk_send (Desk *desk, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Sends the key that an accelerator names, then waits until the window is idle. */
void desk_press (Desk *desk, const char *accelerator);
/* An accelerator as xdotool calls it. */
char *desk_dup_key (const char *accelerator);

/* The screen's point of a point of the widget, in whole pixels. */
void desk_locate (Desk *desk, GtkWidget *widget, double x, double y, int *screen_x, int *screen_y);
/* The dialog on top of the window, or NULL. */
AdwDialog *desk_get_dialog (Desk *desk);

/* Conditions to wait for: a dialog; what there is to undo and to redo. */
gboolean desk_has_dialog (Desk *desk);
gboolean desk_has_no_dialog (Desk *desk);
gboolean desk_can_undo (Desk *desk);
gboolean desk_can_redo (Desk *desk);
/* Whether all that was asked of the editor is on the disk. */
gboolean desk_is_written (Desk *desk);

/* Whether the objects of the slide are known, too, and nobody works on them; and until then. */
gboolean desk_is_settled (Desk *desk);
void desk_settle (Desk *desk);
/* What a query of the project's database gives, as acini_test_query () says it: (transfer full), or compared. */
char *desk_dup_query (Desk *desk, const char *sql);
void desk_assert_query (Desk *desk, const char *sql, const char *wanted);

/* Where ACINI_TEST_PICTURES names a folder: saves what the window shows there, as NAME.png, to be looked at. */
void desk_take_picture (Desk *desk, const char *name);

/* Closes dialogs and popovers, shows the review page, and gives the tissue the keyboard. */
void desk_clear (Desk *desk);

G_END_DECLS
