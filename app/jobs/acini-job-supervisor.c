/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "app/jobs/acini-job-supervisor.h"

#include "app/jobs/acini-find-cli.h"
#include "app/jobs/acini-job-private.h"
#include "app/jobs/acini-job-queue.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Halving a batch more often than this leaves nothing of any. */
#define MOST_HALVINGS 6
#define LOG_TAIL 4096
/* How often one that waits for others looks. */
#define WAIT_US (G_USEC_PER_SEC / 4)

/* How many processes the system has killed for want of memory since it was started; -1: it does not tell. */
static gint64
count_memory_kills (void)
{
  g_autofree char *text = NULL;
  const char *line;

  if (!g_file_get_contents ("/proc/vmstat", &text, NULL, NULL))
    return -1;
  line = strstr (text, "\noom_kill ");
  return line != NULL ? g_ascii_strtoll (line + strlen ("\noom_kill "), NULL, 10) : -1;
}

/* What the worker said last.  Returns: (transfer full) (nullable) */
static char *
read_log_tail (AciniJob *job)
{
  g_autofree char *path = acini_job_dup_log_path (job), *text = NULL;
  gsize length = 0;

  if (!g_file_get_contents (path, &text, &length, NULL))
    return NULL;
  return g_strdup (text + (length > LOG_TAIL ? length - LOG_TAIL : 0));
}

/* What this process watches over, and how often it has started the worker again. */
typedef struct
{
  AciniJob *job;
  int lock;
  gboolean quiet;
  int halvings;
  char *died_at; /* what oneDNN was allowed when the worker died of a fault; NULL: it has not */
} Watch;

static gboolean
spawn_worker (const Watch *watch, const char *cli, GPid *pid, GError **error)
{
  const char *folder = acini_job_get_folder (watch->job);
  const char *arguments[]
      = { cli, "job", "run", watch->quiet ? "--quiet" : folder, watch->quiet ? folder : NULL, NULL };
  g_auto (GStrv) environment
      = g_environ_setenv (g_get_environ (), ACINI_JOB_LOCK_VARIABLE, G_STRINGIFY (ACINI_JOB_LOCK_FD), TRUE);
  const int sources[] = { watch->lock }, targets[] = { ACINI_JOB_LOCK_FD };
  g_autoptr (GError) reason = NULL;

  if (watch->died_at != NULL)
    environment = g_environ_setenv (environment, ACINI_JOB_DIED_VARIABLE, watch->died_at, TRUE);
  if (g_spawn_async_with_pipes_and_fds (
          NULL, arguments, (const char *const *)environment, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_CHILD_INHERITS_STDIN,
          NULL, NULL, -1, STDOUT_FILENO, STDERR_FILENO, sources, targets, 1, pid, NULL, NULL, NULL, &reason))
    return TRUE;
  g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_START, _ ("The job could not be started: %s"), reason->message);
  return FALSE;
}

static void
on_cancelled (GCancellable *cancellable, gpointer pid)
{
  kill ((pid_t)GPOINTER_TO_INT (pid), SIGTERM);
}

