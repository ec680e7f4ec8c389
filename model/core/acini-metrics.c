/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/core/acini-metrics.h"

void
acini_overlap_add (AciniOverlap *overlap, const guint8 *truth, const guint8 *predicted, const guint8 *valid,
                   gsize n_pixels)
{
  for (gsize i = 0; i < n_pixels; i++)
    {
      gboolean t, p;

      if (valid != NULL && valid[i] == 0)
        continue;
      t = truth[i] != 0;
      p = predicted[i] != 0;
      overlap->truth += t;
      overlap->predicted += p;
      overlap->intersection += t && p;
    }
}

double
acini_overlap_get_dice (const AciniOverlap *overlap)
{
  guint64 sum = overlap->truth + overlap->predicted;

  return sum == 0 ? 1 : 2.0 * overlap->intersection / sum;
}

double
acini_overlap_get_iou (const AciniOverlap *overlap)
{
  guint64 joined = overlap->truth + overlap->predicted - overlap->intersection;

  return joined == 0 ? 1 : (double)overlap->intersection / joined;
}
