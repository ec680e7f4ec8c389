/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The outlines of what is selected, or locked. */

#include "data/mask/acini-contours.h"
#include "ui/view/layers/acini-layer.h"

G_BEGIN_DECLS

/* An object's outline: made on any thread, and never changed. */
typedef struct
{
  double x, y, width, height; /* its box, level-0 pixels */
  GskPath *path;              /* from the box's corner on, level-0 pixels; NULL: the box itself */
} AciniOutline;

/* Takes @path (nullable) over. */
AciniOutline *acini_outline_new (double x, double y, double width, double height, GskPath *path);
AciniOutline *acini_outline_ref (AciniOutline *self);
void acini_outline_unref (AciniOutline *self);
/* An AciniComponentFunc: adds the rings of a component to @builder, a GskPathBuilder. */
void acini_outline_add_rings (const AciniComponent *component, gpointer builder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniOutline, acini_outline_unref)

#define ACINI_TYPE_SELECTION_LAYER (acini_selection_layer_get_type ())
G_DECLARE_FINAL_TYPE (AciniSelectionLayer, acini_selection_layer, ACINI, SELECTION_LAYER, AciniLayer)

/* @dashed: white and dashed, for what is not selected. */
AciniSelectionLayer *acini_selection_layer_new (gboolean dashed);
/* @outlines: (element-type AciniOutline) (nullable), which does not change any more. */
void acini_selection_layer_set_outlines (AciniSelectionLayer *self, GPtrArray *outlines);
guint acini_selection_layer_get_n (AciniSelectionLayer *self);

G_END_DECLS
