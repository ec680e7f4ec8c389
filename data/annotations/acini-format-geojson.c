/* SPDX-License-Identifier: GPL-3.0-or-later */

/* GeoJSON as QuPath writes it, in the forms of all its versions, and as others do: a collection, a bare list of
 * features, one feature, bare geometries.  The fields are those of QuPath's GsonTools. */

#include "acini-config.h"

#include "data/annotations/acini-annotation-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

/* Vertices of an ellipse; QuPath takes its box and "isEllipse". */
#define ROUND 256
#define DEEPEST 16

static gboolean
sniff (const AciniAnnotationHead *head)
{
  if (acini_annotation_head_has (head, "$.geometries.features")) /* caMicroscope */
    return FALSE;
  return acini_annotation_head_has (head, "$.features") || acini_annotation_head_has (head, "$.geometry")
         || acini_annotation_head_has (head, "$.type=FeatureCollection")
         || acini_annotation_head_has (head, "$.type=Feature") || acini_annotation_head_has (head, "$.geometries")
         || (acini_annotation_head_has (head, "$.coordinates") && acini_annotation_head_has (head, "$.type"));
}

/* "color": [r, g, b], an ARGB number, or text. */
static int
get_color (const AciniJsonValue *value)
{
  if (value == NULL)
    return ACINI_NO_COLOR;
  if (value->kind == ACINI_JSON_NUMBERS && value->n >= 3)
    {
      int color = 0;

      for (int i = 0; i < 3; i++)
        {
          if (!(value->numbers[i] >= 0 && value->numbers[i] <= 255))
            return ACINI_NO_COLOR;
          color = color << 8 | (int)value->numbers[i];
        }
      return color;
    }
  if (value->kind == ACINI_JSON_NUMBER && fabs (value->number) < 1e10)
    return (int)((gint64)value->number & 0xffffff);
  return value->kind == ACINI_JSON_STRING ? acini_color_parse (value->string) : ACINI_NO_COLOR;
}

static void
take_class (AciniAnnotation *a, const AciniJsonValue *value)
{
  const AciniJsonValue *names = acini_json_get (value, "names"), *color = acini_json_get (value, "color");

  g_clear_pointer (&a->class_name, g_free);
  if (value == NULL)
    return;
  a->class_name = value->kind == ACINI_JSON_OBJECT ? acini_json_dup_text (acini_json_get (value, "name"))
                                                   : acini_json_dup_text (value);
  if (a->class_name == NULL && acini_json_first (names) != NULL)
    {
      GString *joined = g_string_new (NULL);

      for (const AciniJsonValue *name = acini_json_first (names); name != NULL; name = name->next)
        if (name->kind == ACINI_JSON_STRING)
          g_string_append_printf (joined, "%s%s", joined->len > 0 ? ": " : "", name->string);
      a->class_name = g_string_free (joined, FALSE);
    }
  a->class_color = get_color (color != NULL ? color : acini_json_get (value, "colorRGB"));
}

static void
take_measurements (AciniAnnotation *a, const AciniJsonValue *value)
{
  for (const AciniJsonValue *item = acini_json_first (value); item != NULL; item = item->next)
    if (item->kind == ACINI_JSON_OBJECT && acini_json_get_string (item, "name") != NULL)
      acini_annotation_add_measurement (a, acini_json_get_string (item, "name"),
                                        acini_json_get_number (item, "value", NAN));
    else if (item->kind == ACINI_JSON_NUMBER && item->name != NULL)
      acini_annotation_add_measurement (a, item->name, item->number);
}

static void
take_properties (AciniAnnotation *a, const AciniJsonValue *properties)
{
  /* The items of a list have no names. */
  if (properties == NULL || properties->kind != ACINI_JSON_OBJECT)
    return;
  for (const AciniJsonValue *p = acini_json_first (properties); p != NULL; p = p->next)
    if (strcmp (p->name, "classification") == 0)
      take_class (a, p);
    else if (strcmp (p->name, "name") == 0)
      a->name = (g_free (a->name), acini_json_dup_text (p));
    else if (strcmp (p->name, "color") == 0 || strcmp (p->name, "colorRGB") == 0)
      a->color = get_color (p);
    else if (strcmp (p->name, "isLocked") == 0 || strcmp (p->name, "locked") == 0)
      a->locked = p->kind == ACINI_JSON_BOOLEAN ? (int)p->number : -1;
    else if (strcmp (p->name, "measurements") == 0)
      take_measurements (a, p);
    else if (strcmp (p->name, "metadata") == 0 && acini_json_get_string (p, "Review") != NULL)
      a->state = (g_free (a->state), g_strdup (acini_json_get_string (p, "Review")));
    else if (strcmp (p->name, "objectType") == 0 || strcmp (p->name, "object_type") == 0)
      a->object_type = (g_free (a->object_type), acini_json_dup_text (p));
}

