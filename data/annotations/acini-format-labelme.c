/* SPDX-License-Identifier: GPL-3.0-or-later */

/* labelme's JSON: "shapes" with a label, points and a type. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

static gboolean
sniff (const AciniAnnotationHead *head)
{
  return acini_annotation_head_has (head, "$.shapes");
}

/* Two corners become a rectangle, a middle and a point of the circle become an ellipse. */
static void
shape (AciniAnnotation *a, const char *type)
{
  AciniVertex v[2] = { 0 };

  if (a->vertices->len == 2 && (strcmp (type, "rectangle") == 0 || strcmp (type, "circle") == 0))
    {
      memcpy (v, a->vertices->data, sizeof v);
      if (*type == 'r')
        acini_annotation_set_rectangle (a, fmin (v[0].x, v[1].x), fmin (v[0].y, v[1].y), fabs (v[1].x - v[0].x),
                                        fabs (v[1].y - v[0].y));
      else
        {
          double r = hypot (v[1].x - v[0].x, v[1].y - v[0].y);

          acini_annotation_set_ellipse (a, v[0].x, v[0].y, r, r, 0);
        }
    }
  else if (a->vertices->len == 4 && strcmp (type, "rectangle") == 0)
    a->kind = ACINI_ANNOTATION_RECTANGLE;
}

static gboolean
take_shape (AciniAnnotationReader *reader, const AciniJsonValue *value, GError **error)
{
  AciniAnnotation *a = reader->annotation;
  const char *type = acini_json_get_string (value, "shape_type"), *description;

  if (type == NULL)
    type = "polygon";
  if (strcmp (type, "mask") == 0)
    {
      acini_reader_problem (reader, value->line, value->column, TRUE,
                            _ ("the shape here is an embedded picture of a mask. It is left out."));
      return TRUE;
    }
  if (strcmp (type, "point") == 0 || strcmp (type, "points") == 0)
    a->kind = ACINI_ANNOTATION_POINT;
  else if (strcmp (type, "line") == 0 || strcmp (type, "linestrip") == 0)
    a->kind = ACINI_ANNOTATION_LINE;
  if (!acini_reader_add_ring (reader, acini_json_get (value, "points"), FALSE, error))
    return FALSE;
  shape (a, type);
  acini_reader_begin (reader, value);
  a->class_name = acini_json_dup_text (acini_json_get (value, "label"));
  description = acini_json_get_string (value, "description");
  a->name = description != NULL && *description != '\0' ? g_strdup (description) : NULL;
  a->color = acini_color_parse (acini_json_get_string (value, "line_color"));
  return acini_reader_emit (reader, error);
}

static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  static const char *const places[] = { "$.shapes[]", "$[].shapes[]", NULL };

  return acini_reader_walk (reader, places, take_shape, error);
}

static gboolean
begin (AciniAnnotationWriter *writer, GError **error)
{
  g_string_append (writer->text, "{\"version\":\"5.5.0\",\"flags\":{},\"shapes\":[");
  return TRUE;
}

static gboolean
add (AciniAnnotationWriter *writer, const AciniAnnotation *a, GError **error)
{
  static const char *const types[] = { "polygon", "polygon", "circle", "polygon", "point", "linestrip" };
  GString *text = writer->text;
  const AciniVertex *v = (const AciniVertex *)(gconstpointer)a->vertices->data;
  const char *type = types[a->kind];
  AciniVertex ends[2] = { v[0], v[0] };
  guint n = g_array_index (a->rings, AciniRing, 0).n;

  if (a->kind == ACINI_ANNOTATION_RECTANGLE && n == 4
      && ((v[0].x == v[1].x && v[1].y == v[2].y) || (v[0].y == v[1].y && v[1].x == v[2].x)))
    {
      type = "rectangle";
      ends[1] = v[2];
      v = ends;
      n = 2;
    }
  else if (a->kind == ACINI_ANNOTATION_POINT && n > 1)
    type = "points";
  g_string_append (text, writer->n > 1 ? ",\n{\"label\":" : "\n{\"label\":");
  acini_text_add_json (text, a->class_name != NULL ? a->class_name : "");
  g_string_append (text, ",\"points\":");
  acini_text_add_points (text, v, n, FALSE);
  g_string_append_printf (text, ",\"group_id\":null,\"shape_type\":\"%s\",\"flags\":{}", type);
  if (a->name != NULL)
    {
      g_string_append (text, ",\"description\":");
      acini_text_add_json (text, a->name);
    }
  g_string_append_c (text, '}');
  return TRUE;
}

static gboolean
end (AciniAnnotationWriter *writer, GError **error)
{
  g_string_append (writer->text, "\n],\"imagePath\":");
  acini_text_add_json (writer->text, writer->image != NULL ? writer->image : "");
  g_string_append (writer->text, ",\"imageData\":null");
  if (writer->space.width > 0)
    g_string_append_printf (writer->text, ",\"imageHeight\":%" G_GINT64_FORMAT ",\"imageWidth\":%" G_GINT64_FORMAT,
                            writer->space.height, writer->space.width);
  g_string_append (writer->text, "}\n");
  return TRUE;
}

const AciniAnnotationFormat acini_format_labelme = {
  .id = "labelme",
  .name = "labelme",
  .suffix = "json",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_NAMES | ACINI_CARRIES_RECTANGLES
             | ACINI_CARRIES_POINTS | ACINI_CARRIES_LINES,
  .sniff = sniff,
  .read = read_file,
  .begin = begin,
  .add = add,
  .end = end,
};
