/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/acini-window-private.h"

#include "ui/base/acini-async.h"
#include "ui/base/acini-units.h"
#include "ui/review/acini-class-list.h"
#include "ui/slides/acini-import-dialog.h"

#include <glib/gi18n.h>

G_DEFINE_FINAL_TYPE (AciniWindow, acini_window, ADW_TYPE_APPLICATION_WINDOW)

enum
{
  STATE_CHANGED,
  CLOSING,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

void
acini_window_tell (AciniWindow *self, const char *text, const char *button, const char *action)
{
  AdwToast *toast;

  g_return_if_fail (ACINI_IS_WINDOW (self) && text != NULL);

  toast = adw_toast_new (text);
  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_set_timeout (toast, button != NULL ? 8 : 6);
  if (button != NULL)
    {
      adw_toast_set_button_label (toast, button);
      adw_toast_set_detailed_action_name (toast, action);
    }
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* Importing. */

static void
on_import_requested (AciniWindow *self, guint action)
{
  if (self->importer != NULL)
    acini_importer_cancel (self->importer);
}

static void
end_import_task (AciniWindow *self)
{
  if (self->import_task != NULL)
    acini_task_list_remove (self->tasks, self->import_task);
  g_clear_object (&self->import_task);
}

static void
on_import_changed (AciniWindow *self)
{
  g_autofree char *title = acini_importer_dup_title (self->importer);

  if (!acini_importer_is_active (self->importer))
    {
      end_import_task (self);
      return;
    }
  if (self->import_task == NULL)
    {
      self->import_task = acini_task_new (title);
      g_signal_connect_object (self->import_task, "requested", G_CALLBACK (on_import_requested), self,
                               G_CONNECT_SWAPPED);
      acini_task_set_state (self->import_task, ACINI_TASK_RUNNING, NULL, ACINI_TASK_CANCEL);
      acini_task_list_add (self->tasks, self->import_task);
    }
  acini_task_set_title (self->import_task, title);
  acini_task_set_progress (self->import_task, acini_importer_get_fraction (self->importer), NULL);
}

/* Organ and size of a pixel, as they were answered the last time. */
#define IMPORT_ORGAN "import-organ"
#define IMPORT_MPP "import-mpp"

static void
on_import_answered (AciniWindow *self, const char *organ, const char *mpp, AciniImportDialog *dialog)
{
  g_autoptr (GPtrArray) chosen = acini_import_dialog_list_files (dialog);
  double number = 0;

  if (self->session == NULL)
    return;
  if (*organ != '\0')
    acini_project_settings_set (acini_session_get_settings (self->session), IMPORT_ORGAN, organ);
  if (acini_units_parse_mpp (mpp, &number, NULL) && number > 0)
    acini_project_settings_set_number (acini_session_get_settings (self->session), IMPORT_MPP, number);
  acini_importer_answer (self->importer, g_object_get_data (G_OBJECT (dialog), "files"), chosen);
}

static void
on_import_declined (AciniWindow *self)
{
  self->review_next = FALSE;
}

static void
on_import_ask (AciniWindow *self, GPtrArray *files)
{
  AciniProjectSettings *settings = acini_session_get_settings (self->session);
  AciniImportDialog *dialog = acini_import_dialog_new (files, acini_project_settings_get (settings, IMPORT_ORGAN),
                                                       acini_project_settings_get_number (settings, IMPORT_MPP, 0));

  g_object_set_data_full (G_OBJECT (dialog), "files", g_ptr_array_ref (files), (GDestroyNotify)g_ptr_array_unref);
  g_signal_connect_object (dialog, "answered", G_CALLBACK (on_import_answered), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (dialog, "declined", G_CALLBACK (on_import_declined), self, G_CONNECT_SWAPPED);
  adw_dialog_present (ADW_DIALOG (dialog), GTK_WIDGET (self));
}

static void
on_import_added (AciniWindow *self, gint64 slide)
{
  acini_slide_list_reload (acini_session_get_slide_list (self->session));
  if (self->review_next)
    {
      self->review_next = FALSE;
      acini_session_review (self->session, slide);
    }
}

static void
on_state_changed (AciniWindow *self)
{
  g_signal_emit (self, signals[STATE_CHANGED], 0);
}

static void
on_import_told (AciniWindow *self, const char *sentence)
{
  acini_window_tell (self, sentence, NULL, NULL);
}

static void
on_import_finished (AciniWindow *self, guint n_added, guint n_failed)
{
  g_autofree char *text = NULL;

  if (n_added == 0)
    return;
  text = g_strdup_printf (ngettext ("%u slide added", "%u slides added", n_added), n_added);
  acini_window_tell (self, text, NULL, NULL);
}

void
acini_window_add_files (AciniWindow *self, GListModel *files)
{
  g_return_if_fail (ACINI_IS_WINDOW (self) && G_IS_LIST_MODEL (files));

  if (self->session != NULL && acini_session_get_read_only (self->session) != NULL)
    acini_window_tell (self, acini_session_get_read_only (self->session), NULL, NULL);
  else if (self->session != NULL && acini_session_is_ready (self->session))
    acini_importer_add (self->importer, files);
  else
    g_set_object (&self->waiting, files);
}

/* What the session tells. */

static void
on_message (AciniWindow *self, const char *text)
{
  acini_window_tell (self, text, NULL, NULL);
}

static void
on_slides_removed (AciniWindow *self, GVariant *ids)
{
  guint n = (guint)g_variant_n_children (ids);
  g_autofree char *text
      = g_strdup_printf (ngettext ("%u slide removed from the project", "%u slides removed from the project", n), n);
  g_autofree char *action = g_action_print_detailed_name ("win.restore-slides", ids);

  acini_window_tell (self, text, _ ("_Undo"), action);
}

static void
on_model_finished (AciniWindow *self, AciniModelItem *item)
{
  const AciniModelRecord *record = acini_model_item_get_record (item);
  g_autofree char *text = g_strdup_printf (_ ("Model %s is ready"), record->name);
  g_autofree char *action = g_strdup_printf ("win.use-model('%s')", record->id);

  acini_window_tell (self, text, _ ("_Use Model"), action);
}

static void
on_ready (AciniWindow *self)
{
  gtk_stack_set_visible_child_name (self->stack, "project");
  gtk_stack_set_visible_child_name (self->title_stack, "switcher");
  adw_view_stack_set_visible_child_name (
      self->pages, g_list_model_get_n_items (acini_session_get_slides (self->session)) > 0 ? "review" : "slides");
  g_signal_emit (self, signals[STATE_CHANGED], 0);
  if (self->waiting != NULL)
    {
      self->review_next = TRUE;
      adw_view_stack_set_visible_child_name (self->pages, "review");
      acini_importer_add (self->importer, self->waiting);
      g_clear_object (&self->waiting);
    }
}

static void
close_project (AciniWindow *self)
{
  acini_slides_page_set_session (self->slides_page, NULL, NULL);
  acini_review_page_set_session (self->review_page, NULL);
  acini_models_page_set_session (self->models_page, NULL);
  acini_data_page_set_session (self->data_page, NULL);
  acini_results_page_set_session (self->results_page, NULL);
  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->session, self);
      acini_session_close (self->session);
    }
  if (self->importer != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->importer, self);
      acini_importer_cancel (self->importer);
    }
  end_import_task (self);
  g_clear_object (&self->queue);
  g_clear_object (&self->session);
  g_clear_object (&self->importer);
}

