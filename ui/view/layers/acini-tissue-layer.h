/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The slide itself. */

#include "ui/view/grid/acini-tile-grid.h"

G_BEGIN_DECLS

/* A grid of the slide's textures; takes @pyramid over.  Two views of one file share its tiles.  @keep as in
 * acini_tile_grid_new (). */
AciniTileGrid *acini_tissue_layer_new (AciniTileCache *cache, AciniSlidePyramid *pyramid, gboolean keep);

/* The number in @cache of the layer that the tiles of @slide are in. */
guint64 acini_tissue_layer_get_layer (AciniTileCache *cache, AciniSlide *slide);

/* Draws the slide on white, the colour of glass; what cannot be read is hatched. */
void acini_tissue_layer_snapshot (AciniTileGrid *grid, GtkSnapshot *snapshot, const AciniViewport *viewport,
                                  double slide_width, double slide_height);

G_END_DECLS
