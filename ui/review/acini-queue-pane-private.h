/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ui/review/acini-queue-pane.h"

G_BEGIN_DECLS

struct _AciniQueuePane
{
  AdwBin parent_instance;
  AciniSlideObjects *objects; /* NULL: no project */
  AciniObjectSelection *selected;
  AciniSlideView *view; /* weak */
  AciniReviewList *list;
  GtkSingleSelection *model; /* of the list: the current one is selected */
  gboolean loaded;           /* the list is of what is on screen */
  gboolean going;            /* the queue itself selects a row */
  int then;                  /* the step to take once it is */
  double flown;              /* the zoom of the last flight; 0: none */
  gboolean own_zoom;         /* the user chose it */
  gint64 since;              /* when the current one came, µs */
  gint64 flying;             /* its id, while it has not been read; 0: none */
  guint rest;
  int arriving;          /* 1 or -1: at the first or last one of a slide, as soon as it is there; 0: nowhere */
  GCancellable *looking; /* for another slide; NULL: nowhere */
  GArray *route;         /* of acini-queue-slides.c; NULL: nowhere yet, or it is being looked at … */
  GHashTable *worths;    /* … likewise */
  GPtrArray *organs;     /* of the choices of @slides behind the first two: char, owned */

  GtkDropDown *order, *what, *state, *author, *class, *slides;
  GtkLabel *progress, *coverage;
  GtkProgressBar *bar;
  GtkStack *stack;
  GtkListView *rows;
};

/* acini-queue-rows.c: (transfer full) */
GtkListItemFactory *acini_queue_pane_make_factory (AciniQueuePane *self);

/* acini-queue-choices.c */
/* The choice of slides, before the organs; and the order in which a blind reader sees them. */
enum
{
  ACINI_QUEUE_THIS_SLIDE,
  ACINI_QUEUE_ALL_SLIDES,
  ACINI_QUEUE_N_OTHERS
};
#define ACINI_QUEUE_SHUFFLED 6
/* @on_wish (AciniQueuePane): something else is to be shown. */
GtkWidget *acini_queue_pane_make_choices (AciniQueuePane *self, GCallback on_wish);
/* Who reads blind, NULL: nobody, it is the project itself. */
const char *acini_queue_pane_get_reader (AciniQueuePane *self);
AciniReviewWish acini_queue_pane_get_wish (AciniQueuePane *self);
/* Lists the organs of the project's slides, and its classes, among the choices. */
void acini_queue_pane_list_organs (AciniQueuePane *self);
void acini_queue_pane_list_classes (AciniQueuePane *self);

/* acini-queue-slides.c */
/* Past the end (1), or the beginning (-1), of the list: on to a slide with something that @wish asks for, if others are
 * wanted; of several to that whose first place is most worth it. */
void acini_queue_pane_leave (AciniQueuePane *self, int step, const AciniReviewWish *wish);
/* Nowhere any more; slides will be compared anew. */
void acini_queue_pane_stop_looking (AciniQueuePane *self);

G_END_DECLS
