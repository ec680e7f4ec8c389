/* SPDX-License-Identifier: GPL-3.0-or-later */

/* VGG Image Annotator: a project, or its annotations alone; regions as a list or numbered. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

static gboolean
sniff (const AciniAnnotationHead *head)
{
  GHashTableIter iter;
  gpointer key;

  if (acini_annotation_head_has (head, "$._via_img_metadata"))
    return TRUE;
  g_hash_table_iter_init (&iter, head->marks);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (g_str_has_suffix (key, ".regions") || g_str_has_suffix (key, ".shape_attributes"))
      return TRUE;
  return FALSE;
}

/* Two lists of the same length. */
static gboolean
take_points (AciniAnnotationReader *reader, const AciniJsonValue *shape, GError **error)
{
  const AciniJsonValue *x = acini_json_get (shape, "all_points_x"), *y = acini_json_get (shape, "all_points_y");

  if (x == NULL || y == NULL || x->kind != ACINI_JSON_NUMBERS || y->kind != ACINI_JSON_NUMBERS || x->n != y->n)
    return acini_reader_fail (reader, shape->line, shape->column, error,
                              _ ("“all_points_x” and “all_points_y” have to be lists of numbers of one length."));
  for (guint i = 0; i < x->n; i++)
    acini_annotation_add_vertex (reader->annotation, x->numbers[i], y->numbers[i]);
  acini_annotation_end_ring (reader->annotation, FALSE);
  return TRUE;
}

static gboolean
take_shape (AciniAnnotationReader *reader, const AciniJsonValue *shape, GError **error)
{
  AciniAnnotation *a = reader->annotation;
  const char *name = acini_json_get_string (shape, "name");

#define NUMBER(name) acini_json_get_number (shape, name, NAN)
  if (g_strcmp0 (name, "polygon") == 0 || g_strcmp0 (name, "polyline") == 0)
    {
      if (strcmp (name, "polyline") == 0)
        a->kind = ACINI_ANNOTATION_LINE;
      return take_points (reader, shape, error);
    }
  if (g_strcmp0 (name, "rect") == 0)
    acini_annotation_set_rectangle (a, NUMBER ("x"), NUMBER ("y"), NUMBER ("width"), NUMBER ("height"));
  else if (g_strcmp0 (name, "circle") == 0)
    acini_annotation_set_ellipse (a, NUMBER ("cx"), NUMBER ("cy"), NUMBER ("r"), NUMBER ("r"), 0);
  else if (g_strcmp0 (name, "ellipse") == 0)
    acini_annotation_set_ellipse (a, NUMBER ("cx"), NUMBER ("cy"), NUMBER ("rx"), NUMBER ("ry"),
                                  acini_json_get_number (shape, "theta", 0));
  else if (g_strcmp0 (name, "point") == 0)
    {
      a->kind = ACINI_ANNOTATION_POINT;
      acini_annotation_add_vertex (a, NUMBER ("cx"), NUMBER ("cy"));
      acini_annotation_end_ring (a, FALSE);
    }
#undef NUMBER
  return TRUE;
}

/* The first attribute that is text, or the one ticked, is the class. */
static char *
dup_class (const AciniJsonValue *attributes)
{
  for (const AciniJsonValue *member = acini_json_first (attributes); member != NULL; member = member->next)
    {
      if (member->kind == ACINI_JSON_STRING && *member->string != '\0')
        return g_strdup (member->string);
      for (const AciniJsonValue *ticked = acini_json_first (member); ticked != NULL; ticked = ticked->next)
        if (ticked->kind == ACINI_JSON_BOOLEAN && ticked->number != 0 && ticked->name != NULL)
          return g_strdup (ticked->name);
    }
  return NULL;
}

