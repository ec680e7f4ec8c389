/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Cytomine: well-known text, alone (a shape a line) or as the "location" of its server's JSON.  There y counts from the
 * bottom of the slide, so that pixels take its height. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

static const char *const words[]
    = { "MULTIPOLYGON", "POLYGON", "MULTIPOINT", "POINT", "MULTILINESTRING", "LINESTRING", NULL };

static gboolean
sniff (const AciniAnnotationHead *head)
{
  const char *text = head->text->str + strspn (head->text->str, " \t\r\n");

  for (guint i = 0; words[i] != NULL; i++)
    if (g_ascii_strncasecmp (text, words[i], strlen (words[i])) == 0)
      return TRUE;
  return acini_annotation_head_has (head, "$.location") || acini_annotation_head_has (head, "$.annotation.location")
         || acini_annotation_head_has (head, "$.collection.location");
}

static const char *
skip (const char *at)
{
  return at + strspn (at, " \t\r\n");
}

/* "(x y, x y)": one ring.  Returns: behind it, or NULL. */
static const char *
take_ring (AciniAnnotation *a, const char *at, gboolean hole)
{
  at = skip (at);
  if (*at++ != '(')
    return NULL;
  for (;;)
    {
      char *end;
      double x, y;
      gboolean own = *(at = skip (at)) == '('; /* MULTIPOINT ((x y), (x y)) */

      at += own;
      x = g_ascii_strtod (at, &end);
      if (end == at)
        return NULL;
      y = g_ascii_strtod (at = end, &end);
      if (end == at)
        return NULL;
      acini_annotation_add_vertex (a, x, y);
      at = end + strcspn (end, ",)"); /* z and m */
      if (own && *at++ != ')')
        return NULL;
      at = skip (at);
      if (*at == ')')
        break;
      if (*at++ != ',')
        return NULL;
    }
  acini_annotation_end_ring (a, hole);
  return at + 1;
}

/* "((…), (…))": rings; all but the first are holes with @holes. */
static const char *
take_rings (AciniAnnotation *a, const char *at, gboolean holes)
{
  gboolean hole = FALSE;

  at = skip (at);
  if (*at++ != '(')
    return NULL;
  for (;; hole = holes)
    {
      at = take_ring (a, at, hole);
      if (at == NULL)
        return NULL;
      at = skip (at);
      if (*at == ')')
        return at + 1;
      if (*at++ != ',')
        return NULL;
    }
}

/* Returns: behind the shape, or NULL where it is none. */
static const char *
take_wkt (AciniAnnotation *a, const char *at)
{
  guint word = 0;

  at = skip (at);
  while (words[word] != NULL && g_ascii_strncasecmp (at, words[word], strlen (words[word])) != 0)
    word++;
  if (words[word] == NULL)
    return NULL;
  at = skip (at + strlen (words[word]));
  while (g_ascii_isalpha (*at)) /* Z, M */
    at++;
  switch (word)
    {
    case 0:
      a->kind = ACINI_ANNOTATION_MULTIPOLYGON;
      at = skip (at);
      if (*at++ != '(')
        return NULL;
      while ((at = take_rings (a, at, TRUE)) != NULL && *(at = skip (at)) == ',')
        at++;
      return at != NULL && *at == ')' ? at + 1 : NULL;
    case 1:
      return take_rings (a, at, TRUE);
    case 2:
    case 3:
      a->kind = ACINI_ANNOTATION_POINT;
      return take_ring (a, at, FALSE);
    case 4:
      a->kind = ACINI_ANNOTATION_LINE;
      return take_rings (a, at, FALSE);
    default:
      a->kind = ACINI_ANNOTATION_LINE;
      return take_ring (a, at, FALSE);
    }
}

static void
turn_over (AciniAnnotationReader *reader)
{
  const AciniAnnotationSpace *space = &reader->reading->space;
  gboolean *said = reader->state;

  if (space->height > 0)
    acini_annotation_transform (reader->annotation, (const double[]){ 1, 0, 0, 0, -1, (double)space->height });
  else if (!*said)
    acini_reader_problem (reader, 0, 0, FALSE,
                          _ ("Cytomine counts y from the bottom; with --size WxH coordinates are turned over."));
  *said = TRUE;
}

static gboolean
take_location (AciniAnnotationReader *reader, const AciniJsonValue *value, GError **error)
{
  AciniAnnotation *a = reader->annotation;
  const AciniJsonValue *location = acini_json_get (value, "location"),
                       *term = acini_json_first (acini_json_get (value, "term"));
  const char *behind;

  acini_reader_begin (reader, value);
  if (location == NULL || location->kind != ACINI_JSON_STRING)
    return acini_reader_fail (reader, value->line, value->column, error, _ ("the annotation here has no “location”."));
  behind = take_wkt (a, location->string);
  if (behind == NULL || *skip (behind) != '\0')
    return acini_reader_fail (reader, location->line, location->column, error, _ ("this is no well-known text."));
  a->id = acini_json_dup_text (acini_json_get (value, "id"));
  a->class_name = term != NULL ? acini_json_dup_text (term) : NULL;
  turn_over (reader);
  return acini_reader_emit (reader, error);
}

