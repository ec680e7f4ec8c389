/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What an outline encloses, as pixels: those whose middle lies inside, by winding number, so that an outline that
 * crosses itself leaves no hole there.  Plain memory. */

#include <glib.h>

G_BEGIN_DECLS

/* An outline, closed from its last point to its first: point @i has its x at coordinates[@i × @stride], and its y
 * behind it. */
typedef struct
{
  const double *coordinates;
  gsize stride;
  guint n;
} AciniOutline;

/* Whether the point (@x, @y) lies inside, or at the left or right edge of what does: as pixels are set. */
gboolean acini_outline_contains (const AciniOutline *self, double x, double y);
/* Sets the pixels of @mask, @width × @height of them and each @step wide, the first one's corner at (@x, @y), to 255
 * where they are inside; others are left alone.  Returns: how many were set. */
gsize acini_outline_rasterise (const AciniOutline *self, double x, double y, double step, int width, int height,
                               guint8 *mask);
/* Sets the pixels of a row whose middles lie in [@left, @right] to 255.  Returns: how many were not before. */
gsize acini_outline_fill_row (guint8 *row, int width, double left, double right);

G_END_DECLS
