/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ASAP's XML.  Its types are Dot, PointSet, Polyline, Rectangle, Polygon, Spline (a closed Catmull-Rom curve through
 * the points, drawn by ASAP; here the polygon of the points, which its own rasterisation to masks takes, too) and
 * Measurement; classes are groups, with colours. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

#include <string.h>

static gboolean
sniff (const AciniAnnotationHead *head)
{
  return acini_annotation_head_has (head, "<ASAP_Annotations>");
}

typedef struct
{
  char *type;
} State;

static gboolean
start (AciniAnnotationReader *reader, const char *element, const char **names, const char **values, GError **error)
{
  State *state = acini_reader_get_state (reader);
  AciniAnnotation *a = reader->annotation;

  if (strcmp (element, "Annotation") == 0)
    {
      const char *group = acini_markup_get (names, values, "PartOfGroup"),
                 *name = acini_markup_get (names, values, "Name");

      acini_annotation_reset (a);
      acini_reader_get_place (reader, &a->line, &a->column);
      g_free (state->type);
      state->type = g_strdup (acini_markup_get (names, values, "Type"));
      a->class_name = group != NULL && strcmp (group, "None") != 0 && *group != '\0' ? g_strdup (group) : NULL;
      a->name = name != NULL && *name != '\0' ? g_strdup (name) : NULL;
      a->color = acini_color_parse (acini_markup_get (names, values, "Color"));
    }
  else if (strcmp (element, "Coordinate") == 0 && state->type != NULL)
    acini_annotation_add_vertex (a, acini_markup_get_number (names, values, "X"),
                                 acini_markup_get_number (names, values, "Y"));
  return TRUE;
}

static gboolean
end_element (AciniAnnotationReader *reader, const char *element, const char *text, GError **error)
{
  State *state = acini_reader_get_state (reader);
  AciniAnnotation *a = reader->annotation;

  if (strcmp (element, "Annotation") != 0 || state->type == NULL)
    return TRUE;
  if (strcmp (state->type, "Dot") == 0 || strcmp (state->type, "PointSet") == 0)
    a->kind = ACINI_ANNOTATION_POINT;
  else if (strcmp (state->type, "Polyline") == 0 || strcmp (state->type, "Measurement") == 0)
    a->kind = ACINI_ANNOTATION_LINE;
  acini_annotation_end_ring (a, FALSE);
  if (strcmp (state->type, "Rectangle") == 0 && a->vertices->len == 4)
    a->kind = ACINI_ANNOTATION_RECTANGLE;
  g_clear_pointer (&state->type, g_free);
  return acini_reader_emit (reader, error);
}

static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  static const AciniMarkup markup = { start, end_element };
  State state = { NULL };
  gboolean done = acini_reader_parse_markup (reader, &markup, &state, error);

  g_free (state.type);
  return done;
}

static gboolean
begin (AciniAnnotationWriter *writer, GError **error)
{
  g_string_append (writer->text, "<?xml version=\"1.0\"?>\n<ASAP_Annotations>\n\t<Annotations>\n");
  return TRUE;
}

static gboolean
add (AciniAnnotationWriter *writer, const AciniAnnotation *a, GError **error)
{
  static const char *const types[] = { "Polygon", "Polygon", "Polygon", "Rectangle", "Dot", "Polyline" };
  GString *text = writer->text;
  g_autofree char *number = g_strdup_printf ("Annotation %" G_GUINT64_FORMAT, writer->n - 1);
  int color = a->color != ACINI_NO_COLOR ? a->color : a->class_color;

  g_string_append (text, "\t\t<Annotation Name=\"");
  acini_text_add_xml (text, a->name != NULL ? a->name : number);
  g_string_append_printf (text, "\" Type=\"%s\" PartOfGroup=\"",
                          a->kind == ACINI_ANNOTATION_POINT && a->vertices->len > 1 ? "PointSet" : types[a->kind]);
  acini_text_add_xml (text, a->class_name != NULL ? a->class_name : "None");
  g_string_append (text, "\" Color=\"");
  acini_text_add_color (text, color != ACINI_NO_COLOR ? color : 0xf4fa58);
  g_string_append (text, "\">\n\t\t\t<Coordinates>\n");
  for (guint i = 0; i < g_array_index (a->rings, AciniRing, 0).n; i++)
    {
      const AciniVertex *v = &g_array_index (a->vertices, AciniVertex, i);

      g_string_append_printf (text, "\t\t\t\t<Coordinate Order=\"%u\" X=\"", i);
      acini_text_add_number (text, v->x);
      g_string_append (text, "\" Y=\"");
      acini_text_add_number (text, v->y);
      g_string_append (text, "\" />\n");
    }
  g_string_append (text, "\t\t\t</Coordinates>\n\t\t</Annotation>\n");
  if (a->class_name != NULL)
    acini_writer_get_class (writer, a);
  return TRUE;
}

static gboolean
end (AciniAnnotationWriter *writer, GError **error)
{
  GString *text = writer->text;

  g_string_append (text, "\t</Annotations>\n\t<AnnotationGroups>\n");
  for (guint i = 0; i < writer->class_names->len; i++)
    {
      int color = g_array_index (writer->class_colors, int, i);

      g_string_append (text, "\t\t<Group Name=\"");
      acini_text_add_xml (text, writer->class_names->pdata[i]);
      g_string_append (text, "\" PartOfGroup=\"None\" Color=\"");
      acini_text_add_color (text, color != ACINI_NO_COLOR ? color : 0xf4fa58);
      g_string_append (text, "\">\n\t\t\t<Attributes />\n\t\t</Group>\n");
    }
  g_string_append (text, "\t</AnnotationGroups>\n</ASAP_Annotations>\n");
  return TRUE;
}

const AciniAnnotationFormat acini_format_asap = {
  .id = "asap",
  .name = "ASAP XML",
  .suffix = "xml",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_NAMES | ACINI_CARRIES_COLORS
             | ACINI_CARRIES_RECTANGLES | ACINI_CARRIES_POINTS | ACINI_CARRIES_LINES,
  .sniff = sniff,
  .read = read_file,
  .begin = begin,
  .add = add,
  .end = end,
};
