/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Small pictures that a job leaves for people. */

#include <gio/gio.h>

G_BEGIN_DECLS

/* @rgb: interleaved, @width × @height.  Writes a PNG. */
gboolean acini_picture_save (const guint8 *rgb, int width, int height, const char *path, GError **error);
/* Draws the border of @mask (0 or not 0, of the same size), two pixels wide, in the colour 0xRRGGBB. */
void acini_picture_outline (guint8 *rgb, const guint8 *mask, int width, int height, guint32 colour);

G_END_DECLS
