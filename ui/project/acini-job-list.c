/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/project/acini-job-list.h"

#include "app/jobs/acini-job-list.h"
#include "ui/base/acini-async.h"

struct _AciniJobList
{
  GObject parent_instance;

  AciniProject *project;
  AciniTaskList *tasks; /* nullable: where jobs are shown */
  GCancellable *cancellable;
  GListStore *items;
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_ENDED,
  SIGNAL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* The list: what the store has. */

static GType
get_item_type (GListModel *list)
{
  return ACINI_TYPE_JOB_ITEM;
}

static guint
get_n_items (GListModel *list)
{
  return g_list_model_get_n_items (G_LIST_MODEL (ACINI_JOB_LIST (list)->items));
}

static gpointer
get_item (GListModel *list, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (ACINI_JOB_LIST (list)->items), position);
}

static void
acini_job_list_init_list (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (AciniJobList, acini_job_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, acini_job_list_init_list))

static void
show_task (AciniJobList *self, AciniJobItem *item)
{
  if (self->tasks == NULL)
    return;
  if (acini_job_item_is_listed (item))
    acini_task_list_add (self->tasks, acini_job_item_get_task (item));
  else
    acini_task_list_remove (self->tasks, acini_job_item_get_task (item));
}

static void
on_failed (AciniJobList *self, const char *message)
{
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, message);
}

static void
on_changed (AciniJobList *self, AciniJobItem *item)
{
  show_task (self, item);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, item);
}

static void
on_ended (AciniJobList *self, AciniJobItem *item)
{
  g_signal_emit (self, signals[SIGNAL_ENDED], 0, item);
}

/* Returns: (transfer none). */
static AciniJobItem *
follow (AciniJobList *self, AciniJob *job, guint position)
{
  g_autoptr (AciniJobItem) item = acini_job_item_new (job, NULL);

  g_signal_connect_object (item, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "ended", G_CALLBACK (on_ended), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "failed", G_CALLBACK (on_failed), self, G_CONNECT_SWAPPED);
  if (acini_project_get_read_only (self->project) != NULL)
    acini_job_item_set_read_only (item);
  g_list_store_insert (self->items, position, item);
  acini_job_item_watch (item);
  return item;
}

AciniJobItem *
acini_job_list_add (AciniJobList *self, AciniJob *job)
{
  AciniJobItem *item;

  g_return_val_if_fail (ACINI_IS_JOB_LIST (self) && ACINI_IS_JOB (job), NULL);
  item = follow (self, job, 0);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, item);
  return item;
}

AciniJobItem *
acini_job_list_find_active (AciniJobList *self, gboolean training)
{
  guint n;

  g_return_val_if_fail (ACINI_IS_JOB_LIST (self), NULL);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (AciniJobItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      if (acini_job_item_is_active (item) && acini_job_item_is_training (item) == training)
        return item; /* the list keeps it alive */
    }
  return NULL;
}

AciniJobItem *
acini_job_list_find_segmentation (AciniJobList *self, gint64 slide)
{
  AciniJobItem *best = NULL;

  g_return_val_if_fail (ACINI_IS_JOB_LIST (self), NULL);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->items)); i++)
    {
      g_autoptr (AciniJobItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      if (!acini_job_item_is_active (item) || acini_job_item_is_training (item))
        continue;
      if (acini_job_item_get_slide (item) == slide)
        return item; /* the list keeps it alive */
      if (best == NULL || acini_job_item_get_state (item) == ACINI_JOB_RUNNING)
        best = item;
    }
  return best;
}

void
acini_job_list_set_tasks (AciniJobList *self, AciniTaskList *tasks)
{
  g_return_if_fail (ACINI_IS_JOB_LIST (self) && (tasks == NULL || ACINI_IS_TASK_LIST (tasks)));

  for (guint i = 0; i < get_n_items (G_LIST_MODEL (self)) && self->tasks != NULL; i++)
    {
      g_autoptr (AciniJobItem) item = get_item (G_LIST_MODEL (self), i);

      acini_task_list_remove (self->tasks, acini_job_item_get_task (item));
    }
  g_set_object (&self->tasks, tasks);
  for (guint i = get_n_items (G_LIST_MODEL (self)); i > 0; i--)
    {
      g_autoptr (AciniJobItem) item = get_item (G_LIST_MODEL (self), i - 1);

      show_task (self, item);
    }
}

