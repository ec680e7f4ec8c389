/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The slide itself on white, the colour of glass, as scanned or as its display settings say; what cannot be read is
 * hatched. */

#include "data/slides/acini-display.h"
#include "ui/view/layers/acini-layer.h"

G_BEGIN_DECLS

#define ACINI_TYPE_TISSUE_LAYER (acini_tissue_layer_get_type ())
G_DECLARE_FINAL_TYPE (AciniTissueLayer, acini_tissue_layer, ACINI, TISSUE_LAYER, AciniLayer)

/* @grid: (transfer full) of textures; see acini_tissue_grid_new ().  @width and @height: of the slide, level-0 pixels.
 */
AciniTissueLayer *acini_tissue_layer_new (AciniTileGrid *grid, double width, double height);

/* The tiles that @display needs are made by workers.  Until all of the screen is there for the first time the slide is
 * shown as it was. */
void acini_tissue_layer_set_display (AciniTissueLayer *self, AciniTileCache *cache, AciniSlide *slide,
                                     const AciniDisplay *display);
/* Whether it is shown as scanned. */
gboolean acini_tissue_layer_is_plain (AciniTissueLayer *self);

/* Whether a tile that could not be read was asked for so far. */
gboolean acini_tissue_layer_has_failed (AciniTissueLayer *self);
/* The level of the pyramid that is drawn at @viewport. */
int acini_tissue_layer_get_level (AciniTissueLayer *self, const AciniViewport *viewport);

G_END_DECLS
