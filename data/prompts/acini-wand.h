/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Selections by likeness and by edges, on a region of the screen: what a magic wand and a brush that keeps to edges
 * mean.  Both look at colour and, where there is one, the model's probability, a little smoothed against the scanner's
 * noise; two pixels differ by the root of the squares of both (bytes), so that either alone is enough to tell them
 * apart. Coordinates are pixels of the region, y down.  An AciniWand never changes. */

#include "data/prompts/acini-prompts.h"

G_BEGIN_DECLS

typedef struct _AciniWand AciniWand;

/* Looks at @region (its features are left out), from which everything is copied; and from how unlike what lies between
 * a pixel and (@x, @y), at the best way, is to that one: a flood of all tolerances at once. */
AciniWand *acini_wand_new (const AciniPromptsRegion *region, double x, double y);
void acini_wand_free (AciniWand *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniWand, acini_wand_free)

#define ACINI_WAND_MOST 255.

/* Sets @mask, of the region's size, to 255 in what is connected to the seed by pixels that differ from it by @tolerance
 * (0 … ACINI_WAND_MOST) at most, and in holes of it smaller than a fiftieth of it, nuclei for example; 0 elsewhere.
 * Returns: how many pixels are inside. */
gsize acini_wand_select (const AciniWand *self, double tolerance, guint8 *mask);

typedef struct _AciniEdgeBrush AciniEdgeBrush;

/* Looks at @region (its features are left out), from which everything is copied. */
AciniEdgeBrush *acini_edge_brush_new (const AciniPromptsRegion *region);
void acini_edge_brush_free (AciniEdgeBrush *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniEdgeBrush, acini_edge_brush_free)

/* Sets @mask to 255 where a stroke of a round brush of @radius pixels along the @n points covers what no edge separates
 * from its middle; 0 elsewhere.  That is where the geodesic distance from the line is at most @radius: a way over an
 * edge is the longer the steeper it is (Criminisi, Sharp and Blake, "GeoS", ECCV 2008).  Returns: how many pixels. */
gsize acini_edge_brush_paint (const AciniEdgeBrush *self, const AciniPromptPoint *points, guint n, double radius,
                              guint8 *mask);

G_END_DECLS
