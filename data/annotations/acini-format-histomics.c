/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Annotations of HistomicsUI and the Digital Slide Archive: "elements" of large_image's schema, alone, as the server
 * gives them ({"annotation": …}) or a list of such. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

static gboolean
sniff (const AciniAnnotationHead *head)
{
  return acini_annotation_head_has (head, "$.elements") || acini_annotation_head_has (head, "$.annotation.elements");
}

static gboolean
take_polyline (AciniAnnotationReader *reader, const AciniJsonValue *element, GError **error)
{
  const AciniJsonValue *closed = acini_json_get (element, "closed"),
                       *hole = acini_json_first (acini_json_get (element, "holes"));

  if (acini_json_get_string (element, "type")[0] == 'a' || closed == NULL || closed->kind != ACINI_JSON_BOOLEAN
      || closed->number == 0)
    reader->annotation->kind = ACINI_ANNOTATION_LINE;
  if (!acini_reader_add_ring (reader, acini_json_get (element, "points"), FALSE, error))
    return FALSE;
  for (; hole != NULL && reader->annotation->kind == ACINI_ANNOTATION_POLYGON; hole = hole->next)
    if (!acini_reader_add_ring (reader, hole, TRUE, error))
      return FALSE;
  return TRUE;
}

/* *@known: FALSE where it is no shape: an image, a heat map. */
static gboolean
take_shape (AciniAnnotationReader *reader, const AciniJsonValue *element, gboolean *known, GError **error)
{
  AciniAnnotation *a = reader->annotation;
  const char *type = acini_json_get_string (element, "type");
  double x = NAN, y = NAN, angle = acini_json_get_number (element, "rotation", 0);
  double width = acini_json_get_number (element, "width", NAN), height = acini_json_get_number (element, "height", NAN);
  double radius = acini_json_get_number (element, "radius", NAN);

  *known = TRUE;
  if (type != NULL && (strcmp (type, "polyline") == 0 || strcmp (type, "arrow") == 0))
    return take_polyline (reader, element, error);
  acini_reader_get_xy (acini_json_get (element, "center"), &x, &y);
  if (g_strcmp0 (type, "rectangle") == 0 || g_strcmp0 (type, "rectanglegrid") == 0)
    acini_annotation_set_turned_rectangle (a, x, y, width, height, angle);
  else if (g_strcmp0 (type, "ellipse") == 0)
    acini_annotation_set_ellipse (a, x, y, width / 2, height / 2, angle);
  else if (g_strcmp0 (type, "circle") == 0)
    acini_annotation_set_ellipse (a, x, y, radius, radius, 0);
  else if (g_strcmp0 (type, "point") == 0)
    {
      a->kind = ACINI_ANNOTATION_POINT;
      acini_annotation_add_vertex (a, x, y);
      acini_annotation_end_ring (a, FALSE);
    }
  else
    *known = FALSE;
  return TRUE;
}

static gboolean
take_element (AciniAnnotationReader *reader, const AciniJsonValue *element, GError **error)
{
  AciniAnnotation *a = reader->annotation;
  const AciniJsonValue *label = acini_json_get (element, "label");
  const char *group = acini_json_get_string (element, "group"), *color = acini_json_get_string (element, "lineColor");
  gboolean known;

  if (!take_shape (reader, element, &known, error))
    return FALSE;
  acini_reader_begin (reader, element);
  if (!known)
    {
      acini_annotation_reset (a);
      acini_reader_problem (reader, element->line, element->column, TRUE,
                            _ ("the element here is no outline. It is left out."));
      return TRUE;
    }
  a->id = acini_json_dup_text (acini_json_get (element, "id"));
  a->name = label != NULL
                ? acini_json_dup_text (label->kind == ACINI_JSON_OBJECT ? acini_json_get (label, "value") : label)
                : NULL;
  /* The group is HistomicsUI's style of a class; without one the label says it. */
  a->class_name = g_strdup (group != NULL ? group : a->name);
  if (g_strcmp0 (a->name, a->class_name) == 0)
    g_clear_pointer (&a->name, g_free);
  a->color = acini_color_parse (color != NULL ? color : acini_json_get_string (element, "fillColor"));
  return acini_reader_emit (reader, error);
}

static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  static const char *const places[]
      = { "$.elements[]", "$.annotation.elements[]", "$[].elements[]", "$[].annotation.elements[]", NULL };

  return acini_reader_walk (reader, places, take_element, error);
}

