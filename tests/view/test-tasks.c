/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What takes long, as the window shows it: tasks and their list, the header's button, the training view and the dialog
 * that starts a training, with real jobs.  Their worker is this program itself.  Warnings are fatal. */

#include "app/jobs/acini-job-runners.h"
#include "app/jobs/acini-job-supervisor.h"
#include "data/labels/acini-journal.h"
#include "data/project/acini-project-private.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-widget-search.h"
#include "ui/acini-ui-resources.h"
#include "ui/models/acini-fine-tune-dialog.h"
#include "ui/models/acini-training-view.h"
#include "ui/plot/acini-plot.h"
#include "ui/project/acini-session.h"
#include "ui/tasks/acini-task-row.h"
#include "ui/tasks/acini-tasks-button.h"

#include <signal.h>
#include <string.h>

#define TIMEOUT_S 60

typedef struct
{
  char *folder;
  AciniProject *project;
  AciniSession *session;
  AciniTasksButton *button;
  GtkWidget *window;
} Fixture;

typedef gboolean (*Condition) (Fixture *fixture);

static void
wait_for (Fixture *fixture, Condition condition)
{
  acini_test_wait_for ((AciniTestCondition)condition, fixture, TIMEOUT_S);
}

static gboolean
is_ready (Fixture *fixture)
{
  return acini_session_is_ready (fixture->session);
}

static void
open_session (Fixture *fixture)
{
  fixture->session = acini_session_new (fixture->project);
  acini_tasks_button_set_list (fixture->button, acini_session_get_tasks (fixture->session));
  acini_session_load (fixture->session);
  wait_for (fixture, is_ready);
}

static void
close_session (Fixture *fixture)
{
  acini_tasks_button_set_list (fixture->button, NULL);
  acini_session_close (fixture->session);
  acini_test_run_for (50);
  g_clear_object (&fixture->session);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = acini_test_make_folder ();
  fixture->project = acini_test_make_project (fixture->folder);
  fixture->button = g_object_new (ACINI_TYPE_TASKS_BUTTON, NULL);
  fixture->window = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (fixture->button));
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->session != NULL)
    close_session (fixture);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  acini_test_run_for (50);
  g_object_unref (fixture->project);
  acini_test_remove_folder (fixture->folder);
}

static GtkWidget *
find_popover (Fixture *fixture)
{
  GtkWidget *button = widget_find_type (GTK_WIDGET (fixture->button), "GtkMenuButton");

  return GTK_WIDGET (gtk_menu_button_get_popover (GTK_MENU_BUTTON (button)));
}

static GtkWidget *
find_row (Fixture *fixture)
{
  return widget_find_type (find_popover (fixture), "AciniTaskRow");
}

static gboolean
has_button (Fixture *fixture, const char *words)
{
  GtkWidget *row = find_row (fixture);

  return row != NULL && widget_find_button (row, words) != NULL;
}

static void
click (Fixture *fixture, const char *words)
{
  widget_click (find_row (fixture), words);
}

static const char *
get_subtitle (Fixture *fixture)
{
  return adw_action_row_get_subtitle (ADW_ACTION_ROW (find_row (fixture)));
}

/* Tasks. */

static void
count (guint *n)
{
  ++*n;
}

/* However often a worker tells, nobody draws more than ten times a second; what was told last is shown. */
static void
test_rate (void)
{
  g_autoptr (AciniTask) task = acini_task_new ("Work");
  g_autoptr (AciniTaskList) list = acini_task_list_new ();
  gint64 begin = g_get_monotonic_time ();
  guint n_task = 0, n_list = 0, told = 0;

  acini_task_list_add (list, task);
  g_signal_connect_swapped (task, "changed", G_CALLBACK (count), &n_task);
  g_signal_connect_swapped (list, "changed", G_CALLBACK (count), &n_list);
  while (g_get_monotonic_time () - begin < G_USEC_PER_SEC)
    {
      acini_task_set_progress (task, told++ % 1000 / 1000.0, NULL);
      g_main_context_iteration (NULL, FALSE);
    }
  acini_task_set_progress (task, 0.75, "The end");
  acini_test_run_for (250);
  g_assert_cmpuint (told, >, 1000);
  g_assert_cmpuint (n_task, >=, 5);
  g_assert_cmpuint (n_task, <=, 13);
  g_assert_cmpuint (n_list, <=, 13);
  g_assert_cmpfloat (acini_task_get_fraction (task), ==, 0.75);
  g_assert_cmpstr (acini_task_get_activity (task), ==, "The end");
  /* A state is told at once. */
  n_task = 0;
  acini_task_set_state (task, ACINI_TASK_FAILED, "No", ACINI_TASK_DISMISS);
  g_assert_cmpuint (n_task, ==, 1);
}

