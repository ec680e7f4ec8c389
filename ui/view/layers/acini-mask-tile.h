/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One tile of the effective mask: what is known of each pixel, and one texture in which it is coloured as the mask
 * looks now, filled and outlined at once.
 *
 * The tile keeps a byte of label and a byte of probability per class for each pixel.  Colouring it takes the codes of
 * acini-mask-kernel.h through a palette, so that a moved threshold is a comparison and a table look-up per pixel: a
 * screenful is coloured anew within a frame, and a frame in which nothing changed draws ready textures, without masks,
 * colour matrices or groups, which cost cairo more than all else. */

#include "data/labels/acini-stroke.h"
#include "ui/view/layers/acini-mask-palette.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Pixels of a line's width, and so what a tile has to know beyond its edges. */
#define ACINI_MASK_REACH 3

#define ACINI_TYPE_MASK_TILE (acini_mask_tile_get_type ())
G_DECLARE_FINAL_TYPE (AciniMaskTile, acini_mask_tile, ACINI, MASK_TILE, GObject)

/* A tile of @width × @height pixels of @downsample level-0 pixels each; @planes (nullable: all 0), a byte of label for
 * each pixel, then one of probability for each class, are ACINI_MASK_REACH pixels more on each side. */
AciniMaskTile *acini_mask_tile_new (GBytes *planes, int width, int height, double downsample);

/* Bytes of memory that the tile takes with its texture. */
gsize acini_mask_tile_get_bytes (AciniMaskTile *self);

/* Paints @strokes over the tile, whose first pixel's corner is the level-0 point (@x, @y) and whose pixels are @step
 * level-0 pixels wide; of those of the last call only what is new is drawn.  Main thread. */
void acini_mask_tile_set_strokes (AciniMaskTile *self, double x, double y, double step, AciniStroke *const *strokes,
                                  guint n_strokes);

/* Pixels of a tile, (x1, y1) excluded.  Of large tiles that are seen in part, only that part is coloured while the
 * threshold is being moved. */
typedef struct
{
  int x0, y0, x1, y1;
} AciniMaskPart;

/* Adds to @part what acini_mask_tile_render () has to be told to colour for @part to be seen in @palette's colours.
 * Returns: FALSE if it is seen so already. */
gboolean acini_mask_tile_is_stale (AciniMaskTile *self, AciniMaskPalette *palette, AciniMaskPart *part);
/* Colours @part (NULL: all) of the tile.  One thread at a time for one tile. */
void acini_mask_tile_render (AciniMaskTile *self, AciniMaskPalette *palette, const AciniMaskPart *part);

typedef struct
{
  AciniMaskTile *tile;
  AciniMaskPart part;
} AciniMaskWork;

/* The same for all of @work, with the help of other threads where there are several; returns when all are done. */
void acini_mask_tiles_render (const AciniMaskWork *work, guint n_work, AciniMaskPalette *palette);

/* Returns: (transfer none) (nullable) what was coloured last, of *@part; NULL: there is nothing to draw. */
GdkTexture *acini_mask_tile_get_texture (AciniMaskTile *self, AciniMaskPart *part);

G_END_DECLS
