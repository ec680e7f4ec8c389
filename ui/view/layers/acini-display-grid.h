/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The slide as it is shown with brightness, contrast, gamma or one stain: tiles of the slide that a worker sends
 * through tables.  There is none while the slide is shown as it is, so that this costs nothing then. */

#include "data/slides/acini-display.h"
#include "ui/view/grid/acini-tile-grid.h"

G_BEGIN_DECLS

typedef struct _AciniDisplayGrid AciniDisplayGrid;

AciniDisplayGrid *acini_display_grid_new (AciniTileCache *cache, AciniSlide *slide, const AciniDisplay *display);
void acini_display_grid_free (AciniDisplayGrid *self);
AciniTileGrid *acini_display_grid_get_grid (AciniDisplayGrid *self);
/* The first half of a frame, as acini_tile_grid_update (). */
void acini_display_grid_update (AciniDisplayGrid *self, const AciniViewport *viewport);
/* Whether it can be drawn: until all that is on screen has been there once, the slide is to be drawn as it is. */
gboolean acini_display_grid_is_ready (AciniDisplayGrid *self);
/* What is on screen stays until its successor is there. */
void acini_display_grid_set (AciniDisplayGrid *self, const AciniDisplay *display);

G_END_DECLS
