/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Stains against numbers computed by hand: Beer's law forwards, and what the separation makes of it. */

#include "data/slides/acini-display.h"

#include <gio/gio.h>

#include <math.h>

static void
test_vectors (void)
{
  AciniStains stains;
  double inverse[3][3];
  const double none[3] = { 0 }, a[3] = { 1, 2, 3 }, b[3] = { 2, 4, 6 }, x[3] = { 2, 0, 0 }, y[3] = { 0, 3, 0 };

  acini_stains_init_he (&stains);
  /* 0.65² + 0.70² + 0.29² = 0.9966; its root is 0.99830. */
  g_assert_cmpfloat_with_epsilon (stains.vectors[0][0], 0.65 / 0.99830, 1e-4);
  g_assert_cmpfloat_with_epsilon (stains.vectors[0][2], 0.29 / 0.99830, 1e-4);
  for (int i = 0; i < 3; i++)
    {
      double length = 0, dot = 0;

      for (int c = 0; c < 3; c++)
        {
          length += stains.vectors[i][c] * stains.vectors[i][c];
          dot += stains.vectors[2][c] * stains.vectors[i][c];
        }
      g_assert_cmpfloat_with_epsilon (length, 1, 1e-12);
      g_assert_cmpfloat_with_epsilon (dot, i == 2 ? 1 : 0, 1e-12);
    }
  g_assert_false (acini_stains_init (&stains, none, a));
  g_assert_false (acini_stains_init (&stains, a, b)); /* one direction */
  g_assert_true (acini_stains_init (&stains, x, y));
  g_assert_cmpfloat (stains.vectors[2][2], ==, 1);
  acini_stains_invert (&stains, inverse);
  for (int i = 0; i < 3; i++)
    for (int j = 0; j < 3; j++)
      g_assert_cmpfloat_with_epsilon (inverse[i][j], i == j ? 1 : 0, 1e-12);
}

static void
mix (const AciniStains *stains, const double amounts[3], guint8 rgb[3])
{
  for (int c = 0; c < 3; c++)
    {
      double density = 0;

      for (int s = 0; s < 3; s++)
        density += amounts[s] * stains->vectors[s][c];
      rgb[c] = (guint8)CLAMP (lround (255 * pow (10, -density)), 0, 255);
    }
}

static void
test_separate (void)
{
  AciniStains stains;
  const double x[3] = { 1, 0, 0 }, y[3] = { 0, 1, 0 };
  const guint8 pixel[3] = { 26, 80, 255 }; /* densities 0.9916, 0.5034, 0 */
  double amounts[3];

  g_assert_true (acini_stains_init (&stains, x, y));
  acini_stains_separate (&stains, pixel, amounts);
  g_assert_cmpfloat_with_epsilon (amounts[0], 0.99157, 1e-4);
  g_assert_cmpfloat_with_epsilon (amounts[1], 0.50345, 1e-4);
  g_assert_cmpfloat_with_epsilon (amounts[2], 0, 1e-9);
  acini_stains_init_hdab (&stains);
  for (double h = 0; h < 1; h += 0.2)
    for (double d = 0; d < 1; d += 0.2)
      {
        const double wanted[3] = { h, d, 0 };
        guint8 rgb[3];

        mix (&stains, wanted, rgb);
        acini_stains_separate (&stains, rgb, amounts);
        for (int s = 0; s < 3; s++)
          g_assert_cmpfloat_with_epsilon (amounts[s], wanted[s], 0.05); /* of 8 bits */
      }
}

