/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the makers of jobs share: ids, and how a slide is named in job.json. */

#include "data/project/acini-project.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* "train" → "train-20260131-154200-3f9a": letters, digits and '-', new each time, sorted by time of making. */
char *acini_make_id (const char *stem);
/* {"slide", "path", "name", "organ", "mpp", "width", "height"}.  Returns: (transfer full) */
JsonObject *acini_specification_slide (const AciniSlideRecord *record);
/* Where such a slide is, absolute; a relative path is seen from @folder.  Returns: (transfer full) */
char *acini_specification_dup_path (JsonObject *slide, const char *folder);
/* How job.json of a job in @project's jobs/ID/ names @path: relative to that folder where it lies inside the project,
 * so that the project can be moved, else absolute.  Returns: (transfer full) */
char *acini_specification_path (AciniProject *project, const char *path);
/* acini_specification_slide () with such a path. */
JsonObject *acini_specification_slide_in (AciniProject *project, const AciniSlideRecord *record);
/* Removes a file or folder with everything in it; what is missing is no matter.  Links are not followed. */
void acini_remove_tree (const char *path);

G_END_DECLS
