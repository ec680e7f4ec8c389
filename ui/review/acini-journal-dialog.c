/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-journal-dialog.h"

#include "data/labels/acini-journal.h"
#include "ui/base/acini-async.h"
#include "ui/review/acini-history-pane.h"

#include <glib/gi18n.h>

/* Of the newest; all are in an export. */
#define MOST 10000

/* A row, as lists hold it. */
#define ACINI_TYPE_JOURNAL_ITEM (acini_journal_item_get_type ())
G_DECLARE_FINAL_TYPE (AciniJournalItem, acini_journal_item, ACINI, JOURNAL_ITEM, GObject)

struct _AciniJournalItem
{
  GObject parent_instance;
  AciniJournalRow *row;
  char *title, *detail;
};

G_DEFINE_FINAL_TYPE (AciniJournalItem, acini_journal_item, G_TYPE_OBJECT)

static void
acini_journal_item_finalize (GObject *object)
{
  AciniJournalItem *self = ACINI_JOURNAL_ITEM (object);

  acini_journal_row_free (self->row);
  g_free (self->title);
  g_free (self->detail);
  G_OBJECT_CLASS (acini_journal_item_parent_class)->finalize (object);
}

static void
acini_journal_item_class_init (AciniJournalItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_journal_item_finalize;
}

static void
acini_journal_item_init (AciniJournalItem *self)
{
}

struct _AciniJournalDialog
{
  AdwDialog parent_instance;
  AciniSession *session;
  gint64 slide;
  GListStore *rows; /* AciniJournalItem, newest first */
  GtkCustomFilter *filter;
  GtkSingleSelection *model;
  GtkSearchEntry *search;
  GtkDropDown *kind;
  GtkWidget *restore;
  AdwToastOverlay *toasts;
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (AciniJournalDialog, acini_journal_dialog, ADW_TYPE_DIALOG)

/* Reading. */

typedef struct
{
  AciniProject *project;
  gint64 slide, sequence;
  GPtrArray *rows;
  int n_undo, n_redo;
  GFile *file;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_object_unref (work->project);
  g_clear_pointer (&work->rows, g_ptr_array_unref);
  g_clear_object (&work->file);
  g_free (work);
}

static Work *
work_new (AciniJournalDialog *self)
{
  Work *work = g_new0 (Work, 1);

  work->project = g_object_ref (acini_session_get_project (self->session));
  work->slide = self->slide;
  return work;
}

static gboolean
read_rows (gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;

  work->rows = acini_journal_list (work->project, work->slide, MOST, error);
  return work->rows != NULL;
}

static void
tell (AciniJournalDialog *self, const char *text)
{
  AdwToast *toast = adw_toast_new (text);

  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static char *
dup_detail (const AciniJournalRow *row)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (row->time);
  g_autofree char *when = g_date_time_format (time, "%c");

  return g_strdup_printf ("%" G_GINT64_FORMAT " · %s · %s", row->sequence, when, row->user != NULL ? row->user : "");
}

static void
on_rows (gpointer object, gpointer data, const GError *error)
{
  AciniJournalDialog *self = object;
  Work *work = data;
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  if (error != NULL)
    {
      tell (self, error->message);
      return;
    }
  for (guint i = 0; i < work->rows->len; i++)
    {
      AciniJournalItem *item = g_object_new (ACINI_TYPE_JOURNAL_ITEM, NULL);
      const char *icon;

      item->row = work->rows->pdata[i];
      item->title = acini_history_dup_title (item->row, &icon);
      item->detail = dup_detail (item->row);
      g_ptr_array_add (items, item);
    }
  g_ptr_array_set_free_func (work->rows, NULL);
  g_list_store_splice (self->rows, 0, g_list_model_get_n_items (G_LIST_MODEL (self->rows)), items->pdata, items->len);
}

static void
reload (AciniJournalDialog *self)
{
  acini_async_run_in_order (self, self->cancellable, read_rows, on_rows, work_new (self), work_free);
}

/* Filtering. */

static const char *const kinds[] = { NULL, "edit", "review", "undo" };

static gboolean
matches (gpointer object, gpointer user_data)
{
  AciniJournalItem *item = object;
  AciniJournalDialog *self = user_data;
  const char *kind = kinds[gtk_drop_down_get_selected (self->kind)];
  g_autofree char *wanted = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1);
  g_autofree char *all = g_strconcat (item->title, " ", item->detail, " ", item->row->after, NULL);
  g_autofree char *text = g_utf8_casefold (all, -1);
  gboolean is_kind = kind == NULL || g_str_equal (item->row->kind, kind)
                     || (g_str_equal (kind, "undo") && g_str_equal (item->row->kind, "redo"));

  return is_kind && strstr (text, wanted) != NULL;
}

static void
on_filter (AciniJournalDialog *self)
{
  gtk_filter_changed (GTK_FILTER (self->filter), GTK_FILTER_CHANGE_DIFFERENT);
}

