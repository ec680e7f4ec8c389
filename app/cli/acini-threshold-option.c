/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-threshold-option.h"

#include "app/cli/acini-command.h"
#include "app/segmentation/acini-card-thresholds.h"

gboolean
acini_parse_threshold (const char *text, double *threshold, GError **error)
{
  char *end;

  *threshold = ACINI_THRESHOLD_PROJECT;
  if (text == NULL)
    return TRUE;
  if (g_str_equal (text, "otsu") || g_str_equal (text, "model"))
    {
      *threshold = g_str_equal (text, "otsu") ? ACINI_THRESHOLD_OTSU : ACINI_THRESHOLD_CARD;
      return TRUE;
    }
  *threshold = g_ascii_strtod (text, &end);
  if (end != text && *end == '\0' && *threshold >= 0 && *threshold <= 1)
    return TRUE;
  g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
                       "A threshold lies between 0 and 1, or is model or otsu.");
  return FALSE;
}

/* Takes Otsu's threshold of each class that has one. */
static gboolean
take_otsu (AciniPrediction *prediction, AciniThresholds *thresholds, GError **error)
{
  for (guint i = 0; i < thresholds->n; i++)
    {
      g_autoptr (GError) reason = NULL;
      double otsu = acini_prediction_get_otsu (prediction, (int)i, &reason);

      if (reason != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return FALSE;
        }
      if (otsu >= 0)
        thresholds->cuts[i] = acini_threshold_to_cut (otsu);
    }
  return TRUE;
}

gboolean
acini_get_thresholds (AciniProject *project, const AciniCard *card, AciniPrediction *prediction, const char *organ,
                      double given, AciniThresholds *thresholds, GError **error)
{
  guint n = (guint)acini_prediction_get_info (prediction)->n_classes;

  acini_card_fill_thresholds (card, organ, n, thresholds);
  if (given >= 0)
    acini_thresholds_init_same (thresholds, given, n);
  else if (given == ACINI_THRESHOLD_OTSU)
    return take_otsu (prediction, thresholds, error);
  else if (given == ACINI_THRESHOLD_PROJECT && project != NULL)
    acini_thresholds_load (thresholds, project, card->id, organ);
  return TRUE;
}
