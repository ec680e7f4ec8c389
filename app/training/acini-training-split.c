/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/training/acini-training-split.h"

#include "app/training/acini-folds.h"
#include "data/project/acini-region.h"

/* One in this many patients (or slides without one) is held out unless the user says which. */
#define HELD_OUT_SHARE 5
#define HELD_OUT_FROM 3
/* A verdict needs five images, a choice three: see acini_training_splits_choose (). */
#define LEAST_TO_JUDGE 5
#define LEAST_TO_CHOOSE 3
/* The setting of a project: which groups were held out and which were learnt from, a line each. */
#define SETTING "held-out"

static gboolean
contains (GArray *slides, gint64 id)
{
  for (guint i = 0; slides != NULL && i < slides->len; i++)
    if (g_array_index (slides, gint64, i) == id)
      return TRUE;
  return FALSE;
}

/* Takes out of @records the slides that have no region of the name that @part is about. */
static gboolean
leave_out (const AciniTrainingPart *part, GPtrArray *records, GError **error)
{
  for (guint i = records->len; i > 0 && part->region != NULL; i--)
    {
      const AciniSlideRecord *record = records->pdata[i - 1];
      g_autoptr (AciniRegionScope) scope = acini_region_scope_new (part->project, record->id, part->region, error);

      if (scope == NULL)
        return FALSE;
      if (!acini_region_scope_is_there (scope))
        g_ptr_array_remove_index (records, i - 1);
    }
  return TRUE;
}

/* The slides that @part names, or all labelled ones, less those that it holds out. */
static GPtrArray *
choose_training (const AciniTrainingPart *part, GPtrArray *records)
{
  GPtrArray *chosen = g_ptr_array_new ();

  for (guint i = 0; i < records->len; i++)
    {
      AciniSlideRecord *record = g_ptr_array_index (records, i);

      if (record->labelled && (part->slides == NULL || contains (part->slides, record->id))
          && !contains (part->held_out, record->id))
        g_ptr_array_add (chosen, record);
    }
  return chosen;
}

/* The labelled slides that the user wants to validate on. */
static GPtrArray *
choose_named (const AciniTrainingPart *part, GPtrArray *records)
{
  GPtrArray *chosen = g_ptr_array_new ();

  for (guint i = 0; i < records->len; i++)
    {
      AciniSlideRecord *record = g_ptr_array_index (records, i);

      if (record->labelled && contains (part->held_out, record->id))
        g_ptr_array_add (chosen, record);
    }
  return chosen;
}

/* Group → whether it is held out, as it was decided before: "held out" or "learnt". */
static GHashTable *
load_decisions (AciniProject *project)
{
  GHashTable *decisions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *text = acini_project_dup_setting (project, SETTING);
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    if ((*lines[i] == '0' || *lines[i] == '1') && lines[i][1] == ' ')
      g_hash_table_insert (decisions, g_strdup (lines[i] + 2), GINT_TO_POINTER (*lines[i] == '1'));
  return decisions;
}

/* Decides about those of @groups (each once, in any order) that are new, so that one in five is held out.  What was
 * learnt from once is not held out later: a model that descends from that training has seen it. */
static void
decide (GHashTable *decisions, GPtrArray *groups)
{
  guint wanted = groups->len < HELD_OUT_FROM ? 0 : MAX (1, groups->len / HELD_OUT_SHARE), n = 0;

  for (guint i = 0; i < groups->len; i++)
    n += g_hash_table_lookup (decisions, groups->pdata[i]) != NULL;
  acini_fold_sort_groups (groups);
  for (guint i = 0; i < groups->len; i++)
    if (!g_hash_table_contains (decisions, groups->pdata[i]))
      {
        gboolean held_out = n < wanted;

        n += held_out;
        g_hash_table_insert (decisions, g_strdup (groups->pdata[i]), GINT_TO_POINTER (held_out));
      }
}

/* Takes the slides to validate on out of the training: whole patients. */
static void
hold_out (AciniTrainingSplit *self, AciniProject *project)
{
  g_autoptr (GHashTable) present = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free), groups = g_ptr_array_new ();

  self->decisions = load_decisions (project);
  for (guint i = 0; i < self->training->len; i++)
    {
      char *group = acini_fold_dup_group (self->training->pdata[i]);

      g_ptr_array_add (names, group);
      if (g_hash_table_add (present, group))
        g_ptr_array_add (groups, group);
    }
  decide (self->decisions, groups);
  for (guint i = self->training->len; i > 0; i--)
    if (g_hash_table_lookup (self->decisions, names->pdata[i - 1]) != NULL)
      g_ptr_array_insert (self->held_out, 0, g_ptr_array_steal_index (self->training, i - 1));
  /* With one patient among the chosen ones there would be nothing to learn from. */
  if (self->training->len == 0)
    {
      g_ptr_array_extend (self->training, self->held_out, NULL, NULL);
      g_ptr_array_set_size (self->held_out, 0);
    }
}

