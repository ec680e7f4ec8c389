/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/project/acini-session.h"
#include "app/jobs/acini-job-list.h"
#include "app/training/acini-models.h"
#include "app/training/acini-training.h"
#include "ui/base/acini-async.h"
#include "acini-config.h"

#include <glib/gi18n.h>

struct _AciniSession
{
  GObject parent_instance;

  AciniProject *project;
  GCancellable *cancellable; /* of all that was asked for */

  GListStore *slides, *models, *jobs;
  AciniSlideItem *slide;
  AciniModelItem *model;
  GHashTable *settings; /* key → value */
  gint64 review;        /* slide to look at once the list has it, 0: none */
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
  SIGNAL_SLIDE_REMOVED,
  SIGNAL_MODEL_FINISHED,
  SIGNAL_JOBS_CHANGED,
  SIGNAL_SEGMENTED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniSession, acini_session, G_TYPE_OBJECT)

static const char *const setting_keys[]
    = { "model", "threshold", "opacity", "last-slide", "show-mask", "show-outlines", "mask-style" };

/* What is read of a project, or asked of it: one structure for all, so that one function frees it. */
typedef struct
{
  AciniProject *project;
  GPtrArray *slides, *models, *cards, *jobs;
  GHashTable *settings;
  gint64 slide;
  char *text, *value;
  double mpp_x, mpp_y;
  gboolean read_slides, read_models, read_jobs, read_settings;
  AciniJob *job;
  gboolean known; /* the collected model had been there */
} Work;

static Work *
work_new (AciniSession *self)
{
  Work *work = g_new0 (Work, 1);

  work->project = g_object_ref (self->project);
  return work;
}

static void
work_free (gpointer data)
{
  Work *work = data;

  g_object_unref (work->project);
  g_clear_pointer (&work->slides, g_ptr_array_unref);
  g_clear_pointer (&work->models, g_ptr_array_unref);
  g_clear_pointer (&work->cards, g_ptr_array_unref);
  g_clear_pointer (&work->jobs, g_ptr_array_unref);
  g_clear_pointer (&work->settings, g_hash_table_unref);
  g_clear_object (&work->job);
  g_free (work->text);
  g_free (work->value);
  g_free (work);
}

void
acini_session_tell (AciniSession *self, const char *text)
{
  g_return_if_fail (ACINI_IS_SESSION (self) && text != NULL);
  g_signal_emit (self, signals[SIGNAL_MESSAGE], 0, text);
}

static void
on_written (gpointer object, gpointer data, const GError *error)
{
  if (error != NULL)
    acini_session_tell (object, error->message);
}

/* Reading. */

static void
free_card (gpointer card)
{
  if (card != NULL) /* NULL: it could not be read */
    acini_card_free (card);
}

static gboolean
read_project (gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;

  if (work->read_settings)
    {
      work->settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      for (guint i = 0; i < G_N_ELEMENTS (setting_keys); i++)
        {
          char *value = acini_project_dup_setting (work->project, setting_keys[i]);

          if (value != NULL)
            g_hash_table_insert (work->settings, g_strdup (setting_keys[i]), value);
        }
    }
  if (work->read_slides)
    {
      work->slides = acini_project_list_slides (work->project, error);
      if (work->slides == NULL)
        return FALSE;
    }
  if (work->read_models)
    {
      work->models = acini_list_models (work->project, error);
      if (work->models == NULL)
        return FALSE;
      work->cards = g_ptr_array_new_with_free_func (free_card);
      for (guint i = 0; i < work->models->len; i++)
        g_ptr_array_add (work->cards, acini_card_load (((AciniModelRecord *)work->models->pdata[i])->path, NULL));
    }
  if (work->read_jobs)
    work->jobs = acini_list_jobs (work->project, error);
  return !work->read_jobs || work->jobs != NULL;
}

