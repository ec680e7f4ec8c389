/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is to be looked at on a slide, in an order: FTUs, and doubtful places without one.  A list of a million takes
 * eight bytes a row; what a row says is read when it is shown.  It is made at one time and then worked through: a
 * decision changes a row, not the list.  Main thread; all reading is on the worker of the slide's objects. */

#include "ui/review/acini-review-wish.h"
#include "ui/review/acini-slide-objects.h"

G_BEGIN_DECLS

#define ACINI_TYPE_REVIEW_ITEM (acini_review_item_get_type ())
/* Signals: changed () */
G_DECLARE_FINAL_TYPE (AciniReviewItem, acini_review_item, ACINI, REVIEW_ITEM, GObject)

typedef enum
{
  ACINI_REVIEW_ITEM_WAITS, /* not read yet */
  ACINI_REVIEW_ITEM_OBJECT,
  ACINI_REVIEW_ITEM_SUSPECT,
  ACINI_REVIEW_ITEM_PLACE, /* where other readers disagree, and the project has nothing: only to be looked at */
  ACINI_REVIEW_ITEM_GONE,  /* an edit took it away */
} AciniReviewItemKind;

AciniReviewItemKind acini_review_item_get_kind (AciniReviewItem *self);
/* Of an object, or of a doubtful or other place: with id 0 and what is known. */
const AciniObject *acini_review_item_get_object (AciniReviewItem *self);
/* NULL unless it is a place without an object. */
const AciniSuspect *acini_review_item_get_suspect (AciniReviewItem *self);
/* About what readers disagree here, in words; NULL unless that was asked for. */
const char *acini_review_item_get_note (AciniReviewItem *self);
/* What it is called that is no object. */
const char *acini_review_item_get_place_title (AciniReviewItem *self);
/* What has just been decided, before it is written. */
void acini_review_item_set_state (AciniReviewItem *self, AciniReviewState state);

/* What the slide comes to. */
typedef struct
{
  gint64 states[ACINI_N_REVIEWS]; /* objects outside exclusions by what was decided */
  gint64 n_timed;                 /* decisions in the project of which it is known how long they took … */
  double pace;                    /* … in milliseconds, the mean */
} AciniReviewSums;

#define ACINI_TYPE_REVIEW_LIST (acini_review_list_get_type ())
/* A GListModel of AciniReviewItem.  Signals: loaded (): it has been made. */
G_DECLARE_FINAL_TYPE (AciniReviewList, acini_review_list, ACINI, REVIEW_LIST, GObject)

AciniReviewList *acini_review_list_new (AciniSlideObjects *objects);
/* Makes it anew. */
void acini_review_list_load (AciniReviewList *self, const AciniReviewWish *wish);
/* What its rows say is read again: something was edited. */
void acini_review_list_reread (AciniReviewList *self);
/* Reads the item at @position, if there is one and it has not been read: it is likely to be next. */
void acini_review_list_prepare (AciniReviewList *self, guint position);
/* Moves the item at @position behind all others. */
void acini_review_list_put_last (AciniReviewList *self, guint position);
/* The ids of the objects in it, in their order: (transfer full) (element-type gint64). */
GArray *acini_review_list_dup_ids (AciniReviewList *self);
const AciniReviewSums *acini_review_list_get_sums (AciniReviewList *self);
/* A decision is on its way: the sums say so. */
void acini_review_list_count (AciniReviewList *self, AciniReviewState from, AciniReviewState to);

G_END_DECLS
