/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Wand and edge brush on a drawn disc with a dot in it: what is like the seed, and what no edge separates. */

#include "data/prompts/acini-wand.h"

#include <math.h>
#include <string.h>

#define WIDTH 320
#define HEIGHT 240
#define X 150.
#define Y 120.
#define RADIUS 70.
#define DOT 6.

static double
get_distance (int i)
{
  return hypot (i % WIDTH + .5 - X, i / WIDTH + .5 - Y);
}

/* A disc of another colour with a black dot in its middle, with a little noise; @contrast 0: all is alike. */
static guint8 *
draw_tissue (int contrast)
{
  guint8 *rgb = g_malloc (WIDTH * HEIGHT * 3);
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    for (int c = 0; c < 3; c++)
      {
        int value = get_distance (i) < RADIUS ? 200 - contrast : 200;
        if (contrast > 0 && get_distance (i) < DOT)
          value = 20;
        rgb[3 * i + c] = (guint8)(value + g_rand_int_range (random, -6, 7));
      }
  return rgb;
}

static double
get_iou (const guint8 *mask)
{
  int both = 0, either = 0;
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    {
      gboolean inside = get_distance (i) < RADIUS;
      both += inside && mask[i];
      either += inside || mask[i];
    }
  return (double)both / either;
}

static gsize
count (const guint8 *mask)
{
  gsize n = 0;
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    {
      g_assert_true (mask[i] == 0 || mask[i] == 255);
      n += mask[i] != 0;
    }
  return n;
}

static void
test_wand (void)
{
  g_autofree guint8 *rgb = draw_tissue (60), *mask = g_malloc (WIDTH * HEIGHT), *before = g_malloc0 (WIDTH * HEIGHT);
  const AciniPromptsRegion region = { .width = WIDTH, .height = HEIGHT, .rgb = rgb };
  g_autoptr (AciniWand) wand = acini_wand_new (&region, X + 30, Y);
  /* The dot is a hole small enough; the disc's rim is the smoothing's. */
  g_assert_cmpuint (acini_wand_select (wand, 25, mask), ==, count (mask));
  g_assert_cmpfloat (get_iou (mask), >, .96);
  /* A greater tolerance never takes anything away, the greatest takes all. */
  for (double tolerance = 0; tolerance <= ACINI_WAND_MOST; tolerance += 5)
    {
      gsize n = acini_wand_select (wand, tolerance, mask);
      g_assert_cmpuint (n, ==, count (mask));
      for (int i = 0; i < WIDTH * HEIGHT; i++)
        g_assert_true (mask[i] || !before[i] || get_distance (i) < DOT + 3);
      memcpy (before, mask, WIDTH * HEIGHT);
    }
  g_assert_cmpuint (acini_wand_select (wand, ACINI_WAND_MOST, mask), ==, WIDTH * HEIGHT);
}

/* Where the colours are alike the model's probability tells the two apart, as far as it goes. */
static void
test_probability (void)
{
  g_autofree guint8 *rgb = draw_tissue (0), *mask = g_malloc (WIDTH * HEIGHT);
  g_autofree guint8 *probability = g_malloc0 (WIDTH * HEIGHT), *computed = g_malloc0 (WIDTH * HEIGHT);
  const AciniPromptPoint line[] = { { X, Y + 40 }, { X + 10, Y + 40 } };
  AciniPromptsRegion region = { .width = WIDTH, .height = HEIGHT, .rgb = rgb, .probability = probability };
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    probability[i] = get_distance (i) < RADIUS ? 230 : 20;
  {
    g_autoptr (AciniWand) wand = acini_wand_new (&region, X, Y);
    g_autoptr (AciniEdgeBrush) brush = acini_edge_brush_new (&region);
    acini_wand_select (wand, 40, mask);
    g_assert_cmpfloat (get_iou (mask), >, .96);
    acini_edge_brush_paint (brush, line, 2, 40, mask);
    for (int i = 0; i < WIDTH * HEIGHT; i++)
      g_assert_true (!mask[i] || get_distance (i) < RADIUS + 3);
  }
  region.computed = computed; /* nowhere */
  {
    g_autoptr (AciniWand) wand = acini_wand_new (&region, X, Y);
    g_assert_cmpuint (acini_wand_select (wand, 40, mask), ==, WIDTH * HEIGHT);
  }
}

