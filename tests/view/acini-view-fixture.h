/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A project with a slide made by the test, shown in a window, and what the window draws as pixels. */

#include "data/labels/acini-labels.h"
#include "ui/view/acini-slide-view.h"
#include "ui/view/core/acini-view-core.h"

G_BEGIN_DECLS

#define FIXTURE_WIDTH 1500
#define FIXTURE_HEIGHT 1100
#define FIXTURE_VIEW_WIDTH 700
#define FIXTURE_VIEW_HEIGHT 500

typedef struct
{
  char *folder;
  AciniProject *project;
  gint64 slide, other; /* of a pyramidal file, and of one with a single level */
  GtkWidget *window;
  AciniSlideView *view;
  guint n_opened, n_edited, n_failed;
  char *failure;
} ViewFixture;

void view_fixture_set_up (ViewFixture *f, gconstpointer data);
void view_fixture_tear_down (ViewFixture *f, gconstpointer data);

/* First of all in main ().  FALSE: there is no display. */
gboolean view_fixture_init (int *argc, char ***argv);
#define VIEW_FIXTURE_ADD(name, function)                                                                               \
  g_test_add (name, ViewFixture, NULL, view_fixture_set_up, function, view_fixture_tear_down)

/* Writes such a slide of FIXTURE_WIDTH × FIXTURE_HEIGHT pixels.  Returns: (transfer full) its path. */
char *view_fixture_make_slide (const char *folder, const char *name, gboolean pyramid);
/* The same with these @pixels, interleaved RGB. */
char *view_fixture_save_slide (const char *folder, const char *name, gboolean pyramid, const guint8 *pixels);
/* libvips' warnings are no failure; every other one is. */
void view_fixture_expect_vips (void);

/* What the slide's pixel at the level-0 point is: red grows to the right, green downwards. */
void view_fixture_get_expected (double x, double y, double rgb[3]);

void view_fixture_run (ViewFixture *f, guint milliseconds);
/* Until all on screen is sharp and every stroke committed and settled. */
void view_fixture_wait (ViewFixture *f);
void view_fixture_show (ViewFixture *f, gint64 slide);
void view_fixture_go (ViewFixture *f, double zoom, double x, double y);

/* What is on screen now: (transfer full) RGBA, row stride 4 × *@width; not waiting for anything. */
guint8 *view_fixture_grab (ViewFixture *f, int *width, int *height);
/* One pixel of it, at the level-0 point. */
void view_fixture_pick (ViewFixture *f, double x, double y, guint8 rgba[4]);
void view_fixture_assert_colour (ViewFixture *f, double x, double y, guint32 rgb, int tolerance);
void view_fixture_assert_tissue (ViewFixture *f, double x, double y);
/* Every pixel of the slide on screen is what the slide has there: no seam, no shift, nothing missing. */
void view_fixture_assert_all_tissue (ViewFixture *f);
/* Around the point there is tissue behind the hatch of what a person marked as background. */
void view_fixture_assert_background (ViewFixture *f, double x, double y);

/* Paints the level-0 rectangle with @label, as an edit from elsewhere, and tells the view. */
void view_fixture_label (ViewFixture *f, gint64 x, gint64 y, gint64 width, gint64 height, guint8 label);
/* A prediction of one class at half resolution whose probability grows from 0 at the left edge to 1 at the right. */
AciniPrediction *view_fixture_predict (ViewFixture *f);

G_END_DECLS
