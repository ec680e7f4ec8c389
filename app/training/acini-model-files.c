/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "app/training/acini-model-files.h"

#include "app/jobs/acini-job-list.h"
#include "app/jobs/acini-specification.h"
#include "app/training/acini-ensemble.h"
#include "model/core/acini-card.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

/* Settings of the project: ids, a line each. */
#define ARCHIVED "archived-models"
#define DELETED "deleted-models"

static gboolean
copy_file (const char *from_folder, const char *to_folder, const char *name, GError **error)
{
  g_autofree char *from_path = g_build_filename (from_folder, name, NULL);
  g_autofree char *to_path = g_build_filename (to_folder, name, NULL);
  g_autoptr (GFile) from = g_file_new_for_path (from_path), to = g_file_new_for_path (to_path);

  return g_file_copy (from, to, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, error);
}

/* What a training found out about its model, where it did. */
static gboolean
copy_comparison (const char *from, const char *to, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (from, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if ((g_str_equal (name, ACINI_COMPARISON_FILE)
         || (g_str_has_prefix (name, "changed-") && g_str_has_suffix (name, ".png")))
        && !copy_file (from, to, name, error))
      return FALSE;
  return TRUE;
}

gboolean
acini_model_copy_files (const char *from, const char *to, GError **error)
{
  g_autofree char *temporary = NULL;
  gboolean ok;

  g_return_val_if_fail (from != NULL && to != NULL, FALSE);

  temporary = g_strdup_printf ("%s.part", to);
  acini_remove_tree (temporary);
  ok = g_mkdir_with_parents (temporary, 0777) == 0 && copy_file (from, temporary, "model.safetensors", error)
       && copy_file (from, temporary, "model.json", error) && copy_comparison (from, temporary, error);
  if (ok)
    acini_remove_tree (to);
  if (ok && g_rename (temporary, to) == 0)
    return TRUE;
  acini_remove_tree (temporary);
  if (error != NULL && *error == NULL)
    g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_WRITE, _ ("The model could not be saved in “%s”."), to);
  return FALSE;
}

gboolean
acini_model_is_own (AciniProject *project, const char *path)
{
  g_autofree char *models = NULL, *parent = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && path != NULL, FALSE);

  models = acini_project_build_path (project, "models", NULL);
  parent = g_path_get_dirname (path);
  return g_str_equal (models, parent);
}

static gboolean
refuse_foreign (const AciniModelRecord *model, GError **error)
{
  g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_WRITE,
               _ ("“%s” does not belong to this project, so that it cannot be changed here."), model->name);
  return FALSE;
}

gboolean
acini_model_rename (AciniProject *project, const AciniModelRecord *model, const char *name, GError **error)
{
  g_autoptr (AciniCard) card = NULL;
  g_autofree char *path = NULL;

  g_return_val_if_fail (model != NULL && name != NULL && *name != '\0', FALSE);

  if (!acini_model_is_own (project, model->path))
    return refuse_foreign (model, error);
  card = acini_card_load (model->path, error);
  if (card == NULL)
    return FALSE;
  g_set_str (&card->name, name);
  path = g_build_filename (model->path, "model.json", NULL);
  return acini_card_save (card, path, error);
}

static char **
list_ids (AciniProject *project, const char *setting)
{
  g_autofree char *text = acini_project_dup_setting (project, setting);

  return g_strsplit (text != NULL ? text : "", "\n", -1);
}

/* Puts @id on the list, or takes it off. */
static gboolean
set_listed (AciniProject *project, const char *setting, const char *id, gboolean listed, GError **error)
{
  g_auto (GStrv) ids = list_ids (project, setting);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; ids[i] != NULL; i++)
    if (*ids[i] != '\0' && !g_str_equal (ids[i], id))
      g_string_append_printf (text, "%s\n", ids[i]);
  if (listed)
    g_string_append_printf (text, "%s\n", id);
  return acini_project_set_setting (project, setting, text->str, error);
}

char **
acini_model_list_archived (AciniProject *project)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);
  return list_ids (project, ARCHIVED);
}

char **
acini_model_list_deleted (AciniProject *project)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (project), NULL);
  return list_ids (project, DELETED);
}

gboolean
acini_model_set_archived (AciniProject *project, const char *id, gboolean archived, GError **error)
{
  g_return_val_if_fail (ACINI_IS_PROJECT (project) && id != NULL, FALSE);
  return set_listed (project, ARCHIVED, id, archived, error);
}

/* Whether @model is one of those that @other consists of. */
static gboolean
is_member (const AciniModelRecord *other, const AciniModelRecord *model)
{
  g_autoptr (GArray) weights = NULL;
  g_auto (GStrv) members
      = acini_ensemble_is_one (other->path) ? acini_ensemble_load (other->path, &weights, NULL) : NULL;

  return members != NULL && g_strv_contains ((const char *const *)members, model->path);
}

