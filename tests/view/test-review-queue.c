/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The review queue in the real window: what it lists and in which order, and each of its keys.  ACINI_TEST_PICTURES
 * names a folder for a picture of each step. */

#include "app/training/acini-disagreement.h"
#include "data/objects/acini-reading.h"
#include "data/predictions/acini-prediction-key.h"
#include "data/project/acini-region.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-desk-fixture.h"
#include "tests/view/acini-view-fixture.h"
#include "tests/view/acini-widget-search.h"
#include "ui/review/acini-class-list.h"
#include "ui/base/acini-async.h"
#include "ui/base/acini-pad.h"
#include "ui/review/acini-queue-pane-private.h"
#include "ui/review/acini-readers-dialog.h"
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

/* As a training in folds leaves it beside its model: two places, and of another slide of that name none. */
static void
write_out_of_fold (Desk *desk)
{
  AciniSession *session = desk->window->session;
  AciniProject *project = acini_session_get_project (session);
  const char *model = acini_model_item_get_record (acini_session_get_model (session))->id;
  g_autoptr (AciniSlideRecord) record = acini_project_get_slide (project, desk->slide, NULL);
  g_autofree char *folder = acini_project_build_path (project, "models", model, NULL), *text = NULL;
  g_autofree char *path = g_build_filename (folder, ACINI_OUT_OF_FOLD_FILE, NULL);

  g_mkdir_with_parents (folder, 0777);
  text
      = g_strdup_printf ("{\"%s\": {\"slide\": %d, \"model\": \"fold\", \"disagreements\": ["
                         "{\"x\": 80, \"y\": 80, \"box\": [50, 50, 60, 60], \"pixels\": 3600, \"missing\": true},"
                         "{\"x\": 370, \"y\": 70, \"box\": [350, 50, 40, 40], \"pixels\": 1600, \"missing\": false}]}}",
                         record->name, (int)desk->slide);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

/* Where labels and what a model said out of fold disagree; accepted, the labels are right as they are. */
static void
test_out_of_fold (Desk *desk, gconstpointer data)
{
  AciniQueuePane *pane;
  AciniReviewItem *item;

  set_up (desk);
  write_out_of_fold (desk);
  pane = get_page (desk)->queue_pane;
  gtk_drop_down_set_selected (pane->what, 4);
  desk_wait (desk, has_list, "places");
  desk_settle (desk);
  g_assert_cmpuint (acini_queue_pane_get_n (pane), ==, 2);
  press (desk, "n");
  item = acini_queue_pane_get_current (pane);
  g_assert_nonnull (acini_review_item_get_suspect (item));
  g_assert_true (acini_review_item_get_suspect (item)->out_of_fold);
  desk_take_picture (desk, "queue-7-out-of-fold");
  press (desk, "Return");
  desk_assert_query (desk, "SELECT count(*) FROM reviews WHERE state = 'accepted'", "1");
  desk_assert_query (desk, "SELECT count(*) FROM journal WHERE kind = 'edit'", "0");
  press (desk, "F5");
  g_assert_cmpuint (acini_queue_pane_get_n (pane), ==, 1);
}

/* The choice of class is between all, and as many as there are. */
static void
assert_classes (Desk *desk, guint n)
{
  GListModel *choices = gtk_drop_down_get_model (get_page (desk)->queue_pane->class);
  g_autofree char *name = acini_class_list_dup_name (acini_class_list_get (desk->window->session), n - 1);

  g_assert_cmpuint (g_list_model_get_n_items (choices), ==, n);
  g_assert_cmpstr (gtk_string_list_get_string (GTK_STRING_LIST (choices), n - 1), ==, name);
}

static gboolean
lists_stroma (Desk *desk)
{
  GtkStringList *choices = GTK_STRING_LIST (gtk_drop_down_get_model (get_page (desk)->queue_pane->class));

  return g_strcmp0 (gtk_string_list_get_string (choices, 2), "Stroma") == 0;
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
  /* The project's classes by their names; the choice stays while another comes. */
  assert_classes (desk, 2);
  gtk_drop_down_set_selected (pane->class, 1);
  desk_settle (desk);
  g_assert_cmpuint (acini_queue_pane_get_n (pane), ==, 4);
  acini_class_list_rename (acini_class_list_get (desk->window->session), 2, "Stroma");
  desk_wait (desk, lists_stroma, "a second class among the choices");
  g_assert_cmpuint (gtk_drop_down_get_selected (pane->class), ==, 1);
  g_assert_cmpuint (acini_queue_pane_get_n (pane), ==, 4);
  gtk_drop_down_set_selected (pane->class, 2);
  desk_settle (desk);
  g_assert_cmpuint (acini_queue_pane_get_n (pane), ==, 0);
  desk_take_picture (desk, "queue-9-class");
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

/* What lies in an exclusion is neither listed nor counted, and its tissue need not be seen. */
static void
test_exclusion (Desk *desk, gconstpointer data)
{
  double side = 130 * acini_prediction_feed_get_downsample (get_page (desk)->feed);
  const double left[][2] = { { 0, 0 }, { side, 0 }, { side, FIXTURE_HEIGHT }, { 0, FIXTURE_HEIGHT } };
  g_autoptr (GPtrArray) regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);
  AciniQueuePane *pane;

  walk_all (desk);
  pane = get_page (desk)->queue_pane;
  g_assert_nonnull (strstr (gtk_label_get_label (pane->progress), "of 4 FTUs"));
  /* The certain one and the doubtful place lie left of it. */
  g_ptr_array_add (regions, acini_region_record_new ("Fold", ACINI_REGION_EXCLUSION, left, 4));
  acini_editor_change (acini_session_get_editor (desk->window->session),
                       acini_change_new_regions (desk->slide, regions), NULL, NULL);
  desk_settle (desk);
  press (desk, "F5");
  g_assert_cmpuint (acini_queue_pane_get_n (pane), ==, 3);
  g_assert_nonnull (strstr (gtk_label_get_label (pane->progress), "of 3 FTUs"));
}

static gboolean
is_on_other (Desk *desk)
{
  return desk->view->slide_id == desk->other && acini_queue_pane_get_current (get_page (desk)->queue_pane) != NULL
         && desk_is_settled (desk);
}

static gboolean
is_on_first (Desk *desk)
{
  return desk->view->slide_id == desk->slide && acini_queue_pane_get_current (get_page (desk)->queue_pane) != NULL
         && desk_is_settled (desk);
}

static gboolean
draw_square (AciniEdit *edit, gpointer data, GError **error)
{
  return acini_edit_paint (edit, &(AciniRect){ 100, 100, 80, 80 }, NULL, 2, error);
}

/* At the end of a slide the queue goes on to the next one that has something, of the organ that is wanted. */
static void
test_slides (Desk *desk, gconstpointer data)
{
  AciniSession *session = desk->window->session;
  AciniSlideList *list = acini_session_get_slide_list (session);
  AciniQueuePane *pane;

  acini_editor_draw (acini_session_get_editor (session), desk->other, "brush", -1, draw_square, NULL, NULL, NULL, NULL);
  acini_slide_list_set_organ (list, &desk->slide, 1, "kidney");
  walk_all (desk);
  pane = get_page (desk)->queue_pane;
  g_assert_cmpuint (g_list_model_get_n_items (gtk_drop_down_get_model (pane->slides)), ==, 3);
  /* This slide alone. */
  press (desk, "n");
  press (desk, "<Shift>n");
  desk_settle (desk);
  g_assert_cmpint (desk->view->slide_id, ==, desk->slide);
  /* All. */
  gtk_drop_down_set_selected (pane->slides, 1);
  desk_wait (desk, has_list, "the list");
  for (guint i = 0; i < 6; i++)
    press (desk, "n");
  desk_wait (desk, is_on_other, "the other slide's object");
  g_assert_cmpuint (acini_queue_pane_get_n (pane), ==, 1);
  assert_current (desk, "-100 new");
  press (desk, "<Shift>n");
  desk_wait (desk, is_on_first, "the first slide's last object");
  /* Kidneys: there is no other. */
  gtk_drop_down_set_selected (pane->slides, 2);
  desk_wait (desk, has_list, "the list of kidneys");
  for (guint i = 0; i < 6; i++)
    press (desk, "n");
  desk_settle (desk);
  g_assert_cmpint (desk->view->slide_id, ==, desk->slide);
}

/* Second readers. */

static gboolean
is_row (GtkWidget *widget, gconstpointer title)
{
  return (ADW_IS_BUTTON_ROW (widget) || ADW_IS_ACTION_ROW (widget))
         && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) == 0;
}

