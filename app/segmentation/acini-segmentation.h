/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Jobs that segment whole slides. */

#include "app/jobs/acini-job.h"
#include "data/project/acini-project.h"

G_BEGIN_DECLS

/* Makes jobs/ID/ for segmenting a whole slide with @model (path of its folder).  The job writes into predictions/ of
 * its own folder, and computes only what the project does not have yet: see acini_segmentation_collect (). */
AciniJob *acini_segmentation_prepare (AciniProject *project, gint64 slide, const char *model, GError **error);

/* Takes what the job has computed so far, running or ended, into the project's prediction of that slide and model,
 * several tiles in a transaction.  What was taken before is not taken again; doing it twice is no error.  Jobs that
 * write into the project by themselves, as earlier versions made them, have nothing to take.  Disk speed.
 * *@n_taken (nullable): how many tiles came. */
gboolean acini_segmentation_collect (AciniProject *project, AciniJob *job, guint *n_taken, GError **error);

/* Level-0 pixels per pixel that a model sees: @model_mpp / @slide_mpp; 1 where one of them is unknown (0), and where
 * they differ by less than what scanners' figures are good for. */
double acini_get_downsample (double slide_mpp, double model_mpp);

G_END_DECLS
