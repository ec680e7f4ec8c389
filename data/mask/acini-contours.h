/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Outlines of the connected components of a mask, row by row.
 *
 * Rows are pushed from top to bottom; a component (4-connected pixels of one label or object) is given out as soon as
 * no further row can touch it, so memory follows what is open, not the image.  Outlines run along pixel edges, in pixel
 * coordinates: the pixel (0, 0) has the corners (0, 0) and (1, 1).  Points in the middle of straight edges are left
 * out. The method is a plane sweep over the cracks between pixels with a union-find over runs, after Rosenfeld and
 * Pfaltz (1966) and Capson (1984, "An improved algorithm for the sequential extraction of boundaries from a raster
 * scan"). */

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  gint64 x, y;
} AciniPoint;

typedef struct
{
  gint64 label;
  guint64 area;     /* pixels */
  GPtrArray *rings; /* (element-type GArray of AciniPoint), the outer one first, then the holes; not closed: the first
                     * point is not repeated.  A ring passes no point twice; two rings may touch in single points.  With
                     * y down the outer ring runs clockwise, holes the other way. */
} AciniComponent;

/* Pixels of one label or object beside each other: from where the run before ends, at first 0, to the column @end. */
typedef struct
{
  gint64 label, end;
} AciniRowRun;

/* @component is the callee's to read only. */
typedef void (*AciniComponentFunc) (const AciniComponent *component, gpointer user_data);

typedef struct _AciniContours AciniContours;

AciniContours *acini_contours_new (gint64 width, AciniComponentFunc func, gpointer user_data);
/* @row: @width labels, 0 = outside. */
void acini_contours_push (AciniContours *self, const guint8 *row);
/* The same of numbers of objects: two of them stay two where they touch. */
void acini_contours_push_objects (AciniContours *self, const gint64 *row);
/* The same of a row as runs from left to right; what lies behind the last one is outside. */
void acini_contours_push_runs (AciniContours *self, const AciniRowRun *runs, guint n);
/* Closes what is open below the last row and gives it out. */
void acini_contours_finish (AciniContours *self);
void acini_contours_free (AciniContours *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniContours, acini_contours_free)

G_END_DECLS
