/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/mask/acini-mask.h"

#include "data/base/acini-tiles.h"

#include <math.h>
#include <string.h>

/* Weights are fixed-point with 8 bits a direction, and a function of the absolute position alone, so a pixel is the
 * same in whatever window it is read. */
#define ONE 256

/* Between which pixels of the prediction a level-0 pixel's centre lies. */
typedef struct
{
  int first, second; /* in the window read of the prediction */
  int nearest;
  guint second_weight; /* 0 … ONE */
} Tap;

static void
make_tap (Tap *tap, gint64 position, double downsample, gint64 size, gint64 origin)
{
  double at = (position + 0.5) / downsample - 0.5;
  gint64 first = (gint64)floor (at);
  gint64 nearest = (gint64)floor ((position + 0.5) / downsample);

  tap->second_weight = (guint)((at - first) * ONE + 0.5);
  tap->first = (int)(CLAMP (first, 0, size - 1) - origin);
  tap->second = (int)(CLAMP (first + 1, 0, size - 1) - origin);
  tap->nearest = (int)(CLAMP (nearest, 0, size - 1) - origin);
}

/* The part of the prediction around @n level-0 pixels from @start, which lie on the slide. */
static Tap *
make_taps (gint64 start, int n, double downsample, gint64 size, gint64 *origin, int *length)
{
  Tap *taps = g_new (Tap, n), last;

  *origin = 0;
  make_tap (&taps[0], start, downsample, size, 0);
  make_tap (&last, start + n - 1, downsample, size, 0);
  *origin = taps[0].first;
  *length = last.second - taps[0].first + 1;
  for (int i = 0; i < n; i++)
    make_tap (&taps[i], start + i, downsample, size, *origin);
  return taps;
}

/* The part of the prediction that a region needs. */
typedef struct
{
  int n_classes, width, height; /* prediction pixels */
  guint8 *probability;          /* planar */
  guint8 *computed;             /* 255 or 0 */
  gboolean all_computed;
  guint32 *limits; /* per class: the least interpolated value that counts */
} Region;

