/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Keeps the slide view's prediction that of the slide, its scale and the model in use: opens the file that
 * counts (see acini_prediction_find_current ()), writes the tiles that the live engine sends into the file of their
 * way, and follows what a segmentation in the background writes.  A slide whose scale is changed gets the prediction of
 * that scale; the one before stays where it is, and comes back with its scale.  All file work is on worker threads. */

#include "ui/project/acini-session.h"
#include "ui/view/acini-slide-view.h"

G_BEGIN_DECLS

#define ACINI_TYPE_PREDICTION_FEED (acini_prediction_feed_get_type ())
/* Signals: "changed" (): another prediction, or none. */
G_DECLARE_FINAL_TYPE (AciniPredictionFeed, acini_prediction_feed, ACINI, PREDICTION_FEED, GObject)

AciniPredictionFeed *acini_prediction_feed_new (AciniSession *session, AciniSlideView *view);
AciniPrediction *acini_prediction_feed_get_prediction (AciniPredictionFeed *self); /* nullable */
/* Level-0 pixels per prediction pixel for the slide and the model in use. */
double acini_prediction_feed_get_downsample (AciniPredictionFeed *self);
/* The file @path, of the same slide, model and scale, counts from now on: on screen, in exports and evaluations. */
void acini_prediction_feed_choose (AciniPredictionFeed *self, const char *path);

/* A tile of the live engine for the slide, scale and model that were in use when @ticket was drawn; it is left out when
 * they are others by now.  @way: in words, how it was computed. */
guint acini_prediction_feed_get_ticket (AciniPredictionFeed *self);
void acini_prediction_feed_add_tile (AciniPredictionFeed *self, guint ticket, gint64 column, gint64 row,
                                     GBytes *probability, double downsample, int n_classes, const char *way);

G_END_DECLS
