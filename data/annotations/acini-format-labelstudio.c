/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Label Studio's JSON: results of annotations, in percent of the image's sides.  Brush strokes are pictures of the
 * image's size, four bytes a pixel of which the last one counts, packed bit by bit (thi.ng's rle-pack): how many bytes,
 * how many bits a value has, the sizes of four kinds of counts; then blocks of a value that repeats or of values.
 *
 * What has holes is written as a brush stroke. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"
#include "data/annotations/acini-annotation-raster.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

static gboolean
sniff (const AciniAnnotationHead *head)
{
  return acini_annotation_head_has (head, "$.annotations.result")
         || acini_annotation_head_has (head, "$.completions.result")
         || acini_annotation_head_has (head, "$.result.value")
         || (acini_annotation_head_has (head, "$.data.image") && acini_annotation_head_has (head, "$.annotations"));
}

/* "polygonlabels": ["Tumour"], "brushlabels" … */
static char *
dup_label (const AciniJsonValue *value)
{
  for (const AciniJsonValue *member = acini_json_first (value); member != NULL; member = member->next)
    if (g_str_has_suffix (member->name, "labels") || strcmp (member->name, "choices") == 0)
      return acini_json_dup_text (acini_json_first (member));
  return NULL;
}

/* Brush strokes */

typedef struct
{
  const double *bytes;
  guint64 at, end; /* bits */
} Bits;

/* The next @n bits, at most 32, the highest first; FALSE: there are not so many, or what stands there is no byte. */
static gboolean
read_bits (Bits *bits, guint n, guint32 *number)
{
  *number = 0;
  if (n > bits->end - bits->at)
    return FALSE;
  for (; n > 0; n--, bits->at++)
    {
      const double byte = bits->bytes[bits->at / 8];

      if (!(byte >= 0 && byte <= 255))
        return FALSE;
      *number = *number << 1 | ((guint)byte >> (7 - bits->at % 8) & 1);
    }
  return TRUE;
}

static void
add_run (GArray *runs, gint64 start, gint64 end)
{
  AciniRun *last = runs->len > 0 ? &g_array_index (runs, AciniRun, runs->len - 1) : NULL;

  if (last != NULL && last->start + last->length == start)
    last->length += end - start;
  else if (end > start)
    g_array_append_val (runs, ((AciniRun){ start, end - start }));
}

/* A block from byte @i on.  Returns: the byte behind it; -1: it is cut off. */
static gint64
read_block (Bits *bits, guint word, const guint sizes[4], gint64 i, gint64 n, GArray *runs)
{
  guint32 repeats, size, count, value;
  gint64 end;

  if (!read_bits (bits, 1, &repeats) || !read_bits (bits, 2, &size) || !read_bits (bits, sizes[size], &count))
    return -1;
  end = MIN (i + 1 + count, n);
  if (!repeats)
    {
      for (; i < end; i++)
        if (!read_bits (bits, word, &value))
          return -1;
        else if (i % 4 == 3 && value != 0)
          add_run (runs, i / 4, i / 4 + 1);
    }
  else if (!read_bits (bits, word, &value))
    return -1;
  else if (value != 0)
    add_run (runs, i / 4, end / 4);
  return end;
}

static gboolean
take_brush (AciniAnnotationReader *reader, const AciniJsonValue *rle, gint64 width, gint64 height, GError **error)
{
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (AciniRun));
  Bits bits = { 0 };
  guint32 number = 0, word = 0, size = 0;
  guint sizes[4] = { 0 };
  gint64 n, i = 0;

  if (rle->kind == ACINI_JSON_NUMBERS)
    bits = (Bits){ rle->numbers, 0, 8 * (guint64)rle->n };
  if (!read_bits (&bits, 32, &number) || !read_bits (&bits, 5, &word))
    i = -1;
  for (int k = 0; k < 4 && i >= 0; k++)
    {
      i = read_bits (&bits, 4, &size) ? 0 : -1;
      sizes[k] = size + 1;
    }
  n = number;
  if (i == 0 && (width > G_MAXINT32 || height > G_MAXINT32 || n != 4 * width * height))
    return acini_reader_fail (reader, rle->line, rle->column, error,
                              _ ("the brush stroke here is of another size than its image."));
  while (i >= 0 && i < n)
    i = read_block (&bits, word + 1, sizes, i, n, runs);
  if (i < 0)
    return acini_reader_fail (reader, rle->line, rle->column, error,
                              _ ("the brush stroke here is cut off, or is no list of bytes."));
  return acini_reader_add_row_runs (reader, (const AciniRun *)(gconstpointer)runs->data, runs->len, width, height, 0, 0,
                                    error);
}

