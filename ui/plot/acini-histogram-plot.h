/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A histogram whose bars can be chosen: with the pointer, or with the arrow keys and Return; Escape chooses none.  A
 * screen reader hears the bar under the keyboard. */

#include "data/base/acini-histogram.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ACINI_TYPE_HISTOGRAM_PLOT (acini_histogram_plot_get_type ())
/* Signals: "chosen" (bar: int): the user chose a bar, -1: none, which is acini_histogram_plot_get_chosen () now. */
G_DECLARE_FINAL_TYPE (AciniHistogramPlot, acini_histogram_plot, ACINI, HISTOGRAM_PLOT, GtkWidget)

/* Shows a copy of @histogram; @title: "Area", @unit: "µm²", "" where there is none.  Nothing is chosen then. */
void acini_histogram_plot_set (AciniHistogramPlot *self, const AciniHistogram *histogram, const char *title,
                               const char *unit);
const AciniHistogram *acini_histogram_plot_get (AciniHistogramPlot *self);
int acini_histogram_plot_get_chosen (AciniHistogramPlot *self); /* -1: none */
void acini_histogram_plot_choose (AciniHistogramPlot *self, int bar);
/* "Area 200 – 400 µm²: 1 234 objects" (transfer full) */
char *acini_histogram_plot_dup_text (AciniHistogramPlot *self, int bar);
/* The bar at the point of the widget; -1: none. */
int acini_histogram_plot_find (AciniHistogramPlot *self, double x, double y);
/* The middle of a bar's place, for tests and tools that point. */
double acini_histogram_plot_get_x (AciniHistogramPlot *self, int bar);

G_END_DECLS
