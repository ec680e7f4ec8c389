/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-foreground.h"

#include "app/cli/acini-command.h"
#include "app/jobs/acini-job-supervisor.h"
#include "app/worker/acini-job-worker.h"

typedef struct
{
  AciniConsole *console;
  double loss, steps_per_second, dice; /* the last said, below 0: nothing yet */
} View;

static double
get_number (JsonObject *members, const char *name)
{
  return members != NULL ? json_object_get_double_member_with_default (members, name, -1) : -1;
}

static void
show (View *view, JsonObject *members, double fraction, const char *what)
{
  gint64 step = members != NULL ? json_object_get_int_member_with_default (members, "step", 0) : 0;
  gint64 steps = members != NULL ? json_object_get_int_member_with_default (members, "steps", 0) : 0;
  g_autoptr (GString) detail = g_string_new (NULL);

  if (steps > 0)
    g_string_append_printf (detail, "step %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT, step, steps);
  if (view->loss >= 0)
    g_string_append_printf (detail, ", loss %.4f", view->loss);
  if (view->dice >= 0)
    g_string_append_printf (detail, ", Dice %.4f", view->dice);
  if (view->steps_per_second > 0)
    {
      int left = (int)((steps - step) / view->steps_per_second);

      g_string_append_printf (detail, ", %d:%02d left", left / 60, left % 60);
    }
  acini_console_progress (view->console, fraction, what, detail->len > 0 ? detail->str : NULL);
}

static void
on_work (const char *event, JsonObject *members, double fraction, gpointer user_data)
{
  View *view = user_data;

  if (g_str_equal (event, "start") && members != NULL && json_object_has_member (members, "parent"))
    acini_console_note (view->console, "Parent: %s", json_object_get_string_member (members, "parent"));
  if (g_str_equal (event, "step"))
    {
      view->loss = get_number (members, "loss");
      view->steps_per_second = get_number (members, "steps_per_second");
    }
  else if (g_str_equal (event, "validation"))
    {
      view->dice = get_number (members, "held_out_dice");
      if (view->dice >= 0)
        acini_console_note (view->console, "Step %" G_GINT64_FORMAT ": Dice on held-out images %.4f, loss %.4f",
                            json_object_get_int_member_with_default (members, "step", 0), view->dice,
                            get_number (members, "held_out_loss"));
    }
  show (view, members, fraction, g_str_equal (event, "progress") ? "Segmenting" : "Training");
}

/* In the child.  How it ended stands in the job's events, from which the parent tells it. */
static gboolean
work_here (AciniConsole *console, AciniJob *job, GError **error)
{
  View view = { console, -1, -1, -1 };
  g_autoptr (GError) reason = NULL;
  AciniJobState state;
  gboolean ok = acini_job_execute (job, on_work, &view, console->cancellable, &state, &reason);

  acini_console_end_progress (console);
  if (ok || acini_job_get_state (job) != ACINI_JOB_RUNNING)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

gboolean
acini_foreground_run (AciniConsole *console, AciniJob *job, GError **error)
{
  AciniJobState state;

  if (acini_job_is_supervised (job))
    return work_here (console, job, error);
  if (!acini_job_supervise (job, NULL, console->quiet, console->cancellable, error))
    return FALSE;
  state = acini_job_get_state (job);
  if (state == ACINI_JOB_DONE)
    return TRUE;
  if (state == ACINI_JOB_FAILED)
    {
      g_autofree char *message = NULL;

      acini_job_get_failure (job, &message);
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED, "%s",
                   message != NULL ? message : "The job failed without saying why. See log.txt in its folder.");
      return FALSE;
    }
  if (state == ACINI_JOB_PAUSED)
    {
      g_autofree char *message = NULL;
      AciniFailure failure = acini_job_get_failure (job, &message);
      g_autofree char *reason = failure != ACINI_FAILURE_NONE ? acini_failure_describe (failure, message) : NULL;

      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED, "%s%sPaused. Resume with “acini-cli job resume %s”.",
                   reason != NULL ? reason : "", reason != NULL ? " " : "", acini_job_get_folder (job));
    }
  else
    g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED, "The job was cancelled.");
  return FALSE;
}

JsonObject *
acini_describe_job (AciniJob *job)
{
  JsonObject *object = json_object_new ();
  g_autofree char *id = g_path_get_basename (acini_job_get_folder (job));

  json_object_set_string_member (object, "id", id);
  json_object_set_string_member (object, "folder", acini_job_get_folder (job));
  json_object_set_string_member (object, "kind", acini_job_get_kind (job));
  json_object_set_string_member (
      object, "name", json_object_get_string_member_with_default (acini_job_get_specification (job), "name", ""));
  json_object_set_string_member (object, "state", acini_job_state_to_string (acini_job_get_state (job)));
  return object;
}
