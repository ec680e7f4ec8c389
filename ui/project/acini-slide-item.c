/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/project/acini-slide-item.h"

#include "ui/base/acini-units.h"
#include "ui/project/acini-thumbnail.h"

#include <glib/gi18n.h>

struct _AciniSlideItem
{
  GObject parent_instance;

  AciniSlideRecord *record;
  GdkPaintable *thumbnail;
  gboolean requested; /* the thumbnail */
};

enum
{
  PROP_NAME = 1,
  PROP_ORGAN_NAME,
  PROP_DETAIL,
  PROP_THUMBNAIL,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AciniSlideItem, acini_slide_item, G_TYPE_OBJECT)

static const struct
{
  const char *id, *name;
} organs[] = {
  { "", N_ ("Unknown") },  { "kidney", N_ ("Kidney") },     { "largeintestine", N_ ("Large intestine") },
  { "lung", N_ ("Lung") }, { "prostate", N_ ("Prostate") }, { "spleen", N_ ("Spleen") },
};

const char *
acini_organ_get_name (const char *organ)
{
  for (guint i = 0; i < G_N_ELEMENTS (organs); i++)
    if (g_strcmp0 (organs[i].id, organ) == 0)
      return _ (organs[i].name);
  return organ != NULL ? organ : "";
}

const char *
acini_organ_get_unit (const char *organ)
{
  static const struct
  {
    const char *organ, *unit;
  } units[] = {
    { "kidney", N_ ("glomerulus") }, { "largeintestine", N_ ("crypt") }, { "lung", N_ ("alveolus") },
    { "prostate", N_ ("acinus") },   { "spleen", N_ ("white pulp") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_strcmp0 (units[i].organ, organ) == 0)
      return _ (units[i].unit);
  return _ ("unit");
}

const char *const *
acini_organ_list (void)
{
  static const char *ids[G_N_ELEMENTS (organs) + 1];

  for (guint i = 0; i < G_N_ELEMENTS (organs); i++)
    ids[i] = organs[i].id;
  return ids;
}

static char *
describe (const AciniSlideRecord *record)
{
  g_autofree char *width = acini_units_format_count (record->width);
  g_autofree char *height = acini_units_format_count (record->height);
  /* Translators: the width and height of a slide in pixels. */
  g_autofree char *size = g_strdup_printf (_ ("%s × %s px"), width, height);

  if (record->missing)
    return g_strdup_printf (_ ("File missing · %s"), size);
  return record->labelled ? g_strdup_printf (_ ("Labelled · %s"), size) : g_steal_pointer (&size);
}

static void
on_thumbnail (gpointer object, GdkTexture *texture)
{
  AciniSlideItem *self = ACINI_SLIDE_ITEM (object);

  g_set_object (&self->thumbnail, GDK_PAINTABLE (texture));
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_THUMBNAIL]);
}

static void
acini_slide_item_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AciniSlideItem *self = ACINI_SLIDE_ITEM (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->record->name);
      break;
    case PROP_ORGAN_NAME:
      /* Alone in a list, “Unknown” would not say what. */
      g_value_set_string (value, *self->record->organ != '\0' ? acini_organ_get_name (self->record->organ)
                                                              : _ ("Organ unknown"));
      break;
    case PROP_DETAIL:
      g_value_take_string (value, describe (self->record));
      break;
    case PROP_THUMBNAIL:
      /* Made when a list first shows it. */
      if (!self->requested)
        {
          self->requested = TRUE;
          acini_thumbnail_load (self->record->path, self, on_thumbnail);
        }
      g_value_set_object (value, self->thumbnail);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
acini_slide_item_finalize (GObject *object)
{
  AciniSlideItem *self = ACINI_SLIDE_ITEM (object);

  acini_slide_record_free (self->record);
  g_clear_object (&self->thumbnail);
  G_OBJECT_CLASS (acini_slide_item_parent_class)->finalize (object);
}

static void
acini_slide_item_class_init (AciniSlideItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = acini_slide_item_get_property;
  object_class->finalize = acini_slide_item_finalize;
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_ORGAN_NAME] = g_param_spec_string ("organ-name", NULL, NULL, NULL, flags);
  properties[PROP_DETAIL] = g_param_spec_string ("detail", NULL, NULL, NULL, flags);
  properties[PROP_THUMBNAIL] = g_param_spec_object ("thumbnail", NULL, NULL, GDK_TYPE_PAINTABLE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
acini_slide_item_init (AciniSlideItem *self)
{
}

AciniSlideItem *
acini_slide_item_new (AciniSlideRecord *record)
{
  AciniSlideItem *self = g_object_new (ACINI_TYPE_SLIDE_ITEM, NULL);

  self->record = record;
  return self;
}

const AciniSlideRecord *
acini_slide_item_get_record (AciniSlideItem *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_ITEM (self), NULL);
  return self->record;
}

static gboolean
is_same (const AciniSlideRecord *a, const AciniSlideRecord *b)
{
  return g_strcmp0 (a->name, b->name) == 0 && g_strcmp0 (a->path, b->path) == 0 && g_strcmp0 (a->organ, b->organ) == 0
         && a->mpp_x == b->mpp_x && a->mpp_y == b->mpp_y && a->width == b->width && a->height == b->height
         && a->labelled == b->labelled && a->missing == b->missing;
}

void
acini_slide_item_update (AciniSlideItem *self, AciniSlideRecord *record)
{
  gboolean same, found;

  g_return_if_fail (ACINI_IS_SLIDE_ITEM (self) && record != NULL && record->id == self->record->id);

  same = is_same (self->record, record);
  found = self->record->missing && !record->missing;
  acini_slide_record_free (self->record);
  self->record = record;
  if (same) /* a list is read again often, and rarely is anything new */
    return;
  if (found)
    {
      self->requested = FALSE;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_THUMBNAIL]);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NAME]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ORGAN_NAME]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DETAIL]);
}
