/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tools that look at the pixels on screen, in the real window on a slide with three objects to be found: what their
 * preview shows is what is painted, in one step of the history.  ACINI_TEST_PICTURES names a folder for pictures. */

#include "data/labels/acini-labels.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-desk-fixture.h"
#include "tests/view/acini-view-fixture.h"
#include "ui/review/acini-review-page-private.h"
#include "ui/tools/acini-tool-click.h"
#include "ui/tools/acini-tool-path.h"
#include "ui/tools/acini-tool-wand.h"

#include <math.h>
#include <stdlib.h>
#include <vips/vips.h>

#define WIDTH FIXTURE_WIDTH
#define HEIGHT FIXTURE_HEIGHT

/* Dark ellipses in light tissue. */
static const struct
{
  double x, y, rx, ry;
} ellipses[] = { { 430, 380, 150, 100 }, { 980, 380, 110, 130 }, { 700, 760, 120, 90 } };

static int
get_ellipse (double x, double y)
{
  for (guint i = 0; i < G_N_ELEMENTS (ellipses); i++)
    if (hypot ((x - ellipses[i].x) / ellipses[i].rx, (y - ellipses[i].y) / ellipses[i].ry) <= 1)
      return (int)i;
  return -1;
}

static char *
make_slide (const char *folder, const char *name, gboolean pyramid)
{
  static const guint8 colours[2][3] = { { 232, 196, 216 }, { 118, 62, 130 } };
  g_autofree guint8 *pixels = g_malloc (WIDTH * HEIGHT * 3);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      for (int c = 0; c < 3; c++)
        pixels[(y * WIDTH + x) * 3 + c]
            = (guint8)(colours[get_ellipse (x + .5, y + .5) >= 0][c] + g_rand_int_range (rand, -12, 13));
  return view_fixture_save_slide (folder, name, pyramid, pixels);
}

/* Hands. */

static void
locate (Desk *desk, double x, double y, int *screen_x, int *screen_y)
{
  acini_viewport_to_screen (&desk->view->viewport, x, y, &x, &y);
  desk_locate (desk, GTK_WIDGET (desk->view), x, y, screen_x, screen_y);
}

/* At the level-0 point. */
static void
click (Desk *desk, double x, double y, int button, const char *with)
{
  int screen_x, screen_y;
  locate (desk, x, y, &screen_x, &screen_y);
  if (*with != '\0')
    desk_send (desk, "keydown %s", with);
  desk_send (desk, "mousemove %d %d click %d", screen_x, screen_y, button);
  desk_settle (desk);
  if (*with != '\0')
    desk_send (desk, "keyup %s", with);
  desk_settle (desk);
}

static void
drag (Desk *desk, const double (*points)[2], guint n)
{
  for (guint i = 0; i < n; i++)
    {
      int x, y;
      locate (desk, points[i][0], points[i][1], &x, &y);
      desk_send (desk, "mousemove %d %d%s", x, y, i == 0 ? " mousedown 1" : "");
      desk_run (desk, 40);
    }
  desk_send (desk, "mouseup 1");
  desk_settle (desk);
}

static void
press (Desk *desk, const char *key)
{
  desk_press (desk, key);
  desk_settle (desk);
}

static void
set_up (Desk *desk, const char *key, const char *tool)
{
  g_object_set (desk->view, "zoom", .6, NULL);
  acini_slide_view_centre_on (desk->view, 700, 550);
  desk_settle (desk);
  desk_press (desk, key);
  g_assert_true (desk->view->tool == acini_view_get_tool (desk->view, tool));
}

/* What is painted. */

/* (transfer full) */
static guint8 *
read_labels (Desk *desk)
{
  g_autoptr (GError) error = NULL;
  guint8 *labels = g_malloc (WIDTH * HEIGHT);
  g_assert_true (acini_labels_read (acini_session_get_project (desk->window->session), desk->view->slide_id, 0, 0, 0,
                                    WIDTH, HEIGHT, labels, &error));
  g_assert_no_error (error);
  return labels;
}

static gsize
count (Desk *desk, guint8 label)
{
  g_autofree guint8 *labels = read_labels (desk);
  gsize n = 0;
  for (gsize i = 0; i < WIDTH * HEIGHT; i++)
    n += labels[i] == label;
  return n;
}