/* Putting back. */

static gboolean
find_way (gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;

  return acini_journal_find_way (work->project, work->slide, work->sequence, &work->n_undo, &work->n_redo, error);
}

static void
on_step (GObject *editor, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniJournalDialog) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!acini_editor_finish (ACINI_EDITOR (editor), result, NULL, &error))
    tell (self, error->message);
  acini_session_labels_changed (self->session, self->slide);
}

static void
on_way (gpointer object, gpointer data, const GError *error)
{
  AciniJournalDialog *self = object;
  const Work *work = data;
  AciniEditor *editor = acini_session_get_editor (self->session);

  if (error != NULL)
    tell (self, error->message);
  else if (work->n_undo < 0 && work->n_redo < 0)
    tell (self, _ ("Other edits have taken the place of this step: undo cannot reach it"));
  else if (work->n_undo == 0)
    tell (self, _ ("The slide is as it was after this step"));
  for (int i = 0; error == NULL && i < work->n_undo; i++)
    acini_editor_undo (editor, self->slide, on_step, g_object_ref (self));
  for (int i = 0; error == NULL && work->n_undo < 0 && i < work->n_redo; i++)
    acini_editor_redo (editor, self->slide, on_step, g_object_ref (self));
}

static void
on_restore (AciniJournalDialog *self)
{
  AciniJournalItem *item = gtk_single_selection_get_selected_item (self->model);
  Work *work;

  if (item == NULL)
    return;
  work = work_new (self);
  work->sequence = item->row->sequence;
  acini_async_run_in_order (self, self->cancellable, find_way, on_way, work, work_free);
}

/* Exporting. */

static void
append_field (GString *text, const char *field)
{
  g_auto (GStrv) parts = g_strsplit (field != NULL ? field : "", "\"", -1);
  g_autofree char *doubled = g_strjoinv ("\"\"", parts);

  g_string_append_printf (text, ",\"%s\"", doubled);
}

static gboolean
export_rows (gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;
  g_autoptr (GString) text = g_string_new ("sequence,time,duration_ms,x,y,width,height,user,kind,tool,before,after\n");

  work->rows = acini_journal_list (work->project, work->slide, G_MAXINT, error);
  if (work->rows == NULL)
    return FALSE;
  for (guint i = work->rows->len; i-- > 0;)
    {
      const AciniJournalRow *row = work->rows->pdata[i];
      g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (row->time);
      g_autofree char *when = g_date_time_format_iso8601 (time);

      g_string_append_printf (text,
                              "%" G_GINT64_FORMAT ",%s,%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT
                              ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT,
                              row->sequence, when, row->duration, row->damage.x, row->damage.y, row->damage.width,
                              row->damage.height);
      append_field (text, row->user);
      append_field (text, row->kind);
      append_field (text, row->tool);
      append_field (text, row->before);
      append_field (text, row->after);
      g_string_append_c (text, '\n');
    }
  return g_file_replace_contents (work->file, text->str, text->len, NULL, FALSE, G_FILE_CREATE_NONE, NULL, cancellable,
                                  error);
}

static void
on_exported (gpointer object, gpointer data, const GError *error)
{
  const Work *work = data;
  g_autofree char *name = g_file_get_basename (work->file);
  g_autofree char *text = error == NULL ? g_strdup_printf (_ ("%s saved"), name) : g_strdup (error->message);

  tell (object, text);
}

static void
on_file (GObject *dialog, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniJournalDialog) self = user_data;
  GFile *file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (dialog), result, NULL);
  Work *work;

  if (file == NULL)
    return;
  work = work_new (self);
  work->file = file;
  acini_async_run (self, self->cancellable, export_rows, on_exported, work, work_free);
}

static void
on_export (AciniJournalDialog *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("Save History"));
  gtk_file_dialog_set_initial_name (dialog, _ ("history.csv"));
  gtk_file_dialog_save (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, on_file,
                        g_object_ref (self));
}

/* Rows. */

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *row)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2), *title = gtk_label_new (NULL);
  GtkWidget *detail = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_label_set_xalign (GTK_LABEL (detail), 0);
  gtk_label_set_ellipsize (GTK_LABEL (detail), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (detail, "dim-label");
  gtk_widget_add_css_class (detail, "caption");
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), detail);
  gtk_list_item_set_child (row, box);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *row)
{
  AciniJournalItem *item = gtk_list_item_get_item (row);
  GtkWidget *title = gtk_widget_get_first_child (gtk_list_item_get_child (row));

  gtk_label_set_label (GTK_LABEL (title), item->title);
  gtk_label_set_label (GTK_LABEL (gtk_widget_get_next_sibling (title)), item->detail);
}

