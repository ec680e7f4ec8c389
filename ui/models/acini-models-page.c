/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/models/acini-models-page.h"
#include "app/segmentation/acini-checked-way.h"
#include "app/training/acini-training.h"
#include "ui/base/acini-async.h"
#include "ui/models/acini-add-model-dialog.h"
#include "ui/models/acini-comparison-view.h"
#include "ui/models/acini-model-actions.h"
#include "ui/models/acini-score-sets.h"
#include "ui/models/acini-training-view.h"
#include "acini-config.h"

#include <glib/gi18n.h>
#include <math.h>

struct _AciniModelsPage
{
  AdwBin parent_instance;

  GtkListBox *list;
  GtkStack *stack;
  AciniTrainingView *training, *history; /* one that runs or failed; the one that made the model that is shown */
  GtkLabel *name_label, *subtitle_label, *description_label;
  GtkButton *use_button, *add_button;
  AdwPreferencesGroup *scores_group, *card_group;

  AciniComparisonView *comparison;
  AciniModelActions *actions;

  AciniSession *session;
  GPtrArray *card_rows, *score_rows; /* element-type GtkWidget: what was put into the groups */
  guint idle;                        /* rebuilds the list once, whatever happened */
  guint n_trainings;                 /* shown */
  gboolean shows_way;                /* how the selected model computes here */
};

G_DEFINE_FINAL_TYPE (AciniModelsPage, acini_models_page, ADW_TYPE_BIN)

/* What is selected. */

static void
add_row (AdwPreferencesGroup *group, GPtrArray *rows, const char *title, const char *value)
{
  GtkWidget *row;

  if (value == NULL || *value == '\0')
    return;
  row = adw_action_row_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), value);
  adw_action_row_set_subtitle_selectable (ADW_ACTION_ROW (row), TRUE);
  gtk_widget_add_css_class (row, "property");
  adw_preferences_group_add (group, row);
  g_ptr_array_add (rows, row);
}

static void
add_score (AciniModelsPage *self, const char *title, double dice)
{
  GtkWidget *row, *bar, *label;
  g_autofree char *text = NULL;

  if (isnan (dice))
    return;
  text = g_strdup_printf ("%.3f", dice);
  row = adw_action_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  bar = gtk_level_bar_new_for_interval (0, 1);
  gtk_level_bar_set_value (GTK_LEVEL_BAR (bar), CLAMP (dice, 0, 1));
  /* One colour: what is a good score is not for the bar to say. */
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_LOW);
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_HIGH);
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (bar), GTK_LEVEL_BAR_OFFSET_FULL);
  gtk_widget_set_size_request (bar, 220, -1);
  gtk_widget_set_valign (bar, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  label = gtk_label_new (text);
  gtk_widget_add_css_class (label, "numeric");
  gtk_widget_add_css_class (label, "heading");
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), bar);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), label);
  adw_preferences_group_add (self->scores_group, row);
  g_ptr_array_add (self->score_rows, row);
}

static void
clear_rows (AdwPreferencesGroup *group, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    adw_preferences_group_remove (group, rows->pdata[i]);
  g_ptr_array_set_size (rows, 0);
}

static void
show_scores (AciniModelsPage *self, AciniModelItem *item, const AciniCard *card)
{
  JsonNode *organs = card->scores != NULL ? json_object_get_member (card->scores, "dice_by_organ") : NULL;
  g_autoptr (GPtrArray) sets = acini_score_sets_new (acini_session_get_models (self->session));
  g_autofree char *images = acini_score_sets_describe (sets, item);

  adw_preferences_group_set_description (self->scores_group, images);
  add_score (self, _ ("All"), acini_model_item_get_dice (item));
  if (card->scores != NULL)
    add_score (self, _ ("Parent model, same images"),
               json_object_get_double_member_with_default (card->scores, "parent_dice", NAN));
  if (organs != NULL && JSON_NODE_HOLDS_OBJECT (organs))
    {
      g_autoptr (GList) names
          = g_list_sort (json_object_get_members (json_node_get_object (organs)), (GCompareFunc)g_strcmp0);

      for (GList *name = names; name != NULL; name = name->next)
        add_score (self, acini_organ_get_name (name->data),
                   json_object_get_double_member_with_default (json_node_get_object (organs), name->data, NAN));
    }
  gtk_widget_set_visible (GTK_WIDGET (self->scores_group), self->score_rows->len > 0);
}

