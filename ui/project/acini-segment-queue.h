/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Segments whole slides in the background, one after the other: several at a time would only wait for each other's
 * cores and memory.  Each slide is a job of the session from the start, queued until it is its turn; what is still
 * queued when the window closes goes on when the project is opened again. */

#include "ui/project/acini-session.h"

G_BEGIN_DECLS

#define ACINI_TYPE_SEGMENT_QUEUE (acini_segment_queue_get_type ())
G_DECLARE_FINAL_TYPE (AciniSegmentQueue, acini_segment_queue, ACINI, SEGMENT_QUEUE, GObject)

AciniSegmentQueue *acini_segment_queue_new (AciniSession *session);
/* @slides: element-type gint64, ids of slides; those that are in the queue already are left out.  @model: the folder of
 * a model. */
void acini_segment_queue_add (AciniSegmentQueue *self, GArray *slides, const char *model);

G_END_DECLS
