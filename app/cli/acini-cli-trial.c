/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The child of app/worker/acini-trial.c: runs a network once, which may be the end of it. */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-network-options.h"

#include <stdio.h>

static char **option_shapes, *option_recipe;

static const GOptionEntry entries[] = {
  { "shape", 0, 0, G_OPTION_ARG_STRING_ARRAY, &option_shapes, "Patches, height, width and threads; may be given often",
    "N×H×W×T" },
  { "recipe", 0, 0, G_OPTION_ARG_FILENAME, &option_recipe, "Take a step of a training with this recipe", "FILE" },
  { NULL },
};

static gboolean
try_shapes (const char *path, JsonArray *table, GError **error)
{
  g_autoptr (AciniModel) model = acini_model_load (path, acini_network_options_get (), error);

  for (guint i = 0; model != NULL && option_shapes != NULL && option_shapes[i] != NULL; i++)
    {
      AciniShape shape;

      if (sscanf (option_shapes[i], "%dx%dx%dx%d", &shape.n, &shape.height, &shape.width, &shape.threads) != 4
          || shape.n < 1 || shape.height < 1 || shape.width < 1 || shape.threads < 1)
        {
          g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, "“%s” is not of the form NxHxWxT.",
                       option_shapes[i]);
          return FALSE;
        }
      if (!acini_model_try_ways (model, &shape, table, error))
        return FALSE;
    }
  return model != NULL;
}

static gboolean
try_training (const char *parent, JsonArray *table, GError **error)
{
  g_autoptr (AciniRecipe) recipe = acini_recipe_load (option_recipe, error);

  return recipe != NULL && acini_model_try_training (parent, recipe, acini_network_options_get (), table, error);
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  JsonArray *table = json_array_new ();
  g_autoptr (GError) reason = NULL;
  gboolean passed;

  json_object_set_array_member (console->result, "table", table);
  if (option_recipe == NULL && arguments[0] == NULL)
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, "A model or --recipe is needed.");
      return FALSE;
    }
  passed
      = option_recipe != NULL ? try_training (arguments[0], table, &reason) : try_shapes (arguments[0], table, &reason);
  json_object_set_boolean_member (console->result, "passed", passed);
  if (passed || g_error_matches (reason, ACINI_MODEL_ERROR, ACINI_MODEL_ERROR_NUMBERS))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&reason));
  return FALSE;
}

const AciniCommand acini_command_trial = {
  .name = "trial",
  .arguments = "[MODEL]",
  .summary = "Runs a network once and compares its numbers",
  .description = "What other commands start before they use a network for the first time. See model check.",
  .options = entries,
  .least = 0,
  .most = 1,
  .network = TRUE,
  .hidden = TRUE,
  .run = run,
};
