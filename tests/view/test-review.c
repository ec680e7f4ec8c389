/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The review page's pane for segmenting, and what feeds its view with predictions. */

#include "data/labels/acini-editor.h"
#include "data/predictions/acini-prediction-key.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-widget-search.h"
#include "ui/acini-application.h"
#include "ui/base/acini-async.h"
#include "ui/project/acini-model-thresholds.h"
#include "ui/review/acini-mask-legend.h"
#include "ui/review/acini-prediction-feed.h"
#include "ui/review/acini-segment-pane.h"
#include "ui/view/core/acini-view-core.h"

#include <adwaita.h>

#define TIMEOUT_S 60

typedef struct
{
  char *folder;
  AciniProject *project;
  AciniEditor *editor;
  gint64 kidney, lung;
  AciniSession *session;
  AciniSlideView *view;
  AciniSegmentPane *pane;
  AciniPredictionFeed *feed;
  GtkWidget *window;
  guint n_messages;
  double wanted_mpp;
} Fixture;

static void
wait_for (Fixture *f, gboolean (*condition) (Fixture *f))
{
  gint64 end = g_get_monotonic_time () + TIMEOUT_S * G_USEC_PER_SEC;

  while (!condition (f) || !acini_async_is_idle ())
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (1000);
    }
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static gboolean
is_ready (Fixture *f)
{
  return acini_session_is_ready (f->session)
         && acini_model_list_find (acini_session_get_model_list (f->session), "one") != NULL;
}

static gboolean
is_settled (Fixture *f)
{
  return acini_editor_is_idle (f->editor);
}

static void
on_message (Fixture *f)
{
  f->n_messages++;
}

/* @thresholds: as a card has them. */
static void
add_model (Fixture *f, const char *id, const char *classes, const char *thresholds)
{
  g_autofree char *folder = acini_project_build_path (f->project, "models", id, NULL);
  g_autofree char *path = g_build_filename (folder, "model.json", NULL);
  g_autofree char *text
      = g_strdup_printf ("{\"id\": \"%s\", \"name\": \"%s\", \"architecture\": \"segformer-b0\", \"mpp\": 1,"
                         " \"activation\": \"softmax\", \"classes\": %s, \"threshold\": 0.5, \"thresholds\": %s}",
                         id, id, classes, thresholds);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_true (acini_project_add_model (f->project, id, id, folder, "", NULL));
}

static void
review (Fixture *f, gint64 slide)
{
  acini_session_set_slide (f->session, acini_slide_list_find (acini_session_get_slide_list (f->session), slide));
  wait_for (f, is_settled);
}

static void
use_model (Fixture *f, const char *id)
{
  acini_model_list_use (acini_session_get_model_list (f->session),
                        acini_model_list_find (acini_session_get_model_list (f->session), id));
  wait_for (f, is_settled);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);

  *f = (Fixture){ .folder = acini_test_make_folder () };
  f->project = acini_test_make_project (f->folder);
  f->kidney = acini_test_add_slide (f->project, "kidney.tiff", 2000, 1500);
  f->lung = acini_test_add_slide (f->project, "lung.tiff", 2000, 1500);
  g_assert_true (acini_project_set_slide_organ (f->project, f->kidney, "kidney", NULL));
  g_assert_true (acini_project_set_slide_organ (f->project, f->lung, "lung", NULL));
  add_model (f, "one", "[\"background\", \"unit\"]", "{\"kidney\": 0.3}");
  add_model (f, "three", "[\"background\", \"a\", \"b\", \"c\"]", "{\"kidney/b\": 0.7}");
  g_assert_true (acini_project_set_setting (f->project, "model", "one", NULL));
  f->editor = acini_editor_get (f->project);
  f->session = acini_session_new (f->project);
  g_signal_connect_swapped (f->session, "message", G_CALLBACK (on_message), f);
  f->view = g_object_ref (ACINI_SLIDE_VIEW (acini_slide_view_new ()));
  f->pane = g_object_new (ACINI_TYPE_SEGMENT_PANE, NULL);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (f->view));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (f->pane));
  f->window = adw_window_new (); /* which dialogs are shown in */
  gtk_window_set_default_size (GTK_WINDOW (f->window), 800, 700);
  adw_window_set_content (ADW_WINDOW (f->window), box);
  gtk_window_present (GTK_WINDOW (f->window));
  acini_segment_pane_set_session (f->pane, f->session, f->view);
  f->feed = acini_prediction_feed_new (f->session, f->view);
  acini_segment_pane_set_feed (f->pane, f->feed);
  acini_session_load (f->session);
  wait_for (f, is_ready);
  review (f, f->kidney);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  wait_for (f, is_settled);
  acini_segment_pane_set_session (f->pane, NULL, NULL);
  g_clear_object (&f->feed);
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_clear_object (&f->view);
  acini_session_close (f->session);
  g_clear_object (&f->session);
  wait_for (f, is_settled);
  g_clear_object (&f->editor);
  g_clear_object (&f->project);
  acini_test_remove_folder (f->folder);
}

