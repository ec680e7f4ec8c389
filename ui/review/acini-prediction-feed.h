/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Keeps the slide view's prediction that of the slide and model in use: opens its file, writes the tiles that the live
 * engine sends, and follows what a segmentation in the background writes.  All file work is on worker threads. */

#include "ui/project/acini-session.h"
#include "ui/view/acini-slide-view.h"

G_BEGIN_DECLS

#define ACINI_TYPE_PREDICTION_FEED (acini_prediction_feed_get_type ())
/* Signals: "changed" (): another prediction, or none. */
G_DECLARE_FINAL_TYPE (AciniPredictionFeed, acini_prediction_feed, ACINI, PREDICTION_FEED, GObject)

AciniPredictionFeed *acini_prediction_feed_new (AciniSession *session, AciniSlideView *view);
AciniPrediction *acini_prediction_feed_get_prediction (AciniPredictionFeed *self); /* nullable */

/* A tile of the live engine for the slide and model that were in use when @ticket was drawn; it is left out when they
 * are others by now. */
guint acini_prediction_feed_get_ticket (AciniPredictionFeed *self);
void acini_prediction_feed_add_tile (AciniPredictionFeed *self, guint ticket, gint64 column, gint64 row,
                                     GBytes *probability, double downsample, int n_classes);

G_END_DECLS
