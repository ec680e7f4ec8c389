/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/jobs/acini-job-runner.h"

G_DEFINE_INTERFACE (AciniJobRunner, acini_job_runner, G_TYPE_OBJECT)

static void
acini_job_runner_default_init (AciniJobRunnerInterface *interface)
{
}

gboolean
acini_job_runner_start (AciniJobRunner *self, AciniJob *job, GError **error)
{
  g_return_val_if_fail (ACINI_IS_JOB_RUNNER (self) && ACINI_IS_JOB (job), FALSE);
  return ACINI_JOB_RUNNER_GET_IFACE (self)->start (self, job, error);
}

gboolean
acini_job_runner_signal (AciniJobRunner *self, AciniJob *job, const char *request, GError **error)
{
  g_return_val_if_fail (ACINI_IS_JOB_RUNNER (self) && ACINI_IS_JOB (job) && request != NULL, FALSE);
  return ACINI_JOB_RUNNER_GET_IFACE (self)->signal (self, job, request, error);
}

gboolean
acini_job_runner_alive (AciniJobRunner *self, AciniJob *job)
{
  g_return_val_if_fail (ACINI_IS_JOB_RUNNER (self) && ACINI_IS_JOB (job), FALSE);
  return ACINI_JOB_RUNNER_GET_IFACE (self)->alive (self, job);
}

gboolean
acini_job_runner_collect (AciniJobRunner *self, AciniJob *job, GError **error)
{
  g_return_val_if_fail (ACINI_IS_JOB_RUNNER (self) && ACINI_IS_JOB (job), FALSE);
  return ACINI_JOB_RUNNER_GET_IFACE (self)->collect (self, job, error);
}
