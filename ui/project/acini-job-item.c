/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/project/acini-job-item.h"

#include "app/jobs/acini-find-cli.h"
#include "app/jobs/acini-job-runners.h"
#include "ui/base/acini-async.h"

#include <glib/gi18n.h>
#include <math.h>

#define POLL_MS 500

struct _AciniJobItem
{
  GObject parent_instance;

  AciniJob *job;
  AciniTask *task;
  char *label;

  /* From the folder. */
  AciniJobState state;
  AciniFailure failure;
  gboolean idle; /* queued or paused, and no worker is at it */
  gboolean dismissed;
  double fraction;
  double step, n_steps, steps_per_second;
  double running_since, fraction_then; /* event time and fraction when it last started to run */
  double last_time;
  char *message;
  GArray *loss, *held_out_loss, *dice;
  GArray *finder;     /* of the learning-rate finder: the rate's logarithm, loss */
  double found;       /* what it chose, as a logarithm; NaN: nothing yet */
  gboolean comparing; /* trained, the models are being compared */
  gboolean yielding;  /* it waits while somebody segments */
  char *left_device;  /* why it computes on the processor instead of a graphics card; NULL: it does not */
  GHashTable *dice_by_organ;
  guint curve_number;

  goffset offset;
  guint timer;
  gboolean reading, seen_active, read_once, ended_here;
  AciniTaskAction requested; /* and not done yet */
  gboolean read_only;        /* its project can only be looked at */
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_ENDED,
  SIGNAL_FAILED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniJobItem, acini_job_item, G_TYPE_OBJECT)

typedef struct
{
  AciniJob *job;
  goffset offset;
  GPtrArray *events;
  AciniJobState state;
  AciniFailure failure;
  char *message;
  gboolean idle, dismissed;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_object_unref (reading->job);
  g_clear_pointer (&reading->events, g_ptr_array_unref);
  g_free (reading->message);
  g_free (reading);
}

static gboolean
read_events (gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *reading = data;

  /* The state first: an event that comes in between is seen next time, and no end is missed. */
  reading->state = acini_job_get_state (reading->job);
  reading->failure = acini_job_get_failure (reading->job, &reading->message);
  reading->idle = (reading->state == ACINI_JOB_QUEUED || reading->state == ACINI_JOB_PAUSED)
                  && !acini_job_is_alive (reading->job);
  reading->dismissed = acini_job_is_dismissed (reading->job);
  reading->events = acini_job_read_events (reading->job, &reading->offset, error);
  return reading->events != NULL;
}

static double
get_number (JsonObject *event, const char *member)
{
  JsonNode *node = json_object_get_member (event, member);

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) ? json_node_get_double (node) : NAN;
}

static void
add_point (GArray *points, double step, double value)
{
  AciniJobPoint point = { step, value };

  if (isfinite (step) && isfinite (value))
    g_array_append_val (points, point);
}

static void
add_organs (AciniJobItem *self, double step, JsonObject *by_organ)
{
  JsonObjectIter iter;
  const char *organ = NULL;
  JsonNode *node = NULL;

  json_object_iter_init (&iter, by_organ);
  while (json_object_iter_next (&iter, &organ, &node))
    {
      GArray *points = g_hash_table_lookup (self->dice_by_organ, organ);

      if (!JSON_NODE_HOLDS_VALUE (node))
        continue;
      if (points == NULL)
        {
          points = g_array_new (FALSE, FALSE, sizeof (AciniJobPoint));
          g_hash_table_insert (self->dice_by_organ, g_strdup (organ), points);
        }
      add_point (points, step, json_node_get_double (node));
    }
}

static gboolean
drop_points_after (GArray *points, double step)
{
  guint n = points->len;

  while (n > 0 && g_array_index (points, AciniJobPoint, n - 1).step > step)
    n--;
  if (n == points->len)
    return FALSE;
  g_array_set_size (points, n);
  return TRUE;
}

