/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The demo project: its first section is drawn, then the project is opened, and the others come while it is looked at.
 * No other program is needed for it, so that a first start does not wait until acini-cli is built. */

#include "acini-config.h"

#include "ui/acini-window-private.h"

#include "app/demo/acini-demo.h"
#include "ui/base/acini-async.h"

#include <glib/gi18n.h>

typedef struct
{
  AciniWindow *window;
  GCancellable *cancellable; /* here and not in the call: on_drawn () runs after a cancellation too */
  GApplication *application; /* stays until nothing is written any more */
  char *folder;
  AciniProject *project; /* NULL: it is to be made */
  gint64 last_report;    /* monotonic time */
} Drawing;

typedef struct
{
  AciniWindow *window;
  double fraction;
} Report;

static void
drawing_free (gpointer data)
{
  Drawing *drawing = data;

  g_object_unref (drawing->application);
  g_object_unref (drawing->cancellable);
  g_object_unref (drawing->window);
  g_clear_object (&drawing->project);
  g_free (drawing->folder);
  g_free (drawing);
}

static gboolean
on_report (gpointer data)
{
  Report *report = data;

  if (report->window->demo_task != NULL)
    {
      acini_task_set_progress (report->window->demo_task, report->fraction, NULL);
      acini_task_list_add (report->window->tasks, report->window->demo_task);
    }
  g_object_unref (report->window);
  g_free (report);
  return G_SOURCE_REMOVE;
}

static void
on_progress (double fraction, gpointer user_data)
{
  Drawing *drawing = user_data;
  gint64 now = g_get_monotonic_time ();
  Report *report;

  if (now - drawing->last_report < G_USEC_PER_SEC / 10)
    return;
  drawing->last_report = now;
  report = g_new (Report, 1);
  *report = (Report){ g_object_ref (drawing->window), fraction };
  g_idle_add (on_report, report);
}

static gboolean
draw (gpointer data, GCancellable *cancellable, GError **error)
{
  Drawing *drawing = data;

  if (drawing->project != NULL)
    return acini_demo_complete (drawing->project, on_progress, drawing, drawing->cancellable, error);
  return acini_demo_begin (drawing->folder, on_progress, drawing, drawing->cancellable, error);
}

static void
end_task (AciniWindow *self)
{
  if (self->demo_task != NULL)
    acini_task_list_remove (self->tasks, self->demo_task);
  g_clear_object (&self->demo_task);
  g_clear_object (&self->demo_cancellable);
}

static void
on_drawn (gpointer object, gpointer data, const GError *error)
{
  AciniWindow *self = object;
  const Drawing *drawing = data;

  g_application_release (drawing->application); /* here: this is the main thread */
  if (drawing->cancellable != self->demo_cancellable)
    return; /* cancelled, and not waited for */
  end_task (self);
  if (error != NULL)
    acini_window_tell (self, error->message, NULL, NULL);
  if (drawing->project != NULL)
    return;
  if (error == NULL)
    acini_window_open_project (self, drawing->folder, FALSE, NULL);
  else
    gtk_stack_set_visible_child_name (self->stack, self->session != NULL ? "project" : "welcome");
}

static void
on_requested (AciniWindow *self, guint action)
{
  acini_window_cancel_demo (self);
}

/* @project NULL: it is to be made. */
static void
start (AciniWindow *self, AciniProject *project)
{
  Drawing *drawing = g_new0 (Drawing, 1);

  self->demo_cancellable = g_cancellable_new ();
  self->demo_task = acini_task_new (_ ("Drawing the demo project"));
  g_signal_connect_object (self->demo_task, "requested", G_CALLBACK (on_requested), self, G_CONNECT_SWAPPED);
  acini_task_set_state (self->demo_task, ACINI_TASK_RUNNING, NULL, ACINI_TASK_CANCEL);
  acini_task_set_progress (self->demo_task, 0, NULL);
  /* What turns out to be complete is not worth a word: see on_report (). */
  if (project == NULL)
    acini_task_list_add (self->tasks, self->demo_task);
  drawing->window = g_object_ref (self);
  drawing->cancellable = g_object_ref (self->demo_cancellable);
  drawing->application = g_object_ref (G_APPLICATION (gtk_window_get_application (GTK_WINDOW (self))));
  g_application_hold (drawing->application);
  drawing->folder = g_strdup (self->demo_folder);
  drawing->project = project != NULL ? g_object_ref (project) : NULL;
  acini_async_run (self, NULL, draw, on_drawn, drawing, drawing_free);
}

/* Once the project is open, what it lacks is added. */
static void
on_state_changed (AciniWindow *self)
{
  AciniProject *project = self->session != NULL ? acini_session_get_project (self->session) : NULL;

  if (self->demo_folder == NULL || self->demo_task != NULL || project == NULL || !acini_session_is_ready (self->session)
      || g_strcmp0 (acini_project_get_folder (project), self->demo_folder) != 0)
    return;
  start (self, project);
  g_clear_pointer (&self->demo_folder, g_free);
}

void
acini_window_make_demo (AciniWindow *self)
{
  g_return_if_fail (ACINI_IS_WINDOW (self));

  if (self->demo_task != NULL)
    return;
  g_free (self->demo_folder);
  self->demo_folder = g_build_filename (g_get_user_data_dir (), "acini", "Demo.acini", NULL);
  if (acini_project_is_project (self->demo_folder))
    {
      acini_window_open_project (self, self->demo_folder, FALSE, NULL);
      return;
    }
  start (self, NULL);
  gtk_stack_set_visible_child_name (self->stack, "opening");
}

void
acini_window_cancel_demo (AciniWindow *self)
{
  gboolean opening;

  g_cancellable_cancel (self->demo_cancellable);
  opening = self->demo_task != NULL && self->demo_folder != NULL;
  end_task (self);
  g_clear_pointer (&self->demo_folder, g_free);
  if (opening && self->stack != NULL)
    gtk_stack_set_visible_child_name (self->stack, self->session != NULL ? "project" : "welcome");
}

void
acini_window_init_demo (AciniWindow *self)
{
  g_signal_connect_object (self, "closing", G_CALLBACK (acini_window_cancel_demo), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self, "state-changed", G_CALLBACK (on_state_changed), self, G_CONNECT_DEFAULT);
}
