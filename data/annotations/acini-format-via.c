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

const AciniAnnotationFormat acini_format_via = {
  .id = "via",
  .name = "VGG Image Annotator",
  .suffix = "json",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_ELLIPSES | ACINI_CARRIES_RECTANGLES
             | ACINI_CARRIES_POINTS | ACINI_CARRIES_LINES | ACINI_CARRIES_IMAGES,
  .sniff = sniff,
  .read = read_file,
};
