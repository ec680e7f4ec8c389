/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The tiles of a slide as textures. */

#include "ui/view/grid/acini-tile-grid.h"

G_BEGIN_DECLS

/* Takes @pyramid over.  Two grids of one file share its tiles.  @keep as in acini_tile_grid_new (). */
AciniTileGrid *acini_tissue_grid_new (AciniTileCache *cache, AciniSlidePyramid *pyramid, gboolean keep);

/* The number in @cache of the layer that the tiles of @slide are in. */
guint64 acini_tissue_grid_get_layer (AciniTileCache *cache, AciniSlide *slide);

G_END_DECLS
