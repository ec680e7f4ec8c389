/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What OpenSlide cannot read (PNG, JPEG, BMP, striped TIFF …) becomes a lossless pyramidal tiled TIFF, pixel
 * for pixel equal at level 0, written by libvips. */

#include "data/base/acini-progress.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define ACINI_IMPORT_ERROR (acini_import_error_quark ())
GQuark acini_import_error_quark (void);

typedef enum
{
  ACINI_IMPORT_ERROR_NOT_AN_IMAGE,
  ACINI_IMPORT_ERROR_DAMAGED,
  ACINI_IMPORT_ERROR_WRITE, /* full disk, no permission */
} AciniImportError;

/* Makes @path readable as a slide.  A file that OpenSlide reads stays where it is; any other image is converted
 * into @folder as NAME.tiff (a number is appended while that name is taken), written under a temporary name and
 * renamed when complete; one narrower or lower than 16 pixels is filled up with white to that.  @mpp is written into
 * the converted file where it is above 0.  Nothing is left behind on failure or cancellation.  Not on the main thread.
 * Returns: (transfer full) the absolute path of the slide, or NULL with @error set. */
char *acini_slide_import (const char *path, const char *folder, double mpp, AciniProgressFunc progress,
                          gpointer user_data, GCancellable *cancellable, GError **error);

G_END_DECLS
