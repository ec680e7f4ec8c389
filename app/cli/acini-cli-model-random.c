/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A model with random weights, for tests: one training step on an image of noise. */

#include "app/jobs/acini-specification.h"
#include "app/cli/acini-commands.h"
#include "app/training/acini-model-files.h"
#include "model/acini-model.h"

#include <glib/gstdio.h>
#include <string.h>

#define SIDE 64

static char *option_architecture;
static int option_seed;
static double option_mpp;

static const GOptionEntry entries[] = {
  { "architecture", 0, 0, G_OPTION_ARG_STRING, &option_architecture, "Default: segformer-b0", "NAME" },
  { "seed", 0, 0, G_OPTION_ARG_INT, &option_seed, "Seed of the random weights", "N" },
  { "mpp", 0, 0, G_OPTION_ARG_DOUBLE, &option_mpp, "µm per pixel that the model needs", "X" },
  { NULL },
};

static void
get_size (gpointer user_data, guint item, gint64 *width, gint64 *height)
{
  *width = *height = SIDE;
}

static const char *
get_word (gpointer user_data, guint item)
{
  return "noise";
}

static double
get_area (gpointer user_data, guint item)
{
  return SIDE * SIDE;
}

static void
pick (gpointer user_data, guint item, guint64 random, double *x, double *y)
{
  *x = *y = SIDE / 2.0;
}

static gboolean
read_noise (gpointer user_data, guint item, double cx, double cy, double zoom, int w, int h, guint8 *rgb,
            guint8 *labels, GError **error)
{
  for (int i = 0; i < w * h; i++)
    {
      memset (rgb + 3 * i, (i * 2654435761u) >> 24, 3);
      labels[i] = i & 1;
    }
  return TRUE;
}

static AciniTrainDecision
go_on (const AciniTrainEvent *event, gpointer user_data)
{
  return ACINI_TRAIN_CONTINUE;
}

static gboolean
set_values (AciniRecipe *recipe, GError **error)
{
  g_autofree char *seed = g_strdup_printf ("%d", option_seed);
  char mpp[G_ASCII_DTOSTR_BUF_SIZE];

  g_ascii_dtostr (mpp, sizeof mpp, option_mpp);
  return acini_recipe_set (recipe, "architecture", option_architecture != NULL ? option_architecture : "segformer-b0",
                           error)
         && acini_recipe_set (recipe, "classes", "background;FTU", error)
         && acini_recipe_set (recipe, "mpp", mpp, error) && acini_recipe_set (recipe, "seed", seed, error)
         && acini_recipe_set (recipe, "epochs", "0", error) && acini_recipe_set (recipe, "steps", "1", error)
         && acini_recipe_set (recipe, "batch", "1", error)
         && acini_recipe_set (recipe, "patch", G_STRINGIFY (SIDE), error)
         && acini_recipe_set (recipe, "precision", "float32", error)
         && acini_recipe_set (recipe, "warmup-steps", "0", error);
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  AciniTrainingSource source = { .n_items = 1,
                                 .get_size = get_size,
                                 .get_name = get_word,
                                 .get_organ = get_word,
                                 .get_labelled_area = get_area,
                                 .pick = pick,
                                 .read = read_noise };
  g_autoptr (AciniRecipe) recipe = acini_recipe_new ();
  g_autofree char *folder = g_dir_make_tmp ("acini-XXXXXX", error);
  AciniTrainDecision outcome;
  gboolean ok;

  ok = folder != NULL && set_values (recipe, error)
       && acini_model_train (NULL, recipe, &source, NULL, &(AciniModelOptions){ .device = "cpu" }, FALSE, "random",
                             "Random", folder, go_on, NULL, &outcome, error)
       && acini_model_copy_files (folder, arguments[0], error);
  if (folder != NULL)
    acini_remove_tree (folder);
  return ok;
}

const AciniCommand acini_command_model_random = {
  .name = "model random",
  .arguments = "OUT",
  .summary = "Creates a model with random weights, for tests",
  .description = "Writes model.safetensors and model.json into the folder OUT.",
  .options = entries,
  .least = 1,
  .most = 1,
  .network = TRUE,
  .hidden = TRUE,
  .run = run,
};
