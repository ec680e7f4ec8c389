/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-network-options.h"
#include "app/cli/acini-selection.h"
#include "app/training/acini-models.h"
#include "app/training/acini-training.h"
#include "app/worker/acini-trial.h"

#include <math.h>

static int option_patch = 512;
static char *option_recipe;

static const GOptionEntry entries[] = {
  { "patch", 0, 0, G_OPTION_ARG_INT, &option_patch, "Side of the patches (default: 512)", "PIXELS" },
  { "recipe", 0, 0, G_OPTION_ARG_STRING, &option_recipe, "Recipe whose training is tried (default: fine-tune)",
    "NAME|FILE" },
  { NULL },
};

/* A number of @row as text, or a dash. */
static char *
format_member (JsonObject *row, const char *name, const char *format)
{
  return json_object_has_member (row, name) ? g_strdup_printf (format, json_object_get_double_member (row, name))
                                            : g_strdup ("–");
}

static void
print_row (AciniConsole *console, JsonObject *row)
{
  g_autofree char *error = format_member (row, "error", "%.1e"), *parity = format_member (row, "parity", "%.5f");
  g_autofree char *seconds = format_member (row, "seconds", "%.3f");

  acini_console_print (console, "%-8s %-22s %-14s %-10s %-9s %-12s %s", json_object_get_string_member (row, "onednn"),
                       json_object_get_string_member_with_default (row, "way", "–"),
                       json_object_get_string_member_with_default (row, "shape", "–"), error, parity,
                       json_object_get_string_member (row, "verdict"), seconds);
}

static void
add_row (AciniConsole *console, JsonArray *table, JsonObject *row)
{
  print_row (console, row);
  json_array_add_object_element (table, json_object_ref (row));
}

/* What a trial that said nothing ended with. */
static void
add_death (AciniConsole *console, JsonArray *table, const AciniTrial *trial, AciniOneDnn level, int signal)
{
  g_autoptr (JsonObject) row = json_object_new ();
  g_autofree char *name = acini_describe_signal (signal), *verdict = g_strdup_printf ("died (%s)", name);

  json_object_set_string_member (row, "onednn", acini_onednn_to_string (level));
  json_object_set_string_member (row, "way", trial->recipe != NULL ? "training" : "segmentation");
  json_object_set_string_member (row, "verdict", verdict);
  add_row (console, table, row);
}

/* Returns: whether it goes in any way. */
static gboolean
check (AciniConsole *console, const AciniTrial *trial, JsonArray *table, gboolean *works, GError **error)
{
  AciniOneDnn levels[ACINI_ONEDNN_N];
  guint n = acini_model_list_onednn (levels);

  *works = FALSE;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (JsonArray) rows = NULL;
      int signal = 0;
      AciniTrialVerdict verdict = acini_trial_run (trial, levels[i], &rows, &signal, console->cancellable, error);

      if (verdict == ACINI_TRIAL_IMPOSSIBLE)
        return FALSE;
      for (guint row = 0; rows != NULL && row < json_array_get_length (rows); row++)
        add_row (console, table, json_array_get_object_element (rows, row));
      if (verdict == ACINI_TRIAL_DIED)
        add_death (console, table, trial, levels[i], signal);
      *works |= verdict == ACINI_TRIAL_PASSED;
    }
  return TRUE;
}

static char *
find_recipe (GError **error)
{
  const char *name = option_recipe != NULL ? option_recipe : "quick-finetune";
  char *path = acini_find_recipe (name);

  if (path == NULL && g_file_test (name, G_FILE_TEST_EXISTS))
    return g_strdup (name);
  if (path == NULL)
    g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                 "There is no recipe “%s”: neither a shipped one nor a file.", name);
  return path;
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  g_autofree char *path = acini_select_model (NULL, arguments[0] != NULL ? arguments[0] : "starter", error);
  g_autofree char *recipe = path != NULL ? find_recipe (error) : NULL;
  g_autoptr (AciniModel) model = recipe != NULL ? acini_model_load (path, acini_network_options_get (), error) : NULL;
  AciniSegmentOptions options = { .patch = option_patch, .overlap = -1 };
  gboolean segments, trains, program;
  g_autoptr (GArray) shapes = NULL;
  JsonArray *table;

  if (model == NULL)
    return FALSE;
  table = json_array_new ();
  json_object_set_array_member (console->result, "table", table);
  json_object_set_string_member (console->result, "model", acini_model_get_card (model)->id);
  shapes = acini_model_list_shapes (model, G_MAXINT32, G_MAXINT32, &options);
  acini_console_print (console, "%-8s %-22s %-14s %-10s %-9s %-12s %s", "oneDNN", "way", "shape", "error", "masks",
                       "verdict", "seconds");
  program = g_str_equal (acini_model_get_card (model)->architecture, "torchscript");
  if (!check (console, &(AciniTrial){ path, acini_network_options_get (), shapes, NULL }, table, &segments, error)
      || (!program
          && !check (console, &(AciniTrial){ path, acini_network_options_get (), NULL, recipe }, table, &trains,
                     error)))
    return FALSE;
  json_object_set_boolean_member (console->result, "segments", segments);
  if (!program)
    json_object_set_boolean_member (console->result, "trains", trains);
  if (segments && (program || trains))
    return TRUE;
  g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED, "This computer cannot %s with “%s” in any way.",
               segments ? "train" : "segment", acini_model_get_card (model)->name);
  return FALSE;
}

const AciniCommand acini_command_model_check = {
  .name = "model check",
  .arguments = "[MODEL]",
  .summary = "Tries whether a network computes right on this computer",
  .description
  = "Runs the network of MODEL, a path or starter, in child processes in all the ways there are, compares its numbers "
    "with those of libtorch's own loops, and prints a table: what oneDNN, the library for convolutions, may use, the "
    "way, the largest error in standard deviations of the logits (of a training: of the gradient, in its lengths), the "
    "Dice of the masks, the verdict, and the time.\n\n"
    "Acini does the same before it uses a network for the first time, takes the fastest way that is right, and "
    "remembers it for this processor, these libraries, that network, shape and number of threads. This command tries "
    "again.",
  .examples = "model check\nmodel check unet.pth --patch 256 --threads 2",
  .options = entries,
  .least = 0,
  .most = 1,
  .network = TRUE,
  .run = run,
};
