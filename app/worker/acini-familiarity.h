/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a model has seen, as its training writes it down and a segmentation compares a slide with it: how the tissue
 * looks, and what the network sees in it. */

#include "app/worker/acini-training-data.h"
#include "data/slides/acini-slide.h"

G_BEGIN_DECLS

/* Adds "knows" to the card of the new model in @folder: see acini_knowledge_describe (), acini_features_describe (). */
gboolean acini_familiarity_write (const char *folder, AciniTrainingData *training, const AciniModelOptions *options,
                                  GError **error);

/* acini_knowledge_check (), and a sentence where what @model sees in the slide is far from what it saw in training.
 * Of an ensemble and a program only the former.  Returns: (transfer full) (element-type utf8) */
GPtrArray *acini_familiarity_check (AciniModel *model, AciniSlide *slide, const char *organ, double mpp);

G_END_DECLS