/* Of what has @label and of an ellipse: intersection over union. */
static double
get_overlap (Desk *desk, int ellipse, guint8 label)
{
  g_autofree guint8 *labels = read_labels (desk);
  gsize both = 0, any = 0;
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      {
        gboolean painted = labels[y * WIDTH + x] == label, meant = get_ellipse (x + .5, y + .5) == ellipse;
        both += painted && meant;
        any += painted || meant;
      }
  return (double)both / (double)any;
}

static void
assert_steps (Desk *desk, const char *wanted)
{
  desk_assert_query (desk, "SELECT count(*) FROM journal WHERE kind IN ('edit', 'undo', 'redo')", wanted);
}

/* Clicks. */

static AciniToolClick *
get_click (Desk *desk)
{
  return ACINI_TOOL_CLICK (acini_view_get_tool (desk->view, "click"));
}

static guint
get_n_prompts (Desk *desk)
{
  return acini_tool_click_get_n (get_click (desk));
}

static void
test_click (Desk *desk, gconstpointer data)
{
  set_up (desk, "t", "click");
  click (desk, 430, 380, 1, "");
  g_assert_cmpuint (get_n_prompts (desk), ==, 1);
  assert_steps (desk, "0");
  desk_take_picture (desk, "click-1-preview");
  press (desk, "Return");
  g_assert_cmpuint (get_n_prompts (desk), ==, 0);
  assert_steps (desk, "1");
  g_assert_cmpfloat (get_overlap (desk, 0, 2), >, .85);
  desk_assert_query (desk,
                     "SELECT tool || ' ' || kind || ' ' || json_extract(after, '$.prompts[0].positive') FROM journal "
                     "WHERE kind = 'edit'",
                     "click edit 1");
  desk_assert_query (
      desk, "SELECT abs(json_extract(after, '$.prompts[0].points[0][0]') - 430) < 3 FROM journal WHERE kind = 'edit'",
      "1");
  desk_take_picture (desk, "click-2-taken");
  /* One step, there and back. */
  press (desk, "<Control>z");
  g_assert_cmpuint (count (desk, 2), ==, 0);
  press (desk, "<Control><Shift>z");
  g_assert_cmpfloat (get_overlap (desk, 0, 2), >, .85);
  g_assert_true (acini_journal_verify (acini_session_get_project (desk->window->session), NULL));
  /* Enter without a prompt is the window's. */
  press (desk, "Return");
  assert_steps (desk, "3");
}

/* Two prompts; both of the ways in which one carves; and each of the ways back. */
static void
test_prompts (Desk *desk, gconstpointer data)
{
  set_up (desk, "t", "click");
  /* What is carved first is nothing. */
  click (desk, 980, 380, 3, "");
  g_assert_cmpuint (get_n_prompts (desk), ==, 0);
  click (desk, 980, 380, 1, "");
  click (desk, 980, 470, 3, "");
  g_assert_cmpuint (get_n_prompts (desk), ==, 2);
  click (desk, 930, 300, 1, "alt");
  g_assert_cmpuint (get_n_prompts (desk), ==, 3);
  desk_take_picture (desk, "prompts-1-carved");
  press (desk, "BackSpace");
  g_assert_cmpuint (get_n_prompts (desk), ==, 2);
  press (desk, "<Control>z");
  g_assert_cmpuint (get_n_prompts (desk), ==, 1);
  press (desk, "<Control><Shift>z");
  g_assert_cmpuint (get_n_prompts (desk), ==, 2);
  assert_steps (desk, "0");
  press (desk, "Return");
  assert_steps (desk, "1");
  {
    g_autofree guint8 *labels = read_labels (desk);
    g_assert_cmpuint (labels[380 * WIDTH + 980], ==, 2);
    g_assert_cmpuint (labels[470 * WIDTH + 980], ==, 0);
  }
  desk_assert_query (desk, "SELECT json_array_length(after, '$.prompts') FROM journal WHERE kind = 'edit'", "2");
  /* Then Ctrl+Z is about the step. */
  press (desk, "<Control>z");
  g_assert_cmpuint (count (desk, 2), ==, 0);
  /* Escape lets go. */
  click (desk, 700, 760, 1, "");
  g_assert_cmpuint (get_n_prompts (desk), ==, 1);
  press (desk, "Escape");
  g_assert_cmpuint (get_n_prompts (desk), ==, 0);
  assert_steps (desk, "2");
  g_assert_cmpuint (count (desk, 2), ==, 0);
}

