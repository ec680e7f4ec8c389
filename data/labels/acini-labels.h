/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The label layer: what a person decided, per level-0 pixel of a slide.
 *
 * One byte a pixel, in tiles of 512 × 512, zstd-compressed; a tile of one value is a row without pixels; a missing
 * tile is unlabelled.  Level n of the pyramid has 2^n level-0 pixels per pixel; it is brought up to date in the
 * transaction that changes level 0.  A pixel of a coarser level is labelled when any of its four is, with the most
 * frequent label (the greater one on a tie), so that small things stay visible from afar. */

#include "data/base/acini-geometry.h"
#include "data/project/acini-project.h"

G_BEGIN_DECLS

#define ACINI_LABEL_TILE 512

enum
{
  ACINI_LABEL_UNLABELLED = 0,
  ACINI_LABEL_BACKGROUND = 1,
  ACINI_LABEL_FIRST_CLASS = 2, /* class k of a model (background is class 0) is label k + 1 */
};

int acini_labels_get_n_levels (gint64 width, gint64 height);

/* Reads @width × @height pixels of pyramid level @level from (@x, @y), in that level's pixels; what lies outside
 * the slide is unlabelled. */
gboolean acini_labels_read (AciniProject *project, gint64 slide, int level, gint64 x, gint64 y, int width, int height,
                            guint8 *labels, GError **error);

/* The level-0 tiles that hold at least one labelled pixel: (element-type AciniRect), for training and export. */
GArray *acini_labels_list_tiles (AciniProject *project, gint64 slide, GError **error);

/* Writes a frozen copy of the label layers (no journal) of @slides (element-type gint64; NULL: all labelled ones) to
 * a new SQLite file with the same tables: a training job reads it with acini_label_snapshot_read ().  What lies in
 * an exclusion (acini-region.h) is unlabelled there, and, where @region is not NULL, what does not lie in a region of
 * that name.  Atomic. */
gboolean acini_labels_write_snapshot (AciniProject *project, GArray *slides, const char *region, const char *path,
                                      GError **error);

typedef struct _AciniLabelSnapshot AciniLabelSnapshot; /* thread-safe */
AciniLabelSnapshot *acini_label_snapshot_open (const char *path, GError **error);
void acini_label_snapshot_free (AciniLabelSnapshot *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniLabelSnapshot, acini_label_snapshot_free)
gboolean acini_label_snapshot_read (AciniLabelSnapshot *self, gint64 slide, int level, gint64 x, gint64 y, int width,
                                    int height, guint8 *labels, GError **error);
GArray *acini_label_snapshot_list_tiles (AciniLabelSnapshot *self, gint64 slide, GError **error);

G_END_DECLS
