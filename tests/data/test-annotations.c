/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/annotations/acini-annotation-format.h"
#include "data/annotations/acini-annotation-raster.h"
#include "data/interchange/acini-labels-import.h"
#include "data/slides/acini-slide.h"
#include "tests/acini-test-util.h"

#include <math.h>
#include <string.h>

/* What a file held, each object as a line. */
typedef struct
{
  GString *text;
  guint n, n_problems, n_left_out;
  char sentence[200]; /* of the last problem, and its place */
  guint line, column;
  double area;
  AciniAnnotationCarries carries; /* what is compared */
} Held;

static void
describe (const AciniAnnotation *a, AciniAnnotationCarries carries, GString *text)
{
  double x0, y0, x1, y1;

  acini_annotation_get_box (a, &x0, &y0, &x1, &y1);
  g_string_append_printf (text, "%.2f [%.3f %.3f %.3f %.3f]", acini_annotation_get_area (a), x0, y0, x1, y1);
  if ((carries & ACINI_CARRIES_CLASSES) != 0)
    g_string_append_printf (text, " class %s", a->class_name != NULL ? a->class_name : "-");
  if ((carries & ACINI_CARRIES_NAMES) != 0)
    g_string_append_printf (text, " name %s", a->name != NULL ? a->name : "-");
  if ((carries & ACINI_CARRIES_IDS) != 0)
    g_string_append_printf (text, " id %s", a->id != NULL ? a->id : "-");
  if ((carries & ACINI_CARRIES_COLORS) != 0)
    g_string_append_printf (text, " colour %x", (guint)(a->color != ACINI_NO_COLOR ? a->color : a->class_color));
  if ((carries & ACINI_CARRIES_LOCKS) != 0)
    g_string_append_printf (text, " locked %d", a->locked == 1);
  if ((carries & ACINI_CARRIES_STATES) != 0)
    g_string_append_printf (text, " state %s", a->state != NULL ? a->state : "-");
  if ((carries & ACINI_CARRIES_PLANES) != 0)
    g_string_append_printf (text, " plane %d %d", MAX (a->z, 0), MAX (a->t, 0));
  if ((carries & ACINI_CARRIES_HOLES) != 0)
    g_string_append_printf (text, " rings %u", a->rings->len);
  for (guint i = 0; (carries & ACINI_CARRIES_MEASUREMENTS) != 0 && i < a->measurements->len; i++)
    g_string_append_printf (text, " %s=%.17g", g_array_index (a->measurements, AciniMeasurement, i).name,
                            g_array_index (a->measurements, AciniMeasurement, i).value);
  g_string_append_c (text, '\n');
}

static gboolean
hold (const AciniAnnotation *a, gpointer user_data, GError **error)
{
  Held *held = user_data;

  held->n++;
  held->area += acini_annotation_get_area (a);
  describe (a, held->carries, held->text);
  return TRUE;
}

static void
note (const char *sentence, guint line, guint column, gboolean left_out, gpointer user_data)
{
  Held *held = user_data;

  g_assert_true (g_utf8_validate (sentence, -1, NULL));
  held->n_problems++;
  g_strlcpy (held->sentence, sentence, sizeof held->sentence);
  held->line = line;
  held->column = column;
  held->n_left_out += left_out;
}

static gboolean
read_file (const char *path, gint64 width, gint64 height, Held *held, GError **error)
{
  const AciniAnnotationReading reading
      = { .space = { width, height, 0.5 }, .func = hold, .problem = note, .user_data = held };

  if (held->text == NULL)
    held->text = g_string_new (NULL);
  return acini_annotations_read (path, &reading, error);
}

static void
clear_held (Held *held)
{
  if (held->text != NULL)
    g_string_free (held->text, TRUE);
  *held = (Held){ 0 };
}

/* Reads @content; *@message (nullable): the error, NULL: there was none. */
static void
read_content (const char *folder, gconstpointer content, gssize size, Held *held, char **message)
{
  g_autofree char *path = g_build_filename (folder, "content", NULL);
  g_autoptr (GError) error = NULL;

  /* Thousands of them: none has to be on the disk. */
  g_assert_true (g_file_set_contents_full (path, content, size, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  read_file (path, 0, 0, held, &error);
  if (message != NULL)
    *message = error != NULL ? g_strdup (error->message) : NULL;
  else
    g_assert_no_error (error);
}

/* One object of each kind that @carries allows, with all that it allows. */
static GPtrArray *
make_objects (AciniAnnotationCarries carries)
{
  static const AciniAnnotationKind kinds[]
      = { ACINI_ANNOTATION_POLYGON,   ACINI_ANNOTATION_POLYGON, ACINI_ANNOTATION_MULTIPOLYGON, ACINI_ANNOTATION_ELLIPSE,
          ACINI_ANNOTATION_RECTANGLE, ACINI_ANNOTATION_POINT,   ACINI_ANNOTATION_LINE };
  GPtrArray *objects = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_annotation_free);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      AciniAnnotation *a = acini_annotation_new ();
      double x = 100.25 + 300 * i, y = 50.5;

      if (kinds[i] == ACINI_ANNOTATION_ELLIPSE)
        acini_annotation_set_ellipse (a, x + 50, y + 50, 40, 20, 0);
      else if (kinds[i] == ACINI_ANNOTATION_RECTANGLE)
        acini_annotation_set_rectangle (a, x, y, 80, 60);
      else
        {
          a->kind = kinds[i];
          acini_annotation_add_vertex (a, x, y);
          if (a->kind != ACINI_ANNOTATION_POINT)
            {
              acini_annotation_add_vertex (a, x + 100, y + 1.0 / 3);
              acini_annotation_add_vertex (a, x + 90, y + 120);
              acini_annotation_add_vertex (a, x - 7, y + 110);
            }
          acini_annotation_end_ring (a, FALSE);
        }
      if (i == 1 || (kinds[i] == ACINI_ANNOTATION_MULTIPOLYGON && (carries & ACINI_CARRIES_HOLES) != 0))
        {
          acini_annotation_add_vertex (a, x + 20, y + 20);
          acini_annotation_add_vertex (a, x + 40, y + 20);
          acini_annotation_add_vertex (a, x + 30, y + 50);
          acini_annotation_end_ring (a, TRUE);
        }
      if (kinds[i] == ACINI_ANNOTATION_MULTIPOLYGON)
        {
          acini_annotation_add_vertex (a, x + 150, y + 20);
          acini_annotation_add_vertex (a, x + 190, y + 20);
          acini_annotation_add_vertex (a, x + 180, y + 50);
          acini_annotation_end_ring (a, FALSE);
        }
      a->class_name = g_strdup ("Gefäß “<&>” \"1\" \\ ä");
      a->name = g_strdup_printf ("No. %u", i);
      a->id = g_uuid_string_random ();
      a->color = 0x123456;
      a->class_color = 0x123456;
      a->locked = i % 2;
      a->state = i % 2 != 0 ? g_strdup ("accepted") : NULL;
      a->z = (int)i;
      a->t = (int)(i / 2);
      acini_annotation_add_measurement (a, "Area µm²", 12.345678901234567);
      g_ptr_array_add (objects, a);
    }
  return objects;
}

