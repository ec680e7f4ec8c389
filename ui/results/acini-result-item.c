/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/results/acini-result-item.h"

struct _AciniResultItem
{
  GObject parent_instance;

  gint64 slide;
  char *slide_name, *class_name;
  AciniResult result;
};

G_DEFINE_FINAL_TYPE (AciniResultItem, acini_result_item, G_TYPE_OBJECT)

static void
acini_result_item_finalize (GObject *object)
{
  AciniResultItem *self = ACINI_RESULT_ITEM (object);

  g_free (self->slide_name);
  g_free (self->class_name);
  G_OBJECT_CLASS (acini_result_item_parent_class)->finalize (object);
}

static void
acini_result_item_class_init (AciniResultItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_result_item_finalize;
}

static void
acini_result_item_init (AciniResultItem *self)
{
}

AciniResultItem *
acini_result_item_new (gint64 slide, const char *slide_name, const char *class_name, const AciniResult *result)
{
  AciniResultItem *self = g_object_new (ACINI_TYPE_RESULT_ITEM, NULL);

  self->slide = slide;
  self->slide_name = g_strdup (slide_name);
  self->class_name = g_strdup (class_name);
  self->result = *result;
  return self;
}

gint64
acini_result_item_get_slide (AciniResultItem *self)
{
  g_return_val_if_fail (ACINI_IS_RESULT_ITEM (self), 0);
  return self->slide;
}

const char *
acini_result_item_get_slide_name (AciniResultItem *self)
{
  g_return_val_if_fail (ACINI_IS_RESULT_ITEM (self), NULL);
  return self->slide_name;
}

const char *
acini_result_item_get_class_name (AciniResultItem *self)
{
  g_return_val_if_fail (ACINI_IS_RESULT_ITEM (self), NULL);
  return self->class_name;
}

const AciniResult *
acini_result_item_get (AciniResultItem *self)
{
  g_return_val_if_fail (ACINI_IS_RESULT_ITEM (self), NULL);
  return &self->result;
}
