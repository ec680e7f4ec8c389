/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Every key of a recipe, one row each. */

#include "model/core/acini-recipe.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define ACINI_TYPE_RECIPE_EDITOR (acini_recipe_editor_get_type ())
/* Signals: changed: a person has changed a value. */
G_DECLARE_FINAL_TYPE (AciniRecipeEditor, acini_recipe_editor, ACINI, RECIPE_EDITOR, AdwBin)

/* Shows a copy of @recipe. */
void acini_recipe_editor_set_recipe (AciniRecipeEditor *self, const AciniRecipe *recipe);
/* Returns: (transfer full) what the rows say, or NULL with @error set: a value that is none, or a contradiction. */
AciniRecipe *acini_recipe_editor_dup_recipe (AciniRecipeEditor *self, GError **error);

G_END_DECLS
