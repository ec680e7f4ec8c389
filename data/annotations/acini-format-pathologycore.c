/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PathologyCore's JSON (Sectra): points in fractions of the slide's width and height. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
sniff (const AciniAnnotationHead *head)
{
  return acini_annotation_head_has (head, "$.content") && acini_annotation_head_has (head, "$.type");
}

static gboolean
take_object (AciniAnnotationReader *reader, const AciniJsonValue *value, GError **error)
{
  AciniAnnotation *a = reader->annotation;
  const char *type = acini_json_get_string (value, "type");
  const AciniJsonValue *read_only = acini_json_get (value, "readOnly");

  acini_reader_begin (reader, value);
  if (g_strcmp0 (type, "Polyline") == 0 || g_strcmp0 (type, "Line") == 0 || g_strcmp0 (type, "Distance") == 0)
    a->kind = ACINI_ANNOTATION_LINE;
  else if (g_strcmp0 (type, "Point") == 0 || g_strcmp0 (type, "Arrow") == 0)
    a->kind = ACINI_ANNOTATION_POINT;
  if (!acini_reader_add_ring (reader, acini_json_get (value, "content"), FALSE, error))
    return FALSE;
  a->id = acini_json_dup_text (acini_json_get (value, "id"));
  a->class_name = acini_json_dup_text (acini_json_get (value, "name"));
  a->locked = read_only != NULL && read_only->kind == ACINI_JSON_BOOLEAN ? (int)read_only->number : -1;
  acini_reader_scale_fractions (reader, reader->state);
  return acini_reader_emit (reader, error);
}

static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  static const char *const places[] = { "$", "$[]", NULL };
  gboolean said = FALSE, done;

  reader->state = &said;
  done = acini_reader_walk (reader, places, take_object, error);
  reader->state = NULL;
  return done;
}

static gboolean
add (AciniAnnotationWriter *writer, const AciniAnnotation *a, GError **error)
{
  GString *text = writer->text;
  const char *type = a->kind == ACINI_ANNOTATION_LINE    ? "Polyline"
                     : a->kind == ACINI_ANNOTATION_POINT ? "Point"
                                                         : "Area";

  g_string_append (text, writer->n > 1 ? ",\n{\"id\":" : "\n{\"id\":");
  acini_text_add_json (text, acini_writer_get_id (writer, a));
  g_string_append_printf (text, ",\"type\":\"%s\",\"rowVersion\":1,\"name\":", type);
  if (a->class_name != NULL)
    acini_text_add_json (text, a->class_name);
  else
    g_string_append (text, "null");
  g_string_append (text, ",\"slideDesc\":");
  acini_text_add_json (text, writer->image != NULL ? writer->image : "");
  g_string_append_printf (text, ",\"readOnly\":%s,\"content\":[", a->locked == 1 ? "true" : "false");
  for (guint i = 0; i < g_array_index (a->rings, AciniRing, 0).n; i++)
    {
      const AciniVertex *v = &g_array_index (a->vertices, AciniVertex, i);

      g_string_append (text, i > 0 ? ",{\"x\":" : "{\"x\":");
      acini_text_add_number (text, v->x / (double)writer->space.width);
      g_string_append (text, ",\"y\":");
      acini_text_add_number (text, v->y / (double)writer->space.height);
      g_string_append_c (text, '}');
    }
  g_string_append (text, "]}");
  return TRUE;
}

static gboolean
end (AciniAnnotationWriter *writer, GError **error)
{
  g_string_append (writer->text, "\n]\n");
  return TRUE;
}

const AciniAnnotationFormat acini_format_pathologycore = {
  .id = "pathologycore",
  .name = "PathologyCore",
  .suffix = "json",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_IDS | ACINI_CARRIES_LOCKS
             | ACINI_CARRIES_POINTS | ACINI_CARRIES_LINES,
  .sniff = sniff,
  .read = read_file,
  .begin = acini_writer_begin_fractions,
  .add = add,
  .end = end,
};
