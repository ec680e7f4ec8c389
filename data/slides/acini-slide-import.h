/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What OpenSlide cannot read (PNG, JPEG, BMP, striped TIFF …), or would show wrongly (a tiled TIFF that is turned, or
 * has 16 bits), becomes a lossless pyramidal tiled TIFF, pixel for pixel equal at level 0, written by libvips. */

#include "data/base/acini-progress.h"
#include "data/slides/acini-import-error.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The least width and height of a slide, pixels: a smaller image is filled up with white to that. */
#define ACINI_LEAST_SLIDE_SIDE 16

/* What a person says about an image that does not say it itself; all 0: nothing. */
typedef struct
{
  double mpp;       /* µm per pixel; 0: the file's */
  double low, high; /* what is black and white; both 0: by the file's depth */
  int bands[3];     /* which are red, green and blue, from 1; 0: those the file names */
  int page;         /* from 1; 0: the only one */
} AciniImageReading;

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
