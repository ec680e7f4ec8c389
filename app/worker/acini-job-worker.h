/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Does a job, in this process: `acini-cli job run` and the commands that stay in the foreground. */

#include "app/jobs/acini-job.h"

G_BEGIN_DECLS

/* Each event as it goes into events.jsonl; @fraction of the whole job.  On the calling thread. */
typedef void (*AciniJobEventFunc) (const char *event, JsonObject *members, double fraction, gpointer user_data);

/* Takes the job's lock, does what job.json says and writes what happens.  A cancelled @cancellable pauses the job
 * (a training writes a checkpoint), as the request "pause" does, and as an event that cannot be written does.  *@state:
 * what became of it. Returns: FALSE with @error when it failed, or paused because something could not be written; that
 * is in events.jsonl too. */
gboolean acini_job_execute (AciniJob *job, AciniJobEventFunc func, gpointer user_data, GCancellable *cancellable,
                            AciniJobState *state, GError **error);

G_END_DECLS
