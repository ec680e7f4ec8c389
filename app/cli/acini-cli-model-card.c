/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a checkpoint does not tell, told by whoever trained it, and kept in a card beside it. */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-selection.h"
#include "app/cli/acini-values.h"
#include "app/jobs/acini-specification.h"
#include "app/worker/acini-familiarity.h"
#include "app/worker/acini-project-data.h"
#include "model/acini-model.h"

static char *option_numerics, *option_mpp, *option_activation, *option_mean, *option_std, *option_classes;
static char *option_name, *option_order, *option_learnt, *option_except;
static double option_threshold = -1;

static const GOptionEntry entries[] = {
  { "mpp", 0, 0, G_OPTION_ARG_STRING, &option_mpp, "µm per pixel that the network works at", "X" },
  { "numerics", 0, 0, G_OPTION_ARG_STRING, &option_numerics,
    "What no tensor tells, such as norm_groups=32 or encoder=tu-tf_efficientnet; \"model inspect\" lists it",
    "KEY=VALUE …" },
  { "activation", 0, 0, G_OPTION_ARG_STRING, &option_activation,
    "softmax (the first class is the background) or sigmoid (none is)", "NAME" },
  { "mean", 0, 0, G_OPTION_ARG_STRING, &option_mean, "What is subtracted from red, green and blue of 0 to 1", "R,G,B" },
  { "std", 0, 0, G_OPTION_ARG_STRING, &option_std, "What they are divided by then", "R,G,B" },
  { "order", 0, 0, G_OPTION_ARG_STRING, &option_order, "rgb or bgr: which colour the network takes first", "ORDER" },
  { "classes", 0, 0, G_OPTION_ARG_STRING, &option_classes,
    "Names of the classes, one for each of the network's channels", "NAME;NAME" },
  { "threshold", 0, 0, G_OPTION_ARG_DOUBLE, &option_threshold, "Probability from which on a pixel is a unit", "X" },
  { "name", 0, 0, G_OPTION_ARG_STRING, &option_name, "What people see", "TEXT" },
  { "learnt-from", 0, 0, G_OPTION_ARG_FILENAME, &option_learnt,
    "The project whose labelled slides the model has learnt from: what they look like, and what the network sees in "
    "them, is measured, and slides unlike them are warned of",
    "PROJECT" },
  { "exclude", 0, 0, G_OPTION_ARG_STRING, &option_except, "Slides of that project that it has not learnt from",
    "A,B,…" },
  { NULL },
};

static gboolean
refuse (const char *value, const char *wanted, GError **error)
{
  g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, "“%s” does not do; use %s.", value, wanted);
  return FALSE;
}

/* @text: NULL where the option was not given. */
static gboolean
set_colours (double colours[3], const char *text, double least, GError **error)
{
  g_auto (GStrv) parts = text != NULL ? g_strsplit (text, ",", -1) : NULL;

  if (parts == NULL)
    return TRUE;
  for (int i = 0; i < 3 && g_strv_length (parts) == 3; i++)
    {
      char *end = parts[i];

      colours[i] = g_ascii_strtod (parts[i], &end);
      if (end == parts[i] || *end != '\0' || !(colours[i] >= least && colours[i] < 1000))
        break;
      if (i == 2)
        return TRUE;
    }
  return refuse (text, "three numbers such as 0.485,0.456,0.406", error);
}

static gboolean
set_classes (AciniCard *card, GError **error)
{
  g_auto (GStrv) names = option_classes != NULL ? g_strsplit (option_classes, ";", -1) : NULL;

  if (names == NULL)
    return TRUE;
  if (g_strv_length (names) != g_strv_length (card->classes))
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, "The network has %u classes, “%s” names %u.",
                   g_strv_length (card->classes), option_classes, g_strv_length (names));
      return FALSE;
    }
  g_strfreev (card->classes);
  card->classes = g_steal_pointer (&names);
  return TRUE;
}