/* Puts what is new into the list and keeps the items of slides that were there: a list view keeps its place. */
static void
take_slides (AciniSession *self, GPtrArray *records)
{
  gint64 selected = self->slide != NULL ? acini_slide_item_get_record (self->slide)->id : 0;

  g_ptr_array_set_free_func (records, NULL);
  for (guint i = 0; i < records->len; i++)
    {
      AciniSlideRecord *record = records->pdata[i];
      guint n = g_list_model_get_n_items (G_LIST_MODEL (self->slides));
      guint at = i;

      for (; at < n; at++)
        {
          g_autoptr (AciniSlideItem) item = g_list_model_get_item (G_LIST_MODEL (self->slides), at);

          if (acini_slide_item_get_record (item)->id == record->id)
            {
              acini_slide_item_update (item, record);
              if (at > i)
                g_list_store_splice (self->slides, i, at - i, NULL, 0);
              break;
            }
        }
      if (at == n)
        {
          g_autoptr (AciniSlideItem) item = acini_slide_item_new (record);

          g_list_store_insert (self->slides, i, item);
        }
    }
  g_list_store_splice (self->slides, records->len,
                       g_list_model_get_n_items (G_LIST_MODEL (self->slides)) - records->len, NULL, 0);
  if (self->review != 0 && acini_session_find_slide (self, self->review) != NULL)
    {
      acini_session_set_slide (self, acini_session_find_slide (self, self->review));
      self->review = 0;
    }
  else if (selected != 0 && acini_session_find_slide (self, selected) == NULL)
    {
      acini_session_set_slide (self, NULL);
    }
}

static void
add_children (AciniSession *self, GPtrArray *items, const char *parent, guint depth)
{
  for (guint i = 0; i < items->len; i++)
    {
      AciniModelItem *item = items->pdata[i];
      const AciniModelRecord *record;

      if (item == NULL)
        continue;
      record = acini_model_item_get_record (item);
      if (g_strcmp0 (record->parent, parent) != 0 || g_strcmp0 (record->id, parent) == 0)
        continue;
      acini_model_item_set_depth (item, depth);
      g_list_store_append (self->models, item);
      items->pdata[i] = NULL;
      add_children (self, items, record->id, depth + 1);
      g_object_unref (item);
    }
}

static void
choose_model (AciniSession *self)
{
  const char *wanted = acini_session_get_setting (self, "model");
  AciniModelItem *item = wanted != NULL ? acini_session_find_model (self, wanted) : NULL;
  g_autoptr (AciniModelItem) first = g_list_model_get_item (G_LIST_MODEL (self->models), 0);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->models));

  if (item == NULL)
    item = first;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (AciniModelItem) model = g_list_model_get_item (G_LIST_MODEL (self->models), i);

      acini_model_item_set_in_use (model, model == item);
    }
  if (g_set_object (&self->model, item))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
}

static void
take_models (AciniSession *self, GPtrArray *records, GPtrArray *cards)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();

  g_ptr_array_set_free_func (records, NULL);
  g_ptr_array_set_free_func (cards, NULL);
  for (guint i = 0; i < records->len; i++)
    g_ptr_array_add (items, acini_model_item_new (records->pdata[i], cards->pdata[i]));
  g_list_store_remove_all (self->models);
  add_children (self, items, "", 0);
  /* What is left has a parent that the project does not know: it stands at the margin. */
  for (guint i = 0; i < items->len; i++)
    {
      AciniModelItem *item = items->pdata[i];

      if (item == NULL)
        continue;
      items->pdata[i] = NULL;
      g_list_store_append (self->models, item);
      add_children (self, items, acini_model_item_get_record (item)->id, 1);
      g_object_unref (item);
    }
  choose_model (self);
}

static void on_job_changed (AciniSession *self, AciniJobItem *item);
static void on_job_ended (AciniSession *self, AciniJobItem *item);
static void collect (AciniSession *self, AciniJobItem *item);

