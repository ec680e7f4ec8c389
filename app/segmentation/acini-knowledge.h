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

/* Sentences for people, one a thing in which the slide is outside of what @card says that the model was trained on; a
 * card that does not say so is silent.  Reads some of the slide's tissue: not on the main thread.  @organ NULL or "":
 * unknown; @mpp 0: unknown.  Returns: (transfer full) (element-type utf8) */
GPtrArray *acini_knowledge_check (const AciniCard *card, AciniSlide *slide, const char *organ, double mpp);

G_END_DECLS