/* A training that starts again goes on from its last checkpoint: what came after that is computed once more. */
static void
go_back_to (AciniJobItem *self, double step)
{
  gboolean dropped = drop_points_after (self->loss, step);
  GHashTableIter iter;
  gpointer points = NULL;

  dropped = drop_points_after (self->held_out_loss, step) || dropped;
  dropped = drop_points_after (self->dice, step) || dropped;
  g_hash_table_iter_init (&iter, self->dice_by_organ);
  while (g_hash_table_iter_next (&iter, NULL, &points))
    drop_points_after (points, step);
  self->curve_number += dropped;
}

static void
take_event (AciniJobItem *self, JsonObject *event)
{
  const char *name = json_object_get_string_member_with_default (event, "event", "");
  double step = get_number (event, "step"), steps = get_number (event, "steps");
  double fraction = get_number (event, "fraction"), speed = get_number (event, "steps_per_second");
  JsonNode *by_organ = json_object_get_member (event, "dice_by_organ");

  self->last_time = json_object_get_double_member_with_default (event, "time", self->last_time);
  if (g_str_equal (name, "start") && isfinite (step))
    go_back_to (self, step);
  if (isfinite (step))
    self->step = step;
  if (isfinite (steps) && steps > 0)
    self->n_steps = steps;
  if (isfinite (speed) && speed > 0)
    self->steps_per_second = speed;
  if (isfinite (fraction))
    self->fraction = CLAMP (fraction, 0, 1);
  else if (self->n_steps > 0)
    self->fraction = CLAMP (self->step / self->n_steps, 0, 1);
  self->yielding = g_str_equal (name, "yield") && json_object_get_boolean_member_with_default (event, "yields", FALSE);
  self->comparing = g_str_equal (name, "comparing") || (self->comparing && g_str_equal (name, "yield"));
  if (g_str_equal (name, ACINI_JOB_EVENT_DEVICE))
    g_set_str (&self->left_device, json_object_get_string_member_with_default (event, "message", NULL));
  if (g_str_equal (name, "finder"))
    {
      add_point (self->finder, log10 (get_number (event, "learning_rate")), get_number (event, "loss"));
      return;
    }
  if (g_str_equal (name, "found"))
    self->found = log10 (get_number (event, "learning_rate"));
  add_point (self->loss, step, get_number (event, "loss"));
  add_point (self->held_out_loss, step, get_number (event, "held_out_loss"));
  add_point (self->dice, step, get_number (event, "held_out_dice"));
  if (by_organ != NULL && JSON_NODE_HOLDS_OBJECT (by_organ))
    add_organs (self, step, json_node_get_object (by_organ));
  if (g_str_equal (name, "state"))
    {
      self->running_since = self->last_time;
      self->fraction_then = self->fraction;
    }
}

/* The task. */

/* A training is started when it is made: one that waits without a worker was forgotten when the window died.  Slides to
 * be segmented wait for each other. */
static gboolean
is_forgotten (AciniJobItem *self)
{
  return self->state == ACINI_JOB_QUEUED && self->idle && acini_job_item_is_training (self);
}

static AciniTaskAction
get_actions (AciniJobItem *self)
{
  if (self->requested != ACINI_TASK_NOTHING || self->read_only)
    return ACINI_TASK_NOTHING;
  switch (self->state)
    {
    case ACINI_JOB_QUEUED:
      return is_forgotten (self) ? ACINI_TASK_RESUME | ACINI_TASK_CANCEL : ACINI_TASK_CANCEL;
    case ACINI_JOB_RUNNING:
      return ACINI_TASK_PAUSE | ACINI_TASK_CANCEL;
    case ACINI_JOB_PAUSED:
      return ACINI_TASK_RESUME | ACINI_TASK_CANCEL;
    case ACINI_JOB_FAILED:
      return ACINI_TASK_TRY_AGAIN | ACINI_TASK_DISMISS;
    case ACINI_JOB_DONE:
    case ACINI_JOB_CANCELLED:
      break;
    }
  return ACINI_TASK_DISMISS;
}

