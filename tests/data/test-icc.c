/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/slides/acini-icc.h"

#include <lcms2.h>
#include <math.h>

/* Closes @profile. */
static GBytes *
write_profile (cmsHPROFILE profile)
{
  cmsUInt32Number size = 0;
  guint8 *bytes;

  g_assert_true (cmsSaveProfileToMem (profile, NULL, &size));
  bytes = g_malloc (size);
  g_assert_true (cmsSaveProfileToMem (profile, bytes, &size));
  cmsCloseProfile (profile);
  return g_bytes_new_take (bytes, size);
}

/* A scanner that counts light itself: sRGB's primaries, or other ones, without its curve. */
static AciniIcc *
make_linear (double red_x, double red_y)
{
  const cmsCIExyY white = { 0.3127, 0.3290, 1 };
  const cmsCIExyYTRIPLE primaries = { { red_x, red_y, 1 }, { 0.30, 0.60, 1 }, { 0.15, 0.06, 1 } };
  cmsToneCurve *line = cmsBuildGamma (NULL, 1), *curves[] = { line, line, line };
  g_autoptr (GBytes) profile = write_profile (cmsCreateRGBProfile (&white, &primaries, curves));

  cmsFreeToneCurve (line);
  return acini_icc_new (g_bytes_get_data (profile, NULL), g_bytes_get_size (profile));
}

/* IEC 61966-2-1 */
static double
encode (double linear)
{
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * pow (linear, 1 / 2.4) - 0.055;
}

static void
assert_pixel (guint32 pixel, const double linear[3])
{
  g_assert_cmphex (pixel >> 24, ==, 0xff);
  for (int c = 0; c < 3; c++)
    g_assert_cmpfloat_with_epsilon (pixel >> (16 - 8 * c) & 0xff, 255 * encode (linear[c]), 1.5);
}

static void
test_curve (void)
{
  g_autoptr (AciniIcc) icc = make_linear (0.64, 0.33);
  guint32 pixels[256];

  g_assert_nonnull (icc);
  for (guint i = 0; i < 256; i++)
    pixels[i] = 0xff000000 | i << 16 | (255 - i) << 8 | i / 2;
  acini_icc_apply (icc, pixels, 256);
  for (guint i = 0; i < 256; i++)
    assert_pixel (pixels[i], (const double[]){ i / 255., (255 - i) / 255., i / 2 / 255. });
}

/* A red of another hue is seen in the other channels; white stays white. */
static void
test_primaries (void)
{
  g_autoptr (AciniIcc) icc = make_linear (0.50, 0.40);
  guint32 pixels[] = { 0xffff0000, 0xffffffff, 0xff000000 };

  acini_icc_apply (icc, pixels, 3);
  g_assert_cmpuint (pixels[0] >> 8 & 0xff, >, 100);
  assert_pixel (pixels[1], (const double[]){ 1, 1, 1 });
  assert_pixel (pixels[2], (const double[]){ 0, 0, 0 });
}

static void
test_transparent (void)
{
  g_autoptr (AciniIcc) icc = make_linear (0.64, 0.33);
  guint32 pixels[] = { 0, 0xff404040, 0x80404040, 0, 0xff404040 };

  acini_icc_apply (icc, pixels, G_N_ELEMENTS (pixels));
  g_assert_cmphex (pixels[0], ==, 0);
  g_assert_cmphex (pixels[2], ==, 0x80404040);
  g_assert_cmphex (pixels[3], ==, 0);
  g_assert_cmphex (pixels[1], ==, pixels[4]);
  assert_pixel (pixels[1], (const double[]){ 64 / 255., 64 / 255., 64 / 255. });
}

static void
test_no_profile (void)
{
  cmsToneCurve *line = cmsBuildGamma (NULL, 1);
  g_autoptr (GBytes) grey = write_profile (cmsCreateGrayProfile (cmsD50_xyY (), line));
  gsize size;
  gconstpointer bytes = g_bytes_get_data (grey, &size);

  cmsFreeToneCurve (line);
  g_assert_null (acini_icc_new (bytes, size));
  g_assert_null (acini_icc_new (bytes, size / 2));
  g_assert_null (acini_icc_new ("no profile at all", 17));
  g_assert_null (acini_icc_new (NULL, 0));
}

#define N 20000

static gpointer
apply_in_thread (gpointer icc)
{
  guint32 *pixels = g_new (guint32, N);

  for (guint i = 0; i < N; i++)
    pixels[i] = 0xff000000 | i * 2654435761u >> 8;
  acini_icc_apply (icc, pixels, N);
  return pixels;
}

static void
test_threads (void)
{
  g_autoptr (AciniIcc) icc = make_linear (0.50, 0.40);
  g_autofree guint32 *expected = apply_in_thread (icc);
  GThread *threads[4];

  for (int i = 0; i < 4; i++)
    threads[i] = g_thread_new ("icc", apply_in_thread, icc);
  for (int i = 0; i < 4; i++)
    {
      g_autofree guint32 *pixels = g_thread_join (threads[i]);

      g_assert_cmpmem (pixels, N * sizeof *pixels, expected, N * sizeof *expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/icc/curve", test_curve);
  g_test_add_func ("/icc/primaries", test_primaries);
  g_test_add_func ("/icc/transparent", test_transparent);
  g_test_add_func ("/icc/no-profile", test_no_profile);
  g_test_add_func ("/icc/threads", test_threads);
  return g_test_run ();
}