static gboolean
can_hold (const AciniAnnotation *a, AciniAnnotationCarries carries)
{
  static const AciniAnnotationCarries kinds[]
      = { ACINI_CARRIES_POLYGONS,   ACINI_CARRIES_POLYGONS, ACINI_CARRIES_ELLIPSES,
          ACINI_CARRIES_RECTANGLES, ACINI_CARRIES_POINTS,   ACINI_CARRIES_LINES };

  return (kinds[a->kind] & carries) != 0
         && (!acini_annotation_has_holes (a)
             || ((carries & ACINI_CARRIES_HOLES) != 0 && (carries & ACINI_CARRIES_RASTERS) == 0))
         && (acini_annotation_count_parts (a) < 2 || (carries & ACINI_CARRIES_PARTS) != 0);
}

/* A ring around (@x, @y), whose corners stand at distances of 20 … 60 at random. */
static void
add_star (AciniAnnotation *a, GRand *random, double x, double y)
{
  const guint n = (guint)g_rand_int_range (random, 3, 40);

  for (guint i = 0; i < n; i++)
    {
      const double r = g_rand_double_range (random, 20, 60), angle = 2 * G_PI * i / n;

      acini_annotation_add_vertex (a, x + r * cos (angle), y + r * sin (angle));
    }
  acini_annotation_end_ring (a, FALSE);
}

/* The same kinds of objects, and everything about them at random. */
static void
shuffle_objects (GPtrArray *objects, GRand *random)
{
  static const char *const names[] = { "Tubulus", "“Müller” & Söhne <3>", "結節, a\\b\t\"c\"" };
  static const int colors[] = { 0xff0000, 0x00ff7f, 0x010203 };

  for (guint i = 0; i < objects->len; i++)
    {
      AciniAnnotation *a = objects->pdata[i];
      const double x = g_rand_double_range (random, 100, 3900), y = g_rand_double_range (random, 100, 2900);
      const AciniAnnotationKind kind = a->kind;
      const guint which = (guint)g_rand_int_range (random, 0, G_N_ELEMENTS (names));

      if (kind == ACINI_ANNOTATION_ELLIPSE)
        acini_annotation_set_ellipse (a, x, y, g_rand_double_range (random, 5, 90), g_rand_double_range (random, 5, 90),
                                      0);
      else if (kind == ACINI_ANNOTATION_RECTANGLE)
        acini_annotation_set_rectangle (a, x, y, g_rand_double_range (random, 1, 90),
                                        g_rand_double_range (random, 1, 90));
      else if (kind == ACINI_ANNOTATION_POLYGON || kind == ACINI_ANNOTATION_LINE)
        {
          const gboolean hole = acini_annotation_has_holes (a);

          acini_annotation_clear_shape (a);
          a->kind = kind;
          add_star (a, random, x, y);
          for (guint k = 0; k < 4 && hole; k++)
            acini_annotation_add_vertex (a, x + (k % 3 == 0 ? -5 : 5), y + (k < 2 ? -7 : 7));
          acini_annotation_end_ring (a, TRUE);
        }
      g_set_str (&a->class_name, names[which]);
      /* One that is the class's is no name to some. */
      g_free (a->name);
      a->name = g_strdup_printf ("%s %u", names[g_rand_int_range (random, 0, G_N_ELEMENTS (names))], i);
      a->color = a->class_color = colors[which];
      a->locked = g_rand_boolean (random);
      g_array_set_size (a->measurements, 0);
      for (int k = g_rand_int_range (random, 0, 4); k > 0; k--)
        {
          g_autofree char *name = g_strdup_printf ("%s %d", names[which], k);

          acini_annotation_add_measurement (a, name,
                                            ldexp (g_rand_double (random) - 0.5, g_rand_int_range (random, -60, 60)));
        }
    }
}

static int
compare_lines (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *)a, *(const char *const *)b);
}

