/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Jobs: their log, their state as others see it, and workers that are killed.  The worker is this program itself. */

#include "app/jobs/acini-job.h"
#include "tests/acini-test-util.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static char *self_path;

typedef struct
{
  char *folder, *job_folder;
  AciniJob *job;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (JsonObject) specification = json_object_new ();
  g_autoptr (GError) error = NULL;

  fixture->folder = acini_test_make_folder ();
  fixture->job_folder = g_build_filename (fixture->folder, "job", NULL);
  json_object_set_string_member (specification, "kind", "train");
  json_object_set_string_member (specification, "name", "Colon – “neu”");
  fixture->job = acini_job_create (fixture->job_folder, specification, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->job);
  acini_test_remove_folder (fixture->folder);
  g_free (fixture->job_folder);
}

static void
assert_state (Fixture *fixture, AciniJobState wanted)
{
  /* Another eye, as the window's is. */
  g_autoptr (AciniJob) other = acini_job_open (fixture->job_folder, NULL);

  g_assert_cmpstr (acini_job_state_to_string (acini_job_get_state (other)), ==, acini_job_state_to_string (wanted));
  g_assert_cmpstr (acini_job_state_to_string (acini_job_get_state (fixture->job)), ==,
                   acini_job_state_to_string (wanted));
}

/* Waits until the worker has written @count events; what is read counts. */
static void
wait_for_events (Fixture *fixture, guint count)
{
  for (int i = 0; i < 1000; i++)
    {
      goffset offset = 0;
      g_autoptr (GPtrArray) events = acini_job_read_events (fixture->job, &offset, NULL);

      if (events->len >= count)
        return;
      g_usleep (10000);
    }
  g_error ("the worker wrote no %u events within ten seconds", count);
}

static void
wait_until_free (Fixture *fixture)
{
  for (int i = 0; i < 1000 && acini_job_get_state (fixture->job) == ACINI_JOB_RUNNING; i++)
    g_usleep (10000);
}

static void
append_raw (Fixture *fixture, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->job_folder, "events.jsonl", NULL);
  FILE *file = g_fopen (path, "ae");

  g_assert_nonnull (file);
  fputs (text, file);
  fclose (file);
}

static void
test_specification (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniJob) other = acini_job_open (fixture->job_folder, NULL), none = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (fixture->job_folder, "job.json", NULL);

  g_assert_cmpstr (acini_job_get_kind (other), ==, "train");
  g_assert_cmpstr (json_object_get_string_member (acini_job_get_specification (other), "name"), ==, "Colon – “neu”");
  assert_state (fixture, ACINI_JOB_QUEUED);

  none = acini_job_open (fixture->folder, &error);
  g_assert_null (none);
  g_assert_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_DAMAGED);
  g_clear_error (&error);
  g_assert_true (g_file_set_contents (path, "{\"kind\": 7}", -1, NULL));
  none = acini_job_open (fixture->job_folder, &error);
  g_assert_null (none);
  g_assert_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_DAMAGED);
}

static void
test_events (Fixture *fixture, gconstpointer data)
{
  g_autoptr (JsonObject) members = json_object_new ();
  g_autoptr (GPtrArray) first = NULL, second = NULL, third = NULL;
  g_autoptr (GError) error = NULL;
  goffset offset = 0;

  json_object_set_double_member (members, "loss", 0.25);
  g_assert_true (acini_job_begin (fixture->job, &error));
  g_assert_true (acini_job_append_event (fixture->job, "step", members, &error));
  first = acini_job_read_events (fixture->job, &offset, &error);
  g_assert_cmpuint (first->len, ==, 2);
  g_assert_cmpfloat (json_object_get_double_member (first->pdata[1], "loss"), ==, 0.25);

  /* Half a line waits for its other half. */
  append_raw (fixture, "{\"event\": \"st");
  second = acini_job_read_events (fixture->job, &offset, &error);
  g_assert_cmpuint (second->len, ==, 0);
  append_raw (fixture, "ep\"}\n");
  third = acini_job_read_events (fixture->job, &offset, &error);
  g_assert_cmpuint (third->len, ==, 1);
  g_assert_cmpstr (json_object_get_string_member (third->pdata[0], "event"), ==, "step");
  g_assert_no_error (error);
}

