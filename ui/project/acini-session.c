/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/project/acini-session.h"

#include "ui/base/acini-async.h"
#include "ui/project/acini-prediction-collector.h"
#include "ui/project/acini-project-watch.h"

#include <glib/gi18n.h>

struct _AciniSession
{
  GObject parent_instance;

  AciniProject *project;
  AciniEditor *editor;
  AciniSlideList *slides;
  AciniModelList *models;
  AciniJobList *jobs;
  AciniProjectSettings *settings;
  AciniTaskList *tasks;
  AciniPredictionCollector *collector;
  AciniProjectWatch *watch;  /* NULL: not read yet, or closed */
  GCancellable *cancellable; /* of becoming ready */

  AciniSlideItem *slide;
  gint64 review;         /* slide to look at once the list has it, 0: none */
  GHashTable *collected; /* folders of trainings whose models were taken in, or tried to */
  gboolean ready;
};

enum
{
  PROP_SLIDE = 1,
  PROP_MODEL,
  N_PROPS
};

enum
{
  SIGNAL_READY,
  SIGNAL_MESSAGE,
  SIGNAL_LABELS_CHANGED,
  SIGNAL_SLIDES_REMOVED,
  SIGNAL_MODEL_FINISHED,
  SIGNAL_JOBS_CHANGED,
  SIGNAL_SEGMENTED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniSession, acini_session, G_TYPE_OBJECT)

void
acini_session_tell (AciniSession *self, const char *text)
{
  g_return_if_fail (ACINI_IS_SESSION (self) && text != NULL);
  g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, text);
}

/* The slide under review. */

AciniSlideItem *
acini_session_get_slide (AciniSession *self)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self), NULL);
  return self->slide;
}

void
acini_session_set_slide (AciniSession *self, AciniSlideItem *item)
{
  g_return_if_fail (ACINI_IS_SESSION (self) && (item == NULL || ACINI_IS_SLIDE_ITEM (item)));

  if (!g_set_object (&self->slide, item))
    return;
  if (item != NULL)
    {
      g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, acini_slide_item_get_record (item)->id);

      acini_project_settings_set (self->settings, "last-slide", id);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SLIDE]);
}

void
acini_session_review (AciniSession *self, gint64 id)
{
  AciniSlideItem *item;

  g_return_if_fail (ACINI_IS_SESSION (self));
  item = acini_slide_list_find (self->slides, id);
  if (item != NULL)
    acini_session_set_slide (self, item);
  else
    self->review = id;
}

void
acini_session_step_slide (AciniSession *self, int step)
{
  guint n;

  g_return_if_fail (ACINI_IS_SESSION (self));
  n = g_list_model_get_n_items (G_LIST_MODEL (self->slides));
  for (guint at = 0; at < n; at++)
    {
      g_autoptr (AciniSlideItem) item = g_list_model_get_item (G_LIST_MODEL (self->slides), at);
      g_autoptr (AciniSlideItem) next = NULL;

      if (item != self->slide)
        continue;
      if (step < 0 && at > 0)
        next = g_list_model_get_item (G_LIST_MODEL (self->slides), at - 1);
      else if (step > 0)
        next = g_list_model_get_item (G_LIST_MODEL (self->slides), at + 1);
      if (next != NULL)
        acini_session_set_slide (self, next);
      return;
    }
}

static void
on_slides_reloaded (AciniSession *self)
{
  AciniSlideItem *wanted = self->review != 0 ? acini_slide_list_find (self->slides, self->review) : NULL;

  if (wanted != NULL)
    {
      self->review = 0;
      acini_session_set_slide (self, wanted);
    }
  else if (self->slide != NULL
           && acini_slide_list_find (self->slides, acini_slide_item_get_record (self->slide)->id) == NULL)
    {
      acini_session_set_slide (self, NULL);
    }
}

static void
on_slides_removed (AciniSession *self, GVariant *ids)
{
  g_signal_emit (self, signals[SIGNAL_SLIDES_REMOVED], 0, ids);
}

