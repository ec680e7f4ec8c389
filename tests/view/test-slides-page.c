/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The gallery in the real window: several slides are selected, changed, removed and brought back, and segmented one
 * after the other; files that are added are asked about once. */

#include "tests/acini-test-util.h"
#include "tests/view/acini-desk-fixture.h"
#include "tests/view/acini-view-fixture.h"
#include "tests/view/acini-widget-search.h"
#include "ui/slides/acini-slides-page-private.h"

#include <cairo.h>
#include <glib/gstdio.h>

static GtkWidget *
get_page (Desk *desk)
{
  return GTK_WIDGET (desk->window->slides_page);
}

static AciniSlidesPage *
show_gallery (Desk *desk)
{
  g_action_group_activate_action (G_ACTION_GROUP (desk->window), "page", g_variant_new_string ("slides"));
  desk_run (desk, 200);
  return desk->window->slides_page;
}

static void
select_all (Desk *desk)
{
  GtkWidget *grid = widget_find_type (get_page (desk), "GtkGridView");

  g_assert_true (gtk_widget_activate_action (grid, "list.select-all", NULL));
}

static const AciniSlideRecord *
get_record (Desk *desk, guint i)
{
  g_autoptr (AciniSlideItem) item = g_list_model_get_item (acini_session_get_slides (desk->window->session), i);

  return item != NULL ? acini_slide_item_get_record (item) : NULL;
}

static guint
count (Desk *desk)
{
  return g_list_model_get_n_items (acini_session_get_slides (desk->window->session));
}

static void
click (Desk *desk, GtkWidget *widget, const char *label)
{
  widget_click (widget, label);
  desk_run (desk, 50);
}

static gboolean
are_kidneys (Desk *desk)
{
  return g_str_equal (get_record (desk, 0)->organ, "kidney") && g_str_equal (get_record (desk, 1)->organ, "kidney");
}

static char *
dup_organ_state (Desk *desk)
{
  g_autoptr (GVariant) state
      = g_action_group_get_action_state (G_ACTION_GROUP (desk->window->slides_page->actions), "organ");

  return g_variant_dup_string (state, NULL);
}

static gboolean
is_kidney_chosen (Desk *desk)
{
  g_autofree char *state = dup_organ_state (desk);

  return g_str_equal (state, "kidney");
}

static gboolean
is_mixed (Desk *desk)
{
  g_autofree char *state = dup_organ_state (desk);

  return g_str_equal (state, "mixed");
}

static gboolean
is_lung (Desk *desk)
{
  return g_strcmp0 (get_record (desk, 0)->organ, "lung") == 0 || g_strcmp0 (get_record (desk, 1)->organ, "lung") == 0;
}

/* The organ of all that are selected; one with another organ makes the choice a mixed one. */
static void
test_organ (Desk *desk, gconstpointer data)
{
  AciniSlidesPage *page = show_gallery (desk);
  g_assert_false (g_action_group_get_action_enabled (G_ACTION_GROUP (page->actions), "organ"));
  select_all (desk);
  gtk_widget_activate_action (get_page (desk), "slides.organ", "s", "kidney");
  desk_wait (desk, are_kidneys, "both slides with the organ");
  desk_wait (desk, is_kidney_chosen, "the organ marked in the menu");
  acini_slide_list_set_organ (acini_session_get_slide_list (desk->window->session), &desk->slide, 1, "lung");
  desk_wait (desk, is_lung, "the other organ");
  select_all (desk);
  desk_wait (desk, is_mixed, "organs that differ");
}

static gboolean
are_scaled (Desk *desk)
{
  return get_record (desk, 0)->mpp_x == .25 && get_record (desk, 1)->mpp_y == .25;
}

static void
test_scale (Desk *desk, gconstpointer data)
{
  GtkEditable *entry;

  show_gallery (desk);
  select_all (desk);
  gtk_widget_activate_action (get_page (desk), "slides.mpp", NULL);
  desk_wait (desk, desk_has_dialog, "the question");
  entry = GTK_EDITABLE (widget_find_type (GTK_WIDGET (desk_get_dialog (desk)), "AdwEntryRow"));
  gtk_editable_set_text (entry, "two");
  g_assert_false (adw_alert_dialog_get_response_enabled (ADW_ALERT_DIALOG (desk_get_dialog (desk)), "apply"));
  gtk_editable_set_text (entry, "0,25");
  g_assert_true (adw_alert_dialog_get_response_enabled (ADW_ALERT_DIALOG (desk_get_dialog (desk)), "apply"));
  click (desk, GTK_WIDGET (desk_get_dialog (desk)), "_Set");
  desk_wait (desk, are_scaled, "both slides with the scale");
}