/* A worker was killed in the middle of a line: the next one's events are whole, and the half one is passed over. */
static void
test_half_line (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GError) error = NULL;
  goffset offset = 0;

  append_raw (fixture, "{\"event\": \"state\", \"state\": \"running\"}\n{\"event\": \"sta");
  assert_state (fixture, ACINI_JOB_FAILED);
  g_assert_true (acini_job_begin (fixture->job, &error));
  assert_state (fixture, ACINI_JOB_RUNNING);
  g_assert_true (acini_job_end (fixture->job, ACINI_JOB_PAUSED, NULL, &error));
  g_assert_no_error (error);
  assert_state (fixture, ACINI_JOB_PAUSED);
  events = acini_job_read_events (fixture->job, &offset, NULL);
  g_assert_cmpuint (events->len, ==, 3);
}

static void
test_lock (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniJob) other = acini_job_open (fixture->job_folder, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (acini_job_begin (fixture->job, &error));
  g_assert_false (acini_job_begin (other, &error));
  g_assert_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_RUNNING);
  g_clear_error (&error);
  g_assert_true (acini_job_end (fixture->job, ACINI_JOB_DONE, NULL, &error));
  g_assert_true (acini_job_begin (other, &error));
  g_assert_no_error (error);
}

static void
test_wishes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = acini_job_dup_control (fixture->job), *second = NULL, *third = NULL;
  g_autoptr (AciniJob) worker = acini_job_open (fixture->job_folder, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (first, ==, "run");
  g_assert_true (acini_job_begin (worker, &error));
  g_assert_true (acini_job_request (fixture->job, "pause", &error));
  second = acini_job_dup_control (worker);
  g_assert_cmpstr (second, ==, "pause");
  g_assert_true (acini_job_end (worker, ACINI_JOB_PAUSED, NULL, &error));

  /* Begun anew it is wished for again. */
  g_assert_true (acini_job_begin (worker, &error));
  third = acini_job_dup_control (worker);
  g_assert_cmpstr (third, ==, "run");
  g_assert_true (acini_job_end (worker, ACINI_JOB_PAUSED, NULL, &error));

  /* Nobody is at it who could say so: cancelled at once. */
  g_assert_true (acini_job_request (fixture->job, "cancel", &error));
  g_assert_no_error (error);
  assert_state (fixture, ACINI_JOB_CANCELLED);
}

static void
test_full_disk (Fixture *fixture, gconstpointer data)
{
  struct rlimit before, small;
  g_autoptr (JsonObject) members = json_object_new ();
  g_autofree char *long_text = g_strnfill (6000, 'x');
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GError) error = NULL;
  goffset offset = 0;

  json_object_set_string_member (members, "message", long_text);
  g_assert_true (acini_job_begin (fixture->job, &error));
  getrlimit (RLIMIT_FSIZE, &before);
  small = before;
  small.rlim_cur = 4096;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  g_assert_false (acini_job_append_event (fixture->job, "step", members, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_WRITE);
  g_clear_error (&error);

  /* There is room again: what follows is whole. */
  g_assert_true (acini_job_append_event (fixture->job, "checkpoint", NULL, &error));
  events = acini_job_read_events (fixture->job, &offset, &error);
  g_assert_cmpuint (events->len, ==, 2);
  g_assert_cmpstr (json_object_get_string_member (events->pdata[1], "event"), ==, "checkpoint");
}

/* Workers of their own process. */

