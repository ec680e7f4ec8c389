/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Who computes when on a device of this computer.
 *
 * Trainings wait for each other, whatever project they are of: two at once on the same device would
 * each take more than twice as long, and the memory of both.
 *
 * Who wants a turn puts a file into the folder of its device and locks it; the oldest locked one has the turn.  A lock
 * goes with its process, so that a dead one holds up nobody. */

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _AciniJobTurn AciniJobTurn;

/* Gets into the line of @device ("cpu", "cuda" …).  The folder is $ACINI_QUEUE, else one of the user's cache.  Returns:
 * (transfer full), never NULL: where no file can be made nobody waits. */
AciniJobTurn *acini_job_turn_new (const char *device);
/* How many are ahead; 0: it is its turn, until it is freed. */
guint acini_job_turn_count_ahead (AciniJobTurn *self);
void acini_job_turn_free (AciniJobTurn *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniJobTurn, acini_job_turn_free)

/* A segmentation, of a screen or of a slide, somebody waits for: while it holds its device, a training that runs there
 * pauses (app/worker/acini-job-worker.c).  Several may hold it at a time. */
typedef struct _AciniDeviceUse AciniDeviceUse;

/* @device: "cpu", "cuda" …  Returns: (transfer full), never NULL: where no file can be made nobody takes notice. */
AciniDeviceUse *acini_device_use_new (const char *device);
void acini_device_use_free (AciniDeviceUse *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniDeviceUse, acini_device_use_free)
gboolean acini_device_is_segmenting (const char *device);

G_END_DECLS
