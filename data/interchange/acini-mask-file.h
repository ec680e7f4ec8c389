/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A mask of any format libvips knows (PNG, BMP, TIFF …), upright, read from top to bottom as one byte per pixel: 1
 * where a unit is, ACINI_MASK_FILE_IGNORED where the reading says that nothing is known, else 0.  Errors are
 * ACINI_IMPORT_ERROR_*. */

#include "data/interchange/acini-mask-rule.h"

G_BEGIN_DECLS

#define ACINI_MASK_FILE_IGNORED 255
#define ACINI_MASK_FILE_IGNORED_INSTANCE G_MAXUINT32

typedef struct _AciniMaskFile AciniMaskFile;

/* Reads what stands before the pixels.  @reading: what a person says about it; its classes must live as long as the
 * mask.  Returns: (transfer full), or NULL with @error set. */
AciniMaskFile *acini_mask_file_open (const char *path, const AciniMaskReading *reading, GError **error);

/* Looks at all pixels for what of them is unit, once, before rows are read: not on the main thread, and not before the
 * size has been found right. */
gboolean acini_mask_file_look (AciniMaskFile *self, GError **error);
void acini_mask_file_free (AciniMaskFile *self);

/* Pixels. */
int acini_mask_file_get_width (const AciniMaskFile *self);
int acini_mask_file_get_height (const AciniMaskFile *self);
/* A sentence about what was taken for what, or NULL; from the look at it on. */
const char *acini_mask_file_get_note (const AciniMaskFile *self);

/* Reads the next @n_rows rows (never past the last) into @pixels, of the file's width each.  Memory is that of the
 * rows, not of the image. */
gboolean acini_mask_file_read_rows (AciniMaskFile *self, int n_rows, guint8 *pixels, GError **error);

/* The same; which instance each pixel is of, 0: none; ACINI_MASK_FILE_IGNORED_INSTANCE where nothing is known.  Pixels
 * of a mask of classes are of the instance k of class k: of the names of the reading's classes, from 1 on, or of the
 * mask's own numbers. */
gboolean acini_mask_file_read_instances (AciniMaskFile *self, int n_rows, guint32 *instances, GError **error);

/* Whether the mask tells classes apart, by names or by its own numbers. */
gboolean acini_mask_file_has_classes (const AciniMaskFile *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniMaskFile, acini_mask_file_free)

G_END_DECLS
