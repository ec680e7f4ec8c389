/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The loops over the pixels of a mask tile, compiled for speed. */

#include <glib.h>

G_BEGIN_DECLS

/* @to[i] = @table[@codes[i]].  Returns (the second one): all of @to, or-ed. */
void acini_mask_look_up_8 (const guint16 *codes, gsize n, const guint8 *table, guint8 *to);
guint32 acini_mask_look_up_32 (const guint16 *codes, gsize n, const guint32 *table, guint32 *to);

/* One step inwards: @to is @from where a pixel's neighbours are all of its class, else 0; the outermost pixels are
 * copied.  @corners: diagonal neighbours count too, which in turn with FALSE makes lines about as wide in every
 * direction. */
void acini_mask_erode (const guint8 *from, guint8 *to, int width, int height, gboolean corners);

/* @to[i] = @table[@codes[i]] where @classes[i] is not 0 but @inner[i] is. */
void acini_mask_draw_lines (const guint16 *codes, const guint8 *classes, const guint8 *inner, gsize n,
                            const guint32 *table, guint32 *to);

/* Samples @from (@stride bytes a row) bilinearly at columns @x[i] (and @x[i] + 1, @fraction[i] of 256 parts of it) of
 * the rows @upper and @lower, @down of 256 parts of the latter: @n values into @to, 0 … 255. */
void acini_mask_interpolate (const guint8 *upper, const guint8 *lower, int down, const int *x, const int *fraction,
                             int n, guint8 *to);

G_END_DECLS