static void
sort_lines (GString *text)
{
  g_auto (GStrv) lines = g_strsplit (text->str, "\n", -1);
  g_autofree char *sorted = NULL;

  qsort (lines, g_strv_length (lines), sizeof (char *), compare_lines);
  sorted = g_strjoinv ("\n", lines);
  g_string_assign (text, sorted);
}

/* What @format writes less exactly than it is: NDP.view has whole nm, 0.002 pixels here, and DICOM single precision and
 * names without "\\". */
static void
settle (GPtrArray *objects, const AciniAnnotationFormat *format)
{
  for (guint i = 0; i < objects->len; i++)
    {
      AciniAnnotation *a = objects->pdata[i];

      for (guint j = 0; j < a->vertices->len && g_str_equal (format->id, "ndpa"); j++)
        {
          AciniVertex *v = &g_array_index (a->vertices, AciniVertex, j);

          *v = (AciniVertex){ rint (v->x * 500) / 500, rint (v->y * 500) / 500 };
        }
      for (guint j = 0; j < a->measurements->len && g_str_equal (format->id, "dicom-ann"); j++)
        {
          AciniMeasurement *m = &g_array_index (a->measurements, AciniMeasurement, j);

          g_strdelimit (g_strdelimit (m->name, "\\", '/'), "\t", ' ');
          m->value = (float)m->value;
        }
    }
}

/* What a format says it carries comes back as it was. */
static void
test_round_trips (gconstpointer data)
{
  const guint32 seed = GPOINTER_TO_UINT (data);
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  char *folder = acini_test_make_folder ();
  /* Of DICOM the JSON model, by the name. */
  g_autofree char *path = g_build_filename (folder, "objects.json", NULL);
  const AciniAnnotationSpace space = { 4000, 3000, 0.5 };
  guint n, n_tried = 0;
  const AciniAnnotationFormat *const *formats = acini_annotation_formats (&n);

  for (guint i = 0; i < n; i++)
    {
      const AciniAnnotationFormat *format = formats[i];
      g_autoptr (GPtrArray) objects = make_objects (format->carries);
      g_autoptr (AciniAnnotationWriter) writer = NULL;
      g_autoptr (GString) expected = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      Held held = { .carries = format->carries };

      /* Of those that have pixels alone see test_pixels (). */
      if (format->begin == NULL || (format->carries & ACINI_CARRIES_POLYGONS) == 0)
        continue;
      g_test_message ("%s", format->id);
      n_tried++;
      if (seed > 0)
        shuffle_objects (objects, random);
      settle (objects, format);
      writer = acini_annotation_writer_new (format, path, &space, "slide.svs", &error);
      g_assert_no_error (error);
      for (guint j = 0; j < objects->len; j++)
        if (can_hold (objects->pdata[j], format->carries))
          {
            describe (objects->pdata[j], format->carries, expected);
            g_assert_true (acini_annotation_writer_add (writer, objects->pdata[j], &error));
          }
      g_assert_true (acini_annotation_writer_close (writer, &error));
      g_assert_no_error (error);
      g_assert_true (acini_annotation_format_sniff (path, &error) == format);
      g_assert_true (read_file (path, 4000, 3000, &held, &error));
      g_assert_no_error (error);
      /* Some write one class after the other. */
      sort_lines (held.text);
      sort_lines (expected);
      g_assert_cmpstr (held.text->str, ==, expected->str);
      clear_held (&held);
    }
  g_assert_cmpuint (n_tried, ==, 18);
  acini_test_remove_folder (folder);
}

/* From any format to any other */

static gboolean
pass_on (const AciniAnnotation *a, gpointer user_data, GError **error)
{
  return acini_annotation_writer_add (user_data, a, error);
}

static void
convert (const char *from, const AciniAnnotationFormat *format, const char *to)
{
  const AciniAnnotationSpace space = { 4000, 3000, 0.5 };
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniAnnotationWriter) writer = acini_annotation_writer_new (format, to, &space, "slide.svs", &error);
  const AciniAnnotationReading reading = { .space = space, .func = pass_on, .user_data = writer };

  g_assert_no_error (error);
  g_assert_true (acini_annotations_read (from, &reading, &error));
  g_assert_true (acini_annotation_writer_close (writer, &error));
  g_assert_no_error (error);
}

/* Areas along pixel edges and others, and with @holes one that has one. */
static GPtrArray *
make_areas (gboolean holes)
{
  GPtrArray *objects = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_annotation_free);

  for (guint i = 0; i < 4; i++)
    {
      AciniAnnotation *a = acini_annotation_new ();

      if (i == 0)
        acini_annotation_set_rectangle (a, 100, 200, 700, 300);
      else if (i == 1)
        acini_annotation_set_ellipse (a, 3000, 800, 600, 400, 0.3);
      else
        {
          const double x = i == 2 ? 50 : 2000, y = i == 2 ? 1000 : 1800;

          acini_annotation_add_vertex (a, x, y);
          acini_annotation_add_vertex (a, x + 900, y + 100);
          acini_annotation_add_vertex (a, x + 400, y + 1000);
          acini_annotation_end_ring (a, FALSE);
          for (guint k = 0; k < 4 && holes && i == 2; k++)
            acini_annotation_add_vertex (a, x + 300 + (k % 3 == 0 ? 0 : 200), y + 300 + (k < 2 ? 0 : 100));
          acini_annotation_end_ring (a, TRUE);
        }
      a->class_name = g_strdup (i % 2 == 0 ? "Gland" : "Vessel");
      a->name = g_strdup_printf ("No. %u", i);
      g_ptr_array_add (objects, a);
    }
  return objects;
}

