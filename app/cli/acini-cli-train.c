/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-foreground.h"
#include "app/cli/acini-network-options.h"
#include "app/cli/acini-selection.h"
#include "app/cli/acini-train-folds.h"
#include "app/jobs/acini-job-runners.h"
#include "app/jobs/acini-specification.h"
#include "app/training/acini-models.h"
#include "app/training/acini-training-check.h"
#include "app/training/acini-model-files.h"
#include "app/training/acini-training.h"
#include "data/project/acini-region.h"

#include <string.h>

static char *option_from, *option_recipe, *option_slides, *option_except, *option_held_out, *option_name,
    *option_region;
static char *option_output;
static char **option_set, **option_with;
/* G_MININT: not given. */
static int option_epochs = G_MININT, option_steps = G_MININT;
static int option_folds;
static gboolean option_background, option_half;

static const GOptionEntry entries[] = {
  { "from", 0, 0, G_OPTION_ARG_STRING, &option_from,
    "Model to start from: a path (of a pretrained encoder, too), id or name, starter, or none for random weights "
    "(default: the one in use)",
    "MODEL" },
  { "recipe", 0, 0, G_OPTION_ARG_STRING, &option_recipe,
    "Shipped recipe or file (default: quick-finetune; see “acini-cli recipes”)", "NAME|FILE" },
  { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_set, "Set a value of the recipe (repeatable)", "KEY=VALUE" },
  { "epochs", 0, 0, G_OPTION_ARG_INT, &option_epochs, "Passes over everything labelled", "N" },
  { "steps", 0, 0, G_OPTION_ARG_INT, &option_steps, "Optimiser steps, instead of epochs", "N" },
  { "slides", 0, 0, G_OPTION_ARG_STRING, &option_slides,
    "Slides to train on: names, patterns and ranges separated by commas (default: all with labels)", "A,B,…" },
  { "exclude", 0, 0, G_OPTION_ARG_STRING, &option_except, "Slides to exclude", "A,B,…" },
  { "held-out", 0, 0, G_OPTION_ARG_STRING, &option_held_out,
    "Slides to evaluate on, not trained on, or none (default: one in five, of each project)", "A,B,…" },
  { "region", 0, 0, G_OPTION_ARG_STRING, &option_region,
    "Learn from what lies in the regions of this name alone, and judge by it, see “acini-cli regions”", "NAME" },
  { "folds", 0, 0, G_OPTION_ARG_INT, &option_folds,
    "Train so many models, each without one share of the slides, and save them as one", "K" },
  { "with", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &option_with, "Train on the labels of this project, too (repeatable)",
    "PROJECT" },
  { "name", 0, 0, G_OPTION_ARG_STRING, &option_name, "Name of the new model", "NAME" },
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &option_output, "Also save the model in this folder", "FOLDER" },
  { "half", 0, 0, G_OPTION_ARG_NONE, &option_half, "Save the weights as 16-bit floats, half the size", NULL },
  { "background", 0, 0, G_OPTION_ARG_NONE, &option_background, "Start the training in the background", NULL },
  { NULL },
};

static AciniRecipe *
load_recipe (GError **error)
{
  const char *name = option_recipe != NULL ? option_recipe : "quick-finetune";
  g_autofree char *path = acini_find_recipe (name);

  if (path == NULL && option_recipe == NULL)
    return acini_recipe_new ();
  if (path == NULL && !g_file_test (name, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                   "There is no recipe “%s”: neither a shipped one nor a file.", name);
      return NULL;
    }
  return acini_recipe_load (path != NULL ? path : name, error);
}

static gboolean
set_number (AciniRecipe *recipe, const char *key, int value, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%d", value);

  return acini_recipe_set (recipe, key, text, error);
}

/* Changes of the recipe that the command line asks for. */
static gboolean
adjust_recipe (AciniRecipe *recipe, GError **error)
{
  for (guint i = 0; option_set != NULL && option_set[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (option_set[i], "=", 2);

      if (g_strv_length (parts) != 2)
        {
          g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, "“%s” is not of the form KEY=VALUE.",
                       option_set[i]);
          return FALSE;
        }
      if (!acini_recipe_set (recipe, g_strstrip (parts[0]), g_strstrip (parts[1]), error))
        return FALSE;
    }
  /* A training's precision belongs to its recipe, so that a resumed one keeps it. */
  if (acini_network_options_has_precision ()
      && !acini_recipe_set (recipe, "precision", acini_network_options_get_precision (), error))
    return FALSE;
  if ((option_epochs != G_MININT && option_epochs < 1) || (option_steps != G_MININT && option_steps < 1))
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
                           "A training has at least one epoch, or one step: give --epochs or --steps from 1 on.");
      return FALSE;
    }
  if (option_epochs > 0
      && (!set_number (recipe, "epochs", option_epochs, error) || !set_number (recipe, "steps", 0, error)))
    return FALSE;
  if (option_steps > 0
      && (!set_number (recipe, "steps", option_steps, error) || !set_number (recipe, "epochs", 0, error)))
    return FALSE;
  return acini_recipe_check (recipe, error);
}

