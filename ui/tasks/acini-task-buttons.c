/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/tasks/acini-task-buttons.h"

#include "ui/tasks/acini-log-dialog.h"

#include <glib/gi18n.h>

static const struct
{
  AciniTaskAction action; /* NOTHING: the log */
  const char *icon, *label, *tooltip;
} kinds[] = {
  { ACINI_TASK_PAUSE, "media-playback-pause-symbolic", N_ ("_Pause"), N_ ("Pause") },
  { ACINI_TASK_RESUME, "media-playback-start-symbolic", N_ ("_Resume"), N_ ("Resume") },
  { ACINI_TASK_TRY_AGAIN, "view-refresh-symbolic", N_ ("_Try Again"), N_ ("Try Again") },
  { ACINI_TASK_NOTHING, "text-x-generic-symbolic", N_ ("_Log"), N_ ("Show the log") },
  { ACINI_TASK_CANCEL, "process-stop-symbolic", N_ ("_Cancel"), N_ ("Cancel") },
  { ACINI_TASK_DISMISS, "window-close-symbolic", N_ ("_Dismiss"), N_ ("Dismiss") },
};

struct _AciniTaskButtons
{
  GtkWidget parent_instance;

  AciniTask *task;
  GtkWidget *buttons[G_N_ELEMENTS (kinds)];
};

G_DEFINE_FINAL_TYPE (AciniTaskButtons, acini_task_buttons, GTK_TYPE_WIDGET)

static void
show (AciniTaskButtons *self)
{
  AciniTaskAction actions = self->task != NULL ? acini_task_get_actions (self->task) : ACINI_TASK_NOTHING;
  gboolean failed = self->task != NULL && acini_task_get_state (self->task) == ACINI_TASK_FAILED;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    gtk_widget_set_visible (self->buttons[i], kinds[i].action != ACINI_TASK_NOTHING
                                                  ? (actions & kinds[i].action) != 0
                                                  : failed && acini_task_get_log (self->task) != NULL);
}

static void
on_clicked (AciniTaskButtons *self, GtkWidget *button)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds) && self->task != NULL; i++)
    {
      if (button != self->buttons[i])
        continue;
      if (kinds[i].action != ACINI_TASK_NOTHING)
        acini_task_request (self->task, kinds[i].action);
      else if (acini_task_get_log (self->task) != NULL)
        acini_log_dialog_present (acini_task_get_log (self->task), GTK_WIDGET (gtk_widget_get_root (button)));
      return;
    }
}

void
acini_task_buttons_set_task (AciniTaskButtons *self, AciniTask *task)
{
  g_return_if_fail (ACINI_IS_TASK_BUTTONS (self) && (task == NULL || ACINI_IS_TASK (task)));

  if (self->task != NULL)
    g_signal_handlers_disconnect_by_data (self->task, self);
  g_set_object (&self->task, task);
  if (task != NULL)
    g_signal_connect_object (task, "changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
}

void
acini_task_buttons_set_labels (AciniTaskButtons *self, gboolean labels)
{
  g_return_if_fail (ACINI_IS_TASK_BUTTONS (self));

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      if (labels)
        {
          gtk_button_set_label (GTK_BUTTON (self->buttons[i]), _ (kinds[i].label));
          gtk_button_set_use_underline (GTK_BUTTON (self->buttons[i]), TRUE);
          gtk_widget_remove_css_class (self->buttons[i], "flat");
        }
      else
        {
          gtk_button_set_icon_name (GTK_BUTTON (self->buttons[i]), kinds[i].icon);
          gtk_widget_add_css_class (self->buttons[i], "flat");
        }
      gtk_widget_set_tooltip_text (self->buttons[i], labels ? NULL : _ (kinds[i].tooltip));
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->buttons[i]), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      _ (kinds[i].tooltip), -1);
    }
}

static void
acini_task_buttons_dispose (GObject *object)
{
  AciniTaskButtons *self = ACINI_TASK_BUTTONS (object);

  if (self->task != NULL)
    g_signal_handlers_disconnect_by_data (self->task, self);
  g_clear_object (&self->task);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_clear_pointer (&self->buttons[i], gtk_widget_unparent);
  G_OBJECT_CLASS (acini_task_buttons_parent_class)->dispose (object);
}

static void
acini_task_buttons_class_init (AciniTaskButtonsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_task_buttons_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
}

static void
acini_task_buttons_init (AciniTaskButtons *self)
{
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 6);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      self->buttons[i] = gtk_button_new ();
      gtk_widget_set_valign (self->buttons[i], GTK_ALIGN_CENTER);
      gtk_widget_set_visible (self->buttons[i], FALSE);
      gtk_widget_set_parent (self->buttons[i], GTK_WIDGET (self));
      g_signal_connect_object (self->buttons[i], "clicked", G_CALLBACK (on_clicked), self, G_CONNECT_SWAPPED);
    }
  acini_task_buttons_set_labels (self, FALSE);
}