static char *
dup_organs (const AciniCard *card)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; card->organs != NULL && card->organs[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", acini_organ_get_name (card->organs[i]));
  return g_string_free_and_steal (g_steal_pointer (&text));
}

/* What it finds, without the background; the organ's own word for "FTU". */
static char *
dup_classes (const AciniCard *card)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean one_organ = card->organs != NULL && g_strv_length (card->organs) == 1;

  for (guint i = 0; card->classes != NULL && card->classes[i] != NULL; i++)
    {
      const char *name = card->classes[i];

      if (g_ascii_strcasecmp (name, "background") == 0)
        continue;
      if (g_str_equal (name, "FTU"))
        name = one_organ ? acini_organ_get_unit (card->organs[0]) : _ ("Functional tissue unit");
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", name);
    }
  return g_string_free_and_steal (g_steal_pointer (&text));
}

/* Anything but an ISO 8601 time is shown unchanged. */
static char *
dup_local_time (const char *text)
{
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;
  g_autoptr (GDateTime) local = time != NULL ? g_date_time_to_local (time) : NULL;

  return local != NULL ? g_date_time_format (local, _ ("%-d %b %Y, %H:%M")) : g_strdup (text);
}

/* In which numbers a model was trained: "bfloat16", or "float32, oneDNN avx2" where some were gone round. */
static char *
dup_trained_with (const AciniCard *card)
{
  const char *precision, *onednn;

  if (card->training == NULL)
    return NULL;
  precision = json_object_get_string_member_with_default (card->training, "precision", NULL);
  onednn = json_object_get_string_member_with_default (card->training, "onednn", "all");
  if (precision == NULL || g_str_equal (onednn, "all"))
    return g_strdup (precision);
  return g_strdup_printf ("%s, oneDNN %s", precision, onednn);
}

/* How the model computes here, which its last check found. */

typedef struct
{
  char *model, *way;
} CheckedWay;

static void
checked_way_free (gpointer data)
{
  CheckedWay *checked = data;

  g_free (checked->model);
  g_free (checked->way);
  g_free (checked);
}

static gboolean
read_checked_way (gpointer data, GCancellable *cancellable, GError **error)
{
  CheckedWay *checked = data;

  checked->way = acini_checked_way_recall (checked->model);
  return TRUE;
}

static void
on_checked_way (gpointer object, gpointer data, const GError *error)
{
  AciniModelsPage *self = object;
  const CheckedWay *checked = data;
  GtkListBoxRow *row = self->list != NULL ? gtk_list_box_get_selected_row (self->list) : NULL;
  GObject *item = row != NULL ? g_object_get_data (G_OBJECT (row), "item") : NULL;

  if (ACINI_IS_MODEL_ITEM (item) && !self->shows_way
      && g_str_equal (acini_model_item_get_record (ACINI_MODEL_ITEM (item))->id, checked->model))
    {
      self->shows_way = checked->way != NULL;
      add_row (self->card_group, self->card_rows, _ ("Computes Here With"), checked->way);
    }
}

static void
show_checked_way (AciniModelsPage *self, const char *model)
{
  CheckedWay *checked = g_new0 (CheckedWay, 1);

  checked->model = g_strdup (model);
  self->shows_way = FALSE;
  acini_async_run (self, NULL, read_checked_way, on_checked_way, checked, checked_way_free);
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

/* "0.500; Kidney 0.250, Large intestine 0.400": an organ's own, and an organ's of one class. */
static char *
dup_thresholds (const AciniCard *card)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (card->thresholds), compare_strings);

  g_string_append_printf (text, "%.3f", card->threshold);
  for (GList *list = keys; list != NULL; list = list->next)
    {
      g_auto (GStrv) names = g_strsplit (list->data, "/", 2);
      const double *threshold = g_hash_table_lookup (card->thresholds, list->data);

      g_string_append_printf (text, "%s%s%s%s %.3f", list == keys ? "; " : ", ", acini_organ_get_name (names[0]),
                              names[1] != NULL ? " " : "", names[1] != NULL ? names[1] : "", *threshold);
    }
  return g_string_free_and_steal (g_steal_pointer (&text));
}

