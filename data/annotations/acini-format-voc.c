/* SPDX-License-Identifier: GPL-3.0-or-later */

/* PASCAL VOC: boxes, and the polygons that some programs add. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

#include <math.h>
#include <string.h>

typedef struct
{
  char *image;
  double box[4];
  double x;
  gboolean in_object, in_polygon, in_part;
} State;

static gboolean
sniff (const AciniAnnotationHead *head)
{
  return acini_annotation_head_has (head, "<annotation>")
         && (acini_annotation_head_has (head, "<object>") || acini_annotation_head_has (head, "<size>")
             || acini_annotation_head_has (head, "<filename>"));
}

static gboolean
start (AciniAnnotationReader *reader, const char *element, const char **names, const char **values, GError **error)
{
  State *state = acini_reader_get_state (reader);
  AciniAnnotation *a = reader->annotation;

  if (strcmp (element, "object") == 0)
    {
      acini_annotation_reset (a);
      acini_reader_get_place (reader, &a->line, &a->column);
      state->in_object = TRUE;
      state->box[0] = state->box[1] = state->box[2] = state->box[3] = NAN;
    }
  else if (strcmp (element, "polygon") == 0)
    state->in_polygon = TRUE;
  else if (strcmp (element, "part") == 0)
    state->in_part = TRUE;
  return TRUE;
}

static void
take_number (State *state, AciniAnnotation *a, const char *element, const char *text)
{
  static const char *const sides[] = { "xmin", "ymin", "xmax", "ymax" };
  double number = acini_reader_parse_number (text);

  for (guint i = 0; i < 4; i++)
    if (strcmp (element, sides[i]) == 0)
      state->box[i] = number;
  if (!state->in_polygon)
    return;
  /* <pt><x/><y/></pt>, or <x1/><y1/><x2/>… */
  if (*element == 'x')
    state->x = number;
  else if (*element == 'y')
    acini_annotation_add_vertex (a, state->x, number);
}

static gboolean
end_element (AciniAnnotationReader *reader, const char *element, const char *text, GError **error)
{
  State *state = acini_reader_get_state (reader);
  AciniAnnotation *a = reader->annotation;

  if (strcmp (element, "filename") == 0)
    {
      g_free (state->image);
      state->image = g_strdup (text);
    }
  if (!state->in_object)
    return TRUE;
  if (strcmp (element, "part") == 0)
    state->in_part = FALSE;
  else if (strcmp (element, "polygon") == 0)
    state->in_polygon = FALSE;
  else if (strcmp (element, "name") == 0 && !state->in_part)
    {
      g_free (a->class_name);
      a->class_name = g_strdup (text);
    }
  else if (strcmp (element, "object") == 0)
    {
      state->in_object = FALSE;
      a->image = g_strdup (state->image);
      if (a->vertices->len > 0)
        acini_annotation_end_ring (a, FALSE);
      else
        acini_annotation_set_rectangle (a, state->box[0], state->box[1], state->box[2] - state->box[0],
                                        state->box[3] - state->box[1]);
      return acini_reader_emit (reader, error);
    }
  else if (!state->in_part)
    take_number (state, a, element, text);
  return TRUE;
}

static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  static const AciniMarkup markup = { start, end_element };
  State state = { NULL };
  gboolean done = acini_reader_parse_markup (reader, &markup, &state, error);

  g_free (state.image);
  return done;
}

static void
add_element (GString *text, const char *name, double number)
{
  g_string_append_printf (text, "<%s>", name);
  acini_text_add_number (text, number);
  g_string_append_printf (text, "</%s>", name);
}

static gboolean
begin (AciniAnnotationWriter *writer, GError **error)
{
  GString *text = writer->text;

  g_string_append (text, "<annotation>\n<filename>");
  acini_text_add_xml (text, writer->image != NULL ? writer->image : "");
  g_string_append (text, "</filename>\n<size>");
  add_element (text, "width", (double)writer->space.width);
  add_element (text, "height", (double)writer->space.height);
  g_string_append (text, "<depth>3</depth></size>\n");
  return TRUE;
}

/* The outline beside the box, as Roboflow and CVAT write it: x1, y1, x2 … */
static void
add_polygon (GString *text, const AciniAnnotation *a)
{
  g_string_append (text, "<polygon>");
  for (guint i = 0; i < g_array_index (a->rings, AciniRing, 0).n; i++)
    {
      const AciniVertex *v = &g_array_index (a->vertices, AciniVertex, i);
      char name[16];

      g_snprintf (name, sizeof name, "x%u", i + 1);
      add_element (text, name, v->x);
      *name = 'y';
      add_element (text, name, v->y);
    }
  g_string_append (text, "</polygon>");
}

static gboolean
add (AciniAnnotationWriter *writer, const AciniAnnotation *a, GError **error)
{
  GString *text = writer->text;
  const AciniVertex *v = (const AciniVertex *)(gconstpointer)a->vertices->data;
  double x0, y0, x1, y1;

  acini_annotation_get_box (a, &x0, &y0, &x1, &y1);
  g_string_append (text, "<object><name>");
  acini_text_add_xml (text, a->class_name != NULL ? a->class_name : "");
  g_string_append (text, "</name><pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult>\n<bndbox>");
  add_element (text, "xmin", x0);
  add_element (text, "ymin", y0);
  add_element (text, "xmax", x1);
  add_element (text, "ymax", y1);
  g_string_append (text, "</bndbox>");
  /* A rectangle that is not turned is its box. */
  if (a->kind != ACINI_ANNOTATION_RECTANGLE || !(v[0].x == v[1].x || v[0].y == v[1].y))
    add_polygon (text, a);
  g_string_append (text, "</object>\n");
  return TRUE;
}

static gboolean
end (AciniAnnotationWriter *writer, GError **error)
{
  g_string_append (writer->text, "</annotation>\n");
  return TRUE;
}

const AciniAnnotationFormat acini_format_voc = {
  .id = "voc",
  .name = "PASCAL VOC",
  .suffix = "xml",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_RECTANGLES | ACINI_CARRIES_IMAGES,
  .sniff = sniff,
  .read = read_file,
  .begin = begin,
  .add = add,
  .end = end,
};
