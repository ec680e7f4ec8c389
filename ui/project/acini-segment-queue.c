/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/project/acini-segment-queue.h"

#include "app/jobs/acini-job-runners.h"
#include "app/segmentation/acini-segmentation-start.h"
#include "ui/base/acini-async.h"

struct _AciniSegmentQueue
{
  GObject parent_instance;

  AciniSession *session;
  AciniJobItem *starting; /* the one that is about to run; NULL: none */
};

G_DEFINE_FINAL_TYPE (AciniSegmentQueue, acini_segment_queue, G_TYPE_OBJECT)

/* Starting. */

static gboolean
start_job (gpointer data, GCancellable *cancellable, GError **error)
{
  AciniJob *job = data;
  g_autoptr (GError) reason = NULL;

  /* It may have been cancelled, or started by another window, since. */
  if (acini_job_get_state (job) != ACINI_JOB_QUEUED || acini_job_start (job, &reason)
      || g_error_matches (reason, ACINI_JOB_ERROR, ACINI_JOB_ERROR_RUNNING))
    return TRUE;
  /* It must not stay queued, or those behind it would wait for ever. */
  if (acini_job_get_state (job) == ACINI_JOB_QUEUED)
    acini_job_end (job, ACINI_JOB_FAILED, ACINI_FAILURE_OTHER, reason->message, NULL);
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

static void
on_started (gpointer object, gpointer data, const GError *error)
{
  AciniSegmentQueue *self = object;

  if (error != NULL)
    acini_session_tell (self->session, error->message);
}

/* "queued" is said until the item has read that the job runs, so the one that was started last is remembered. */
static void
start_next (AciniSegmentQueue *self)
{
  GListModel *jobs = acini_session_get_jobs (self->session);
  g_autoptr (AciniJobItem) next = NULL;

  if (self->starting != NULL && acini_job_item_get_state (self->starting) != ACINI_JOB_QUEUED)
    g_clear_object (&self->starting);
  if (self->starting != NULL)
    return;
  /* The newest is the first of the list. */
  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (AciniJobItem) item = g_list_model_get_item (jobs, i);

      if (acini_job_item_is_training (item))
        continue;
      if (acini_job_item_get_state (item) == ACINI_JOB_RUNNING)
        return;
      if (acini_job_item_get_state (item) == ACINI_JOB_QUEUED)
        g_set_object (&next, item);
    }
  if (next == NULL)
    return;
  self->starting = g_object_ref (next);
  acini_async_run (self, NULL, start_job, on_started, g_object_ref (acini_job_item_get_job (next)), g_object_unref);
}

/* Adding. */

typedef struct
{
  AciniProject *project;
  GArray *slides; /* element-type gint64 */
  char *model;
  GPtrArray *jobs; /* element-type AciniJob */
  char *remark;    /* why the last slide was left out, or what the user should know of it; NULL: nothing */
} Addition;

static void
addition_free (gpointer data)
{
  Addition *addition = data;

  g_object_unref (addition->project);
  g_array_unref (addition->slides);
  g_free (addition->model);
  g_ptr_array_unref (addition->jobs);
  g_free (addition->remark);
  g_free (addition);
}

static gboolean
prepare_jobs (gpointer data, GCancellable *cancellable, GError **error)
{
  Addition *addition = data;

  for (guint i = 0; i < addition->slides->len; i++)
    {
      g_autoptr (GError) reason = NULL;
      g_autofree char *warning = NULL;
      AciniJob *job = acini_segmentation_prepare_checked (
          addition->project, g_array_index (addition->slides, gint64, i), addition->model, &warning, &reason);

      if (warning != NULL)
        g_set_str (&addition->remark, warning);
      /* A slide that makes no sense to segment is left out; the others are not held up by it. */
      if (g_error_matches (reason, ACINI_JOB_ERROR, ACINI_JOB_ERROR_START))
        {
          g_set_str (&addition->remark, reason->message);
          continue;
        }
      if (job == NULL)
        {
          g_propagate_error (error, g_steal_pointer (&reason));
          return FALSE;
        }
      g_ptr_array_add (addition->jobs, job);
    }
  return TRUE;
}

static void
on_prepared (gpointer object, gpointer data, const GError *error)
{
  AciniSegmentQueue *self = object;
  Addition *addition = data;

  for (guint i = 0; i < addition->jobs->len; i++)
    acini_job_list_add (acini_session_get_job_list (self->session), addition->jobs->pdata[i]);
  if (error != NULL)
    acini_session_tell (self->session, error->message);
  if (addition->remark != NULL)
    acini_session_tell (self->session, addition->remark);
  start_next (self);
}

static gboolean
is_queued (AciniSegmentQueue *self, gint64 slide)
{
  GListModel *jobs = acini_session_get_jobs (self->session);

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (AciniJobItem) item = g_list_model_get_item (jobs, i);

      if (acini_job_item_is_active (item) && acini_job_item_get_slide (item) == slide)
        return TRUE;
    }
  return FALSE;
}

void
acini_segment_queue_add (AciniSegmentQueue *self, GArray *slides, const char *model)
{
  Addition *addition;

  g_return_if_fail (ACINI_IS_SEGMENT_QUEUE (self) && slides != NULL && model != NULL);

  addition = g_new0 (Addition, 1);
  addition->project = g_object_ref (acini_session_get_project (self->session));
  addition->slides = g_array_new (FALSE, FALSE, sizeof (gint64));
  addition->model = g_strdup (model);
  addition->jobs = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < slides->len; i++)
    if (!is_queued (self, g_array_index (slides, gint64, i)))
      g_array_append_val (addition->slides, g_array_index (slides, gint64, i));
  acini_async_run_in_order (self, NULL, prepare_jobs, on_prepared, addition, addition_free);
}

/* The object. */

static void
acini_segment_queue_finalize (GObject *object)
{
  AciniSegmentQueue *self = ACINI_SEGMENT_QUEUE (object);

  g_clear_object (&self->starting);
  g_object_unref (self->session);
  G_OBJECT_CLASS (acini_segment_queue_parent_class)->finalize (object);
}

static void
acini_segment_queue_class_init (AciniSegmentQueueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_segment_queue_finalize;
}

static void
acini_segment_queue_init (AciniSegmentQueue *self)
{
}

AciniSegmentQueue *
acini_segment_queue_new (AciniSession *session)
{
  AciniSegmentQueue *self;

  g_return_val_if_fail (ACINI_IS_SESSION (session), NULL);
  self = g_object_new (ACINI_TYPE_SEGMENT_QUEUE, NULL);
  self->session = g_object_ref (session);
  g_signal_connect_object (session, "jobs-changed", G_CALLBACK (start_next), self, G_CONNECT_SWAPPED);
  return self;
}
