/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/acini-preferences-general.h"

#include "data/cache/acini-tile-cache.h"
#include "ui/base/acini-settings.h"
#include "ui/view/acini-mask-appearance.h"

#include <glib/gi18n.h>

#define LEAST_MIB 128
#define MOST_MIB 65536
#define STEP_MIB 128

static GtkWidget *
make_group (AdwPreferencesPage *page, const char *title)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  adw_preferences_page_add (page, ADW_PREFERENCES_GROUP (group));
  return group;
}

static void
reset (GtkButton *button, const char *key)
{
  g_settings_reset (acini_settings_get_default (), key);
}

/* What is as it was at first cannot be reset. */
static void
show_reset (GtkWidget *button, const char *key, GSettings *settings)
{
  g_autoptr (GVariant) chosen = g_settings_get_user_value (settings, key);

  gtk_widget_set_visible (button, chosen != NULL);
}

/* A way back to the default of @key (static). */
static void
add_reset (AdwActionRow *row, const char *key)
{
  GSettings *settings = acini_settings_get_default ();
  g_autofree char *changed = g_strconcat ("changed::", key, NULL);
  GtkWidget *button = gtk_button_new_from_icon_name ("edit-undo-symbolic");

  gtk_widget_set_tooltip_text (button, _ ("Reset"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  g_signal_connect (button, "clicked", G_CALLBACK (reset), (gpointer)key);
  g_signal_connect_object (settings, changed, G_CALLBACK (show_reset), button, G_CONNECT_SWAPPED);
  show_reset (button, key, settings);
  adw_action_row_add_suffix (row, button);
}

/* Choices: the row's position is one of @values, which end with NULL. */

static gboolean
get_position (GValue *value, GVariant *variant, gpointer values)
{
  for (guint i = 0; ((const char *const *)values)[i] != NULL; i++)
    if (g_str_equal (((const char *const *)values)[i], g_variant_get_string (variant, NULL)))
      g_value_set_uint (value, i);
  return TRUE;
}

static GVariant *
get_choice (const GValue *value, const GVariantType *type, gpointer values)
{
  return g_variant_new_string (((const char *const *)values)[g_value_get_uint (value)]);
}

static GtkWidget *
make_choice (GtkWidget *group, const char *title, const char *key, const char *const *names, const char *const *values)
{
  GtkWidget *row = adw_combo_row_new ();
  g_autoptr (GtkStringList) list = gtk_string_list_new (names);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (list));
  g_settings_bind_with_mapping (acini_settings_get_default (), key, row, "selected", G_SETTINGS_BIND_DEFAULT,
                                get_position, get_choice, (gpointer)values, NULL);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  return row;
}

/* Colours: a row for each class, with a button for what a person marked and one for what the model predicts. */

typedef struct
{
  const char *key;  /* of the settings */
  guint i;          /* the class */
  gboolean filling; /* nobody chooses */
} Colour;

static void
show_colour (GtkWidget *button)
{
  Colour *colour = g_object_get_data (G_OBJECT (button), "colour");
  GdkRGBA colours[ACINI_CLASS_COLOURS];

  acini_mask_appearance_read_colours (acini_settings_get_default (), colour->key, colours);
  colour->filling = TRUE;
  gtk_color_dialog_button_set_rgba (GTK_COLOR_DIALOG_BUTTON (button), &colours[colour->i]);
  colour->filling = FALSE;
}

/* Writes @chosen as the colour of class @i; what is all as at first is not kept. */
static void
set_colour (const char *key, guint i, const GdkRGBA *chosen)
{
  GSettings *settings = acini_settings_get_default ();
  g_autoptr (GVariant) otherwise = g_settings_get_default_value (settings, key);
  g_autofree const char **defaults = g_variant_get_strv (otherwise, NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;
  GdkRGBA colours[ACINI_CLASS_COLOURS];
  gboolean differs = FALSE;

  acini_mask_appearance_read_colours (settings, key, colours);
  colours[i] = *chosen;
  for (guint k = 0; k < ACINI_CLASS_COLOURS; k++)
    {
      g_autofree char *name
          = g_strdup_printf ("#%02x%02x%02x", (guint)(255 * colours[k].red + .5f),
                             (guint)(255 * colours[k].green + .5f), (guint)(255 * colours[k].blue + .5f));

      differs |= !g_str_equal (name, defaults[k]);
      g_strv_builder_add (builder, name);
    }
  names = g_strv_builder_end (builder);
  if (differs)
    g_settings_set_strv (settings, key, (const char *const *)names);
  else
    g_settings_reset (settings, key);
}

static void
on_colour (GtkColorDialogButton *button)
{
  const Colour *colour = g_object_get_data (G_OBJECT (button), "colour");

  if (!colour->filling)
    set_colour (colour->key, colour->i, gtk_color_dialog_button_get_rgba (button));
}

static void
add_colour (AdwActionRow *row, const char *name, const char *key, guint i)
{
  g_autofree char *title = g_strdup_printf ("%s: %s", adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), name);
  g_autofree char *changed = g_strconcat ("changed::", key, NULL);
  GtkColorDialog *dialog = gtk_color_dialog_new ();
  GtkWidget *button = gtk_color_dialog_button_new (dialog);
  Colour *colour = g_new (Colour, 1);

  *colour = (Colour){ key, i, FALSE };
  g_object_set_data_full (G_OBJECT (button), "colour", colour, g_free);
  gtk_color_dialog_set_title (dialog, title);
  gtk_color_dialog_set_with_alpha (dialog, FALSE);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  show_colour (button);
  g_signal_connect (button, "notify::rgba", G_CALLBACK (on_colour), NULL);
  g_signal_connect_object (acini_settings_get_default (), changed, G_CALLBACK (show_colour), button, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (row, button);
}

static const char *const colour_keys[] = { "label-colours", "prediction-colours" };

static void
reset_colours (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (colour_keys); i++)
    g_settings_reset (acini_settings_get_default (), colour_keys[i]);
}

static void
show_reset_colours (GtkWidget *button, const char *key, GSettings *settings)
{
  gboolean any = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (colour_keys); i++)
    {
      g_autoptr (GVariant) chosen = g_settings_get_user_value (settings, colour_keys[i]);

      any |= chosen != NULL;
    }
  gtk_widget_set_sensitive (button, any);
}

