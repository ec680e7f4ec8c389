/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/phantom/acini-phantom.h"
#include "data/slides/acini-slide.h"
#include "tests/acini-test-util.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static AciniPhantom
make_phantom (const char *organ, gint64 side, guint64 seed)
{
  g_autoptr (GError) error = NULL;
  AciniPhantom phantom;

  acini_phantom_init (&phantom, side, side, seed, organ, 0.5, &error);
  g_assert_no_error (error);
  return phantom;
}

static void
test_init (void)
{
  g_autoptr (GError) error = NULL;
  AciniPhantom phantom;

  g_assert_true (acini_phantom_init (&phantom, 100, 200, 1, NULL, 0, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (phantom.organ, ==, "largeintestine");
  g_assert_cmpfloat (phantom.mpp, ==, 0.5);
  g_assert_false (acini_phantom_init (&phantom, 100, 200, 1, "liver", 0, &error));
  g_assert_error (error, ACINI_PHANTOM_ERROR, ACINI_PHANTOM_ERROR_ORGAN);
  g_clear_error (&error);
  g_assert_false (acini_phantom_init (&phantom, 0, 200, 1, NULL, 0, &error));
  g_assert_error (error, ACINI_PHANTOM_ERROR, ACINI_PHANTOM_ERROR_SIZE);
  g_clear_error (&error);
  g_assert_false (acini_phantom_init (&phantom, 10, 200, 1, NULL, NAN, &error));
  g_assert_error (error, ACINI_PHANTOM_ERROR, ACINI_PHANTOM_ERROR_SIZE);
}

/* Any region, cut anywhere, is what the whole has there. */
static void
test_regions (gconstpointer data)
{
  const int side = 700;
  AciniPhantom phantom = make_phantom (data, 9000, 5);
  const gint64 x0 = 4301, y0 = 3977;
  g_autofree guint8 *rgb = g_malloc (3 * side * side), *mask = g_malloc (side * side);
  g_autofree guint32 *instance = g_new (guint32, side * side);

  acini_phantom_draw (&phantom, x0, y0, side, side, rgb, mask, instance);
  for (int i = 0; i < side * side; i++)
    g_assert_cmpint (mask[i], ==, instance[i] != 0);
  for (int try = 0; try < 12; try++)
    {
      int x = g_test_rand_int_range (0, side - 1), y = g_test_rand_int_range (0, side - 1);
      int width = g_test_rand_int_range (1, MIN (331, side - x) + 1);
      int height = g_test_rand_int_range (1, MIN (331, side - y) + 1);
      g_autofree guint8 *part = g_malloc (3 * width * height);
      g_autofree guint32 *numbers = g_new (guint32, width * height), *alone = g_new (guint32, width * height);

      acini_phantom_draw (&phantom, x0 + x, y0 + y, width, height, part, NULL, numbers);
      /* Without colours much is left out, and the instances are the same. */
      acini_phantom_draw (&phantom, x0 + x, y0 + y, width, height, NULL, NULL, alone);
      g_assert_cmpmem (numbers, 4 * width * height, alone, 4 * width * height);
      for (int row = 0; row < height; row++)
        {
          gsize at = (gsize)(y + row) * side + x;

          g_assert_cmpmem (part + 3 * row * width, 3 * width, rgb + 3 * at, 3 * width);
          g_assert_cmpmem (numbers + row * width, 4 * width, instance + at, 4 * width);
        }
    }
}

/* There are FTUs, tissue that is none, and glass; one number is one thing. */
static void
test_content (gconstpointer data)
{
  const int side = 4000;
  AciniPhantom phantom = make_phantom (data, side, 2);
  g_autofree guint8 *rgb = g_malloc (3 * side * side);
  g_autofree guint32 *instance = g_new (guint32, side * side);
  g_autoptr (GHashTable) boxes = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  GHashTableIter iter;
  gpointer box;
  int n_glass = 0, n_inside = 0;

  acini_phantom_draw (&phantom, 0, 0, side, side, rgb, NULL, instance);
  for (int i = 0; i < side * side; i++)
    {
      int x = i % side, y = i / side, *b;

      n_glass += rgb[3 * i + 1] > 225 && instance[i] == 0;
      n_inside += instance[i] != 0;
      if (instance[i] == 0)
        continue;
      b = g_hash_table_lookup (boxes, GUINT_TO_POINTER (instance[i]));
      if (b == NULL)
        {
          b = g_new (int, 4);
          b[0] = b[2] = x;
          b[1] = b[3] = y;
          g_hash_table_insert (boxes, GUINT_TO_POINTER (instance[i]), b);
        }
      b[0] = MIN (b[0], x);
      b[2] = MAX (b[2], x);
      b[3] = y;
    }
  g_assert_cmpint (n_glass, >, side * side / 50);
  g_assert_cmpint (n_inside, >, side * side / 50);
  g_assert_cmpint (n_inside, <, side * side * 9 / 10);
  g_assert_cmpuint (g_hash_table_size (boxes), >=, 3);
  /* No FTU is larger than a millimetre. */
  g_hash_table_iter_init (&iter, boxes);
  while (g_hash_table_iter_next (&iter, NULL, &box))
    {
      g_assert_cmpint (((int *)box)[2] - ((int *)box)[0], <, 2000);
      g_assert_cmpint (((int *)box)[3] - ((int *)box)[1], <, 2000);
    }
}

static void
test_seeds (void)
{
  AciniPhantom a = make_phantom (NULL, 3000, 1), b = make_phantom (NULL, 3000, 2), c = make_phantom (NULL, 3000, 1);
  guint8 first[3 * 64 * 64], other[3 * 64 * 64], again[3 * 64 * 64];

  acini_phantom_draw (&a, 1500, 1500, 64, 64, first, NULL, NULL);
  acini_phantom_draw (&b, 1500, 1500, 64, 64, other, NULL, NULL);
  acini_phantom_draw (&c, 1500, 1500, 64, 64, again, NULL, NULL);
  g_assert_cmpint (memcmp (first, other, sizeof first), !=, 0);
  g_assert_cmpmem (first, sizeof first, again, sizeof again);
}

static gpointer
draw_on_thread (gpointer data)
{
  guint8 *rgb = g_malloc (3 * 400 * 400);

  acini_phantom_draw (data, 2000, 2100, 400, 400, rgb, NULL, NULL);
  return rgb;
}

static void
test_threads (void)
{
  AciniPhantom phantom = make_phantom ("lung", 5000, 3);
  g_autofree guint8 *expected = draw_on_thread (&phantom);
  GThread *threads[4];

  for (int i = 0; i < 4; i++)
    threads[i] = g_thread_new ("draw", draw_on_thread, &phantom);
  for (int i = 0; i < 4; i++)
    {
      g_autofree guint8 *rgb = g_thread_join (threads[i]);
      g_assert_cmpmem (rgb, 3 * 400 * 400, expected, 3 * 400 * 400);
    }
}

static void
check_labels (const char *path, const AciniPhantom *phantom)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree guint8 *mask = g_malloc (phantom->width * phantom->height);
  int width, height;

  bytes = acini_test_read_mask (path, -1, &width, &height, &error);
  g_assert_no_error (error);
  g_assert_cmpint (width, ==, phantom->width);
  g_assert_cmpint (height, ==, phantom->height);
  acini_phantom_draw (phantom, 0, 0, width, height, NULL, mask, NULL);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), mask, (gsize)width * height);
}