/* Waits until the worker has ended.  Returns: its wait status. */
static int
wait_for (GPid pid, GCancellable *cancellable)
{
  gulong handler = cancellable != NULL
                       ? g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), GINT_TO_POINTER (pid), NULL)
                       : 0;
  siginfo_t info;
  int status = 0;

  /* Until it is reaped nobody else gets its number, so that on_cancelled () cannot hit another process. */
  while (waitid (P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
    ;
  g_cancellable_disconnect (cancellable, handler);
  while (waitpid (pid, &status, 0) < 0 && errno == EINTR)
    ;
  return status;
}

/* What oneDNN was allowed in the last run, as its events say.  Returns: (transfer full) */
static char *
dup_last_level (AciniJob *job)
{
  goffset offset = 0;
  g_autoptr (GPtrArray) events = acini_job_read_events (job, &offset, NULL);
  const char *level = "all";

  for (guint i = 0; events != NULL && i < events->len; i++)
    level = json_object_get_string_member_with_default (g_ptr_array_index (events, i), "onednn", level);
  return g_strdup (level);
}

/* Once in a job's run: from the last checkpoint, with one step less of oneDNN. */
static gboolean
restart_lower (Watch *watch, int signal)
{
  g_autoptr (JsonObject) members = NULL;
  g_autofree char *message = NULL;

  if (watch->died_at != NULL)
    return FALSE;
  watch->died_at = dup_last_level (watch->job);
  message = g_strdup_printf (_ ("The computation was ended by %s with oneDNN “%s”. It resumes from the last checkpoint "
                                "with less."),
                             acini_signal_get_name (signal), watch->died_at);
  members = json_object_new ();
  json_object_set_string_member (members, "message", message);
  g_message ("%s", message);
  return acini_job_append_event (watch->job, "restart", members, NULL);
}

/* Marks the job, whose worker died with @status before it could say anything.  Returns: whether to start it again. */
static gboolean
conclude (Watch *watch, int status, gboolean memory_was_short)
{
  AciniJob *job = watch->job;
  g_autofree char *log = read_log_tail (job), *control = acini_job_dup_control (job), *message = NULL;
  AciniFailure failure = ACINI_FAILURE_OTHER;

  if (WIFSIGNALED (status))
    {
      failure = acini_failure_from_signal (WTERMSIG (status), memory_was_short, log);
      message = g_strdup_printf (_ ("The process was ended by %s."), acini_signal_get_name (WTERMSIG (status)));
    }
  else
    {
      failure = acini_is_disk_full (acini_job_get_folder (job)) ? ACINI_FAILURE_DISK : ACINI_FAILURE_OTHER;
      message = g_strdup_printf (_ ("The process ended with code %d."), WEXITSTATUS (status));
    }
  g_message ("%s", message);
  if (g_str_equal (control, "cancel"))
    {
      acini_job_remove_checkpoint (job);
      acini_job_end (job, ACINI_JOB_CANCELLED, ACINI_FAILURE_NONE, NULL, NULL);
      return FALSE;
    }
  if (failure == ACINI_FAILURE_MEMORY && g_str_equal (acini_job_get_kind (job), "train")
      && watch->halvings++ < MOST_HALVINGS)
    {
      g_message ("Memory was short: the batch is halved, and the job starts again.");
      return acini_job_append_event (job, ACINI_JOB_EVENT_HALVED, NULL, NULL);
    }
  if (acini_failure_is_fault (failure) && restart_lower (watch, WTERMSIG (status)))
    return TRUE;
  acini_job_end (job, ACINI_JOB_FAILED, failure, message, NULL);
  return FALSE;
}

/* The lock that was inherited, else one taken here for a job that is started by that. */
static int
get_lock (AciniJob *job, GError **error)
{
  int lock = acini_job_get_inherited_lock (job);

  g_unsetenv (ACINI_JOB_LOCK_VARIABLE);
  if (lock >= 0)
    return lock;
  lock = acini_job_take_lock (job, error);
  if (lock >= 0 && (!acini_job_set_control (job, "run", error) || !acini_job_mark_started (job, error)))
    {
      close (lock);
      return -1;
    }
  return lock;
}

/* The device that the job will use, as far as it can be told without trying. */
static const char *
get_device (AciniJob *job)
{
  const char *device = json_object_get_string_member_with_default (acini_job_get_specification (job), "device", "auto");

  return *device == '\0' || strchr (device, '/') != NULL ? "auto" : device;
}

/* Waits until no other training is ahead.  Returns: whether to go on; else the job has ended, as was asked for. */
static gboolean
wait_for_turn (AciniJob *job, AciniJobTurn *turn, GCancellable *cancellable)
{
  gboolean waits = FALSE;

  while (TRUE)
    {
      g_autofree char *request = acini_job_dup_control (job);
      guint ahead = acini_job_turn_count_ahead (turn);
      gboolean cancelled = g_str_equal (request, "cancel");

      if (cancelled || g_str_equal (request, "pause") || g_cancellable_is_cancelled (cancellable))
        {
          acini_job_end (job, cancelled ? ACINI_JOB_CANCELLED : ACINI_JOB_PAUSED, ACINI_FAILURE_NONE, NULL, NULL);
          if (cancelled)
            acini_job_remove_checkpoint (job);
          return FALSE;
        }
      if (ahead == 0)
        return !waits || acini_job_mark_started (job, NULL);
      if (!waits)
        g_message ("Another training is running on this computer; this one waits for it.");
      if (!waits && !acini_job_mark_waiting (job, NULL))
        return TRUE;
      waits = TRUE;
      g_usleep (WAIT_US);
    }
}

gboolean
acini_job_is_supervised (AciniJob *job)
{
  return acini_job_get_inherited_lock (job) >= 0;
}

gboolean
acini_job_supervise (AciniJob *job, const char *cli, gboolean quiet, GCancellable *cancellable, GError **error)
{
  g_autofree char *found = cli != NULL ? g_strdup (cli) : acini_find_cli ();
  Watch watch = { .job = job, .quiet = quiet };
  g_autoptr (AciniJobTurn) turn = NULL;
  gboolean again = TRUE, ok = TRUE;

  g_return_val_if_fail (ACINI_IS_JOB (job), FALSE);

  if (found == NULL)
    {
      g_set_error_literal (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_START,
                           _ ("The program acini-cli was not found. Install it beside Acini."));
      return FALSE;
    }
  watch.lock = get_lock (job, error);
  if (watch.lock < 0)
    return FALSE;
  fcntl (watch.lock, F_SETFD, FD_CLOEXEC);
  if (g_str_equal (acini_job_get_kind (job), "train"))
    {
      turn = acini_job_turn_new (get_device (job));
      again = wait_for_turn (job, turn, cancellable);
    }
  while (ok && again)
    {
      gint64 kills = count_memory_kills ();
      GPid pid = 0;
      int status;

      ok = spawn_worker (&watch, found, &pid, error);
      if (!ok)
        {
          acini_job_end (job, ACINI_JOB_FAILED, ACINI_FAILURE_OTHER, error != NULL ? (*error)->message : NULL, NULL);
          break;
        }
      status = wait_for (pid, cancellable);
      /* While this process holds the lock a worker that has said nothing still seems to run. */
      again = acini_job_get_state (job) == ACINI_JOB_RUNNING
              && conclude (&watch, status, kills >= 0 && count_memory_kills () > kills);
    }
  g_free (watch.died_at);
  close (watch.lock);
  return ok;
}
