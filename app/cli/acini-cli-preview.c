/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-selection.h"
#include "app/jobs/acini-specification.h"
#include "app/training/acini-models.h"
#include "app/worker/acini-picture.h"
#include "app/worker/acini-project-data.h"
#include "model/acini-model.h"

#include <string.h>

/* Pixels of a cell's side in the picture, and between cells. */
#define CELL 160
#define GAP 6
#define COLUMNS 6
#define UNITS 0x26a269

static char *option_recipe, *option_slides, *option_from, *option_output;

static const GOptionEntry entries[] = {
  { "recipe", 0, 0, G_OPTION_ARG_STRING, &option_recipe, "Recipe or file (default: quick-finetune)", "NAME|FILE" },
  { "from", 0, 0, G_OPTION_ARG_STRING, &option_from,
    "Model to be trained, whose µm per pixel count, or none (default: the one in use)", "MODEL" },
  { "slides", 0, 0, G_OPTION_ARG_STRING, &option_slides, "Slides to take tissue from (default: all with labels)",
    "A,B,…" },
  { "output", 'o', 0, G_OPTION_ARG_FILENAME, &option_output, "The picture (default: preview.png)", "FILE" },
  { NULL },
};

/* The nearest pixels of a square patch of @side, and a line around its units, into a cell. */
static void
draw_cell (const guint8 *rgb, const guint8 *labels, int side, guint8 *picture, int width, int left, int top)
{
  g_autofree guint8 *cell = g_malloc ((gsize)3 * CELL * CELL), *mask = g_malloc ((gsize)CELL * CELL);

  for (int y = 0; y < CELL; y++)
    for (int x = 0; x < CELL; x++)
      {
        gsize from = (gsize)(y * side / CELL) * side + (gsize)(x * side / CELL), to = (gsize)y * CELL + x;

        memcpy (cell + 3 * to, rgb + 3 * from, 3);
        mask[to] = labels[from] != 0 && labels[from] != ACINI_IGNORE;
      }
  acini_picture_outline (cell, mask, CELL, CELL, UNITS);
  for (int y = 0; y < CELL; y++)
    memcpy (picture + 3 * ((gsize)(top + y) * width + left), cell + (gsize)3 * y * CELL, (gsize)3 * CELL);
}

/* Pairs of rows: as the slide is, and below what the network gets. */
static gboolean
draw (const AciniRecipe *recipe, const AciniTrainingSource *source, double mpp, const char *path, GError **error)
{
  int rows = 2, n = COLUMNS * rows, side = recipe->patch;
  int width = COLUMNS * (CELL + GAP) - GAP, height = 2 * rows * (CELL + GAP) - GAP;
  gsize pixels = (gsize)side * side;
  g_autofree guint8 *picture = g_malloc ((gsize)3 * width * height);
  g_autofree guint8 *rgb = g_malloc (3 * pixels * n), *labels = g_malloc (pixels * n);

  memset (picture, 255, (gsize)3 * width * height);
  for (int augmented = 0; augmented < 2; augmented++)
    {
      if (!acini_model_preview_patches (recipe, source, mpp, n, !augmented, rgb, labels, error))
        return FALSE;
      for (int i = 0; i < n; i++)
        draw_cell (rgb + 3 * pixels * i, labels + pixels * i, side, picture, width, i % COLUMNS * (CELL + GAP),
                   (2 * (i / COLUMNS) + augmented) * (CELL + GAP));
    }
  return acini_picture_save (picture, width, height, path, error);
}

static gboolean
preview (AciniProject *project, const char *parent, const AciniRecipe *recipe, const char *folder, const char *output,
         GError **error)
{
  g_autoptr (GPtrArray) chosen
      = option_slides != NULL ? acini_select_slides (project, option_slides, NULL, error) : NULL;
  g_autoptr (GArray) slides = chosen != NULL ? acini_get_slide_ids (chosen) : NULL;
  g_autoptr (AciniTrainingData) data = NULL;
  AciniTrainingSource source;
  double mpp = recipe->mpp;

  if (option_slides != NULL && slides == NULL)
    return FALSE;
  if (parent != NULL)
    {
      g_autoptr (AciniCard) card = acini_card_load (parent, NULL);

      mpp = card != NULL && card->mpp > 0 ? card->mpp : mpp;
    }
  data = acini_project_data_open (project, slides, folder, mpp, error);
  if (data == NULL)
    return FALSE;
  acini_training_data_fill (data, &source);
  return draw (recipe, &source, mpp, output, error);
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  const char *output = option_output != NULL ? option_output : "preview.png";
  const char *name = option_recipe != NULL ? option_recipe : "quick-finetune";
  g_autofree char *found = acini_find_recipe (name), *parent = NULL, *folder = NULL;
  g_autoptr (AciniRecipe) recipe = acini_recipe_load (found != NULL ? found : name, error);
  g_autoptr (AciniProject) project = recipe != NULL ? acini_project_open (arguments[0], error) : NULL;
  gboolean ok;

  if (project == NULL)
    return FALSE;
  if (g_strcmp0 (option_from, "none") != 0)
    {
      parent = acini_select_model (project, option_from, error);
      if (parent == NULL)
        return FALSE;
    }
  folder = g_dir_make_tmp ("acini-preview-XXXXXX", error);
  if (folder == NULL)
    return FALSE;
  ok = preview (project, parent, recipe, folder, output, error);
  acini_remove_tree (folder);
  json_object_set_string_member (console->result, "picture", output);
  if (ok)
    acini_console_print (console, "%s", output);
  return ok;
}

const AciniCommand acini_command_preview = {
  .name = "preview",
  .arguments = "PROJECT",
  .summary = "Shows what a training would see",
  .description = "Draws patches of the project's own tissue as the recipe augments them: each pair of rows has the "
                 "tissue as it is above, and below what the network would get, with a line around what people "
                 "labelled.",
  .examples = "preview Colon.acini --recipe segformer-b4-1024 --output augmented.png",
  .options = entries,
  .least = 1,
  .most = 1,
  .run = run,
};
