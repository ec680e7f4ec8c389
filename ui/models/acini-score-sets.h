/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which images the scores of models are of.  Two scores compare only where they are of the same held-out images, so the
 * sets of images among the models of a project are named: A, B, … in the order of the list. */

#include "ui/project/acini-model-item.h"

G_BEGIN_DECLS

/* @models: a list of AciniModelItem.  Returns: (transfer full) (element-type utf8) the sets, with a free function set.
 */
GPtrArray *acini_score_sets_new (GListModel *models);

/* "Images A"; NULL where there is nothing to tell apart: one set at most, or the model has no score. */
char *acini_score_sets_dup_name (GPtrArray *sets, AciniModelItem *model);
/* The images in words, and whether other models were scored on others; NULL: the model has no score. */
char *acini_score_sets_describe (GPtrArray *sets, AciniModelItem *model);

G_END_DECLS
