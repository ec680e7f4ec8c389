/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The slide as it is shown with brightness, contrast, gamma or one stain: tiles of the slide that a worker sends
 * through tables.  There is none while the slide is shown as it is, so that this costs nothing then.  Drawn with
 * acini_tissue_layer_snapshot (). */

#include "data/slides/acini-display.h"
#include "ui/view/grid/acini-tile-grid.h"

G_BEGIN_DECLS

typedef struct _AciniDisplayLayer AciniDisplayLayer;

AciniDisplayLayer *acini_display_layer_new (AciniTileCache *cache, AciniSlide *slide, const AciniDisplay *display);
void acini_display_layer_free (AciniDisplayLayer *self);
AciniTileGrid *acini_display_layer_get_grid (AciniDisplayLayer *self);
/* Whether it can be drawn: until all that @viewport shows has been there once, the slide is to be drawn as it is. */
gboolean acini_display_layer_is_ready (AciniDisplayLayer *self, const AciniViewport *viewport);
/* What is on screen stays until its successor is there. */
void acini_display_layer_set (AciniDisplayLayer *self, const AciniDisplay *display);

G_END_DECLS