/* The pane. */

static gpointer
get_child (Fixture *f, const char *name)
{
  return gtk_widget_get_template_child (GTK_WIDGET (f->pane), ACINI_TYPE_SEGMENT_PANE, name);
}

static void
assert_threshold (Fixture *f, guint plane, int cut, gboolean own)
{
  double value = acini_threshold_from_cut ((guint8)cut);
  g_autofree char *text = g_strdup_printf ("%.3f", value);

  g_assert_cmpint (f->view->look.thresholds.cuts[plane], ==, cut);
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (get_child (f, "threshold")), value, 1e-9);
  g_assert_cmpstr (gtk_label_get_label (get_child (f, "threshold_label")), ==, text);
  g_assert_cmpint (gtk_widget_get_sensitive (get_child (f, "threshold_reset")), ==, own);
  g_assert_cmpstr (gtk_label_get_label (get_child (f, "threshold_origin")), ==, own ? "Set by you" : "From the model");
}

/* A key, from @cut on. */
static void
step (Fixture *f, int cut, int by)
{
  GtkAdjustment *threshold = get_child (f, "threshold");

  assert_threshold (f, 0, cut, TRUE);
  gtk_adjustment_set_value (threshold,
                            gtk_adjustment_get_value (threshold) + by * gtk_adjustment_get_step_increment (threshold));
}

/* Wherever the slider is let go, it rests where its number is the one that counts. */
static void
test_snap (Fixture *f, gconstpointer data)
{
  assert_threshold (f, 0, 77, FALSE); /* 0.3 */
  for (int i = 0; i <= 1000; i += 7)
    {
      gtk_adjustment_set_value (get_child (f, "threshold"), i / 1000.0);
      assert_threshold (f, 0, acini_threshold_to_cut (i / 1000.0), TRUE);
    }
  /* The step of a key leads to the next byte, up and down. */
  gtk_adjustment_set_value (get_child (f, "threshold"), 0);
  for (int cut = 1; cut < 255; cut++)
    step (f, cut, 1);
  for (int cut = 255; cut > 1; cut--)
    step (f, cut, -1);
  assert_threshold (f, 0, 1, TRUE);
}

/* A threshold holds for its model and organ, until it is reset, also after a restart. */
static void
test_own (Fixture *f, gconstpointer data)
{
  g_autofree char *kept = NULL;

  gtk_adjustment_set_value (get_child (f, "threshold"), 0.6);
  assert_threshold (f, 0, 153, TRUE);
  review (f, f->lung);
  assert_threshold (f, 0, 128, FALSE);
  review (f, f->kidney);
  assert_threshold (f, 0, 153, TRUE);
  use_model (f, "three");
  assert_threshold (f, 0, 128, FALSE);
  use_model (f, "one");
  assert_threshold (f, 0, 153, TRUE);
  wait_for (f, is_settled);
  kept = acini_project_dup_setting (f->project, "threshold/one/kidney");
  g_assert_cmpstr (kept, ==, "153");

  g_signal_emit_by_name (get_child (f, "threshold_reset"), "clicked");
  assert_threshold (f, 0, 77, FALSE);
  wait_for (f, is_settled);
  review (f, f->lung);
  review (f, f->kidney);
  assert_threshold (f, 0, 77, FALSE);
}

/* The organ of the slide on screen is told: its thresholds count at once. */
static gboolean
lung_is_kidney (Fixture *f)
{
  AciniSlideItem *item = acini_slide_list_find (acini_session_get_slide_list (f->session), f->lung);

  return is_settled (f) && g_str_equal (acini_slide_item_get_record (item)->organ, "kidney");
}

static void
test_organ (Fixture *f, gconstpointer data)
{
  review (f, f->lung);
  assert_threshold (f, 0, 128, FALSE);
  acini_slide_list_set_organ (acini_session_get_slide_list (f->session), &f->lung, 1, "kidney");
  wait_for (f, lung_is_kidney);
  assert_threshold (f, 0, 77, FALSE);
}

static guint
count_rows (Fixture *f)
{
  GtkWidget *rows = gtk_widget_get_first_child (get_child (f, "legend"));
  guint n = 0;

  for (GtkWidget *row = gtk_widget_get_first_child (rows); row != NULL; row = gtk_widget_get_next_sibling (row))
    n++;
  return n;
}

