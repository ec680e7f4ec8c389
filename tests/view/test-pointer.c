/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a mouse does on the tissue and what lies on it, sent by the X server: drag, flick, wheel, double click, strokes,
 * held keys, ruler and area, the overview.  XTEST knows neither touchpads nor pens: pinch is in test-slide-view, by the
 * signals of its gestures. */

#include "data/labels/acini-labels.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-desk-fixture.h"
#include "tests/view/acini-widget-search.h"
#include "tests/view/acini-view-fixture.h"
#include "ui/tools/acini-tool-path.h"

#include <math.h>
#include <vips/vips.h>

/* Where on the view the pointer works: clear of what lies on it. */
#define X 300
#define Y 250

static void
place (Desk *desk, double zoom)
{
  g_object_set (desk->view, "zoom", zoom, NULL);
  acini_slide_view_centre_on (desk->view, 700, 500);
  desk_rest (desk);
}

/* The pointer comes to the view's point (@x, @y), and the view has seen it. */
static double wanted_x, wanted_y;

static gboolean
is_there (Desk *desk)
{
  return desk->view->inside && fabs (desk->view->pointer_x - wanted_x) < 1.5
         && fabs (desk->view->pointer_y - wanted_y) < 1.5;
}

static void
point (Desk *desk, double x, double y)
{
  int screen_x, screen_y;
  desk_locate (desk, GTK_WIDGET (desk->view), x, y, &screen_x, &screen_y);
  wanted_x = x;
  wanted_y = y;
  desk_send (desk, "mousemove %d %d", screen_x, screen_y);
  desk_wait (desk, is_there, "the pointer on the view");
}

static void
assert_under (Desk *desk, double x, double y, double slide_x, double slide_y)
{
  double now_x, now_y;
  acini_viewport_to_slide (&desk->view->viewport, x, y, &now_x, &now_y);
  g_assert_cmpfloat_with_epsilon (now_x, slide_x, 2 / desk->view->viewport.zoom);
  g_assert_cmpfloat_with_epsilon (now_y, slide_y, 2 / desk->view->viewport.zoom);
}

/* With @button from (X, Y) by (@dx, @dy), in steps; slowly, so that nothing flies on. */
static void
drag (Desk *desk, int button, double dx, double dy)
{
  point (desk, X, Y);
  desk_send (desk, "mousedown %d", button);
  for (int i = 1; i <= 4; i++)
    point (desk, X + dx * i / 4, Y + dy * i / 4);
  desk_run (desk, 100);
  desk_send (desk, "mouseup %d", button);
  desk_run (desk, 50);
  desk_rest (desk);
}

static void
test_drag (Desk *desk, gconstpointer data)
{
  double x, y;
  place (desk, 1);
  acini_viewport_to_slide (&desk->view->viewport, X, Y, &x, &y);
  drag (desk, 1, 80, -60);
  assert_under (desk, X + 80, Y - 60, x, y);
  /* The middle button, and Space held, drag the slide with any tool. */
  desk_press (desk, "b");
  acini_viewport_to_slide (&desk->view->viewport, X, Y, &x, &y);
  drag (desk, 2, -40, 100);
  assert_under (desk, X - 40, Y + 100, x, y);
  acini_viewport_to_slide (&desk->view->viewport, X, Y, &x, &y);
  desk_send (desk, "keydown space");
  drag (desk, 1, 60, 40);
  desk_send (desk, "keyup space");
  assert_under (desk, X + 60, Y + 40, x, y);
  desk_rest (desk);
  g_assert_false (desk->view->space);
  g_assert_cmpuint (desk->n_edited, ==, 0);
}

static gboolean
has_flown (Desk *desk)
{
  return desk->view->viewport.x < 600;
}

/* What is let go in full flight goes on.  Where the computer is busy between the last move and the release, that is a
 * rest: then once more. */
static void
test_flick (Desk *desk, gconstpointer data)
{
  for (int tries = 0; tries < 10; tries++)
    {
      int x, y;

      place (desk, 2);
      point (desk, X, Y);
      desk_locate (desk, GTK_WIDGET (desk->view), X, Y, &x, &y);
      /* By 25 level-0 pixels. */
      desk_send (desk, "mousedown 1 mousemove %d %d mousemove %d %d mousemove %d %d mouseup 1", x + 10, y, x + 25, y,
                 x + 50, y);
      desk_rest (desk);
      if (has_flown (desk))
        return;
    }
  g_error ("it never flew on");
}

