/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/data/acini-export-dialog.h"

#include "app/segmentation/acini-card-thresholds.h"
#include "app/segmentation/acini-segmentation.h"
#include "data/interchange/acini-export.h"
#include "data/predictions/acini-prediction-key.h"
#include "ui/base/acini-async.h"
#include "ui/data/acini-export-summary.h"

#include <glib/gi18n.h>

struct _AciniExportDialog
{
  AdwDialog parent_instance;

  AdwComboRow *slides_row, *format_row;
  AdwSpinRow *simplify_row, *ignored_row;
  AdwSwitchRow *prediction_row;
  AdwActionRow *threshold_row, *source_row;
  GtkRevealer *progress_revealer;
  GtkLabel *progress_label;
  GtkProgressBar *progress_bar;
  GtkWidget *export_button, *cancel_button;

  AciniSession *session;
  GArray *listed;  /* element-type gint64: the slides that can be chosen, in order; others may come meanwhile */
  GArray *several; /* element-type gint64: what the last entry of the slides stands for; NULL: there is none */
  GCancellable *cancellable; /* NULL: nothing is being exported */
  AciniTask *task;           /* shows it in the header, too */
  guint ticket;              /* counts the summaries: an older one is dropped */
};

enum
{
  SIGNAL_EXPORTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniExportDialog, acini_export_dialog, ADW_TYPE_DIALOG)

typedef struct
{
  AciniExportDialog *dialog;
  GCancellable *cancellable; /* here and not in the call: on_exported () runs after a cancellation too */
  AciniProject *project;
  const AciniExportFormat *format;
  GArray *slides; /* element-type gint64 */
  char *folder;
  char *model;             /* NULL: corrections alone */
  AciniCard *card;         /* of that model, (nullable) */
  GHashTable *names;       /* id → name of the file */
  double tolerance;        /* see AciniExportSource … */
  guint8 ignored;          /* … likewise */
  AciniExportTable *table; /* of formats with one file of all slides, from the first one on */
  guint n_done;
  guint n_written, n_skipped; /* files; slides that nobody segmented or labelled */
  gint64 last_report;         /* monotonic time */
} Export;

static void
export_free (gpointer data)
{
  Export *export = data;

  g_object_unref (export->dialog);
  g_object_unref (export->cancellable);
  g_object_unref (export->project);
  g_array_unref (export->slides);
  g_free (export->folder);
  g_free (export->model);
  g_clear_pointer (&export->names, g_hash_table_unref);
  g_clear_pointer (&export->card, acini_card_free);
  acini_export_table_free (export->table);
  g_free (export);
}

typedef struct
{
  AciniExportDialog *dialog;
  double fraction;
} Report;

static gboolean
on_report (gpointer data)
{
  Report *report = data;

  if (report->dialog->task != NULL)
    acini_task_set_progress (report->dialog->task, report->fraction, NULL);
  g_object_unref (report->dialog);
  g_free (report);
  return G_SOURCE_REMOVE;
}

static void
on_progress (double fraction, gpointer user_data)
{
  Export *export = user_data;
  gint64 now = g_get_monotonic_time ();
  Report *report;

  if (now - export->last_report < G_USEC_PER_SEC / 10)
    return;
  export->last_report = now;
  report = g_new0 (Report, 1);
  report->dialog = g_object_ref (export->dialog);
  report->fraction = (export->n_done + fraction) / export->slides->len;
  g_idle_add (on_report, report);
}

static gboolean
add_row (Export *export, const AciniExportSource *source, GError **error)
{
  g_autofree char *path = g_build_filename (export->folder, "submission.csv", NULL);

  if (export->table == NULL)
    export->table = acini_export_table_new (export->format->table, path, error);
  return export->table != NULL
         && acini_export_table_add (export->table, source, on_progress, export, export->cancellable, error);
}

