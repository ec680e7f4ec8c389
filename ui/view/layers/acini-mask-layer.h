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
#include "ui/view/layers/acini-layer.h"
#include "ui/view/layers/acini-mask-tile.h"

G_BEGIN_DECLS

#define ACINI_TYPE_MASK_LAYER (acini_mask_layer_get_type ())
G_DECLARE_FINAL_TYPE (AciniMaskLayer, acini_mask_layer, ACINI, MASK_LAYER, AciniLayer)

/* @project: (nullable): what people decided is left out, the prediction stands alone.  @prediction: (nullable). */
AciniMaskLayer *acini_mask_layer_new (AciniTileCache *cache, AciniProject *project, gint64 slide, gint64 width,
                                      gint64 height, AciniPrediction *prediction, const AciniMaskLook *look);

/* Nothing is read again.  The layer is visible if there is something to see of it; how opaque what is filled is, is
 * part of @look, since outlines are not. */
void acini_mask_layer_set_look (AciniMaskLayer *self, const AciniMaskLook *look);

/* Shows @strokes, oldest first, as if they were in the labels.  When one of them grows the layer has to be told:
 * acini_layer_damaged ().  The first @n_written are in the labels by now, and the layer was told what of it changed:
 * what is read anew shows them without being painted. */
void acini_mask_layer_set_strokes (AciniMaskLayer *self, AciniStroke *const *strokes, guint n_strokes, guint n_written);

G_END_DECLS
