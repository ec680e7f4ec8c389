/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The mask that the view shows: what the network says, what people decided, and what it is compared with. */

#include "data/labels/acini-labels.h"
#include "data/mask/acini-thresholds.h"
#include "data/predictions/acini-prediction.h"
#include "ui/view/core/acini-view-type.h"

G_BEGIN_DECLS

/* @prediction NULL: none is shown. */
void acini_slide_view_set_prediction (AciniSlideView *self, AciniPrediction *prediction);
/* Not NULL: shown is where the mask differs from the one with this prediction, in blue what only the view's own has, in
 * orange what only the other one has.  With show-labels what people decided is in both, and so no difference. */
void acini_slide_view_set_against (AciniSlideView *self, AciniPrediction *prediction);
/* Where the prediction counts, and where the one that it is compared with does (NULL: there, too).  Notifies
 * "threshold". */
void acini_slide_view_set_thresholds (AciniSlideView *self, const AciniThresholds *thresholds,
                                      const AciniThresholds *against);
/* The tile of the prediction's grid has new content. */
void acini_slide_view_prediction_changed (AciniSlideView *self, gint64 column, gint64 row);
/* Labels changed behind the view's back (undo, redo, import). */
void acini_slide_view_labels_changed (AciniSlideView *self, const AciniRect *damage);

/* For the view's own files: another slide or prediction; another look; other strokes to show; the labels changed by its
 * own strokes (the private signal "damaged" tells them when others change them). */
void acini_view_rebuild_mask (AciniSlideView *self);
void acini_view_look_changed (AciniSlideView *self);
void acini_view_strokes_shown (AciniSlideView *self);
void acini_view_damage_labels (AciniSlideView *self, const AciniRect *damage);

G_END_DECLS
