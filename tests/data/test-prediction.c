/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/predictions/acini-prediction.h"
#include "tests/acini-test-util.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TILE ACINI_PREDICTION_TILE

typedef struct
{
  char *folder, *path;
} Fixture;

static const AciniPredictionInfo shape = { 5000, 3000, 2.5, 2, "starter" }; /* 2000 × 1200 prediction pixels */

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = acini_test_make_folder ();
  fixture->path = g_build_filename (fixture->folder, "prediction.sqlite", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_free (fixture->path);
  acini_test_remove_folder (fixture->folder);
}

static AciniPrediction *
open_it (const char *path, const AciniPredictionInfo *info)
{
  g_autoptr (GError) error = NULL;
  AciniPrediction *prediction = acini_prediction_open (path, info, &error);

  g_assert_no_error (error);
  return prediction;
}

static guint8
value_at (int plane, gint64 x, gint64 y)
{
  return (guint8)(x * 7 + y * 13 + plane * 101 + (x * y) / 31);
}

static AciniPredictionTile
make_tile (gint64 column, gint64 row, gboolean uniform)
{
  guint8 *planes = g_malloc (2 * TILE * TILE);

  for (int plane = 0; plane < 2; plane++)
    for (int y = 0; y < TILE; y++)
      for (int x = 0; x < TILE; x++)
        planes[(plane * TILE + y) * TILE + x] = uniform ? 9 : value_at (plane, column * TILE + x, row * TILE + y);
  return (AciniPredictionTile){ column, row, g_bytes_new_take (planes, 2 * TILE * TILE) };
}

static void
write_tiles (AciniPrediction *prediction, const gint64 (*places)[2], guint n, gboolean uniform)
{
  g_autofree AciniPredictionTile *tiles = g_new (AciniPredictionTile, n);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < n; i++)
    tiles[i] = make_tile (places[i][0], places[i][1], uniform);
  g_assert_true (acini_prediction_write (prediction, tiles, n, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < n; i++)
    g_bytes_unref (tiles[i].probability);
}

typedef struct
{
  int width, height;
  guint8 *value, *computed;
} Plane;

/* The next level of @plane, pixel by pixel. */
static Plane
halve (const Plane *plane)
{
  Plane half = { (plane->width + 1) / 2, (plane->height + 1) / 2, NULL, NULL };

  half.value = g_malloc0 (half.width * half.height);
  half.computed = g_malloc0 (half.width * half.height);
  for (int y = 0; y < half.height; y++)
    for (int x = 0; x < half.width; x++)
      {
        int greatest = 0, n = 0;

        for (int k = 0; k < 4; k++)
          {
            int px = 2 * x + k % 2, py = 2 * y + k / 2;

            if (px < plane->width && py < plane->height && plane->computed[py * plane->width + px] != 0)
              {
                n++;
                greatest = MAX (greatest, plane->value[py * plane->width + px]);
              }
          }
        half.value[y * half.width + x] = (guint8)greatest;
        half.computed[y * half.width + x] = n > 0 ? 255 : 0;
      }
  return half;
}

static void
test_pyramid (Fixture *fixture, gconstpointer data)
{
  static const gint64 first[][2] = { { 0, 0 }, { 3, 2 }, { 1, 0 } }, second[][2] = { { 0, 1 }, { 2, 2 }, { 3, 0 } };
  static const gboolean written[3][4] = { { TRUE, TRUE, FALSE, TRUE }, { TRUE }, { FALSE, FALSE, TRUE, TRUE } };
  g_autoptr (AciniPrediction) prediction = open_it (fixture->path, &shape);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (acini_prediction_get_width (prediction), ==, 2000);
  g_assert_cmpint (acini_prediction_get_height (prediction), ==, 1200);
  g_assert_cmpint (acini_prediction_get_n_levels (prediction), ==, 3);
  write_tiles (prediction, first, 3, FALSE);
  write_tiles (prediction, second, 3, FALSE);
  g_assert_true (acini_prediction_has_tile (prediction, 3, 2));
  g_assert_false (acini_prediction_has_tile (prediction, 1, 1));
  for (int plane = 0; plane < 2; plane++)
    {
      Plane expected = { 2000, 1200, g_malloc0 (2000 * 1200), g_malloc0 (2000 * 1200) };

      for (int y = 0; y < 1200; y++)
        for (int x = 0; x < 2000; x++)
          if (written[y / TILE][x / TILE])
            {
              expected.value[y * 2000 + x] = value_at (plane, x, y);
              expected.computed[y * 2000 + x] = 255;
            }
      for (int level = 0; level < 3; level++)
        {
          /* Three pixels more all around: outside is never computed. */
          int width = expected.width + 6, height = expected.height + 6;
          g_autofree guint8 *value = g_malloc (width * height), *computed = g_malloc (width * height);
          Plane half;

          g_assert_true (
              acini_prediction_read (prediction, plane, level, -3, -3, width, height, value, computed, &error));
          g_assert_no_error (error);
          g_assert_cmpint (computed[0], ==, 0);
          g_assert_cmpint (computed[width * height - 1], ==, 0);
          for (int y = 0; y < expected.height; y++)
            {
              g_assert_cmpmem (value + (y + 3) * width + 3, expected.width, expected.value + y * expected.width,
                               expected.width);
              g_assert_cmpmem (computed + (y + 3) * width + 3, expected.width, expected.computed + y * expected.width,
                               expected.width);
            }
          half = halve (&expected);
          g_free (expected.value);
          g_free (expected.computed);
          expected = half;
        }
      g_free (expected.value);
      g_free (expected.computed);
    }
}

