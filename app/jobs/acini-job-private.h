/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Between acini-job.c and the runners. */

#include "app/jobs/acini-job.h"

G_BEGIN_DECLS

/* The descriptor of the lock that a runner hands to the worker it starts. */
#define ACINI_JOB_LOCK_VARIABLE "ACINI_JOB_LOCK"
/* What oneDNN was allowed when the worker before died of a signal: "all", "avx2" … */
#define ACINI_JOB_DIED_VARIABLE "ACINI_JOB_DIED"

/* Returns: a descriptor that holds the job's lock until it is closed here and in every child that inherited it, or
 * -1 with @error (ACINI_JOB_ERROR_RUNNING when another has it). */
int acini_job_take_lock (AciniJob *self, GError **error);
gboolean acini_job_set_control (AciniJob *self, const char *wish, GError **error);
/* Writes the state event "running" for a worker about to be started, whose lock the caller holds. */
gboolean acini_job_mark_started (AciniJob *self, GError **error);

G_END_DECLS