/* Only what is possible is requested. */
static void
test_requests (void)
{
  g_autoptr (AciniTask) task = acini_task_new ("Work");
  guint n = 0;

  g_signal_connect_swapped (task, "requested", G_CALLBACK (count), &n);
  acini_task_request (task, ACINI_TASK_CANCEL);
  g_assert_cmpuint (n, ==, 0);
  acini_task_set_state (task, ACINI_TASK_RUNNING, NULL, ACINI_TASK_CANCEL);
  acini_task_request (task, ACINI_TASK_PAUSE);
  g_assert_cmpuint (n, ==, 0);
  acini_task_request (task, ACINI_TASK_CANCEL);
  g_assert_cmpuint (n, ==, 1);
}

/* What is told is shown a tenth of a second later, on a busy machine later still. */
static void
assert_text (Fixture *fixture, const char *wanted)
{
  gint64 end = g_get_monotonic_time () + 10 * G_USEC_PER_SEC;

  do
    acini_test_run_for (150);
  while (!g_str_equal (acini_tasks_button_get_text (fixture->button), wanted) && g_get_monotonic_time () < end);
  g_assert_cmpstr (acini_tasks_button_get_text (fixture->button), ==, wanted);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (fixture->button)) == (*wanted != '\0'));
}

/* The header says how many run, and nothing else: what is paused, done or failed does not count. */
static void
test_button (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniTaskList) list = acini_task_list_new ();
  g_autoptr (AciniTask) first = acini_task_new ("Adding slides"), second = acini_task_new ("Exporting");
  g_autoptr (AciniTask) third = acini_task_new ("Fine-tuning Colon");

  acini_tasks_button_set_list (fixture->button, list);
  assert_text (fixture, "");
  acini_task_set_state (first, ACINI_TASK_RUNNING, NULL, ACINI_TASK_CANCEL);
  acini_task_set_progress (first, 0.5, NULL);
  acini_task_list_add (list, first);
  assert_text (fixture, "Adding slides · 50 %");
  acini_task_set_state (second, ACINI_TASK_RUNNING, NULL, ACINI_TASK_CANCEL);
  acini_task_list_add (list, second);
  acini_task_set_state (third, ACINI_TASK_PAUSED, NULL, ACINI_TASK_RESUME);
  acini_task_list_add (list, third);
  assert_text (fixture, "2 tasks run · 25 %");
  acini_task_set_state (first, ACINI_TASK_FAILED, "No room", ACINI_TASK_DISMISS);
  acini_task_list_remove (list, second);
  assert_text (fixture, "1 task failed");
  acini_task_list_remove (list, first);
  assert_text (fixture, "1 task paused");
  acini_task_set_state (third, ACINI_TASK_DONE, NULL, ACINI_TASK_DISMISS);
  assert_text (fixture, "");
  acini_tasks_button_set_list (fixture->button, NULL);
}

/* Jobs. */

static AciniJob *
make_job (Fixture *fixture, const char *id)
{
  g_autoptr (JsonObject) specification = json_object_new ();
  g_autofree char *folder = acini_project_build_path (fixture->project, "jobs", id, NULL);
  g_autoptr (GError) error = NULL;
  AciniJob *job;

  json_object_set_string_member (specification, "kind", "train");
  json_object_set_string_member (specification, "name", "Colon");
  json_object_set_string_member (specification, "model", "colon-2");
  job = acini_job_create (folder, specification, &error);
  g_assert_no_error (error);
  return job;
}

static pid_t
get_worker (Fixture *fixture)
{
  g_autoptr (AciniJobItem) item = g_list_model_get_item (acini_session_get_jobs (fixture->session), 0);
  goffset offset = 0;
  g_autoptr (GPtrArray) events = acini_job_read_events (acini_job_item_get_job (item), &offset, NULL);
  pid_t pid = 0;

  for (guint i = 0; i < events->len; i++)
    if (json_object_has_member (events->pdata[i], "pid"))
      pid = (pid_t)json_object_get_int_member (events->pdata[i], "pid");
  return pid != getpid () ? pid : 0;
}

static gboolean
has_resume (Fixture *fixture)
{
  return has_button (fixture, "Resume");
}

