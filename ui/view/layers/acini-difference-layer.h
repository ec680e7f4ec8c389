/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Where two masks differ: in blue what only the first one has, in orange what only the second one has. */

#include "ui/view/layers/acini-mask-layer.h"

G_BEGIN_DECLS

#define ACINI_TYPE_DIFFERENCE_LAYER (acini_difference_layer_get_type ())
G_DECLARE_FINAL_TYPE (AciniDifferenceLayer, acini_difference_layer, ACINI, DIFFERENCE_LAYER, AciniLayer)

/* Both are to look filled, without outlines, and opaque. */
AciniDifferenceLayer *acini_difference_layer_new (AciniMaskLayer *here, AciniMaskLayer *there);
/* Returns: (transfer none) the second one. */
AciniMaskLayer *acini_difference_layer_get_there (AciniDifferenceLayer *self);

G_END_DECLS
