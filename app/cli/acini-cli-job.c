/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The commands about jobs. */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-foreground.h"
#include "app/jobs/acini-job-list.h"
#include "app/jobs/acini-job-runners.h"
#include "app/jobs/acini-job-supervisor.h"

static gboolean option_foreground;

static const GOptionEntry resume_entries[] = {
  { "foreground", 0, 0, G_OPTION_ARG_NONE, &option_foreground,
    "Run in the foreground with progress, instead of detached", NULL },
  { NULL },
};

static gboolean
run_list (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = acini_project_open (arguments[0], error);
  g_autoptr (GPtrArray) jobs = project != NULL ? acini_list_jobs (project, error) : NULL;
  JsonArray *array;

  if (jobs == NULL)
    return FALSE;
  array = json_array_new ();
  json_object_set_array_member (console->result, "jobs", array);
  for (guint i = 0; i < jobs->len; i++)
    {
      JsonObject *object = acini_describe_job (g_ptr_array_index (jobs, i));

      acini_console_print (console, "%-32s %-10s %s", json_object_get_string_member (object, "id"),
                           json_object_get_string_member (object, "state"),
                           json_object_get_string_member (object, "name"));
      json_array_add_object_element (array, object);
    }
  return TRUE;
}

/* Why a job failed, or paused by itself: in words, and what the program said. */
static void
show_failure (AciniConsole *console, AciniJob *job)
{
  g_autofree char *message = NULL, *text = NULL;
  AciniFailure failure = acini_job_get_failure (job, &message);

  if (failure == ACINI_FAILURE_NONE)
    return;
  text = acini_failure_describe (failure, message);
  json_object_set_string_member (console->result, "reason", acini_failure_to_string (failure));
  json_object_set_string_member (console->result, "explanation", text);
  if (message != NULL && !g_str_equal (message, text))
    acini_console_print (console, "%s", message);
  acini_console_print (console, "%s", text);
}

/* The last event of each kind, and why it failed. */
static gboolean
run_show (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniJob) job = acini_job_open (arguments[0], error);
  g_autoptr (GPtrArray) events = NULL;
  goffset offset = 0;
  JsonObject *last;

  if (job == NULL)
    return FALSE;
  events = acini_job_read_events (job, &offset, error);
  if (events == NULL)
    return FALSE;
  json_object_unref (console->result);
  console->result = acini_describe_job (job);
  last = json_object_new ();
  json_object_set_object_member (console->result, "last", last);
  acini_console_print (console, "%s: %s", json_object_get_string_member (console->result, "name"),
                       json_object_get_string_member (console->result, "state"));
  for (guint i = 0; i < events->len; i++)
    {
      JsonObject *event = g_ptr_array_index (events, i);
      const char *kind = json_object_get_string_member_with_default (event, "event", NULL);

      if (kind != NULL)
        json_object_set_object_member (last, kind, json_object_ref (event));
    }
  show_failure (console, job);
  return TRUE;
}

static gboolean
run_run (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniJob) job = acini_job_open (arguments[0], error);
  g_autoptr (GError) reason = NULL;

  if (job == NULL)
    return FALSE;
  if (!acini_foreground_run (console, job, &reason))
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }
  json_object_unref (console->result);
  console->result = acini_describe_job (job);
  return TRUE;
}

static gboolean
send_request (AciniConsole *console, const char *folder, const char *request, GError **error)
{
  g_autoptr (AciniJob) job = acini_job_open (folder, error);

  if (job == NULL || !acini_job_signal (job, request, error))
    return FALSE;
  json_object_unref (console->result);
  console->result = acini_describe_job (job);
  return TRUE;
}

static gboolean
run_pause (AciniConsole *console, char **arguments, GError **error)
{
  return send_request (console, arguments[0], "pause", error);
}

static gboolean
run_cancel (AciniConsole *console, char **arguments, GError **error)
{
  return send_request (console, arguments[0], "cancel", error);
}

static gboolean
run_resume (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniJob) job = acini_job_open (arguments[0], error);

  if (job == NULL)
    return FALSE;
  if (acini_job_get_state (job) == ACINI_JOB_DONE)
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED, "The job “%s” is already done.", arguments[0]);
      return FALSE;
    }
  if (option_foreground)
    return run_run (console, arguments, error);
  if (!acini_job_resume (job, error))
    return FALSE;
  json_object_unref (console->result);
  console->result = acini_describe_job (job);
  acini_console_print (console, "Resumed %s.", acini_job_get_folder (job));
  return TRUE;
}

static gboolean
run_supervise (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniJob) job = acini_job_open (arguments[0], error);

  return job != NULL && acini_job_supervise (job, NULL, TRUE, console->cancellable, error);
}

const AciniCommand acini_command_job_list = {
  .name = "job list",
  .arguments = "PROJECT",
  .summary = "Lists the jobs of a project",
  .description = "Prints the trainings and segmentations of a project, newest first, and how far they are: queued, "
                 "running, paused, done, failed or cancelled.",
  .least = 1,
  .most = 1,
  .run = run_list,
};

const AciniCommand acini_command_job_show = {
  .name = "job show",
  .arguments = "FOLDER",
  .summary = "Shows the state of a job",
  .description
  = "Prints the state of the job in FOLDER and why it failed; with --json the last event of each kind too.",
  .least = 1,
  .most = 1,
  .run = run_show,
};

const AciniCommand acini_command_job_run = {
  .name = "job run",
  .arguments = "FOLDER",
  .summary = "Runs a job in this process",
  .description = "Works on the job in FOLDER until it is done, paused, cancelled or fails; a training that was "
                 "interrupted goes on from its last checkpoint. On SIGTERM it writes a checkpoint and is paused.",
  .least = 1,
  .most = 1,
  .network = TRUE,
  .run = run_run,
};

const AciniCommand acini_command_job_supervise = {
  .name = "job supervise",
  .arguments = "FOLDER",
  .summary = "Runs a job in a child and says how it died",
  .description = "What the window and job resume start: runs “acini-cli job run” and, where it dies, writes down why.",
  .least = 1,
  .most = 1,
  .hidden = TRUE,
  .run = run_supervise,
};

const AciniCommand acini_command_job_pause = {
  .name = "job pause",
  .arguments = "FOLDER",
  .summary = "Pauses a running job at a checkpoint",
  .description = "Returns at once; the job stops after its current step. See acini-cli job resume.",
  .least = 1,
  .most = 1,
  .run = run_pause,
};

const AciniCommand acini_command_job_resume = {
  .name = "job resume",
  .arguments = "FOLDER",
  .summary = "Resumes a paused, failed or killed job",
  .description = "Starts the job in FOLDER anew, detached, from its last checkpoint. It outlives this command and the "
                 "terminal; what it says goes to FOLDER/log.txt.",
  .options = resume_entries,
  .least = 1,
  .most = 1,
  .run = run_resume,
};

const AciniCommand acini_command_job_cancel = {
  .name = "job cancel",
  .arguments = "FOLDER",
  .summary = "Cancels a job",
  .description = "Returns at once; the job stops after its current step and removes its checkpoint.",
  .least = 1,
  .most = 1,
  .run = run_cancel,
};