void
acini_job_list_clear (AciniJobList *self)
{
  g_return_if_fail (ACINI_IS_JOB_LIST (self));
  acini_job_list_set_tasks (self, NULL);
  g_list_store_remove_all (self->items);
}

/* Reading. */

typedef struct
{
  AciniProject *project;
  GPtrArray *jobs; /* (element-type AciniJob) */
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->project);
  g_clear_pointer (&reading->jobs, g_ptr_array_unref);
  g_free (reading);
}

static gboolean
read_jobs (gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *reading = data;

  reading->jobs = acini_list_jobs (reading->project, error);
  return reading->jobs != NULL;
}

static gboolean
has_job (AciniJobList *self, AciniJob *job)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (AciniJobItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      if (g_str_equal (acini_job_get_folder (acini_job_item_get_job (item)), acini_job_get_folder (job)))
        return TRUE;
    }
  return FALSE;
}

static void
on_read (gpointer object, gpointer data, const GError *error)
{
  AciniJobList *self = object;
  const Reading *reading = data;

  if (error != NULL)
    {
      g_signal_emit (self, signals[SIGNAL_FAILED], 0, error->message);
      return;
    }
  /* Jobs are never taken away: what is new finds its place among them by its rank. */
  for (guint i = 0; i < reading->jobs->len; i++)
    if (!has_job (self, reading->jobs->pdata[i]))
      follow (self, reading->jobs->pdata[i], MIN (i, get_n_items (G_LIST_MODEL (self))));
}

void
acini_job_list_reload (AciniJobList *self)
{
  Reading *reading;

  g_return_if_fail (ACINI_IS_JOB_LIST (self));
  reading = g_new0 (Reading, 1);
  reading->project = g_object_ref (self->project);
  acini_async_run_in_order (self, self->cancellable, read_jobs, on_read, reading, reading_free);
}

/* The object. */

static void
on_items_changed (AciniJobList *self, guint position, guint removed, guint added)
{
  g_list_model_items_changed (G_LIST_MODEL (self), position, removed, added);
}

static void
acini_job_list_dispose (GObject *object)
{
  AciniJobList *self = ACINI_JOB_LIST (object);

  g_cancellable_cancel (self->cancellable);
  acini_job_list_clear (self);
  G_OBJECT_CLASS (acini_job_list_parent_class)->dispose (object);
}

static void
acini_job_list_finalize (GObject *object)
{
  AciniJobList *self = ACINI_JOB_LIST (object);

  g_object_unref (self->items);
  g_object_unref (self->cancellable);
  g_clear_object (&self->project);
  G_OBJECT_CLASS (acini_job_list_parent_class)->finalize (object);
}

static void
acini_job_list_class_init (AciniJobListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_job_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = acini_job_list_finalize;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", ACINI_TYPE_JOB_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, ACINI_TYPE_JOB_ITEM);
  signals[SIGNAL_ENDED] = g_signal_new ("ended", ACINI_TYPE_JOB_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, ACINI_TYPE_JOB_ITEM);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", ACINI_TYPE_JOB_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
acini_job_list_init (AciniJobList *self)
{
  self->cancellable = g_cancellable_new ();
  self->items = g_list_store_new (ACINI_TYPE_JOB_ITEM);
  g_signal_connect_object (self->items, "items-changed", G_CALLBACK (on_items_changed), self, G_CONNECT_SWAPPED);
}

AciniJobList *
acini_job_list_new (AciniProject *project)
{
  AciniJobList *self;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);
  self = g_object_new (ACINI_TYPE_JOB_LIST, NULL);
  self->project = g_object_ref (project);
  return self;
}
