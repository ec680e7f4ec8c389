/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A bit for each pixel of a slide, in a file without a name: whatever is drawn, however often, memory is that of a row
 * of tiles, and only tiles in which something was drawn take room on the disk. */

#include "data/annotations/acini-annotation.h"

G_BEGIN_DECLS

/* Of a tile: pixels on a side, bytes of a row, bytes.  Bits stand from the lowest one, as DICOM has them. */
#define ACINI_BITMAP_TILE 512
#define ACINI_BITMAP_STRIDE (ACINI_BITMAP_TILE / 8)
#define ACINI_BITMAP_BYTES (ACINI_BITMAP_STRIDE * ACINI_BITMAP_TILE)

typedef struct _AciniBitmap AciniBitmap;

AciniBitmap *acini_bitmap_new (gint64 width, gint64 height, GError **error);
void acini_bitmap_free (AciniBitmap *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniBitmap, acini_bitmap_free)
/* Tiles in a row and in a column. */
gint64 acini_bitmap_get_across (const AciniBitmap *self);
gint64 acini_bitmap_get_down (const AciniBitmap *self);
/* Sets the pixels that @annotation covers; ellipses have to be flattened. */
gboolean acini_bitmap_add (AciniBitmap *self, const AciniAnnotation *annotation, GError **error);
/* Whether something was drawn in tile (@i, @j). */
gboolean acini_bitmap_has (const AciniBitmap *self, gint64 i, gint64 j);
/* @bits: ACINI_BITMAP_BYTES. */
gboolean acini_bitmap_read (const AciniBitmap *self, gint64 i, gint64 j, guint8 *bits, GError **error);

G_END_DECLS
