/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Masks keep their classes and instances, at their own scale; polygons that touch stay apart. */

#include "data/interchange/acini-export.h"
#include "data/interchange/acini-labels-import.h"
#include "data/interchange/acini-mask-classes.h"
#include "data/slides/acini-vips.h"
#include "tests/acini-test-util.h"

#include <math.h>
#include <string.h>

#define WIDTH 640
#define HEIGHT 560

typedef struct
{
  char *folder, *path;
  AciniProject *project;
  gint64 slide;
  guint8 *labels;
  AciniLabelsImport import;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = acini_test_make_folder ();
  fixture->path = g_build_filename (fixture->folder, "mask.png", NULL);
  fixture->project = acini_test_make_project (fixture->folder);
  fixture->slide = acini_test_add_slide (fixture->project, "a.tiff", WIDTH, HEIGHT);
  fixture->labels = g_malloc (WIDTH * HEIGHT);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  acini_labels_import_clear (&fixture->import);
  g_clear_object (&fixture->project);
  g_free (fixture->labels);
  g_free (fixture->path);
  acini_test_remove_folder (fixture->folder);
}

static void
write_image (const char *path, const void *pixels, int width, int height, int bands, VipsBandFormat format)
{
  gsize size = (gsize)width * height * bands * (format == VIPS_FORMAT_UINT ? 4 : 1);
  g_autoptr (VipsImage) image = vips_image_new_from_memory (pixels, size, width, height, bands, format);

  g_assert_nonnull (image);
  image->Type = bands >= 3 ? VIPS_INTERPRETATION_sRGB : VIPS_INTERPRETATION_B_W;
  g_assert_cmpint (vips_image_write_to_file (image, path, NULL), ==, 0);
}

static gboolean
take (Fixture *fixture, const AciniMaskReading *reading, GError **error)
{
  GError *problem = NULL;

  acini_labels_import_clear (&fixture->import);
  if (!acini_labels_import_mask (fixture->project, fixture->slide, fixture->path, reading, 2, &fixture->import, error))
    return FALSE;
  acini_labels_read (fixture->project, fixture->slide, 0, 0, 0, WIDTH, HEIGHT, fixture->labels, &problem);
  g_assert_no_error (problem);
  return TRUE;
}

/* Discs in a grid, of the numbers 1, 2, 3 in turn; 0 between them. */
static int
get_disc (int x, int y)
{
  int dx = x % 80 - 40, dy = y % 80 - 40;

  return dx * dx + dy * dy < 30 * 30 ? 1 + (x / 80 + y / 80) % 3 : 0;
}

/* Numbers that lie in many pieces are classes; those that the project knows keep their names. */
static void
test_own_numbers (Fixture *fixture, gconstpointer data)
{
  g_autofree guint8 *mask = g_malloc (WIDTH * HEIGHT);
  g_autofree char *third = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < WIDTH * HEIGHT; i++)
    mask[i] = (guint8)get_disc (i % WIDTH, i / WIDTH);
  write_image (fixture->path, mask, WIDTH, HEIGHT, 1, VIPS_FORMAT_UCHAR);
  take (fixture, &(AciniMaskReading){ 0 }, &error);
  g_assert_no_error (error);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    g_assert_cmpint (fixture->labels[i], ==, mask[i] + 1);
  g_assert_nonnull (fixture->import.note);
  third = acini_project_dup_class_name (fixture->project, 4);
  g_assert_cmpstr (third, ==, "FTU 3");
  /* Unless they are said to be instances. */
  take (fixture, &(AciniMaskReading){ .units = ACINI_MASK_UNITS_NONZERO }, &error);
  g_assert_no_error (error);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    g_assert_cmpint (fixture->labels[i], ==, mask[i] != 0 ? 2 : 1);
}