static AciniJobItem *
follow (AciniSession *self, AciniJob *job)
{
  AciniJobItem *item = acini_job_item_new (job, NULL);

  g_signal_connect_object (item, "changed", G_CALLBACK (on_job_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (item, "ended", G_CALLBACK (on_job_ended), self, G_CONNECT_SWAPPED);
  acini_job_item_watch (item);
  return item;
}

static void
on_read (gpointer object, gpointer data, const GError *error)
{
  AciniSession *self = object;
  Work *work = data;

  if (error != NULL)
    acini_session_tell (self, error->message);
  if (work->settings != NULL)
    {
      g_hash_table_unref (self->settings);
      self->settings = g_steal_pointer (&work->settings);
    }
  if (work->slides != NULL)
    take_slides (self, work->slides);
  if (work->models != NULL)
    take_models (self, work->models, work->cards);
  for (guint i = 0; work->jobs != NULL && i < work->jobs->len; i++)
    {
      g_autoptr (AciniJobItem) item = follow (self, work->jobs->pdata[i]);

      g_list_store_append (self->jobs, item);
    }
  if (work->read_settings && !self->ready)
    {
      self->ready = TRUE;
      g_signal_emit (self, signals[SIGNAL_READY], 0);
    }
}

void
acini_session_load (AciniSession *self)
{
  Work *work;

  g_return_if_fail (ACINI_IS_SESSION (self));
  work = work_new (self);
  work->read_slides = work->read_models = work->read_jobs = work->read_settings = TRUE;
  acini_async_run_in_order (self, self->cancellable, read_project, on_read, work, work_free);
}

void
acini_session_reload_slides (AciniSession *self)
{
  Work *work;

  g_return_if_fail (ACINI_IS_SESSION (self));
  work = work_new (self);
  work->read_slides = TRUE;
  acini_async_run_in_order (self, self->cancellable, read_project, on_read, work, work_free);
}

void
acini_session_reload_models (AciniSession *self)
{
  Work *work;

  g_return_if_fail (ACINI_IS_SESSION (self));
  work = work_new (self);
  work->read_models = TRUE;
  acini_async_run_in_order (self, self->cancellable, read_project, on_read, work, work_free);
}

/* Jobs. */

static gboolean
collect_model (gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;

  work->text = acini_training_collect (work->project, work->job, error);
  if (work->text == NULL)
    return FALSE;
  work->read_models = TRUE;
  return read_project (work, cancellable, error);
}

static void
on_collected (gpointer object, gpointer data, const GError *error)
{
  AciniSession *self = object;
  Work *work = data;
  AciniModelItem *item;

  if (error != NULL)
    {
      /* A training that was collected long ago may have lost its files since: no news. */
      if (!work->known)
        acini_session_tell (self, error->message);
      return;
    }
  work->known = acini_session_find_model (self, work->text) != NULL;
  if (work->known)
    return;
  take_models (self, work->models, work->cards);
  item = acini_session_find_model (self, work->text);
  if (item != NULL)
    g_signal_emit (self, signals[SIGNAL_MODEL_FINISHED], 0, item);
}

static void
collect (AciniSession *self, AciniJobItem *item)
{
  Work *work = work_new (self);

  work->job = g_object_ref (acini_job_item_get_job (item));
  acini_async_run_in_order (self, self->cancellable, collect_model, on_collected, work, work_free);
}

static void
on_job_changed (AciniSession *self, AciniJobItem *item)
{
  JsonObject *specification = acini_job_get_specification (acini_job_item_get_job (item));
  const char *model = json_object_get_string_member_with_default (specification, "model", "");

  /* A training that ended while no window was open. */
  if (acini_job_item_is_training (item) && acini_job_item_get_state (item) == ACINI_JOB_DONE
      && acini_session_find_model (self, model) == NULL && g_object_get_data (G_OBJECT (item), "collected") == NULL)
    {
      g_object_set_data (G_OBJECT (item), "collected", GINT_TO_POINTER (TRUE));
      collect (self, item);
    }
  g_signal_emit (self, signals[SIGNAL_JOBS_CHANGED], 0);
}

static void
on_job_ended (AciniSession *self, AciniJobItem *item)
{
  g_autofree char *title = acini_job_item_dup_title (item);

  if (acini_job_item_get_state (item) == ACINI_JOB_FAILED)
    {
      const char *message = acini_job_item_get_message (item);
      g_autofree char *text
          = g_strdup_printf (_ ("%s failed: %s"), title, message != NULL ? message : _ ("the process died"));

      acini_session_tell (self, text);
    }
  if (!acini_job_item_is_training (item))
    g_signal_emit (self, signals[SIGNAL_SEGMENTED], 0, item);
  g_signal_emit (self, signals[SIGNAL_JOBS_CHANGED], 0);
}

AciniJobItem *
acini_session_add_job (AciniSession *self, AciniJob *job)
{
  g_autoptr (AciniJobItem) item = NULL;

  g_return_val_if_fail (ACINI_IS_SESSION (self) && ACINI_IS_JOB (job), NULL);
  item = follow (self, job);
  g_list_store_insert (self->jobs, 0, item);
  g_signal_emit (self, signals[SIGNAL_JOBS_CHANGED], 0);
  return item;
}

AciniJobItem *
acini_session_find_active_job (AciniSession *self, gboolean training)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self), NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->jobs)); i++)
    {
      g_autoptr (AciniJobItem) item = g_list_model_get_item (G_LIST_MODEL (self->jobs), i);

      /* The list keeps it alive. */
      if (acini_job_item_is_active (item) && acini_job_item_is_training (item) == training)
        return item;
    }
  return NULL;
}