/* Other shapes */

static gboolean
take_shape (AciniAnnotationReader *reader, const AciniJsonValue *value, gboolean *known, GError **error)
{
  AciniAnnotation *a = reader->annotation;
  const AciniJsonValue *points = acini_json_get (value, "points"), *vertices = acini_json_get (value, "vertices");
  double x = acini_json_get_number (value, "x", NAN), y = acini_json_get_number (value, "y", NAN);

  *known = TRUE;
  if (points != NULL || vertices != NULL)
    {
      const AciniJsonValue *closed = acini_json_get (value, "closed");

      if (closed != NULL && closed->kind == ACINI_JSON_BOOLEAN && closed->number == 0)
        a->kind = ACINI_ANNOTATION_LINE;
      return acini_reader_add_ring (reader, points != NULL ? points : vertices, FALSE, error);
    }
  if (acini_json_get (value, "radiusX") != NULL)
    acini_annotation_set_ellipse (a, x, y, acini_json_get_number (value, "radiusX", NAN),
                                  acini_json_get_number (value, "radiusY", NAN), 0);
  else if (acini_json_get (value, "keypointlabels") != NULL)
    {
      a->kind = ACINI_ANNOTATION_POINT;
      acini_annotation_add_vertex (a, x, y);
      acini_annotation_end_ring (a, FALSE);
    }
  else if (acini_json_get (value, "width") != NULL && acini_json_get (value, "height") != NULL)
    acini_annotation_set_rectangle (a, x, y, acini_json_get_number (value, "width", NAN),
                                    acini_json_get_number (value, "height", NAN));
  else
    *known = FALSE;
  return TRUE;
}

/* In pixels, around the corner (@x, @y) for rectangles and the middle for ellipses, as the program turns them. */
static void
turn (AciniAnnotation *a, double angle)
{
  const AciniVertex *pivot = &g_array_index (a->vertices, AciniVertex, 0);
  const double c = cos (angle), s = sin (angle);

  acini_annotation_transform (a, (const double[]){ c, -s, pivot->x - c * pivot->x + s * pivot->y, s, c,
                                                   pivot->y - s * pivot->x - c * pivot->y });
}

/* The image's size, which stands in each result. */
static gboolean
get_size (AciniAnnotationReader *reader, const AciniJsonValue *result, double *width, double *height, GError **error)
{
  *width = acini_json_get_number (result, "original_width", 0);
  *height = acini_json_get_number (result, "original_height", 0);
  if (!(*width > 0 && *height > 0))
    {
      *width = (double)reader->reading->space.width;
      *height = (double)reader->reading->space.height;
    }
  return (*width > 0 && *height > 0)
         || acini_reader_fail (reader, result->line, result->column, error,
                               _ ("the result here does not say the image's size: give it with --size WxH."));
}

static gboolean
take_result (AciniAnnotationReader *reader, const AciniJsonValue *result, GError **error)
{
  AciniAnnotation *a = reader->annotation;
  const AciniJsonValue *value = acini_json_get (result, "value"), *rle = acini_json_get (value, "rle");
  double width, height, angle = acini_json_get_number (value, "rotation", 0);
  gboolean known = TRUE;

  acini_reader_begin (reader, result);
  if (rle == NULL && !take_shape (reader, value, &known, error))
    return FALSE;
  if (!known) /* choices, text: of the image as a whole */
    {
      acini_annotation_reset (a);
      return TRUE;
    }
  if (!get_size (reader, result, &width, &height, error))
    return FALSE;
  if (rle != NULL)
    {
      if (!take_brush (reader, rle, (gint64)MIN (width, 1e9), (gint64)MIN (height, 1e9), error))
        return FALSE;
    }
  else
    {
      acini_annotation_transform (a, (const double[]){ width / 100, 0, 0, 0, height / 100, 0 });
      if (angle != 0 && a->vertices->len > 0 && acini_annotation_is_area (a))
        turn (a, angle * G_PI / 180);
    }
  a->id = acini_json_dup_text (acini_json_get (result, "id"));
  a->class_name = dup_label (value);
  return acini_reader_emit (reader, error);
}

static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  static const char *const places[] = { "$[].annotations[].result[]",
                                        "$.annotations[].result[]",
                                        "$[].completions[].result[]",
                                        "$.completions[].result[]",
                                        "$.result[]",
                                        "$[].result[]",
                                        NULL };

  return acini_reader_walk (reader, places, take_result, error);
}

