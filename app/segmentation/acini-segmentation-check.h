/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What can be said of a segmentation before it is started, without any computing. */

#include "app/jobs/acini-job-problem.h"
#include "data/project/acini-project.h"

G_BEGIN_DECLS

/* Looks for the slide's file, µm per pixel, room on the disk, and whether people have labelled all of the slide, so
 * that nothing of the result would be seen, and whether the slide is unlike what the model has seen.  @model: path of
 * its folder.  Disk speed: not on the main thread.  Returns: (transfer full) (element-type AciniJobProblem); NULL with
 * @error set. */
GPtrArray *acini_segmentation_check (AciniProject *project, gint64 slide, const char *model, GError **error);

G_END_DECLS
