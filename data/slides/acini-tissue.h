/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where on a slide there is tissue, and where bare glass, from a low-resolution overview: optical density is cut at
 * Otsu's threshold (Otsu 1979), kept among values that glass can have, and what is tissue is grown by a margin.
 * When in doubt it is tissue. */

#include "data/slides/acini-slide.h"

G_BEGIN_DECLS

typedef struct _AciniTissue AciniTissue; /* thread-safe: it does not change */

/* Reads the overview, at most 2048 pixels a side; slides too small to be worth it, and those whose coarsest level is
 * too large to be read at once, are tissue all over.  Disk speed.  Returns: (transfer full), or NULL with @error. */
AciniTissue *acini_tissue_new (AciniSlide *slide, GError **error);
void acini_tissue_free (AciniTissue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniTissue, acini_tissue_free)

/* Whether no pixel of the rectangle of level-0 pixels is tissue. */
gboolean acini_tissue_is_empty (AciniTissue *self, double x, double y, double width, double height);
/* The share of the slide that is tissue, 0 … 1. */
double acini_tissue_get_share (AciniTissue *self);

G_END_DECLS
