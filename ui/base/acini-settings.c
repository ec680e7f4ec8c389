/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/base/acini-settings.h"

/* A saved window size smaller than this cannot be real. */
#define LEAST_WIDTH 400
#define LEAST_HEIGHT 300

static GKeyFile *
load_key_file (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();

  return g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL) ? g_steal_pointer (&file) : NULL;
}

static void
take_boolean (GSettings *settings, const char *key, GKeyFile *file, const char *name)
{
  g_autoptr (GError) error = NULL;
  gboolean value = g_key_file_get_boolean (file, "window", name, &error);

  if (error == NULL)
    g_settings_set_boolean (settings, key, value);
}

static void
take_window (GSettings *settings, GKeyFile *file)
{
  int width = g_key_file_get_integer (file, "window", "width", NULL);
  int height = g_key_file_get_integer (file, "window", "height", NULL);

  if (width >= LEAST_WIDTH && height >= LEAST_HEIGHT)
    g_settings_set (settings, "window-size", "(ii)", width, height);
  take_boolean (settings, "window-maximized", file, "maximized");
  take_boolean (settings, "show-slides-pane", file, "show-slides");
  take_boolean (settings, "show-side-pane", file, "show-side");
}

static void
take_shortcuts (GSettings *settings, GKeyFile *file)
{
  g_auto (GStrv) actions = g_key_file_get_keys (file, "shortcuts", NULL, NULL);
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{ss}"));
  for (guint i = 0; actions != NULL && actions[i] != NULL; i++)
    {
      g_autofree char *keys = g_key_file_get_string (file, "shortcuts", actions[i], NULL);

      if (keys != NULL)
        g_variant_builder_add (&builder, "{ss}", actions[i], keys);
    }
  g_settings_set_value (settings, "shortcuts", g_variant_builder_end (&builder));
}

void
acini_settings_take_over (GSettings *settings, const char *folder)
{
  g_autoptr (GKeyFile) tiles = NULL, window = NULL, shortcuts = NULL;

  g_return_if_fail (G_IS_SETTINGS (settings) && folder != NULL);
  /* A few bytes, once, before any window is there. */
  tiles = load_key_file (folder, "tiles.ini");
  window = load_key_file (folder, "window.ini");
  shortcuts = load_key_file (folder, "shortcuts.ini");
  if (tiles != NULL)
    g_settings_set_int (settings, "image-cache",
                        CLAMP (g_key_file_get_integer (tiles, "tiles", "memory", NULL), 0, 65536));
  if (window != NULL)
    take_window (settings, window);
  if (shortcuts != NULL)
    take_shortcuts (settings, shortcuts);
  g_settings_set_boolean (settings, "took-over", TRUE);
}

/* The schema beside the program, as in a build folder, else the installed one. */
static GSettingsSchema *
find_schema (void)
{
  GSettingsSchemaSource *installed = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchemaSource) beside = NULL;
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = program != NULL ? g_path_get_dirname (program) : NULL;
  GSettingsSchema *schema = NULL;

  if (folder != NULL)
    beside = g_settings_schema_source_new_from_directory (folder, installed, TRUE, NULL);
  if (beside != NULL)
    schema = g_settings_schema_source_lookup (beside, ACINI_APPLICATION_ID, FALSE);
  if (schema == NULL && installed != NULL)
    schema = g_settings_schema_source_lookup (installed, ACINI_APPLICATION_ID, TRUE);
  return schema;
}

GSettings *
acini_settings_get_default (void)
{
  static GSettings *settings;

  if (settings == NULL)
    {
      g_autoptr (GSettingsSchema) schema = find_schema ();
      g_autofree char *folder = g_build_filename (g_get_user_config_dir (), "acini", NULL);

      if (schema == NULL)
        g_error ("The schema of the settings, %s, is not installed.", ACINI_APPLICATION_ID);
      settings = g_settings_new_full (schema, NULL, NULL);
      if (!g_settings_get_boolean (settings, "took-over"))
        acini_settings_take_over (settings, folder);
    }
  return settings;
}
