/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Procedural H&E tissue with known truth.  Every pixel is a pure function of the parameters and its position, so
 * any region can be drawn alone, at any size, by any number of threads. */

#include "data/base/acini-progress.h"
#include "data/phantom/acini-phantom-parameters.h"

G_BEGIN_DECLS

/* Draws the region (@x, @y) of @width × @height level-0 pixels.  @rgb: interleaved 8-bit RGB; @mask: 0 or 1;
 * @instance: the number of the FTU, 0 = none; each may be NULL. */
void acini_phantom_draw (const AciniPhantom *phantom, gint64 x, gint64 y, int width, int height, guint8 *rgb,
                         guint8 *mask, guint32 *instance);

/* Writes OUT.tiff (pyramidal tiled TIFF, JPEG, with µm per pixel), OUT-mask.tiff (8 bit, 0 or 1, deflate) and
 * OUT-instances.tiff (32 bit, deflate), each pyramidal and tiled, streaming tile by tile in bounded memory. */
gboolean acini_phantom_write (const AciniPhantom *phantom, const char *path, AciniProgressFunc progress,
                              gpointer user_data, GCancellable *cancellable, GError **error);

G_END_DECLS