static void
test_worker (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_setenv ("ACINI_TEST_WORKER", "pause", TRUE);
  g_assert_true (acini_job_start_local (fixture->job, self_path, &error));
  g_assert_no_error (error);
  /* There is no moment at which it is neither running nor ended. */
  assert_state (fixture, ACINI_JOB_RUNNING);
  wait_for_events (fixture, 4);
  g_assert_false (acini_job_start_local (fixture->job, self_path, &error));
  g_assert_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_RUNNING);
  g_assert_true (acini_job_request (fixture->job, "pause", NULL));
  wait_until_free (fixture);
  assert_state (fixture, ACINI_JOB_PAUSED);
}

/* The process that was last at work, as its state event says. */
static pid_t
get_last_worker (Fixture *fixture)
{
  goffset offset = 0;
  g_autoptr (GPtrArray) events = acini_job_read_events (fixture->job, &offset, NULL);
  pid_t pid = 0;

  for (guint i = 0; i < events->len; i++)
    if (json_object_has_member (events->pdata[i], "pid"))
      pid = (pid_t)json_object_get_int_member (events->pdata[i], "pid");
  return pid;
}

/* Whoever starts a job signs for it until the worker does: waits for that one. */
static pid_t
wait_for_worker (Fixture *fixture)
{
  for (int i = 0; i < 2000; i++)
    {
      pid_t worker = get_last_worker (fixture);

      if (worker != getpid ())
        return worker;
      g_usleep (10000);
    }
  g_error ("The worker never said that it is at work.");
}

static void
test_killed_worker (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_setenv ("ACINI_TEST_WORKER", "pause", TRUE);
  for (int i = 0; i < 5; i++)
    {
      pid_t worker;

      g_assert_true (acini_job_start_local (fixture->job, self_path, &error));
      g_assert_no_error (error);
      worker = wait_for_worker (fixture);
      g_assert_cmpint (worker, >, 1);
      g_assert_cmpint (kill (worker, SIGKILL), ==, 0);
      wait_until_free (fixture);
      assert_state (fixture, ACINI_JOB_FAILED);
    }
}

/* A worker that dies before its first word leaves a failed job, not one that seems to wait. */
static void
test_stillborn_worker (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_setenv ("ACINI_TEST_WORKER", "die", TRUE);
  g_assert_true (acini_job_start_local (fixture->job, self_path, &error));
  wait_until_free (fixture);
  assert_state (fixture, ACINI_JOB_FAILED);
  g_assert_false (acini_job_start_local (fixture->job, "/nonexistent/acini-cli", &error));
  g_assert_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_START);
  assert_state (fixture, ACINI_JOB_FAILED);
}

/* As `acini-cli job run`: works until it is asked to pause. */
static int
be_worker (const char *folder)
{
  g_autoptr (AciniJob) job = acini_job_open (folder, NULL);

  if (g_str_equal (g_getenv ("ACINI_TEST_WORKER"), "die"))
    return 1;
  if (job == NULL || !acini_job_begin (job, NULL))
    return 1;
  for (int i = 0; i < 3000; i++)
    {
      g_autofree char *wish = acini_job_dup_control (job);

      if (g_str_equal (wish, "pause"))
        return acini_job_end (job, ACINI_JOB_PAUSED, NULL, NULL) ? 0 : 1;
      acini_job_append_event (job, "step", NULL, NULL);
      g_usleep (10000);
    }
  return 1;
}

int
main (int argc, char **argv)
{
  if (argc > 2 && g_str_equal (argv[1], "job"))
    return be_worker (argv[argc - 1]);
  g_test_init (&argc, &argv, NULL);
  self_path = g_canonicalize_filename (argv[0], NULL);
#define TEST(name, function) g_test_add ("/job/" name, Fixture, NULL, set_up, function, tear_down)
  TEST ("specification", test_specification);
  TEST ("events", test_events);
  TEST ("half-line", test_half_line);
  TEST ("lock", test_lock);
  TEST ("wishes", test_wishes);
  TEST ("full-disk", test_full_disk);
  TEST ("worker", test_worker);
  TEST ("killed-worker", test_killed_worker);
  TEST ("stillborn-worker", test_stillborn_worker);
  return g_test_run ();
}
