/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where a job runs: an interface of four functions.  "This computer" is one implementation; what a job says and how it
 * ended is in its folder, whoever ran it. */

#include "app/jobs/acini-job.h"

G_BEGIN_DECLS

#define ACINI_TYPE_JOB_RUNNER (acini_job_runner_get_type ())
G_DECLARE_INTERFACE (AciniJobRunner, acini_job_runner, ACINI, JOB_RUNNER, GObject)

/* All of them may take as long as a disk or a network does: not on the main thread. */
struct _AciniJobRunnerInterface
{
  GTypeInterface parent;

  /* Starts a worker, which outlives the caller.  An error where one is alive already. */
  gboolean (*start) (AciniJobRunner *self, AciniJob *job, GError **error);
  /* Tells the worker "pause" or "cancel". */
  gboolean (*signal) (AciniJobRunner *self, AciniJob *job, const char *request, GError **error);
  /* Whether a worker is at it. */
  gboolean (*alive) (AciniJobRunner *self, AciniJob *job);
  /* Brings what the worker has written so far into the job's folder, if it is not there anyway. */
  gboolean (*collect) (AciniJobRunner *self, AciniJob *job, GError **error);
};

gboolean acini_job_runner_start (AciniJobRunner *self, AciniJob *job, GError **error);
gboolean acini_job_runner_signal (AciniJobRunner *self, AciniJob *job, const char *request, GError **error);
gboolean acini_job_runner_alive (AciniJobRunner *self, AciniJob *job);
gboolean acini_job_runner_collect (AciniJobRunner *self, AciniJob *job, GError **error);

G_END_DECLS
