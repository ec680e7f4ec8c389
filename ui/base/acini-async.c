/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/base/acini-async.h"

/* Object and data are the call's, not the task's: the worker may be the last to let go of the task, and a widget must
 * not come to its end there. */
typedef struct
{
  AciniWorkFunc work;
  AciniDoneFunc done;
  gpointer object;
  gpointer data;
  GDestroyNotify free_data;
  gboolean ordered;
} Call;

/* Calls in order that have not been told as done; atomic. */
static int n_ordered;

static void
call_work (GTask *task, gpointer source, gpointer user_data, GCancellable *cancellable)
{
  Call *call = user_data;
  g_autoptr (GError) error = NULL;

  if (call->work (call->data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_FAILED, "");
}

static void
call_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GTask *task = G_TASK (result);
  Call *call = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (call->ordered)
    g_atomic_int_add (&n_ordered, -1);
  g_task_propagate_boolean (task, &error);
  /* A widget that cancelled is on its way out: it must not be called. */
  if (call->done != NULL && !g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    call->done (call->object, call->data, error);
  if (call->free_data != NULL)
    call->free_data (call->data);
  g_clear_object (&call->object);
}

static GTask *
call_new (gpointer object, GCancellable *cancellable, AciniWorkFunc work, AciniDoneFunc done, gpointer data,
          GDestroyNotify free_data, gboolean ordered)
{
  GTask *task = g_task_new (NULL, cancellable, call_done, NULL);
  Call *call = g_new0 (Call, 1);

  *call = (Call){ work, done, object != NULL ? g_object_ref (object) : NULL, data, free_data, ordered };
  g_task_set_task_data (task, call, g_free);
  /* What @work says counts: it may have written before it was cancelled. */
  g_task_set_check_cancellable (task, FALSE);
  return task;
}

void
acini_async_run (gpointer object, GCancellable *cancellable, AciniWorkFunc work, AciniDoneFunc done, gpointer data,
                 GDestroyNotify free_data)
{
  g_autoptr (GTask) task = call_new (object, cancellable, work, done, data, free_data, FALSE);

  g_task_run_in_thread (task, call_work);
}

static void
ordered_work (gpointer item, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (item);

  call_work (task, NULL, g_task_get_task_data (task), g_task_get_cancellable (task));
}

void
acini_async_run_in_order (gpointer object, GCancellable *cancellable, AciniWorkFunc work, AciniDoneFunc done,
                          gpointer data, GDestroyNotify free_data)
{
  /* One thread: that is what keeps the order.  Its own, so that it waits for no other work. */
  static GThreadPool *pool;

  if (g_once_init_enter_pointer (&pool))
    g_once_init_leave_pointer (&pool, g_thread_pool_new (ordered_work, NULL, 1, TRUE, NULL));
  g_atomic_int_inc (&n_ordered);
  g_thread_pool_push (pool, call_new (object, cancellable, work, done, data, free_data, TRUE), NULL);
}

gboolean
acini_async_is_idle (void)
{
  return g_atomic_int_get (&n_ordered) == 0;
}
