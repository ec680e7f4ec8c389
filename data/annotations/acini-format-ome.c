/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ROIs of OME-XML: each shape of a union is an object, with the identity of the shape; its transform is applied.  A
 * mask is one bit a pixel, from the highest one, rows without padding (some write a byte; the length tells).  What has
 * holes is written as a mask. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"
#include "data/annotations/acini-annotation-raster.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the schema has identities of shapes begin with. */
#define SHAPE "Shape:"
/* Sides of masks that are read, and pixels of those that are written. */
#define LONGEST_SIDE 1000000
#define MOST_PIXELS ((gint64)1 << 30)

typedef struct
{
  int in_roi, in_shape;
  char *roi_name;
  double m[6];
  double box[4]; /* of a mask */
  gboolean mask;
  char *bits; /* base64 */
} State;

static const char *const shapes[]
    = { "Point", "Line", "Polyline", "Polygon", "Rectangle", "Ellipse", "Mask", "Label", NULL };

static gboolean
sniff (const AciniAnnotationHead *head)
{
  return acini_annotation_head_has (head, "<OME>") || acini_annotation_head_has (head, "<ROI>");
}

static gboolean
take_shape (AciniAnnotationReader *reader, State *state, const char *element, const char **names, const char **values)
{
  AciniAnnotation *a = reader->annotation;

#define NUMBER(name) acini_markup_get_number (names, values, name)
  if (strcmp (element, "Point") == 0 || strcmp (element, "Label") == 0)
    {
      a->kind = ACINI_ANNOTATION_POINT;
      acini_annotation_add_vertex (a, NUMBER ("X"), NUMBER ("Y"));
    }
  else if (strcmp (element, "Line") == 0)
    {
      a->kind = ACINI_ANNOTATION_LINE;
      acini_annotation_add_vertex (a, NUMBER ("X1"), NUMBER ("Y1"));
      acini_annotation_add_vertex (a, NUMBER ("X2"), NUMBER ("Y2"));
    }
  else if (strcmp (element, "Rectangle") == 0)
    acini_annotation_set_rectangle (a, NUMBER ("X"), NUMBER ("Y"), NUMBER ("Width"), NUMBER ("Height"));
  else if (strcmp (element, "Ellipse") == 0)
    acini_annotation_set_ellipse (a, NUMBER ("X"), NUMBER ("Y"), NUMBER ("RadiusX"), NUMBER ("RadiusY"), 0);
  else if (strcmp (element, "Mask") == 0)
    {
      state->mask = TRUE;
      state->box[0] = NUMBER ("X");
      state->box[1] = NUMBER ("Y");
      state->box[2] = NUMBER ("Width");
      state->box[3] = NUMBER ("Height");
    }
  else
    {
      a->kind = strcmp (element, "Polyline") == 0 ? ACINI_ANNOTATION_LINE : ACINI_ANNOTATION_POLYGON;
      return acini_reader_add_text_ring (reader, acini_markup_get (names, values, "Points"), FALSE);
    }
#undef NUMBER
  if (a->kind == ACINI_ANNOTATION_POINT || a->kind == ACINI_ANNOTATION_LINE)
    acini_annotation_end_ring (a, FALSE);
  return TRUE;
}

static gboolean
start_shape (AciniAnnotationReader *reader, State *state, const char *element, const char **names, const char **values,
             GError **error)
{
  AciniAnnotation *a = reader->annotation;
  const char *text = acini_markup_get (names, values, "Text"), *color = acini_markup_get (names, values, "StrokeColor"),
             *locked = acini_markup_get (names, values, "Locked"), *id = acini_markup_get (names, values, "ID");

  acini_annotation_reset (a);
  acini_reader_get_place (reader, &a->line, &a->column);
  state->in_shape = 1;
  state->mask = FALSE;
  g_clear_pointer (&state->bits, g_free);
  memcpy (state->m, (const double[]){ 1, 0, 0, 0, 1, 0 }, sizeof state->m);
  a->id = g_strdup (id != NULL && g_str_has_prefix (id, SHAPE) ? id + strlen (SHAPE) : id);
  a->name = text != NULL && *text != '\0' ? g_strdup (text) : NULL;
  a->class_name = g_strdup (state->roi_name);
  /* RGBA as a signed number. */
  a->color = color != NULL ? (int)((guint)strtoll (color, NULL, 10) >> 8) : ACINI_NO_COLOR;
  a->locked = locked != NULL ? strcmp (locked, "true") == 0 : -1;
  a->z = acini_reader_to_plane (acini_markup_get_number (names, values, "TheZ"));
  a->t = acini_reader_to_plane (acini_markup_get_number (names, values, "TheT"));
  if (take_shape (reader, state, element, names, values))
    return TRUE;
  return acini_reader_fail (reader, a->line, a->column, error, _ ("points “x,y x,y…” are expected here."));
}

