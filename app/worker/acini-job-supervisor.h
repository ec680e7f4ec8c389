/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Who works on a job may die of it; who watches it does not.  A worker that a signal ends, other than one that asks to
 * end, is started once more, from the last checkpoint and with one step less of what oneDNN may use. */

#include "app/jobs/acini-job.h"

G_BEGIN_DECLS

/* Works on @job in a child of this process, which shows its progress on standard error unless @quiet, until it is done,
 * paused, cancelled or failed (acini_job_get_state ()).  @cancellable pauses it.  FALSE with @error where it failed. */
gboolean acini_job_supervise (AciniJob *job, gboolean quiet, GCancellable *cancellable, GError **error);

/* In the child: whether this process works itself. */
gboolean acini_job_is_supervised (void);

G_END_DECLS
