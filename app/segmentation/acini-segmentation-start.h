/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Checks, makes and starts the job that segments a whole slide. */

#include "app/jobs/acini-job.h"
#include "data/project/acini-project.h"

G_BEGIN_DECLS

/* @model: path of its folder.  *@warning (nullable): (transfer full) what the user should know although it was started;
 * NULL where there is nothing.  Returns: (transfer full) the running job, NULL with @error set where it makes no sense
 * or cannot be started. */
AciniJob *acini_segmentation_start (AciniProject *project, gint64 slide, const char *model, char **warning,
                                    GError **error);

G_END_DECLS