static gboolean
export_slide (Export *export, const AciniSlideRecord *slide, GError **error)
{
  g_autoptr (AciniPrediction) prediction = NULL;
  g_autofree char *name
      = g_strdup_printf ("%s.%s", (char *)g_hash_table_lookup (export->names, &slide->id), export->format->suffix);
  g_autofree char *path = g_build_filename (export->folder, name, NULL);
  AciniThresholds thresholds;
  AciniExportSource source = { export->project, slide, .tolerance = export->tolerance, .ignored = export->ignored };
  gboolean done;

  if (export->model != NULL)
    {
      double downsample = acini_get_downsample (slide->mpp_x, export->card != NULL ? export->card->mpp : 0);
      g_autofree char *file = acini_prediction_find_current (export->project, slide->id, export->model, downsample);

      if (file != NULL)
        {
          prediction = acini_prediction_open (file, NULL, error);
          if (prediction == NULL)
            return FALSE;
          acini_card_fill_thresholds (export->card, slide->organ, acini_prediction_get_info (prediction)->n_classes,
                                      &thresholds);
          acini_thresholds_load (&thresholds, export->project, export->model, slide->organ);
          source.prediction = prediction;
          source.thresholds = &thresholds;
        }
    }
  /* Nobody looked: an empty mask would say that nothing was found. */
  if (prediction == NULL && !slide->labelled)
    {
      export->n_skipped++;
      return TRUE;
    }
  if (export->format->table == ACINI_EXPORT_TABLE_NONE)
    done = acini_export_write (export->format, &source, path, on_progress, export, export->cancellable, error);
  else
    done = add_row (export, &source, error);
  export->n_written += done;
  return done;
}

static gboolean
export_slides (gpointer data, GCancellable *cancellable, GError **error)
{
  Export *export = data;

  export->names = acini_export_name_files (export->project, error);
  if (export->names == NULL)
    return FALSE;
  for (export->n_done = 0; export->n_done < export->slides->len; export->n_done++)
    {
      g_autoptr (AciniSlideRecord) slide
          = acini_project_get_slide (export->project, g_array_index (export->slides, gint64, export->n_done), error);

      if (slide == NULL || !export_slide (export, slide, error))
        return FALSE;
    }
  return export->table == NULL || acini_export_table_close (export->table, error);
}

static gboolean
is_one_of_several (AciniExportDialog *self, AciniSlideItem *item)
{
  for (guint i = 0; self->several != NULL && i < self->several->len; i++)
    if (g_array_index (self->several, gint64, i) == acini_slide_item_get_record (item)->id)
      return TRUE;
  return FALSE;
}

static void
on_task_changed (AciniExportDialog *self)
{
  if (self->progress_bar != NULL)
    gtk_progress_bar_set_fraction (self->progress_bar, MAX (acini_task_get_fraction (self->task), 0));
}

