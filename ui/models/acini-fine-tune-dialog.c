/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/models/acini-fine-tune-dialog.h"
#include "app/jobs/acini-job-runners.h"
#include "app/training/acini-models.h"
#include "app/training/acini-training-check.h"
#include "app/training/acini-training.h"
#include "ui/base/acini-async.h"
#include "acini-config.h"

#include <glib/gi18n.h>

#define RECIPE "quick-finetune"

struct _AciniFineTuneDialog
{
  AdwDialog parent_instance;

  AdwEntryRow *name_row;
  AdwComboRow *parent_row;
  AdwSpinRow *length_row;
  AdwActionRow *recipe_row;
  AdwPreferencesGroup *slides_group, *problem_group;
  GtkLabel *problem_label;
  GtkSpinner *spinner;
  GtkWidget *start_button;

  AciniSession *session;
  AciniRecipe *recipe;   /* NULL until it was read */
  GPtrArray *slide_rows; /* element-type AdwSwitchRow */
  gboolean busy;
  guint check_number; /* of the last check that was begun */
  gboolean stopped;   /* by what the last check found */
};

enum
{
  SIGNAL_STARTED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AciniFineTuneDialog, acini_fine_tune_dialog, ADW_TYPE_DIALOG)

/* @text NULL: none. */
static void
show_problem (AciniFineTuneDialog *self, const char *text, gboolean is_error)
{
  gtk_label_set_label (self->problem_label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->problem_group), text != NULL);
  if (is_error)
    gtk_widget_add_css_class (GTK_WIDGET (self->problem_label), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->problem_label), "error");
}

static GArray *
list_chosen (AciniFineTuneDialog *self)
{
  GArray *slides = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < self->slide_rows->len; i++)
    {
      const gint64 *id = g_object_get_data (self->slide_rows->pdata[i], "slide");

      if (adw_switch_row_get_active (self->slide_rows->pdata[i]))
        g_array_append_val (slides, *id);
    }
  return slides;
}

static void
update (AciniFineTuneDialog *self)
{
  g_autoptr (GArray) slides = list_chosen (self);

  gtk_widget_set_sensitive (self->start_button,
                            !self->busy && !self->stopped && self->recipe != NULL && slides->len > 0);
  gtk_spinner_set_spinning (self->spinner, self->busy);
}

/* What can be said before the start. */

typedef struct
{
  guint number;
  AciniProject *project;
  char *parent;
  AciniRecipe *recipe;
  GArray *slides;
  GPtrArray *problems;
} Check;

static void
check_free (gpointer data)
{
  Check *check = data;

  g_object_unref (check->project);
  g_free (check->parent);
  acini_recipe_free (check->recipe);
  g_array_unref (check->slides);
  g_clear_pointer (&check->problems, g_ptr_array_unref);
  g_free (check);
}

static gboolean
run_check (gpointer data, GCancellable *cancellable, GError **error)
{
  Check *check = data;
  const AciniTrainingPart part = { check->project, check->slides, NULL };
  const AciniTrainingPlan plan = { .parent = check->parent, .recipe = check->recipe };

  check->problems = acini_training_check (&part, 1, &plan, error);
  return check->problems != NULL;
}

static void
on_checked (gpointer object, gpointer data, const GError *error)
{
  AciniFineTuneDialog *self = object;
  const Check *check = data;
  g_autoptr (GString) text = g_string_new (NULL);

  if (check->number != self->check_number || self->busy || self->session == NULL)
    return;
  for (guint i = 0; check->problems != NULL && i < check->problems->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n\n" : "",
                            ((const AciniJobProblem *)g_ptr_array_index (check->problems, i))->text);
  self->stopped = error != NULL || acini_job_problems_find_stop (check->problems) != NULL;
  if (error != NULL)
    g_string_assign (text, error->message);
  show_problem (self, text->len > 0 ? text->str : NULL, self->stopped);
  update (self);
}

