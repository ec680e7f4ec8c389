/* SPDX-License-Identifier: GPL-3.0-or-later */

/* DICOM's Microscopy Bulk Simple Annotations (PS3.3, C.37.1): groups of shapes of one kind, whose coordinates stand one
 * behind the other in one list.  Coordinates of the kind 2D are pixels of the slide's total matrix, the middle of the
 * first one at (0.5, 0.5), as ours are.  The group's label is the class, the coded type of what it is the name. */

#include "acini-config.h"

#include "data/annotations/acini-dicom-writer.h"
#include "data/annotations/acini-dicom.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define CLASS_UID "1.2.840.10008.5.1.4.1.1.91.1"

typedef struct
{
  gboolean solid; /* coordinates are 3D */
} State;

/* A group as it is being read. */
typedef struct
{
  const AciniJsonValue *item;
  const char *type; /* "POLYGON" … */
  guint8 *points, *starts;
  gsize n, n_starts; /* numbers in @points; shapes that @starts tells of */
  gboolean doubles;
  GPtrArray *measures; /* of Measure */
} Group;

typedef struct
{
  char *name;
  guint8 *values, *places; /* floats; the shapes that they belong to, from 1, NULL: one each */
  gsize n;
  gsize at; /* where the next one of the shapes to come stands: the places grow */
} Measure;

static void
measure_free (gpointer data)
{
  Measure *measure = data;

  g_free (measure->name);
  g_free (measure->values);
  g_free (measure->places);
  g_free (measure);
}

static gboolean
sniff (const AciniAnnotationHead *head)
{
  return acini_dicom_sniff (head, CLASS_UID);
}

static double
get_coordinate (const Group *group, gsize i)
{
  if (group->doubles)
    {
      guint64 bits;
      double number;

      memcpy (&bits, group->points + 8 * i, 8);
      bits = GUINT64_FROM_LE (bits);
      memcpy (&number, &bits, 8);
      return number;
    }
  else
    {
      guint32 bits;
      float number;

      memcpy (&bits, group->points + 4 * i, 4);
      bits = GUINT32_FROM_LE (bits);
      memcpy (&number, &bits, 4);
      return number;
    }
}

static gsize
get_long (const guint8 *bytes, gsize i)
{
  guint32 number;

  memcpy (&number, bytes + 4 * i, 4);
  return GUINT32_FROM_LE (number);
}

/* Measurements */

static gboolean
read_measures (AciniAnnotationReader *reader, Group *group, GError **error)
{
  const AciniJsonValue *item = acini_dicom_get (group->item, "00660121");

  for (; item != NULL; item = item->next)
    {
      const AciniJsonValue *values = acini_dicom_get (item, "00660132");
      const char *name = acini_dicom_get_meaning (item, "0040A043");
      const char *unit = acini_dicom_get_string (acini_dicom_get (item, "004008EA"), "00080100");
      Measure *measure = g_new0 (Measure, 1);
      GError *problem = NULL;
      gsize n;

      g_ptr_array_add (group->measures, measure);
      measure->values = acini_dicom_dup_bytes (reader, values, "00660125", &measure->n, &problem);
      measure->places = problem == NULL ? acini_dicom_dup_bytes (reader, values, "006A0011", &n, &problem) : NULL;
      if (problem != NULL)
        {
          g_propagate_error (error, problem);
          return FALSE;
        }
      measure->n /= 4;
      if (measure->places != NULL)
        measure->n = MIN (measure->n, n / 4);
      /* "1" is UCUM's unit of what has none. */
      measure->name = unit == NULL || *unit == '\0' || g_str_equal (unit, "1")
                          ? g_strdup (name != NULL ? name : "?")
                          : g_strdup_printf ("%s %s", name != NULL ? name : "?", unit);
    }
  return TRUE;
}

static void
add_measures (const Group *group, AciniAnnotation *a, gsize number)
{
  for (guint i = 0; i < group->measures->len; i++)
    {
      Measure *measure = group->measures->pdata[i];
      guint32 bits;
      float value;

      while (measure->places != NULL && measure->at < measure->n
             && get_long (measure->places, measure->at) < number + 1)
        measure->at++;
      if (measure->places == NULL)
        measure->at = number;
      if (measure->at >= measure->n
          || (measure->places != NULL && get_long (measure->places, measure->at) != number + 1))
        continue;
      memcpy (&bits, measure->values + 4 * measure->at, 4);
      bits = GUINT32_FROM_LE (bits);
      memcpy (&value, &bits, 4);
      acini_annotation_add_measurement (a, measure->name, value);
    }
}

/* Shapes */