static GtkWidget *
make_list (AciniJournalDialog *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new (), *list;

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  self->model = gtk_single_selection_new (G_LIST_MODEL (
      gtk_filter_list_model_new (g_object_ref (G_LIST_MODEL (self->rows)), g_object_ref (GTK_FILTER (self->filter)))));
  list = gtk_list_view_new (g_object_ref (GTK_SELECTION_MODEL (self->model)), factory);
  gtk_widget_add_css_class (list, "navigation-sidebar");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Steps, newest first"), -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), list);
  gtk_widget_set_vexpand (scrolled, TRUE);
  return scrolled;
}

static void
build (AciniJournalDialog *self)
{
  static const char *const titles[] = { N_ ("All"), N_ ("Labels"), N_ ("Review"), N_ ("Undone and redone"), NULL };
  GtkWidget *view = adw_toolbar_view_new (), *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *foot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8),
            *export = gtk_button_new_with_mnemonic (_ ("_Export…"));
  g_autoptr (GtkStringList) list = gtk_string_list_new (NULL);

  for (guint i = 0; titles[i] != NULL; i++)
    gtk_string_list_append (list, _ (titles[i]));
  self->search = GTK_SEARCH_ENTRY (gtk_search_entry_new ());
  self->kind = GTK_DROP_DOWN (gtk_drop_down_new (g_object_ref (G_LIST_MODEL (list)), NULL));
  self->restore = gtk_button_new_with_mnemonic (_ ("_Restore to This Step"));
  gtk_search_entry_set_placeholder_text (self->search, _ ("Search steps, people, comments…"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->kind), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Kind of step"), -1);
  gtk_widget_set_hexpand (GTK_WIDGET (self->search), TRUE);
  gtk_widget_set_hexpand (export, TRUE);
  gtk_widget_set_halign (export, GTK_ALIGN_START);
  gtk_widget_add_css_class (bar, "toolbar");
  gtk_widget_add_css_class (foot, "toolbar");
  gtk_box_append (GTK_BOX (bar), GTK_WIDGET (self->search));
  gtk_box_append (GTK_BOX (bar), GTK_WIDGET (self->kind));
  gtk_box_append (GTK_BOX (foot), export);
  gtk_box_append (GTK_BOX (foot), self->restore);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), bar);
  adw_toolbar_view_add_bottom_bar (ADW_TOOLBAR_VIEW (view), foot);
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), make_list (self));
  self->toasts = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());
  adw_toast_overlay_set_child (self->toasts, view);
  adw_dialog_set_child (ADW_DIALOG (self), GTK_WIDGET (self->toasts));
  g_signal_connect_object (self->search, "search-changed", G_CALLBACK (on_filter), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->kind, "notify::selected", G_CALLBACK (on_filter), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->restore, "clicked", G_CALLBACK (on_restore), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (export, "clicked", G_CALLBACK (on_export), self, G_CONNECT_SWAPPED);
}

static void
acini_journal_dialog_dispose (GObject *object)
{
  AciniJournalDialog *self = ACINI_JOURNAL_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  G_OBJECT_CLASS (acini_journal_dialog_parent_class)->dispose (object);
}

static void
acini_journal_dialog_finalize (GObject *object)
{
  AciniJournalDialog *self = ACINI_JOURNAL_DIALOG (object);

  g_object_unref (self->cancellable);
  g_object_unref (self->rows);
  g_object_unref (self->filter);
  g_clear_object (&self->model);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (acini_journal_dialog_parent_class)->finalize (object);
}

static void
acini_journal_dialog_class_init (AciniJournalDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_journal_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = acini_journal_dialog_finalize;
}

static void
acini_journal_dialog_init (AciniJournalDialog *self)
{
  self->cancellable = g_cancellable_new ();
  self->rows = g_list_store_new (ACINI_TYPE_JOURNAL_ITEM);
  self->filter = gtk_custom_filter_new (NULL, NULL, NULL);
  adw_dialog_set_title (ADW_DIALOG (self), _ ("History of the Slide"));
  adw_dialog_set_content_width (ADW_DIALOG (self), 620);
  adw_dialog_set_content_height (ADW_DIALOG (self), 640);
  build (self);
  gtk_custom_filter_set_filter_func (self->filter, matches, self, NULL);
}

AciniJournalDialog *
acini_journal_dialog_new (AciniSession *session)
{
  AciniJournalDialog *self;

  g_return_val_if_fail (ACINI_IS_SESSION (session) && acini_session_get_slide (session) != NULL, NULL);
  self = g_object_new (ACINI_TYPE_JOURNAL_DIALOG, NULL);
  self->session = g_object_ref (session);
  self->slide = acini_slide_item_get_record (acini_session_get_slide (session))->id;
  gtk_widget_set_sensitive (self->restore, acini_session_get_read_only (session) == NULL);
  g_signal_connect_object (session, "labels-changed", G_CALLBACK (reload), self, G_CONNECT_SWAPPED);
  reload (self);
  return self;
}