static void
show_task (AciniJobItem *self)
{
  static const AciniTaskState states[] = { ACINI_TASK_WAITING, ACINI_TASK_RUNNING, ACINI_TASK_PAUSED,
                                           ACINI_TASK_DONE,    ACINI_TASK_FAILED,  ACINI_TASK_CANCELLED };
  AciniTaskState state = is_forgotten (self) ? ACINI_TASK_PAUSED : states[self->state];
  g_autofree char *detail = acini_job_item_dup_detail (self), *log = acini_job_dup_log_path (self->job);

  acini_task_set_log (self->task, log);
  acini_task_set_progress (self->task, acini_job_item_get_fraction (self), detail);
  acini_task_set_state (self->task, state, self->message, get_actions (self));
}

static void
on_read (gpointer object, gpointer data, const GError *error)
{
  AciniJobItem *self = ACINI_JOB_ITEM (object);
  Reading *reading = data;
  gboolean changed = !self->read_once || reading->state != self->state || reading->idle != self->idle
                     || reading->dismissed != self->dismissed || error != NULL;

  self->reading = FALSE;
  self->read_once = TRUE;
  g_clear_pointer (&self->message, g_free);
  if (error != NULL)
    {
      self->message = g_strdup (error->message);
    }
  else
    {
      self->offset = reading->offset;
      for (guint i = 0; i < reading->events->len; i++)
        take_event (self, reading->events->pdata[i]);
      changed = changed || reading->events->len > 0;
      if (reading->failure != ACINI_FAILURE_NONE)
        self->message = acini_failure_describe (reading->failure, reading->message);
    }
  if (reading->state != self->state)
    self->requested = ACINI_TASK_NOTHING;
  self->state = reading->state;
  self->failure = reading->failure;
  self->idle = reading->idle;
  self->dismissed = reading->dismissed;
  if (acini_job_item_is_active (self))
    self->seen_active = TRUE;
  else
    g_clear_handle_id (&self->timer, g_source_remove);
  self->ended_here = self->ended_here || (self->seen_active && !acini_job_item_is_active (self));
  if (changed)
    {
      show_task (self);
      g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
    }
  if (self->seen_active && !acini_job_item_is_active (self))
    {
      self->seen_active = FALSE;
      g_signal_emit (self, signals[SIGNAL_ENDED], 0);
    }
}

static gboolean
on_tick (gpointer user_data)
{
  AciniJobItem *self = user_data;
  Reading *reading;

  if (self->reading)
    return G_SOURCE_CONTINUE;
  self->reading = TRUE;
  reading = g_new0 (Reading, 1);
  reading->job = g_object_ref (self->job);
  reading->offset = self->offset;
  acini_async_run (self, NULL, read_events, on_read, reading, reading_free);
  return G_SOURCE_CONTINUE;
}