static void
test_uniform (Fixture *fixture, gconstpointer data)
{
  static const gint64 places[][2] = { { 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, 1 } };
  g_autoptr (AciniPrediction) prediction = open_it (fixture->path, &shape);
  guint8 value[4], computed[4];
  g_autofree char *packed = NULL;
  g_autoptr (GError) error = NULL;

  write_tiles (prediction, places, 4, TRUE);
  g_assert_true (acini_prediction_read (prediction, 1, 1, 510, 510, 2, 2, value, computed, &error));
  g_assert_cmpmem (value, 4, "\t\t\t\t", 4);
  g_assert_cmpmem (computed, 4, "\377\377\377\377", 4);
  packed = acini_test_query (fixture->path, "SELECT count(*) FROM tiles WHERE level < 2 AND pixels IS NOT NULL");
  g_assert_cmpstr (packed, ==, "0");
}

static void
test_remake (Fixture *fixture, gconstpointer data)
{
  static const gint64 places[][2] = { { 0, 0 } };
  AciniPredictionInfo other = shape;
  g_autoptr (AciniPrediction) first = NULL, again = NULL, remade = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) tiles = NULL;
  gint64 cursor = 0;

  g_assert_null (acini_prediction_open (fixture->path, NULL, &error));
  g_assert_error (error, ACINI_PREDICTION_ERROR, ACINI_PREDICTION_ERROR_DAMAGED);
  g_clear_error (&error);
  first = open_it (fixture->path, &shape);
  write_tiles (first, places, 1, FALSE);
  again = open_it (fixture->path, NULL);
  g_assert_cmpstr (acini_prediction_get_info (again)->model, ==, "starter");
  g_assert_true (acini_prediction_has_tile (again, 0, 0));
  g_clear_object (&again);
  again = open_it (fixture->path, &shape);
  g_assert_true (acini_prediction_has_tile (again, 0, 0));

  g_strlcpy (other.model, "better", sizeof other.model);
  remade = open_it (fixture->path, &other);
  g_assert_false (acini_prediction_has_tile (remade, 0, 0));
  tiles = acini_prediction_poll (first, &cursor, &error);
  g_assert_null (tiles);
  g_assert_error (error, ACINI_PREDICTION_ERROR, ACINI_PREDICTION_ERROR_DAMAGED);
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  static const gint64 places[][2] = { { 0, 0 } };
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strnfill (10000, 'x');
  guint8 value[4];

  g_assert_true (g_file_set_contents (fixture->path, text, -1, NULL));
  g_assert_null (acini_prediction_open (fixture->path, &shape, &error));
  g_assert_error (error, ACINI_PREDICTION_ERROR, ACINI_PREDICTION_ERROR_DAMAGED);
  g_clear_error (&error);
  g_assert_cmpint (unlink (fixture->path), ==, 0);
  {
    g_autoptr (AciniPrediction) prediction = open_it (fixture->path, &shape);

    write_tiles (prediction, places, 1, FALSE);
    acini_test_run_sql (fixture->path, "UPDATE tiles SET pixels = x'28b52ffd0011223344' WHERE level = 0");
    g_assert_false (acini_prediction_read (prediction, 0, 0, 0, 0, 2, 2, value, NULL, &error));
    g_assert_error (error, ACINI_PREDICTION_ERROR, ACINI_PREDICTION_ERROR_DAMAGED);
    g_clear_error (&error);
  }
  acini_test_run_sql (fixture->path, "PRAGMA user_version = 99");
  g_assert_null (acini_prediction_open (fixture->path, &shape, &error));
  g_assert_error (error, ACINI_PREDICTION_ERROR, ACINI_PREDICTION_ERROR_DAMAGED);
}