/* A shape a line; what is before the first word of a line (an id, a comma) is left. */
static gboolean
read_text (AciniAnnotationReader *reader, GError **error)
{
  g_autoptr (AciniSource) source = acini_source_open (reader->path, reader->reading->cancellable, error);
  g_autoptr (GString) text = g_string_new (NULL);
  const char *bytes, *at;
  gssize n = -1;
  guint line = 1;

  while (source != NULL && (n = acini_source_read (source, &bytes, error)) > 0)
    g_string_append_len (text, bytes, n);
  if (n < 0)
    return FALSE;
  for (at = text->str; *skip (at) != '\0';)
    {
      const char *start = skip (at), *behind;

      for (; at < start; at++)
        line += *at == '\n';
      behind = take_wkt (reader->annotation, start);
      if (behind == NULL)
        return acini_reader_fail (reader, line, 1, error, _ ("this is no well-known text."));
      reader->annotation->line = line;
      reader->annotation->column = 1;
      turn_over (reader);
      if (!acini_reader_emit (reader, error))
        return FALSE;
      for (at = start; at < behind; at++)
        line += *at == '\n';
    }
  return TRUE;
}

static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  static const char *const lists[] = { "$.annotation", "$.collection[]", "$[].annotation", NULL };
  static const char *const items[] = { "$", "$[]", NULL };
  g_autoptr (AciniJson) json = acini_reader_open_json (reader, error);
  gboolean said = FALSE, done;
  int c = json != NULL ? acini_json_peek (json, error) : -1;

  if (c < 0)
    return FALSE;
  reader->state = &said;
  if (c != '{' && c != '[')
    done = read_text (reader, error);
  else
    done = acini_reader_walk (reader, lists, take_location, error)
           && (reader->n_walked > 0 || acini_reader_walk (reader, items, take_location, error));
  reader->state = NULL;
  return done;
}

/* As the server lists annotations. */
static gboolean
begin (AciniAnnotationWriter *writer, GError **error)
{
  if (writer->space.height > 0)
    {
      g_string_append (writer->text, "{\"collection\":[");
      return TRUE;
    }
  g_set_error_literal (error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_NEEDS,
                       _ ("Cytomine counts y from the bottom, which takes the slide's size: give it with --size WxH."));
  return FALSE;
}

/* "(x y, x y)", closed where it encloses something.  Returns: behind the ring's vertices. */
static const AciniVertex *
add_ring (AciniAnnotationWriter *writer, const AciniVertex *v, guint n, gboolean closed)
{
  for (guint i = 0; i < n + closed; i++)
    {
      const AciniVertex *here = &v[i % n];

      g_string_append (writer->text, i > 0 ? ", " : "(");
      acini_text_add_number (writer->text, here->x);
      g_string_append_c (writer->text, ' ');
      acini_text_add_number (writer->text, (double)writer->space.height - here->y);
    }
  g_string_append_c (writer->text, ')');
  return v + n;
}

static void
add_rings (AciniAnnotationWriter *writer, const AciniAnnotation *a)
{
  const gboolean several = a->kind == ACINI_ANNOTATION_MULTIPOLYGON;
  const AciniVertex *v = (const AciniVertex *)(gconstpointer)a->vertices->data;

  g_string_append (writer->text, several ? "MULTIPOLYGON ((" : "POLYGON (");
  for (guint i = 0; i < a->rings->len; i++)
    {
      const AciniRing *ring = &g_array_index (a->rings, AciniRing, i);

      if (i > 0)
        g_string_append (writer->text, several && !ring->hole ? "), (" : ", ");
      v = add_ring (writer, v, ring->n, TRUE);
    }
  g_string_append (writer->text, several ? "))" : ")");
}

static gboolean
add (AciniAnnotationWriter *writer, const AciniAnnotation *a, GError **error)
{
  const AciniVertex *v = (const AciniVertex *)(gconstpointer)a->vertices->data;
  const guint n = g_array_index (a->rings, AciniRing, 0).n;

  g_string_append (writer->text, writer->n > 1 ? ",\n{" : "\n{");
  if (a->id != NULL)
    {
      g_string_append (writer->text, "\"id\":");
      acini_text_add_json (writer->text, a->id);
      g_string_append_c (writer->text, ',');
    }
  g_string_append (writer->text, "\"location\":\"");
  if (a->kind == ACINI_ANNOTATION_POINT || a->kind == ACINI_ANNOTATION_LINE)
    {
      g_string_append (writer->text, a->kind == ACINI_ANNOTATION_LINE ? "LINESTRING "
                                     : n > 1                          ? "MULTIPOINT "
                                                                      : "POINT ");
      add_ring (writer, v, n, FALSE);
    }
  else
    add_rings (writer, a);
  g_string_append (writer->text, "\",\"term\":[");
  if (a->class_name != NULL)
    acini_text_add_json (writer->text, a->class_name);
  g_string_append (writer->text, "]}");
  return TRUE;
}

static gboolean
end (AciniAnnotationWriter *writer, GError **error)
{
  g_string_append (writer->text, "\n]}\n");
  return TRUE;
}

const AciniAnnotationFormat acini_format_cytomine = {
  .id = "cytomine",
  .name = "Cytomine (well-known text)",
  .suffix = "json",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_IDS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_HOLES
             | ACINI_CARRIES_PARTS | ACINI_CARRIES_POINTS | ACINI_CARRIES_LINES,
  .sniff = sniff,
  .read = read_file,
  .begin = begin,
  .add = add,
  .end = end,
};
