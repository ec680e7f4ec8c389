/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Writes the tiles of a segmentation into a prediction file, several in a transaction. */

#include "data/predictions/acini-prediction.h"
#include "model/acini-model.h"

G_BEGIN_DECLS

typedef struct _AciniPredictionSink AciniPredictionSink;

/* @fresh: tiles that the file has are computed again. */
AciniPredictionSink *acini_prediction_sink_new (AciniPrediction *prediction, gboolean fresh);
/* Tiles that @known has count as there, too. */
void acini_prediction_sink_set_known (AciniPredictionSink *self, AciniPrediction *known);
/* Writes what is waiting; call it at the end, also after a cancellation. */
gboolean acini_prediction_sink_flush (AciniPredictionSink *self, GError **error);
void acini_prediction_sink_free (AciniPredictionSink *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniPredictionSink, acini_prediction_sink_free)

/* Fills @sink with callbacks over @self. */
void acini_prediction_sink_fill (AciniPredictionSink *self, AciniProbabilitySink *sink);

G_END_DECLS
