/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The whole slide, small and in the view's brightness, contrast, gamma and stain, with the visible rectangle; a click
 * or a drag in it moves the view. */

#include "ui/view/core/acini-view-type.h"
#include "ui/view/overlays/acini-coverage-tracker.h"

G_BEGIN_DECLS

#define ACINI_TYPE_OVERVIEW (acini_overview_get_type ())
G_DECLARE_FINAL_TYPE (AciniOverview, acini_overview, ACINI, OVERVIEW, GtkWidget)

/* Follows @view as long as both live. */
GtkWidget *acini_overview_new (AciniSlideView *view);
/* What was looked at: (transfer none). */
AciniCoverageTracker *acini_overview_get_tracker (AciniOverview *self);

G_END_DECLS