static void
add_points (const Group *group, AciniAnnotation *a, gsize first, gsize end)
{
  for (gsize i = first; i + 1 < end; i += 2)
    acini_annotation_add_vertex (a, get_coordinate (group, i), get_coordinate (group, i + 1));
}

/* Four points: the ends of the long axis, then those of the short one. */
static void
set_ellipse (const Group *group, AciniAnnotation *a, gsize first)
{
  double p[8];

  for (int i = 0; i < 8; i++)
    p[i] = get_coordinate (group, first + (gsize)i);
  acini_annotation_set_ellipse (a, (p[0] + p[2]) / 2, (p[1] + p[3]) / 2, hypot (p[2] - p[0], p[3] - p[1]) / 2,
                                hypot (p[6] - p[4], p[7] - p[5]) / 2, atan2 (p[3] - p[1], p[2] - p[0]));
}

static gboolean
emit (AciniAnnotationReader *reader, const Group *group, gsize number, gsize first, gsize end, GError **error)
{
  AciniAnnotation *a = reader->annotation;
  const char *label = acini_dicom_get_string (group->item, "006A0005");
  const char *meaning = acini_dicom_get_meaning (group->item, "006A000A");

  if (g_str_equal (group->type, "ELLIPSE"))
    set_ellipse (group, a, first);
  else
    {
      a->kind = g_str_equal (group->type, "POINT")      ? ACINI_ANNOTATION_POINT
                : g_str_equal (group->type, "POLYLINE") ? ACINI_ANNOTATION_LINE
                                                        : ACINI_ANNOTATION_POLYGON;
      add_points (group, a, first, end);
      acini_annotation_end_ring (a, FALSE);
      if (g_str_equal (group->type, "RECTANGLE") && a->vertices->len == 4)
        a->kind = ACINI_ANNOTATION_RECTANGLE;
    }
  acini_dicom_get_place (reader, group->item, &a->line, &a->column);
  a->class_name = acini_dicom_dup_class (group->item, "006A0005", "006A0006", "006A000A");
  a->name = label != NULL && g_strcmp0 (label, meaning) != 0 ? g_strdup (meaning) : NULL;
  a->class_color = acini_dicom_get_color (group->item);
  add_measures (group, a, number);
  return acini_reader_emit (reader, error);
}

