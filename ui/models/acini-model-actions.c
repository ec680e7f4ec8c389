/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "ui/models/acini-model-actions.h"

#include "app/training/acini-model-files.h"
#include "app/training/acini-models.h"
#include "ui/base/acini-async.h"
#include "ui/models/acini-cli-call.h"

#include <glib/gi18n.h>

struct _AciniModelActions
{
  GObject parent_instance;

  GtkWidget *widget; /* not owned */
  GSimpleActionGroup *group;
  GCancellable *cancellable;
  AciniSession *session;
  AciniModelItem *item;
  gboolean refitting;
};

G_DEFINE_FINAL_TYPE (AciniModelActions, acini_model_actions, G_TYPE_OBJECT)

static const char *
get_name (AciniModelActions *self)
{
  return acini_model_item_get_record (self->item)->name;
}

static void
enable (AciniModelActions *self, const char *name, gboolean enabled)
{
  g_simple_action_set_enabled (G_SIMPLE_ACTION (g_action_map_lookup_action (G_ACTION_MAP (self->group), name)),
                               enabled);
}

static void
update (AciniModelActions *self)
{
  gboolean writable = self->session != NULL && acini_session_get_read_only (self->session) == NULL;
  gboolean shown = self->session != NULL && self->item != NULL;
  gboolean in_use = shown && acini_model_item_get_in_use (self->item);
  gboolean own = shown
                 && acini_model_is_own (acini_session_get_project (self->session),
                                        acini_model_item_get_record (self->item)->path);

  enable (self, "rename", writable && own);
  enable (self, "archive", writable && own && !in_use);
  enable (self, "restore", writable);
  enable (self, "delete", writable && own && !in_use);
  enable (self, "export", shown);
  enable (self, "refit", writable && shown && !self->refitting);
}

/* What is done on another thread. */

typedef enum
{
  RENAME,
  ARCHIVE,
  RESTORE,
  DELETE,
  EXPORT,
} Deed;

typedef struct
{
  Deed deed;
  AciniProject *project;
  AciniModelItem *item; /* nullable */
  char *text;           /* the new name, the folder to export to */
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_object_unref (work->project);
  g_clear_object (&work->item);
  g_free (work->text);
  g_free (work);
}

static gboolean
restore_all (AciniProject *project, GError **error)
{
  g_auto (GStrv) ids = acini_model_list_archived (project);

  for (guint i = 0; ids[i] != NULL; i++)
    if (*ids[i] != '\0' && !acini_model_set_archived (project, ids[i], FALSE, error))
      return FALSE;
  return TRUE;
}

static gboolean
do_work (gpointer data, GCancellable *cancellable, GError **error)
{
  Work *work = data;
  const AciniModelRecord *record = work->item != NULL ? acini_model_item_get_record (work->item) : NULL;
  g_autoptr (GPtrArray) models = NULL;

  switch (work->deed)
    {
    case RENAME:
      return acini_model_rename (work->project, record, work->text, error);
    case ARCHIVE:
      return acini_model_set_archived (work->project, record->id, TRUE, error);
    case RESTORE:
      return restore_all (work->project, error);
    case DELETE:
      models = acini_list_models (work->project, error);
      return models != NULL && acini_model_delete (work->project, record, models, error);
    case EXPORT:
      return acini_model_export (record->path, work->text, error);
    }
  return TRUE;
}

static void
on_done (gpointer object, gpointer data, const GError *error)
{
  AciniModelActions *self = object;
  const Work *work = data;
  g_autofree char *text = NULL;

  if (self->session == NULL)
    return;
  if (error != NULL)
    text = g_strdup (error->message);
  else if (work->deed == EXPORT)
    text = g_strdup_printf (_ ("The model is in “%s” now."), work->text);
  else if (work->deed == ARCHIVE)
    text = g_strdup_printf (_ ("“%s” is not listed any more; Restore Archived Models brings it back."),
                            acini_model_item_get_record (work->item)->name);
  if (text != NULL)
    acini_session_tell (self->session, text);
  if (error == NULL && work->deed != EXPORT)
    acini_model_list_reload (acini_session_get_model_list (self->session));
}

/* Takes @text over. */
static void
begin (AciniModelActions *self, Deed deed, char *text)
{
  Work *work = g_new0 (Work, 1);

  work->deed = deed;
  work->project = g_object_ref (acini_session_get_project (self->session));
  work->item = self->item != NULL ? g_object_ref (self->item) : NULL;
  work->text = text;
  acini_async_run_in_order (self, NULL, do_work, on_done, work, work_free);
}

/* The actions. */

static void
on_rename_response (AdwAlertDialog *dialog, const char *response, AciniModelActions *self)
{
  GtkWidget *entry = adw_alert_dialog_get_extra_child (dialog);
  const char *name = gtk_editable_get_text (GTK_EDITABLE (entry));

  if (g_str_equal (response, "rename") && *name != '\0' && self->item != NULL)
    begin (self, RENAME, g_strdup (name));
}

