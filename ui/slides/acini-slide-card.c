/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/slides/acini-slide-card.h"

#include "ui/slides/acini-gallery-masks.h"

struct _AciniSlideCard
{
  AdwBin parent_instance;

  AciniSlideItem *item;
};

enum
{
  PROP_ITEM = 1,
  PROP_MASK,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AciniSlideCard, acini_slide_card, ADW_TYPE_BIN)

static void
acini_slide_card_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_ITEM)
    g_value_set_object (value, ACINI_SLIDE_CARD (object)->item);
  else if (id == PROP_MASK)
    g_value_set_object (value, ACINI_SLIDE_CARD (object)->item != NULL
                                   ? acini_gallery_masks_get (ACINI_SLIDE_CARD (object)->item)
                                   : NULL);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
on_detail (AciniSlideCard *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MASK]);
}

static void
set_item (AciniSlideCard *self, AciniSlideItem *item)
{
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_func (self->item, on_detail, self);
  if (!g_set_object (&self->item, item) && item == NULL)
    return;
  if (item != NULL)
    g_signal_connect_object (item, "notify::detail", G_CALLBACK (on_detail), self, G_CONNECT_SWAPPED);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ITEM]);
  on_detail (self);
}

static void
acini_slide_card_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id != PROP_ITEM)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  else
    set_item (ACINI_SLIDE_CARD (object), g_value_get_object (value));
}

static void
acini_slide_card_finalize (GObject *object)
{
  g_clear_object (&ACINI_SLIDE_CARD (object)->item);
  G_OBJECT_CLASS (acini_slide_card_parent_class)->finalize (object);
}

static void
acini_slide_card_class_init (AciniSlideCardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = acini_slide_card_get_property;
  object_class->set_property = acini_slide_card_set_property;
  object_class->finalize = acini_slide_card_finalize;
  properties[PROP_ITEM] = g_param_spec_object ("item", NULL, NULL, ACINI_TYPE_SLIDE_ITEM,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_MASK] = g_param_spec_object ("mask", NULL, NULL, GDK_TYPE_TEXTURE,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
acini_slide_card_init (AciniSlideCard *self)
{
}

AciniSlideItem *
acini_slide_card_get_item (AciniSlideCard *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_CARD (self), NULL);
  return self->item;
}