/* Writing */

static gboolean
begin (AciniAnnotationWriter *writer, GError **error)
{
  if (!acini_writer_check_space (writer, FALSE, error))
    return FALSE;
  g_string_append (writer->text, "[{\"data\":{\"image\":");
  acini_text_add_json (writer->text, writer->image != NULL ? writer->image : "");
  g_string_append (writer->text, "},\"annotations\":[{\"result\":[");
  return TRUE;
}

typedef struct
{
  GString *text;
  guint32 bits; /* that make no byte yet */
  guint n_bits;
  gint64 at; /* pixels */
} Packer;

static void
put_bits (Packer *packer, guint32 number, guint n)
{
  for (; n > 0; n--)
    {
      packer->bits = packer->bits << 1 | (number >> (n - 1) & 1);
      if (++packer->n_bits < 8)
        continue;
      g_string_append_printf (packer->text, "%u,", packer->bits);
      packer->bits = packer->n_bits = 0;
    }
}

/* Pixels of one value up to @end: blocks whose counts have the fewest bits. */
static void
put_pixels (Packer *packer, gint64 end, guint8 value)
{
  static const guint sizes[] = { 3, 4, 8, 16 };

  for (gint64 left = 4 * (end - packer->at); left > 0;)
    {
      const guint32 count = (guint32)MIN (left, 65536) - 1;
      guint size = 0;

      while (count >> sizes[size] != 0)
        size++;
      put_bits (packer, 1, 1);
      put_bits (packer, size, 2);
      put_bits (packer, count, sizes[size]);
      put_bits (packer, value, 8);
      left -= (gint64)count + 1;
    }
  packer->at = end;
}

static void
put_run (gint64 start, gint64 length, gpointer user_data)
{
  put_pixels (user_data, start, 0);
  put_pixels (user_data, start + length, 255);
}

/* FALSE: the image is too large for it. */
static gboolean
add_brush (AciniAnnotationWriter *writer, const AciniAnnotation *a)
{
  const gint64 width = writer->space.width, height = writer->space.height;
  Packer packer = { .text = writer->text };
  gsize before = writer->text->len;

  if (width > G_MAXINT32 || height > G_MAXINT32 || 4 * width * height > G_MAXUINT32)
    return FALSE;
  g_string_append (writer->text, "\"format\":\"rle\",\"rle\":[");
  put_bits (&packer, (guint32)(4 * width * height), 32);
  put_bits (&packer, 8 - 1, 5);
  put_bits (&packer, 0x237f, 16); /* 3, 4, 8 and 16, less one */
  if (!acini_annotation_scan (a, width, height, FALSE, put_run, &packer))
    {
      g_string_truncate (writer->text, before);
      return FALSE;
    }
  put_pixels (&packer, width * height, 0);
  put_bits (&packer, 0, (8 - packer.n_bits) % 8);
  g_string_truncate (writer->text, writer->text->len - 1);
  g_string_append_c (writer->text, ']');
  return TRUE;
}

static void
add_percent (GString *text, const char *before, double part, gint64 whole)
{
  g_string_append (text, before);
  acini_text_add_number (text, 100 * part / (double)whole);
}

static void
add_outline (AciniAnnotationWriter *writer, const AciniAnnotation *a, guint n)
{
  const gboolean line = a->kind == ACINI_ANNOTATION_LINE;

  g_string_append (writer->text, line ? "\"vertices\":[" : "\"points\":[");
  for (guint i = 0; i < n; i++)
    {
      const AciniVertex *v = &g_array_index (a->vertices, AciniVertex, i);

      g_string_append (writer->text, i > 0 ? "," : "");
      add_percent (writer->text, line ? "{\"x\":" : "[", v->x, writer->space.width);
      add_percent (writer->text, line ? ",\"y\":" : ",", v->y, writer->space.height);
      g_string_append_c (writer->text, line ? '}' : ']');
    }
  g_string_append (writer->text, line ? "],\"closed\":false" : "],\"closed\":true");
}