static void
show_card (AciniModelsPage *self, AciniModelItem *item)
{
  const AciniCard *card = acini_model_item_get_card (item);
  const AciniModelRecord *record = acini_model_item_get_record (item);
  g_autofree char *organs = NULL, *classes = NULL, *mpp = NULL, *threshold = NULL, *created = NULL, *trained = NULL;

  if (card == NULL)
    {
      add_row (self->card_group, self->card_rows, _ ("Folder"), record->path);
      return;
    }
  show_scores (self, item, card);
  organs = dup_organs (card);
  classes = dup_classes (card);
  created = dup_local_time (card->created);
  trained = dup_trained_with (card);
  mpp = card->mpp > 0 ? g_strdup_printf (_ ("%.3g µm per pixel"), card->mpp) : g_strdup (_ ("The slide's own pixels"));
  threshold = dup_thresholds (card);
  add_row (self->card_group, self->card_rows, _ ("Organs"), organs);
  add_row (self->card_group, self->card_rows, _ ("Classes"), classes);
  add_row (self->card_group, self->card_rows, _ ("Resolution"), mpp);
  add_row (self->card_group, self->card_rows, _ ("Threshold"), threshold);
  add_row (self->card_group, self->card_rows, _ ("Created"), created);
  add_row (self->card_group, self->card_rows, _ ("Trained With"), trained);
  add_row (self->card_group, self->card_rows, _ ("Licence of the Weights"), card->licence);
  add_row (self->card_group, self->card_rows, _ ("Folder"), record->path);
}

/* The training that made the model, while the project has it: its curves stay. */
static void
show_history (AciniModelsPage *self, const char *model)
{
  GListModel *jobs = acini_session_get_jobs (self->session);
  g_autoptr (AciniJobItem) found = NULL;

  for (guint i = 0; found == NULL && i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (AciniJobItem) item = g_list_model_get_item (jobs, i);
      JsonObject *specification = acini_job_get_specification (acini_job_item_get_job (item));

      if (acini_job_item_is_training (item) && acini_job_item_get_state (item) == ACINI_JOB_DONE
          && g_strcmp0 (json_object_get_string_member_with_default (specification, "model", NULL), model) == 0)
        found = g_steal_pointer (&item);
    }
  acini_training_view_set_job (self->history, found);
  gtk_widget_set_visible (GTK_WIDGET (self->history), found != NULL);
}

static void
show_model (AciniModelsPage *self, AciniModelItem *item)
{
  const AciniCard *card = acini_model_item_get_card (item);
  g_autofree char *subtitle = acini_model_item_dup_subtitle (item);
  gboolean in_use = acini_model_item_get_in_use (item);
  const char *read_only = acini_session_get_read_only (self->session);

  clear_rows (self->card_group, self->card_rows);
  clear_rows (self->scores_group, self->score_rows);
  gtk_label_set_label (self->name_label, acini_model_item_get_record (item)->name);
  gtk_label_set_label (self->subtitle_label, subtitle);
  gtk_label_set_label (self->description_label, card != NULL && card->description != NULL ? card->description : "");
  gtk_widget_set_visible (GTK_WIDGET (self->description_label),
                          card != NULL && card->description != NULL && *card->description != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->scores_group), FALSE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->use_button), !in_use && read_only == NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->use_button), read_only);
  gtk_button_set_label (self->use_button, in_use ? _ ("In Use") : _ ("_Use This Model"));
  show_card (self, item);
  show_checked_way (self, acini_model_item_get_record (item)->id);
  show_history (self, acini_model_item_get_record (item)->id);
  acini_comparison_view_set_folder (self->comparison, acini_model_item_get_record (item)->path);
  gtk_stack_set_visible_child_name (self->stack, "model");
}

