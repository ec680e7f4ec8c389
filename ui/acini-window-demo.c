/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The demo project: drawn by acini-cli, opened when it is there. */

#include "acini-config.h"

#include "ui/acini-window-private.h"

#include "app/jobs/acini-find-cli.h"

#include <glib/gi18n.h>
#include <signal.h>

static void read_line (AciniWindow *self);

static void
end_task (AciniWindow *self)
{
  if (self->demo_task != NULL)
    acini_task_list_remove (self->tasks, self->demo_task);
  g_clear_object (&self->demo_task);
}

static void
on_requested (AciniWindow *self, guint action)
{
  acini_window_cancel_demo (self);
}

static void
begin_task (AciniWindow *self)
{
  self->demo_task = acini_task_new (_ ("Creating the demo project"));
  g_signal_connect_object (self->demo_task, "requested", G_CALLBACK (on_requested), self, G_CONNECT_SWAPPED);
  acini_task_set_state (self->demo_task, ACINI_TASK_RUNNING, NULL, ACINI_TASK_CANCEL);
  acini_task_set_progress (self->demo_task, -1, _ ("This takes a minute, once"));
  acini_task_list_add (self->tasks, self->demo_task);
}

static void
on_line (GObject *stream, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniWindow) self = user_data;
  g_autofree char *line = g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (stream), result, NULL, NULL);

  if (line == NULL || G_DATA_INPUT_STREAM (stream) != self->demo_output)
    return;
  /* Kept, to be shown if it fails. */
  if (*line != '\0')
    g_set_str (&self->demo_message, line);
  read_line (self);
}

static void
read_line (AciniWindow *self)
{
  g_data_input_stream_read_line_async (self->demo_output, G_PRIORITY_DEFAULT, NULL, on_line, g_object_ref (self));
}

static void
on_demo_ended (GObject *process, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean worked = g_subprocess_wait_check_finish (G_SUBPROCESS (process), result, &error);

  if (G_SUBPROCESS (process) != self->demo)
    return; /* cancelled */
  g_clear_object (&self->demo);
  g_clear_object (&self->demo_output);
  end_task (self);
  if (worked)
    acini_window_open_project (self, self->demo_folder, FALSE, NULL);
  else
    acini_window_tell (self, self->demo_message != NULL ? self->demo_message : error->message, NULL, NULL);
}

void
acini_window_make_demo (AciniWindow *self)
{
  g_autofree char *cli = acini_find_cli ();
  g_autoptr (GError) error = NULL;

  g_return_if_fail (ACINI_IS_WINDOW (self));

  if (self->demo != NULL)
    return;
  g_free (self->demo_folder);
  self->demo_folder = g_build_filename (g_get_user_data_dir (), "acini", "Demo.acini", NULL);
  if (acini_project_is_project (self->demo_folder))
    {
      acini_window_open_project (self, self->demo_folder, FALSE, NULL);
      return;
    }
  if (cli == NULL)
    {
      acini_window_tell (self, _ ("The program acini-cli was not found. Install it beside Acini."), NULL, NULL);
      return;
    }
  g_clear_pointer (&self->demo_message, g_free);
  self->demo = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, &error, cli, "demo",
                                 "--quiet", self->demo_folder, NULL);
  if (self->demo == NULL)
    {
      acini_window_tell (self, error->message, NULL, NULL);
      return;
    }
  begin_task (self);
  self->demo_output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->demo));
  read_line (self);
  g_subprocess_wait_check_async (self->demo, NULL, on_demo_ended, g_object_ref (self));
}

void
acini_window_cancel_demo (AciniWindow *self)
{
  if (self->demo == NULL)
    return;
  g_subprocess_send_signal (self->demo, SIGTERM);
  g_clear_object (&self->demo);
  g_clear_object (&self->demo_output);
  end_task (self);
}

void
acini_window_init_demo (AciniWindow *self)
{
  g_signal_connect_object (self, "closing", G_CALLBACK (acini_window_cancel_demo), self, G_CONNECT_DEFAULT);
}
