/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the files of a job share. */

#include "app/jobs/acini-heartbeat.h"
#include "app/jobs/acini-job.h"

G_BEGIN_DECLS

/* The descriptor of the lock that is handed from the runner to the supervisor and on to the worker. */
#define ACINI_JOB_LOCK_VARIABLE "ACINI_JOB_LOCK"
#define ACINI_JOB_LOCK_FD 3
/* What oneDNN was allowed when the worker before died of a signal: "all", "avx2" … */
#define ACINI_JOB_DIED_VARIABLE "ACINI_JOB_DIED"

struct _AciniJob
{
  GObject parent_instance;

  char *folder;
  JsonObject *specification;

  GMutex mutex; /* everything below */
  int lock_fd;  /* -1: not the worker */
  AciniHeartbeat *heartbeat;
  AciniHeartbeatMemory memory; /* of a worker elsewhere */

  int events_fd;
  gint64 reserved; /* bytes of events.jsonl up to here have their place on the disk */
  gboolean torn;   /* the last write ended in the middle of a line */

  /* What was read of events.jsonl for the state. */
  goffset state_offset;
  AciniJobState last_state;
  AciniFailure last_failure;
  char *last_message;
};

/* acini-job-events.c; all with the mutex held. */

char *acini_job_path (AciniJob *self, const char *name); /* in the folder (transfer full) */
/* Appends one line.  @last: the line may use the room that is kept for a job's last words. */
gboolean acini_job_write_event (AciniJob *self, const char *event, JsonObject *members, gboolean last, GError **error);
/* Gives back what was reserved, and waits until all is on the disk. */
void acini_job_close_events (AciniJob *self);
/* What is new since *@offset: (element-type JsonObject), or NULL with @error set or where there is nothing. */
GPtrArray *acini_job_read_new_events (AciniJob *self, goffset *offset, GError **error);
void acini_job_set_write_error (GError **error, const char *path, int code);

/* acini-job-lock.c */

/* Returns: a descriptor that holds the job's lock until it is closed here and in every child that inherited it, or
 * -1 with @error (ACINI_JOB_ERROR_RUNNING when another process has it, here or elsewhere). */
int acini_job_take_lock (AciniJob *self, GError **error);
/* The same, but waits a little for a process that has said its last word and is about to leave. */
int acini_job_take_lock_soon (AciniJob *self, GError **error);
gboolean acini_job_is_locked (AciniJob *self);
/* The descriptor that this process inherited of this job's lock, or -1. */
int acini_job_get_inherited_lock (AciniJob *self);

/* acini-job.c */

gboolean acini_job_set_control (AciniJob *self, const char *request, GError **error);
/* Writes the state event "running" for a worker about to be started, whose lock the caller holds. */
gboolean acini_job_mark_started (AciniJob *self, GError **error);
/* Writes the state event "queued": the job is started, but waits for others.  The caller holds the lock. */
gboolean acini_job_mark_waiting (AciniJob *self, GError **error);

G_END_DECLS