/* A line through the object; another tool takes it. */
static void
test_squiggle (Desk *desk, gconstpointer data)
{
  static const double line[][2] = { { 360, 380 }, { 400, 370 }, { 440, 390 }, { 480, 375 }, { 520, 380 } };
  set_up (desk, "t", "click");
  drag (desk, line, G_N_ELEMENTS (line));
  g_assert_cmpuint (get_n_prompts (desk), ==, 1);
  desk_take_picture (desk, "squiggle-1");
  press (desk, "b");
  g_assert_cmpfloat (get_overlap (desk, 0, 2), >, .8);
  desk_assert_query (
      desk, "SELECT json_array_length(after, '$.prompts[0].points') > 3 FROM journal WHERE kind = 'edit'", "1");
}

/* Squiggles on one thing and on the ground: all that is like it, as one step, with background around it where nobody
 * has labelled; within the region in which the first one begins. */
static void
refine (Desk *desk)
{
  static const double on[][2] = { { 380, 375 }, { 420, 370 }, { 450, 385 }, { 480, 380 } };
  static const double off[][2] = { { 690, 280 }, { 710, 340 }, { 700, 400 }, { 690, 460 } };
  drag (desk, on, G_N_ELEMENTS (on));
  desk_send (desk, "keydown alt");
  drag (desk, off, G_N_ELEMENTS (off));
  desk_send (desk, "keyup alt");
  desk_settle (desk);
  g_assert_cmpuint (acini_tool_click_get_n (ACINI_TOOL_CLICK (desk->view->tool)), ==, 2);
}

static void
test_refine (Desk *desk, gconstpointer data)
{
  const double region[][2] = { { 200, 200 }, { 690, 200 }, { 690, 560 }, { 200, 560 } };
  g_autoptr (GPtrArray) regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);
  AciniProject *project = acini_session_get_project (desk->window->session);
  g_autoptr (AciniChange) change = NULL;
  set_up (desk, "<Shift>t", "refine");
  refine (desk);
  desk_take_picture (desk, "refine-1-preview");
  press (desk, "BackSpace");
  g_assert_cmpuint (acini_tool_click_get_n (ACINI_TOOL_CLICK (desk->view->tool)), ==, 1);
  press (desk, "<Control><Shift>z");
  g_assert_cmpuint (acini_tool_click_get_n (ACINI_TOOL_CLICK (desk->view->tool)), ==, 2);
  assert_steps (desk, "0");
  press (desk, "Return");
  assert_steps (desk, "1");
  desk_take_picture (desk, "refine-2-taken");
  for (int ellipse = 0; ellipse < 2; ellipse++)
    {
      g_autofree guint8 *labels = read_labels (desk);
      gsize found = 0, inside = 0;
      for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
          if (get_ellipse (x + .5, y + .5) == ellipse)
            {
              inside++;
              found += labels[y * WIDTH + x] == 2;
            }
      g_assert_cmpfloat ((double)found / (double)inside, >, .8);
    }
  g_assert_cmpuint (count (desk, ACINI_LABEL_BACKGROUND), >, 100000);
  desk_assert_query (
      desk, "SELECT tool || json_extract(after, '$.prompts[1].positive') FROM journal WHERE kind = 'edit'", "refine0");
  press (desk, "<Control>z");
  g_assert_cmpuint (count (desk, 2) + count (desk, ACINI_LABEL_BACKGROUND), ==, 0);
  g_ptr_array_add (regions, acini_region_record_new ("Cortex", ACINI_REGION_PLAIN, region, 4));
  change = acini_change_new_regions (desk->slide, regions);
  acini_editor_change (acini_session_get_editor (desk->window->session), g_steal_pointer (&change), NULL, NULL);
  desk_settle (desk);
  refine (desk);
  desk_take_picture (desk, "refine-3-region");
  press (desk, "Return");
  {
    g_autofree guint8 *labels = read_labels (desk);
    g_assert_cmpuint (labels[380 * WIDTH + 430], ==, 2);
    for (int y = 0; y < HEIGHT; y++)
      for (int x = 0; x < WIDTH; x++)
        if (x < 198 || x > 692 || y < 198 || y > 562)
          g_assert_cmpuint (labels[y * WIDTH + x], ==, 0);
  }
  g_assert_true (acini_journal_verify (project, NULL));
}

