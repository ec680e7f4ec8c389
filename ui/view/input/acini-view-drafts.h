/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Outlines that are not finished yet.  Their corners are kept in the project as they are put down, so that they are
 * there again after a crash, and when a slide that was left comes back; then they are a polygon to go on with. */

#include "ui/view/core/acini-view-type.h"

#include "data/project/acini-project.h"

G_BEGIN_DECLS

void acini_view_drafts_init (AciniSlideView *self);
/* What was kept of @slide.  Disk speed.  Returns: (transfer full) (nullable). */
char *acini_view_drafts_load (AciniProject *project, gint64 slide);
/* The slide is open: goes on with @draft (nullable). */
void acini_view_drafts_restore (AciniSlideView *self, const char *draft);
/* The slide is left: what is unfinished is kept, not painted. */
void acini_view_drafts_leave (AciniSlideView *self);

G_END_DECLS
