/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/view/acini-view-fixture.h"
#include "ui/view/layers/acini-class-colours.h"

#include <glib/gstdio.h>
#include <math.h>
#include <vips/vips.h>

#define DECIDED (acini_class_colour_get_pixel (2, FALSE) & 0xffffff)
#define PREDICTED (acini_class_colour_get_pixel (2, TRUE) & 0xffffff)

static void
test_tissue (ViewFixture *f, gconstpointer data)
{
  const double zooms[] = { .21, .2503, .37, .4999, .617, .83, 1, 1.13, 1.7, 2.718, 5.3, 17.9 };
  g_assert_cmpuint (f->n_opened, ==, 1);
  view_fixture_assert_all_tissue (f); /* fitted */
  for (guint i = 0; i < G_N_ELEMENTS (zooms); i++)
    {
      view_fixture_go (f, zooms[i], 700.3 + i, 517.77 - i);
      view_fixture_assert_all_tissue (f);
    }
}

/* A file of a single level is zoomed out of through levels made on the fly. */
static void
test_single_level (ViewFixture *f, gconstpointer data)
{
  view_fixture_show (f, f->other);
  AciniSlide *slide = acini_slide_view_get_open_slide (f->view);
  g_assert_cmpint (acini_slide_get_n_levels (slide), ==, 1);
  view_fixture_assert_all_tissue (f);
  g_assert_cmpint (acini_tissue_layer_get_level (f->view->tissue, &f->view->viewport), >=, 1);
  view_fixture_go (f, .19, 700, 500);
  g_assert_cmpint (acini_tissue_layer_get_level (f->view->tissue, &f->view->viewport), >=, 2);
  view_fixture_assert_all_tissue (f);
}

/* Turned and mirrored the slide has no seams either, and what a pointer touches is what is drawn there. */
static void
test_turned (ViewFixture *f, gconstpointer data)
{
  const double rotations[] = { 90, 180, 270, 0, 33.3, 45 }, zooms[] = { .37, .83, 1, 2.718 };
  for (guint i = 0; i < G_N_ELEMENTS (rotations); i++)
    for (guint j = 0; j < 2 * G_N_ELEMENTS (zooms); j++)
      {
        g_object_set (f->view, "rotation", rotations[i], "flipped", j % 2 == 1, NULL);
        view_fixture_go (f, zooms[j / 2], 700.3, 517.77);
        view_fixture_assert_all_tissue (f);
      }
  double rotation, x, y, mirrored_x, mirrored_y;
  g_object_set (f->view, "flipped", FALSE, "rotation", 45., NULL);
  acini_viewport_to_screen (&f->view->viewport, 650, 480, &x, &y);
  g_object_set (f->view, "flipped", TRUE, NULL); /* on screen left and right change places, and nothing else */
  acini_viewport_to_screen (&f->view->viewport, 650, 480, &mirrored_x, &mirrored_y);
  g_assert_cmpfloat_with_epsilon (x + mirrored_x, FIXTURE_VIEW_WIDTH, 1e-6);
  g_assert_cmpfloat_with_epsilon (y, mirrored_y, 1e-6);
  g_object_set (f->view, "flipped", FALSE, NULL);
  acini_slide_view_fit (f->view);
  acini_slide_view_rotate_by (f->view, 45);
  g_object_get (f->view, "rotation", &rotation, NULL);
  g_assert_cmpfloat (rotation, ==, 90);
  acini_viewport_to_screen (&f->view->viewport, FIXTURE_WIDTH, FIXTURE_HEIGHT, &x, &y);
  g_assert_true (x > 0 && y > 0 && x < FIXTURE_VIEW_WIDTH && y < FIXTURE_VIEW_HEIGHT); /* it fits, turned */
  view_fixture_show (f, f->other);
  g_object_get (f->view, "rotation", &rotation, NULL);
  g_assert_cmpfloat (rotation, ==, 0);
  view_fixture_show (f, f->slide);
  g_object_get (f->view, "rotation", &rotation, NULL);
  g_assert_cmpfloat (rotation, ==, 90);
  g_assert_true (f->view->fitted);
}

