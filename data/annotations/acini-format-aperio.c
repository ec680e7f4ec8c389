/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ImageScope's XML (Aperio, Leica).  A layer (Annotation) is a class with a colour (0xBBGGRR, as Windows has it); of
 * its regions type 0 is a polygon, 1 a rectangle, 2 an ellipse, 3 an arrow, 4 a ruler and 5 a counter's points.  A
 * negative region is a hole in the region it lies in. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static gboolean
sniff (const AciniAnnotationHead *head)
{
  return acini_annotation_head_has (head, "<Annotations>") && !acini_annotation_head_has (head, "<ASAP_Annotations>");
}

typedef struct
{
  char *class_name;
  int color;
  gboolean in_region, in_regions, negative, locked;
  int type;
  GPtrArray *regions; /* of the layer, while there may be holes to come */
  GPtrArray *holes;
} State;

/* Whether the point is inside of the outer rings of @a (even-odd). */
static gboolean
contains (const AciniAnnotation *a, double x, double y)
{
  const AciniVertex *v = (const AciniVertex *)(gconstpointer)a->vertices->data;
  guint n = a->rings->len > 0 ? g_array_index (a->rings, AciniRing, 0).n : 0;
  gboolean inside = FALSE;

  for (guint i = 0, j = n - 1; i < n; j = i++)
    if ((v[i].y > y) != (v[j].y > y) && x < (v[j].x - v[i].x) * (y - v[i].y) / (v[j].y - v[i].y) + v[i].x)
      inside = !inside;
  return inside;
}

/* How many of the hole's vertices lie inside of @a. */
static guint
count_inside (const AciniAnnotation *a, const AciniAnnotation *hole)
{
  guint n = 0, step = MAX (hole->vertices->len / 64, 1);

  for (guint i = 0; i < hole->vertices->len; i += step)
    {
      const AciniVertex *v = &g_array_index (hole->vertices, AciniVertex, i);

      n += contains (a, v->x, v->y);
    }
  return n;
}

static void
give_hole (AciniAnnotationReader *reader, State *state, AciniAnnotation *hole)
{
  AciniAnnotation *best = NULL;
  guint most = 0;
  double smallest = INFINITY;

  for (guint i = 0; i < state->regions->len; i++)
    {
      AciniAnnotation *region = state->regions->pdata[i];
      guint n = acini_annotation_is_area (region) && region->kind != ACINI_ANNOTATION_ELLIPSE
                    ? count_inside (region, hole)
                    : 0;
      double area = n > 0 && n >= most ? acini_annotation_get_area (region) : 0;

      if (n > most || (n > 0 && n == most && area < smallest))
        {
          best = region;
          most = n;
          smallest = area;
        }
    }
  if (best == NULL || hole->rings->len == 0)
    {
      acini_reader_problem (reader, hole->line, hole->column, TRUE,
                            _ ("the negative region here lies in no region of its layer. It is left out."));
      return;
    }
  g_array_append_vals (best->vertices, hole->vertices->data, hole->vertices->len);
  g_array_append_val (best->rings, ((AciniRing){ hole->vertices->len, TRUE }));
  best->kind = ACINI_ANNOTATION_POLYGON;
}

static gboolean
end_layer (AciniAnnotationReader *reader, State *state, GError **error)
{
  gboolean done = TRUE;

  for (guint i = 0; i < state->holes->len; i++)
    {
      acini_annotation_flatten (state->holes->pdata[i], 256);
      give_hole (reader, state, state->holes->pdata[i]);
    }
  for (guint i = 0; done && i < state->regions->len; i++)
    {
      AciniAnnotation *held = reader->annotation;

      reader->annotation = state->regions->pdata[i];
      if (reader->annotation->class_name == NULL)
        reader->annotation->class_name = g_strdup (state->class_name);
      done = acini_reader_emit (reader, error);
      reader->annotation = held;
    }
  g_ptr_array_set_size (state->regions, 0);
  g_ptr_array_set_size (state->holes, 0);
  return done;
}

static void
start_region (AciniAnnotationReader *reader, State *state, const char **names, const char **values)
{
  AciniAnnotation *a = reader->annotation;
  const char *type = acini_markup_get (names, values, "Type"), *text = acini_markup_get (names, values, "Text"),
             *negative = acini_markup_get (names, values, "NegativeROA"), *id = acini_markup_get (names, values, "Id");

  acini_annotation_reset (a);
  acini_reader_get_place (reader, &a->line, &a->column);
  state->in_region = TRUE;
  state->type = type != NULL ? atoi (type) : 0;
  state->negative = negative != NULL && strcmp (negative, "0") != 0 && g_ascii_strcasecmp (negative, "false") != 0;
  a->name = text != NULL && *text != '\0' ? g_strdup (text) : NULL;
  a->id = g_strdup (id);
  a->class_color = state->color;
  a->locked = state->locked ? 1 : -1;
}

