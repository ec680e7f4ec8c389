/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Regions in the real window: drawn, named, taken back, deleted, and signed off.  ACINI_TEST_PICTURES names a folder
 * for a picture of each step. */

#include "data/predictions/acini-prediction-key.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-desk-fixture.h"
#include "tests/view/acini-view-fixture.h"
#include "tests/view/acini-widget-search.h"
#include "ui/review/acini-review-page-private.h"
#include "ui/tools/acini-tool-outline.h"

#include <string.h>
#include <vips/vips.h>

static AciniRegionGroup *
get_group (Desk *desk)
{
  return acini_slide_pane_get_regions (desk->window->review_page->slide_pane);
}

static gboolean
has_one (Desk *desk)
{
  return acini_region_group_get_n (get_group (desk)) == 1;
}

static gboolean
has_none (Desk *desk)
{
  return acini_region_group_get_n (get_group (desk)) == 0;
}

/* Closes an outline of the lasso, as a hand does. */
static void
draw (Desk *desk, const double (*points)[2], guint n)
{
  AciniTool *lasso = acini_view_get_tool (desk->view, "lasso");
  g_autoptr (AciniStroke) stroke
      = acini_stroke_new_outline (acini_session_get_project (desk->window->session), desk->slide, "lasso", 2);

  for (guint i = 0; i < n; i++)
    acini_stroke_add (stroke, points[i][0], points[i][1]);
  g_signal_emit_by_name (lasso, "painted", stroke);
}

static GtkWidget *
get_focus (Desk *desk)
{
  return gtk_root_get_focus (GTK_ROOT (desk->window));
}

/* The dialog is there, and keys go to it. */
static gboolean
is_asked (Desk *desk)
{
  AdwDialog *dialog = desk_get_dialog (desk);
  GtkWidget *focus = get_focus (desk);

  return dialog != NULL && focus != NULL && gtk_widget_is_ancestor (focus, GTK_WIDGET (dialog));
}

static gboolean
is_fold (Desk *desk)
{
  GtkWidget *focus = get_focus (desk);

  return GTK_IS_EDITABLE (focus) && g_str_equal (gtk_editable_get_text (GTK_EDITABLE (focus)), "Fold");
}

static void
test_draw (Desk *desk, gconstpointer data)
{
  const double square[][2] = { { 100, 100 }, { 300, 100 }, { 300, 300 }, { 100, 300 } };
  g_autofree char *id = NULL;

  desk_settle (desk);
  acini_review_page_show_tab (desk->window->review_page, "slide");
  g_object_set (desk->view, "tool", "brush", NULL);
  g_object_set (desk->view, "outlining", TRUE, NULL);
  g_assert_true (ACINI_IS_TOOL_OUTLINE (desk->view->tool));
  draw (desk, square, 4);
  g_assert_false (acini_slide_view_get_outlining (desk->view));
  desk_wait (desk, is_asked, "a question for the name");
  desk_send (desk, "type Fold");
  desk_wait (desk, is_fold, "the name");
  desk_take_picture (desk, "region-1-name");
  desk_send (desk, "key Return");
  desk_wait (desk, desk_has_no_dialog, "the dialog gone");
  desk_wait (desk, has_one, "the region");
  desk_take_picture (desk, "region-2-drawn");
  desk_assert_query (desk, "SELECT name || ' ' || kind FROM regions", "Fold region");
  /* It was not painted; the next outline is. */
  desk_assert_query (desk, "SELECT count(*) FROM label_tiles", "0");
  desk_clear (desk);
  desk_press (desk, "<Control>z");
  desk_wait (desk, has_none, "the region taken back");
  desk_press (desk, "<Control><Shift>z");
  desk_wait (desk, has_one, "the region again");
  draw (desk, square, 4);
  desk_settle (desk);
  desk_assert_query (desk, "SELECT count(*) > 0 FROM label_tiles", "1");
  id = desk_dup_query (desk, "SELECT id FROM regions");
  g_assert_true (
      gtk_widget_activate_action (GTK_WIDGET (get_group (desk)), "region.delete", "x", g_ascii_strtoll (id, NULL, 10)));
  desk_wait (desk, has_none, "the region deleted");
  desk_assert_query (desk, "SELECT count(*) FROM regions", "0");
}

