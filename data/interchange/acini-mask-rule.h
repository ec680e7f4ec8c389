/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which pixels of a mask are units.  Masks come as numbers of instances, as 0 and 255, with smoothed or JPEG's edges,
 * as colours, in the alpha channel, as probabilities: the pixels tell most of them apart, and where they do not, the
 * mask is refused until a person says which. */

#include "data/slides/acini-image-file.h"

G_BEGIN_DECLS

typedef enum
{
  ACINI_MASK_UNITS_AUTO,
  ACINI_MASK_UNITS_NONZERO, /* every number but 0 */
  ACINI_MASK_UNITS_BRIGHT,  /* above half of the scale */
  ACINI_MASK_UNITS_DARK,    /* below half of the scale */
  ACINI_MASK_UNITS_ALPHA,   /* where it is opaque */
  ACINI_MASK_UNITS_ABOVE,   /* above a number */
  ACINI_MASK_UNITS_CHANNEL, /* painted in pure red, green or blue: above half of the scale, and above the others */
  ACINI_MASK_UNITS_CLASSES, /* every number but 0, which is that of a class, 1 the project's first */
} AciniMaskUnits;

/* Numbers of classes that a project has labels for. */
#define ACINI_MASK_MOST_CLASS 253

typedef struct _AciniMaskClasses AciniMaskClasses; /* acini-mask-classes.h */

/* What a person says about a mask; all 0: nothing. */
typedef struct
{
  AciniMaskUnits units;
  int channel;                     /* of ACINI_MASK_UNITS_CHANNEL: 0, 1, 2 */
  double above;                    /* of ACINI_MASK_UNITS_ABOVE */
  int page;                        /* from 1; 0: the only one */
  int ignored;                     /* pixels of this number are neither unit nor background; 0: none */
  const AciniMaskClasses *classes; /* what its numbers or colours are called; NULL: nothing was said */
} AciniMaskReading;

/* Reads "nonzero" or "instances", "classes", "bright", "dark", "alpha", "above:X", "red", "green" or "blue". */
gboolean acini_mask_reading_parse (AciniMaskReading *reading, const char *text, GError **error);

/* The decision. */
typedef struct
{
  AciniMaskUnits units; /* never ACINI_MASK_UNITS_AUTO or BRIGHT */
  double cut;           /* of ABOVE, DARK, ALPHA and CHANNEL */
  int channel;
} AciniMaskRule;

/* Looks at all pixels of @image.  *@note: (transfer full) (nullable) a sentence about what was taken for what.
 * Returns: FALSE with @error set where it cannot be told. */
gboolean acini_mask_rule_find (AciniMaskRule *rule, const AciniImageFile *image, const char *path,
                               const AciniMaskReading *reading, char **note, GError **error);

/* Reads row @y of @image, numbers of @n_bands bands beside each other.  FALSE with libvips's error set. */
gboolean acini_mask_read_row (VipsRegion *region, int y, double *numbers);
/* The number of a pixel: the greatest of its colours; NaN where none is a number. */
double acini_mask_get_number (const double *numbers, int n_colours);
/* Whether the pixel with @numbers is a unit's. */
gboolean acini_mask_rule_apply (const AciniMaskRule *rule, const double *numbers, int n_colours);

/* Which instance the pixel is of: 0 none; the same number or colour, the same instance.  Masks that are no numbers have
 * one. */
guint32 acini_mask_rule_get_instance (const AciniMaskRule *rule, const double *numbers, int n_colours);

G_END_DECLS
