/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/statistics/acini-statistics-private.h"

#define FILE_NAME "statistics.ini"

struct _AciniStatisticsStore
{
  char *path;
  GMutex lock;
  GKeyFile *kept; /* a group a slide, by id; under @lock */
  gboolean changed;
};

AciniStatisticsStore *
acini_statistics_store_open (AciniProject *project)
{
  AciniStatisticsStore *self = g_new0 (AciniStatisticsStore, 1);

  self->path = acini_project_build_path (project, "predictions", FILE_NAME, NULL);
  self->kept = g_key_file_new ();
  g_mutex_init (&self->lock);
  /* One that is damaged, or is not there, is made anew. */
  g_key_file_load_from_file (self->kept, self->path, G_KEY_FILE_NONE, NULL);
  return self;
}

void
acini_statistics_store_close (AciniStatisticsStore *self)
{
  /* Where the project cannot be written, the next look takes as long. */
  if (self->changed)
    g_key_file_save_to_file (self->kept, self->path, NULL);
  g_key_file_unref (self->kept);
  g_mutex_clear (&self->lock);
  g_free (self->path);
  g_free (self);
}

double *
acini_statistics_store_recall (AciniStatisticsStore *self, gint64 slide, const char *key, const char *stamp, gsize *n)
{
  g_autofree char *group = g_strdup_printf ("%" G_GINT64_FORMAT, slide), *stamp_key = g_strconcat (key, "-of", NULL);
  g_autofree char *known = NULL;
  double *list = NULL;

  g_mutex_lock (&self->lock);
  known = g_key_file_get_string (self->kept, group, stamp_key, NULL);
  *n = 0;
  if (g_strcmp0 (known, stamp) == 0)
    list = g_key_file_get_double_list (self->kept, group, key, n, NULL);
  g_mutex_unlock (&self->lock);
  return list;
}

void
acini_statistics_store_keep (AciniStatisticsStore *self, gint64 slide, const char *key, const char *stamp,
                             double *numbers, gsize n)
{
  g_autofree char *group = g_strdup_printf ("%" G_GINT64_FORMAT, slide), *stamp_key = g_strconcat (key, "-of", NULL);

  g_mutex_lock (&self->lock);
  g_key_file_set_string (self->kept, group, stamp_key, stamp);
  g_key_file_set_double_list (self->kept, group, key, numbers, n);
  self->changed = TRUE;
  g_mutex_unlock (&self->lock);
}