static gboolean
has_pause (Fixture *fixture)
{
  return has_button (fixture, "Pause");
}

static gboolean
has_try_again (Fixture *fixture)
{
  return has_button (fixture, "Try Again");
}

static gboolean
has_no_row (Fixture *fixture)
{
  return find_row (fixture) == NULL;
}

static gboolean
has_worker (Fixture *fixture)
{
  return get_worker (fixture) > 1;
}

/* A job paused in an earlier life of the window goes on when the user says so, pauses, is killed, says why in words, is
 * tried again, and is dismissed for good. */
static void
test_job (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniJob) job = make_job (fixture, "train-20260131-154200-3f9a");
  pid_t worker;

  g_assert_true (acini_job_begin (job, NULL));
  g_assert_true (acini_job_end (job, ACINI_JOB_PAUSED, ACINI_FAILURE_NONE, NULL, NULL));
  open_session (fixture);
  wait_for (fixture, has_resume);
  assert_text (fixture, "1 task paused");
  click (fixture, "Resume");
  wait_for (fixture, has_pause);
  wait_for (fixture, has_worker);
  assert_text (fixture, "Fine-tuning Colon");
  worker = get_worker (fixture);
  click (fixture, "Pause");
  g_assert_false (has_pause (fixture));
  wait_for (fixture, has_resume);
  g_assert_cmpint (acini_job_get_state (job), ==, ACINI_JOB_PAUSED);

  click (fixture, "Resume");
  wait_for (fixture, has_pause);
  while (get_worker (fixture) == worker || get_worker (fixture) == 0)
    acini_test_run_for (20);
  g_assert_cmpint (kill (get_worker (fixture), SIGKILL), ==, 0);
  wait_for (fixture, has_try_again);
  g_assert_nonnull (strstr (get_subtitle (fixture), "ended from outside"));
  g_assert_true (has_button (fixture, "Show the log"));
  assert_text (fixture, "1 task failed");

  /* After a restart of the window it is still there, and can be tried again. */
  close_session (fixture);
  open_session (fixture);
  wait_for (fixture, has_try_again);
  worker = get_worker (fixture);
  click (fixture, "Try Again");
  wait_for (fixture, has_pause);
  while (get_worker (fixture) == worker || get_worker (fixture) == 0)
    acini_test_run_for (20);
  /* After a fault of the processor it goes on by itself, once. */
  worker = get_worker (fixture);
  g_assert_cmpint (kill (worker, SIGFPE), ==, 0);
  while (get_worker (fixture) == worker || get_worker (fixture) == 0)
    acini_test_run_for (20);
  g_assert_cmpint (kill (get_worker (fixture), SIGFPE), ==, 0);
  wait_for (fixture, has_try_again);
  g_test_message ("%s", get_subtitle (fixture));
  g_assert_nonnull (strstr (get_subtitle (fixture), "processor"));

  click (fixture, "Dismiss");
  wait_for (fixture, has_no_row);
  close_session (fixture);
  open_session (fixture);
  acini_test_run_for (1200);
  g_assert_null (find_row (fixture));
  assert_text (fixture, "");
}

static gboolean
shows_nothing (Fixture *fixture)
{
  return find_row (fixture) == NULL && acini_tasks_button_get_text (fixture->button)[0] == '\0';
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniJob) job = make_job (fixture, "train-20260131-154200-3f9a");
  g_autofree char *checkpoint = g_build_filename (acini_job_get_folder (job), "checkpoint.safetensors", NULL);

  g_assert_true (g_file_set_contents (checkpoint, "x", -1, NULL));
  g_assert_true (acini_job_begin (job, NULL));
  g_assert_true (acini_job_end (job, ACINI_JOB_PAUSED, ACINI_FAILURE_NONE, NULL, NULL));
  open_session (fixture);
  wait_for (fixture, has_resume);
  click (fixture, "Cancel");
  wait_for (fixture, shows_nothing);
  g_assert_cmpint (acini_job_get_state (job), ==, ACINI_JOB_CANCELLED);
  g_assert_false (g_file_test (checkpoint, G_FILE_TEST_EXISTS));
}

/* The training view. */

static void
tell_step (AciniJob *job, int step, double loss)
{
  g_autoptr (JsonObject) members = json_object_new ();

  json_object_set_int_member (members, "step", step);
  json_object_set_int_member (members, "steps", 10);
  json_object_set_double_member (members, "loss", loss);
  json_object_set_double_member (members, "steps_per_second", 2);
  g_assert_true (acini_job_append_event (job, "step", members, NULL));
}

