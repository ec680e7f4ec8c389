/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/training/acini-folds.h"

#include "app/jobs/acini-job.h"

#include "acini-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

char *
acini_fold_dup_group (const AciniSlideRecord *record)
{
  gboolean has_patient = record->details.patient != NULL && *record->details.patient != '\0';

  return g_strdup (has_patient ? record->details.patient : record->name);
}

/* Groups by the hash of their name: in an order that has nothing to do with who was first. */
static int
compare_hashes (gconstpointer a, gconstpointer b)
{
  const char *x = *(const char *const *)a, *y = *(const char *const *)b;
  g_autofree char *first = g_compute_checksum_for_string (G_CHECKSUM_SHA256, x, -1);
  g_autofree char *second = g_compute_checksum_for_string (G_CHECKSUM_SHA256, y, -1);

  return strcmp (first, second);
}

void
acini_fold_sort_groups (GPtrArray *groups)
{
  g_ptr_array_sort (groups, compare_hashes);
}

/* Group → fold + 1, as it was decided before. */
static GHashTable *
load_folds (AciniProject *project, const char *key, guint k, guint *sizes)
{
  GHashTable *folds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *text = acini_project_dup_setting (project, key);
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *name = NULL;
      guint64 fold = g_ascii_strtoull (lines[i], &name, 10);

      if (*name != ' ' || fold >= k)
        continue;
      g_hash_table_insert (folds, g_strdup (name + 1), GUINT_TO_POINTER ((guint)fold + 1));
      sizes[fold]++;
    }
  return folds;
}

static gboolean
save_folds (AciniProject *project, const char *key, GHashTable *folds, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GHashTableIter iter;
  gpointer name, fold;

  g_hash_table_iter_init (&iter, folds);
  while (g_hash_table_iter_next (&iter, &name, &fold))
    g_string_append_printf (text, "%u %s\n", GPOINTER_TO_UINT (fold) - 1, (char *)name);
  return acini_project_set_setting (project, key, text->str, error);
}

static guint
find_smallest (const guint *sizes, guint k)
{
  guint smallest = 0;

  for (guint i = 1; i < k; i++)
    if (sizes[i] < sizes[smallest])
      smallest = i;
  return smallest;
}

GArray *
acini_folds_assign (AciniProject *project, guint k, GPtrArray *records, GError **error)
{
  g_autofree char *key = g_strdup_printf ("folds-%u", k);
  g_autofree guint *sizes = g_new0 (guint, MAX (k, 1));
  g_autoptr (GHashTable) folds = NULL, present = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) groups = g_ptr_array_new_with_free_func (g_free), fresh = g_ptr_array_new ();
  GArray *result;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && k >= 2 && records != NULL, NULL);

  folds = load_folds (project, key, k, sizes);
  for (guint i = 0; i < records->len; i++)
    {
      char *group = acini_fold_dup_group (records->pdata[i]);

      g_ptr_array_add (groups, group);
      if (g_hash_table_add (present, group) && !g_hash_table_contains (folds, group))
        g_ptr_array_add (fresh, group);
    }
  if (g_hash_table_size (present) < k)
    {
      g_set_error (error, ACINI_JOB_ERROR, ACINI_JOB_ERROR_START,
                   ngettext ("There is %u slide with labels, which cannot be divided into %u folds: label more slides, "
                             "or take fewer folds.",
                             "There are %u slides with labels, which cannot be divided into %u folds: label more "
                             "slides, or take fewer folds.",
                             g_hash_table_size (present)),
                   g_hash_table_size (present), k);
      return NULL;
    }
  acini_fold_sort_groups (fresh);
  for (guint i = 0; i < fresh->len; i++)
    {
      guint fold = find_smallest (sizes, k);

      sizes[fold]++;
      g_hash_table_insert (folds, g_strdup (fresh->pdata[i]), GUINT_TO_POINTER (fold + 1));
    }
  if (fresh->len > 0 && !save_folds (project, key, folds, error))
    return NULL;
  result = g_array_new (FALSE, FALSE, sizeof (int));
  for (guint i = 0; i < groups->len; i++)
    {
      int fold = (int)GPOINTER_TO_UINT (g_hash_table_lookup (folds, groups->pdata[i])) - 1;

      g_array_append_val (result, fold);
    }
  return result;
}
