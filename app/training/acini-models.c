/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The models a project offers, and the files shipped with Acini: the starter model and the recipes. */

#include "app/training/acini-models.h"
#include "app/jobs/acini-job-list.h"
#include "app/jobs/acini-specification.h"
#include "app/training/acini-model-files.h"
#include "app/training/acini-training.h"
#include "model/core/acini-card.h"
#include "acini-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define STARTER_ID "starter"

/* Finds @first/@second among the shipped files: where the environment says, beside an installed program, in the
 * source tree of a program that runs from its build folder, or where it was installed.  NULL: nowhere. */
static char *
find_shipped (const char *first, const char *second)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = self != NULL ? g_path_get_dirname (self) : NULL;
  g_autofree char *beside = folder != NULL ? g_build_filename (folder, "..", "share", "acini", NULL) : NULL;
  gboolean built = self != NULL && g_str_has_prefix (self, ACINI_BUILD_FOLDER "/");
  /* In the order of preference; the source tree only for what was built there. */
  const char *places[]
      = { g_getenv ("ACINI_DATA"), built ? ACINI_SOURCE_FOLDER "/model" : NULL, beside, ACINI_DATADIR };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *path = places[i] != NULL ? g_build_filename (places[i], first, second, NULL) : NULL;

      if (path != NULL && g_file_test (path, G_FILE_TEST_EXISTS))
        return g_canonicalize_filename (path, NULL);
    }
  return NULL;
}

char *
acini_find_starter (void)
{
  g_autofree char *weights = find_shipped ("starter", "model.safetensors");

  return weights != NULL ? g_path_get_dirname (weights) : NULL;
}

/* Where the user's own recipes lie.  Returns: (transfer full) */
static char *
dup_own_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "acini", "recipes", NULL);
}

char *
acini_find_recipe (const char *name)
{
  g_autofree char *file = NULL, *folder = NULL, *own = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  if (*name == '\0' || strchr (name, '/') != NULL)
    return NULL;
  file = g_strconcat (name, ".ini", NULL);
  folder = dup_own_folder ();
  own = g_build_filename (folder, file, NULL);
  return g_file_test (own, G_FILE_TEST_EXISTS) ? g_steal_pointer (&own) : find_shipped ("recipes", file);
}

char *
acini_save_recipe (const AciniRecipe *recipe, GError **error)
{
  g_autofree char *folder = dup_own_folder (), *id = NULL, *file = NULL, *path = NULL, *data = NULL, *shipped = NULL;

  g_return_val_if_fail (recipe != NULL, NULL);

  if (!acini_recipe_check (recipe, error))
    return NULL;
  id = g_str_to_ascii (recipe->name, "C");
  for (char *c = id; *c != '\0'; c++)
    *c = g_ascii_isalnum (*c) ? g_ascii_tolower (*c) : '-';
  file = g_strconcat (*id != '\0' ? id : "recipe", ".ini", NULL);
  shipped = find_shipped ("recipes", file);
  if (shipped != NULL || *id == '\0')
    {
      g_set_error (error, ACINI_RECIPE_ERROR, ACINI_RECIPE_ERROR_VALUE,
                   _ ("A recipe called “%s” comes with Acini, and cannot be changed: give yours another name."),
                   recipe->name);
      return NULL;
    }
  path = g_build_filename (folder, file, NULL);
  data = acini_recipe_to_data (recipe);
  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_WRITE, _ ("The folder “%s” could not be created."), folder);
      return NULL;
    }
  return g_file_set_contents (path, data, -1, error) ? g_steal_pointer (&id) : NULL;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
add_recipes (GPtrArray *names, const char *folder)
{
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".ini"))
      {
        g_autofree char *id = g_strndup (name, strlen (name) - strlen (".ini"));

        if (!g_ptr_array_find_with_equal_func (names, id, g_str_equal, NULL))
          g_ptr_array_add (names, g_steal_pointer (&id));
      }
}

char **
acini_list_recipes (void)
{
  g_autofree char *folder = find_shipped ("recipes", ""), *own = dup_own_folder ();
  g_autoptr (GPtrArray) names = g_ptr_array_new_null_terminated (0, g_free, TRUE);

  add_recipes (names, folder);
  add_recipes (names, own);
  g_ptr_array_sort (names, compare_names);
  return (char **)g_ptr_array_steal (names, NULL);
}

static AciniModelRecord *
starter_record (void)
{
  g_autofree char *path = acini_find_starter ();
  g_autoptr (AciniCard) card = path != NULL ? acini_card_load (path, NULL) : NULL;
  AciniModelRecord *record;

  if (path == NULL)
    return NULL;
  record = g_new0 (AciniModelRecord, 1);
  record->id = g_strdup (card != NULL && card->id != NULL ? card->id : STARTER_ID);
  record->name = g_strdup (card != NULL && card->name != NULL ? card->name : "Starter");
  record->parent = g_strdup (card != NULL && card->parent != NULL ? card->parent : "");
  record->path = g_steal_pointer (&path);
  return record;
}