static gboolean
start (AciniAnnotationReader *reader, const char *element, const char **names, const char **values, GError **error)
{
  static const char *const entries[] = { "A00", "A01", "A02", "A10", "A11", "A12" };
  State *state = acini_reader_get_state (reader);

  if (strcmp (element, "ROI") == 0)
    {
      const char *name = acini_markup_get (names, values, "Name");

      state->in_roi = 1;
      g_free (state->roi_name);
      state->roi_name = name != NULL && *name != '\0' ? g_strdup (name) : NULL;
    }
  else if (state->in_roi && !state->in_shape && g_strv_contains (shapes, element))
    return start_shape (reader, state, element, names, values, error);
  else if (state->in_shape && strcmp (element, "Transform") == 0)
    for (int i = 0; i < 6; i++)
      state->m[i] = acini_markup_get_number (names, values, entries[i]);
  return TRUE;
}

static gboolean
take_mask (AciniAnnotationReader *reader, State *state, GError **error)
{
  const double width = state->box[2], height = state->box[3];
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (AciniRun));
  g_autofree guchar *bytes = NULL;
  gsize n_bytes = 0;
  gint64 n;
  gboolean by_byte;

  if (state->bits == NULL || !(width >= 1 && height >= 1 && width <= LONGEST_SIDE && height <= LONGEST_SIDE))
    return TRUE;
  bytes = g_base64_decode (state->bits, &n_bytes);
  n = (gint64)width * (gint64)height;
  by_byte = (gint64)n_bytes >= n;
  if (!by_byte && (gint64)n_bytes * 8 < n)
    return acini_reader_fail (reader, reader->annotation->line, reader->annotation->column, error,
                              _ ("the mask here has fewer pixels than it says."));
  for (gint64 i = 0; i < n; i++)
    if (by_byte ? bytes[i] != 0 : (bytes[i / 8] >> (7 - i % 8) & 1) != 0)
      {
        AciniRun *last = runs->len > 0 ? &g_array_index (runs, AciniRun, runs->len - 1) : NULL;

        if (last != NULL && last->start + last->length == i)
          last->length++;
        else
          g_array_append_val (runs, ((AciniRun){ i, 1 }));
      }
  return acini_reader_add_row_runs (reader, (const AciniRun *)(gconstpointer)runs->data, runs->len, (gint64)width,
                                    (gint64)height, state->box[0], state->box[1], error);
}

static gboolean
end_element (AciniAnnotationReader *reader, const char *element, const char *text, GError **error)
{
  State *state = acini_reader_get_state (reader);

  if (strcmp (element, "ROI") == 0)
    state->in_roi = 0;
  else if (state->in_shape && strcmp (element, "BinData") == 0)
    {
      g_free (state->bits);
      state->bits = g_strdup (text);
    }
  else if (state->in_shape && g_strv_contains (shapes, element))
    {
      state->in_shape = 0;
      if (state->mask && !take_mask (reader, state, error))
        return FALSE;
      acini_annotation_transform (reader->annotation, state->m);
      return acini_reader_emit (reader, error);
    }
  return TRUE;
}

static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  static const AciniMarkup markup = { start, end_element };
  State state = { 0 };
  gboolean done = acini_reader_parse_markup (reader, &markup, &state, error);

  g_free (state.roi_name);
  g_free (state.bits);
  return done;
}

/* Writing: the ROIs stand behind the image, which lists them, so they are gathered beside the file. */

static gboolean
begin (AciniAnnotationWriter *writer, GError **error)
{
  GString *text = writer->text;

  g_string_append (text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                         "<OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\" Creator=\"Acini\">\n");
  if (writer->space.width <= 0)
    return TRUE;
  g_string_append (text, "<Image ID=\"Image:0\"");
  acini_text_add_xml_text (text, "Name", writer->image != NULL ? writer->image : "");
  g_string_append_printf (text,
                          "><Pixels ID=\"Pixels:0\" DimensionOrder=\"XYCZT\" Type=\"uint8\" SizeX=\"%" G_GINT64_FORMAT
                          "\" SizeY=\"%" G_GINT64_FORMAT "\" SizeZ=\"1\" SizeC=\"3\" SizeT=\"1\"",
                          writer->space.width, writer->space.height);
  if (writer->space.mpp > 0)
    {
      acini_text_add_xml_number (text, "PhysicalSizeX", writer->space.mpp);
      acini_text_add_xml_number (text, "PhysicalSizeY", writer->space.mpp);
    }
  g_string_append (text, "><MetadataOnly/></Pixels>\n");
  return TRUE;
}

