/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The shape of one object in its box: how deep each pixel lies, and ways to take it into parts.  Plain memory. */

#include <glib.h>

G_BEGIN_DECLS

/* Squares of the distances of the pixels where @mask is not 0 to the nearest one that is (what lies outside the picture
 * is): exactly, Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions", 2012.  Returns: (transfer
 * full) @width × @height numbers. */
float *acini_shape_find_depths (const guint8 *mask, int width, int height);
/* The deepest pixel, the first of equals. */
void acini_shape_find_middle (const guint8 *mask, int width, int height, int *x, int *y);

/* Takes the shape into parts where the polyline @points, @n of them in pixels, crosses it.  @parts: 0 outside, 1 …
 * Returns: how many; 1: the line does not cut it in two. */
int acini_shape_cut (const guint8 *mask, int width, int height, const double (*points)[2], guint n, int *parts);
/* Takes it into the parts that it seems to be of: the watershed of its depths (Vincent and Soille, 1991), where a waist
 * counts that is narrower than @waist (0 … 1, 0.7 is usual) times the smaller of the two parts. */
int acini_shape_propose (const guint8 *mask, int width, int height, double waist, int *parts);

G_END_DECLS
