/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The open project as the window sees it: settings and lists of slides, models and jobs, each alone, then the session
 * that owns them while another process works on the same project. */

#include "tests/acini-test-util.h"
#include "ui/base/acini-async.h"
#include "ui/project/acini-session.h"

#define TIMEOUT_S 60

typedef struct
{
  char *folder;
  AciniProject *project;
  guint n_signals;
  char *message;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = acini_test_make_folder ();
  fixture->project = acini_test_make_project (fixture->folder);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->project);
  g_free (fixture->message);
  acini_test_remove_folder (fixture->folder);
}

static void
count_signal (Fixture *fixture)
{
  fixture->n_signals++;
}

static void
keep_message (Fixture *fixture, const char *message)
{
  g_set_str (&fixture->message, message);
}

typedef gboolean (*Condition) (gconstpointer data);

static void
wait_for (Condition condition, gconstpointer data)
{
  gint64 end = g_get_monotonic_time () + TIMEOUT_S * G_USEC_PER_SEC;

  while (!condition (data))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, end);
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (2000);
    }
}

static gboolean
has_signal (gconstpointer data)
{
  return ((const Fixture *)data)->n_signals > 0;
}

static gboolean
has_message (gconstpointer data)
{
  return ((const Fixture *)data)->message != NULL;
}

/* Whether all that was asked for has been done and told. */
static gboolean
is_done (gconstpointer data)
{
  return acini_async_is_idle () && !g_main_context_pending (NULL);
}

/* The same, and what the editor was asked for is written. */
static gboolean
is_written (gconstpointer project)
{
  g_autoptr (AciniEditor) editor = acini_editor_get ((AciniProject *)project);

  return acini_editor_is_idle (editor) && is_done (NULL);
}

static void
damage (Fixture *fixture, const char *sql)
{
  g_autofree char *path = acini_project_build_path (fixture->project, "project.sqlite", NULL);

  acini_test_run_sql (path, sql);
}

/* Settings. */

static void
test_settings (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniProjectSettings) settings = acini_project_settings_new (fixture->project);
  g_autoptr (AciniProjectSettings) other = acini_project_settings_new (fixture->project);

  acini_project_settings_load (settings);
  wait_for (is_done, NULL);
  g_assert_null (acini_project_settings_get (settings, "model"));
  g_assert_cmpfloat (acini_project_settings_get_number (settings, "opacity", 0.7), ==, 0.7);
  acini_project_settings_set (settings, "model", "first");
  acini_project_settings_set_number (settings, "opacity", 0.25);
  g_assert_cmpstr (acini_project_settings_get (settings, "model"), ==, "first");
  acini_project_settings_load (other);
  wait_for (is_done, NULL);
  g_assert_cmpstr (acini_project_settings_get (other, "model"), ==, "first");
  g_assert_cmpfloat (acini_project_settings_get_number (other, "opacity", 0.7), ==, 0.25);
  g_assert_cmpfloat (acini_project_settings_get_number (other, "model", 0.7), ==, 0.7);
}

static void
test_settings_failed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniProjectSettings) settings = acini_project_settings_new (fixture->project);

  g_signal_connect_swapped (settings, "failed", G_CALLBACK (keep_message), fixture);
  damage (fixture, "DROP TABLE settings");
  acini_project_settings_set (settings, "model", "first");
  wait_for (has_message, fixture);
  g_assert_cmpstr (acini_project_settings_get (settings, "model"), ==, "first");
}

/* Slides. */

static const AciniSlideRecord *
get_record (AciniSlideList *list, guint position)
{
  g_autoptr (AciniSlideItem) item = g_list_model_get_item (G_LIST_MODEL (list), position);

  return acini_slide_item_get_record (item);
}