static void
test_threshold (ViewFixture *f, gconstpointer data)
{
  g_autoptr (AciniPrediction) prediction = view_fixture_predict (f);
  g_object_set (f->view, "opacity-mask", 1., "show-outlines", FALSE, NULL);
  acini_slide_view_set_prediction (f->view, prediction);
  const double zooms[] = { 0, .4, .77, 1 };
  for (guint i = 0; i < G_N_ELEMENTS (zooms); i++)
    {
      if (zooms[i] > 0)
        view_fixture_go (f, zooms[i], 750, 550);
      view_fixture_wait (f);
      for (double threshold = .4; threshold < .65; threshold += .1)
        {
          g_object_set (f->view, "threshold", threshold, NULL);
          double edge = threshold * FIXTURE_WIDTH; /* in the very next frame: nothing is awaited */
          view_fixture_assert_tissue (f, edge - 30, 500);
          view_fixture_assert_colour (f, edge + 30, 500, PREDICTED, 3);
          view_fixture_assert_colour (f, edge + 30, 640, PREDICTED, 3);
        }
    }
  g_object_set (f->view, "opacity-mask", .5, "threshold", .5, NULL);
  double rgb[3];
  guint8 rgba[4];
  view_fixture_get_expected (900, 500, rgb);
  view_fixture_pick (f, 900, 500, rgba);
  g_assert_cmpfloat_with_epsilon (rgba[0], (rgb[0] + (PREDICTED >> 16)) / 2, 4);
  g_object_set (f->view, "show-mask", FALSE, NULL);
  view_fixture_assert_tissue (f, 900, 500);
}

/* While the threshold moves only what is on screen is coloured: nothing of the old colours may show when the view moves
 * on, and it looks as if it had been drawn afresh. */
static void
test_threshold_in_part (ViewFixture *f, gconstpointer data)
{
  view_fixture_show (f, f->slide);
  g_autoptr (AciniPrediction) prediction = view_fixture_predict (f);
  acini_slide_view_set_prediction (f->view, prediction);
  g_object_set (f->view, "threshold", .9, "opacity-mask", .7, NULL);
  view_fixture_go (f, 3.3, 700, 500);
  g_object_set (f->view, "threshold", .47, NULL);
  for (int step = 0; step < 3; step++)
    {
      int width, height;
      view_fixture_go (f, 3.3, 700 + 37 * step, 500 + 23 * step);
      g_autofree guint8 *moved = view_fixture_grab (f, &width, &height);
      g_object_set (f->view, "show-outlines", FALSE, NULL);
      g_object_set (f->view, "show-outlines", TRUE, NULL); /* coloured anew, in part */
      g_autofree guint8 *fresh = view_fixture_grab (f, &width, &height);
      int most = 0;
      for (int i = 0; i < width * height * 4; i++)
        most = MAX (most, ABS (moved[i] - fresh[i]));
      g_assert_cmpint (most, <=, 2); /* of rounding */
    }
}

/* The probability in colours, whatever the threshold; where there is none there is tissue. */
static void
test_heat_map (ViewFixture *f, gconstpointer data)
{
  g_assert_cmphex (acini_mask_get_heat (ACINI_MASK_VIRIDIS, 255) & 0xf0f0f0, ==, 0xfde725 & 0xf0f0f0);
  g_assert_cmphex (acini_mask_get_heat (ACINI_MASK_MAGMA, 255) & 0xf0f0f0, ==, 0xfcfdbf & 0xf0f0f0);
  g_autoptr (AciniPrediction) prediction = view_fixture_predict (f);
  g_object_set (f->view, "opacity-mask", 1., "show-outlines", FALSE, "threshold", .9, NULL);
  acini_slide_view_set_prediction (f->view, prediction);
  view_fixture_label (f, 1000, 600, 100, 100, ACINI_LABEL_FIRST_CLASS);
  view_fixture_go (f, .5, 750, 550);
  const char *const names[] = { "viridis", "magma" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_object_set (f->view, "mask-style", names[i], NULL);
      for (double p = .4; p < .9; p += .15)
        view_fixture_assert_colour (f, p * FIXTURE_WIDTH, 500,
                                    acini_mask_get_heat ((AciniMaskStyle)(i + 1), (guint8)lround (255 * p)) & 0xffffff,
                                    4);
      view_fixture_assert_colour (f, 1050, 650, DECIDED, 3);
    }
  g_object_set (f->view, "mask-style", "filled", NULL);
  view_fixture_assert_tissue (f, 750, 500);
}

