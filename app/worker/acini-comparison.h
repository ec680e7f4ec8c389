/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How two models are compared, image by image. */

#include "model/core/acini-mask-scores.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum
{
  ACINI_COMPARISON_DICE,
  ACINI_COMPARISON_IOU,
  ACINI_COMPARISON_OBJECT_F1,
  ACINI_COMPARISON_HAUSDORFF, /* at 95 %; µm, where the scale is known, else pixels.  Smaller is better */
  ACINI_COMPARISON_N
} AciniComparisonScore;

const char *acini_comparison_get_name (AciniComparisonScore score); /* "dice", "iou", "object_f1", "hausdorff_95" */

/* All units together.  @truth, @predicted: 0 or not 0; @valid: what is 0 there counts nowhere. */
void acini_comparison_measure (const guint8 *truth, const guint8 *predicted, const guint8 *valid, int width, int height,
                               double mpp, double scores[ACINI_COMPARISON_N]);

/* @before, @after: that score of the same @n images.  Returns: (transfer full) {"images", "a", "b" (the means),
 * "difference", "low", "high" (of its 95 % interval), "verdict"}. */
JsonObject *acini_comparison_describe (AciniComparisonScore score, const double *before, const double *after, guint n);

/* Finds the threshold that gives the best mean Dice of the images whose counts were added: all 255 cuts at once. */
typedef struct
{
  guint n;
  double sums[256]; /* of Dice at each cut */
} AciniThresholdSearch;

/* Adds one image: how many pixels have which probability, [1] where there is a unit, [0] where there is none. */
void acini_threshold_search_add_counts (AciniThresholdSearch *search, const guint64 histograms[2][256]);
/* As if @part (of one image) had never been added. */
void acini_threshold_search_leave_out (AciniThresholdSearch *search, const AciniThresholdSearch *part);
/* 0 … 1; the middle of the best cuts, where several are.  @dice (nullable): the mean there. */
double acini_threshold_search_get_best (const AciniThresholdSearch *search, double *dice);

G_END_DECLS
