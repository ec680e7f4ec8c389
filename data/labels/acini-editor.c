/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/labels/acini-editor-private.h"

#include <glib/gi18n-lib.h>

/* The worker is a thread that lives as long as there is something to write, and keeps the editor alive meanwhile.  It
 * alone takes steps out of the queue, so the head may be used without the lock. */

#define RETRY_MS 2000
/* Steps that come one upon the other wait for the disk together, but no longer than that. */
#define TOGETHER_MS 20
#define MANY (G_MAXINT / 2)

struct _AciniEditor
{
  GObject parent_instance;

  AciniProject *project;
  GMainContext *context; /* of the signals */

  /* The worker's. */
  gint64 seen;    /* the newest row of the journal that was told of */
  GArray *others; /* AciniEditorOutcome: what others wrote */

  GMutex lock; /* of all below */
  GCond wake;  /* something below changed */
  GQueue steps;
  gboolean working, prepared, retry;
  gint64 ahead;  /* since when there is something that is not on the disk yet; 0: there is not */
  GError *error; /* (nullable) why the head could not be written */
  GTask *rescue; /* (nullable) asks for the recovery file */
};

enum
{
  PROP_STUCK = 1,
  PROP_ERROR,
  N_PROPS
};

enum
{
  SIGNAL_QUEUED,
  SIGNAL_LEFT,
  SIGNAL_WRITTEN,
  SIGNAL_CHANGED,
  SIGNAL_RECOVERED,
  SIGNAL_UNREADABLE,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniEditor, acini_editor, G_TYPE_OBJECT)

/* What the worker has to say, in the context of the signals. */

/* Beside the signals: the properties. */
#define STATE N_SIGNALS

typedef struct
{
  AciniEditor *editor;
  int signal; /* or STATE */
  AciniEditorOutcome outcome;
  guint n_recovered;
  char *path;
} Report;

static void
report_free (gpointer data)
{
  Report *report = data;

  g_object_unref (report->editor);
  g_free (report->path);
  g_free (report);
}

static gboolean
emit (gpointer data)
{
  Report *report = data;
  AciniEditor *self = report->editor;
  AciniEditorOutcome *outcome = &report->outcome;

  switch (report->signal)
    {
    case SIGNAL_QUEUED:
    case SIGNAL_LEFT:
      g_signal_emit (self, signals[report->signal], 0, outcome->slide);
      break;
    case SIGNAL_WRITTEN:
    case SIGNAL_CHANGED:
      g_signal_emit (self, signals[report->signal], 0, outcome->slide, outcome->subject, &outcome->damage);
      break;
    case SIGNAL_RECOVERED:
      g_signal_emit (self, signals[SIGNAL_RECOVERED], 0, report->n_recovered);
      break;
    case SIGNAL_UNREADABLE:
      g_signal_emit (self, signals[SIGNAL_UNREADABLE], 0, report->path);
      break;
    default:
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STUCK]);
    }
  return G_SOURCE_REMOVE;
}

/* An idle source, even where the worker's caller owns no loop: never on the worker itself. */
static void
tell (AciniEditor *self, int signal, const AciniEditorOutcome *outcome, guint n_recovered, const char *path)
{
  Report *report = g_new0 (Report, 1);
  g_autoptr (GSource) source = g_idle_source_new ();

  report->editor = g_object_ref (self);
  report->signal = signal;
  if (outcome != NULL)
    report->outcome = *outcome;
  report->n_recovered = n_recovered;
  report->path = g_strdup (path);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, emit, report, report_free);
  g_source_attach (source, self->context);
}

/* Under the lock. */
static void
set_error (AciniEditor *self, GError *error)
{
  gboolean news = self->error != NULL || error != NULL;

  g_clear_error (&self->error);
  self->error = error;
  if (news)
    tell (self, STATE, NULL, 0, NULL);
}

/* The worker. */

