/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Curves over steps: axes with round ticks, a legend at the ends of the lines, a dashed line to compare with, and a
 * summary in words for who does not see them. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define ACINI_TYPE_PLOT (acini_plot_get_type ())
G_DECLARE_FINAL_TYPE (AciniPlot, acini_plot, ACINI, PLOT, GtkWidget)

GtkWidget *acini_plot_new (const char *title);
void acini_plot_set_title (AciniPlot *self, const char *title);

/* What the axes count, "Step" and "Loss"; @y NULL: the title says it. */
void acini_plot_set_axis_titles (AciniPlot *self, const char *x, const char *y);

/* Forgets curves, reference and limits. */
void acini_plot_clear (AciniPlot *self);
/* The curve named @name (as people see it), made when it is new; colours follow the order of making.  Returns its
 * number. */
guint acini_plot_ensure_series (AciniPlot *self, const char *name);
/* @x grows from call to call; a @y that is not finite is left out. */
void acini_plot_append (AciniPlot *self, guint series, double x, double y);
guint acini_plot_get_n_points (AciniPlot *self, guint series);

/* How far the x axis goes at least (0: as far as the points). */
void acini_plot_set_x_end (AciniPlot *self, double x_end);
/* Limits of the y axis that are kept whatever the points are; NaN: as the points ask. */
void acini_plot_set_y_limits (AciniPlot *self, double low, double high);
/* A dashed horizontal line; @label NULL: none. */
void acini_plot_set_reference (AciniPlot *self, double y, const char *label);

/* Draws on @cr within @width × @height; @foreground: of text and axes. */
void acini_plot_draw (AciniPlot *self, cairo_t *cr, double width, double height, const GdkRGBA *foreground);
/* "Loss: training, 12 points, from 1.2 to 0.34 …" (transfer full) */
char *acini_plot_dup_summary (AciniPlot *self);

/* Round positions that cover @low … @high in about @n steps (P. Heckbert, "Nice numbers for graph labels", Graphics
 * Gems, 1990): the first, their distance and how many. */
void acini_plot_find_ticks (double low, double high, int n, double *first, double *distance, int *n_ticks);

G_END_DECLS
