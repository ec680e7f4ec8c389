/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/predictions/acini-prediction.h"
#include "data/base/acini-otsu.h"

#include <glib/gstdio.h>
#include <string.h>

/* Two groups: any cut between them is as good, and the middle is taken. */
static void
test_histogram (void)
{
  guint64 histogram[256] = { 0 };

  g_assert_cmpfloat (acini_otsu (histogram), ==, -1);
  histogram[40] = 1000;
  g_assert_cmpfloat (acini_otsu (histogram), ==, -1);
  histogram[200] = 10;
  g_assert_cmpfloat_with_epsilon (acini_otsu (histogram), 120.5 / 255, 1e-9);
  /* A known one, worked out by hand: 0 × 8, 1 × 7, 2 × 2, 3 × 6, 4 × 9, 5 × 4 is cut between 2 and 3. */
  memset (histogram, 0, sizeof histogram);
  for (int i = 0; i < 6; i++)
    histogram[i] = (const guint64[]){ 8, 7, 2, 6, 9, 4 }[i];
  g_assert_cmpfloat_with_epsilon (acini_otsu (histogram), 3.0 / 255, 1e-9);
}

/* Over the tissue of a prediction: what was not computed, and glass, do not count. */
static void
test_prediction (void)
{
  const AciniPredictionInfo info = { 1536, 512, 1, 2, "test" };
  g_autofree char *folder = g_dir_make_tmp ("acini-otsu-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "prediction.sqlite", NULL);
  const gsize size = 512 * 512;
  g_autofree guint8 *planes = g_malloc0 (2 * size);
  g_autoptr (GError) error = NULL;
  AciniPrediction *prediction = acini_prediction_open (path, &info, &error);
  AciniPredictionTile tiles[2] = { { 0, 0, NULL }, { 1, 0, NULL } };

  g_assert_no_error (error);
  tiles[1].probability = g_bytes_new (planes, 2 * size); /* all glass */
  memset (planes, 20, size);
  memset (planes, 30, size / 3);
  memset (planes, 150, size / 10);
  memset (planes + size, 77, size);
  tiles[0].probability = g_bytes_new (planes, 2 * size);
  g_assert_true (acini_prediction_write (prediction, tiles, 2, &error));
  g_assert_cmpfloat_with_epsilon (acini_prediction_get_otsu (prediction, 0, &error), (89.5 + 1) / 255, 0.01);
  g_assert_cmpfloat (acini_prediction_get_otsu (prediction, 1, &error), ==, -1);
  g_assert_no_error (error);
  g_bytes_unref (tiles[0].probability);
  g_bytes_unref (tiles[1].probability);
  g_object_unref (prediction);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *file = g_strconcat (path, (const char *[]){ "", "-wal", "-shm" }[i], NULL);

      g_unlink (file);
    }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/otsu/histogram", test_histogram);
  g_test_add_func ("/otsu/prediction", test_prediction);
  return g_test_run ();
}
