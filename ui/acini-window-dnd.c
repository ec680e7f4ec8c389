/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files and folders dropped anywhere on the window. */

#include "acini-config.h"

#include "ui/acini-window-private.h"

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, gpointer user_data)
{
  AciniWindow *self = user_data;
  const GSList *dropped = g_value_get_boxed (value);
  g_autoptr (GListStore) files = g_list_store_new (G_TYPE_FILE);

  gtk_widget_remove_css_class (GTK_WIDGET (self), "drop");
  for (; dropped != NULL; dropped = dropped->next)
    {
      g_autofree char *path = g_file_get_path (dropped->data);

      if (path != NULL && acini_project_is_project (path))
        {
          acini_window_open_project (self, path, FALSE, NULL);
          return TRUE;
        }
      g_list_store_append (files, dropped->data);
    }
  if (g_list_model_get_n_items (G_LIST_MODEL (files)) == 0)
    return FALSE;
  if (self->session == NULL)
    {
      g_autofree char *scratch = g_build_filename (g_get_user_data_dir (), "acini", "Slides.acini", NULL);

      acini_window_open_project (self, scratch, TRUE, G_LIST_MODEL (files));
      return TRUE;
    }
  acini_window_add_files (self, G_LIST_MODEL (files));
  return TRUE;
}

static GdkDragAction
on_enter (GtkDropTarget *target, double x, double y, gpointer user_data)
{
  gtk_widget_add_css_class (GTK_WIDGET (user_data), "drop");
  return GDK_ACTION_COPY;
}

static void
on_leave (GtkDropTarget *target, gpointer user_data)
{
  gtk_widget_remove_css_class (GTK_WIDGET (user_data), "drop");
}

void
acini_window_init_dnd (AciniWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);

  g_signal_connect_object (target, "drop", G_CALLBACK (on_drop), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (target, "enter", G_CALLBACK (on_enter), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (target, "leave", G_CALLBACK (on_leave), self, G_CONNECT_DEFAULT);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}
