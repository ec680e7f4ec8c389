/* SPDX-License-Identifier: GPL-3.0-or-later */

/* caMicroscope's JSON: a list of marks, each with a small GeoJSON in fractions (0 … 1) of the slide's sides. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
sniff (const AciniAnnotationHead *head)
{
  return acini_annotation_head_has (head, "$.geometries.features")
         || (acini_annotation_head_has (head, "$.provenance") && acini_annotation_head_has (head, "$.geometries"));
}

static gboolean
take_geometry (AciniAnnotationReader *reader, const AciniJsonValue *geometry, GError **error)
{
  AciniAnnotation *a = reader->annotation;
  const char *type = acini_json_get_string (geometry, "type");
  const AciniJsonValue *coordinates = acini_json_get (geometry, "coordinates"), *ring = acini_json_first (coordinates);
  double x, y;

  if (g_strcmp0 (type, "Point") == 0 && acini_reader_get_xy (coordinates, &x, &y))
    {
      a->kind = ACINI_ANNOTATION_POINT;
      acini_annotation_add_vertex (a, x, y);
      acini_annotation_end_ring (a, FALSE);
      return TRUE;
    }
  if (g_strcmp0 (type, "LineString") == 0)
    {
      a->kind = ACINI_ANNOTATION_LINE;
      return acini_reader_add_ring (reader, coordinates, FALSE, error);
    }
  for (gboolean hole = FALSE; ring != NULL; ring = ring->next, hole = TRUE)
    if (!acini_reader_add_ring (reader, ring, hole, error))
      return FALSE;
  return TRUE;
}

static gboolean
take_mark (AciniAnnotationReader *reader, const AciniJsonValue *mark, GError **error)
{
  const AciniJsonValue *feature = acini_json_first (acini_json_get (acini_json_get (mark, "geometries"), "features"));
  const AciniJsonValue *said = acini_json_get (acini_json_get (mark, "properties"), "annotations");
  const AciniJsonValue *provenance = acini_json_get (mark, "provenance");

  for (; feature != NULL; feature = feature->next)
    {
      AciniAnnotation *a = reader->annotation;
      const AciniJsonValue *style = acini_json_get (acini_json_get (feature, "properties"), "style");

      acini_reader_begin (reader, feature);
      if (!take_geometry (reader, acini_json_get (feature, "geometry"), error))
        return FALSE;
      a->id = acini_json_dup_text (acini_json_get (mark, "_id"));
      a->class_name = acini_json_dup_text (acini_json_get (said, "name"));
      if (a->class_name == NULL)
        a->class_name = acini_json_dup_text (acini_json_get (acini_json_get (provenance, "analysis"), "name"));
      a->image = acini_json_dup_text (acini_json_get (acini_json_get (provenance, "image"), "name"));
      a->name = acini_json_dup_text (acini_json_get (said, "notes"));
      if (a->name != NULL && *a->name == '\0')
        g_clear_pointer (&a->name, g_free);
      a->color = acini_color_parse (acini_json_get_string (style, "color"));
      acini_reader_scale_fractions (reader, reader->state);
      if (!acini_reader_emit (reader, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  static const char *const places[] = { "$", "$[]", NULL };
  gboolean said = FALSE, done;

  reader->state = &said;
  done = acini_reader_walk (reader, places, take_mark, error);
  reader->state = NULL;
  return done;
}

static void
add_fraction (AciniAnnotationWriter *writer, const AciniVertex *v)
{
  g_string_append_c (writer->text, '[');
  acini_text_add_number (writer->text, v->x / (double)writer->space.width);
  g_string_append_c (writer->text, ',');
  acini_text_add_number (writer->text, v->y / (double)writer->space.height);
  g_string_append_c (writer->text, ']');
}

/* The rings as lists of points, of which areas repeat the first one. */
static void
add_coordinates (AciniAnnotationWriter *writer, const AciniAnnotation *a)
{
  const AciniVertex *v = (const AciniVertex *)(gconstpointer)a->vertices->data;
  const gboolean area = acini_annotation_is_area (a);

  for (guint i = 0; i < (area ? a->rings->len : 1); i++)
    {
      const guint n = g_array_index (a->rings, AciniRing, i).n;

      g_string_append (writer->text, i > 0 ? ",[" : "[");
      for (guint j = 0; j < n + area; j++)
        {
          g_string_append (writer->text, j > 0 ? "," : "");
          add_fraction (writer, &v[j % n]);
        }
      g_string_append_c (writer->text, ']');
      v += n;
    }
}

