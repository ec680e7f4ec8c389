/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "data/statistics/acini-statistics.h"

G_BEGIN_DECLS

/* What it took long to find out about slides, as lists of numbers, kept in a file beside the predictions.  Thread-safe.
 */
typedef struct _AciniStatisticsStore AciniStatisticsStore;
AciniStatisticsStore *acini_statistics_store_open (AciniProject *project);
/* Writes what is new; frees it. */
void acini_statistics_store_close (AciniStatisticsStore *self);
/* The list @key of @slide, where it was made of what @stamp tells.  Returns: (transfer full) *@n numbers, or NULL. */
double *acini_statistics_store_recall (AciniStatisticsStore *self, gint64 slide, const char *key, const char *stamp,
                                       gsize *n);
void acini_statistics_store_keep (AciniStatisticsStore *self, gint64 slide, const char *key, const char *stamp,
                                  double *numbers, gsize n);

/* acini-statistics-colour.c: fills in the colours and stains of @slide. */
void acini_statistics_read_colours (AciniStatisticsStore *store, AciniSlideStatistics *slide);

G_END_DECLS
