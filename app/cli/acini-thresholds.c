/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-thresholds.h"

double *
acini_get_thresholds (const AciniCard *card, AciniPrediction *prediction, const char *organ, double given)
{
  int n = acini_prediction_get_info (prediction)->n_classes;
  double *thresholds = g_new (double, MAX (n, 1));

  for (int i = 0; i < n; i++)
    thresholds[i] = given >= 0 ? given : acini_card_get_threshold (card, organ != NULL ? organ : "");
  return thresholds;
}
