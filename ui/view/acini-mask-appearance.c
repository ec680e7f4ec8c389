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

void
acini_mask_appearance_read_colours (GSettings *settings, const char *key, GdkRGBA colours[ACINI_CLASS_COLOURS])
{
  g_auto (GStrv) names = NULL;
  g_autofree const char **defaults = NULL;
  g_autoptr (GVariant) otherwise = NULL;

  g_return_if_fail (G_IS_SETTINGS (settings) && key != NULL);

  names = g_settings_get_strv (settings, key);
  otherwise = g_settings_get_default_value (settings, key);
  defaults = g_variant_get_strv (otherwise, NULL);
  for (guint i = 0, n = g_strv_length (names); i < ACINI_CLASS_COLOURS; i++)
    if (i >= n || !gdk_rgba_parse (&colours[i], names[i]))
      gdk_rgba_parse (&colours[i], defaults[i]);
}

/* As 0xRRGGBB. */
static void
get_colours (GSettings *settings, const char *key, guint32 pixels[ACINI_CLASS_COLOURS])
{
  GdkRGBA colours[ACINI_CLASS_COLOURS];

  acini_mask_appearance_read_colours (settings, key, colours);
  for (guint i = 0; i < ACINI_CLASS_COLOURS; i++)
    pixels[i] = (guint32)lround (255 * colours[i].red) << 16 | (guint32)lround (255 * colours[i].green) << 8
                | (guint32)lround (255 * colours[i].blue);
}

static void
apply (AciniMaskAppearance *self, const char *key, GSettings *settings)
{
  guint32 decided[ACINI_CLASS_COLOURS], predicted[ACINI_CLASS_COLOURS];

  get_colours (settings, "label-colours", decided);
  get_colours (settings, "prediction-colours", predicted);
  acini_class_colours_set (decided, predicted);
  acini_mask_palette_set_line_width (g_settings_get_int (settings, "outline-width"));
  g_signal_emit (self, changed_signal, 0);
}

void
acini_mask_appearance_set_project (AciniMaskAppearance *self, const guint32 *colours, guint n)
{
  g_return_if_fail (ACINI_IS_MASK_APPEARANCE (self));
  acini_class_colours_set_project (colours, n);
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
  g_signal_connect_object (settings, "changed::label-colours", G_CALLBACK (apply), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (settings, "changed::prediction-colours", G_CALLBACK (apply), self, G_CONNECT_SWAPPED);
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
