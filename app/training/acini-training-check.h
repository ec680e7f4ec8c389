/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What can be said of a training before it is started, without any computing: for the dialog and the command line. */

#include "app/jobs/acini-job-problem.h"
#include "app/training/acini-training.h"

G_BEGIN_DECLS

/* Looks whether there is something to learn from, labels of both kinds, µm per pixel, room on the disk, and whether a
 * slide is both learnt from and judged on.  Disk speed: not on the main thread.  Returns: (transfer full) (element-type
 * AciniJobProblem), empty where all is well; NULL with @error set where a project cannot be read. */
GPtrArray *acini_training_check (const AciniTrainingPart *parts, guint n_parts, const AciniTrainingPlan *plan,
                                 GError **error);

G_END_DECLS
