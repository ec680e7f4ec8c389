/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Pseudo-labels: what the project's model predicts on slides that nobody labelled, where it is sure, for a training to
 * learn from beside the labels (Lee 2013).  They are frozen as labels are and never become anybody's. */

#include "app/training/acini-training-split.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct
{
  char *model, *name; /* id and name of the model whose predictions they are; NULL: there is none */
  GPtrArray *slides;  /* (element-type AciniSlideRecord) of the split */
  GPtrArray *paths;   /* (element-type utf8) of their predictions */
} AciniPseudoLabels;

/* The slides of @split, which is @project's, that have no label, but a prediction of the model in the folder @model
 * (nullable), and are of no patient that is held out.  Returns: (transfer full), to be freed before @split.  Disk
 * speed. */
AciniPseudoLabels *acini_pseudo_labels_new (AciniProject *project, AciniTrainingSplit *split, const char *model);
void acini_pseudo_labels_free (AciniPseudoLabels *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniPseudoLabels, acini_pseudo_labels_free)

/* Writes them as frozen labels into @folder and adds their slides to @array, for a job of @project.  A pixel is of the
 * class whose probability is at least @confidence, background where none is above 1 - @confidence, else unlabelled, as
 * is what lies in an exclusion or outside @region (nullable).  Of a large slide some thousand tiles all over it. */
gboolean acini_pseudo_labels_freeze (AciniPseudoLabels *self, AciniProject *project, const char *region,
                                     double confidence, const char *folder, JsonArray *array, GError **error);

G_END_DECLS
