/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/annotations/acini-csv.h"

#include "data/annotations/acini-source.h"

#include <string.h>

struct _AciniCsv
{
  AciniSource *source;
  const char *at, *end; /* of the source's piece */
  guint line;
  char separator;
  gsize longest;
  GString *field;
  gint64 column;  /* of the next character */
  GArray *starts; /* of gint64: the columns of the row's fields */
};

/* FALSE with @error set; at the end of the file, too, at == end. */
static gboolean
fill (AciniCsv *self, GError **error)
{
  gssize n;

  if (self->at != self->end)
    return TRUE;
  n = acini_source_read (self->source, &self->at, error);
  self->end = self->at + MAX (n, 0);
  return n >= 0;
}

AciniCsv *
acini_csv_open (const char *path, gsize longest, GCancellable *cancellable, GError **error)
{
  g_autoptr (AciniSource) source = acini_source_open (path, cancellable, error);
  const char separators[] = ",\t;";
  guint counts[3] = { 0 }, best = 0;
  g_autoptr (AciniCsv) self = NULL;

  if (source == NULL)
    return NULL;
  self = g_new0 (AciniCsv, 1);
  self->source = g_steal_pointer (&source);
  self->longest = longest > 0 ? longest : G_MAXSIZE;
  self->field = g_string_new (NULL);
  self->starts = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!fill (self, error))
    return NULL;
  for (const char *p = self->at; p != self->end && *p != '\n'; p++)
    for (guint j = 0; j < 3; j++)
      counts[j] += *p == separators[j];
  for (guint j = 1; j < 3; j++)
    best = counts[j] > counts[best] ? j : best;
  self->separator = separators[best];
  return g_steal_pointer (&self);
}

void
acini_csv_free (AciniCsv *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->source, acini_source_free);
  g_string_free (self->field, TRUE);
  g_array_unref (self->starts);
  g_free (self);
}

guint
acini_csv_get_line (const AciniCsv *self)
{
  return self->line;
}

gint64
acini_csv_get_column (const AciniCsv *self, guint number)
{
  return number < self->starts->len ? g_array_index (self->starts, gint64, number) : 1;
}

/* Takes what belongs to the field up to the next character that ends it, or begins or ends quotes. */
static void
take_span (AciniCsv *self, gboolean quoted)
{
  const char *p = self->at;

  for (; p != self->end && *p != '"' && *p != '\r' && (quoted || (*p != self->separator && *p != '\n')); p++)
    self->column += (*p & 0xc0) != 0x80;
  if (self->field->len <= self->longest)
    g_string_append_len (self->field, self->at, p - self->at);
  self->at = p;
}

static void
end_field (AciniCsv *self, GPtrArray *row)
{
  g_ptr_array_add (row, self->field->len <= self->longest ? g_strstrip (g_strdup (self->field->str)) : g_strdup (""));
  g_string_truncate (self->field, 0);
}

gboolean
acini_csv_read (AciniCsv *self, GPtrArray **fields, GError **error)
{
  g_autoptr (GPtrArray) row = g_ptr_array_new_with_free_func (g_free);
  gboolean quoted = FALSE, closed = FALSE, any = FALSE;

  g_return_val_if_fail (self != NULL && fields != NULL, FALSE);

  *fields = NULL;
  self->column = 1;
  g_array_set_size (self->starts, 0);
  g_array_append_val (self->starts, self->column);
  for (;;)
    {
      gsize before = self->field->len;
      char c;

      if (!fill (self, error))
        return FALSE;
      if (self->at == self->end)
        break;
      any = TRUE;
      take_span (self, quoted);
      closed = closed && self->field->len == before;
      if (self->at == self->end)
        continue;
      c = *self->at++;
      self->column++;
      if (c == '"')
        {
          /* Two quotes within quotes are one: the second opens again what the first closed. */
          if (!quoted && closed)
            g_string_append_c (self->field, '"');
          closed = quoted;
          quoted = !quoted;
          continue;
        }
      closed = FALSE;
      if (c == self->separator)
        {
          end_field (self, row);
          g_array_append_val (self->starts, self->column);
        }
      else if (c == '\n')
        break;
    }
  if (!any)
    return TRUE;
  end_field (self, row);
  self->line++;
  *fields = g_steal_pointer (&row);
  return TRUE;
}

int
acini_csv_find (const GPtrArray *head, const char *const *names)
{
  for (; *names != NULL; names++)
    for (guint i = 0; i < head->len; i++)
      if (g_ascii_strcasecmp (head->pdata[i], *names) == 0)
        return (int)i;
  return -1;
}

int
acini_csv_find_key (const GPtrArray *head)
{
  static const char *const names[] = { "id",    "name",  "file",     "filename", "file_name", "image_file",
                                       "image", "slide", "image_id", "slide_id", "path",      NULL };

  return MAX (acini_csv_find (head, names), 0);
}

void
acini_csv_add_field (GString *text, const char *field)
{
  if (strpbrk (field, ",\"\r\n") == NULL)
    {
      g_string_append (text, field);
      return;
    }
  g_string_append_c (text, '"');
  for (; *field != '\0'; field++)
    {
      if (*field == '"')
        g_string_append_c (text, '"');
      g_string_append_c (text, *field);
    }
  g_string_append_c (text, '"');
}