static void
rename_model (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniModelActions *self = user_data;
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (_ ("Rename Model"), NULL));
  GtkWidget *entry = gtk_entry_new ();

  gtk_editable_set_text (GTK_EDITABLE (entry), get_name (self));
  gtk_entry_set_activates_default (GTK_ENTRY (entry), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Name of the model"), -1);
  adw_alert_dialog_set_extra_child (dialog, entry);
  adw_alert_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "rename", _ ("_Rename"), NULL);
  adw_alert_dialog_set_default_response (dialog, "rename");
  adw_alert_dialog_set_response_appearance (dialog, "rename", ADW_RESPONSE_SUGGESTED);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_rename_response), self, G_CONNECT_DEFAULT);
  adw_dialog_present (ADW_DIALOG (dialog), self->widget);
}

static void
archive_model (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  begin (user_data, ARCHIVE, NULL);
}

static void
restore_models (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  begin (user_data, RESTORE, NULL);
}

static void
on_delete_response (AdwAlertDialog *dialog, const char *response, AciniModelActions *self)
{
  if (g_str_equal (response, "delete") && self->item != NULL)
    begin (self, DELETE, NULL);
}

static void
delete_model (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniModelActions *self = user_data;
  g_autofree char *body = g_strdup_printf (_ ("The weights of “%s” are removed from the disk and cannot be brought "
                                              "back. Predictions stay. To take it off the "
                                              "list alone, archive it."),
                                           get_name (self));
  AdwAlertDialog *dialog = ADW_ALERT_DIALOG (adw_alert_dialog_new (_ ("Delete Model?"), body));

  adw_alert_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "delete", _ ("_Delete"), NULL);
  adw_alert_dialog_set_response_appearance (dialog, "delete", ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_delete_response), self, G_CONNECT_DEFAULT);
  adw_dialog_present (ADW_DIALOG (dialog), self->widget);
}

static void
on_export_chosen (GObject *dialog, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniModelActions) self = user_data;
  g_autoptr (GFile) file = gtk_file_dialog_save_finish (GTK_FILE_DIALOG (dialog), result, NULL);

  if (file != NULL && self->item != NULL && g_file_peek_path (file) != NULL)
    begin (self, EXPORT, g_file_get_path (file));
}

static void
export_model (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniModelActions *self = user_data;
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();

  gtk_file_dialog_set_title (dialog, _ ("Export Model Into a New Folder"));
  gtk_file_dialog_set_initial_name (dialog, acini_model_item_get_record (self->item)->id);
  gtk_file_dialog_save (dialog, GTK_WINDOW (gtk_widget_get_root (self->widget)), self->cancellable, on_export_chosen,
                        g_object_ref (self));
}

static void
on_called (gpointer object, JsonObject *result, const char *message)
{
  AciniModelActions *self = object;
  g_autofree char *text = NULL;

  self->refitting = FALSE;
  if (self->session == NULL)
    return;
  update (self);
  if (result != NULL)
    text = g_strdup_printf (_ ("“%s” is new in the list."),
                            json_object_get_string_member_with_default (result, "name", ""));
  acini_session_tell (self->session, message != NULL ? message : text != NULL ? text : _ ("Done"));
  if (message == NULL)
    acini_model_list_reload (acini_session_get_model_list (self->session));
}

static void
refit_model (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  AciniModelActions *self = user_data;

  self->refitting = TRUE;
  update (self);
  acini_session_tell (self->session, _ ("The last layer learns from all labels of the project…"));
  acini_cli_call (self,
                  (const char *const[]){ "refit", acini_project_get_folder (acini_session_get_project (self->session)),
                                         "--from", acini_model_item_get_record (self->item)->path, NULL },
                  self->cancellable, on_called);
}

void
acini_model_actions_set (AciniModelActions *self, AciniSession *session, AciniModelItem *item)
{
  g_return_if_fail (ACINI_IS_MODEL_ACTIONS (self));
  g_set_object (&self->session, session);
  g_set_object (&self->item, item);
  update (self);
}

static void
acini_model_actions_dispose (GObject *object)
{
  AciniModelActions *self = ACINI_MODEL_ACTIONS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->session);
  g_clear_object (&self->item);
  g_clear_object (&self->group);
  G_OBJECT_CLASS (acini_model_actions_parent_class)->dispose (object);
}

static void
acini_model_actions_finalize (GObject *object)
{
  g_object_unref (ACINI_MODEL_ACTIONS (object)->cancellable);
  G_OBJECT_CLASS (acini_model_actions_parent_class)->finalize (object);
}

static void
acini_model_actions_class_init (AciniModelActionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = acini_model_actions_dispose;
  G_OBJECT_CLASS (klass)->finalize = acini_model_actions_finalize;
}

static void
acini_model_actions_init (AciniModelActions *self)
{
  static const GActionEntry entries[] = {
    { "rename", rename_model }, { "archive", archive_model }, { "restore", restore_models },
    { "delete", delete_model }, { "export", export_model },   { "refit", refit_model },
  };

  self->cancellable = g_cancellable_new ();
  self->group = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (self->group), entries, G_N_ELEMENTS (entries), self);
}

AciniModelActions *
acini_model_actions_new (GtkWidget *widget)
{
  AciniModelActions *self = g_object_new (ACINI_TYPE_MODEL_ACTIONS, NULL);

  self->widget = widget;
  gtk_widget_insert_action_group (widget, "model", G_ACTION_GROUP (self->group));
  update (self);
  return self;
}
