/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The effective mask: the person's label where there is one, else the prediction at or above the threshold of its
 * class.  This is what is shown, measured and exported; it is never stored. */

#include "data/labels/acini-labels.h"
#include "data/predictions/acini-prediction.h"

G_BEGIN_DECLS

/* Reads @width × @height level-0 pixels from (@x, @y) as label values (background 1, classes 2 …; unlabelled, 0, where
 * neither a person nor the model has said anything).  @prediction NULL: labels alone.  @thresholds: one per class of
 * the prediction, 0 … 1; of several classes at or above theirs the most probable wins.  The prediction is interpolated
 * bilinearly between its pixels' centres. */
gboolean acini_mask_read_effective (AciniProject *project, gint64 slide, AciniPrediction *prediction,
                                    const double *thresholds, gint64 x, gint64 y, int width, int height, guint8 *labels,
                                    GError **error);

/* The same from the prediction alone, whatever people said: what a model is scored by. */
gboolean acini_mask_read_predicted (AciniPrediction *prediction, const double *thresholds, gint64 x, gint64 y,
                                    int width, int height, guint8 *labels, GError **error);

G_END_DECLS