static void
on_cancel (AciniExportDialog *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

static void
begin_task (AciniExportDialog *self)
{
  self->task = acini_task_new (_ ("Exporting masks"));
  g_signal_connect_object (self->task, "changed", G_CALLBACK (on_task_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->task, "requested", G_CALLBACK (on_cancel), self, G_CONNECT_SWAPPED);
  acini_task_set_state (self->task, ACINI_TASK_RUNNING, NULL, ACINI_TASK_CANCEL);
  acini_task_list_add (acini_session_get_tasks (self->session), self->task);
}

static void
end_task (AciniExportDialog *self)
{
  if (self->task != NULL && self->session != NULL)
    acini_task_list_remove (acini_session_get_tasks (self->session), self->task);
  g_clear_object (&self->task);
}

static void
set_busy (AciniExportDialog *self, gboolean busy)
{
  if (busy)
    begin_task (self);
  else
    end_task (self);
  gtk_widget_set_visible (self->cancel_button, busy);
  gtk_widget_set_sensitive (self->export_button, !busy);
  gtk_widget_set_visible (GTK_WIDGET (self->progress_bar), busy);
  gtk_progress_bar_set_fraction (self->progress_bar, 0);
}

/* "14 masks exported, 2 slides left out: neither segmented nor labelled". */
static char *
describe (const Export *export)
{
  g_autofree char *written
      = g_strdup_printf (ngettext ("%u mask exported", "%u masks exported", export->n_written), export->n_written);
  g_autofree char *skipped
      = g_strdup_printf (ngettext ("%u slide left out: neither segmented nor labelled",
                                   "%u slides left out: neither segmented nor labelled", export->n_skipped),
                         export->n_skipped);

  return export->n_skipped > 0 ? g_strdup_printf ("%s · %s", written, skipped) : g_steal_pointer (&written);
}

static void
on_exported (gpointer object, gpointer data, const GError *error)
{
  AciniExportDialog *self = object;
  const Export *export = data;
  g_autofree char *text = NULL;

  g_clear_object (&self->cancellable);
  if (self->session == NULL)
    return;
  set_busy (self, FALSE);
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      gtk_label_set_label (self->progress_label, error->message);
      gtk_revealer_set_reveal_child (self->progress_revealer, TRUE);
      return;
    }
  if (error == NULL && export->n_written == 0)
    {
      gtk_label_set_label (self->progress_label,
                           _ ("There is nothing to export: none of these slides was segmented or labelled."));
      gtk_revealer_set_reveal_child (self->progress_revealer, TRUE);
      return;
    }
  gtk_revealer_set_reveal_child (self->progress_revealer, FALSE);
  if (error != NULL)
    return;
  text = describe (export);
  g_signal_emit (self, signals[SIGNAL_EXPORTED], 0, text, export->folder);
  adw_dialog_close (ADW_DIALOG (self));
}

/* The slides that are chosen: (transfer full) (element-type gint64). */
static GArray *
list_chosen (AciniExportDialog *self)
{
  GListModel *slides = acini_session_get_slides (self->session);
  guint chosen = adw_combo_row_get_selected (self->slides_row);
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < g_list_model_get_n_items (slides); i++)
    {
      g_autoptr (AciniSlideItem) item = g_list_model_get_item (slides, i);

      gint64 id = acini_slide_item_get_record (item)->id;

      if (chosen == 0
          || (chosen <= self->listed->len ? id == g_array_index (self->listed, gint64, chosen - 1)
                                          : is_one_of_several (self, item)))
        g_array_append_val (ids, id);
    }
  return ids;
}

/* What will be used, said before the start. */

typedef struct
{
  AciniProject *project;
  GArray *slides;
  char *model, *name;
  double mpp; /* of the model */
  char *text;
  guint ticket;
} Summary;

static void
summary_free (gpointer data)
{
  Summary *summary = data;

  g_object_unref (summary->project);
  g_array_unref (summary->slides);
  g_free (summary->model);
  g_free (summary->name);
  g_free (summary->text);
  g_free (summary);
}

static gboolean
summarise (gpointer data, GCancellable *cancellable, GError **error)
{
  Summary *summary = data;

  summary->text = acini_export_describe_predictions (summary->project, summary->slides, summary->model, summary->mpp,
                                                     summary->name);
  return TRUE;
}

static void
on_summary (gpointer object, gpointer data, const GError *error)
{
  AciniExportDialog *self = object;
  const Summary *summary = data;

  if (self->session == NULL || summary->ticket != self->ticket)
    return;
  adw_action_row_set_subtitle (self->source_row, summary->text);
  gtk_widget_set_visible (GTK_WIDGET (self->source_row), TRUE);
}

static void
show_summary (AciniExportDialog *self)
{
  AciniModelItem *model = self->session != NULL ? acini_session_get_model (self->session) : NULL;
  const AciniCard *card = model != NULL ? acini_model_item_get_card (model) : NULL;
  g_autoptr (GArray) slides = NULL;
  g_autofree char *thresholds = NULL;
  Summary *summary;

  self->ticket++;
  if (card == NULL || !adw_switch_row_get_active (self->prediction_row))
    {
      gtk_widget_set_visible (GTK_WIDGET (self->threshold_row), FALSE);
      gtk_widget_set_visible (GTK_WIDGET (self->source_row), FALSE);
      return;
    }
  slides = list_chosen (self);
  thresholds = acini_export_describe_thresholds (self->session, slides);
  adw_action_row_set_subtitle (self->threshold_row, thresholds);
  gtk_widget_set_visible (GTK_WIDGET (self->threshold_row), *thresholds != '\0');
  summary = g_new0 (Summary, 1);
  summary->project = g_object_ref (acini_session_get_project (self->session));
  summary->slides = g_array_ref (slides);
  summary->model = g_strdup (acini_model_item_get_record (model)->id);
  summary->mpp = card->mpp;
  summary->name = g_strdup (acini_model_item_get_record (model)->name);
  summary->ticket = self->ticket;
  acini_async_run (self, NULL, summarise, on_summary, summary, summary_free);
}

