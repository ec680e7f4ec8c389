/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/acini-prediction.h"

G_BEGIN_DECLS

/* Otsu's threshold of a histogram of bytes: the value, 0 … 1, from which on pixels belong to the upper of the two groups
 * that differ most.  Returns: -1 where all pixels are the same, or there are none.
 * Otsu, "A threshold selection method from gray-level histograms", IEEE SMC 1979. */
double acini_otsu (const guint64 histogram[256]);

/* The same over one plane of a prediction, the pixels that were computed and are no bare glass; -1 as above, and with
 * @error set. */
double acini_prediction_get_otsu (AciniPrediction *prediction, int plane, GError **error);

G_END_DECLS