static void
test_wheel (Desk *desk, gconstpointer data)
{
  double x, y;
  place (desk, .8);
  point (desk, X, Y);
  acini_viewport_to_slide (&desk->view->viewport, X, Y, &x, &y);
  desk_send (desk, "click 4");
  desk_run (desk, 50);
  desk_rest (desk);
  g_assert_cmpfloat_with_epsilon (desk->view->viewport.zoom, 1, 1e-6);
  assert_under (desk, X, Y, x, y);
  desk_send (desk, "click 5 click 5");
  desk_run (desk, 50);
  desk_rest (desk);
  g_assert_cmpfloat_with_epsilon (desk->view->viewport.zoom, .64, 1e-6);
  assert_under (desk, X, Y, x, y);
  desk_send (desk, "keydown alt click 4 keyup alt");
  desk_run (desk, 50);
  desk_rest (desk);
  g_assert_cmpfloat_with_epsilon (desk->view->viewport.rotation, 355, 1e-6);
  assert_under (desk, X, Y, x, y);
}

static gboolean
is_doubled (Desk *desk)
{
  return desk->view->viewport.zoom > 1.9;
}

static void
test_double_click (Desk *desk, gconstpointer data)
{
  double x, y;
  place (desk, 1);
  acini_viewport_to_slide (&desk->view->viewport, X, Y, &x, &y);
  point (desk, X, Y);
  /* On a busy machine the two may be too far apart for one. */
  for (int i = 0; i < 20 && !is_doubled (desk); i++)
    {
      desk_send (desk, "click --repeat 2 --delay 20 1");
      desk_run (desk, 100);
      desk_rest (desk);
    }
  g_assert_true (is_doubled (desk));
  assert_under (desk, X, Y, x, y);
}

static guint8
read_label (Desk *desk, double x, double y)
{
  g_autoptr (GError) error = NULL;
  double slide_x, slide_y;
  guint8 label = 255;
  acini_viewport_to_slide (&desk->view->viewport, x, y, &slide_x, &slide_y);
  acini_labels_read (desk->view->project, desk->slide, 0, (gint64)slide_x, (gint64)slide_y, 1, 1, &label, &error);
  g_assert_no_error (error);
  return label;
}

static void
test_brush (Desk *desk, gconstpointer data)
{
  place (desk, 1);
  desk_press (desk, "b");
  drag (desk, 1, 80, 20);
  g_assert_cmpuint (desk->n_edited, ==, 1);
  g_assert_cmpint (read_label (desk, X + 40, Y + 10), ==, ACINI_LABEL_FIRST_CLASS);
  g_assert_cmpint (read_label (desk, X + 40, Y + 80), ==, ACINI_LABEL_UNLABELLED);
  /* Alt held turns the brush round. */
  desk_send (desk, "keydown alt");
  drag (desk, 1, 40, 10);
  desk_send (desk, "keyup alt");
  g_assert_cmpint (read_label (desk, X + 20, Y + 5), ==, ACINI_LABEL_BACKGROUND);
  g_assert_cmpint (read_label (desk, X + 80, Y + 20), ==, ACINI_LABEL_FIRST_CLASS);
  desk_press (desk, "e");
  drag (desk, 1, 80, 20);
  g_assert_cmpint (read_label (desk, X + 80, Y + 20), ==, ACINI_LABEL_BACKGROUND);
  g_assert_cmpuint (desk->n_edited, ==, 3);
  desk_wait (desk, desk_can_undo, "something to undo");
  desk_press (desk, "<Control>z");
  desk_wait (desk, desk_can_redo, "something to redo");
  desk_wait (desk, desk_is_written, "the undo written");
  g_assert_cmpint (read_label (desk, X + 80, Y + 20), ==, ACINI_LABEL_FIRST_CLASS);
  /* Escape in the middle of a stroke: there was none. */
  desk_press (desk, "b");
  point (desk, X, Y + 200);
  desk_send (desk, "mousedown 1");
  point (desk, X + 50, Y + 200);
  desk_press (desk, "Escape");
  desk_send (desk, "mouseup 1");
  desk_run (desk, 50);
  desk_rest (desk);
  g_assert_cmpint (read_label (desk, X + 20, Y + 200), ==, ACINI_LABEL_UNLABELLED);
  g_assert_cmpuint (desk->n_edited, ==, 3);
}

static gboolean
has_measured (Desk *desk)
{
  return acini_slide_view_get_n_measures (desk->view) == 2;
}

/* Three corners, and one that is taken back. */
static void
put_triangle (Desk *desk)
{
  const double corners[][2] = { { 0, 0 }, { 200, 0 }, { 100, 100 }, { 100, 150 } };
  for (guint i = 0; i < G_N_ELEMENTS (corners); i++)
    {
      point (desk, X + corners[i][0], Y + corners[i][1]);
      desk_send (desk, "click 1");
      desk_run (desk, 50);
    }
  desk_press (desk, "BackSpace");
  g_assert_cmpuint (acini_tool_path_get_n (ACINI_TOOL_PATH (desk->view->tool)), ==, 3);
}

