/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Pages of a report, A4 in points, filled from top to bottom: what does not fit begins another page. */

#include "data/base/acini-histogram.h"

#include <cairo.h>

G_BEGIN_DECLS

typedef struct _AciniReportPage AciniReportPage;

/* A PDF at @path; @head stands above each page, @foot below it.  Returns: (transfer full) */
AciniReportPage *acini_report_page_new (const char *path, const char *head, const char *foot);
/* Writes the last page.  FALSE with @error set: something could not be written. */
gboolean acini_report_page_finish (AciniReportPage *self, GError **error);
void acini_report_page_free (AciniReportPage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniReportPage, acini_report_page_free)

/* A new page, unless nothing is on this one. */
void acini_report_page_break (AciniReportPage *self);
void acini_report_page_add_title (AciniReportPage *self, const char *text);
void acini_report_page_add_heading (AciniReportPage *self, const char *text);
/* Text, broken between words. */
void acini_report_page_add_text (AciniReportPage *self, const char *text);
/* A line "name  value"; NULL and "" values are left out. */
void acini_report_page_add_field (AciniReportPage *self, const char *name, const char *value);
/* A row of a table of @n columns as wide as @widths (shares of the page); @head: bold, with a line below it.  Texts
 * that do not fit are cut. */
void acini_report_page_add_row (AciniReportPage *self, const char *const *cells, const double *widths, guint n,
                                gboolean head);
/* A picture as wide as the page, or @most points high. */
void acini_report_page_add_picture (AciniReportPage *self, cairo_surface_t *picture, double most);
/* Bars with their axes; @title names what the values are, with their unit. */
void acini_report_page_add_histogram (AciniReportPage *self, const AciniHistogram *histogram, const char *title);

G_END_DECLS
