/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The tags of a TIFF that image libraries leave out or take for granted (TIFF 6.0, and BigTIFF): what its samples mean,
 * how it is turned, its physical scale, and whether the file is all there. */

#include <glib.h>

G_BEGIN_DECLS

enum
{
  ACINI_TIFF_WHITE_IS_ZERO,
  ACINI_TIFF_BLACK_IS_ZERO,
  ACINI_TIFF_RGB,
  ACINI_TIFF_PALETTE,
};

typedef struct
{
  gint64 width, height;
  int bits, samples; /* per sample, per pixel */
  int format;        /* 1 unsigned, 2 signed, 3 floating point */
  int photometric, compression;
  int n_extra; /* samples after the colours */
  int extra;   /* what the first of them is: 0 unspecified, 1 and 2 alpha */
  int orientation;
  double mpp_x, mpp_y; /* µm per pixel as stored, not turned; 0: the file does not say, or no microscope wrote it */
  gboolean tiled;
  guint64 end;             /* of the pixels, bytes from the start of the file; beyond its end: it is cut off */
  gsize photometric_at;    /* where the value of that tag is in the file */
  guint16 colours[3][256]; /* of a palette: red, green, blue */
} AciniTiffPage;

/* The pages of the TIFF in @data, in order (at most 4096).  Returns: (transfer full) (element-type AciniTiffPage)
 * (nullable) NULL where it is none, or ends before its first page is described. */
GArray *acini_tiff_read_pages (const guint8 *data, gsize length);

/* Writes 16 bits into @data at @at, in the byte order of the TIFF that @data is. */
void acini_tiff_patch (guint8 *data, gsize at, guint16 value);

G_END_DECLS
