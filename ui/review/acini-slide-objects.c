/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-slide-objects.h"

#include "ui/base/acini-async.h"
#include "ui/view/core/acini-view-core.h"

/* Milliseconds that thresholds have to rest before other objects are looked for. */
#define REST 400

/* Milliseconds from an edit of labels to those who show something of the objects: the edit itself is to be on screen
 * before, and whoever asks is told at once. */
#define GAP 60

/* The slide as it is on screen, and its index.  The index is opened and used by one job at a time. */
typedef struct
{
  AciniProject *project;
  gint64 slide;
  AciniPrediction *prediction; /* NULL: labels alone */
  AciniThresholds thresholds;
  GCancellable *cancellable; /* once it has been left */
  AciniSlideRecord *record;  /* of the worker: NULL until it is open */
  AciniObjectSource objects;
  AciniObjectIndex *index;
} Source;

typedef struct
{
  AciniSlideObjects *self;
  Source *source;
  AciniObjectsFunc func; /* NULL: a plan */
  AciniObjectsPlan plan;
  AciniObjectsDone done;
  gpointer object, data;
  GDestroyNotify free_data;
  char *tool;
  gint64 duration;
  AciniObjectsStep step;
  guint n_writing; /* steps that the editor has not come back from */
  GError *error;   /* of writing */
} Job;

struct _AciniSlideObjects
{
  GObject parent_instance;
  AciniSession *session;
  AciniSlideView *view; /* weak */
  AciniPredictionFeed *feed;
  Source *source; /* NULL: no slide */
  GQueue jobs;    /* Job; the head is under way */
  gboolean running;
  guint rest;
  guint gap;
};

enum
{
  PROP_BUSY = 1,
  N_PROPS
};

enum
{
  REPLACED,
  CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniSlideObjects, acini_slide_objects, G_TYPE_OBJECT)

static void
clear_source (gpointer data)
{
  Source *source = data;

  g_clear_pointer (&source->index, acini_object_index_free);
  g_clear_pointer (&source->record, acini_slide_record_free);
  g_clear_object (&source->prediction);
  g_clear_object (&source->project);
  g_clear_object (&source->cancellable);
}

static void
source_unref (Source *source)
{
  g_atomic_rc_box_release_full (source, clear_source);
}

static void
job_free (Job *job)
{
  if (job->free_data != NULL)
    job->free_data (job->data);
  if (job->step.draw != NULL && job->step.free_drawn != NULL)
    job->step.free_drawn (job->step.drawn);
  g_clear_pointer (&job->step.change, acini_change_free);
  g_clear_error (&job->error);
  g_clear_object (&job->object);
  source_unref (job->source);
  g_object_unref (job->self);
  g_free (job->tool);
  g_free (job);
}

/* On the worker. */

static gboolean
ensure_index (Source *source, GError **error)
{
  if (source->index != NULL)
    return TRUE;
  if (source->record == NULL)
    source->record = acini_project_get_slide (source->project, source->slide, error);
  if (source->record == NULL)
    return FALSE;
  source->objects = (AciniObjectSource){ source->project, source->record, source->prediction,
                                         source->prediction != NULL ? &source->thresholds : NULL };
  source->index = acini_object_index_open (&source->objects, error);
  return source->index != NULL;
}

static gboolean
run (gpointer data, GCancellable *cancellable, GError **error)
{
  Job *job = data;
  Source *source = job->source;
  GCancellable *stop = job->func != NULL ? source->cancellable : NULL;

  if (g_cancellable_set_error_if_cancelled (stop, error) || !ensure_index (source, error)
      || !acini_object_index_update (source->index, NULL, NULL, NULL, stop, error))
    return FALSE;
  return job->func != NULL ? job->func (source->index, &source->objects, job->data, stop, error)
                           : job->plan (source->index, &source->objects, job->data, &job->step, error);
}

/* On the main thread. */