static void
test_measure (Desk *desk, gconstpointer data)
{
  place (desk, 1);
  desk_press (desk, "l");
  drag (desk, 1, 120, 0);
  g_assert_cmpuint (acini_slide_view_get_n_measures (desk->view), ==, 1);
  g_autofree char *table = acini_slide_view_dup_measures (desk->view);
  g_assert_nonnull (strstr (table, "60")); /* µm */
  /* Corners one by one, closed with Return; Backspace takes one back. */
  desk_press (desk, "<Shift>p");
  put_triangle (desk);
  desk_press (desk, "Return");
  desk_wait (desk, has_measured, "an area");
  g_assert_cmpuint (acini_tool_path_get_n (ACINI_TOOL_PATH (desk->view->tool)), ==, 0);
}

/* A polygon becomes labels, in one step of the history. */
static void
test_polygon (Desk *desk, gconstpointer data)
{
  place (desk, 1);
  desk_press (desk, "p");
  put_triangle (desk);
  g_assert_false (desk_can_undo (desk));
  desk_press (desk, "Return");
  desk_wait (desk, desk_can_undo, "the polygon in the history");
  g_autoptr (GArray) tiles = NULL;
  while ((tiles = acini_labels_list_tiles (desk->view->project, desk->view->slide_id, NULL)) == NULL || tiles->len == 0)
    {
      g_clear_pointer (&tiles, g_array_unref);
      desk_run (desk, 20);
    }
}

static guint
count_corners (Desk *desk)
{
  return acini_tool_path_get_n (ACINI_TOOL_PATH (acini_view_get_tool (desk->view, "polygon")));
}

/* (nullable) what the project has of the unfinished outline on the first slide. */
static char *
dup_draft (Desk *desk)
{
  g_autofree char *key = g_strdup_printf ("draft-%" G_GINT64_FORMAT, desk->slide);
  return acini_project_dup_setting (desk->view->project, key);
}

/* The label and the numbers of @n corners are on the disk: a crash from now on does not lose them. */
static gboolean
has_draft (Desk *desk, guint n)
{
  g_autofree char *draft = dup_draft (desk);
  g_auto (GStrv) words = g_strsplit (draft ? draft : "", " ", -1);
  return g_strv_length (words) == (n > 0 ? 2 * n + 1 : 0);
}

static gboolean
has_draft_of_three (Desk *desk)
{
  return has_draft (desk, 3);
}

static gboolean
has_draft_of_two (Desk *desk)
{
  return has_draft (desk, 2);
}

static gboolean
has_no_draft (Desk *desk)
{
  return has_draft (desk, 0);
}

static gint64 shown;

static gboolean
is_shown (Desk *desk)
{
  return desk->view->slide_id == shown && desk->view->slide && !desk->view->opening;
}

static void
show_slide (Desk *desk, gint64 slide)
{
  shown = slide;
  acini_session_review (desk->window->session, slide);
  desk_wait (desk, is_shown, "the slide on screen");
}

/* An outline that is not finished is written down corner by corner, stays when its slide is left, and is gone on with
 * where it comes back. */
static void
test_draft (Desk *desk, gconstpointer data)
{
  show_slide (desk, desk->slide);
  place (desk, 1);
  desk_press (desk, "p");
  put_triangle (desk);
  desk_wait (desk, has_draft_of_three, "the corners on the disk");
  desk_press (desk, "BackSpace");
  desk_wait (desk, has_draft_of_two, "one corner fewer");
  g_assert_cmpuint (count_corners (desk), ==, 2);
  /* Panning and zooming do not touch it. */
  place (desk, .5);
  g_assert_cmpuint (count_corners (desk), ==, 2);
  place (desk, 1);
  desk_press (desk, "BackSpace");
  desk_press (desk, "BackSpace");
  desk_wait (desk, has_no_draft, "no corner any more");
  put_triangle (desk);
  show_slide (desk, desk->other);
  g_assert_cmpuint (count_corners (desk), ==, 0);
  g_assert_false (desk_can_undo (desk));
  desk_press (desk, "b");
  show_slide (desk, desk->slide);
  g_assert_cmpuint (count_corners (desk), ==, 3);
  g_assert_true (desk->view->tool == acini_view_get_tool (desk->view, "polygon"));
  desk_take_picture (desk, "draft");
  gtk_widget_grab_focus (GTK_WIDGET (desk->view));
  desk_press (desk, "Return");
  desk_wait (desk, desk_can_undo, "the polygon in the history");
  desk_wait (desk, has_no_draft, "no draft any more");
}