static double
measure (const char *path, const AciniAnnotationFormat *format)
{
  Held held = { 0 };
  g_autoptr (GError) error = NULL;
  double area;

  g_assert_true (acini_annotation_format_sniff (path, &error) == format);
  g_assert_true (read_file (path, 4000, 3000, &held, &error));
  g_assert_no_error (error);
  area = held.area;
  clear_held (&held);
  return area;
}

/* Pixels have holes by themselves. */
static gboolean
can_write (const AciniAnnotationFormat *format, gboolean holes)
{
  return format->begin != NULL
         && (!holes || (format->carries & ACINI_CARRIES_HOLES) != 0 || (format->carries & ACINI_CARRIES_POLYGONS) == 0);
}

static void
test_any_to_any (gconstpointer data)
{
  const gboolean holes = GPOINTER_TO_INT (data);
  char *folder = acini_test_make_folder ();
  g_autofree char *first = g_build_filename (folder, "a.json", NULL),
                  *second = g_build_filename (folder, "b.json", NULL),
                  *third = g_build_filename (folder, "c.json", NULL);
  g_autoptr (GPtrArray) objects = make_areas (holes);
  g_autoptr (AciniAnnotationWriter) writer = NULL;
  double area = 0;
  guint n, n_pairs = 0;
  const AciniAnnotationFormat *const *formats = acini_annotation_formats (&n);

  writer = acini_annotation_writer_new (acini_annotation_format_find ("geojson", TRUE, NULL), first, NULL, NULL, NULL);
  for (guint i = 0; i < objects->len; i++)
    {
      area += acini_annotation_get_area (objects->pdata[i]);
      g_assert_true (acini_annotation_writer_add (writer, objects->pdata[i], NULL));
    }
  g_assert_true (acini_annotation_writer_close (writer, NULL));
  for (guint i = 0; i < n; i++)
    {
      if (!can_write (formats[i], holes))
        continue;
      convert (first, formats[i], second);
      g_test_message ("%s", formats[i]->id);
      g_assert_cmpfloat_with_epsilon (measure (second, formats[i]), area, 1e-3 * area);
      for (guint j = 0; j < n; j++)
        {
          if (!can_write (formats[j], holes))
            continue;
          convert (second, formats[j], third);
          g_assert_cmpfloat_with_epsilon (measure (third, formats[j]), area, 1e-3 * area);
          n_pairs++;
        }
    }
  g_assert_cmpuint (n_pairs, ==, holes ? 10 * 10 : 20 * 20);
  acini_test_remove_folder (folder);
}

/* Pixels */

#define WIDE 1100
#define HIGH 700

static gboolean
draw (const AciniAnnotation *a, gpointer user_data, GError **error)
{
  acini_annotation_rasterise (a, 0, 0, WIDE, HIGH, user_data);
  return TRUE;
}

/* What is written as pixels, across tiles and the image's border, covers the same pixels when it is read. */
static void
test_pixels (gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (GPOINTER_TO_UINT (data));
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "objects.json", NULL);
  const AciniAnnotationSpace space = { WIDE, HIGH, 0.5 };
  static const char *const ids[] = { "rle", "dicom-seg", "coco", "ome", "labelstudio" };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      const AciniAnnotationFormat *format = acini_annotation_format_find (ids[i], TRUE, NULL);
      g_autofree guint8 *expected = g_malloc0 (WIDE * HIGH), *got = g_malloc0 (WIDE * HIGH);
      const AciniAnnotationReading reading = { .space = space, .func = draw, .user_data = got };
      g_autoptr (AciniAnnotationWriter) writer = NULL;
      g_autoptr (AciniAnnotation) a = acini_annotation_new ();
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", ids[i]);
      writer = acini_annotation_writer_new (format, path, &space, "a, \"b\"", &error);
      g_assert_no_error (error);
      for (guint k = 0; k < 25; k++)
        {
          const double x = g_rand_double_range (random, 0, WIDE), y = g_rand_double_range (random, 0, HIGH);

          acini_annotation_reset (a);
          add_star (a, random, x, y);
          for (guint corner = 0; corner < 4; corner++)
            acini_annotation_add_vertex (a, x + (corner % 3 == 0 ? -5 : 5), y + (corner < 2 ? -7 : 7));
          acini_annotation_end_ring (a, TRUE);
          a->class_name = g_strdup (k % 2 != 0 ? "odd" : "even");
          acini_annotation_rasterise (a, 0, 0, WIDE, HIGH, expected);
          g_assert_true (acini_annotation_writer_add (writer, a, &error));
        }
      g_assert_true (acini_annotation_writer_close (writer, &error));
      g_assert_true (acini_annotations_read (path, &reading, &error));
      g_assert_no_error (error);
      g_assert_cmpmem (got, WIDE * HIGH, expected, WIDE * HIGH);
    }
  acini_test_remove_folder (folder);
}

