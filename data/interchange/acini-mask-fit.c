/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/interchange/acini-mask-fit.h"

#include "data/slides/acini-image-reading.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Of the pixels at the edge of a mask, from which share on, with more than half of all, it looks inverted. */
#define INVERTED_EDGE 0.95

AciniMaskDoubt
acini_mask_find_doubt (const AciniMaskCounts *counts)
{
  g_return_val_if_fail (counts != NULL, ACINI_MASK_DOUBT_NONE);

  if (counts->n_units == 0)
    return ACINI_MASK_DOUBT_ALL_GROUND;
  if (counts->n_units == counts->n_pixels)
    return ACINI_MASK_DOUBT_ALL_UNIT;
  if (2 * counts->n_units > counts->n_pixels && (double)counts->n_edge_units >= INVERTED_EDGE * (double)counts->n_edge)
    return ACINI_MASK_DOUBT_INVERTED;
  return ACINI_MASK_DOUBT_NONE;
}

/* Whether a side of @mask pixels is one of @slide pixels. */
static gboolean
fits (int mask, gint64 slide)
{
  return mask == slide || (slide == ACINI_LEAST_SLIDE_SIDE && mask < slide);
}

/* Of two pictures of one thing the sides differ by no more than a pixel of the coarser one; where there are as good as
 * as many pixels, one of them was cut. */
static gboolean
has_aspect (double mask_width, double mask_height, double width, double height)
{
  double scale = fmax (mask_width, mask_height) / fmax (width, height);

  return fabs (scale - 1) > 0.01 && fabs (mask_width - width * scale) <= fmax (1, scale)
         && fabs (mask_height - height * scale) <= fmax (1, scale);
}

gboolean
acini_mask_fits (int mask_width, int mask_height, gint64 width, gint64 height, gboolean *scaled)
{
  *scaled = !fits (mask_width, width) || !fits (mask_height, height);
  return !*scaled
         || (MIN (mask_width, mask_height) >= 2 && has_aspect (mask_width, mask_height, (double)width, (double)height));
}

char *
acini_mask_describe_misfit (const char *path, int mask_width, int mask_height, gint64 width, gint64 height)
{
  g_autofree char *name = g_filename_display_name (path);

  return g_strdup_printf (
      _ ("The mask “%s” has %d × %d pixels, its slide %lld × %lld. They must have the same size, or "
         "the same aspect."),
      name, mask_width, mask_height, (long long)width, (long long)height);
}
