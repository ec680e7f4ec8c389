/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/training/acini-replay.h"

#include "app/jobs/acini-job-list.h"
#include "app/jobs/acini-specification.h"
#include "model/core/acini-card.h"

/* Longer lines of models than that are a circle in damaged cards. */
#define MOST_ANCESTORS 1000

static const char *
get_text (JsonObject *object, const char *name)
{
  return json_object_get_string_member_with_default (object, name, "");
}

/* Adds a slide of the job in @folder, unless a later training had it, too. */
static void
add_slide (AciniReplay *self, GHashTable *seen, JsonObject *slide, const char *folder)
{
  g_autofree char *path = acini_specification_dup_path (slide, folder);
  g_autofree char *snapshot = g_canonicalize_filename (get_text (slide, "snapshot"), folder);
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT), copy = NULL;
  g_autofree char *text = NULL;
  JsonObject *own;

  if (g_hash_table_contains (seen, path))
    return;
  g_hash_table_add (seen, g_strdup (path));
  if (!g_file_test (path, G_FILE_TEST_EXISTS) || !g_file_test (snapshot, G_FILE_TEST_IS_REGULAR))
    {
      self->n_missing++;
      return;
    }
  json_node_set_object (node, slide);
  /* Of its own even where the job's is immutable. */
  text = json_to_string (node, FALSE);
  copy = json_from_string (text, NULL);
  own = json_node_dup_object (copy);
  /* One that is no text stays the URI that it was put down as. */
  if (g_utf8_validate (path, -1, NULL))
    json_object_set_string_member (own, "path", path);
  json_object_set_string_member (own, "snapshot", snapshot);
  g_ptr_array_add (self->slides, own);
}

static void
add_slides (AciniReplay *self, GHashTable *seen, AciniJob *job, const char *name)
{
  JsonNode *node = json_object_get_member (acini_job_get_specification (job), name);
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    add_slide (self, seen, json_array_get_object_element (array, i), acini_job_get_folder (job));
}

/* The training that made the model @id, NULL where there is none. */
static AciniJob *
find_job (GPtrArray *jobs, const char *id)
{
  for (guint i = 0; i < jobs->len; i++)
    if (g_str_equal (acini_job_get_kind (jobs->pdata[i]), "train")
        && g_str_equal (get_text (acini_job_get_specification (jobs->pdata[i]), "model"), id))
      return jobs->pdata[i];
  return NULL;
}

AciniReplay *
acini_replay_new (AciniProject *project, const char *parent, GError **error)
{
  g_autoptr (AciniReplay) self = g_new0 (AciniReplay, 1);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) jobs = NULL;
  g_autoptr (AciniCard) card = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && parent != NULL, NULL);

  self->slides = g_ptr_array_new_with_free_func ((GDestroyNotify)json_object_unref);
  jobs = acini_list_jobs (project, error);
  if (jobs == NULL)
    return NULL;
  card = acini_card_load (parent, NULL);
  for (int i = 0; card != NULL && i < MOST_ANCESTORS; i++)
    {
      AciniJob *job = *card->id != '\0' ? find_job (jobs, card->id) : NULL;
      g_autofree char *folder = NULL;
      AciniCard *next = NULL;

      if (job != NULL)
        {
          add_slides (self, seen, job, "training");
          add_slides (self, seen, job, "replay");
        }
      if (*card->parent != '\0')
        {
          folder = acini_project_build_path (project, "models", card->parent, NULL);
          next = acini_card_load (folder, NULL);
        }
      acini_card_free (card);
      card = next;
    }
  return g_steal_pointer (&self);
}

void
acini_replay_free (AciniReplay *self)
{
  g_return_if_fail (self != NULL);

  g_ptr_array_unref (self->slides);
  g_free (self);
}

void
acini_replay_exclude (AciniReplay *self, GHashTable *paths)
{
  g_return_if_fail (self != NULL && paths != NULL);

  for (guint i = self->slides->len; i > 0; i--)
    {
      g_autofree char *path = acini_specification_dup_path (self->slides->pdata[i - 1], "/");

      if (g_hash_table_contains (paths, path))
        g_ptr_array_remove_index (self->slides, i - 1);
    }
}

/* The name in @folder of the copy of @snapshot, which is made where there is none yet.  Returns: (transfer none) */
static const char *
copy_snapshot (GHashTable *copies, const char *snapshot, const char *folder, GError **error)
{
  const char *known = g_hash_table_lookup (copies, snapshot);
  g_autofree char *name = g_strdup_printf ("replay-%u.sqlite", g_hash_table_size (copies) + 1);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GFile) from = g_file_new_for_path (snapshot), to = g_file_new_for_path (path);

  if (known != NULL)
    return known;
  if (!g_file_copy (from, to, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, error))
    return NULL;
  g_hash_table_insert (copies, g_strdup (snapshot), name);
  return g_steal_pointer (&name);
}

gboolean
acini_replay_freeze (AciniReplay *self, AciniProject *home, const char *folder, JsonArray *array, GError **error)
{
  g_autoptr (GHashTable) copies = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  g_return_val_if_fail (self != NULL && ACINI_IS_PROJECT (home) && folder != NULL && array != NULL, FALSE);

  for (guint i = 0; i < self->slides->len; i++)
    {
      JsonObject *slide = self->slides->pdata[i];
      const char *stored = get_text (slide, "path");
      g_autofree char *path
          = g_str_has_prefix (stored, "file:///") ? g_strdup (stored) : acini_specification_path (home, stored);
      const char *name = copy_snapshot (copies, get_text (slide, "snapshot"), folder, error);

      if (name == NULL)
        return FALSE;
      json_object_set_string_member (slide, "path", path);
      json_object_set_string_member (slide, "snapshot", name);
      json_array_add_object_element (array, json_object_ref (slide));
    }
  return TRUE;
}
