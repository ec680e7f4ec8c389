/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which slides a training learns from, and which it is judged on. */

#include "data/project/acini-project.h"

G_BEGIN_DECLS

/* A share of the training data: slides of one project. */
typedef struct
{
  AciniProject *project;
  GArray *slides;     /* (element-type gint64) NULL: all labelled ones that are not held out */
  GArray *held_out;   /* (element-type gint64) NULL: of @slides those of one in five patients */
  const char *region; /* only what lies in the regions of this name is learnt from and judged on, and slides that have
                       * none are left out; NULL: all.  Not owned */
} AciniTrainingPart;

typedef struct
{
  GPtrArray *records;             /* (element-type AciniSlideRecord) of the project */
  GPtrArray *training, *held_out; /* of these; only labelled ones */
  GHashTable *decisions;          /* NULL where the user decided; see acini_training_split_keep () */
} AciniTrainingSplit;

/* Where the user does not say what is held out, all slides of one in five patients are (acini_fold_dup_group ()), at
 * least one where there are three.  What was once decided stays so in its project.  Returns: (transfer full), NULL with
 * @error set where the project cannot be read. */
AciniTrainingSplit *acini_training_split_new (const AciniTrainingPart *part, GError **error);
/* Writes what was decided into @project, for all later trainings; nothing where it can only be read. */
gboolean acini_training_split_keep (AciniTrainingSplit *self, AciniProject *project, GError **error);
void acini_training_split_free (AciniTrainingSplit *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniTrainingSplit, acini_training_split_free)

/* The share of @splits' held-out images that is to choose the checkpoint, so that the others judge what they did not
 * choose: whole patients, about two in five.  Returns: (transfer full) (element-type gint64) one set of ids a split, or
 * NULL where there are too few images for both. */
GPtrArray *acini_training_splits_choose (GPtrArray *splits);
/* The paths of what no training on @self may learn from besides: its own slides, and whoever is of a patient that is
 * held out.  Adds them to the set @paths. */
void acini_training_split_list_taken (AciniTrainingSplit *self, GHashTable *paths);

G_END_DECLS
