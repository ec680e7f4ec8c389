/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Scores of masks as shapes, and whether one model's scores are better than another's.  Plain C without torch.
 * Masks: 0 or not 0, row by row. */

#include <glib.h>

G_BEGIN_DECLS

/* The Hausdorff distance at the 95th percentile, in pixels: of the distances from each mask's border to the other's
 * nearest border pixel the 95th percentile each way, the larger one (as MONAI's).  Borders are pixels of a mask with
 * one of four neighbours outside it or the image.  0 where both are empty; the image's diagonal where one is. */
double acini_mask_get_hausdorff_95 (const guint8 *truth, const guint8 *predicted, int width, int height);

/* Objects (connected over edges and corners) and how many meet. */
typedef struct
{
  guint64 truth, predicted;
  guint64 matched; /* pairs with an intersection over union above 0.5, of which each object can have but one */
} AciniObjectCounts;

/* Objects of fewer pixels than @smallest are none.  Adds to @counts. */
void acini_mask_count_objects (const guint8 *truth, const guint8 *predicted, int width, int height, guint smallest,
                               AciniObjectCounts *counts);
/* 2 matched / (truth + predicted); 1 without any. */
double acini_object_counts_get_f1 (const AciniObjectCounts *counts);

typedef enum
{
  ACINI_VERDICT_NO_DIFFERENCE, /* the interval holds 0, or there are too few images */
  ACINI_VERDICT_BETTER,
  ACINI_VERDICT_WORSE,
} AciniVerdict;

typedef struct
{
  guint n;          /* images */
  double mean;      /* difference, new less old */
  double low, high; /* 95 % interval of that mean: paired bootstrap, percentiles of 10 000 resamples (Efron 1979) */
  AciniVerdict verdict;
} AciniPairedDifference;

/* With fewer images an interval says nothing. */
#define ACINI_PAIRED_LEAST 5

/* @old, @new: a score an image, higher is better, in the same order.  The same numbers give the same interval. */
void acini_paired_difference (const double *old_scores, const double *new_scores, guint n,
                              AciniPairedDifference *difference);
const char *acini_verdict_to_string (AciniVerdict verdict); /* "better", "no difference shown", "worse" */

G_END_DECLS
