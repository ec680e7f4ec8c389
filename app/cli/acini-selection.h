/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How the command line names things of a project. */

#include "data/project/acini-project.h"

G_BEGIN_DECLS

/* Slides by comma-separated patterns in @patterns (nullable: all) less those of @except (nullable): names, globs
 * ("train_*"), ranges ("train_1..20").  A pattern that fits no slide is an error.  Returns: (transfer full)
 * (element-type AciniSlideRecord) */
GPtrArray *acini_select_slides (AciniProject *project, const char *patterns, const char *except, GError **error);
/* The ids of acini_select_slides ()'s records: (element-type gint64). */
GArray *acini_get_slide_ids (GPtrArray *records);

/* A model by path, "starter", id or name in @project (nullable); @wanted NULL: the one in use.
 * Returns: (transfer full) a path for acini_model_load (), or NULL with @error set. */
char *acini_select_model (AciniProject *project, const char *wanted, GError **error);

G_END_DECLS
