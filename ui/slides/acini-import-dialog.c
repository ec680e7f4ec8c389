/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/slides/acini-import-dialog.h"

#include "data/base/acini-file-name.h"
#include "data/interchange/acini-preview.h"
#include "ui/base/acini-async.h"
#include "ui/base/acini-units.h"
#include "ui/project/acini-slide-item.h"
#include "ui/slides/acini-import-columns.h"
#include "ui/slides/acini-import-row.h"

#include <glib/gi18n.h>

struct _AciniImportDialog
{
  AdwDialog parent_instance;

  AdwComboRow *organ_row;
  AdwEntryRow *mpp_row, *pattern_row;
  GtkColumnView *table;
  GtkLabel *summary;
  GtkWidget *add_button;

  GPtrArray *files; /* AciniPreviewFile */
  GListStore *rows; /* AciniImportRow */
  gboolean answered;
  GCancellable *cancellable;
};

enum
{
  SIGNAL_ANSWERED,
  SIGNAL_DECLINED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniImportDialog, acini_import_dialog, ADW_TYPE_DIALOG)

static guint
count_rows (AciniImportDialog *self)
{
  return g_list_model_get_n_items (G_LIST_MODEL (self->rows));
}

static AciniImportRow *
get_row (AciniImportDialog *self, guint i)
{
  g_autoptr (AciniImportRow) row = g_list_model_get_item (G_LIST_MODEL (self->rows), i);

  return row; /* the list keeps it */
}

static gboolean
is_included (AciniImportRow *row)
{
  gboolean included;

  g_object_get (row, "included", &included, NULL);
  return included;
}

/* Whether "Add" can be pressed, and what it would do. */
static void
update (AciniImportDialog *self)
{
  guint n = 0, n_labels = 0, n_remarks = 0;
  gboolean valid = TRUE;
  g_autofree char *slides = NULL, *text = NULL, *labels = NULL, *remarks = NULL;
  double mpp;

  for (guint i = 0; i < count_rows (self); i++)
    {
      AciniImportRow *row = get_row (self, i);
      g_autofree char *remark = NULL;

      g_object_get (row, "remarks", &remark, NULL);
      n += is_included (row);
      n_labels += is_included (row) && acini_import_row_get_file (row)->labels != ACINI_LABELS_NONE;
      n_remarks += remark != NULL && *remark != '\0';
      valid = valid && acini_import_row_is_valid (row);
    }
  valid = valid && acini_units_parse_mpp (gtk_editable_get_text (GTK_EDITABLE (self->mpp_row)), &mpp, NULL);
  slides = g_strdup_printf (ngettext ("%u slide", "%u slides", n), n);
  labels = g_strdup_printf (ngettext ("%u with labels", "%u with labels", n_labels), n_labels);
  remarks = g_strdup_printf (ngettext ("%u remark", "%u remarks", n_remarks), n_remarks);
  text = g_strjoin (" · ", slides, labels, remarks, NULL);
  gtk_label_set_label (self->summary, text);
  gtk_widget_set_sensitive (self->add_button, valid && n > 0);
}

/* For all files. */

static void
offer (AciniImportDialog *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->mpp_row));
  double mpp;
  gboolean valid = acini_units_parse_mpp (text, &mpp, NULL);

  if (valid)
    gtk_widget_remove_css_class (GTK_WIDGET (self->mpp_row), "error");
  else
    gtk_widget_add_css_class (GTK_WIDGET (self->mpp_row), "error");
  for (guint i = 0; i < count_rows (self); i++)
    acini_import_row_offer (get_row (self, i), adw_combo_row_get_selected (self->organ_row), valid ? text : "");
  update (self);
}

static void
show_problem (AciniImportDialog *self, const char *heading, const char *sentence)
{
  AdwDialog *dialog = adw_alert_dialog_new (heading, sentence);

  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _ ("_Close"));
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