static void
show_project (AciniWindow *self, AciniProject *project)
{
  g_autofree char *name = acini_project_dup_name (project);

  close_project (self);
  self->session = acini_session_new (project);
  acini_session_set_tasks (self->session, self->tasks);
  self->queue = acini_segment_queue_new (self->session);
  self->importer = acini_importer_new (project);
  g_signal_connect_object (self->importer, "changed", G_CALLBACK (on_import_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->importer, "ask", G_CALLBACK (on_import_ask), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->importer, "added", G_CALLBACK (on_import_added), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->importer, "noted", G_CALLBACK (on_import_told), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->importer, "failed", G_CALLBACK (on_import_told), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->importer, "finished", G_CALLBACK (on_import_finished), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "message", G_CALLBACK (on_message), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "slides-removed", G_CALLBACK (on_slides_removed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "model-finished", G_CALLBACK (on_model_finished), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->session, "notify::model", G_CALLBACK (on_state_changed), self, G_CONNECT_SWAPPED);
  acini_slides_page_set_session (self->slides_page, self->session, self->queue);
  acini_review_page_set_session (self->review_page, self->session);
  acini_models_page_set_session (self->models_page, self->session);
  acini_data_page_set_session (self->data_page, self->session);
  acini_results_page_set_session (self->results_page, self->session);
  g_signal_connect_object (acini_session_get_slides (self->session), "items-changed", G_CALLBACK (on_state_changed),
                           self, G_CONNECT_SWAPPED);
  /* Connected after the pages, so they have restored their slide when the window shows them. */
  g_signal_connect_object (self->session, "ready", G_CALLBACK (on_ready), self, G_CONNECT_SWAPPED);
  adw_window_title_set_title (self->title, name);
  gtk_window_set_title (GTK_WINDOW (self), name);
  acini_session_load (self->session);
}

/* Opening. */

typedef struct
{
  char *folder;
  gboolean create;
  AciniProject *project;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_free (opening->folder);
  g_clear_object (&opening->project);
  g_free (opening);
}

static gboolean
open_project (gpointer data, GCancellable *cancellable, GError **error)
{
  Opening *opening = data;

  if (opening->create && !acini_project_is_project (opening->folder))
    {
      g_autofree char *parent = g_path_get_dirname (opening->folder);

      g_mkdir_with_parents (parent, 0777);
      opening->project = acini_project_create (opening->folder, error);
    }
  else
    {
      opening->project = acini_project_open (opening->folder, error);
    }
  return opening->project != NULL;
}

static void
on_opened (gpointer object, gpointer data, const GError *error)
{
  AciniWindow *self = object;
  const Opening *opening = data;

  if (error == NULL)
    {
      show_project (self, opening->project);
      return;
    }
  g_clear_object (&self->waiting);
  g_set_str (&self->folder,
             self->session != NULL ? acini_project_get_folder (acini_session_get_project (self->session)) : NULL);
  gtk_stack_set_visible_child_name (self->stack, self->session != NULL ? "project" : "welcome");
  {
    g_auto (GStrv) parts = g_strsplit (error->message, "/", -1);
    /* A path may be too long for a line: allow a break after each slash. */
    g_autofree char *body = g_strjoinv ("/\u200b", parts);
    AdwDialog *dialog = adw_alert_dialog_new (_ ("Could Not Open Project"), body);

    adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("_Close"));
    adw_alert_dialog_set_prefer_wide_layout (ADW_ALERT_DIALOG (dialog), TRUE);
    adw_dialog_present (dialog, GTK_WIDGET (self));
  }
}

void
acini_window_open_project (AciniWindow *self, const char *folder, gboolean create, GListModel *files)
{
  Opening *opening;

  g_return_if_fail (ACINI_IS_WINDOW (self) && folder != NULL);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  g_set_str (&self->folder, folder);
  g_set_object (&self->waiting, files);
  gtk_stack_set_visible_child_name (self->stack, "opening");
  opening = g_new0 (Opening, 1);
  opening->folder = g_strdup (folder);
  opening->create = create;
  acini_async_run (self, self->cancellable, open_project, on_opened, opening, opening_free);
}

const char *
acini_window_get_folder (AciniWindow *self)
{
  g_return_val_if_fail (ACINI_IS_WINDOW (self), NULL);
  return self->folder;
}

AciniSession *
acini_window_get_session (AciniWindow *self)
{
  g_return_val_if_fail (ACINI_IS_WINDOW (self), NULL);
  return self->session;
}

/* Pages. */

static void
on_page_changed (AciniWindow *self)
{
  const char *page = adw_view_stack_get_visible_child_name (self->pages);
  gboolean review = g_strcmp0 (page, "review") == 0 && self->session != NULL;

  gtk_widget_set_visible (self->slides_toggle, review);
  gtk_widget_set_visible (self->side_toggle, review);
  if (g_strcmp0 (page, "data") == 0)
    acini_data_page_refresh (self->data_page);
  if (g_strcmp0 (page, "results") == 0)
    acini_results_page_refresh (self->results_page);
  else
    acini_results_page_pause (self->results_page);
  if (review)
    acini_review_page_focus_view (self->review_page);
  g_signal_emit (self, signals[STATE_CHANGED], 0);
}

static void
on_slide_opened (AciniWindow *self)
{
  adw_view_stack_set_visible_child_name (self->pages, "review");
}

static void
on_engine_died (AciniWindow *self)
{
  adw_banner_set_revealed (self->engine_banner, TRUE);
}

static gboolean
acini_window_close_request (GtkWindow *window)
{
  AciniWindow *self = ACINI_WINDOW (window);

  acini_window_save_state (self);
  return GTK_WINDOW_CLASS (acini_window_parent_class)->close_request (window);
}

static void
acini_window_dispose (GObject *object)
{
  AciniWindow *self = ACINI_WINDOW (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->closing, g_source_remove);
  if (self->tasks_button != NULL)
    {
      g_signal_emit (self, signals[CLOSING], 0);
      close_project (self);
    }
  gtk_widget_dispose_template (GTK_WIDGET (object), ACINI_TYPE_WINDOW);
  self->tasks_button = NULL;
  G_OBJECT_CLASS (acini_window_parent_class)->dispose (object);
}

static void
acini_window_finalize (GObject *object)
{
  AciniWindow *self = ACINI_WINDOW (object);

  g_free (self->folder);
  g_free (self->demo_folder);
  g_clear_object (&self->waiting);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->tasks);
  G_OBJECT_CLASS (acini_window_parent_class)->finalize (object);
}

