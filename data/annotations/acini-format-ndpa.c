/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Hamamatsu's NDPA: nm from the middle of the glass.  Pixels take the slide's size, its µm per pixel and how far its
 * middle lies from that of the glass (hamamatsu.XOffsetFromSlideCentre); without them coordinates stay nm.  Of ellipses
 * there are circles alone, which are read; written are outlines. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

typedef struct
{
  gboolean in_state, in_annotation, in_points;
  double numbers[5]; /* x, y, radius, x2, y2 */
  char *shape, *closed;
  double x;
  gboolean said;
} State;

static gboolean
sniff (const AciniAnnotationHead *head)
{
  return acini_annotation_head_has (head, "<ndpviewstate>");
}

static gboolean
start (AciniAnnotationReader *reader, const char *element, const char **names, const char **values, GError **error)
{
  State *state = acini_reader_get_state (reader);
  AciniAnnotation *a = reader->annotation;

  if (strcmp (element, "ndpviewstate") == 0)
    {
      acini_annotation_reset (a);
      acini_reader_get_place (reader, &a->line, &a->column);
      a->id = g_strdup (acini_markup_get (names, values, "id"));
      state->in_state = TRUE;
      g_clear_pointer (&state->closed, g_free);
      g_clear_pointer (&state->shape, g_free);
      for (guint i = 0; i < G_N_ELEMENTS (state->numbers); i++)
        state->numbers[i] = NAN;
    }
  else if (strcmp (element, "annotation") == 0 && state->in_state)
    {
      state->in_annotation = TRUE;
      g_free (state->shape);
      state->shape = g_strdup (acini_markup_get (names, values, "type"));
      a->color = acini_color_parse (acini_markup_get (names, values, "color"));
    }
  else if (strcmp (element, "pointlist") == 0)
    state->in_points = TRUE;
  return TRUE;
}

static void
take_text (State *state, AciniAnnotation *a, const char *element, const char *text)
{
  static const char *const numbers[] = { "x", "y", "radius", "x2", "y2" };

  if (strcmp (element, "title") == 0 && !state->in_annotation && *text != '\0')
    {
      g_free (a->class_name);
      a->class_name = g_strdup (text);
    }
  else if (strcmp (element, "details") == 0 && *text != '\0')
    {
      g_free (a->name);
      a->name = g_strdup (text);
    }
  else if (strcmp (element, "closed") == 0)
    {
      g_free (state->closed);
      state->closed = g_strdup (text);
    }
  else if (state->in_points && strcmp (element, "x") == 0)
    state->x = acini_reader_parse_number (text);
  else if (state->in_points && strcmp (element, "y") == 0)
    acini_annotation_add_vertex (a, state->x, acini_reader_parse_number (text));
  else if (!state->in_points)
    for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
      {
        if (strcmp (element, numbers[i]) == 0)
          state->numbers[i] = acini_reader_parse_number (text);
        /* Of rulers. */
        if (strcmp (element, "x1") == 0 || strcmp (element, "y1") == 0)
          state->numbers[element[0] == 'y'] = acini_reader_parse_number (text);
      }
}

static void
to_pixels (AciniAnnotationReader *reader, State *state)
{
  const AciniAnnotationSpace *space = &reader->reading->space;
  const double scale = space->mpp > 0 ? 1 / (1000 * space->mpp) : 0;

  if (space->width > 0 && scale > 0)
    acini_annotation_transform (reader->annotation,
                                (const double[]){ scale, 0, (double)space->width / 2 - space->offset_x * scale, 0,
                                                  scale, (double)space->height / 2 - space->offset_y * scale });
  else if (!state->said)
    acini_reader_problem (reader, 0, 0, FALSE,
                          _ ("The coordinates are nanometres from the middle of the glass; with --size WxH and --mpp X "
                             "they become pixels."));
  state->said = TRUE;
}

static void
shape (AciniAnnotation *a, const State *state)
{
  const char *type = state->shape != NULL ? state->shape : "";
  const double *n = state->numbers;

  if (a->vertices->len > 0)
    {
      if (strcmp (type, "freehandline") == 0 || g_strcmp0 (state->closed, "0") == 0)
        a->kind = ACINI_ANNOTATION_LINE;
      acini_annotation_end_ring (a, FALSE);
      return;
    }
  if (strcmp (type, "circle") == 0)
    acini_annotation_set_ellipse (a, n[0], n[1], n[2], n[2], 0);
  else if (strcmp (type, "pin") == 0 || strcmp (type, "pointer") == 0)
    {
      a->kind = ACINI_ANNOTATION_POINT;
      acini_annotation_add_vertex (a, n[0], n[1]);
      acini_annotation_end_ring (a, FALSE);
    }
  else if (strcmp (type, "linearmeasure") == 0)
    {
      a->kind = ACINI_ANNOTATION_LINE;
      acini_annotation_add_vertex (a, n[0], n[1]);
      acini_annotation_add_vertex (a, n[3], n[4]);
      acini_annotation_end_ring (a, FALSE);
    }
}

