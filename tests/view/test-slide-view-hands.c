/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/view/acini-view-fixture.h"
#include "ui/view/layers/acini-class-colours.h"

#include <glib/gstdio.h>
#include <math.h>
#include <vips/vips.h>

#define DECIDED (acini_class_colour_get_pixel (2, FALSE) & 0xffffff)

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
  g_assert_true (acini_journal_get_state (f->project, f->slide, &can_undo, &can_redo, NULL));
  g_assert_false (can_undo);

  paint (f, "brush", points, 2);
  acini_slide_view_set_slide (f->view, f->project, f->other); /* in the middle of the stroke */
  view_fixture_wait (f);
  g_assert_true (acini_journal_get_state (f->project, f->slide, &can_undo, &can_redo, NULL));
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
  view_fixture_assert_all_tissue (f);
  f->view->inside = FALSE;
  for (int i = 0; i < 60; i++)
    g_signal_emit_by_name (find_controller (f, GTK_TYPE_EVENT_CONTROLLER_SCROLL), "scroll", 0., -1., &handled);
  view_fixture_wait (f);
  g_assert_cmpfloat (acini_slide_view_get_zoom (f->view), ==, 40);
  view_fixture_assert_all_tissue (f);
  for (int i = 0; i < 99; i++)
    g_signal_emit_by_name (find_controller (f, GTK_TYPE_EVENT_CONTROLLER_SCROLL), "scroll", 0., 1., &handled);
  view_fixture_wait (f);
  double fit = acini_viewport_get_fit (&f->view->viewport, FIXTURE_WIDTH, FIXTURE_HEIGHT);
  g_assert_cmpfloat_with_epsilon (acini_slide_view_get_zoom (f->view), fit / 2, 1e-9);
  view_fixture_assert_all_tissue (f);
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
  view_fixture_assert_all_tissue (f);

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
  view_fixture_assert_all_tissue (f);
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
  view_fixture_assert_all_tissue (f);
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
  if (!view_fixture_init (&argc, &argv))
    return 77;
  VIEW_FIXTURE_ADD ("/slide-view-hands/brush", test_brush);
  VIEW_FIXTURE_ADD ("/slide-view-hands/no-flicker", test_no_flicker);
  VIEW_FIXTURE_ADD ("/slide-view-hands/strokes-in-order", test_strokes_in_order);
  VIEW_FIXTURE_ADD ("/slide-view-hands/cancel-and-interrupt", test_cancel_and_interrupt);
  VIEW_FIXTURE_ADD ("/slide-view-hands/wheel", test_wheel);
  VIEW_FIXTURE_ADD ("/slide-view-hands/magnify-and-turn", test_magnify_and_turn);
  VIEW_FIXTURE_ADD ("/slide-view-hands/pinch", test_pinch);
  VIEW_FIXTURE_ADD ("/slide-view-hands/space", test_space);
  VIEW_FIXTURE_ADD ("/slide-view-hands/keys", test_keys);
  VIEW_FIXTURE_ADD ("/slide-view-hands/places", test_places);
  VIEW_FIXTURE_ADD ("/slide-view-hands/snapshot-changes-nothing", test_snapshot_changes_nothing);
  return g_test_run ();
}
