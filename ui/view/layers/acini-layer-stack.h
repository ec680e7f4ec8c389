/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Layers that lie on each other, and what is asked of all of them.  Main thread. */

#include "ui/view/layers/acini-layer.h"

G_BEGIN_DECLS

/* Signals:
 *   damaged ()  one of the layers is, or the stack has other layers
 */
#define ACINI_TYPE_LAYER_STACK (acini_layer_stack_get_type ())
G_DECLARE_FINAL_TYPE (AciniLayerStack, acini_layer_stack, ACINI, LAYER_STACK, GObject)

AciniLayerStack *acini_layer_stack_new (void);

/* The @n layers of the stack from now on, the lowest one first; those that are NULL are left out. */
void acini_layer_stack_set (AciniLayerStack *self, AciniLayer *const *layers, guint n);
guint acini_layer_stack_get_n (AciniLayerStack *self);
/* Returns: (transfer none) number @i from below. */
AciniLayer *acini_layer_stack_get (AciniLayerStack *self, guint i);

/* The two halves of a frame; see acini-layer.h. */
void acini_layer_stack_update (AciniLayerStack *self, const AciniViewport *viewport);
void acini_layer_stack_snapshot (AciniLayerStack *self, GtkSnapshot *snapshot, const AciniViewport *viewport);

/* A layer is the more urgent the lower it lies. */
void acini_layer_stack_want (AciniLayerStack *self, const AciniViewport *viewport, GArray *requests);
gboolean acini_layer_stack_arrived (AciniLayerStack *self, const AciniTileArrival *arrival);
gboolean acini_layer_stack_is_sharp (AciniLayerStack *self, const AciniViewport *viewport);

G_END_DECLS
