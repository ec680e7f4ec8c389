/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/labels/acini-journal.h"
#include "data/mask/acini-mask.h"
#include "tests/acini-test-util.h"

#include <math.h>
#include <string.h>

#define TILE ACINI_PREDICTION_TILE

typedef struct
{
  char *folder, *path;
  AciniProject *project;
  gint64 slide;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = acini_test_make_folder ();
  fixture->path = g_build_filename (fixture->folder, "prediction.sqlite", NULL);
  fixture->project = acini_test_make_project (fixture->folder);
  fixture->slide = acini_test_add_slide (fixture->project, "a.tiff", 3000, 2000);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->project);
  g_free (fixture->path);
  acini_test_remove_folder (fixture->folder);
}

static guint8
value_at (int plane, gint64 x, gint64 y)
{
  return (guint8)(127.5 + 127.5 * sin (x / 9.0 + plane * 2) * cos (y / (7.0 + plane)));
}

static void
write_tile (AciniPrediction *prediction, gint64 column, gint64 row)
{
  int n = acini_prediction_get_info (prediction)->n_classes;
  guint8 *planes = g_malloc (n * TILE * TILE);
  g_autoptr (GBytes) bytes = NULL;
  AciniPredictionTile tile;

  for (int i = 0; i < n * TILE * TILE; i++)
    planes[i] = value_at (i / (TILE * TILE), column * TILE + i % TILE, row * TILE + i / TILE % TILE);
  bytes = g_bytes_new_take (planes, n * TILE * TILE);
  tile = (AciniPredictionTile){ column, row, bytes };
  g_assert_true (acini_prediction_write (prediction, &tile, 1, NULL));
}

static AciniPrediction *
make_prediction (Fixture *fixture, double downsample, int n_classes)
{
  AciniPredictionInfo info = { 3000, 2000, downsample, n_classes, "m" };
  AciniPrediction *prediction = acini_prediction_open (fixture->path, &info, NULL);

  for (gint64 row = 0; row * TILE < acini_prediction_get_height (prediction); row++)
    for (gint64 column = 0; column * TILE < acini_prediction_get_width (prediction); column++)
      write_tile (prediction, column, row);
  return prediction;
}

/* The probability of @plane at the centre of a level-0 pixel, by the textbook. */
static double
interpolate (AciniPrediction *prediction, int plane, gint64 x, gint64 y)
{
  double downsample = acini_prediction_get_info (prediction)->downsample;
  double u = (x + 0.5) / downsample - 0.5, v = (y + 0.5) / downsample - 0.5, sum = 0;

  for (int k = 0; k < 4; k++)
    {
      gint64 px = (gint64)floor (u) + k % 2, py = (gint64)floor (v) + k / 2;
      double weight = (1 - fabs (u - px)) * (1 - fabs (v - py));

      sum += weight
             * value_at (plane, CLAMP (px, 0, acini_prediction_get_width (prediction) - 1),
                         CLAMP (py, 0, acini_prediction_get_height (prediction) - 1));
    }
  return sum / 255;
}

static void
test_interpolation (Fixture *fixture, gconstpointer data)
{
  static const double downsamples[] = { 1, 2, 3.7, 0.8 }, numbers[] = { 0.55, 0.7 };
  AciniThresholds thresholds;

  acini_thresholds_init (&thresholds, numbers, 2);

  for (guint i = 0; i < G_N_ELEMENTS (downsamples); i++)
    {
      g_autoptr (AciniPrediction) prediction = make_prediction (fixture, downsamples[i], 2);
      g_autofree guint8 *labels = g_malloc (3000 * 2000);
      g_autoptr (GError) error = NULL;
      guint counts[4] = { 0 }, near = 0;

      g_assert_true (acini_mask_read_predicted (prediction, &thresholds, 0, 0, 3000, 2000, labels, &error));
      g_assert_no_error (error);
      for (gint64 y = 0; y < 2000; y += 3)
        for (gint64 x = 0; x < 3000; x += 3)
          {
            double a = interpolate (prediction, 0, x, y), b = interpolate (prediction, 1, x, y);
            int label = a >= numbers[0] && (a >= b || b < numbers[1]) ? 2 : b >= numbers[1] ? 3 : 1;

            counts[labels[y * 3000 + x]]++;
            /* Where rounding to 1/256 of a pixel decides, either is right. */
            if (fabs (a - numbers[0]) < 0.005 || fabs (b - numbers[1]) < 0.005 || fabs (a - b) < 0.005)
              near++;
            else
              g_assert_cmpint (labels[y * 3000 + x], ==, label);
          }
      g_assert_cmpint (counts[0], ==, 0);
      g_assert_cmpint (MIN (counts[1], MIN (counts[2], counts[3])), >, 10000);
      g_assert_cmpint (near, <, 100000);
    }
}