static void
start_layer (State *state, const char **names, const char **values)
{
  const char *name = acini_markup_get (names, values, "Name"), *color = acini_markup_get (names, values, "LineColor"),
             *locked = acini_markup_get (names, values, "ReadOnly");
  guint bgr = color != NULL ? (guint)strtoul (color, NULL, 10) : 0;

  g_free (state->class_name);
  state->class_name = name != NULL && *name != '\0' ? g_strdup (name) : NULL;
  state->color = color != NULL ? (int)((bgr & 255) << 16 | (bgr & 0xff00) | (bgr >> 16 & 255)) : ACINI_NO_COLOR;
  state->locked = g_strcmp0 (locked, "1") == 0;
}

static gboolean
start (AciniAnnotationReader *reader, const char *element, const char **names, const char **values, GError **error)
{
  State *state = acini_reader_get_state (reader);

  if (strcmp (element, "Annotation") == 0)
    {
      if (!end_layer (reader, state, error))
        return FALSE;
      start_layer (state, names, values);
    }
  else if (strcmp (element, "Regions") == 0)
    state->in_regions = TRUE;
  else if (strcmp (element, "Region") == 0)
    start_region (reader, state, names, values);
  else if (strcmp (element, "Vertex") == 0 && state->in_region)
    acini_annotation_add_vertex (reader->annotation, acini_markup_get_number (names, values, "X"),
                                 acini_markup_get_number (names, values, "Y"));
  else if (strcmp (element, "Attribute") == 0 && !state->in_regions && state->class_name == NULL)
    {
      /* The layer's name, where it has no other. */
      const char *value = acini_markup_get (names, values, "Value"), *name = acini_markup_get (names, values, "Name");

      if (value != NULL && *value != '\0')
        state->class_name = g_strdup (value);
      else if (name != NULL && *name != '\0' && strcmp (name, "Description") != 0)
        state->class_name = g_strdup (name);
    }
  return TRUE;
}

/* ImageScope keeps an ellipse as two corners of its box, others as many points; a rectangle as four corners or two. */
static void
shape_region (AciniAnnotation *a, int type)
{
  const AciniVertex *v = (const AciniVertex *)(gconstpointer)a->vertices->data;
  double x0, y0, x1, y1;

  if (type == 3 || type == 4 || type == 5)
    a->kind = type == 5 ? ACINI_ANNOTATION_POINT : ACINI_ANNOTATION_LINE;
  else if ((type == 1 || type == 2) && a->vertices->len == 2)
    {
      x0 = fmin (v[0].x, v[1].x);
      x1 = fmax (v[0].x, v[1].x);
      y0 = fmin (v[0].y, v[1].y);
      y1 = fmax (v[0].y, v[1].y);
      if (type == 1)
        acini_annotation_set_rectangle (a, x0, y0, x1 - x0, y1 - y0);
      else
        acini_annotation_set_ellipse (a, (x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2, (y1 - y0) / 2, 0);
      return;
    }
  else if (type == 2 && a->vertices->len == 4 && acini_annotation_get_box (a, &x0, &y0, &x1, &y1))
    {
      acini_annotation_set_ellipse (a, (x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2, (y1 - y0) / 2, 0);
      return;
    }
  if (acini_annotation_end_ring (a, FALSE) == 4 && type == 1)
    a->kind = ACINI_ANNOTATION_RECTANGLE;
}

static gboolean
end_element (AciniAnnotationReader *reader, const char *element, const char *text, GError **error)
{
  State *state = acini_reader_get_state (reader);

  if (strcmp (element, "Regions") == 0)
    state->in_regions = FALSE;
  else if (strcmp (element, "Annotation") == 0)
    return end_layer (reader, state, error);
  else if (strcmp (element, "Region") == 0 && state->in_region)
    {
      shape_region (reader->annotation, state->type);
      state->in_region = FALSE;
      g_ptr_array_add (state->negative ? state->holes : state->regions, reader->annotation);
      reader->annotation = acini_annotation_new ();
    }
  return TRUE;
}

static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  static const AciniMarkup markup = { start, end_element };
  State state = { .color = ACINI_NO_COLOR };
  gboolean done;

  state.regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_annotation_free);
  state.holes = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_annotation_free);
  done = acini_reader_parse_markup (reader, &markup, &state, error);
  g_ptr_array_unref (state.regions);
  g_ptr_array_unref (state.holes);
  g_free (state.class_name);
  return done;
}