static void
test_brush (void)
{
  g_autofree guint8 *rgb = draw_tissue (60), *mask = g_malloc (WIDTH * HEIGHT);
  const AciniPromptsRegion region = { .width = WIDTH, .height = HEIGHT, .rgb = rgb };
  const AciniPromptPoint inside[] = { { X - 40, Y + 20 }, { X, Y + 45 }, { X + 40, Y + 20 } },
                         outside[] = { { 40, 40 } };
  g_autoptr (AciniEdgeBrush) brush = acini_edge_brush_new (&region);
  gsize n = acini_edge_brush_paint (brush, inside, 3, 40, mask), over = 0;
  g_assert_cmpuint (n, ==, count (mask));
  g_assert_cmpuint (n, >, 8000);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    over += mask[i] && get_distance (i) > RADIUS + 2;
  g_assert_cmpuint (over, ==, 0);
  /* Where there is no edge it is a brush. */
  n = acini_edge_brush_paint (brush, outside, 1, 20, mask);
  g_assert_cmpuint (n, >, (gsize)(.7 * G_PI * 20 * 20));
  g_assert_cmpuint (n, <, (gsize)(1.05 * G_PI * 20 * 20));
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    g_assert_true (!mask[i] || hypot (i % WIDTH + .5 - 40, i / WIDTH + .5 - 40) < 21.5);
}

/* Off the picture there is nothing to be painted; a pixel is the smallest one. */
static void
test_edges (void)
{
  const guint8 rgb[3] = { 1, 2, 3 };
  guint8 mask[1] = { 9 };
  const AciniPromptsRegion region = { .width = 1, .height = 1, .rgb = rgb };
  const AciniPromptPoint far[] = { { -30, 5 }, { -20, 900 } }, here[] = { { .5, .5 } };
  g_autoptr (AciniWand) wand = acini_wand_new (&region, -5, 17);
  g_autoptr (AciniEdgeBrush) brush = acini_edge_brush_new (&region);
  g_assert_cmpuint (acini_wand_select (wand, 0, mask), ==, 1);
  g_assert_cmpuint (acini_edge_brush_paint (brush, far, 2, 5, mask), ==, 0);
  g_assert_cmpuint (mask[0], ==, 0);
  g_assert_cmpuint (acini_edge_brush_paint (brush, here, 1, .1, mask), ==, 1);
}

/* What the two cost on a whole screen, said with --verbose. */
static void
test_speed (void)
{
  const int side = 1024;
  g_autofree guint8 *rgb = g_malloc (3 * side * side), *mask = g_malloc (side * side);
  g_autoptr (GRand) random = g_rand_new_with_seed (3);
  for (int i = 0; i < 3 * side * side; i++)
    rgb[i] = (guint8)g_rand_int_range (random, 150, 200);
  const AciniPromptsRegion region = { .width = side, .height = side, .rgb = rgb };
  const AciniPromptPoint line[] = { { 100, 100 }, { 900, 500 } };
  gint64 start = g_get_monotonic_time ();
  g_autoptr (AciniWand) wand = acini_wand_new (&region, 500, 500);
  gint64 made = g_get_monotonic_time ();
  acini_wand_select (wand, 20, mask);
  gint64 selected = g_get_monotonic_time ();
  g_autoptr (AciniEdgeBrush) brush = acini_edge_brush_new (&region);
  gint64 looked = g_get_monotonic_time ();
  acini_edge_brush_paint (brush, line, 2, 60, mask);
  gint64 painted = g_get_monotonic_time ();
  g_test_message ("1024²: wand %.1f ms, then %.1f a tolerance; brush %.1f ms, then %.1f a stroke",
                  (double)(made - start) / 1e3, (double)(selected - made) / 1e3, (double)(looked - selected) / 1e3,
                  (double)(painted - looked) / 1e3);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wand/wand", test_wand);
  g_test_add_func ("/wand/probability", test_probability);
  g_test_add_func ("/wand/brush", test_brush);
  g_test_add_func ("/wand/edges", test_edges);
  g_test_add_func ("/wand/speed", test_speed);
  return g_test_run ();
}
