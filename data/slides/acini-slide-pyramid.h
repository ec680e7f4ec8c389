/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The levels that the window draws a slide from: those of the file, and between and above them levels made on the fly
 * by averaging 2 × 2, 4 × 4 … pixels, so that neighbours are at most about a factor of 2 apart and the coarsest fits on
 * a screen.  Tiles are made of whole native tiles, so that nothing is decoded for two tiles.  Thread-safe. */

#include "data/slides/acini-slide.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One level of tiles; tile (column, row) covers level pixels from (column × tile_width, row × tile_height), cut at
 * @width and @height.  Used for slides, predictions and labels alike. */
typedef struct
{
  double downsample;    /* level-0 pixels per pixel */
  gint64 width, height; /* in this level's pixels */
  int tile_width, tile_height;
} AciniTileLevel;

typedef struct _AciniSlidePyramid AciniSlidePyramid;

/* Holds a reference to @slide. */
AciniSlidePyramid *acini_slide_pyramid_new (AciniSlide *slide);
void acini_slide_pyramid_free (AciniSlidePyramid *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniSlidePyramid, acini_slide_pyramid_free)

AciniSlide *acini_slide_pyramid_get_slide (AciniSlidePyramid *self);
/* Returns: (transfer none): *@n_levels levels, the finest first. */
const AciniTileLevel *acini_slide_pyramid_get_levels (AciniSlidePyramid *self, int *n_levels);

/* Reads one tile, in sRGB where the file tells its colours.  Returns: (transfer full) premultiplied ARGB32 of *@width ×
 * *@height, row stride 4 × *@width; NULL with @error set (G_IO_ERROR_CANCELLED among them). */
GBytes *acini_slide_pyramid_read (AciniSlidePyramid *self, int level, gint64 column, gint64 row, int *width,
                                  int *height, GCancellable *cancellable, GError **error);

G_END_DECLS