static void
test_slides (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniSlideList) list = acini_slide_list_new (fixture->project);
  g_autoptr (AciniSlideItem) kept = NULL;
  gint64 second = acini_test_add_slide (fixture->project, "b", 100, 100), first;
  gulong notified;

  g_signal_connect_swapped (list, "removed", G_CALLBACK (count_signal), fixture);
  acini_slide_list_reload (list);
  wait_for (is_written, fixture->project);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
  g_set_object (&kept, acini_slide_list_find (list, second));
  g_assert_nonnull (kept);
  /* What has not changed tells nobody. */
  notified = g_signal_connect_swapped (kept, "notify", G_CALLBACK (count_signal), fixture);
  acini_slide_list_reload (list);
  wait_for (is_written, fixture->project);
  g_assert_cmpuint (fixture->n_signals, ==, 0);
  g_signal_handler_disconnect (kept, notified);
  first = acini_test_add_slide (fixture->project, "a", 100, 100);
  g_assert_null (acini_slide_list_find (list, first));

  /* One more goes before it; its own item stays, with what is new. */
  acini_slide_list_set_organ (list, &second, 1, "kidney");
  acini_slide_list_set_mpp (list, &second, 1, 0.25, 0.3);
  wait_for (is_written, fixture->project);
  g_assert_cmpint (get_record (list, 0)->id, ==, first);
  g_assert_true (acini_slide_list_find (list, second) == kept);
  g_assert_cmpstr (acini_slide_item_get_record (kept)->organ, ==, "kidney");
  g_assert_cmpfloat (acini_slide_item_get_record (kept)->mpp_y, ==, 0.3);

  acini_slide_list_rename (list, first, "z");
  wait_for (is_written, fixture->project);
  g_assert_cmpint (get_record (list, 1)->id, ==, first);
  g_assert_cmpstr (get_record (list, 1)->name, ==, "z");
  acini_slide_list_rename (list, first, "a");
  acini_slide_list_remove (list, &first, 1);
  g_assert_cmpuint (fixture->n_signals, ==, 1);
  wait_for (is_written, fixture->project);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
  g_assert_cmpint (get_record (list, 0)->id, ==, second);
  acini_slide_list_restore (list, &first, 1);
  wait_for (is_written, fixture->project);
  g_assert_cmpint (get_record (list, 0)->id, ==, first);
}

static void
test_slides_failed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniSlideList) list = acini_slide_list_new (fixture->project);
  const gint64 none = 4711;

  g_signal_connect_swapped (list, "failed", G_CALLBACK (keep_message), fixture);
  acini_slide_list_set_organ (list, &none, 1, "kidney");
  wait_for (has_message, fixture);
}

/* Models. */

static void
add_model (Fixture *fixture, const char *id, const char *parent)
{
  g_autofree char *folder = acini_project_build_path (fixture->project, "models", id, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (acini_project_add_model (fixture->project, id, id, folder, parent, &error));
  g_assert_no_error (error);
}

/* Ids from the first of the project's own on, each after as many dots as it has ancestors. */
static char *
dup_tree (AciniModelList *list)
{
  g_autoptr (GString) tree = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (AciniModelItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);

      if (!g_str_has_prefix (acini_model_item_get_record (item)->id, "starter"))
        g_string_append_printf (tree, " %.*s%s", (int)acini_model_item_get_depth (item), "....",
                                acini_model_item_get_record (item)->id);
    }
  return g_string_free_and_steal (g_steal_pointer (&tree));
}

