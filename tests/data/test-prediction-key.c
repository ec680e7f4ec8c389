/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/predictions/acini-prediction-key.h"
#include "tests/acini-test-util.h"

#include <glib/gstdio.h>
#include <string.h>

#define TILE ACINI_PREDICTION_TILE

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = acini_test_make_folder ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  acini_test_remove_folder (fixture->folder);
}

static void
write_tile (AciniPrediction *prediction, guint8 value)
{
  guint8 *pixels = g_malloc (TILE * TILE);
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, TILE * TILE);
  AciniPredictionTile tile = { 0, 0, bytes };

  memset (pixels, value, TILE * TILE);
  g_assert_true (acini_prediction_write (prediction, &tile, 1, NULL));
}

/* Writes a tile of one value into the prediction of that scale and way, which is made where it is missing. */
static void
predict (const char *path, double downsample, const char *way, guint8 value)
{
  AciniPredictionInfo info = { 3000, 2000, downsample, 1, "m" };
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniPrediction) prediction = NULL;

  g_strlcpy (info.way, way, sizeof info.way);
  prediction = acini_prediction_open (path, &info, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (acini_prediction_get_info (prediction)->way, ==, way);
  write_tile (prediction, value);
  g_usleep (20000); /* files are told apart by when they were written */
}

static void
predict_in (Fixture *fixture, double downsample, const char *way, guint8 value)
{
  AciniPredictionKey key = { 7, "m", downsample, way };
  g_autofree char *path = acini_prediction_dup_path (fixture->folder, &key);

  predict (path, downsample, way, value);
}

static void
assert_found (Fixture *fixture, double downsample, int value)
{
  g_autofree char *path = acini_prediction_find (fixture->folder, 7, "m", downsample);
  g_autoptr (AciniPrediction) prediction = NULL;
  guint8 pixel;

  if (value < 0)
    {
      g_assert_null (path);
      return;
    }
  g_assert_nonnull (path);
  prediction = acini_prediction_open (path, NULL, NULL);
  g_assert_true (acini_prediction_read (prediction, 0, 0, 5, 5, 1, 1, &pixel, NULL, NULL));
  g_assert_cmpint (pixel, ==, value);
}

/* Another µm per pixel is another prediction; with the scale the first one comes back as it was. */
static void
test_scale (Fixture *fixture, gconstpointer data)
{
  assert_found (fixture, 2, -1);
  predict_in (fixture, 2, "float32", 10);
  assert_found (fixture, 2, 10);
  assert_found (fixture, 2.5, -1);
  predict_in (fixture, 2.5, "float32", 20);
  assert_found (fixture, 2.5, 20);
  assert_found (fixture, 2, 10);
  assert_found (fixture, 2.0000000001, 10); /* of computing with it */
}

/* What was made in another way lies beside; the one written last counts. */
static void
test_way (Fixture *fixture, gconstpointer data)
{
  predict_in (fixture, 2, "float32", 10);
  predict_in (fixture, 2, "--flips, float32", 20);
  assert_found (fixture, 2, 20);
  predict_in (fixture, 2, "float32", 30);
  assert_found (fixture, 2, 30);
  assert_found (fixture, 2, 30); /* looking at it changes nothing */
  predict_in (fixture, 2, "--flips, float32", 20);
  assert_found (fixture, 2, 20);
}

static void
assert_current (AciniProject *project, double downsample, const char *expected)
{
  g_autofree char *path = acini_prediction_find_current (project, 7, "m", downsample);

  g_assert_cmpstr (path, ==, expected);
}

/* The one that the user chose counts at its scale, until another one is computed; what is away does not. */
static void
test_choice (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniProject) project = acini_test_make_project (fixture->folder);
  g_autofree char *folder = acini_prediction_dup_folder (project);
  AciniPredictionKey keys[] = { { 7, "m", 2, "float32" }, { 7, "m", 2, "--flips, float32" }, { 7, "m", 4, "float32" } };
  g_autofree char *plain = acini_prediction_dup_path (folder, &keys[0]);
  g_autofree char *flips = acini_prediction_dup_path (folder, &keys[1]);
  g_autofree char *coarse = acini_prediction_dup_path (folder, &keys[2]);
  g_autofree char *old = g_build_filename (folder, "7-m.sqlite", NULL);
  g_autoptr (GPtrArray) files = NULL;
  GError *error = NULL;

  predict (old, 2, "", 5);
  predict (plain, 2, "float32", 10);
  predict (flips, 2, "--flips, float32", 20);
  predict (coarse, 4, "float32", 30);
  assert_current (project, 2, flips);
  g_assert_true (acini_prediction_supersede (project, plain, &error)); /* nothing was chosen: nothing to supersede */
  g_assert_no_error (error);
  assert_current (project, 2, flips);
  g_assert_true (acini_prediction_choose (project, plain, &error));
  g_assert_no_error (error);
  assert_current (project, 2, plain);
  assert_current (project, 4, coarse);
  g_assert_true (acini_prediction_choose (project, coarse, &error)); /* at its own scale only */
  g_assert_no_error (error);
  assert_current (project, 2, plain);
  g_assert_true (acini_prediction_choose (project, old, &error));
  g_assert_no_error (error);
  assert_current (project, 2, old);
  g_assert_true (acini_prediction_supersede (project, flips, &error));
  g_assert_no_error (error);
  assert_current (project, 2, flips);
  g_assert_true (acini_project_set_setting (project, "prediction/7-m-x2", "7-m-x4-0123456789ab.sqlite", NULL));
  assert_current (project, 2, flips);
  {
    g_autofree char *name = g_path_get_basename (coarse);

    g_assert_true (acini_project_set_setting (project, "prediction/7-m-x2", name, NULL));
  }
  assert_current (project, 2, flips); /* never one of another scale */

  files = acini_prediction_list (folder, 7, "m");
  g_assert_cmpuint (files->len, ==, 4);
  g_assert_cmpstr (((AciniPredictionFile *)files->pdata[0])->path, ==, coarse);
  g_assert_cmpfloat (((AciniPredictionFile *)files->pdata[0])->downsample, ==, 4);
  g_assert_cmpstr (((AciniPredictionFile *)files->pdata[1])->way, ==, "--flips, float32");
  g_assert_cmpstr (((AciniPredictionFile *)files->pdata[3])->way, ==, "");
}

