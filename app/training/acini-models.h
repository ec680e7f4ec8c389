/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The available models: the shipped starter and those of a project. */

#include "data/project/acini-project.h"
#include "model/core/acini-recipe.h"

G_BEGIN_DECLS

/* The models a project offers: the shipped starter first, then the project's that are not
 * archived.  Returns: (transfer full)
 * (element-type AciniModelRecord) with a free function set. */
GPtrArray *acini_list_models (AciniProject *project, GError **error);
/* The folder of the shipped starter model (beside the program, in the source tree, installed), or NULL. */
char *acini_find_starter (void);
/* Names of the shipped recipes and the user's own, sorted.  Returns: (transfer full). */
char **acini_list_recipes (void);
char *acini_find_recipe (const char *name); /* "quick-finetune" → path of the recipe, the user's own first, or NULL */
/* Saves a recipe of the user's own, by its name, in the user's data folder; one of that name is replaced, unless it
 * came with Acini (an error).  Returns: (transfer full) what acini_find_recipe () finds it by. */
char *acini_save_recipe (const AciniRecipe *recipe, GError **error);
/* Takes the model in the folder @folder, model.safetensors and model.json, into the project as a copy with an id of its
 * own.  Returns: (transfer full) the id, or NULL with @error. */
char *acini_add_model (AciniProject *project, const char *folder, GError **error);
/* The model the project uses ("model" setting; else the starter): (transfer full) path of its folder, or NULL. */
char *acini_dup_model_in_use (AciniProject *project, char **id);

G_END_DECLS