static void
on_row_selected (AciniModelsPage *self, GtkListBoxRow *row)
{
  GObject *item = row != NULL ? g_object_get_data (G_OBJECT (row), "item") : NULL;

  acini_model_actions_set (self->actions, self->session, ACINI_IS_MODEL_ITEM (item) ? ACINI_MODEL_ITEM (item) : NULL);
  if (ACINI_IS_JOB_ITEM (item))
    {
      acini_training_view_set_job (self->training, ACINI_JOB_ITEM (item));
      gtk_stack_set_visible_child_name (self->stack, "training");
    }
  else if (ACINI_IS_MODEL_ITEM (item))
    {
      show_model (self, ACINI_MODEL_ITEM (item));
    }
  else
    {
      gtk_stack_set_visible_child_name (self->stack, "empty");
    }
}

static void
on_use (AciniModelsPage *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->list);
  GObject *item = row != NULL ? g_object_get_data (G_OBJECT (row), "item") : NULL;

  if (ACINI_IS_MODEL_ITEM (item))
    acini_model_list_use (acini_session_get_model_list (self->session), ACINI_MODEL_ITEM (item));
}

/* Adding. */

static void
on_file (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AciniModelsPage) self = user_data;
  g_autoptr (GFile) file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (source), result, NULL);
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL && self->session != NULL)
    adw_dialog_present (ADW_DIALOG (acini_add_model_dialog_new (self->session, path)), GTK_WIDGET (self));
}

static void
on_add_model (AciniModelsPage *self)
{
  static const char *const suffixes[] = { "safetensors", "pth", "pt", "ckpt", "bin", "json" };
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  g_autoptr (GListStore) filters = g_list_store_new (GTK_TYPE_FILE_FILTER);

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    gtk_file_filter_add_suffix (filter, suffixes[i]);
  gtk_file_filter_set_name (filter, _ ("Checkpoints"));
  g_list_store_append (filters, filter);
  gtk_file_dialog_set_filters (dialog, G_LIST_MODEL (filters));
  gtk_file_dialog_set_title (dialog, _ ("Add Model"));
  gtk_file_dialog_open (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), NULL, on_file,
                        g_object_ref (self));
}

/* The list. */