static void
test_named_numbers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniMaskClasses) classes = acini_mask_classes_parse ("1=Glomerulus, 2 = Tubule,3=ignore", NULL);
  g_autoptr (AciniMaskClasses) few = acini_mask_classes_parse ("1=Glomerulus,2=Tubule", NULL);
  const guint8 wanted[] = { 1, 3, 4, 0 };
  g_autofree guint8 *mask = g_malloc (WIDTH * HEIGHT);
  g_autofree char *name = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < WIDTH * HEIGHT; i++)
    mask[i] = (guint8)get_disc (i % WIDTH, i / WIDTH);
  write_image (fixture->path, mask, WIDTH, HEIGHT, 1, VIPS_FORMAT_UCHAR);
  take (fixture, &(AciniMaskReading){ .classes = classes }, &error);
  g_assert_no_error (error);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    g_assert_cmpint (fixture->labels[i], ==, wanted[mask[i]]);
  name = acini_project_dup_class_name (fixture->project, 4);
  g_assert_cmpstr (name, ==, "Tubule");
  g_assert_false (take (fixture, &(AciniMaskReading){ .classes = few }, &error));
  g_assert_nonnull (strstr (error->message, "number 3"));
}

/* Colours with edges drawn smoothly: cut in the middle, and no third class between two. */
static void
test_colours (Fixture *fixture, gconstpointer data)
{
  static const guint8 colours[4][3] = { { 255, 255, 255 }, { 255, 0, 0 }, { 0, 128, 255 }, { 255, 255, 0 } };
  const char *text = "#ffffff=background,ff0000=A,0080FF=B,ffff00=C",
             *short_text = "ff0000=A,0080ff=B,ffffff=background";
  g_autoptr (AciniMaskClasses) classes = acini_mask_classes_parse (text, NULL);
  g_autoptr (AciniMaskClasses) few = acini_mask_classes_parse (short_text, NULL);
  g_autofree guint8 *mask = g_malloc (3 * WIDTH * HEIGHT);
  g_autoptr (GError) error = NULL;
  int wrong = 0;

  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      {
        double dx = x % 80 - 40, dy = y % 80 - 40, inside = CLAMP (30 - sqrt (dx * dx + dy * dy) + 0.5, 0, 1);
        int number = 1 + (x / 80 + y / 80) % 3;

        for (int i = 0; i < 3; i++)
          mask[3 * (y * WIDTH + x) + i] = (guint8)lrint (inside * colours[number][i] + (1 - inside) * colours[0][i]);
      }
  write_image (fixture->path, mask, WIDTH, HEIGHT, 3, VIPS_FORMAT_UCHAR);
  take (fixture, &(AciniMaskReading){ .classes = classes }, &error);
  g_assert_no_error (error);
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      {
        int number = get_disc (x, y), label = fixture->labels[y * WIDTH + x];

        wrong += label != (number != 0 ? number + 2 : 1);
        g_assert_true (label == 1 || label == 3 + (x / 80 + y / 80) % 3);
      }
  g_assert_cmpint (wrong, <, 56 * 24); /* 56 discs with an edge of 188 pixels each */
  g_assert_false (take (fixture, &(AciniMaskReading){ .classes = few }, &error));
  g_assert_nonnull (strstr (error->message, "ffff00"));
}

static void
test_parse (Fixture *fixture, gconstpointer data)
{
  static const char *const wrong[] = { "", "1", "1=", "=A", "x=A", "1=A,ff0000=B", "12345678901=A", "1=background" };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (acini_mask_classes_parse (wrong[i], &error));
      g_assert_error (error, ACINI_IMPORT_ERROR, ACINI_IMPORT_ERROR_AMBIGUOUS);
    }
}

/* A mask of a third, and one of five times, the pixels; another aspect is refused. */
static void
test_scale (Fixture *fixture, gconstpointer data)
{
  static const int sizes[][2] = { { 213, 187 }, { 1280, 1120 }, { 64, 56 }, { 320, 560 }, { 639, 560 } };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      const int width = sizes[i][0], height = sizes[i][1];
      g_autofree guint8 *mask = g_malloc (width * height);
      g_autoptr (GError) error = NULL;

      for (int k = 0; k < width * height; k++)
        mask[k] = (k % width + 0.5) / width + (k / width + 0.5) / height < 1 ? 255 : 0;
      write_image (fixture->path, mask, width, height, 1, VIPS_FORMAT_UCHAR);
      if (!take (fixture, &(AciniMaskReading){ 0 }, &error))
        {
          g_assert_cmpuint (i, >=, 3);
          g_assert_error (error, ACINI_LABELS_IMPORT_ERROR, ACINI_LABELS_IMPORT_ERROR_SIZE);
          continue;
        }
      g_assert_cmpuint (i, <, 3);
      for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
          {
            double place = (x + 0.5) / WIDTH + (y + 0.5) / HEIGHT;

            if (fabs (place - 1) > 1.0 / width + 1.0 / height)
              g_assert_cmpint (fixture->labels[y * WIDTH + x], ==, place < 1 ? 2 : 1);
          }
    }
}

