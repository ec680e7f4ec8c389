/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/worker/acini-job-supervisor.h"

#include "app/jobs/acini-job-private.h"
#include "app/worker/acini-trial.h"
#include "acini-config.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#define WORKER_VARIABLE "ACINI_JOB_WORKER"
#define LOCK_FD 3

gboolean
acini_job_is_supervised (void)
{
  return g_getenv (WORKER_VARIABLE) != NULL;
}

/* In the child, between fork and exec.  Ctrl-C comes to us alone, and we pass it on. */
static void
prepare_child (gpointer user_data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  setpgid (0, 0);
}

/* The lock that a runner gave us, else one taken here. */
static int
get_lock (AciniJob *job, GError **error)
{
  const char *inherited = g_getenv (ACINI_JOB_LOCK_VARIABLE);
  int fd;

  if (inherited != NULL)
    return (int)g_ascii_strtoll (inherited, NULL, 10);
  fd = acini_job_take_lock (job, error);
  if (fd >= 0 && (!acini_job_set_control (job, "run", error) || !acini_job_mark_started (job, error)))
    {
      close (fd);
      return -1;
    }
  return fd;
}

/* What oneDNN was allowed in the last run, as its events say. */
static AciniOneDnn
get_last_level (AciniJob *job)
{
  AciniOneDnn level = acini_model_get_onednn ();
  goffset offset = 0;
  g_autoptr (GPtrArray) events = acini_job_read_events (job, &offset, NULL);

  for (guint i = 0; events != NULL && i < events->len; i++)
    acini_onednn_from_string (
        json_object_get_string_member_with_default (g_ptr_array_index (events, i), "onednn", NULL), &level);
  return level;
}

/* @died_at: of the run before, or < 0. */
static GSubprocess *
spawn (AciniJob *job, int lock, gboolean quiet, int died_at, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_INHERIT);
  g_autoptr (GStrvBuilder) arguments = g_strv_builder_new ();
  g_auto (GStrv) words = NULL;
  int copy = fcntl (lock, F_DUPFD_CLOEXEC, LOCK_FD + 1);

  g_strv_builder_add_many (arguments, "/proc/self/exe", "job", "run", NULL);
  if (quiet)
    g_strv_builder_add (arguments, "--quiet");
  if (died_at >= 0)
    g_subprocess_launcher_setenv (launcher, ACINI_JOB_DIED_VARIABLE, acini_onednn_to_string ((AciniOneDnn)died_at),
                                  TRUE);
  g_strv_builder_add (arguments, acini_job_get_folder (job));
  words = g_strv_builder_end (arguments);
  g_subprocess_launcher_setenv (launcher, WORKER_VARIABLE, "1", TRUE);
  g_subprocess_launcher_setenv (launcher, ACINI_JOB_LOCK_VARIABLE, G_STRINGIFY (LOCK_FD), TRUE);
  if (copy >= 0)
    g_subprocess_launcher_take_fd (launcher, copy, LOCK_FD);
  g_subprocess_launcher_set_child_setup (launcher, prepare_child, NULL, NULL);
  return g_subprocess_launcher_spawnv (launcher, (const char *const *)words, error);
}

/* Returns: the signal that ended it, or 0. */
static int
wait_for (GSubprocess *child, GCancellable *cancellable)
{
  if (!g_subprocess_wait (child, cancellable, NULL))
    {
      g_subprocess_send_signal (child, SIGTERM);
      g_subprocess_wait (child, NULL, NULL);
    }
  return g_subprocess_get_if_signaled (child) ? g_subprocess_get_term_sig (child) : 0;
}

/* Signals of a computation that went wrong, rather than of somebody who wants an end. */
static gboolean
is_fault (int signal)
{
  return signal == SIGFPE || signal == SIGILL || signal == SIGSEGV || signal == SIGBUS || signal == SIGABRT
         || signal == SIGTRAP;
}

static void
note_restart (AciniJob *job, int signal, AciniOneDnn level)
{
  g_autofree char *name = acini_describe_signal (signal);
  g_autofree char *message = g_strdup_printf (
      _ ("The computation was ended by %s with oneDNN “%s”; it goes on from the last checkpoint with "
         "less."),
      name, acini_onednn_to_string (level));
  g_autoptr (JsonObject) members = json_object_new ();

  json_object_set_string_member (members, "message", message);
  acini_job_append_event (job, "restart", members, NULL);
  g_printerr ("%s\n", message);
}

static char *
describe_death (int signal)
{
  g_autofree char *name = acini_describe_signal (signal);

  if (signal == SIGKILL)
    return g_strdup (
        _ ("The computation was killed, probably because there was too little memory. Close other programs "
           "and try again."));
  return g_strdup_printf (_ ("The computation was ended by %s, twice where it could be tried again. The processor or a "
                             "library may be at fault; see log.txt in the job's folder."),
                          name);
}

/* What the last state event says. */
static void
set_jobs_error (AciniJob *job, GError **error)
{
  goffset offset = 0;
  g_autoptr (GPtrArray) events = acini_job_read_events (job, &offset, NULL);
  const char *message = NULL;

  for (guint i = 0; events != NULL && i < events->len; i++)
    message = json_object_get_string_member_with_default (g_ptr_array_index (events, i), "message", message);
  g_set_error_literal (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_START,
                       message != NULL ? message : _ ("The job failed without saying why; see log.txt in its folder."));
}

gboolean
acini_job_supervise (AciniJob *job, gboolean quiet, GCancellable *cancellable, GError **error)
{
  int lock = get_lock (job, error), died_at = -1, signal = 0;

  if (lock < 0)
    return FALSE;
  for (int run = 0; run < 2; run++)
    {
      g_autoptr (GSubprocess) child = spawn (job, lock, quiet, died_at, error);

      if (child == NULL)
        {
          acini_job_end (job, ACINI_JOB_FAILED, error != NULL ? (*error)->message : NULL, NULL);
          close (lock);
          return FALSE;
        }
      signal = wait_for (child, cancellable);
      if (!is_fault (signal) || run > 0 || g_cancellable_is_cancelled (cancellable))
        break;
      died_at = get_last_level (job);
      note_restart (job, signal, (AciniOneDnn)died_at);
    }
  if (signal != 0)
    {
      g_autofree char *message = describe_death (signal);

      acini_job_end (job, ACINI_JOB_FAILED, message, NULL);
    }
  close (lock);
  if (acini_job_get_state (job) != ACINI_JOB_FAILED)
    return TRUE;
  set_jobs_error (job, error);
  return FALSE;
}
