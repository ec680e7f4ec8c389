/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Clicks and squiggles on drawn discs: the object meant, and what holds for any prompts at all. */

#include "data/prompts/acini-prompts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH 320
#define HEIGHT 240

typedef struct
{
  double x, y, radius;
} Disc;

/* Two dark discs that do not touch, on pale tissue with a little noise. */
static const Disc discs[2] = { { 90, 110, 52 }, { 225, 130, 60 } };

static gboolean
is_inside (const Disc *disc, int x, int y)
{
  return hypot (x + 0.5 - disc->x, y + 0.5 - disc->y) < disc->radius;
}

static guint8 *
draw_tissue (void)
{
  guint8 *rgb = g_malloc (WIDTH * HEIGHT * 3);
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      {
        gboolean in = is_inside (&discs[0], x, y) || is_inside (&discs[1], x, y);
        int noise = g_rand_int_range (random, -12, 13);
        guint8 *at = rgb + (y * WIDTH + x) * 3;
        at[0] = (guint8)((in ? 120 : 225) + noise);
        at[1] = (guint8)((in ? 70 : 180) + noise);
        at[2] = (guint8)((in ? 150 : 205) + noise);
      }
  return rgb;
}

static double
get_iou (const guint8 *mask, const Disc *disc)
{
  int both = 0, either = 0;
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      {
        gboolean a = mask[y * WIDTH + x] != 0, b = is_inside (disc, x, y);
        both += a && b;
        either += a || b;
      }
  return (double)both / either;
}

static AciniPrompts *
new_prompts (const guint8 *probability, const guint8 *computed)
{
  g_autofree guint8 *rgb = draw_tissue ();
  AciniPromptsRegion region = { WIDTH, HEIGHT, rgb, probability, computed, NULL, 0 };
  return acini_prompts_new (&region);
}

static void
test_colour (void)
{
  g_autofree guint8 *mask = g_malloc (WIDTH * HEIGHT);
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (AciniPrompts) prompts = new_prompts (NULL, NULL);
      acini_prompts_add (prompts, TRUE, &(AciniPromptPoint){ discs[i].x, discs[i].y }, 1);
      acini_prompts_get_mask (prompts, mask);
      g_assert_cmpfloat (get_iou (mask, &discs[i]), >, 0.85);
      g_assert_cmpfloat (get_iou (mask, &discs[!i]), <, 0.05);
    }
}

/* With what a model says a click takes the object, and not the other one; a line through it does so, too. */
static void
test_probability (void)
{
  g_autofree guint8 *probability = g_malloc (WIDTH * HEIGHT), *mask = g_malloc (WIDTH * HEIGHT);
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      probability[y * WIDTH + x] = is_inside (&discs[0], x, y) || is_inside (&discs[1], x, y) ? 230 : 20;
  const AciniPromptPoint line[3] = { { 185, 120 }, { 225, 140 }, { 265, 130 } };
  for (guint n = 1; n <= 3; n += 2)
    {
      g_autoptr (AciniPrompts) prompts = new_prompts (probability, NULL);
      acini_prompts_add (prompts, TRUE, n == 1 ? &line[1] : line, n);
      acini_prompts_get_mask (prompts, mask);
      g_assert_cmpfloat (get_iou (mask, &discs[1]), >, 0.9);
    }
}

/* What the model has run together is taken apart at its waist. */
static void
test_piece (void)
{
  g_autofree guint8 *probability = g_malloc (WIDTH * HEIGHT), *mask = g_malloc (WIDTH * HEIGHT);
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      {
        gboolean bridge = x > 100 && x < 220 && abs (y - 118) < 15;
        probability[y * WIDTH + x] = bridge || is_inside (&discs[0], x, y) || is_inside (&discs[1], x, y) ? 230 : 20;
      }
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (AciniPrompts) prompts = new_prompts (probability, NULL);
      acini_prompts_add (prompts, TRUE, &(AciniPromptPoint){ discs[i].x, discs[i].y }, 1);
      acini_prompts_get_mask (prompts, mask);
      g_assert_cmpfloat (get_iou (mask, &discs[i]), >, 0.85);
      g_assert_cmpfloat (get_iou (mask, &discs[!i]), <, 0.05);
    }
}

