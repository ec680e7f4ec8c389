/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"

#include "data/cache/acini-tile-cache.h"
#include "ui/view/acini-cache-setting.h"

#include <glib/gi18n-lib.h>

#define LEAST 128
#define MOST 65536
#define STEP 128

static char *
dup_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "acini", "tiles.ini", NULL);
}

void
acini_cache_setting_load (void)
{
  g_autofree char *path = dup_path ();
  g_autoptr (GKeyFile) file = g_key_file_new ();
  /* Read before the window is there at all: a few bytes, once. */
  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return;
  int mib = g_key_file_get_integer (file, "tiles", "memory", NULL);
  if (mib > 0)
    acini_tile_cache_set_limit (acini_tile_cache_get_default (), (gsize)CLAMP (mib, LEAST, MOST) << 20);
}

/* @mib 0: as the program sees fit. */
static void
keep (int mib)
{
  g_autofree char *path = dup_path (), *folder = g_path_get_dirname (path), *data = NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  gsize length = 0;
  g_key_file_set_integer (file, "tiles", "memory", mib);
  data = g_key_file_to_data (file, &length, NULL);
  if (g_mkdir_with_parents (folder, 0700) == 0)
    g_file_set_contents_full (path, data, (gssize)length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}

static double
get_mib (void)
{
  return (double)(acini_tile_cache_get_limit (acini_tile_cache_get_default ()) >> 20);
}

static void
on_changed (AdwSpinRow *row)
{
  int mib = (int)adw_spin_row_get_value (row);
  if (mib == (int)get_mib ())
    return;
  acini_tile_cache_set_limit (acini_tile_cache_get_default (), (gsize)mib << 20);
  keep (mib);
}

static void
on_reset (AdwSpinRow *row)
{
  acini_tile_cache_set_limit (acini_tile_cache_get_default (), 0);
  keep (0);
  adw_spin_row_set_value (row, get_mib ());
}

GtkWidget *
acini_cache_setting_make_group (void)
{
  GtkWidget *group = adw_preferences_group_new (), *row = adw_spin_row_new_with_range (LEAST, MOST, STEP);
  GtkWidget *reset = gtk_button_new_from_icon_name ("edit-undo-symbolic");
  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), _ ("Memory"));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("For what is on screen, in MiB"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               _ ("Decoded parts of slides and masks. By default a quarter of the "
                                  "memory, at most 2 GiB."));
  adw_spin_row_set_value (ADW_SPIN_ROW (row), get_mib ());
  gtk_widget_set_tooltip_text (reset, _ ("As at first"));
  gtk_widget_set_valign (reset, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (reset, "flat");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), reset);
  g_signal_connect (row, "notify::value", G_CALLBACK (on_changed), NULL);
  g_signal_connect_object (reset, "clicked", G_CALLBACK (on_reset), row, G_CONNECT_SWAPPED);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (group), row);
  return group;
}
