/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The review queue: what is to be looked at on the slide, in an order, one key for each decision.  The view flies to
 * what is next, at a fitting zoom; whoever changes the zoom keeps his own on that slide.  Main thread. */

#include "ui/review/acini-object-selection.h"
#include "ui/review/acini-review-list.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_QUEUE_PANE (acini_queue_pane_get_type ())
/* Signals: changed (): another is current, or what can be done to it is something else. */
G_DECLARE_FINAL_TYPE (AciniQueuePane, acini_queue_pane, ACINI, QUEUE_PANE, AdwBin)

/* @objects and @selection NULL: none. */
void acini_queue_pane_set_objects (AciniQueuePane *self, AciniSlideObjects *objects, AciniObjectSelection *selection,
                                   AciniSlideView *view);
/* Whether the one that the queue is at is what is selected: then decisions are the queue's. */
gboolean acini_queue_pane_is_current (AciniQueuePane *self);
/* NULL: nothing is, or it has not been read. */
AciniReviewItem *acini_queue_pane_get_current (AciniQueuePane *self);
guint acini_queue_pane_get_n (AciniQueuePane *self);

/* To the next (1) or the previous one (-1); begins with the first.  The list is made first, where it has not been. */
void acini_queue_pane_step (AciniQueuePane *self, int step);
/* Leaves the current one for the end. */
void acini_queue_pane_skip (AciniQueuePane *self);
/* About the current one, then to the next one that is undecided. */
void acini_queue_pane_decide (AciniQueuePane *self, AciniReviewState state, const char *comment);
/* All objects in the list whose mean probability is at least @least. */
void acini_queue_pane_accept_above (AciniQueuePane *self, double least);
/* Makes the list anew. */
void acini_queue_pane_reload (AciniQueuePane *self);

/* Lists where readers that are done disagree, on any slide. */
void acini_queue_pane_show_disagreements (AciniQueuePane *self);

/* Says what part of the tissue was looked at, in words. */
void acini_queue_pane_set_coverage (AciniQueuePane *self, const char *text);
GtkListView *acini_queue_pane_get_list (AciniQueuePane *self);

G_END_DECLS
