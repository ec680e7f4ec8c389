/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fine-tuning as a person starts it, with the real dialog, session and acini-cli, on a processor on which oneDNN dies
 * (tests/app/onednn-shim.c).  Warnings are fatal. */

#include "model/core/acini-recipe.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-widget-search.h"
#include "ui/acini-ui-resources.h"
#include "ui/models/acini-fine-tune-dialog.h"
#include "ui/project/acini-session.h"
#include "ui/tasks/acini-task-row.h"

#include <glib/gstdio.h>
#include <string.h>

/* Networks are computed, on machines that do much else. */
#define TIMEOUT_S 300

typedef struct
{
  char *folder;
  AciniProject *project;
  AciniSession *session;
  GtkWidget *window;
  AciniFineTuneDialog *dialog;
} Fixture;

typedef gboolean (*Condition) (Fixture *fixture);

static void
wait_for (Fixture *fixture, Condition condition)
{
  acini_test_wait_for ((AciniTestCondition)condition, fixture, TIMEOUT_S);
}

static void
run_cli (Fixture *fixture, const char *const *words)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  int status;

  g_ptr_array_add (arguments, (char *)g_getenv ("ACINI_CLI"));
  for (; *words != NULL; words++)
    g_ptr_array_add (arguments, (char *)*words);
  g_ptr_array_add (arguments, NULL);
  g_spawn_sync (fixture->folder, (char **)arguments->pdata, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error));
}
#define RUN_CLI(fixture, ...) run_cli (fixture, (const char *const[]){ __VA_ARGS__, NULL })

/* The window's recipe, but with patches so small that it takes seconds, also without oneDNN. */
static void
write_recipe (Fixture *fixture)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "recipes", NULL);
  g_autofree char *path = g_build_filename (folder, "quick-finetune.ini", NULL);
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();
  g_autofree char *text = NULL;

  recipe->epochs = 0;
  recipe->steps = 2;
  recipe->batch = 1;
  recipe->patch = 64;
  text = acini_recipe_to_data (recipe);
  g_assert_cmpint (g_mkdir (folder, 0777), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_setenv ("ACINI_DATA", fixture->folder, TRUE);
}

static gboolean
is_ready (Fixture *fixture)
{
  return acini_session_is_ready (fixture->session);
}

/* The processor that @data says, see onednn-shim.c: for what is started from here on. */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL, *cache = NULL;
  g_autoptr (GError) error = NULL;
  const char *right_isa = "1";

  fixture->folder = acini_test_make_folder ();
  path = g_build_filename (fixture->folder, "colon.acini", NULL);
  cache = g_build_filename (fixture->folder, "cache", NULL);
  RUN_CLI (fixture, "new", path);
  RUN_CLI (fixture, "phantom", "phantom.tiff", "--size", "1024x1024", "--seed", "3");
  RUN_CLI (fixture, "import", path, "phantom.tiff", "--organ", "largeintestine");
  fixture->project = acini_project_open (path, &error);
  g_assert_no_error (error);
#if defined(__x86_64__)
  if (__builtin_cpu_supports ("avx512f"))
    right_isa = "7"; /* AVX2, as dnnl_get_effective_cpu_isa () counts */
#endif
  write_recipe (fixture);
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_setenv ("LD_PRELOAD", g_getenv ("ACINI_ONEDNN_SHIM"), TRUE);
  g_setenv ("ACINI_SHIM", data, TRUE);
  g_setenv ("ACINI_SHIM_ABOVE", right_isa, TRUE);

  fixture->session = acini_session_new (fixture->project);
  acini_session_load (fixture->session);
  wait_for (fixture, is_ready);
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 800, 700);
  gtk_window_present (GTK_WINDOW (fixture->window));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  acini_session_close (fixture->session);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  acini_test_run_for (50);
  g_clear_object (&fixture->session);
  g_object_unref (fixture->project);
  g_unsetenv ("LD_PRELOAD");
  acini_test_remove_folder (fixture->folder);
}

static gboolean
can_start (Fixture *fixture)
{
  return widget_find_button (GTK_WIDGET (fixture->dialog), "_Start") != NULL;
}

/* Jobs. */

static AciniJobItem *
get_item (Fixture *fixture)
{
  GListModel *jobs = acini_session_get_jobs (fixture->session);
  g_autoptr (AciniJobItem) item = g_list_model_get_n_items (jobs) > 0 ? g_list_model_get_item (jobs, 0) : NULL;

  return item; /* the list keeps it alive */
}

