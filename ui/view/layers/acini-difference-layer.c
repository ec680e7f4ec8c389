/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-difference-layer.h"

/* Both masks are drawn solid, each takes away from the other what they share, and what is left gets a colour of its
 * own. */

struct _AciniDifferenceLayer
{
  AciniLayer parent_instance;
  AciniLayer *here, *there;
};

G_DEFINE_FINAL_TYPE (AciniDifferenceLayer, acini_difference_layer, ACINI_TYPE_LAYER)

static const GdkRGBA only_here = { 0.f, .45f, .70f, 1.f }, only_there = { .84f, .37f, 0.f, 1.f }; /* Okabe and Ito */

/* What is in @mask and not in @other, in @colour. */
static void
append_only (AciniLayer *mask, AciniLayer *other, GtkSnapshot *snapshot, const AciniViewport *viewport,
             const GdkRGBA *colour)
{
  float none[16] = { 0 };
  none[15] = 1; /* alpha stays */
  graphene_matrix_t matrix;
  graphene_vec4_t offset;
  graphene_matrix_init_from_float (&matrix, none);
  graphene_vec4_init (&offset, colour->red, colour->green, colour->blue, 0);
  gtk_snapshot_push_mask (snapshot, GSK_MASK_MODE_INVERTED_ALPHA);
  acini_layer_snapshot (other, snapshot, viewport);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_push_color_matrix (snapshot, &matrix, &offset);
  acini_layer_snapshot (mask, snapshot, viewport);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_pop (snapshot);
}

static void
acini_difference_layer_snapshot (AciniLayer *layer, GtkSnapshot *snapshot, const AciniViewport *viewport)
{
  AciniDifferenceLayer *self = ACINI_DIFFERENCE_LAYER (layer);
  append_only (self->here, self->there, snapshot, viewport, &only_here);
  append_only (self->there, self->here, snapshot, viewport, &only_there);
}

static void
acini_difference_layer_update (AciniLayer *layer, const AciniViewport *viewport)
{
  AciniDifferenceLayer *self = ACINI_DIFFERENCE_LAYER (layer);
  acini_layer_update (self->here, viewport);
  acini_layer_update (self->there, viewport);
}

static void
acini_difference_layer_damage (AciniLayer *layer, double x0, double y0, double x1, double y1)
{
  AciniDifferenceLayer *self = ACINI_DIFFERENCE_LAYER (layer);
  acini_layer_damage (self->here, x0, y0, x1, y1);
  acini_layer_damage (self->there, x0, y0, x1, y1);
}

static void
acini_difference_layer_want (AciniLayer *layer, const AciniViewport *viewport, int rank, GArray *requests)
{
  AciniDifferenceLayer *self = ACINI_DIFFERENCE_LAYER (layer);
  acini_layer_want (self->here, viewport, rank, requests);
  acini_layer_want (self->there, viewport, rank + 1, requests);
}

static gboolean
acini_difference_layer_arrived (AciniLayer *layer, const AciniTileArrival *arrival)
{
  AciniDifferenceLayer *self = ACINI_DIFFERENCE_LAYER (layer);
  return acini_layer_arrived (self->here, arrival) || acini_layer_arrived (self->there, arrival);
}

static gboolean
acini_difference_layer_is_sharp (AciniLayer *layer, const AciniViewport *viewport)
{
  AciniDifferenceLayer *self = ACINI_DIFFERENCE_LAYER (layer);
  return acini_layer_is_sharp (self->here, viewport) && acini_layer_is_sharp (self->there, viewport);
}

static void
acini_difference_layer_finalize (GObject *object)
{
  AciniDifferenceLayer *self = ACINI_DIFFERENCE_LAYER (object);
  g_clear_object (&self->here);
  g_clear_object (&self->there);
  G_OBJECT_CLASS (acini_difference_layer_parent_class)->finalize (object);
}

static void
acini_difference_layer_class_init (AciniDifferenceLayerClass *klass)
{
  AciniLayerClass *layer_class = ACINI_LAYER_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = acini_difference_layer_finalize;
  layer_class->update = acini_difference_layer_update;
  layer_class->snapshot = acini_difference_layer_snapshot;
  layer_class->damage = acini_difference_layer_damage;
  layer_class->want = acini_difference_layer_want;
  layer_class->arrived = acini_difference_layer_arrived;
  layer_class->is_sharp = acini_difference_layer_is_sharp;
}

static void
acini_difference_layer_init (AciniDifferenceLayer *self)
{
}

AciniDifferenceLayer *
acini_difference_layer_new (AciniMaskLayer *here, AciniMaskLayer *there)
{
  g_return_val_if_fail (ACINI_IS_MASK_LAYER (here) && ACINI_IS_MASK_LAYER (there), NULL);
  AciniDifferenceLayer *self = g_object_new (ACINI_TYPE_DIFFERENCE_LAYER, NULL);
  self->here = g_object_ref (ACINI_LAYER (here));
  self->there = g_object_ref (ACINI_LAYER (there));
  for (int i = 0; i < 2; i++)
    g_signal_connect_object (i == 0 ? self->here : self->there, "damaged", G_CALLBACK (acini_layer_damaged), self,
                             G_CONNECT_SWAPPED);
  return self;
}

AciniMaskLayer *
acini_difference_layer_get_there (AciniDifferenceLayer *self)
{
  g_return_val_if_fail (ACINI_IS_DIFFERENCE_LAYER (self), NULL);
  return ACINI_MASK_LAYER (self->there);
}
