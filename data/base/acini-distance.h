/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The exact distance transform of Felzenszwalb and Huttenlocher (Distance Transforms of Sampled Functions, Theory of
 * Computing 8, 2012), linear in the number of pixels. */

#include <glib.h>

G_BEGIN_DECLS

/* Replaces each of the @width × @height values by the least, over all pixels, of that pixel's value plus the squared
 * distance to it (pixels): from 0 where a shape is and a number beyond every distance elsewhere to the squared distance
 * to the shape. */
void acini_distance_transform (float *plane, int width, int height);

G_END_DECLS
