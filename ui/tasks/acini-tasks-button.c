/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/tasks/acini-tasks-button.h"

#include "ui/tasks/acini-ring.h"
#include "ui/tasks/acini-task-row.h"

#include <glib/gi18n.h>

struct _AciniTasksButton
{
  AdwBin parent_instance;

  GtkMenuButton *button;
  AciniRing *ring;
  GtkLabel *label;
  GtkListBox *list_box;

  AciniTaskList *list;
};

G_DEFINE_FINAL_TYPE (AciniTasksButton, acini_tasks_button, ADW_TYPE_BIN)

/* The newest task in the state, or NULL. */
static AciniTask *
find (AciniTaskList *list, AciniTaskState state)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (AciniTask) task = g_list_model_get_item (G_LIST_MODEL (list), i);

      /* The list keeps it alive. */
      if (acini_task_get_state (task) == state)
        return task;
    }
  return NULL;
}

/* How far all that runs is, taken together. */
static double
get_mean_fraction (AciniTaskList *list)
{
  double sum = 0;
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (AciniTask) task = g_list_model_get_item (G_LIST_MODEL (list), i);

      if (!acini_task_is_running (task))
        continue;
      sum += MAX (acini_task_get_fraction (task), 0);
      n++;
    }
  return n > 0 ? sum / n : 0;
}

/* What the button says.  Returns: (transfer full) (nullable) NULL where there is nothing to say. */
static char *
dup_text (AciniTaskList *list)
{
  guint n_running = acini_task_list_count (list, ACINI_TASK_RUNNING);
  guint n_waiting = acini_task_list_count (list, ACINI_TASK_WAITING);
  guint n_paused = acini_task_list_count (list, ACINI_TASK_PAUSED);
  guint n_failed = acini_task_list_count (list, ACINI_TASK_FAILED);
  AciniTask *task = find (list, ACINI_TASK_RUNNING);

  if (n_running == 1)
    return acini_task_get_fraction (task) > 0
               ? g_strdup_printf ("%s · %.0f %%", acini_task_get_title (task), acini_task_get_fraction (task) * 100)
               : g_strdup (acini_task_get_title (task));
  if (n_running > 1)
    return g_strdup_printf (ngettext ("%u task runs · %.0f %%", "%u tasks run · %.0f %%", n_running), n_running,
                            get_mean_fraction (list) * 100);
  if (n_waiting > 0)
    return g_strdup_printf (ngettext ("%u task waits", "%u tasks wait", n_waiting), n_waiting);
  if (n_failed > 0)
    return g_strdup_printf (ngettext ("%u task failed", "%u tasks failed", n_failed), n_failed);
  if (n_paused > 0)
    return g_strdup_printf (ngettext ("%u task paused", "%u tasks paused", n_paused), n_paused);
  return NULL;
}

static void
show (AciniTasksButton *self)
{
  g_autofree char *text = self->list != NULL ? dup_text (self->list) : NULL, *spoken = NULL;
  AciniTask *first;

  gtk_widget_set_visible (GTK_WIDGET (self), text != NULL);
  gtk_label_set_label (self->label, text != NULL ? text : "");
  if (text == NULL)
    return;
  first = find (self->list, ACINI_TASK_PAUSED);
  acini_ring_set_fraction (self->ring, acini_task_list_count (self->list, ACINI_TASK_RUNNING) > 0 || first == NULL
                                           ? get_mean_fraction (self->list)
                                           : acini_task_get_fraction (first));
  spoken = g_strdup_printf (_ ("Tasks: %s"), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static GtkWidget *
make_row (gpointer item, gpointer user_data)
{
  return acini_task_row_new (item);
}

void
acini_tasks_button_set_list (AciniTasksButton *self, AciniTaskList *list)
{
  g_return_if_fail (ACINI_IS_TASKS_BUTTON (self) && (list == NULL || ACINI_IS_TASK_LIST (list)));

  if (self->list != NULL)
    g_signal_handlers_disconnect_by_data (self->list, self);
  g_set_object (&self->list, list);
  gtk_list_box_bind_model (self->list_box, G_LIST_MODEL (list), make_row, NULL, NULL);
  if (list != NULL)
    g_signal_connect_object (list, "changed", G_CALLBACK (show), self, G_CONNECT_SWAPPED);
  show (self);
}

const char *
acini_tasks_button_get_text (AciniTasksButton *self)
{
  g_return_val_if_fail (ACINI_IS_TASKS_BUTTON (self), NULL);
  return gtk_label_get_label (self->label);
}

static void
acini_tasks_button_dispose (GObject *object)
{
  AciniTasksButton *self = ACINI_TASKS_BUTTON (object);

  if (self->list != NULL)
    acini_tasks_button_set_list (self, NULL);
  G_OBJECT_CLASS (acini_tasks_button_parent_class)->dispose (object);
}

static void
acini_tasks_button_class_init (AciniTasksButtonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_tasks_button_dispose;
}

static void
acini_tasks_button_init (AciniTasksButton *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8), *popover = gtk_popover_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->ring = g_object_new (ACINI_TYPE_RING, NULL);
  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_ellipsize (self->label, PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (self->label, 32);
  gtk_widget_add_css_class (GTK_WIDGET (self->label), "numeric");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->ring));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->label));
  self->list_box = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list_box, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list_box), "boxed-list");
  gtk_widget_set_size_request (GTK_WIDGET (self->list_box), 380, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list_box), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Tasks"), -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 420);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->list_box));
  gtk_widget_add_css_class (popover, "jobs");
  gtk_popover_set_child (GTK_POPOVER (popover), scroller);
  self->button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_menu_button_set_child (self->button, box);
  gtk_menu_button_set_popover (self->button, popover);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->button));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
