/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The runners there are, and what the window and the command line ask of a job whichever runs it. */

#include "app/jobs/acini-job-runner.h"

G_BEGIN_DECLS

/* The runner that job.json names ("runner"; "local" by default).  Returns: (transfer none), NULL with @error set for
 * one that this version does not know. */
AciniJobRunner *acini_get_job_runner (AciniJob *job, GError **error);

/* Starts a new job. */
gboolean acini_job_start (AciniJob *job, GError **error);
/* Starts a worker for a job that was paused, has failed or was never started; it goes on from what was finished.  An
 * error where one is at work, and where the job is done or cancelled. */
gboolean acini_job_resume (AciniJob *job, GError **error);
/* "pause" or "cancel". */
gboolean acini_job_signal (AciniJob *job, const char *request, GError **error);
/* Brings the results into the job's folder. */
gboolean acini_job_collect (AciniJob *job, GError **error);

G_END_DECLS
