/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Several models saved as one: a folder with a card (model.json) and ensemble.json, which names the folders of the
 * members, relative to its own, and their weights.  It segments as the weighted mean of their probabilities. */

#include "data/project/acini-project.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

gboolean acini_ensemble_is_one (const char *path); /* disk speed */
/* The members' paths; *@weights (transfer full) (element-type double), one each.  Returns: (transfer full), or NULL
 * with
 * @error set. */
char **acini_ensemble_load (const char *path, GArray **weights, GError **error);
/* Makes a model of @project of those at @paths (NULL-terminated, folders of its models), all of the same weight.
 * @scores: (transfer none) (nullable) for its card.  Returns: (transfer full) its id. */
char *acini_ensemble_save (AciniProject *project, const char *const *paths, const char *name, JsonObject *scores,
                           GError **error);

G_END_DECLS