static GtkWidget *
row_new (gpointer item, const char *title, const char *subtitle, const char *value, const char *remark, guint depth)
{
  GtkWidget *row = gtk_list_box_row_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *left = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2), *right = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *labels[4]
      = { gtk_label_new (title), gtk_label_new (subtitle), gtk_label_new (value), gtk_label_new (remark) };
  g_autofree char *spoken = g_strdup_printf ("%s, %s, %s %s", title, subtitle, value, remark);

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    {
      gtk_label_set_xalign (GTK_LABEL (labels[i]), i < 2 ? 0 : 1);
      gtk_label_set_ellipsize (GTK_LABEL (labels[i]), i < 2 ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
      gtk_widget_add_css_class (labels[i], i % 2 == 0 ? "heading" : "caption");
      gtk_box_append (GTK_BOX (i < 2 ? left : right), labels[i]);
    }
  gtk_widget_add_css_class (labels[1], "dim-label");
  gtk_widget_add_css_class (labels[2], "numeric");
  gtk_widget_add_css_class (labels[3], "accent");
  gtk_widget_set_hexpand (left, TRUE);
  gtk_widget_set_valign (left, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_start (box, (int)MIN (depth, 8) * 14);
  gtk_widget_add_css_class (box, "model-row");
  gtk_box_append (GTK_BOX (box), left);
  gtk_box_append (GTK_BOX (box), right);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  g_object_set_data_full (G_OBJECT (row), "item", g_object_ref (item), g_object_unref);
  g_object_set_data (G_OBJECT (row), "subtitle", labels[1]);
  return row;
}

static GtkWidget *
model_row_new (AciniModelItem *item, GPtrArray *sets)
{
  double dice = acini_model_item_get_dice (item);
  g_autofree char *subtitle = acini_model_item_dup_subtitle (item);
  g_autofree char *value = isnan (dice) ? g_strdup ("–") : g_strdup_printf ("%.2f", dice);

  /* Scores of different images must not look as if they compared. */
  g_autofree char *set = acini_score_sets_dup_name (sets, item);
  const char *use = acini_model_item_get_in_use (item) ? _ ("In Use") : "";
  g_autofree char *remark = g_strconcat (use, *use != '\0' && set != NULL ? " · " : "", set, NULL);

  return row_new (item, acini_model_item_get_record (item)->name, subtitle, value, remark,
                  acini_model_item_get_depth (item));
}

static gboolean
is_listed (AciniJobItem *item)
{
  /* A finished training is its model; a cancelled or dismissed one is nothing. */
  return acini_job_item_is_training (item) && acini_job_item_is_listed (item)
         && acini_job_item_get_state (item) != ACINI_JOB_DONE;
}

static gboolean
rebuild (gpointer user_data)
{
  AciniModelsPage *self = user_data;
  GListModel *models = acini_session_get_models (self->session), *jobs = acini_session_get_jobs (self->session);
  GtkListBoxRow *old = gtk_list_box_get_selected_row (self->list), *chosen = NULL;
  g_autoptr (GObject) selected = NULL;
  g_autoptr (GPtrArray) sets = acini_score_sets_new (models);
  guint n_before = self->n_trainings;
  gboolean was_training;

  self->idle = 0;
  g_set_object (&selected, old != NULL ? g_object_get_data (G_OBJECT (old), "item") : NULL);
  was_training = selected != NULL && ACINI_IS_JOB_ITEM (selected);
  gtk_list_box_remove_all (self->list);
  self->n_trainings = 0;
  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (AciniJobItem) item = g_list_model_get_item (jobs, i);
      g_autofree char *title = acini_job_item_dup_title (item), *status = acini_job_item_dup_status (item);
      GtkWidget *row;

      if (!is_listed (item))
        continue;
      self->n_trainings++;
      row = row_new (item, title, status, acini_job_item_is_active (item) ? "…" : "", "", 0);
      gtk_list_box_append (self->list, row);
      if (G_OBJECT (item) == selected || (acini_job_item_is_active (item) && chosen == NULL && !was_training))
        chosen = GTK_LIST_BOX_ROW (row);
    }
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (AciniModelItem) item = g_list_model_get_item (models, i);
      GtkWidget *row = model_row_new (item, sets);

      gtk_list_box_append (self->list, row);
      if (G_OBJECT (item) == selected || (chosen == NULL && acini_model_item_get_in_use (item)))
        chosen = GTK_LIST_BOX_ROW (row);
    }
  /* The user wants to see a training that has just started. */
  if (self->n_trainings > n_before && !was_training)
    chosen = gtk_list_box_get_row_at_index (self->list, 0);
  gtk_list_box_select_row (self->list, chosen);
  if (chosen == NULL)
    on_row_selected (self, NULL);
  return G_SOURCE_REMOVE;
}

static void
queue_rebuild (AciniModelsPage *self)
{
  if (self->idle == 0)
    self->idle = g_idle_add (rebuild, self);
}

/* Called twice a second while a training runs: update only its subtitle and keep the list. */
static void
on_jobs_changed (AciniModelsPage *self)
{
  GListModel *jobs = acini_session_get_jobs (self->session);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (jobs); i++)
    {
      g_autoptr (AciniJobItem) item = g_list_model_get_item (jobs, i);

      n += is_listed (item) != 0;
    }
  if (n != self->n_trainings)
    {
      queue_rebuild (self);
      return;
    }
  for (guint i = 0; i < n; i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, (int)i);
      GObject *item = row != NULL ? g_object_get_data (G_OBJECT (row), "item") : NULL;
      g_autofree char *status = ACINI_IS_JOB_ITEM (item) ? acini_job_item_dup_status (ACINI_JOB_ITEM (item)) : NULL;

      if (status != NULL)
        gtk_label_set_label (g_object_get_data (G_OBJECT (row), "subtitle"), status);
    }
}

