/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/models/acini-fine-tune-dialog.h"
#include "app/jobs/acini-job-runners.h"
#include "app/jobs/acini-specification.h"
#include "app/training/acini-models.h"
#include "app/training/acini-training-check.h"
#include "app/training/acini-training.h"
#include "ui/base/acini-async.h"
#include "ui/models/acini-cli-call.h"
#include "ui/models/acini-recipe-editor.h"
#include "ui/project/acini-region-choice.h"
#include "acini-config.h"

#include <glib/gi18n.h>

#define RECIPE "quick-finetune"
/* Share of the patches with predictions for labels, where a person wants some and the recipe has none. */
#define PSEUDO 0.25

struct _AciniFineTuneDialog
{
  AdwDialog parent_instance;

  AdwEntryRow *name_row;
  AdwComboRow *parent_row;
  AdwSpinRow *length_row, *minutes_row;
  AdwComboRow *recipe_row, *region_row;
  AdwSwitchRow *pseudo_row;
  AdwPreferencesGroup *slides_group, *problem_group;
  GtkLabel *problem_label;
  GtkSpinner *spinner;
  GtkWidget *start_button, *save_button;
  AdwViewStack *stack;
  AciniRecipeEditor *editor;
  GtkLabel *recipe_error, *preview_label;
  GtkPicture *preview_picture;

  AciniSession *session;
  GCancellable *cancellable;
  char *preview_folder;  /* of the preview that is being drawn */
  AciniRecipe *recipe;   /* NULL until it was read, and while what is written in the editor is none */
  char **recipes;        /* what acini_find_recipe () finds them by */
  gboolean showing;      /* rows are being filled */
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

static AciniRecipe *
copy_recipe (AciniFineTuneDialog *self)
{
  return acini_recipe_editor_dup_recipe (self->editor, NULL);
}

/* What can be said before the start. */

typedef struct
{
  guint number;
  AciniProject *project;
  char *parent;
  AciniRecipe *recipe;
  GArray *slides;
  char *region; /* NULL: everything */
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
  g_free (check->region);
  g_clear_pointer (&check->problems, g_ptr_array_unref);
  g_free (check);
}

static gboolean
run_check (gpointer data, GCancellable *cancellable, GError **error)
{
  Check *check = data;
  const AciniTrainingPart part = { check->project, check->slides, NULL, check->region };
  g_autofree char *in_use = acini_dup_model_in_use (check->project, NULL);
  const AciniTrainingPlan plan = { .parent = check->parent, .labeller = in_use, .recipe = check->recipe };

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
  check->recipe = copy_recipe (self);
  check->slides = g_steal_pointer (&slides);
  check->region = g_strdup (acini_region_choice_get (GTK_WIDGET (self->region_row)));
  acini_async_run (self, NULL, run_check, on_checked, check, check_free);
}

/* The recipe. */

typedef struct
{
  char *id;
  AciniRecipe *recipe;
} RecipeReading;

static void
recipe_reading_free (gpointer data)
{
  RecipeReading *reading = data;

  g_free (reading->id);
  g_clear_pointer (&reading->recipe, acini_recipe_free);
  g_free (reading);
}

static gboolean
read_recipe (gpointer data, GCancellable *cancellable, GError **error)
{
  RecipeReading *reading = data;
  g_autofree char *path = acini_find_recipe (reading->id);

  reading->recipe = path != NULL ? acini_recipe_load (path, error) : acini_recipe_new ();
  return reading->recipe != NULL;
}

/* What the simple page has of the recipe. */
static void
show_simple (AciniFineTuneDialog *self)
{
  g_autofree char *text = NULL;
  gboolean epochs = self->recipe->steps == 0;

  self->showing = TRUE;
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->length_row), epochs ? _ ("_Epochs") : _ ("St_eps"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->length_row), epochs ? _ ("Passes over all corrections") : "");
  adw_spin_row_set_value (self->length_row, epochs ? self->recipe->epochs : self->recipe->steps);
  adw_spin_row_set_value (self->minutes_row, self->recipe->minutes);
  adw_switch_row_set_active (self->pseudo_row, self->recipe->pseudo > 0);
  text = g_strdup_printf (_ ("%s: patches of %d × %d px, batches of %d, learning rate %.2g"), self->recipe->name,
                          self->recipe->patch, self->recipe->patch, self->recipe->batch, self->recipe->learning_rate);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self->recipe_row), text);
  self->showing = FALSE;
}

