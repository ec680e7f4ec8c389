/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The review queue in the real window: what it lists and in which order, and each of its keys.  ACINI_TEST_PICTURES
 * names a folder for a picture of each step. */

#include "data/predictions/acini-prediction-key.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-desk-fixture.h"
#include "tests/view/acini-view-fixture.h"
#include "ui/base/acini-async.h"
#include "ui/base/acini-pad.h"
#include "ui/review/acini-queue-pane-private.h"
#include "ui/review/acini-review-page-private.h"

#include <linux/input-event-codes.h>
#include <math.h>
#include <string.h>
#include <vips/vips.h>

static AciniReviewPage *
get_page (Desk *desk)
{
  return desk->window->review_page;
}

static void
press (Desk *desk, const char *key)
{
  desk_press (desk, key);
  desk_settle (desk);
}

/* A prediction of the model in use: objects of several certainties, and doubtful places. */

typedef struct
{
  int x, y, side;
  guint8 value;
} Square;

static void
fill (guint8 *pixels, const Square *square)
{
  for (int y = square->y; y < square->y + square->side; y++)
    memset (pixels + y * 512 + square->x, square->value, (gsize)square->side);
}

/* The slide is seen again once it has been left. */
static void
predict (Desk *desk)
{
  static const Square squares[] = {
    { 50, 50, 60, 250 },   /* certain */
    { 200, 50, 60, 150 },  /* doubted most */
    { 350, 50, 40, 200 },  /* less */
    { 50, 200, 50, 100 },  /* below the threshold: no object */
    { 200, 200, 30, 170 }, /* small */
  };
  AciniSession *session = desk->window->session;
  AciniProject *project = acini_session_get_project (session);
  g_autofree char *folder = acini_prediction_dup_folder (project), *path = NULL;
  double downsample = acini_prediction_feed_get_downsample (get_page (desk)->feed);
  const char *model = acini_model_item_get_record (acini_session_get_model (session))->id;
  AciniPredictionKey key = { desk->slide, model, downsample, "test" };
  AciniPredictionInfo info = { FIXTURE_WIDTH, FIXTURE_HEIGHT, downsample, 1, "", "test" };
  guint8 *pixels = g_malloc0 (512 * 512);
  AciniPredictionTile tile = { 0, 0, g_bytes_new_take (pixels, 512 * 512) };
  g_autoptr (AciniPrediction) prediction = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (squares); i++)
    fill (pixels, &squares[i]);
  g_strlcpy (info.model, model, sizeof info.model);
  path = acini_prediction_dup_path (folder, &key);
  prediction = acini_prediction_open (path, &info, &error);
  g_assert_no_error (error);
  g_assert_true (acini_prediction_write (prediction, &tile, 1, &error));
  g_bytes_unref (tile.probability);
  g_clear_object (&prediction);
  press (desk, "Page_Down");
  press (desk, "Page_Up");
}

static gboolean
has_prediction (Desk *desk)
{
  return acini_prediction_feed_get_prediction (get_page (desk)->feed) != NULL;
}

static gboolean
has_list (Desk *desk)
{
  return acini_queue_pane_get_n (get_page (desk)->queue_pane) > 0 && desk_is_settled (desk);
}

static void
set_up (Desk *desk)
{
  desk_settle (desk);
  predict (desk);
  desk_wait (desk, has_prediction, "the prediction on screen");
  acini_review_page_show_tab (get_page (desk), "queue");
  desk_wait (desk, has_list, "a list");
  desk_settle (desk);
}

/* (transfer full) what is current: probability in %, state, and "?" for a doubtful place. */
static char *
describe (Desk *desk)
{
  AciniReviewItem *item = acini_queue_pane_get_current (get_page (desk)->queue_pane);
  const AciniObject *object = item != NULL ? acini_review_item_get_object (item) : NULL;

  if (item == NULL)
    return g_strdup ("none");
  return g_strdup_printf ("%.0f%s %s", 100 * object->probability,
                          acini_review_item_get_suspect (item) != NULL ? "?" : "",
                          acini_review_state_to_string (object->state));
}

#define assert_current(desk, wanted)                                                                                   \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    g_autofree char *found_ = describe (desk);                                                                         \
    g_assert_cmpstr (found_, ==, wanted);                                                                              \
  }                                                                                                                    \
  G_STMT_END

static void
walk_all (Desk *desk)
{
  set_up (desk);
  desk_take_picture (desk, "queue-1-list");
}