static const AciniExportFormat *
get_format (AciniExportDialog *self)
{
  guint n = 0, chosen = adw_combo_row_get_selected (self->format_row);
  const AciniExportFormat *formats = acini_export_get_formats (&n);

  return &formats[MIN (chosen, n - 1)];
}

static void
on_format (AciniExportDialog *self)
{
  const AciniExportFormat *format = get_format (self);

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->format_row), format->hint != NULL ? _ (format->hint) : "");
  gtk_widget_set_visible (GTK_WIDGET (self->simplify_row), format->annotations != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->ignored_row), format->ignores);
}

void
acini_export_dialog_start (AciniExportDialog *self, const char *folder)
{
  AciniModelItem *model;
  const AciniCard *card;
  Export *export;

  g_return_if_fail (ACINI_IS_EXPORT_DIALOG (self) && folder != NULL);
  g_return_if_fail (self->session != NULL && self->cancellable == NULL);

  model = acini_session_get_model (self->session);
  card = model != NULL ? acini_model_item_get_card (model) : NULL;
  export = g_new0 (Export, 1);
  self->cancellable = g_cancellable_new ();
  export->dialog = g_object_ref (self);
  export->cancellable = g_object_ref (self->cancellable);
  export->project = g_object_ref (acini_session_get_project (self->session));
  export->format = get_format (self);
  export->tolerance = export->format->annotations != NULL ? adw_spin_row_get_value (self->simplify_row) : 0;
  export->ignored = export->format->ignores ? (guint8)adw_spin_row_get_value (self->ignored_row) : 0;
  export->folder = g_strdup (folder);
  export->slides = list_chosen (self);
  if (model != NULL && adw_switch_row_get_active (self->prediction_row))
    {
      export->model = g_strdup (acini_model_item_get_record (model)->id);
      export->card = card != NULL ? acini_card_copy (card) : NULL;
    }
  gtk_label_set_label (self->progress_label, _ ("Exporting masks…"));
  gtk_revealer_set_reveal_child (self->progress_revealer, TRUE);
  set_busy (self, TRUE);
  acini_async_run (self, NULL, export_slides, on_exported, export, export_free);
}

static void
on_folder (GObject *dialog, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniExportDialog) self = user_data;
  g_autoptr (GFile) folder = gtk_file_dialog_select_folder_finish (GTK_FILE_DIALOG (dialog), result, NULL);
  g_autofree char *path = folder != NULL ? g_file_get_path (folder) : NULL;

  if (path != NULL && self->session != NULL && self->cancellable == NULL)
    acini_export_dialog_start (self, path);
}

static void
on_export (AciniExportDialog *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("Export Masks To"));
  gtk_file_dialog_select_folder (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, on_folder,
                                 g_object_ref (self));
}

AciniExportDialog *
acini_export_dialog_new (AciniSession *session, AciniSlideItem *slide)
{
  AciniExportDialog *self;
  GListModel *slides;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  g_return_val_if_fail (ACINI_IS_SESSION (session), NULL);

  self = g_object_new (ACINI_TYPE_EXPORT_DIALOG, NULL);
  self->session = g_object_ref (session);
  slides = acini_session_get_slides (session);
  self->listed = g_array_new (FALSE, FALSE, sizeof (gint64));
  gtk_string_list_append (names, _ ("All"));
  for (guint i = 0; i < g_list_model_get_n_items (slides); i++)
    {
      g_autoptr (AciniSlideItem) item = g_list_model_get_item (slides, i);

      gtk_string_list_append (names, acini_slide_item_get_record (item)->name);
      g_array_append_val (self->listed, acini_slide_item_get_record (item)->id);
    }
  adw_combo_row_set_model (self->slides_row, G_LIST_MODEL (names));
  for (guint i = 0; slide != NULL && i < g_list_model_get_n_items (slides); i++)
    {
      g_autoptr (AciniSlideItem) item = g_list_model_get_item (slides, i);

      if (item == slide)
        adw_combo_row_set_selected (self->slides_row, i + 1);
    }
  g_signal_connect_object (slides, "items-changed", G_CALLBACK (show_summary), self, G_CONNECT_SWAPPED);
  show_summary (self);
  return self;
}

