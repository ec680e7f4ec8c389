/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/review/acini-readers-dialog.h"

#include "data/objects/acini-object-csv.h"
#include "ui/base/acini-async.h"
#include "ui/results/acini-results-source.h"
#include "ui/review/acini-disagreement.h"

#include <glib/gi18n.h>

struct _AciniReadersDialog
{
  AdwDialog parent_instance;
  AdwPreferencesPage *page;
  AdwPreferencesGroup *readers, *agreement; /* NULL where there is none */
  GPtrArray *pairs;                         /* of the agreement: AdwActionRow */
  GtkWidget *save_button;
  AciniSession *session;
  GCancellable *cancellable;
  guint n_running;
  GString *csv; /* NULL: nothing was compared */
};

static guint disagreements_signal;

G_DEFINE_FINAL_TYPE (AciniReadersDialog, acini_readers_dialog, ADW_TYPE_DIALOG)

/* Work. */

typedef struct
{
  AciniProject *project;
  AciniResultsSource *source;
  char *reader;      /* to begin; NULL: to read what there is */
  gboolean ended;    /* whether the project's own reading is to be done */
  char *folder;      /* to be opened next; NULL: none */
  AciniReading *own; /* NULL: the project is no reading */
  GPtrArray *readings;
  /* Of comparing; @readings are those that are done. */
  AciniAgreement *sums; /* of each pair: first * (readings + 1) + second */
  GString *csv, *line;
  const char *slide;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_object_unref (work->project);
  g_clear_pointer (&work->source, acini_results_source_unref);
  g_clear_pointer (&work->own, acini_reading_free);
  g_clear_pointer (&work->readings, g_ptr_array_unref);
  if (work->csv != NULL)
    g_string_free (work->csv, TRUE);
  if (work->line != NULL)
    g_string_free (work->line, TRUE);
  g_free (work->reader);
  g_free (work->folder);
  g_free (work->sums);
  g_free (work);
}

static Work *
work_new (AciniReadersDialog *self)
{
  Work *work = g_new0 (Work, 1);

  work->project = g_object_ref (acini_session_get_project (self->session));
  return work;
}

static void
start (AciniReadersDialog *self, AciniWorkFunc func, AciniDoneFunc done, Work *work)
{
  self->n_running++;
  acini_async_run (self, self->cancellable, func, done, work, work_free);
}

/* Says what went wrong.  Returns: whether nothing did. */
static gboolean
finish (AciniReadersDialog *self, const GError *error)
{
  self->n_running--;
  if (error != NULL)
    acini_session_tell (self->session, error->message);
  return error == NULL;
}

/* Comparing. */

static void
take_places (guint first, guint second, GArray *places, gpointer user_data)
{
  Work *work = user_data;

  for (guint i = 0; i < places->len; i++)
    {
      const AciniAgreementPlace *place = &g_array_index (places, AciniAgreementPlace, i);

      acini_agreement_add (&work->sums[first * (work->readings->len + 1) + second], place);
      acini_agreement_csv_format (work->line, place, work->slide, acini_reader_get_name (work->readings, first),
                                  acini_reader_get_name (work->readings, second));
      g_string_append_printf (work->csv, "%s\n", work->line->str);
    }
}

static gboolean
compare_slide (Work *work, guint number, GCancellable *cancellable, GError **error)
{
  const AciniSlideRecord *record = acini_results_source_get_slide (work->source, number);
  g_autoptr (AciniResultsSlide) slide = acini_results_source_open (work->source, number, error);
  g_autoptr (AciniRegionScope) scope = NULL;
  g_autoptr (AciniObjectIndex) index = NULL;

  if (slide == NULL)
    return FALSE;
  /* Others may have labelled what this project has not. */
  if (slide->index == NULL)
    index = acini_object_index_open (&slide->source, error);
  scope = acini_region_scope_new (work->project, record->id, NULL, error);
  if ((slide->index == NULL && index == NULL) || scope == NULL)
    return FALSE;
  work->slide = record->name;
  return acini_object_index_update (index != NULL ? index : slide->index, NULL, NULL, NULL, cancellable, error)
         && acini_agreement_compare (index != NULL ? index : slide->index, work->readings, scope, take_places, work,
                                     cancellable, error);
}

