/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-commands.h"
#include "app/training/acini-models.h"
#include "model/core/acini-recipe.h"

static gboolean
list_recipes (AciniConsole *console, GError **error)
{
  JsonArray *array = json_array_new ();
  g_auto (GStrv) names = acini_list_recipes ();

  json_object_set_array_member (console->result, "recipes", array);
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = acini_find_recipe (names[i]);
      g_autoptr (AciniRecipe) recipe = path != NULL ? acini_recipe_load (path, error) : NULL;
      JsonObject *object;

      if (recipe == NULL)
        return FALSE;
      object = json_object_new ();
      json_object_set_string_member (object, "id", names[i]);
      json_object_set_string_member (object, "name", recipe->name);
      json_object_set_string_member (object, "description", recipe->description);
      json_object_set_string_member (object, "architecture", recipe->architecture);
      json_object_set_string_member (object, "path", path);
      json_array_add_object_element (array, object);
      acini_console_print (console, "%-20s %s", names[i], recipe->description);
    }
  return TRUE;
}

static gboolean
run (AciniConsole *console, char **arguments, GError **error)
{
  g_autofree char *path = NULL, *data = NULL;
  g_autoptr (AciniRecipe) recipe = NULL;

  if (arguments[0] == NULL)
    return list_recipes (console, error);
  path = acini_find_recipe (arguments[0]);
  recipe = acini_recipe_load (path != NULL ? path : arguments[0], error);
  if (recipe == NULL)
    return FALSE;
  data = acini_recipe_to_data (recipe);
  json_object_set_string_member (console->result, "recipe", data);
  acini_console_print (console, "%s", data);
  return TRUE;
}

const AciniCommand acini_command_recipes = {
  .name = "recipes",
  .arguments = "[RECIPE]",
  .summary = "Lists the recipes for trainings, or shows one",
  .description
  = "A recipe says all about a training but its data: network, optimiser, schedule, loss and augmentation. "
    "Given one, the name of a shipped one or a file, every key of it is shown with its value, as a file "
    "that “acini-cli train --recipe” takes when some of it is to be changed.",
  .examples = "recipes\nrecipes segformer-b4-1024 > my.ini",
  .least = 0,
  .most = 1,
  .run = run,
};