static gboolean
contains (GPtrArray *models, const char *id)
{
  for (guint i = 0; i < models->len; i++)
    if (g_str_equal (((AciniModelRecord *)g_ptr_array_index (models, i))->id, id))
      return TRUE;
  return FALSE;
}

/* Takes in the models of trainings that ended while nobody watched.  Returns: whether there were any. */
static gboolean
collect_finished (AciniProject *project, GPtrArray *known)
{
  g_autoptr (GPtrArray) jobs = acini_list_jobs (project, NULL);
  gboolean any = FALSE;

  for (guint i = 0; jobs != NULL && i < jobs->len; i++)
    {
      AciniJob *job = g_ptr_array_index (jobs, i);
      g_autofree char *weights = g_build_filename (acini_job_get_folder (job), "model.safetensors", NULL);
      g_autofree char *id = NULL;
      const char *model;

      if (!g_str_equal (acini_job_get_kind (job), "train") || !g_file_test (weights, G_FILE_TEST_EXISTS))
        continue;
      model = json_object_get_string_member_with_default (acini_job_get_specification (job), "model", "");
      if (contains (known, model) || acini_job_get_state (job) != ACINI_JOB_DONE)
        continue;
      /* One that cannot be taken in now is tried again the next time. */
      id = acini_training_collect (project, job, NULL);
      any |= id != NULL;
    }
  return any;
}

/* Leaves out what was archived or deleted; names are those of the cards. */
static void
look_at_files (AciniProject *project, GPtrArray *models)
{
  g_auto (GStrv) archived = acini_model_list_archived (project), deleted = acini_model_list_deleted (project);

  for (guint i = models->len; i > 0; i--)
    {
      AciniModelRecord *record = g_ptr_array_index (models, i - 1);
      gboolean own = acini_model_is_own (project, record->path);
      g_autoptr (AciniCard) card = own ? acini_card_load (record->path, NULL) : NULL;

      if (card != NULL && card->name != NULL && *card->name != '\0')
        g_set_str (&record->name, card->name);
      if (g_strv_contains ((const char *const *)archived, record->id)
          || g_strv_contains ((const char *const *)deleted, record->id))
        g_ptr_array_remove_index (models, i - 1);
    }
}

GPtrArray *
acini_list_models (AciniProject *project, GError **error)
{
  g_autoptr (GPtrArray) models = NULL;
  AciniModelRecord *starter;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);

  models = acini_project_list_models (project, error);
  if (models == NULL)
    return NULL;
  if (collect_finished (project, models))
    {
      g_ptr_array_unref (models);
      models = acini_project_list_models (project, error);
      if (models == NULL)
        return NULL;
    }
  look_at_files (project, models);
  starter = starter_record ();
  /* A project may have taken the starter in as a model of its own. */
  for (guint i = models->len; starter != NULL && i > 0; i--)
    if (g_str_equal (((AciniModelRecord *)g_ptr_array_index (models, i - 1))->id, starter->id))
      g_ptr_array_remove_index (models, i - 1);
  if (starter != NULL)
    g_ptr_array_insert (models, 0, starter);
  return g_steal_pointer (&models);
}

char *
acini_dup_model_in_use (AciniProject *project, char **id)
{
  g_autofree char *wanted = NULL;
  g_autoptr (GPtrArray) models = NULL;
  AciniModelRecord *found = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);

  wanted = acini_project_dup_setting (project, "model");
  models = acini_list_models (project, NULL);
  for (guint i = 0; models != NULL && i < models->len; i++)
    {
      AciniModelRecord *record = g_ptr_array_index (models, i);

      if (i == 0 || g_strcmp0 (record->id, wanted) == 0)
        found = record;
    }
  if (id != NULL)
    *id = found != NULL ? g_strdup (found->id) : NULL;
  return found != NULL ? g_strdup (found->path) : NULL;
}

char *
acini_add_model (AciniProject *project, const char *folder, GError **error)
{
  g_autoptr (AciniCard) card = NULL;
  g_autofree char *id = NULL, *to = NULL, *file = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && folder != NULL, NULL);

  card = acini_card_load (folder, error);
  if (card == NULL)
    return NULL;
  id = acini_make_id (card->id);
  g_set_str (&card->id, id);
  to = acini_project_build_path (project, "models", id, NULL);
  file = g_build_filename (folder, "model.json", NULL);
  if (!acini_card_save (card, file, error) || !acini_model_copy_files (folder, to, error))
    return NULL;
  if (acini_project_add_model (project, id, card->name, to, card->parent, error))
    return g_steal_pointer (&id);
  acini_remove_tree (to);
  return NULL;
}
