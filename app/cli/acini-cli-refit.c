/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-network-options.h"
#include "app/cli/acini-selection.h"
#include "app/jobs/acini-specification.h"
#include "app/training/acini-model-files.h"
#include "app/training/acini-ensemble.h"
#include "app/worker/acini-project-data.h"
#include "model/acini-model.h"

static char *option_from, *option_slides, *option_name;

static const GOptionEntry entries[] = {
  { "from", 0, 0, G_OPTION_ARG_STRING, &option_from,
    "Model to refit: a path, id or name, or starter (default: the one in use)", "MODEL" },
  { "slides", 0, 0, G_OPTION_ARG_STRING, &option_slides,
    "Slides to learn from: names, patterns and ranges separated by commas (default: all with labels)", "A,B,…" },
  { "name", 0, 0, G_OPTION_ARG_STRING, &option_name, "Name of the new model", "NAME" },
  { NULL },
};

/* Where the parent is a refit itself its own parent is refitted: on all corrections so far, none of them twice.
 * Returns: (transfer full) a path. */
static char *
find_base (AciniProject *project, const char *path)
{
  g_autoptr (AciniCard) card = acini_card_load (path, NULL);
  g_autofree char *base = NULL;
  const char *recipe = card != NULL && card->training != NULL
                           ? json_object_get_string_member_with_default (card->training, "recipe", "")
                           : "";

  if (g_str_equal (recipe, "Head refit") && card->parent != NULL && *card->parent != '\0')
    base = acini_select_model (project, card->parent, NULL);
  return base != NULL ? g_steal_pointer (&base) : g_strdup (path);
}

static gboolean
refit (AciniConsole *console, AciniProject *project, const char *parent, const char *folder, GError **error)
{
  const AciniModelOptions *network = acini_network_options_get ();
  g_autoptr (GPtrArray) chosen
      = option_slides != NULL ? acini_select_slides (project, option_slides, NULL, error) : NULL;
  g_autoptr (GArray) slides = chosen != NULL ? acini_get_slide_ids (chosen) : NULL;
  g_autoptr (AciniCard) card = acini_card_load (parent, error);
  g_autofree char *name = NULL, *id = NULL, *target = NULL, *made = g_build_filename (folder, "model", NULL);
  g_autoptr (AciniTrainingData) data = NULL;
  g_autoptr (JsonObject) report = NULL;
  AciniTrainingSource source;
  gint64 start = g_get_monotonic_time ();

  if (card == NULL || (option_slides != NULL && slides == NULL))
    return FALSE;
  data = acini_project_data_open (project, slides, folder, card->mpp, error);
  if (data == NULL || !acini_training_data_check_contrast (data, error))
    return FALSE;
  acini_training_data_fill (data, &source);
  name = option_name != NULL ? g_strdup (option_name) : g_strdup_printf ("%s, refitted", card->name);
  id = acini_make_id (name);
  if (!acini_model_refit (parent, &source, network, FALSE, id, name, made, &report, error))
    return FALSE;
  json_object_set_double_member (report, "seconds", (g_get_monotonic_time () - start) / 1e6);
  json_object_unref (console->result);
  console->result = json_object_ref (report);
  if (!json_object_get_boolean_member (report, "changed"))
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                           "No refit of the last layer suits the corrections better than the model as it is: fine-tune "
                           "it instead.");
      return FALSE;
    }
  target = acini_project_build_path (project, "models", id, NULL);
  if (!acini_model_copy_files (made, target, error)
      || !acini_project_add_model (project, id, name, target, card->id, error))
    return FALSE;
  json_object_set_string_member (console->result, "model", id);
  json_object_set_string_member (console->result, "name", name);
  json_object_set_string_member (console->result, "path", target);
  acini_console_print (console, "%s: Dice on labels left out %.4f, before %.4f; %.2f s", id,
                       json_object_get_double_member (report, "dice_after"),
                       json_object_get_double_member (report, "dice_before"),
                       json_object_get_double_member (report, "seconds"));
  return TRUE;
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = acini_project_open (arguments[0], error);
  g_autofree char *chosen = project != NULL ? acini_select_model (project, option_from, error) : NULL;
  g_autofree char *parent = NULL, *folder = NULL;
  gboolean ok;

  if (chosen == NULL)
    return FALSE;
  if (acini_ensemble_is_one (chosen))
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                           "Several models saved as one have no last layer to refit: choose one of them.");
      return FALSE;
    }
  parent = find_base (project, chosen);
  folder = g_dir_make_tmp ("acini-refit-XXXXXX", error);
  if (folder == NULL)
    return FALSE;
  ok = refit (console, project, parent, folder, error);
  acini_remove_tree (folder);
  return ok;
}

const AciniCommand acini_command_refit = {
  .name = "refit",
  .arguments = "PROJECT",
  .summary = "Learns from a few corrections in a second",
  .description = "Fits the last layer of the network anew to all labels of the project; the rest of it stays. The new "
                 "model is listed "
                 "beside its parent. A ridge keeps the layer near what it was; how near is found by leaving parts of "
                 "the labels out, "
                 "and where no change does better on them, none is made.\n\n"
                 "A refitted model is not refitted again: its parent is, on all labels so far.",
  .examples = "refit Colon.acini\nrefit Colon.acini --from starter --slides train_1",
  .options = entries,
  .least = 1,
  .most = 1,
  .network = TRUE,
  .run = run,
};
