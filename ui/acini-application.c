/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/acini-application.h"

#include "app/jobs/acini-device.h"
#include "data/cache/acini-tile-cache.h"
#include "ui/base/acini-pad-devices.h"
#include "ui/base/acini-settings.h"
#include "ui/base/acini-shortcuts.h"
#include "ui/acini-ui-resources.h"
#include "ui/acini-window.h"
#include "ui/view/acini-mask-appearance.h"

#include <glib/gi18n.h>

struct _AciniApplication
{
  AdwApplication parent_instance;

  gboolean demo; /* --demo: the next window without a project shows the demo project */
};

G_DEFINE_FINAL_TYPE (AciniApplication, acini_application, ADW_TYPE_APPLICATION)

/* The window of the project @folder; else one without a project; else a new one. */
static AciniWindow *
get_window (AciniApplication *self, const char *folder)
{
  AciniWindow *spare = NULL;

  for (GList *list = gtk_application_get_windows (GTK_APPLICATION (self)); list != NULL; list = list->next)
    {
      if (!ACINI_IS_WINDOW (list->data))
        continue;
      if (folder != NULL && g_strcmp0 (acini_window_get_folder (list->data), folder) == 0)
        return list->data;
      if (acini_window_get_folder (list->data) == NULL)
        spare = list->data;
    }
  if (spare == NULL)
    {
      spare = acini_window_new (ADW_APPLICATION (self));
      acini_window_hold_pad (spare, acini_pad_get_default ());
    }
  return spare;
}

static void
open_in_window (AciniApplication *self, const char *folder, gboolean create, GListModel *files)
{
  AciniWindow *window = get_window (self, folder);

  if (acini_window_get_folder (window) == NULL)
    acini_window_open_project (window, folder, create, files);
  else if (files != NULL)
    acini_window_add_files (window, files);
  gtk_window_present (GTK_WINDOW (window));
}

static void
acini_application_activate (GApplication *application)
{
  AciniApplication *self = ACINI_APPLICATION (application);
  AciniWindow *window = get_window (self, NULL);

  gtk_window_present (GTK_WINDOW (window));
  if (self->demo)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.demo", NULL);
  self->demo = FALSE;
}

static void
show_demo (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  ACINI_APPLICATION (user_data)->demo = TRUE;
  g_application_activate (user_data);
}

/* With --demo where a window is open already, that program is asked to show the project. */
static int
acini_application_handle_local_options (GApplication *application, GVariantDict *options)
{
  AciniApplication *self = ACINI_APPLICATION (application);
  g_autoptr (GError) error = NULL;

  if (!g_variant_dict_contains (options, "demo"))
    return -1;
  if (!g_application_register (application, NULL, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }
  if (g_application_get_is_remote (application))
    {
      g_action_group_activate_action (G_ACTION_GROUP (application), "demo", NULL);
      return 0;
    }
  self->demo = TRUE;
  return -1;
}

static void
acini_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  AciniApplication *self = ACINI_APPLICATION (application);
  g_autoptr (GListStore) slides = g_list_store_new (G_TYPE_FILE);
  g_autofree char *project = NULL;

  /* A project takes the slides that are named with it; slides alone go into a project kept for such. */
  for (int i = 0; i < n_files; i++)
    {
      g_autofree char *path = g_file_get_path (files[i]);

      if (path != NULL && (acini_project_is_project (path) || g_str_has_suffix (path, ".acini")))
        {
          if (project != NULL)
            open_in_window (self, project, FALSE, NULL);
          g_set_str (&project, path);
        }
      else
        {
          g_list_store_append (slides, files[i]);
        }
    }
  if (project != NULL)
    {
      open_in_window (self, project, FALSE,
                      g_list_model_get_n_items (G_LIST_MODEL (slides)) > 0 ? G_LIST_MODEL (slides) : NULL);
      return;
    }
  project = g_build_filename (g_get_user_data_dir (), "acini", "Slides.acini", NULL);
  open_in_window (self, project, TRUE, G_LIST_MODEL (slides));
}

static void
about (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  GtkWindow *window = gtk_application_get_active_window (user_data);
  AdwDialog *dialog = adw_about_dialog_new ();

  adw_about_dialog_set_application_name (ADW_ABOUT_DIALOG (dialog), "Acini");
  adw_about_dialog_set_application_icon (ADW_ABOUT_DIALOG (dialog), ACINI_APPLICATION_ID);
  adw_about_dialog_set_developer_name (ADW_ABOUT_DIALOG (dialog), _ ("The Acini developers"));
  adw_about_dialog_set_version (ADW_ABOUT_DIALOG (dialog), ACINI_VERSION);
  adw_about_dialog_set_license_type (ADW_ABOUT_DIALOG (dialog), GTK_LICENSE_GPL_3_0);
  adw_about_dialog_set_comments (ADW_ABOUT_DIALOG (dialog),
                                 _ ("A workbench for functional tissue units: view, segment, correct, and "
                                    "fine-tune.\n\nFor research. Not a medical device."));
  adw_dialog_present (dialog, window != NULL ? GTK_WIDGET (window) : NULL);
}

