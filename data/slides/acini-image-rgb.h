/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Private to data/: any image as the 8-bit picture that is shown. */

#include "data/slides/acini-image-file.h"
#include "data/slides/acini-image-reading.h"

G_BEGIN_DECLS

/* @self as 8-bit sRGB, on white, at least 16 pixels wide and high (white is added at the right and below).  Depth is
 * what the brightest value needs: 12 bits in 16 are 12 bits.  @reading: see acini_slide_import_image ().
 * Sentences about what was taken for what are appended to @notes (nullable).
 * Returns: (transfer full), or NULL with @error set. */
VipsImage *acini_image_file_to_rgb (AciniImageFile *self, const char *path, const AciniImageReading *reading,
                                    GString *notes, GError **error);

G_END_DECLS
