/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the review queue has done about objects and doubtful places; each is one step of the history. */

#include "data/objects/acini-suspects.h"
#include "ui/review/acini-slide-objects.h"

G_BEGIN_DECLS

/* @comment: (nullable); @duration: milliseconds, below 0: not known. */
void acini_queue_deed_object (AciniSlideObjects *objects, gint64 id, AciniReviewState state, const char *comment,
                              gint64 duration);
/* Accepted, the doubtful place becomes an object of its class: where its probability comes to half the cut.
 * @as_it_is: nothing is drawn, only remembered. */
void acini_queue_deed_suspect (AciniSlideObjects *objects, const AciniSuspect *suspect, gboolean as_it_is,
                               AciniReviewState state, const char *comment, gint64 duration);
/* Accepts those of @ids (element-type gint64) whose mean probability is at least @least, and tells how many. */
void acini_queue_deed_above (AciniSlideObjects *objects, GArray *ids, double least);

G_END_DECLS