/* Any window shows what the whole shows. */
static void
test_windows (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniPrediction) prediction = make_prediction (fixture, 1.9, 2);
  AciniThresholds thresholds;
  g_autofree guint8 *whole = g_malloc (3000 * 2000);

  acini_thresholds_init_same (&thresholds, 0.5, 2);
  g_assert_true (acini_mask_read_predicted (prediction, &thresholds, 0, 0, 3000, 2000, whole, NULL));
  for (int i = 0; i < 100; i++)
    {
      gint64 x = g_test_rand_int_range (-50, 3000), y = g_test_rand_int_range (-50, 2000);
      int width = g_test_rand_int_range (1, 300), height = g_test_rand_int_range (1, 300);
      g_autofree guint8 *window = g_malloc (width * height);

      g_assert_true (acini_mask_read_predicted (prediction, &thresholds, x, y, width, height, window, NULL));
      for (int j = 0; j < width * height; j++)
        {
          gint64 px = x + j % width, py = y + j / width;
          gboolean inside = px >= 0 && py >= 0 && px < 3000 && py < 2000;

          g_assert_cmpint (window[j], ==, inside ? whole[py * 3000 + px] : 0);
        }
    }
}

static void
test_effective (Fixture *fixture, gconstpointer data)
{
  AciniPredictionInfo info = { 3000, 2000, 2, 1, "m" };
  g_autoptr (AciniPrediction) prediction = acini_prediction_open (fixture->path, &info, NULL);
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide, "brush");
  g_autofree guint8 *plane = g_malloc (TILE * TILE);
  g_autoptr (GBytes) bytes = NULL;
  AciniPredictionTile tile = { 1, 0, NULL };
  AciniRect background = { 1100, 100, 50, 50 }, other = { 100, 100, 50, 50 };
  AciniThresholds threshold;
  guint8 labels[9], only[4];

  acini_thresholds_init_same (&threshold, 0.5, 1);
  memset (plane, 128, TILE * TILE);
  tile.probability = bytes = g_bytes_new (plane, TILE * TILE);
  g_assert_true (acini_prediction_write (prediction, &tile, 1, NULL));
  g_assert_true (acini_edit_paint (edit, &background, NULL, ACINI_LABEL_BACKGROUND, NULL));
  g_assert_true (acini_edit_paint (edit, &other, NULL, 5, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));

  /* The person's word over the model's. */
  g_assert_true (acini_mask_read_effective (fixture->project, fixture->slide, prediction, &threshold, 1148, 120, 3, 3,
                                            labels, NULL));
  g_assert_cmpmem (labels, 9, "\1\1\2\1\1\2\1\1\2", 9);
  /* The border of what was computed is neither moved nor faded. */
  g_assert_true (acini_mask_read_effective (fixture->project, fixture->slide, prediction, &threshold, 1022, 300, 4, 1,
                                            labels, NULL));
  g_assert_cmpmem (labels, 4, "\0\0\2\2", 4);
  threshold.cuts[0] = 129;
  g_assert_true (acini_mask_read_effective (fixture->project, fixture->slide, prediction, &threshold, 1022, 300, 4, 1,
                                            labels, NULL));
  g_assert_cmpmem (labels, 4, "\0\0\1\1", 4);
  threshold.cuts[0] = 128;
  g_assert_true (acini_mask_read_effective (fixture->project, fixture->slide, prediction, &threshold, 1024, 300, 1, 1,
                                            labels, NULL));
  g_assert_cmpint (labels[0], ==, 2);
  /* Labels alone, and the prediction alone. */
  g_assert_true (acini_mask_read_effective (fixture->project, fixture->slide, NULL, NULL, 149, 120, 2, 2, only, NULL));
  g_assert_cmpmem (only, 4, "\5\0\5\0", 4);
  g_assert_true (acini_mask_read_predicted (prediction, &threshold, 1148, 120, 2, 2, only, NULL));
  g_assert_cmpmem (only, 4, "\2\2\2\2", 4);
}

static void
test_speed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniPrediction) prediction = make_prediction (fixture, 2.2, 1);
  g_autofree guint8 *labels = g_malloc (TILE * TILE);
  g_autoptr (GTimer) timer = g_timer_new ();
  AciniThresholds threshold;

  acini_thresholds_init_same (&threshold, 0.5, 1);
  for (int i = 0; i < 50; i++)
    g_assert_true (acini_mask_read_effective (fixture->project, fixture->slide, prediction, &threshold, 300 + i, 200,
                                              TILE, TILE, labels, NULL));
  g_test_message ("512 × 512 in %.2f ms", 1000 * g_timer_elapsed (timer, NULL) / 50);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/mask/interpolation", Fixture, NULL, set_up, test_interpolation, tear_down);
  g_test_add ("/mask/windows", Fixture, NULL, set_up, test_windows, tear_down);
  g_test_add ("/mask/effective", Fixture, NULL, set_up, test_effective, tear_down);
  g_test_add ("/mask/speed", Fixture, NULL, set_up, test_speed, tear_down);
  return g_test_run ();
}
