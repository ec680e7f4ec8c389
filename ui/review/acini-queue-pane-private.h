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

  GtkDropDown *order, *what, *state, *author, *class;
  GtkLabel *progress, *coverage;
  GtkProgressBar *bar;
  GtkStack *stack;
  GtkListView *rows;
};

G_END_DECLS
