/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A model's own thresholds, from its card. */

#include "data/mask/acini-thresholds.h"
#include "model/core/acini-card.h"

G_BEGIN_DECLS

/* Classes of probability of the model: background is none where the classes exclude each other. */
guint acini_card_count_planes (const AciniCard *card);
/* What @card says for @organ (NULL or "": unknown), for @n classes of a prediction (0: those of the card).  @card NULL:
 * a half. */
void acini_card_fill_thresholds (const AciniCard *card, const char *organ, guint n, AciniThresholds *thresholds);

G_END_DECLS
