/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Right pane, Segment: which model, segment what, how the mask is shown, and fine-tune. */

#include "ui/project/acini-session.h"
#include "ui/review/acini-prediction-feed.h"
#include "ui/view/acini-slide-view.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_SEGMENT_PANE (acini_segment_pane_get_type ())
G_DECLARE_FINAL_TYPE (AciniSegmentPane, acini_segment_pane, ACINI, SEGMENT_PANE, AdwBin)

/* @session NULL: none. */
void acini_segment_pane_set_session (AciniSegmentPane *self, AciniSession *session, AciniSlideView *view);
/* What the user can choose predictions of, for the session; NULL: nothing. */
void acini_segment_pane_set_feed (AciniSegmentPane *self, AciniPredictionFeed *feed);
/* Shows how far the segmentation of what is on screen is; @task NULL: nothing goes on. */
void acini_segment_pane_set_live (AciniSegmentPane *self, AciniTask *task);

/* In what the slide is outside of what the model has seen, until another slide or model is chosen; "" or NULL: in
 * nothing. */
void acini_segment_pane_set_warning (AciniSegmentPane *self, const char *text);

G_END_DECLS