/* What QuPath alone writes, and what takes a size that is not said, is refused by one sentence; nothing is left. */
static void
test_unwritten (void)
{
  static const char *const needs[] = { "labelstudio", "camicroscope", "ndpa", "pathologycore", "rle", "dicom-seg" };
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "out", NULL);
  g_autoptr (GDir) dir = NULL;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (acini_annotation_format_find (i == 0 ? "qpdata" : "qupath-project", TRUE, &error));
      g_assert_error (error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_UNSUPPORTED);
      g_assert_nonnull (strstr (error->message, "geojson"));
    }
  for (guint i = 0; i < G_N_ELEMENTS (needs); i++)
    {
      g_autoptr (GError) error = NULL;
      const AciniAnnotationSpace half = { .width = 4000, .height = i == 2 ? 3000 : 0 };

      g_assert_null (
          acini_annotation_writer_new (acini_annotation_format_find (needs[i], TRUE, NULL), path, &half, NULL, &error));
      g_assert_error (error, ACINI_ANNOTATION_ERROR, ACINI_ANNOTATION_ERROR_NEEDS);
      g_assert_nonnull (strstr (error->message, i == 2 ? "--mpp" : "--size"));
    }
  dir = g_dir_open (folder, 0, NULL);
  g_assert_null (g_dir_read_name (dir));
  acini_test_remove_folder (folder);
}

/* A writer that is not closed leaves what was there. */
static void
test_atomic (void)
{
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "out.geojson", NULL), *content = NULL;
  const AciniAnnotationFormat *format = acini_annotation_format_find ("geojson", TRUE, NULL);
  AciniAnnotationWriter *writer;
  g_autoptr (GDir) dir = NULL;

  g_assert_true (g_file_set_contents (path, "before", -1, NULL));
  writer = acini_annotation_writer_new (format, path, NULL, NULL, NULL);
  acini_annotation_writer_free (writer);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "before");
  dir = g_dir_open (folder, 0, NULL);
  g_assert_cmpstr (g_dir_read_name (dir), ==, "out.geojson");
  g_assert_null (g_dir_read_name (dir));
  acini_test_remove_folder (folder);
}

#define SQUARE "[[[10,20],[30,20],[30,50],[10,50],[10,20]]]"

/* What is read, and the area it has. */
static void
test_forms (void)
{
  static const struct
  {
    const char *text;
    guint n;
    double area;
  } forms[] = {
    { "{\"type\":\"Polygon\",\"coordinates\":" SQUARE "}", 1, 600 },
    { "[{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":" SQUARE
      "},\"properties\":{\"object_type\":\"cell\",\"classification\":\"A\",\"color\":-65536},"
      "\"childObjects\":[{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]}}]}]",
      2, 600 },
    { "{\"features\":[{\"geometry\":{\"type\":\"Polygon\",\"isEllipse\":true,\"coordinates\":[[[0,5],[5,0],[10,5],[5,"
      "10]]]}"
      ",\"type\":\"Feature\",\"properties\":{\"measurements\":[{\"name\":\"a\",\"value\":NaN}]}}],"
      "\"type\":\"FeatureCollection\"}",
      1, 25 * G_PI },
    { "{\"images\":[],\"annotations\":[{\"id\":1,\"segmentation\":{\"size\":[3,2],\"counts\":[1,1,2,2]}}],"
      "\"categories\":[]}",
      1, 3 },
    /* The same as pycocotools packs it. */
    { "{\"images\":[],\"annotations\":[{\"id\":1,\"segmentation\":{\"size\":[3,2],\"counts\":\"1121\"}}],"
      "\"categories\":[]}",
      1, 3 },
    { "<Annotations><Annotation><Regions><Region NegativeROA=\"1\" Type=\"0\"><Vertices><Vertex X=\"2\" Y=\"2\"/>"
      "<Vertex X=\"4\" Y=\"2\"/><Vertex X=\"4\" Y=\"4\"/><Vertex X=\"2\" Y=\"4\"/></Vertices></Region><Region "
      "Type=\"0\">"
      "<Vertices><Vertex X=\"0\" Y=\"0\"/><Vertex X=\"10\" Y=\"0\"/><Vertex X=\"10\" Y=\"10\"/><Vertex X=\"0\" "
      "Y=\"10\"/>"
      "</Vertices></Region></Regions></Annotation></Annotations>",
      1, 96 },
    { "id,img_height,img_width,rle\n7,4,3,1 2 5 2 11 1\n", 2, 5 },
    /* A brush stroke of two parts, one with a hole, packed by the program's own converter's rules: see brush.py. */
    { "[{\"annotations\":[{\"result\":[{\"original_width\":10,\"original_height\":8,\"value\":{\"format\":\"rle\","
      "\"rle\":["
      "0,0,1,64,57,27,254,47,0,3,34,19,192,127,242,33,60,7,255,34,19,192,127,242,33,60,7,255,34,19,192,63,240,152,0,25,"
      "16,158,3,255,145,9,224,63,249,16,158,3,255,145,9,224,63,249,16,158,1,255,132,192,0,200,132,240,31,252,136,79,0,"
      "255,140,0,12,136,79,1,255,200,132,240,15,252,38,0,6,68,39,128,255,228,66,120,15,254,68,39,128,255,228,66,120,15,"
      "254,68,39,128,127,225,48,0,50,33,60,7,255,34,19,192,127,242,33,60,7,255,34,19,192,127,242,33,60,3,255,43,128,1,"
      "145,9,224,31,224],\"brushlabels\":[\"a\"]}}]}]}]",
      1, 25 },
    { "{\"id\":\"a\",\"annotations\":[{\"type\":\"glomerulus\",\"coordinates\":" SQUARE "}]}\n"
      "{\"id\":\"b\",\"annotations\":[{\"type\":\"unsure\",\"coordinates\":" SQUARE "}]}\n",
      2, 1200 },
    { "POLYGON ((0 0, 10 0, 10 10, 0 10, 0 0), (2 2, 4 2, 4 4, 2 4, 2 2))\nPOINT (3 4)\n", 2, 96 },
    { "{\"a.png12\":{\"filename\":\"a.png\",\"regions\":[{\"shape_attributes\":{\"name\":\"rect\",\"x\":1,\"y\":2,"
      "\"width\":3,\"height\":4},\"region_attributes\":{}}]}}",
      1, 12 },
    { "<annotation><filename>a.png</filename><object><name>x</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>11</xmax>"
      "<ymax>7</ymax></bndbox></object></annotation>",
      1, 50 },
    { "[{\"provenance\":{},\"geometries\":{\"features\":[{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\","
      "\"coordinates\":[[[0,0],[0.5,0],[0.5,0.5],[0,0.5]]]}}]}}]",
      1, 0.25 },
    { "<annotations><ndpviewstate id=\"1\"><title>x</title><annotation type=\"freehand\" "
      "color=\"#ff0000\"><closed>1</closed>"
      "<pointlist><point><x>0</x><y>0</y></point><point><x>1000</x><y>0</y></point><point><x>0</x><y>1000</y></point>"
      "</pointlist></annotation></ndpviewstate></annotations>",
      1, 500000 },
  };
  char *folder = acini_test_make_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      Held held = { 0 };

      g_test_message ("%u: %s", i, forms[i].text);
      read_content (folder, forms[i].text, -1, &held, NULL);
      g_assert_cmpuint (held.n, ==, forms[i].n);
      g_assert_cmpfloat_with_epsilon (held.area, forms[i].area, 1e-9 * forms[i].area);
      clear_held (&held);
    }
  acini_test_remove_folder (folder);
}

