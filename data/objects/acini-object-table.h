/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Objects of many slides in one order, by whatever was measured: what a table of them needs.
 *
 * The order is an array of keys, 32 bytes an object; the objects themselves stay in the slides' indices and are read by
 * their ids when a row comes on screen.  Disk speed. */

#include "data/objects/acini-object-index.h"

G_BEGIN_DECLS

/* What a table can be sorted by; up to ACINI_OBJECT_N_MEASURES there is a histogram, too. */
typedef enum
{
  ACINI_OBJECT_AREA,
  ACINI_OBJECT_PERIMETER,
  ACINI_OBJECT_CIRCULARITY,
  ACINI_OBJECT_LONG_AXIS,
  ACINI_OBJECT_SHORT_AXIS,
  ACINI_OBJECT_PROBABILITY,
  ACINI_OBJECT_UNCERTAINTY,
  ACINI_OBJECT_SHARPNESS,
  ACINI_OBJECT_N_MEASURES,
  ACINI_OBJECT_LABEL = ACINI_OBJECT_N_MEASURES,
  ACINI_OBJECT_STATE,
  ACINI_OBJECT_AUTHOR,
  ACINI_OBJECT_PLACE, /* by slides, and in them by rows */
  ACINI_OBJECT_N_COLUMNS,
} AciniObjectColumn;

/* @pixel: µm per pixel; 0: in pixels.  Returns: the measure of @object, below 0 where it is unknown. */
double acini_object_get_measure (const AciniObject *object, AciniObjectColumn measure, double pixel);

typedef struct
{
  gint64 id;
  double order;
  guint slide; /* the caller's number of it */
} AciniObjectKey;

typedef struct
{
  int label;                 /* 0: any */
  guint states;              /* bits, 1 << AciniReviewState; 0: any */
  AciniObjectColumn order;   /* what the keys are to be sorted by */
  AciniObjectColumn measure; /* whose values are wanted, and, with @ranged, within [low, high) */
  gboolean ranged, closed;   /* @closed: @high itself, too */
  double low, high;
  const char *region; /* NULL: anywhere; else only what lies in the regions of this name.  Not owned */
} AciniObjectTableQuery;

/* Appends the keys of the objects in @index that @query wants to @keys (element-type AciniObjectKey), and to @values
 * (element-type double) the measure of those that are of its class and state, whatever their range.
 * What lies in an exclusion is in neither.  @slide: for the keys. @pixel: µm per level-0 pixel, 0: measures are in
 * pixels. */
gboolean acini_object_table_collect (AciniObjectIndex *index, const AciniObjectTableQuery *query, guint slide,
                                     double pixel, GArray *keys, GArray *values, GCancellable *cancellable,
                                     GError **error);
/* Sorts @keys; equal ones, and those without a value, which come last, by slide and place. */
void acini_object_table_sort (GArray *keys, gboolean descending);

G_END_DECLS
