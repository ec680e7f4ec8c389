/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The available models: the shipped starter and those of a project. */

#include "data/project/acini-project.h"

G_BEGIN_DECLS

/* The models a project offers: the shipped starter first, then the project's.  Returns: (transfer full)
 * (element-type AciniModelRecord) with a free function set. */
GPtrArray *acini_list_models (AciniProject *project, GError **error);
/* The folder of the shipped starter model (beside the program, in the source tree, installed), or NULL. */
char *acini_find_starter (void);
/* Names of the shipped recipes, sorted.  Returns: (transfer full). */
char **acini_list_recipes (void);
char *acini_find_recipe (const char *name); /* "quick-finetune" → path of the shipped recipe, or NULL */
/* Takes the model in the folder @folder, model.safetensors and model.json, into the project as a copy with an id of its
 * own.  Returns: (transfer full) the id, or NULL with @error. */
char *acini_add_model (AciniProject *project, const char *folder, GError **error);
/* The model the project uses ("model" setting; else the starter): (transfer full) path of its folder, or NULL. */
char *acini_dup_model_in_use (AciniProject *project, char **id);

G_END_DECLS
