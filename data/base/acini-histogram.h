/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How often values fall into equal steps between round numbers. */

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  double low, step; /* bin i holds low + i · step ≤ value < low + (i + 1) · step; the last one its upper end, too */
  guint n;          /* bins; 0: there was no value */
  gint64 *counts;
} AciniHistogram;

#define ACINI_HISTOGRAM_INIT { 0, 0, 0, NULL }

/* Counts @values in at most @most bins whose step is 1, 2 or 5 times a power of ten (Heckbert, "Nice numbers for graph
 * labels", Graphics Gems 1990).  Values that are not finite are left out. */
void acini_histogram_count (AciniHistogram *self, const double *values, gsize n, guint most);
void acini_histogram_clear (AciniHistogram *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AciniHistogram, acini_histogram_clear)

double acini_histogram_get_edge (const AciniHistogram *self, guint bin); /* the lower one */

G_END_DECLS