/* In order of worth: the most doubted large one first, the certain one last; the view is at each. */
static void
test_walk (Desk *desk, gconstpointer data)
{
  AciniQueuePane *pane = NULL;
  AciniReviewItem *item;
  const AciniObject *object;
  double zoom;
  guint n;

  walk_all (desk);
  pane = get_page (desk)->queue_pane;
  n = acini_queue_pane_get_n (pane);
  g_assert_cmpuint (n, ==, 5);
  press (desk, "n");
  item = acini_queue_pane_get_current (pane);
  object = acini_review_item_get_object (item);
  g_assert_cmpfloat_with_epsilon (desk->view->viewport.x, (double)object->box.x + (double)object->box.width / 2, 2);
  g_assert_cmpfloat_with_epsilon (desk->view->viewport.y, (double)object->box.y + (double)object->box.height / 2, 2);
  g_assert_cmpuint (acini_selection_layer_get_n (desk->view->selection), ==, 1);
  desk_take_picture (desk, "queue-2-first");
  zoom = desk->view->viewport.zoom;
  g_assert_cmpfloat (zoom, >, .2);
  press (desk, "n");
  desk_take_picture (desk, "queue-3-second");
  press (desk, "<Shift>n");
  g_assert_true (acini_queue_pane_get_current (pane) == item);
  g_assert_cmpfloat_with_epsilon (desk->view->viewport.zoom, zoom, 1e-6);
  /* Who changes the zoom keeps it. */
  press (desk, "minus");
  zoom = desk->view->viewport.zoom;
  press (desk, "n");
  g_assert_cmpfloat_with_epsilon (desk->view->viewport.zoom, zoom, 1e-6);
  press (desk, "n");
  g_assert_cmpfloat_with_epsilon (desk->view->viewport.zoom, zoom, 1e-6);
  /* All the way to the end, and no farther. */
  for (guint i = 0; i < n; i++)
    press (desk, "n");
  assert_current (desk, "97 new");
  press (desk, "Home");
}

/* Each key, and what it leaves in the project. */
static void
test_decide (Desk *desk, gconstpointer data)
{
  AciniQueuePane *pane;
  g_autofree char *first = NULL, *now = NULL;

  walk_all (desk);
  pane = get_page (desk)->queue_pane;
  press (desk, "n");
  first = describe (desk);
  /* Skipped, it comes again at the end. */
  press (desk, "x");
  now = describe (desk);
  g_assert_cmpstr (now, !=, first);
  /* Accept, reject, each on to the next. */
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *before = describe (desk), *after = NULL;
      gboolean doubtful = strstr (before, "?") != NULL;

      press (desk, i == 0 ? "Return" : "BackSpace");
      after = describe (desk);
      g_assert_cmpstr (after, !=, before);
      g_test_message ("%s %d", before, doubtful);
    }
  desk_assert_query (desk, "SELECT count(*) >= 1 FROM reviews WHERE duration >= 0", "1");
  desk_assert_query (desk, "SELECT count(*) FROM journal WHERE kind IN ('review', 'edit')", "2");
  desk_take_picture (desk, "queue-4-decided");
  /* One undo for each. */
  press (desk, "<Control>z");
  press (desk, "<Control>z");
  desk_assert_query (desk, "SELECT count(*) FROM reviews", "0");
  /* Flag, with a comment. */
  desk_press (desk, "<Shift>f");
  desk_run (desk, 500);
  desk_send (desk, "type folded");
  desk_run (desk, 200);
  desk_send (desk, "key Return");
  desk_run (desk, 500);
  desk_settle (desk);
  desk_assert_query (desk, "SELECT state || ' ' || comment FROM reviews", "flagged folded");
  /* Edit: the brush. */
  press (desk, "<Shift>e");
  g_assert_true (desk->view->tool == acini_view_get_tool (desk->view, "brush"));
  g_assert_cmpuint (acini_queue_pane_get_n (pane), ==, 5);
}

/* A doubtful place that is accepted becomes an object, which a person drew. */
static void
test_doubtful (Desk *desk, gconstpointer data)
{
  AciniQueuePane *pane;
  const AciniSuspect *suspect;

  walk_all (desk);
  pane = get_page (desk)->queue_pane;
  gtk_drop_down_set_selected (pane->what, 2);
  desk_wait (desk, has_list, "doubtful places");
  desk_settle (desk);
  g_assert_cmpuint (acini_queue_pane_get_n (pane), ==, 1);
  press (desk, "n");
  suspect = acini_review_item_get_suspect (acini_queue_pane_get_current (pane));
  g_assert_nonnull (suspect);
  g_assert_cmpfloat_with_epsilon (suspect->probability, 100 / 255., .02);
  desk_take_picture (desk, "queue-5-doubtful");
  press (desk, "Return");
  gtk_drop_down_set_selected (pane->what, 1);
  gtk_drop_down_set_selected (pane->author, 2);
  desk_wait (desk, has_list, "what a person drew");
  desk_settle (desk);
  g_assert_cmpuint (acini_queue_pane_get_n (pane), ==, 1);
  press (desk, "<Control>z");
  press (desk, "F5");
  g_assert_cmpuint (acini_queue_pane_get_n (pane), ==, 0);
}

