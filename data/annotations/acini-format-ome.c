/* SPDX-License-Identifier: GPL-3.0-or-later */

/* ROIs of OME-XML: each shape of a union is an object, with the identity of the shape; its transform is applied.  A
 * mask is one bit a pixel, from the highest one, rows without padding (some write a byte; the length tells). */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

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
             *locked = acini_markup_get (names, values, "Locked");

  acini_annotation_reset (a);
  acini_reader_get_place (reader, &a->line, &a->column);
  state->in_shape = 1;
  state->mask = FALSE;
  g_clear_pointer (&state->bits, g_free);
  memcpy (state->m, (const double[]){ 1, 0, 0, 0, 1, 0 }, sizeof state->m);
  a->id = g_strdup (acini_markup_get (names, values, "ID"));
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

  if (state->bits == NULL || !(width >= 1 && height >= 1 && width < 1e6 && height < 1e6))
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
  /* Along rows: the image on its side. */
  if (!acini_reader_add_runs (reader, (const AciniRun *)(gconstpointer)runs->data, runs->len, (gint64)height,
                              (gint64)width, FALSE, error))
    return FALSE;
  acini_annotation_transform (reader->annotation, (const double[]){ 0, 1, state->box[0], 1, 0, state->box[1] });
  return TRUE;
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

const AciniAnnotationFormat acini_format_ome = {
  .id = "ome",
  .name = "OME-XML ROI",
  .suffix = "ome.xml",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_NAMES | ACINI_CARRIES_IDS
             | ACINI_CARRIES_COLORS | ACINI_CARRIES_LOCKS | ACINI_CARRIES_ELLIPSES | ACINI_CARRIES_RECTANGLES
             | ACINI_CARRIES_POINTS | ACINI_CARRIES_LINES | ACINI_CARRIES_PLANES | ACINI_CARRIES_RASTERS,
  .sniff = sniff,
  .read = read_file,
};
