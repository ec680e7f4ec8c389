/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/tasks/acini-task.h"

#include "ui/base/acini-pace.h"

struct _AciniTask
{
  GObject parent_instance;

  char *title, *activity, *error, *log;
  double fraction;
  AciniTaskState state;
  AciniTaskAction actions;

  AciniPace pace; /* of "changed" */
};

enum
{
  PROP_TITLE = 1,
  PROP_ACTIVITY,
  PROP_ERROR,
  PROP_FRACTION,
  PROP_STATE,
  N_PROPS
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_REQUESTED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniTask, acini_task, G_TYPE_OBJECT)

static void
tell (gpointer data)
{
  AciniTask *self = data;

  g_object_ref (self);
  g_object_freeze_notify (G_OBJECT (self));
  for (guint i = PROP_TITLE; i < N_PROPS; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
  g_object_thaw_notify (G_OBJECT (self));
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  g_object_unref (self);
}

void
acini_task_set_title (AciniTask *self, const char *title)
{
  g_return_if_fail (ACINI_IS_TASK (self) && title != NULL);
  if (g_set_str (&self->title, title))
    acini_pace_tell_soon (&self->pace);
}

void
acini_task_set_progress (AciniTask *self, double fraction, const char *activity)
{
  gboolean changed;

  g_return_if_fail (ACINI_IS_TASK (self));
  fraction = fraction < 0 ? -1 : MIN (fraction, 1);
  changed = g_set_str (&self->activity, activity);
  /* A task of unknown length says that it is alive. */
  changed = changed || fraction != self->fraction || fraction < 0;
  self->fraction = fraction;
  if (changed)
    acini_pace_tell_soon (&self->pace);
}

void
acini_task_set_state (AciniTask *self, AciniTaskState state, const char *error, AciniTaskAction actions)
{
  gboolean changed;

  g_return_if_fail (ACINI_IS_TASK (self));
  changed = g_set_str (&self->error, error);
  changed = changed || state != self->state || actions != self->actions;
  self->state = state;
  self->actions = actions;
  if (changed)
    acini_pace_tell (&self->pace);
}

void
acini_task_set_log (AciniTask *self, const char *path)
{
  g_return_if_fail (ACINI_IS_TASK (self));
  g_set_str (&self->log, path);
}

const char *
acini_task_get_title (AciniTask *self)
{
  g_return_val_if_fail (ACINI_IS_TASK (self), NULL);
  return self->title;
}

double
acini_task_get_fraction (AciniTask *self)
{
  g_return_val_if_fail (ACINI_IS_TASK (self), 0);
  return self->state == ACINI_TASK_DONE ? 1 : self->fraction;
}

const char *
acini_task_get_activity (AciniTask *self)
{
  g_return_val_if_fail (ACINI_IS_TASK (self), NULL);
  return self->activity;
}

const char *
acini_task_get_error (AciniTask *self)
{
  g_return_val_if_fail (ACINI_IS_TASK (self), NULL);
  return self->error;
}

const char *
acini_task_get_log (AciniTask *self)
{
  g_return_val_if_fail (ACINI_IS_TASK (self), NULL);
  return self->log;
}

AciniTaskState
acini_task_get_state (AciniTask *self)
{
  g_return_val_if_fail (ACINI_IS_TASK (self), ACINI_TASK_FAILED);
  return self->state;
}

AciniTaskAction
acini_task_get_actions (AciniTask *self)
{
  g_return_val_if_fail (ACINI_IS_TASK (self), ACINI_TASK_NOTHING);
  return self->actions;
}

gboolean
acini_task_is_running (AciniTask *self)
{
  g_return_val_if_fail (ACINI_IS_TASK (self), FALSE);
  return self->state == ACINI_TASK_RUNNING;
}

void
acini_task_request (AciniTask *self, AciniTaskAction action)
{
  g_return_if_fail (ACINI_IS_TASK (self));
  if ((self->actions & action) != 0)
    g_signal_emit (self, signals[SIGNAL_REQUESTED], 0, (guint)action);
}

static void
acini_task_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AciniTask *self = ACINI_TASK (object);

  switch (id)
    {
    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;
    case PROP_ACTIVITY:
      g_value_set_string (value, self->activity);
      break;
    case PROP_ERROR:
      g_value_set_string (value, self->error);
      break;
    case PROP_FRACTION:
      g_value_set_double (value, acini_task_get_fraction (self));
      break;
    case PROP_STATE:
      g_value_set_int (value, self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
acini_task_finalize (GObject *object)
{
  AciniTask *self = ACINI_TASK (object);

  acini_pace_clear (&self->pace);
  g_free (self->title);
  g_free (self->activity);
  g_free (self->error);
  g_free (self->log);
  G_OBJECT_CLASS (acini_task_parent_class)->finalize (object);
}

static void
acini_task_class_init (AciniTaskClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  G_OBJECT_CLASS (klass)->get_property = acini_task_get_property;
  G_OBJECT_CLASS (klass)->finalize = acini_task_finalize;
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);
  properties[PROP_ACTIVITY] = g_param_spec_string ("activity", NULL, NULL, NULL, flags);
  properties[PROP_ERROR] = g_param_spec_string ("error", NULL, NULL, NULL, flags);
  properties[PROP_FRACTION] = g_param_spec_double ("fraction", NULL, NULL, -1, 1, 0, flags);
  properties[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, 0, ACINI_TASK_CANCELLED, ACINI_TASK_WAITING, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), N_PROPS, properties);
  signals[SIGNAL_CHANGED]
      = g_signal_new ("changed", ACINI_TYPE_TASK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_REQUESTED] = g_signal_new ("requested", ACINI_TYPE_TASK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
acini_task_init (AciniTask *self)
{
  self->fraction = -1;
  self->pace = (AciniPace){ .tell = tell, .data = self };
}

AciniTask *
acini_task_new (const char *title)
{
  AciniTask *self = g_object_new (ACINI_TYPE_TASK, NULL);

  self->title = g_strdup (title != NULL ? title : "");
  return self;
}
