/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The parent of a worker: a small process that computes nothing, so that it is there to say how the worker died. */

#include "app/jobs/acini-job.h"

G_BEGIN_DECLS

/* Runs `CLI job run --quiet FOLDER` and waits for it.  A worker that died by a signal is diagnosed and its job marked
 * as failed; where memory was short it is started again, with half the batch.  A cancelled @cancellable (nullable) is
 * passed on as SIGTERM, which pauses the worker.  @cli NULL: found.  Returns: FALSE with @error where no worker could
 * be started. */
gboolean acini_job_supervise (AciniJob *job, const char *cli, GCancellable *cancellable, GError **error);

G_END_DECLS
