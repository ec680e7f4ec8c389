/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is wanted of a slide's FTUs and doubtful places, and what comes of it, in its order.  All of it on a worker. */

#include "data/objects/acini-object-index.h"
#include "data/objects/acini-suspects.h"

G_BEGIN_DECLS

typedef struct
{
  AciniObjectQuery query; /* area, offset, limit and scope are not used: what lies in an exclusion is left out */
  gboolean objects, suspects;
  gboolean disagreements; /* instead of both, and of the query: where readers that are done disagree, by rows */
  /* Instead of both: places where labels and what that model (its id, interned) said of them out of fold disagree. */
  const char *out_of_fold;
} AciniReviewWish;

/* The rows that come of it. */
typedef struct
{
  AciniReviewWish wish;
  GArray *entries;                /* gint64: the object's id; below 0: -1 - the number of the suspect */
  GArray *suspects;               /* AciniSuspect */
  GHashTable *notes;              /* entry → text: about what readers disagree */
  gint64 states[ACINI_N_REVIEWS]; /* objects of the slide outside exclusions by what was decided */
} AciniReviewListing;

/* Fills all but the wish, of the slide of @index, which is up to date. */
gboolean acini_review_listing_load (AciniReviewListing *listing, AciniObjectIndex *index,
                                    const AciniObjectSource *source, GCancellable *cancellable, GError **error);
void acini_review_listing_clear (AciniReviewListing *listing);

/* Whether what @wish asks for comes in an order in which slides can be compared: not by place, class or chance. */
gboolean acini_review_wish_has_worth (const AciniReviewWish *wish);
/* *@worth: what comes first on the slide of @index, which is up to date, in the order of @wish: the more the sooner, 0
 * where slides cannot be compared; -HUGE_VAL: there is nothing that it asks for.  On a worker. */
gboolean acini_review_wish_look (const AciniReviewWish *wish, AciniObjectIndex *index, const AciniObjectSource *source,
                                 double *worth, GCancellable *cancellable, GError **error);

G_END_DECLS