/* A file opened for another way is made anew, not mixed. */
static void
test_not_mixed (Fixture *fixture, gconstpointer data)
{
  AciniPredictionInfo info = { 3000, 2000, 2, 1, "m", "bfloat16" };
  g_autofree char *path = g_build_filename (fixture->folder, "p.sqlite", NULL);
  g_autoptr (AciniPrediction) other = NULL;

  predict (path, 2, "float32", 10);
  other = acini_prediction_open (path, &info, NULL);
  g_assert_false (acini_prediction_has_tile (other, 0, 0));
}

/* A file of before has no scale in its name and none of the ways. */
static void
test_old (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "7-m.sqlite", NULL);

  predict (path, 2, "", 40);
  assert_found (fixture, 2, 40);
  assert_found (fixture, 3, -1);
  predict_in (fixture, 2, "float32", 50);
  assert_found (fixture, 2, 50);
}

static void
test_names (Fixture *fixture, gconstpointer data)
{
  AciniPredictionKey key = { 3, "../../escape", 1.75, "" }, other = { 3, "../../escape", 1.75, "x" };
  g_autofree char *path = acini_prediction_dup_path (fixture->folder, &key);
  g_autofree char *second = acini_prediction_dup_path (fixture->folder, &other);
  g_autofree char *folder = g_path_get_dirname (path), *name = g_path_get_basename (path);

  g_assert_cmpstr (folder, ==, fixture->folder);
  g_assert_true (g_str_has_prefix (name, "3-") && strstr (name, "-x1.75-") != NULL);
  g_assert_cmpstr (path, !=, second);
  /* Another slide, or a model whose id begins alike, is not taken for this one. */
  predict_in (fixture, 2, "float32", 10);
  g_assert_null (acini_prediction_find (fixture->folder, 77, "m", 2));
  g_assert_null (acini_prediction_find (fixture->folder, 7, "m-x2", 2));
  key = (AciniPredictionKey){ 7, "m-x2-0123456789ab", 2, "float32" };
  g_clear_pointer (&path, g_free);
  path = acini_prediction_dup_path (fixture->folder, &key);
  predict (path, 2, "float32", 99);
  assert_found (fixture, 2, 10);
}

/* However long the id is, the file system takes the name. */
static void
test_long_id (Fixture *fixture, gconstpointer data)
{
  g_autofree char *id = g_strnfill (400, 'm'), *longer = g_strnfill (401, 'm');
  AciniPredictionKey key = { 3, id, 2, "" }, other = { 3, longer, 2, "" };
  g_autofree char *path = acini_prediction_dup_path (fixture->folder, &key);
  g_autofree char *second = acini_prediction_dup_path (fixture->folder, &other);
  g_autofree char *name = g_path_get_basename (path);

  g_assert_cmpint (strlen (name), <, 250);
  g_assert_cmpstr (path, !=, second);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/prediction-key/scale", Fixture, NULL, set_up, test_scale, tear_down);
  g_test_add ("/prediction-key/way", Fixture, NULL, set_up, test_way, tear_down);
  g_test_add ("/prediction-key/choice", Fixture, NULL, set_up, test_choice, tear_down);
  g_test_add ("/prediction-key/not-mixed", Fixture, NULL, set_up, test_not_mixed, tear_down);
  g_test_add ("/prediction-key/old", Fixture, NULL, set_up, test_old, tear_down);
  g_test_add ("/prediction-key/names", Fixture, NULL, set_up, test_names, tear_down);
  g_test_add ("/prediction-key/long-id", Fixture, NULL, set_up, test_long_id, tear_down);
  return g_test_run ();
}