/* Each is refused by a sentence that says the place. */
static void
test_refused (void)
{
  static const struct
  {
    const char *text, *part;
  } bad[] = {
    { "{\"type\":\"Polygon\",\n \"coordinates\":[[[1,2],[3", "line 2, column" },
    { "{\"type\":\"Polygon\",\"coordinates\":[[[1,2],[NaN,3],[4,5]]]}", "line 1, column 1" },
    { "{\"type\":\"Polygon\",\"coordinates\":[[[1,2],[1e300,3],[4,5]]]}", "beyond any slide" },
    { "{\"type\":\"Polygon\",\"coordinates\":[[[1,2],[\"a\",3],[4,5]]]}", "line 1" },
    { "{\"type\":\"Feature\",\"id\":\"M\xfcller\",\"geometry\":null}", "UTF-8" },
    { "<!DOCTYPE x [<!ENTITY a \"b\"><!ENTITY c \"&a;&a;\">]><Annotations><Annotation Name=\"&c;\"/></Annotations>",
      "line 1, column" },
    { "<Annotations><Annotation Name=\"&c;\"/></Annotations>", "line 1" },
    { "<Annotations>\n<Annotation>", "too early" },
    { "{\"images\":[],\"annotations\":[{\"segmentation\":{\"size\":[9,9],\"counts\":[0,1000000000]}}]}",
      "run lengths" },
    { "id,img_height,img_width,rle\n7,4,3,1 1000000000\n", "line 2, column 7: " },
    { "id,img_height,img_width,rle\n7,4,3,1 2 5 1 4 1\n", "line 2, column 15: " },
    { "id,img_height,img_width,rle\n7,4,3,1 2 x 1\n", "line 2, column 11: " },
    { "[{\"annotations\":[{\"result\":[{\"original_width\":10,\"original_height\":8,\"value\":{\"rle\":[0,0,1,64,57,27,"
      "254]}}]"
      "}]}]",
      "cut off" },
    { "[{\"annotations\":[{\"result\":[{\"original_width\":9,\"original_height\":8,\"value\":{\"rle\":[0,0,1,64,57,27,"
      "254]}}]"
      "}]}]",
      "another size" },
    { "id,img_height,img_width,rle\n7,9000000000000000000,9,1 2\n", "impossible size" },
    { "{\"00080016\":{\"vr\":\"UI\",\"Value\":[\"1.2.840.10008.5.1.4.1.1.91.1\"]},\n\"006A0002\":{\"vr\":\"SQ\","
      "\"Value\":["
      "{\"00700023\":{\"vr\":\"CS\",\"Value\":[\"POLYGON\"]},\"00660016\":{\"vr\":\"OF\",\"InlineBinary\":"
      "\"AACAPwAAgD8=\"}}]}}",
      "line 2, column 32: " },
    { "id,rle\n7,1 1\n", "--size" },
    { "POLYGON ((0 0, 1 1", "line 1" },
    { "nothing of the kind", "none of the formats" },
    { "", "empty" },
  };
  char *folder = acini_test_make_folder ();

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *message = NULL;
      Held held = { 0 };

      read_content (folder, bad[i].text, -1, &held, &message);
      g_test_message ("%u: %s", i, message);
      g_assert_nonnull (message);
      g_assert_true (g_utf8_validate (message, -1, NULL));
      g_assert_nonnull (strstr (message, bad[i].part));
      clear_held (&held);
    }
  acini_test_remove_folder (folder);
}

