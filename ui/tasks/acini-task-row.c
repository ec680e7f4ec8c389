/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/tasks/acini-task-row.h"

#include "ui/tasks/acini-ring.h"
#include "ui/tasks/acini-task-buttons.h"

struct _AciniTaskRow
{
  AdwActionRow parent_instance;

  AciniTask *task;
  AciniRing *ring;
  AciniTaskButtons *buttons;
};

G_DEFINE_FINAL_TYPE (AciniTaskRow, acini_task_row, ADW_TYPE_ACTION_ROW)

static void
show (AciniTaskRow *self)
{
  const char *error = acini_task_get_error (self->task), *activity = acini_task_get_activity (self->task);
  gboolean failed = acini_task_get_state (self->task) == ACINI_TASK_FAILED;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), acini_task_get_title (self->task));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), error != NULL ? error : activity != NULL ? activity : "");
  acini_ring_set_fraction (self->ring, acini_task_get_fraction (self->task));
  gtk_widget_set_visible (GTK_WIDGET (self->ring), !failed);
  if (failed)
    gtk_widget_add_css_class (GTK_WIDGET (self), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "error");
}

AciniTask *
acini_task_row_get_task (AciniTaskRow *self)
{
  g_return_val_if_fail (ACINI_IS_TASK_ROW (self), NULL);
  return self->task;
}

static void
acini_task_row_dispose (GObject *object)
{
  AciniTaskRow *self = ACINI_TASK_ROW (object);

  if (self->task != NULL)
    g_signal_handlers_disconnect_by_data (self->task, self);
  g_clear_object (&self->task);
  G_OBJECT_CLASS (acini_task_row_parent_class)->dispose (object);
}

static void
acini_task_row_class_init (AciniTaskRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_task_row_dispose;
}

static void
acini_task_row_init (AciniTaskRow *self)
{
  self->ring = g_object_new (ACINI_TYPE_RING, NULL);
  self->buttons = g_object_new (ACINI_TYPE_TASK_BUTTONS, NULL);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), 6);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  /* The keyboard goes to its buttons. */
  gtk_widget_set_focusable (GTK_WIDGET (self), FALSE);
  adw_action_row_add_prefix (ADW_ACTION_ROW (self), GTK_WIDGET (self->ring));
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), GTK_WIDGET (self->buttons));
}

GtkWidget *
acini_task_row_new (AciniTask *task)
{
  AciniTaskRow *self;

  g_return_val_if_fail (ACINI_IS_TASK (task), NULL);
  self = g_object_new (ACINI_TYPE_TASK_ROW, NULL);
  self->task = g_object_ref (task);
  acini_task_buttons_set_task (self->buttons, task);
  g_signal_connect_object (task, "changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
  return GTK_WIDGET (self);
}
