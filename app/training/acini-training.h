/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* From corrections to a better model: what the window's Fine-tune and `acini-cli train` share. */

#include "app/jobs/acini-job.h"
#include "app/training/acini-training-split.h"
#include "data/labels/acini-labels.h"
#include "model/core/acini-recipe.h"

G_BEGIN_DECLS

typedef struct
{
  const char *parent;   /* path of a model; NULL: from nothing */
  const char *labeller; /* path of the model whose predictions are learnt from, where the recipe says so; NULL: none */
  const AciniRecipe *recipe;
  const char *name;   /* of the new model; NULL: made from the parent's */
  const char *device; /* NULL: acini_get_device () */
  int threads;        /* 0: one per core */
  gboolean half;      /* write 16-bit floats */
} AciniTrainingPlan;

/* Like acini_training_prepare (), from several projects at once; the job and its model belong to the first. */
AciniJob *acini_training_prepare_parts (const AciniTrainingPart *parts, guint n_parts, const AciniTrainingPlan *plan,
                                        GError **error);

/* Makes jobs/ID/ for training from @parent (path of a model; NULL: from nothing): job.json, the frozen snapshot of
 * the labels and the paths of the slides.  @slides (element-type gint64) NULL: all labelled ones.  @held_out (same)
 * NULL: see acini_training_split_new ().  @name NULL: made from the parent's.  Blocks:
 * not on the main thread.  Nothing is started: see acini_job_start (). */
AciniJob *acini_training_prepare (AciniProject *project, const char *parent, const AciniRecipe *recipe, GArray *slides,
                                  GArray *held_out, const char *name, GError **error);

/* Takes the model of a finished training into the project (models/ID, a row).  Doing it twice is no error.
 * Returns: (transfer full) the model's id. */
char *acini_training_collect (AciniProject *project, AciniJob *job, GError **error);

G_END_DECLS
