/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Regions as shapes: what is added to one, taken from it, or found as a mask.  Plain memory. */

#include "data/project/acini-region.h"

G_BEGIN_DECLS

/* What @region is with the @n points of the closed outline @points (level-0 pixels) added to it, or taken away.  It is
 * computed on a grid, in steps of a pixel where neither is longer than some thousands of them.  Returns: (transfer
 * full) (element-type AciniRegionRecord) with a free function set: its parts, the largest of which has the id of
 * @region, and all its name; empty, where nothing is left of it. */
GPtrArray *acini_region_combine (const AciniRegionRecord *region, const double (*points)[2], guint n,
                                 gboolean subtract);

/* The connected parts of @mask, @width × @height pixels of @step level-0 pixels from (@x, @y) on, as regions called
 * @name: those of at least @least level-0 square pixels, largest first.  Their outlines are simplified to within a
 * pixel of the mask (Douglas and Peucker, 1973); a hole becomes a slit that leads to it. */
GPtrArray *acini_regions_from_mask (const guint8 *mask, int width, int height, double x, double y, double step,
                                    double least, const char *name, AciniRegionKind kind);

G_END_DECLS
