/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The competitions' polygons: a bare list of outlines [[[x, y], …], …] (2022), and lines of {"id", "annotations":
 * [{"type", "coordinates"}]} (polygons.jsonl, 2023). */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

#include <string.h>

static gboolean
sniff (const AciniAnnotationHead *head)
{
  const char *at = head->text->str;
  guint depth = 0;

  if (head->root == '{')
    return acini_annotation_head_has (head, "$.annotations.coordinates");
  for (; *at != '\0' && strchr (" \t\r\n[", *at) != NULL; at++)
    depth += *at == '[';
  return (depth == 3 && (g_ascii_isdigit (*at) || *at == '-'))
         || (depth == 1 && *at == ']' && at[1 + strspn (at + 1, " \t\r\n")] == '\0');
}

static gboolean
take_outline (AciniAnnotationReader *reader, const AciniJsonValue *value, GError **error)
{
  acini_reader_begin (reader, value);
  return acini_reader_add_ring (reader, value, FALSE, error) && acini_reader_emit (reader, error);
}

static gboolean
take_line (AciniAnnotationReader *reader, const AciniJsonValue *value, GError **error)
{
  const AciniJsonValue *item = acini_json_first (acini_json_get (value, "annotations"));

  for (; item != NULL; item = item->next)
    {
      const AciniJsonValue *ring = acini_json_first (acini_json_get (item, "coordinates"));

      acini_reader_begin (reader, item);
      for (gboolean hole = FALSE; ring != NULL; ring = ring->next, hole = TRUE)
        if (!acini_reader_add_ring (reader, ring, hole, error))
          return FALSE;
      reader->annotation->class_name = acini_json_dup_text (acini_json_get (item, "type"));
      reader->annotation->image = acini_json_dup_text (acini_json_get (value, "id"));
      if (!acini_reader_emit (reader, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  static const char *const outlines[] = { "$[]", NULL }, *const lines[] = { "$", NULL };
  g_autoptr (AciniJson) json = acini_reader_open_json (reader, error);
  int c = json != NULL ? acini_json_peek (json, error) : -1;

  if (c < 0)
    return FALSE;
  g_clear_pointer (&json, acini_json_free);
  return c == '{' ? acini_reader_walk (reader, lines, take_line, error)
                  : acini_reader_walk (reader, outlines, take_outline, error);
}

static gboolean
begin (AciniAnnotationWriter *writer, GError **error)
{
  g_string_append_c (writer->text, '[');
  return TRUE;
}

static gboolean
add (AciniAnnotationWriter *writer, const AciniAnnotation *a, GError **error)
{
  g_string_append (writer->text, writer->n > 1 ? ",\n" : "");
  acini_text_add_points (writer->text, (const AciniVertex *)(gconstpointer)a->vertices->data,
                         g_array_index (a->rings, AciniRing, 0).n, FALSE);
  return TRUE;
}

static gboolean
end (AciniAnnotationWriter *writer, GError **error)
{
  g_string_append (writer->text, "]\n");
  return TRUE;
}

const AciniAnnotationFormat acini_format_hubmap = {
  .id = "hubmap",
  .name = "HuBMAP polygons (JSON, JSON lines)",
  .suffix = "json",
  .carries = ACINI_CARRIES_POLYGONS,
  .sniff = sniff,
  .read = read_file,
  .begin = begin,
  .add = add,
  .end = end,
};
