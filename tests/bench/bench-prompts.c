/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A simulated reader who clicks at the middle of what is most wrong, from nothing to an IoU of 0.85, on images with
 * instance masks; how many clicks that takes, and seconds (0.7 a click, 0.3 for the key), and how long an answer at
 * 1024 × 1024 does.
 *
 * Arguments: a folder of NAME_21.png … NAME_30.png with NAME_21_anno.png …, NAME up to the number ("train_"), the first
 * and the last number; a folder of NAME_21.prob …, a byte per pixel of the model's probability, if there is one.
 * Without any: images 21 to 30 of GlaS below ACINI_SHARED. */

#include "data/prompts/acini-prompts-private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <vips/vips.h>

#define ENOUGH 0.85
#define CAP 20
#define LEAST 300 /* pixels of an object that counts */

typedef struct
{
  int width, height;
  guint8 *rgb, *instances, *probability; /* @probability may be NULL */
  guint8 *mask, *error;
} Picture;

typedef struct
{
  int objects, failed, clicks[CAP + 1];
  double first; /* sum of the IoU after one click */
} Score;

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

/* The pixel of the errors (255) that is furthest from what is none, the edge of the picture included. */
static float
find_middle (Picture *self, gsize *middle)
{
  int width = self->width + 2, height = self->height + 2;
  float best = 0;
  g_autofree float *shape = g_new (float, (gsize)width *height);
  for (gsize i = 0; i < (gsize)width * height; i++)
    shape[i] = -1;
  for (int y = 0; y < self->height; y++)
    for (int x = 0; x < self->width; x++)
      shape[(gsize)(y + 1) * width + x + 1] = self->error[(gsize)y * self->width + x] ? 1 : -1;
  acini_prompts_redistance (shape, width, height);
  for (int y = 0; y < self->height; y++)
    for (int x = 0; x < self->width; x++)
      if (shape[(gsize)(y + 1) * width + x + 1] > best)
        {
          best = shape[(gsize)(y + 1) * width + x + 1];
          *middle = (gsize)y * self->width + x;
        }
  return best;
}

static void
click (Picture *self, AciniPrompts *prompts, int object)
{
  gsize size = (gsize)self->width * self->height, missing = 0, extra = 0;
  for (gsize i = 0; i < size; i++)
    self->error[i] = self->instances[i] == object && !self->mask[i];
  float most = find_middle (self, &missing);
  for (gsize i = 0; i < size; i++)
    self->error[i] = self->instances[i] != object && self->mask[i];
  gboolean positive = acini_prompts_get_n (prompts) == 0 || find_middle (self, &extra) <= most;
  gsize at = positive ? missing : extra;
  AciniPromptPoint point = { (double)(at % self->width) + 0.5, (double)(at / self->width) + 0.5 };
  acini_prompts_add (prompts, positive, &point, 1);
  acini_prompts_get_mask (prompts, self->mask);
}

static void
read_object (Picture *self, int object, Score *score)
{
  gsize size = (gsize)self->width * self->height, area = 0;
  for (gsize i = 0; i < size; i++)
    area += self->instances[i] == object;
  if (area < LEAST)
    return;
  AciniPromptsRegion region = { self->width, self->height, self->rgb, self->probability, NULL, NULL, 0 };
  g_autoptr (AciniPrompts) prompts = acini_prompts_new (&region);
  double iou = 0;
  int n = 0;
  memset (self->mask, 0, size);
  while (iou < ENOUGH && n < CAP)
    {
      gsize both = 0, either = 0;
      click (self, prompts, object);
      for (gsize i = 0; i < size; i++)
        {
          both += self->instances[i] == object && self->mask[i];
          either += self->instances[i] == object || self->mask[i];
        }
      iou = (double)both / (double)either;
      if (++n == 1)
        score->first += iou;
    }
  score->objects++;
  score->failed += iou < ENOUGH;
  score->clicks[n]++;
}

static void
read_picture (const char *folder, const char *name, int number, const char *probabilities, Score *score)
{
  Picture self = { 0 };
  int width, height;
  const char *suffix = number <= 10 && g_str_equal (name, "train_") ? "bmp" : "png";
  g_autofree char *path = g_strdup_printf ("%s/%s%d.%s", folder, name, number, suffix);
  g_autofree char *truth = g_strdup_printf ("%s/%s%d_anno.%s", folder, name, number, suffix);
  self.rgb = load (path, 3, &self.width, &self.height);
  self.instances = load (truth, 1, &width, &height);
  g_assert_true (width == self.width && height == self.height);
  gsize size = (gsize)width * height, length = 0;
  if (probabilities)
    {
      g_autofree char *file = g_strdup_printf ("%s/%s%d.prob", probabilities, name, number);
      if (!g_file_get_contents (file, (char **)&self.probability, &length, NULL) || length != size)
        g_error ("%s: not a byte per pixel", file);
    }
  self.mask = g_malloc (size);
  self.error = g_malloc (size);
  for (int object = 1; object < 256; object++)
    read_object (&self, object, score);
  g_free (self.rgb);
  g_free (self.instances);
  g_free (self.probability);
  g_free (self.mask);
  g_free (self.error);
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
  Score score = { 0 };
  const char *shared = g_getenv ("ACINI_SHARED");
  g_autofree char *glas = g_build_filename (shared ? shared : "", "tissue", "glas", NULL);
  if (VIPS_INIT (argv[0]))
    return 1;
  measure_answers ();
  if (argc < 5 && !g_file_test (glas, G_FILE_TEST_IS_DIR))
    return 77;
  int first = argc >= 5 ? atoi (argv[3]) : 21, last = argc >= 5 ? atoi (argv[4]) : 30, clicks = 0;
  for (int i = first; i <= last; i++)
    read_picture (argc >= 5 ? argv[1] : glas, argc >= 5 ? argv[2] : "train_", i, argc >= 6 ? argv[5] : NULL, &score);
  for (int i = 1; i <= CAP; i++)
    clicks += i * score.clicks[i];
  double mean = (double)clicks / MAX (score.objects, 1);
  g_print ("%d objects: %.2f clicks, %.2f s an object, IoU after the first %.3f, %d not reached in %d clicks\n",
           score.objects, mean, 0.7 * mean + 0.3, score.first / MAX (score.objects, 1), score.failed, CAP);
  g_print ("objects by clicks:");
  for (int i = 1; i <= CAP; i++)
    g_print (" %d", score.clicks[i]);
  g_print ("\n");
  return 0;
}