static gboolean
begin (AciniAnnotationWriter *writer, GError **error)
{
  g_string_append (writer->text, "{\"name\":");
  acini_text_add_json (writer->text, writer->image != NULL ? writer->image : "Acini");
  g_string_append (writer->text, ",\"description\":\"\",\"elements\":[");
  return TRUE;
}

static void
add_3d (GString *text, const AciniVertex *v, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_string_append (text, i > 0 ? ",[" : "[");
      acini_text_add_number (text, v[i].x);
      g_string_append_c (text, ',');
      acini_text_add_number (text, v[i].y);
      g_string_append (text, ",0]");
    }
}

static void
add_member (GString *text, const char *name, double number)
{
  g_string_append_printf (text, ",\"%s\":", name);
  acini_text_add_number (text, number);
}

static void
add_polyline (GString *text, const AciniAnnotation *a)
{
  const AciniVertex *v = (const AciniVertex *)(gconstpointer)a->vertices->data;

  g_string_append (text, "\"type\":\"polyline\",\"points\":[");
  for (guint i = 0; i < a->rings->len; i++)
    {
      guint n = g_array_index (a->rings, AciniRing, i).n;

      if (i > 0)
        g_string_append (text, i == 1 ? ",\"holes\":[[" : ",[");
      add_3d (text, v, n);
      g_string_append_c (text, ']');
      v += n;
    }
  if (a->rings->len > 1)
    g_string_append_c (text, ']');
  g_string_append_printf (text, ",\"closed\":%s", a->kind == ACINI_ANNOTATION_LINE ? "false" : "true");
}

static gboolean
add (AciniAnnotationWriter *writer, const AciniAnnotation *a, GError **error)
{
  const AciniVertex *v = (const AciniVertex *)(gconstpointer)a->vertices->data;
  GString *text = writer->text;
  int color = a->color != ACINI_NO_COLOR ? a->color : a->class_color;
  double rx, ry, angle;

  g_string_append (text, writer->n > 1 ? ",\n{" : "\n{");
  if (a->kind == ACINI_ANNOTATION_ELLIPSE || a->kind == ACINI_ANNOTATION_RECTANGLE)
    {
      AciniVertex middle = v[0];

      if (a->kind == ACINI_ANNOTATION_ELLIPSE)
        {
          acini_annotation_get_axes (a, &rx, &ry, &angle);
          rx *= 2;
          ry *= 2;
        }
      else
        {
          acini_annotation_get_rectangle (a, &middle.x, &middle.y, &rx, &ry, &angle);
        }
      g_string_append_printf (
          text, "\"type\":\"%s\",\"center\":", a->kind == ACINI_ANNOTATION_ELLIPSE ? "ellipse" : "rectangle");
      add_3d (text, &middle, 1);
      add_member (text, "width", rx);
      add_member (text, "height", ry);
      add_member (text, "rotation", angle);
    }
  else if (a->kind == ACINI_ANNOTATION_POINT)
    {
      g_string_append (text, "\"type\":\"point\",\"center\":");
      add_3d (text, v, 1);
    }
  else
    add_polyline (text, a);
  if (a->class_name != NULL)
    {
      g_string_append (text, ",\"group\":");
      acini_text_add_json (text, a->class_name);
    }
  if (a->name != NULL || a->class_name != NULL)
    {
      g_string_append (text, ",\"label\":{\"value\":");
      acini_text_add_json (text, a->name != NULL ? a->name : a->class_name);
      g_string_append_c (text, '}');
    }
  if (color != ACINI_NO_COLOR)
    g_string_append_printf (text, ",\"lineColor\":\"rgb(%d,%d,%d)\"", color >> 16 & 255, color >> 8 & 255, color & 255);
  g_string_append_c (text, '}');
  return TRUE;
}

static gboolean
end (AciniAnnotationWriter *writer, GError **error)
{
  g_string_append (writer->text, "\n]}\n");
  return TRUE;
}

const AciniAnnotationFormat acini_format_histomics = {
  .id = "histomics",
  .name = "HistomicsUI / Digital Slide Archive",
  .suffix = "json",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_NAMES | ACINI_CARRIES_COLORS
             | ACINI_CARRIES_HOLES | ACINI_CARRIES_ELLIPSES | ACINI_CARRIES_RECTANGLES | ACINI_CARRIES_POINTS
             | ACINI_CARRIES_LINES,
  .sniff = sniff,
  .read = read_file,
  .begin = begin,
  .add = add,
  .end = end,
};