/* The training's own copy, from which the model would be taken in again. */
static void
remove_of_jobs (AciniProject *project, const char *id)
{
  g_autoptr (GPtrArray) jobs = acini_list_jobs (project, NULL);

  for (guint i = 0; jobs != NULL && i < jobs->len; i++)
    {
      JsonObject *specification = acini_job_get_specification (jobs->pdata[i]);
      g_autofree char *path = g_build_filename (acini_job_get_folder (jobs->pdata[i]), "model.safetensors", NULL);

      if (g_str_equal (json_object_get_string_member_with_default (specification, "model", ""), id)
          && g_str_equal (acini_job_get_kind (jobs->pdata[i]), "train"))
        g_unlink (path);
    }
}

gboolean
acini_model_delete (AciniProject *project, const AciniModelRecord *model, GPtrArray *models, GError **error)
{
  g_autofree char *in_use = NULL;

  g_return_val_if_fail (model != NULL && models != NULL, FALSE);

  in_use = acini_project_dup_setting (project, "model");
  if (!acini_model_is_own (project, model->path))
    return refuse_foreign (model, error);
  if (g_strcmp0 (in_use, model->id) == 0)
    {
      g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_WRITE,
                   _ ("“%s” is in use: use another model first, then it can be deleted."), model->name);
      return FALSE;
    }
  for (guint i = 0; i < models->len; i++)
    if (is_member (models->pdata[i], model))
      {
        g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_WRITE,
                     _ ("“%s” is part of “%s”, which would not work without it: delete that one first."), model->name,
                     ((const AciniModelRecord *)models->pdata[i])->name);
        return FALSE;
      }
  if (!set_listed (project, DELETED, model->id, TRUE, error))
    return FALSE;
  acini_remove_tree (model->path);
  remove_of_jobs (project, model->id);
  return TRUE;
}

/* Hugging Face. */

/* The numbers of MiT-B0 … B5 (Xie et al. 2021, table 6). */
static const struct
{
  int depths[4], widths[4], decoder;
} sizes[] = {
  { { 2, 2, 2, 2 }, { 32, 64, 160, 256 }, 256 },   { { 2, 2, 2, 2 }, { 64, 128, 320, 512 }, 256 },
  { { 3, 4, 6, 3 }, { 64, 128, 320, 512 }, 768 },  { { 3, 4, 18, 3 }, { 64, 128, 320, 512 }, 768 },
  { { 3, 8, 27, 3 }, { 64, 128, 320, 512 }, 768 }, { { 3, 6, 40, 3 }, { 64, 128, 320, 512 }, 768 },
};

static void
add_integers (JsonObject *object, const char *name, const int numbers[4])
{
  JsonArray *array = json_array_new ();

  for (int i = 0; i < 4; i++)
    json_array_add_int_element (array, numbers[i]);
  json_object_set_array_member (object, name, array);
}

static void
add_numbers (JsonObject *object, const char *name, const double numbers[3])
{
  JsonArray *array = json_array_new ();

  for (int i = 0; i < 3; i++)
    json_array_add_double_element (array, numbers[i]);
  json_object_set_array_member (object, name, array);
}

/* The size of a SegFormer whose names and head are Hugging Face's; -1: it is none. */
static int
find_size (const AciniCard *card)
{
  int size = -1;

  if (g_str_has_prefix (card->architecture, "segformer-b") && strlen (card->architecture) == strlen ("segformer-b0"))
    size = g_ascii_digit_value (card->architecture[strlen ("segformer-b")]);
  return size < (int)G_N_ELEMENTS (sizes) && !g_str_equal (card->layout, "mmseg") ? size : -1;
}

static JsonObject *
describe_network (const AciniCard *card, int size)
{
  static const int heads[] = { 1, 2, 5, 8 }, reductions[] = { 8, 4, 2, 1 }, strides[] = { 4, 2, 2, 2 };
  static const int patches[] = { 7, 3, 3, 3 }, expansions[] = { 4, 4, 4, 4 };
  JsonObject *config = json_object_new (), *names = json_object_new (), *numbers = json_object_new ();
  JsonArray *architectures = json_array_new ();

  json_array_add_string_element (architectures, "SegformerForSemanticSegmentation");
  json_object_set_array_member (config, "architectures", architectures);
  json_object_set_string_member (config, "model_type", "segformer");
  json_object_set_int_member (config, "num_encoder_blocks", 4);
  add_integers (config, "depths", sizes[size].depths);
  add_integers (config, "hidden_sizes", sizes[size].widths);
  add_integers (config, "num_attention_heads", heads);
  add_integers (config, "sr_ratios", reductions);
  add_integers (config, "strides", strides);
  add_integers (config, "patch_sizes", patches);
  add_integers (config, "mlp_ratios", expansions);
  json_object_set_int_member (config, "decoder_hidden_size", sizes[size].decoder);
  json_object_set_string_member (config, "hidden_act", "gelu");
  json_object_set_double_member (config, "layer_norm_eps", 1e-6);
  json_object_set_int_member (config, "semantic_loss_ignore_index", 255);
  json_object_set_string_member (config, "torch_dtype", "float32");
  for (guint i = 0; card->classes[i] != NULL; i++)
    {
      g_autofree char *number = g_strdup_printf ("%u", i);

      json_object_set_string_member (names, number, card->classes[i]);
      json_object_set_int_member (numbers, card->classes[i], i);
    }
  json_object_set_object_member (config, "id2label", names);
  json_object_set_object_member (config, "label2id", numbers);
  return config;
}

