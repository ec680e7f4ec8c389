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

/* Takes @length pixels behind one another, of which the first is number @start. */
typedef void (*AciniScanFunc) (gint64 start, gint64 length, gpointer user_data);
/* The pixels of an image of @width × @height that @annotation covers, in their order: along its rows or, with @down,
 * down its columns; no run is longer than a row or column.  FALSE: there is not memory for a few hundred of them. */
gboolean acini_annotation_scan (const AciniAnnotation *annotation, gint64 width, gint64 height, gboolean down,
                                AciniScanFunc func, gpointer user_data);

G_END_DECLS