void
acini_session_labels_changed (AciniSession *self, gint64 slide)
{
  AciniSlideItem *item;

  g_return_if_fail (ACINI_IS_SESSION (self));
  item = acini_slide_list_find (self->slides, slide);
  g_signal_emit (self, signals[SIGNAL_LABELS_CHANGED], 0, slide);
  if (item != NULL && !acini_slide_item_get_record (item)->labelled)
    acini_slide_list_reload (self->slides);
}

/* Models and jobs. */

AciniModelItem *
acini_session_get_model (AciniSession *self)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self), NULL);
  return acini_model_list_get_in_use (self->models);
}

static void
on_model_in_use (AciniSession *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

static void
on_model_collected (AciniSession *self, AciniModelItem *item)
{
  g_signal_emit (self, signals[SIGNAL_MODEL_FINISHED], 0, item);
}

static void
on_job_changed (AciniSession *self, AciniJobItem *item)
{
  AciniJob *job = acini_job_item_get_job (item);
  const char *model = json_object_get_string_member_with_default (acini_job_get_specification (job), "model", "");
  gboolean writable = acini_session_get_read_only (self) == NULL;

  /* Also a training that ended while no window was open. */
  if (writable && acini_job_item_is_training (item) && acini_job_item_get_state (item) == ACINI_JOB_DONE
      && acini_model_list_find (self->models, model) == NULL
      && g_hash_table_add (self->collected, g_strdup (acini_job_get_folder (job))))
    acini_model_list_collect (self->models, job);
  if (writable && !acini_job_item_is_training (item))
    acini_prediction_collector_look (self->collector, item);
  g_signal_emit (self, signals[SIGNAL_JOBS_CHANGED], 0);
}

static void
on_job_ended (AciniSession *self, AciniJobItem *item)
{
  const char *message = acini_job_item_get_message (item);

  if (acini_job_item_get_state (item) == ACINI_JOB_FAILED && message != NULL)
    {
      g_autofree char *title = acini_job_item_dup_title (item);
      /* Translators: what was being done, and the sentences that say why it failed. */
      g_autofree char *text = g_strdup_printf (_ ("%s failed. %s"), title, message);

      acini_session_tell (self, text);
    }
  g_signal_emit (self, signals[SIGNAL_JOBS_CHANGED], 0);
}

static void
on_prediction_collected (AciniSession *self, AciniJobItem *item)
{
  g_signal_emit (self, signals[SIGNAL_SEGMENTED], 0, item);
}

/* Opening and closing. */

static void
on_database_changed (AciniSession *self)
{
  acini_slide_list_reload (self->slides);
  acini_model_list_refresh (self->models);
  acini_editor_look (self->editor);
}

static gboolean
do_nothing (gpointer data, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

/* All that was asked for in order before has been read. */
static void
on_loaded (gpointer object, gpointer data, const GError *error)
{
  AciniSession *self = object;

  if (self->ready)
    return;
  self->ready = TRUE;
  self->watch = acini_project_watch_new (self->project);
  g_signal_connect_object (self->watch, "database-changed", G_CALLBACK (on_database_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->watch, "jobs-changed", G_CALLBACK (acini_job_list_reload), self->jobs,
                           G_CONNECT_SWAPPED);
  g_signal_emit (self, signals[SIGNAL_READY], 0);
}

void
acini_session_load (AciniSession *self)
{
  g_return_if_fail (ACINI_IS_SESSION (self));
  acini_project_settings_load (self->settings);
  acini_slide_list_reload (self->slides);
  acini_model_list_reload (self->models);
  acini_job_list_reload (self->jobs);
  acini_async_run_in_order (self, self->cancellable, do_nothing, on_loaded, NULL, NULL);
}

void
acini_session_close (AciniSession *self)
{
  g_return_if_fail (ACINI_IS_SESSION (self));
  g_object_run_dispose (G_OBJECT (self));
}

/* The object. */

static void
acini_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AciniSession *self = ACINI_SESSION (object);

  switch (id)
    {
    case PROP_SLIDE:
      g_value_set_object (value, self->slide);
      break;
    case PROP_MODEL:
      g_value_set_object (value, acini_session_get_model (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* The objects stay until the session is freed: what shows them may still ask. */
static void
acini_session_dispose (GObject *object)
{
  AciniSession *self = ACINI_SESSION (object);

  g_cancellable_cancel (self->cancellable);
  if (self->watch != NULL)
    g_object_run_dispose (G_OBJECT (self->watch));
  g_clear_object (&self->watch);
  g_object_run_dispose (G_OBJECT (self->slides));
  g_object_run_dispose (G_OBJECT (self->models));
  g_object_run_dispose (G_OBJECT (self->jobs));
  g_object_run_dispose (G_OBJECT (self->settings));
  G_OBJECT_CLASS (acini_session_parent_class)->dispose (object);
}

static void
acini_session_finalize (GObject *object)
{
  AciniSession *self = ACINI_SESSION (object);

  g_clear_object (&self->slide);
  g_object_unref (self->slides);
  g_object_unref (self->models);
  g_object_unref (self->jobs);
  g_object_unref (self->settings);
  g_object_unref (self->tasks);
  g_object_unref (self->collector);
  g_object_unref (self->cancellable);
  g_hash_table_unref (self->collected);
  g_object_unref (self->editor);
  g_object_unref (self->project);
  G_OBJECT_CLASS (acini_session_parent_class)->finalize (object);
}

static guint
add_signal (const char *name, GType argument)
{
  return g_signal_new (name, ACINI_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                       argument != G_TYPE_NONE ? 1 : 0, argument);
}

static void
acini_session_class_init (AciniSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = acini_session_get_property;
  object_class->dispose = acini_session_dispose;
  object_class->finalize = acini_session_finalize;
  properties[PROP_SLIDE] = g_param_spec_object ("slide", NULL, NULL, ACINI_TYPE_SLIDE_ITEM, flags);
  properties[PROP_MODEL] = g_param_spec_object ("model", NULL, NULL, ACINI_TYPE_MODEL_ITEM, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_READY] = add_signal ("ready", G_TYPE_NONE);
  signals[SIGNAL_MESSAGE] = add_signal ("message", G_TYPE_STRING);
  signals[SIGNAL_LABELS_CHANGED] = add_signal ("labels-changed", G_TYPE_INT64);
  signals[SIGNAL_SLIDES_REMOVED] = add_signal ("slides-removed", G_TYPE_VARIANT);
  signals[SIGNAL_MODEL_FINISHED] = add_signal ("model-finished", ACINI_TYPE_MODEL_ITEM);
  signals[SIGNAL_JOBS_CHANGED] = add_signal ("jobs-changed", G_TYPE_NONE);
  signals[SIGNAL_SEGMENTED] = add_signal ("segmented", ACINI_TYPE_JOB_ITEM);
}

static void
acini_session_init (AciniSession *self)
{
  self->cancellable = g_cancellable_new ();
  self->collected = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* Steps are said to have worked where they were asked for; what they changed is said here, whoever asked. */
static void
on_step_written (AciniSession *self, gint64 slide, const char *subject, const AciniRect *damage)
{
  if (damage->width > 0)
    acini_session_labels_changed (self, slide);
  else if (g_str_equal (subject, "slide"))
    acini_slide_list_reload (self->slides);
  /* The history grew. */
  if (damage->width == 0)
    g_signal_emit (self, signals[SIGNAL_LABELS_CHANGED], 0, slide);
}

static void
on_recovered (AciniSession *self, guint n)
{
  g_autofree char *text = g_strdup_printf (ngettext ("%u edit that could not be written last time was taken in",
                                                     "%u edits that could not be written last time were taken in", n),
                                           n);

  acini_session_tell (self, text);
}

static void
on_unreadable (AciniSession *self, const char *path)
{
  g_autofree char *text = g_strdup_printf (_ ("The recovery file “%s” is damaged and was left as it is"), path);

  acini_session_tell (self, text);
}

/* The history of a slide says by which model it was segmented. */
static void
record_run (AciniSession *self, AciniJobItem *item)
{
  JsonObject *specification = acini_job_get_specification (acini_job_item_get_job (item));
  const char *model = json_object_get_string_member_with_default (specification, "model", "");
  g_autofree char *id = g_path_get_basename (model);
  JsonObject *slide
      = json_object_has_member (specification, "slide") ? json_object_get_object_member (specification, "slide") : NULL;

  if (slide != NULL && acini_job_item_get_state (item) == ACINI_JOB_DONE)
    acini_editor_change (self->editor,
                         acini_change_new_model_run (json_object_get_int_member_with_default (slide, "slide", 0), id),
                         NULL, NULL);
}

AciniSession *
acini_session_new (AciniProject *project)
{
  AciniSession *self;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);
  self = g_object_new (ACINI_TYPE_SESSION, NULL);
  self->project = g_object_ref (project);
  self->editor = acini_editor_get (project);
  g_signal_connect (self, "segmented", G_CALLBACK (record_run), NULL);
  g_signal_connect_object (self->editor, "written", G_CALLBACK (on_step_written), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->editor, "changed", G_CALLBACK (on_step_written), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->editor, "recovered", G_CALLBACK (on_recovered), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->editor, "unreadable", G_CALLBACK (on_unreadable), self, G_CONNECT_SWAPPED);
  self->settings = acini_project_settings_new (project);
  self->slides = acini_slide_list_new (project);
  self->models = acini_model_list_new (project, self->settings);
  self->jobs = acini_job_list_new (project);
  self->tasks = acini_task_list_new ();
  acini_job_list_set_tasks (self->jobs, self->tasks);
  self->collector = acini_prediction_collector_new (project);
  for (guint i = 0; i < 5; i++)
    g_signal_connect_object (
        ((gpointer[]){ self->settings, self->slides, self->models, self->jobs, self->collector })[i], "failed",
        G_CALLBACK (acini_session_tell), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->collector, "collected", G_CALLBACK (on_prediction_collected), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->slides, "reloaded", G_CALLBACK (on_slides_reloaded), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->slides, "removed", G_CALLBACK (on_slides_removed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->models, "notify::in-use", G_CALLBACK (on_model_in_use), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->models, "collected", G_CALLBACK (on_model_collected), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->jobs, "changed", G_CALLBACK (on_job_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->jobs, "ended", G_CALLBACK (on_job_ended), self, G_CONNECT_SWAPPED);
  return self;
}

AciniEditor *
acini_session_get_editor (AciniSession *self)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self), NULL);
  return self->editor;
}

AciniProject *
acini_session_get_project (AciniSession *self)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self), NULL);
  return self->project;
}

const char *
acini_session_get_read_only (AciniSession *self)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self), NULL);
  return acini_project_get_read_only (self->project);
}