static gboolean
take_polygon (AciniAnnotationReader *reader, const AciniJsonValue *polygon, GError **error)
{
  gboolean hole = FALSE;

  if (polygon == NULL || polygon->kind != ACINI_JSON_ARRAY)
    return polygon == NULL
           || acini_reader_fail (reader, polygon->line, polygon->column, error,
                                 _ ("a list of rings is expected here."));
  for (const AciniJsonValue *ring = polygon->first; ring != NULL; ring = ring->next, hole = TRUE)
    if (!acini_reader_add_ring (reader, ring, hole, error))
      return FALSE;
  return TRUE;
}

static gboolean
take_ellipse (AciniAnnotation *a)
{
  double x0, y0, x1, y1;

  if (acini_annotation_get_box (a, &x0, &y0, &x1, &y1))
    acini_annotation_set_ellipse (a, (x0 + x1) / 2, (y0 + y1) / 2, (x1 - x0) / 2, (y1 - y0) / 2, 0);
  return TRUE;
}

/* The shape of @geometry.  *@known: FALSE where it is of no type known. */
static gboolean
take_shape (AciniAnnotationReader *reader, const AciniJsonValue *geometry, gboolean *known, GError **error)
{
  AciniAnnotation *a = reader->annotation;
  const char *type = acini_json_get_string (geometry, "type");
  const AciniJsonValue *coordinates = acini_json_get (geometry, "coordinates"),
                       *plane = acini_json_get (geometry, "plane");
  double x, y;

  *known = TRUE;
  if (plane != NULL)
    {
      a->z = acini_reader_to_plane (acini_json_get_number (plane, "z", -1));
      a->t = acini_reader_to_plane (acini_json_get_number (plane, "t", -1));
    }
  if (g_strcmp0 (type, "Polygon") == 0)
    return take_polygon (reader, coordinates, error)
           && (acini_json_get_number (geometry, "isEllipse", 0) == 0 || take_ellipse (a));
  if (g_strcmp0 (type, "MultiPolygon") == 0)
    {
      a->kind = ACINI_ANNOTATION_MULTIPOLYGON;
      for (const AciniJsonValue *part = acini_json_first (coordinates); part != NULL; part = part->next)
        if (!take_polygon (reader, part, error))
          return FALSE;
      return TRUE;
    }
  if (g_strcmp0 (type, "LineString") == 0 || g_strcmp0 (type, "MultiPoint") == 0)
    {
      a->kind = *type == 'L' ? ACINI_ANNOTATION_LINE : ACINI_ANNOTATION_POINT;
      return acini_reader_add_ring (reader, coordinates, FALSE, error);
    }
  if (g_strcmp0 (type, "MultiLineString") == 0)
    {
      a->kind = ACINI_ANNOTATION_LINE;
      for (const AciniJsonValue *line = acini_json_first (coordinates); line != NULL; line = line->next)
        if (!acini_reader_add_ring (reader, line, FALSE, error))
          return FALSE;
      return TRUE;
    }
  if (g_strcmp0 (type, "Point") == 0)
    {
      a->kind = ACINI_ANNOTATION_POINT;
      if (!acini_reader_get_xy (coordinates, &x, &y))
        return acini_reader_fail (reader, geometry->line, geometry->column, error, _ ("this point has no x and y."));
      acini_annotation_add_vertex (a, x, y);
      acini_annotation_end_ring (a, FALSE);
      return TRUE;
    }
  *known = FALSE;
  return TRUE;
}

static gboolean take_feature (AciniAnnotationReader *reader, const AciniJsonValue *feature, int depth, GError **error);

/* One geometry as an object with @feature's properties (NULL: none). */
static gboolean
take_geometry (AciniAnnotationReader *reader, const AciniJsonValue *geometry, const AciniJsonValue *feature, int depth,
               GError **error)
{
  const AciniJsonValue *parts = acini_json_get (geometry, "geometries");
  const char *type = acini_json_get_string (geometry, "type");
  gboolean known;

  if (parts != NULL)
    {
      for (const AciniJsonValue *part = acini_json_first (parts); part != NULL; part = part->next)
        if (depth < DEEPEST && !take_geometry (reader, part, feature, depth + 1, error))
          return FALSE;
      return TRUE;
    }
  if (!take_shape (reader, geometry, &known, error))
    return FALSE;
  if (!known)
    {
      g_autofree char *what = g_strdup_printf (_ ("“%.40s” is no geometry of GeoJSON. The object is left out."),
                                               type != NULL ? type : "");

      acini_annotation_reset (reader->annotation);
      acini_reader_problem (reader, geometry->line, geometry->column, TRUE, what);
      return TRUE;
    }
  acini_reader_begin (reader, feature != NULL ? feature : geometry);
  if (feature != NULL)
    {
      reader->annotation->id = acini_json_dup_text (acini_json_get (feature, "id"));
      take_properties (reader->annotation, acini_json_get (feature, "properties"));
    }
  return acini_reader_emit (reader, error);
}