static void
region_clear (Region *region)
{
  g_clear_pointer (&region->probability, g_free);
  g_clear_pointer (&region->computed, g_free);
  g_clear_pointer (&region->limits, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Region, region_clear)

static gboolean
region_read (Region *region, AciniPrediction *prediction, gint64 x, gint64 y, int width, int height,
             const double *thresholds, GError **error)
{
  gsize n = (gsize)width * height;

  region->n_classes = acini_prediction_get_info (prediction)->n_classes;
  region->width = width;
  region->height = height;
  region->probability = g_malloc (region->n_classes * n);
  region->computed = g_malloc (n);
  region->limits = g_new (guint32, region->n_classes);
  for (int plane = 0; plane < region->n_classes; plane++)
    {
      if (!acini_prediction_read (prediction, plane, 0, x, y, width, height, region->probability + plane * n,
                                  plane == 0 ? region->computed : NULL, error))
        return FALSE;
      region->limits[plane] = (guint32)ceil (CLAMP (thresholds[plane], 0, 1) * 255 * ONE * ONE);
    }
  region->all_computed = memchr (region->computed, 0, n) == NULL;
  return TRUE;
}

/* Interpolates between two lines of the prediction: @out [i] of weight ONE. */
static void
mix_lines (const guint8 *lines, int width, const Tap *tap, guint16 *out)
{
  const guint8 *first = lines + (gsize)tap->first * width, *second = lines + (gsize)tap->second * width;
  guint weight = tap->second_weight;

  for (int i = 0; i < width; i++)
    out[i] = first[i] * (ONE - weight) + second[i] * weight;
}

static guint32
mix_pixels (const guint16 *line, const Tap *tap)
{
  return line[tap->first] * (ONE - tap->second_weight) + line[tap->second] * tap->second_weight;
}

/* Labels the pixels of one row that a person left unlabelled. */
static void
label_row (const Region *region, const Tap *columns, const Tap *row, int width, guint16 *lines, guint8 *labels)
{
  gsize plane_size = (gsize)region->width * region->height;
  guint16 *weights = lines + (gsize)region->n_classes * region->width;

  for (int plane = 0; plane < region->n_classes; plane++)
    mix_lines (region->probability + plane * plane_size, region->width, row, lines + plane * region->width);
  if (!region->all_computed)
    mix_lines (region->computed, region->width, row, weights);
  for (int x = 0; x < width; x++)
    {
      const Tap *tap = &columns[x];
      guint32 best = 0, weight = 255 * ONE * ONE;
      guint8 label = 1;

      if (labels[x] != 0)
        continue;
      if (!region->all_computed)
        {
          if (region->computed[(gsize)row->nearest * region->width + tap->nearest] == 0)
            continue;
          weight = mix_pixels (weights, tap);
        }
      for (int plane = 0; plane < region->n_classes; plane++)
        {
          guint32 value = mix_pixels (lines + plane * region->width, tap);

          /* Pixels that were not computed are 0 and have no weight: value / weight is the mean of the others. */
          if ((guint64)value * (255 * ONE * ONE) >= (guint64)region->limits[plane] * weight
              && (label == 1 || value > best))
            {
              best = value;
              label = 2 + plane;
            }
        }
      labels[x] = label;
    }
}

static gboolean
add_prediction (AciniPrediction *prediction, const double *thresholds, gint64 x, gint64 y, int width, int height,
                guint8 *labels, GError **error)
{
  const AciniPredictionInfo *info = acini_prediction_get_info (prediction);
  gint64 left = CLAMP (x, 0, info->slide_width), right = CLAMP (x + width, 0, info->slide_width);
  gint64 top = CLAMP (y, 0, info->slide_height), bottom = CLAMP (y + height, 0, info->slide_height);
  g_autofree Tap *columns = NULL, *rows = NULL;
  g_autofree guint16 *lines = NULL;
  g_auto (Region) region = { 0 };
  gint64 origin_x, origin_y;
  int region_width, region_height;

  if (left >= right || top >= bottom)
    return TRUE;
  columns = make_taps (left, right - left, info->downsample, acini_prediction_get_width (prediction), &origin_x,
                       &region_width);
  rows = make_taps (top, bottom - top, info->downsample, acini_prediction_get_height (prediction), &origin_y,
                    &region_height);
  if (!region_read (&region, prediction, origin_x, origin_y, region_width, region_height, thresholds, error))
    return FALSE;
  lines = g_new (guint16, (gsize)(region.n_classes + 1) * region_width);
  for (gint64 line = top; line < bottom; line++)
    label_row (&region, columns, &rows[line - top], right - left, lines,
               labels + (gsize)(line - y) * width + (left - x));
  return TRUE;
}

gboolean
acini_mask_read_effective (AciniProject *project, gint64 slide, AciniPrediction *prediction, const double *thresholds,
                           gint64 x, gint64 y, int width, int height, guint8 *labels, GError **error)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (project) && labels != NULL && width > 0 && height > 0, FALSE);
  g_return_val_if_fail (prediction == NULL || (ACINI_IS_PREDICTION (prediction) && thresholds != NULL), FALSE);

  return acini_labels_read (project, slide, 0, x, y, width, height, labels, error)
         && (prediction == NULL || add_prediction (prediction, thresholds, x, y, width, height, labels, error));
}

gboolean
acini_mask_read_predicted (AciniPrediction *prediction, const double *thresholds, gint64 x, gint64 y, int width,
                           int height, guint8 *labels, GError **error)
{
  g_return_val_if_fail (ACINI_IS_PREDICTION (prediction) && thresholds != NULL && labels != NULL, FALSE);
  g_return_val_if_fail (width > 0 && height > 0, FALSE);

  memset (labels, 0, (gsize)width * height);
  return add_prediction (prediction, thresholds, x, y, width, height, labels, error);
}
