/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/project/acini-segment-queue.h"
#include "ui/slides/acini-gallery-masks.h"
#include "ui/slides/acini-slides-page.h"

G_BEGIN_DECLS

struct _AciniSlidesPage
{
  AdwBin parent_instance;

  /* Template. */
  GtkStack *stack;
  GtkLabel *count_label;
  GtkSearchEntry *search;
  GtkGridView *grid;
  GMenu *slide_menu, *organ_menu;
  GtkButton *filter_button;
  GtkToggleButton *masks_toggle;

  AciniSession *session;    /* NULL: no project */
  AciniSegmentQueue *queue; /* the same */
  GtkFilterListModel *filtered;
  GtkMultiSelection *selection;

  GHashTable *chosen; /* set of ids (gint64 *) of the slides that are shown; NULL: all */
  AciniGalleryMasks *masks;
  GSimpleActionGroup *actions; /* "slides." */
  GtkWidget *menu;             /* GtkPopover, of the page */
};

/* acini-slides-actions.c: what can be done with the slides that are selected. */
void acini_slides_page_init_actions (AciniSlidesPage *self);
void acini_slides_page_update_actions (AciniSlidesPage *self);
/* Makes it the session's and says so. */
void acini_slides_page_open (AciniSlidesPage *self, AciniSlideItem *item);

G_END_DECLS
