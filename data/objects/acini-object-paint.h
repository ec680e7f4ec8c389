/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Objects as pictures that are painted, or taken away, again: deleted, filled, given another class, copied, pasted;
 * and a region's effective mask made labels.  What is planned here is drawn by the project's editor, one step each.
 * Not on the main thread; errors as in acini-object-edit.h. */

#include "data/objects/acini-object-edit.h"

G_BEGIN_DECLS

/* The pixels of an object, or what is to be painted of it. */
typedef struct
{
  AciniRect box; /* level-0 pixels */
  guint8 *mask;  /* of the pixels of the box: not 0 where it is */
  guint8 *seams; /* (nullable) what they are to be cut from, 255: as it is */
  guint8 label;  /* what is painted */
} AciniCutout;

void acini_cutout_free (AciniCutout *cutout);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniCutout, acini_cutout_free)

/* The @n objects @ids with their own labels.  Returns: (transfer full) (element-type AciniCutout), or NULL with @error
 * set. */
GPtrArray *acini_object_cut_out (AciniObjectIndex *index, const gint64 *ids, guint n, GError **error);
/* The same objects' holes: what lies within them and belongs to no other object. */
GPtrArray *acini_object_cut_holes (AciniObjectIndex *index, const gint64 *ids, guint n, GError **error);
/* The object at the level-0 pixel (@x, @y), or, where there is none, the gap there that objects enclose, 4-connected:
 * one cutout, without a label.  An open gap is ACINI_OBJECT_EDIT_ERROR_WHOLE. */
GPtrArray *acini_object_cut_area (AciniObjectIndex *index, gint64 x, gint64 y, GError **error);
/* Paints @label from now on. */
void acini_cutouts_set_label (GPtrArray *cutouts, guint8 label);
/* Copies of @cutouts, @scale times as large (the nearest pixel), the middle of all their boxes at the level-0 point
 * (@x, @y), as far as they lie in the slide of @index, and cut from what of their classes they touch there. Returns:
 * (transfer full) (element-type AciniCutout), or NULL with @error set. */
GPtrArray *acini_cutouts_place (GPtrArray *cutouts, double scale, double x, double y, AciniObjectIndex *index,
                                GError **error);
/* An AciniDrawFunc: "delete", "fill", "class", "paste", "duplicate". */
gboolean acini_cutouts_draw (AciniEdit *edit, gpointer cutouts, GError **error);

/* A region of a slide: the inside of a polygon, or all. */
typedef struct
{
  AciniObjectSource source; /* as in acini-object-index.h: all of it outlives the region */
  GArray *points;           /* of double[2], level-0 pixels, closed; NULL: the whole slide */
} AciniRegion;

/* "Everything here is right": the effective mask within the region becomes labels, where there is any.  An
 * AciniDrawFunc, tool "sign-off"; tile by tile. */
gboolean acini_region_draw (AciniEdit *edit, gpointer region, GError **error);

G_END_DECLS