static gboolean
has_no_draft (Desk *desk)
{
  g_autofree char *n = desk_dup_query (desk, "SELECT count(*) FROM settings WHERE key LIKE 'draft-%' AND value <> ''");

  return g_strcmp0 (n, "0") == 0;
}

/* What is clicked stays with its slide, wherever one looks meanwhile. */
static void
test_draft (Desk *desk, gconstpointer data)
{
  set_up (desk, "t", "click");
  click (desk, 700, 760, 1, "");
  click (desk, 700, 700, 3, "");
  g_object_set (desk->view, "zoom", 2., NULL);
  acini_slide_view_centre_on (desk->view, 740, 780);
  desk_settle (desk);
  g_assert_cmpuint (get_n_prompts (desk), ==, 2);
  /* Outside the pixels that were looked at, too. */
  acini_slide_view_centre_on (desk->view, 100, 100);
  desk_settle (desk);
  click (desk, 100, 100, 3, "");
  g_assert_cmpuint (get_n_prompts (desk), ==, 3);
  press (desk, "BackSpace");
  press (desk, "Page_Down");
  g_assert_cmpint (desk->view->slide_id, ==, desk->other);
  g_assert_cmpuint (get_n_prompts (desk), ==, 0);
  desk_assert_query (desk,
                     "SELECT value LIKE 'click 2 +7__.__,7__.__ -7__.__,___.__' OR value FROM settings"
                     " WHERE key LIKE 'draft-%' AND value <> ''",
                     "1");
  press (desk, "Page_Up");
  g_assert_cmpuint (get_n_prompts (desk), ==, 2);
  g_assert_true (desk->view->tool == ACINI_TOOL (get_click (desk)));
  desk_take_picture (desk, "draft-1-back");
  press (desk, "Return");
  g_assert_cmpuint (count (desk, 2), >, 1000);
  desk_wait (desk, has_no_draft, "the draft is done with");
  /* One that is to take the place of another stays so. */
  set_up (desk, "t", "click");
  click (desk, 980, 380, 1, "ctrl");
  press (desk, "Page_Down");
  desk_assert_query (
      desk, "SELECT count(*) FROM settings WHERE key LIKE 'draft-%' AND value LIKE 'click 2 +% replaces'", "1");
  press (desk, "Page_Up");
  g_assert_cmpuint (get_n_prompts (desk), ==, 1);
  g_assert_true (acini_tool_pixels_get_replaces (ACINI_TOOL_PIXELS (get_click (desk))));
}

/* With Ctrl what is clicked takes the place of what is selected, of which nothing is left. */
static void
test_replace (Desk *desk, gconstpointer data)
{
  set_up (desk, "t", "click");
  click (desk, 700, 760, 1, "");
  press (desk, "Return");
  g_assert_cmpfloat (get_overlap (desk, 2, 2), >, .85);
  press (desk, "v");
  press (desk, "Tab");
  press (desk, "t");
  click (desk, 980, 380, 1, "ctrl");
  press (desk, "Return");
  g_assert_cmpfloat (get_overlap (desk, 1, 2), >, .85);
  desk_take_picture (desk, "click-3-replaced");
  /* The wand, of what it covers most. */
  press (desk, "w");
  click (desk, 980, 380, 1, "ctrl");
  g_assert_cmpfloat (get_overlap (desk, 1, 2), >, .4);
  assert_steps (desk, "3");
}

static gboolean
has_wand_answered (Desk *desk)
{
  AciniToolPixels *wand = ACINI_TOOL_PIXELS (acini_view_get_tool (desk->view, "wand"));

  return acini_tool_pixels_get_slide (wand) != 0 && !acini_tool_pixels_is_busy (wand);
}

static gboolean
has_wand_let_go (Desk *desk)
{
  return acini_tool_pixels_get_slide (ACINI_TOOL_PIXELS (acini_view_get_tool (desk->view, "wand"))) == 0;
}

