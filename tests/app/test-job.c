/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Jobs: their log, their state as others see it, and workers that are killed.  The worker is this program itself. */

#include "app/jobs/acini-event-file.h"
#include "app/jobs/acini-find-cli.h"
#include "app/jobs/acini-heartbeat.h"
#include "app/jobs/acini-job-runner-local.h"
#include "app/jobs/acini-job-runners.h"
#include "app/jobs/acini-job-supervisor.h"
#include "tests/acini-test-util.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static char *self_path;

typedef struct
{
  char *folder, *job_folder;
  AciniJob *job;
  AciniJobRunner *runner; /* whose worker is this program */
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
  fixture->runner = acini_local_runner_new (self_path);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->job);
  g_clear_object (&fixture->runner);
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

static void
assert_failure (Fixture *fixture, AciniFailure wanted)
{
  g_autoptr (AciniJob) other = acini_job_open (fixture->job_folder, NULL);
  g_autofree char *message = NULL, *text = NULL;
  AciniFailure failure = acini_job_get_failure (other, &message);

  g_assert_cmpstr (acini_failure_to_string (failure), ==, acini_failure_to_string (wanted));
  text = acini_failure_describe (failure, message);
  g_assert_cmpuint (strlen (text), >, 20);
}

static void
write_file (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->job_folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static gboolean
has_file (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->job_folder, name, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static guint
count_events (Fixture *fixture, const char *name)
{
  goffset offset = 0;
  g_autoptr (GPtrArray) events = acini_job_read_events (fixture->job, &offset, NULL);
  guint n = 0;

  for (guint i = 0; i < events->len; i++)
    n += g_str_equal (json_object_get_string_member (events->pdata[i], "event"), name) != 0;
  return n;
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
  for (int i = 0;
       i < 1000 && (acini_job_get_state (fixture->job) == ACINI_JOB_RUNNING || acini_job_is_alive (fixture->job)); i++)
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
  g_assert_true (acini_job_end (fixture->job, ACINI_JOB_PAUSED, ACINI_FAILURE_NONE, NULL, &error));
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
  g_assert_true (acini_job_end (fixture->job, ACINI_JOB_DONE, ACINI_FAILURE_NONE, NULL, &error));
  g_assert_true (acini_job_begin (other, &error));
  g_assert_no_error (error);
}

static void
test_requests (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = acini_job_dup_control (fixture->job), *second = NULL, *third = NULL;
  g_autoptr (AciniJob) worker = acini_job_open (fixture->job_folder, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (first, ==, "run");
  g_assert_true (acini_job_begin (worker, &error));
  g_assert_true (acini_job_request (fixture->job, "pause", &error));
  second = acini_job_dup_control (worker);
  g_assert_cmpstr (second, ==, "pause");
  g_assert_true (acini_job_end (worker, ACINI_JOB_PAUSED, ACINI_FAILURE_NONE, NULL, &error));

  /* Begun anew it is to run. */
  g_assert_true (acini_job_begin (worker, &error));
  third = acini_job_dup_control (worker);
  g_assert_cmpstr (third, ==, "run");
  g_assert_true (acini_job_end (worker, ACINI_JOB_PAUSED, ACINI_FAILURE_NONE, NULL, &error));

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
  g_assert_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_NO_SPACE);
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
  g_assert_true (acini_job_runner_start (fixture->runner, fixture->job, &error));
  g_assert_no_error (error);
  /* There is no moment at which it is neither running nor ended. */
  assert_state (fixture, ACINI_JOB_RUNNING);
  wait_for_events (fixture, 4);
  g_assert_false (acini_job_runner_start (fixture->runner, fixture->job, &error));
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

      g_assert_true (acini_job_runner_start (fixture->runner, fixture->job, &error));
      g_assert_no_error (error);
      worker = wait_for_worker (fixture);
      g_assert_cmpint (worker, >, 1);
      g_assert_cmpint (kill (worker, SIGKILL), ==, 0);
      wait_until_free (fixture);
      assert_state (fixture, ACINI_JOB_FAILED);
      assert_failure (fixture, ACINI_FAILURE_KILLED);
    }
}

/* The supervisor is killed first and the worker after it: nobody is left to say how. */
static void
test_killed_supervisor (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL, *text = NULL;
  const char *parent;
  pid_t worker, supervisor;

  g_setenv ("ACINI_TEST_WORKER", "pause", TRUE);
  g_assert_true (acini_job_runner_start (fixture->runner, fixture->job, &error));
  worker = wait_for_worker (fixture);
  path = g_strdup_printf ("/proc/%d/status", (int)worker);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  parent = strstr (text, "\nPPid:");
  g_assert_nonnull (parent);
  supervisor = (pid_t)g_ascii_strtoll (parent + strlen ("\nPPid:"), NULL, 10);
  g_assert_cmpint (supervisor, >, 1);
  g_assert_cmpint (supervisor, !=, getpid ());
  g_assert_cmpint (kill (supervisor, SIGKILL), ==, 0);
  g_usleep (100000);
  assert_state (fixture, ACINI_JOB_RUNNING);
  g_assert_cmpint (kill (worker, SIGKILL), ==, 0);
  wait_until_free (fixture);
  assert_state (fixture, ACINI_JOB_FAILED);
  assert_failure (fixture, ACINI_FAILURE_DIED);
}

/* Each way to die is told apart, and the job can be started again after it. */
static void
test_diagnosis (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *how;
    AciniFailure failure;
  } cases[] = { { "8", ACINI_FAILURE_PROCESSOR },
                { "4", ACINI_FAILURE_PROCESSOR },
                { "11", ACINI_FAILURE_CRASH },
                { "15", ACINI_FAILURE_KILLED },
                { "6", ACINI_FAILURE_CRASH } };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_setenv ("ACINI_TEST_WORKER", cases[i].how, TRUE);
      g_assert_true (acini_job_runner_start (fixture->runner, fixture->job, &error));
      g_assert_no_error (error);
      wait_until_free (fixture);
      assert_state (fixture, ACINI_JOB_FAILED);
      assert_failure (fixture, cases[i].failure);
      g_assert_true (has_file (fixture, "log.txt"));
    }
}