static void
add_feature (AciniAnnotationWriter *writer, const AciniAnnotation *a, const char *type, const AciniVertex *point)
{
  GString *text = writer->text;
  const int color = a->color != ACINI_NO_COLOR ? a->color : a->class_color;

  g_string_append (text, "{\"type\":\"Feature\",\"properties\":{\"style\":{");
  if (color != ACINI_NO_COLOR)
    {
      g_string_append (text, "\"color\":\"");
      acini_text_add_color (text, color);
      g_string_append_c (text, '"');
    }
  g_string_append_printf (text, "}},\"geometry\":{\"type\":\"%s\",\"coordinates\":", type);
  if (point != NULL)
    add_fraction (writer, point);
  else if (a->kind == ACINI_ANNOTATION_LINE)
    add_coordinates (writer, a);
  else
    {
      g_string_append_c (text, '[');
      add_coordinates (writer, a);
      g_string_append_c (text, ']');
    }
  g_string_append (text, "}}");
}

static void
add_member (GString *text, const char *before, const char *value)
{
  g_string_append (text, before);
  acini_text_add_json (text, value != NULL ? value : "");
}

static gboolean
add (AciniAnnotationWriter *writer, const AciniAnnotation *a, GError **error)
{
  GString *text = writer->text;

  add_member (text, writer->n > 1 ? ",\n{\"_id\":" : "\n{\"_id\":", acini_writer_get_id (writer, a));
  add_member (text, ",\"provenance\":{\"image\":{\"slide\":", writer->image);
  add_member (text, ",\"name\":", writer->image);
  add_member (text, "},\"analysis\":{\"source\":\"human\",\"execution_id\":", acini_writer_get_id (writer, a));
  if (a->class_name != NULL)
    add_member (text, ",\"name\":", a->class_name);
  g_string_append (text, "}},\"properties\":{\"annotations\":{");
  if (a->class_name != NULL)
    add_member (text, "\"name\":", a->class_name);
  add_member (text, a->class_name != NULL ? ",\"notes\":" : "\"notes\":", a->name);
  g_string_append (text, "}},\"geometries\":{\"type\":\"FeatureCollection\",\"features\":[");
  for (guint i = 0; a->kind == ACINI_ANNOTATION_POINT && i < a->vertices->len; i++)
    {
      g_string_append (text, i > 0 ? "," : "");
      add_feature (writer, a, "Point", &g_array_index (a->vertices, AciniVertex, i));
    }
  if (a->kind != ACINI_ANNOTATION_POINT)
    add_feature (writer, a, a->kind == ACINI_ANNOTATION_LINE ? "LineString" : "Polygon", NULL);
  g_string_append (text, "]}}");
  return TRUE;
}

static gboolean
end (AciniAnnotationWriter *writer, GError **error)
{
  g_string_append (writer->text, "\n]\n");
  return TRUE;
}

const AciniAnnotationFormat acini_format_camicroscope = {
  .id = "camicroscope",
  .name = "caMicroscope",
  .suffix = "json",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_NAMES | ACINI_CARRIES_IDS
             | ACINI_CARRIES_COLORS | ACINI_CARRIES_HOLES | ACINI_CARRIES_POINTS | ACINI_CARRIES_LINES
             | ACINI_CARRIES_IMAGES,
  .sniff = sniff,
  .read = read_file,
  .begin = acini_writer_begin_fractions,
  .add = add,
  .end = end,
};