static gboolean
is_renamed (Desk *desk)
{
  return g_str_equal (get_record (desk, 0)->name, "Biopsy 7/a");
}

static void
test_rename (Desk *desk, gconstpointer data)
{
  AciniSlidesPage *page = show_gallery (desk);
  GtkEditable *entry;

  select_all (desk);
  g_assert_false (g_action_group_get_action_enabled (G_ACTION_GROUP (desk->window), "rename-slide"));
  gtk_selection_model_select_item (GTK_SELECTION_MODEL (page->selection), 0, TRUE);
  g_action_group_activate_action (G_ACTION_GROUP (desk->window), "rename-slide", NULL);
  desk_wait (desk, desk_has_dialog, "the question");
  entry = GTK_EDITABLE (widget_find_type (GTK_WIDGET (desk_get_dialog (desk)), "GtkEntry"));
  gtk_editable_set_text (entry, "  ");
  g_assert_false (adw_alert_dialog_get_response_enabled (ADW_ALERT_DIALOG (desk_get_dialog (desk)), "rename"));
  gtk_editable_set_text (entry, " Biopsy 7/a ");
  click (desk, GTK_WIDGET (desk_get_dialog (desk)), "_Rename");
  desk_wait (desk, is_renamed, "the new name");
}

static gboolean
has_none (Desk *desk)
{
  return count (desk) == 0;
}

static gboolean
has_both (Desk *desk)
{
  return count (desk) == 2;
}

static void
test_remove (Desk *desk, gconstpointer data)
{
  show_gallery (desk);
  select_all (desk);
  g_action_group_activate_action (G_ACTION_GROUP (desk->window), "remove-slide", NULL);
  desk_wait (desk, has_none, "both slides gone");
  desk_run (desk, 100);
  click (desk, GTK_WIDGET (desk->window->toasts), "_Undo");
  desk_wait (desk, has_both, "both slides back");
}

static gboolean
has_menu (Desk *desk)
{
  return gtk_widget_get_mapped (desk->window->slides_page->menu);
}

/* By the keyboard and by the pointer: what the menu is asked for is selected. */
static void
test_menu (Desk *desk, gconstpointer data)
{
  AciniSlidesPage *page = show_gallery (desk);
  g_autoptr (GPtrArray) selected = NULL;
  GtkWidget *card;
  int x, y;

  gtk_widget_grab_focus (GTK_WIDGET (page->grid));
  desk_run (desk, 50);
  desk_send (desk, "windowfocus %s key shift+F10", desk->xid);
  desk_wait (desk, has_menu, "the menu");
  selected = acini_slides_page_list_selected (page);
  g_assert_cmpuint (selected->len, ==, 1);
  gtk_popover_popdown (GTK_POPOVER (page->menu));
  desk_run (desk, 300);
  gtk_selection_model_unselect_all (GTK_SELECTION_MODEL (page->selection));
  card = widget_find_type (GTK_WIDGET (page->grid), "AciniSlideCard");
  desk_locate (desk, card, 60, 60, &x, &y);
  desk_send (desk, "mousemove %d %d click 3", x, y);
  desk_wait (desk, has_menu, "the menu under the pointer");
  g_clear_pointer (&selected, g_ptr_array_unref);
  selected = acini_slides_page_list_selected (page);
  g_assert_cmpuint (selected->len, ==, 1);
  gtk_popover_popdown (GTK_POPOVER (page->menu));
  desk_run (desk, 300);
}

/* Stands in for acini-cli: writes down when it starts and ends, and says that the job is done. */
static const char worker[] = "#!/bin/sh\n"
                             "for folder; do :; done\n"
                             "echo start >>\"$ACINI_TEST_LOG\"\n"
                             "sleep 0.3\n"
                             "echo end >>\"$ACINI_TEST_LOG\"\n"
                             "echo '{\"time\":1,\"event\":\"state\",\"state\":\"done\"}' >>\"$folder/events.jsonl\"\n";