/* @table or the names, a row each.  FALSE: it was said what is wrong. */
static void
fill (AciniImportDialog *self, const AciniSlideTable *table, const char *pattern)
{
  for (guint i = 0; i < count_rows (self); i++)
    {
      AciniImportRow *row = get_row (self, i);
      g_autofree char *stem = acini_file_name_dup_stem (acini_import_row_get_file (row)->path);
      const AciniSlideFields *said = table != NULL ? acini_slide_table_find (table, stem) : NULL;
      g_autoptr (AciniSlideFields) named = NULL;
      g_autoptr (GError) error = NULL;

      if (pattern != NULL && !acini_slide_pattern_match (pattern, stem, &named, &error))
        {
          show_problem (self, _ ("The Names Do Not Fit"), error->message);
          return;
        }
      if (said != NULL)
        acini_import_row_fill (row, said);
      if (named != NULL)
        acini_import_row_fill (row, named);
    }
}

static void
on_pattern (AciniImportDialog *self)
{
  const char *pattern = gtk_editable_get_text (GTK_EDITABLE (self->pattern_row));

  if (*pattern != '\0')
    fill (self, NULL, pattern);
}

/* A table is read on a worker thread: one of a competition is long. */
typedef struct
{
  char *path;
  AciniSlideTable *table;
} Reading;

static void
reading_free (gpointer data)
{
  Reading *reading = data;

  g_free (reading->path);
  acini_slide_table_free (reading->table);
  g_free (reading);
}

static gboolean
read_table (gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *reading = data;

  reading->table = acini_slide_table_load (reading->path, error);
  return reading->table != NULL;
}

static void
on_table_read (gpointer object, gpointer data, const GError *error)
{
  AciniImportDialog *self = object;
  const Reading *reading = data;

  if (error != NULL)
    show_problem (self, _ ("The Table Cannot Be Read"), error->message);
  else
    fill (self, reading->table, NULL);
}

void
acini_import_dialog_take_table (AciniImportDialog *self, const char *path)
{
  Reading *reading = g_new0 (Reading, 1);

  reading->path = g_strdup (path);
  acini_async_run (self, self->cancellable, read_table, on_table_read, reading, reading_free);
}

static void
on_table_chosen (GObject *dialog, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniImportDialog) self = user_data;
  g_autoptr (GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (dialog), result, NULL);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    acini_import_dialog_take_table (self, path);
}

static void
on_table_clicked (AciniImportDialog *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("Table of the Slides (CSV, TSV)"));
  gtk_file_dialog_open (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, on_table_chosen,
                        g_object_ref (self));
}

void
acini_import_dialog_take_masks (AciniImportDialog *self, const char *folder)
{
  for (guint i = 0; i < count_rows (self); i++)
    acini_import_row_take_masks (get_row (self, i), folder);
  update (self);
}

static void
on_masks_chosen (GObject *dialog, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniImportDialog) self = user_data;
  g_autoptr (GFile) file = gtk_file_dialog_select_folder_finish (GTK_FILE_DIALOG (dialog), result, NULL);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    acini_import_dialog_take_masks (self, path);
}

static void
on_masks_clicked (AciniImportDialog *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("Folder of the Masks"));
  gtk_file_dialog_select_folder (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, on_masks_chosen,
                                 g_object_ref (self));
}

/* The answer. */

static void
on_add (AciniImportDialog *self)
{
  const char *organ = acini_organ_list ()[adw_combo_row_get_selected (self->organ_row)];

  for (guint i = 0; i < count_rows (self); i++)
    acini_import_row_apply (get_row (self, i));
  self->answered = TRUE;
  g_signal_emit (self, signals[SIGNAL_ANSWERED], 0, organ, gtk_editable_get_text (GTK_EDITABLE (self->mpp_row)));
  adw_dialog_close (ADW_DIALOG (self));
}