static void
add_axes (AciniAnnotationWriter *writer, const AciniAnnotation *a)
{
  const gboolean ellipse = a->kind == ACINI_ANNOTATION_ELLIPSE;
  const gint64 W = writer->space.width, H = writer->space.height;
  GString *text = writer->text;
  double x, y, width, height, angle;

  if (ellipse)
    {
      acini_annotation_get_axes (a, &width, &height, &angle);
      x = g_array_index (a->vertices, AciniVertex, 0).x;
      y = g_array_index (a->vertices, AciniVertex, 0).y;
    }
  else
    {
      double cx, cy;

      /* The corner that the program turns it around. */
      acini_annotation_get_rectangle (a, &cx, &cy, &width, &height, &angle);
      x = cx - (width * cos (angle) - height * sin (angle)) / 2;
      y = cy - (width * sin (angle) + height * cos (angle)) / 2;
    }
  add_percent (text, "\"x\":", x, W);
  add_percent (text, ",\"y\":", y, H);
  add_percent (text, ellipse ? ",\"radiusX\":" : ",\"width\":", width, W);
  add_percent (text, ellipse ? ",\"radiusY\":" : ",\"height\":", height, H);
  g_string_append (text, ",\"rotation\":");
  acini_text_add_number (text, angle * 180 / G_PI);
}

/* A result; the control tag of each kind of shape has the kind's name. */
static void
begin_result (AciniAnnotationWriter *writer, const AciniAnnotation *a, const char *type, gboolean first)
{
  GString *text = writer->text;

  g_string_append (text, first ? "\n{\"id\":" : ",\n{\"id\":");
  acini_text_add_json (text, acini_writer_get_id (writer, a));
  g_string_append_printf (
      text,
      ",\"type\":\"%s\",\"from_name\":\"%s\",\"to_name\":\"image\",\"original_width\":%" G_GINT64_FORMAT
      ",\"original_height\":%" G_GINT64_FORMAT ",\"image_rotation\":0,\"value\":{",
      type, type, writer->space.width, writer->space.height);
}

static void
end_result (AciniAnnotationWriter *writer, const AciniAnnotation *a, const char *type)
{
  g_string_append_printf (writer->text, ",\"%s\":[", type);
  if (a->class_name != NULL)
    acini_text_add_json (writer->text, a->class_name);
  g_string_append (writer->text, "]}}");
}

static gboolean
add (AciniAnnotationWriter *writer, const AciniAnnotation *a, GError **error)
{
  static const char *const types[]
      = { "polygonlabels", "polygonlabels", "ellipselabels", "rectanglelabels", "keypointlabels", "vectorlabels" };
  const gboolean first = writer->n == 1, holes = acini_annotation_has_holes (a);
  const char *type = holes ? "brushlabels" : types[a->kind];
  const gsize before = writer->text->len;

  for (guint i = 0; a->kind == ACINI_ANNOTATION_POINT && i < a->vertices->len; i++)
    {
      const AciniVertex *v = &g_array_index (a->vertices, AciniVertex, i);

      begin_result (writer, a, type, first && i == 0);
      add_percent (writer->text, "\"x\":", v->x, writer->space.width);
      add_percent (writer->text, ",\"y\":", v->y, writer->space.height);
      g_string_append (writer->text, ",\"width\":0.5");
      end_result (writer, a, type);
    }
  if (a->kind == ACINI_ANNOTATION_POINT)
    return TRUE;
  begin_result (writer, a, type, first);
  if (holes && !add_brush (writer, a))
    {
      writer->lost |= ACINI_CARRIES_HOLES;
      type = types[ACINI_ANNOTATION_POLYGON];
      g_string_truncate (writer->text, before);
      begin_result (writer, a, type, first);
      add_outline (writer, a, g_array_index (a->rings, AciniRing, 0).n);
    }
  else if (!holes && (a->kind == ACINI_ANNOTATION_ELLIPSE || a->kind == ACINI_ANNOTATION_RECTANGLE))
    add_axes (writer, a);
  else if (!holes)
    add_outline (writer, a, g_array_index (a->rings, AciniRing, 0).n);
  end_result (writer, a, type);
  return TRUE;
}

static gboolean
end (AciniAnnotationWriter *writer, GError **error)
{
  g_string_append (writer->text, "\n]}]}]\n");
  return TRUE;
}

const AciniAnnotationFormat acini_format_labelstudio = {
  .id = "labelstudio",
  .name = "Label Studio",
  .suffix = "json",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_IDS | ACINI_CARRIES_ELLIPSES
             | ACINI_CARRIES_RECTANGLES | ACINI_CARRIES_POINTS | ACINI_CARRIES_LINES | ACINI_CARRIES_HOLES
             | ACINI_CARRIES_RASTERS,
  .sniff = sniff,
  .read = read_file,
  .begin = begin,
  .add = add,
  .end = end,
};
