/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/jobs/acini-job.h"
#include "app/cli/acini-console.h"

G_BEGIN_DECLS

/* Does @job in this process, with its progress on the console.  A signal pauses it.  Returns: TRUE when it is done,
 * else FALSE with @error, which says how a paused job goes on. */
gboolean acini_foreground_run (AciniConsole *console, AciniJob *job, GError **error);
/* {"id", "folder", "kind", "name", "state"}.  Returns: (transfer full) */
JsonObject *acini_describe_job (AciniJob *job);

G_END_DECLS
