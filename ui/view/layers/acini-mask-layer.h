/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The effective mask on screen: the label where a person decided, else the prediction, and strokes that are on their
 * way into the labels over both; filled, outlined or as a heat map.
 *
 * Workers read labels and probabilities at the resolution of the screen (finer than both where need be, so that lines
 * stay thin at 40 screen pixels per level-0 pixel) and colour them; see acini-mask-tile.h for why a changed threshold,
 * opacity or colour is on screen in the same frame. */

#include "data/labels/acini-labels.h"
#include "data/predictions/acini-prediction.h"
#include "ui/view/grid/acini-tile-grid.h"
#include "ui/view/layers/acini-mask-tile.h"

G_BEGIN_DECLS

typedef struct _AciniMaskLayer AciniMaskLayer;

/* @project: (nullable): what people decided is left out, the prediction stands alone.  @prediction: (nullable). */
AciniMaskLayer *acini_mask_layer_new (AciniTileCache *cache, AciniProject *project, gint64 slide, gint64 width,
                                      gint64 height, AciniPrediction *prediction, const AciniMaskLook *look);
void acini_mask_layer_free (AciniMaskLayer *self);
AciniTileGrid *acini_mask_layer_get_grid (AciniMaskLayer *self);

/* Nothing is read again. */
void acini_mask_layer_set_look (AciniMaskLayer *self, const AciniMaskLook *look);

/* Draws the mask with @strokes, oldest first, in it. */
void acini_mask_layer_snapshot (AciniMaskLayer *self, GtkSnapshot *snapshot, const AciniViewport *viewport,
                                AciniStroke *const *strokes, guint n_strokes);

G_END_DECLS
