/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where people's labels and a model that has not seen them disagree: one of the two is wrong there, so that it is worth
 * a look.  The file out-of-fold.json beside a model that was trained in folds has them for every slide: name → {"slide"
 * (id in the project), "model" (the one that had not seen it: its prediction of that slide is in the project), "dice",
 * "disagreements": [{"x", "y" (level-0 pixels, within the place), "box" ([x, y, width, height] around it), "pixels",
 * "missing" (whether people see a unit there)}]}, the largest first.  What each slide's model said of it is also kept
 * as a prediction of the whole, in a way of its own, so that it can be looked at beside the labels. */

#include "data/objects/acini-suspects.h"
#include "data/predictions/acini-prediction.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct
{
  int x, y;         /* the pixel of it that is deepest inside */
  AciniRect box;    /* around all of it */
  guint64 pixels;   /* of the whole place, its rim included */
  gboolean missing; /* people see a unit, the model none */
} AciniDisagreement;

/* @truth, @predicted: label values, @width × @height, 0 where nobody labelled.  What is nowhere more than @least pixels
 * from agreement, such as the rim of a unit, is none.  Returns: (transfer full) (element-type AciniDisagreement), the
 * largest first. */
GArray *acini_disagreements_find (const guint8 *truth, const guint8 *predicted, int width, int height, double least);

/* What a model says that was trained in folds; @path: of its folder.  Returns: (transfer full) (nullable): NULL where
 * it was not trained so. */
JsonObject *acini_out_of_fold_load (const char *path);

/* The disagreements on the slide of @source that the model @model (an id) found where it was trained in folds, as
 * places to look at: probability 1 where the model sees a unit and people none, 0 where it is the other way round. What
 * was decided about the very point of a place is left out, as acini_suspects_find () does.  Returns: (transfer full)
 * (element-type AciniSuspect), empty where there are none; NULL with @error set. */
GArray *acini_out_of_fold_list_places (const AciniObjectSource *source, const char *model, GError **error);

/* Keeps @prediction, which the model of a fold made of a slide that it has not seen, as one of @model, the whole. */
gboolean acini_out_of_fold_keep (AciniProject *project, gint64 slide, AciniPrediction *prediction, const char *model,
                                 GError **error);

#define ACINI_OUT_OF_FOLD_FILE "out-of-fold.json"

G_END_DECLS
