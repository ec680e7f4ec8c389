/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "app/jobs/acini-job-runner-local.h"

#include "app/jobs/acini-find-cli.h"
#include "app/jobs/acini-job-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* The lock is taken here and inherited by the supervisor and its worker, so there is no moment at which the job counts
 * as running and nobody holds its lock, and a worker that dies before its first line leaves a failed job, not one
 * queued for ever. */

struct _AciniLocalRunner
{
  GObject parent_instance;

  char *cli; /* NULL: to be found */
};

static void implement_runner (AciniJobRunnerInterface *interface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AciniLocalRunner, acini_local_runner, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ACINI_TYPE_JOB_RUNNER, implement_runner))

/* In the child, between fork and exec: async-signal-safe calls only. */
static void
leave_session (gpointer user_data)
{
  setsid ();
}

static gboolean
spawn_supervisor (AciniJob *self, const char *cli, int lock, int log, GError **error)
{
  const char *folder = acini_job_get_folder (self);
  const char *arguments[] = { cli, "job", "supervise", "--quiet", folder, NULL };
  g_auto (GStrv) environment
      = g_environ_setenv (g_get_environ (), ACINI_JOB_LOCK_VARIABLE, G_STRINGIFY (ACINI_JOB_LOCK_FD), TRUE);
  /* OpenMP's threads spin while they wait.  Beside another network on the same cores that makes both about ten times
   * slower; a background job yields instead. */
  const char *waiting = g_getenv ("OMP_WAIT_POLICY") == NULL ? "passive" : g_getenv ("OMP_WAIT_POLICY");
  int null = g_open ("/dev/null", O_RDWR | O_CLOEXEC, 0);
  const int sources[] = { lock }, targets[] = { ACINI_JOB_LOCK_FD };
  g_autoptr (GError) reason = NULL;
  gboolean ok;

  environment = g_environ_setenv (environment, "OMP_WAIT_POLICY", waiting, TRUE);
  /* Without G_SPAWN_DO_NOT_REAP_CHILD the supervisor becomes init's child at once: no zombie, and it outlives us. */
  ok = g_spawn_async_with_pipes_and_fds (NULL, arguments, (const char *const *)environment, G_SPAWN_DEFAULT,
                                         leave_session, NULL, null, log, log, sources, targets, 1, NULL, NULL, NULL,
                                         NULL, &reason);
  if (!ok)
    {
      g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_START, _ ("The job could not be started: %s"),
                   reason->message);
      acini_job_end (self, ACINI_JOB_FAILED, ACINI_FAILURE_OTHER, reason->message, NULL);
    }
  if (null >= 0)
    close (null);
  return ok;
}

static gboolean
start (AciniJobRunner *runner, AciniJob *job, GError **error)
{
  AciniLocalRunner *self = ACINI_LOCAL_RUNNER (runner);
  g_autofree char *cli = self->cli != NULL ? g_strdup (self->cli) : acini_find_cli (), *log_path = NULL;
  gboolean ok;
  int lock, log;

  if (cli == NULL)
    {
      g_set_error_literal (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_START,
                           _ ("The program acini-cli was not found. Install it beside Acini."));
      return FALSE;
    }
  acini_job_get_state (job);
  lock = acini_job_take_lock_soon (job, error);
  if (lock < 0)
    return FALSE;
  log_path = acini_job_dup_log_path (job);
  log = g_open (log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (log < 0)
    {
      acini_job_set_write_error (error, log_path, errno);
      close (lock);
      return FALSE;
    }
  ok = acini_job_set_control (job, "run", error) && acini_job_mark_started (job, error)
       && spawn_supervisor (job, cli, lock, log, error);
  close (log);
  close (lock);
  return ok;
}

static gboolean
signal_worker (AciniJobRunner *runner, AciniJob *job, const char *request, GError **error)
{
  return acini_job_request (job, request, error);
}

static gboolean
is_alive (AciniJobRunner *runner, AciniJob *job)
{
  return acini_job_is_alive (job);
}

/* The worker writes into the folder. */
static gboolean
collect (AciniJobRunner *runner, AciniJob *job, GError **error)
{
  return TRUE;
}

static void
implement_runner (AciniJobRunnerInterface *interface)
{
  interface->start = start;
  interface->signal = signal_worker;
  interface->alive = is_alive;
  interface->collect = collect;
}

static void
acini_local_runner_finalize (GObject *object)
{
  g_free (ACINI_LOCAL_RUNNER (object)->cli);
  G_OBJECT_CLASS (acini_local_runner_parent_class)->finalize (object);
}

static void
acini_local_runner_class_init (AciniLocalRunnerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_local_runner_finalize;
}

static void
acini_local_runner_init (AciniLocalRunner *self)
{
}

AciniJobRunner *
acini_local_runner_new (const char *cli)
{
  AciniLocalRunner *self = g_object_new (ACINI_TYPE_LOCAL_RUNNER, NULL);

  self->cli = g_strdup (cli);
  return ACINI_JOB_RUNNER (self);
}

AciniJobRunner *
acini_local_runner_get_default (void)
{
  static AciniJobRunner *runner;

  if (g_once_init_enter_pointer (&runner))
    g_once_init_leave_pointer (&runner, acini_local_runner_new (NULL));
  return runner;
}
