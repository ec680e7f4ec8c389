/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/view/acini-view-fixture.h"
#include "ui/view/layers/acini-class-colours.h"

#include <glib/gstdio.h>
#include <math.h>
#include <vips/vips.h>

#define DECIDED (acini_class_colour_get_pixel (2, FALSE) & 0xffffff)
#define PREDICTED (acini_class_colour_get_pixel (2, TRUE) & 0xffffff)

/* Every pixel of the slide on screen is what the slide has there: no seam, no shift, nothing missing. */
static void
assert_all_tissue (ViewFixture *f)
{
  int width, height;
  g_autofree guint8 *pixels = view_fixture_grab (f, &width, &height);
  const AciniViewport *v = &f->view->viewport;
  double step = 255. / FIXTURE_WIDTH / v->zoom;
  double most = 2 + 2 * step + (acini_viewport_is_upright (v) ? 0 : 3); /* blurred edges of turned tiles */
  guint n = 0;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        double sx, sy, rgb[3];
        acini_viewport_to_slide (v, x + .5, y + .5, &sx, &sy);
        double edge = 2 / v->zoom + 1;
        if (sx < edge || sy < edge || sx > FIXTURE_WIDTH - edge || sy > FIXTURE_HEIGHT - edge)
          continue;
        view_fixture_get_expected (sx, sy, rgb);
        const guint8 *p = pixels + ((gsize)y * width + x) * 4;
        for (int c = 0; c < 3; c++)
          if (fabs (p[c] - rgb[c]) > most)
            g_error ("Zoom %g: the pixel (%d, %d) has %d in channel %d instead of %g.", v->zoom, x, y, p[c], c, rgb[c]);
        n++;
      }
  g_assert_cmpuint (n, >, 1000);
}

static void
test_tissue (ViewFixture *f, gconstpointer data)
{
  const double zooms[] = { .21, .2503, .37, .4999, .617, .83, 1, 1.13, 1.7, 2.718, 5.3, 17.9 };
  g_assert_cmpuint (f->n_opened, ==, 1);
  assert_all_tissue (f); /* fitted */
  for (guint i = 0; i < G_N_ELEMENTS (zooms); i++)
    {
      view_fixture_go (f, zooms[i], 700.3 + i, 517.77 - i);
      assert_all_tissue (f);
    }
}