static gboolean
is_mine (Desk *desk)
{
  GtkWidget *focus = get_focus (desk);

  return GTK_IS_EDITABLE (focus) && g_str_equal (gtk_editable_get_text (GTK_EDITABLE (focus)), "Cortex");
}

static gboolean
is_renamed (Desk *desk)
{
  g_autofree char *name = desk_dup_query (desk, "SELECT group_concat(name || kind) FROM regions");

  return g_strcmp0 (name, "Medullaregion") == 0;
}

static gboolean
has_two (Desk *desk)
{
  return acini_region_group_get_n (get_group (desk)) == 2;
}

static void
check_corner (Desk *desk, int x, int y)
{
  g_autofree char *near = g_strdup_printf ("SELECT abs(json_extract(polygon, '$[0]') - %d) < 4"
                                           " AND abs(json_extract(polygon, '$[1]') - %d) < 4 FROM regions",
                                           x, y);

  desk_settle (desk);
  desk_assert_query (desk, near, "1");
}

/* Renamed, its corners dragged and moved by keys, added to and taken from with the tools that draw outlines; each a
 * step that is undone. */
static void
test_reshape (Desk *desk, gconstpointer data)
{
  const double square[][2] = { { 300, 300 }, { 700, 300 }, { 700, 700 }, { 300, 700 } };
  const double beside[][2] = { { 600, 400 }, { 900, 400 }, { 900, 500 }, { 600, 500 } };
  const double across[][2] = { { 200, 550 }, { 950, 550 }, { 950, 600 }, { 200, 600 } };
  g_autoptr (AciniStroke) stroke
      = acini_stroke_new_outline (acini_session_get_project (desk->window->session), desk->slide, "lasso", 2);
  g_autoptr (AciniStroke) taken = acini_stroke_new_outline (acini_session_get_project (desk->window->session),
                                                            desk->slide, "lasso", ACINI_LABEL_BACKGROUND);
  g_autofree char *id = NULL;
  int x, y;
  double sx, sy;

  desk_settle (desk);
  acini_review_page_show_tab (desk->window->review_page, "slide");
  for (guint i = 0; i < 4; i++)
    {
      acini_stroke_add (stroke, square[i][0], square[i][1]);
      acini_stroke_add (taken, across[i][0], across[i][1]);
    }
  acini_region_group_add (get_group (desk), stroke, "Cortex", ACINI_REGION_PLAIN);
  desk_wait (desk, has_one, "the region");
  id = desk_dup_query (desk, "SELECT id FROM regions");
  g_assert_true (
      gtk_widget_activate_action (GTK_WIDGET (get_group (desk)), "region.rename", "x", g_ascii_strtoll (id, NULL, 10)));
  desk_wait (desk, is_mine, "a question, with its name");
  desk_send (desk, "key ctrl+a type Medulla");
  desk_send (desk, "key Return");
  desk_wait (desk, is_renamed, "another name");
  desk_wait (desk, desk_has_no_dialog, "the dialog gone");
  desk_settle (desk);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (get_group (desk)), "region.reshape", "x",
                                             g_ascii_strtoll (id, NULL, 10)));
  desk_settle (desk);
  g_assert_cmpint (acini_slide_view_get_reshaped (desk->view), ==, g_ascii_strtoll (id, NULL, 10));
  desk_take_picture (desk, "region-5-reshape");
  acini_viewport_to_screen (&desk->view->viewport, 300, 300, &sx, &sy);
  desk_locate (desk, GTK_WIDGET (desk->view), sx, sy, &x, &y);
  desk_send (desk, "mousemove %d %d mousedown 1", x, y);
  acini_viewport_to_screen (&desk->view->viewport, 240, 260, &sx, &sy);
  desk_locate (desk, GTK_WIDGET (desk->view), sx, sy, &x, &y);
  desk_send (desk, "mousemove %d %d mousemove %d %d mouseup 1", x - 1, y, x, y);
  check_corner (desk, 240, 260);
  desk_press (desk, "<Control>z");
  check_corner (desk, 300, 300);
  /* The dragged corner is still the chosen one. */
  desk_press (desk, "Right");
  check_corner (desk, 300 + (int)(8 / acini_slide_view_get_zoom (desk->view)), 300);
  desk_press (desk, "<Control>z");
  check_corner (desk, 300, 300);
  desk_press (desk, "f");
  g_assert_cmpint (acini_slide_view_get_reshaped (desk->view), !=, 0);
  draw (desk, beside, 4);
  desk_settle (desk);
  desk_assert_query (desk, "SELECT json_array_length(polygon) FROM regions", "16");
  desk_take_picture (desk, "region-6-added");
  g_signal_emit_by_name (acini_view_get_tool (desk->view, "lasso"), "painted", taken);
  desk_wait (desk, has_two, "two parts");
  desk_settle (desk);
  desk_take_picture (desk, "region-7-taken");
  desk_assert_query (desk, "SELECT group_concat(name) FROM regions", "Medulla,Medulla");
  /* Nothing was painted; another tool ends it. */
  desk_assert_query (desk, "SELECT count(*) FROM label_tiles", "0");
  desk_press (desk, "b");
  g_assert_cmpint (acini_slide_view_get_reshaped (desk->view), ==, 0);
  for (guint i = 0; i < 3; i++)
    {
      desk_press (desk, "<Control>z");
      desk_settle (desk);
    }
  desk_assert_query (desk, "SELECT group_concat(name || json_array_length(polygon)) FROM regions", "Cortex8");
}

