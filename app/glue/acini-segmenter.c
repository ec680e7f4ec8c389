/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/glue/acini-segmenter.h"

#include "app/acini-training.h"
#include "app/glue/acini-prediction-sink.h"
#include "app/glue/acini-slide-source.h"

static AciniPrediction *
open_prediction (AciniModel *model, AciniSlide *slide, double downsample, const char *path, GError **error)
{
  AciniPredictionInfo info = {
    .slide_width = acini_slide_get_width (slide),
    .slide_height = acini_slide_get_height (slide),
    .downsample = downsample,
    .n_classes = acini_model_get_n_planes (model),
  };

  g_strlcpy (info.model, acini_model_get_card (model)->id, sizeof info.model);
  return acini_prediction_open (path, &info, error);
}

gboolean
acini_segment_slide (AciniModel *model, AciniSlide *slide, const char *path, const AciniSegmentation *how,
                     AciniModelProgressFunc progress, gpointer user_data, GCancellable *cancellable,
                     AciniSegmentationResult *result, GError **error)
{
  AciniSegmentOptions options = {
    .patch = how->patch, .overlap = how->overlap, .batch = how->batch, .readers = how->readers,
    .flips = how->flips, .turns = how->turns, .scales = how->scales, .n_scales = how->n_scales
  };
  double downsample = acini_get_downsample (how->mpp, acini_model_get_card (model)->mpp);
  gint64 start = g_get_monotonic_time ();
  g_autoptr (AciniPrediction) prediction = open_prediction (model, slide, downsample, path, error);
  g_autoptr (AciniTissue) tissue = NULL;
  g_autoptr (AciniPredictionSink) writer = NULL;
  g_auto (AciniSlideSource) pixels = { NULL };
  AciniPatchSource source;
  AciniProbabilitySink sink;
  gboolean ok;

  if (prediction == NULL)
    return FALSE;
  if (how->tissue)
    {
      tissue = acini_tissue_new (slide, error);
      if (tissue == NULL)
        return FALSE;
    }
  acini_slide_source_init (&pixels, slide, tissue, downsample, &source);
  writer = acini_prediction_sink_new (prediction, how->fresh);
  acini_prediction_sink_fill (writer, &sink);
  ok = acini_model_segment (model, &source, &sink, &options, progress, user_data, cancellable, error);
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
    };
  return ok;
}
