/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One layer of tiles on screen: which ones the viewport needs, which stand in for those that are not there yet, and
 * which of them are out of date.
 *
 * A cell is a tile's place (level, column, row); each has a generation that counts up when its content changes.  What
 * was on screen stays there until the new content has been read: nothing flickers.  A cell that changes while it is
 * being read is read once more afterwards instead of anew at once, so that a stream of changes cannot starve it. */

#include "data/acini-slide-pyramid.h"
#include "data/acini-tile-loader.h"
#include "ui/view/acini-viewport.h"

G_BEGIN_DECLS

typedef struct _AciniTileGrid AciniTileGrid;

/* @apron: pixels around the tile (of its neighbours) that its texture holds, so that interpolation does not stop at
 * the tile's edge.  @keep: the three coarsest levels are always wanted and never evicted. */
AciniTileGrid *acini_tile_grid_new (AciniTileCache *cache, AciniTileSource *source, guint64 layer,
                                    const AciniTileLevel *levels, int n_levels, int apron, gboolean keep);
void acini_tile_grid_free (AciniTileGrid *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniTileGrid, acini_tile_grid_free)

/* Appends to @requests (element-type AciniTileRequest) what is missing for @viewport and a margin around it; @rank 0
 * is the most urgent layer. */
void acini_tile_grid_want (AciniTileGrid *self, const AciniViewport *viewport, int rank, GArray *requests);

/* Takes notice of a tile that was read.  Returns: whether it belongs to this grid. */
gboolean acini_tile_grid_arrived (AciniTileGrid *self, const AciniTileArrival *arrival);

/* The content within (@x0, @y0) to (@x1, @y1), in level-0 pixels, changed. */
void acini_tile_grid_invalidate (AciniTileGrid *self, double x0, double y0, double x1, double y1);
/* All of it changed. */
void acini_tile_grid_invalidate_all (AciniTileGrid *self);

/* Whether all that @viewport shows is there, sharp and up to date (or cannot be read). */
gboolean acini_tile_grid_is_sharp (AciniTileGrid *self, const AciniViewport *viewport);
/* Whether some tile of the last acini_tile_grid_want () has not arrived. */
gboolean acini_tile_grid_is_waiting (AciniTileGrid *self);

/* Whether a tile that could not be read was asked for so far. */
gboolean acini_tile_grid_has_failed (AciniTileGrid *self);

typedef struct
{
  GObject *tile; /* NULL: it could not be read */
  graphene_rect_t rect; /* where all of the tile goes, its apron included */
  double scale;         /* device pixels per pixel of the tile */
  int level;
} AciniTileDraw;

typedef void (*AciniTileDrawFunc) (GtkSnapshot *snapshot, const AciniTileDraw *draw, gpointer user_data);

/* Calls @func for each tile to draw, clipped to its part where that is needed.
 * Returns: how many were drawn. */
guint acini_tile_grid_snapshot (AciniTileGrid *self, GtkSnapshot *snapshot, const AciniViewport *viewport,
                                AciniTileDrawFunc func, gpointer user_data);

/* The level that is drawn at @viewport. */
int acini_tile_grid_get_level (AciniTileGrid *self, const AciniViewport *viewport);

G_END_DECLS
