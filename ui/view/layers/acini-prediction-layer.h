/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the network says: the probabilities of one class as alpha textures.  The threshold is applied when compositing,
 * so that moving it uploads nothing. */

#include "data/acini-prediction.h"
#include "ui/view/acini-tile-grid.h"

G_BEGIN_DECLS

/* @plane: the class, 0 … */
AciniTileGrid *acini_prediction_layer_new (AciniTileCache *cache, AciniPrediction *prediction, int plane);

/* Fills where the probability is at or above @threshold, opaque. */
void acini_prediction_layer_snapshot (AciniTileGrid *grid, GtkSnapshot *snapshot, const AciniViewport *viewport,
                                      int plane, double threshold);

G_END_DECLS
