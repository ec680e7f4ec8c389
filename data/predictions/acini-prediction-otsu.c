/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/base/acini-otsu.h"
#include "data/predictions/acini-prediction.h"

/* Pixels looked at, at most: a coarser level of the pyramid tells the same. */
#define ENOUGH (1 << 24)

/* A level of few enough pixels. */
static int
choose_level (AciniPrediction *prediction)
{
  double pixels = (double)acini_prediction_get_width (prediction) * acini_prediction_get_height (prediction);
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