static void
tell_start (AciniJob *job, int step)
{
  g_autoptr (JsonObject) members = json_object_new ();

  json_object_set_int_member (members, "step", step);
  json_object_set_int_member (members, "steps", 10);
  g_assert_true (acini_job_append_event (job, "start", members, NULL));
}

static AciniJobItem *
get_item (Fixture *fixture)
{
  g_autoptr (AciniJobItem) item = g_list_model_get_item (acini_session_get_jobs (fixture->session), 0);

  return item; /* the list keeps it alive */
}

static gboolean
has_five_points (Fixture *fixture)
{
  return acini_job_item_get_loss (get_item (fixture))->len == 5;
}

static gboolean
has_ten_points (Fixture *fixture)
{
  return acini_job_item_get_loss (get_item (fixture))->len == 10;
}

static gboolean
is_done (Fixture *fixture)
{
  return acini_job_item_get_state (get_item (fixture)) == ACINI_JOB_DONE;
}

/* A worker went on from step 3 after it had told of 5; the curve is whole, in order, and stays when all is done. */
static void
test_training_view (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniJob) job = make_job (fixture, "train-20260131-154200-3f9a");
  AciniTrainingView *view = g_object_new (ACINI_TYPE_TRAINING_VIEW, NULL);
  GtkWidget *plot, *bar;
  g_autofree char *summary = NULL;
  GArray *loss;

  gtk_window_set_child (GTK_WINDOW (fixture->window), NULL);
  fixture->button = g_object_ref_sink (g_object_new (ACINI_TYPE_TASKS_BUTTON, NULL));
  gtk_window_set_child (GTK_WINDOW (fixture->window), GTK_WIDGET (view));
  g_assert_true (acini_job_begin (job, NULL));
  tell_start (job, 0);
  for (int step = 1; step <= 5; step++)
    tell_step (job, step, 1.0 / step);
  open_session (fixture);
  wait_for (fixture, has_five_points);
  acini_training_view_set_job (view, get_item (fixture));
  plot = widget_find_type (GTK_WIDGET (view), "AciniPlot");
  bar = widget_find_type (GTK_WIDGET (view), "GtkProgressBar");
  g_assert_cmpuint (acini_plot_get_n_points (ACINI_PLOT (plot), 0), ==, 5);
  g_assert_true (gtk_widget_get_visible (bar));
  g_assert_nonnull (widget_find_button (GTK_WIDGET (view), "_Pause"));

  tell_start (job, 3);
  for (int step = 4; step <= 10; step++)
    tell_step (job, step, 1.0 / step);
  wait_for (fixture, has_ten_points);
  loss = acini_job_item_get_loss (get_item (fixture));
  for (guint i = 0; i < loss->len; i++)
    g_assert_cmpfloat (g_array_index (loss, AciniJobPoint, i).step, ==, i + 1);
  g_assert_cmpuint (acini_plot_get_n_points (ACINI_PLOT (plot), 0), ==, 10);

  g_assert_true (acini_job_end (job, ACINI_JOB_DONE, ACINI_FAILURE_NONE, NULL, NULL));
  wait_for (fixture, is_done);
  acini_test_run_for (100);
  g_assert_cmpuint (acini_plot_get_n_points (ACINI_PLOT (plot), 0), ==, 10);
  g_assert_false (gtk_widget_get_visible (bar));
  g_assert_null (widget_find_button (GTK_WIDGET (view), "_Pause"));
  summary = acini_plot_dup_summary (ACINI_PLOT (plot));
  g_assert_nonnull (strstr (summary, "10"));
  acini_training_view_set_job (view, NULL);
  close_session (fixture);
  g_object_unref (fixture->button);
}

/* The dialog. */

static gint64
add_slide (Fixture *fixture, const char *name, double mpp)
{
  g_autofree char *path = acini_project_build_path (fixture->project, "slides", name, NULL);
  gint64 id = acini_project_add_slide_record (fixture->project, path, NULL, "", mpp, mpp, 1000, 1000, NULL);

  g_assert_cmpint (id, >, 0);
  return id;
}

