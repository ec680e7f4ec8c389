/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The objects that are selected on the slide, their outlines on the tissue, and what hands do to them: each deed is one
 * step of the project's history.  It listens to the view's tools "select" and "split".  Main thread. */

#include "data/objects/acini-object-reshape.h"
#include "ui/review/acini-slide-objects.h"

G_BEGIN_DECLS

#define ACINI_TYPE_OBJECT_SELECTION (acini_object_selection_get_type ())
/* Signals:
 *   changed ()      others are selected, or they are others by now
 *   decided ()      what was decided about the selected ones is written
 *   copied (n: uint)  so many objects were copied */
G_DECLARE_FINAL_TYPE (AciniObjectSelection, acini_object_selection, ACINI, OBJECT_SELECTION, GObject)

AciniObjectSelection *acini_object_selection_new (AciniSlideObjects *objects, AciniSlideView *view);

/* (transfer none) (element-type AciniObject) as they were read last. */
const GArray *acini_object_selection_get (AciniObjectSelection *self);
/* Selects the @n objects @ids; those that there are none of are left out. */
void acini_object_selection_set (AciniObjectSelection *self, const gint64 *ids, guint n);
/* Selects the one at the level-0 point, besides the others where @add. */
void acini_object_selection_pick (AciniObjectSelection *self, double x, double y, gboolean add);
/* Selects the next (@step 1) or previous (-1) one, by rows of the slide. */
void acini_object_selection_walk (AciniObjectSelection *self, int step);
/* Selects another of those whose boxes hold the point that was picked last. */
void acini_object_selection_cycle (AciniObjectSelection *self);

/* Nothing is selected, and an outline around @box shown. */
void acini_object_selection_show_place (AciniObjectSelection *self, const AciniRect *box);
/* Whether what is to be selected is still being read. */
gboolean acini_object_selection_is_waiting (AciniObjectSelection *self);

void acini_object_selection_delete (AciniObjectSelection *self);
/* Of the selected ones; where none is, of those around the pointer. */
gboolean acini_object_selection_can_fill_holes (AciniObjectSelection *self);
void acini_object_selection_fill_holes (AciniObjectSelection *self);
/* By @amount µm. */
void acini_object_selection_reshape (AciniObjectSelection *self, AciniReshape reshape, double amount);
void acini_object_selection_set_class (AciniObjectSelection *self, guint8 label);
/* @duration: milliseconds that the decision took, below 0: since they were selected. */
void acini_object_selection_decide (AciniObjectSelection *self, AciniReviewState state, const char *comment);
/* No tool changes them any more; where all of them are locked, they are unlocked. */
void acini_object_selection_lock (AciniObjectSelection *self);
/* Of the first one: where its waists are. */
void acini_object_selection_split (AciniObjectSelection *self);
/* All into the first one. */
void acini_object_selection_merge (AciniObjectSelection *self);
/* Beside themselves. */
void acini_object_selection_duplicate (AciniObjectSelection *self);
void acini_object_selection_copy (AciniObjectSelection *self);
gboolean acini_object_selection_can_paste (AciniObjectSelection *self);
/* What was copied, in this window, from whatever slide: in the middle of what is on screen, or at the pointer. */
void acini_object_selection_paste (AciniObjectSelection *self);

G_END_DECLS