static gboolean
compare (gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;
  guint n;

  work->readings = acini_reading_list (work->project, TRUE);
  n = work->readings->len + 1;
  work->sums = g_new0 (AciniAgreement, n * n);
  work->line = g_string_new (NULL);
  work->csv = g_string_new (acini_agreement_csv_head);
  g_string_append_c (work->csv, '\n');
  for (guint i = 0; i < acini_results_source_get_n (work->source); i++)
    if (!compare_slide (work, i, cancellable, error))
      return FALSE;
  return TRUE;
}

static char *
describe (const AciniAgreement *sums)
{
  g_autoptr (GString) text = g_string_new (NULL);
  double kappa = 0, dice = 0;

  if (acini_agreement_get_kappa (sums, &kappa))
    g_string_append_printf (text, _ ("Cohen's κ %.2f"), kappa);
  else
    g_string_append (text, _ ("no κ yet"));
  if (acini_agreement_get_dice (sums, &dice))
    g_string_append_printf (text, _ (" · Dice %.2f"), dice);
  g_string_append_printf (text, ngettext (" · %lld disagreement", " · %lld disagreements", (gulong)sums->disagreements),
                          (long long)sums->disagreements);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
show_disagreements (AciniReadersDialog *self)
{
  g_signal_emit (self, disagreements_signal, 0);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
add_pair (AciniReadersDialog *self, const Work *work, guint first, guint second)
{
  GtkWidget *row = adw_action_row_new ();
  g_autofree char *text = describe (&work->sums[first * (work->readings->len + 1) + second]);
  g_autofree char *title = g_strdup_printf (_ ("%s and %s"), acini_reader_get_name (work->readings, first),
                                            acini_reader_get_name (work->readings, second));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  gtk_widget_set_tooltip_text (row, _ ("List where they disagree"));
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
  g_signal_connect_object (row, "activated", G_CALLBACK (show_disagreements), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (self->agreement, row);
  g_ptr_array_add (self->pairs, row);
}

static void
on_compared (gpointer object, gpointer data, const GError *error)
{
  AciniReadersDialog *self = object;
  Work *work = data;

  if (!finish (self, error))
    return;
  for (guint first = 0; first <= work->readings->len; first++)
    for (guint second = first + 1; second <= work->readings->len; second++)
      add_pair (self, work, first, second);
  adw_preferences_group_set_description (
      self->agreement, _ ("Kappa is of what both accepted or rejected, Dice of what was drawn or corrected by hand. "
                          "Exclusions are left out."));
  self->csv = g_steal_pointer (&work->csv);
  gtk_widget_set_sensitive (self->save_button, TRUE);
}

/* Saving. */

static void
on_saved (GObject *file, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniReadersDialog) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_file_replace_contents_finish (G_FILE (file), result, NULL, &error))
    acini_session_tell (self->session, error->message);
}

static void
on_file_chosen (GObject *dialog, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniReadersDialog) self = user_data;
  g_autoptr (GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (dialog), result, NULL);
  g_autoptr (GBytes) bytes = NULL;

  if (file == NULL || self->csv == NULL)
    return;
  bytes = g_bytes_new (self->csv->str, self->csv->len);
  g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL, on_saved,
                                       g_object_ref (self));
}

static void
save (AciniReadersDialog *self)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("Export CSV"));
  gtk_file_dialog_set_initial_name (dialog, _ ("agreement.csv"));
  gtk_file_dialog_save (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, on_file_chosen,
                        g_object_ref (self));
}

/* Opening, beginning and ending. */

static void
open_folder (AciniReadersDialog *self, const char *folder)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open-reading", "s", folder);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
on_open (AciniReadersDialog *self, GtkWidget *widget)
{
  open_folder (self, g_object_get_data (G_OBJECT (widget), "folder"));
}

static gboolean
do_change (gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;

  if (work->reader != NULL)
    work->folder = acini_reading_begin (work->project, work->reader, error);
  else if (acini_reading_set_ended (work->project, work->ended, error))
    work->folder = work->ended ? acini_reading_dup_parent (work->project) : NULL;
  else
    return FALSE;
  return work->reader == NULL || work->folder != NULL;
}

static void
on_changed (gpointer object, gpointer data, const GError *error)
{
  AciniReadersDialog *self = object;
  const Work *work = data;

  if (!finish (self, error))
    return;
  if (work->folder != NULL)
    open_folder (self, work->folder);
  else
    adw_dialog_close (ADW_DIALOG (self));
}