/* Another process writes; this one follows. */
static void
test_follow (Fixture *fixture, gconstpointer data)
{
  gboolean seen[3][4] = { 0 };
  gint64 cursor = 0, end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  g_autoptr (AciniPrediction) prediction = NULL;
  guint n = 0;
  int status;
  pid_t child;

  g_object_unref (open_it (fixture->path, &shape));
  child = fork ();
  if (child == 0)
    {
      AciniPrediction *writer = acini_prediction_open (fixture->path, NULL, NULL);

      for (gint64 i = 0; i < 12; i++)
        {
          const gint64 place[][2] = { { i % 4, i / 4 } };

          write_tiles (writer, place, 1, FALSE);
        }
      _exit (0);
    }
  prediction = open_it (fixture->path, NULL);
  while (n < 12 && g_get_monotonic_time () < end)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GArray) tiles = acini_prediction_poll (prediction, &cursor, &error);

      g_assert_no_error (error);
      for (guint i = 0; i < tiles->len; i++, n++)
        {
          const AciniPredictionTile *tile = &g_array_index (tiles, AciniPredictionTile, i);
          guint8 value[2];

          g_assert_false (seen[tile->row][tile->column]);
          seen[tile->row][tile->column] = TRUE;
          g_assert_true (acini_prediction_read (prediction, 1, 0, tile->column * TILE, tile->row * TILE, 2, 1, value,
                                                NULL, &error));
          g_assert_cmpint (value[1], ==, value_at (1, tile->column * TILE + 1, tile->row * TILE));
        }
      g_usleep (1000);
    }
  g_assert_cmpint (n, ==, 12);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
}

static void
test_speed (Fixture *fixture, gconstpointer data)
{
  AciniPredictionInfo info = { 40000, 40000, 1, 1, "fast" };
  g_autoptr (AciniPrediction) prediction = open_it (fixture->path, &info);
  g_autoptr (GTimer) timer = NULL;
  AciniPredictionTile tiles[16];
  double seconds;

  for (int i = 0; i < 16; i++)
    {
      guint8 *plane = g_malloc (TILE * TILE);

      /* As smooth as probabilities are. */
      for (int j = 0; j < TILE * TILE; j++)
        plane[j] = (j % TILE + j / TILE + i) / 4 + (j * 2654435761u >> 30);
      tiles[i] = (AciniPredictionTile){ i, 0, g_bytes_new_take (plane, TILE * TILE) };
    }
  timer = g_timer_new ();
  for (gint64 row = 0; row < 16; row++)
    {
      for (int i = 0; i < 16; i++)
        tiles[i].row = row;
      g_assert_true (acini_prediction_write (prediction, tiles, 16, NULL));
    }
  seconds = g_timer_elapsed (timer, NULL);
  g_test_message ("%.0f tiles a second", 256 / seconds);
  for (int i = 0; i < 16; i++)
    g_bytes_unref (tiles[i].probability);
  {
    g_autofree guint8 *value = g_malloc (2000 * 1500);

    g_timer_start (timer);
    g_assert_true (acini_prediction_read (prediction, 0, 0, 700, 700, 2000, 1500, value, NULL, NULL));
    g_test_message ("2000 × 1500 read in %.1f ms", 1000 * g_timer_elapsed (timer, NULL));
  }
  /* Generous: this also runs under sanitisers on a busy machine. */
  g_assert_cmpfloat (seconds, <, 60);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/prediction/pyramid", Fixture, NULL, set_up, test_pyramid, tear_down);
  g_test_add ("/prediction/uniform", Fixture, NULL, set_up, test_uniform, tear_down);
  g_test_add ("/prediction/remake", Fixture, NULL, set_up, test_remake, tear_down);
  g_test_add ("/prediction/damaged", Fixture, NULL, set_up, test_damaged, tear_down);
  g_test_add ("/prediction/follow", Fixture, NULL, set_up, test_follow, tear_down);
  g_test_add ("/prediction/speed", Fixture, NULL, set_up, test_speed, tear_down);
  return g_test_run ();
}
