/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/view/acini-mask-appearance.h"

#include "ui/base/acini-settings.h"
#include "ui/view/layers/acini-class-colours.h"
#include "ui/view/layers/acini-mask-palette.h"

#include <math.h>

struct _AciniMaskAppearance
{
  GObject parent_instance;
};

static guint changed_signal;

G_DEFINE_FINAL_TYPE (AciniMaskAppearance, acini_mask_appearance, G_TYPE_OBJECT)

/* 0xRRGGBB.  What is no colour is the default. */
static guint32
get_colour (GSettings *settings, const char *key)
{
  g_autofree char *text = g_settings_get_string (settings, key);
  GdkRGBA colour;

  if (!gdk_rgba_parse (&colour, text))
    {
      g_autoptr (GVariant) otherwise = g_settings_get_default_value (settings, key);

      gdk_rgba_parse (&colour, g_variant_get_string (otherwise, NULL));
    }
  return (guint32)lround (255 * colour.red) << 16 | (guint32)lround (255 * colour.green) << 8
         | (guint32)lround (255 * colour.blue);
}

static void
apply (AciniMaskAppearance *self, const char *key, GSettings *settings)
{
  acini_class_colours_set (get_colour (settings, "label-colour"), get_colour (settings, "prediction-colour"));
  acini_mask_palette_set_line_width (g_settings_get_int (settings, "outline-width"));
  g_signal_emit (self, changed_signal, 0);
}

static void
acini_mask_appearance_class_init (AciniMaskAppearanceClass *klass)
{
  changed_signal
      = g_signal_new ("changed", ACINI_TYPE_MASK_APPEARANCE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_mask_appearance_init (AciniMaskAppearance *self)
{
  GSettings *settings = acini_settings_get_default ();

  apply (self, NULL, settings);
  g_signal_connect_object (settings, "changed::label-colour", G_CALLBACK (apply), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::prediction-colour", G_CALLBACK (apply), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::outline-width", G_CALLBACK (apply), self, G_CONNECT_SWAPPED);
}

AciniMaskAppearance *
acini_mask_appearance_get_default (void)
{
  static AciniMaskAppearance *shared;

  if (shared == NULL)
    shared = g_object_new (ACINI_TYPE_MASK_APPEARANCE, NULL);
  return shared;
}