static gboolean
are_segmented (Desk *desk)
{
  GListModel *jobs = acini_session_get_jobs (desk->window->session);
  guint n_done = 0;

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (AciniJobItem) item = g_list_model_get_item (jobs, i);

      n_done += acini_job_item_get_state (item) == ACINI_JOB_DONE;
    }
  return n_done == 2;
}

static gboolean
has_two_jobs (Desk *desk)
{
  return g_list_model_get_n_items (acini_session_get_jobs (desk->window->session)) == 2;
}

static void
make_model (Desk *desk)
{
  AciniModelList *models = acini_session_get_model_list (desk->window->session);
  AciniProject *project = acini_session_get_project (desk->window->session);
  g_autofree char *folder = acini_project_build_path (project, "models", "none", NULL);
  g_autofree char *to = g_build_filename (folder, "model.json", NULL), *card = NULL;
  g_autofree char *from = g_test_build_filename (G_TEST_DIST, "..", "model", "starter", "model.json", NULL);
  g_autoptr (GError) error = NULL;
  gsize length = 0;

  g_assert_true (g_file_get_contents (from, &card, &length, &error));
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (to, card, (gssize)length, &error));
  acini_model_list_use (models, acini_model_list_find (models, "none"));
}

static void
test_segment_all (Desk *desk, gconstpointer data)
{
  g_autofree char *program = g_build_filename (desk->folder, "worker", NULL);
  g_autofree char *log = g_build_filename (desk->folder, "log", NULL), *text = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents_full (program, worker, -1, G_FILE_SET_CONTENTS_NONE, 0700, &error));
  g_setenv ("ACINI_CLI", program, TRUE);
  g_setenv ("ACINI_TEST_LOG", log, TRUE);
  make_model (desk);
  show_gallery (desk);
  g_action_group_activate_action (G_ACTION_GROUP (desk->window), "segment-all", NULL);
  desk_wait (desk, has_two_jobs, "a job for each slide");
  /* What is in the queue is not put into it again. */
  g_action_group_activate_action (G_ACTION_GROUP (desk->window), "segment-all", NULL);
  desk_wait (desk, are_segmented, "both jobs done");
  g_assert_true (has_two_jobs (desk));
  g_assert_true (g_file_get_contents (log, &text, NULL, &error));
  g_assert_cmpstr (text, ==, "start\nend\nstart\nend\n");
}

/* Stands in for acini-cli: works until it is let go. */
static const char patient_worker[]
    = "#!/bin/sh\n"
      "for folder; do :; done\n"
      "echo start >>\"$ACINI_TEST_LOG\"\n"
      "while [ ! -e \"$ACINI_TEST_LOG.go\" ]; do sleep 0.05; done\n"
      "echo '{\"time\":1,\"event\":\"state\",\"state\":\"done\"}' >>\"$folder/events.jsonl\"\n";

static AciniJobItem *
find_job (Desk *desk, gint64 slide)
{
  GListModel *jobs = acini_session_get_jobs (desk->window->session);

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (AciniJobItem) item = g_list_model_get_item (jobs, i);

      if (acini_job_item_get_slide (item) == slide)
        return item; /* the list keeps it alive */
    }
  return NULL;
}

static gboolean
other_runs (Desk *desk)
{
  AciniJobItem *job = find_job (desk, desk->other);

  return job != NULL && acini_job_item_get_state (job) == ACINI_JOB_RUNNING;
}

static gboolean
shown_waits (Desk *desk)
{
  AciniJobItem *job = find_job (desk, desk->slide);

  return job != NULL && acini_job_item_get_state (job) == ACINI_JOB_QUEUED;
}

static gboolean
shown_is_cancelled (Desk *desk)
{
  return acini_job_item_get_state (find_job (desk, desk->slide)) == ACINI_JOB_CANCELLED;
}

static gboolean
other_is_done (Desk *desk)
{
  return acini_job_item_get_state (find_job (desk, desk->other)) == ACINI_JOB_DONE;
}

