/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* k-fold: which slides are judged together by a model that learnt from the others. */

#include "data/project/acini-project.h"

G_BEGIN_DECLS

/* The fold, 0 … @k - 1, of each of @records.  Slides that belong together (acini_fold_dup_group ()) are in one fold.
 * What was decided once stays: it is kept in the project, and what came later goes where the fewest are.  Returns:
 * (transfer full) (element-type int), one a record, or NULL with @error set where there are fewer groups than folds. */
GArray *acini_folds_assign (AciniProject *project, guint k, GPtrArray *records, GError **error);
/* What must not be on both sides: the images of one patient, and where that is not known the slide itself.  Returns:
 * (transfer full) */
char *acini_fold_dup_group (const AciniSlideRecord *record);
/* (element-type utf8) in the order in which they are dealt out, which depends on nothing but their names. */
void acini_fold_sort_groups (GPtrArray *groups);

G_END_DECLS
