/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/predictions/acini-prediction.h"
#include "model/core/acini-card.h"

G_BEGIN_DECLS

#define ACINI_THRESHOLD_CARD -1.0 /* what the card says */
#define ACINI_THRESHOLD_OTSU -2.0 /* what divides the prediction best; the card's where nothing does */

/* "0.4", "otsu" or NULL (the card's) to what acini_get_thresholds () takes. */
gboolean acini_parse_threshold (const char *text, double *threshold, GError **error);

/* One threshold per class of @prediction: @given where it is not negative, else of @card for @organ and class, or
 * Otsu's.  Returns: (transfer full), NULL with @error where the prediction cannot be read */
double *acini_get_thresholds (const AciniCard *card, AciniPrediction *prediction, const char *organ, double given,
                              GError **error);

G_END_DECLS