/* Slides. */

AciniSlideItem *
acini_session_find_slide (AciniSession *self, gint64 id)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self), NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->slides)); i++)
    {
      g_autoptr (AciniSlideItem) item = g_list_model_get_item (G_LIST_MODEL (self->slides), i);

      if (acini_slide_item_get_record (item)->id == id)
        return item;
    }
  return NULL;
}

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

      acini_session_set_setting (self, "last-slide", id);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SLIDE]);
}

void
acini_session_review (AciniSession *self, gint64 id)
{
  AciniSlideItem *item = acini_session_find_slide (self, id);

  if (item != NULL)
    acini_session_set_slide (self, item);
  else
    self->review = id;
}

void
acini_session_step_slide (AciniSession *self, int step)
{
  guint at = 0, n;

  g_return_if_fail (ACINI_IS_SESSION (self));
  n = g_list_model_get_n_items (G_LIST_MODEL (self->slides));
  if (self->slide == NULL || !g_list_store_find (self->slides, self->slide, &at) || (step < 0 && at == 0)
      || (step > 0 && at + 1 >= n))
    return;
  {
    g_autoptr (AciniSlideItem) item = g_list_model_get_item (G_LIST_MODEL (self->slides), step < 0 ? at - 1 : at + 1);

    acini_session_set_slide (self, item);
  }
}

void
acini_session_labels_changed (AciniSession *self, gint64 slide)
{
  AciniSlideItem *item = acini_session_find_slide (self, slide);

  g_signal_emit (self, signals[SIGNAL_LABELS_CHANGED], 0, slide);
  if (item != NULL && !acini_slide_item_get_record (item)->labelled)
    acini_session_reload_slides (self);
}

static gboolean
write_organ (gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;

  return acini_project_set_slide_organ (work->project, work->slide, work->value, error);
}

void
acini_session_set_organ (AciniSession *self, gint64 slide, const char *organ)
{
  Work *work;

  g_return_if_fail (ACINI_IS_SESSION (self) && organ != NULL);
  work = work_new (self);
  work->slide = slide;
  work->value = g_strdup (organ);
  acini_async_run_in_order (self, NULL, write_organ, on_written, work, work_free);
  acini_session_reload_slides (self);
}

static gboolean
write_mpp (gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;

  return acini_project_set_slide_mpp (work->project, work->slide, work->mpp_x, work->mpp_y, error);
}

void
acini_session_set_mpp (AciniSession *self, gint64 slide, double mpp_x, double mpp_y)
{
  Work *work;

  g_return_if_fail (ACINI_IS_SESSION (self));
  work = work_new (self);
  work->slide = slide;
  work->mpp_x = mpp_x;
  work->mpp_y = mpp_y;
  acini_async_run_in_order (self, NULL, write_mpp, on_written, work, work_free);
  acini_session_reload_slides (self);
}

static gboolean
write_removed (gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;

  return acini_project_remove_slide (work->project, work->slide, error);
}

static gboolean
write_restored (gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;

  return acini_project_restore_slide (work->project, work->slide, error);
}

void
acini_session_remove_slide (AciniSession *self, AciniSlideItem *item)
{
  Work *work;

  g_return_if_fail (ACINI_IS_SESSION (self) && ACINI_IS_SLIDE_ITEM (item));
  work = work_new (self);
  work->slide = acini_slide_item_get_record (item)->id;
  acini_async_run_in_order (self, NULL, write_removed, on_written, work, work_free);
  g_signal_emit (self, signals[SIGNAL_SLIDE_REMOVED], 0, item);
  acini_session_reload_slides (self);
}

void
acini_session_restore_slide (AciniSession *self, gint64 slide)
{
  Work *work;

  g_return_if_fail (ACINI_IS_SESSION (self));
  work = work_new (self);
  work->slide = slide;
  acini_async_run_in_order (self, NULL, write_restored, on_written, work, work_free);
  acini_session_reload_slides (self);
}

/* Models. */