/* Truncated anywhere, bytes changed anywhere: read or refused, and never more than that. */
static void
test_damaged (void)
{
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "objects.json", NULL);
  const AciniAnnotationSpace space = { 4000, 3000, 0.5 };
  g_autoptr (GRand) random = g_rand_new_with_seed (12);
  guint n, n_refused = 0;
  const AciniAnnotationFormat *const *formats = acini_annotation_formats (&n);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GPtrArray) objects = make_objects (formats[i]->carries);
      g_autoptr (AciniAnnotationWriter) writer = NULL;
      g_autofree char *content = NULL;
      gsize size;

      if (formats[i]->begin == NULL)
        continue;
      writer = acini_annotation_writer_new (formats[i], path, &space, "slide.svs", NULL);
      for (guint j = 0; j < objects->len; j++)
        g_assert_true (acini_annotation_writer_add (writer, objects->pdata[j], NULL));
      g_assert_true (acini_annotation_writer_close (writer, NULL));
      g_assert_true (g_file_get_contents (path, &content, &size, NULL));
      for (guint j = 0; j < 300; j++)
        {
          g_autofree char *changed = g_memdup2 (content, size), *message = NULL;
          Held held = { 0 };

          if (j % 3 > 0)
            for (guint k = 0; k < j % 5 + 1; k++)
              changed[g_rand_int_range (random, 0, (gint32)size)] = (char)g_rand_int_range (random, 0, 256);
          read_content (folder, changed, j % 3 == 0 ? g_rand_int_range (random, 0, (gint32)size) : (gssize)size, &held,
                        &message);
          n_refused += message != NULL;
          clear_held (&held);
        }
    }
  g_assert_cmpuint (n_refused, >, 100);
  acini_test_remove_folder (folder);
}

static void
write_packed (const char *path, const char *text, gsize size, guint times)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileOutputStream) plain = g_file_replace (file, NULL, FALSE, 0, NULL, NULL);
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
  g_autoptr (GOutputStream) packed = g_converter_output_stream_new (G_OUTPUT_STREAM (plain), G_CONVERTER (compressor));

  for (guint i = 0; i < times; i++)
    g_assert_true (g_output_stream_write_all (packed, text, size, NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (packed, NULL, NULL));
}

static void
test_packed (void)
{
  static const char text[] = "{\"type\":\"Polygon\",\"coordinates\":" SQUARE "}";
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.geojson.gz", NULL), *blank = g_malloc (1 << 20), *wide = NULL;
  g_autoptr (GError) error = NULL;
  Held held = { 0 };
  gsize size;

  write_packed (path, text, strlen (text), 1);
  g_assert_true (read_file (path, 0, 0, &held, &error));
  g_assert_cmpfloat (held.area, ==, 600);
  clear_held (&held);
  /* 400 MiB of blanks. */
  memset (blank, ' ', 1 << 20);
  memcpy (blank, "{\"type\":\"Polygon\",", 18);
  write_packed (path, blank, 1 << 20, 400);
  g_assert_false (read_file (path, 0, 0, &held, &error));
  g_assert_nonnull (error);
  clear_held (&held);
  wide = g_convert (text, -1, "UTF-16", "UTF-8", NULL, &size, NULL);
  read_content (folder, wide, (gssize)size, &held, NULL);
  g_assert_cmpfloat (held.area, ==, 600);
  clear_held (&held);
  acini_test_remove_folder (folder);
}

static const char *
look_up (gpointer table, const char *name)
{
  return g_hash_table_lookup (table, name);
}

/* Hamamatsu's nm from the middle of the glass: the middle of this slide lies 1 mm to its right and 0.5 mm above. */
static void
test_glass (void)
{
  static const char text[]
      = "<annotations><ndpviewstate id=\"1\"><title>x</title><annotation type=\"freehand\" color=\"#ff0000\">"
        "<closed>1</closed><pointlist><point><x>1000000</x><y>-500000</y></point><point><x>1200000</x><y>-500000</y>"
        "</point><point><x>1000000</x><y>-400000</y></point></pointlist></annotation></ndpviewstate></annotations>";
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.ndpi.ndpa", NULL);
  g_autoptr (GHashTable) properties = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GError) error = NULL;
  Held held = { .text = g_string_new (NULL) };
  AciniAnnotationReading reading
      = { .space = { .width = 40000, .height = 30000, .mpp = 0.5 }, .func = hold, .problem = note, .user_data = &held };

  g_hash_table_insert (properties, (char *)"hamamatsu.XOffsetFromSlideCentre", (char *)"1000000");
  g_hash_table_insert (properties, (char *)"hamamatsu.YOffsetFromSlideCentre", (char *)"-500000");
  acini_slide_read_offset (look_up, properties, &reading.space.offset_x, &reading.space.offset_y);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_true (acini_annotations_read (path, &reading, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (held.n_problems, ==, 0);
  g_assert_cmpstr (held.text->str, ==, "40000.00 [20000.000 15000.000 20400.000 15200.000]\n");
  clear_held (&held);
  /* Of another scanner, and of one that writes nonsense. */
  g_hash_table_insert (properties, (char *)"hamamatsu.YOffsetFromSlideCentre", (char *)"1e999");
  acini_slide_read_offset (look_up, properties, &reading.space.offset_x, &reading.space.offset_y);
  g_assert_true (reading.space.offset_x == 0 && reading.space.offset_y == 0);
  acini_test_remove_folder (folder);
}

/* What is outside, swapped or crosses itself is said, and read. */
static void
test_problems (void)
{
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "a.geojson", NULL);
  g_autoptr (GError) error = NULL;
  Held held = { 0 };

  g_assert_true (
      g_file_set_contents (path, "{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[10,10],[10,0],[0,10]]]}", -1, NULL));
  g_assert_true (read_file (path, 0, 0, &held, &error));
  g_assert_cmpuint (held.n, ==, 1);
  g_assert_cmpuint (held.n_problems, ==, 1);
  clear_held (&held);
  g_assert_true (g_file_set_contents (path, "{\"type\":\"Polygon\",\"coordinates\":" SQUARE "}", -1, NULL));
  g_assert_true (read_file (path, 100, 40, &held, &error));
  g_assert_cmpuint (held.n_problems, ==, 1);
  g_assert_nonnull (strstr (held.sentence, "swapped"));
  g_assert_cmpuint (held.line, ==, 1);
  g_assert_cmpuint (held.column, ==, 1);
  clear_held (&held);
  /* A project of QuPath whose image wants to be looked for elsewhere. */
  g_assert_true (g_file_set_contents (
      path, "{\"version\":\"0.5\",\n\"images\":[{\"entryID\":\"../../x\",\"serverBuilder\":{\"uri\":\"a\"}}]}", -1,
      NULL));
  g_assert_true (read_file (path, 0, 0, &held, &error));
  g_assert_cmpuint (held.n_left_out, ==, 1);
  g_assert_cmpuint (held.line, ==, 2);
  g_assert_cmpuint (held.column, ==, 11);
  clear_held (&held);
  g_assert_true (g_file_set_contents (path, "{\"type\":\"Polygon\",\"coordinates\":[[[1,2],[3,4]]]}", -1, NULL));
  g_assert_true (read_file (path, 0, 0, &held, &error));
  g_assert_cmpuint (held.n, ==, 0);
  g_assert_cmpuint (held.n_left_out, ==, 1);
  clear_held (&held);
  acini_test_remove_folder (folder);
}

