/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The effective mask as it is composed on screen: the prediction where nobody decided, then the labels, then the strokes
 * that are on their way into them, each hiding what it overrides. */

#include "ui/tools/acini-stroke.h"
#include "ui/view/acini-tile-grid.h"
#include "ui/view/layers/acini-outline-layer.h"

G_BEGIN_DECLS

typedef struct
{
  AciniTileGrid *const *planes; /* of the prediction, one per class */
  guint n_planes;
  AciniTileGrid *labels;       /* (nullable) */
  AciniOutlineLayer *outlines; /* (nullable) */
  AciniStroke *const *strokes; /* oldest first */
  guint n_strokes;
  double threshold;
} AciniMaskParts;

/* Filled, at @opacity. */
void acini_mask_layer_snapshot_fill (const AciniMaskParts *parts, GtkSnapshot *snapshot,
                                     const AciniViewport *viewport, double opacity);
/* Outlined; a stroke hides the outlines beneath it until those with it are there. */
void acini_mask_layer_snapshot_outlines (const AciniMaskParts *parts, GtkSnapshot *snapshot,
                                         const AciniViewport *viewport);

G_END_DECLS