/* A worker that ran out of memory is started again, each time with half the batch, but not for ever. */
static void
test_memory (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_setenv ("ACINI_TEST_WORKER", "memory", TRUE);
  g_assert_true (acini_job_runner_start (fixture->runner, fixture->job, &error));
  wait_until_free (fixture);
  assert_state (fixture, ACINI_JOB_FAILED);
  assert_failure (fixture, ACINI_FAILURE_MEMORY);
  g_assert_cmpuint (count_events (fixture, ACINI_JOB_EVENT_HALVED), ==, 6);
}

static void
test_resume (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_setenv ("ACINI_TEST_WORKER", "pause", TRUE);
  g_setenv ("ACINI_CLI", self_path, TRUE);
  for (int i = 0; i < 3; i++)
    {
      g_assert_true (acini_job_resume (fixture->job, &error));
      g_assert_no_error (error);
      assert_state (fixture, ACINI_JOB_RUNNING);
      g_assert_false (acini_job_resume (fixture->job, NULL));
      wait_for_worker (fixture);
      g_assert_true (acini_job_signal (fixture->job, "pause", NULL));
      while (acini_job_get_state (fixture->job) == ACINI_JOB_RUNNING)
        g_usleep (1000);
      /* Its worker may still be about to leave: resuming waits for that. */
      assert_state (fixture, ACINI_JOB_PAUSED);
      g_assert_cmpint (acini_job_get_failure (fixture->job, NULL), ==, ACINI_FAILURE_NONE);
    }
  write_file (fixture, "checkpoint.safetensors", "x");
  write_file (fixture, "checkpoint.json", "{}");
  g_assert_true (acini_job_signal (fixture->job, "cancel", &error));
  assert_state (fixture, ACINI_JOB_CANCELLED);
  g_assert_false (has_file (fixture, "checkpoint.safetensors"));
  g_assert_false (has_file (fixture, "checkpoint.json"));
  g_assert_false (acini_job_resume (fixture->job, &error));
  g_assert_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_START);
  g_unsetenv ("ACINI_CLI");
}

static void
touch (Fixture *fixture, gint64 seconds_ago)
{
  g_autofree char *path = g_build_filename (fixture->job_folder, "heartbeat", NULL);
  struct timespec times[2] = { 0 };

  times[0].tv_sec = times[1].tv_sec = g_get_real_time () / G_USEC_PER_SEC - seconds_ago;
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

/* A worker on another computer holds no lock here; its sign of life tells. */
static void
test_heartbeat (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  append_raw (fixture, "{\"event\": \"state\", \"state\": \"running\", \"host\": \"node7\"}\n");
  assert_state (fixture, ACINI_JOB_FAILED);
  write_file (fixture, "heartbeat", "node7\nanother-boot\n4711\n");
  touch (fixture, 2);
  assert_state (fixture, ACINI_JOB_RUNNING);
  g_assert_false (acini_job_begin (fixture->job, &error));
  g_assert_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_RUNNING);
  g_assert_nonnull (strstr (error->message, "node7"));
  g_clear_error (&error);

  /* Silent for a minute: dead, for those who look for the first time … */
  touch (fixture, 60);
  {
    g_autoptr (AciniJob) other = acini_job_open (fixture->job_folder, NULL);

    g_assert_cmpint (acini_job_get_state (other), ==, ACINI_JOB_FAILED);
    /* … and alive again when it is touched, though its clock is an hour behind. */
    touch (fixture, 3600);
    g_assert_cmpint (acini_job_get_state (other), ==, ACINI_JOB_RUNNING);
  }
  touch (fixture, 60);
  {
    g_autoptr (AciniJob) other = acini_job_open (fixture->job_folder, NULL);

    /* The stale sign is no obstacle. */
    g_assert_true (acini_job_begin (other, &error));
    g_assert_no_error (error);
    g_assert_true (has_file (fixture, "heartbeat"));
    g_assert_true (acini_job_end (other, ACINI_JOB_DONE, ACINI_FAILURE_NONE, NULL, NULL));
    g_assert_false (has_file (fixture, "heartbeat"));
  }
}

