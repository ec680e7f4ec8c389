/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/worker/acini-comparison.h"

#include "data/mask/acini-thresholds.h"
#include "model/core/acini-metrics.h"

#include <math.h>

/* Objects of fewer pixels are specks, of no FTU at any magnification. */
#define SMALLEST_OBJECT 64

const char *
acini_comparison_get_name (AciniComparisonScore score)
{
  static const char *const names[ACINI_COMPARISON_N] = { "dice", "iou", "object_f1", "hausdorff_95" };

  g_return_val_if_fail (score < ACINI_COMPARISON_N, "");
  return names[score];
}

void
acini_comparison_measure (const guint8 *truth, const guint8 *predicted, const guint8 *valid, int width, int height,
                          double mpp, double scores[ACINI_COMPARISON_N])
{
  gsize n = (gsize)width * height;
  g_autofree guint8 *seen = g_malloc (n);
  AciniObjectCounts objects = { 0 };
  AciniOverlap overlap = { 0 };

  for (gsize i = 0; i < n; i++)
    seen[i] = predicted[i] != 0 && valid[i] != 0;
  acini_overlap_add (&overlap, truth, seen, valid, n);
  acini_mask_count_objects (truth, seen, width, height, SMALLEST_OBJECT, &objects);
  scores[ACINI_COMPARISON_DICE] = acini_overlap_get_dice (&overlap);
  scores[ACINI_COMPARISON_IOU] = acini_overlap_get_iou (&overlap);
  scores[ACINI_COMPARISON_OBJECT_F1] = acini_object_counts_get_f1 (&objects);
  scores[ACINI_COMPARISON_HAUSDORFF] = acini_mask_get_hausdorff_95 (truth, seen, width, height) * (mpp > 0 ? mpp : 1);
}

JsonObject *
acini_comparison_describe (AciniComparisonScore score, const double *before, const double *after, guint n)
{
  JsonObject *told = json_object_new ();
  g_autofree double *x = g_new (double, MAX (n, 1)), *y = g_new (double, MAX (n, 1));
  /* A distance is better when it is smaller. */
  double sign = score == ACINI_COMPARISON_HAUSDORFF ? -1 : 1, sums[2] = { 0, 0 };
  AciniPairedDifference difference;

  for (guint i = 0; i < n; i++)
    {
      x[i] = sign * before[i];
      y[i] = sign * after[i];
      sums[0] += before[i];
      sums[1] += after[i];
    }
  acini_paired_difference (x, y, n, &difference);
  json_object_set_int_member (told, "images", n);
  json_object_set_double_member (told, "a", sums[0] / MAX (n, 1));
  json_object_set_double_member (told, "b", sums[1] / MAX (n, 1));
  json_object_set_double_member (told, "difference", sign * difference.mean);
  json_object_set_double_member (told, "low", sign > 0 ? difference.low : -difference.high);
  json_object_set_double_member (told, "high", sign > 0 ? difference.high : -difference.low);
  json_object_set_string_member (told, "verdict", acini_verdict_to_string (difference.verdict));
  return told;
}

void
acini_threshold_search_add_counts (AciniThresholdSearch *search, const guint64 histograms[2][256])
{
  guint64 inside = 0, outside = 0, truth = 0;

  for (int v = 0; v < 256; v++)
    truth += histograms[1][v];
  for (int cut = 255; cut > 0; cut--)
    {
      inside += histograms[1][cut];
      outside += histograms[0][cut];
      search->sums[cut] += truth + inside + outside > 0 ? 2.0 * inside / (truth + inside + outside) : 1;
    }
  search->n++;
}

void
acini_threshold_search_leave_out (AciniThresholdSearch *search, const AciniThresholdSearch *part)
{
  for (int cut = 1; cut < 256; cut++)
    search->sums[cut] -= part->sums[cut];
  search->n -= part->n;
}

double
acini_threshold_search_get_best (const AciniThresholdSearch *search, double *dice)
{
  int first = 1, last = 1;

  for (int cut = 2; cut < 256; cut++)
    if (search->sums[cut] > search->sums[first] + 1e-12)
      first = last = cut;
    else if (search->sums[cut] >= search->sums[first] - 1e-12 && last == cut - 1)
      last = cut;
  if (dice != NULL)
    *dice = search->n > 0 ? search->sums[first] / search->n : NAN;
  return acini_threshold_from_cut ((guint8)((first + last) / 2));
}
