/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/annotations/acini-annotation-format.h"
#include "data/annotations/acini-annotation-raster.h"
#include "tests/acini-test-util.h"
#include "tests/data/acini-annotation-fixture.h"

#include <math.h>
#include <string.h>

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
      AciniHeld held = { .carries = format->carries };

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
            acini_held_describe (objects->pdata[j], format->carries, expected);
            g_assert_true (acini_annotation_writer_add (writer, objects->pdata[j], &error));
          }
      g_assert_true (acini_annotation_writer_close (writer, &error));
      g_assert_no_error (error);
      g_assert_true (acini_annotation_format_sniff (path, &error) == format);
      g_assert_true (acini_held_read_file (path, 4000, 3000, &held, &error));
      g_assert_no_error (error);
      /* Some write one class after the other. */
      sort_lines (held.text);
      sort_lines (expected);
      g_assert_cmpstr (held.text->str, ==, expected->str);
      acini_held_clear (&held);
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
  AciniHeld held = { 0 };
  g_autoptr (GError) error = NULL;
  double area;

  g_assert_true (acini_annotation_format_sniff (path, &error) == format);
  g_assert_true (acini_held_read_file (path, 4000, 3000, &held, &error));
  g_assert_no_error (error);
  area = held.area;
  acini_held_clear (&held);
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

/* A writer that is not closed leaves what was there, and nothing beside it. */
static void
test_atomic (void)
{
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "out.json", NULL);
  const AciniAnnotationSpace space = { 4000, 3000, 0.5 };
  guint n;
  const AciniAnnotationFormat *const *formats = acini_annotation_formats (&n);

  g_assert_true (g_file_set_contents (path, "before", -1, NULL));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GPtrArray) objects = make_objects (formats[i]->carries);
      g_autofree char *content = NULL;
      g_autoptr (GDir) dir = NULL;
      AciniAnnotationWriter *writer;

      if (formats[i]->begin == NULL)
        continue;
      writer = acini_annotation_writer_new (formats[i], path, &space, NULL, NULL);
      for (guint j = 0; j < objects->len; j++)
        g_assert_true (acini_annotation_writer_add (writer, objects->pdata[j], NULL));
      acini_annotation_writer_free (writer);
      g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
      g_assert_cmpstr (content, ==, "before");
      dir = g_dir_open (folder, 0, NULL);
      g_assert_cmpstr (g_dir_read_name (dir), ==, "out.json");
      g_assert_null (g_dir_read_name (dir));
    }
  acini_test_remove_folder (folder);
}

/* What has no class is given one by no format, what is of several images is said not to be, and NDP.view's glass is
 * where the slide says. */
static void
test_particulars (void)
{
  static const char *const ids[]
      = { "dicom-ann", "dicom-seg", "labelstudio", "ome", "sliderunner", "ndpa", "pathologycore" };
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "out.json", NULL);
  const AciniAnnotationSpace space = { 4000, 3000, 0.5, 1e6, -5e5 };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      AciniHeld held = { .text = g_string_new (NULL), .carries = ACINI_CARRIES_CLASSES };
      const AciniAnnotationReading reading
          = { .space = space, .func = acini_held_take, .problem = acini_held_note, .user_data = &held };
      g_autoptr (AciniAnnotation) a = acini_annotation_new ();
      g_autoptr (AciniAnnotationWriter) writer = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", ids[i]);
      writer
          = acini_annotation_writer_new (acini_annotation_format_find (ids[i], TRUE, NULL), path, &space, NULL, NULL);
      for (guint k = 0; k < 2; k++)
        {
          acini_annotation_reset (a);
          acini_annotation_set_rectangle (a, 100 + 200 * k, 50, 20, 30);
          a->image = g_strdup_printf ("%u.svs", k);
          g_assert_true (acini_annotation_writer_add (writer, a, &error));
          g_assert_cmpuint ((acini_annotation_writer_get_lost (writer) & ACINI_CARRIES_IMAGES) != 0, ==, k);
        }
      g_assert_true (acini_annotation_writer_close (writer, &error));
      g_assert_true (acini_annotations_read (path, &reading, &error));
      g_assert_no_error (error);
      g_assert_cmpuint (held.n_problems, ==, 0);
      g_assert_cmpstr (
          held.text->str, ==,
          "600.00 [100.000 50.000 120.000 80.000] class -\n600.00 [300.000 50.000 320.000 80.000] class -\n");
      acini_held_clear (&held);
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
          AciniHeld held = { 0 };

          if (j % 3 > 0)
            for (guint k = 0; k < j % 5 + 1; k++)
              changed[g_rand_int_range (random, 0, (gint32)size)] = (char)g_rand_int_range (random, 0, 256);
          acini_held_read_content (
              folder, changed, j % 3 == 0 ? g_rand_int_range (random, 0, (gint32)size) : (gssize)size, &held, &message);
          n_refused += message != NULL;
          acini_held_clear (&held);
        }
    }
  g_assert_cmpuint (n_refused, >, 100);
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
  g_test_add_func ("/annotations/particulars", test_particulars);
  g_test_add_func ("/annotations/damaged", test_damaged);
  return g_test_run ();
}
