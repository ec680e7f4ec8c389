/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Small pictures of slides, made on worker threads and kept as PNG files in the user's cache folder. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* On the main thread; @texture is (transfer none). */
typedef void (*AciniThumbnailFunc) (gpointer object, GdkTexture *texture);

/* @callback is called once the thumbnail of the slide @path is there; not at all when the slide cannot be read.
 * @object stays referenced until then. */
void acini_thumbnail_load (const char *path, gpointer object, AciniThumbnailFunc callback);

/* The longest side, in pixels. */
#define ACINI_THUMBNAIL_SIZE 320

G_END_DECLS