static AciniRegionProposals *
get_proposals (Desk *desk)
{
  return acini_slide_pane_get_proposals (desk->window->review_page->slide_pane);
}

static gboolean
has_proposals (Desk *desk)
{
  return acini_region_proposals_get_n (get_proposals (desk)) > 0;
}

/* The green part of the slide is taken for a pen's: proposed, and no region until somebody takes it. */
static void
test_proposals (Desk *desk, gconstpointer data)
{
  AciniRegionProposals *proposals = get_proposals (desk);

  desk_settle (desk);
  acini_review_page_show_tab (desk->window->review_page, "slide");
  for (guint i = 0; i < 2; i++)
    {
      widget_click (GTK_WIDGET (proposals), "Propose Exclusions");
      desk_wait (desk, has_proposals, "a proposal");
      desk_assert_query (desk, "SELECT count(*) FROM regions", "0");
      if (i == 0)
        {
          desk_run (desk, 300);
          desk_take_picture (desk, "region-8-proposed");
        }
      for (guint n = acini_region_proposals_get_n (proposals); n > 0; n--)
        widget_click (GTK_WIDGET (proposals), i == 0 ? "Dismiss “Pen”" : "Exclude “Pen”");
      g_assert_cmpuint (acini_region_proposals_get_n (proposals), ==, 0);
      desk_settle (desk);
    }
  desk_assert_query (desk, "SELECT min(kind = 'exclusion' AND name = 'Pen') FROM regions", "1");
  desk_press (desk, "<Control>z");
  desk_wait (desk, has_none, "taken back");
}

/* Another tool ends it; an exclusion is on the view as soon as it is listed. */
static void
test_exclusion (Desk *desk, gconstpointer data)
{
  const double square[][2] = { { 50, 50 }, { 250, 50 }, { 250, 250 } };
  g_autoptr (AciniStroke) stroke
      = acini_stroke_new_outline (acini_session_get_project (desk->window->session), desk->slide, "lasso", 2);

  desk_settle (desk);
  g_object_set (desk->view, "outlining", TRUE, NULL);
  g_object_set (desk->view, "tool", "brush", NULL);
  g_assert_false (acini_slide_view_get_outlining (desk->view));
  for (guint i = 0; i < 3; i++)
    acini_stroke_add (stroke, square[i][0], square[i][1]);
  acini_review_page_show_tab (desk->window->review_page, "slide");
  acini_region_group_add (get_group (desk), stroke, "Pen", ACINI_REGION_EXCLUSION);
  desk_wait (desk, has_one, "the exclusion");
  desk_rest (desk);
  desk_take_picture (desk, "region-3-exclusion");
  desk_assert_query (desk, "SELECT name || ' ' || kind FROM regions", "Pen exclusion");
}

