/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The real window, beside an empty project that it can open.  Actions and signals are its hands; acini-desk-fixture.h
 * has a pointer and keys. */

#include "ui/acini-application.h"
#include "ui/acini-window-private.h"

G_BEGIN_DECLS

typedef struct
{
  char *folder;  /* of the test */
  char *project; /* in it */
  AciniApplication *application;
  AciniWindow *window;  /* NULL: closed */
  AciniSession *before; /* the session before the project was opened (again) */
} WindowFixture;

/* Shows the window, which has nothing open yet. */
void window_fixture_set_up (WindowFixture *fixture, gconstpointer data);
void window_fixture_tear_down (WindowFixture *fixture, gconstpointer data);
/* Shows another window, after the one before was closed and forgotten. */
void window_fixture_show (WindowFixture *fixture);
/* Until the window is closed. */
void window_fixture_forget (WindowFixture *fixture);

/* Lets the window work until @condition holds; fails the test when it does not within minutes. */
typedef gboolean (*WindowCondition) (WindowFixture *fixture);
void window_fixture_wait (WindowFixture *fixture, WindowCondition condition);

/* Opens the project, again where it is open, and waits until its session is ready. */
void window_fixture_open (WindowFixture *fixture);
/* Imports a small picture, 640 × 480: the project's first slide. */
void window_fixture_add_picture (WindowFixture *fixture);
/* @detailed: as g_action_parse_detailed_name () takes it, without “win.”. */
void window_fixture_activate (WindowFixture *fixture, const char *detailed);
/* Waits for a question and answers it. */
void window_fixture_answer (WindowFixture *fixture, const char *response);

AdwDialog *window_fixture_get_dialog (WindowFixture *fixture);
guint window_fixture_count_slides (WindowFixture *fixture);
/* (transfer full) the first slide. */
AciniSlideItem *window_fixture_dup_slide (WindowFixture *fixture);

/* Conditions to wait for. */
gboolean window_fixture_is_closed (WindowFixture *fixture);
gboolean window_fixture_is_opened (WindowFixture *fixture);
gboolean window_fixture_has_slide (WindowFixture *fixture);
gboolean window_fixture_has_dialog (WindowFixture *fixture);
/* All that was asked of the editor is on the disk, and the window knows. */
gboolean window_fixture_is_written (WindowFixture *fixture);

G_END_DECLS
