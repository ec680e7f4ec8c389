/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What OpenSlide cannot read (PNG, JPEG, BMP, striped TIFF …), or would show wrongly (a tiled TIFF that is turned, or
 * has 16 bits), becomes a lossless pyramidal tiled TIFF, pixel for pixel equal at level 0, written by libvips. */

#include "data/base/acini-progress.h"
#include "data/slides/acini-image-reading.h"
#include "data/slides/acini-import-error.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Makes @path readable as a slide.  A file that OpenSlide reads rightly stays where it is; any other image is converted
 * into @folder as NAME.tiff (a number is appended while that name is taken, also by another process), written under a
 * temporary name and renamed when complete.  The physical scale goes into the converted file.  Nothing is left behind
 * on failure or cancellation.  *@notes (nullable): sentences, a line each, about what was taken for what, or NULL.
 * Not on the main thread.  Returns: (transfer full) the absolute path of the slide, or NULL with @error set. */
char *acini_slide_import_image (const char *path, const char *folder, const AciniImageReading *reading, char **notes,
                                AciniProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                                GError **error);
/* The same, where nothing but perhaps @mpp is said. */
char *acini_slide_import (const char *path, const char *folder, double mpp, AciniProgressFunc progress,
                          gpointer user_data, GCancellable *cancellable, GError **error);

/* Whether acini_slide_import_image () would leave @path where it is.  FALSE with @error unset: it would convert it. */
gboolean acini_slide_import_stays (const char *path, const AciniImageReading *reading, GError **error);

G_END_DECLS
