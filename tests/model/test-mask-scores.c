/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Scores of shapes against their definitions, counted the slow way, and when one model is called better. */

#include "model/core/acini-mask-scores.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 40
#define HEIGHT 30

static void
draw_box (guint8 *mask, int x, int y, int width, int height)
{
  for (int v = y; v < y + height; v++)
    memset (mask + v * WIDTH + x, 1, width);
}

static gboolean
is_edge (const guint8 *mask, int x, int y)
{
  if (mask[y * WIDTH + x] == 0)
    return FALSE;
  if (x == 0 || y == 0 || x == WIDTH - 1 || y == HEIGHT - 1)
    return TRUE;
  return !mask[y * WIDTH + x - 1] || !mask[y * WIDTH + x + 1] || !mask[(y - 1) * WIDTH + x]
         || !mask[(y + 1) * WIDTH + x];
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;

  return x < y ? -1 : x > y;
}

/* From every border pixel to every other one. */
static double
measure (const guint8 *from, const guint8 *to)
{
  double values[WIDTH * HEIGHT], place;
  int n = 0;

  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      {
        double best = INFINITY;

        if (!is_edge (from, x, y))
          continue;
        for (int v = 0; v < HEIGHT; v++)
          for (int u = 0; u < WIDTH; u++)
            if (is_edge (to, u, v))
              best = MIN (best, hypot (u - x, v - y));
        values[n++] = best;
      }
  qsort (values, n, sizeof *values, compare);
  place = 0.95 * (n - 1);
  return values[(int)place] + (values[MIN ((int)place + 1, n - 1)] - values[(int)place]) * (place - (int)place);
}

static void
test_hausdorff (void)
{
  guint8 a[WIDTH * HEIGHT] = { 0 }, b[WIDTH * HEIGHT] = { 0 }, none[WIDTH * HEIGHT] = { 0 };
  g_autoptr (GRand) random = g_rand_new_with_seed (4);

  draw_box (a, 5, 5, 10, 10);
  draw_box (b, 8, 5, 10, 10);
  g_assert_cmpfloat (acini_mask_get_hausdorff_95 (a, a, WIDTH, HEIGHT), ==, 0);
  g_assert_cmpfloat_with_epsilon (acini_mask_get_hausdorff_95 (a, b, WIDTH, HEIGHT), 3, 1e-12);
  g_assert_cmpfloat (acini_mask_get_hausdorff_95 (none, none, WIDTH, HEIGHT), ==, 0);
  g_assert_cmpfloat_with_epsilon (acini_mask_get_hausdorff_95 (a, none, WIDTH, HEIGHT), 50, 1e-12);
  for (int i = 0; i < 20; i++)
    {
      memset (a, 0, sizeof a);
      memset (b, 0, sizeof b);
      for (int k = 0; k < 3; k++)
        {
          draw_box (a, g_rand_int_range (random, 0, 30), g_rand_int_range (random, 0, 20), 6, 7);
          draw_box (b, g_rand_int_range (random, 0, 30), g_rand_int_range (random, 0, 20), 9, 4);
        }
      g_assert_cmpfloat_with_epsilon (acini_mask_get_hausdorff_95 (a, b, WIDTH, HEIGHT),
                                      MAX (measure (a, b), measure (b, a)), 1e-9);
    }
}

/* Of three true objects one is found, one is half found, one is missed, and there is one that is none. */
static void
test_objects (void)
{
  guint8 truth[WIDTH * HEIGHT] = { 0 }, predicted[WIDTH * HEIGHT] = { 0 };
  AciniObjectCounts counts = { 0 }, large = { 0 };

  g_assert_cmpfloat (acini_object_counts_get_f1 (&counts), ==, 1);
  draw_box (truth, 1, 1, 8, 8);
  draw_box (predicted, 2, 1, 8, 8); /* 56 of 72 */
  draw_box (truth, 20, 1, 8, 8);
  draw_box (predicted, 24, 1, 8, 8); /* 32 of 96 */
  draw_box (truth, 1, 20, 4, 4);
  draw_box (predicted, 20, 20, 2, 2);
  predicted[22 * WIDTH + 22] = 1; /* joined over a corner */
  acini_mask_count_objects (truth, predicted, WIDTH, HEIGHT, 1, &counts);
  g_assert_cmpuint (counts.truth, ==, 3);
  g_assert_cmpuint (counts.predicted, ==, 3);
  g_assert_cmpuint (counts.matched, ==, 1);
  g_assert_cmpfloat_with_epsilon (acini_object_counts_get_f1 (&counts), 1.0 / 3, 1e-12);
  acini_mask_count_objects (truth, predicted, WIDTH, HEIGHT, 10, &large);
  g_assert_cmpuint (large.predicted, ==, 2);
  g_assert_cmpuint (large.truth, ==, 3);
}

static void
test_verdict (void)
{
  double old_scores[20], better[20], same[20], few[4] = { 0.1, 0.2, 0.3, 0.4 }, more[4] = { 0.5, 0.6, 0.7, 0.8 };
  g_autoptr (GRand) random = g_rand_new_with_seed (2);
  AciniPairedDifference difference, again;

  for (int i = 0; i < 20; i++)
    {
      old_scores[i] = g_rand_double_range (random, 0.3, 0.9);
      better[i] = old_scores[i] + g_rand_double_range (random, 0, 0.1);
      same[i] = old_scores[i] + (i % 2 == 0 ? 0.1 : -0.1);
    }
  acini_paired_difference (old_scores, better, 20, &difference);
  g_assert_cmpint (difference.verdict, ==, ACINI_VERDICT_BETTER);
  g_assert_cmpfloat (difference.low, <, difference.mean);
  g_assert_cmpfloat (difference.high, >, difference.mean);
  acini_paired_difference (old_scores, better, 20, &again);
  g_assert_cmpfloat (again.low, ==, difference.low);
  acini_paired_difference (better, old_scores, 20, &difference);
  g_assert_cmpint (difference.verdict, ==, ACINI_VERDICT_WORSE);
  acini_paired_difference (old_scores, same, 20, &difference);
  g_assert_cmpint (difference.verdict, ==, ACINI_VERDICT_NO_DIFFERENCE);
  /* The mean of ± 0.1 over 20 has a standard error of 0.0224; the interval is 1.96 of them to each side. */
  g_assert_cmpfloat_with_epsilon (difference.high, 1.96 * 0.1 / sqrt (20), 0.006);
  acini_paired_difference (few, more, 4, &difference);
  g_assert_cmpint (difference.verdict, ==, ACINI_VERDICT_NO_DIFFERENCE);
  acini_paired_difference (NULL, NULL, 0, &difference);
  g_assert_cmpuint (difference.n, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mask-scores/hausdorff", test_hausdorff);
  g_test_add_func ("/mask-scores/objects", test_objects);
  g_test_add_func ("/mask-scores/verdict", test_verdict);
  return g_test_run ();
}