/* Windows close themselves: each finishes its strokes first. */
static void
quit (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  g_autoptr (GList) windows = g_list_copy (gtk_application_get_windows (user_data));

  for (GList *list = windows; list != NULL; list = list->next)
    {
      AdwDialog *dialog = NULL;

      /* Else the close goes to the dialog. */
      while (ADW_IS_APPLICATION_WINDOW (list->data)
             && (dialog = adw_application_window_get_visible_dialog (list->data)) != NULL)
        adw_dialog_force_close (dialog);
      gtk_window_close (list->data);
    }
}

static void
on_shortcuts_changed (AciniApplication *self)
{
  acini_shortcuts_apply (acini_shortcuts_get_default (), GTK_APPLICATION (self));
}

static void
apply_style (GSettings *settings)
{
  adw_style_manager_set_color_scheme (adw_style_manager_get_default (),
                                      (AdwColorScheme)g_settings_get_enum (settings, "style"));
}

/* 0: as the cache sees fit. */
static void
apply_cache (GSettings *settings)
{
  acini_tile_cache_set_limit (acini_tile_cache_get_default (), (gsize)g_settings_get_int (settings, "image-cache")
                                                                   << 20);
}

/* Counts from the next job, and from the next request to the engine. */
static void
apply_device (GSettings *settings)
{
  g_autofree char *device = g_settings_get_string (settings, "device");

  acini_set_device (device);
}

static void
follow_settings (AciniApplication *self)
{
  GSettings *settings = acini_settings_get_default ();

  apply_style (settings);
  apply_cache (settings);
  apply_device (settings);
  /* Settings outlive the application. */
  g_signal_connect_object (settings, "changed::style", G_CALLBACK (apply_style), self, 0);
  g_signal_connect_object (settings, "changed::image-cache", G_CALLBACK (apply_cache), self, 0);
  g_signal_connect_object (settings, "changed::device", G_CALLBACK (apply_device), self, 0);
  acini_mask_appearance_get_default ();
}

static void
acini_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = { { "about", about }, { "demo", show_demo }, { "quit", quit } };

  G_APPLICATION_CLASS (acini_application_parent_class)->startup (application);
  g_action_map_add_action_entries (G_ACTION_MAP (application), entries, G_N_ELEMENTS (entries), application);
  on_shortcuts_changed (ACINI_APPLICATION (application));
  g_signal_connect_object (acini_shortcuts_get_default (), "changed", G_CALLBACK (on_shortcuts_changed), application,
                           G_CONNECT_SWAPPED);
  follow_settings (ACINI_APPLICATION (application));
  gtk_window_set_default_icon_name (ACINI_APPLICATION_ID);
}

/* Settings are written behind the program's back: not all may be written yet. */
static void
acini_application_shutdown (GApplication *application)
{
  g_settings_sync ();
  G_APPLICATION_CLASS (acini_application_parent_class)->shutdown (application);
}

static void
acini_application_class_init (AciniApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->startup = acini_application_startup;
  application_class->shutdown = acini_application_shutdown;
  application_class->activate = acini_application_activate;
  application_class->open = acini_application_open;
  application_class->handle_local_options = acini_application_handle_local_options;
}

static void
acini_application_init (AciniApplication *self)
{
  /* Registered explicitly: the linker drops objects of a static library that nothing refers to. */
  g_resources_register (acini_ui_get_resource ());
  g_application_set_version (G_APPLICATION (self), ACINI_VERSION);
  g_application_add_main_option (G_APPLICATION (self), "demo", 0, G_OPTION_FLAG_NONE, G_OPTION_ARG_NONE,
                                 _ ("Show the demo project, creating it if needed"), NULL);
  g_application_set_option_context_parameter_string (G_APPLICATION (self), _ ("[PROJECT.acini | SLIDE…]"));
}

/* Whether windows go to a browser (see GDK_BACKEND in GTK's documentation; the display is not open yet). */
static gboolean
is_served_to_browser (void)
{
  const char *backends = g_getenv ("GDK_BACKEND");

  return backends != NULL && g_str_has_prefix (backends, "broadway");
}

AciniApplication *
acini_application_new (GApplicationFlags flags)
{
  /* One that is seen in a browser must not take the place of one that is started on a display later. */
  if (is_served_to_browser ())
    flags |= G_APPLICATION_NON_UNIQUE;
  return g_object_new (ACINI_TYPE_APPLICATION, "application-id", ACINI_APPLICATION_ID, "resource-base-path",
                       "/io/github/acini/Acini", "flags", G_APPLICATION_HANDLES_OPEN | flags, NULL);
}