static void
make_colours (AdwPreferencesPage *page)
{
  GSettings *settings = acini_settings_get_default ();
  GtkWidget *group = make_group (page, _ ("Mask Colours"));
  GtkWidget *button = gtk_button_new_with_mnemonic (_ ("_Reset Colours"));

  adw_preferences_group_set_description (
      ADW_PREFERENCES_GROUP (group),
      _ ("For each class of a model. Left: marked by you, right: predicted. With more classes than these the "
         "colours repeat."));
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  g_signal_connect (button, "clicked", G_CALLBACK (reset_colours), NULL);
  for (guint i = 0; i < G_N_ELEMENTS (colour_keys); i++)
    {
      g_autofree char *changed = g_strconcat ("changed::", colour_keys[i], NULL);

      g_signal_connect_object (settings, changed, G_CALLBACK (show_reset_colours), button, G_CONNECT_SWAPPED);
    }
  show_reset_colours (button, NULL, settings);
  adw_preferences_group_set_header_suffix (ADW_PREFERENCES_GROUP (group), button);
  for (guint i = 0; i < ACINI_CLASS_COLOURS; i++)
    {
      GtkWidget *row = adw_action_row_new ();
      g_autofree char *title = g_strdup_printf (_ ("Class %u"), i + 1);

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
      add_colour (ADW_ACTION_ROW (row), _ ("Marked by You"), "label-colours", i);
      add_colour (ADW_ACTION_ROW (row), _ ("Predicted"), "prediction-colours", i);
      adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
    }
}

static void
make_outline_width (GtkWidget *group)
{
  GtkWidget *row = adw_spin_row_new_with_range (1, 3, 1);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Outline Width (Pixels)"));
  g_settings_bind (acini_settings_get_default (), "outline-width", row, "value", G_SETTINGS_BIND_DEFAULT);
  add_reset (ADW_ACTION_ROW (row), "outline-width");
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
}

/* Memory.  0 in the settings is what the cache sees fit, and shown as that many MiB. */

static gboolean
get_mib (GValue *value, GVariant *variant, gpointer data)
{
  int mib = g_variant_get_int32 (variant);

  if (mib == 0)
    mib = (int)(acini_tile_cache_get_limit (acini_tile_cache_get_default ()) >> 20);
  g_value_set_double (value, mib);
  return TRUE;
}

static GVariant *
get_limit (const GValue *value, const GVariantType *type, gpointer data)
{
  return g_variant_new_int32 ((gint32)g_value_get_double (value));
}

static void
make_cache (GtkWidget *group)
{
  GtkWidget *row = adw_spin_row_new_with_range (LEAST_MIB, MOST_MIB, STEP_MIB);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Image Cache (MiB)"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ ("Memory for recently viewed parts of slides and masks. By "
                                                        "default a quarter of the computer’s memory, at most 2 GiB."));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  g_settings_bind_with_mapping (acini_settings_get_default (), "image-cache", row, "value", G_SETTINGS_BIND_DEFAULT,
                                get_mib, get_limit, NULL, NULL);
  add_reset (ADW_ACTION_ROW (row), "image-cache");
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
}

AdwPreferencesPage *
acini_preferences_general_new (void)
{
  static const char *const styles[] = { "system", "light", "dark", NULL }, *const devices[]
                                                                           = { "auto", "cpu", "cuda", NULL };
  AdwPreferencesPage *page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());
  GtkWidget *group = NULL, *row = NULL;

  adw_preferences_page_set_title (page, _ ("General"));
  adw_preferences_page_set_icon_name (page, "preferences-system-symbolic");
  group = make_group (page, _ ("Appearance"));
  make_choice (group, _ ("Style"), "style", (const char *const[]){ _ ("Follow System"), _ ("Light"), _ ("Dark"), NULL },
               styles);
  group = make_group (page, _ ("Mask"));
  make_outline_width (group);
  make_colours (page);
  group = make_group (page, _ ("Computing"));
  row = make_choice (group, _ ("Device"), "device",
                     (const char *const[]){ _ ("Automatic"), _ ("Processor (CPU)"), _ ("Graphics Card (CUDA)"), NULL },
                     devices);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), _ ("For segmentations and trainings started from now on"));
  make_cache (group);
  return page;
}
