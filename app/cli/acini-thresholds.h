/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/acini-prediction.h"
#include "model/acini-card.h"

G_BEGIN_DECLS

/* One threshold per class of @prediction: @given where it is not negative, else what @card says for @organ.
 * Returns: (transfer full) */
double *acini_get_thresholds (const AciniCard *card, AciniPrediction *prediction, const char *organ, double given);

G_END_DECLS