/* Shapes of any number of points: each begins where @starts says, counted in numbers from 1. */
static gboolean
emit_lists (AciniAnnotationReader *reader, const Group *group, GError **error)
{
  if (group->n_starts == 0 && group->n > 0)
    return acini_dicom_fail (reader, group->item, error, _ ("the group here does not say where its shapes begin."));
  for (gsize i = 0; i < group->n_starts; i++)
    {
      const gsize first = get_long (group->starts, i),
                  end = i + 1 < group->n_starts ? get_long (group->starts, i + 1) : group->n + 1;

      if (first < 1 || first > end || end > group->n + 1 || first % 2 == 0)
        return acini_dicom_fail (reader, group->item, error,
                                 _ ("the list of where the shapes of the group here begin does not fit its "
                                    "coordinates."));
      if (!emit (reader, group, i, first - 1, end - 1, error)
          || (i % 1024 == 0 && g_cancellable_set_error_if_cancelled (reader->reading->cancellable, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
emit_all (AciniAnnotationReader *reader, const Group *group, GError **error)
{
  gsize each = g_str_equal (group->type, "POINT")                                               ? 2
               : g_str_equal (group->type, "ELLIPSE") || g_str_equal (group->type, "RECTANGLE") ? 8
                                                                                                : 0;

  if (g_str_equal (group->type, "POLYGON") || g_str_equal (group->type, "POLYLINE"))
    return emit_lists (reader, group, error);
  if (each == 0 || group->n % each != 0)
    return acini_dicom_fail (reader, group->item, error,
                             each == 0 ? _ ("the group here is of a graphic type that is not known.")
                                       : _ ("the group here has coordinates of a part of a shape."));
  for (gsize i = 0; i < group->n / each; i++)
    if (!emit (reader, group, i, i * each, (i + 1) * each, error)
        || (i % 1024 == 0 && g_cancellable_set_error_if_cancelled (reader->reading->cancellable, error)))
      return FALSE;
  return TRUE;
}

static gboolean
read_group (AciniAnnotationReader *reader, Group *group, GError **error)
{
  GError *problem = NULL;

  group->type = acini_dicom_get_string (group->item, "00700023");
  if (group->type == NULL)
    group->type = "";
  group->points = acini_dicom_dup_bytes (reader, group->item, "00660016", &group->n, &problem);
  group->doubles = group->points == NULL;
  if (group->doubles && problem == NULL)
    group->points = acini_dicom_dup_bytes (reader, group->item, "00660022", &group->n, &problem);
  group->n /= group->doubles ? 8 : 4;
  if (problem == NULL)
    group->starts = acini_dicom_dup_bytes (reader, group->item, "00660040", &group->n_starts, &problem);
  group->n_starts /= 4;
  if (problem == NULL)
    return read_measures (reader, group, error) && emit_all (reader, group, error);
  g_propagate_error (error, problem);
  return FALSE;
}

static gboolean
take_value (AciniAnnotationReader *reader, const AciniJsonValue *value, GError **error)
{
  State *state = reader->state;
  Group group = { .item = value };
  gboolean done;

  /* The kind of coordinates stands before the groups: elements are in the order of their tags. */
  if (value->name != NULL)
    {
      const AciniJsonValue *kind = acini_json_first (acini_json_get (value, "Value"));

      state->solid = kind != NULL && kind->kind == ACINI_JSON_STRING && g_str_equal (kind->string, "3D");
      return TRUE;
    }
  if (state->solid)
    return acini_dicom_fail (reader, value, error,
                             _ ("the coordinates are millimetres on the glass (3D). Write them as pixels (2D) of the "
                                "image."));
  group.measures = g_ptr_array_new_with_free_func (measure_free);
  done = read_group (reader, &group, error);
  g_free (group.points);
  g_free (group.starts);
  g_ptr_array_unref (group.measures);
  return done;
}

static gboolean
read_file (AciniAnnotationReader *reader, GError **error)
{
  static const char *const places[]
      = { "$.006A0001", "$.006A0002.Value[]", "$[].006A0001", "$[].006A0002.Value[]", NULL };
  State state = { 0 };
  gboolean done;

  reader->state = &state;
  done = acini_dicom_walk (reader, places, take_value, error);
  reader->state = NULL;
  return done;
}

/* Writing: the shapes of one kind and class are a group.  Groups are written at the end; until then their numbers lie
 * beside the file, in layers. */

typedef struct
{
  char *name;
  guint layer; /* number of the shape, from 1, and value as a float, four bytes each */
  guint64 n;
} OutMeasure;

typedef struct
{
  guint class;
  const char *type;
  guint points, starts; /* layers: doubles; where each shape begins, counted in numbers from 1 */
  guint64 n_numbers, n;
  GPtrArray *measures; /* of OutMeasure */
} OutGroup;

typedef struct
{
  GPtrArray *groups; /* of OutGroup */
  guint n_layers;
  AciniDicomWriter out;
} OutState;

static void
out_measure_free (gpointer data)
{
  OutMeasure *measure = data;

  g_free (measure->name);
  g_free (measure);
}

static void
out_group_free (gpointer data)
{
  OutGroup *group = data;

  g_ptr_array_unref (group->measures);
  g_free (group);
}

static void
out_state_free (gpointer data)
{
  OutState *state = data;

  g_ptr_array_unref (state->groups);
  g_free (state);
}

static gboolean
begin (AciniAnnotationWriter *writer, GError **error)
{
  OutState *state = g_new0 (OutState, 1);

  state->groups = g_ptr_array_new_with_free_func (out_group_free);
  writer->state = state;
  writer->free_state = out_state_free;
  return TRUE;
}

static OutGroup *
get_group (AciniAnnotationWriter *writer, const AciniAnnotation *a)
{
  static const char *const types[] = { "POLYGON", "POLYGON", "ELLIPSE", "RECTANGLE", "POINT", "POLYLINE" };
  OutState *state = writer->state;
  const guint class = acini_writer_get_class (writer, a);
  OutGroup *group;

  for (guint i = 0; i < state->groups->len; i++)
    {
      group = state->groups->pdata[i];
      if (group->class == class && g_str_equal (group->type, types[a->kind]))
        return group;
    }
  group = g_new0 (OutGroup, 1);
  group->class = class;
  group->type = types[a->kind];
  group->points = state->n_layers++;
  group->starts = state->n_layers++;
  group->measures = g_ptr_array_new_with_free_func (out_measure_free);
  g_ptr_array_add (state->groups, group);
  return group;
}

static void
put_long (GString *bytes, guint32 number)
{
  number = GUINT32_TO_LE (number);
  g_string_append_len (bytes, (const char *)&number, 4);
}

static void
put_point (OutGroup *group, GString *bytes, double x, double y)
{
  const double numbers[] = { x, y };

  for (int i = 0; i < 2; i++)
    {
      guint64 bits;

      memcpy (&bits, &numbers[i], 8);
      bits = GUINT64_TO_LE (bits);
      g_string_append_len (bytes, (const char *)&bits, 8);
    }
  group->n_numbers += 2;
}

static gboolean
put_measure (AciniAnnotationWriter *writer, OutGroup *group, const AciniMeasurement *m, GError **error)
{
  OutState *state = writer->state;
  OutMeasure *measure = NULL;
  const float value = (float)m->value;
  guint32 bits;
  GString *layer;

  for (guint i = 0; i < group->measures->len && measure == NULL; i++)
    if (g_str_equal (((OutMeasure *)group->measures->pdata[i])->name, m->name))
      measure = group->measures->pdata[i];
  if (measure == NULL)
    {
      measure = g_new0 (OutMeasure, 1);
      measure->name = g_strdup (m->name);
      measure->layer = state->n_layers++;
      g_ptr_array_add (group->measures, measure);
    }
  layer = acini_writer_get_layer (writer, measure->layer, error);
  if (layer == NULL)
    return FALSE;
  memcpy (&bits, &value, 4);
  put_long (layer, (guint32)group->n);
  put_long (layer, bits);
  measure->n++;
  return TRUE;
}

static void
put_shape (OutGroup *group, const AciniAnnotation *a, GString *points)
{
  const AciniVertex *v = (const AciniVertex *)(gconstpointer)a->vertices->data;
  double rx, ry, angle;

  if (a->kind != ACINI_ANNOTATION_ELLIPSE)
    {
      for (guint i = 0; i < g_array_index (a->rings, AciniRing, 0).n; i++)
        put_point (group, points, v[i].x, v[i].y);
      return;
    }
  acini_annotation_get_axes (a, &rx, &ry, &angle);
  /* The ends of the long axis, then those of the short one. */
  if (ry > rx)
    {
      const double swapped = rx;

      rx = ry;
      ry = swapped;
      angle += G_PI / 2;
    }
  for (int i = 0; i < 4; i++)
    {
      const double r = i < 2 ? rx : ry, turn = angle + (i < 2 ? 0 : G_PI / 2), sign = i % 2 == 0 ? -1 : 1;

      put_point (group, points, v[0].x + sign * r * cos (turn), v[0].y + sign * r * sin (turn));
    }
}

static gboolean
add (AciniAnnotationWriter *writer, const AciniAnnotation *a, GError **error)
{
  OutGroup *group = get_group (writer, a);
  const guint64 first = group->n_numbers;
  GString *points = acini_writer_get_layer (writer, group->points, error);
  GString *starts = points != NULL ? acini_writer_get_layer (writer, group->starts, error) : NULL;

  if (starts == NULL)
    return FALSE;
  put_shape (group, a, points);
  if (first >= G_MAXUINT32)
    {
      g_set_error (error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_LIMIT,
                   _ ("“%s” would hold more points of one class than DICOM can count. Write them in several files."),
                   writer->name);
      return FALSE;
    }
  put_long (starts, (guint32)first + 1);
  /* Of many points each is one. */
  group->n += a->kind == ACINI_ANNOTATION_POINT ? a->vertices->len : 1;
  for (guint i = 0; i < a->measurements->len; i++)
    {
      const AciniMeasurement *m = &g_array_index (a->measurements, AciniMeasurement, i);

      if (isfinite (m->value) && !put_measure (writer, group, m, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
put_piece (AciniAnnotationWriter *writer, const guint8 *bytes, gsize n, gpointer user_data, GError **error)
{
  return acini_dicom_add_bytes (user_data, bytes, n, error);
}

static gboolean
put_bytes (AciniDicomWriter *out, const char *tag, const char *vr, guint64 n, guint layer, GError **error)
{
  if (!acini_dicom_open_bytes (out, tag, vr, n, error)
      || !acini_writer_walk_layer (out->writer, layer, put_piece, out, error))
    return FALSE;
  acini_dicom_close_bytes (out);
  return TRUE;
}

/* Of the pairs in the layer of a measurement the second numbers, then the first ones. */
static gboolean
put_second (AciniAnnotationWriter *writer, const guint8 *bytes, gsize n, gpointer user_data, GError **error)
{
  for (gsize i = 0; i + 8 <= n; i += 8)
    if (!acini_dicom_add_bytes (user_data, bytes + i + 4, 4, error))
      return FALSE;
  return TRUE;
}

static gboolean
put_first (AciniAnnotationWriter *writer, const guint8 *bytes, gsize n, gpointer user_data, GError **error)
{
  for (gsize i = 0; i + 8 <= n; i += 8)
    if (!acini_dicom_add_bytes (user_data, bytes + i, 4, error))
      return FALSE;
  return TRUE;
}

static gboolean
put_measures (AciniDicomWriter *out, const OutGroup *group, GError **error)
{
  if (group->measures->len == 0)
    return TRUE;
  acini_dicom_open_sequence (out, "00660121");
  for (guint i = 0; i < group->measures->len; i++)
    {
      const OutMeasure *measure = group->measures->pdata[i];
      char number[16];

      g_snprintf (number, sizeof number, "M%u", i + 1);
      acini_dicom_open_item (out);
      /* The unit stands in the name, where there is one: "1" is UCUM's of what has none. */
      acini_dicom_put_code (out, "004008EA", "1", "UCUM", "no units");
      acini_dicom_put_code (out, "0040A043", number, ACINI_DICOM_SCHEME, measure->name);
      acini_dicom_open_sequence (out, "00660132");
      acini_dicom_open_item (out);
      if (!acini_dicom_open_bytes (out, "00660125", "OF", 4 * measure->n, error)
          || !acini_writer_walk_layer (out->writer, measure->layer, put_second, out, error))
        return FALSE;
      acini_dicom_close_bytes (out);
      if (!acini_dicom_open_bytes (out, "006A0011", "OL", 4 * measure->n, error)
          || !acini_writer_walk_layer (out->writer, measure->layer, put_first, out, error))
        return FALSE;
      acini_dicom_close_bytes (out);
      acini_dicom_close_item (out);
      acini_dicom_close_sequence (out);
      acini_dicom_close_item (out);
    }
  acini_dicom_close_sequence (out);
  return TRUE;
}

static gboolean
put_group (AciniDicomWriter *out, const OutGroup *group, guint number, GError **error)
{
  g_autofree char *uid = acini_dicom_make_uid (NULL);
  const gboolean lists = g_str_has_prefix (group->type, "POLY");

  acini_dicom_open_item (out);
  acini_dicom_put_number (out, "0040A180", "US", number);
  acini_dicom_put_color (out, g_array_index (out->writer->class_colors, int, group->class));
  if (!put_bytes (out, "00660022", "OD", 8 * group->n_numbers, group->points, error)
      || (lists && !put_bytes (out, "00660040", "OL", 4 * group->n, group->starts, error))
      || !put_measures (out, group, error))
    return FALSE;
  acini_dicom_put (out, "006A0003", "UI", uid);
  acini_dicom_put_label (out, "006A0005", "006A0006", "UT", group->class);
  acini_dicom_put (out, "006A0007", "CS", "MANUAL");
  acini_dicom_put_code (out, "006A0009", "91723000", "SCT", "Anatomical Structure");
  acini_dicom_put_type (out, "006A000A", group->class);
  acini_dicom_put_number (out, "006A000C", "UL", (double)group->n);
  acini_dicom_put (out, "006A000D", "CS", "YES");
  acini_dicom_put (out, "00700023", "CS", group->type);
  acini_dicom_close_item (out);
  return TRUE;
}

static gboolean
end (AciniAnnotationWriter *writer, GError **error)
{
  OutState *state = writer->state;
  AciniDicomWriter *out = &state->out;

  acini_dicom_begin (out, writer, CLASS_UID, "ANN");
  acini_dicom_put_image (out, TRUE);
  acini_dicom_put_series (out);
  acini_dicom_put (out, "00200060", "CS", NULL);
  acini_dicom_put (out, "00480301", "CS", "VOLUME");
  acini_dicom_put (out, "006A0001", "CS", "2D");
  acini_dicom_open_sequence (out, "006A0002");
  for (guint i = 0; i < state->groups->len; i++)
    if (!put_group (out, state->groups->pdata[i], i + 1, error))
      return FALSE;
  acini_dicom_close_sequence (out);
  acini_dicom_put (out, "00700080", "CS", "ANNOTATIONS");
  acini_dicom_put (out, "00700081", "LO", NULL);
  acini_dicom_put (out, "00700084", "PN", NULL);
  acini_dicom_end (out);
  return TRUE;
}

const AciniAnnotationFormat acini_format_dicom_ann = {
  .id = "dicom-ann",
  .name = "DICOM bulk annotations (ANN)",
  .suffix = "dcm",
  .carries = ACINI_CARRIES_POLYGONS | ACINI_CARRIES_CLASSES | ACINI_CARRIES_COLORS | ACINI_CARRIES_MEASUREMENTS
             | ACINI_CARRIES_ELLIPSES | ACINI_CARRIES_RECTANGLES | ACINI_CARRIES_POINTS | ACINI_CARRIES_LINES,
  .sniff = sniff,
  .read = read_file,
  .begin = begin,
  .add = add,
  .end = end,
};
