/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Checks and makes the job that segments a whole slide. */

#include "app/jobs/acini-job.h"
#include "data/project/acini-project.h"

G_BEGIN_DECLS

/* @model: path of its folder.  *@warning (nullable): (transfer full) what the user should know although it can be
 * started; NULL where there is nothing.  Returns: (transfer full) the job, which waits to be started; NULL with @error
 * set (ACINI_JOB_ERROR_START where it makes no sense). */
AciniJob *acini_segmentation_prepare_checked (AciniProject *project, gint64 slide, const char *model, char **warning,
                                              GError **error);

G_END_DECLS
