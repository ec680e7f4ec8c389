/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The regions of the slide under review: listed, drawn, named, deleted, flown to, and worked in. */

#include "data/project/acini-region.h"
#include "ui/project/acini-session.h"
#include "ui/view/acini-slide-view.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_REGION_GROUP (acini_region_group_get_type ())
/* Signals, of the slide under review:
 *   segment (region: AciniRegionRecord, as a pointer)   the model is to look at it
 *   sign-off (region: AciniRegionRecord, as a pointer)  everything in it is right */
G_DECLARE_FINAL_TYPE (AciniRegionGroup, acini_region_group, ACINI, REGION_GROUP, AdwBin)

/* @session NULL: none. */
void acini_region_group_set_session (AciniRegionGroup *self, AciniSession *session, AciniSlideView *view);
guint acini_region_group_get_n (AciniRegionGroup *self);
/* Makes the outline @stroke a region of its slide, without a question. */
void acini_region_group_add (AciniRegionGroup *self, AciniStroke *stroke, const char *name, AciniRegionKind kind);

G_END_DECLS
