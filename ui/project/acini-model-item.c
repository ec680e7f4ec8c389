/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/project/acini-model-item.h"

#include "app/segmentation/acini-segmentation.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

struct _AciniModelItem
{
  GObject parent_instance;

  AciniModelRecord *record;
  AciniCard *card;
  guint depth;
  gboolean in_use;
};

enum
{
  PROP_NAME = 1,
  PROP_IN_USE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AciniModelItem, acini_model_item, G_TYPE_OBJECT)

static void
acini_model_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AciniModelItem *self = ACINI_MODEL_ITEM (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->record->name);
      break;
    case PROP_IN_USE:
      g_value_set_boolean (value, self->in_use);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
acini_model_item_finalize (GObject *object)
{
  AciniModelItem *self = ACINI_MODEL_ITEM (object);

  acini_model_record_free (self->record);
  g_clear_pointer (&self->card, acini_card_free);
  G_OBJECT_CLASS (acini_model_item_parent_class)->finalize (object);
}

static void
acini_model_item_class_init (AciniModelItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = acini_model_item_get_property;
  object_class->finalize = acini_model_item_finalize;
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_IN_USE] = g_param_spec_boolean ("in-use", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
acini_model_item_init (AciniModelItem *self)
{
}

AciniModelItem *
acini_model_item_new (AciniModelRecord *record, AciniCard *card)
{
  AciniModelItem *self = g_object_new (ACINI_TYPE_MODEL_ITEM, NULL);

  self->record = record;
  self->card = card;
  return self;
}

const AciniModelRecord *
acini_model_item_get_record (AciniModelItem *self)
{
  g_return_val_if_fail (ACINI_IS_MODEL_ITEM (self), NULL);
  return self->record;
}

const AciniCard *
acini_model_item_get_card (AciniModelItem *self)
{
  g_return_val_if_fail (ACINI_IS_MODEL_ITEM (self), NULL);
  return self->card;
}

double
acini_model_item_get_downsample (AciniModelItem *self, const AciniSlideRecord *slide)
{
  g_return_val_if_fail (ACINI_IS_MODEL_ITEM (self) && slide != NULL, 1);

  return acini_get_downsample (slide->mpp_x, self->card != NULL ? self->card->mpp : 0);
}

void
acini_model_item_set_depth (AciniModelItem *self, guint depth)
{
  g_return_if_fail (ACINI_IS_MODEL_ITEM (self));
  self->depth = depth;
}

guint
acini_model_item_get_depth (AciniModelItem *self)
{
  g_return_val_if_fail (ACINI_IS_MODEL_ITEM (self), 0);
  return self->depth;
}

void
acini_model_item_set_in_use (AciniModelItem *self, gboolean in_use)
{
  g_return_if_fail (ACINI_IS_MODEL_ITEM (self));
  if (self->in_use == in_use)
    return;
  self->in_use = in_use;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IN_USE]);
}

gboolean
acini_model_item_get_in_use (AciniModelItem *self)
{
  g_return_val_if_fail (ACINI_IS_MODEL_ITEM (self), FALSE);
  return self->in_use;
}

double
acini_model_item_get_dice (AciniModelItem *self)
{
  g_return_val_if_fail (ACINI_IS_MODEL_ITEM (self), NAN);
  if (self->card == NULL || self->card->scores == NULL)
    return NAN;
  return json_object_get_double_member_with_default (self->card->scores, "dice", NAN);
}

static char *
dup_architecture (const char *architecture)
{
  if (g_str_has_prefix (architecture, "segformer-"))
    {
      g_autofree char *size = g_ascii_strup (architecture + strlen ("segformer-"), -1);

      return g_strconcat ("SegFormer ", size, NULL);
    }
  return g_strdup (g_str_equal (architecture, "unet-resnet34") ? "U-Net ResNet-34" : architecture);
}

char *
acini_model_item_dup_subtitle (AciniModelItem *self)
{
  g_autofree char *architecture = NULL;

  g_return_val_if_fail (ACINI_IS_MODEL_ITEM (self), NULL);

  if (self->card == NULL)
    return g_strdup (_ ("The model's card cannot be read"));
  architecture = dup_architecture (self->card->architecture != NULL ? self->card->architecture : "");
  if (self->card->parent != NULL && *self->card->parent != '\0')
    return g_strdup_printf (_ ("%s · fine-tuned from %s"), architecture, self->card->parent);
  return g_strdup_printf (self->record->created == 0 ? _ ("%s · comes with Acini") : "%s", architecture);
}