static gboolean
is_reading (Desk *desk)
{
  return desk->window->session != NULL && adw_banner_get_revealed (desk->window->reading_banner)
         && acini_session_is_ready (desk->window->session) && desk_is_settled (desk);
}

static gboolean
is_project (Desk *desk)
{
  return desk->window->session != NULL && !adw_banner_get_revealed (desk->window->reading_banner)
         && acini_session_is_ready (desk->window->session) && desk_is_settled (desk);
}

static gboolean
has_readers (Desk *desk)
{
  AdwDialog *dialog = desk_get_dialog (desk);

  return ACINI_IS_READERS_DIALOG (dialog) && acini_readers_dialog_is_idle (ACINI_READERS_DIALOG (dialog));
}

static void
open_readers (Desk *desk, const char *picture)
{
  g_action_group_activate_action (G_ACTION_GROUP (desk->window), "readers", NULL);
  desk_wait (desk, has_readers, "the readers");
  desk_take_picture (desk, picture);
}

static void
choose_row (Desk *desk, const char *title)
{
  GtkWidget *row = widget_search (GTK_WIDGET (desk_get_dialog (desk)), is_row, title);

  g_assert_nonnull (row);
  g_signal_emit_by_name (row, "activated");
}

static gboolean
is_entry (GtkWidget *widget, gconstpointer data)
{
  return ADW_IS_ENTRY_ROW (widget);
}

