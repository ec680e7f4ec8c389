/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/project/acini-project-watch.h"

#include "ui/base/acini-async.h"

#include <glib/gstdio.h>

#define INTERVAL_S 1

/* When and how long: what changes with each commit.  SQLite writes the new pages to the -wal file first. */
typedef struct
{
  gint64 database[2], log[2], jobs[2]; /* modification time in ns, size in bytes; 0: no such file */
} Stamp;

struct _AciniProjectWatch
{
  GObject parent_instance;

  AciniProject *project;
  GCancellable *cancellable;
  guint timer;
  gboolean looking; /* on a worker */
  Stamp stamp;      /* zeros before the first look: what came since the project was read is not missed */
};

enum
{
  SIGNAL_DATABASE_CHANGED,
  SIGNAL_JOBS_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniProjectWatch, acini_project_watch, G_TYPE_OBJECT)

typedef struct
{
  AciniProject *project;
  Stamp stamp;
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;

  g_object_unref (look->project);
  g_free (look);
}

static void
look_at (AciniProject *project, const char *name, gint64 stamp[2])
{
  g_autofree char *path = acini_project_build_path (project, name, NULL);
  GStatBuf file;

  if (g_stat (path, &file) != 0)
    return;
  stamp[0] = (gint64)file.st_mtim.tv_sec * 1000000000 + file.st_mtim.tv_nsec;
  stamp[1] = (gint64)file.st_size;
}

static gboolean
look_at_files (gpointer data, GCancellable *cancellable, GError **error)
{
  Look *look = data;

  look_at (look->project, "project.sqlite", look->stamp.database);
  look_at (look->project, "project.sqlite-wal", look->stamp.log);
  look_at (look->project, "jobs", look->stamp.jobs);
  return TRUE;
}

static void
on_looked (gpointer object, gpointer data, const GError *error)
{
  AciniProjectWatch *self = object;
  const Look *look = data;
  Stamp before = self->stamp;

  self->looking = FALSE;
  self->stamp = look->stamp;
  if (memcmp (before.database, look->stamp.database, sizeof before.database) != 0
      || memcmp (before.log, look->stamp.log, sizeof before.log) != 0)
    g_signal_emit (self, signals[SIGNAL_DATABASE_CHANGED], 0);
  if (memcmp (before.jobs, look->stamp.jobs, sizeof before.jobs) != 0)
    g_signal_emit (self, signals[SIGNAL_JOBS_CHANGED], 0);
}

static gboolean
on_tick (gpointer user_data)
{
  AciniProjectWatch *self = user_data;
  Look *look;

  if (self->looking) /* A drive that does not answer is asked once. */
    return G_SOURCE_CONTINUE;
  self->looking = TRUE;
  look = g_new0 (Look, 1);
  look->project = g_object_ref (self->project);
  acini_async_run (self, self->cancellable, look_at_files, on_looked, look, look_free);
  return G_SOURCE_CONTINUE;
}

static void
acini_project_watch_dispose (GObject *object)
{
  AciniProjectWatch *self = ACINI_PROJECT_WATCH (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->timer, g_source_remove);
  G_OBJECT_CLASS (acini_project_watch_parent_class)->dispose (object);
}

static void
acini_project_watch_finalize (GObject *object)
{
  AciniProjectWatch *self = ACINI_PROJECT_WATCH (object);

  g_object_unref (self->cancellable);
  g_clear_object (&self->project);
  G_OBJECT_CLASS (acini_project_watch_parent_class)->finalize (object);
}

static void
acini_project_watch_class_init (AciniProjectWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_project_watch_dispose;
  G_OBJECT_CLASS (klass)->finalize = acini_project_watch_finalize;
  signals[SIGNAL_DATABASE_CHANGED] = g_signal_new ("database-changed", ACINI_TYPE_PROJECT_WATCH, G_SIGNAL_RUN_LAST, 0,
                                                   NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_JOBS_CHANGED]
      = g_signal_new ("jobs-changed", ACINI_TYPE_PROJECT_WATCH, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_project_watch_init (AciniProjectWatch *self)
{
  self->cancellable = g_cancellable_new ();
}

AciniProjectWatch *
acini_project_watch_new (AciniProject *project)
{
  AciniProjectWatch *self;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);
  self = g_object_new (ACINI_TYPE_PROJECT_WATCH, NULL);
  self->project = g_object_ref (project);
  self->timer = g_timeout_add_seconds (INTERVAL_S, on_tick, self);
  on_tick (self);
  return self;
}
