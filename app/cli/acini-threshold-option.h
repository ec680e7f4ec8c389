/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* --threshold of the commands that make masks. */

#include "data/mask/acini-thresholds.h"
#include "data/predictions/acini-prediction.h"
#include "model/core/acini-card.h"

G_BEGIN_DECLS

#define ACINI_THRESHOLD_OPTION_HELP                                                                                    \
  "Probability from which a pixel counts; model: as the model's card says for the organ and class; otsu: what "        \
  "divides "                                                                                                           \
  "the slide's pixels best (default: the project's own thresholds, else the model's)"

#define ACINI_THRESHOLD_PROJECT -1.0 /* the project's own, else the card's */
#define ACINI_THRESHOLD_OTSU -2.0    /* what divides the prediction best; the card's where nothing does */
#define ACINI_THRESHOLD_CARD -3.0    /* what the card says */

/* "0.4", "otsu", "model" or NULL (the project's) to what acini_get_thresholds () takes. */
gboolean acini_parse_threshold (const char *text, double *threshold, GError **error);

/* The thresholds of @prediction's classes: @given where it is not negative, else as it says.  @project: (nullable).
 * FALSE with @error where the prediction cannot be read. */
gboolean acini_get_thresholds (AciniProject *project, const AciniCard *card, AciniPrediction *prediction,
                               const char *organ, double given, AciniThresholds *thresholds, GError **error);

G_END_DECLS
