/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/tasks/acini-jobs-button.h"

#include "ui/tasks/acini-ring.h"

#include <glib/gi18n.h>

/* Ended jobs that are still listed. */
#define N_ENDED 3

struct _AciniJobsButton
{
  AdwBin parent_instance;

  GtkMenuButton *button;
  AciniRing *ring;
  GtkLabel *label;
  GtkListBox *list;
  GHashTable *rows; /* AciniJobItem → GtkWidget */

  AciniSession *session;
};

G_DEFINE_FINAL_TYPE (AciniJobsButton, acini_jobs_button, ADW_TYPE_BIN)

static void
on_pause (GtkButton *button, AciniJobItem *item)
{
  acini_job_item_request (item, acini_job_item_get_state (item) == ACINI_JOB_PAUSED ? "run" : "pause");
}

static void
on_cancel (GtkButton *button, AciniJobItem *item)
{
  acini_job_item_request (item, "cancel");
}

static GtkWidget *
icon_button_new (const char *icon, const char *label, GCallback callback, AciniJobItem *item)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_signal_connect_object (button, "clicked", callback, item, G_CONNECT_DEFAULT);
  return button;
}

static void
show_row (GtkWidget *row, AciniJobItem *item)
{
  g_autofree char *detail = acini_job_item_dup_detail (item);
  gboolean active = acini_job_item_is_active (item), paused = acini_job_item_get_state (item) == ACINI_JOB_PAUSED;
  GtkWidget *pause = g_object_get_data (G_OBJECT (row), "pause"),
            *cancel = g_object_get_data (G_OBJECT (row), "cancel");

  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), detail);
  acini_ring_set_fraction (g_object_get_data (G_OBJECT (row), "ring"), acini_job_item_get_fraction (item));
  gtk_button_set_icon_name (GTK_BUTTON (pause),
                            paused ? "media-playback-start-symbolic" : "media-playback-pause-symbolic");
  gtk_widget_set_tooltip_text (pause, paused ? _ ("Resume") : _ ("Pause"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (pause), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  paused ? _ ("Resume") : _ ("Pause"), -1);
  gtk_widget_set_visible (pause, active);
  gtk_widget_set_visible (cancel, active);
}

static GtkWidget *
row_new (AciniJobItem *item)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *ring = g_object_new (ACINI_TYPE_RING, NULL);
  GtkWidget *pause = icon_button_new ("media-playback-pause-symbolic", _ ("Pause"), G_CALLBACK (on_pause), item);
  GtkWidget *cancel = icon_button_new ("process-stop-symbolic", _ ("Cancel"), G_CALLBACK (on_cancel), item);
  g_autofree char *title = acini_job_item_dup_title (item);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 3);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), ring);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), pause);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), cancel);
  g_object_set_data (G_OBJECT (row), "ring", ring);
  g_object_set_data (G_OBJECT (row), "pause", pause);
  g_object_set_data (G_OBJECT (row), "cancel", cancel);
  show_row (row, item);
  return row;
}

static void
show_rows (AciniJobsButton *self, GPtrArray *wanted)
{
  GHashTableIter iter;
  gpointer item = NULL, row = NULL;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &item, &row))
    if (!g_ptr_array_find (wanted, item, NULL))
      {
        gtk_list_box_remove (self->list, row);
        g_hash_table_iter_remove (&iter);
      }
  for (guint i = 0; i < wanted->len; i++)
    {
      row = g_hash_table_lookup (self->rows, wanted->pdata[i]);
      if (row == NULL)
        {
          row = row_new (wanted->pdata[i]);
          gtk_list_box_insert (self->list, row, (int)i);
          g_hash_table_insert (self->rows, g_object_ref (wanted->pdata[i]), row);
        }
      show_row (row, wanted->pdata[i]);
    }
}

static void
show_button (AciniJobsButton *self, AciniJobItem *first, guint n_active)
{
  g_autofree char *title = first != NULL ? acini_job_item_dup_title (first) : NULL;
  g_autofree char *status = first != NULL ? acini_job_item_dup_status (first) : NULL;
  g_autofree char *text = NULL, *spoken = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self), first != NULL);
  if (first == NULL)
    return;
  text = n_active > 1
             ? g_strdup_printf (ngettext ("%u job · %s", "%u jobs · %s", n_active), n_active, status)
             : g_strdup_printf ("%s · %s", acini_job_item_is_training (first) ? _ ("Fine-tuning") : _ ("Segmenting"),
                                status);
  spoken = g_strdup_printf (_ ("Jobs: %s, %s"), title, status);
  gtk_label_set_label (self->label, text);
  acini_ring_set_fraction (self->ring, acini_job_item_get_fraction (first));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->button), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
on_jobs_changed (AciniJobsButton *self)
{
  GListModel *jobs = self->session != NULL ? acini_session_get_jobs (self->session) : NULL;
  g_autoptr (GPtrArray) wanted = g_ptr_array_new ();
  AciniJobItem *first = NULL;
  guint n_active = 0, n_ended = 0;

  for (guint i = 0; jobs != NULL && i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (AciniJobItem) item = g_list_model_get_item (jobs, i);
      gboolean active = acini_job_item_is_active (item);

      if (active && (first == NULL || acini_job_item_is_training (item)))
        first = item;
      n_active += active != 0;
      if (active || n_ended++ < N_ENDED)
        g_ptr_array_add (wanted, item);
    }
  show_rows (self, wanted);
  show_button (self, first, n_active);
}

void
acini_jobs_button_set_session (AciniJobsButton *self, AciniSession *session)
{
  g_return_if_fail (ACINI_IS_JOBS_BUTTON (self));

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  if (session != NULL)
    g_signal_connect_object (session, "jobs-changed", G_CALLBACK (on_jobs_changed), self, G_CONNECT_SWAPPED);
  on_jobs_changed (self);
}

static void
acini_jobs_button_dispose (GObject *object)
{
  AciniJobsButton *self = ACINI_JOBS_BUTTON (object);

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->rows, g_hash_table_unref);
  G_OBJECT_CLASS (acini_jobs_button_parent_class)->dispose (object);
}

static void
acini_jobs_button_class_init (AciniJobsButtonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_jobs_button_dispose;
}

static void
acini_jobs_button_init (AciniJobsButton *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8), *popover = gtk_popover_new ();

  self->rows = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->ring = g_object_new (ACINI_TYPE_RING, NULL);
  self->label = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_ellipsize (self->label, PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (GTK_WIDGET (self->label), "numeric");
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->ring));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->label));
  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  gtk_widget_set_size_request (GTK_WIDGET (self->list), 340, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Jobs"), -1);
  gtk_widget_add_css_class (popover, "jobs");
  gtk_popover_set_child (GTK_POPOVER (popover), GTK_WIDGET (self->list));
  self->button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_menu_button_set_child (self->button, box);
  gtk_menu_button_set_popover (self->button, popover);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->button));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
