/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/slides/acini-slide.h"

#include "data/phantom/acini-phantom.h"
#include "tests/acini-test-util.h"

#include <math.h>
#include <string.h>

#define SIDE 1600

/* A phantom's slide is there without any file from elsewhere. */
static char *folder, *phantom_path;

static char *
find_shared (const char *name)
{
  const char *shared = g_getenv ("ACINI_SHARED");
  g_autofree char *path = g_build_filename (shared != NULL ? shared : "", "tissue", name, NULL);

  return shared != NULL && g_file_test (path, G_FILE_TEST_EXISTS) ? g_steal_pointer (&path) : NULL;
}

static AciniSlide *
open_slide (const char *path)
{
  g_autoptr (GError) error = NULL;
  AciniSlide *slide = acini_slide_open (path, &error);

  g_assert_no_error (error);
  g_assert_nonnull (slide);
  return slide;
}

static int
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  int n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

/* What people are shown is one line. */
static void
check_sentence (const GError *error)
{
  g_assert_nonnull (error);
  g_assert_null (strchr (error->message, '\n'));
  g_assert_true (g_str_has_suffix (error->message, "."));
}

static void
test_header (void)
{
  g_autoptr (AciniSlide) slide = open_slide (phantom_path);

  g_assert_cmpint (acini_slide_get_width (slide), ==, SIDE);
  g_assert_cmpint (acini_slide_get_height (slide), ==, SIDE);
  g_assert_cmpint (acini_slide_get_n_levels (slide), >=, 3);
  g_assert_cmpfloat_with_epsilon (acini_slide_get_level (slide, 1)->downsample, 2, 1e-6);
  g_assert_cmpint (acini_slide_get_best_level (slide, 0.5), ==, 0);
  g_assert_cmpint (acini_slide_get_best_level (slide, 1.9), ==, 0);
  g_assert_cmpint (acini_slide_get_best_level (slide, 2), ==, 1);
  g_assert_cmpfloat_with_epsilon (acini_slide_get_mpp_x (slide), 0.5, 1e-4);
  g_assert_cmpstr (acini_slide_get_vendor (slide), ==, "generic-tiff");
  g_assert_cmpfloat (acini_slide_get_objective_power (slide), ==, 0);
  g_assert_nonnull (acini_slide_get_property_names (slide));
}

static void
test_outside (void)
{
  g_autoptr (AciniSlide) slide = open_slide (phantom_path);
  g_autoptr (GError) error = NULL;
  guint32 pixels[20 * 20];
  guint8 rgb[3 * 20 * 20];

  g_assert_true (acini_slide_read (slide, 0, -10, -10, 20, 20, pixels, &error));
  g_assert_no_error (error);
  g_assert_cmphex (pixels[0], ==, 0);
  g_assert_cmphex (pixels[20 * 20 - 1] >> 24, ==, 255);
  g_assert_true (acini_slide_read_rgb (slide, -100, -100, 1, 20, 20, rgb, &error));
  for (gsize i = 0; i < sizeof rgb; i++)
    g_assert_cmpint (rgb[i], ==, 255);
}

/* Averages computed here, the slow way, equal the slide's. */
static void
test_average (void)
{
  const double downsamples[] = { 1, 1.3, 1.7 };
  g_autoptr (AciniSlide) slide = open_slide (phantom_path);
  g_autofree guint8 *full = g_malloc (3 * 256 * 256);
  guint8 small[3 * 40 * 40];

  g_assert_true (acini_slide_read_rgb (slide, 700, 700, 1, 256, 256, full, NULL));
  for (guint d = 0; d < G_N_ELEMENTS (downsamples); d++)
    {
      double ds = downsamples[d];

      g_assert_true (acini_slide_read_rgb (slide, 710.5, 720.25, ds, 40, 40, small, NULL));
      for (int i = 0; i < 40 * 40; i++)
        {
          double left = 10.5 + (i % 40) * ds, top = 20.25 + (i / 40) * ds, sum = 0, weight = 0;

          for (int y = (int)top; y < top + ds; y++)
            for (int x = (int)left; x < left + ds; x++)
              {
                double w = (MIN (x + 1, left + ds) - MAX (x, left)) * (MIN (y + 1, top + ds) - MAX (y, top));

                sum += w * full[3 * (y * 256 + x)];
                weight += w;
              }
          g_assert_cmpfloat_with_epsilon (small[3 * i], sum / weight, 1.1);
        }
    }
}