/* Again after each choice; the answer to an earlier one comes too late. */
static void
begin_check (AciniFineTuneDialog *self)
{
  AciniModelItem *parent = adw_combo_row_get_selected_item (self->parent_row);
  g_autoptr (GArray) slides = list_chosen (self);
  Check *check;

  update (self);
  self->check_number++;
  if (self->recipe == NULL || self->busy || slides->len == 0)
    return;
  check = g_new0 (Check, 1);
  check->number = self->check_number;
  check->project = g_object_ref (acini_session_get_project (self->session));
  check->parent = parent != NULL ? g_strdup (acini_model_item_get_record (parent)->path) : NULL;
  check->recipe = acini_recipe_new ();
  check->recipe->mpp = self->recipe->mpp;
  check->slides = g_steal_pointer (&slides);
  acini_async_run (self, NULL, run_check, on_checked, check, check_free);
}

/* The recipe. */

static gboolean
read_recipe (gpointer data, GCancellable *cancellable, GError **error)
{
  AciniRecipe **recipe = data;
  g_autofree char *path = acini_find_recipe (RECIPE);

  *recipe = path != NULL ? acini_recipe_load (path, error) : acini_recipe_new ();
  return *recipe != NULL;
}

static void
free_recipe_place (gpointer data)
{
  g_clear_pointer ((AciniRecipe **)data, acini_recipe_free);
  g_free (data);
}

static void
on_recipe (gpointer object, gpointer data, const GError *error)
{
  AciniFineTuneDialog *self = object;
  AciniRecipe **recipe = data;
  g_autofree char *text = NULL;

  if (error != NULL)
    {
      show_problem (self, error->message, TRUE);
      return;
    }
  self->recipe = g_steal_pointer (recipe);
  if (self->recipe->epochs == 0)
    {
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->length_row), _ ("St_eps"));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (self->length_row), "");
    }
  adw_spin_row_set_value (self->length_row, self->recipe->epochs > 0 ? self->recipe->epochs : self->recipe->steps);
  text = g_strdup_printf (_ ("%s: patches of %d × %d px, batches of %d, learning rate %.2g"),
                          self->recipe->name != NULL ? self->recipe->name : RECIPE, self->recipe->patch,
                          self->recipe->patch, self->recipe->batch, self->recipe->learning_rate);
  adw_action_row_set_subtitle (self->recipe_row, text);
  begin_check (self);
}

/* The start. */

typedef struct
{
  AciniProject *project;
  char *parent, *name;
  AciniRecipe *recipe;
  GArray *slides;
  AciniJob *job;
} Start;

static void
start_free (gpointer data)
{
  Start *start = data;

  g_object_unref (start->project);
  g_free (start->parent);
  g_free (start->name);
  g_clear_pointer (&start->recipe, acini_recipe_free);
  g_array_unref (start->slides);
  g_clear_object (&start->job);
  g_free (start);
}

static gboolean
start_training (gpointer data, GCancellable *cancellable, GError **error)
{
  Start *start = data;

  start->job
      = acini_training_prepare (start->project, start->parent, start->recipe, start->slides, NULL, start->name, error);
  return start->job != NULL && acini_job_start (start->job, error);
}