/* What all shapes have, behind their element's name. */
static void
add_attributes (AciniAnnotationWriter *writer, GString *text, const AciniAnnotation *a)
{
  const int color = a->color != ACINI_NO_COLOR ? a->color : a->class_color;
  g_autofree char *id = g_strconcat (SHAPE, acini_writer_get_id (writer, a), NULL);

  acini_text_add_xml_text (text, "ID", id);
  if (color != ACINI_NO_COLOR)
    g_string_append_printf (text, " StrokeColor=\"%d\"", (int)((guint)color << 8 | 255));
  if (a->name != NULL)
    acini_text_add_xml_text (text, "Text", a->name);
  if (a->locked >= 0)
    g_string_append_printf (text, " Locked=\"%s\"", a->locked == 1 ? "true" : "false");
  if (a->z > 0)
    g_string_append_printf (text, " TheZ=\"%d\"", a->z);
  if (a->t > 0)
    g_string_append_printf (text, " TheT=\"%d\"", a->t);
}

/* Turned by @angle around (@x, @y), and the end of the element. */
static void
end_turned (GString *text, const char *element, double x, double y, double angle)
{
  const double c = cos (angle), s = sin (angle);

  if (angle == 0)
    {
      g_string_append (text, "/>");
      return;
    }
  g_string_append (text, "><Transform");
  acini_text_add_xml_number (text, "A00", c);
  acini_text_add_xml_number (text, "A10", s);
  acini_text_add_xml_number (text, "A01", -s);
  acini_text_add_xml_number (text, "A11", c);
  acini_text_add_xml_number (text, "A02", x - c * x + s * y);
  acini_text_add_xml_number (text, "A12", y - s * x - c * y);
  g_string_append_printf (text, "/></%s>", element);
}

static void
add_axes (GString *text, const AciniAnnotation *a)
{
  double x, y, width, height, angle;

  if (a->kind == ACINI_ANNOTATION_ELLIPSE)
    {
      acini_annotation_get_axes (a, &width, &height, &angle);
      x = g_array_index (a->vertices, AciniVertex, 0).x;
      y = g_array_index (a->vertices, AciniVertex, 0).y;
      acini_text_add_xml_number (text, "X", x);
      acini_text_add_xml_number (text, "Y", y);
      acini_text_add_xml_number (text, "RadiusX", width);
      acini_text_add_xml_number (text, "RadiusY", height);
      end_turned (text, "Ellipse", x, y, angle);
      return;
    }
  acini_annotation_get_rectangle (a, &x, &y, &width, &height, &angle);
  acini_text_add_xml_number (text, "X", x - width / 2);
  acini_text_add_xml_number (text, "Y", y - height / 2);
  acini_text_add_xml_number (text, "Width", width);
  acini_text_add_xml_number (text, "Height", height);
  end_turned (text, "Rectangle", x, y, angle);
}

typedef struct
{
  GString *text;
  gint64 at; /* pixels */
  guint8 byte;
  int state, save; /* of g_base64_encode_step () */
} Packer;

/* Pixels of one value up to @end. */
static void
put_pixels (Packer *packer, gint64 end, guint8 value)
{
  while (packer->at < end)
    {
      char code[8];

      packer->byte = (guint8)(packer->byte << 1 | value);
      if (++packer->at % 8 != 0)
        continue;
      g_string_append_len (packer->text, code,
                           (gssize)g_base64_encode_step (&packer->byte, 1, FALSE, code, &packer->state, &packer->save));
      packer->byte = 0;
    }
}

static void
put_run (gint64 start, gint64 length, gpointer user_data)
{
  put_pixels (user_data, start, 0);
  put_pixels (user_data, start + length, 1);
}