static gboolean
take_children (AciniAnnotationReader *reader, const AciniJsonValue *owner, int depth, GError **error)
{
  static const char *const names[] = { "features", "childObjects", "children", "nestedObjects" };

  for (guint i = 0; depth < DEEPEST && i < G_N_ELEMENTS (names); i++)
    for (const AciniJsonValue *child = acini_json_first (acini_json_get (owner, names[i])); child != NULL;
         child = child->next)
      if (!take_feature (reader, child, depth + 1, error))
        return FALSE;
  return TRUE;
}

static gboolean
take_feature (AciniAnnotationReader *reader, const AciniJsonValue *feature, int depth, GError **error)
{
  const AciniJsonValue *geometry = acini_json_get (feature, "geometry");

  if (feature->kind != ACINI_JSON_OBJECT)
    return acini_reader_fail (reader, feature->line, feature->column, error, _ ("a feature { } is expected here."));
  if (acini_json_get (feature, "coordinates") != NULL || acini_json_get (feature, "geometries") != NULL)
    return take_geometry (reader, feature, NULL, depth, error);
  if (geometry != NULL && geometry->kind == ACINI_JSON_OBJECT
      && !take_geometry (reader, geometry, feature, depth, error))
    return FALSE;
  return take_children (reader, feature, depth, error)
         && take_children (reader, acini_json_get (feature, "properties"), depth, error);
}

static gboolean
take_top (AciniAnnotationReader *reader, const AciniJsonValue *value, GError **error)
{
  return take_feature (reader, value, 0, error);
}

static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  static const char *const features[] = { "$.features[]", NULL }, *const items[] = { "$", "$[]", NULL };

  /* A collection is read feature by feature; what is none, item by item or as a whole. */
  return acini_reader_walk (reader, features, take_top, error)
         && (reader->n_walked > 0 || acini_reader_walk (reader, items, take_top, error));
}

static gboolean
begin (AciniAnnotationWriter *writer, GError **error)
{
  g_string_append_printf (writer->text, "{\"type\":\"FeatureCollection\",%s\"features\":[",
                          writer->space.from_corner ? "\"origin\":\"slide\"," : "");
  return TRUE;
}

static void
add_rings (GString *text, const AciniAnnotation *a)
{
  const AciniVertex *v = (const AciniVertex *)(gconstpointer)a->vertices->data;
  const gboolean multi = a->kind == ACINI_ANNOTATION_MULTIPOLYGON;

  g_string_append (text, multi ? "[[" : "[");
  for (guint i = 0; i < a->rings->len; i++)
    {
      const AciniRing *ring = &g_array_index (a->rings, AciniRing, i);

      if (i > 0)
        g_string_append (text, multi && !ring->hole ? "],[" : ",");
      acini_text_add_points (text, v, ring->n, TRUE);
      v += ring->n;
    }
  g_string_append (text, multi ? "]]" : "]");
}

static void
add_points (GString *text, const AciniAnnotation *a)
{
  const AciniVertex *v = (const AciniVertex *)(gconstpointer)a->vertices->data;
  const gboolean several = a->kind == ACINI_ANNOTATION_LINE && a->rings->len > 1;

  if (several)
    g_string_append_c (text, '[');
  for (guint i = 0; i < a->rings->len; i++)
    {
      guint n = g_array_index (a->rings, AciniRing, i).n;

      if (i > 0)
        g_string_append_c (text, ',');
      acini_text_add_points (text, v, n, FALSE);
      v += n;
    }
  if (several)
    g_string_append_c (text, ']');
}

