/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/training/acini-training.h"
#include "app/jobs/acini-device.h"
#include "app/jobs/acini-job-runners.h"
#include "app/jobs/acini-specification.h"
#include "app/training/acini-model-files.h"
#include "app/training/acini-pseudo-labels.h"
#include "app/training/acini-replay.h"
#include "data/labels/acini-label-snapshot.h"
#include "model/core/acini-card.h"
#include "acini-config.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define RECIPE_FILE "recipe.ini"

/* @region (nullable): its name; @choosing (nullable): ids of the slides that choose the checkpoint. */
static void
add_slides (AciniProject *project, JsonArray *array, GPtrArray *records, const char *snapshot, const char *region,
            GHashTable *choosing)
{
  for (guint i = 0; i < records->len; i++)
    {
      const AciniSlideRecord *record = g_ptr_array_index (records, i);
      JsonObject *slide = acini_specification_slide_in (project, record);

      json_object_set_string_member (slide, "snapshot", snapshot);
      if (region != NULL)
        json_object_set_string_member (slide, "region", region);
      if (choosing != NULL && g_hash_table_contains (choosing, &record->id))
        json_object_set_boolean_member (slide, "chooses", TRUE);
      json_array_add_object_element (array, slide);
    }
}

/* Freezes the labels of a project into @folder and adds its slides to @training and @held_out. */
static gboolean
add_part (AciniProject *home, const AciniTrainingPart *part, AciniTrainingSplit *split, GHashTable *choosing,
          guint index, const char *folder, JsonArray *training, JsonArray *held_out, GError **error)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autofree char *name = g_strdup_printf ("labels-%u.sqlite", index + 1);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  for (guint i = 0; i < split->training->len; i++)
    g_array_append_val (ids, ((AciniSlideRecord *)g_ptr_array_index (split->training, i))->id);
  for (guint i = 0; i < split->held_out->len; i++)
    g_array_append_val (ids, ((AciniSlideRecord *)g_ptr_array_index (split->held_out, i))->id);
  if (ids->len == 0)
    return TRUE;
  if (!acini_training_split_keep (split, part->project, error))
    return FALSE;
  add_slides (home, training, split->training, name, part->region, NULL);
  add_slides (home, held_out, split->held_out, name, part->region, choosing);
  return acini_labels_write_snapshot (part->project, ids, part->region, path, error);
}

static gboolean
add_parts (const AciniTrainingPart *parts, GPtrArray *splits, const char *folder, JsonArray *training,
           JsonArray *held_out, GError **error)
{
  g_autoptr (GPtrArray) choosing = acini_training_splits_choose (splits);

  for (guint i = 0; i < splits->len; i++)
    if (!add_part (parts[0].project, &parts[i], splits->pdata[i], choosing != NULL ? choosing->pdata[i] : NULL, i,
                   folder, training, held_out, error))
      return FALSE;
  return TRUE;
}

/* What the parent learnt from and these parts have not. */
static gboolean
add_replay (AciniProject *home, const AciniTrainingPlan *plan, GPtrArray *splits, const char *folder,
            JsonObject *specification, GError **error)
{
  g_autoptr (GHashTable) taken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (AciniReplay) replay = NULL;
  JsonArray *array;

  if (plan->parent == NULL || plan->recipe->replay <= 0)
    return TRUE;
  replay = acini_replay_new (home, plan->parent, error);
  if (replay == NULL)
    return FALSE;
  for (guint i = 0; i < splits->len; i++)
    acini_training_split_list_taken (splits->pdata[i], taken);
  acini_replay_exclude (replay, taken);
  array = json_array_new ();
  json_object_set_array_member (specification, "replay", array);
  return acini_replay_freeze (replay, home, folder, array, error);
}

/* What the model in use predicts on slides of the first part that nobody labelled. */
static gboolean
add_pseudo (const AciniTrainingPart *part, const AciniTrainingPlan *plan, AciniTrainingSplit *split, const char *folder,
            JsonObject *specification, GError **error)
{
  g_autoptr (AciniPseudoLabels) pseudo = NULL;
  JsonArray *array;

  if (plan->recipe->pseudo <= 0)
    return TRUE;
  pseudo = acini_pseudo_labels_new (part->project, split, plan->labeller);
  if (pseudo->slides->len == 0)
    return TRUE;
  array = json_array_new ();
  json_object_set_array_member (specification, "pseudo", array);
  json_object_set_string_member (specification, "pseudo_model", pseudo->model);
  return acini_pseudo_labels_freeze (pseudo, part->project, part->region, plan->recipe->pseudo_confidence, folder,
                                     array, error);
}

/* (element-type AciniTrainingSplit) one a part. */
static GPtrArray *
make_splits (const AciniTrainingPart *parts, guint n_parts, GError **error)
{
  g_autoptr (GPtrArray) splits = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_training_split_free);

  for (guint i = 0; i < n_parts; i++)
    {
      AciniTrainingSplit *split = acini_training_split_new (&parts[i], error);

      if (split == NULL)
        return NULL;
      g_ptr_array_add (splits, split);
    }
  return g_steal_pointer (&splits);
}