void
acini_models_page_set_session (AciniModelsPage *self, AciniSession *session)
{
  g_return_if_fail (ACINI_IS_MODELS_PAGE (self));

  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->session, self);
      g_signal_handlers_disconnect_by_data (acini_session_get_models (self->session), self);
    }
  g_clear_handle_id (&self->idle, g_source_remove);
  acini_training_view_set_job (self->training, NULL);
  acini_training_view_set_job (self->history, NULL);
  gtk_list_box_remove_all (self->list);
  g_set_object (&self->session, session);
  acini_model_actions_set (self->actions, session, NULL);
  acini_comparison_view_set_folder (self->comparison, NULL);
  if (session == NULL)
    return;
  gtk_widget_set_sensitive (GTK_WIDGET (self->add_button), acini_session_get_read_only (session) == NULL);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->add_button), acini_session_get_read_only (session));
  g_signal_connect_object (session, "jobs-changed", G_CALLBACK (on_jobs_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::model", G_CALLBACK (queue_rebuild), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (acini_session_get_models (session), "items-changed", G_CALLBACK (queue_rebuild), self,
                           G_CONNECT_SWAPPED);
  queue_rebuild (self);
}

static void
acini_models_page_dispose (GObject *object)
{
  AciniModelsPage *self = ACINI_MODELS_PAGE (object);

  if (self->session != NULL)
    acini_models_page_set_session (self, NULL);
  if (self->actions != NULL)
    g_object_run_dispose (G_OBJECT (self->actions));
  g_clear_object (&self->actions);
  g_clear_pointer (&self->card_rows, g_ptr_array_unref);
  g_clear_pointer (&self->score_rows, g_ptr_array_unref);
  gtk_widget_dispose_template (GTK_WIDGET (object), ACINI_TYPE_MODELS_PAGE);
  G_OBJECT_CLASS (acini_models_page_parent_class)->dispose (object);
}

static void
acini_models_page_class_init (AciniModelsPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = acini_models_page_dispose;
  g_type_ensure (ACINI_TYPE_TRAINING_VIEW);
  g_type_ensure (ACINI_TYPE_COMPARISON_VIEW);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/acini/Acini/ui/models/acini-models-page.ui");
  gtk_widget_class_bind_template_child (widget_class, AciniModelsPage, list);
  gtk_widget_class_bind_template_child (widget_class, AciniModelsPage, stack);
  gtk_widget_class_bind_template_child (widget_class, AciniModelsPage, training);
  gtk_widget_class_bind_template_child (widget_class, AciniModelsPage, history);
  gtk_widget_class_bind_template_child (widget_class, AciniModelsPage, name_label);
  gtk_widget_class_bind_template_child (widget_class, AciniModelsPage, subtitle_label);
  gtk_widget_class_bind_template_child (widget_class, AciniModelsPage, description_label);
  gtk_widget_class_bind_template_child (widget_class, AciniModelsPage, use_button);
  gtk_widget_class_bind_template_child (widget_class, AciniModelsPage, add_button);
  gtk_widget_class_bind_template_child (widget_class, AciniModelsPage, scores_group);
  gtk_widget_class_bind_template_child (widget_class, AciniModelsPage, card_group);
  gtk_widget_class_bind_template_child (widget_class, AciniModelsPage, comparison);
  gtk_widget_class_bind_template_callback (widget_class, on_row_selected);
  gtk_widget_class_bind_template_callback (widget_class, on_use);
  gtk_widget_class_bind_template_callback (widget_class, on_add_model);
}

static void
acini_models_page_init (AciniModelsPage *self)
{
  self->card_rows = g_ptr_array_new ();
  self->score_rows = g_ptr_array_new ();
  self->actions = acini_model_actions_new (GTK_WIDGET (self));
  gtk_widget_init_template (GTK_WIDGET (self));
}
