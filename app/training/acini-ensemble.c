/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/training/acini-ensemble.h"

#include "app/jobs/acini-job.h"
#include "app/jobs/acini-specification.h"
#include "model/core/acini-card.h"

#include "acini-config.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#define FILE_NAME "ensemble.json"

gboolean
acini_ensemble_is_one (const char *path)
{
  g_autofree char *file = NULL;

  g_return_val_if_fail (path != NULL, FALSE);

  file = g_build_filename (path, FILE_NAME, NULL);
  return g_file_test (file, G_FILE_TEST_IS_REGULAR);
}

/* The array of members in the file, NULL where it is none. */
static JsonArray *
get_members (JsonParser *parser)
{
  JsonNode *root = json_parser_get_root (parser);
  JsonNode *node = root != NULL && JSON_NODE_HOLDS_OBJECT (root)
                       ? json_object_get_member (json_node_get_object (root), "members")
                       : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

char **
acini_ensemble_load (const char *path, GArray **weights, GError **error)
{
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autofree char *file = NULL;
  JsonArray *members;

  g_return_val_if_fail (path != NULL && weights != NULL, NULL);

  file = g_build_filename (path, FILE_NAME, NULL);
  if (!json_parser_load_from_file (parser, file, error))
    return NULL;
  members = get_members (parser);
  for (guint i = 0; members != NULL && i < json_array_get_length (members); i++)
    {
      JsonNode *node = json_array_get_element (members, i);
      JsonObject *member = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *name = member != NULL ? json_object_get_string_member_with_default (member, "path", NULL) : NULL;
      double weight = member != NULL ? json_object_get_double_member_with_default (member, "weight", 1) : 0;

      if (name == NULL || !(weight > 0))
        continue;
      g_strv_builder_take (paths, g_canonicalize_filename (name, path));
      g_array_append_val (numbers, weight);
    }
  if (numbers->len == 0)
    {
      g_set_error (error, ACINI_CARD_ERROR, ACINI_CARD_ERROR_DAMAGED,
                   _ ("“%s” names no models: the model cannot be used. Make it anew from its members."), file);
      return NULL;
    }
  *weights = g_steal_pointer (&numbers);
  return g_strv_builder_end (paths);
}

static gboolean
write_members (const char *folder, const char *const *paths, GError **error)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *file = g_build_filename (folder, FILE_NAME, NULL), *text = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "members");
  json_builder_begin_array (builder);
  for (; *paths != NULL; paths++)
    {
      /* All models of a project lie side by side. */
      g_autofree char *base = g_path_get_basename (*paths), *name = g_build_filename ("..", base, NULL);

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "path");
      json_builder_add_string_value (builder, name);
      json_builder_set_member_name (builder, "weight");
      json_builder_add_double_value (builder, 1);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, TRUE);
  return g_file_set_contents (file, text, -1, error);
}

/* What any of the models has learnt from. */
static JsonObject *
join_training (const char *const *paths)
{
  JsonObject *training = json_object_new ();
  JsonArray *names = json_array_new ();
  g_autoptr (GHashTable) all = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (; *paths != NULL; paths++)
    {
      g_autoptr (AciniCard) card = acini_card_load (*paths, NULL);
      g_autoptr (GHashTable) learnt = card != NULL ? acini_card_list_learnt (card) : NULL;
      g_autoptr (GPtrArray) sorted = learnt != NULL ? g_hash_table_get_keys_as_ptr_array (learnt) : g_ptr_array_new ();

      g_ptr_array_sort_values (sorted, (GCompareFunc)g_strcmp0);
      for (guint i = 0; i < sorted->len; i++)
        if (g_hash_table_add (all, g_strdup (sorted->pdata[i])))
          json_array_add_string_element (names, sorted->pdata[i]);
    }
  json_object_set_array_member (training, "items", names);
  return training;
}

/* The card of the first, with a name, a description and scores of its own. */
static AciniCard *
make_card (const char *const *paths, const char *id, const char *name, JsonObject *scores, GError **error)
{
  g_autoptr (AciniCard) card = acini_card_load (paths[0], error);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  if (card == NULL)
    return NULL;
  g_set_str (&card->id, id);
  g_set_str (&card->name, name);
  g_free (card->description);
  card->description = g_strdup_printf ("The mean of the probabilities of %u models.", g_strv_length ((char **)paths));
  g_free (card->created);
  card->created = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  g_clear_pointer (&card->training, json_object_unref);
  card->training = join_training (paths);
  g_clear_pointer (&card->scores, json_object_unref);
  card->scores = scores != NULL ? json_object_ref (scores) : NULL;
  return g_steal_pointer (&card);
}

char *
acini_ensemble_save (AciniProject *project, const char *const *paths, const char *name, JsonObject *scores,
                     GError **error)
{
  g_autofree char *id = NULL, *folder = NULL, *file = NULL;
  g_autoptr (AciniCard) card = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && paths != NULL && paths[0] != NULL && name != NULL, NULL);

  id = acini_make_id (name);
  card = make_card (paths, id, name, scores, error);
  if (card == NULL)
    return NULL;
  folder = acini_project_build_path (project, "models", id, NULL);
  file = g_build_filename (folder, "model.json", NULL);
  if (g_mkdir_with_parents (folder, 0777) != 0)
    {
      g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_WRITE, _ ("The folder “%s” could not be created."), folder);
      return NULL;
    }
  if (write_members (folder, paths, error) && acini_card_save (card, file, error)
      && acini_project_add_model (project, id, name, folder, card->parent, error))
    return g_steal_pointer (&id);
  acini_remove_tree (folder);
  return NULL;
}
