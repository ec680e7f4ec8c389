/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Fine-tuning as a person starts it, with the real dialog, session and acini-cli, on a processor on which oneDNN dies
 * (tests/app/onednn-shim.c).  Warnings are fatal. */

#include "data/project/acini-change.h"
#include "data/project/acini-region.h"
#include "model/core/acini-recipe.h"
#include "tests/acini-test-util.h"
#include "tests/view/acini-widget-search.h"
#include "ui/acini-ui-resources.h"
#include "ui/models/acini-comparison-view.h"
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

#define RUN_CLI(fixture, ...) acini_test_run_cli ((fixture)->folder, (const char *const[]){ __VA_ARGS__, NULL })

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

/* The dialog's pages. */

static void
take_picture (Fixture *fixture, const char *name)
{
  const char *folder = g_getenv ("ACINI_TEST_PICTURES");
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (fixture->dialog)));
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (root);
  g_autoptr (GtkSnapshot) snapshot = gtk_snapshot_new ();
  g_autofree char *path = folder != NULL ? g_strdup_printf ("%s/%s.png", folder, name) : NULL;
  g_autoptr (GdkTexture) texture = NULL;
  GskRenderNode *node;

  if (path == NULL)
    return;
  acini_test_run_for (500);
  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (root), gtk_widget_get_height (root));
  node = gtk_snapshot_to_node (snapshot);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (GTK_NATIVE (root)), node, NULL);
  gsk_render_node_unref (node);
  g_assert_true (gdk_texture_save_to_png (texture, path));
}

static void
show_page (Fixture *fixture, const char *name)
{
  GtkWidget *stack = widget_find_type (GTK_WIDGET (fixture->dialog), "AdwViewStack");

  adw_view_stack_set_visible_child_name (ADW_VIEW_STACK (stack), name);
  acini_test_run_for (50);
}

static gboolean
has_name (GtkWidget *widget, gconstpointer name)
{
  return ADW_IS_PREFERENCES_ROW (widget) && g_strcmp0 (gtk_widget_get_name (widget), name) == 0;
}

static void
set_key (Fixture *fixture, const char *key, const char *value)
{
  GtkWidget *entry = widget_search (GTK_WIDGET (fixture->dialog), has_name, key);

  g_assert_nonnull (entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), value);
}

static gboolean
cannot_start (Fixture *fixture)
{
  return !can_start (fixture);
}

static gboolean
has_preview (Fixture *fixture)
{
  GtkWidget *picture = widget_find_type (GTK_WIDGET (fixture->dialog), "GtkPicture");

  return gtk_picture_get_paintable (GTK_PICTURE (picture)) != NULL;
}

static gboolean
is_saved (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "acini", "recipes", "my-own.ini", NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* All of the one slide. */
static void
add_region (Fixture *fixture)
{
  const double whole[][2] = { { 0, 0 }, { 1024, 0 }, { 1024, 1024 }, { 0, 1024 } };
  g_autoptr (GPtrArray) regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);
  g_autoptr (GPtrArray) slides = acini_project_list_slides (fixture->project, NULL);
  g_autoptr (AciniChange) change = NULL;

  g_ptr_array_add (regions, acini_region_record_new ("Cortex", ACINI_REGION_PLAIN, whole, 4));
  change = acini_change_new_regions (((AciniSlideRecord *)slides->pdata[0])->id, regions);
  g_assert_true (acini_project_write_change (fixture->project, change, NULL));
}

static gboolean
is_region_row (GtkWidget *widget, gconstpointer data)
{
  return ADW_IS_COMBO_ROW (widget) && gtk_widget_get_visible (widget)
         && g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), "Re_gion") == 0;
}

static gboolean
has_regions (Fixture *fixture)
{
  return widget_search (GTK_WIDGET (fixture->dialog), is_region_row, NULL) != NULL;
}

/* Every key can be changed; what is wrong is said and cannot be started; one's own is kept; the preview is of one's own
 * tissue; and what was set is what is trained, in the region that was chosen. */
