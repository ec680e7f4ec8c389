/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Whether a new model is better than the one it was made from: both segment what was held out. */

#include "app/worker/acini-training-data.h"
#include "app/worker/acini-trial.h"

G_BEGIN_DECLS

/* Called between images; FALSE: stop.  @fraction: 0 … 1 */
typedef gboolean (*AciniVerdictFunc) (double fraction, gpointer user_data);

typedef struct
{
  const char *parent; /* path, NULL: nothing to compare with */
  const char *folder; /* of the job, with the new model in it */
  const AciniModelOptions *options;
  double mpp;                /* of the networks, 0: unknown */
  guint n_choosing;          /* the first so many images chose the checkpoint, and do not judge; 0: all did, and do */
  GHashTable *fixed;         /* (nullable) thresholds that the recipe says: they stay */
  AciniVerdictFunc progress; /* nullable */
  AciniTrialNoteFunc note;   /* nullable, see acini_trial_segmenting () */
  gpointer user_data;
  GCancellable *cancellable;
} AciniVerdictRequest;

/* Segments the labelled parts of @held_out with the new model of the job's folder and with its parent.
 *
 * - Thresholds of organs with three images or more are tuned on them, on those that chose the checkpoint too, and
 *   written on the new model's card.
 * - Scores of every image: the parent's at the thresholds of its card; the new model's, where its threshold was tuned,
 *   at the one that suits all other images, so that no image judges a threshold that it chose.
 * - comparison.json: {"verdict", "difference", "low", "high" (of the mean Dice), "scores" (one object a score, see
 *   acini_comparison_describe ()), "thresholds", "images": [{"name", "organ", "before", "after"}], "changed": [{"name",
 *   "before", "after", "before_picture", "after_picture"}]} and the pictures of the images that changed most: people's
 *   outlines green, the model's blue.  "chosen_on" names the images that chose the checkpoint and judge nothing;
 *   without them it has "optimistic": true.  The card's scores get "against_parent" and, where others chose, are those
 *   of the images that judged.
 *
 * Large slides are looked at in up to four places, 16 megapixels of all together.  Stopped by @progress it has written
 * nothing, and returns TRUE. */
gboolean acini_training_verdict_run (const AciniVerdictRequest *request, AciniTrainingData *held_out, GError **error);

G_END_DECLS
