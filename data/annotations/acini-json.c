/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/annotations/acini-json.h"

#include "data/annotations/acini-annotation.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define DEEPEST 128
#define BLOCK (1 << 18)
#define LONGEST_NUMBER 512

struct _AciniJson
{
  AciniSource *source;
  const char *at, *end; /* of the piece at hand */
  gboolean over;
  GError *failure; /* of reading, met while looking for a character */
  gint64 passed;   /* bytes before the piece */
  const char *piece;
  guint line;
  gint64 line_start, n_trailing; /* byte where the line begins; UTF-8's trailing bytes since */
  int depth;
  gboolean fresh[DEEPEST + 1]; /* entered, and nothing taken of it */
  char opening[DEEPEST + 1];
  GString *text;
  GString *name;
  GArray *numbers;
  GPtrArray *blocks; /* of values and strings */
  gsize block, used;
  GPtrArray *large; /* what is larger than a block */
};

AciniJson *
acini_json_new (AciniSource *source)
{
  AciniJson *self = g_new0 (AciniJson, 1);

  self->source = source;
  self->line = 1;
  self->text = g_string_new (NULL);
  self->name = g_string_new (NULL);
  self->numbers = g_array_new (FALSE, FALSE, sizeof (double));
  self->blocks = g_ptr_array_new_with_free_func (g_free);
  self->large = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
acini_json_free (AciniJson *self)
{
  if (self == NULL)
    return;
  acini_source_free (self->source);
  g_clear_error (&self->failure);
  g_string_free (self->text, TRUE);
  g_string_free (self->name, TRUE);
  g_array_unref (self->numbers);
  g_ptr_array_unref (self->blocks);
  g_ptr_array_unref (self->large);
  g_free (self);
}

/* Memory of the values */

static gpointer
take (AciniJson *self, gsize size)
{
  gpointer memory;

  size = (size + 7) & ~(gsize)7;
  if (size > BLOCK / 4)
    {
      memory = g_malloc (size);
      g_ptr_array_add (self->large, memory);
      return memory;
    }
  if (self->blocks->len == 0 || self->used + size > BLOCK)
    {
      if (self->blocks->len > 0)
        self->block++;
      if (self->block >= self->blocks->len)
        g_ptr_array_add (self->blocks, g_malloc (BLOCK));
      self->used = 0;
    }
  memory = (char *)self->blocks->pdata[self->block] + self->used;
  self->used += size;
  return memory;
}

void
acini_json_forget (AciniJson *self)
{
  g_ptr_array_set_size (self->large, 0);
  if (self->blocks->len > 16)
    g_ptr_array_set_size (self->blocks, 16);
  self->block = self->used = 0;
}

/* Characters */

static gboolean
fill (AciniJson *self)
{
  gssize n;

  if (self->over)
    return FALSE;
  self->passed += self->end - self->piece;
  n = acini_source_read (self->source, &self->piece, &self->failure);
  self->over = n <= 0;
  self->at = self->piece;
  self->end = self->piece + MAX (n, 0);
  return n > 0;
}

/* -1 at the end. */
static inline int
look (AciniJson *self)
{
  if (G_UNLIKELY (self->at == self->end) && !fill (self))
    return -1;
  return (guchar)*self->at;
}

static gint64
get_column (const AciniJson *self)
{
  return self->passed + (self->at - self->piece) - self->line_start - self->n_trailing + 1;
}

gboolean
acini_json_fail (AciniJson *self, GError **error, const char *what)
{
  if (self->failure != NULL)
    g_propagate_error (error, g_steal_pointer (&self->failure));
  else
    g_set_error (error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_DAMAGED, _ ("“%s”, line %u, column %lld: %s"),
                 acini_source_get_name (self->source), self->line, (long long)get_column (self), what);
  return FALSE;
}

static gboolean
fail_here (AciniJson *self, GError **error, const char *expected)
{
  g_autofree char *what = NULL;
  int c = look (self);

  if (c < 0)
    what = g_strdup (_ ("the file ends too early: it was cut off. Copy it again."));
  else if (c > 0x20 && c < 0x7f)
    what = g_strdup_printf (_ ("%s is expected here, not “%c”."), expected, c);
  else
    what = g_strdup_printf (_ ("%s is expected here."), expected);
  return acini_json_fail (self, error, what);
}

static int
skip_space (AciniJson *self)
{
  for (;;)
    {
      int c = look (self);

      if (c == '\n')
        {
          self->line++;
          self->line_start = self->passed + (self->at - self->piece) + 1;
          self->n_trailing = 0;
        }
      else if (c != ' ' && c != '\t' && c != '\r')
        return c;
      self->at++;
    }
}

int
acini_json_peek (AciniJson *self, GError **error)
{
  int c = skip_space (self);

  if (self->failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->failure));
      return -1;
    }
  return MAX (c, 0);
}

