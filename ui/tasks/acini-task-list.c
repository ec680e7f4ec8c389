/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/tasks/acini-task-list.h"

#include "ui/base/acini-pace.h"

struct _AciniTaskList
{
  GObject parent_instance;

  GPtrArray *tasks;
  AciniPace pace; /* of "changed" */
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GType
get_item_type (GListModel *list)
{
  return ACINI_TYPE_TASK;
}

static guint
get_n_items (GListModel *list)
{
  return ACINI_TASK_LIST (list)->tasks->len;
}

static gpointer
get_item (GListModel *list, guint position)
{
  GPtrArray *tasks = ACINI_TASK_LIST (list)->tasks;

  return position < tasks->len ? g_object_ref (tasks->pdata[position]) : NULL;
}

static void
implement_list (GListModelInterface *interface)
{
  interface->get_item_type = get_item_type;
  interface->get_n_items = get_n_items;
  interface->get_item = get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (AciniTaskList, acini_task_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, implement_list))

static void
tell (gpointer self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
on_task_changed (AciniTaskList *self)
{
  acini_pace_tell_soon (&self->pace);
}

void
acini_task_list_add (AciniTaskList *self, AciniTask *task)
{
  g_return_if_fail (ACINI_IS_TASK_LIST (self) && ACINI_IS_TASK (task));

  if (g_ptr_array_find (self->tasks, task, NULL))
    return;
  g_ptr_array_insert (self->tasks, 0, g_object_ref (task));
  g_signal_connect_object (task, "changed", G_CALLBACK (on_task_changed), self, G_CONNECT_SWAPPED);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, 1);
  acini_pace_tell (&self->pace);
}

void
acini_task_list_remove (AciniTaskList *self, AciniTask *task)
{
  guint position = 0;

  g_return_if_fail (ACINI_IS_TASK_LIST (self) && ACINI_IS_TASK (task));

  if (!g_ptr_array_find (self->tasks, task, &position))
    return;
  g_signal_handlers_disconnect_by_func (task, on_task_changed, self);
  g_ptr_array_remove_index (self->tasks, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  acini_pace_tell (&self->pace);
}

guint
acini_task_list_count (AciniTaskList *self, AciniTaskState state)
{
  guint n = 0;

  g_return_val_if_fail (ACINI_IS_TASK_LIST (self), 0);
  for (guint i = 0; i < self->tasks->len; i++)
    n += acini_task_get_state (self->tasks->pdata[i]) == state;
  return n;
}

static void
acini_task_list_finalize (GObject *object)
{
  AciniTaskList *self = ACINI_TASK_LIST (object);

  acini_pace_clear (&self->pace);
  g_ptr_array_unref (self->tasks);
  G_OBJECT_CLASS (acini_task_list_parent_class)->finalize (object);
}

static void
acini_task_list_class_init (AciniTaskListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_task_list_finalize;
  signals[SIGNAL_CHANGED]
      = g_signal_new ("changed", ACINI_TYPE_TASK_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_task_list_init (AciniTaskList *self)
{
  self->tasks = g_ptr_array_new_with_free_func (g_object_unref);
  self->pace = (AciniPace){ .tell = tell, .data = self };
}

AciniTaskList *
acini_task_list_new (void)
{
  return g_object_new (ACINI_TYPE_TASK_LIST, NULL);
}
