/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What people decided: a filled texture of class colours, and a second one of where anything was decided at all, which
 * takes the prediction away there. */

#include "data/acini-labels.h"
#include "ui/view/acini-tile-grid.h"

G_BEGIN_DECLS

AciniTileGrid *acini_labels_layer_new (AciniTileCache *cache, AciniProject *project, gint64 slide, gint64 width,
                                       gint64 height);

/* Opaque in the colours of the classes; background draws nothing. */
void acini_labels_layer_snapshot (AciniTileGrid *grid, GtkSnapshot *snapshot, const AciniViewport *viewport);

/* Opaque where anything, background included, is labelled.
 * Returns: (transfer full) (nullable) NULL when nothing on screen is. */
GskRenderNode *acini_labels_layer_get_coverage (AciniTileGrid *grid, const AciniViewport *viewport);

G_END_DECLS
