/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Labelled slides of an open project as training data, without a job. */

#include "app/worker/acini-training-data.h"
#include "data/project/acini-project.h"

G_BEGIN_DECLS

/* Freezes the labels of @slides (NULL: all labelled ones; else element-type gint64) into @folder, which has to live as
 * long as the data.  @mpp: of the network, 0: the slides' own.  An error where nothing is labelled. */
AciniTrainingData *acini_project_data_open (AciniProject *project, GArray *slides, const char *folder, double mpp,
                                            GError **error);

G_END_DECLS
