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

const AciniAnnotationFormat acini_format_pathologycore = {
  .id = "pathologycore",
  .name = "PathologyCore",
  .suffix = "json",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_IDS | ACINI_CARRIES_LOCKS
             | ACINI_CARRIES_POINTS | ACINI_CARRIES_LINES,
  .sniff = sniff,
  .read = read_file,
};