/* The review page's slide waits in the same queue, is in the same list of tasks, and can be cancelled there. */
static void
test_segment_from_review (Desk *desk, gconstpointer data)
{
  g_autofree char *program = g_build_filename (desk->folder, "worker", NULL);
  g_autofree char *log = g_build_filename (desk->folder, "log", NULL), *go = g_strconcat (log, ".go", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents_full (program, patient_worker, -1, G_FILE_SET_CONTENTS_NONE, 0700, &error));
  g_setenv ("ACINI_CLI", program, TRUE);
  g_setenv ("ACINI_TEST_LOG", log, TRUE);
  make_model (desk);
  g_array_append_val (ids, desk->other);
  acini_segment_queue_add (desk->window->queue, ids,
                           acini_model_item_get_record (acini_session_get_model (desk->window->session))->path);
  desk_wait (desk, other_runs, "the other slide being segmented");
  g_assert_true (acini_slide_item_get_record (acini_session_get_slide (desk->window->session))->id == desk->slide);
  g_action_group_activate_action (G_ACTION_GROUP (desk->window), "segment-slide", NULL);
  desk_wait (desk, shown_waits, "the slide on screen in the queue");
  g_action_group_activate_action (G_ACTION_GROUP (desk->window), "segment-slide", NULL);
  desk_run (desk, 200);
  g_assert_true (has_two_jobs (desk));
  g_assert_cmpuint (acini_task_list_count (desk->window->tasks, ACINI_TASK_WAITING), ==, 1);
  g_assert_cmpuint (acini_task_list_count (desk->window->tasks, ACINI_TASK_RUNNING), ==, 1);
  g_action_group_activate_action (G_ACTION_GROUP (desk->window), "cancel-segment", NULL);
  desk_wait (desk, shown_is_cancelled, "the slide on screen out of the queue");
  g_assert_true (other_runs (desk));
  g_assert_true (g_file_set_contents (go, "", 0, &error));
  desk_wait (desk, other_is_done, "the other slide done");
  g_assert_true (g_file_get_contents (log, &text, NULL, &error));
  g_assert_cmpstr (text, ==, "start\n");
}

/* What is selected is what the dialog offers first. */
static void
test_export (Desk *desk, gconstpointer data)
{
  AciniSlidesPage *page = show_gallery (desk);
  AdwDialog *dialog;
  AdwComboRow *row;

  gtk_selection_model_select_item (GTK_SELECTION_MODEL (page->selection), 1, TRUE);
  g_action_group_activate_action (G_ACTION_GROUP (desk->window), "export", NULL);
  dialog = adw_application_window_get_visible_dialog (ADW_APPLICATION_WINDOW (desk->window));
  g_assert_nonnull (dialog);
  row = ADW_COMBO_ROW (widget_find_type (GTK_WIDGET (dialog), "AdwComboRow"));
  g_assert_cmpstr (gtk_string_object_get_string (adw_combo_row_get_selected_item (row)), ==, "1 selected slide");
  adw_dialog_force_close (dialog);
}

static gboolean
is_missing (Desk *desk)
{
  return get_record (desk, 0)->missing;
}

static gboolean
has_job (Desk *desk)
{
  return g_list_model_get_n_items (acini_session_get_jobs (desk->window->session)) > 0;
}

/* A slide whose file is gone can be located, and is left out when all are segmented. */
static void
test_missing (Desk *desk, gconstpointer data)
{
  AciniSlidesPage *page = show_gallery (desk);
  g_autofree char *path = g_strdup (get_record (desk, 0)->path);

  select_all (desk);
  g_assert_false (g_action_group_get_action_enabled (G_ACTION_GROUP (page->actions), "locate"));
  g_assert_cmpint (g_unlink (path), ==, 0);
  acini_slide_list_reload (acini_session_get_slide_list (desk->window->session));
  desk_wait (desk, is_missing, "the slide missing");
  desk_run (desk, 50);
  g_assert_true (g_action_group_get_action_enabled (G_ACTION_GROUP (page->actions), "locate"));
  make_model (desk);
  acini_slides_page_segment_all (page);
  desk_wait (desk, has_job, "the job");
  desk_run (desk, 300);
  g_assert_cmpuint (g_list_model_get_n_items (acini_session_get_jobs (desk->window->session)), ==, 1);
}

/* Adding. */

static void
add_picture (Desk *desk, const char *name)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, 320, 240);
  g_autofree char *path = g_build_filename (desk->folder, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);

  g_assert_cmpint (cairo_surface_write_to_png (surface, path), ==, CAIRO_STATUS_SUCCESS);
  cairo_surface_destroy (surface);
  g_list_store_append (files, file);
  acini_window_add_files (desk->window, G_LIST_MODEL (files));
  desk_wait (desk, desk_has_dialog, "the question");
}

static gboolean
has_three (Desk *desk)
{
  return count (desk) == 3;
}

