/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/base/acini-keep-setting.h"

typedef struct
{
  AciniProject *project;
  char *key, *value;
} Keeping;

static void
keeping_free (gpointer data)
{
  Keeping *keeping = data;

  g_object_unref (keeping->project);
  g_free (keeping->key);
  g_free (keeping->value);
  g_free (keeping);
}

static gboolean
keep (gpointer data, GCancellable *cancellable, GError **error)
{
  Keeping *keeping = data;

  return acini_project_set_setting (keeping->project, keeping->key, keeping->value, error);
}

void
acini_keep_setting (gpointer object, AciniProject *project, const char *key, const char *value, AciniDoneFunc done)
{
  Keeping *keeping = g_new0 (Keeping, 1);

  keeping->project = g_object_ref (project);
  keeping->key = g_strdup (key);
  keeping->value = g_strdup (value);
  acini_async_run_in_order (object, NULL, keep, done, keeping, keeping_free);
}
