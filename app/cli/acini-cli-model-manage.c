/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What people do with the models of a project. */

#include "app/cli/acini-commands.h"
#include "app/cli/acini-selection.h"
#include "app/jobs/acini-specification.h"
#include "app/training/acini-model-files.h"
#include "app/training/acini-models.h"
#include "model/acini-model.h"

static gboolean option_restore;
static char *option_name;

static const GOptionEntry archive_entries[] = {
  { "restore", 0, 0, G_OPTION_ARG_NONE, &option_restore, "List the model again (MODEL: its id)", NULL },
  { NULL },
};
static const GOptionEntry import_entries[] = {
  { "name", 0, 0, G_OPTION_ARG_STRING, &option_name, "Name of the model (default: its card's, else the file's)",
    "NAME" },
  { NULL },
};

/* The model named @wanted among @models.  Returns: (transfer none), NULL with @error set. */
static const AciniModelRecord *
find (GPtrArray *models, const char *wanted, GError **error)
{
  for (guint i = 0; i < models->len; i++)
    {
      const AciniModelRecord *record = models->pdata[i];

      if (g_str_equal (record->id, wanted) || g_str_equal (record->name, wanted))
        return record;
    }
  g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
               "The project has no model “%s”: see “acini-cli model list”.", wanted);
  return NULL;
}

static gboolean
run_rename (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = acini_project_open (arguments[0], error);
  g_autoptr (GPtrArray) models = project != NULL ? acini_list_models (project, error) : NULL;
  const AciniModelRecord *model = models != NULL ? find (models, arguments[1], error) : NULL;

  return model != NULL && acini_model_rename (project, model, arguments[2], error);
}

static gboolean
run_archive (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = acini_project_open (arguments[0], error);
  g_autoptr (GPtrArray) models = project != NULL ? acini_list_models (project, error) : NULL;
  const AciniModelRecord *model;

  if (models == NULL)
    return FALSE;
  if (option_restore)
    return acini_model_set_archived (project, arguments[1], FALSE, error);
  model = find (models, arguments[1], error);
  return model != NULL && acini_model_set_archived (project, model->id, TRUE, error);
}

static gboolean
run_delete (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = acini_project_open (arguments[0], error);
  g_autoptr (GPtrArray) models = project != NULL ? acini_list_models (project, error) : NULL;
  const AciniModelRecord *model = models != NULL ? find (models, arguments[1], error) : NULL;

  return model != NULL && acini_model_delete (project, model, models, error);
}

static gboolean
run_export (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = acini_project_open (arguments[0], error);
  g_autofree char *path = project != NULL ? acini_select_model (project, arguments[1], error) : NULL;

  if (path == NULL || !acini_model_export (path, arguments[2], error))
    return FALSE;
  json_object_set_string_member (console->result, "folder", arguments[2]);
  acini_console_print (console, "%s", arguments[2]);
  return TRUE;
}

/* As "model convert" and then the window's Add Model would. */
static char *
convert_and_add (AciniProject *project, const char *checkpoint, const char *folder, GError **error)
{
  g_autoptr (AciniCard) card = acini_model_convert (checkpoint, folder, error) ? acini_card_load (folder, error) : NULL;
  g_autofree char *file = g_build_filename (folder, "model.json", NULL);

  if (card == NULL)
    return NULL;
  if (option_name != NULL)
    {
      g_set_str (&card->name, option_name);
      g_set_str (&card->id, option_name);
      if (!acini_card_save (card, file, error))
        return NULL;
    }
  return acini_add_model (project, folder, error);
}

static gboolean
run_import (AciniConsole *console, char **arguments, GError **error)
{
  g_autoptr (AciniProject) project = acini_project_open (arguments[0], error);
  g_autofree char *folder = project != NULL ? g_dir_make_tmp ("acini-model-XXXXXX", error) : NULL;
  g_autofree char *id = NULL, *path = NULL;
  g_autoptr (AciniCard) card = NULL;

  if (folder == NULL)
    return FALSE;
  id = convert_and_add (project, arguments[1], folder, error);
  acini_remove_tree (folder);
  if (id == NULL)
    return FALSE;
  path = acini_project_build_path (project, "models", id, NULL);
  card = acini_card_load (path, error);
  if (card == NULL)
    return FALSE;
  json_object_set_string_member (console->result, "model", id);
  json_object_set_string_member (console->result, "name", card->name);
  json_object_set_string_member (console->result, "path", path);
  acini_console_print (console, "%s", id);
  return TRUE;
}

const AciniCommand acini_command_model_rename = {
  .name = "model rename",
  .arguments = "PROJECT MODEL NAME",
  .summary = "Renames a model",
  .description = "Gives the model MODEL (its id or name) of the project another name. Its id stays.",
  .examples = "model rename Colon.acini \"Starter (2)\" \"Colon, May\"",
  .least = 3,
  .most = 3,
  .run = run_rename,
};

const AciniCommand acini_command_model_archive = {
  .name = "model archive",
  .arguments = "PROJECT MODEL",
  .summary = "Takes a model off the list, or lists it again",
  .description = "An archived model keeps its files, but is not listed any more; --restore undoes that.",
  .options = archive_entries,
  .least = 2,
  .most = 2,
  .run = run_archive,
};

const AciniCommand acini_command_model_delete = {
  .name = "model delete",
  .arguments = "PROJECT MODEL",
  .summary = "Deletes the files of a model for good",
  .description = "Removes the weights and the card of the model MODEL (its id or name). One that is in use, or part of "
                 "another, is not deleted. See “acini-cli model archive” for what can be undone.",
  .least = 2,
  .most = 2,
  .run = run_delete,
};

const AciniCommand acini_command_model_export = {
  .name = "model export",
  .arguments = "PROJECT MODEL FOLDER",
  .summary = "Writes a model as Hugging Face lays models out",
  .description = "Makes FOLDER with model.safetensors, README.md and, for a SegFormer that transformers knows, "
                 "config.json and preprocessor_config.json, so that from_pretrained () loads it. model.json has the "
                 "whole card.",
  .examples = "model export Colon.acini \"Starter (2)\" colon-segformer",
  .least = 3,
  .most = 3,
  .run = run_export,
};

const AciniCommand acini_command_model_import = {
  .name = "model import",
  .arguments = "PROJECT FILE",
  .summary = "Takes a checkpoint into the project",
  .description = "Copies the weights in FILE, a checkpoint that “acini-cli model inspect” understands or a folder with "
                 "model.safetensors, into the project, with their card or one made from what they tell.",
  .examples = "model import Colon.acini colon-segformer",
  .options = import_entries,
  .least = 2,
  .most = 2,
  .network = TRUE,
  .run = run_import,
};
