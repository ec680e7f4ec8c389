/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/mask/acini-mask.h"

#include "data/base/acini-tiles.h"
#include "data/mask/acini-mask-kernel.h"

#include <math.h>
#include <string.h>

/* The level of the prediction whose pixels are nearest to @step. */
static int
choose_level (AciniPrediction *prediction, double step)
{
  int most = acini_prediction_get_n_levels (prediction) - 1;
  double ratio = step / acini_prediction_get_info (prediction)->downsample;

  return step <= 1 ? 0 : (int)CLAMP (floor (log2 (MAX (ratio, 1e-9)) + .5), 0, MAX (most, 0));
}

/* The pixels of one direction of a grid that touch the slide. */
static void
find_inside (double start, double step, int n, gint64 size, int *first, int *end)
{
  *first = (int)CLAMP (floor (-start / step), 0, n);
  while (*first < n && start + (*first + 1) * step <= 0)
    (*first)++;
  *end = (int)CLAMP (ceil (((double)size - start) / step), *first, n);
  while (*end > *first && start + (*end - 1) * step >= (double)size)
    (*end)--;
}

/* The part of the prediction that a grid needs. */
typedef struct
{
  AciniMaskWindow window;
  guint8 *probability, *computed;
} Part;

static void
part_clear (Part *part)
{
  g_clear_pointer (&part->probability, g_free);
  g_clear_pointer (&part->computed, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Part, part_clear)

static gboolean
part_read (Part *part, AciniPrediction *prediction, int level, gint64 x, gint64 y, int width, int height,
           GError **error)
{
  int n_planes = acini_prediction_get_info (prediction)->n_classes;
  gsize n = (gsize)width * (gsize)height;

  part->probability = g_malloc (n_planes * n);
  part->computed = g_malloc (n);
  for (int plane = 0; plane < n_planes; plane++)
    if (!acini_prediction_read (prediction, plane, level, x, y, width, height, part->probability + plane * n,
                                plane == 0 ? part->computed : NULL, error))
      return FALSE;
  part->window = (AciniMaskWindow){ n_planes, width, height, part->probability,
                                    memchr (part->computed, 0, n) != NULL ? part->computed : NULL };
  return TRUE;
}

gboolean
acini_mask_read_probability (AciniPrediction *prediction, const AciniMaskGrid *grid, guint8 *planes, guint8 *computed,
                             GError **error)
{
  const AciniPredictionInfo *info;
  g_autofree AciniMaskTap *columns = NULL, *rows = NULL;
  g_autofree guint16 *scratch = NULL;
  g_autofree guint8 *row_computed = NULL;
  g_auto (Part) part = { 0 };
  gint64 x, y;
  gsize n;
  int left, right, top, bottom, width, height, level;
  double pixel;

  g_return_val_if_fail (ACINI_IS_PREDICTION (prediction) && grid != NULL && planes != NULL, FALSE);

  info = acini_prediction_get_info (prediction);
  n = (gsize)grid->width * (gsize)grid->height;
  memset (planes, 0, n * info->n_classes);
  if (computed != NULL)
    memset (computed, 0, n);
  find_inside (grid->x, grid->step, grid->width, info->slide_width, &left, &right);
  find_inside (grid->y, grid->step, grid->height, info->slide_height, &top, &bottom);
  if (left >= right || top >= bottom)
    return TRUE;
  level = choose_level (prediction, grid->step);
  pixel = ldexp (info->downsample, level);
  columns
      = acini_mask_taps_new (grid->x + left * grid->step, grid->step, right - left, pixel,
                             acini_div_ceil (acini_prediction_get_width (prediction), (gint64)1 << level), &x, &width);
  rows = acini_mask_taps_new (grid->y + top * grid->step, grid->step, bottom - top, pixel,
                              acini_div_ceil (acini_prediction_get_height (prediction), (gint64)1 << level), &y,
                              &height);
  if (!part_read (&part, prediction, level, x, y, width, height, error))
    return FALSE;
  scratch = g_new (guint16, (gsize)(info->n_classes + 1) * width);
  row_computed = g_malloc (right - left);
  for (int v = top; v < bottom; v++)
    {
      gsize at = (gsize)v * grid->width + left;

      acini_mask_sample (&part.window, &rows[v - top], columns, right - left, scratch, planes + at, n, row_computed);
      if (computed != NULL)
        memcpy (computed + at, row_computed, right - left);
    }
  return TRUE;
}

/* Takes the prediction into @labels where they are 0, and leaves it in @planes and @computed. */
static gboolean
lay_prediction (AciniPrediction *prediction, const AciniThresholds *thresholds, gint64 x, gint64 y, int width,
                int height, guint8 *labels, guint8 *planes, guint8 *computed, GError **error)
{
  const AciniMaskGrid grid = { (double)x, (double)y, 1, width, height };
  int n_planes = acini_prediction_get_info (prediction)->n_classes;
  gsize n = (gsize)width * (gsize)height;
  g_autofree guint8 *cuts = g_malloc (n_planes), *table = g_malloc (ACINI_MASK_CODE (n_planes));
  g_autofree guint16 *codes = g_new (guint16, width);

  if (!acini_mask_read_probability (prediction, &grid, planes, computed, error))
    return FALSE;
  for (int plane = 0; plane < n_planes; plane++)
    cuts[plane] = acini_thresholds_get_cut (thresholds, plane);
  acini_mask_fill_table (table, n_planes, cuts);
  for (gsize at = 0; at < n; at += width)
    {
      acini_mask_encode (labels + at, planes + at, n, n_planes, cuts, width, codes);
      acini_mask_look_up_8 (codes, width, table, labels + at);
      for (int i = 0; i < width; i++)
        labels[at + i] = labels[at + i] == 0 && computed[at + i] != 0 ? 1 : labels[at + i];
    }
  return TRUE;
}

static gboolean
add_prediction (AciniPrediction *prediction, const AciniThresholds *thresholds, gint64 x, gint64 y, int width,
                int height, guint8 *labels, GError **error)
{
  gsize n = (gsize)width * (gsize)height;
  g_autofree guint8 *planes = g_malloc (acini_prediction_get_info (prediction)->n_classes * n);
  g_autofree guint8 *computed = g_malloc (n);

  return lay_prediction (prediction, thresholds, x, y, width, height, labels, planes, computed, error);
}

gboolean
acini_mask_read_parts (AciniProject *project, gint64 slide, AciniPrediction *prediction,
                       const AciniThresholds *thresholds, gint64 x, gint64 y, int width, int height,
                       const AciniMaskParts *parts, GError **error)
{
  gsize n = (gsize)width * (gsize)height;

  g_return_val_if_fail (project == NULL || ACINI_IS_PROJECT (project), FALSE);
  g_return_val_if_fail (prediction == NULL || (ACINI_IS_PREDICTION (prediction) && thresholds != NULL), FALSE);
  g_return_val_if_fail (parts != NULL && width > 0 && height > 0, FALSE);

  if (project == NULL)
    memset (parts->people, 0, n);
  else if (!acini_labels_read (project, slide, 0, x, y, width, height, parts->people, error))
    return FALSE;
  if (parts->labels != parts->people)
    memcpy (parts->labels, parts->people, n);
  return prediction == NULL
         || lay_prediction (prediction, thresholds, x, y, width, height, parts->labels, parts->planes, parts->computed,
                            error);
}

gboolean
acini_mask_read_effective (AciniProject *project, gint64 slide, AciniPrediction *prediction,
                           const AciniThresholds *thresholds, gint64 x, gint64 y, int width, int height, guint8 *labels,
                           GError **error)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (project) && labels != NULL && width > 0 && height > 0, FALSE);
  g_return_val_if_fail (prediction == NULL || (ACINI_IS_PREDICTION (prediction) && thresholds != NULL), FALSE);

  return acini_labels_read (project, slide, 0, x, y, width, height, labels, error)
         && (prediction == NULL || add_prediction (prediction, thresholds, x, y, width, height, labels, error));
}

gboolean
acini_mask_read_predicted (AciniPrediction *prediction, const AciniThresholds *thresholds, gint64 x, gint64 y,
                           int width, int height, guint8 *labels, GError **error)
{
  g_return_val_if_fail (ACINI_IS_PREDICTION (prediction) && thresholds != NULL && labels != NULL, FALSE);
  g_return_val_if_fail (width > 0 && height > 0, FALSE);

  memset (labels, 0, (gsize)width * height);
  return add_prediction (prediction, thresholds, x, y, width, height, labels, error);
}