/* A file of a single level is zoomed out of through levels made on the fly. */
static void
test_single_level (ViewFixture *f, gconstpointer data)
{
  view_fixture_show (f, f->other);
  AciniSlide *slide = acini_slide_view_get_open_slide (f->view);
  g_assert_cmpint (acini_slide_get_n_levels (slide), ==, 1);
  assert_all_tissue (f);
  g_assert_cmpint (acini_tissue_layer_get_level (f->view->tissue, &f->view->viewport), >=, 1);
  view_fixture_go (f, .19, 700, 500);
  g_assert_cmpint (acini_tissue_layer_get_level (f->view->tissue, &f->view->viewport), >=, 2);
  assert_all_tissue (f);
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
        assert_all_tissue (f);
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
paint (ViewFixture *f, const char *id, const double (*points)[2], guint n)
{
  for (guint i = 0; i < n; i++)
    {
      double x, y;
      acini_viewport_to_screen (&f->view->viewport, points[i][0], points[i][1], &x, &y);
      if (i == 0)
        acini_view_begin_tool (f->view, acini_view_get_tool (f->view, id), x, y, 0);
      else
        acini_view_move_tool (f->view, x, y, 0);
    }
}

static double
distance (const double a[2], const double b[2], double x, double y)
{
  double dx = b[0] - a[0], dy = b[1] - a[1], square = dx * dx + dy * dy;
  double t = square > 0 ? CLAMP (((x - a[0]) * dx + (y - a[1]) * dy) / square, 0, 1) : 0;
  return hypot (x - a[0] - t * dx, y - a[1] - t * dy);
}

static void
read_labels (ViewFixture *f, guint8 *labels)
{
  g_autoptr (GError) error = NULL;
  acini_labels_read (f->project, f->slide, 0, 0, 0, FIXTURE_WIDTH, FIXTURE_HEIGHT, labels, &error);
  g_assert_no_error (error);
}

static void
test_brush (ViewFixture *f, gconstpointer data)
{
  const double points[][2] = { { 480, 500 }, { 560, 530 }, { 560, 600 }, { 500.5, 640.25 } };
  const double zooms[] = { 1, .33, 2.5 };
  g_autofree guint8 *labels = g_malloc (FIXTURE_WIDTH * FIXTURE_HEIGHT);
  for (guint z = 0; z < G_N_ELEMENTS (zooms); z++)
    {
      view_fixture_go (f, zooms[z], 530, 560);
      g_object_set (f->view, "brush-size", 30. * zooms[z], NULL);
      paint (f, "brush", points, G_N_ELEMENTS (points));
      acini_view_finish_tool (f->view);
      view_fixture_wait (f);
      g_assert_cmpuint (f->n_edited, ==, z + 1);
      read_labels (f, labels);
      for (int y = 0; y < FIXTURE_HEIGHT; y++)
        for (int x = 0; x < FIXTURE_WIDTH; x++)
          {
            double d = HUGE_VAL;
            for (guint i = 0; i + 1 < G_N_ELEMENTS (points); i++)
              d = MIN (d, distance (points[i], points[i + 1], x + .5, y + .5));
            if (fabs (d - 15) > 1e-6)
              g_assert_cmpint (labels[y * FIXTURE_WIDTH + x], ==, d < 15 ? 2 : 0);
          }
      AciniRect damage;
      g_assert_true (acini_journal_undo (f->project, f->slide, &damage, NULL));
      acini_slide_view_labels_changed (f->view, &damage);
      view_fixture_wait (f);
    }
}

/* From the pointer's first touch on, every frame shows the stroke: while it is painted, committed, and read again. */
static void
test_no_flicker (ViewFixture *f, gconstpointer data)
{
  const double points[][2] = { { 600, 500 }, { 700, 500 } };
  g_object_set (f->view, "opacity-mask", 1., "brush-size", 40., NULL);
  view_fixture_go (f, 1, 650, 500);
  paint (f, "brush", points, 2);
  view_fixture_assert_colour (f, 650, 505, DECIDED, 3);
  acini_view_finish_tool (f->view);
  for (int i = 0; i < 40; i++)
    {
      view_fixture_assert_colour (f, 650, 505, DECIDED, 3);
      view_fixture_run (f, 5);
    }
  view_fixture_wait (f);
  g_assert_true (g_queue_is_empty (&f->view->strokes));
  view_fixture_assert_colour (f, 650, 505, DECIDED, 3);

  paint (f, "eraser", points, 2);
  view_fixture_assert_tissue (f, 650, 505);
  acini_view_finish_tool (f->view);
  for (int i = 0; i < 40; i++)
    {
      view_fixture_assert_tissue (f, 650, 505);
      view_fixture_run (f, 5);
    }
  view_fixture_wait (f);
  view_fixture_assert_tissue (f, 650, 505);
  g_autofree guint8 *labels = g_malloc (FIXTURE_WIDTH * FIXTURE_HEIGHT);
  read_labels (f, labels);
  g_assert_cmpint (labels[505 * FIXTURE_WIDTH + 650], ==, ACINI_LABEL_BACKGROUND);

  AciniRect damage;
  g_assert_true (acini_journal_undo (f->project, f->slide, &damage, NULL));
  acini_slide_view_labels_changed (f->view, &damage);
  view_fixture_wait (f);
  view_fixture_assert_colour (f, 650, 505, DECIDED, 3);
}

static void
test_strokes_in_order (ViewFixture *f, gconstpointer data)
{
  const double across[][2] = { { 600, 500 }, { 700, 500 } }, down[][2] = { { 650, 450 }, { 650, 550 } };
  g_object_set (f->view, "opacity-mask", 1., "show-outlines", FALSE, "brush-size", 20., NULL);
  view_fixture_go (f, 1, 650, 500);
  for (int i = 0; i < 3; i++)
    {
      paint (f, "brush", across, 2);
      acini_view_finish_tool (f->view);
      paint (f, "eraser", down, 2);
      acini_view_finish_tool (f->view);
    }
  view_fixture_assert_tissue (f, 650, 500); /* the eraser came last */
  view_fixture_assert_colour (f, 620, 500, DECIDED, 3);
  view_fixture_wait (f);
  view_fixture_assert_tissue (f, 650, 500);
  view_fixture_assert_colour (f, 620, 500, DECIDED, 3);
  g_assert_cmpuint (f->n_edited, ==, 6);
}

static void
test_cancel_and_interrupt (ViewFixture *f, gconstpointer data)
{
  const double points[][2] = { { 600, 500 }, { 700, 500 } };
  gboolean can_undo = TRUE, can_redo;
  view_fixture_go (f, 1, 650, 500);
  paint (f, "brush", points, 2);
  acini_view_cancel_tool (f->view);
  view_fixture_wait (f);
  acini_journal_get_state (f->project, f->slide, &can_undo, &can_redo);
  g_assert_false (can_undo);

  paint (f, "brush", points, 2);
  acini_slide_view_set_slide (f->view, f->project, f->other); /* in the middle of the stroke */
  view_fixture_wait (f);
  acini_journal_get_state (f->project, f->slide, &can_undo, &can_redo);
  g_assert_true (can_undo);
  view_fixture_assert_tissue (f, 650, 505);
}

/* The controller of a type, to send it what the pointer and the keyboard would. */
static GtkEventController *
find_controller (ViewFixture *f, GType type)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (f->view));
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      if (g_type_is_a (G_OBJECT_TYPE (controller), type))
        return controller;
    }
  g_assert_not_reached ();
}

