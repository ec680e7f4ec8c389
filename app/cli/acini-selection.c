/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/cli/acini-selection.h"
#include "app/cli/acini-command.h"
#include "app/training/acini-models.h"

#include <string.h>

/* Whether @name is one of "STEM1..20END". */
static gboolean
is_in_range (const char *range, const char *name)
{
  g_autoptr (GRegex) regex = g_regex_new ("^(.*?)(\\d+)\\.\\.(\\d+)(\\D*)$", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *stem = NULL, *first = NULL, *last = NULL, *end = NULL, *number = NULL;
  gsize length;
  gint64 value;

  if (!g_regex_match (regex, range, 0, &match))
    return FALSE;
  stem = g_match_info_fetch (match, 1);
  first = g_match_info_fetch (match, 2);
  last = g_match_info_fetch (match, 3);
  end = g_match_info_fetch (match, 4);
  length = strlen (name);
  if (!g_str_has_prefix (name, stem) || !g_str_has_suffix (name, end) || length <= strlen (stem) + strlen (end))
    return FALSE;
  number = g_strndup (name + strlen (stem), length - strlen (stem) - strlen (end));
  if (strspn (number, "0123456789") != strlen (number))
    return FALSE;
  value = g_ascii_strtoll (number, NULL, 10);
  return value >= g_ascii_strtoll (first, NULL, 10) && value <= g_ascii_strtoll (last, NULL, 10);
}

static gboolean
matches (const char *pattern, const char *name)
{
  return g_str_equal (pattern, name) || g_pattern_match_simple (pattern, name) || is_in_range (pattern, name);
}

/* Marks the records that @patterns name. */
static gboolean
mark (GPtrArray *records, const char *patterns, gboolean *marks, GError **error)
{
  g_auto (GStrv) list = g_strsplit (patterns, ",", -1);

  /* A name may have a comma in it. */
  for (guint j = 0; j < records->len; j++)
    if (g_str_equal (patterns, ((AciniSlideRecord *)g_ptr_array_index (records, j))->name))
      return marks[j] = TRUE;
  for (guint i = 0; list[i] != NULL; i++)
    {
      const char *pattern = g_strstrip (list[i]);
      gboolean found = FALSE;

      for (guint j = 0; j < records->len; j++)
        if (matches (pattern, ((AciniSlideRecord *)g_ptr_array_index (records, j))->name))
          found = marks[j] = TRUE;
      if (!found && *pattern != '\0')
        {
          g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                       "The project has no slide named “%s”. “acini-cli list” shows the names.", pattern);
          return FALSE;
        }
    }
  return TRUE;
}

GPtrArray *
acini_select_slides (AciniProject *project, const char *patterns, const char *except, GError **error)
{
  g_autoptr (GPtrArray) records = acini_project_list_slides (project, error);
  g_autofree gboolean *wanted = NULL, *unwanted = NULL;

  if (records == NULL)
    return NULL;
  wanted = g_new0 (gboolean, records->len + 1);
  unwanted = g_new0 (gboolean, records->len + 1);
  if ((patterns != NULL && !mark (records, patterns, wanted, error))
      || (except != NULL && !mark (records, except, unwanted, error)))
    return NULL;
  for (guint i = records->len; i > 0; i--)
    if ((patterns != NULL && !wanted[i - 1]) || unwanted[i - 1])
      g_ptr_array_remove_index (records, i - 1);
  return g_steal_pointer (&records);
}

GArray *
acini_get_slide_ids (GPtrArray *records)
{
  GArray *ids = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < records->len; i++)
    g_array_append_val (ids, ((AciniSlideRecord *)g_ptr_array_index (records, i))->id);
  return ids;
}

char *
acini_select_model (AciniProject *project, const char *wanted, GError **error)
{
  g_autoptr (GPtrArray) models = NULL;
  g_autofree char *path = NULL;

  if (wanted == NULL && project != NULL)
    path = acini_dup_model_in_use (project, NULL);
  else if (wanted == NULL || g_str_equal (wanted, "starter"))
    path = acini_find_starter ();
  if (path == NULL && (wanted == NULL || g_str_equal (wanted, "starter")))
    {
      g_set_error_literal (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
                           "The starter model is missing from this installation. Choose another with --model.");
      return NULL;
    }
  if (path != NULL)
    return g_steal_pointer (&path);

  models = project != NULL ? acini_list_models (project, NULL) : NULL;
  /* The newest of several of the same name. */
  for (guint i = models != NULL ? models->len : 0; i > 0; i--)
    {
      AciniModelRecord *record = g_ptr_array_index (models, i - 1);

      if (g_str_equal (record->id, wanted) || g_str_equal (record->name, wanted))
        return g_strdup (record->path);
    }
  if (g_file_test (wanted, G_FILE_TEST_EXISTS))
    return g_canonicalize_filename (wanted, NULL);
  g_set_error (error, ACINI_CLI_ERROR, ACINI_CLI_ERROR_FAILED,
               "There is no model “%s”: neither a file, nor the id or name of one%s.", wanted,
               project != NULL ? " in the project" : "");
  return NULL;
}
