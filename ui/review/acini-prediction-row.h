/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which prediction of the slide counts, where there are several by the model in use: made in different ways, or at
 * another µm per pixel.  One of another scale would lie in the wrong place: it is not drawn, but the scale that it was
 * made at is offered. */

#include "ui/review/acini-prediction-feed.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_PREDICTION_ROW (acini_prediction_row_get_type ())
G_DECLARE_FINAL_TYPE (AciniPredictionRow, acini_prediction_row, ACINI, PREDICTION_ROW, AdwComboRow)

/* Both NULL: nothing to choose from. */
void acini_prediction_row_set_feed (AciniPredictionRow *self, AciniSession *session, AciniPredictionFeed *feed);

G_END_DECLS