/* An FTU smaller than a screen pixel is still there. */
static void
test_small_from_afar (ViewFixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (f->folder, "small.sqlite", NULL);
  const AciniPredictionInfo info = { FIXTURE_WIDTH, FIXTURE_HEIGHT, 1, 1, "small" };
  g_autoptr (AciniPrediction) prediction = acini_prediction_open (path, &info, &error);
  g_assert_no_error (error);
  guint8 *p = g_malloc0 (ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE);
  for (int i = 0; i < 9; i++)
    p[(301 + i / 3) * ACINI_PREDICTION_TILE + 301 + i % 3] = 255;
  g_autoptr (GBytes) bytes = g_bytes_new_take (p, ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE);
  AciniPredictionTile tile = { 0, 0, bytes };
  g_assert_true (acini_prediction_write (prediction, &tile, 1, &error));
  g_object_set (f->view, "opacity-mask", 1., "show-outlines", FALSE, NULL);
  acini_slide_view_set_prediction (f->view, prediction);
  view_fixture_go (f, .16, 303, 303);
  double rgb[3], most = 0;
  view_fixture_get_expected (303, 303, rgb);
  for (int y = 299; y < 307; y += 2)
    for (int x = 299; x < 307; x += 2)
      {
        guint8 rgba[4];
        view_fixture_pick (f, x, y, rgba);
        most = MAX (most, rgba[0] - rgb[0]);
      }
  g_assert_cmpfloat (most, >, 50);
}

static void
test_labels_win (ViewFixture *f, gconstpointer data)
{
  g_autoptr (AciniPrediction) prediction = view_fixture_predict (f);
  g_object_set (f->view, "opacity-mask", 1., "show-outlines", FALSE, NULL);
  acini_slide_view_set_prediction (f->view, prediction);
  view_fixture_label (f, 900, 400, 100, 100, ACINI_LABEL_BACKGROUND);
  view_fixture_label (f, 600, 400, 100, 100, ACINI_LABEL_FIRST_CLASS);
  view_fixture_label (f, 1000, 600, 100, 100, ACINI_LABEL_FIRST_CLASS);
  const double zooms[] = { 0, .4, 1, 1.3 };
  for (guint i = 0; i < G_N_ELEMENTS (zooms); i++)
    {
      if (zooms[i] > 0)
        view_fixture_go (f, zooms[i], 850, 550);
      view_fixture_wait (f);
      view_fixture_assert_background (f, 950, 450);           /* background takes the prediction away */
      view_fixture_assert_colour (f, 850, 450, PREDICTED, 3); /* beside it the prediction counts */
      view_fixture_assert_colour (f, 650, 450, DECIDED, 3);
      view_fixture_assert_colour (f, 1050, 650, DECIDED, 3);
      view_fixture_assert_tissue (f, 650, 550);
    }
}

/* Without the labels the prediction stands alone, whatever was decided, and what is decided later changes nothing. */
static void
test_prediction_alone (ViewFixture *f, gconstpointer data)
{
  g_autoptr (AciniPrediction) prediction = view_fixture_predict (f);
  g_object_set (f->view, "opacity-mask", 1., "show-outlines", FALSE, NULL);
  acini_slide_view_set_prediction (f->view, prediction);
  view_fixture_label (f, 900, 400, 100, 100, ACINI_LABEL_BACKGROUND);
  view_fixture_label (f, 600, 400, 100, 100, ACINI_LABEL_FIRST_CLASS);
  view_fixture_go (f, .4, 850, 550);
  view_fixture_assert_background (f, 950, 450);
  g_object_set (f->view, "show-labels", FALSE, NULL);
  view_fixture_wait (f);
  view_fixture_assert_colour (f, 950, 450, PREDICTED, 3);
  view_fixture_assert_tissue (f, 650, 450);
  view_fixture_label (f, 900, 600, 100, 100, ACINI_LABEL_BACKGROUND);
  view_fixture_wait (f);
  view_fixture_assert_colour (f, 950, 650, PREDICTED, 3);
  g_object_set (f->view, "show-labels", TRUE, NULL);
  view_fixture_wait (f);
  view_fixture_assert_background (f, 950, 450);
  view_fixture_assert_background (f, 950, 650);
  view_fixture_assert_colour (f, 650, 450, DECIDED, 3);
}