static void
test_dialog (Fixture *fixture, gconstpointer data)
{
  g_autofree char *recipe = NULL, *path = NULL, *job_path = NULL, *job = NULL;
  const char *folder;

  add_region (fixture);
  fixture->dialog = acini_fine_tune_dialog_new (fixture->session);
  adw_dialog_present (ADW_DIALOG (fixture->dialog), fixture->window);
  wait_for (fixture, has_regions);
  adw_combo_row_set_selected (ADW_COMBO_ROW (widget_search (GTK_WIDGET (fixture->dialog), is_region_row, NULL)), 1);
  wait_for (fixture, can_start);
  take_picture (fixture, "fine-tune-1-simple");
  show_page (fixture, "advanced");
  set_key (fixture, "patch", "63");
  wait_for (fixture, cannot_start);
  g_assert_nonnull (widget_find_label (GTK_WIDGET (fixture->dialog), "multiple of 32"));
  take_picture (fixture, "fine-tune-2-wrong");
  set_key (fixture, "patch", "96");
  set_key (fixture, "name", "My own");
  wait_for (fixture, can_start);
  take_picture (fixture, "fine-tune-3-advanced");
  widget_click (GTK_WIDGET (fixture->dialog), "Save as _Own Recipe");
  wait_for (fixture, is_saved);
  show_page (fixture, "preview");
  wait_for (fixture, has_preview);
  take_picture (fixture, "fine-tune-4-preview");
  widget_click (GTK_WIDGET (fixture->dialog), "_Start");
  wait_for (fixture, has_job);
  folder = acini_job_get_folder (acini_job_item_get_job (get_item (fixture)));
  path = g_build_filename (folder, "recipe.ini", NULL);
  g_assert_true (g_file_get_contents (path, &recipe, NULL, NULL));
  g_assert_nonnull (strstr (recipe, "patch=96\n"));
  g_assert_nonnull (strstr (recipe, "name=My own\n"));
  job_path = g_build_filename (folder, "job.json", NULL);
  g_assert_true (g_file_get_contents (job_path, &job, NULL, NULL));
  g_assert_nonnull (strstr (job, "Cortex"));
  wait_for (fixture, has_ended);
  g_assert_cmpint (acini_job_item_get_state (get_item (fixture)), ==, ACINI_JOB_DONE);
}

static GtkWidget *comparison;

static gboolean
is_compared (Fixture *fixture)
{
  return gtk_widget_get_visible (comparison);
}

/* The verdict in words, its interval, and before and after side by side. */
static void
test_comparison (Fixture *fixture, gconstpointer data)
{
  static const char text[]
      = "{\"verdict\": \"better\", \"scores\": {\"dice\": {\"images\": 8, \"a\": 0.7, \"b\": 0.8, \"difference\": 0.1, "
        "\"low\": 0.05, \"high\": 0.14, \"verdict\": \"better\"}}, \"changed\": [{\"name\": \"slide 7\", \"before\": "
        "0.5, \"after\": 0.9, \"before_picture\": \"a.png\", \"after_picture\": \"b.png\"}]}";
  g_autofree char *path = g_build_filename (fixture->folder, "comparison.json", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  comparison = g_object_new (ACINI_TYPE_COMPARISON_VIEW, NULL);
  gtk_window_set_child (GTK_WINDOW (fixture->window), comparison);
  g_assert_false (is_compared (fixture));
  acini_comparison_view_set_folder (ACINI_COMPARISON_VIEW (comparison), fixture->folder);
  wait_for (fixture, is_compared);
  acini_test_run_for (50);
  g_assert_nonnull (widget_find_label (comparison, "Better than its parent"));
  g_assert_nonnull (widget_find_label (comparison, "+0.050 to +0.140"));
  g_assert_nonnull (widget_find_label (comparison, "slide 7 before: Dice 0.500"));
  g_assert_nonnull (widget_find_label (comparison, "slide 7 after: Dice 0.900"));
  acini_comparison_view_set_folder (ACINI_COMPARISON_VIEW (comparison), NULL);
  g_assert_false (is_compared (fixture));
}

int
main (int argc, char **argv)
{
  char *own = g_dir_make_tmp ("acini-XXXXXX", NULL);
  int status;

  /* Recipes of one's own. */
  g_setenv ("XDG_DATA_HOME", own, TRUE);
  gtk_test_init (&argc, &argv);
  adw_init ();
  g_resources_register (acini_ui_get_resource ());
  /* GTK warns of a selection under a blinking cursor where text is set from outside. */
  g_object_set (gtk_settings_get_default (), "gtk-cursor-blink", FALSE, NULL);
#define TEST(name, shim, function) g_test_add ("/fine-tuning/" name, Fixture, shim, set_up, function, tear_down)
  TEST ("goes-round", "training", test_goes_round);
  TEST ("no-way", "trials", test_no_way);
  TEST ("dialog", "right", test_dialog);
  TEST ("comparison", "right", test_comparison);
  status = g_test_run ();
  acini_test_remove_folder (own);
  return status;
}