/* Whether trying again is of no use: only what the disk refuses now can be written later. */
static gboolean
is_hopeless (AciniEditor *self, const AciniStep *step, const GError *error)
{
  gboolean damaged = g_error_matches (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_DAMAGED);

  return acini_project_get_read_only (self->project) != NULL
         || !(g_error_matches (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_WRITE)
              || (damaged && step->kind == ACINI_STEP_DRAW));
}

static void
end_step (AciniEditor *self, AciniStep *step, const AciniEditorOutcome *outcome, GError *error)
{
  for (guint i = 0; error == NULL && i < self->others->len; i++)
    tell (self, SIGNAL_CHANGED, &g_array_index (self->others, AciniEditorOutcome, i), 0, NULL);
  if (error == NULL && outcome->subject != NULL)
    tell (self, SIGNAL_WRITTEN, outcome, 0, NULL);
  if (step->task != NULL && error != NULL)
    g_task_return_error (step->task, error);
  else if (step->task != NULL)
    g_task_return_pointer (step->task, g_memdup2 (outcome, sizeof *outcome), g_free);
  else
    g_clear_error (&error);
  if (step->kind < ACINI_STEP_FLUSH)
    tell (self, SIGNAL_LEFT, &(AciniEditorOutcome){ .slide = step->slide }, 0, NULL);
  acini_step_free (step);
}

/* Under the lock all the time, so that nothing comes in between: keeps in a recovery file what is in none yet, followed
 * by the step that removes it. */
static gboolean
keep (AciniEditor *self, GError **error)
{
  g_autoptr (GPtrArray) steps = g_ptr_array_new ();
  g_autoptr (AciniRecovery) kept = NULL;
  AciniStep *last;

  for (GList *l = self->steps.head; l != NULL; l = l->next)
    {
      AciniStep *step = l->data;

      if (step->kind >= ACINI_STEP_FLUSH || step->kept != NULL)
        continue;
      if (!acini_step_draw (step, self->project, error))
        return FALSE;
      g_ptr_array_add (steps, step);
    }
  if (steps->len == 0)
    return TRUE;
  kept = acini_step_save (self->project, steps, error);
  if (kept == NULL)
    return FALSE;
  last = acini_step_new (ACINI_STEP_FLUSH, 0);
  last->kept = acini_recovery_ref (kept);
  g_queue_insert_after (&self->steps, g_queue_find (&self->steps, steps->pdata[steps->len - 1]), last);
  return TRUE;
}

/* Under the lock, which is given up: until it is worth trying again. */
static void
wait_to_retry (AciniEditor *self)
{
  self->retry = FALSE;
  for (gint64 end = g_get_monotonic_time () + RETRY_MS * G_TIME_SPAN_MILLISECOND;
       !self->retry && self->rescue == NULL && g_cond_wait_until (&self->wake, &self->lock, end);)
    ;
}

/* Whether the disk is to be waited for before anything else is done. */
static gboolean
is_due (AciniEditor *self)
{
  const AciniStep *next = g_queue_peek_head (&self->steps);

  return self->ahead != 0
         && (next == NULL || next->kind == ACINI_STEP_FLUSH
             || g_get_monotonic_time () - self->ahead > TOGETHER_MS * G_TIME_SPAN_MILLISECOND);
}

/* Under the lock, which is given up meanwhile. */
static void
wait_for_disk (AciniEditor *self)
{
  GError *error = NULL;

  g_mutex_unlock (&self->lock);
  acini_database_sync (acini_project_get_database (self->project), &error);
  g_mutex_lock (&self->lock);
  /* What cannot be mended by waiting is said by the next step that is written. */
  if (error == NULL || !g_error_matches (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_WRITE))
    {
      self->ahead = 0;
      g_clear_error (&error);
    }
  set_error (self, error);
  if (error != NULL)
    wait_to_retry (self);
}