static void
on_named (AciniReadersDialog *self, GtkEditable *entry)
{
  Work *work = work_new (self);

  work->reader = g_strstrip (g_strdup (gtk_editable_get_text (entry)));
  if (*work->reader != '\0')
    start (self, do_change, on_changed, work);
  else
    work_free (work);
}

static void
set_ended (AciniReadersDialog *self, GtkWidget *row)
{
  Work *work = work_new (self);

  work->ended = g_object_get_data (G_OBJECT (row), "ended") != NULL;
  start (self, do_change, on_changed, work);
}

/* What there is. */

static char *
format_date (gint64 time)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (time);

  return g_date_time_format (date, _ ("%-d %b %Y, %H:%M"));
}

static char *
describe_reading (const AciniReading *reading)
{
  g_autofree char *date = format_date (reading->ended > 0 ? reading->ended : reading->begun);

  return g_strdup_printf (reading->ended > 0 ? _ ("Done since %s") : _ ("Under way since %s"), date);
}

static AdwPreferencesGroup *
add_group (AciniReadersDialog *self, const char *title, const char *description)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  g_autofree char *escaped = g_markup_escape_text (title, -1);

  adw_preferences_group_set_title (group, escaped);
  adw_preferences_group_set_description (group, description);
  adw_preferences_page_add (self->page, group);
  return group;
}

static GtkWidget *
add_button_row (AdwPreferencesGroup *group, const char *title)
{
  GtkWidget *row = adw_button_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (row), TRUE);
  adw_preferences_group_add (group, row);
  return row;
}

static void
show_own (AciniReadersDialog *self, const Work *work)
{
  g_autofree char *title = g_strdup_printf (_ ("Blind Reading by %s"), work->own->reader);
  g_autofree char *state = describe_reading (work->own), *parent = acini_reading_dup_parent (work->project);
  GtkWidget *row;

  self->readers = add_group (self, title,
                             _ ("What others drew and decided is not to be seen here, and what you do is not shown to "
                                "them before you are done. Slides have numbers, in an order that is yours alone."));
  row = adw_action_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), state);
  adw_preferences_group_add (self->readers, row);
  if (acini_session_get_read_only (self->session) == NULL)
    {
      row = add_button_row (self->readers, work->own->ended > 0 ? _ ("_Go On Reading") : _ ("I Am _Done"));
      g_object_set_data (G_OBJECT (row), "ended", GINT_TO_POINTER (work->own->ended == 0));
      gtk_widget_add_css_class (row, "suggested-action");
      g_signal_connect_object (row, "activated", G_CALLBACK (set_ended), self, G_CONNECT_SWAPPED);
    }
  row = add_button_row (self->readers, _ ("_Back to the Project"));
  g_object_set_data_full (G_OBJECT (row), "folder", g_steal_pointer (&parent), g_free);
  g_signal_connect_object (row, "activated", G_CALLBACK (on_open), self, G_CONNECT_SWAPPED);
}

static void
add_reading (AciniReadersDialog *self, const AciniReading *reading)
{
  GtkWidget *row = adw_action_row_new (), *button = gtk_button_new_with_mnemonic (_ ("_Open"));
  g_autofree char *state = describe_reading (reading),
                  *name = g_strdup_printf (_ ("Open the reading by %s"), reading->reader);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), reading->reader);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), state);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_object_set_data_full (G_OBJECT (button), "folder", g_strdup (reading->folder), g_free);
  g_signal_connect_object (button, "clicked", G_CALLBACK (on_open), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  adw_preferences_group_add (self->readers, row);
}

/* Those that are done are compared. */
static void
show_agreement (AciniReadersDialog *self, GPtrArray *readings)
{
  gboolean any = FALSE;
  Work *work;

  for (guint i = 0; i < readings->len; i++)
    any |= ((const AciniReading *)readings->pdata[i])->ended > 0;
  self->save_button = gtk_button_new_from_icon_name ("document-save-symbolic");
  gtk_widget_set_tooltip_text (self->save_button, _ ("Save all places as CSV"));
  gtk_widget_set_valign (self->save_button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->save_button, "flat");
  gtk_widget_set_sensitive (self->save_button, FALSE);
  g_signal_connect_object (self->save_button, "clicked", G_CALLBACK (save), self, G_CONNECT_SWAPPED);
  self->agreement = add_group (self, _ ("Agreement"), _ ("Readers are compared once they are done."));
  adw_preferences_group_set_header_suffix (self->agreement, self->save_button);
  if (!any)
    return;
  adw_preferences_group_set_description (self->agreement, _ ("Comparing…"));
  work = work_new (self);
  work->source = acini_results_source_new (self->session, NULL);
  start (self, compare, on_compared, work);
}