static gboolean
take_image (AciniAnnotationReader *reader, const AciniJsonValue *image, GError **error)
{
  const AciniJsonValue *region = acini_json_first (acini_json_get (image, "regions"));

  for (; region != NULL; region = region->next)
    {
      const AciniJsonValue *shape = acini_json_get (region, "shape_attributes");

      acini_reader_begin (reader, region);
      if (shape != NULL && !take_shape (reader, shape, error))
        return FALSE;
      reader->annotation->image = g_strdup (acini_json_get_string (image, "filename"));
      reader->annotation->class_name = dup_class (acini_json_get (region, "region_attributes"));
      if (!acini_reader_emit (reader, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  static const char *const project[] = { "$._via_img_metadata.*", NULL }, *const alone[] = { "$.*", "$[]", NULL };

  return acini_reader_walk (reader, project, take_image, error)
         && (reader->n_walked > 0 || acini_reader_walk (reader, alone, take_image, error));
}

/* As VIA's menu exports and imports annotations: one image, without the settings of a project. */
static gboolean
begin (AciniAnnotationWriter *writer, GError **error)
{
  const char *image = writer->image != NULL ? writer->image : "image";
  g_autofree char *key = g_strconcat (image, "-1", NULL);

  g_string_append_c (writer->text, '{');
  acini_text_add_json (writer->text, key);
  g_string_append (writer->text, ":{\"filename\":");
  acini_text_add_json (writer->text, image);
  g_string_append (writer->text, ",\"size\":-1,\"file_attributes\":{},\"regions\":[");
  return TRUE;
}

static void
add_number (GString *text, const char *name, double number)
{
  g_string_append_printf (text, ",\"%s\":", name);
  acini_text_add_number (text, number);
}

static void
add_list (GString *text, const char *name, const AciniAnnotation *a, gboolean y)
{
  g_string_append_printf (text, ",\"%s\":[", name);
  for (guint i = 0; i < g_array_index (a->rings, AciniRing, 0).n; i++)
    {
      const AciniVertex *v = &g_array_index (a->vertices, AciniVertex, i);

      if (i > 0)
        g_string_append_c (text, ',');
      acini_text_add_number (text, y ? v->y : v->x);
    }
  g_string_append_c (text, ']');
}

static gboolean
add (AciniAnnotationWriter *writer, const AciniAnnotation *a, GError **error)
{
  const AciniVertex *v = (const AciniVertex *)(gconstpointer)a->vertices->data;
  GString *text = writer->text;
  double rx, ry, angle, x0, y0, x1, y1;

  g_string_append (text, writer->n > 1 ? ",\n{" : "\n{");
  g_string_append (text, "\"shape_attributes\":{\"name\":");
  acini_annotation_get_box (a, &x0, &y0, &x1, &y1);
  if (a->kind == ACINI_ANNOTATION_ELLIPSE)
    {
      acini_annotation_get_axes (a, &rx, &ry, &angle);
      g_string_append (text, "\"ellipse\"");
      add_number (text, "cx", v[0].x);
      add_number (text, "cy", v[0].y);
      add_number (text, "rx", rx);
      add_number (text, "ry", ry);
      add_number (text, "theta", angle);
    }
  else if (a->kind == ACINI_ANNOTATION_RECTANGLE && acini_annotation_get_area (a) >= (x1 - x0) * (y1 - y0) * (1 - 1e-9))
    {
      g_string_append (text, "\"rect\""); /* one that is turned is a polygon */
      add_number (text, "x", x0);
      add_number (text, "y", y0);
      add_number (text, "width", x1 - x0);
      add_number (text, "height", y1 - y0);
    }
  else if (a->kind == ACINI_ANNOTATION_POINT)
    {
      g_string_append (text, "\"point\"");
      add_number (text, "cx", v[0].x);
      add_number (text, "cy", v[0].y);
    }
  else
    {
      g_string_append (text, a->kind == ACINI_ANNOTATION_LINE ? "\"polyline\"" : "\"polygon\"");
      add_list (text, "all_points_x", a, FALSE);
      add_list (text, "all_points_y", a, TRUE);
    }
  g_string_append (text, "},\"region_attributes\":{");
  if (a->class_name != NULL)
    {
      g_string_append (text, "\"class\":");
      acini_text_add_json (text, a->class_name);
    }
  g_string_append (text, "}}");
  return TRUE;
}

static gboolean
end (AciniAnnotationWriter *writer, GError **error)
{
  g_string_append (writer->text, "\n]}}\n");
  return TRUE;
}

const AciniAnnotationFormat acini_format_via = {
  .id = "via",
  .name = "VGG Image Annotator",
  .suffix = "json",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_ELLIPSES | ACINI_CARRIES_RECTANGLES
             | ACINI_CARRIES_POINTS | ACINI_CARRIES_LINES | ACINI_CARRIES_IMAGES,
  .sniff = sniff,
  .read = read_file,
  .begin = begin,
  .add = add,
  .end = end,
};
