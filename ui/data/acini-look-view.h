/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The look at the data: charts of what acini-statistics.h counts, each also as a table, and all of them as a file. */

#include "data/statistics/acini-statistics.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_LOOK_VIEW (acini_look_view_get_type ())
/* Signals: "chosen" (what: string, slides: "ax"): a bar, a column or a point, and the slides that it is about. */
G_DECLARE_FINAL_TYPE (AciniLookView, acini_look_view, ACINI, LOOK_VIEW, AdwBin)

GtkWidget *acini_look_view_new (void);
/* Shows @statistics, which stays the caller's; NULL: nothing. */
void acini_look_view_show (AciniLookView *self, const AciniStatistics *statistics);
/* How far the reading is, 0 … 1; below 0: it is not being read. */
void acini_look_view_set_fraction (AciniLookView *self, double fraction);
/* Writes all charts into @path: SVG, PDF, PNG or, as numbers, CSV, by its suffix. */
gboolean acini_look_view_save (AciniLookView *self, const char *path, GError **error);

G_END_DECLS
