/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "app/engine/acini-engine.h"
#include "data/project/acini-sign-off.h"
#include "ui/review/acini-history-pane.h"
#include "ui/review/acini-lock-feed.h"
#include "ui/review/acini-object-selection.h"
#include "ui/review/acini-prediction-feed.h"
#include "ui/review/acini-queue-pane.h"
#include "ui/review/acini-review-page.h"
#include "ui/review/acini-segment-pane.h"
#include "ui/review/acini-slide-pane.h"
#include "ui/view/acini-view-sync.h"

G_BEGIN_DECLS

struct _AciniReviewPage
{
  AdwBin parent_instance;

  /* Template. */
  AdwOverlaySplitView *slides_split, *side_split;
  GtkSearchEntry *search;
  GtkListView *slide_list;
  GtkWidget *palette, *locate_button;
  GtkStack *stack;
  AdwStatusPage *missing_page;
  GtkOverlay *overlay;
  GtkGrid *views;
  AciniSlideView *view; /* the first of them, which is worked in */
  GtkRevealer *size_revealer;
  GtkLabel *size_label, *size_unit;
  GtkSpinButton *size_spin;
  gboolean showing_size; /* the number is set from what there is */
  GtkSpinner *loading;
  guint loading_delay; /* until it is shown */
  AdwViewStack *tabs;
  AciniSegmentPane *segment_pane;
  AciniQueuePane *queue_pane;
  AciniHistoryPane *history_pane;
  AciniSlidePane *slide_pane;

  /* The panes at its sides: on a narrow window folded, whatever they are on a wide one. */
  gboolean narrow;
  gboolean wide_slides, wide_side;

  /* On the tissue. */
  GtkWidget *zoom_controls, *cursor_readout, *scale_bar;

  GPtrArray *side_views; /* AciniSideView, in the grid */
  AciniViewSync *sync;

  AciniSession *session;
  AciniPredictionFeed *feed;
  GtkSingleSelection *selection; /* of the slide list, which may be filtered */
  gint64 shown;                  /* slide on screen, 0: none */

  /* Live segmentation. */
  AciniEngine *engine;
  GCancellable *live_cancellable; /* NULL: nothing under way */
  guint n_live;                   /* requests that have not come back */
  AciniTask *live_task;           /* shows them; NULL: nothing under way */

  /* FTUs as things; NULL: no project. */
  AciniSlideObjects *objects;
  AciniObjectSelection *selected;
  AciniLockFeed *locks;
  GtkWidget *object_menu; /* NULL until it is asked for */
  gboolean menu_waits;    /* for what is under the pointer to be selected … */
  double menu_x, menu_y;  /* … and then comes there */

  /* How far the slide is. */
  GtkWidget *overview;
  AciniSignOff *sign_off;           /* NULL: not read yet */
  guint8 *counting;                 /* of each cell of its coverage, 0 in an exclusion; NULL: not read yet */
  guint8 *tissue;                   /* of each such cell, whether there is any; NULL: not known yet */
  GCancellable *tissue_cancellable; /* NULL: it is not being looked for */

  /* Undo and redo. */
  guint n_steps; /* asked for and not done yet */
  gboolean can_undo, can_redo;
  gboolean planning;                           /* deeds are being planned */
  gboolean redo_waits;                         /* an undo that waits for deeds can be redone */
  gboolean can_undo_written, can_redo_written; /* the same without what waits in the editor's queue */
};

/* acini-review-missing.c */
/* Says that the file of @record is missing; NULL: nothing. */
void acini_review_page_show_missing (AciniReviewPage *self, const AciniSlideRecord *record);
void acini_review_page_locate (AciniReviewPage *self);
void acini_review_page_tell_located (AciniReviewPage *self, guint n);

/* acini-review-undo.c */
void acini_review_page_init_history (AciniReviewPage *self);
void acini_review_page_follow_history (AciniReviewPage *self, AciniEditor *editor);
/* Another slide is shown: what can be undone on it is looked up. */
void acini_review_page_forget_history (AciniReviewPage *self);

/* acini-review-objects.c */
void acini_review_page_init_objects (AciniReviewPage *self);
/* Follows the session and its feed, or lets go of them. */
void acini_review_page_follow_objects (AciniReviewPage *self);

/* acini-review-sign-off.c */
void acini_review_page_init_sign_off (AciniReviewPage *self);
/* Follows the objects. */
void acini_review_page_follow_sign_off (AciniReviewPage *self);
void acini_review_page_clear_sign_off (AciniReviewPage *self);
gboolean acini_review_page_is_approved (AciniReviewPage *self);
/* Asks for a sign-off of the slide, or, where it is approved, to reopen it. */
void acini_review_page_ask_sign_off (AciniReviewPage *self);
/* All that is on screen is right: it becomes labels. */
void acini_review_page_sign_off_screen (AciniReviewPage *self);
/* All that is in @region is. */
void acini_review_page_sign_off_region (AciniReviewPage *self, const AciniRegionRecord *region);
void acini_review_page_enable_editing (AciniReviewPage *self, gboolean enabled);

/* acini-review-views.c */
void acini_review_page_set_n_views (AciniReviewPage *self, guint n);
/* acini-review-panes.c */
void acini_review_page_set_narrow (AciniReviewPage *self, gboolean narrow);

/* acini-review-segment.c */
/* Has the engine look at @area, level-0 pixels within the slide; and at the tiles of a region's box. */
void acini_review_page_segment_area (AciniReviewPage *self, const AciniRect *area);
void acini_review_page_segment_region (AciniReviewPage *self, const AciniRegionRecord *region);
void acini_review_page_notify_segmenting (AciniReviewPage *self);
/* Takes the live task out of the list. */
void acini_review_page_end_live (AciniReviewPage *self);

G_END_DECLS