/* Each class has a threshold of its own, and is in the legend. */
static void
test_classes (Fixture *f, gconstpointer data)
{
  GtkDropDown *classes = get_child (f, "threshold_class");

  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (classes)));
  g_assert_cmpuint (count_rows (f), ==, 3);
  use_model (f, "three");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (classes)));
  g_assert_cmpuint (count_rows (f), ==, 7);
  gtk_drop_down_set_selected (classes, 1);
  assert_threshold (f, 1, 179, FALSE);
  gtk_adjustment_set_value (get_child (f, "threshold"), 0.2);
  assert_threshold (f, 1, 51, TRUE);
  g_assert_cmpint (f->view->look.thresholds.cuts[0], ==, 128);
  gtk_drop_down_set_selected (classes, 2);
  assert_threshold (f, 2, 128, TRUE);
}

/* The feed. */

static GBytes *
make_tile (guint8 value)
{
  const gsize size = ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE;
  guint8 *pixels = g_malloc (size);

  memset (pixels, value, size);
  return g_bytes_new_take (pixels, size);
}

static void
send_tile (Fixture *f, guint8 value, const char *way)
{
  g_autoptr (GBytes) tile = make_tile (value);

  acini_prediction_feed_add_tile (f->feed, acini_prediction_feed_get_ticket (f->feed), 0, 0, tile, 2, 1, way);
}

/* What the file of that slide, scale and way has; -1: there is none. */
static int
read_file (Fixture *f, gint64 slide, double downsample, const char *way)
{
  AciniPredictionKey key = { slide, "one", downsample, way };
  g_autofree char *folder = acini_prediction_dup_folder (f->project);
  g_autofree char *path = acini_prediction_dup_path (folder, &key);
  g_autoptr (AciniPrediction) prediction = NULL;
  guint8 value;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return -1;
  prediction = acini_prediction_open (path, NULL, NULL);
  g_assert_true (acini_prediction_read (prediction, 0, 0, 5, 5, 1, 1, &value, NULL, NULL));
  return value;
}

static int
read_shown (Fixture *f)
{
  guint8 value;

  if (f->view->prediction == NULL)
    return -1;
  g_assert_true (f->view->prediction == acini_prediction_feed_get_prediction (f->feed));
  g_assert_true (acini_prediction_read (f->view->prediction, 0, 0, 5, 5, 1, 1, &value, NULL, NULL));
  return value;
}

/* Tiles of one way never go into the file of another. */
static void
test_ways (Fixture *f, gconstpointer data)
{
  g_assert_cmpint (read_shown (f), ==, -1);
  send_tile (f, 10, "float32");
  wait_for (f, is_settled);
  g_assert_cmpint (read_shown (f), ==, 10);
  send_tile (f, 20, "bfloat16");
  wait_for (f, is_settled);
  g_assert_cmpint (read_shown (f), ==, 20);
  g_assert_cmpint (read_file (f, f->kidney, 2, "float32"), ==, 10);
  g_assert_cmpint (read_file (f, f->kidney, 2, "bfloat16"), ==, 20);
}

static gboolean
has_wanted_mpp (Fixture *f)
{
  AciniSlideItem *item = acini_slide_list_find (acini_session_get_slide_list (f->session), f->kidney);

  return is_settled (f) && acini_slide_item_get_record (item)->mpp_x == f->wanted_mpp;
}

static void
set_mpp (Fixture *f, double mpp)
{
  f->wanted_mpp = mpp;
  acini_slide_list_set_mpp (acini_session_get_slide_list (f->session), &f->kidney, 1, mpp, mpp);
  wait_for (f, has_wanted_mpp);
}

/* With another µm per pixel the prediction is not drawn; it comes back with its scale. */
static void
test_scale (Fixture *f, gconstpointer data)
{
  send_tile (f, 10, "float32");
  wait_for (f, is_settled);
  g_assert_cmpint (read_shown (f), ==, 10);
  set_mpp (f, 0.25);
  g_assert_cmpint (read_shown (f), ==, -1);
  g_assert_cmpuint (f->n_messages, ==, 1); /* it is said that it is kept */
  g_assert_cmpint (read_file (f, f->kidney, 2, "float32"), ==, 10);
  set_mpp (f, 0.5);
  g_assert_cmpint (read_shown (f), ==, 10);
}

static guint
count_choices (Fixture *f)
{
  GListModel *model = adw_combo_row_get_model (get_child (f, "prediction_row"));

  return model != NULL && gtk_widget_get_visible (get_child (f, "prediction_row")) ? g_list_model_get_n_items (model)
                                                                                   : 0;
}

static gboolean
has_two_choices (Fixture *f)
{
  return count_choices (f) == 2;
}

static gboolean
has_three_choices (Fixture *f)
{
  return count_choices (f) == 3;
}

