/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Something that takes long, as people see it: what it is, how far it is, what it is doing, and what can be done about
 * it.  Whoever does the work owns the task, tells it how things stand, and does what is requested of it.  Main thread
 * only. */

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  ACINI_TASK_WAITING, /* for its turn */
  ACINI_TASK_RUNNING,
  ACINI_TASK_PAUSED,
  ACINI_TASK_DONE,
  ACINI_TASK_FAILED,
  ACINI_TASK_CANCELLED,
} AciniTaskState;

/* What can be requested; a set of them. */
typedef enum
{
  ACINI_TASK_NOTHING = 0,
  ACINI_TASK_PAUSE = 1 << 0,
  ACINI_TASK_RESUME = 1 << 1,
  ACINI_TASK_CANCEL = 1 << 2,
  ACINI_TASK_TRY_AGAIN = 1 << 3,
  ACINI_TASK_DISMISS = 1 << 4,
} AciniTaskAction;

#define ACINI_TYPE_TASK (acini_task_get_type ())
/* Properties (notified, read-only): "title", "activity", "error" (strings), "fraction" (double), "state" (int).
 * Signals:
 *   changed ()              one or more of these are others now: at most ten times a second, at once for a state
 *   requested (action: uint)  one of the possible AciniTaskAction: the owner does it */
G_DECLARE_FINAL_TYPE (AciniTask, acini_task, ACINI, TASK, GObject)

AciniTask *acini_task_new (const char *title);

void acini_task_set_title (AciniTask *self, const char *title);
/* @fraction 0 … 1, below 0 where nobody knows; @activity (nullable): "Step 248 of 400 · 3 min left".  May be called at
 * any rate. */
void acini_task_set_progress (AciniTask *self, double fraction, const char *activity);
/* @error (nullable): what went wrong and what to do, kept until the next call.  @actions: what can be requested now. */
void acini_task_set_state (AciniTask *self, AciniTaskState state, const char *error, AciniTaskAction actions);
/* A file with what the work has said (nullable). */
void acini_task_set_log (AciniTask *self, const char *path);

const char *acini_task_get_title (AciniTask *self);
double acini_task_get_fraction (AciniTask *self);
const char *acini_task_get_activity (AciniTask *self); /* nullable */
const char *acini_task_get_error (AciniTask *self);    /* nullable */
const char *acini_task_get_log (AciniTask *self);      /* nullable */
AciniTaskState acini_task_get_state (AciniTask *self);
AciniTaskAction acini_task_get_actions (AciniTask *self);
gboolean acini_task_is_running (AciniTask *self);

/* Emits "requested", if that can be requested now. */
void acini_task_request (AciniTask *self, AciniTaskAction action);

G_END_DECLS
