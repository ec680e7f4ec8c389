/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Exclusions that a detector proposes for the slide under review: drafts, listed and shown on the view until each is
 * taken or dismissed. */

#include "ui/project/acini-session.h"
#include "ui/view/acini-slide-view.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_REGION_PROPOSALS (acini_region_proposals_get_type ())
G_DECLARE_FINAL_TYPE (AciniRegionProposals, acini_region_proposals, ACINI, REGION_PROPOSALS, AdwBin)

/* @session NULL: none. */
void acini_region_proposals_set_session (AciniRegionProposals *self, AciniSession *session, AciniSlideView *view);
/* Has the detector look, or not any more if it does already. */
void acini_region_proposals_look (AciniRegionProposals *self);
guint acini_region_proposals_get_n (AciniRegionProposals *self);

G_END_DECLS
