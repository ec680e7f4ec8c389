/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which mask of a slide the options mean: labels with the prediction of the models chosen, or labels alone. */

#include "data/mask/acini-thresholds.h"
#include "data/predictions/acini-prediction.h"
#include "model/core/acini-card.h"

G_BEGIN_DECLS

/* The card of the models whose predictions count, *@card NULL: labels alone, as wished for or because there is no
 * model. */
gboolean acini_mask_choice_load_card (AciniProject *project, gboolean labels_only, AciniCard **card, GError **error);
/* *@prediction: (transfer full) that of the slide, NULL: nothing was computed.  @threshold: see
 * acini_get_thresholds (). */
gboolean acini_mask_choice_open (AciniProject *project, const AciniCard *card, const AciniSlideRecord *record,
                                 double threshold, AciniPrediction **prediction, AciniThresholds *thresholds,
                                 GError **error);

G_END_DECLS