static void
paint (Fixture *fixture, gint64 slide, gint64 x, guint8 label)
{
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, slide, "brush");
  const AciniRect rect = { x, 0, 200, 200 };

  g_assert_true (acini_edit_paint (edit, &rect, NULL, label, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
}

static AciniFineTuneDialog *dialog;

static gboolean
says_eraser (Fixture *fixture)
{
  return widget_find_label (GTK_WIDGET (dialog), "eraser") != NULL;
}

static gboolean
says_scale (Fixture *fixture)
{
  return widget_find_label (GTK_WIDGET (dialog), "µm per pixel") != NULL;
}

static gboolean
can_start (Fixture *fixture)
{
  return widget_find_button (GTK_WIDGET (dialog), "_Start") != NULL;
}

static gboolean
cannot_start (Fixture *fixture)
{
  return !can_start (fixture);
}

static void
show_dialog (Fixture *fixture)
{
  dialog = acini_fine_tune_dialog_new (fixture->session);
  adw_dialog_present (ADW_DIALOG (dialog), fixture->window);
}

static void
hide_dialog (void)
{
  adw_dialog_force_close (ADW_DIALOG (dialog));
  acini_test_run_for (500);
}

static gboolean
is_first_slide (GtkWidget *widget, gconstpointer data)
{
  return ADW_IS_SWITCH_ROW (widget) && g_str_equal (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), "a");
}

/* What makes no sense is said before the start, in words, and cannot be started; a warning can. */
static void
test_dialog (Fixture *fixture, gconstpointer data)
{
  gint64 slide = add_slide (fixture, "a.tiff", 0.5), photo;
  GtkWidget *row;

  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 800, 700);
  paint (fixture, slide, 0, ACINI_LABEL_FIRST_CLASS);
  open_session (fixture);
  show_dialog (fixture);
  wait_for (fixture, says_eraser);
  g_assert_false (can_start (fixture));
  hide_dialog ();
  close_session (fixture);

  paint (fixture, slide, 500, ACINI_LABEL_BACKGROUND);
  photo = add_slide (fixture, "photo.tiff", 0);
  paint (fixture, photo, 0, ACINI_LABEL_BACKGROUND);
  open_session (fixture);
  show_dialog (fixture);
  wait_for (fixture, says_scale);
  g_assert_true (can_start (fixture));
  g_assert_false (says_eraser (fixture));

  /* Without the first slide nothing but background is left. */
  row = widget_search (GTK_WIDGET (dialog), is_first_slide, NULL);
  adw_switch_row_set_active (ADW_SWITCH_ROW (row), FALSE);
  wait_for (fixture, cannot_start);
  adw_switch_row_set_active (ADW_SWITCH_ROW (row), TRUE);
  wait_for (fixture, can_start);
  hide_dialog ();
}

/* As `acini-cli job run`: works until it is asked to pause. */
static int
be_worker (const char *folder)
{
  g_autoptr (AciniJob) job = acini_job_open (folder, NULL);

  if (job == NULL || !acini_job_begin (job, NULL))
    return 1;
  for (int i = 0; i < 3000; i++)
    {
      g_autofree char *request = acini_job_dup_control (job);

      if (g_str_equal (request, "pause"))
        return acini_job_end (job, ACINI_JOB_PAUSED, ACINI_FAILURE_NONE, NULL, NULL) ? 0 : 1;
      g_usleep (10000);
    }
  return 1;
}

/* As `acini-cli job supervise`. */
static int
be_supervisor (const char *folder)
{
  g_autoptr (AciniJob) job = acini_job_open (folder, NULL);

  return job != NULL && acini_job_supervise (job, NULL, TRUE, NULL, NULL) ? 0 : 1;
}

int
main (int argc, char **argv)
{
  g_autofree char *self = g_canonicalize_filename (argv[0], NULL);

  if (argc > 2 && g_str_equal (argv[1], "job"))
    return g_str_equal (argv[2], "supervise") ? be_supervisor (argv[argc - 1]) : be_worker (argv[argc - 1]);
  g_setenv ("ACINI_CLI", self, TRUE);
  gtk_test_init (&argc, &argv);
  adw_init ();
  g_resources_register (acini_ui_get_resource ());
#define TEST(name, function) g_test_add ("/tasks/" name, Fixture, NULL, set_up, function, tear_down)
  g_test_add_func ("/tasks/rate", test_rate);
  g_test_add_func ("/tasks/requests", test_requests);
  TEST ("button", test_button);
  TEST ("job", test_job);
  TEST ("cancel", test_cancel);
  TEST ("training-view", test_training_view);
  TEST ("dialog", test_dialog);
  return g_test_run ();
}