static void
bind_template (GtkWidgetClass *widget_class)
{
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/acini/Acini/ui/acini-window.ui");
  gtk_widget_class_bind_template_child (widget_class, AciniWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, AciniWindow, toolbar_view);
  gtk_widget_class_bind_template_child (widget_class, AciniWindow, title);
  gtk_widget_class_bind_template_child (widget_class, AciniWindow, title_stack);
  gtk_widget_class_bind_template_child (widget_class, AciniWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, AciniWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, AciniWindow, engine_banner);
  gtk_widget_class_bind_template_child (widget_class, AciniWindow, unwritten_banner);
  gtk_widget_class_bind_template_child (widget_class, AciniWindow, reading_banner);
  gtk_widget_class_bind_template_child (widget_class, AciniWindow, slides_page);
  gtk_widget_class_bind_template_child (widget_class, AciniWindow, review_page);
  gtk_widget_class_bind_template_child (widget_class, AciniWindow, models_page);
  gtk_widget_class_bind_template_child (widget_class, AciniWindow, data_page);
  gtk_widget_class_bind_template_child (widget_class, AciniWindow, results_page);
  gtk_widget_class_bind_template_child (widget_class, AciniWindow, tasks_button);
  gtk_widget_class_bind_template_child (widget_class, AciniWindow, slides_toggle);
  gtk_widget_class_bind_template_child (widget_class, AciniWindow, side_toggle);
  gtk_widget_class_bind_template_child (widget_class, AciniWindow, opening_page);
}

