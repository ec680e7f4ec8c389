/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Colour deconvolution: how much of each stain a pixel holds.
 *
 * After A. C. Ruifrok and D. A. Johnston, "Quantification of histochemical staining by color deconvolution", 2001: by
 * Beer's law the optical density −log10 (I / I0) of a pixel is the sum of the stains' directions in the space of
 * densities, each times its amount.  Two stains and what neither explains, the residual, at a right angle to both.
 * Plain functions: any thread. */

#include "data/slides/acini-slide.h"

G_BEGIN_DECLS

typedef struct
{
  double vectors[3][3]; /* first stain, second stain, residual; red, green, blue; of length 1 */
} AciniStains;

/* Ruifrok and Johnston's own directions. */
void acini_stains_init_he (AciniStains *stains);   /* haematoxylin and eosin */
void acini_stains_init_hdab (AciniStains *stains); /* haematoxylin and DAB */
/* From two directions of any length.  FALSE: they are the same, or one is none. */
gboolean acini_stains_init (AciniStains *stains, const double first[3], const double second[3]);

/* So that amount[j] = Σ density[i] × inverse[i][j]. */
void acini_stains_invert (const AciniStains *stains, double inverse[3][3]);
/* The amounts of the three in a pixel of 0 … 255; 0 counts as 1. */
void acini_stains_separate (const AciniStains *stains, const guint8 rgb[3], double amounts[3]);

/* Finds the directions of haematoxylin and eosin in an image of interleaved RGB, after M. Macenko and others, "A method
 * for normalizing histology slides for quantitative analysis", 2009: the first and the last percent of the angles in
 * the plane of the greatest variance.  FALSE with @error where there is too little tissue. */
gboolean acini_stains_estimate (const guint8 *rgb, gsize n_pixels, AciniStains *stains, GError **error);
/* The same from a slide, seen small.  Reads the disk. */
gboolean acini_stains_estimate_slide (AciniSlide *slide, AciniStains *stains, GError **error);

G_END_DECLS