static void
test_models (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniProjectSettings) settings = acini_project_settings_new (fixture->project);
  g_autoptr (AciniModelList) list = acini_model_list_new (fixture->project, settings);
  g_autoptr (AciniModelItem) kept = NULL;
  g_autofree char *tree = NULL, *later = NULL, *stored = NULL;

  add_model (fixture, "a", "");
  add_model (fixture, "b", "");
  add_model (fixture, "a1", "a");
  add_model (fixture, "lost", "gone");
  add_model (fixture, "a11", "a1");
  acini_model_list_reload (list);
  wait_for (is_done, NULL);
  tree = dup_tree (list);
  g_assert_cmpstr (tree, ==, " a .a1 ..a11 b lost");

  g_signal_connect_swapped (list, "notify::in-use", G_CALLBACK (count_signal), fixture);
  acini_model_list_use (list, acini_model_list_find (list, "b"));
  g_assert_cmpuint (fixture->n_signals, ==, 1);
  g_assert_true (acini_model_list_get_in_use (list) == acini_model_list_find (list, "b"));
  g_assert_true (acini_model_item_get_in_use (acini_model_list_find (list, "b")));

  /* Nothing is new: the items stay. */
  g_set_object (&kept, acini_model_list_find (list, "b"));
  acini_model_list_refresh (list);
  wait_for (is_done, NULL);
  g_assert_true (acini_model_list_find (list, "b") == kept);
  add_model (fixture, "b1", "b");
  acini_model_list_refresh (list);
  wait_for (is_done, NULL);
  later = dup_tree (list);
  g_assert_cmpstr (later, ==, " a .a1 ..a11 b .b1 lost");
  g_assert_cmpstr (acini_model_item_get_record (acini_model_list_get_in_use (list))->id, ==, "b");
  stored = acini_project_dup_setting (fixture->project, "model");
  g_assert_cmpstr (stored, ==, "b");
}

/* Jobs. */

static AciniJob *
add_job (Fixture *fixture, const char *name, const char *kind)
{
  g_autofree char *folder = acini_project_build_path (fixture->project, "jobs", name, NULL);
  g_autoptr (JsonObject) specification = json_object_new ();
  g_autoptr (GError) error = NULL;
  AciniJob *job;

  json_object_set_string_member (specification, "kind", kind);
  job = acini_job_create (folder, specification, &error);
  g_assert_no_error (error);
  return job;
}

static const char *
get_job_name (AciniJobList *list, guint position)
{
  g_autoptr (AciniJobItem) item = g_list_model_get_item (G_LIST_MODEL (list), position);

  return strrchr (acini_job_get_folder (acini_job_item_get_job (item)), '/') + 1;
}

static void
test_jobs (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniJobList) list = acini_job_list_new (fixture->project);
  g_autoptr (AciniJob) old = add_job (fixture, "train-20260101-000000-aaaa", "train");
  g_autoptr (AciniJob) middle = add_job (fixture, "segment-20260201-000000-aaaa", "segment");
  g_autoptr (AciniJob) young = NULL;
  AciniJobItem *item;

  g_signal_connect_swapped (list, "changed", G_CALLBACK (count_signal), fixture);
  acini_job_list_reload (list);
  wait_for (has_signal, fixture);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 2);
  g_assert_cmpstr (get_job_name (list, 0), ==, "segment-20260201-000000-aaaa");
  young = add_job (fixture, "train-20260301-000000-aaaa", "train");
  item = acini_job_list_add (list, young);
  g_assert_cmpstr (get_job_name (list, 0), ==, "train-20260301-000000-aaaa");
  g_assert_true (acini_job_list_find_active (list, TRUE) == item);
  g_assert_nonnull (acini_job_list_find_active (list, FALSE));

  /* What it follows already is not followed twice. */
  acini_job_list_reload (list);
  wait_for (is_done, NULL);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 3);
  acini_job_list_clear (list);
  g_assert_null (acini_job_list_find_active (list, TRUE));
}

/* The session. */

static gboolean
is_ready (gconstpointer session)
{
  return acini_session_is_ready ((AciniSession *)session);
}

static gboolean
has_slide (gconstpointer session)
{
  return g_list_model_get_n_items (acini_session_get_slides ((AciniSession *)session)) == 1;
}

static gboolean
has_job (gconstpointer session)
{
  return g_list_model_get_n_items (acini_session_get_jobs ((AciniSession *)session)) == 1;
}

static gboolean
has_model (gconstpointer session)
{
  return acini_model_list_find (acini_session_get_model_list ((AciniSession *)session), "theirs") != NULL;
}

static AciniSession *
open_session (Fixture *fixture)
{
  AciniSession *session = acini_session_new (fixture->project);

  g_signal_connect_swapped (session, "message", G_CALLBACK (keep_message), fixture);
  acini_session_load (session);
  wait_for (is_ready, session);
  return session;
}

