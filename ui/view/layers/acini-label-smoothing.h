/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A person's labels at another resolution.  Finer than they are, their stairs are smoothed, so that a person's outline
 * looks like the network's; the middle of each label pixel keeps its label. */

#include <glib.h>

G_BEGIN_DECLS

/* Pixels around a window that smoothing has to know. */
#define ACINI_LABEL_SMOOTHING_REACH 3

typedef struct
{
  guint8 *labels; /* row-major */
  int width, height;
} AciniLabelGrid;

/* Fills @to from @from: pixel (0, 0) of @to begins at (@left, @top) in pixels of @from, of which its pixels are @step
 * wide.  Takes the label whose pixel is nearest … */
void acini_label_smoothing_pick (const AciniLabelGrid *from, double left, double top, double step,
                                 const AciniLabelGrid *to);
/* … or, for a @step below 1, the one that has the greatest part around the point. */
void acini_label_smoothing_sample (const AciniLabelGrid *from, double left, double top, double step,
                                   const AciniLabelGrid *to);

G_END_DECLS