static gboolean
choose_region (AciniTrainingPart *part, GError **error)
{
  g_auto (GStrv) names = option_region != NULL ? acini_project_list_region_names (part->project, error) : NULL;

  part->region = option_region;
  if (option_region == NULL || (names != NULL && g_strv_contains ((const char *const *)names, option_region)))
    return TRUE;
  if (names != NULL)
    g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                 "No slide has a region “%s”: “acini-cli regions” lists them.", option_region);
  return FALSE;
}

static void
hold_nothing_out (AciniTrainingPart *part)
{
  part->held_out = g_array_new (FALSE, FALSE, sizeof (gint64));
}

/* Patterns and regions concern the slides of the first project; of the others everything labelled is taken. */
static gboolean
choose_slides (AciniTrainingPart *part, GError **error)
{
  g_autoptr (GPtrArray) slides = NULL, held_out = NULL;

  if (option_slides != NULL || option_except != NULL)
    {
      slides = acini_select_slides (part->project, option_slides, option_except, error);
      if (slides == NULL)
        return FALSE;
      part->slides = acini_get_slide_ids (slides);
    }
  if (!choose_region (part, error))
    return FALSE;
  if (option_held_out == NULL)
    return TRUE;
  if (g_str_equal (option_held_out, "none"))
    {
      hold_nothing_out (part);
      return TRUE;
    }
  held_out = acini_select_slides (part->project, option_held_out, NULL, error);
  if (held_out == NULL)
    return FALSE;
  part->held_out = acini_get_slide_ids (held_out);
  return TRUE;
}

static void
clear_part (gpointer data)
{
  AciniTrainingPart *part = data;

  g_clear_object (&part->project);
  g_clear_pointer (&part->slides, g_array_unref);
  g_clear_pointer (&part->held_out, g_array_unref);
}

/* The projects to learn from.  Returns: (element-type AciniTrainingPart) */
static GArray *
open_parts (const char *first, GError **error)
{
  g_autoptr (GArray) parts = g_array_new (FALSE, TRUE, sizeof (AciniTrainingPart));
  guint n = 1 + (option_with != NULL ? g_strv_length (option_with) : 0);

  g_array_set_clear_func (parts, clear_part);
  for (guint i = 0; i < n; i++)
    {
      AciniTrainingPart part = { acini_project_open (i == 0 ? first : option_with[i - 1], error), NULL, NULL };

      if (part.project == NULL)
        return NULL;
      /* Who says what is held out means all of it: the other projects are learnt from as a whole. */
      if (i > 0 && option_held_out != NULL)
        hold_nothing_out (&part);
      g_array_append_val (parts, part);
    }
  return choose_slides (&g_array_index (parts, AciniTrainingPart, 0), error) ? g_steal_pointer (&parts) : NULL;
}

static gboolean
choose_parent (AciniProject *project, const AciniRecipe *recipe, char **parent, GError **error)
{
  *parent = NULL;
  if (g_strcmp0 (option_from, "none") != 0)
    {
      *parent = acini_select_model (project, option_from, error);
      return *parent != NULL;
    }
  if (recipe->architecture != NULL && *recipe->architecture != '\0')
    return TRUE;
  g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE,
                       "Training from nothing needs a recipe that names an architecture, such as starter, or "
                       "--set architecture=segformer-b0.");
  return FALSE;
}

/* Says what is wrong before anything is frozen or computed. */
static gboolean
check (AciniConsole *console, GArray *parts, const AciniTrainingPlan *plan, GError **error)
{
  g_autoptr (GPtrArray) problems
      = acini_training_check ((const AciniTrainingPart *)parts->data, parts->len, plan, error);
  const AciniJobProblem *stop = problems != NULL ? acini_job_problems_find_stop (problems) : NULL;

  for (guint i = 0; problems != NULL && i < problems->len; i++)
    {
      const AciniJobProblem *problem = g_ptr_array_index (problems, i);

      if (!problem->stops)
        acini_console_note (console, "%s", problem->text);
    }
  if (stop != NULL)
    g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED, stop->text);
  return problems != NULL && stop == NULL;
}

