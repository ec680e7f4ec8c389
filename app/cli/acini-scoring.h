/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Predictions beside labels: what the commands that score models share. */

#include "app/cli/acini-console.h"
#include "app/worker/acini-comparison.h"
#include "data/mask/acini-thresholds.h"
#include "data/predictions/acini-prediction.h"
#include "model/acini-model.h"

G_BEGIN_DECLS

/* How far a command is that scores slides. */
typedef struct
{
  AciniConsole *console;
  const char *what;
  guint done, all;
} AciniScoringProgress;

/* The prediction of @record by @model in the way that the options say, computed where it is missing; @existing: only
 * where it is there.  Returns: (transfer full) */
AciniPrediction *acini_scoring_get_prediction (AciniProject *project, AciniModel *model, const AciniSlideRecord *record,
                                               gboolean existing, AciniScoringProgress *progress, GError **error);

/* Label and prediction of a slide's labelled part: label values, 0 where nobody labelled. */
typedef struct
{
  gint64 x, y; /* level-0 pixels */
  int width, height;
  guint8 *truth, *predicted;
} AciniScoringMasks;

/* The rectangle around all labels.  Where it has more than 64 megapixels, width is 0 and nothing is read. */
gboolean acini_scoring_read_masks (AciniProject *project, const AciniSlideRecord *record, AciniPrediction *prediction,
                                   const AciniThresholds *thresholds, AciniScoringMasks *masks, GError **error);
void acini_scoring_masks_clear (AciniScoringMasks *masks);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AciniScoringMasks, acini_scoring_masks_clear)

/* Adds one slide, all classes together. */
gboolean acini_threshold_search_add (AciniThresholdSearch *search, AciniProject *project,
                                     const AciniSlideRecord *record, AciniPrediction *prediction, GError **error);
G_END_DECLS
