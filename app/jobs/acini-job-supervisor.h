/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The parent of a worker: a small process that computes nothing, so that it is there to say how the worker died. */

#include "app/jobs/acini-job.h"

G_BEGIN_DECLS

/* Runs `CLI job run FOLDER`, with --quiet if @quiet, and waits for it.  A worker that died by a signal is diagnosed:
 * where memory was short it is started again with half the batch, after a fault of the processor or a library once,
 * with one step less of what oneDNN may use; else its job is marked as failed.  A cancelled @cancellable (nullable) is
 * passed on as SIGTERM, which pauses the worker.  @cli NULL: found.  Returns: FALSE with @error where no worker could
 * be started; how the job ended is acini_job_get_state (). */
gboolean acini_job_supervise (AciniJob *job, const char *cli, gboolean quiet, GCancellable *cancellable,
                              GError **error);

/* Whether this process is a worker with such a parent. */
gboolean acini_job_is_supervised (AciniJob *job);

G_END_DECLS