static void
acini_window_class_init (AciniWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = acini_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = acini_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = acini_window_close_request;
  signals[STATE_CHANGED]
      = g_signal_new ("state-changed", ACINI_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[CLOSING]
      = g_signal_new ("closing", ACINI_TYPE_WINDOW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  g_type_ensure (ACINI_TYPE_SLIDES_PAGE);
  g_type_ensure (ACINI_TYPE_REVIEW_PAGE);
  g_type_ensure (ACINI_TYPE_MODELS_PAGE);
  g_type_ensure (ACINI_TYPE_DATA_PAGE);
  g_type_ensure (ACINI_TYPE_RESULTS_PAGE);
  g_type_ensure (ACINI_TYPE_TASKS_BUTTON);
  bind_template (widget_class);
}

/* Of two windows with two projects the one that is worked in says how masks look. */
static void
on_active (AciniWindow *self)
{
  if (self->session != NULL && gtk_window_is_active (GTK_WINDOW (self)))
    acini_class_list_show_colours (acini_class_list_get (self->session));
}

static void
acini_window_init (AciniWindow *self)
{
  g_autoptr (AdwSpinnerPaintable) spinner = NULL;

  gtk_widget_init_template (GTK_WIDGET (self));
  self->tasks = acini_task_list_new ();
  acini_tasks_button_set_list (self->tasks_button, self->tasks);
  spinner = adw_spinner_paintable_new (GTK_WIDGET (self->opening_page));
  adw_status_page_set_paintable (self->opening_page, GDK_PAINTABLE (spinner));
  acini_window_restore_state (self);
  g_signal_connect_object (self->pages, "notify::visible-child", G_CALLBACK (on_page_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->slides_page, "opened", G_CALLBACK (on_slide_opened), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->data_page, "chosen", G_CALLBACK (acini_slides_page_show_only), self->slides_page,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->data_page, "opened", G_CALLBACK (on_slide_opened), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->review_page, "engine-died", G_CALLBACK (on_engine_died), self, G_CONNECT_SWAPPED);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (on_active), NULL);
  on_page_changed (self);
}