/* FALSE: it is too large. */
static gboolean
add_mask (AciniAnnotationWriter *writer, GString *text, const AciniAnnotation *a)
{
  g_autoptr (AciniAnnotation) moved = acini_annotation_copy (a);
  Packer packer = { .text = text };
  double x0, y0, x1, y1;
  gint64 width, height;
  char code[8];

  acini_annotation_get_box (a, &x0, &y0, &x1, &y1);
  x0 = floor (x0);
  y0 = floor (y0);
  width = (gint64)ceil (x1 - x0);
  height = (gint64)ceil (y1 - y0);
  if (width < 1 || height < 1 || width > LONGEST_SIDE || height > LONGEST_SIDE || width * height > MOST_PIXELS)
    return FALSE;
  acini_annotation_transform (moved, (const double[]){ 1, 0, -x0, 0, 1, -y0 });
  g_string_append (text, "<Mask");
  add_attributes (writer, text, a);
  acini_text_add_xml_number (text, "X", x0);
  acini_text_add_xml_number (text, "Y", y0);
  g_string_append_printf (text,
                          " Width=\"%" G_GINT64_FORMAT "\" Height=\"%" G_GINT64_FORMAT
                          "\"><BinData BigEndian=\"false\" Length=\"%" G_GINT64_FORMAT "\">",
                          width, height, (width * height + 7) / 8);
  /* Where there is no memory for its rows it is empty: better than a file that cannot be read. */
  acini_annotation_scan (moved, width, height, FALSE, put_run, &packer);
  put_pixels (&packer, (width * height + 7) / 8 * 8, 0);
  g_string_append_len (text, code, (gssize)g_base64_encode_close (FALSE, code, &packer.state, &packer.save));
  g_string_append (text, "</BinData></Mask>");
  return TRUE;
}

static void
add_shape (AciniAnnotationWriter *writer, GString *text, const AciniAnnotation *a)
{
  static const char *const elements[] = { "Polygon", "Polygon", "Ellipse", "Rectangle", "Point", "Polyline" };

  for (guint i = 0; a->kind == ACINI_ANNOTATION_POINT && i < a->vertices->len; i++)
    {
      g_string_append (text, "<Point");
      add_attributes (writer, text, a);
      acini_text_add_xml_number (text, "X", g_array_index (a->vertices, AciniVertex, i).x);
      acini_text_add_xml_number (text, "Y", g_array_index (a->vertices, AciniVertex, i).y);
      g_string_append (text, "/>");
    }
  if (a->kind == ACINI_ANNOTATION_POINT || (acini_annotation_has_holes (a) && add_mask (writer, text, a)))
    return;
  if (acini_annotation_has_holes (a))
    writer->lost |= ACINI_CARRIES_HOLES;
  g_string_append_printf (text, "<%s", elements[a->kind]);
  add_attributes (writer, text, a);
  if (a->kind == ACINI_ANNOTATION_ELLIPSE || a->kind == ACINI_ANNOTATION_RECTANGLE)
    {
      add_axes (text, a);
      return;
    }
  g_string_append (text, " Points=\"");
  for (guint i = 0; i < g_array_index (a->rings, AciniRing, 0).n; i++)
    {
      const AciniVertex *v = &g_array_index (a->vertices, AciniVertex, i);

      g_string_append (text, i > 0 ? " " : "");
      acini_text_add_number (text, v->x);
      g_string_append_c (text, ',');
      acini_text_add_number (text, v->y);
    }
  g_string_append (text, "\"/>");
}

static gboolean
add (AciniAnnotationWriter *writer, const AciniAnnotation *a, GError **error)
{
  GString *text = acini_writer_get_layer (writer, 0, error);

  if (text == NULL)
    return FALSE;
  if (writer->space.width > 0)
    g_string_append_printf (writer->text, "<ROIRef ID=\"ROI:%" G_GUINT64_FORMAT "\"/>\n", writer->n);
  g_string_append_printf (text, "<ROI ID=\"ROI:%" G_GUINT64_FORMAT "\"", writer->n);
  if (a->class_name != NULL)
    acini_text_add_xml_text (text, "Name", a->class_name);
  g_string_append (text, "><Union>");
  add_shape (writer, text, a);
  g_string_append (text, "</Union></ROI>\n");
  return TRUE;
}

static gboolean
end (AciniAnnotationWriter *writer, GError **error)
{
  if (writer->space.width > 0)
    g_string_append (writer->text, "</Image>\n");
  if (!acini_writer_put_layer (writer, 0, error))
    return FALSE;
  g_string_append (writer->text, "</OME>\n");
  return TRUE;
}

const AciniAnnotationFormat acini_format_ome = {
  .id = "ome",
  .name = "OME-XML ROI",
  .suffix = "ome.xml",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_NAMES | ACINI_CARRIES_IDS
             | ACINI_CARRIES_COLORS | ACINI_CARRIES_LOCKS | ACINI_CARRIES_ELLIPSES | ACINI_CARRIES_RECTANGLES
             | ACINI_CARRIES_POINTS | ACINI_CARRIES_LINES | ACINI_CARRIES_PLANES | ACINI_CARRIES_RASTERS
             | ACINI_CARRIES_HOLES,
  .sniff = sniff,
  .read = read_file,
  .begin = begin,
  .add = add,
  .end = end,
};
