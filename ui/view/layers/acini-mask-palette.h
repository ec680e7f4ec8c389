/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How the mask looks: for every code of acini-mask-kernel.h a colour to fill with and one for its outline. */

#include "data/mask/acini-thresholds.h"

G_BEGIN_DECLS

typedef enum
{
  ACINI_MASK_FILLED,  /* what is at or above the threshold, in the colour of its class */
  ACINI_MASK_VIRIDIS, /* the probability, whatever the threshold */
  ACINI_MASK_MAGMA,
} AciniMaskStyle;

typedef struct
{
  AciniMaskStyle style;
  gboolean fill, outlines;
  gboolean negatives; /* what a person marked as background is hatched */
  AciniThresholds thresholds;
  double opacity; /* 0 … 1, of what is filled */
} AciniMaskLook;

/* Steps in which outlines become thinner and fainter from afar: a slide full of units must not turn solid. */
#define ACINI_MASK_FADES 5

/* Pixels between the lines of a hatch; tiles are a multiple of it wide. */
#define ACINI_MASK_HATCH 8

/* Never changes; any thread.  Its fields are there to be read. */
typedef struct
{
  gatomicrefcount ref_count;
  guint64 serial; /* no two palettes have the same */
  guint n_planes;
  gboolean outlines;
  int line_width;  /* from near, in pixels of a tile */
  guint8 *cuts;    /* per plane */
  guint8 *classes; /* per code: the label that it counts as on screen; 0: none */
  guint32 *fill;   /* per code: premultiplied ARGB32 */
  guint32 *lines[ACINI_MASK_FADES];
  double alphas[ACINI_MASK_FADES]; /* of the lines */
  guint32 hatch;                   /* of what a person marked as background; 0: none */
} AciniMaskPalette;

AciniMaskPalette *acini_mask_palette_new (const AciniMaskLook *look, guint n_planes);
/* The width of lines from near, 1 to 3 pixels (at first 3), in palettes that are made from now on.  Main thread. */
void acini_mask_palette_set_line_width (int width);
AciniMaskPalette *acini_mask_palette_ref (AciniMaskPalette *self);
void acini_mask_palette_unref (AciniMaskPalette *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniMaskPalette, acini_mask_palette_unref)

/* The colours of lines in a tile of @downsample level-0 pixels per pixel, and their @width in its pixels. */
const guint32 *acini_mask_palette_get_lines (AciniMaskPalette *self, double downsample, int *width);

/* The colour of @probability (0 … 255) in a heat map, as opaque ARGB32. */
guint32 acini_mask_get_heat (AciniMaskStyle style, guint8 probability);

G_END_DECLS