/* Chooses the prediction of which the row says @text. */
static void
choose (Fixture *f, const char *text)
{
  AdwComboRow *row = get_child (f, "prediction_row");
  GListModel *model = adw_combo_row_get_model (row);
  guint found = GTK_INVALID_LIST_POSITION;

  for (guint i = 0; i < g_list_model_get_n_items (model); i++)
    if (strstr (gtk_string_list_get_string (GTK_STRING_LIST (model), i), text) != NULL)
      found = i;
  g_assert_cmpuint (found, !=, GTK_INVALID_LIST_POSITION);
  adw_combo_row_set_selected (row, found);
  wait_for (f, is_settled);
}

static GtkWidget *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();
  GtkWidget *dialog = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (windows) && dialog == NULL; i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      dialog = widget_find_type (window, "AdwAlertDialog");
    }
  return dialog;
}

static gboolean
has_no_dialog (Fixture *f)
{
  return find_dialog () == NULL;
}

static void
respond (Fixture *f, const char *response)
{
  GtkWidget *dialog = find_dialog ();

  g_assert_nonnull (dialog);
  g_signal_emit_by_name (dialog, "response", response);
  adw_dialog_force_close (ADW_DIALOG (dialog));
  /* It leaves slowly, and the next answer is not for this one. */
  wait_for (f, has_no_dialog);
}

/* Of several the user chooses the one that counts, until another one is computed. */
static void
test_choice (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;

  g_assert_cmpuint (count_choices (f), ==, 0);
  send_tile (f, 10, "float32");
  wait_for (f, is_settled);
  send_tile (f, 20, "bfloat16");
  wait_for (f, has_two_choices);
  g_assert_cmpint (read_shown (f), ==, 20);
  choose (f, "float32");
  g_assert_cmpint (read_shown (f), ==, 10);
  path = acini_prediction_find_current (f->project, f->kidney, "one", 2);
  g_assert_cmpstr (path, ==, acini_prediction_get_path (f->view->prediction));
  review (f, f->lung);
  g_assert_cmpint (read_shown (f), ==, -1);
  review (f, f->kidney);
  g_assert_cmpint (read_shown (f), ==, 10);
  send_tile (f, 30, "bfloat16");
  wait_for (f, has_two_choices);
  g_assert_cmpint (read_shown (f), ==, 30);
}

/* What was made at another µm per pixel is offered, but never drawn: only together with its scale. */
static void
test_other_scale (Fixture *f, gconstpointer data)
{
  send_tile (f, 10, "float32");
  wait_for (f, is_settled);
  send_tile (f, 20, "bfloat16");
  wait_for (f, has_two_choices);
  set_mpp (f, 0.25);
  wait_for (f, has_three_choices); /* with "None at this scale" */
  g_assert_cmpuint (adw_combo_row_get_selected (get_child (f, "prediction_row")), ==, 0);
  choose (f, "float32");
  g_assert_cmpint (read_shown (f), ==, -1);
  g_assert_cmpuint (adw_combo_row_get_selected (get_child (f, "prediction_row")), ==, 0);
  respond (f, "cancel");
  wait_for (f, is_settled);
  g_assert_cmpint (read_shown (f), ==, -1);
  choose (f, "float32");
  f->wanted_mpp = 0.5;
  respond (f, "set");
  wait_for (f, has_wanted_mpp);
  wait_for (f, has_two_choices);
  g_assert_cmpint (read_shown (f), ==, 10);
}

/* What was computed before the user went on lands where it belongs, what comes later nowhere. */
static void
test_other_slide (Fixture *f, gconstpointer data)
{
  guint ticket = acini_prediction_feed_get_ticket (f->feed);
  g_autoptr (GBytes) late = make_tile (30);

  send_tile (f, 10, "float32");
  send_tile (f, 20, "float32"); /* waits for the first */
  acini_session_set_slide (f->session, acini_slide_list_find (acini_session_get_slide_list (f->session), f->lung));
  acini_prediction_feed_add_tile (f->feed, ticket, 0, 0, late, 2, 1, "float32");
  wait_for (f, is_settled);
  g_assert_cmpint (read_shown (f), ==, -1);
  g_assert_cmpint (read_file (f, f->kidney, 2, "float32"), ==, 20);
  g_assert_cmpint (read_file (f, f->lung, 2, "float32"), ==, -1);
  review (f, f->kidney);
  g_assert_cmpint (read_shown (f), ==, 20);
}

static void
add (const char *path, void (*test) (Fixture *f, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = acini_test_make_home ();
  int status;

  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_type_ensure (ACINI_TYPE_APPLICATION); /* with the templates */
  add ("/segment-pane/snap", test_snap);
  add ("/segment-pane/own", test_own);
  add ("/segment-pane/organ", test_organ);
  add ("/segment-pane/classes", test_classes);
  add ("/prediction-feed/ways", test_ways);
  add ("/prediction-feed/scale", test_scale);
  add ("/prediction-row/choice", test_choice);
  add ("/prediction-row/other-scale", test_other_scale);
  add ("/prediction-feed/other-slide", test_other_slide);
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
