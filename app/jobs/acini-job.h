/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A job: a folder with job.json (what to do), events.jsonl (what happened, one JSON object a line, append-only),
 * control ("run", "pause" or "cancel": what the user wants), lock (held by the process that works on it, so that a
 * dead one is told from a living one) and its outputs.  It never needs project.sqlite, so the same folder runs on
 * this computer or on a cluster.
 *
 * State is derived, never stored: the last state event, and "failed: the process died" when that was "running" and
 * nobody holds the lock. */

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

#define ACINI_TYPE_JOB (acini_job_get_type ())
G_DECLARE_FINAL_TYPE (AciniJob, acini_job, ACINI, JOB, GObject)

/* Makes @folder with job.json (atomically: a folder without job.json is no job).  @specification: {"kind": "train" |
 * "segment", …}, see acini-job-specification.md. */
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

/* What the user wants; the worker looks at it after every step. */
gboolean acini_job_request (AciniJob *self, const char *wish, GError **error);

/* For the worker. */
gboolean acini_job_begin (AciniJob *self, GError **error); /* takes the lock, writes the state event "running" */
char *acini_job_dup_control (AciniJob *self);
/* {"time": …, "event": @event, …@members}; @members (transfer none) (nullable). */
gboolean acini_job_append_event (AciniJob *self, const char *event, JsonObject *members, GError **error);
gboolean acini_job_end (AciniJob *self, AciniJobState state, const char *message, GError **error);

/* Runs the job on this computer: starts `acini-cli job run FOLDER` in a session of its own, so that it outlives the
 * caller; its standard error goes to FOLDER/log.txt.  @cli NULL: found beside this program, in the build folder or in
 * PATH (environment variable ACINI_CLI first). */
gboolean acini_job_start_local (AciniJob *self, const char *cli, GError **error);
char *acini_find_cli (void);

G_END_DECLS