/* Two regions side by side equal the one that holds both. */
static void
test_borders (void)
{
  const double downsamples[] = { 0.7, 1, 1.37, 2, 2.5, 3.3 };
  g_autoptr (AciniSlide) slide = open_slide (phantom_path);
  guint8 whole[3 * 60 * 30], part[3 * 30 * 30];

  for (guint d = 0; d < G_N_ELEMENTS (downsamples); d++)
    {
      double ds = downsamples[d];

      g_assert_true (acini_slide_read_rgb (slide, 801, 640, ds, 60, 30, whole, NULL));
      g_assert_true (acini_slide_read_rgb (slide, 801 + 30 * ds, 640, ds, 30, 30, part, NULL));
      for (int row = 0; row < 30; row++)
        g_assert_cmpmem (part + 90 * row, 90, whole + 180 * row + 90, 90);
    }
}

typedef struct
{
  AciniSlide *slide;
  int failed, read;
} Reader;

static gpointer
read_on_thread (gpointer data)
{
  Reader *reader = data;
  g_autofree guint32 *pixels = g_new (guint32, 300 * 300);

  for (int i = 0; i < 30; i++)
    {
      g_autoptr (GError) error = NULL;

      if (acini_slide_read (reader->slide, 0, (i * 211) % SIDE, (i * 97) % SIDE, 300, 300, pixels, &error))
        g_atomic_int_inc (&reader->read);
      else
        {
          check_sentence (error);
          g_atomic_int_inc (&reader->failed);
        }
    }
  return NULL;
}

/* A copy of the phantom whose second half is overwritten: some regions fail, and the others stay readable, whoever
 * else fails at the same time. */
static void
test_damage (void)
{
  g_autofree char *path = g_build_filename (folder, "damaged.tiff", NULL);
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniSlide) slide = NULL;
  gsize length;
  GThread *threads[4];
  Reader reader = { 0 };

  g_assert_true (g_file_get_contents (phantom_path, &content, &length, NULL));
  for (gsize i = length / 3; i < length / 2; i++)
    content[i] = (char)0xff;
  g_assert_true (g_file_set_contents (path, content, (gssize)length, NULL));
  slide = acini_slide_open (path, &error);
  g_assert_no_error (error);
  reader.slide = slide;
  for (int i = 0; i < 4; i++)
    threads[i] = g_thread_new ("read", read_on_thread, &reader);
  for (int i = 0; i < 4; i++)
    g_thread_join (threads[i]);
  g_assert_cmpint (reader.failed + reader.read, ==, 120);
  g_assert_cmpint (reader.read, >, 0);
}

/* Truncated at many lengths: an error or pixels, never a crash, and no descriptor stays open. */
static void
check_truncated (const char *original, int n_lengths)
{
  g_autofree char *path = g_build_filename (folder, "truncated.svs", NULL);
  g_autofree char *content = NULL;
  gsize length;
  int before = count_descriptors (), n_failed = 0;

  g_assert_true (g_file_get_contents (original, &content, &length, NULL));
  for (int i = 0; i < n_lengths; i++)
    {
      gsize keep = i < 32 ? (gsize)i * 13 : length / (gsize)n_lengths * (gsize)i;
      g_autoptr (GError) error = NULL;
      g_autoptr (AciniSlide) slide = NULL;
      guint32 pixels[64 * 64];

      g_assert_true (g_file_set_contents (path, content, (gssize)keep, NULL));
      slide = acini_slide_open (path, &error);
      for (int try = 0; slide != NULL && try < 3 && error == NULL; try++)
        acini_slide_read (slide, 0, acini_slide_get_width (slide) * (try + 1) / 4, 100, 64, 64, pixels, &error);
      if (error != NULL)
        check_sentence (error);
      n_failed += error != NULL;
    }
  g_assert_cmpint (n_failed, >, n_lengths / 4);
  g_assert_cmpint (count_descriptors (), ==, before);
}

static void
test_truncated (void)
{
  check_truncated (phantom_path, 80);
}

static void
test_truncated_svs (void)
{
  g_autofree char *path = find_shared ("wsi/CMU-1-Small-Region.svs");

  if (path == NULL)
    g_test_skip ("ACINI_SHARED is not set");
  else
    check_truncated (path, 120);
}

