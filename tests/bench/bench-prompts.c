/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A simulated reader who outlines objects from nothing (data/study/acini-reader.h) on images with instance masks: how
 * many clicks that takes, and seconds; and how long an answer at 1024 × 1024 does.
 *
 * Arguments: a folder of NAME_21.png … NAME_30.png with NAME_21_anno.png …, NAME up to the number ("train_"), the first
 * and the last number; a folder of NAME_21.prob …, a byte per pixel of the model's probability, if there is one.
 * Without any: images 21 to 30 of GlaS below ACINI_SHARED. */

#include "data/prompts/acini-prompts.h"
#include "data/study/acini-reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <vips/vips.h>

static guint8 *
load (const char *path, int bands, int *width, int *height)
{
  VipsImage *image = vips_image_new_from_file (path, NULL), *part = NULL;
  gsize size;
  if (!image || vips_extract_band (image, &part, 0, "n", bands, NULL))
    g_error ("%s: %s", path, vips_error_buffer ());
  void *memory = vips_image_write_to_memory (part, &size);
  *width = vips_image_get_width (part);
  *height = vips_image_get_height (part);
  guint8 *pixels = g_memdup2 (memory, size);
  g_free (memory);
  g_object_unref (part);
  g_object_unref (image);
  return pixels;
}

static void
read_picture (const char *folder, const char *name, int number, const char *probabilities, AciniReaderScore *score)
{
  int width, height, w, h;
  const char *suffix = number <= 10 && g_str_equal (name, "train_") ? "bmp" : "png";
  g_autofree char *path = g_strdup_printf ("%s/%s%d.%s", folder, name, number, suffix);
  g_autofree char *truth = g_strdup_printf ("%s/%s%d_anno.%s", folder, name, number, suffix);
  g_autofree guint8 *rgb = load (path, 3, &width, &height), *instances = load (truth, 1, &w, &h), *probability = NULL;
  gsize size = (gsize)width * height, length = 0;
  g_autofree guint32 *objects = g_new (guint32, size);

  g_assert_true (width == w && height == h);
  if (probabilities)
    {
      g_autofree char *file = g_strdup_printf ("%s/%s%d.prob", probabilities, name, number);
      if (!g_file_get_contents (file, (char **)&probability, &length, NULL) || length != size)
        g_error ("%s: not a byte per pixel", file);
    }
  for (gsize i = 0; i < size; i++)
    objects[i] = instances[i];
  const AciniReaderScreen screen = { width, height, rgb, probability, objects, 255 };
  acini_reader_outline (&screen, NULL, score);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

/* The largest region that is asked for. */
static void
measure_answers (void)
{
  enum
  {
    SIDE = 1024,
    N = 100
  };
  double times[N];
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  g_autofree guint8 *rgb = g_malloc (SIDE * SIDE * 3), *mask = g_malloc (SIDE * SIDE);
  for (gsize i = 0; i < SIDE * SIDE * 3; i++)
    rgb[i] = (guint8)(128 + 60 * (((i / 3 % SIDE) / 90 + (i / 3 / SIDE) / 90) % 2) + g_rand_int_range (random, 0, 40));
  AciniPromptsRegion region = { SIDE, SIDE, rgb, NULL, NULL, NULL, 0 };
  gint64 start = g_get_monotonic_time ();
  g_autoptr (AciniPrompts) prompts = acini_prompts_new (&region);
  double prepared = (double)(g_get_monotonic_time () - start) / 1000;
  for (int i = 0; i < N; i++)
    {
      AciniPromptPoint point = { g_rand_double_range (random, 0, SIDE), g_rand_double_range (random, 0, SIDE) };
      while (acini_prompts_get_n (prompts) >= 6)
        acini_prompts_pop (prompts);
      start = g_get_monotonic_time ();
      acini_prompts_add (prompts, acini_prompts_get_n (prompts) % 3 != 2, &point, 1);
      acini_prompts_get_mask (prompts, mask);
      times[i] = (double)(g_get_monotonic_time () - start) / 1000;
    }
  qsort (times, N, sizeof times[0], compare);
  g_print ("a prompt's answer at 1024 x 1024, ms: median %.1f, p99 %.1f; a new region %.1f\n", times[N / 2],
           times[N - 2], prepared);
}

int
main (int argc, char **argv)
{
  AciniReaderScore score = { 0 };
  const char *shared = g_getenv ("ACINI_SHARED");
  g_autofree char *glas = g_build_filename (shared ? shared : "", "tissue", "glas", NULL);
  if (VIPS_INIT (argv[0]))
    return 1;
  measure_answers ();
  if (argc < 5 && !g_file_test (glas, G_FILE_TEST_IS_DIR))
    return 77;
  int first = argc >= 5 ? atoi (argv[3]) : 21, last = argc >= 5 ? atoi (argv[4]) : 30;
  for (int i = first; i <= last; i++)
    read_picture (argc >= 5 ? argv[1] : glas, argc >= 5 ? argv[2] : "train_", i, argc >= 6 ? argv[5] : NULL, &score);
  double n = MAX (score.objects, 1);
  g_print ("%u objects: %.2f clicks, %.2f s an object, IoU after the first %.3f, %u not reached in %d clicks\n",
           score.objects, score.clicks / n, score.seconds / n, score.first_iou / n, score.unfinished,
           ACINI_READER_CLICKS);
  g_print ("objects by clicks:");
  for (int i = 1; i <= ACINI_READER_CLICKS; i++)
    g_print (" %u", score.by_clicks[i]);
  g_print ("\n");
  return 0;
}