static void
on_started (gpointer object, gpointer data, const GError *error)
{
  AciniFineTuneDialog *self = object;
  Start *start = data;

  self->busy = FALSE;
  if (error != NULL)
    {
      self->recipe = g_steal_pointer (&start->recipe);
      show_problem (self, error->message, TRUE);
      update (self);
      return;
    }
  acini_job_list_add (acini_session_get_job_list (self->session), start->job);
  g_signal_emit (self, signals[SIGNAL_STARTED], 0);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
on_start (AciniFineTuneDialog *self)
{
  AciniModelItem *parent = adw_combo_row_get_selected_item (self->parent_row);
  const char *name = gtk_editable_get_text (GTK_EDITABLE (self->name_row));
  int length = (int)adw_spin_row_get_value (self->length_row);
  Start *start;

  if (self->recipe == NULL || self->busy)
    return;
  if (self->recipe->epochs > 0)
    self->recipe->epochs = length;
  else
    self->recipe->steps = length;
  start = g_new0 (Start, 1);
  start->project = g_object_ref (acini_session_get_project (self->session));
  start->parent = parent != NULL ? g_strdup (acini_model_item_get_record (parent)->path) : NULL;
  start->name = *name != '\0' ? g_strdup (name) : NULL;
  start->recipe = g_steal_pointer (&self->recipe);
  start->slides = list_chosen (self);
  self->busy = TRUE;
  show_problem (self, NULL, FALSE);
  update (self);
  acini_async_run_in_order (self, NULL, start_training, on_started, start, start_free);
}

static void
list_slides (AciniFineTuneDialog *self)
{
  GListModel *slides = acini_session_get_slides (self->session);

  for (guint i = 0; i < g_list_model_get_n_items (slides); i++)
    {
      g_autoptr (AciniSlideItem) item = g_list_model_get_item (slides, i);
      const AciniSlideRecord *record = acini_slide_item_get_record (item);
      GtkWidget *row;

      if (!record->labelled)
        continue;
      row = adw_switch_row_new ();
      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), record->name);
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), acini_organ_get_name (record->organ));
      adw_switch_row_set_active (ADW_SWITCH_ROW (row), TRUE);
      g_object_set_data_full (G_OBJECT (row), "slide", g_memdup2 (&record->id, sizeof record->id), g_free);
      g_signal_connect_object (row, "notify::active", G_CALLBACK (begin_check), self, G_CONNECT_SWAPPED);
      adw_preferences_group_add (self->slides_group, row);
      g_ptr_array_add (self->slide_rows, row);
    }
  if (self->slide_rows->len == 0)
    adw_preferences_group_set_description (
        self->slides_group,
        _ ("There are none yet. Correct a mask with the brush or the eraser: the model learns from corrections."));
}

static void
fill (AciniFineTuneDialog *self)
{
  GListModel *models = acini_session_get_models (self->session);
  g_autoptr (GtkExpression) expression = gtk_property_expression_new (ACINI_TYPE_MODEL_ITEM, NULL, "name");

  adw_combo_row_set_expression (self->parent_row, expression);
  adw_combo_row_set_model (self->parent_row, models);
  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (AciniModelItem) item = g_list_model_get_item (models, i);

      if (acini_model_item_get_in_use (item))
        adw_combo_row_set_selected (self->parent_row, i);
    }
  g_signal_connect_object (self->parent_row, "notify::selected", G_CALLBACK (begin_check), self, G_CONNECT_SWAPPED);
  list_slides (self);
  update (self);
  acini_async_run (self, NULL, read_recipe, on_recipe, g_new0 (AciniRecipe *, 1), free_recipe_place);
}

AciniFineTuneDialog *
acini_fine_tune_dialog_new (AciniSession *session)
{
  AciniFineTuneDialog *self;

  g_return_val_if_fail (ACINI_IS_SESSION (session), NULL);
  self = g_object_new (ACINI_TYPE_FINE_TUNE_DIALOG, NULL);
  self->session = g_object_ref (session);
  fill (self);
  return self;
}

static void
acini_fine_tune_dialog_dispose (GObject *object)
{
  AciniFineTuneDialog *self = ACINI_FINE_TUNE_DIALOG (object);

  g_ptr_array_set_size (self->slide_rows, 0);
  gtk_widget_dispose_template (GTK_WIDGET (object), ACINI_TYPE_FINE_TUNE_DIALOG);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (acini_fine_tune_dialog_parent_class)->dispose (object);
}

static void
acini_fine_tune_dialog_finalize (GObject *object)
{
  AciniFineTuneDialog *self = ACINI_FINE_TUNE_DIALOG (object);

  g_clear_pointer (&self->recipe, acini_recipe_free);
  g_ptr_array_unref (self->slide_rows);
  G_OBJECT_CLASS (acini_fine_tune_dialog_parent_class)->finalize (object);
}

static void
acini_fine_tune_dialog_class_init (AciniFineTuneDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = acini_fine_tune_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = acini_fine_tune_dialog_finalize;
  signals[SIGNAL_STARTED]
      = g_signal_new ("started", ACINI_TYPE_FINE_TUNE_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/acini/Acini/ui/models/acini-fine-tune-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, parent_row);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, length_row);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, recipe_row);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, slides_group);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, problem_group);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, problem_label);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, start_button);
  gtk_widget_class_bind_template_callback (widget_class, on_start);
}

static void
acini_fine_tune_dialog_init (AciniFineTuneDialog *self)
{
  self->slide_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}
