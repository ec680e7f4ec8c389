/* SPDX-License-Identifier: GPL-3.0-or-later */

/* CVAT's XML 1.1, for images and for tracks: polygons, boxes, ellipses, lines, points, skeletons (their points) and
 * masks (run lengths along the rows of a box). */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

typedef struct
{
  char *image;
  char *track; /* label of the track */
  char *name;  /* of a label in the head */
  GHashTable *colors;
} State;

static gboolean
sniff (const AciniAnnotationHead *head)
{
  return acini_annotation_head_has (head, "<annotations>") && !acini_annotation_head_has (head, "<ndpviewstate>");
}

/* "0, 3, 2 …": runs of 0 and 1 in turn along the rows of the box. */
static gboolean
take_mask (AciniAnnotationReader *reader, const char **names, const char **values, GError **error)
{
  const char *at = acini_markup_get (names, values, "rle");
  double left = acini_markup_get_number (names, values, "left"), top = acini_markup_get_number (names, values, "top");
  double width = acini_markup_get_number (names, values, "width"),
         height = acini_markup_get_number (names, values, "height");
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (AciniRun));
  AciniRun run = { 0 };

  if (at == NULL || !(width >= 1 && width < 1e9 && height >= 1 && height < 1e9) || isnan (left) || isnan (top))
    return TRUE;
  for (gboolean inside = FALSE; *at != '\0'; inside = !inside)
    {
      char *end;

      run.length = (gint64)g_ascii_strtoull (at, &end, 10);
      if (end == at || run.length < 0 || run.length > (gint64)1 << 40 || run.start > (gint64)1 << 60)
        return acini_reader_fail (reader, reader->annotation->line, reader->annotation->column, error,
                                  _ ("these are no run lengths."));
      if (inside && run.length > 0)
        g_array_append_val (runs, run);
      run.start += run.length;
      at = end + strspn (end, ", ");
    }
  /* Along rows: the image on its side. */
  if (!acini_reader_add_runs (reader, (const AciniRun *)(gconstpointer)runs->data, runs->len, (gint64)height,
                              (gint64)width, FALSE, error))
    return FALSE;
  acini_annotation_transform (reader->annotation, (const double[]){ 0, 1, left, 1, 0, top });
  return TRUE;
}

static void
take_box (AciniAnnotation *a, const char **names, const char **values)
{
  double x0 = acini_markup_get_number (names, values, "xtl"), y0 = acini_markup_get_number (names, values, "ytl");
  double x1 = acini_markup_get_number (names, values, "xbr"), y1 = acini_markup_get_number (names, values, "ybr");
  double turn = acini_markup_get_number (names, values, "rotation");

  acini_annotation_set_turned_rectangle (a, (x0 + x1) / 2, (y0 + y1) / 2, x1 - x0, y1 - y0,
                                         isnan (turn) ? 0 : turn * G_PI / 180);
}

static void
take_ellipse (AciniAnnotation *a, const char **names, const char **values)
{
  double turn = acini_markup_get_number (names, values, "rotation");

  acini_annotation_set_ellipse (a, acini_markup_get_number (names, values, "cx"),
                                acini_markup_get_number (names, values, "cy"),
                                acini_markup_get_number (names, values, "rx"),
                                acini_markup_get_number (names, values, "ry"), isnan (turn) ? 0 : turn * G_PI / 180);
}

static void
begin_shape (AciniAnnotationReader *reader, const char **names, const char **values)
{
  State *state = acini_reader_get_state (reader);
  AciniAnnotation *a = reader->annotation;
  const char *label = acini_markup_get (names, values, "label");

  acini_annotation_reset (a);
  acini_reader_get_place (reader, &a->line, &a->column);
  a->class_name = g_strdup (label != NULL ? label : state->track);
  a->image = g_strdup (state->image);
  a->class_color = a->class_name != NULL ? GPOINTER_TO_INT (g_hash_table_lookup (state->colors, a->class_name)) - 1
                                         : ACINI_NO_COLOR;
}

static gboolean
start (AciniAnnotationReader *reader, const char *element, const char **names, const char **values, GError **error)
{
  State *state = acini_reader_get_state (reader);
  AciniAnnotation *a = reader->annotation;
  const char *points = acini_markup_get (names, values, "points");

  if (strcmp (element, "image") == 0)
    {
      g_free (state->image);
      state->image = g_strdup (acini_markup_get (names, values, "name"));
      return TRUE;
    }
  if (strcmp (element, "track") == 0)
    {
      g_free (state->track);
      state->track = g_strdup (acini_markup_get (names, values, "label"));
      return TRUE;
    }
  if (g_strcmp0 (acini_markup_get (names, values, "outside"), "1") == 0)
    return TRUE;
  if (strcmp (element, "polygon") != 0 && strcmp (element, "polyline") != 0 && strcmp (element, "points") != 0
      && strcmp (element, "box") != 0 && strcmp (element, "ellipse") != 0 && strcmp (element, "mask") != 0)
    return TRUE;
  begin_shape (reader, names, values);
  if (strcmp (element, "box") == 0)
    take_box (a, names, values);
  else if (strcmp (element, "ellipse") == 0)
    take_ellipse (a, names, values);
  else if (strcmp (element, "mask") == 0)
    {
      if (!take_mask (reader, names, values, error))
        return FALSE;
    }
  else
    {
      a->kind = strcmp (element, "polyline") == 0 ? ACINI_ANNOTATION_LINE
                : strcmp (element, "points") == 0 ? ACINI_ANNOTATION_POINT
                                                  : ACINI_ANNOTATION_POLYGON;
      if (!acini_reader_add_text_ring (reader, points, FALSE))
        return acini_reader_fail (reader, a->line, a->column, error, _ ("points “x,y;x,y…” are expected here."));
    }
  return acini_reader_emit (reader, error);
}