AciniModelItem *
acini_session_get_model (AciniSession *self)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self), NULL);
  return self->model;
}

AciniModelItem *
acini_session_find_model (AciniSession *self, const char *id)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self) && id != NULL, NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->models)); i++)
    {
      g_autoptr (AciniModelItem) item = g_list_model_get_item (G_LIST_MODEL (self->models), i);

      if (g_strcmp0 (acini_model_item_get_record (item)->id, id) == 0)
        return item;
    }
  return NULL;
}

void
acini_session_use_model (AciniSession *self, AciniModelItem *item)
{
  g_return_if_fail (ACINI_IS_SESSION (self) && ACINI_IS_MODEL_ITEM (item));

  if (item == self->model)
    return;
  acini_session_set_setting (self, "model", acini_model_item_get_record (item)->id);
  choose_model (self);
}

/* Settings. */

static gboolean
write_setting (gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;

  return acini_project_set_setting (work->project, work->text, work->value, error);
}

const char *
acini_session_get_setting (AciniSession *self, const char *key)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self) && key != NULL, NULL);
  return g_hash_table_lookup (self->settings, key);
}

void
acini_session_set_setting (AciniSession *self, const char *key, const char *value)
{
  Work *work;

  g_return_if_fail (ACINI_IS_SESSION (self) && key != NULL && value != NULL);

  if (g_strcmp0 (g_hash_table_lookup (self->settings, key), value) == 0)
    return;
  g_hash_table_insert (self->settings, g_strdup (key), g_strdup (value));
  work = work_new (self);
  work->text = g_strdup (key);
  work->value = g_strdup (value);
  acini_async_run_in_order (self, NULL, write_setting, on_written, work, work_free);
}

double
acini_session_get_number (AciniSession *self, const char *key, double otherwise)
{
  const char *text = acini_session_get_setting (self, key);
  char *end = NULL;
  double number = text != NULL ? g_ascii_strtod (text, &end) : otherwise;

  return text != NULL && end != text ? number : otherwise;
}

void
acini_session_set_number (AciniSession *self, const char *key, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  acini_session_set_setting (self, key, g_ascii_formatd (text, sizeof text, "%.4g", value));
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
      g_value_set_object (value, self->model);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
acini_session_dispose (GObject *object)
{
  AciniSession *self = ACINI_SESSION (object);

  g_cancellable_cancel (self->cancellable);
  g_list_store_remove_all (self->jobs);
  G_OBJECT_CLASS (acini_session_parent_class)->dispose (object);
}

static void
acini_session_finalize (GObject *object)
{
  AciniSession *self = ACINI_SESSION (object);

  g_clear_object (&self->slide);
  g_clear_object (&self->model);
  g_object_unref (self->slides);
  g_object_unref (self->models);
  g_object_unref (self->jobs);
  g_object_unref (self->cancellable);
  g_hash_table_unref (self->settings);
  g_clear_object (&self->project);
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
  signals[SIGNAL_SLIDE_REMOVED] = add_signal ("slide-removed", ACINI_TYPE_SLIDE_ITEM);
  signals[SIGNAL_MODEL_FINISHED] = add_signal ("model-finished", ACINI_TYPE_MODEL_ITEM);
  signals[SIGNAL_JOBS_CHANGED] = add_signal ("jobs-changed", G_TYPE_NONE);
  signals[SIGNAL_SEGMENTED] = add_signal ("segmented", ACINI_TYPE_JOB_ITEM);
}

static void
acini_session_init (AciniSession *self)
{
  self->cancellable = g_cancellable_new ();
  self->slides = g_list_store_new (ACINI_TYPE_SLIDE_ITEM);
  self->models = g_list_store_new (ACINI_TYPE_MODEL_ITEM);
  self->jobs = g_list_store_new (ACINI_TYPE_JOB_ITEM);
  self->settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

AciniSession *
acini_session_new (AciniProject *project)
{
  AciniSession *self;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);
  self = g_object_new (ACINI_TYPE_SESSION, NULL);
  self->project = g_object_ref (project);
  return self;
}

AciniProject *
acini_session_get_project (AciniSession *self)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self), NULL);
  return self->project;
}

gboolean
acini_session_is_ready (AciniSession *self)
{
  g_return_val_if_fail (ACINI_IS_SESSION (self), FALSE);
  return self->ready;
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