static void
show_readings (AciniReadersDialog *self, const Work *work)
{
  self->readers = add_group (self, _ ("Readers"),
                             _ ("Another reader looks at the same slides without seeing what anybody else said: names "
                                "are off, and the order is shuffled."));
  for (guint i = 0; i < work->readings->len; i++)
    add_reading (self, work->readings->pdata[i]);
  if (acini_session_get_read_only (self->session) == NULL)
    {
      GtkWidget *entry = adw_entry_row_new ();

      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (entry), _ ("Begin a Reading: Name of the Reader"));
      adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (entry), TRUE);
      g_signal_connect_object (entry, "apply", G_CALLBACK (on_named), self, G_CONNECT_SWAPPED);
      adw_preferences_group_add (self->readers, entry);
    }
  show_agreement (self, work->readings);
}

static gboolean
read_readings (gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;

  work->own = acini_reading_get (work->project);
  if (work->own == NULL)
    work->readings = acini_reading_list (work->project, FALSE);
  return TRUE;
}

static void
on_read (gpointer object, gpointer data, const GError *error)
{
  AciniReadersDialog *self = object;
  const Work *work = data;

  if (!finish (self, error))
    return;
  if (work->own != NULL)
    show_own (self, work);
  else
    show_readings (self, work);
}

gboolean
acini_readers_dialog_is_idle (AciniReadersDialog *self)
{
  g_return_val_if_fail (ACINI_IS_READERS_DIALOG (self), TRUE);
  return self->n_running == 0;
}

const char *
acini_readers_dialog_get_agreement (AciniReadersDialog *self, guint pair)
{
  g_return_val_if_fail (ACINI_IS_READERS_DIALOG (self), NULL);
  return pair < self->pairs->len ? adw_action_row_get_subtitle (self->pairs->pdata[pair]) : NULL;
}

static void
acini_readers_dialog_dispose (GObject *object)
{
  g_cancellable_cancel (ACINI_READERS_DIALOG (object)->cancellable);
  G_OBJECT_CLASS (acini_readers_dialog_parent_class)->dispose (object);
}

static void
acini_readers_dialog_finalize (GObject *object)
{
  AciniReadersDialog *self = ACINI_READERS_DIALOG (object);

  g_object_unref (self->cancellable);
  g_clear_object (&self->session);
  g_ptr_array_unref (self->pairs);
  if (self->csv != NULL)
    g_string_free (self->csv, TRUE);
  G_OBJECT_CLASS (acini_readers_dialog_parent_class)->finalize (object);
}

static void
acini_readers_dialog_class_init (AciniReadersDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_readers_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = acini_readers_dialog_finalize;
  disagreements_signal = g_signal_new ("show-disagreements", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                       NULL, NULL, G_TYPE_NONE, 0);
}

static void
acini_readers_dialog_init (AciniReadersDialog *self)
{
  GtkWidget *view = adw_toolbar_view_new ();

  self->cancellable = g_cancellable_new ();
  self->pairs = g_ptr_array_new ();
  self->page = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), GTK_WIDGET (self->page));
  adw_dialog_set_title (ADW_DIALOG (self), _ ("Second Readers"));
  adw_dialog_set_content_width (ADW_DIALOG (self), 520);
  adw_dialog_set_content_height (ADW_DIALOG (self), 560);
  adw_dialog_set_child (ADW_DIALOG (self), view);
}

AciniReadersDialog *
acini_readers_dialog_new (AciniSession *session)
{
  AciniReadersDialog *self;

  g_return_val_if_fail (ACINI_IS_SESSION (session), NULL);
  self = g_object_new (ACINI_TYPE_READERS_DIALOG, NULL);
  self->session = g_object_ref (session);
  start (self, read_readings, on_read, work_new (self));
  return self;
}