static void
add_geometry (AciniAnnotationWriter *writer, const AciniAnnotation *a)
{
  static const char *const types[] = { "Polygon", "MultiPolygon", "Polygon", "Polygon", "MultiPoint", "LineString" };
  GString *text = writer->text;
  const char *type = types[a->kind];
  double rx, ry, angle;

  if (a->kind == ACINI_ANNOTATION_LINE && a->rings->len > 1)
    type = "MultiLineString";
  if (a->kind == ACINI_ANNOTATION_POINT && a->vertices->len == 1)
    type = "Point";
  g_string_append_printf (text, "\"geometry\":{\"type\":\"%s\",\"coordinates\":", type);
  if (a->kind == ACINI_ANNOTATION_ELLIPSE)
    {
      acini_annotation_get_axes (a, &rx, &ry, &angle);
      acini_annotation_clear_shape (writer->scratch);
      writer->scratch->kind = a->kind;
      g_array_append_vals (writer->scratch->vertices, a->vertices->data, a->vertices->len);
      acini_annotation_flatten (writer->scratch, ROUND);
      add_rings (text, writer->scratch);
      /* QuPath's ellipses lie along the axes. */
      if (fabs (sin (2 * angle)) < 1e-9 || rx == ry)
        g_string_append (text, ",\"isEllipse\":true");
    }
  else if (*type == 'P' && a->kind == ACINI_ANNOTATION_POINT)
    {
      const AciniVertex *v = &g_array_index (a->vertices, AciniVertex, 0);

      g_string_append_c (text, '[');
      acini_text_add_number (text, v->x);
      g_string_append_c (text, ',');
      acini_text_add_number (text, v->y);
      g_string_append_c (text, ']');
    }
  else if (acini_annotation_is_area (a))
    add_rings (text, a);
  else
    add_points (text, a);
  if (a->z > 0 || a->t > 0)
    g_string_append_printf (text, ",\"plane\":{\"c\":-1,\"z\":%d,\"t\":%d}", MAX (a->z, 0), MAX (a->t, 0));
  g_string_append_c (text, '}');
}

static void
add_color (GString *text, const char *before, int color)
{
  if (color != ACINI_NO_COLOR)
    g_string_append_printf (text, "%s\"color\":[%d,%d,%d]", before, color >> 16 & 255, color >> 8 & 255, color & 255);
}

static void
add_properties (GString *text, const AciniAnnotation *a)
{
  g_string_append (text, ",\"properties\":{\"objectType\":");
  acini_text_add_json (text, a->object_type != NULL ? a->object_type : "annotation");
  if (a->name != NULL)
    {
      g_string_append (text, ",\"name\":");
      acini_text_add_json (text, a->name);
    }
  add_color (text, ",", a->color);
  if (a->class_name != NULL)
    {
      g_string_append (text, ",\"classification\":{\"name\":");
      acini_text_add_json (text, a->class_name);
      add_color (text, ",", a->class_color);
      g_string_append_c (text, '}');
    }
  if (a->locked >= 0)
    g_string_append_printf (text, ",\"isLocked\":%s", a->locked != 0 ? "true" : "false");
  /* QuPath keeps what stands in its objects' metadata, and shows it. */
  if (a->state != NULL)
    {
      g_string_append (text, ",\"metadata\":{\"Review\":");
      acini_text_add_json (text, a->state);
      g_string_append_c (text, '}');
    }
  if (a->measurements->len > 0)
    {
      const char *before = ",\"measurements\":{";

      for (guint i = 0; i < a->measurements->len; i++)
        {
          const AciniMeasurement *m = &g_array_index (a->measurements, AciniMeasurement, i);

          if (!isfinite (m->value)) /* JSON has no such numbers */
            continue;
          g_string_append (text, before);
          acini_text_add_json (text, m->name);
          g_string_append_c (text, ':');
          acini_text_add_number (text, m->value);
          before = ",";
        }
      if (before[1] == '\0') /* one was written */
        g_string_append_c (text, '}');
    }
  g_string_append_c (text, '}');
}

static gboolean
add (AciniAnnotationWriter *writer, const AciniAnnotation *a, GError **error)
{
  g_string_append (writer->text, writer->n > 1 ? ",\n{\"type\":\"Feature\"," : "\n{\"type\":\"Feature\",");
  if (a->id != NULL)
    {
      g_string_append (writer->text, "\"id\":");
      acini_text_add_json (writer->text, a->id);
      g_string_append_c (writer->text, ',');
    }
  add_geometry (writer, a);
  add_properties (writer->text, a);
  g_string_append_c (writer->text, '}');
  return TRUE;
}

static gboolean
end (AciniAnnotationWriter *writer, GError **error)
{
  g_string_append (writer->text, "\n]}\n");
  return TRUE;
}

const AciniAnnotationFormat acini_format_geojson = {
  .id = "geojson",
  .name = "GeoJSON (QuPath)",
  .suffix = "geojson",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_NAMES | ACINI_CARRIES_IDS
             | ACINI_CARRIES_COLORS | ACINI_CARRIES_LOCKS | ACINI_CARRIES_MEASUREMENTS | ACINI_CARRIES_HOLES
             | ACINI_CARRIES_PARTS | ACINI_CARRIES_ELLIPSES | ACINI_CARRIES_POINTS | ACINI_CARRIES_LINES
             | ACINI_CARRIES_PLANES | ACINI_CARRIES_STATES,
  .sniff = sniff,
  .read = read_file,
  .begin = begin,
  .add = add,
  .end = end,
};