/* Labels of a file with two classes, a hole and an area to be ignored. */
static void
test_labels (void)
{
  static const char text[]
      = "{\"type\":\"FeatureCollection\",\"features\":["
        "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[0,0],[8,0],[8,8],[0,8]],[[2,2],[4,"
        "2],[4,4],"
        "[2,4]]]},\"properties\":{\"classification\":{\"name\":\"Gland\"}}},"
        "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[600,600],[610,600],[610,610],[600,"
        "610]]]},"
        "\"properties\":{\"classification\":{\"name\":\"ftu\"}}},"
        "{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[6,0],[9,0],[9,9],[6,9]]]},"
        "\"properties\":{\"classification\":{\"name\":\"Ignore*\"}}}]}";
  char *folder = acini_test_make_folder ();
  g_autoptr (AciniProject) project = acini_test_make_project (folder);
  gint64 slide = acini_test_add_slide (project, "one", 1024, 1024);
  g_autofree char *path = g_build_filename (folder, "one.geojson", NULL), *third = NULL;
  g_autofree guint8 *labels = g_malloc (1024 * 1024);
  g_auto (AciniLabelsImport) import = { 0 };
  g_autoptr (GError) error = NULL;
  AciniRect damage;
  gsize n[4] = { 0 };

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_true (acini_labels_import_annotations (project, slide, path, ACINI_ORIGIN_SLIDE, &import, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (import.n_units, ==, 60 + 100);
  g_assert_true (acini_labels_read (project, slide, 0, 0, 0, 1024, 1024, labels, &error));
  for (gsize i = 0; i < 1024 * 1024; i++)
    n[MIN (labels[i], 3)]++;
  third = acini_project_dup_class_name (project, 3);
  g_assert_cmpstr (third, ==, "Gland");
  g_assert_cmpuint (n[ACINI_LABEL_UNLABELLED], ==, 27);
  g_assert_cmpuint (n[2], ==, 100);
  g_assert_cmpuint (n[3], ==, 60 - 16);
  g_assert_cmpint (labels[3 * 1024 + 3], ==, ACINI_LABEL_BACKGROUND);
  /* One step. */
  g_assert_true (acini_journal_undo (project, slide, &damage, &error));
  g_assert_true (acini_labels_read (project, slide, 0, 0, 0, 1024, 1024, labels, &error));
  for (gsize i = 0; i < 1024 * 1024; i++)
    g_assert_cmpint (labels[i], ==, ACINI_LABEL_UNLABELLED);
  /* Nothing of a damaged file. */
  g_assert_true (g_file_set_contents (path, text, 500, NULL));
  g_assert_false (acini_labels_import_annotations (project, slide, path, ACINI_ORIGIN_SLIDE, NULL, NULL, &error));
  g_assert_nonnull (error);
  g_assert_true (acini_labels_read (project, slide, 0, 0, 0, 1024, 1024, labels, NULL));
  g_assert_cmpint (labels[0], ==, ACINI_LABEL_UNLABELLED);
  g_clear_object (&project);
  acini_test_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint seed = 0; seed < 30; seed++)
    {
      g_autofree char *name = g_strdup_printf ("/annotations/round-trips/%u", seed);

      g_test_add_data_func (name, GUINT_TO_POINTER (seed), test_round_trips);
    }
  g_test_add_data_func ("/annotations/any-to-any/filled", GINT_TO_POINTER (FALSE), test_any_to_any);
  g_test_add_data_func ("/annotations/any-to-any/holes", GINT_TO_POINTER (TRUE), test_any_to_any);
  g_test_add_data_func ("/annotations/pixels/1", GUINT_TO_POINTER (1), test_pixels);
  g_test_add_data_func ("/annotations/pixels/2", GUINT_TO_POINTER (2), test_pixels);
  g_test_add_func ("/annotations/unwritten", test_unwritten);
  g_test_add_func ("/annotations/atomic", test_atomic);
  g_test_add_func ("/annotations/forms", test_forms);
  g_test_add_func ("/annotations/refused", test_refused);
  g_test_add_func ("/annotations/damaged", test_damaged);
  g_test_add_func ("/annotations/packed", test_packed);
  g_test_add_func ("/annotations/glass", test_glass);
  g_test_add_func ("/annotations/problems", test_problems);
  g_test_add_func ("/annotations/labels", test_labels);
  return g_test_run ();
}
