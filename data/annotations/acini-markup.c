/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define DEEPEST 200
/* Without an element in between: no tag and no text is longer. */
#define LONGEST ((gsize)256 << 20)

typedef struct
{
  AciniAnnotationReader *reader;
  const AciniMarkup *markup;
  gpointer state;
  GMarkupParseContext *context;
  GString *text; /* of the element at hand */
  int depth;
  GError *reason; /* the first thing that was wrong */
  gsize since;    /* bytes since the last element */
} Parse;

/* The parse under way: one a thread, and handlers know no more than their reader. */
static GPrivate current;

gpointer
acini_reader_get_state (AciniAnnotationReader *self)
{
  return ((Parse *)g_private_get (&current))->state;
}

void
acini_reader_get_place (AciniAnnotationReader *self, guint *line, guint *column)
{
  int l = 0, c = 0;

  g_markup_parse_context_get_position (((Parse *)g_private_get (&current))->context, &l, &c);
  /* GMarkup stands behind the tag, and may be on the next line already. */
  *line = (guint)MAX (c <= 1 && l > 1 ? l - 1 : l, 0);
  *column = (guint)MAX (c, 0);
}

const char *
acini_markup_get (const char **names, const char **values, const char *name)
{
  for (guint i = 0; names[i] != NULL; i++)
    if (strcmp (names[i], name) == 0)
      return values[i];
  return NULL;
}

double
acini_markup_get_number (const char **names, const char **values, const char *name)
{
  const char *text = acini_markup_get (names, values, name);
  g_autofree char *point = NULL;
  char *end = NULL;
  double number;

  if (text == NULL)
    return NAN;
  /* Some programs write their language's comma. */
  if (strchr (text, ',') != NULL)
    text = point = g_strdelimit (g_strdup (text), ",", '.');
  number = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' ? number : NAN;
}

/* Without its namespace's prefix. */
static const char *
get_local (const char *element)
{
  const char *colon = strchr (element, ':');

  return colon != NULL ? colon + 1 : element;
}

static void
start (GMarkupParseContext *context, const char *element, const char **names, const char **values, gpointer user_data,
       GError **error)
{
  Parse *parse = user_data;

  parse->since = 0;
  g_string_truncate (parse->text, 0);
  if (++parse->depth > DEEPEST)
    {
      guint line, column;

      acini_reader_get_place (parse->reader, &line, &column);
      acini_reader_fail (parse->reader, line, column, error, _ ("elements lie too deep within one another."));
      return;
    }
  if (parse->markup->start != NULL)
    parse->markup->start (parse->reader, get_local (element), names, values, error);
}

static void
end (GMarkupParseContext *context, const char *element, gpointer user_data, GError **error)
{
  Parse *parse = user_data;

  parse->since = 0;
  parse->depth--;
  if (parse->markup->end != NULL)
    parse->markup->end (parse->reader, get_local (element), parse->text->str, error);
  g_string_truncate (parse->text, 0);
}

static void
take_text (GMarkupParseContext *context, const char *text, gsize n, gpointer user_data, GError **error)
{
  Parse *parse = user_data;

  g_string_append_len (parse->text, text, (gssize)n);
}

static void
pass (GMarkupParseContext *context, const char *text, gsize n, gpointer user_data, GError **error)
{
  Parse *parse = user_data;
  guint line, column;

  if (g_strstr_len (text, (gssize)n, "<!ENTITY") == NULL)
    return;
  acini_reader_get_place (parse->reader, &line, &column);
  acini_reader_fail (parse->reader, line, column, error,
                     _ ("the file defines entities of its own, as annotations never do. It is not read."));
}

/* GMarkup goes on after some errors, and sets the next over the first, which is lost: so none is asked for there. */
static void
note_error (GMarkupParseContext *context, GError *error, gpointer user_data)
{
  Parse *parse = user_data;

  if (parse->reason == NULL)
    parse->reason = g_error_copy (error);
}

/* GMarkup's sentences begin with the place in its own words. */
static void
explain (Parse *parse, GError **error)
{
  GError *reason = g_steal_pointer (&parse->reason);
  guint line, column;
  const char *what = reason->message, *behind;
  g_autofree char *sentence = NULL;

  if (reason->domain != G_MARKUP_ERROR)
    {
      g_propagate_error (error, reason);
      return;
    }
  acini_reader_get_place (parse->reader, &line, &column);
  behind = strstr (what, ": ");
  if (strstr (what, "ended unexpectedly") != NULL || g_error_matches (reason, G_MARKUP_ERROR, G_MARKUP_ERROR_EMPTY))
    sentence = g_strdup (_ ("the file ends too early: it was cut off. Copy it again."));
  else if (g_error_matches (reason, G_MARKUP_ERROR, G_MARKUP_ERROR_BAD_UTF8))
    sentence = g_strdup (_ ("the text is not UTF-8. Save the file as UTF-8."));
  else
    sentence = g_strdup_printf (_ ("this is no XML: %s"), behind != NULL ? behind + 2 : what);
  acini_reader_fail (parse->reader, line, column, error, sentence);
  g_error_free (reason);
}

static gboolean
run (Parse *parse, AciniSource *source, GError **error)
{
  const char *bytes;
  gssize n;

  while ((n = acini_source_read (source, &bytes, error)) > 0)
    {
      parse->since += (gsize)n;
      if (parse->since > LONGEST)
        return acini_reader_fail (parse->reader, 0, 0, error, _ ("it has text longer than any annotation."));
      if (!acini_reader_progress (parse->reader, source, error))
        return FALSE;
      if (!g_markup_parse_context_parse (parse->context, bytes, n, NULL))
        {
          explain (parse, error);
          return FALSE;
        }
    }
  if (n < 0)
    return FALSE;
  if (g_markup_parse_context_end_parse (parse->context, NULL))
    return TRUE;
  explain (parse, error);
  return FALSE;
}

gboolean
acini_reader_parse_markup (AciniAnnotationReader *self, const AciniMarkup *markup, gpointer state, GError **error)
{
  static const GMarkupParser parser = { start, end, take_text, pass, note_error };
  g_autoptr (AciniSource) source = acini_source_open (self->path, self->reading->cancellable, error);
  Parse parse = { .reader = self, .markup = markup, .state = state };
  gboolean done;

  if (source == NULL)
    return FALSE;
  parse.text = g_string_new (NULL);
  parse.context = g_markup_parse_context_new (&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, &parse, NULL);
  g_private_set (&current, &parse);
  done = run (&parse, source, error);
  g_private_set (&current, NULL);
  g_markup_parse_context_free (parse.context);
  g_clear_error (&parse.reason);
  g_string_free (parse.text, TRUE);
  return done;
}
