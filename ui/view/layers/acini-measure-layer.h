/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Lines and areas that were measured, with what they measure.  Drawn on the screen, so that the text stands upright. */

#include "ui/project/acini-measures.h"
#include "ui/view/layers/acini-layer.h"

G_BEGIN_DECLS

#define ACINI_TYPE_MEASURE_LAYER (acini_measure_layer_get_type ())
G_DECLARE_FINAL_TYPE (AciniMeasureLayer, acini_measure_layer, ACINI, MEASURE_LAYER, AciniLayer)

/* @widget: whose font is used, not kept alive; NULL: no text is drawn. */
AciniMeasureLayer *acini_measure_layer_new (GtkWidget *widget);
/* @measures: (transfer full) (nullable).  Who changes them tells the layer: acini_layer_damaged (). */
void acini_measure_layer_set_measures (AciniMeasureLayer *self, AciniMeasures *measures);
/* Returns: (transfer none) (nullable). */
AciniMeasures *acini_measure_layer_get_measures (AciniMeasureLayer *self);
/* µm per pixel of the slide, for the text. */
void acini_measure_layer_set_scale (AciniMeasureLayer *self, const AciniScale *scale);

/* Draws one line or area of @n points; @widget as above. */
void acini_measure_append (GtkWidget *widget, GtkSnapshot *snapshot, const AciniViewport *viewport,
                           const AciniScale *scale, AciniMeasureKind kind, const AciniMeasurePoint *points, guint n);

G_END_DECLS
