/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-scoring.h"

#include "app/cli/acini-segment-options.h"
#include "app/segmentation/acini-segmentation.h"
#include "data/labels/acini-labels.h"
#include "data/mask/acini-mask.h"
#include "data/predictions/acini-prediction-key.h"

#define MOST_PIXELS ((gint64)64 << 20)

static void
show_progress (double fraction, gpointer user_data)
{
  AciniScoringProgress *progress = user_data;

  acini_console_progress (progress->console, (progress->done + fraction) / progress->all, "Evaluating", progress->what);
}

AciniPrediction *
acini_scoring_get_prediction (AciniProject *project, AciniModel *model, const AciniSlideRecord *record,
                              gboolean existing, AciniScoringProgress *progress, GError **error)
{
  g_autofree char *folder = acini_prediction_dup_folder (project), *path = NULL;
  const AciniCard *card = acini_model_get_card (model);
  AciniSegmentation how = { .mpp = record->mpp_x };
  AciniSegmentationResult result = { 0 };
  g_autoptr (AciniSlide) slide = NULL;

  if (existing)
    {
      path = acini_prediction_find_current (project, record->id, card->id,
                                            acini_get_downsample (record->mpp_x, card->mpp));
      if (path != NULL)
        return acini_prediction_open (path, NULL, error);
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                   "There is no prediction of “%s” at its scale: leave --prediction out to segment it.", record->name);
      return NULL;
    }
  acini_segment_options_fill (&how);
  slide = acini_slide_open (record->path, error);
  if (slide == NULL
      || !acini_segment_slide (model, slide, folder, record->id, &how, show_progress, NULL, progress,
                               progress->console->cancellable, &result, error))
    return NULL;
  path = result.path;
  return acini_prediction_open (path, NULL, error);
}

static void
join (AciniRect *box, const AciniRect *tile)
{
  gint64 right = MAX (box->x + box->width, tile->x + tile->width);
  gint64 bottom = MAX (box->y + box->height, tile->y + tile->height);

  if (box->width == 0)
    {
      *box = *tile;
      return;
    }
  box->x = MIN (box->x, tile->x);
  box->y = MIN (box->y, tile->y);
  box->width = right - box->x;
  box->height = bottom - box->y;
}

gboolean
acini_scoring_read_masks (AciniProject *project, const AciniSlideRecord *record, AciniPrediction *prediction,
                          const AciniThresholds *thresholds, AciniScoringMasks *masks, GError **error)
{
  g_autoptr (GArray) tiles = acini_labels_list_tiles (project, record->id, error);
  AciniRect box = { 0 };

  *masks = (AciniScoringMasks){ 0 };
  if (tiles == NULL)
    return FALSE;
  for (guint i = 0; i < tiles->len; i++)
    join (&box, &g_array_index (tiles, AciniRect, i));
  box.width = MIN (box.width, record->width - box.x);
  box.height = MIN (box.height, record->height - box.y);
  if (box.width <= 0 || box.height <= 0 || box.width * box.height > MOST_PIXELS)
    return TRUE;
  masks->x = box.x;
  masks->y = box.y;
  masks->width = (int)box.width;
  masks->height = (int)box.height;
  masks->truth = g_malloc ((gsize)box.width * box.height);
  masks->predicted = g_malloc ((gsize)box.width * box.height);
  return acini_labels_read (project, record->id, 0, box.x, box.y, masks->width, masks->height, masks->truth, error)
         && acini_mask_read_predicted (prediction, thresholds, box.x, box.y, masks->width, masks->height,
                                       masks->predicted, error);
}

void
acini_scoring_masks_clear (AciniScoringMasks *masks)
{
  g_clear_pointer (&masks->truth, g_free);
  g_clear_pointer (&masks->predicted, g_free);
}

/* Adds a tile's pixels to the histograms of the greatest class's probability, [1] where there is a unit. */
static gboolean
add_tile (AciniProject *project, const AciniSlideRecord *record, AciniPrediction *prediction, const AciniRect *tile,
          guint64 histograms[2][256], GError **error)
{
  gsize n = (gsize)tile->width * tile->height;
  guint n_planes = (guint)acini_prediction_get_info (prediction)->n_classes;
  AciniMaskGrid grid = { tile->x, tile->y, 1, (int)tile->width, (int)tile->height };
  g_autofree guint8 *truth = g_malloc (n), *planes = g_malloc (n * n_planes);

  if (!acini_labels_read (project, record->id, 0, tile->x, tile->y, grid.width, grid.height, truth, error)
      || !acini_mask_read_probability (prediction, &grid, planes, NULL, error))
    return FALSE;
  for (gsize i = 0; i < n; i++)
    {
      guint8 most = 0;

      if (truth[i] == ACINI_LABEL_UNLABELLED)
        continue;
      for (guint k = 0; k < n_planes; k++)
        most = MAX (most, planes[k * n + i]);
      histograms[truth[i] >= ACINI_LABEL_FIRST_CLASS][most]++;
    }
  return TRUE;
}

gboolean
acini_threshold_search_add (AciniThresholdSearch *search, AciniProject *project, const AciniSlideRecord *record,
                            AciniPrediction *prediction, GError **error)
{
  g_autoptr (GArray) tiles = acini_labels_list_tiles (project, record->id, error);
  guint64 histograms[2][256] = { 0 };

  if (tiles == NULL)
    return FALSE;
  for (guint i = 0; i < tiles->len; i++)
    if (!add_tile (project, record, prediction, &g_array_index (tiles, AciniRect, i), histograms, error))
      return FALSE;
  acini_threshold_search_add_counts (search, histograms);
  return TRUE;
}
