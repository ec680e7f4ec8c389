/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The stroke under the pointer, in grey: to be seen where the mask, which holds it otherwise, is hidden. */

#include "data/labels/acini-stroke.h"
#include "ui/view/layers/acini-layer.h"

G_BEGIN_DECLS

#define ACINI_TYPE_STROKE_LAYER (acini_stroke_layer_get_type ())
G_DECLARE_FINAL_TYPE (AciniStrokeLayer, acini_stroke_layer, ACINI, STROKE_LAYER, AciniLayer)

AciniStrokeLayer *acini_stroke_layer_new (void);
/* @stroke: (nullable) with a point at least.  When it grows the layer has to be told: acini_layer_damaged (). */
void acini_stroke_layer_set_stroke (AciniStrokeLayer *self, AciniStroke *stroke);

G_END_DECLS
