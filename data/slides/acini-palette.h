/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Images with a palette: libvips gives their colours; a mask's meaning is in the numbers behind them. */

#include <glib.h>

G_BEGIN_DECLS

/* Where the file @data (PNG, BMP, TIFF) has a palette, changes it in place so that number i has the grey i, and takes
 * the colours it had, with alpha, into @colours.  TIFF: its first page.  Returns: whether it has one. */
gboolean acini_palette_flatten (guint8 *data, gsize length, guint8 colours[256][4]);

G_END_DECLS