static void
test_dismissal (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniJob) other = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (acini_job_is_dismissed (fixture->job));
  g_assert_true (acini_job_dismiss (fixture->job, &error));
  other = acini_job_open (fixture->job_folder, NULL);
  g_assert_true (acini_job_is_dismissed (other));
  /* Started again it is listed again. */
  g_setenv ("ACINI_TEST_WORKER", "die", TRUE);
  g_assert_true (acini_job_runner_start (fixture->runner, fixture->job, &error));
  wait_until_free (fixture);
  g_assert_false (acini_job_is_dismissed (other));
}

/* The last words of a job have their place when there is no room for anything else. */
static void
test_last_words (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->folder, "small", NULL);
  g_autofree char *job_folder = g_build_filename (folder, "job", NULL);
  g_autoptr (AciniJob) job = NULL, other = NULL;
  g_autoptr (GError) error = NULL;
  guint n = 0;

  g_assert_cmpint (g_mkdir (folder, 0777), ==, 0);
  if (unshare (CLONE_NEWNS) != 0 || mount ("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0
      || mount ("small", folder, "tmpfs", 0, "size=256k") != 0)
    {
      g_test_skip ("a small disk needs the right to mount one");
      return;
    }
  job = acini_job_create (job_folder, acini_job_get_specification (fixture->job), &error);
  g_assert_no_error (error);
  g_assert_true (acini_job_begin (job, &error));
  while (n < 100000 && acini_job_append_event (job, "step", NULL, &error))
    n++;
  g_assert_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_NO_SPACE);
  g_clear_error (&error);
  g_assert_cmpuint (n, >, 100);
  g_assert_true (acini_is_disk_full (folder));
  g_assert_true (acini_job_end (job, ACINI_JOB_PAUSED, ACINI_FAILURE_DISK, "No space left on device", &error));
  g_assert_no_error (error);
  other = acini_job_open (job_folder, NULL);
  g_assert_cmpint (acini_job_get_state (other), ==, ACINI_JOB_PAUSED);
  g_assert_cmpint (acini_job_get_failure (other, NULL), ==, ACINI_FAILURE_DISK);
  g_clear_object (&job);
  g_clear_object (&other);
  g_assert_cmpint (umount2 (folder, MNT_DETACH), ==, 0);
}

/* A worker that dies before its first word leaves a failed job, not one that seems to wait. */
static void
test_stillborn_worker (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniJobRunner) nowhere = acini_local_runner_new ("/nonexistent/acini-cli");
  g_autoptr (GError) error = NULL;

  g_setenv ("ACINI_TEST_WORKER", "die", TRUE);
  g_assert_true (acini_job_runner_start (fixture->runner, fixture->job, &error));
  wait_until_free (fixture);
  assert_state (fixture, ACINI_JOB_FAILED);
  assert_failure (fixture, ACINI_FAILURE_OTHER);
  g_assert_false (acini_job_runner_start (nowhere, fixture->job, &error));
  g_assert_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_START);
  assert_state (fixture, ACINI_JOB_FAILED);
}