/* A layer for each class, gathered beside the file until it is closed. */
static gboolean
begin (AciniAnnotationWriter *writer, GError **error)
{
  g_string_append (writer->text, "<Annotations");
  if (writer->space.mpp > 0)
    {
      g_string_append (writer->text, " MicronsPerPixel=\"");
      acini_text_add_number (writer->text, writer->space.mpp);
      g_string_append_c (writer->text, '"');
    }
  g_string_append (writer->text, ">\n");
  return TRUE;
}

static void
add_region (AciniAnnotationWriter *writer, GString *text, const AciniAnnotation *a, const AciniVertex *v, guint n,
            int type, gboolean hole)
{
  g_string_append_printf (text, "<Region Id=\"%" G_GUINT64_FORMAT "\" Type=\"%d\" NegativeROA=\"%d\" Text=\"",
                          writer->n, type, hole);
  acini_text_add_xml (text, a->name != NULL && !hole ? a->name : "");
  g_string_append (text, "\"><Vertices>\n");
  for (guint i = 0; i < n; i++)
    {
      g_string_append (text, "<Vertex X=\"");
      acini_text_add_number (text, v[i].x);
      g_string_append (text, "\" Y=\"");
      acini_text_add_number (text, v[i].y);
      g_string_append (text, "\"/>\n");
    }
  g_string_append (text, "</Vertices></Region>\n");
}

static gboolean
add (AciniAnnotationWriter *writer, const AciniAnnotation *a, GError **error)
{
  static const int types[] = { 0, 0, 2, 1, 5, 4 };
  const AciniVertex *v = (const AciniVertex *)(gconstpointer)a->vertices->data;
  GString *text = acini_writer_get_layer (writer, acini_writer_get_class (writer, a), error);

  if (text == NULL)
    return FALSE;
  if (a->kind == ACINI_ANNOTATION_ELLIPSE)
    {
      double x0, y0, x1, y1, rx, ry, angle;

      acini_annotation_get_axes (a, &rx, &ry, &angle);
      acini_annotation_get_box (a, &x0, &y0, &x1, &y1);
      if (fabs (sin (2 * angle)) < 1e-9 || rx == ry)
        {
          add_region (writer, text, a, (const AciniVertex[]){ { x0, y0 }, { x1, y1 } }, 2, 2, FALSE);
          return TRUE;
        }
      acini_annotation_clear_shape (writer->scratch);
      writer->scratch->kind = a->kind;
      g_array_append_vals (writer->scratch->vertices, v, 3);
      acini_annotation_flatten (writer->scratch, 256);
      add_region (writer, text, a, (const AciniVertex *)(gconstpointer)writer->scratch->vertices->data, 256, 0, FALSE);
      return TRUE;
    }
  for (guint i = 0; i < a->rings->len; i++)
    {
      const AciniRing *ring = &g_array_index (a->rings, AciniRing, i);

      add_region (writer, text, a, v, ring->n, types[a->kind], ring->hole);
      v += ring->n;
    }
  return TRUE;
}

static gboolean
end (AciniAnnotationWriter *writer, GError **error)
{
  for (guint i = 0; i < writer->class_names->len; i++)
    {
      guint rgb = (guint)g_array_index (writer->class_colors, int, i);

      if (rgb == (guint)ACINI_NO_COLOR)
        rgb = 0x00ff00;
      g_string_append_printf (writer->text, "<Annotation Id=\"%u\" Name=\"", i + 1);
      acini_text_add_xml (writer->text, writer->class_names->pdata[i]);
      g_string_append_printf (writer->text,
                              "\" ReadOnly=\"0\" Incremental=\"0\" Type=\"4\" LineColor=\"%u\" Visible=\"1\" "
                              "Selected=\"0\" MarkupImagePath=\"\" MacroName=\"\">\n<Attributes/>\n<Regions>\n",
                              (rgb & 255) << 16 | (rgb & 0xff00) | (rgb >> 16 & 255));
      if (!acini_writer_put_layer (writer, i, error))
        return FALSE;
      g_string_append (writer->text, "</Regions>\n<Plots/>\n</Annotation>\n");
    }
  g_string_append (writer->text, "</Annotations>\n");
  return TRUE;
}

const AciniAnnotationFormat acini_format_aperio = {
  .id = "aperio",
  .name = "ImageScope XML (Aperio)",
  .suffix = "xml",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_NAMES | ACINI_CARRIES_COLORS
             | ACINI_CARRIES_HOLES | ACINI_CARRIES_ELLIPSES | ACINI_CARRIES_RECTANGLES | ACINI_CARRIES_POINTS
             | ACINI_CARRIES_LINES,
  .sniff = sniff,
  .read = read_file,
  .begin = begin,
  .add = add,
  .end = end,
};
