/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The inside of the page of results. */

#include "ui/plot/acini-histogram-plot.h"
#include "ui/results/acini-object-rows.h"
#include "ui/results/acini-result-item.h"
#include "ui/results/acini-results-page.h"

G_BEGIN_DECLS

struct _AciniResultsPage
{
  AdwBin parent_instance;

  /* Template. */
  GtkStack *stack;
  GtkLabel *totals_label, *objects_label;
  GtkColumnView *slides_table, *objects_table;
  AciniHistogramPlot *histogram;
  GtkDropDown *class_choice, *state_choice, *region_choice, *measure_choice;
  GtkProgressBar *progress;
  GtkWidget *clear_button;

  AciniSession *session;
  AciniResultsSource *source;
  GListStore *results;     /* AciniResultItem */
  GListStore *counted;     /* the same while they are being counted anew; NULL: they are not */
  GArray *labels;          /* int: of the choices of classes after the first */
  GHashTable *class_names; /* label → name; of the source's project */
  GHashTable *tissue;      /* id of a slide (gint64 *) → double *: it takes long to measure and does not change */
  AciniObjectRows *rows;
  guint next;     /* slide to be counted */
  guint query_at; /* slides to be counted before the table is filled the next time */
  AciniObjectTableQuery query;
  gboolean descending;
  GCancellable *counting, *querying;
  gboolean filling; /* the choices are being filled: nobody chose */
};

/* acini-results-tables.c: columns of the two tables; a column of objects has its AciniObjectColumn as "order". */
void acini_results_page_init_tables (AciniResultsPage *self);
/* Units of the table of objects, as the scale of the slides has them. */
void acini_results_page_update_titles (AciniResultsPage *self);
const char *acini_results_get_measure_name (AciniObjectColumn measure);
/* "µm²", "px²", "" */
const char *acini_results_get_measure_unit (AciniObjectColumn measure, gboolean scaled);
const char *acini_results_get_state_name (AciniReviewState state);

/* acini-results-query.c: fills the table of objects and the histogram again. */
void acini_results_page_query (AciniResultsPage *self, gboolean keep_histogram);
/* From now on it is filled again when it is sorted by another column. */
void acini_results_page_init_query (AciniResultsPage *self);

/* acini-results-save.c: the actions that save CSV. */
void acini_results_page_init_actions (AciniResultsPage *self);
/* Writes the table of objects as it is filtered, or that of slides; a message tells the end. */
void acini_results_page_save (AciniResultsPage *self, gboolean objects, GFile *file);

G_END_DECLS
