/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A project's jobs. */

#include "app/jobs/acini-job.h"
#include "data/project/acini-project.h"

G_BEGIN_DECLS

/* The project's jobs, newest first: (element-type AciniJob). */
GPtrArray *acini_list_jobs (AciniProject *project, GError **error);

G_END_DECLS