/* The wand: a drag makes it take in more or less; what is let go of is painted. */
static void
test_wand (Desk *desk, gconstpointer data)
{
  static const double more[][2] = { { 430, 380 }, { 470, 380 }, { 520, 380 } };
  static const double less[][2] = { { 980, 380 }, { 900, 380 }, { 700, 380 } };
  AciniToolWand *wand = ACINI_TOOL_WAND (acini_view_get_tool (desk->view, "wand"));
  double first = acini_tool_wand_get_tolerance (wand);
  int x, y;

  set_up (desk, "w", "wand");
  drag (desk, more, G_N_ELEMENTS (more));
  g_assert_cmpfloat (acini_tool_wand_get_tolerance (wand), >, first + 5);
  g_assert_cmpfloat (get_overlap (desk, 0, 2), >, .95);
  desk_assert_query (desk, "SELECT tool || (json_extract(after, '$.tolerance') > 29) FROM journal WHERE kind = 'edit'",
                     "wand1");
  /* The preview under the button, and Escape. */
  locate (desk, 980, 380, &x, &y);
  desk_send (desk, "mousemove %d %d mousedown 1", x, y);
  desk_wait (desk, has_wand_answered, "the preview");
  desk_take_picture (desk, "wand-1-preview");
  desk_send (desk, "key Escape");
  desk_wait (desk, has_wand_let_go, "Escape");
  desk_send (desk, "mouseup 1");
  desk_settle (desk);
  assert_steps (desk, "1");
  /* So little is like the point itself that next to nothing is taken. */
  drag (desk, less, G_N_ELEMENTS (less));
  g_assert_cmpfloat (acini_tool_wand_get_tolerance (wand), <, first);
  press (desk, "<Control>z");
  press (desk, "<Control>z");
  g_assert_cmpuint (count (desk, 2), ==, 0);
}

/* Along the rim of an ellipse, wider than what is left of it, and with Alt from outside. */
static void
test_edge_brush (Desk *desk, gconstpointer data)
{
  static const double line[][2] = { { 330, 380 }, { 380, 350 }, { 430, 330 }, { 480, 350 }, { 520, 380 } };
  static const double outside[][2] = { { 430, 265 }, { 440, 262 }, { 450, 265 } };
  gsize n, beyond = 0;

  set_up (desk, "<Shift>b", "edge-brush");
  g_object_set (desk->view, "brush-size", 90., NULL);
  drag (desk, line, G_N_ELEMENTS (line));
  n = count (desk, 2);
  g_assert_cmpuint (n, >, 15000);
  {
    g_autofree guint8 *labels = read_labels (desk);

    for (int i = 0; i < WIDTH * HEIGHT; i++)
      beyond += labels[i] == 2 && get_ellipse (i % WIDTH + .5, i / WIDTH + .5) != 0;
  }
  g_assert_cmpuint (beyond, <, n / 50);
  desk_take_picture (desk, "edge-brush-1");
  desk_assert_query (desk, "SELECT tool FROM journal WHERE kind = 'edit'", "edge-brush");
  desk_send (desk, "keydown alt");
  drag (desk, outside, G_N_ELEMENTS (outside));
  desk_send (desk, "keyup alt");
  desk_settle (desk);
  g_assert_cmpuint (count (desk, 2), >, n - n / 50);
  g_assert_cmpuint (count (desk, 1), >, 1000);
  assert_steps (desk, "2");
}

static gboolean
draw_ring (AciniEdit *edit, gpointer data, GError **error)
{
  const AciniRect outer = { 300, 200, 300, 200 }, inner = { 340, 240, 200, 100 };

  return acini_edit_paint (edit, &outer, NULL, 3, error) && acini_edit_paint (edit, &inner, NULL, 1, error);
}

/* A gap, then the object around it, and what nothing encloses. */
static void
test_fill (Desk *desk, gconstpointer data)
{
  acini_editor_draw (acini_session_get_editor (desk->window->session), desk->slide, "brush", -1, draw_ring, NULL, NULL,
                     NULL, NULL);
  set_up (desk, "u", "fill");
  click (desk, 400, 300, 1, "");
  g_assert_cmpuint (count (desk, 2), ==, 20000);
  g_assert_cmpuint (count (desk, 3), ==, 40000);
  click (desk, 310, 210, 1, "");
  g_assert_cmpuint (count (desk, 2), ==, 60000);
  desk_take_picture (desk, "fill-1");
  press (desk, "<Control>z");
  g_assert_cmpuint (count (desk, 3), ==, 40000);
  click (desk, 1000, 900, 1, "");
  g_assert_cmpuint (count (desk, 2), ==, 20000);
  click (desk, 310, 210, 1, "alt");
  g_assert_cmpuint (count (desk, 3), ==, 0);
  g_assert_cmpuint (count (desk, 1), ==, 40000);
}