static void
press (ViewFixture *f, guint keyval)
{
  gboolean handled = FALSE;
  g_signal_emit_by_name (find_controller (f, GTK_TYPE_EVENT_CONTROLLER_KEY), "key-pressed", keyval, 0, 0, &handled);
  g_assert_true (handled);
  view_fixture_run (f, 20);
  view_fixture_wait (f);
}

static void
test_wheel (ViewFixture *f, gconstpointer data)
{
  gboolean handled;
  view_fixture_go (f, .8, 750, 550);
  f->view->pointer_x = 123;
  f->view->pointer_y = 77;
  f->view->inside = TRUE;
  double x, y, now_x, now_y;
  acini_viewport_to_slide (&f->view->viewport, 123, 77, &x, &y);
  for (int i = 0; i < 3; i++)
    g_signal_emit_by_name (find_controller (f, GTK_TYPE_EVENT_CONTROLLER_SCROLL), "scroll", 0., -1., &handled);
  view_fixture_wait (f);
  g_assert_cmpfloat_with_epsilon (acini_slide_view_get_zoom (f->view), .8 * pow (1.25, 3), 1e-9);
  acini_viewport_to_slide (&f->view->viewport, 123, 77, &now_x, &now_y);
  g_assert_cmpfloat_with_epsilon (now_x, x, .01);
  g_assert_cmpfloat_with_epsilon (now_y, y, .01);
  assert_all_tissue (f);
  f->view->inside = FALSE;
  for (int i = 0; i < 60; i++)
    g_signal_emit_by_name (find_controller (f, GTK_TYPE_EVENT_CONTROLLER_SCROLL), "scroll", 0., -1., &handled);
  view_fixture_wait (f);
  g_assert_cmpfloat (acini_slide_view_get_zoom (f->view), ==, 40);
  assert_all_tissue (f);
  for (int i = 0; i < 99; i++)
    g_signal_emit_by_name (find_controller (f, GTK_TYPE_EVENT_CONTROLLER_SCROLL), "scroll", 0., 1., &handled);
  view_fixture_wait (f);
  double fit = acini_viewport_get_fit (&f->view->viewport, FIXTURE_WIDTH, FIXTURE_HEIGHT);
  g_assert_cmpfloat_with_epsilon (acini_slide_view_get_zoom (f->view), fit / 2, 1e-9);
  assert_all_tissue (f);
}

