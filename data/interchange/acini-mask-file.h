/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A label image of any format libvips knows (PNG, BMP, TIFF …), read from top to bottom as one byte per pixel: 0 where
 * every band is 0, else 1.  Indices above 255 count as not 0.  Errors are ACINI_IMPORT_ERROR_DAMAGED. */

#include "data/slides/acini-slide-import.h"

G_BEGIN_DECLS

typedef struct _AciniMaskFile AciniMaskFile;

/* @channel -1, or 0, 1, 2 of a mask painted in pure red, green or blue: then a pixel is 1 where that band is above 127
 * and greater than the others.
 * Returns: (transfer full), or NULL with @error set. */
AciniMaskFile *acini_mask_file_open (const char *path, int channel, GError **error);
void acini_mask_file_free (AciniMaskFile *self);

/* Pixels. */
int acini_mask_file_get_width (const AciniMaskFile *self);
int acini_mask_file_get_height (const AciniMaskFile *self);

/* Reads the next @n_rows rows (never past the last) into @pixels, of the file's width each.  Memory is that of the
 * rows, not of the image.  Not on the main thread. */
gboolean acini_mask_file_read_rows (AciniMaskFile *self, int n_rows, guint8 *pixels, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniMaskFile, acini_mask_file_free)

G_END_DECLS
