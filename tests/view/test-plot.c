/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Ticks, what a plot draws and what it says. */

#include "ui/plot/acini-plot.h"

#include <math.h>
#include <string.h>

#define WIDTH 460
#define HEIGHT 240

static void
test_ticks (void)
{
  static const struct
  {
    double low, high;
    int n;
    double first, distance;
    int n_ticks;
  } cases[] = {
    { 0, 400, 4, 0, 100, 5 }, { 0, 1, 5, 0, 0.2, 6 },      { 0.57, 0.88, 4, 0.5, 0.1, 5 }, { 0, 3, 3, 0, 1, 4 },
    { -1, 1, 4, -1, 0.5, 5 }, { 0, 12345, 4, 0, 5000, 4 }, { 1e-4, 9e-4, 4, 0, 2e-4, 6 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      double first = NAN, distance = NAN;
      int n = 0;

      acini_plot_find_ticks (cases[i].low, cases[i].high, cases[i].n, &first, &distance, &n);
      g_assert_cmpfloat_with_epsilon (first, cases[i].first, 1e-9);
      g_assert_cmpfloat_with_epsilon (distance, cases[i].distance, 1e-9);
      g_assert_cmpint (n, ==, cases[i].n_ticks);
      g_assert_cmpfloat (first, <=, cases[i].low + 1e-9);
      g_assert_cmpfloat (first + distance * (n - 1), >=, cases[i].high - 1e-9);
    }
}

/* One value again and again still has an axis. */
static void
test_ticks_of_nothing (void)
{
  double first = NAN, distance = NAN;
  int n = 0;

  acini_plot_find_ticks (0.5, 0.5, 4, &first, &distance, &n);
  g_assert_cmpfloat (distance, >, 0);
  g_assert_cmpint (n, >=, 2);
  g_assert_cmpint (n, <, 20);
}

static cairo_surface_t *
draw (AciniPlot *plot)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (surface);
  const GdkRGBA black = { 0, 0, 0, 1 };

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  acini_plot_draw (plot, cr, WIDTH, HEIGHT, &black);
  g_assert_cmpint (cairo_status (cr), ==, CAIRO_STATUS_SUCCESS);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  return surface;
}

/* Pixels about as blue as the first curve, in the columns from @left to @right, and their mean row. */
static guint
count_curve (cairo_surface_t *surface, int left, int right, double *mean_row)
{
  const guint8 *data = cairo_image_surface_get_data (surface);
  int stride = cairo_image_surface_get_stride (surface);
  guint n = 0;
  double sum = 0;

  for (int y = 0; y < HEIGHT; y++)
    for (int x = left; x < right; x++)
      {
        guint32 pixel;

        memcpy (&pixel, data + y * stride + x * 4, 4);
        /* (0, 0.45, 0.70) */
        if (((pixel >> 16) & 255) < 40 && ABS ((int)((pixel >> 8) & 255) - 115) < 30
            && ABS ((int)(pixel & 255) - 178) < 30)
          n++, sum += y;
      }
  if (mean_row != NULL)
    *mean_row = n > 0 ? sum / n : NAN;
  return n;
}

static void
test_draw (void)
{
  AciniPlot *plot = g_object_ref_sink (ACINI_PLOT (acini_plot_new ("Loss")));
  cairo_surface_t *empty = draw (plot), *full = NULL;
  double start = NAN, end = NAN;
  guint series;

  g_assert_cmpuint (count_curve (empty, 0, WIDTH, NULL), ==, 0);
  series = acini_plot_ensure_series (plot, "training");
  g_assert_cmpuint (acini_plot_ensure_series (plot, "training"), ==, series);
  for (int i = 0; i <= 100; i++)
    acini_plot_append (plot, series, i, 2.0 - i * 0.015);
  acini_plot_append (plot, series, 101, NAN);
  g_assert_cmpuint (acini_plot_get_n_points (plot, series), ==, 101);
  acini_plot_set_x_end (plot, 200);
  full = draw (plot);
  /* The curve goes down from the left to the middle, and no further: half of the steps are still to come. */
  g_assert_cmpuint (count_curve (full, 50, 80, &start), >, 20);
  g_assert_cmpuint (count_curve (full, 160, 190, &end), >, 20);
  g_assert_cmpfloat (end, >, start + 30);
  g_assert_cmpuint (count_curve (full, 240, 320, NULL), ==, 0);
  cairo_surface_destroy (empty);
  cairo_surface_destroy (full);
  g_object_unref (plot);
}

/* One value alone is seen, and limits hold. */
static void
test_single_point (void)
{
  AciniPlot *plot = g_object_ref_sink (ACINI_PLOT (acini_plot_new ("Dice")));
  guint series = acini_plot_ensure_series (plot, "all");
  cairo_surface_t *surface = NULL;

  acini_plot_append (plot, series, 10, 0.8);
  acini_plot_set_reference (plot, 0.7, "in use now");
  surface = draw (plot);
  g_assert_cmpuint (count_curve (surface, 0, WIDTH, NULL), >, 10);
  cairo_surface_destroy (surface);
  g_object_unref (plot);
}

static void
test_summary (void)
{
  AciniPlot *plot = g_object_ref_sink (ACINI_PLOT (acini_plot_new ("Dice")));
  g_autofree char *nothing = acini_plot_dup_summary (plot), *something = NULL, *again = NULL;
  guint series;

  g_assert_cmpstr (nothing, ==, "No data yet");
  series = acini_plot_ensure_series (plot, "held out");
  acini_plot_append (plot, series, 50, 0.5);
  acini_plot_append (plot, series, 100, 0.75);
  acini_plot_set_reference (plot, 0.7, "in use now: 0.700");
  something = acini_plot_dup_summary (plot);
  g_assert_cmpstr (something, ==, "held out: 2 values, from 0.500 to 0.750 at step 100; in use now: 0.700");
  acini_plot_clear (plot);
  again = acini_plot_dup_summary (plot);
  g_assert_cmpstr (again, ==, "No data yet");
  g_object_unref (plot);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gtk_init ();
  g_test_add_func ("/plot/ticks", test_ticks);
  g_test_add_func ("/plot/ticks-of-nothing", test_ticks_of_nothing);
  g_test_add_func ("/plot/draw", test_draw);
  g_test_add_func ("/plot/single-point", test_single_point);
  g_test_add_func ("/plot/summary", test_summary);
  return g_test_run ();
}