/* As `acini-cli job run`: works until it is asked to pause. */
static int
be_worker (const char *folder)
{
  g_autoptr (AciniJob) job = acini_job_open (folder, NULL);
  const char *how = g_getenv ("ACINI_TEST_WORKER");
  struct rlimit none = { 0, 0 };

  setrlimit (RLIMIT_CORE, &none);
  if (g_str_equal (how, "die"))
    return 1;
  if (job == NULL || !acini_job_begin (job, NULL))
    return 1;
  if (g_str_equal (how, "memory"))
    {
      fputs ("terminate called after throwing an instance of 'std::bad_alloc'\n", stderr);
      raise (SIGABRT);
    }
  if (g_ascii_isdigit (*how))
    raise ((int)g_ascii_strtoll (how, NULL, 10));
  for (int i = 0; i < 3000; i++)
    {
      g_autofree char *request = acini_job_dup_control (job);

      if (g_str_equal (request, "pause"))
        return acini_job_end (job, ACINI_JOB_PAUSED, ACINI_FAILURE_NONE, NULL, NULL) ? 0 : 1;
      acini_job_append_event (job, "step", NULL, NULL);
      g_usleep (10000);
    }
  return 1;
}

/* As `acini-cli job supervise`. */
static int
be_supervisor (const char *folder)
{
  g_autoptr (AciniJob) job = acini_job_open (folder, NULL);

  return job != NULL && acini_job_supervise (job, "/proc/self/exe", TRUE, NULL, NULL) ? 0 : 1;
}

/* As .ci/cli-when-built and the build of ./run use the lock. */
static void
test_being_built (Fixture *fixture, gconstpointer data)
{
  g_autofree char *build = g_build_filename (fixture->folder, "run", NULL), *lock = g_strconcat (build, ".lock", NULL);
  g_autofree char *before = g_strdup (g_getenv ("ACINI_CLI"));
  int fd = g_open (lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  g_setenv ("ACINI_BUILD", build, TRUE);
  g_setenv ("ACINI_CLI", "/usr/bin/acini-cli", TRUE);
  g_assert_false (acini_cli_is_being_built ()); /* not the one that waits */
  g_setenv ("ACINI_CLI", "/somewhere/cli-when-built", TRUE);
  g_assert_true (acini_cli_is_being_built ());
  g_assert_cmpint (flock (fd, LOCK_UN), ==, 0);
  g_assert_false (acini_cli_is_being_built ());
  g_assert_true (g_close (fd, NULL));
  g_unsetenv ("ACINI_BUILD");
  if (before != NULL)
    g_setenv ("ACINI_CLI", before, TRUE);
  else
    g_unsetenv ("ACINI_CLI");
}

/* A runner that this version does not know is named, not guessed. */
static void
test_unknown_runner (Fixture *fixture, gconstpointer data)
{
  g_autoptr (JsonObject) specification = json_object_new ();
  g_autofree char *folder = g_build_filename (fixture->folder, "far", NULL);
  g_autoptr (AciniJob) job = NULL;
  g_autoptr (GError) error = NULL;

  json_object_set_string_member (specification, "kind", "train");
  json_object_set_string_member (specification, "runner", "moonbase");
  job = acini_job_create (folder, specification, &error);
  g_assert_false (acini_job_start (job, &error));
  g_assert_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_START);
  g_assert_nonnull (strstr (error->message, "moonbase"));
}

/* RFC 3720, B.4. */
static void
test_crc (void)
{
  guint8 bytes[32] = { 0 };

  g_assert_cmphex (acini_crc32c (bytes, sizeof bytes), ==, 0x8a9136aa);
  memset (bytes, 0xff, sizeof bytes);
  g_assert_cmphex (acini_crc32c (bytes, sizeof bytes), ==, 0x62a8ab43);
}

int
main (int argc, char **argv)
{
  if (argc > 2 && g_str_equal (argv[1], "job") && g_str_equal (argv[2], "supervise"))
    return be_supervisor (argv[argc - 1]);
  if (argc > 2 && g_str_equal (argv[1], "job"))
    return be_worker (argv[argc - 1]);
  g_test_init (&argc, &argv, NULL);
  self_path = g_canonicalize_filename (argv[0], NULL);
#define TEST(name, function) g_test_add ("/job/" name, Fixture, NULL, set_up, function, tear_down)
  g_test_add_func ("/job/crc", test_crc);
  TEST ("specification", test_specification);
  TEST ("events", test_events);
  TEST ("half-line", test_half_line);
  TEST ("lock", test_lock);
  TEST ("requests", test_requests);
  TEST ("full-disk", test_full_disk);
  TEST ("worker", test_worker);
  TEST ("killed-worker", test_killed_worker);
  TEST ("killed-supervisor", test_killed_supervisor);
  TEST ("stillborn-worker", test_stillborn_worker);
  TEST ("diagnosis", test_diagnosis);
  TEST ("memory", test_memory);
  TEST ("resume", test_resume);
  TEST ("heartbeat", test_heartbeat);
  TEST ("dismissal", test_dismissal);
  TEST ("being-built", test_being_built);
  TEST ("last-words", test_last_words);
  TEST ("unknown-runner", test_unknown_runner);
  return g_test_run ();
}
