/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Segments a slide with a model into a prediction file: what the command line and segmentation jobs share. */

#include "app/worker/acini-trial.h"
#include "app/worker/acini-way.h"
#include "data/predictions/acini-prediction.h"
#include "data/slides/acini-slide.h"

G_BEGIN_DECLS

typedef struct
{
  double downsample;
  gint64 width, height; /* of the prediction */
  double tissue_share;
  int patches; /* that went through the network */
  double seconds;
  char *path; /* of the prediction, to be freed */
} AciniSegmentationResult;

/* Opens (or makes) the prediction of @slide, number @id, at its scale, by @model, in this way, in @folder, and fills
 * what is missing in it; see acini_model_segment () for progress and cancellation, acini_trial_segmenting () for @note.
 * What was computed before a failure or cancellation stays in the file; what was computed in another way lies in
 * another file.  @result (nullable). */
gboolean acini_segment_slide (AciniModel *model, AciniSlide *slide, const char *folder, gint64 id,
                              const AciniSegmentation *how, AciniModelProgressFunc progress, AciniTrialNoteFunc note,
                              gpointer user_data, GCancellable *cancellable, AciniSegmentationResult *result,
                              GError **error);

G_END_DECLS
