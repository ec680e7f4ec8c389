/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The sign of life of a job's worker: the file heartbeat in the job's folder, which a thread of the worker touches.  It
 * works where a lock does not, across computers that share a disk. */

#include <gio/gio.h>

G_BEGIN_DECLS

#define ACINI_HEARTBEAT_INTERVAL_S 5
#define ACINI_HEARTBEAT_STALE_S 30 /* a worker that has been silent for longer counts as dead */

typedef struct _AciniHeartbeat AciniHeartbeat;

/* Writes who works in @folder (host, boot and process) and touches the file until acini_heartbeat_stop ().
 * Returns: (nullable) NULL where the file cannot be written: the lock alone has to do then. */
AciniHeartbeat *acini_heartbeat_start (const char *folder);
/* Ends the thread and removes the file. */
void acini_heartbeat_stop (AciniHeartbeat *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniHeartbeat, acini_heartbeat_stop)

/* What a reader remembers between two looks, so that clocks that differ do no harm. */
typedef struct
{
  gint64 modified; /* of the file when it last changed, µs; 0: not seen yet */
  gint64 seen;     /* monotonic time of that look, µs */
} AciniHeartbeatMemory;

/* Whether a worker on another computer (or of another boot of this one) is alive in @folder.  Of a worker of this boot
 * the lock tells more and sooner, so that the answer is FALSE.  *@host (nullable): (transfer full) whose it is. */
gboolean acini_heartbeat_is_alive_elsewhere (const char *folder, AciniHeartbeatMemory *memory, char **host);

G_END_DECLS
