/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-layer.h"

typedef struct
{
  gboolean visible;
  double opacity;
} AciniLayerPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (AciniLayer, acini_layer, G_TYPE_OBJECT)

enum
{
  PROP_VISIBLE = 1,
  PROP_OPACITY,
  N_PROPS
};

enum
{
  DAMAGED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

static AciniLayerPrivate *
get_private (AciniLayer *self)
{
  return acini_layer_get_instance_private (self);
}

static void
acini_layer_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  AciniLayer *self = ACINI_LAYER (object);
  switch (id)
    {
    case PROP_VISIBLE:
      acini_layer_set_visible (self, g_value_get_boolean (value));
      break;
    case PROP_OPACITY:
      acini_layer_set_opacity (self, g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
acini_layer_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AciniLayerPrivate *priv = get_private (ACINI_LAYER (object));
  switch (id)
    {
    case PROP_VISIBLE:
      g_value_set_boolean (value, priv->visible);
      break;
    case PROP_OPACITY:
      g_value_set_double (value, priv->opacity);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
acini_layer_class_init (AciniLayerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  object_class->set_property = acini_layer_set_property;
  object_class->get_property = acini_layer_get_property;
  props[PROP_VISIBLE] = g_param_spec_boolean ("visible", NULL, NULL, TRUE, flags);
  props[PROP_OPACITY] = g_param_spec_double ("opacity", NULL, NULL, 0, 1, 1, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);
  signals[DAMAGED] = g_signal_new ("damaged", ACINI_TYPE_LAYER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_layer_init (AciniLayer *self)
{
  *get_private (self) = (AciniLayerPrivate){ .visible = TRUE, .opacity = 1 };
}

void
acini_layer_set_visible (AciniLayer *self, gboolean visible)
{
  g_return_if_fail (ACINI_IS_LAYER (self));
  AciniLayerPrivate *priv = get_private (self);
  if (!priv->visible == !visible)
    return;
  priv->visible = visible;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_VISIBLE]);
  acini_layer_damaged (self);
}

gboolean
acini_layer_get_visible (AciniLayer *self)
{
  g_return_val_if_fail (ACINI_IS_LAYER (self), FALSE);
  return get_private (self)->visible;
}

void
acini_layer_set_opacity (AciniLayer *self, double opacity)
{
  g_return_if_fail (ACINI_IS_LAYER (self));
  AciniLayerPrivate *priv = get_private (self);
  opacity = CLAMP (opacity, 0, 1);
  if (priv->opacity == opacity)
    return;
  priv->opacity = opacity;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_OPACITY]);
  acini_layer_damaged (self);
}

double
acini_layer_get_opacity (AciniLayer *self)
{
  g_return_val_if_fail (ACINI_IS_LAYER (self), 0);
  return get_private (self)->opacity;
}

gboolean
acini_layer_is_on_screen (AciniLayer *self)
{
  g_return_val_if_fail (ACINI_IS_LAYER (self), FALSE);
  return ACINI_LAYER_GET_CLASS (self)->on_screen;
}

void
acini_layer_update (AciniLayer *self, const AciniViewport *viewport)
{
  g_return_if_fail (ACINI_IS_LAYER (self) && viewport != NULL);
  if (get_private (self)->visible && ACINI_LAYER_GET_CLASS (self)->update)
    ACINI_LAYER_GET_CLASS (self)->update (self, viewport);
}

void
acini_layer_snapshot (AciniLayer *self, GtkSnapshot *snapshot, const AciniViewport *viewport)
{
  g_return_if_fail (ACINI_IS_LAYER (self) && snapshot != NULL && viewport != NULL);
  const AciniLayerPrivate *priv = get_private (self);
  if (!priv->visible || priv->opacity <= 0)
    return;
  if (priv->opacity < 1)
    gtk_snapshot_push_opacity (snapshot, priv->opacity);
  ACINI_LAYER_GET_CLASS (self)->snapshot (self, snapshot, viewport);
  if (priv->opacity < 1)
    gtk_snapshot_pop (snapshot);
}

void
acini_layer_damage (AciniLayer *self, double x0, double y0, double x1, double y1)
{
  g_return_if_fail (ACINI_IS_LAYER (self));
  if (x0 >= x1 || y0 >= y1)
    return;
  if (ACINI_LAYER_GET_CLASS (self)->damage)
    ACINI_LAYER_GET_CLASS (self)->damage (self, x0, y0, x1, y1);
  acini_layer_damaged (self);
}

void
acini_layer_damaged (AciniLayer *self)
{
  g_return_if_fail (ACINI_IS_LAYER (self));
  g_signal_emit (self, signals[DAMAGED], 0);
}

void
acini_layer_want (AciniLayer *self, const AciniViewport *viewport, int rank, GArray *requests)
{
  g_return_if_fail (ACINI_IS_LAYER (self) && viewport != NULL && requests != NULL);
  if (get_private (self)->visible && ACINI_LAYER_GET_CLASS (self)->want)
    ACINI_LAYER_GET_CLASS (self)->want (self, viewport, rank, requests);
}

gboolean
acini_layer_arrived (AciniLayer *self, const AciniTileArrival *arrival)
{
  g_return_val_if_fail (ACINI_IS_LAYER (self) && arrival != NULL, FALSE);
  return ACINI_LAYER_GET_CLASS (self)->arrived && ACINI_LAYER_GET_CLASS (self)->arrived (self, arrival);
}

gboolean
acini_layer_is_sharp (AciniLayer *self, const AciniViewport *viewport)
{
  g_return_val_if_fail (ACINI_IS_LAYER (self) && viewport != NULL, TRUE);
  return !get_private (self)->visible || !ACINI_LAYER_GET_CLASS (self)->is_sharp
         || ACINI_LAYER_GET_CLASS (self)->is_sharp (self, viewport);
}