static void
count_progress (double fraction, gpointer user_data)
{
  double *last = user_data;

  g_assert_cmpfloat (fraction, >=, *last);
  g_assert_cmpfloat (fraction, <=, 1.0 + 1e-9);
  *last = fraction;
}

static void
test_write (void)
{
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "colon.tiff", NULL);
  g_autofree char *mask = g_build_filename (folder, "colon-mask.tiff", NULL);
  g_autofree char *instances = g_build_filename (folder, "colon-instances.tiff", NULL);
  g_autofree guint8 *read = g_malloc (3 * 256 * 256), *drawn = g_malloc (3 * 256 * 256);
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniSlide) slide = NULL;
  AciniPhantom phantom = make_phantom (NULL, 1500, 4);
  double last = 0;
  gint64 difference = 0;

  g_assert_true (acini_phantom_write (&phantom, path, count_progress, &last, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (last, ==, 1.0);
  slide = acini_slide_open (path, &error);
  g_assert_no_error (error);
  g_assert_cmpint (acini_slide_get_width (slide), ==, 1500);
  g_assert_cmpint (acini_slide_get_n_levels (slide), >=, 3);
  g_assert_cmpfloat_with_epsilon (acini_slide_get_mpp_x (slide), 0.5, 1e-4);
  g_assert_cmpfloat_with_epsilon (acini_slide_get_mpp_y (slide), 0.5, 1e-4);
  g_assert_true (acini_slide_read_rgb (slide, 600, 650, 1, 256, 256, read, &error));
  g_assert_no_error (error);
  acini_phantom_draw (&phantom, 600, 650, 256, 256, drawn, NULL, NULL);
  for (int i = 0; i < 3 * 256 * 256; i++)
    difference += ABS (read[i] - drawn[i]);
  g_assert_cmpint (difference / (3 * 256 * 256), <, 8);
  check_labels (mask, &phantom);
  check_labels (instances, &phantom);
  acini_test_remove_folder (folder);
}

static void
cancel_soon (double fraction, gpointer user_data)
{
  g_cancellable_cancel (user_data);
}

/* Nothing is left of what was not finished. */
static void
test_failure (void)
{
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "x.tiff", NULL);
  g_autofree char *nowhere = g_build_filename (folder, "missing", "x.tiff", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  AciniPhantom phantom = make_phantom ("lung", 3000, 1);

  g_assert_false (acini_phantom_write (&phantom, nowhere, NULL, NULL, NULL, &error));
  g_assert_error (error, ACINI_PHANTOM_ERROR, ACINI_PHANTOM_ERROR_WRITE);
  g_clear_error (&error);
  g_assert_false (acini_phantom_write (&phantom, path, cancel_soon, cancellable, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  dir = g_dir_open (folder, 0, NULL);
  g_assert_null (g_dir_read_name (dir));
  acini_test_remove_folder (folder);
}

static glong
get_peak_kib (void)
{
  g_autofree char *status = NULL;
  const char *at;

  g_file_get_contents ("/proc/self/status", &status, NULL, NULL);
  at = status != NULL ? strstr (status, "VmHWM:") : NULL;
  return at != NULL ? (glong)g_ascii_strtoll (at + 6, NULL, 10) : 0;
}

/* A slide of 100 000 pixels' width is written strip by strip: its pixels alone would take 600 MB. */
static void
test_memory (void)
{
  char *folder = acini_test_make_folder ();
  g_autofree char *path = g_build_filename (folder, "wide.tiff", NULL);
  g_autoptr (GError) error = NULL;
  AciniPhantom phantom;
  glong before = get_peak_kib ();

  if (!g_test_slow ())
    {
      g_test_skip ("slow; run with -m slow");
      acini_test_remove_folder (folder);
      return;
    }
  g_assert_true (acini_phantom_init (&phantom, 100000, 2000, 1, "kidney", 0.5, &error));
  g_assert_true (acini_phantom_write (&phantom, path, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (get_peak_kib () - before, <, 600 * 1024);
  acini_test_remove_folder (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/phantom/init", test_init);
  for (const char *const *organ = acini_phantom_get_organs (); *organ != NULL; organ++)
    {
      g_autofree char *regions = g_strconcat ("/phantom/regions/", *organ, NULL);
      g_autofree char *content = g_strconcat ("/phantom/content/", *organ, NULL);

      g_test_add_data_func (regions, *organ, test_regions);
      g_test_add_data_func (content, *organ, test_content);
    }
  g_test_add_func ("/phantom/seeds", test_seeds);
  g_test_add_func ("/phantom/threads", test_threads);
  g_test_add_func ("/phantom/write", test_write);
  g_test_add_func ("/phantom/failure", test_failure);
  g_test_add_func ("/phantom/memory", test_memory);
  return g_test_run ();
}
