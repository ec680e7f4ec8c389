/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/worker/acini-segmenter.h"
#include "app/segmentation/acini-checked-way.h"
#include "app/segmentation/acini-segmentation.h"
#include "app/worker/acini-prediction-sink.h"
#include "app/worker/acini-slide-source.h"
#include "app/worker/acini-trial.h"
#include "data/predictions/acini-prediction-key.h"

#include <utime.h>

static AciniPrediction *
open_prediction (AciniModel *model, AciniSlide *slide, double downsample, const char *folder, gint64 id,
                 const AciniSegmentation *how, GError **error)
{
  g_autofree char *way = acini_describe_way (model, how), *path = NULL;
  AciniPredictionKey key = { id, acini_model_get_card (model)->id, downsample, way };
  AciniPrediction *prediction;
  AciniPredictionInfo info = {
    .slide_width = acini_slide_get_width (slide),
    .slide_height = acini_slide_get_height (slide),
    .downsample = downsample,
    .n_classes = acini_model_get_n_planes (model),
  };

  path = acini_prediction_dup_path (folder, &key);
  g_strlcpy (info.model, key.model, sizeof info.model);
  g_strlcpy (info.way, way, sizeof info.way);
  prediction = acini_prediction_open (path, &info, error);
  /* What was asked for last is what counts, also where all of it is there already. */
  if (prediction != NULL)
    utime (path, NULL);
  return prediction;
}

/* The file of the same name, slide, scale, model and way, in the folder of what is known; NULL where there is none. */
static AciniPrediction *
open_known (const AciniSegmentation *how, AciniPrediction *prediction)
{
  g_autofree char *name = g_path_get_basename (acini_prediction_get_path (prediction));
  g_autofree char *path = how->known != NULL ? g_build_filename (how->known, name, NULL) : NULL;

  if (path == NULL || g_str_equal (path, acini_prediction_get_path (prediction))
      || !g_file_test (path, G_FILE_TEST_EXISTS))
    return NULL;
  return acini_prediction_open (path, acini_prediction_get_info (prediction), NULL);
}

/* For who shows the model's card. */
static void
note_way (AciniModel *model)
{
  g_autofree char *way = acini_describe_way (model, NULL);

  acini_checked_way_remember (acini_model_get_card (model)->id, way);
}

/* A GPU is faster than one thread can read. */
static int
choose_readers (AciniModel *model, int wanted)
{
  if (wanted > 0 || !g_str_has_prefix (acini_model_get_device (model), "cuda"))
    return wanted;
  return CLAMP ((int)g_get_num_processors () / 2, 1, 8);
}

gboolean
acini_segment_slide (AciniModel *model, AciniSlide *slide, const char *folder, gint64 id, const AciniSegmentation *how,
                     AciniModelProgressFunc progress, AciniTrialNoteFunc note, gpointer user_data,
                     GCancellable *cancellable, AciniSegmentationResult *result, GError **error)
{
  AciniSegmentOptions options = { .patch = how->patch,
                                  .overlap = how->overlap,
                                  .batch = how->batch,
                                  .readers = choose_readers (model, how->readers),
                                  .flips = how->flips,
                                  .turns = how->turns,
                                  .scales = how->scales,
                                  .n_scales = how->n_scales };
  double downsample = acini_get_downsample (how->mpp, acini_model_get_card (model)->mpp);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (AciniPrediction) prediction = NULL, known = NULL;
  g_autoptr (AciniTissue) tissue = NULL;
  g_autoptr (AciniPredictionSink) writer = NULL;
  g_auto (AciniSlideSource) pixels = { NULL };
  AciniPatchSource source;
  AciniProbabilitySink sink;
  gboolean ok;

  if (how->tissue)
    {
      tissue = acini_tissue_new (slide, error);
      if (tissue == NULL)
        return FALSE;
    }
  acini_slide_source_init (&pixels, slide, tissue, downsample, &source);
  /* First, since the way that works is part of what a prediction is. */
  if (!acini_trial_segmenting (model, source.width, source.height, &options, note, user_data, cancellable, error))
    return FALSE;
  prediction = open_prediction (model, slide, downsample, folder, id, how, error);
  if (prediction == NULL)
    return FALSE;
  writer = acini_prediction_sink_new (prediction, how->fresh);
  known = open_known (how, prediction);
  if (known != NULL)
    acini_prediction_sink_set_known (writer, known);
  acini_prediction_sink_fill (writer, &sink);
  ok = acini_model_segment (model, &source, &sink, &options, progress, user_data, cancellable, error);
  if (ok)
    note_way (model);
  /* After a failure too: what was computed is not computed again. */
  if (!acini_prediction_sink_flush (writer, ok ? error : NULL))
    ok = FALSE;
  if (result != NULL)
    *result = (AciniSegmentationResult){
      .downsample = downsample,
      .width = source.width,
      .height = source.height,
      .tissue_share = tissue != NULL ? acini_tissue_get_share (tissue) : 1,
      .patches = g_atomic_int_get (&pixels.n_patches),
      .seconds = (g_get_monotonic_time () - start) / 1e6,
      .path = g_strdup (acini_prediction_get_path (prediction)),
    };
  return ok;
}