/* What a window that was killed has left is there when the slide is opened. */
static void
test_draft_left (Desk *desk, gconstpointer data)
{
  g_autofree char *key = g_strdup_printf ("draft-%" G_GINT64_FORMAT, desk->other);
  show_slide (desk, desk->slide);
  g_assert_true (
      acini_project_set_setting (desk->view->project, key, "2 600.00 400.00 700.00 400.00 700.00 500.00", NULL));
  show_slide (desk, desk->other);
  g_assert_cmpuint (count_corners (desk), ==, 3);
  gtk_widget_grab_focus (GTK_WIDGET (desk->view));
  desk_press (desk, "Return");
  desk_wait (desk, desk_can_undo, "the polygon in the history");
  {
    guint8 label = 0;
    g_assert_true (acini_labels_read (desk->view->project, desk->other, 0, 690, 420, 1, 1, &label, NULL));
    g_assert_cmpuint (label, ==, ACINI_LABEL_FIRST_CLASS);
  }
}

static void
test_overview (Desk *desk, gconstpointer data)
{
  GtkWidget *overview = widget_find_type (GTK_WIDGET (desk->window), "AciniOverview");
  int width = gtk_widget_get_width (overview), height = gtk_widget_get_height (overview), x, y;
  place (desk, 2);
  desk_locate (desk, overview, width / 4., height / 4., &x, &y);
  desk_send (desk, "mousemove %d %d", x, y);
  desk_run (desk, 50);
  desk_send (desk, "mousedown 1");
  desk_run (desk, 50);
  desk_rest (desk);
  double pixel = FIXTURE_WIDTH / (double)width; /* level-0 pixels of one of the overview */
  g_assert_cmpfloat_with_epsilon (desk->view->viewport.x, FIXTURE_WIDTH / 4., 3 * pixel);
  g_assert_cmpfloat_with_epsilon (desk->view->viewport.y, FIXTURE_HEIGHT / 4., 3 * pixel);
  desk_locate (desk, overview, width * .75, height * .5, &x, &y);
  desk_send (desk, "mousemove %d %d", x, y);
  desk_run (desk, 50);
  desk_send (desk, "mouseup 1");
  desk_run (desk, 50);
  desk_rest (desk);
  g_assert_cmpfloat_with_epsilon (desk->view->viewport.x, FIXTURE_WIDTH * .75, 3 * pixel);
  g_assert_cmpfloat_with_epsilon (desk->view->viewport.y, FIXTURE_HEIGHT * .5, 3 * pixel);
}

static GtkWidget *
get_readout (Desk *desk)
{
  return widget_find_type (GTK_WIDGET (desk->window), "AciniCursorReadout");
}

static gboolean
is_told (Desk *desk)
{
  return gtk_widget_get_visible (get_readout (desk));
}

static gboolean
is_hidden (Desk *desk)
{
  return !gtk_widget_get_visible (get_readout (desk));
}

/* The readout is of the pointer, and goes with it; buttons on the tissue do what they say. */
static void
test_overlays (Desk *desk, gconstpointer data)
{
  int x, y;
  place (desk, 1);
  point (desk, X, Y);
  desk_wait (desk, is_told, "the readout");
  GtkWidget *controls = widget_find_type (GTK_WIDGET (desk->window), "AciniZoomControls");
  GtkWidget *smaller = widget_find_type (controls, "GtkButton");
  desk_locate (desk, smaller, gtk_widget_get_width (smaller) / 2., gtk_widget_get_height (smaller) / 2., &x, &y);
  desk_send (desk, "mousemove %d %d click 1", x, y);
  desk_wait (desk, is_hidden, "the readout gone");
  desk_rest (desk);
  g_assert_cmpfloat (desk->view->viewport.zoom, <, .9);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = acini_test_make_home ();
  int status;

  g_test_init (&argc, &argv, NULL);
  if (VIPS_INIT (argv[0]))
    return 1;
#define ADD(path, test) g_test_add (path, Desk, NULL, desk_set_up, test, desk_tear_down)
  ADD ("/pointer/drag", test_drag);
  ADD ("/pointer/flick", test_flick);
  ADD ("/pointer/wheel", test_wheel);
  ADD ("/pointer/double-click", test_double_click);
  ADD ("/pointer/brush", test_brush);
  ADD ("/pointer/measure", test_measure);
  ADD ("/pointer/polygon", test_polygon);
  ADD ("/pointer/draft", test_draft);
  ADD ("/pointer/draft-left", test_draft_left);
  ADD ("/pointer/overview", test_overview);
  ADD ("/pointer/overlays", test_overlays);
#undef ADD
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