/* A reader sees objects and nobody's decisions, in an order of its own; once it is done both are compared, and the list
 * of what they disagree about flies to the place. */
static void
test_readers (Desk *desk, gconstpointer data)
{
  AciniQueuePane *pane;
  AdwDialog *dialog;
  GtkWidget *entry;
  AciniReviewItem *item;
  gint64 area;

  walk_all (desk);
  pane = get_page (desk)->queue_pane;
  gtk_drop_down_set_selected (pane->what, 1);
  gtk_drop_down_set_selected (pane->order, 5);
  desk_wait (desk, has_list, "objects by position");
  desk_settle (desk);
  press (desk, "n");
  area = acini_review_item_get_object (acini_queue_pane_get_current (pane))->area;
  /* From left to right and down: the first accepts 60², 60² and 40², and rejects 30². */
  for (int i = 0; i < 4; i++)
    press (desk, i < 3 ? "Return" : "BackSpace");
  desk_assert_query (desk, "SELECT count(*) FROM reviews", "4");
  open_readers (desk, "readers-1-none");
  dialog = desk_get_dialog (desk);
  entry = widget_search (GTK_WIDGET (dialog), is_entry, NULL);
  gtk_editable_set_text (GTK_EDITABLE (entry), "Ada Lovelace");
  g_signal_emit_by_name (entry, "apply");
  desk_wait (desk, is_reading, "the reading");
  acini_session_review (desk->window->session,
                        acini_reading_find_slide (acini_session_get_project (desk->window->session), desk->slide));
  acini_review_page_show_tab (get_page (desk), "queue");
  desk_wait (desk, has_prediction, "the prediction in the reading");
  desk_wait (desk, has_list, "the reading's list");
  desk_settle (desk);
  desk_assert_query (desk, "SELECT count(*) FROM reviews", "0");
  desk_assert_query (desk, "SELECT group_concat (name) FROM (SELECT name FROM slides ORDER BY name)",
                     "Slide 1,Slide 2");
  g_assert_cmpuint (gtk_drop_down_get_selected (pane->order), ==, 6);
  desk_take_picture (desk, "readers-2-reading");

  /* Ada says otherwise of the certain one. */
  desk_clear (desk);
  press (desk, "n");
  for (int i = 0; i < 4; i++)
    {
      const AciniObject *object = acini_review_item_get_object (acini_queue_pane_get_current (pane));
      gboolean refused = object->probability > .9 || object->area < area / 3;

      press (desk, refused ? "BackSpace" : "Return");
    }
  desk_assert_query (desk, "SELECT count(*) FROM reviews", "4");
  open_readers (desk, "readers-3-own");
  choose_row (desk, "I Am _Done");
  desk_wait (desk, is_project, "the project");
  desk_settle (desk);
  open_readers (desk, "readers-4-agreement");
  /* Three yes and one no, two yes and two no, three of four alike: (.75 - .5) / (1 - .5). */
  g_assert_cmpstr (acini_readers_dialog_get_agreement (ACINI_READERS_DIALOG (desk_get_dialog (desk)), 0), ==,
                   "Cohen's κ 0.50 · 1 disagreement");
  choose_row (desk, "First reader and Ada Lovelace");
  desk_wait (desk, desk_has_no_dialog, "the dialog's end");
  desk_wait (desk, has_list, "what they disagree about");
  desk_settle (desk);
  g_assert_cmpuint (acini_queue_pane_get_n (pane), ==, 1);
  desk_clear (desk);
  press (desk, "n");
  assert_current (desk, "97 accepted");
  item = acini_queue_pane_get_current (pane);
  g_assert_cmpstr (acini_review_item_get_note (item), ==, "First reader: yes · Ada Lovelace: no");
  desk_take_picture (desk, "readers-5-disagreement");
  /* Who comes to agree has nothing left in the list. */
  press (desk, "BackSpace");
  press (desk, "F5");
  g_assert_cmpuint (acini_queue_pane_get_n (pane), ==, 0);
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
  ADD ("out-of-fold", test_out_of_fold);
  ADD ("choices", test_choices);
  ADD ("pad", test_pad);
  ADD ("exclusion", test_exclusion);
  ADD ("slides", test_slides);
  ADD ("readers", test_readers);
#undef ADD
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
