/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Bars with names, columns of a distribution, or points on a map, of things that are counted.  Each bar, column and
 * point can be clicked; who does not see them has them in words, and the page that shows the chart as a table. */

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  ACINI_CHART_BARS,    /* from the left, a name each */
  ACINI_CHART_COLUMNS, /* side by side, the first and the last named */
  ACINI_CHART_POINTS,  /* each of its own colour, marked ones with a ring and their names */
} AciniChartKind;

#define ACINI_TYPE_CHART (acini_chart_get_type ())
/* Signals: "chosen" (item: uint) */
G_DECLARE_FINAL_TYPE (AciniChart, acini_chart, ACINI, CHART, GtkWidget)

GtkWidget *acini_chart_new (AciniChartKind kind, const char *title);
const char *acini_chart_get_title (AciniChart *self);
/* What the lengths of bars and columns count, or the axes of the map are; "": nothing to say. */
void acini_chart_set_axis (AciniChart *self, const char *axis);
/* A bar or a column. */
void acini_chart_add (AciniChart *self, const char *name, double value);
/* A point of the colour 0xRRGGBB. */
void acini_chart_add_point (AciniChart *self, const char *name, double x, double y, guint32 rgb, gboolean marked);

guint acini_chart_get_n_items (AciniChart *self);
const char *acini_chart_get_name (AciniChart *self, guint item);
/* Of a bar or a column its value as people read it; of a point its place.  Returns: (transfer full) */
char *acini_chart_dup_value (AciniChart *self, guint item);

/* Draws on @cr within @width × @height; @foreground: of text and axes. */
void acini_chart_draw (AciniChart *self, cairo_t *cr, double width, double height, const GdkRGBA *foreground);
/* What lies at the place of a chart of this size; -1: nothing. */
int acini_chart_find (AciniChart *self, double x, double y, double width, double height);

G_END_DECLS
