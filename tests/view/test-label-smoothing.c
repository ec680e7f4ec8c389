/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A person's labels, seen closer than they were drawn. */

#include "ui/view/layers/acini-label-smoothing.h"

#include <math.h>
#include <string.h>

#define SIDE 48
#define MARGIN ACINI_LABEL_SMOOTHING_REACH
#define FINER 16 /* pixels of the screen in one of the labels */
#define INNER (SIDE - 2 * MARGIN)
#define SCREEN (INNER * FINER)

typedef void (*SampleFunc) (const AciniLabelGrid *from, double left, double top, double step, const AciniLabelGrid *to);

static guint8 *
look (guint8 *labels, SampleFunc sample)
{
  guint8 *screen = g_malloc (SCREEN * SCREEN);
  const AciniLabelGrid from = { labels, SIDE, SIDE }, to = { screen, SCREEN, SCREEN };
  sample (&from, MARGIN, MARGIN, 1. / FINER, &to);
  return screen;
}

/* Whatever was labelled, dots and lines of one pixel too: the middle of each pixel has its label. */
static void
test_middles (void)
{
  guint8 labels[SIDE * SIDE];
  for (int round = 0; round < 20; round++)
    {
      for (int i = 0; i < SIDE * SIDE; i++)
        labels[i] = round % 2 == 0                           ? (guint8)g_test_rand_int_range (0, 4)
                    : i % SIDE % 9 == 4 || i / SIDE % 7 == 3 ? 2
                                                             : 0;
      g_autofree guint8 *screen = look (labels, acini_label_smoothing_sample);
      for (int y = 0; y < INNER; y++)
        for (int x = 0; x < INNER; x++)
          g_assert_cmpint (screen[(y * FINER + FINER / 2) * SCREEN + x * FINER + FINER / 2], ==,
                           labels[(y + MARGIN) * SIDE + x + MARGIN]);
    }
}

/* How far the edge of @screen is from the circle, in pixels of the labels: the root of the mean square. */
static double
measure_error (const guint8 *screen, double radius)
{
  double sum = 0;
  guint n = 0;
  for (int y = 0; y < SCREEN; y++)
    for (int x = 0; x + 1 < SCREEN; x++)
      if (screen[y * SCREEN + x] != screen[y * SCREEN + x + 1])
        {
          double distance = hypot ((x + 1.) / FINER - INNER / 2., (y + .5) / FINER - INNER / 2.) - radius;
          sum += distance * distance;
          n++;
        }
  g_assert_cmpuint (n, >, 100);
  return sqrt (sum / n);
}

/* A circle has fewer stairs than its pixels. */
static void
test_circle (void)
{
  guint8 labels[SIDE * SIDE];
  double all_rough = 0, all_fine = 0;
  for (double radius = 8; radius < 18; radius += 1.3)
    {
      for (int i = 0; i < SIDE * SIDE; i++)
        labels[i] = hypot (i % SIDE + .5 - SIDE / 2., i / SIDE + .5 - SIDE / 2.) < radius ? 2 : 0;
      g_autofree guint8 *stairs = look (labels, acini_label_smoothing_pick);
      g_autofree guint8 *smooth = look (labels, acini_label_smoothing_sample);
      double rough = measure_error (stairs, radius), fine = measure_error (smooth, radius);
      g_test_message ("radius %.1f: %.3f and %.3f pixels off", radius, rough, fine);
      g_assert_cmpfloat (fine, <, .25);
      all_rough += rough;
      all_fine += fine;
    }
  g_assert_cmpfloat (all_fine, <, .65 * all_rough);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/label-smoothing/middles", test_middles);
  g_test_add_func ("/label-smoothing/circle", test_circle);
  return g_test_run ();
}
