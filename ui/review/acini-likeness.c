/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/review/acini-likeness.h"

#include <math.h>

void
acini_features_fill (AciniFeatures *self, const AciniObject *object, const double colour[3])
{
  const double values[ACINI_N_FEATURES] = { log ((double)MAX (object->area, 1)),
                                            object->circularity,
                                            object->long_axis > 0 ? object->short_axis / object->long_axis : 1,
                                            object->probability,
                                            object->entropy,
                                            colour[0],
                                            colour[1],
                                            colour[2] };

  for (int i = 0; i < ACINI_N_FEATURES; i++)
    self->values[i] = values[i];
}

/* One over the standard deviations; 0 of what is the same everywhere. */
static void
find_scales (const AciniFeatures *features, guint n, double scales[ACINI_N_FEATURES])
{
  for (int i = 0; i < ACINI_N_FEATURES; i++)
    {
      double mean = 0, squares = 0;

      for (guint j = 0; j < n; j++)
        mean += features[j].values[i] / n;
      for (guint j = 0; j < n; j++)
        squares += (features[j].values[i] - mean) * (features[j].values[i] - mean) / n;
      scales[i] = squares > 1e-12 ? 1 / sqrt (squares) : 0;
    }
}

guint *
acini_likeness_order (const AciniFeatures *features, guint n, guint in_a_row)
{
  g_autofree gboolean *used = g_new0 (gboolean, MAX (n, 1));
  guint *order = g_new (guint, MAX (n, 1)), first = 0;
  double scales[ACINI_N_FEATURES];

  g_return_val_if_fail (in_a_row > 0, order);

  find_scales (features, n, scales);
  for (guint at = 0; at < n; at++)
    {
      guint best = n;
      double least = G_MAXDOUBLE;

      for (guint j = 0; j < n && (at % in_a_row != 0 || best == n); j++)
        {
          double distance = 0;

          for (int i = 0; i < ACINI_N_FEATURES && at % in_a_row != 0; i++)
            distance += pow ((features[j].values[i] - features[first].values[i]) * scales[i], 2);
          if (used[j] || distance >= least)
            continue;
          least = distance;
          best = j;
        }
      order[at] = best;
      used[best] = TRUE;
      first = at % in_a_row == 0 ? best : first;
    }
  return order;
}