/* Alt and the wheel turn the slide about the pointer; the keys of the magnifications are those of a microscope. */
static void
test_magnify_and_turn (ViewFixture *f, gconstpointer data)
{
  double x, y, now_x, now_y;
  view_fixture_go (f, .5, 750, 550);
  acini_slide_view_magnify (f->view, 10); /* .5 µm a pixel are 20× */
  view_fixture_wait (f);
  g_assert_cmpfloat_with_epsilon (acini_slide_view_get_zoom (f->view), .5, 1e-9);
  acini_slide_view_magnify (f->view, 40);
  view_fixture_wait (f);
  g_assert_cmpfloat_with_epsilon (acini_slide_view_get_zoom (f->view), 2, 1e-9);

  acini_viewport_to_slide (&f->view->viewport, 123, 77, &x, &y);
  acini_view_turn_at (f->view, 25, 123, 77);
  view_fixture_wait (f);
  acini_viewport_to_slide (&f->view->viewport, 123, 77, &now_x, &now_y);
  g_assert_cmpfloat_with_epsilon (now_x, x, 1e-6);
  g_assert_cmpfloat_with_epsilon (now_y, y, 1e-6);
  assert_all_tissue (f);

  /* Arrow keys and drags are the screen's, however the slide lies. */
  g_object_set (f->view, "rotation", 90., "flipped", TRUE, NULL);
  acini_viewport_to_slide (&f->view->viewport, 100, 100, &x, &y);
  acini_view_begin_tool (f->view, acini_view_get_tool (f->view, "pan"), 100, 100, 0);
  acini_view_move_tool (f->view, 130, 160, 0);
  acini_viewport_to_slide (&f->view->viewport, 130, 160, &now_x, &now_y);
  acini_view_cancel_tool (f->view);
  g_assert_cmpfloat_with_epsilon (now_x, x, 1e-6);
  g_assert_cmpfloat_with_epsilon (now_y, y, 1e-6);
}

/* Two fingers zoom and turn about their middle; a small twist is no turn, and nearly upright is upright. */
static void
test_pinch (ViewFixture *f, gconstpointer data)
{
  GtkEventController *zoom = find_controller (f, GTK_TYPE_GESTURE_ZOOM);
  GtkEventController *turn = find_controller (f, GTK_TYPE_GESTURE_ROTATE);
  view_fixture_go (f, 1, 750, 550);
  g_signal_emit_by_name (zoom, "begin", NULL);
  g_signal_emit_by_name (zoom, "scale-changed", 1.5);
  g_signal_emit_by_name (zoom, "scale-changed", 2.);
  g_assert_cmpfloat (f->view->viewport.zoom, ==, 2);
  g_assert_cmpfloat_with_epsilon (f->view->viewport.x, 750, 1e-6);
  g_signal_emit_by_name (turn, "angle-changed", 0., .1);
  g_assert_cmpfloat (f->view->viewport.rotation, ==, 0);
  g_signal_emit_by_name (turn, "angle-changed", 0., G_PI / 4);
  g_assert_cmpfloat_with_epsilon (f->view->viewport.rotation, 33, 1e-6);
  g_signal_emit_by_name (turn, "end", NULL);
  g_assert_cmpfloat_with_epsilon (f->view->viewport.rotation, 33, 1e-6);
  view_fixture_wait (f);
  assert_all_tissue (f);
  g_signal_emit_by_name (zoom, "begin", NULL);
  g_signal_emit_by_name (turn, "angle-changed", 0., G_PI * 67 / 180);
  g_signal_emit_by_name (turn, "end", NULL);
  g_assert_cmpfloat (f->view->viewport.rotation, ==, 90);
}

