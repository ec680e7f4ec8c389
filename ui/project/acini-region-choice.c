/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/project/acini-region-choice.h"

#include "data/project/acini-region.h"
#include "ui/base/acini-async.h"

typedef struct
{
  AciniProject *project;
  char *all;
  char **names;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->project);
  g_strfreev (reading->names);
  g_free (reading->all);
  g_free (reading);
}

static gboolean
read_names (gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *reading = data;

  reading->names = acini_project_list_region_names (reading->project, error);
  return reading->names != NULL;
}

static GListModel *
get_model (gpointer choice)
{
  g_autoptr (GListModel) model = NULL;

  g_object_get (choice, "model", &model, NULL);
  return model; /* @choice keeps it */
}

static gboolean
is_filled (gpointer choice, char **names)
{
  GListModel *model = get_model (choice);
  guint n = g_strv_length (names);

  if (!GTK_IS_STRING_LIST (model) || g_list_model_get_n_items (model) != n + 1)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!g_str_equal (gtk_string_list_get_string (GTK_STRING_LIST (model), i + 1), names[i]))
      return FALSE;
  return TRUE;
}

static void
on_read (gpointer choice, gpointer data, const GError *error)
{
  const Reading *reading = data;
  g_autoptr (GtkStringList) list = NULL;
  g_autofree char *chosen = g_strdup (acini_region_choice_get (choice));
  guint selected = 0;

  if (error != NULL || is_filled (choice, reading->names))
    return;
  list = gtk_string_list_new ((const char *const[]){ reading->all, NULL });
  for (guint i = 0; reading->names[i] != NULL; i++)
    {
      gtk_string_list_append (list, reading->names[i]);
      if (g_strcmp0 (reading->names[i], chosen) == 0)
        selected = i + 1;
    }
  g_object_set (choice, "model", list, "selected", selected, "visible", reading->names[0] != NULL, NULL);
}

void
acini_region_choice_fill (GtkWidget *choice, AciniSession *session, const char *all, GCancellable *cancellable)
{
  Reading *reading;

  g_return_if_fail (GTK_IS_WIDGET (choice) && ACINI_IS_SESSION (session) && all != NULL);

  reading = g_new0 (Reading, 1);
  reading->project = g_object_ref (acini_session_get_project (session));
  reading->all = g_strdup (all);
  acini_async_run (choice, cancellable, read_names, on_read, reading, reading_free);
}

const char *
acini_region_choice_get (GtkWidget *choice)
{
  GListModel *model = get_model (choice);
  guint selected = 0;

  g_object_get (choice, "selected", &selected, NULL);
  return GTK_IS_STRING_LIST (model) && selected > 0 && selected != GTK_INVALID_LIST_POSITION
             ? gtk_string_list_get_string (GTK_STRING_LIST (model), selected)
             : NULL;
}