/* Under the lock, which is given up meanwhile. */
static void
write_head (AciniEditor *self)
{
  AciniStep *step = g_queue_peek_head (&self->steps);
  AciniEditorOutcome outcome = { 0 };
  GError *error = NULL;

  g_mutex_unlock (&self->lock);
  acini_step_run (step, self->project, &self->seen, self->others, &outcome, &error);
  g_mutex_lock (&self->lock);
  if (error == NULL || is_hopeless (self, step, error))
    {
      g_queue_pop_head (&self->steps);
      set_error (self, NULL);
      if (error == NULL && step->kind < ACINI_STEP_FLUSH && self->ahead == 0)
        self->ahead = g_get_monotonic_time ();
      end_step (self, step, &outcome, error);
      return;
    }
  set_error (self, error);
  /* Should the program be killed now, the next one has it.  Where that cannot be written either, it was said already.
   */
  keep (self, NULL);
  wait_to_retry (self);
}

static void
rescue (AciniEditor *self)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->rescue);
  GError *error = NULL;
  g_autofree char *path = NULL;
  AciniStep *step;

  if (!keep (self, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  set_error (self, NULL);
  /* What is written but may not be on the disk is left to the system. */
  self->ahead = 0;
  while ((step = g_queue_pop_head (&self->steps)) != NULL)
    {
      if (step->kept != NULL)
        g_set_str (&path, step->kept->path);
      end_step (self, step, NULL,
                g_error_new (ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_KEPT, _ ("It was kept in “%s”"),
                             path != NULL ? path : ""));
    }
  g_task_return_pointer (task, path != NULL ? g_steal_pointer (&path) : g_strdup (""), g_free);
}

static void
prepare (AciniEditor *self)
{
  GQueue kept = G_QUEUE_INIT;
  g_autoptr (GPtrArray) damaged = g_ptr_array_new_with_free_func (g_free);
  guint n = acini_step_load (self->project, &kept, damaged);
  gpointer step;

  self->seen = acini_step_read_newest (self->project);
  g_mutex_lock (&self->lock);
  self->prepared = TRUE;
  while ((step = g_queue_pop_tail (&kept)) != NULL)
    g_queue_push_head (&self->steps, step);
  g_mutex_unlock (&self->lock);
  if (n > 0)
    tell (self, SIGNAL_RECOVERED, NULL, n, NULL);
  for (guint i = 0; i < damaged->len; i++)
    tell (self, SIGNAL_UNREADABLE, NULL, 0, damaged->pdata[i]);
}

static gpointer
work (gpointer data)
{
  g_autoptr (AciniEditor) self = data;

  if (!self->prepared)
    prepare (self);
  g_mutex_lock (&self->lock);
  while (self->rescue != NULL || self->steps.length > 0 || self->ahead != 0)
    {
      if (self->rescue != NULL)
        rescue (self);
      else if (is_due (self))
        wait_for_disk (self);
      else
        write_head (self);
    }
  self->working = FALSE;
  g_mutex_unlock (&self->lock);
  return NULL;
}

/* Under the lock. */
static void
wake (AciniEditor *self)
{
  g_cond_broadcast (&self->wake);
  if (self->working)
    return;
  self->working = TRUE;
  g_thread_unref (g_thread_new ("editor", work, g_object_ref (self)));
}

static void
push (AciniEditor *self, AciniStep *step, GAsyncReadyCallback callback, gpointer user_data)
{
  gboolean history = step->kind < ACINI_STEP_FLUSH;
  gint64 slide = step->slide;

  step->task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (step->task, push);
  g_mutex_lock (&self->lock);
  g_queue_push_tail (&self->steps, step);
  wake (self);
  g_mutex_unlock (&self->lock);
  if (history && g_main_context_is_owner (self->context))
    g_signal_emit (self, signals[SIGNAL_QUEUED], 0, slide);
  else if (history)
    tell (self, SIGNAL_QUEUED, &(AciniEditorOutcome){ .slide = slide }, 0, NULL);
}

/* What can be asked for. */

void
acini_editor_draw (AciniEditor *self, gint64 slide, const char *tool, gint64 duration, AciniDrawFunc draw,
                   gpointer data, GDestroyNotify free_data, GAsyncReadyCallback callback, gpointer user_data)
{
  AciniStep *step;

  g_return_if_fail (ACINI_IS_EDITOR (self) && tool != NULL && draw != NULL);

  step = acini_step_new (ACINI_STEP_DRAW, slide);
  step->tool = g_strdup (tool);
  step->duration = duration;
  step->draw = draw;
  step->data = data;
  step->free_data = free_data;
  push (self, step, callback, user_data);
}

void
acini_editor_undo (AciniEditor *self, gint64 slide, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ACINI_IS_EDITOR (self));

  push (self, acini_step_new (ACINI_STEP_UNDO, slide), callback, user_data);
}