static double
get_size (Desk *desk)
{
  double size = 0;

  g_object_get (desk->view, "brush-size", &size, NULL);
  return size;
}

/* Keys, the wheel with Alt, and µm; at 0.5 µm per pixel. */
static void
test_size (Desk *desk, gconstpointer data)
{
  AciniReviewPage *page = desk->window->review_page;
  double size, rotation = 1;
  int x, y;

  set_up (desk, "b", "brush");
  size = get_size (desk);
  press (desk, "bracketright");
  g_assert_cmpfloat (get_size (desk), >, size);
  press (desk, "bracketleft");
  g_assert_cmpfloat_with_epsilon (get_size (desk), size, 1e-6);
  locate (desk, 700, 550, &x, &y);
  desk_send (desk, "mousemove %d %d keydown alt click 4 click 4 keyup alt", x, y);
  desk_settle (desk);
  g_assert_cmpfloat_with_epsilon (get_size (desk), size * 1.25 * 1.25, 1e-6);
  desk_send (desk, "keydown alt click 5 keyup alt");
  desk_settle (desk);
  g_assert_cmpfloat_with_epsilon (get_size (desk), size * 1.25, 1e-6);
  g_object_get (desk->view, "rotation", &rotation, NULL);
  g_assert_cmpfloat (rotation, ==, 0);
  gtk_spin_button_set_value (page->size_spin, 60);
  g_assert_cmpfloat_with_epsilon (get_size (desk), 60 / .5 * .6, 1e-6);
  g_assert_cmpstr (gtk_label_get_label (page->size_label), ==, "60\nµm");
  desk_take_picture (desk, "size-1");
  /* As wide on the tissue as it says. */
  click (desk, 700, 550, 1, "");
  g_assert_cmpuint (count (desk, 2), >, (gsize)(G_PI * 60 * 60 * .98));
  g_assert_cmpuint (count (desk, 2), <, (gsize)(G_PI * 60 * 60 * 1.02));
  /* On another zoom the same brush covers another length. */
  g_object_set (desk->view, "zoom", 1.2, NULL);
  desk_settle (desk);
  g_assert_cmpstr (gtk_label_get_label (page->size_label), ==, "30\nµm");
}

/* A hand that trembles puts down a corner, not a free line. */
static void
test_trembling (Desk *desk, gconstpointer data)
{
  AciniToolPath *polygon = ACINI_TOOL_PATH (acini_view_get_tool (desk->view, "polygon"));
  int x, y;

  set_up (desk, "p", "polygon");
  locate (desk, 400, 300, &x, &y);
  desk_send (desk, "mousemove %d %d mousedown 1", x, y);
  for (int i = 0; i < 4; i++)
    {
      desk_send (desk, "mousemove_relative -- %d %d", i % 2 ? -5 : 5, i % 2 ? 2 : -2);
      desk_run (desk, 30);
    }
  desk_send (desk, "mouseup 1");
  desk_settle (desk);
  g_assert_cmpuint (acini_tool_path_get_n (polygon), ==, 1);
  press (desk, "Escape");
}

int
main (int argc, char **argv)
{
  g_autofree char *home = acini_test_make_home ();
  int status;

  g_setenv ("ACINI_CLI", "/nowhere/acini-cli", TRUE);
  g_test_init (&argc, &argv, NULL);
  if (VIPS_INIT (argv[0]))
    return 1;
  desk_use_slides (make_slide);
#define ADD(path, test) g_test_add ("/pixel-tools/" path, Desk, NULL, desk_set_up, test, desk_tear_down)
  ADD ("click", test_click);
  ADD ("prompts", test_prompts);
  ADD ("squiggle", test_squiggle);
  ADD ("refine", test_refine);
  ADD ("draft", test_draft);
  ADD ("replace", test_replace);
  ADD ("wand", test_wand);
  ADD ("edge-brush", test_edge_brush);
  ADD ("fill", test_fill);
  ADD ("size", test_size);
  ADD ("trembling", test_trembling);
#undef ADD
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
