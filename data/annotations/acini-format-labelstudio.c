/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Label Studio's JSON: results of annotations, in percent of the image's sides. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

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

static gboolean
take_result (AciniAnnotationReader *reader, const AciniJsonValue *result, GError **error)
{
  AciniAnnotation *a = reader->annotation;
  const AciniJsonValue *value = acini_json_get (result, "value");
  double width = acini_json_get_number (result, "original_width", 0);
  double height = acini_json_get_number (result, "original_height", 0);
  double angle = acini_json_get_number (value, "rotation", 0);
  gboolean known;

  acini_reader_begin (reader, result);
  if (acini_json_get (value, "rle") != NULL)
    {
      acini_reader_problem (
          reader, result->line, result->column, TRUE,
          _ ("the brush stroke here is packed in Label Studio's own way. Export it as COCO or PNG; it is "
             "left out."));
      acini_annotation_reset (a);
      return TRUE;
    }
  if (!take_shape (reader, value, &known, error))
    return FALSE;
  if (!known) /* choices, text: of the image as a whole */
    {
      acini_annotation_reset (a);
      return TRUE;
    }
  if (!(width > 0 && height > 0))
    {
      width = (double)reader->reading->space.width;
      height = (double)reader->reading->space.height;
    }
  if (!(width > 0 && height > 0))
    return acini_reader_fail (reader, result->line, result->column, error,
                              _ ("the result here does not say the image's size: give it with --size WxH."));
  acini_annotation_transform (a, (const double[]){ width / 100, 0, 0, 0, height / 100, 0 });
  if (angle != 0 && a->vertices->len > 0 && acini_annotation_is_area (a))
    turn (a, angle * G_PI / 180);
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

const AciniAnnotationFormat acini_format_labelstudio = {
  .id = "labelstudio",
  .name = "Label Studio",
  .suffix = "json",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_IDS | ACINI_CARRIES_ELLIPSES
             | ACINI_CARRIES_RECTANGLES | ACINI_CARRIES_POINTS | ACINI_CARRIES_LINES,
  .sniff = sniff,
  .read = read_file,
};
