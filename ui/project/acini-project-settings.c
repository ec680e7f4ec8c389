/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/project/acini-project-settings.h"

#include "data/objects/acini-reading.h"
#include "ui/base/acini-async.h"
#include "ui/base/acini-keep-setting.h"

struct _AciniProjectSettings
{
  GObject parent_instance;

  AciniProject *project;
  GCancellable *cancellable;
  GHashTable *values; /* key → value */
};

static guint failed_signal;

G_DEFINE_FINAL_TYPE (AciniProjectSettings, acini_project_settings, G_TYPE_OBJECT)

static const char *const keys[] = { "model",      "opacity",      "last-slide", "show-mask",         "show-outlines",
                                    "mask-style", "import-organ", "import-mpp", ACINI_READING_READER };

typedef struct
{
  AciniProject *project;
  GHashTable *values;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->project);
  g_hash_table_unref (reading->values);
  g_free (reading);
}

static gboolean
read_values (gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *reading = data;

  /* Thresholds are kept by model and organ. */
  g_hash_table_unref (reading->values);
  reading->values = acini_project_list_settings (reading->project, "threshold/");
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      char *value = acini_project_dup_setting (reading->project, keys[i]);

      if (value != NULL)
        g_hash_table_insert (reading->values, g_strdup (keys[i]), value);
    }
  return TRUE;
}

static void
on_read (gpointer object, gpointer data, const GError *error)
{
  AciniProjectSettings *self = object;
  Reading *reading = data;

  g_hash_table_unref (self->values);
  self->values = g_hash_table_ref (reading->values);
}

void
acini_project_settings_load (AciniProjectSettings *self)
{
  Reading *reading;

  g_return_if_fail (ACINI_IS_PROJECT_SETTINGS (self));
  reading = g_new0 (Reading, 1);
  reading->project = g_object_ref (self->project);
  reading->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  acini_async_run_in_order (self, self->cancellable, read_values, on_read, reading, reading_free);
}

static void
on_written (gpointer object, gpointer data, const GError *error)
{
  if (error != NULL)
    g_signal_emit (object, failed_signal, 0, error->message);
}

const char *
acini_project_settings_get (AciniProjectSettings *self, const char *key)
{
  g_return_val_if_fail (ACINI_IS_PROJECT_SETTINGS (self) && key != NULL, NULL);
  return g_hash_table_lookup (self->values, key);
}

void
acini_project_settings_set (AciniProjectSettings *self, const char *key, const char *value)
{
  g_return_if_fail (ACINI_IS_PROJECT_SETTINGS (self) && key != NULL && value != NULL);

  if (g_strcmp0 (g_hash_table_lookup (self->values, key), value) == 0)
    return;
  g_hash_table_insert (self->values, g_strdup (key), g_strdup (value));
  /* What one looks at can be set, but not kept, in a project that can only be looked at. */
  if (acini_project_get_read_only (self->project) != NULL)
    return;
  acini_keep_setting (self, self->project, key, value, on_written);
}

double
acini_project_settings_get_number (AciniProjectSettings *self, const char *key, double otherwise)
{
  const char *text = acini_project_settings_get (self, key);
  char *end = NULL;
  double number = text != NULL ? g_ascii_strtod (text, &end) : otherwise;

  return text != NULL && end != text ? number : otherwise;
}

void
acini_project_settings_set_number (AciniProjectSettings *self, const char *key, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  acini_project_settings_set (self, key, g_ascii_formatd (text, sizeof text, "%.4g", value));
}

/* The object. */

static void
acini_project_settings_dispose (GObject *object)
{
  g_cancellable_cancel (ACINI_PROJECT_SETTINGS (object)->cancellable);
  G_OBJECT_CLASS (acini_project_settings_parent_class)->dispose (object);
}

static void
acini_project_settings_finalize (GObject *object)
{
  AciniProjectSettings *self = ACINI_PROJECT_SETTINGS (object);

  g_hash_table_unref (self->values);
  g_object_unref (self->cancellable);
  g_clear_object (&self->project);
  G_OBJECT_CLASS (acini_project_settings_parent_class)->finalize (object);
}

static void
acini_project_settings_class_init (AciniProjectSettingsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_project_settings_dispose;
  G_OBJECT_CLASS (klass)->finalize = acini_project_settings_finalize;
  failed_signal = g_signal_new ("failed", ACINI_TYPE_PROJECT_SETTINGS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
acini_project_settings_init (AciniProjectSettings *self)
{
  self->cancellable = g_cancellable_new ();
  self->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

AciniProjectSettings *
acini_project_settings_new (AciniProject *project)
{
  AciniProjectSettings *self;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);
  self = g_object_new (ACINI_TYPE_PROJECT_SETTINGS, NULL);
  self->project = g_object_ref (project);
  return self;
}