static gboolean
has_four (Desk *desk)
{
  return count (desk) == 4;
}

static const AciniSlideRecord *
find_record (Desk *desk, const char *name)
{
  for (guint i = 0; i < count (desk); i++)
    if (g_str_equal (get_record (desk, i)->name, name))
      return get_record (desk, i);
  g_error ("there is no slide %s", name);
}

static void
test_add (Desk *desk, gconstpointer data)
{
  AdwComboRow *organ;
  GtkEditable *mpp;

  show_gallery (desk);
  add_picture (desk, "first.png");
  organ = ADW_COMBO_ROW (widget_find_type (GTK_WIDGET (desk_get_dialog (desk)), "AdwComboRow"));
  mpp = GTK_EDITABLE (widget_find_type (GTK_WIDGET (desk_get_dialog (desk)), "AdwEntryRow"));
  g_assert_cmpuint (adw_combo_row_get_selected (organ), ==, 0);
  g_assert_cmpstr (gtk_editable_get_text (mpp), ==, "");
  adw_combo_row_set_selected (organ, 2);
  gtk_editable_set_text (mpp, "0.5");
  click (desk, GTK_WIDGET (desk_get_dialog (desk)), "_Add");
  desk_wait (desk, has_three, "the picture in the project");
  g_assert_cmpstr (find_record (desk, "first")->organ, ==, acini_organ_list ()[2]);
  g_assert_cmpfloat (find_record (desk, "first")->mpp_x, ==, .5);
  desk_wait (desk, desk_has_no_dialog, "the question gone");
  /* The answer is offered again, and may be put off. */
  add_picture (desk, "second.png");
  organ = ADW_COMBO_ROW (widget_find_type (GTK_WIDGET (desk_get_dialog (desk)), "AdwComboRow"));
  mpp = GTK_EDITABLE (widget_find_type (GTK_WIDGET (desk_get_dialog (desk)), "AdwEntryRow"));
  g_assert_cmpuint (adw_combo_row_get_selected (organ), ==, 2);
  g_assert_cmpstr (gtk_editable_get_text (mpp), ==, "0.5");
  adw_combo_row_set_selected (organ, 0);
  gtk_editable_set_text (mpp, "");
  click (desk, GTK_WIDGET (desk_get_dialog (desk)), "_Add");
  desk_wait (desk, has_four, "the second picture");
  g_assert_cmpstr (find_record (desk, "second")->organ, ==, "");
  g_assert_cmpfloat (find_record (desk, "second")->mpp_x, ==, 0);
}

static guint
count_files (Desk *desk)
{
  g_autofree char *folder
      = acini_project_build_path (acini_session_get_project (desk->window->session), "slides", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* Nothing is written before the answer, and nothing after a cancellation. */
static void
test_cancel_adding (Desk *desk, gconstpointer data)
{
  guint before = count_files (desk);

  show_gallery (desk);
  add_picture (desk, "third.png");
  g_assert_cmpuint (count_files (desk), ==, before);
  click (desk, GTK_WIDGET (desk_get_dialog (desk)), "_Cancel");
  desk_wait (desk, desk_has_no_dialog, "the question gone");
  desk_run (desk, 300);
  g_assert_cmpuint (count (desk), ==, 2);
  g_assert_cmpuint (count_files (desk), ==, before);
  g_assert_false (acini_importer_is_active (desk->window->importer));
}

static void
add (const char *path, void (*test) (Desk *, gconstpointer))
{
  g_test_add (path, Desk, NULL, desk_set_up, test, desk_tear_down);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = acini_test_make_home ();
  int status;

  g_setenv ("ACINI_CLI", "/nowhere/acini-cli", TRUE);
  g_test_init (&argc, &argv, NULL);
  add ("/slides-page/organ", test_organ);
  add ("/slides-page/scale", test_scale);
  add ("/slides-page/rename", test_rename);
  add ("/slides-page/remove", test_remove);
  add ("/slides-page/menu", test_menu);
  add ("/slides-page/segment-all", test_segment_all);
  add ("/slides-page/segment-from-review", test_segment_from_review);
  add ("/slides-page/export", test_export);
  add ("/slides-page/missing", test_missing);
  add ("/slides-page/add", test_add);
  add ("/slides-page/cancel-adding", test_cancel_adding);
  status = g_test_run ();
  acini_test_remove_folder (g_steal_pointer (&home));
  return status;
}
