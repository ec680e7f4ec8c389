/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Slides with frozen labels at a network's resolution, as the source of patches of a training.
 *
 * Images small enough are decoded once and kept (up to a budget for all); of larger slides each patch is read from
 * the file.  Labels become class indices: label v is class v - 1, unlabelled pixels are ACINI_IGNORE. */

#include "data/labels/acini-labels.h"
#include "model/acini-model.h"

G_BEGIN_DECLS

#define ACINI_TRAINING_DATA_ERROR (acini_training_data_error_quark ())
GQuark acini_training_data_error_quark (void);

typedef enum
{
  ACINI_TRAINING_DATA_ERROR_ONE_KIND, /* tissue units without background, or the other way round */
} AciniTrainingDataError;

typedef struct _AciniTrainingData AciniTrainingData;

/* @folder: what relative paths in @slides (array of the slides of a job.json) start from; @mpp: the network's µm per
 * pixel, 0 takes slides as they are.  Opens each slide once, so that one that is missing is known before training
 * starts; counts what is labelled.  Returns: (transfer full), or NULL with @error set. */
AciniTrainingData *acini_training_data_new (JsonArray *slides, const char *folder, double mpp, GError **error);
/* Adds slides with predictions for labels, before those of acini_training_data_add_replay ().  @slides: nullable */
gboolean acini_training_data_add_pseudo (AciniTrainingData *self, JsonArray *slides, const char *folder, double mpp,
                                         GError **error);
/* Adds further slides, of which the parent of the training has learnt.  @slides: nullable */
gboolean acini_training_data_add_replay (AciniTrainingData *self, JsonArray *slides, const char *folder, double mpp,
                                         GError **error);
/* From now on a labelled tile comes 1 + (@recent - 1) · 2^(-age / @days) times as often as an old one: its age is how
 * long before the newest of all slides so far it was last worked on. */
void acini_training_data_prefer_recent (AciniTrainingData *self, double recent, double days);
void acini_training_data_free (AciniTrainingData *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniTrainingData, acini_training_data_free)

/* Whether the labels tell two kinds of tissue apart, as a training needs.  What is not labelled at all is not judged
 * here. */
gboolean acini_training_data_check_contrast (AciniTrainingData *self, GError **error);
guint acini_training_data_get_n_items (AciniTrainingData *self);
/* Fills @source with callbacks over @self. */
void acini_training_data_fill (AciniTrainingData *self, AciniTrainingSource *source);

G_END_DECLS
