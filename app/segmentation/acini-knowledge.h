/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a model has seen, and whether a slide lies outside of it: organ, scale, colour and stains.  A network is as sure
 * of itself there as anywhere, and wrong. */

#include "data/slides/acini-slide.h"
#include "model/core/acini-card.h"

G_BEGIN_DECLS

/* How tissue looks: of pixels that are no bare glass. */
typedef struct
{
  double density[3];   /* mean optical densities of red, green and blue */
  double spread[3];    /* their standard deviations */
  gboolean stained;    /* whether what follows could be told */
  double stains[2][3]; /* directions of haematoxylin and eosin, of length 1 (Macenko) */
} AciniLook;

/* @rgb: interleaved.  FALSE: there is too little tissue. */
gboolean acini_look_measure (const guint8 *rgb, gsize n_pixels, AciniLook *look);

/* What goes on a card as training's "knows": means over @looks, and how far the farthest is from them.  Returns:
 * (transfer full) (nullable) NULL without looks. */
JsonObject *acini_knowledge_describe (const AciniLook *looks, guint n);

/* What a network sees in images (acini_model_see ()), @n vectors of @n_channels one after the other: "features" of
 * "knows", with the mean and the standard deviation of each channel, and how far the farthest image is from the others.
 * Returns: (transfer full) (nullable) NULL for fewer than three. */
JsonObject *acini_features_describe (const float *vectors, guint n, guint n_channels);
/* How far what is seen in a slide is from what was seen in training, in distances of the image of the training that is
 * farthest from the others: above 1 it is outside.  The distance is Mahalanobis' with a diagonal covariance, its
 * variances half way to their mean; of the slide's vectors the median counts.  NaN where the card does not tell. */
double acini_features_get_distance (const AciniCard *card, const float *vectors, guint n, guint n_channels);
gboolean acini_features_are_known (const AciniCard *card);
/* The sentence about a slide as far as that; NULL: it is inside. */
char *acini_features_dup_warning (double distance);

/* Side of the patches of a slide that are looked at, and how many at most. */
#define ACINI_LOOK_SIDE 256
#define ACINI_LOOKS_OF_SLIDE 9
/* Reads patches with tissue, spread over the slide.  @rgb (nullable): room for all of them.  Returns: how many. */
guint acini_look_at_slide (AciniSlide *slide, double downsample, AciniLook looks[ACINI_LOOKS_OF_SLIDE], guint8 *rgb);

/* Sentences for people, one a thing in which the slide is outside of what @card says that the model was trained on; a
 * card that does not say so is silent.  Reads some of the slide's tissue: not on the main thread.  @organ NULL or "":
 * unknown; @mpp 0: unknown.  Returns: (transfer full) (element-type utf8) */
GPtrArray *acini_knowledge_check (const AciniCard *card, AciniSlide *slide, const char *organ, double mpp);

G_END_DECLS
