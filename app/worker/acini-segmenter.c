/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/worker/acini-segmenter.h"
#include "app/segmentation/acini-segmentation.h"
#include "app/worker/acini-prediction-sink.h"
#include "app/worker/acini-slide-source.h"
#include "app/worker/acini-trial.h"
#include "acini-config.h"

#include <glib/gi18n-lib.h>

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

/* What tiles depend on besides the slide and the model, as the options that say so; "" for what everybody does who says
 * nothing, the live view too. */
static char *
make_settings (const AciniSegmentation *how)
{
  g_autoptr (GString) settings = g_string_new (NULL);

  if (how->patch > 0 && how->patch != 512)
    g_string_append_printf (settings, " --patch %d", how->patch);
  if (how->overlap >= 0)
    g_string_append_printf (settings, " --overlap %d", how->overlap);
  if (how->flips)
    g_string_append (settings, " --flips");
  if (how->turns)
    g_string_append (settings, " --turns");
  for (guint i = 0; i < how->n_scales; i++)
    {
      char number[G_ASCII_DTOSTR_BUF_SIZE];

      g_string_append_printf (settings, "%s%s", i == 0 ? " --scales " : ",",
                              g_ascii_formatd (number, sizeof number, "%g", how->scales[i]));
    }
  if (!how->tissue)
    g_string_append (settings, " --no-tissue-detection");
  if (how->precision != NULL && !g_str_equal (how->precision, "auto"))
    g_string_append_printf (settings, " --precision %s", how->precision);
  return g_strdup (settings->len > 0 ? settings->str + 1 : "");
}

static gboolean
take_settings (AciniPrediction *prediction, const AciniSegmentation *how, AciniRemadeFunc remade, gpointer user_data,
               GError **error)
{
  g_autofree char *settings = make_settings (how), *old = NULL, *sentence = NULL;

  if (!acini_prediction_set_settings (prediction, settings, &old, error))
    return FALSE;
  if (old == NULL || remade == NULL)
    return TRUE;
  sentence = g_strdup_printf (_ ("The prediction that was there was computed with %s; it is computed anew with %s."),
                              *old != '\0' ? old : _ ("no special options"),
                              *settings != '\0' ? settings : _ ("no special options"));
  remade (sentence, user_data);
  return TRUE;
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
acini_segment_slide (AciniModel *model, AciniSlide *slide, const char *path, const AciniSegmentation *how,
                     AciniModelProgressFunc progress, AciniRemadeFunc remade, gpointer user_data,
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
  g_autoptr (AciniPrediction) prediction = open_prediction (model, slide, downsample, path, error);
  g_autoptr (AciniTissue) tissue = NULL;
  g_autoptr (AciniPredictionSink) writer = NULL;
  g_auto (AciniSlideSource) pixels = { NULL };
  AciniPatchSource source;
  AciniProbabilitySink sink;
  gboolean ok;

  if (prediction == NULL || !take_settings (prediction, how, remade, user_data, error))
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
  if (!acini_trial_segmenting (model, source.width, source.height, &options, remade, user_data, cancellable, error))
    return FALSE;
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