AciniTrainingSplit *
acini_training_split_new (const AciniTrainingPart *part, GError **error)
{
  g_autoptr (AciniTrainingSplit) self = NULL;

  g_return_val_if_fail (part != NULL && ACINI_IS_PROJECT (part->project), NULL);

  self = g_new0 (AciniTrainingSplit, 1);
  self->records = acini_project_list_slides (part->project, error);
  if (self->records == NULL || !leave_out (part, self->records, error))
    return NULL;
  self->training = choose_training (part, self->records);
  self->held_out = choose_named (part, self->records);
  if (part->held_out == NULL)
    hold_out (self, part->project);
  return g_steal_pointer (&self);
}

gboolean
acini_training_split_keep (AciniTrainingSplit *self, AciniProject *project, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *old = NULL;
  g_autoptr (GPtrArray) names = NULL;

  g_return_val_if_fail (self != NULL && ACINI_IS_PROJECT (project), FALSE);

  if (self->decisions == NULL || acini_project_get_read_only (project) != NULL)
    return TRUE;
  names = g_hash_table_get_keys_as_ptr_array (self->decisions);
  g_ptr_array_sort_values (names, (GCompareFunc)g_strcmp0);
  for (guint i = 0; i < names->len; i++)
    g_string_append_printf (text, "%d %s\n", g_hash_table_lookup (self->decisions, names->pdata[i]) != NULL,
                            (const char *)names->pdata[i]);
  old = acini_project_dup_setting (project, SETTING);
  return g_strcmp0 (old, text->str) == 0 || acini_project_set_setting (project, SETTING, text->str, error);
}

void
acini_training_split_free (AciniTrainingSplit *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->training, g_ptr_array_unref);
  g_clear_pointer (&self->held_out, g_ptr_array_unref);
  g_clear_pointer (&self->records, g_ptr_array_unref);
  g_clear_pointer (&self->decisions, g_hash_table_unref);
  g_free (self);
}

/* (element-type utf8) the groups of the held-out images, one an image. */
static GPtrArray *
list_held_out_groups (GPtrArray *splits)
{
  GPtrArray *groups = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < splits->len; i++)
    {
      const AciniTrainingSplit *split = splits->pdata[i];

      for (guint k = 0; k < split->held_out->len; k++)
        g_ptr_array_add (groups, acini_fold_dup_group (split->held_out->pdata[k]));
    }
  return groups;
}

/* The first groups in their lasting order, until they have their share of the images.  Returns: (transfer full) a set,
 * whose names belong to @groups; NULL where too few are left on one side. */
static GHashTable *
choose_groups (GPtrArray *groups)
{
  g_autoptr (GHashTable) sizes = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) chosen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) names = NULL;
  guint wanted = MAX (LEAST_TO_CHOOSE, groups->len * 2 / 5), n = 0;

  for (guint i = 0; i < groups->len; i++)
    g_hash_table_insert (sizes, groups->pdata[i],
                         GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (sizes, groups->pdata[i])) + 1));
  names = g_hash_table_get_keys_as_ptr_array (sizes);
  acini_fold_sort_groups (names);
  for (guint i = 0; i < names->len && n < wanted; i++)
    {
      n += GPOINTER_TO_UINT (g_hash_table_lookup (sizes, names->pdata[i]));
      g_hash_table_add (chosen, names->pdata[i]);
    }
  return n >= LEAST_TO_CHOOSE && groups->len >= n + LEAST_TO_JUDGE ? g_steal_pointer (&chosen) : NULL;
}

GPtrArray *
acini_training_splits_choose (GPtrArray *splits)
{
  g_autoptr (GPtrArray) groups = NULL, sets = NULL;
  g_autoptr (GHashTable) chosen = NULL;

  g_return_val_if_fail (splits != NULL, NULL);

  groups = list_held_out_groups (splits);
  chosen = choose_groups (groups);
  if (chosen == NULL)
    return NULL;
  sets = g_ptr_array_new_with_free_func ((GDestroyNotify)g_hash_table_unref);
  for (guint i = 0, at = 0; i < splits->len; i++)
    {
      const AciniTrainingSplit *split = splits->pdata[i];
      GHashTable *ids = g_hash_table_new (g_int64_hash, g_int64_equal);

      for (guint k = 0; k < split->held_out->len; k++, at++)
        if (g_hash_table_contains (chosen, groups->pdata[at]))
          g_hash_table_add (ids, &((AciniSlideRecord *)split->held_out->pdata[k])->id);
      g_ptr_array_add (sets, ids);
    }
  return g_steal_pointer (&sets);
}

void
acini_training_split_list_taken (AciniTrainingSplit *self, GHashTable *paths)
{
  g_autoptr (GHashTable) held_out = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  g_return_if_fail (self != NULL && paths != NULL);

  for (guint i = 0; i < self->held_out->len; i++)
    g_hash_table_add (held_out, acini_fold_dup_group (self->held_out->pdata[i]));
  for (guint i = 0; i < self->records->len; i++)
    {
      AciniSlideRecord *record = self->records->pdata[i];
      g_autofree char *group = acini_fold_dup_group (record);

      if (g_hash_table_contains (held_out, group) || g_ptr_array_find (self->training, record, NULL))
        g_hash_table_add (paths, g_canonicalize_filename (record->path, NULL));
    }
}