/* Where nothing was computed the probability says nothing, whatever stands there. */
static void
test_not_computed (void)
{
  g_autofree guint8 *full = g_malloc (WIDTH * HEIGHT), *none = g_malloc0 (WIDTH * HEIGHT);
  g_autofree guint8 *computed = g_malloc0 (WIDTH * HEIGHT);
  g_autofree guint8 *one = g_malloc (WIDTH * HEIGHT), *other = g_malloc (WIDTH * HEIGHT);
  memset (full, 255, WIDTH * HEIGHT);
  g_autoptr (AciniPrompts) a = new_prompts (full, computed), b = new_prompts (none, computed);
  acini_prompts_add (a, TRUE, &(AciniPromptPoint){ 90, 110 }, 1);
  acini_prompts_add (b, TRUE, &(AciniPromptPoint){ 90, 110 }, 1);
  acini_prompts_get_mask (a, one);
  acini_prompts_get_mask (b, other);
  g_assert_cmpmem (one, WIDTH * HEIGHT, other, WIDTH * HEIGHT);
}

/* A later prompt changes the shape on its side, and taking it back gives the shape that was there. */
static void
test_correct_and_pop (void)
{
  g_autoptr (AciniPrompts) prompts = new_prompts (NULL, NULL);
  g_autofree guint8 *first = g_malloc (WIDTH * HEIGHT), *mask = g_malloc (WIDTH * HEIGHT);
  g_assert_cmpuint (acini_prompts_get_mask (prompts, mask), ==, 0);
  g_assert_false (acini_prompts_pop (prompts));
  acini_prompts_add (prompts, TRUE, &(AciniPromptPoint){ 90, 110 }, 1);
  gsize before = acini_prompts_get_mask (prompts, first);
  acini_prompts_add (prompts, TRUE, &(AciniPromptPoint){ 90, 200 }, 1);
  g_assert_cmpuint (acini_prompts_get_mask (prompts, mask), >, before);
  g_assert_true (acini_prompts_pop (prompts));
  acini_prompts_add (prompts, FALSE, &(AciniPromptPoint){ 65, 110 }, 1);
  g_assert_cmpuint (acini_prompts_get_mask (prompts, mask), <, before);
  g_assert_true (acini_prompts_pop (prompts));
  g_assert_cmpuint (acini_prompts_get_n (prompts), ==, 1);
  g_assert_cmpuint (acini_prompts_get_mask (prompts, mask), ==, before);
  g_assert_cmpmem (first, WIDTH * HEIGHT, mask, WIDTH * HEIGHT);
}

static gboolean
is_set (const guint8 *mask, AciniPromptPoint p)
{
  int x = CLAMP ((int)p.x, 0, WIDTH - 1), y = CLAMP ((int)p.y, 0, HEIGHT - 1);
  return mask[y * WIDTH + x] != 0;
}

/* Any prompts on any region: positive ones are inside, negative ones outside; also off the region, in its corners, and
 * on an even picture. */
static void
test_any (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  g_autofree guint8 *mask = g_malloc (WIDTH * HEIGHT), *even = g_malloc0 (WIDTH * HEIGHT * 3);
  for (int round = 0; round < 6; round++)
    {
      AciniPromptsRegion region = { WIDTH, HEIGHT, even, NULL, NULL, NULL, 0 };
      g_autoptr (AciniPrompts) prompts = round % 4 == 3 ? acini_prompts_new (&region) : new_prompts (NULL, NULL);
      AciniPromptPoint put[8];
      gboolean positive[8];
      for (guint n = 0; n < 8; n++)
        {
          /* Two that are next to each other would contradict each other. */
          for (gboolean far = FALSE; !far;)
            {
              put[n] = (AciniPromptPoint){ g_rand_double_range (random, -20, WIDTH + 20),
                                           g_rand_double_range (random, -20, HEIGHT + 20) };
              far = TRUE;
              for (guint i = 0; i < n; i++)
                far &= hypot (CLAMP (put[i].x, 0, WIDTH) - CLAMP (put[n].x, 0, WIDTH),
                              CLAMP (put[i].y, 0, HEIGHT) - CLAMP (put[n].y, 0, HEIGHT))
                       > 8;
            }
          positive[n] = n == 0 || g_rand_boolean (random);
          acini_prompts_add (prompts, positive[n], &put[n], 1);
          acini_prompts_get_mask (prompts, mask);
          for (guint i = 0; i <= n; i++)
            g_assert_cmpint (is_set (mask, put[i]), ==, positive[i]);
        }
    }
}