/* One value, and black on white, are said. */
static void
test_doubts (Fixture *fixture, gconstpointer data)
{
  g_autofree guint8 *mask = g_malloc (WIDTH * HEIGHT);
  g_autoptr (GError) error = NULL;

  memset (mask, 0, WIDTH * HEIGHT);
  write_image (fixture->path, mask, WIDTH, HEIGHT, 1, VIPS_FORMAT_UCHAR);
  take (fixture, &(AciniMaskReading){ 0 }, &error);
  g_assert_nonnull (strstr (fixture->import.note, "all background"));
  memset (mask, 255, WIDTH * HEIGHT);
  write_image (fixture->path, mask, WIDTH, HEIGHT, 1, VIPS_FORMAT_UCHAR);
  take (fixture, &(AciniMaskReading){ 0 }, &error);
  g_assert_nonnull (strstr (fixture->import.note, "single value"));
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    mask[i] = get_disc (i % WIDTH, i / WIDTH) == 1 ? 0 : 255;
  write_image (fixture->path, mask, WIDTH, HEIGHT, 1, VIPS_FORMAT_UCHAR);
  take (fixture, &(AciniMaskReading){ 0 }, &error);
  g_assert_nonnull (strstr (fixture->import.note, "inverted"));
  take (fixture, &(AciniMaskReading){ .units = ACINI_MASK_UNITS_DARK }, &error);
  g_assert_null (fixture->import.note);
  g_assert_no_error (error);
}