/* Outlines lie inside the mask, on its edge, and nowhere else. */
static void
test_outlines (ViewFixture *f, gconstpointer data)
{
  view_fixture_label (f, 600, 400, 200, 200, ACINI_LABEL_FIRST_CLASS);
  g_object_set (f->view, "show-mask", FALSE, NULL);
  const double zooms[] = { .5, .9, 1, 2.1, 3.3 };
  for (guint i = 0; i < G_N_ELEMENTS (zooms); i++)
    {
      view_fixture_go (f, zooms[i], 650, 450);
      double inside = 1.2 / zooms[i];
      view_fixture_assert_colour (f, 600 + inside, 480, DECIDED, 60);
      view_fixture_assert_colour (f, 650, 400 + inside, DECIDED, 60);
      view_fixture_assert_tissue (f, 600 - 3 / zooms[i], 480);
      view_fixture_assert_tissue (f, 600 + 8 / zooms[i], 480);
    }
  g_object_set (f->view, "show-outlines", FALSE, NULL);
  view_fixture_assert_tissue (f, 600 + 1.2 / 3.3, 480);
}

static void
test_missing_file (ViewFixture *f, gconstpointer data)
{
  acini_slide_view_set_slide (f->view, NULL, 0);
  g_autofree char *path = g_build_filename (f->folder, "flat.tiff", NULL);
  g_assert_cmpint (g_remove (path), ==, 0);
  acini_slide_view_set_slide (f->view, f->project, f->other);
  view_fixture_wait (f);
  g_assert_cmpuint (f->n_failed, ==, 1);
  g_assert_cmpuint (strlen (f->failure), >, 10);
  g_assert_null (acini_slide_view_get_open_slide (f->view));
  view_fixture_show (f, f->slide);
  view_fixture_assert_all_tissue (f);
}

/* A file whose pixels are gone in the middle: what can be read is shown, the rest hatched, and it is told once. */
static void
test_broken_tiles (ViewFixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->folder, "flat.tiff", NULL);
  g_autofree char *contents = NULL;
  gsize length;
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  for (gsize i = length * 6 / 10; i < length * 8 / 10; i++) /* the tables are at its ends */
    contents[i] = (char)0x5a;
  g_assert_true (g_file_set_contents (path, contents, (gssize)length, NULL));
  acini_slide_view_set_slide (f->view, f->project, f->other);
  view_fixture_go (f, 1, 300, 130);
  view_fixture_go (f, 1, 700, 550);
  view_fixture_go (f, .5, 700, 550);
  view_fixture_run (f, 400);
  g_assert_cmpuint (f->n_failed, ==, 1);
  view_fixture_go (f, 1, 360, 260);
  view_fixture_assert_tissue (f, 60, 60);
}

static void
test_switching (ViewFixture *f, gconstpointer data)
{
  for (int i = 0; i < 30; i++)
    {
      acini_slide_view_set_slide (f->view, f->project, i % 2 ? f->slide : f->other);
      if (i % 3 == 0)
        view_fixture_run (f, (guint)(i * 2));
      acini_tile_cache_set_limit (f->view->cache, (gsize)(1 + i % 5) << 20);
    }
  acini_slide_view_set_slide (f->view, f->project, f->slide);
  view_fixture_wait (f);
  view_fixture_assert_all_tissue (f);
  acini_tile_cache_set_limit (f->view->cache, 1); /* smaller than the screen: still sharp */
  view_fixture_go (f, 1.1, 700, 500);
  view_fixture_assert_all_tissue (f);
  acini_tile_cache_set_limit (f->view->cache, 0);
}

int
main (int argc, char *argv[])
{
  if (!view_fixture_init (&argc, &argv))
    return 77;
  VIEW_FIXTURE_ADD ("/slide-view/tissue", test_tissue);
  VIEW_FIXTURE_ADD ("/slide-view/single-level", test_single_level);
  VIEW_FIXTURE_ADD ("/slide-view/turned", test_turned);
  VIEW_FIXTURE_ADD ("/slide-view/threshold", test_threshold);
  VIEW_FIXTURE_ADD ("/slide-view/threshold-in-part", test_threshold_in_part);
  VIEW_FIXTURE_ADD ("/slide-view/heat-map", test_heat_map);
  VIEW_FIXTURE_ADD ("/slide-view/small-from-afar", test_small_from_afar);
  VIEW_FIXTURE_ADD ("/slide-view/labels-win", test_labels_win);
  VIEW_FIXTURE_ADD ("/slide-view/prediction-alone", test_prediction_alone);
  VIEW_FIXTURE_ADD ("/slide-view/outlines", test_outlines);
  VIEW_FIXTURE_ADD ("/slide-view/missing-file", test_missing_file);
  VIEW_FIXTURE_ADD ("/slide-view/broken-tiles", test_broken_tiles);
  VIEW_FIXTURE_ADD ("/slide-view/switching", test_switching);
  return g_test_run ();
}