static void start (AciniSlideObjects *self);

static void
end (Job *job, const GError *error)
{
  AciniSlideObjects *self = job->self;
  gboolean left = job->source != self->source;

  g_queue_pop_head (&self->jobs);
  self->running = FALSE;
  if (error != NULL && self->session != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      && (job->plan != NULL || !left))
    acini_session_tell (self->session, error->message);
  if (job->done != NULL && (job->plan != NULL || !left))
    job->done (job->object, job->data, error);
  start (self);
  if (self->jobs.length == 0)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
  job_free (job);
}

static void
on_written (GObject *editor, GAsyncResult *result, gpointer user_data)
{
  Job *job = user_data;
  g_autoptr (GError) error = NULL;
  AciniEditorOutcome outcome;

  if (acini_editor_finish (ACINI_EDITOR (editor), result, &outcome, &error))
    {
      AciniSlideView *view = job->self->view;

      if (outcome.damage.width > 0 && view != NULL && acini_slide_view_get_slide (view) == outcome.slide)
        acini_slide_view_labels_changed (view, &outcome.damage);
    }
  else if (job->error == NULL)
    job->error = g_steal_pointer (&error);
  if (--job->n_writing == 0)
    end (job, job->error);
}

static void
write_step (Job *job)
{
  AciniEditor *editor = acini_session_get_editor (job->self->session);
  AciniObjectsStep step = job->step;

  job->step = (AciniObjectsStep){ 0 };
  job->n_writing = (step.draw != NULL) + (step.change != NULL);
  if (step.draw != NULL)
    acini_editor_draw (editor, job->source->slide, job->tool, job->duration, step.draw, step.drawn, step.free_drawn,
                       on_written, job);
  if (step.change != NULL)
    acini_editor_change (editor, step.change, on_written, job);
}

static void
on_run (gpointer object, gpointer data, const GError *error)
{
  Job *job = *(Job **)data;

  if (error == NULL && job->plan != NULL && (job->step.draw != NULL || job->step.change != NULL))
    write_step (job);
  else
    end (job, error);
}

static gboolean
run_boxed (gpointer data, GCancellable *cancellable, GError **error)
{
  return run (*(Job **)data, cancellable, error);
}

static void
run_head (AciniSlideObjects *self)
{
  /* The job outlives the call: the editor has it next. */
  Job **box = g_new (Job *, 1);

  *box = g_queue_peek_head (&self->jobs);
  acini_async_run (self, NULL, run_boxed, on_run, box, g_free);
}

static void
on_settled (GObject *editor, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniSlideObjects) self = user_data;

  acini_editor_finish (ACINI_EDITOR (editor), result, NULL, NULL);
  run_head (self);
}

/* What hands did before is written first, unless it cannot be. */
static void
start (AciniSlideObjects *self)
{
  AciniEditor *editor = acini_session_get_editor (self->session);

  if (self->running || self->jobs.length == 0)
    return;
  self->running = TRUE;
  if (acini_editor_is_settled (editor) || acini_editor_is_stuck (editor))
    run_head (self);
  else
    acini_editor_settle (editor, on_settled, g_object_ref (self));
}

static Job *
push (AciniSlideObjects *self, AciniObjectsDone done, gpointer object, gpointer data, GDestroyNotify free_data)
{
  Job *job;

  if (self->source == NULL)
    {
      if (free_data != NULL)
        free_data (data);
      return NULL;
    }
  job = g_new0 (Job, 1);
  job->self = g_object_ref (self);
  job->source = g_atomic_rc_box_acquire (self->source);
  job->done = done;
  job->object = object != NULL ? g_object_ref (object) : NULL;
  job->data = data;
  job->free_data = free_data;
  g_queue_push_tail (&self->jobs, job);
  return job;
}

