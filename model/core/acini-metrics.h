/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Scores of masks.  Plain C without torch. */

#include <glib.h>

G_BEGIN_DECLS

/* Pixel counts of two masks; add up over tiles, then ask for the score. */
typedef struct
{
  guint64 intersection, truth, predicted;
} AciniOverlap;

/* Counts pixels where @valid (NULL: all) is not 0.  @truth, @predicted: 0 or not 0. */
void acini_overlap_add (AciniOverlap *overlap, const guint8 *truth, const guint8 *predicted, const guint8 *valid,
                        gsize n_pixels);
/* 2 |A ∩ B| / (|A| + |B|); 1 when both are empty, as Kaggle counts it. */
double acini_overlap_get_dice (const AciniOverlap *overlap);
double acini_overlap_get_iou (const AciniOverlap *overlap);

G_END_DECLS