/* While Space is held the slide is dragged, whatever the tool. */
static void
test_space (ViewFixture *f, gconstpointer data)
{
  gboolean handled;
  GtkEventController *keys = find_controller (f, GTK_TYPE_EVENT_CONTROLLER_KEY);
  GtkEventController *drag = find_controller (f, GTK_TYPE_GESTURE_DRAG);
  g_object_set (f->view, "tool", "brush", NULL);
  g_signal_emit_by_name (keys, "key-pressed", GDK_KEY_space, 0, 0, &handled);
  g_assert_true (handled);
  g_signal_emit_by_name (drag, "drag-begin", 100., 100.);
  g_assert_true (f->view->active == acini_view_get_tool (f->view, "pan"));
  g_assert_cmpuint (f->view->shown_strokes->len, ==, 0);
  g_signal_emit_by_name (drag, "drag-end", 0., 0.);
  g_signal_emit_by_name (keys, "key-released", GDK_KEY_space, 0, 0);
  g_assert_false (f->view->space);
  view_fixture_wait (f);
  g_assert_cmpuint (f->n_edited, ==, 0);
}

static void
test_keys (ViewFixture *f, gconstpointer data)
{
  AciniRect before, after;
  view_fixture_go (f, 2, 750, 550);
  acini_slide_view_get_visible (f->view, &before);
  press (f, GDK_KEY_Right);
  acini_slide_view_get_visible (f->view, &after);
  g_assert_cmpint (after.x, >, before.x);
  g_assert_cmpint (after.y, ==, before.y);
  press (f, GDK_KEY_Down);
  acini_slide_view_get_visible (f->view, &after);
  g_assert_cmpint (after.y, >, before.y);
  press (f, GDK_KEY_Left);
  press (f, GDK_KEY_Up);
  g_assert_cmpfloat_with_epsilon (f->view->viewport.x, 750, .01);
  g_assert_cmpfloat_with_epsilon (f->view->viewport.y, 550, .01);
  press (f, GDK_KEY_KP_Add);
  g_assert_cmpfloat (acini_slide_view_get_zoom (f->view), >, 2.5);
  press (f, GDK_KEY_KP_Subtract);
  g_assert_cmpfloat_with_epsilon (acini_slide_view_get_zoom (f->view), 2, 1e-6);
  press (f, GDK_KEY_Home);
  acini_slide_view_get_visible (f->view, &after);
  g_assert_cmpint (after.width, ==, FIXTURE_WIDTH);
  g_assert_cmpint (after.height, ==, FIXTURE_HEIGHT);
  acini_slide_view_zoom_native (f->view);
  view_fixture_wait (f);
  g_assert_cmpfloat (acini_slide_view_get_zoom (f->view), ==, 1);
}

static void
test_places (ViewFixture *f, gconstpointer data)
{
  view_fixture_go (f, 1.5, 333, 444);
  view_fixture_show (f, f->other);
  g_assert_true (f->view->fitted);
  view_fixture_show (f, f->slide);
  g_assert_cmpfloat (f->view->viewport.zoom, ==, 1.5);
  g_assert_cmpfloat (f->view->viewport.x, ==, 333);
  assert_all_tissue (f);
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
  assert_all_tissue (f);
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
  assert_all_tissue (f);
  acini_tile_cache_set_limit (f->view->cache, 1); /* smaller than the screen: still sharp */
  view_fixture_go (f, 1.1, 700, 500);
  assert_all_tissue (f);
  acini_tile_cache_set_limit (f->view->cache, 0);
}

static void
count (guint *n)
{
  (*n)++;
}

/* (transfer full) what the view draws, as text. */
static char *
describe_drawn (ViewFixture *f)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GTK_WIDGET_GET_CLASS (f->view)->snapshot (GTK_WIDGET (f->view), snapshot);
  g_autoptr (GskRenderNode) node = gtk_snapshot_free_to_node (snapshot);
  g_autoptr (GBytes) bytes = gsk_render_node_serialize (node);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* Drawn twice, whatever is missing or stale: the same, and nothing was told, asked for or cached. */
