/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Jobs that segment whole slides. */

#include "app/jobs/acini-job.h"
#include "data/project/acini-project.h"

G_BEGIN_DECLS

/* Makes jobs/ID/ for segmenting a whole slide into the project's predictions with @model (path of its folder). */
AciniJob *acini_segmentation_prepare (AciniProject *project, gint64 slide, const char *model, GError **error);

/* Level-0 pixels per pixel that a model sees: @model_mpp / @slide_mpp; 1 where one of them is unknown (0), and where
 * they differ by less than what scanners' figures are good for. */
double acini_get_downsample (double slide_mpp, double model_mpp);

G_END_DECLS