/* Orders and filters; all above a confidence are accepted in one step. */
static void
test_choices (Desk *desk, gconstpointer data)
{
  AciniQueuePane *pane;

  walk_all (desk);
  pane = get_page (desk)->queue_pane;
  gtk_drop_down_set_selected (pane->what, 1);
  gtk_drop_down_set_selected (pane->order, 3);
  desk_settle (desk);
  g_assert_cmpuint (acini_queue_pane_get_n (pane), ==, 4);
  press (desk, "n");
  {
    gint64 area = acini_review_item_get_object (acini_queue_pane_get_current (pane))->area;

    press (desk, "n");
    g_assert_cmpint (acini_review_item_get_object (acini_queue_pane_get_current (pane))->area, >, area);
  }
  gtk_drop_down_set_selected (pane->class, 2);
  desk_settle (desk);
  g_assert_cmpuint (acini_queue_pane_get_n (pane), ==, 0);
  gtk_drop_down_set_selected (pane->class, 0);
  desk_wait (desk, has_list, "all classes again");
  desk_settle (desk);
  gtk_widget_grab_focus (GTK_WIDGET (desk->view));
  desk_press (desk, "<Control>Return");
  desk_run (desk, 500);
  desk_take_picture (desk, "queue-6-above");
  desk_send (desk, "key Return");
  desk_run (desk, 500);
  desk_settle (desk);
  desk_assert_query (desk, "SELECT count(*) FROM reviews WHERE state = 'accepted'", "1");
  desk_assert_query (desk, "SELECT count(*) FROM journal WHERE kind = 'review'", "1");
  press (desk, "F5");
  g_assert_cmpuint (acini_queue_pane_get_n (pane), ==, 3);
  gtk_drop_down_set_selected (pane->state, 2);
  desk_wait (desk, has_list, "the accepted ones");
  desk_settle (desk);
  g_assert_cmpuint (acini_queue_pane_get_n (pane), ==, 1);
  press (desk, "n");
  assert_current (desk, "97 accepted");
}

/* A gamepad without one: it flies, decides, and moves what is looked at. */

static double before;

static gboolean
is_farther (Desk *desk)
{
  return desk->view->viewport.x > before + 20;
}

static gboolean
is_larger (Desk *desk)
{
  return desk->view->viewport.zoom > 1.2 * before;
}

static gboolean
is_accepted (Desk *desk)
{
  g_autofree char *n = desk_dup_query (desk, "SELECT count(*) FROM reviews WHERE state = 'accepted'");

  return g_strcmp0 (n, "1") == 0;
}

static void
push (Desk *desk, AciniPad *pad, guint button)
{
  acini_pad_take_button (pad, ACINI_PAD_GAMEPAD, button, TRUE);
  acini_pad_take_button (pad, ACINI_PAD_GAMEPAD, button, FALSE);
  desk_settle (desk);
}

static void
test_pad (Desk *desk, gconstpointer data)
{
  g_autoptr (AciniPad) pad = acini_pad_new ();
  AciniQueuePane *pane;
  AciniReviewItem *first;
  double dx, dy, factor;

  walk_all (desk);
  pane = get_page (desk)->queue_pane;
  acini_window_hold_pad (desk->window, pad);
  push (desk, pad, BTN_TR);
  first = acini_queue_pane_get_current (pane);
  g_assert_nonnull (first);
  push (desk, pad, BTN_TR);
  g_assert_true (acini_queue_pane_get_current (pane) != first);
  push (desk, pad, BTN_TL);
  g_assert_true (acini_queue_pane_get_current (pane) == first);
  push (desk, pad, BTN_SOUTH);
  desk_wait (desk, is_accepted, "it accepted");
  g_assert_cmpint (acini_review_item_get_object (first)->state, ==, ACINI_REVIEW_ACCEPTED);
  push (desk, pad, BTN_NORTH); /* undone */
  desk_assert_query (desk, "SELECT count(*) FROM reviews", "0");
  before = desk->view->viewport.zoom;
  acini_pad_take_axis (pad, ACINI_PAD_GAMEPAD, ABS_RY, -1);
  desk_wait (desk, is_larger, "it larger");
  acini_pad_take_axis (pad, ACINI_PAD_GAMEPAD, ABS_RY, 0);
  before = desk->view->viewport.x;
  acini_pad_take_axis (pad, ACINI_PAD_GAMEPAD, ABS_X, 1);
  desk_wait (desk, is_farther, "what is to the right");
  acini_pad_take_axis (pad, ACINI_PAD_GAMEPAD, ABS_X, 0);
  g_assert_false (acini_pad_advance (pad, 1, &dx, &dy, &factor));
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
#define ADD(path, test) g_test_add ("/review-queue/" path, Desk, NULL, desk_set_up, test, desk_tear_down)
  ADD ("walk", test_walk);
  ADD ("decide", test_decide);
  ADD ("doubtful", test_doubtful);
  ADD ("choices", test_choices);
  ADD ("pad", test_pad);
#undef ADD
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