static void
on_recipe (gpointer object, gpointer data, const GError *error)
{
  AciniFineTuneDialog *self = object;
  RecipeReading *reading = data;

  if (self->session == NULL)
    return;
  if (error != NULL)
    {
      show_problem (self, error->message, TRUE);
      return;
    }
  g_clear_pointer (&self->recipe, acini_recipe_free);
  self->recipe = g_steal_pointer (&reading->recipe);
  gtk_widget_set_visible (GTK_WIDGET (self->recipe_error), FALSE);
  acini_recipe_editor_set_recipe (self->editor, self->recipe);
  show_simple (self);
  begin_check (self);
}

static void
begin_recipe (AciniFineTuneDialog *self)
{
  guint selected = adw_combo_row_get_selected (self->recipe_row);
  RecipeReading *reading;

  if (selected == GTK_INVALID_LIST_POSITION)
    return;
  reading = g_new0 (RecipeReading, 1);
  reading->id = g_strdup (self->recipes[selected]);
  acini_async_run_in_order (self, NULL, read_recipe, on_recipe, reading, recipe_reading_free);
}

/* Names of the recipes, the window's own first choice selected. */
static void
list_recipes (AciniFineTuneDialog *self, const char *chosen)
{
  g_autoptr (GtkStringList) names = NULL;

  g_strfreev (self->recipes);
  self->recipes = acini_list_recipes ();
  names = gtk_string_list_new ((const char *const *)self->recipes);
  g_signal_handlers_block_by_func (self->recipe_row, begin_recipe, self);
  adw_combo_row_set_model (self->recipe_row, G_LIST_MODEL (names));
  for (guint i = 0; self->recipes[i] != NULL; i++)
    if (g_str_equal (self->recipes[i], chosen))
      adw_combo_row_set_selected (self->recipe_row, i);
  g_signal_handlers_unblock_by_func (self->recipe_row, begin_recipe, self);
}

/* The rows of the simple page are keys of the recipe, too. */
static void
on_simple_changed (AciniFineTuneDialog *self)
{
  int length = (int)adw_spin_row_get_value (self->length_row);

  if (self->showing || self->recipe == NULL)
    return;
  if (self->recipe->steps == 0)
    self->recipe->epochs = length;
  else
    self->recipe->steps = length;
  self->recipe->minutes = adw_spin_row_get_value (self->minutes_row);
  acini_recipe_editor_set_recipe (self->editor, self->recipe);
}

static void
on_pseudo_changed (AciniFineTuneDialog *self)
{
  if (self->showing || self->recipe == NULL)
    return;
  self->recipe->pseudo = adw_switch_row_get_active (self->pseudo_row) ? PSEUDO : 0;
  acini_recipe_editor_set_recipe (self->editor, self->recipe);
  begin_check (self);
}

static void
on_edited (AciniFineTuneDialog *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->recipe, acini_recipe_free);
  self->recipe = acini_recipe_editor_dup_recipe (self->editor, &error);
  gtk_label_set_label (self->recipe_error, error != NULL ? error->message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->recipe_error), error != NULL);
  if (self->recipe != NULL)
    show_simple (self);
  begin_check (self);
}

/* Saving one's own. */

static gboolean
save_recipe (gpointer data, GCancellable *cancellable, GError **error)
{
  RecipeReading *reading = data;

  reading->id = acini_save_recipe (reading->recipe, error);
  return reading->id != NULL;
}

