/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-mask-choice.h"

#include "app/cli/acini-command.h"
#include "app/cli/acini-model-choice.h"
#include "app/cli/acini-threshold-option.h"
#include "app/segmentation/acini-segmentation.h"
#include "data/predictions/acini-prediction-key.h"

gboolean
acini_mask_choice_load_card (AciniProject *project, gboolean labels_only, AciniCard **card, GError **error)
{
  g_autoptr (GError) reason = NULL;

  *card = NULL;
  if (labels_only)
    return TRUE;
  *card = acini_model_choice_load_card (project, &reason);
  /* Without any model there may still be labels. */
  if (*card != NULL
      || (!acini_model_choice_is_made () && g_error_matches (reason, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED)))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

gboolean
acini_mask_choice_open (AciniProject *project, const AciniCard *card, const AciniSlideRecord *record, double threshold,
                        AciniPrediction **prediction, AciniThresholds *thresholds, GError **error)
{
  g_autofree char *path = NULL;

  *prediction = NULL;
  if (card != NULL)
    path = acini_prediction_find_current (project, record->id, card->id,
                                          acini_get_downsample (record->mpp_x, card->mpp));
  if (path == NULL)
    return TRUE;
  *prediction = acini_prediction_open (path, NULL, error);
  return *prediction != NULL
         && acini_get_thresholds (project, card, *prediction, record->organ, threshold, thresholds, error);
}
