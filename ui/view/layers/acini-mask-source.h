/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where the tiles of the mask come from: labels and probabilities, read by workers at the resolution of the screen. */

#include "data/labels/acini-labels.h"
#include "data/predictions/acini-prediction.h"
#include "data/slides/acini-slide-pyramid.h"
#include "data/cache/acini-tile-loader.h"
#include "ui/view/layers/acini-mask-tile.h"

G_BEGIN_DECLS

typedef struct _AciniMaskSource AciniMaskSource;

/* The functions of an AciniTileSource whose data is an AciniMaskSource and whose tiles are AciniMaskTile. */
extern const AciniTileSourceFuncs acini_mask_source_funcs;

/* @project: (nullable): labels are left out.  @prediction: (nullable). */
AciniMaskSource *acini_mask_source_new (AciniProject *project, gint64 slide, gint64 width, gint64 height,
                                        AciniPrediction *prediction);
void acini_mask_source_free (gpointer self);
/* Returns: (transfer none): *@n_levels levels, the finest (of 32 pixels per level-0 pixel and side) first. */
const AciniTileLevel *acini_mask_source_get_levels (AciniMaskSource *self, int *n_levels);
/* What tiles that are read from now on look like.  Any thread. */
void acini_mask_source_set_palette (AciniMaskSource *self, AciniMaskPalette *palette);

G_END_DECLS
