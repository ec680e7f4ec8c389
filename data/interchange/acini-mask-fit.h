/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Whether a mask can be that of a slide: by its size, and by what of it is unit. */

#include <glib.h>

G_BEGIN_DECLS

/* Pixels but those to be ignored; those at the edge are counted in both. */
typedef struct
{
  gint64 n_pixels, n_units, n_edge, n_edge_units;
} AciniMaskCounts;

typedef enum
{
  ACINI_MASK_DOUBT_NONE,
  ACINI_MASK_DOUBT_ALL_GROUND,
  ACINI_MASK_DOUBT_ALL_UNIT,
  ACINI_MASK_DOUBT_INVERTED, /* most of it is unit, and nearly all of its edge */
} AciniMaskDoubt;

AciniMaskDoubt acini_mask_find_doubt (const AciniMaskCounts *counts);

/* Whether a mask of @mask_width × @mask_height pixels is as large as a slide of @width × @height (one that was filled
 * up to the least size of a slide too), or of its aspect: then *@scaled. */
gboolean acini_mask_fits (int mask_width, int mask_height, gint64 width, gint64 height, gboolean *scaled);
/* The sentence for one that does not.  Returns: (transfer full) */
char *acini_mask_describe_misfit (const char *path, int mask_width, int mask_height, gint64 width, gint64 height);

G_END_DECLS
