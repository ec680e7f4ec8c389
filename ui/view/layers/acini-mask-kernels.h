/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The loops over the pixels of a mask tile, compiled for speed. */

#include <glib.h>

G_BEGIN_DECLS

/* One step inwards: @to is @from where a pixel's neighbours are all of its class, else 0; the outermost pixels are
 * copied.  @corners: diagonal neighbours count too, which in turn with FALSE makes lines about as wide in every
 * direction. */
void acini_mask_erode (const guint8 *from, guint8 *to, int width, int height, gboolean corners);

/* @to[i] = @table[@codes[i]] where @classes[i] is not 0 but @inner[i] is. */
void acini_mask_draw_lines (const guint16 *codes, const guint8 *classes, const guint8 *inner, gsize n,
                            const guint32 *table, guint32 *to);

G_END_DECLS