/* Pictures of a pixel, of a line, and larger than the working grid. */
static void
test_sizes (void)
{
  const int sizes[][2] = { { 1, 1 }, { 1, 50 }, { 50, 1 }, { 3, 2 }, { 1001, 37 } };
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      gsize n = (gsize)sizes[i][0] * sizes[i][1];
      g_autofree guint8 *rgb = g_malloc (n * 3), *mask = g_malloc (n);
      for (gsize k = 0; k < n * 3; k++)
        rgb[k] = (guint8)(k * 37);
      AciniPromptsRegion region = { sizes[i][0], sizes[i][1], rgb, NULL, NULL, NULL, 0 };
      g_autoptr (AciniPrompts) prompts = acini_prompts_new (&region);
      acini_prompts_add (prompts, TRUE, &(AciniPromptPoint){ sizes[i][0] / 2., sizes[i][1] / 2. }, 1);
      g_assert_cmpuint (acini_prompts_get_mask (prompts, mask), >, 0);
    }
}

/* Squiggles on one disc and on the ground mean both discs, with and without a model that sees neither well; what is
 * taken back is as if it had never been. */
static void
test_everywhere (void)
{
  static const AciniPromptPoint on[] = { { 70, 100 }, { 110, 115 } }, off[] = { { 10, 20 }, { 300, 15 } };
  g_autofree guint8 *rgb = draw_tissue (), *first = g_malloc (WIDTH * HEIGHT), *mask = g_malloc (WIDTH * HEIGHT);
  g_autofree guint8 *probability = g_malloc (WIDTH * HEIGHT);
  memset (probability, 90, WIDTH * HEIGHT);
  for (int modelled = 0; modelled < 2; modelled++)
    {
      AciniPromptsRegion region = { WIDTH, HEIGHT, rgb, .everywhere = TRUE };
      region.probability = modelled ? probability : NULL;
      g_autoptr (AciniPrompts) prompts = acini_prompts_new (&region);
      gint64 began = g_get_monotonic_time ();
      acini_prompts_add (prompts, TRUE, on, 2);
      acini_prompts_get_mask (prompts, first);
      acini_prompts_add (prompts, FALSE, off, 2);
      acini_prompts_get_mask (prompts, mask);
      g_test_message ("two answers in %" G_GINT64_FORMAT " ms", (g_get_monotonic_time () - began) / 1000);
      for (int i = 0; i < 2; i++)
        {
          double inside = 0, found = 0, wrong = 0;
          for (int k = 0; k < WIDTH * HEIGHT; k++)
            {
              gboolean in = is_inside (&discs[i], k % WIDTH, k / WIDTH);
              inside += in;
              found += in && mask[k] != 0;
              wrong += mask[k] != 0 && !is_inside (&discs[0], k % WIDTH, k / WIDTH)
                       && !is_inside (&discs[1], k % WIDTH, k / WIDTH);
            }
          g_test_message ("disc %d: %.3f, wrong %.4f", i, found / inside, wrong / (WIDTH * HEIGHT));
          g_assert_cmpfloat (found / inside, >, .93);
          g_assert_cmpfloat (wrong / (WIDTH * HEIGHT), <, .02);
        }
      g_assert_cmpint (mask[20 * WIDTH + 10], ==, 0);
      g_assert_true (acini_prompts_pop (prompts));
      acini_prompts_get_mask (prompts, mask);
      g_assert_true (memcmp (mask, first, WIDTH * HEIGHT) == 0);
      acini_prompts_pop (prompts);
      /* The first one may carve. */
      acini_prompts_add (prompts, FALSE, off, 2);
      acini_prompts_get_mask (prompts, mask);
      g_assert_cmpint (mask[20 * WIDTH + 10], ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/prompts/colour", test_colour);
  g_test_add_func ("/prompts/probability", test_probability);
  g_test_add_func ("/prompts/piece", test_piece);
  g_test_add_func ("/prompts/not-computed", test_not_computed);
  g_test_add_func ("/prompts/correct-and-pop", test_correct_and_pop);
  g_test_add_func ("/prompts/any", test_any);
  g_test_add_func ("/prompts/everywhere", test_everywhere);
  g_test_add_func ("/prompts/sizes", test_sizes);
  return g_test_run ();
}
