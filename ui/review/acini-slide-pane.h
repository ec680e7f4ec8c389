/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Right pane, Slide: what is known of the slide, and what the user knows better (organ, µm per pixel). */

#include "ui/project/acini-session.h"
#include "ui/review/acini-region-group.h"
#include "ui/review/acini-region-proposals.h"
#include "ui/view/acini-slide-view.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_SLIDE_PANE (acini_slide_pane_get_type ())
G_DECLARE_FINAL_TYPE (AciniSlidePane, acini_slide_pane, ACINI, SLIDE_PANE, AdwBin)

void acini_slide_pane_set_session (AciniSlidePane *self, AciniSession *session, AciniSlideView *view);
/* Its list of regions (transfer none). */
AciniRegionGroup *acini_slide_pane_get_regions (AciniSlidePane *self);
AciniRegionProposals *acini_slide_pane_get_proposals (AciniSlidePane *self);

G_END_DECLS
