/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Notes what a view has shown for long enough to be looked at, and at which magnification; keeps it in the project. */

#include "data/project/acini-coverage.h"
#include "ui/view/core/acini-view-type.h"

G_BEGIN_DECLS

#define ACINI_TYPE_COVERAGE_TRACKER (acini_coverage_tracker_get_type ())
/* Signals: changed () */
G_DECLARE_FINAL_TYPE (AciniCoverageTracker, acini_coverage_tracker, ACINI, COVERAGE_TRACKER, GObject)

/* Follows @view as long as both live. */
AciniCoverageTracker *acini_coverage_tracker_new (AciniSlideView *view);
/* Of the open slide: (transfer none) (nullable). */
AciniCoverage *acini_coverage_tracker_get (AciniCoverageTracker *self);
/* One pixel per cell, the closer it was looked at the stronger: (transfer none) (nullable). */
GdkTexture *acini_coverage_tracker_get_texture (AciniCoverageTracker *self);

G_END_DECLS