/* What the training found out about the new model and its parent. */
static void
tell_comparison (AciniConsole *console, const char *folder)
{
  g_autofree char *path = g_build_filename (folder, ACINI_COMPARISON_FILE, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonObject *object = NULL, *dice;

  if (json_parser_load_from_file (parser, path, NULL) && JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    object = json_node_get_object (json_parser_get_root (parser));
  if (object == NULL || !json_object_has_member (object, "scores"))
    return;
  dice = json_object_get_object_member (json_object_get_object_member (object, "scores"), "dice");
  acini_console_print (console, "Against its parent: %s (Dice %+.4f, 95 %% interval %+.4f to %+.4f)",
                       json_object_get_string_member (dice, "verdict"),
                       json_object_get_double_member (dice, "difference"), json_object_get_double_member (dice, "low"),
                       json_object_get_double_member (dice, "high"));
  if (json_object_get_boolean_member_with_default (object, "optimistic", FALSE))
    acini_console_note (console, "There are too few held-out images to choose the checkpoint on some and judge it on "
                                 "others: the new model's scores are a little optimistic.");
  json_object_set_object_member (console->result, "comparison", json_object_ref (object));
}

static gboolean
finish (AciniConsole *console, AciniProject *project, AciniJob *job, GError **error)
{
  g_autofree char *id = acini_training_collect (project, job, error);
  g_autofree char *folder = NULL;

  if (id == NULL)
    return FALSE;
  folder = acini_project_build_path (project, "models", id, NULL);
  if (option_output != NULL && !acini_model_copy_files (folder, option_output, error))
    return FALSE;
  json_object_set_string_member (console->result, "model", id);
  json_object_set_string_member (console->result, "path", folder);
  acini_console_print (console, "%s", id);
  tell_comparison (console, folder);
  return TRUE;
}

static gboolean
check_folds (GError **error)
{
  const char *wrong = NULL;

  if (option_folds < 2 || option_folds > 100)
    wrong = "--folds takes a number from 2 to 100.";
  else if (option_held_out != NULL || option_background || option_output != NULL)
    wrong = "--folds decides itself what is held out, and runs in the foreground: leave --held-out, --background and "
            "--output out.";
  if (wrong != NULL)
    g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, wrong);
  return wrong == NULL;
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  const AciniModelOptions *network = acini_network_options_get ();
  g_autoptr (AciniRecipe) recipe = load_recipe (error);
  g_autoptr (GArray) parts = NULL;
  g_autoptr (AciniJob) job = NULL;
  g_autofree char *parent = NULL, *in_use = NULL;
  AciniTrainingPlan plan;
  AciniProject *project;

  if (recipe == NULL || !adjust_recipe (recipe, error))
    return FALSE;
  parts = open_parts (arguments[0], error);
  if (parts == NULL)
    return FALSE;
  project = g_array_index (parts, AciniTrainingPart, 0).project;
  if (!choose_parent (project, recipe, &parent, error))
    return FALSE;
  in_use = acini_dup_model_in_use (project, NULL);
  plan = (AciniTrainingPlan){ parent, in_use, recipe, option_name, network->device, network->threads, option_half };
  if (!check (console, parts, &plan, error))
    return FALSE;
  if (option_folds != 0)
    return check_folds (error) && acini_train_folds (console, parts, &plan, (guint)option_folds, error);
  job = acini_training_prepare_parts ((const AciniTrainingPart *)parts->data, parts->len, &plan, error);
  if (job == NULL)
    return FALSE;
  json_object_set_string_member (console->result, "job", acini_job_get_folder (job));
  if (!option_background)
    return acini_foreground_run (console, job, error) && finish (console, project, job, error);
  if (!acini_job_start (job, error))
    return FALSE;
  acini_console_print (console, "%s", acini_job_get_folder (job));
  return TRUE;
}

const AciniCommand acini_command_train = {
  .name = "train",
  .arguments = "PROJECT",
  .summary = "Trains a network on the labels of a project",
  .description
  = "Freezes the labels, trains, and takes the new model into the project; the parent stays as it is. Pixels that "
    "nobody "
    "labelled are left out. Held-out slides are scored on the way, and the weights that scored best are kept.\n\n"
    "Ctrl-C pauses the training at a checkpoint; “acini-cli job resume” goes on. With --background the training runs "
    "detached, and the window shows it too.\n\n"
    "With --folds each slide is segmented by the model that has not seen it, and that keeps its last weights. The "
    "folds "
    "are fixed once for a project; their models are saved as one, which segments as their mean, with thresholds that "
    "suit what was not seen.",
  .examples = "train Colon.acini --epochs 20 --slides train_1..20 --held-out train_21..30\n"
              "train Phantoms.acini --from none --recipe starter --with Prostate.acini --half --output starter",
  .options = entries,
  .least = 1,
  .most = 1,
  .network = TRUE,
  .run = run,
};