static void
acini_job_item_finalize (GObject *object)
{
  AciniJobItem *self = ACINI_JOB_ITEM (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_object_unref (self->job);
  g_object_unref (self->task);
  g_free (self->label);
  g_free (self->message);
  g_free (self->left_device);
  g_array_unref (self->loss);
  g_array_unref (self->held_out_loss);
  g_array_unref (self->dice);
  g_array_unref (self->finder);
  g_hash_table_unref (self->dice_by_organ);
  G_OBJECT_CLASS (acini_job_item_parent_class)->finalize (object);
}

static void
acini_job_item_class_init (AciniJobItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_job_item_finalize;
  signals[SIGNAL_CHANGED]
      = g_signal_new ("changed", ACINI_TYPE_JOB_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_ENDED]
      = g_signal_new ("ended", ACINI_TYPE_JOB_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed", ACINI_TYPE_JOB_ITEM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
acini_job_item_init (AciniJobItem *self)
{
  self->state = ACINI_JOB_QUEUED;
  self->loss = g_array_new (FALSE, FALSE, sizeof (AciniJobPoint));
  self->held_out_loss = g_array_new (FALSE, FALSE, sizeof (AciniJobPoint));
  self->dice = g_array_new (FALSE, FALSE, sizeof (AciniJobPoint));
  self->finder = g_array_new (FALSE, FALSE, sizeof (AciniJobPoint));
  self->found = NAN;
  self->dice_by_organ = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
}

static void on_requested (AciniJobItem *self, guint action);

AciniJobItem *
acini_job_item_new (AciniJob *job, const char *label)
{
  AciniJobItem *self;
  g_autofree char *title = NULL;

  g_return_val_if_fail (ACINI_IS_JOB (job), NULL);
  self = g_object_new (ACINI_TYPE_JOB_ITEM, NULL);
  self->job = g_object_ref (job);
  self->label = g_strdup (label);
  title = acini_job_item_dup_title (self);
  self->task = acini_task_new (title);
  g_signal_connect_object (self->task, "requested", G_CALLBACK (on_requested), self, G_CONNECT_SWAPPED);
  return self;
}

void
acini_job_item_set_read_only (AciniJobItem *self)
{
  g_return_if_fail (ACINI_IS_JOB_ITEM (self));
  self->read_only = TRUE;
}

AciniJob *
acini_job_item_get_job (AciniJobItem *self)
{
  g_return_val_if_fail (ACINI_IS_JOB_ITEM (self), NULL);
  return self->job;
}

void
acini_job_item_watch (AciniJobItem *self)
{
  g_return_if_fail (ACINI_IS_JOB_ITEM (self));
  if (self->timer == 0)
    self->timer = g_timeout_add (POLL_MS, on_tick, self);
  on_tick (self);
}

AciniJobState
acini_job_item_get_state (AciniJobItem *self)
{
  g_return_val_if_fail (ACINI_IS_JOB_ITEM (self), ACINI_JOB_FAILED);
  return self->state;
}

gboolean
acini_job_item_is_active (AciniJobItem *self)
{
  g_return_val_if_fail (ACINI_IS_JOB_ITEM (self), FALSE);
  return self->state == ACINI_JOB_QUEUED || self->state == ACINI_JOB_RUNNING || self->state == ACINI_JOB_PAUSED;
}

gint64
acini_job_item_get_slide (AciniJobItem *self)
{
  JsonObject *specification;
  JsonNode *node;

  g_return_val_if_fail (ACINI_IS_JOB_ITEM (self), 0);
  specification = acini_job_get_specification (self->job);
  node = json_object_get_member (specification, "slide");
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node)
             ? json_object_get_int_member_with_default (json_node_get_object (node), "slide", 0)
             : 0;
}

gboolean
acini_job_item_is_training (AciniJobItem *self)
{
  g_return_val_if_fail (ACINI_IS_JOB_ITEM (self), FALSE);
  return g_strcmp0 (acini_job_get_kind (self->job), "train") == 0;
}

double
acini_job_item_get_fraction (AciniJobItem *self)
{
  g_return_val_if_fail (ACINI_IS_JOB_ITEM (self), 0);
  return self->state == ACINI_JOB_DONE ? 1 : self->fraction;
}

const char *
acini_job_item_get_message (AciniJobItem *self)
{
  g_return_val_if_fail (ACINI_IS_JOB_ITEM (self), NULL);
  return self->message;
}

char *
acini_job_item_dup_title (AciniJobItem *self)
{
  const char *label;

  g_return_val_if_fail (ACINI_IS_JOB_ITEM (self), NULL);
  label = self->label != NULL
              ? self->label
              : json_object_get_string_member_with_default (acini_job_get_specification (self->job), "name", "");
  return g_strstrip (
      g_strdup_printf (acini_job_item_is_training (self) ? _ ("Fine-tuning %s") : _ ("Segmenting %s"), label));
}

static double
estimate_seconds (AciniJobItem *self)
{
  double gone = self->fraction - self->fraction_then, seconds = self->last_time - self->running_since;

  if (self->steps_per_second > 0 && self->n_steps > self->step)
    return (self->n_steps - self->step) / self->steps_per_second;
  return gone > 0.01 && seconds > 2 ? seconds * (1 - self->fraction) / gone : NAN;
}

static char *
dup_left (AciniJobItem *self)
{
  double seconds = estimate_seconds (self);

  if (isnan (seconds))
    return NULL;
  if (seconds < 60)
    return g_strdup_printf (_ ("%d s left"), (int)ceil (seconds));
  if (seconds < 3600)
    return g_strdup_printf (_ ("%d min left"), (int)ceil (seconds / 60));
  return g_strdup_printf (_ ("%.1f h left"), seconds / 3600);
}

char *
acini_job_item_dup_status (AciniJobItem *self)
{
  g_autofree char *left = NULL;

  g_return_val_if_fail (ACINI_IS_JOB_ITEM (self), NULL);
  if (self->requested == ACINI_TASK_PAUSE)
    return g_strdup (_ ("pausing…"));
  if (self->requested == ACINI_TASK_CANCEL)
    return g_strdup (_ ("cancelling…"));
  if ((self->requested & (ACINI_TASK_RESUME | ACINI_TASK_TRY_AGAIN)) != 0)
    return g_strdup (_ ("starting…"));
  switch (self->state)
    {
    case ACINI_JOB_QUEUED:
      if (is_forgotten (self))
        return g_strdup (_ ("Not started"));
      if (self->idle)
        return g_strdup (_ ("Waiting"));
      if (acini_job_item_is_training (self) && self->read_once)
        return g_strdup (_ ("Waiting for another training"));
      return g_strdup (acini_cli_is_being_built () ? _ ("Waiting: acini-cli is still being built") : _ ("Starting…"));
    case ACINI_JOB_PAUSED:
      return g_strdup_printf (_ ("Paused at %.0f %%"), self->fraction * 100);
    case ACINI_JOB_DONE:
      return g_strdup (_ ("Done"));
    case ACINI_JOB_FAILED:
      return g_strdup (_ ("Failed"));
    case ACINI_JOB_CANCELLED:
      return g_strdup (_ ("Cancelled"));
    case ACINI_JOB_RUNNING:
      break;
    }
  if (self->yielding)
    return g_strdup (_ ("Paused while segmenting"));
  if (self->comparing)
    return g_strdup (_ ("Comparing with the parent…"));
  left = dup_left (self);
  return left != NULL ? g_strdup_printf ("%.0f %% · %s", self->fraction * 100, left)
                      : g_strdup_printf ("%.0f %%", self->fraction * 100);
}

char *
acini_job_item_dup_detail (AciniJobItem *self)
{
  g_autofree char *status = acini_job_item_dup_status (self), *left = NULL;

  if (self->message != NULL && self->requested == ACINI_TASK_NOTHING)
    return g_strdup (self->message);
  if (self->left_device != NULL && (self->state == ACINI_JOB_RUNNING || self->state == ACINI_JOB_DONE))
    return g_strdup_printf ("%s. %s", status, self->left_device);
  if (self->yielding || self->comparing || self->state != ACINI_JOB_RUNNING || self->requested != ACINI_TASK_NOTHING
      || self->n_steps <= 0 || self->steps_per_second <= 0)
    return g_steal_pointer (&status);
  left = dup_left (self);
  return g_strdup_printf (_ ("Step %.0f of %.0f · %.1f steps/s%s%s"), self->step, self->n_steps, self->steps_per_second,
                          left != NULL ? " · " : "", left != NULL ? left : "");
}

int
acini_job_item_get_n_steps (AciniJobItem *self)
{
  g_return_val_if_fail (ACINI_IS_JOB_ITEM (self), 0);
  return (int)self->n_steps;
}

GArray *
acini_job_item_get_loss (AciniJobItem *self)
{
  g_return_val_if_fail (ACINI_IS_JOB_ITEM (self), NULL);
  return self->loss;
}

GArray *
acini_job_item_get_held_out_loss (AciniJobItem *self)
{
  g_return_val_if_fail (ACINI_IS_JOB_ITEM (self), NULL);
  return self->held_out_loss;
}

GArray *
acini_job_item_get_dice (AciniJobItem *self)
{
  g_return_val_if_fail (ACINI_IS_JOB_ITEM (self), NULL);
  return self->dice;
}

GArray *
acini_job_item_get_finder (AciniJobItem *self)
{
  g_return_val_if_fail (ACINI_IS_JOB_ITEM (self), NULL);
  return self->finder;
}

double
acini_job_item_get_found (AciniJobItem *self)
{
  g_return_val_if_fail (ACINI_IS_JOB_ITEM (self), NAN);
  return self->found;
}

GHashTable *
acini_job_item_get_dice_by_organ (AciniJobItem *self)
{
  g_return_val_if_fail (ACINI_IS_JOB_ITEM (self), NULL);
  return self->dice_by_organ;
}

/* Requests. */

typedef struct
{
  AciniJob *job;
  AciniTaskAction action;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_object_unref (request->job);
  g_free (request);
}

static gboolean
do_request (gpointer data, GCancellable *cancellable, GError **error)
{
  Request *request = data;

  switch (request->action)
    {
    case ACINI_TASK_PAUSE:
      return acini_job_signal (request->job, "pause", error);
    case ACINI_TASK_CANCEL:
      return acini_job_signal (request->job, "cancel", error);
    case ACINI_TASK_RESUME:
    case ACINI_TASK_TRY_AGAIN:
      return acini_job_resume (request->job, error);
    case ACINI_TASK_DISMISS:
      return acini_job_dismiss (request->job, error);
    case ACINI_TASK_NOTHING:
      break;
    }
  return TRUE;
}

static void
on_request_done (gpointer object, gpointer data, const GError *error)
{
  AciniJobItem *self = ACINI_JOB_ITEM (object);
  const Request *request = data;

  /* A pause and a cancellation are done when the job says so. */
  if (error != NULL || (request->action & (ACINI_TASK_PAUSE | ACINI_TASK_CANCEL)) == 0)
    self->requested = ACINI_TASK_NOTHING;
  show_task (self);
  if (error != NULL)
    g_signal_emit (self, signals[SIGNAL_FAILED], 0, error->message);
  acini_job_item_watch (self);
}

static void
on_requested (AciniJobItem *self, guint action)
{
  Request *request = g_new0 (Request, 1);

  request->job = g_object_ref (self->job);
  request->action = (AciniTaskAction)action;
  self->requested = request->action;
  show_task (self);
  /* Resuming may wait for a worker that is about to leave: not in the queue of what is written into the project. */
  acini_async_run (self, NULL, do_request, on_request_done, request, request_free);
}

AciniTask *
acini_job_item_get_task (AciniJobItem *self)
{
  g_return_val_if_fail (ACINI_IS_JOB_ITEM (self), NULL);
  return self->task;
}

gboolean
acini_job_item_is_listed (AciniJobItem *self)
{
  g_return_val_if_fail (ACINI_IS_JOB_ITEM (self), FALSE);
  if (!self->read_once)
    return FALSE;
  return acini_job_item_is_active (self)
         || (!self->dismissed
             && (self->state == ACINI_JOB_FAILED || (self->state == ACINI_JOB_DONE && self->ended_here)));
}

guint
acini_job_item_get_curve_number (AciniJobItem *self)
{
  g_return_val_if_fail (ACINI_IS_JOB_ITEM (self), 0);
  return self->curve_number;
}