static void
on_saved (gpointer object, gpointer data, const GError *error)
{
  AciniFineTuneDialog *self = object;
  const RecipeReading *reading = data;

  if (self->session == NULL)
    return;
  gtk_label_set_label (self->recipe_error, error != NULL ? error->message : "");
  gtk_widget_set_visible (GTK_WIDGET (self->recipe_error), error != NULL);
  if (error == NULL)
    list_recipes (self, reading->id);
}

static void
on_save (AciniFineTuneDialog *self)
{
  RecipeReading *reading;

  if (self->recipe == NULL)
    return;
  reading = g_new0 (RecipeReading, 1);
  reading->recipe = copy_recipe (self);
  acini_async_run (self, NULL, save_recipe, on_saved, reading, recipe_reading_free);
}

/* The preview: acini-cli draws it, from files. */

typedef struct
{
  AciniRecipe *recipe;
  char *folder, *file;
} PreviewFile;

static void
preview_file_free (gpointer data)
{
  PreviewFile *preview = data;

  acini_recipe_free (preview->recipe);
  g_free (preview->folder);
  g_free (preview->file);
  g_free (preview);
}

static gboolean
write_preview_recipe (gpointer data, GCancellable *cancellable, GError **error)
{
  PreviewFile *preview = data;
  g_autofree char *text = acini_recipe_to_data (preview->recipe);

  preview->folder = g_dir_make_tmp ("acini-preview-XXXXXX", error);
  if (preview->folder == NULL)
    return FALSE;
  preview->file = g_build_filename (preview->folder, "recipe.ini", NULL);
  return g_file_set_contents (preview->file, text, -1, error);
}

static void
forget_preview (AciniFineTuneDialog *self)
{
  if (self->preview_folder != NULL)
    acini_remove_tree (self->preview_folder);
  g_clear_pointer (&self->preview_folder, g_free);
}

static void
on_previewed (gpointer object, JsonObject *result, const char *message)
{
  AciniFineTuneDialog *self = object;
  const char *path = result != NULL ? json_object_get_string_member_with_default (result, "picture", NULL) : NULL;
  g_autoptr (GdkTexture) texture = path != NULL ? gdk_texture_new_from_filename (path, NULL) : NULL;

  forget_preview (self);
  if (self->session == NULL)
    return;
  gtk_spinner_set_spinning (self->spinner, self->busy);
  gtk_picture_set_paintable (self->preview_picture, GDK_PAINTABLE (texture));
  gtk_label_set_label (self->preview_label,
                       message != NULL ? message
                                       : _ ("Your own tissue: as it is above, and below what the network learns from. "
                                            "The line is around what is labelled."));
}

static void
on_preview_written (gpointer object, gpointer data, const GError *error)
{
  AciniFineTuneDialog *self = object;
  const PreviewFile *preview = data;
  AciniModelItem *parent = self->session != NULL ? adw_combo_row_get_selected_item (self->parent_row) : NULL;
  g_autofree char *picture = NULL;

  if (self->session == NULL || error != NULL)
    {
      on_previewed (self, NULL, error != NULL ? error->message : NULL);
      return;
    }
  forget_preview (self);
  self->preview_folder = g_strdup (preview->folder);
  picture = g_build_filename (preview->folder, "preview.png", NULL);
  acini_cli_call (self,
                  (const char *const[]){
                      "preview", acini_project_get_folder (acini_session_get_project (self->session)), "--recipe",
                      preview->file, "--from", parent != NULL ? acini_model_item_get_record (parent)->path : "none",
                      "--output", picture, NULL },
                  self->cancellable, on_previewed);
}