void
acini_editor_redo (AciniEditor *self, gint64 slide, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ACINI_IS_EDITOR (self));

  push (self, acini_step_new (ACINI_STEP_REDO, slide), callback, user_data);
}

void
acini_editor_change (AciniEditor *self, AciniChange *change, GAsyncReadyCallback callback, gpointer user_data)
{
  AciniStep *step;

  g_return_if_fail (ACINI_IS_EDITOR (self) && change != NULL);

  step = acini_step_new (ACINI_STEP_CHANGE, change->slide);
  step->change = change;
  push (self, step, callback, user_data);
}

void
acini_editor_flush (AciniEditor *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ACINI_IS_EDITOR (self));

  push (self, acini_step_new (ACINI_STEP_FLUSH, 0), callback, user_data);
}

void
acini_editor_settle (AciniEditor *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (ACINI_IS_EDITOR (self));

  push (self, acini_step_new (ACINI_STEP_SETTLE, 0), callback, user_data);
}

void
acini_editor_foresee (AciniEditor *self, gint64 slide, gboolean *can_undo, gboolean *can_redo)
{
  /* The disk tells whether there is one, not how many. */
  int undo = *can_undo ? MANY : 0, redo = *can_redo ? MANY : 0;

  g_return_if_fail (ACINI_IS_EDITOR (self));

  g_mutex_lock (&self->lock);
  for (GList *l = self->steps.head; l != NULL; l = l->next)
    {
      const AciniStep *step = l->data;

      if (step->slide == slide)
        acini_step_foresee (step, &undo, &redo);
    }
  g_mutex_unlock (&self->lock);
  *can_undo = undo > 0;
  *can_redo = redo > 0;
}

void
acini_editor_look (AciniEditor *self)
{
  g_return_if_fail (ACINI_IS_EDITOR (self));

  push (self, acini_step_new (ACINI_STEP_LOOK, 0), NULL, NULL);
}

gboolean
acini_editor_finish (AciniEditor *self, GAsyncResult *result, AciniEditorOutcome *outcome, GError **error)
{
  g_autofree AciniEditorOutcome *came = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  came = g_task_propagate_pointer (G_TASK (result), error);
  if (outcome != NULL)
    *outcome = came != NULL ? *came : (AciniEditorOutcome){ 0 };
  return came != NULL;
}

void
acini_editor_retry (AciniEditor *self)
{
  g_return_if_fail (ACINI_IS_EDITOR (self));

  g_mutex_lock (&self->lock);
  self->retry = TRUE;
  g_cond_broadcast (&self->wake);
  g_mutex_unlock (&self->lock);
}

void
acini_editor_rescue (AciniEditor *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (ACINI_IS_EDITOR (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, acini_editor_rescue);
  g_mutex_lock (&self->lock);
  if (self->rescue == NULL)
    {
      self->rescue = g_steal_pointer (&task);
      wake (self);
    }
  g_mutex_unlock (&self->lock);
  if (task != NULL)
    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_PENDING, _ ("It is being kept already"));
}