static gboolean
end_element (AciniAnnotationReader *reader, const char *element, const char *text, GError **error)
{
  State *state = acini_reader_get_state (reader);

  if (!state->in_state)
    return TRUE;
  if (strcmp (element, "pointlist") == 0)
    state->in_points = FALSE;
  else if (strcmp (element, "annotation") == 0)
    state->in_annotation = FALSE;
  else if (strcmp (element, "ndpviewstate") == 0)
    {
      state->in_state = FALSE;
      shape (reader->annotation, state);
      to_pixels (reader, state);
      return acini_reader_emit (reader, error);
    }
  else if (strcmp (element, "title") == 0 || strcmp (element, "details") == 0 || state->in_annotation)
    take_text (state, reader->annotation, element, text);
  return TRUE;
}

static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  static const AciniMarkup markup = { start, end_element };
  State state = { 0 };
  gboolean done = acini_reader_parse_markup (reader, &markup, &state, error);

  g_free (state.shape);
  g_free (state.closed);
  return done;
}

static gboolean
begin (AciniAnnotationWriter *writer, GError **error)
{
  if (!acini_writer_check_space (writer, TRUE, error))
    return FALSE;
  g_string_append (writer->text, "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>\n<annotations>\n");
  return TRUE;
}

/* Whole nm, as NDP.view has them. */
static void
add_point (AciniAnnotationWriter *writer, const AciniVertex *v)
{
  const AciniAnnotationSpace *space = &writer->space;
  const double scale = 1000 * space->mpp;

  g_string_append_printf (writer->text, "<x>%.0f</x><y>%.0f</y>",
                          (v->x - (double)space->width / 2) * scale + space->offset_x,
                          (v->y - (double)space->height / 2) * scale + space->offset_y);
}

static void
begin_state (AciniAnnotationWriter *writer, const AciniAnnotation *a, const AciniVertex *middle)
{
  GString *text = writer->text;

  g_string_append_printf (text, "<ndpviewstate id=\"%" G_GUINT64_FORMAT "\"><title>", writer->n);
  acini_text_add_xml (text, a->class_name != NULL ? a->class_name : "");
  g_string_append (text, "</title><details>");
  acini_text_add_xml (text, a->name != NULL ? a->name : "");
  g_string_append (text, "</details><coordformat>nanometers</coordformat><lens>20</lens>");
  add_point (writer, middle);
  g_string_append (text, "<z>0</z><showtitle>0</showtitle><showhistogram>0</showhistogram>"
                         "<showlineprofile>0</showlineprofile>\n");
}

static void
begin_annotation (GString *text, const AciniAnnotation *a, const char *type, const char *shown)
{
  const int color = a->color != ACINI_NO_COLOR ? a->color : a->class_color;

  g_string_append_printf (text, "<annotation type=\"%s\" displayname=\"%s\" color=\"", type, shown);
  acini_text_add_color (text, color != ACINI_NO_COLOR ? color : 0);
  g_string_append (text, "\">");
}

static gboolean
add (AciniAnnotationWriter *writer, const AciniAnnotation *a, GError **error)
{
  GString *text = writer->text;
  const gboolean line = a->kind == ACINI_ANNOTATION_LINE;
  AciniVertex middle;
  double x0, y0, x1, y1;

  for (guint i = 0; a->kind == ACINI_ANNOTATION_POINT && i < a->vertices->len; i++)
    {
      const AciniVertex *v = &g_array_index (a->vertices, AciniVertex, i);

      begin_state (writer, a, v);
      begin_annotation (text, a, "pin", "AnnotatePin");
      add_point (writer, v);
      g_string_append (text, "</annotation></ndpviewstate>\n");
    }
  if (a->kind == ACINI_ANNOTATION_POINT)
    return TRUE;
  acini_annotation_get_box (a, &x0, &y0, &x1, &y1);
  middle = (AciniVertex){ (x0 + x1) / 2, (y0 + y1) / 2 };
  begin_state (writer, a, &middle);
  begin_annotation (text, a, line ? "freehandline" : "freehand", line ? "AnnotateFreehandLine" : "AnnotateFreehand");
  g_string_append_printf (text, "<measuretype>0</measuretype><closed>%d</closed><pointlist>\n", !line);
  for (guint i = 0; i < g_array_index (a->rings, AciniRing, 0).n; i++)
    {
      g_string_append (text, "<point>");
      add_point (writer, &g_array_index (a->vertices, AciniVertex, i));
      g_string_append (text, "</point>\n");
    }
  g_string_append (text, "</pointlist></annotation></ndpviewstate>\n");
  return TRUE;
}

static gboolean
end (AciniAnnotationWriter *writer, GError **error)
{
  g_string_append (writer->text, "</annotations>\n");
  return TRUE;
}

const AciniAnnotationFormat acini_format_ndpa = {
  .id = "ndpa",
  .name = "NDP.view (Hamamatsu NDPA)",
  .suffix = "ndpa",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_NAMES | ACINI_CARRIES_COLORS
             | ACINI_CARRIES_POINTS | ACINI_CARRIES_LINES,
  .sniff = sniff,
  .read = read_file,
  .begin = begin,
  .add = add,
  .end = end,
};
