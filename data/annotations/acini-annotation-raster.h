/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Shapes as pixels: a pixel is inside when its middle is, by the even-odd rule for each part with its holes.  So the
 * outlines along pixel edges that masks are traced to become the same masks again. */

#include "data/annotations/acini-annotation.h"

G_BEGIN_DECLS

/* Sets the pixels of @mask, @width × @height from the pixel (@x, @y), row stride @width, that @annotation covers to 1;
 * others stay.  Ellipses have to be flattened; points and lines cover nothing. */
void acini_annotation_rasterise (const AciniAnnotation *annotation, gint64 x, gint64 y, int width, int height,
                                 guint8 *mask);

G_END_DECLS