void
acini_export_dialog_offer_several (AciniExportDialog *self, GPtrArray *items)
{
  GtkStringList *names;
  g_autofree char *text = NULL;

  g_return_if_fail (ACINI_IS_EXPORT_DIALOG (self) && items != NULL && self->several == NULL);
  self->several = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < items->len; i++)
    g_array_append_val (self->several, acini_slide_item_get_record (items->pdata[i])->id);
  text = g_strdup_printf (ngettext ("%u selected slide", "%u selected slides", items->len), items->len);
  names = GTK_STRING_LIST (adw_combo_row_get_model (self->slides_row));
  gtk_string_list_append (names, text);
  adw_combo_row_set_selected (self->slides_row, g_list_model_get_n_items (G_LIST_MODEL (names)) - 1);
}

static void
acini_export_dialog_dispose (GObject *object)
{
  AciniExportDialog *self = ACINI_EXPORT_DIALOG (object);

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (object), ACINI_TYPE_EXPORT_DIALOG);
  self->progress_bar = NULL;
  end_task (self);
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (acini_session_get_slides (self->session), self);
  g_clear_object (&self->session);
  g_clear_pointer (&self->listed, g_array_unref);
  g_clear_pointer (&self->several, g_array_unref);
  G_OBJECT_CLASS (acini_export_dialog_parent_class)->dispose (object);
}

/* The worker holds the dialog until it is done: closing it has to stop the worker. */
static void
acini_export_dialog_closed (AdwDialog *dialog)
{
  on_cancel (ACINI_EXPORT_DIALOG (dialog));
}

static void
acini_export_dialog_class_init (AciniExportDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = acini_export_dialog_dispose;
  ADW_DIALOG_CLASS (klass)->closed = acini_export_dialog_closed;
  signals[SIGNAL_EXPORTED] = g_signal_new ("exported", ACINI_TYPE_EXPORT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/acini/Acini/ui/data/acini-export-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AciniExportDialog, slides_row);
  gtk_widget_class_bind_template_child (widget_class, AciniExportDialog, format_row);
  gtk_widget_class_bind_template_child (widget_class, AciniExportDialog, simplify_row);
  gtk_widget_class_bind_template_child (widget_class, AciniExportDialog, ignored_row);
  gtk_widget_class_bind_template_callback (widget_class, on_format);
  gtk_widget_class_bind_template_child (widget_class, AciniExportDialog, prediction_row);
  gtk_widget_class_bind_template_child (widget_class, AciniExportDialog, threshold_row);
  gtk_widget_class_bind_template_child (widget_class, AciniExportDialog, source_row);
  gtk_widget_class_bind_template_child (widget_class, AciniExportDialog, progress_revealer);
  gtk_widget_class_bind_template_child (widget_class, AciniExportDialog, progress_label);
  gtk_widget_class_bind_template_child (widget_class, AciniExportDialog, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, AciniExportDialog, export_button);
  gtk_widget_class_bind_template_child (widget_class, AciniExportDialog, cancel_button);
  gtk_widget_class_bind_template_callback (widget_class, show_summary);
  gtk_widget_class_bind_template_callback (widget_class, on_export);
  gtk_widget_class_bind_template_callback (widget_class, on_cancel);
}

static void
acini_export_dialog_init (AciniExportDialog *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  guint n = 0;
  const AciniExportFormat *formats = acini_export_get_formats (&n);

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < n; i++)
    gtk_string_list_append (names, _ (formats[i].name));
  adw_combo_row_set_model (self->format_row, G_LIST_MODEL (names));
  on_format (self);
}
