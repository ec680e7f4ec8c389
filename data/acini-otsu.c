/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/acini-otsu.h"

/* Pixels looked at, at most: a coarser level of the pyramid tells the same. */
#define ENOUGH (1 << 24)

double
acini_otsu (const guint64 histogram[256])
{
  double all = 0, sum = 0, below = 0, sum_below = 0, best = 0;
  int first = -1, last = -1; /* the best places to cut lie between two values: the middle of the gap */

  for (int i = 0; i < 256; i++)
    {
      all += histogram[i];
      sum += (double) i * histogram[i];
    }
  for (int i = 0; i < 255; i++)
    {
      double above, difference, between;

      below += histogram[i];
      sum_below += (double) i * histogram[i];
      above = all - below;
      if (below <= 0 || above <= 0)
        continue;
      difference = sum_below / below - (sum - sum_below) / above;
      between = below * above * difference * difference;
      if (between > best * (1 + 1e-12))
        {
          best = between;
          first = i;
        }
      if (first >= 0 && between >= best * (1 - 1e-12))
        last = i;
    }
  return first >= 0 ? ((first + last) / 2.0 + 1) / 255 : -1;
}

/* A level of few enough pixels. */
static int
choose_level (AciniPrediction *prediction)
{
  double pixels = (double) acini_prediction_get_width (prediction) * acini_prediction_get_height (prediction);
  int level = 0;

  for (; pixels > ENOUGH && level + 1 < acini_prediction_get_n_levels (prediction); level++)
    pixels /= 4;
  return level;
}

double
acini_prediction_get_otsu (AciniPrediction *prediction, int plane, GError **error)
{
  g_autofree guint8 *probability = g_malloc (ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE);
  g_autofree guint8 *computed = g_malloc (ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE);
  guint64 histogram[256] = { 0 };
  gint64 width, height;
  int level;

  g_return_val_if_fail (ACINI_IS_PREDICTION (prediction), -1);

  level = choose_level (prediction);
  width = ((acini_prediction_get_width (prediction) - 1) >> level) + 1;
  height = ((acini_prediction_get_height (prediction) - 1) >> level) + 1;
  for (gint64 y = 0; y < height; y += ACINI_PREDICTION_TILE)
    for (gint64 x = 0; x < width; x += ACINI_PREDICTION_TILE)
      {
        int w = MIN (width - x, ACINI_PREDICTION_TILE), h = MIN (height - y, ACINI_PREDICTION_TILE);

        if (!acini_prediction_read (prediction, plane, level, x, y, w, h, probability, computed, error))
          return -1;
        for (int i = 0; i < w * h; i++)
          if (computed[i] && probability[i] > 0) /* exactly 0 is glass, which would outweigh the tissue */
            histogram[probability[i]]++;
      }
  return acini_otsu (histogram);
}