char *
acini_editor_rescue_finish (AciniEditor *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
acini_editor_is_idle (AciniEditor *self)
{
  gboolean idle;

  g_return_val_if_fail (ACINI_IS_EDITOR (self), TRUE);

  g_mutex_lock (&self->lock);
  idle = self->steps.length == 0 && self->prepared && self->ahead == 0;
  g_mutex_unlock (&self->lock);
  return idle;
}

gboolean
acini_editor_is_settled (AciniEditor *self)
{
  gboolean settled;

  g_return_val_if_fail (ACINI_IS_EDITOR (self), TRUE);

  g_mutex_lock (&self->lock);
  settled = self->steps.length == 0 && self->prepared;
  g_mutex_unlock (&self->lock);
  return settled;
}

gboolean
acini_editor_is_stuck (AciniEditor *self)
{
  gboolean stuck;

  g_return_val_if_fail (ACINI_IS_EDITOR (self), FALSE);

  g_mutex_lock (&self->lock);
  stuck = self->error != NULL;
  g_mutex_unlock (&self->lock);
  return stuck;
}

GError *
acini_editor_dup_error (AciniEditor *self)
{
  GError *error;

  g_return_val_if_fail (ACINI_IS_EDITOR (self), NULL);

  g_mutex_lock (&self->lock);
  error = self->error != NULL ? g_error_copy (self->error) : NULL;
  g_mutex_unlock (&self->lock);
  return error;
}

/* The object. */

static void
acini_editor_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AciniEditor *self = ACINI_EDITOR (object);

  switch (id)
    {
    case PROP_STUCK:
      g_value_set_boolean (value, acini_editor_is_stuck (self));
      break;
    case PROP_ERROR:
      g_value_take_boxed (value, acini_editor_dup_error (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
acini_editor_finalize (GObject *object)
{
  AciniEditor *self = ACINI_EDITOR (object);

  g_clear_error (&self->error);
  g_array_unref (self->others);
  g_clear_object (&self->project);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->wake);
  G_OBJECT_CLASS (acini_editor_parent_class)->finalize (object);
}

static void
acini_editor_class_init (AciniEditorClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = acini_editor_get_property;
  object_class->finalize = acini_editor_finalize;
  properties[PROP_STUCK] = g_param_spec_boolean ("stuck", NULL, NULL, FALSE, flags);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[SIGNAL_QUEUED] = g_signal_new ("queued", ACINI_TYPE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[SIGNAL_LEFT]
      = g_signal_new ("left", ACINI_TYPE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[SIGNAL_WRITTEN]
      = g_signal_new ("written", ACINI_TYPE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                      G_TYPE_INT64, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE, G_TYPE_POINTER);
  signals[SIGNAL_CHANGED]
      = g_signal_new ("changed", ACINI_TYPE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                      G_TYPE_INT64, G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE, G_TYPE_POINTER);
  signals[SIGNAL_RECOVERED] = g_signal_new ("recovered", ACINI_TYPE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                            G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SIGNAL_UNREADABLE] = g_signal_new ("unreadable", ACINI_TYPE_EDITOR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                             G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
acini_editor_init (AciniEditor *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->wake);
  g_queue_init (&self->steps);
  self->others = g_array_new (FALSE, FALSE, sizeof (AciniEditorOutcome));
  self->context = g_main_context_ref_thread_default ();
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

AciniEditor *
acini_editor_get (AciniProject *project)
{
  static GMutex lock;
  AciniEditor *self;
  GWeakRef *known;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);

  g_mutex_lock (&lock);
  known = g_object_get_data (G_OBJECT (project), "acini-editor");
  self = known != NULL ? g_weak_ref_get (known) : NULL;
  if (self == NULL)
    {
      self = g_object_new (ACINI_TYPE_EDITOR, NULL);
      self->project = g_object_ref (project);
      known = g_new0 (GWeakRef, 1);
      g_weak_ref_init (known, self);
      g_object_set_data_full (G_OBJECT (project), "acini-editor", known, weak_ref_free);
      g_mutex_lock (&self->lock);
      wake (self);
      g_mutex_unlock (&self->lock);
    }
  g_mutex_unlock (&lock);
  return self;
}