static void
test_slide_under_review (Fixture *fixture, gconstpointer data)
{
  gint64 first = acini_test_add_slide (fixture->project, "a", 100, 100);
  gint64 second = acini_test_add_slide (fixture->project, "b", 100, 100), third;
  g_autoptr (AciniSession) session = open_session (fixture);
  AciniSlideList *list = acini_session_get_slide_list (session);
  g_autofree char *last = NULL;

  acini_session_set_slide (session, acini_slide_list_find (list, first));
  acini_session_step_slide (session, -1);
  g_assert_true (acini_session_get_slide (session) == acini_slide_list_find (list, first));
  acini_session_step_slide (session, 1);
  g_assert_true (acini_session_get_slide (session) == acini_slide_list_find (list, second));
  acini_session_step_slide (session, 1);
  g_assert_true (acini_session_get_slide (session) == acini_slide_list_find (list, second));

  /* One that comes is looked at as soon as it is there; one that goes is left. */
  third = acini_test_add_slide (fixture->project, "c", 100, 100);
  acini_session_review (session, third);
  acini_slide_list_reload (list);
  wait_for (is_done, NULL);
  g_assert_cmpint (acini_slide_item_get_record (acini_session_get_slide (session))->id, ==, third);
  acini_slide_list_remove (list, &third, 1);
  wait_for (is_written, fixture->project);
  g_assert_null (acini_session_get_slide (session));
  last = acini_project_dup_setting (fixture->project, "last-slide");
  g_assert_cmpint (g_ascii_strtoll (last, NULL, 10), ==, third);
  g_assert_null (fixture->message);
  acini_session_close (session);
}

/* As another process: adds a slide, a model and a job to the project. */
static int
work_on (const char *folder)
{
  Fixture fixture = { .project = acini_project_open (folder, NULL) };
  g_autoptr (AciniJob) job = NULL;

  g_assert_nonnull (fixture.project);
  acini_test_add_slide (fixture.project, "theirs", 100, 100);
  add_model (&fixture, "theirs", "");
  job = add_job (&fixture, "train-20260301-000000-aaaa", "train");
  g_object_unref (fixture.project);
  return 0;
}

static void
test_other_process (Fixture *fixture, gconstpointer program)
{
  g_autoptr (AciniSession) session = open_session (fixture);
  g_autoptr (GSubprocess) other = NULL;
  g_autoptr (GError) error = NULL;
  gint64 opened = g_get_monotonic_time ();

  /* After the look that follows upon opening: what comes now is seen by a later one alone. */
  while (g_get_monotonic_time () < opened + 300 * G_TIME_SPAN_MILLISECOND)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (g_list_model_get_n_items (acini_session_get_slides (session)), ==, 0);
  other = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, &error, program, "--work-on",
                            acini_project_get_folder (fixture->project), NULL);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (other, NULL, &error));
  wait_for (has_slide, session);
  wait_for (has_model, session);
  wait_for (has_job, session);
  acini_session_close (session);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--work-on"))
    return work_on (argv[2]);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/project-settings/kept", Fixture, NULL, set_up, test_settings, tear_down);
  g_test_add ("/project-settings/failed", Fixture, NULL, set_up, test_settings_failed, tear_down);
  g_test_add ("/slide-list/follows", Fixture, NULL, set_up, test_slides, tear_down);
  g_test_add ("/slide-list/failed", Fixture, NULL, set_up, test_slides_failed, tear_down);
  g_test_add ("/model-list/tree", Fixture, NULL, set_up, test_models, tear_down);
  g_test_add ("/job-list/follows", Fixture, NULL, set_up, test_jobs, tear_down);
  g_test_add ("/session/slide-under-review", Fixture, NULL, set_up, test_slide_under_review, tear_down);
  g_test_add ("/session/other-process", Fixture, argv[0], set_up, test_other_process, tear_down);
  return g_test_run ();
}