/* Strings */

static gboolean
read_hex (AciniJson *self, gunichar *unit, GError **error)
{
  *unit = 0;
  for (int i = 0; i < 4; i++)
    {
      int c = look (self);

      if (c < 0 || !g_ascii_isxdigit (c))
        return fail_here (self, error, _ ("a hexadecimal digit"));
      *unit = *unit << 4 | (guint)g_ascii_xdigit_value ((char)c);
      self->at++;
    }
  return TRUE;
}

static gboolean
read_escape (AciniJson *self, GString *text, GError **error)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  int c = look (self);
  const char *place = c > 0 ? strchr (from, c) : NULL;
  gunichar unit, low;

  if (place != NULL)
    {
      g_string_append_c (text, to[place - from]);
      self->at++;
      return TRUE;
    }
  if (c != 'u')
    return fail_here (self, error, _ ("one of \" \\ / b f n r t u"));
  self->at++;
  if (!read_hex (self, &unit, error))
    return FALSE;
  if (unit >= 0xd800 && unit < 0xdc00 && look (self) == '\\')
    {
      self->at++;
      if (look (self) != 'u')
        return fail_here (self, error, _ ("the second half of a character"));
      self->at++;
      if (!read_hex (self, &low, error))
        return FALSE;
      unit = low >= 0xdc00 && low < 0xe000 ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00) : 0xfffd;
    }
  if (unit == 0 || (unit >= 0xd800 && unit < 0xe000))
    unit = 0xfffd;
  g_string_append_unichar (text, unit);
  return TRUE;
}

/* The string whose quote comes next. */
static gboolean
read_string (AciniJson *self, GString *text, GError **error)
{
  gint64 before = self->n_trailing;
  gboolean ascii = TRUE;

  self->at++;
  g_string_truncate (text, 0);
  for (;;)
    {
      int c = look (self);
      const char *start = self->at;

      if (c < 0 || (c < 0x20 && c != '\t'))
        return fail_here (self, error, _ ("the end of the string"));
      if (c == '"' || c == '\\')
        {
          self->at++;
          if (c == '"')
            break;
          if (!read_escape (self, text, error))
            return FALSE;
          continue;
        }
      for (; self->at < self->end && *self->at != '"' && *self->at != '\\' && (guchar)*self->at >= 0x20; self->at++)
        if ((*self->at & 0x80) != 0)
          {
            ascii = FALSE;
            self->n_trailing += (*self->at & 0x40) == 0;
          }
      if (self->at == start) /* a tab */
        self->at++;
      g_string_append_len (text, start, self->at - start);
    }
  if (ascii || g_utf8_validate (text->str, (gssize)text->len, NULL))
    return TRUE;
  self->n_trailing = before;
  return acini_json_fail (self, error, _ ("the text before is not UTF-8. Save the file as UTF-8."));
}

/* Numbers */