/* A picture mixed from two known stains, with glass in it, gives them back. */
static void
test_estimate (void)
{
  const double h[3] = { 0.60, 0.72, 0.35 }, e[3] = { 0.15, 0.94, 0.31 };
  AciniStains truth, found;
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GError) error = NULL;
  const gsize n = 40000;
  g_autofree guint8 *rgb = g_malloc (n * 3);

  g_assert_true (acini_stains_init (&truth, h, e));
  for (gsize i = 0; i < n; i++)
    {
      double amounts[3] = { 0, 0, 0 };

      if (i % 3 == 0)
        amounts[0] = g_rand_double_range (rand, 0.3, 1);
      else if (i % 3 == 1)
        amounts[1] = g_rand_double_range (rand, 0.5, 1);
      else if (i % 2 == 0)
        amounts[0] = g_rand_double (rand), amounts[1] = g_rand_double (rand);
      mix (&truth, amounts, rgb + 3 * i);
    }
  g_assert_true (acini_stains_estimate (rgb, n, &found, &error));
  g_assert_no_error (error);
  for (int s = 0; s < 2; s++)
    for (int c = 0; c < 3; c++)
      g_assert_cmpfloat_with_epsilon (found.vectors[s][c], truth.vectors[s][c], 0.04);
  /* Glass alone is told. */
  memset (rgb, 250, n * 3);
  g_assert_false (acini_stains_estimate (rgb, n, &found, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static guint32
show (const AciniDisplay *display, guint32 pixel)
{
  g_autoptr (AciniDisplayTable) table = acini_display_table_new (display);

  acini_display_table_apply (table, &pixel, 1);
  return pixel;
}

static void
test_adjust (void)
{
  AciniDisplay display;

  acini_display_init (&display);
  g_assert_true (acini_display_is_plain (&display));
  g_assert_cmphex (show (&display, 0xff123456), ==, 0xff123456);
  g_assert_cmphex (show (&display, 0), ==, 0);                   /* outside the slide */
  g_assert_cmphex (show (&display, 0x80402000), ==, 0xffbf9f7f); /* half transparent, on white */
  display.brightness = 0.2;                                      /* 51 of 255 */
  g_assert_false (acini_display_is_plain (&display));
  g_assert_cmphex (show (&display, 0xff0a64f0), ==, 0xff3d97ff);
  display.brightness = 0;
  display.contrast = 0.5; /* twice as steep about 127.5 */
  g_assert_cmphex (show (&display, 0xff64c80a), ==, 0xff49ff00);
  display.contrast = -1; /* all the same grey */
  g_assert_cmphex (show (&display, 0xff64c80a), ==, 0xff808080);
  display.contrast = 0;
  display.gamma = 2; /* the square root: 64 → 127.75 */
  g_assert_cmphex (show (&display, 0xff4000ff), ==, 0xff8000ff);
}

static void
test_channels (void)
{
  AciniDisplay display;
  const double wanted[3] = { 0.5, 0.4, 0 }, first[3] = { 0.5, 0, 0 }, second[3] = { 0, 0.4, 0 };
  guint8 mixed[3], alone[3];
  guint32 pixel;

  acini_display_init (&display);
  mix (&display.stains, wanted, mixed);
  pixel = 0xff000000u | (guint32)mixed[0] << 16 | (guint32)mixed[1] << 8 | mixed[2];
  for (int s = 0; s < 2; s++)
    {
      guint32 shown;

      display.channel = s == 0 ? ACINI_CHANNEL_FIRST : ACINI_CHANNEL_SECOND;
      mix (&display.stains, s == 0 ? first : second, alone);
      shown = show (&display, pixel);
      for (int c = 0; c < 3; c++)
        g_assert_cmpint (ABS ((int)(shown >> (16 - 8 * c) & 255) - alone[c]), <=, 3);
    }
  display.channel = ACINI_CHANNEL_RESIDUAL; /* nothing is left: white */
  g_assert_cmpuint (show (&display, pixel) & 255, >=, 245);
  g_assert_cmpuint (show (&display, 0xff10ff10) & 255, <, 230); /* a green no stain has */
  g_assert_cmphex (show (&display, 0xffffffff), ==, 0xffffffff);
  g_assert_cmphex (show (&display, 0xff000000) >> 24, ==, 0xff); /* the densest there is */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stain/vectors", test_vectors);
  g_test_add_func ("/stain/separate", test_separate);
  g_test_add_func ("/stain/estimate", test_estimate);
  g_test_add_func ("/stain/adjust", test_adjust);
  g_test_add_func ("/stain/channels", test_channels);
  return g_test_run ();
}
