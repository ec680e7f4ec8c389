/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* `acini-cli train --folds K`. */

#include "app/cli/acini-console.h"
#include "app/training/acini-training.h"

G_BEGIN_DECLS

/* Trains a model without each fold of the first of @parts (element-type AciniTrainingPart; the others are learnt from
 * every time), has it segment what it has not seen, and saves all of them as one model, whose card has the mean Dice of
 * these out-of-fold predictions and the thresholds that suit them best.  out-of-fold.json beside the card says for each
 * slide which model did not see it.  What comes out is in the console's result. */
gboolean acini_train_folds (AciniConsole *console, GArray *parts, const AciniTrainingPlan *plan, guint k,
                            GError **error);

G_END_DECLS
