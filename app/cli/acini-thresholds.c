/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-thresholds.h"

#include "app/cli/acini-command.h"

gboolean
acini_parse_threshold (const char *text, double *threshold, GError **error)
{
  char *end;

  *threshold = ACINI_THRESHOLD_CARD;
  if (text == NULL)
    return TRUE;
  if (g_str_equal (text, "otsu"))
    {
      *threshold = ACINI_THRESHOLD_OTSU;
      return TRUE;
    }
  *threshold = g_ascii_strtod (text, &end);
  if (end != text && *end == '\0' && *threshold >= 0 && *threshold <= 1)
    return TRUE;
  g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
                       "A threshold must be a number from 0 to 1, or otsu.");
  return FALSE;
}

double *
acini_get_thresholds (const AciniCard *card, AciniPrediction *prediction, const char *organ, double given,
                      GError **error)
{
  int n = acini_prediction_get_info (prediction)->n_classes;
  g_autofree double *thresholds = g_new (double, MAX (n, 1));

  for (int i = 0; i < n; i++)
    {
      thresholds[i] = given;
      if (given == ACINI_THRESHOLD_OTSU)
        {
          g_autoptr (GError) reason = NULL;

          thresholds[i] = acini_prediction_get_otsu (prediction, i, &reason);
          if (reason != NULL)
            {
              g_propagate_error (error, g_steal_pointer (&reason));
              return NULL;
            }
        }
      if (thresholds[i] < 0)
        thresholds[i] = acini_card_get_class_threshold (card, organ != NULL ? organ : "", i);
    }
  return g_steal_pointer (&thresholds);
}