void
acini_slide_objects_ask (AciniSlideObjects *self, AciniObjectsFunc func, AciniObjectsDone done, gpointer object,
                         gpointer data, GDestroyNotify free_data)
{
  Job *job;

  g_return_if_fail (ACINI_IS_SLIDE_OBJECTS (self) && func != NULL);
  job = push (self, done, object, data, free_data);
  if (job == NULL)
    return;
  job->func = func;
  start (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

void
acini_slide_objects_edit (AciniSlideObjects *self, const char *tool, gint64 duration, AciniObjectsPlan plan,
                          AciniObjectsDone done, gpointer object, gpointer data, GDestroyNotify free_data)
{
  Job *job;

  g_return_if_fail (ACINI_IS_SLIDE_OBJECTS (self) && tool != NULL && plan != NULL);
  /* A stroke under the pointer comes first. */
  if (self->view != NULL)
    acini_slide_view_flush (self->view);
  job = push (self, done, object, data, free_data);
  if (job == NULL)
    return;
  job->plan = plan;
  job->tool = g_strdup (tool);
  job->duration = duration;
  start (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

gboolean
acini_slide_objects_is_idle (AciniSlideObjects *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_OBJECTS (self), TRUE);
  return self->jobs.length == 0 && self->rest == 0 && self->gap == 0;
}

gboolean
acini_slide_objects_is_written (AciniSlideObjects *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_OBJECTS (self), TRUE);
  for (GList *l = self->jobs.head; l != NULL; l = l->next)
    if (((Job *)l->data)->plan != NULL)
      return FALSE;
  return TRUE;
}

static gboolean
plan_nothing (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data, AciniObjectsStep *step,
              GError **error)
{
  return TRUE;
}

typedef struct
{
  void (*then) (gpointer object);
} Then;

static void
on_nothing (gpointer object, gpointer data, const GError *error)
{
  ((Then *)data)->then (object);
}

void
acini_slide_objects_after_edits (AciniSlideObjects *self, void (*then) (gpointer object), gpointer object)
{
  Then *after;

  g_return_if_fail (ACINI_IS_SLIDE_OBJECTS (self) && then != NULL);
  if (acini_slide_objects_is_written (self))
    {
      then (object);
      return;
    }
  after = g_new (Then, 1);
  after->then = then;
  acini_slide_objects_edit (self, "", -1, plan_nothing, on_nothing, object, after, g_free);
}

AciniSession *
acini_slide_objects_get_session (AciniSlideObjects *self)
{
  g_return_val_if_fail (ACINI_IS_SLIDE_OBJECTS (self), NULL);
  return self->session;
}

/* What is on screen. */

static void
leave (AciniSlideObjects *self)
{
  if (self->source != NULL)
    g_cancellable_cancel (self->source->cancellable);
  g_clear_pointer (&self->source, source_unref);
}

static void
replace (AciniSlideObjects *self)
{
  AciniSlideItem *item = acini_session_get_slide (self->session);
  AciniPrediction *prediction = acini_prediction_feed_get_prediction (self->feed);
  const AciniSlideRecord *record = item != NULL ? acini_slide_item_get_record (item) : NULL;

  g_clear_handle_id (&self->rest, g_source_remove);
  g_clear_handle_id (&self->gap, g_source_remove);
  leave (self);
  if (record != NULL && !record->missing && self->view != NULL)
    {
      self->source = g_atomic_rc_box_new0 (Source);
      self->source->project = g_object_ref (acini_session_get_project (self->session));
      self->source->slide = record->id;
      self->source->prediction = prediction != NULL ? g_object_ref (prediction) : NULL;
      self->source->thresholds = self->view->look.thresholds;
      self->source->cancellable = g_cancellable_new ();
    }
  g_signal_emit (self, signals[REPLACED], 0);
}

static gboolean
on_rested (gpointer data)
{
  AciniSlideObjects *self = data;

  self->rest = 0;
  replace (self);
  return G_SOURCE_REMOVE;
}

static void
on_threshold (AciniSlideObjects *self)
{
  if (self->source == NULL || acini_thresholds_equal (&self->source->thresholds, &self->view->look.thresholds))
    return;
  g_clear_handle_id (&self->rest, g_source_remove);
  self->rest = g_timeout_add (REST, on_rested, self);
}

static gboolean
on_gap (gpointer data)
{
  AciniSlideObjects *self = data;

  self->gap = 0;
  if (self->source != NULL)
    g_signal_emit (self, signals[CHANGED], 0, TRUE);
  return G_SOURCE_REMOVE;
}

static void
on_labels (AciniSlideObjects *self, gint64 slide, const char *subject)
{
  /* A property of the slide may be a region, which changes what counts. */
  gboolean labels = g_strcmp0 (subject, "edit") == 0 || g_strcmp0 (subject, "slide") == 0;

  if (self->source == NULL || self->source->slide != slide)
    return;
  if (labels && self->gap == 0)
    self->gap = g_timeout_add (GAP, on_gap, self);
  else if (g_strcmp0 (subject, "review") == 0)
    g_signal_emit (self, signals[CHANGED], 0, FALSE);
}

static void
on_editor (AciniSlideObjects *self, gint64 slide, const char *subject, const AciniRect *damage)
{
  on_labels (self, slide, subject);
}

/* A segmentation ended: the prediction has grown. */
static void
on_segmented (AciniSlideObjects *self)
{
  if (self->source != NULL)
    g_signal_emit (self, signals[CHANGED], 0, TRUE);
}

static void
acini_slide_objects_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_boolean (value, ACINI_SLIDE_OBJECTS (object)->jobs.length > 0);
}

static void
acini_slide_objects_dispose (GObject *object)
{
  AciniSlideObjects *self = ACINI_SLIDE_OBJECTS (object);

  g_clear_handle_id (&self->rest, g_source_remove);
  g_clear_handle_id (&self->gap, g_source_remove);
  leave (self);
  g_clear_weak_pointer (&self->view);
  G_OBJECT_CLASS (acini_slide_objects_parent_class)->dispose (object);
}

static void
acini_slide_objects_finalize (GObject *object)
{
  AciniSlideObjects *self = ACINI_SLIDE_OBJECTS (object);

  g_clear_object (&self->session);
  g_clear_object (&self->feed);
  G_OBJECT_CLASS (acini_slide_objects_parent_class)->finalize (object);
}

static void
acini_slide_objects_class_init (AciniSlideObjectsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GType type = G_TYPE_FROM_CLASS (klass);

  object_class->get_property = acini_slide_objects_get_property;
  object_class->dispose = acini_slide_objects_dispose;
  object_class->finalize = acini_slide_objects_finalize;
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[REPLACED] = g_signal_new ("replaced", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CHANGED]
      = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
acini_slide_objects_init (AciniSlideObjects *self)
{
}

AciniSlideObjects *
acini_slide_objects_new (AciniSession *session, AciniSlideView *view, AciniPredictionFeed *feed)
{
  AciniSlideObjects *self;

  g_return_val_if_fail (ACINI_IS_SESSION (session) && ACINI_IS_SLIDE_VIEW (view), NULL);
  self = g_object_new (ACINI_TYPE_SLIDE_OBJECTS, NULL);
  self->session = g_object_ref (session);
  self->feed = g_object_ref (feed);
  g_set_weak_pointer (&self->view, view);
  g_signal_connect_object (session, "notify::slide", G_CALLBACK (replace), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (feed, "changed", G_CALLBACK (replace), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "notify::threshold", G_CALLBACK (on_threshold), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "segmented", G_CALLBACK (on_segmented), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (acini_session_get_editor (session), "written", G_CALLBACK (on_editor), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (acini_session_get_editor (session), "changed", G_CALLBACK (on_editor), self,
                           G_CONNECT_SWAPPED);
  replace (self);
  return self;
}