/* "Colon (2)": the name of the next model of a line. */
static char *
name_child (const char *parent)
{
  g_autoptr (GRegex) regex = g_regex_new ("^(.*) \\((\\d+)\\)$", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *stem = NULL, *number = NULL;

  if (!g_regex_match (regex, parent, 0, &match))
    return g_strdup_printf ("%s (2)", parent);
  stem = g_match_info_fetch (match, 1);
  number = g_match_info_fetch (match, 2);
  return g_strdup_printf ("%s (%" G_GINT64_FORMAT ")", stem, g_ascii_strtoll (number, NULL, 10) + 1);
}

static void
describe_model (JsonObject *specification, AciniProject *project, const AciniTrainingPlan *plan)
{
  g_autoptr (AciniCard) card = plan->parent != NULL ? acini_card_load (plan->parent, NULL) : NULL;
  g_autofree char *base = plan->parent != NULL ? g_path_get_basename (plan->parent) : NULL;
  const char *parent = card != NULL && card->name != NULL ? card->name : base;
  g_autofree char *name = plan->name != NULL ? g_strdup (plan->name)
                          : parent != NULL   ? name_child (parent)
                                             : g_strdup (_ ("New model"));
  g_autofree char *id = acini_make_id (name);

  json_object_set_string_member (specification, "model", id);
  json_object_set_string_member (specification, "name", name);
  if (plan->parent != NULL)
    {
      g_autofree char *path = acini_specification_path (project, plan->parent);

      json_object_set_string_member (specification, "parent", path);
    }
}

static JsonObject *
make_specification (AciniProject *project, const AciniTrainingPlan *plan)
{
  JsonObject *specification = json_object_new ();

  json_object_set_string_member (specification, "kind", "train");
  json_object_set_int_member (specification, "format", 1);
  describe_model (specification, project, plan);
  json_object_set_string_member (specification, "recipe", RECIPE_FILE);
  json_object_set_string_member (specification, "device", plan->device != NULL ? plan->device : acini_get_device ());
  json_object_set_int_member (specification, "threads", plan->threads);
  json_object_set_boolean_member (specification, "half", plan->half);
  return specification;
}

static gboolean
write_recipe (const AciniRecipe *recipe, const char *folder, GError **error)
{
  g_autofree char *path = g_build_filename (folder, RECIPE_FILE, NULL);
  g_autofree char *data = acini_recipe_to_data (recipe);

  return g_file_set_contents (path, data, -1, error);
}

AciniJob *
acini_training_prepare_parts (const AciniTrainingPart *parts, guint n_parts, const AciniTrainingPlan *plan,
                              GError **error)
{
  g_autoptr (JsonObject) specification = NULL;
  g_autoptr (GPtrArray) splits = NULL;
  g_autofree char *id = NULL, *folder = NULL;
  JsonArray *training, *held_out;
  AciniJob *job = NULL;
  gboolean ok;

  g_return_val_if_fail (n_parts > 0 && plan != NULL && plan->recipe != NULL, NULL);

  splits = make_splits (parts, n_parts, error);
  if (splits == NULL)
    return NULL;

  specification = make_specification (parts[0].project, plan);
  training = json_array_new ();
  held_out = json_array_new ();
  json_object_set_array_member (specification, "training", training);
  json_object_set_array_member (specification, "held_out", held_out);

  id = acini_make_id ("train");
  folder = acini_project_build_path (parts[0].project, "jobs", id, NULL);
  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_WRITE, _ ("The folder “%s” could not be created."), folder);
      return NULL;
    }
  ok = add_parts (parts, splits, folder, training, held_out, error)
       && add_pseudo (&parts[0], plan, splits->pdata[0], folder, specification, error)
       && add_replay (parts[0].project, plan, splits, folder, specification, error);
  if (ok && json_array_get_length (training) == 0)
    {
      g_set_error_literal (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_START,
                           _ ("There is nothing to learn from: only held-out slides have labels. Mark some tissue with "
                              "the brush, or import masks."));
      ok = FALSE;
    }
  if (ok && write_recipe (plan->recipe, folder, error))
    job = acini_job_create (folder, specification, error);
  if (job == NULL)
    acini_remove_tree (folder);
  return job;
}

AciniJob *
acini_training_prepare (AciniProject *project, const char *parent, const AciniRecipe *recipe, GArray *slides,
                        GArray *held_out, const char *name, GError **error)
{
  AciniTrainingPart part = { project, slides, held_out };
  AciniTrainingPlan plan = { .parent = parent, .recipe = recipe, .name = name };

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && recipe != NULL, NULL);

  return acini_training_prepare_parts (&part, 1, &plan, error);
}

static gboolean
has_model (AciniProject *project, const char *id)
{
  g_autoptr (GPtrArray) models = acini_project_list_models (project, NULL);

  for (guint i = 0; models != NULL && i < models->len; i++)
    if (g_str_equal (((AciniModelRecord *)g_ptr_array_index (models, i))->id, id))
      return TRUE;
  return FALSE;
}

char *
acini_training_collect (AciniProject *project, AciniJob *job, GError **error)
{
  g_autoptr (AciniCard) card = NULL;
  g_autofree char *folder = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && ACINI_IS_JOB (job), NULL);

  card = acini_job_collect (job, error) ? acini_card_load (acini_job_get_folder (job), error) : NULL;
  if (card == NULL)
    return NULL;
  if (has_model (project, card->id))
    return g_strdup (card->id);
  folder = acini_project_build_path (project, "models", card->id, NULL);
  if (!acini_model_copy_files (acini_job_get_folder (job), folder, error)
      || !acini_project_add_model (project, card->id, card->name, folder, card->parent, error))
    return NULL;
  return g_strdup (card->id);
}
