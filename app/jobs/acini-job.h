/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A job: a folder with job.json (what to do), events.jsonl (what happened, one JSON object a line, append-only),
 * control ("run", "pause" or "cancel": what the user wants), lock and heartbeat (of the process that works on it, so
 * that a dead one is told from a living one, here and elsewhere), log.txt and its outputs.  Paths in it are relative to
 * the folder where they can be.  It never needs project.sqlite, so the same folder runs on this computer or on a
 * cluster.
 *
 * State is derived, never stored: the last state event, and "failed: the process died" when that was "running" and
 * nobody is alive. */

#include "app/jobs/acini-job-failure.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define ACINI_JOB_ERROR (acini_job_error_quark ())
GQuark acini_job_error_quark (void);

typedef enum
{
  ACINI_JOB_ERROR_DAMAGED,
  ACINI_JOB_ERROR_RUNNING, /* another process works on it */
  ACINI_JOB_ERROR_WRITE,
  ACINI_JOB_ERROR_START,
  ACINI_JOB_ERROR_NO_SPACE, /* the disk, or the user's share of it, is full */
} AciniJobError;

typedef enum
{
  ACINI_JOB_QUEUED,
  ACINI_JOB_RUNNING,
  ACINI_JOB_PAUSED,
  ACINI_JOB_DONE,
  ACINI_JOB_FAILED,
  ACINI_JOB_CANCELLED,
} AciniJobState;

/* Memory was short: from here on a training works with half the batch. */
#define ACINI_JOB_EVENT_HALVED "batch-halved"
/* A graphics card failed: from here on the job computes on "device"; its "message" says why. */
#define ACINI_JOB_EVENT_DEVICE "device"

#define ACINI_TYPE_JOB (acini_job_get_type ())
G_DECLARE_FINAL_TYPE (AciniJob, acini_job, ACINI, JOB, GObject)

/* Makes @folder with job.json (atomically: a folder without job.json is no job).  @specification: {"kind": "train" |
 * "segment", …}. */
AciniJob *acini_job_create (const char *folder, JsonObject *specification, GError **error);
AciniJob *acini_job_open (const char *folder, GError **error);
const char *acini_job_get_folder (AciniJob *self);
JsonObject *acini_job_get_specification (AciniJob *self); /* (transfer none) */
const char *acini_job_get_kind (AciniJob *self);

/* For people and plots: reads what is new in events.jsonl since *@offset (bytes; start with 0).  A half-written last
 * line waits for the next call.  Returns: (transfer full) (element-type JsonObject) */
GPtrArray *acini_job_read_events (AciniJob *self, goffset *offset, GError **error);
AciniJobState acini_job_get_state (AciniJob *self);
const char *acini_job_state_to_string (AciniJobState state); /* untranslated, as in events.jsonl */

/* Why a failed (or paused) job is so: a paused one has a reason only where the user did not ask for the pause.
 * *@message (nullable): (transfer full) (nullable) what the program said. */
AciniFailure acini_job_get_failure (AciniJob *self, char **message);
/* Whether a worker holds the lock, or another computer's one has shown a sign of life lately. */
gboolean acini_job_is_alive (AciniJob *self);
char *acini_job_dup_log_path (AciniJob *self); /* of what the worker said; the file may be missing */

/* "run", "pause" or "cancel"; the worker looks at it after every step.  Cancelling a job that nobody works on ends it
 * here and removes its checkpoint.  To have a paused job go on see acini_job_resume (). */
gboolean acini_job_request (AciniJob *self, const char *request, GError **error);
/* A dismissed job has ended and is not to be listed any more, also after a restart; starting it again undoes that. */
gboolean acini_job_dismiss (AciniJob *self, GError **error);
gboolean acini_job_is_dismissed (AciniJob *self);

/* For the worker. */
gboolean acini_job_begin (AciniJob *self, GError **error); /* takes the lock, writes the state event "running" */
char *acini_job_dup_control (AciniJob *self);
/* {"time": …, "event": @event, …@members}; @members (transfer none) (nullable). */
gboolean acini_job_append_event (AciniJob *self, const char *event, JsonObject *members, GError **error);
/* @failure: why it failed or could not go on, else ACINI_FAILURE_NONE. */
gboolean acini_job_end (AciniJob *self, AciniJobState state, AciniFailure failure, const char *message, GError **error);
void acini_job_remove_checkpoint (AciniJob *self);

G_END_DECLS