static gboolean
has_job (Fixture *fixture)
{
  return get_item (fixture) != NULL;
}

static gboolean
has_ended (Fixture *fixture)
{
  AciniJobState state = acini_job_item_get_state (get_item (fixture));

  return state == ACINI_JOB_DONE || state == ACINI_JOB_FAILED || state == ACINI_JOB_PAUSED;
}

/* Fine-tunes the starter model, until the window shows how it ended. */
static AciniJobState
fine_tune (Fixture *fixture)
{
  fixture->dialog = acini_fine_tune_dialog_new (fixture->session);
  adw_dialog_present (ADW_DIALOG (fixture->dialog), fixture->window);
  wait_for (fixture, can_start);
  widget_click (GTK_WIDGET (fixture->dialog), "_Start");
  wait_for (fixture, has_job);
  wait_for (fixture, has_ended);
  return acini_job_item_get_state (get_item (fixture));
}

static char *
read_events (Fixture *fixture)
{
  const char *folder = acini_job_get_folder (acini_job_item_get_job (get_item (fixture)));
  g_autofree char *path = g_build_filename (folder, "events.jsonl", NULL);
  char *events = NULL;

  g_assert_true (g_file_get_contents (path, &events, NULL, NULL));
  g_test_message ("%s", events);
  return events;
}

static AciniModelItem *
get_fine_tuned (Fixture *fixture)
{
  GListModel *models = acini_session_get_models (fixture->session);

  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (AciniModelItem) item = g_list_model_get_item (models, i);

      if (g_str_equal (acini_model_item_get_record (item)->name, "Starter (2)"))
        return item;
    }
  return NULL;
}

static gboolean
has_fine_tuned (Fixture *fixture)
{
  return get_fine_tuned (fixture) != NULL;
}

/* The gradient of a convolution kills the process, unless oneDNN uses older instructions: the training ends well, and
 * the model's card says how. */
static void
test_goes_round (Fixture *fixture, gconstpointer data)
{
  g_autofree char *events = NULL;
  AciniJobState state = fine_tune (fixture);
  const AciniCard *card;

  events = read_events (fixture);
  g_assert_cmpint (state, ==, ACINI_JOB_DONE);
  g_assert_nonnull (strstr (events, "SIGFPE"));
  wait_for (fixture, has_fine_tuned);
  card = acini_model_item_get_card (get_fine_tuned (fixture));
  g_assert_cmpstr (json_object_get_string_member (card->training, "onednn"), !=, "all");
}

static GtkWidget *row;

static gboolean
can_try_again (Fixture *fixture)
{
  return widget_find_button (row, "Try Again") != NULL;
}

static gboolean
cannot_try_again (Fixture *fixture)
{
  return !can_try_again (fixture);
}

/* Every trial dies: the job's row says it in a sentence, and offers to try again, which says it again. */
static void
test_no_way (Fixture *fixture, gconstpointer data)
{
  g_autofree char *events = NULL, *later = NULL;
  AciniJobState state = fine_tune (fixture);

  events = read_events (fixture);
  g_assert_cmpint (state, ==, ACINI_JOB_FAILED);
  g_assert_nonnull (strstr (events, "SIGFPE"));
  row = g_object_ref_sink (acini_task_row_new (acini_job_item_get_task (get_item (fixture))));
  for (int i = 0; i < 2; i++)
    {
      wait_for (fixture, can_try_again);
      g_test_message ("%s", adw_action_row_get_subtitle (ADW_ACTION_ROW (row)));
      g_assert_nonnull (
          strstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), "This computer cannot run the network"));
      if (i > 0)
        break;
      widget_click (row, "Try Again");
      wait_for (fixture, cannot_try_again);
    }
  later = read_events (fixture);
  g_assert_cmpuint (strlen (later), >, strlen (events));
  g_clear_object (&row);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv);
  adw_init ();
  g_resources_register (acini_ui_get_resource ());
#define TEST(name, shim, function) g_test_add ("/fine-tuning/" name, Fixture, shim, set_up, function, tear_down)
  TEST ("goes-round", "training", test_goes_round);
  TEST ("no-way", "trials", test_no_way);
  return g_test_run ();
}
