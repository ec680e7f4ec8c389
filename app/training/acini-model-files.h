/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What people do with the models of a project: rename, archive, delete, export.  Disk speed: not on the main thread. */

#include "data/project/acini-project.h"

G_BEGIN_DECLS

/* Beside a model that came out of a training here: how it compares with its parent, see
 * app/worker/acini-training-verdict.h. */
#define ACINI_COMPARISON_FILE "comparison.json"

/* Copies model.safetensors and model.json into the folder @to, which appears with both or not at all. */
gboolean acini_model_copy_files (const char *from, const char *to, GError **error);

/* Whether the project owns the files of the model at @path, so that they can be changed. */
gboolean acini_model_is_own (AciniProject *project, const char *path);
/* The name that people see; files, predictions and descendants go by the id, which stays. */
gboolean acini_model_rename (AciniProject *project, const AciniModelRecord *model, const char *name, GError **error);

/* An archived model is not listed any more, unless one asks for it; nothing of it is lost. */
gboolean acini_model_set_archived (AciniProject *project, const char *id, gboolean archived, GError **error);
/* Ids of the archived ones.  Returns: (transfer full) NULL-terminated */
char **acini_model_list_archived (AciniProject *project);
char **acini_model_list_deleted (AciniProject *project); /* the same of those whose files were removed */

/* Removes the files for good, with those that the training of it left.  An error where the project does not own them,
 * where the model is in use, and where it is part of one of @models (element-type AciniModelRecord). */
gboolean acini_model_delete (AciniProject *project, const AciniModelRecord *model, GPtrArray *models, GError **error);

/* Writes the model into the folder @folder, which must not be there, as Hugging Face lays models out: weights, card
 * (README.md, and model.json as it is here), and for a SegFormer that transformers knows config.json and
 * preprocessor_config.json, so that from_pretrained () loads it. */
gboolean acini_model_export (const char *path, const char *folder, GError **error);

G_END_DECLS