/* A prediction of the model in use: one object in the region and one beside it. */
static void
predict (Desk *desk)
{
  AciniSession *session = desk->window->session;
  g_autofree char *folder = acini_prediction_dup_folder (acini_session_get_project (session)), *path = NULL;
  double downsample = acini_prediction_feed_get_downsample (desk->window->review_page->feed);
  const char *model = acini_model_item_get_record (acini_session_get_model (session))->id;
  AciniPredictionKey key = { desk->slide, model, downsample, "test" };
  AciniPredictionInfo info = { FIXTURE_WIDTH, FIXTURE_HEIGHT, downsample, 1, "", "test" };
  guint8 *pixels = g_malloc0 (512 * 512);
  AciniPredictionTile tile = { 0, 0, g_bytes_new_take (pixels, 512 * 512) };
  g_autoptr (AciniPrediction) prediction = NULL;
  g_autoptr (GError) error = NULL;

  for (int y = 50; y < 110; y++)
    {
      memset (pixels + y * 512 + 50, 250, 60);
      memset (pixels + y * 512 + 200, 250, 60);
    }
  g_strlcpy (info.model, model, sizeof info.model);
  path = acini_prediction_dup_path (folder, &key);
  prediction = acini_prediction_open (path, &info, &error);
  g_assert_no_error (error);
  g_assert_true (acini_prediction_write (prediction, &tile, 1, &error));
  g_bytes_unref (tile.probability);
  g_clear_object (&prediction);
  desk_press (desk, "Page_Down");
  desk_settle (desk);
  desk_press (desk, "Page_Up");
  desk_settle (desk);
}

static gboolean
has_prediction (Desk *desk)
{
  return acini_prediction_feed_get_prediction (desk->window->review_page->feed) != NULL;
}

static gboolean
is_signed (Desk *desk)
{
  g_autofree char *n = desk_dup_query (desk, "SELECT count(*) FROM journal WHERE tool = 'sign-off'");

  return g_strcmp0 (n, "1") == 0;
}

static guint8
read_label (Desk *desk, double x, double y)
{
  guint8 label = 255;

  g_assert_true (acini_labels_read (acini_session_get_project (desk->window->session), desk->slide, 0, (gint64)x,
                                    (gint64)y, 1, 1, &label, NULL));
  return label;
}

/* What the mask shows in the region becomes labels, and nothing beside it does. */
static void
test_sign_off (Desk *desk, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autoptr (AciniStroke) stroke
      = acini_stroke_new_outline (acini_session_get_project (desk->window->session), desk->slide, "lasso", 2);
  double d;

  desk_settle (desk);
  predict (desk);
  desk_wait (desk, has_prediction, "the prediction on screen");
  desk_settle (desk);
  d = acini_prediction_feed_get_downsample (desk->window->review_page->feed);
  acini_stroke_add (stroke, 40 * d, 40 * d);
  acini_stroke_add (stroke, 150 * d, 40 * d);
  acini_stroke_add (stroke, 150 * d, 150 * d);
  acini_stroke_add (stroke, 40 * d, 150 * d);
  acini_region_group_add (get_group (desk), stroke, "Cortex", ACINI_REGION_PLAIN);
  acini_review_page_show_tab (desk->window->review_page, "slide");
  desk_wait (desk, has_one, "the region");
  id = desk_dup_query (desk, "SELECT id FROM regions");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (get_group (desk)), "region.sign-off", "x",
                                             g_ascii_strtoll (id, NULL, 10)));
  desk_wait (desk, is_asked, "a question");
  desk_take_picture (desk, "region-4-sign-off");
  desk_send (desk, "key Return");
  desk_wait (desk, desk_has_no_dialog, "the dialog gone");
  desk_wait (desk, is_signed, "the region signed off");
  desk_settle (desk);
  g_assert_cmpint (read_label (desk, 80 * d, 80 * d), ==, ACINI_LABEL_FIRST_CLASS);
  g_assert_cmpint (read_label (desk, 130 * d, 130 * d), ==, ACINI_LABEL_BACKGROUND);
  g_assert_cmpint (read_label (desk, 230 * d, 80 * d), ==, ACINI_LABEL_UNLABELLED);
  g_assert_cmpint (read_label (desk, 20 * d, 20 * d), ==, ACINI_LABEL_UNLABELLED);
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
  g_test_add ("/regions/draw", Desk, NULL, desk_set_up, test_draw, desk_tear_down);
  g_test_add ("/regions/exclusion", Desk, NULL, desk_set_up, test_exclusion, desk_tear_down);
  g_test_add ("/regions/reshape", Desk, NULL, desk_set_up, test_reshape, desk_tear_down);
  g_test_add ("/regions/proposals", Desk, NULL, desk_set_up, test_proposals, desk_tear_down);
  g_test_add ("/regions/sign-off", Desk, NULL, desk_set_up, test_sign_off, desk_tear_down);
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