/* The objects of the slide's labels, numbered in the order of their first pixels. */
static guint16 *
export_instances (Fixture *fixture)
{
  const AciniExportFormat *format = acini_export_find_format ("instances", NULL);
  g_autoptr (AciniSlideRecord) record = acini_project_get_slide (fixture->project, fixture->slide, NULL);
  g_autofree char *path = g_build_filename (fixture->folder, "instances.png", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (VipsImage) image = NULL, wide = NULL;
  gsize size;

  acini_export_write (format, &(AciniExportSource){ fixture->project, record }, path, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  image = vips_image_new_from_file (path, NULL);
  g_assert_cmpint (vips_cast_ushort (image, &wide, NULL), ==, 0);
  return vips_image_write_to_memory (wide, &size);
}

/* Cells side by side with numbers up to the greatest of 32 bits. */
static void
test_large_numbers (Fixture *fixture, gconstpointer data)
{
  g_autofree guint32 *mask = g_new (guint32, WIDTH * HEIGHT);
  g_autofree guint16 *back = NULL;
  g_autoptr (GError) error = NULL;

  g_free (fixture->path);
  fixture->path = g_build_filename (fixture->folder, "mask.tif", NULL);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    mask[i] = G_MAXUINT32 - 2 - (guint32)((i % WIDTH / 20) + (i / WIDTH / 20) * 32);
  for (int i = 0; i < 20; i++)
    mask[i] = 0;
  write_image (fixture->path, mask, WIDTH, HEIGHT, 1, VIPS_FORMAT_UINT);
  take (fixture, &(AciniMaskReading){ .units = ACINI_MASK_UNITS_NONZERO }, &error);
  g_assert_no_error (error);
  back = export_instances (fixture);
  for (int i = 1; i < WIDTH * HEIGHT; i++)
    {
      g_assert_true (i % WIDTH == 0 || (mask[i] == mask[i - 1]) == (back[i] == back[i - 1]));
      g_assert_true (i < WIDTH || (mask[i] == mask[i - WIDTH]) == (back[i] == back[i - WIDTH]));
    }
}

/* Polygons that touch, that overlap, that lie in one another, over the border of a tile: as many objects. */
static void
test_polygons (Fixture *fixture, gconstpointer data)
{
  static const int boxes[][4] = { { 10, 10, 300, 200 },   { 300, 10, 639, 200 },  { 10, 200, 300, 559 },
                                  { 300, 200, 500, 530 }, { 450, 490, 600, 540 }, { 320, 220, 340, 240 } };
  g_autoptr (GString) text = g_string_new ("{\"type\":\"FeatureCollection\",\"features\":[");
  g_autofree char *path = g_build_filename (fixture->folder, "boxes.geojson", NULL);
  g_autofree guint8 *wanted = g_malloc0 (WIDTH * HEIGHT);
  g_autofree guint16 *back = NULL;
  guint16 numbers[G_N_ELEMENTS (boxes) + 1] = { 0 };
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (boxes); i++)
    {
      const int *b = boxes[i];

      g_string_append_printf (text,
                              "%s{\"type\":\"Feature\",\"properties\":{\"classification\":{\"name\":\"FTU\"}},"
                              "\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[%d,%d],[%d,%d],[%d,%d],[%d,%d],"
                              "[%d,%d]]]}}",
                              i > 0 ? "," : "", b[0], b[1], b[2], b[1], b[2], b[3], b[0], b[3], b[0], b[1]);
      for (int y = b[1]; y < b[3]; y++)
        memset (wanted + y * WIDTH + b[0], (int)i + 1, b[2] - b[0]);
    }
  g_string_append (text, "]}");
  g_assert_true (g_file_set_contents (path, text->str, -1, &error));
  acini_labels_import_annotations (fixture->project, fixture->slide, path, ACINI_ORIGIN_SLIDE, NULL, NULL, &error);
  g_assert_no_error (error);
  back = export_instances (fixture);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    {
      if (wanted[i] != 0 && numbers[wanted[i]] == 0)
        numbers[wanted[i]] = back[i];
      g_assert_cmpint (back[i], ==, numbers[wanted[i]]);
    }
  for (guint i = 1; i <= G_N_ELEMENTS (boxes); i++)
    for (guint k = 0; k < i; k++)
      g_assert_cmpint (numbers[i], !=, numbers[k]);
}

/* Outlines of a slide that is read in several pieces and bands: the same labels again. */
static void
test_wide (Fixture *fixture, gconstpointer data)
{
  enum
  {
    WIDE = 4500,
    HIGH = 700
  };
  const AciniExportFormat *format = acini_export_find_format ("geojson", NULL);
  gint64 slide = acini_test_add_slide (fixture->project, "wide.tiff", WIDE, HIGH);
  gint64 other = acini_test_add_slide (fixture->project, "other.tiff", WIDE, HIGH);
  g_autofree char *path = g_build_filename (fixture->folder, "wide.geojson", NULL);
  g_autofree guint8 *mask = g_malloc (WIDE * HIGH), *labels = g_malloc (WIDE * HIGH);
  g_autoptr (AciniSlideRecord) record = acini_project_get_slide (fixture->project, slide, NULL);
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < WIDE * HIGH; i++)
    {
      int x = i % WIDE - WIDE / 2, y = i / WIDE - HIGH / 2;

      /* A long bow over all pieces, and dots. */
      mask[i] = (x * x / 9 + y * y * 30 < 500000 && x * x / 9 + y * y * 40 > 300000) || (x % 61 == 0 && y % 37 == 0);
    }
  write_image (fixture->path, mask, WIDE, HIGH, 1, VIPS_FORMAT_UCHAR);
  acini_labels_import_mask (fixture->project, slide, fixture->path,
                            &(AciniMaskReading){ .units = ACINI_MASK_UNITS_NONZERO }, 2, NULL, &error);
  g_assert_no_error (error);
  acini_export_write (format, &(AciniExportSource){ fixture->project, record }, path, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  acini_labels_import_annotations (fixture->project, other, path, ACINI_ORIGIN_SLIDE, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (acini_labels_read (fixture->project, other, 0, 0, 0, WIDE, HIGH, labels, &error));
  for (int i = 0; i < WIDE * HIGH; i++)
    g_assert_cmpint (labels[i], ==, mask[i] + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  acini_vips_init ();
#define TEST(path, func) g_test_add ("/mask-import/" path, Fixture, NULL, set_up, func, tear_down)
  TEST ("own-numbers", test_own_numbers);
  TEST ("named-numbers", test_named_numbers);
  TEST ("colours", test_colours);
  TEST ("parse", test_parse);
  TEST ("scale", test_scale);
  TEST ("doubts", test_doubts);
  TEST ("large-numbers", test_large_numbers);
  TEST ("polygons", test_polygons);
  TEST ("wide", test_wide);
  return g_test_run ();
}
