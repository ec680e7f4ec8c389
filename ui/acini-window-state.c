/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the window looks like, kept from one start to the next: a key file in the user's configuration folder. */

#include "acini-config.h"

#include "ui/acini-window-private.h"

static char *
dup_path (void)
{
  return g_build_filename (g_get_user_config_dir (), "acini", "window.ini", NULL);
}

static gboolean
get_boolean (GKeyFile *file, const char *key, gboolean otherwise)
{
  g_autoptr (GError) error = NULL;
  gboolean value = g_key_file_get_boolean (file, "window", key, &error);

  return error == NULL ? value : otherwise;
}

void
acini_window_restore_state (AciniWindow *self)
{
  g_autofree char *path = dup_path ();
  g_autoptr (GKeyFile) file = g_key_file_new ();
  int width, height;

  /* Read before the window is there at all: a few bytes, once. */
  if (!g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL))
    return;
  width = g_key_file_get_integer (file, "window", "width", NULL);
  height = g_key_file_get_integer (file, "window", "height", NULL);
  if (width >= 400 && height >= 300)
    gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (get_boolean (file, "maximized", FALSE))
    gtk_window_maximize (GTK_WINDOW (self));
  g_object_set (self->review_page, "show-slides", get_boolean (file, "show-slides", TRUE), "show-side",
                get_boolean (file, "show-side", TRUE), NULL);
}

void
acini_window_save_state (AciniWindow *self)
{
  g_autofree char *path = dup_path (), *folder = g_path_get_dirname (path), *data = NULL;
  g_autoptr (GKeyFile) file = g_key_file_new ();
  gboolean slides = TRUE, side = TRUE;
  int width = 0, height = 0;
  gsize length = 0;

  if (gtk_window_is_fullscreen (GTK_WINDOW (self)))
    return;
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_object_get (self->review_page, "show-slides", &slides, "show-side", &side, NULL);
  g_key_file_set_integer (file, "window", "width", width);
  g_key_file_set_integer (file, "window", "height", height);
  g_key_file_set_boolean (file, "window", "maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
  g_key_file_set_boolean (file, "window", "show-slides", slides);
  g_key_file_set_boolean (file, "window", "show-side", side);
  data = g_key_file_to_data (file, &length, NULL);
  /* A look that cannot be kept is no reason to keep anybody from closing the window. */
  if (g_mkdir_with_parents (folder, 0700) == 0)
    g_file_set_contents_full (path, data, (gssize)length, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL);
}