static gboolean
set_words (AciniCard *card, GError **error)
{
  if (option_activation != NULL && !g_str_equal (option_activation, "softmax")
      && !g_str_equal (option_activation, "sigmoid"))
    return refuse (option_activation, "softmax or sigmoid", error);
  if (g_strcmp0 (option_activation, "softmax") == 0 && g_strv_length (card->classes) == 1)
    return refuse (option_activation, "sigmoid, as the network has one channel", error);
  if (option_order != NULL && !g_str_equal (option_order, "rgb") && !g_str_equal (option_order, "bgr"))
    return refuse (option_order, "rgb or bgr", error);
  if (option_activation != NULL)
    {
      g_free (card->activation);
      card->activation = g_strdup (option_activation);
    }
  if (option_order != NULL)
    card->bgr = g_str_equal (option_order, "bgr");
  if (option_name != NULL)
    {
      g_free (card->name);
      card->name = g_strdup (option_name);
    }
  return TRUE;
}

static gboolean
set_values (AciniCard *card, GError **error)
{
  double mpp = 0;

  if (!acini_parse_mpp (option_mpp, &mpp, error) || !set_colours (card->mean, option_mean, -1000, error)
      || !set_colours (card->std, option_std, 1e-6, error) || !set_classes (card, error) || !set_words (card, error))
    return FALSE;
  if (option_mpp != NULL)
    card->mpp = mpp;
  if (option_threshold != -1 && !(option_threshold > 0 && option_threshold < 1))
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_USAGE, "A threshold lies between 0 and 1.");
      return FALSE;
    }
  if (option_threshold != -1)
    card->threshold = option_threshold;
  return TRUE;
}

static gboolean
measure_learnt (const char *model, double mpp, const char *folder, GError **error)
{
  const AciniModelOptions options = { .device = "cpu" };
  g_autoptr (AciniProject) project = acini_project_open (option_learnt, error);
  g_autoptr (GPtrArray) chosen = project != NULL ? acini_select_slides (project, NULL, option_except, error) : NULL;
  g_autoptr (GArray) slides = chosen != NULL ? acini_get_slide_ids (chosen) : NULL;
  g_autoptr (AciniTrainingData) data
      = slides != NULL ? acini_project_data_open (project, slides, folder, mpp, error) : NULL;

  return data != NULL && acini_familiarity_write (model, data, &options, error);
}

/* Writes on the card of the model in the folder @model what it has seen. */
static gboolean
add_learnt (const char *model, const AciniCard *card, GError **error)
{
  g_autofree char *folder = NULL;
  gboolean ok;

  if (option_learnt == NULL)
    return TRUE;
  if (card->training == NULL)
    {
      g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                   "The card of “%s” tells of no training, so nothing can be said of what it learnt from.", model);
      return FALSE;
    }
  folder = g_dir_make_tmp ("acini-card-XXXXXX", error);
  if (folder == NULL)
    return FALSE;
  ok = measure_learnt (model, card->mpp, folder, error);
  acini_remove_tree (folder);
  return ok;
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniCard) card = acini_model_make_card (arguments[0], option_numerics, error);
  g_autofree char *path = card != NULL ? acini_model_dup_card_path (arguments[0], error) : NULL;
  g_autofree char *shown = NULL;

  if (path == NULL || !set_values (card, error) || !acini_card_save (card, path, error)
      || !add_learnt (arguments[0], card, error))
    return FALSE;
  shown = g_filename_display_name (path);
  json_object_set_string_member (console->result, "card", shown);
  json_object_set_string_member (console->result, "numerics", card->numerics);
  acini_console_print (console, "%s", shown);
  return TRUE;
}

const AciniCommand acini_command_model_card = {
  .name = "model card",
  .arguments = "FILE",
  .summary = "Writes down what a checkpoint does not tell",
  .description = "Writes a model card beside the checkpoint, or changes the one that is there: whatever loads the "
                 "checkpoint from then on goes by it. \"model inspect\" lists what is taken without.",
  .examples = "model card unet.pth --mpp 0.5 --numerics encoder=tu-tf_efficientnet\n"
              "model card iter_10000.pth --classes 'background;glomerulus' --threshold 0.4\n"
              "model card starter --learnt-from starter.acini --exclude 'test-*,held-*,P3_*'",
  .options = entries,
  .least = 1,
  .most = 1,
  .run = run,
};
