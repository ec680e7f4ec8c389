/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Pixels of a slide at one resolution, decoded and resampled once though they are asked for several times: patches
 * overlap.  They are kept as square blocks, those used last, within a limit of bytes.  Thread-safe. */

#include "data/slides/acini-slide.h"

G_BEGIN_DECLS

typedef struct _AciniPixelBlocks AciniPixelBlocks;

/* @downsample: level-0 pixels per pixel; @limit: bytes to keep. */
AciniPixelBlocks *acini_pixel_blocks_new (AciniSlide *slide, double downsample, gsize limit);
void acini_pixel_blocks_free (AciniPixelBlocks *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniPixelBlocks, acini_pixel_blocks_free)

/* Interleaved RGB of @width × @height pixels at (@x, @y) of that resolution, neither below 0: what acini_slide_read_rgb
 * () gives, white beyond the slide. */
gboolean acini_pixel_blocks_read (AciniPixelBlocks *self, gint64 x, gint64 y, int width, int height, guint8 *rgb,
                                  GError **error);

G_END_DECLS
