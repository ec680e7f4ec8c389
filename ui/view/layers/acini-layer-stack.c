/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-layer-stack.h"

struct _AciniLayerStack
{
  GObject parent_instance;
  GPtrArray *layers; /* AciniLayer, the lowest first */
};

G_DEFINE_FINAL_TYPE (AciniLayerStack, acini_layer_stack, G_TYPE_OBJECT)

enum
{
  DAMAGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
on_damaged (AciniLayerStack *self)
{
  g_signal_emit (self, signals[DAMAGED], 0);
}

static void
acini_layer_stack_finalize (GObject *object)
{
  AciniLayerStack *self = ACINI_LAYER_STACK (object);
  g_ptr_array_unref (self->layers);
  G_OBJECT_CLASS (acini_layer_stack_parent_class)->finalize (object);
}

static void
acini_layer_stack_class_init (AciniLayerStackClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_layer_stack_finalize;
  signals[DAMAGED]
      = g_signal_new ("damaged", ACINI_TYPE_LAYER_STACK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_layer_stack_init (AciniLayerStack *self)
{
  self->layers = g_ptr_array_new_with_free_func (g_object_unref);
}

AciniLayerStack *
acini_layer_stack_new (void)
{
  return g_object_new (ACINI_TYPE_LAYER_STACK, NULL);
}

static AciniLayer *
get (AciniLayerStack *self, guint i)
{
  return g_ptr_array_index (self->layers, i);
}

void
acini_layer_stack_set (AciniLayerStack *self, AciniLayer *const *layers, guint n)
{
  g_return_if_fail (ACINI_IS_LAYER_STACK (self) && (layers != NULL || n == 0));
  g_autoptr (GPtrArray) before = self->layers;
  self->layers = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < before->len; i++)
    g_signal_handlers_disconnect_by_func (g_ptr_array_index (before, i), on_damaged, self);
  for (guint i = 0; i < n; i++)
    if (layers[i])
      {
        g_ptr_array_add (self->layers, g_object_ref (layers[i]));
        g_signal_connect_object (layers[i], "damaged", G_CALLBACK (on_damaged), self, G_CONNECT_SWAPPED);
      }
  on_damaged (self);
}

guint
acini_layer_stack_get_n (AciniLayerStack *self)
{
  g_return_val_if_fail (ACINI_IS_LAYER_STACK (self), 0);
  return self->layers->len;
}

AciniLayer *
acini_layer_stack_get (AciniLayerStack *self, guint i)
{
  g_return_val_if_fail (ACINI_IS_LAYER_STACK (self) && i < self->layers->len, NULL);
  return get (self, i);
}

void
acini_layer_stack_update (AciniLayerStack *self, const AciniViewport *viewport)
{
  g_return_if_fail (ACINI_IS_LAYER_STACK (self) && viewport != NULL);
  for (guint i = 0; i < self->layers->len; i++)
    acini_layer_update (get (self, i), viewport);
}

void
acini_layer_stack_snapshot (AciniLayerStack *self, GtkSnapshot *snapshot, const AciniViewport *viewport)
{
  g_return_if_fail (ACINI_IS_LAYER_STACK (self) && snapshot != NULL && viewport != NULL);
  gboolean on_canvas = FALSE;
  for (guint i = 0; i < self->layers->len; i++)
    {
      /* Neighbours on the canvas share one transform. */
      gboolean needs_canvas = !acini_layer_is_on_screen (get (self, i));
      if (needs_canvas && !on_canvas)
        acini_viewport_push (viewport, snapshot);
      else if (!needs_canvas && on_canvas)
        gtk_snapshot_restore (snapshot);
      on_canvas = needs_canvas;
      acini_layer_snapshot (get (self, i), snapshot, viewport);
    }
  if (on_canvas)
    gtk_snapshot_restore (snapshot);
}

void
acini_layer_stack_want (AciniLayerStack *self, const AciniViewport *viewport, GArray *requests)
{
  g_return_if_fail (ACINI_IS_LAYER_STACK (self) && viewport != NULL && requests != NULL);
  for (guint i = 0; i < self->layers->len; i++)
    acini_layer_want (get (self, i), viewport, (int)i, requests);
}

gboolean
acini_layer_stack_arrived (AciniLayerStack *self, const AciniTileArrival *arrival)
{
  g_return_val_if_fail (ACINI_IS_LAYER_STACK (self) && arrival != NULL, FALSE);
  for (guint i = 0; i < self->layers->len; i++)
    if (acini_layer_arrived (get (self, i), arrival))
      return TRUE;
  return FALSE;
}

gboolean
acini_layer_stack_is_sharp (AciniLayerStack *self, const AciniViewport *viewport)
{
  g_return_val_if_fail (ACINI_IS_LAYER_STACK (self) && viewport != NULL, TRUE);
  for (guint i = 0; i < self->layers->len; i++)
    if (!acini_layer_is_sharp (get (self, i), viewport))
      return FALSE;
  return TRUE;
}