static gboolean
end_element (AciniAnnotationReader *reader, const char *element, const char *text, GError **error)
{
  State *state = acini_reader_get_state (reader);

  if (strcmp (element, "track") == 0)
    g_clear_pointer (&state->track, g_free);
  else if (strcmp (element, "name") == 0)
    {
      g_free (state->name);
      state->name = g_strdup (text);
    }
  else if (strcmp (element, "color") == 0 && state->name != NULL)
    g_hash_table_insert (state->colors, g_strdup (state->name), GINT_TO_POINTER (acini_color_parse (text) + 1));
  return TRUE;
}

static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  static const AciniMarkup markup = { start, end_element };
  State state = { .colors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };
  gboolean done = acini_reader_parse_markup (reader, &markup, &state, error);

  g_hash_table_unref (state.colors);
  g_free (state.image);
  g_free (state.track);
  g_free (state.name);
  return done;
}

/* The shapes are put by until the classes are known, which stand before them. */
static gboolean
begin (AciniAnnotationWriter *writer, GError **error)
{
  return TRUE;
}

static void
add_points (GString *text, const AciniAnnotation *a)
{
  g_string_append (text, " points=\"");
  for (guint i = 0; i < g_array_index (a->rings, AciniRing, 0).n; i++)
    {
      const AciniVertex *v = &g_array_index (a->vertices, AciniVertex, i);

      if (i > 0)
        g_string_append_c (text, ';');
      acini_text_add_number (text, v->x);
      g_string_append_c (text, ',');
      acini_text_add_number (text, v->y);
    }
  g_string_append_c (text, '"');
}

static gboolean
add (AciniAnnotationWriter *writer, const AciniAnnotation *a, GError **error)
{
  static const char *const elements[] = { "polygon", "polygon", "ellipse", "box", "points", "polyline" };
  GString *text = acini_writer_get_layer (writer, 0, error);
  double x, y, width, height, angle = 0;

  if (text == NULL)
    return FALSE;
  acini_writer_get_class (writer, a);
  g_string_append_printf (text, "    <%s label=\"", elements[a->kind]);
  acini_text_add_xml (text, a->class_name != NULL ? a->class_name : "");
  g_string_append (text, "\" source=\"manual\" occluded=\"0\" z_order=\"0\"");
  if (a->kind == ACINI_ANNOTATION_ELLIPSE)
    {
      acini_annotation_get_axes (a, &width, &height, &angle);
      acini_text_add_xml_number (text, "cx", g_array_index (a->vertices, AciniVertex, 0).x);
      acini_text_add_xml_number (text, "cy", g_array_index (a->vertices, AciniVertex, 0).y);
      acini_text_add_xml_number (text, "rx", width);
      acini_text_add_xml_number (text, "ry", height);
    }
  else if (a->kind == ACINI_ANNOTATION_RECTANGLE)
    {
      acini_annotation_get_rectangle (a, &x, &y, &width, &height, &angle);
      acini_text_add_xml_number (text, "xtl", x - width / 2);
      acini_text_add_xml_number (text, "ytl", y - height / 2);
      acini_text_add_xml_number (text, "xbr", x + width / 2);
      acini_text_add_xml_number (text, "ybr", y + height / 2);
    }
  else
    add_points (text, a);
  if (angle != 0)
    acini_text_add_xml_number (text, "rotation", angle * 180 / G_PI);
  g_string_append (text, "/>\n");
  return TRUE;
}

static gboolean
end (AciniAnnotationWriter *writer, GError **error)
{
  GString *text = writer->text;

  g_string_append (text, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<annotations>\n  <version>1.1</version>\n"
                         "  <meta><task><labels>\n");
  for (guint i = 0; i < writer->class_names->len; i++)
    {
      int color = g_array_index (writer->class_colors, int, i);

      g_string_append (text, "    <label><name>");
      acini_text_add_xml (text, writer->class_names->pdata[i]);
      g_string_append (text, "</name>");
      if (color != ACINI_NO_COLOR)
        {
          g_string_append (text, "<color>");
          acini_text_add_color (text, color);
          g_string_append (text, "</color>");
        }
      g_string_append (text, "</label>\n");
    }
  g_string_append (text, "  </labels></task></meta>\n  <image id=\"0\" name=\"");
  acini_text_add_xml (text, writer->image != NULL ? writer->image : "");
  g_string_append_c (text, '"');
  if (writer->space.width > 0)
    g_string_append_printf (text, " width=\"%" G_GINT64_FORMAT "\" height=\"%" G_GINT64_FORMAT "\"",
                            writer->space.width, writer->space.height);
  g_string_append (text, ">\n");
  if (!acini_writer_put_layer (writer, 0, error))
    return FALSE;
  g_string_append (text, "  </image>\n</annotations>\n");
  return TRUE;
}

const AciniAnnotationFormat acini_format_cvat = {
  .id = "cvat",
  .name = "CVAT XML",
  .suffix = "xml",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_COLORS | ACINI_CARRIES_ELLIPSES
             | ACINI_CARRIES_RECTANGLES | ACINI_CARRIES_POINTS | ACINI_CARRIES_LINES | ACINI_CARRIES_IMAGES
             | ACINI_CARRIES_RASTERS,
  .sniff = sniff,
  .read = read_file,
  .begin = begin,
  .add = add,
  .end = end,
};