gboolean
acini_session_is_ready (AciniSession *self)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self), FALSE);
  return self->ready;
}

AciniSlideList *
acini_session_get_slide_list (AciniSession *self)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self), NULL);
  return self->slides;
}

AciniModelList *
acini_session_get_model_list (AciniSession *self)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self), NULL);
  return self->models;
}

AciniJobList *
acini_session_get_job_list (AciniSession *self)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self), NULL);
  return self->jobs;
}

AciniTaskList *
acini_session_get_tasks (AciniSession *self)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self), NULL);
  return self->tasks;
}

void
acini_session_set_tasks (AciniSession *self, AciniTaskList *tasks)
{
  g_return_if_fail (ACINI_IS_SESSION (self) && ACINI_IS_TASK_LIST (tasks));
  g_set_object (&self->tasks, tasks);
  acini_job_list_set_tasks (self->jobs, tasks);
}

AciniProjectSettings *
acini_session_get_settings (AciniSession *self)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self), NULL);
  return self->settings;
}

GListModel *
acini_session_get_slides (AciniSession *self)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self), NULL);
  return G_LIST_MODEL (self->slides);
}

GListModel *
acini_session_get_models (AciniSession *self)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self), NULL);
  return G_LIST_MODEL (self->models);
}

GListModel *
acini_session_get_jobs (AciniSession *self)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self), NULL);
  return G_LIST_MODEL (self->jobs);
}