static void
test_missing (void)
{
  g_autofree char *text = g_build_filename (folder, "text.svs", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (acini_slide_open ("/nowhere/a.svs", &error));
  g_assert_error (error, ACINI_SLIDE_ERROR, ACINI_SLIDE_ERROR_NOT_FOUND);
  check_sentence (error);
  g_clear_error (&error);
  g_file_set_contents (text, "hello", -1, NULL);
  g_assert_null (acini_slide_open (text, &error));
  g_assert_error (error, ACINI_SLIDE_ERROR, ACINI_SLIDE_ERROR_UNRECOGNISED);
  check_sentence (error);
  g_clear_error (&error);
  g_assert_null (acini_slide_open (folder, &error));
  check_sentence (error);
}

/* Opens, and then no pixel can be read: again and again an error. */
static void
test_unreadable (void)
{
  g_autofree char *path = find_shared ("wsi/openslide-python-fixtures/unreadable.svs");
  g_autoptr (AciniSlide) slide = NULL;
  int before;

  if (path == NULL)
    {
      g_test_skip ("ACINI_SHARED is not set");
      return;
    }
  slide = open_slide (path);
  before = count_descriptors ();
  for (int i = 0; i < 50; i++)
    {
      g_autoptr (GError) error = NULL;
      guint32 pixels[16 * 16];

      g_assert_false (acini_slide_read (slide, 0, 0, 0, 16, 16, pixels, &error));
      g_assert_error (error, ACINI_SLIDE_ERROR, ACINI_SLIDE_ERROR_READ);
      check_sentence (error);
    }
  g_assert_cmpint (count_descriptors (), <=, before);
}

static const struct
{
  const char *name;
  int code; /* -1: opens */
} files[] = {
  { "wsi/CMU-1-Small-Region.svs", -1 },
  { "wsi/openslide-python-fixtures/boxes.tiff", -1 },
  { "wsi/openslide-python-fixtures/small.svs", -1 },
  { "wsi/openslide-python-fixtures/unopenable.tiff", ACINI_SLIDE_ERROR_DAMAGED },
  { "wsi/bad/histolab_broken.svs", ACINI_SLIDE_ERROR_UNRECOGNISED },
  { "wsi/pathml/small_HE_levels.tiff", -1 },
  { "wsi/pathml/smalltif.tif", ACINI_SLIDE_ERROR_UNRECOGNISED },
  { "wsi/tiff-variants/libvips_1bit.tif", ACINI_SLIDE_ERROR_UNRECOGNISED },
  { "derived/lung_example_pyramid.tiff", -1 },
};

static void
test_files (void)
{
  if (g_getenv ("ACINI_SHARED") == NULL)
    {
      g_test_skip ("ACINI_SHARED is not set");
      return;
    }
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = find_shared (files[i].name);
      g_autoptr (GError) error = NULL;
      g_autoptr (AciniSlide) slide = NULL;
      guint8 rgb[3 * 32 * 32];

      g_assert_nonnull (path);
      slide = acini_slide_open (path, &error);
      g_test_message ("%s: %s", files[i].name, error != NULL ? error->message : "opens");
      if (files[i].code >= 0)
        {
          g_assert_error (error, ACINI_SLIDE_ERROR, files[i].code);
          check_sentence (error);
          continue;
        }
      g_assert_no_error (error);
      g_assert_true (acini_slide_read_rgb (slide, 1, 1, 3.3, 32, 32, rgb, &error));
      g_assert_no_error (error);
    }
}

static void
test_mpp (void)
{
  g_autofree char *svs = find_shared ("wsi/CMU-1-Small-Region.svs");
  g_autofree char *lung = find_shared ("derived/lung_example_pyramid.tiff");
  g_autoptr (AciniSlide) slide = NULL;
  g_autoptr (AciniSlide) plain = NULL;

  if (svs == NULL || lung == NULL)
    {
      g_test_skip ("ACINI_SHARED is not set");
      return;
    }
  slide = open_slide (svs);
  g_assert_cmpfloat_with_epsilon (acini_slide_get_mpp_x (slide), 0.499, 1e-6);
  g_assert_cmpfloat (acini_slide_get_objective_power (slide), ==, 20);
  for (const char *const *name = acini_slide_get_associated_names (slide); *name != NULL; name++)
    {
      g_autoptr (GError) error = NULL;
      int width = 0, height = 0;
      g_autoptr (GBytes) pixels = acini_slide_read_associated (slide, *name, &width, &height, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (pixels), ==, 4u * (guint)width * (guint)height);
    }
  /* 300 dpi is what a program wrote that knew nothing better. */
  plain = open_slide (lung);
  g_assert_cmpfloat (acini_slide_get_mpp_x (plain), ==, 0);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  AciniPhantom phantom;
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = acini_test_make_folder ();
  phantom_path = g_build_filename (folder, "phantom.tiff", NULL);
  g_assert_true (acini_phantom_init (&phantom, SIDE, SIDE, 3, "prostate", 0.5, &error));
  g_assert_true (acini_phantom_write (&phantom, phantom_path, NULL, NULL, NULL, &error));
  g_test_add_func ("/slide/header", test_header);
  g_test_add_func ("/slide/outside", test_outside);
  g_test_add_func ("/slide/average", test_average);
  g_test_add_func ("/slide/borders", test_borders);
  g_test_add_func ("/slide/damage", test_damage);
  g_test_add_func ("/slide/truncated", test_truncated);
  g_test_add_func ("/slide/truncated-svs", test_truncated_svs);
  g_test_add_func ("/slide/missing", test_missing);
  g_test_add_func ("/slide/unreadable", test_unreadable);
  g_test_add_func ("/slide/files", test_files);
  g_test_add_func ("/slide/mpp", test_mpp);
  result = g_test_run ();
  g_free (phantom_path);
  acini_test_remove_folder (folder);
  return result;
}