static char *
draw_twice (ViewFixture *f)
{
  guint n = 0;
  gulong handlers[] = { g_signal_connect_swapped (f->view, "notify", G_CALLBACK (count), &n),
                        g_signal_connect_swapped (f->view, "frame", G_CALLBACK (count), &n),
                        g_signal_connect_swapped (f->view, "view-changed", G_CALLBACK (count), &n) };
  gulong damaged = g_signal_connect_swapped (f->view->layers, "damaged", G_CALLBACK (count), &n);
  guint tick = f->view->tick, pending = acini_tile_client_get_n_pending (f->view->client);
  char *first = describe_drawn (f);
  g_autofree char *second = describe_drawn (f);
  g_assert_cmpstr (first, ==, second);
  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpuint (f->view->tick, ==, tick);
  g_assert_cmpuint (acini_tile_client_get_n_pending (f->view->client), <=, pending);
  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    g_signal_handler_disconnect (f->view, handlers[i]);
  g_signal_handler_disconnect (f->view->layers, damaged);
  return first;
}

static void
test_snapshot_changes_nothing (ViewFixture *f, gconstpointer data)
{
  const double points[][2] = { { 600, 500 }, { 700, 500 } };
  g_autoptr (AciniPrediction) prediction = view_fixture_predict (f);
  acini_slide_view_set_prediction (f->view, prediction);
  view_fixture_go (f, 1, 650, 500);
  g_autofree char *before = draw_twice (f);
  /* What only update () may do is not done by drawing: colouring the mask anew, and painting a stroke into it. */
  g_object_set (f->view, "threshold", .9, NULL);
  paint (f, "brush", points, 2);
  g_autofree char *stale = draw_twice (f);
  g_assert_cmpstr (before, ==, stale);
  acini_view_prepare (f->view);
  g_autofree char *updated = draw_twice (f);
  g_assert_cmpstr (before, !=, updated);
  acini_view_cancel_tool (f->view);
  /* Where no tile is there yet none is asked for. */
  g_object_set (f->view, "zoom", 6., NULL);
  acini_slide_view_centre_on (f->view, 1300, 900);
  g_free (draw_twice (f));
  acini_view_prepare (f->view);
  g_free (draw_twice (f));
  g_assert_false (acini_view_is_sharp (f->view));
  view_fixture_wait (f);
  g_free (draw_twice (f));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_test_message ("There is no display.");
      return 77;
    }
  if (VIPS_INIT (argv[0]))
    return 1;
#define ADD(name, func) g_test_add (name, ViewFixture, NULL, view_fixture_set_up, func, view_fixture_tear_down)
  ADD ("/slide-view/tissue", test_tissue);
  ADD ("/slide-view/single-level", test_single_level);
  ADD ("/slide-view/turned", test_turned);
  ADD ("/slide-view/threshold", test_threshold);
  ADD ("/slide-view/threshold-in-part", test_threshold_in_part);
  ADD ("/slide-view/heat-map", test_heat_map);
  ADD ("/slide-view/small-from-afar", test_small_from_afar);
  ADD ("/slide-view/labels-win", test_labels_win);
  ADD ("/slide-view/prediction-alone", test_prediction_alone);
  ADD ("/slide-view/outlines", test_outlines);
  ADD ("/slide-view/brush", test_brush);
  ADD ("/slide-view/no-flicker", test_no_flicker);
  ADD ("/slide-view/strokes-in-order", test_strokes_in_order);
  ADD ("/slide-view/cancel-and-interrupt", test_cancel_and_interrupt);
  ADD ("/slide-view/wheel", test_wheel);
  ADD ("/slide-view/magnify-and-turn", test_magnify_and_turn);
  ADD ("/slide-view/pinch", test_pinch);
  ADD ("/slide-view/space", test_space);
  ADD ("/slide-view/keys", test_keys);
  ADD ("/slide-view/places", test_places);
  ADD ("/slide-view/missing-file", test_missing_file);
  ADD ("/slide-view/broken-tiles", test_broken_tiles);
  ADD ("/slide-view/switching", test_switching);
  ADD ("/slide-view/snapshot-changes-nothing", test_snapshot_changes_nothing);
#undef ADD
  return g_test_run ();
}
