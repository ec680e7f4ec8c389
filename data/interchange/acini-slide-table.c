/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/interchange/acini-slide-table.h"

#include "data/annotations/acini-source.h"
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

/* Reading */

typedef struct
{
  AciniSource *source;
  const char *at, *end;
  guint line;
  char separator;
  GString *field;
} Text;

/* The next character, -1 at the end, -2 with @error set. */
static int
get (Text *self, GError **error)
{
  if (self->at == self->end)
    {
      gssize n = acini_source_read (self->source, &self->at, error);

      self->end = self->at + MAX (n, 0);
      if (n <= 0)
        return n < 0 ? -2 : -1;
    }
  return (guchar)*self->at++;
}

/* One row of fields (RFC 4180), those too long empty.  *@fields: (transfer full), NULL at the end of the file. */
static gboolean
read_row (Text *self, GPtrArray **fields, GError **error)
{
  g_autoptr (GPtrArray) row = g_ptr_array_new_with_free_func (g_free);
  gboolean quoted = FALSE;
  int c = 0;

  *fields = NULL;
  g_string_truncate (self->field, 0);
  while (TRUE)
    {
      gboolean over;

      c = get (self, error);
      if (c == -2)
        return FALSE;
      if (c == -1 && row->len == 0 && self->field->len == 0)
        return TRUE;
      over = c == -1 || (c == '\n' && !quoted);
      if (over || (c == self->separator && !quoted))
        {
          g_ptr_array_add (row, g_strdup (self->field->len <= LONGEST_FIELD ? g_strstrip (self->field->str) : ""));
          g_string_truncate (self->field, 0);
          if (over)
            break;
        }
      else if (c == '"')
        quoted = !quoted;
      else if (c != '\r' && self->field->len <= LONGEST_FIELD)
        g_string_append_c (self->field, (char)c);
    }
  self->line++;
  *fields = g_steal_pointer (&row);
  return TRUE;
}

/* The separator that the head has most of. */
static char
find_separator (const char *path, GError **error)
{
  g_autoptr (AciniSource) source = acini_source_open (path, NULL, error);
  guint counts[3] = { 0 }, best = 0;
  const char separators[] = ",\t;";
  const char *bytes;
  gssize n = source != NULL ? acini_source_read (source, &bytes, error) : -1;

  if (n < 0)
    return '\0';
  for (gssize i = 0; i < n && bytes[i] != '\n'; i++)
    for (guint j = 0; j < 3; j++)
      counts[j] += bytes[i] == separators[j];
  for (guint j = 1; j < 3; j++)
    best = counts[j] > counts[best] ? j : best;
  return separators[best];
}

static guint
find_key (const GPtrArray *head)
{
  static const char *const names[] = { "id",    "name",  "file",     "filename", "file_name", "image_file",
                                       "image", "slide", "image_id", "slide_id", "path" };

  for (guint j = 0; j < head->len; j++)
    for (guint i = 0; i < G_N_ELEMENTS (names); i++)
      if (g_ascii_strcasecmp (head->pdata[j], names[i]) == 0)
        return j;
  return 0;
}

static gboolean
take_row (AciniSlideTable *self, Text *text, const GPtrArray *head, const GPtrArray *row, guint key, GError **error)
{
  g_autoptr (AciniSlideFields) fields = acini_slide_fields_new ();
  g_autofree char *name = NULL;

  if (row->len == 1 && *(char *)row->pdata[0] == '\0')
    return TRUE;
  for (guint i = 0; i < MIN (head->len, row->len); i++)
    if (i != key && !acini_slide_fields_take (fields, head->pdata[i], row->pdata[i], error))
      {
        g_prefix_error (error, _ ("Line %u: "), text->line);
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
read_table (AciniSlideTable *self, Text *text, const char *path, GError **error)
{
  g_autoptr (GPtrArray) head = NULL;
  gboolean known = FALSE;
  guint key;

  if (!read_row (text, &head, error))
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
  key = find_key (head);
  for (;;)
    {
      g_autoptr (GPtrArray) row = NULL;

      if (!read_row (text, &row, error))
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
  g_autoptr (AciniSource) source = NULL;
  g_autoptr (GString) field = g_string_new (NULL);
  Text text = { .separator = find_separator (path, error), .field = field };

  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)acini_slide_fields_free);
  source = text.separator != '\0' ? acini_source_open (path, NULL, error) : NULL;
  text.source = source;
  return source != NULL && read_table (self, &text, path, error) ? g_steal_pointer (&self) : NULL;
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
