/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/interchange/acini-slide-table.h"

#include "data/annotations/acini-csv.h"
#include "data/base/acini-file-name.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* No word about a slide is longer; run lengths, which are, are passed over. */
#define LONGEST_FIELD 4096

struct _AciniSlideTable
{
  GHashTable *rows; /* name without folder and suffix → AciniSlideFields */
};

void
acini_slide_table_free (AciniSlideTable *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->rows);
  g_free (self);
}

static gboolean
take_row (AciniSlideTable *self, AciniCsv *text, const GPtrArray *head, const GPtrArray *row, guint key, GError **error)
{
  g_autoptr (AciniSlideFields) fields = acini_slide_fields_new ();
  g_autofree char *name = NULL;

  if (row->len == 1 && *(char *)row->pdata[0] == '\0')
    return TRUE;
  for (guint i = 0; i < MIN (head->len, row->len); i++)
    if (i != key && !acini_slide_fields_take (fields, head->pdata[i], row->pdata[i], error))
      {
        g_prefix_error (error, _ ("Line %u: "), acini_csv_get_line (text));
        return FALSE;
      }
  if (key < row->len && *(char *)row->pdata[key] != '\0')
    {
      name = acini_file_name_dup_stem (row->pdata[key]);
      g_hash_table_insert (self->rows, g_steal_pointer (&name), g_steal_pointer (&fields));
    }
  return TRUE;
}

static gboolean
read_table (AciniSlideTable *self, AciniCsv *text, const char *path, GError **error)
{
  g_autoptr (GPtrArray) head = NULL;
  gboolean known = FALSE;
  guint key;

  if (!acini_csv_read (text, &head, error))
    return FALSE;
  for (guint i = 0; head != NULL && i < head->len; i++)
    known = known || acini_slide_fields_is_known (head->pdata[i]);
  if (!known)
    {
      g_autofree char *name = g_filename_display_basename (path);

      g_set_error (error, ACINI_SLIDE_FIELDS_ERROR, ACINI_SLIDE_FIELDS_ERROR_VALUE,
                   _ ("“%s” has no column about slides in its first line: organ, pixel_size, patient, source, split, "
                      "sex, age or thickness."),
                   name);
      return FALSE;
    }
  key = (guint)acini_csv_find_key (head);
  for (;;)
    {
      g_autoptr (GPtrArray) row = NULL;

      if (!acini_csv_read (text, &row, error))
        return FALSE;
      if (row == NULL)
        return TRUE;
      if (!take_row (self, text, head, row, key, error))
        return FALSE;
    }
}

AciniSlideTable *
acini_slide_table_load (const char *path, GError **error)
{
  g_autoptr (AciniSlideTable) self = g_new0 (AciniSlideTable, 1);
  g_autoptr (AciniCsv) text = acini_csv_open (path, LONGEST_FIELD, NULL, error);

  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)acini_slide_fields_free);
  return text != NULL && read_table (self, text, path, error) ? g_steal_pointer (&self) : NULL;
}

guint
acini_slide_table_get_n_rows (const AciniSlideTable *self)
{
  return g_hash_table_size (self->rows);
}

const AciniSlideFields *
acini_slide_table_find (const AciniSlideTable *self, const char *name)
{
  g_autofree char *stem = NULL;
  const AciniSlideFields *found;

  g_return_val_if_fail (self != NULL && name != NULL, NULL);

  found = g_hash_table_lookup (self->rows, name);
  if (found != NULL)
    return found;
  stem = acini_file_name_dup_stem (name);
  return g_hash_table_lookup (self->rows, stem);
}

/* "{patient}_*" as a regular expression with the columns' names as groups; those may hold what no group's name may, so
 * they are numbered, and @names says which is which. */
static GRegex *
compile (const char *pattern, GPtrArray *names, GError **error)
{
  g_autoptr (GString) expression = g_string_new ("^");

  for (const char *at = pattern; *at != '\0';)
    {
      const char *end = *at == '{' ? strchr (at, '}') : NULL;

      if (end != NULL)
        {
          char *name = g_strndup (at + 1, (gsize)(end - at - 1));

          g_ptr_array_add (names, name);
          if (!acini_slide_fields_is_known (name))
            {
              g_set_error (error, ACINI_SLIDE_FIELDS_ERROR, ACINI_SLIDE_FIELDS_ERROR_VALUE,
                           _ ("“{%s}” in the name pattern is none of organ, patient, source, split, sex and age."),
                           name);
              return NULL;
            }
          g_string_append (expression, "(.+?)");
          at = end + 1;
        }
      else
        {
          g_autofree char *plain = g_regex_escape_string (at, (int)(g_utf8_next_char (at) - at));

          g_string_append (expression, *at == '*' ? ".*" : *at == '?' ? "." : plain);
          at = g_utf8_next_char (at);
        }
    }
  g_string_append_c (expression, '$');
  return g_regex_new (expression->str, G_REGEX_DEFAULT, G_REGEX_MATCH_DEFAULT, error);
}

gboolean
acini_slide_pattern_match (const char *pattern, const char *name, AciniSlideFields **fields, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (AciniSlideFields) found = NULL;
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GRegex) regex = NULL;

  g_return_val_if_fail (pattern != NULL && name != NULL && fields != NULL, FALSE);

  *fields = NULL;
  regex = compile (pattern, names, error);
  if (regex == NULL)
    return FALSE;
  if (!g_regex_match (regex, name, G_REGEX_MATCH_DEFAULT, &match))
    return TRUE;
  found = acini_slide_fields_new ();
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *value = g_match_info_fetch (match, (int)i + 1);

      if (!acini_slide_fields_take (found, names->pdata[i], value, error))
        return FALSE;
    }
  *fields = g_steal_pointer (&found);
  return TRUE;
}

static gboolean
apply_to_slide (AciniProject *project, const AciniSlideRecord *record, const AciniSlideTable *table,
                const char *pattern, guint *n, GError **error)
{
  g_autofree char *stem = acini_file_name_dup_stem (record->path);
  const AciniSlideFields *row = table != NULL ? acini_slide_table_find (table, record->name) : NULL;
  g_autoptr (AciniSlideFields) named = NULL, all = acini_slide_fields_new ();
  g_autoptr (AciniChange) change = NULL;

  if (table != NULL && row == NULL)
    row = acini_slide_table_find (table, stem);
  if (pattern != NULL && !acini_slide_pattern_match (pattern, record->name, &named, error))
    return FALSE;
  if (row != NULL)
    acini_slide_fields_merge (all, row);
  if (named != NULL)
    acini_slide_fields_merge (all, named);
  change = acini_slide_fields_make_change (all, record->id);
  *n += change != NULL;
  return change == NULL || acini_project_write_change (project, change, error);
}

gboolean
acini_slide_table_apply (AciniProject *project, const AciniSlideTable *table, const char *pattern, guint *n,
                         GError **error)
{
  g_autoptr (GPtrArray) slides = NULL;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && n != NULL, FALSE);

  *n = 0;
  slides = acini_project_list_slides (project, error);
  for (guint i = 0; slides != NULL && i < slides->len; i++)
    if (!apply_to_slide (project, slides->pdata[i], table, pattern, n, error))
      return FALSE;
  return slides != NULL;
}
