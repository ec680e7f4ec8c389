/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One layer of tiles on screen: which ones the viewport needs, which stand in for those that are not there yet, and
 * which of them are out of date.
 *
 * A cell is a tile's place (level, column, row); each has a generation that counts up when its content changes.  What
 * was on screen stays there until the new content has been read: nothing flickers.  A cell that changes while it is
 * being read is read once more afterwards instead of anew at once, so that a stream of changes cannot starve it. */

#include "data/slides/acini-slide-pyramid.h"
#include "data/cache/acini-tile-loader.h"
#include "ui/view/grid/acini-viewport.h"

G_BEGIN_DECLS

typedef struct _AciniTileGrid AciniTileGrid;

typedef struct
{
  double
      coarseness; /* a level is drawn up to this much larger than its pixels before the next finer one is taken; 0: 1 */
  int reach;      /* pixels around a tile that its content depends on */
  gboolean keep;  /* the three coarsest levels are always wanted and never evicted */
  gboolean draw_all; /* tiles that are empty, missing or failed are drawn, too */
} AciniTileGridOptions;

AciniTileGrid *acini_tile_grid_new (AciniTileCache *cache, AciniTileSource *source, guint64 layer,
                                    const AciniTileLevel *levels, int n_levels, const AciniTileGridOptions *options);
void acini_tile_grid_free (AciniTileGrid *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniTileGrid, acini_tile_grid_free)

/* The priority from which on tiles are around what is seen, and no longer in it. */
#define ACINI_TILE_GRID_MARGIN 1e6

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
  AciniTileKey key;
  AciniTileState state;
  GObject *tile;        /* of ACINI_TILE_READY */
  gboolean current;     /* it is what the last change left, and not what was there before */
  graphene_rect_t rect; /* where it goes on the canvas */
  double scale;         /* device pixels per pixel of the tile */
  double x, y;          /* the level-0 point of its corner */
  double downsample;    /* level-0 pixels per pixel of the tile */
  int width, height;    /* in pixels of the tile */
} AciniTileDraw;

typedef void (*AciniTileDrawFunc) (GtkSnapshot *snapshot, const AciniTileDraw *draw, gpointer user_data);

/* The first half of a frame: gets hold of what is to be drawn for @viewport, lets go of what has left the screen, and
 * calls @func (nullable), with a NULL snapshot, for each tile that will be drawn. */
void acini_tile_grid_update (AciniTileGrid *self, const AciniViewport *viewport, AciniTileDrawFunc func,
                             gpointer user_data);

/* The second half: calls @func for each tile to draw (those that are ready, and those that failed), clipped to its part
 * where that is needed.  Draws what the last update () has got hold of, and changes nothing.  Returns: how many were
 * drawn. */
guint acini_tile_grid_snapshot (AciniTileGrid *self, GtkSnapshot *snapshot, const AciniViewport *viewport,
                                AciniTileDrawFunc func, gpointer user_data);

/* The level that is drawn at @viewport. */
int acini_tile_grid_get_level (AciniTileGrid *self, const AciniViewport *viewport);

G_END_DECLS
