/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Outlines of masks with fewer vertices: those along pixel edges become those of a coverage, in which neighbours share
 * their border, and stay so.  GEOS does it after Visvalingam and Whyatt (1993). */

#include "data/annotations/acini-annotation.h"

G_BEGIN_DECLS

/* The polygons of @annotations (element-type AciniAnnotation), whose vertices are whole numbers and whose edges run
 * along rows and columns, are simplified together: a vertex goes where the triangle that it makes with its neighbours
 * is smaller than @tolerance² square pixels.  None overlap afterwards that did not before, and no gap opens between two
 * that touched.  Memory is that of all of them.  FALSE with @error set where this Acini was built without GEOS. */
gboolean acini_annotations_simplify (GPtrArray *annotations, double tolerance, GError **error);

G_END_DECLS
