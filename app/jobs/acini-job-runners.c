/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "app/jobs/acini-job-runners.h"

#include "app/jobs/acini-job-runner-local.h"

#include <glib/gi18n-lib.h>

AciniJobRunner *
acini_get_job_runner (AciniJob *job, GError **error)
{
  const char *name = NULL;

  g_return_val_if_fail (ACINI_IS_JOB (job), NULL);

  name = json_object_get_string_member_with_default (acini_job_get_specification (job), "runner", "local");
  if (g_str_equal (name, "local"))
    return acini_local_runner_get_default ();
  g_set_error (
      error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_START,
      _ ("The job runs on “%s”, which this version of Acini does not know: update Acini, or make the job anew."), name);
  return NULL;
}

gboolean
acini_job_start (AciniJob *job, GError **error)
{
  AciniJobRunner *runner = acini_get_job_runner (job, error);

  return runner != NULL && acini_job_runner_start (runner, job, error);
}

gboolean
acini_job_resume (AciniJob *job, GError **error)
{
  AciniJobState state;

  g_return_val_if_fail (ACINI_IS_JOB (job), FALSE);

  state = acini_job_get_state (job);
  if (state != ACINI_JOB_DONE && state != ACINI_JOB_CANCELLED)
    return acini_job_start (job, error);
  g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_START,
               state == ACINI_JOB_DONE ? _ ("The job “%s” is already done.")
                                       : _ ("The job “%s” was cancelled: start a new one."),
               acini_job_get_folder (job));
  return FALSE;
}

gboolean
acini_job_signal (AciniJob *job, const char *request, GError **error)
{
  AciniJobRunner *runner = acini_get_job_runner (job, error);

  return runner != NULL && acini_job_runner_signal (runner, job, request, error);
}

gboolean
acini_job_collect (AciniJob *job, GError **error)
{
  AciniJobRunner *runner = acini_get_job_runner (job, error);

  return runner != NULL && acini_job_runner_collect (runner, job, error);
}
