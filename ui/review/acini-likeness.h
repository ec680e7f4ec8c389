/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How much objects are like each other: by their size, shape, certainty and colour.  Plain memory. */

#include "data/objects/acini-object-index.h"

G_BEGIN_DECLS

#define ACINI_N_FEATURES 8

typedef struct
{
  double values[ACINI_N_FEATURES];
} AciniFeatures;

/* @colour: the mean red, green and blue, 0 … 1. */
void acini_features_fill (AciniFeatures *self, const AciniObject *object, const double colour[3]);
/* An order in which those that are alike stand in one row of @in_a_row: each row begins with the first that is left,
 * the others are its nearest, each feature measured in its standard deviations.  Returns: (transfer full) @n numbers.
 */
guint *acini_likeness_order (const AciniFeatures *features, guint n, guint in_a_row);

G_END_DECLS
