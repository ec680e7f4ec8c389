/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "app/jobs/acini-job-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* Runs a job on this computer as a process of its own.
 *
 * The lock is taken here and inherited by the worker, so there is no moment at which the job counts as running and
 * nobody holds its lock, and a worker that dies before its first line leaves a failed job, not one queued for ever. */

#define WORKER_LOCK_FD 3

/* In the child, between fork and exec: async-signal-safe calls only. */
static void
leave_session (gpointer user_data)
{
  setsid ();
}

static gboolean
spawn_worker (AciniJob *self, const char *cli, int lock, int log, GError **error)
{
  const char *folder = acini_job_get_folder (self);
  const char *arguments[] = { cli, "job", "run", "--quiet", folder, NULL };
  g_auto (GStrv) environment
      = g_environ_setenv (g_get_environ (), ACINI_JOB_LOCK_VARIABLE, G_STRINGIFY (WORKER_LOCK_FD), TRUE);
  /* OpenMP's threads spin while they wait.  Beside another network on the same cores that makes both about ten times
   * slower; a background job yields instead. */
  const char *waiting = g_getenv ("OMP_WAIT_POLICY") == NULL ? "passive" : g_getenv ("OMP_WAIT_POLICY");
  int null = g_open ("/dev/null", O_RDWR | O_CLOEXEC, 0);
  const int sources[] = { lock }, targets[] = { WORKER_LOCK_FD };
  g_autoptr (GError) reason = NULL;
  gboolean ok;

  environment = g_environ_setenv (environment, "OMP_WAIT_POLICY", waiting, TRUE);
  /* Without G_SPAWN_DO_NOT_REAP_CHILD the worker becomes init's child at once: no zombie, and it outlives us. */
  ok = g_spawn_async_with_pipes_and_fds (NULL, arguments, (const char *const *)environment, G_SPAWN_DEFAULT,
                                         leave_session, NULL, null, log, log, sources, targets, 1, NULL, NULL, NULL,
                                         NULL, &reason);
  if (!ok)
    {
      g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_START, _ ("The job could not be started: %s"),
                   reason->message);
      acini_job_end (self, ACINI_JOB_FAILED, reason->message, NULL);
    }
  if (null >= 0)
    close (null);
  return ok;
}

gboolean
acini_job_start_local (AciniJob *self, const char *cli, GError **error)
{
  g_autofree char *found = NULL, *log_path = NULL;
  gboolean ok;
  int lock, log;

  g_return_val_if_fail (ACINI_IS_JOB (self), FALSE);

  found = cli != NULL ? g_strdup (cli) : acini_find_cli ();
  if (found == NULL)
    {
      g_set_error_literal (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_START,
                           _ ("The program acini-cli was not found. Install it beside Acini."));
      return FALSE;
    }
  lock = acini_job_take_lock (self, error);
  if (lock < 0)
    return FALSE;
  log_path = g_build_filename (acini_job_get_folder (self), "log.txt", NULL);
  log = g_open (log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (log < 0)
    {
      g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_WRITE, _ ("“%s” could not be written: %s."), log_path,
                   g_strerror (errno));
      close (lock);
      return FALSE;
    }
  ok = acini_job_set_control (self, "run", error) && acini_job_mark_started (self, error)
       && spawn_worker (self, found, lock, log, error);
  close (log);
  close (lock);
  return ok;
}
