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
/* Widens *@oldest … *@newest (Unix time) by when the labels of @slide were last worked on, each tile for itself. */
gboolean acini_labels_widen_times (AciniProject *project, gint64 slide, gint64 *oldest, gint64 *newest, GError **error);

G_END_DECLS
