/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Private to data/: an image of any format that libvips knows, opened with what its pixels mean: which bands are
 * colours, which is alpha, what is a palette, which page, how it is turned.  Pictures and masks are read through here;
 * what is ambiguous is refused with a sentence that says what to do. */

#include "data/slides/acini-import-error.h"

#include <vips/vips.h>

G_BEGIN_DECLS

typedef struct
{
  VipsImage *image; /* upright; colours first, then alpha where there is one */
  int n_colours;
  gboolean alpha;
  gboolean alpha_unnamed; /* the file does not say that this band is alpha */
  gboolean indices;       /* @image holds the numbers of a palette */
  gboolean lossy;         /* compressed with loss: neighbours of an edge have other values */
  gboolean scaled;        /* libvips knows the meaning of its numbers (CMYK, CIELAB …), not only their size */
  int n_dropped;          /* bands beside colours and alpha that were left out */
  guint8 colours[256][4]; /* of a palette: red, green, blue, alpha */
  double mpp_x, mpp_y;    /* µm per pixel, upright; 0: unknown */

  GBytes *mapping; /* that @image may read from */
} AciniImageFile;

/* @page counts from 1; 0: the only one.  @indices: the numbers of a palette instead of its colours, where there is one.
 * @bands: the three bands, from 1, that are red, green and blue, or NULL.  @sequential: read once, from top to bottom.
 * Errors are ACINI_IMPORT_ERROR_*.  Returns: (transfer full), or NULL with @error set. */
AciniImageFile *acini_image_file_open (const char *path, int page, gboolean indices, const int *bands,
                                       gboolean sequential, GError **error);
void acini_image_file_free (AciniImageFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniImageFile, acini_image_file_free)

/* Whether OpenSlide, which opens @path as a slide of @vendor, shows all of it as it is meant: a plain TIFF that is
 * turned, is not of 8 bits, or has bands or pages that have to be told apart is not; then FALSE with @error unset.
 * A file that is cut off is an error. */
gboolean acini_image_file_check_tiff (const char *path, const char *vendor, GError **error);

/* The sentence for pixels that cannot be read; libvips's own text goes to the debugging log. */
void acini_image_file_set_damaged (const char *path, GError **error);

G_END_DECLS