static void
begin_preview (AciniFineTuneDialog *self)
{
  PreviewFile *preview;

  if (self->recipe == NULL)
    return;
  preview = g_new0 (PreviewFile, 1);
  preview->recipe = copy_recipe (self);
  gtk_spinner_set_spinning (self->spinner, TRUE);
  acini_async_run (self, NULL, write_preview_recipe, on_preview_written, preview, preview_file_free);
}

static void
on_page_changed (AciniFineTuneDialog *self)
{
  const char *page = adw_view_stack_get_visible_child_name (self->stack);

  gtk_widget_set_visible (self->save_button, g_strcmp0 (page, "advanced") == 0);
  if (g_strcmp0 (page, "preview") == 0)
    begin_preview (self);
}

/* The start. */

typedef struct
{
  AciniProject *project;
  char *parent, *name, *region;
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
  g_free (start->region);
  g_clear_pointer (&start->recipe, acini_recipe_free);
  g_array_unref (start->slides);
  g_clear_object (&start->job);
  g_free (start);
}

static gboolean
start_training (gpointer data, GCancellable *cancellable, GError **error)
{
  Start *start = data;
  const AciniTrainingPart part = { start->project, start->slides, NULL, start->region };
  g_autofree char *in_use = acini_dup_model_in_use (start->project, NULL);
  const AciniTrainingPlan plan
      = { .parent = start->parent, .labeller = in_use, .recipe = start->recipe, .name = start->name };

  start->job = acini_training_prepare_parts (&part, 1, &plan, error);
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
      show_problem (self, error->message, TRUE);
      adw_view_stack_set_visible_child_name (self->stack, "simple");
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
  Start *start;

  if (self->recipe == NULL || self->busy)
    return;
  start = g_new0 (Start, 1);
  start->project = g_object_ref (acini_session_get_project (self->session));
  start->parent = parent != NULL ? g_strdup (acini_model_item_get_record (parent)->path) : NULL;
  start->name = *name != '\0' ? g_strdup (name) : NULL;
  start->recipe = copy_recipe (self);
  start->slides = list_chosen (self);
  start->region = g_strdup (acini_region_choice_get (GTK_WIDGET (self->region_row)));
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
  acini_region_choice_fill (GTK_WIDGET (self->region_row), self->session, _ ("Everything"), self->cancellable);
  g_signal_connect_object (self->region_row, "notify::selected", G_CALLBACK (begin_check), self, G_CONNECT_SWAPPED);
  list_slides (self);
  update (self);
  list_recipes (self, RECIPE);
  g_signal_connect_object (self->recipe_row, "notify::selected", G_CALLBACK (begin_recipe), self, G_CONNECT_SWAPPED);
  begin_recipe (self);
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

  g_cancellable_cancel (self->cancellable);
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
  forget_preview (self);
  g_strfreev (self->recipes);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (acini_fine_tune_dialog_parent_class)->finalize (object);
}

static void
acini_fine_tune_dialog_class_init (AciniFineTuneDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  g_type_ensure (ACINI_TYPE_RECIPE_EDITOR);
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
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, region_row);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, pseudo_row);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, slides_group);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, problem_group);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, problem_label);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, spinner);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, start_button);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, minutes_row);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, save_button);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, editor);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, recipe_error);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, preview_label);
  gtk_widget_class_bind_template_child (widget_class, AciniFineTuneDialog, preview_picture);
  gtk_widget_class_bind_template_callback (widget_class, on_start);
  gtk_widget_class_bind_template_callback (widget_class, on_save);
  gtk_widget_class_bind_template_callback (widget_class, on_edited);
}

static void
acini_fine_tune_dialog_init (AciniFineTuneDialog *self)
{
  self->slide_rows = g_ptr_array_new ();
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (self->length_row, "notify::value", G_CALLBACK (on_simple_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->minutes_row, "notify::value", G_CALLBACK (on_simple_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->pseudo_row, "notify::active", G_CALLBACK (on_pseudo_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->stack, "notify::visible-child", G_CALLBACK (on_page_changed), self, G_CONNECT_SWAPPED);
}