static double
convert (const char *text, char **end)
{
  static const double powers[] = { 1,    1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
  const char *p = text + (*text == '-');
  guint64 digits = 0;
  int n = 0, n_behind = 0;

  /* Exact (Clinger 1990) where all digits and the power of ten fit into a double. */
  for (; g_ascii_isdigit (*p) && n < 16; p++, n++)
    digits = digits * 10 + (guint)(*p - '0');
  if (*p == '.')
    for (p++; g_ascii_isdigit (*p) && n < 16; p++, n++, n_behind++)
      digits = digits * 10 + (guint)(*p - '0');
  if (*p != '\0' || n == 0 || n > 15)
    return g_ascii_strtod (text, end);
  *end = (char *)p;
  return (*text == '-' ? -1.0 : 1.0) * ((double)digits / powers[n_behind]);
}

/* Most numbers are whole, of a few digits, and not cut by the end of the piece. */
static gboolean
read_whole_number (AciniJson *self, double *number)
{
  const char *p = self->at;
  gboolean negative = p < self->end && *p == '-';
  gint64 whole = 0;
  int n = 0;

  for (p += negative; p < self->end && g_ascii_isdigit (*p) && n < 15; p++, n++)
    whole = whole * 10 + (*p - '0');
  if (n == 0 || p == self->end || (*p != ',' && *p != ']' && *p != '}'))
    return FALSE;
  *number = negative ? -(double)whole : (double)whole;
  self->at = p;
  return TRUE;
}

static gboolean
read_number (AciniJson *self, double *number, GError **error)
{
  char text[LONGEST_NUMBER + 1], *end;
  int n = 0, c;

  if (read_whole_number (self, number))
    return TRUE;
  while ((c = look (self)) >= 0 && (g_ascii_isalnum (c) || c == '+' || c == '-' || c == '.'))
    {
      if (n == LONGEST_NUMBER)
        return acini_json_fail (self, error, _ ("this number is too long."));
      text[n++] = (char)c;
      self->at++;
    }
  text[n] = '\0';
  *number = convert (text, &end);
  if (n > 0 && *end == '\0' && strpbrk (text, "xX") == NULL)
    return TRUE;
  return fail_here (self, error, _ ("a number"));
}

/* Walking */

gboolean
acini_json_enter (AciniJson *self, char opening, GError **error)
{
  if (skip_space (self) != opening)
    return fail_here (self, error, opening == '[' ? _ ("a list [ ]") : _ ("an object { }"));
  if (self->depth == DEEPEST)
    return acini_json_fail (self, error, _ ("lists and objects lie too deep within one another."));
  self->at++;
  self->depth++;
  self->fresh[self->depth] = TRUE;
  self->opening[self->depth] = opening;
  return TRUE;
}

/* Behind an item: a comma and more, or the end of what was entered. */
static gboolean
next (AciniJson *self, gboolean *more, GError **error)
{
  const char closing = self->opening[self->depth] == '[' ? ']' : '}';
  int c = skip_space (self);

  *more = FALSE;
  if (c == closing)
    {
      self->at++;
      self->depth--;
      return TRUE;
    }
  if (!self->fresh[self->depth])
    {
      if (c != ',')
        return fail_here (self, error, closing == ']' ? _ ("a comma or ]") : _ ("a comma or }"));
      self->at++;
    }
  self->fresh[self->depth] = FALSE;
  *more = TRUE;
  return TRUE;
}

gboolean
acini_json_next_item (AciniJson *self, gboolean *more, GError **error)
{
  return next (self, more, error);
}

gboolean
acini_json_next_member (AciniJson *self, const char **name, GError **error)
{
  gboolean more;

  *name = NULL;
  if (!next (self, &more, error))
    return FALSE;
  if (!more)
    return TRUE;
  if (skip_space (self) != '"')
    return fail_here (self, error, _ ("a name in quotation marks"));
  if (!read_string (self, self->name, error))
    return FALSE;
  if (skip_space (self) != ':')
    return fail_here (self, error, _ ("a colon"));
  self->at++;
  *name = self->name->str;
  return TRUE;
}

static const char *
keep (AciniJson *self, const GString *text)
{
  return memcpy (take (self, text->len + 1), text->str, text->len + 1);
}

static AciniJsonValue *
new_value (AciniJson *self)
{
  AciniJsonValue *value = take (self, sizeof *value);

  *value = (AciniJsonValue){ .line = self->line, .column = (guint)MIN (get_column (self), G_MAXUINT) };
  return value;
}

static gboolean read_into (AciniJson *self, AciniJsonValue *value, GError **error);

/* The numbers so far of a list become values. */
static AciniJsonValue **
unpack (AciniJson *self, AciniJsonValue *list, AciniJsonValue **tail)
{
  for (guint i = 0; i < self->numbers->len; i++)
    {
      AciniJsonValue *item = new_value (self);

      item->kind = ACINI_JSON_NUMBER;
      item->number = g_array_index (self->numbers, double, i);
      *tail = item;
      tail = &item->next;
    }
  list->n = self->numbers->len;
  return tail;
}

static gboolean
read_list (AciniJson *self, AciniJsonValue *list, GError **error)
{
  AciniJsonValue **tail = &list->first;
  gboolean packed = TRUE, more;

  if (!acini_json_enter (self, '[', error))
    return FALSE;
  g_array_set_size (self->numbers, 0);
  for (;;)
    {
      AciniJsonValue *item;
      double number;
      int c;

      if (!next (self, &more, error))
        return FALSE;
      if (!more)
        break;
      c = skip_space (self);
      if (packed && (c == '-' || c == 'N' || c == 'I' || (c >= 0 && g_ascii_isdigit (c))))
        {
          if (!read_number (self, &number, error))
            return FALSE;
          g_array_append_val (self->numbers, number);
          continue;
        }
      if (packed)
        tail = unpack (self, list, tail);
      packed = FALSE;
      item = new_value (self);
      if (!read_into (self, item, error))
        return FALSE;
      *tail = item;
      tail = &item->next;
      list->n++;
    }
  list->kind = packed && self->numbers->len > 0 ? ACINI_JSON_NUMBERS : ACINI_JSON_ARRAY;
  if (list->kind == ACINI_JSON_NUMBERS)
    {
      gsize size = self->numbers->len * sizeof (double);

      list->n = self->numbers->len;
      list->numbers = memcpy (take (self, size), self->numbers->data, size);
    }
  return TRUE;
}

static gboolean
read_object (AciniJson *self, AciniJsonValue *object, GError **error)
{
  AciniJsonValue **tail = &object->first;
  const char *name;

  object->kind = ACINI_JSON_OBJECT;
  if (!acini_json_enter (self, '{', error))
    return FALSE;
  for (;;)
    {
      AciniJsonValue *member;

      if (!acini_json_next_member (self, &name, error))
        return FALSE;
      if (name == NULL)
        return TRUE;
      skip_space (self);
      member = new_value (self);
      member->name = keep (self, self->name);
      if (!read_into (self, member, error))
        return FALSE;
      *tail = member;
      tail = &member->next;
      object->n++;
    }
}

static gboolean
read_word (AciniJson *self, const char *word, GError **error)
{
  for (; *word != '\0'; word++, self->at++)
    if (look (self) != *word)
      return fail_here (self, error, _ ("true, false or null"));
  return TRUE;
}

static gboolean
read_into (AciniJson *self, AciniJsonValue *value, GError **error)
{
  int c = skip_space (self);

  switch (c)
    {
    case '{':
      return read_object (self, value, error);
    case '[':
      return read_list (self, value, error);
    case '"':
      value->kind = ACINI_JSON_STRING;
      if (!read_string (self, self->text, error))
        return FALSE;
      value->string = keep (self, self->text);
      return TRUE;
    case 't':
    case 'f':
      value->kind = ACINI_JSON_BOOLEAN;
      value->number = c == 't';
      return read_word (self, c == 't' ? "true" : "false", error);
    case 'n':
      value->kind = ACINI_JSON_NULL;
      return read_word (self, "null", error);
    default:
      value->kind = ACINI_JSON_NUMBER;
      if (c != '-' && c != 'N' && c != 'I' && !(c >= 0 && g_ascii_isdigit (c)))
        return fail_here (self, error, _ ("a value"));
      return read_number (self, &value->number, error);
    }
}

AciniJsonValue *
acini_json_read (AciniJson *self, GError **error)
{
  AciniJsonValue *value;

  skip_space (self);
  value = new_value (self);
  return read_into (self, value, error) ? value : NULL;
}

gboolean
acini_json_skip (AciniJson *self, GError **error)
{
  int c = skip_space (self);
  gboolean more;

  if (c == '[')
    {
      if (!acini_json_enter (self, '[', error))
        return FALSE;
      do
        if (!next (self, &more, error) || (more && !acini_json_skip (self, error)))
          return FALSE;
      while (more);
      return TRUE;
    }
  if (c == '{')
    {
      const char *name;

      if (!acini_json_enter (self, '{', error))
        return FALSE;
      do
        if (!acini_json_next_member (self, &name, error) || (name != NULL && !acini_json_skip (self, error)))
          return FALSE;
      while (name != NULL);
      return TRUE;
    }
  if (c == '"')
    return read_string (self, self->text, error);
  return read_into (self, &(AciniJsonValue){ 0 }, error);
}

/* Of values */

const AciniJsonValue *
acini_json_first (const AciniJsonValue *value)
{
  return value != NULL && (value->kind == ACINI_JSON_ARRAY || value->kind == ACINI_JSON_OBJECT) ? value->first : NULL;
}

const AciniJsonValue *
acini_json_get (const AciniJsonValue *object, const char *name)
{
  if (object == NULL || object->kind != ACINI_JSON_OBJECT)
    return NULL;
  for (const AciniJsonValue *member = object->first; member != NULL; member = member->next)
    if (strcmp (member->name, name) == 0)
      return member;
  return NULL;
}

const char *
acini_json_get_string (const AciniJsonValue *object, const char *name)
{
  const AciniJsonValue *value = acini_json_get (object, name);

  return value != NULL && value->kind == ACINI_JSON_STRING ? value->string : NULL;
}

double
acini_json_get_number (const AciniJsonValue *object, const char *name, double otherwise)
{
  const AciniJsonValue *value = acini_json_get (object, name);

  return value != NULL && (value->kind == ACINI_JSON_NUMBER || value->kind == ACINI_JSON_BOOLEAN) ? value->number
                                                                                                  : otherwise;
}

char *
acini_json_dup_text (const AciniJsonValue *value)
{
  if (value == NULL)
    return NULL;
  if (value->kind == ACINI_JSON_STRING)
    return g_strdup (value->string);
  if (value->kind == ACINI_JSON_NUMBER && isfinite (value->number))
    return value->number == rint (value->number) && fabs (value->number) < 1e15
               ? g_strdup_printf ("%" G_GINT64_FORMAT, (gint64)value->number)
               : g_strdup_printf ("%g", value->number);
  return NULL;
}
