/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A map of slides by colour: the two directions of greatest variance (principal components) of the means and deviations
 * of red, green and blue, each brought to a mean of 0 and a deviation of 1. */

#include <glib.h>

G_BEGIN_DECLS

#define ACINI_COLOUR_FEATURES 6

/* @features: ACINI_COLOUR_FEATURES numbers for each of @n slides.  @map: two for each; @distances: from the medians of
 * both, in deviations estimated from the median absolute one, 0 where those of all are the same.  @explained: share of
 * the variance of each axis.  Of an axis the greatest coefficient is positive, so that the map does not flip. */
void acini_colour_map (const double *features, guint n, double *map, double *distances, double explained[2]);

/* A slide as far from the middle as this looks unlike the others (about 3 in 10 000 of a normal distribution), where
 * there are so many others that it can be told. */
#define ACINI_COLOUR_OUTLIER 4.0
#define ACINI_COLOUR_LEAST_SLIDES 5

G_END_DECLS
