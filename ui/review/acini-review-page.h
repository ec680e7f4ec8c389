/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The page where slides are looked at, segmented and corrected. */

#include "ui/project/acini-session.h"
#include "ui/view/acini-slide-view.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_REVIEW_PAGE (acini_review_page_get_type ())
/* Properties (notified): "can-undo", "can-redo", "has-slide", "segmenting" (boolean); "show-slides", "show-side"
 * (boolean, writable): whether the panes are unfolded; "n-views" (int, 1 … 4, writable): views side by side; "narrow"
 * (boolean, writable): the panes are folded, and lie over the tissue when they are shown. */
/* Signals: "engine-died" (); "objects-selected" (): others are, or none. */
G_DECLARE_FINAL_TYPE (AciniReviewPage, acini_review_page, ACINI, REVIEW_PAGE, AdwBin)

/* @session NULL: none. */
void acini_review_page_set_session (AciniReviewPage *self, AciniSession *session);
AciniSlideView *acini_review_page_get_view (AciniReviewPage *self);

void acini_review_page_undo (AciniReviewPage *self);
void acini_review_page_redo (AciniReviewPage *self);
/* With the live engine, tile by tile. */
void acini_review_page_segment_screen (AciniReviewPage *self);
/* That, or what segments the slide on screen in the background, or whatever else does. */
void acini_review_page_cancel_segment (AciniReviewPage *self);
void acini_review_page_show_tab (AciniReviewPage *self, const char *name);
/* Which panes are shown, or will be when the page is no longer narrow. */
void acini_review_page_get_panes (AciniReviewPage *self, gboolean *slides, gboolean *side);
/* The keyboard goes to the tissue. */
void acini_review_page_focus_view (AciniReviewPage *self);
GtkWidget *acini_review_page_get_scale_bar (AciniReviewPage *self);
/* Opens the entry of the magnification, and the question for a place to go to. */
void acini_review_page_enter_zoom (AciniReviewPage *self);
void acini_review_page_go_to (AciniReviewPage *self);
/* Whether every stroke and undo is in the journal. */
gboolean acini_review_page_is_idle (AciniReviewPage *self);

/* What can be done to the objects that are selected on the slide; see acini-object-selection.h. */
typedef enum
{
  ACINI_OBJECTS_DELETE,
  ACINI_OBJECTS_FILL_HOLES,
  ACINI_OBJECTS_GROW,
  ACINI_OBJECTS_SHRINK,
  ACINI_OBJECTS_SMOOTH,
  ACINI_OBJECTS_AMOUNT, /* by which the three above change them: asks */
  ACINI_OBJECTS_ACCEPT,
  ACINI_OBJECTS_REJECT,
  ACINI_OBJECTS_FLAG,
  ACINI_OBJECTS_LOCK,
  ACINI_OBJECTS_SPLIT,
  ACINI_OBJECTS_MERGE,
  ACINI_OBJECTS_DUPLICATE,
  ACINI_OBJECTS_COPY,
  ACINI_OBJECTS_PASTE,
  ACINI_OBJECTS_PROPERTIES,
  ACINI_OBJECTS_CYCLE,
  ACINI_OBJECTS_MENU,
  ACINI_OBJECTS_NEXT, /* of the review queue, whatever is selected; and so on */
  ACINI_OBJECTS_PREVIOUS,
  ACINI_OBJECTS_SKIP,
  ACINI_OBJECTS_EDIT,
  ACINI_OBJECTS_ACCEPT_ABOVE,
  ACINI_OBJECTS_RELOAD,
  ACINI_OBJECTS_SIGN_OFF_SCREEN,
  ACINI_OBJECTS_SIGN_OFF,
  ACINI_OBJECTS_JOURNAL,
  ACINI_OBJECTS_GALLERY,
  ACINI_OBJECTS_READERS,
} AciniObjectsDeed;

guint acini_review_page_get_n_selected (AciniReviewPage *self);
gboolean acini_review_page_can_do (AciniReviewPage *self, AciniObjectsDeed deed);
void acini_review_page_do (AciniReviewPage *self, AciniObjectsDeed deed);
/* Gives the selected objects class @class, 1 …; FALSE: there are none. */
gboolean acini_review_page_set_class (AciniReviewPage *self, guint class);

G_END_DECLS
