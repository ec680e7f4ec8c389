/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The outlines of the effective mask (the person's label where there is one, else the prediction at the threshold).
 *
 * A worker finds the mask at the resolution of the screen, finer than the prediction's and the labels' own where need
 * be, and draws the edge of each class just inside it, so that a line is two to four device pixels wide at any zoom.  A
 * moved threshold shows in the outlines as fast as the workers read them. */

#include "data/acini-labels.h"
#include "data/acini-prediction.h"
#include "ui/view/acini-tile-grid.h"

G_BEGIN_DECLS

typedef struct _AciniOutlineLayer AciniOutlineLayer;

/* @prediction: (nullable). */
AciniOutlineLayer *acini_outline_layer_new (AciniTileCache *cache, AciniProject *project, gint64 slide, gint64 width,
                                            gint64 height, AciniPrediction *prediction, double threshold);
void acini_outline_layer_free (AciniOutlineLayer *self);
AciniTileGrid *acini_outline_layer_get_grid (AciniOutlineLayer *self);
void acini_outline_layer_set_threshold (AciniOutlineLayer *self, double threshold);
void acini_outline_layer_snapshot (AciniOutlineLayer *self, GtkSnapshot *snapshot, const AciniViewport *viewport);

G_END_DECLS