GPtrArray *
acini_import_dialog_list_files (AciniImportDialog *self)
{
  GPtrArray *files = g_ptr_array_new ();

  g_return_val_if_fail (ACINI_IS_IMPORT_DIALOG (self), files);
  for (guint i = 0; i < count_rows (self); i++)
    if (is_included (get_row (self, i)))
      g_ptr_array_add (files, acini_import_row_get_file (get_row (self, i)));
  return files;
}

static void
acini_import_dialog_closed (AdwDialog *dialog)
{
  AciniImportDialog *self = ACINI_IMPORT_DIALOG (dialog);

  if (!self->answered)
    g_signal_emit (self, signals[SIGNAL_DECLINED], 0);
}

static void
acini_import_dialog_dispose (GObject *object)
{
  AciniImportDialog *self = ACINI_IMPORT_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (object), ACINI_TYPE_IMPORT_DIALOG);
  g_clear_object (&self->rows);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->files, g_ptr_array_unref);
  G_OBJECT_CLASS (acini_import_dialog_parent_class)->dispose (object);
}

static void
acini_import_dialog_class_init (AciniImportDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = acini_import_dialog_dispose;
  ADW_DIALOG_CLASS (klass)->closed = acini_import_dialog_closed;
  signals[SIGNAL_ANSWERED] = g_signal_new ("answered", ACINI_TYPE_IMPORT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[SIGNAL_DECLINED]
      = g_signal_new ("declined", ACINI_TYPE_IMPORT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/acini/Acini/ui/slides/acini-import-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AciniImportDialog, organ_row);
  gtk_widget_class_bind_template_child (widget_class, AciniImportDialog, mpp_row);
  gtk_widget_class_bind_template_child (widget_class, AciniImportDialog, pattern_row);
  gtk_widget_class_bind_template_child (widget_class, AciniImportDialog, table);
  gtk_widget_class_bind_template_child (widget_class, AciniImportDialog, summary);
  gtk_widget_class_bind_template_child (widget_class, AciniImportDialog, add_button);
  gtk_widget_class_bind_template_callback (widget_class, offer);
  gtk_widget_class_bind_template_callback (widget_class, on_pattern);
  gtk_widget_class_bind_template_callback (widget_class, on_table_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_masks_clicked);
  gtk_widget_class_bind_template_callback (widget_class, on_add);
}

static void
acini_import_dialog_init (AciniImportDialog *self)
{
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);

  self->cancellable = g_cancellable_new ();
  self->rows = g_list_store_new (ACINI_TYPE_IMPORT_ROW);
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; acini_organ_list ()[i] != NULL; i++)
    gtk_string_list_append (names, acini_organ_get_name (acini_organ_list ()[i]));
  adw_combo_row_set_model (self->organ_row, G_LIST_MODEL (names));
}

AciniImportDialog *
acini_import_dialog_new (GPtrArray *files, const char *organ, double mpp)
{
  AciniImportDialog *self;
  g_autofree char *text = NULL;
  g_autoptr (GtkSelectionModel) selection = NULL;

  g_return_val_if_fail (files != NULL, NULL);

  self = g_object_new (ACINI_TYPE_IMPORT_DIALOG, NULL);
  self->files = g_ptr_array_ref (files);
  for (guint i = 0; i < files->len; i++)
    {
      g_autoptr (AciniImportRow) row = acini_import_row_new (files, i);

      g_signal_connect_object (row, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
      g_list_store_append (self->rows, row);
    }
  selection = GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (g_object_ref (self->rows))));
  gtk_column_view_set_model (self->table, selection);
  acini_import_columns_add (self->table);
  for (guint i = 0; acini_organ_list ()[i] != NULL; i++)
    if (g_strcmp0 (acini_organ_list ()[i], organ) == 0)
      adw_combo_row_set_selected (self->organ_row, i);
  text = mpp > 0 ? g_strdup_printf ("%.4g", mpp) : g_strdup ("");
  gtk_editable_set_text (GTK_EDITABLE (self->mpp_row), text);
  offer (self);
  return self;
}