static JsonObject *
describe_pixels (const AciniCard *card)
{
  JsonObject *config = json_object_new ();

  json_object_set_string_member (config, "image_processor_type", "SegformerImageProcessor");
  json_object_set_boolean_member (config, "do_resize", FALSE);
  json_object_set_boolean_member (config, "do_rescale", TRUE);
  json_object_set_double_member (config, "rescale_factor", 1 / 255.0);
  json_object_set_boolean_member (config, "do_normalize", TRUE);
  add_numbers (config, "image_mean", card->mean);
  add_numbers (config, "image_std", card->std);
  json_object_set_boolean_member (config, "do_reduce_labels", FALSE);
  return config;
}

/* Takes @object over. */
static gboolean
save_json (JsonObject *object, const char *folder, const char *name, GError **error)
{
  g_autoptr (JsonNode) node = json_node_init_object (json_node_alloc (), object);
  g_autofree char *text = json_to_string (node, TRUE), *path = g_build_filename (folder, name, NULL);

  json_object_unref (object);
  return g_file_set_contents (path, text, -1, error);
}

/* The card for people, with the header that the hub reads. */
static char *
make_readme (const AciniCard *card, gboolean loads)
{
  g_autoptr (GString) text = g_string_new ("---\n");
  double dice = card->scores != NULL ? json_object_get_double_member_with_default (card->scores, "dice", -1) : -1;

  if (card->licence != NULL && *card->licence != '\0')
    {
      g_autofree char *licence = g_ascii_strdown (card->licence, -1);

      g_string_append_printf (text, "license: %s\n", licence);
    }
  g_string_append_printf (text, "library_name: %s\npipeline_tag: image-segmentation\ntags:\n- histology\n",
                          loads ? "transformers" : "acini");
  for (guint i = 0; card->organs != NULL && card->organs[i] != NULL; i++)
    g_string_append_printf (text, "- %s\n", card->organs[i]);
  g_string_append_printf (text, "---\n\n# %s\n\n%s\n\n", card->name,
                          card->description != NULL ? card->description : "");
  g_string_append_printf (text, "- Architecture: %s, %s\n", card->architecture, card->activation);
  if (card->mpp > 0)
    g_string_append_printf (text, "- Works at %g µm per pixel\n", card->mpp);
  g_string_append_printf (text, "- Threshold: %g\n", card->threshold);
  if (card->thresholds != NULL)
    {
      GHashTableIter iter;
      gpointer organ, threshold;

      g_hash_table_iter_init (&iter, card->thresholds);
      while (g_hash_table_iter_next (&iter, &organ, &threshold))
        g_string_append_printf (text, "- Threshold, %s: %g\n", (char *)organ, *(double *)threshold);
    }
  if (dice >= 0)
    g_string_append_printf (text, "- Mean Dice on %d images that were held out: %.3f\n",
                            (int)json_object_get_int_member_with_default (card->scores, "images", 0), dice);
  g_string_append (text, "\nFor research. Not a medical device. model.json has the whole card, as Acini reads it.\n");
  return g_string_free_and_steal (g_steal_pointer (&text));
}

static gboolean
write_export (const AciniCard *card, const char *path, const char *folder, GError **error)
{
  g_autofree char *readme = NULL, *target = g_build_filename (folder, "README.md", NULL);
  int size = find_size (card);

  readme = make_readme (card, size >= 0);
  return acini_model_copy_files (path, folder, error) && g_file_set_contents (target, readme, -1, error)
         && (size < 0
             || (save_json (describe_network (card, size), folder, "config.json", error)
                 && save_json (describe_pixels (card), folder, "preprocessor_config.json", error)));
}

gboolean
acini_model_export (const char *path, const char *folder, GError **error)
{
  g_autoptr (AciniCard) card = NULL;

  g_return_val_if_fail (path != NULL && folder != NULL, FALSE);

  if (acini_ensemble_is_one (path))
    {
      g_set_error_literal (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_WRITE,
                           _ ("Several models saved as one cannot be exported as one: export each of them."));
      return FALSE;
    }
  if (g_file_test (folder, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_WRITE,
                   _ ("“%s” is there already: choose another name for the folder."), folder);
      return FALSE;
    }
  card = acini_card_load (path, error);
  if (card == NULL)
    return FALSE;
  if (write_export (card, path, folder, error))
    return TRUE;
  acini_remove_tree (folder);
  return FALSE;
}
