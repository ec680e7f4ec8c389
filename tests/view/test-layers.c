/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A layer and a stack of them, without a display: order, visibility, opacity, damage, and what is asked of whom. */

#include "ui/view/layers/acini-layer-stack.h"
#include "ui/view/layers/acini-region-layer.h"

#define SIDE 40

/* A layer that fills a rectangle, and counts what it is asked for. */
#define TEST_TYPE_LAYER (test_layer_get_type ())
G_DECLARE_FINAL_TYPE (TestLayer, test_layer, TEST, LAYER, AciniLayer)

struct _TestLayer
{
  AciniLayer parent_instance;
  GdkRGBA colour;
  graphene_rect_t rect;
  gboolean sharp, owns;
  guint n_updates, n_damages, n_arrived;
  int rank; /* of the last want; -1: none */
  double damage[4];
};

G_DEFINE_FINAL_TYPE (TestLayer, test_layer, ACINI_TYPE_LAYER)

static void
test_layer_update (AciniLayer *layer, const AciniViewport *viewport)
{
  TEST_LAYER (layer)->n_updates++;
}

static void
test_layer_snapshot (AciniLayer *layer, GtkSnapshot *snapshot, const AciniViewport *viewport)
{
  TestLayer *self = TEST_LAYER (layer);
  gtk_snapshot_append_color (snapshot, &self->colour, &self->rect);
}

static void
test_layer_damage (AciniLayer *layer, double x0, double y0, double x1, double y1)
{
  TestLayer *self = TEST_LAYER (layer);
  const double damage[4] = { x0, y0, x1, y1 };
  self->n_damages++;
  memcpy (self->damage, damage, sizeof damage);
}

static void
test_layer_want (AciniLayer *layer, const AciniViewport *viewport, int rank, GArray *requests)
{
  TEST_LAYER (layer)->rank = rank;
}

static gboolean
test_layer_arrived (AciniLayer *layer, const AciniTileArrival *arrival)
{
  TEST_LAYER (layer)->n_arrived++;
  return TEST_LAYER (layer)->owns;
}

static gboolean
test_layer_is_sharp (AciniLayer *layer, const AciniViewport *viewport)
{
  return TEST_LAYER (layer)->sharp;
}

static void
test_layer_class_init (TestLayerClass *klass)
{
  AciniLayerClass *layer_class = ACINI_LAYER_CLASS (klass);
  layer_class->update = test_layer_update;
  layer_class->snapshot = test_layer_snapshot;
  layer_class->damage = test_layer_damage;
  layer_class->want = test_layer_want;
  layer_class->arrived = test_layer_arrived;
  layer_class->is_sharp = test_layer_is_sharp;
}

static void
test_layer_init (TestLayer *self)
{
  self->sharp = TRUE;
  self->rank = -1;
}

/* The same on the screen instead of the canvas. */
#define TEST_TYPE_SCREEN_LAYER (test_screen_layer_get_type ())
G_DECLARE_FINAL_TYPE (TestScreenLayer, test_screen_layer, TEST, SCREEN_LAYER, AciniLayer)

struct _TestScreenLayer
{
  AciniLayer parent_instance;
};

G_DEFINE_FINAL_TYPE (TestScreenLayer, test_screen_layer, ACINI_TYPE_LAYER)

static void
test_screen_layer_snapshot (AciniLayer *layer, GtkSnapshot *snapshot, const AciniViewport *viewport)
{
  const GdkRGBA blue = { 0, 0, 1, 1 };
  gtk_snapshot_append_color (snapshot, &blue, &GRAPHENE_RECT_INIT (0, 0, 10, 10));
}

static void
test_screen_layer_class_init (TestScreenLayerClass *klass)
{
  ACINI_LAYER_CLASS (klass)->on_screen = TRUE;
  ACINI_LAYER_CLASS (klass)->snapshot = test_screen_layer_snapshot;
}

static void
test_screen_layer_init (TestScreenLayer *self)
{
}

typedef struct
{
  AciniLayerStack *stack;
  TestLayer *low, *high;
  guint n_damaged;
  AciniViewport viewport;
} Fixture;

static void
on_damaged (AciniLayerStack *stack, Fixture *f)
{
  f->n_damaged++;
}

static TestLayer *
make_layer (float red, float green, float x)
{
  TestLayer *layer = g_object_new (TEST_TYPE_LAYER, NULL);
  layer->colour = (GdkRGBA){ red, green, 0, 1 };
  layer->rect = GRAPHENE_RECT_INIT (x, 0, 20, 20);
  return layer;
}

/* Red from 0 to 20, green over it from 10 to 30. */
static void
set_up (Fixture *f, gconstpointer data)
{
  *f = (Fixture){ .stack = acini_layer_stack_new (), .low = make_layer (1, 0, 0), .high = make_layer (0, 1, 10) };
  f->viewport = (AciniViewport){ .zoom = 1, .scale = 1, .width = SIDE, .height = SIDE };
  AciniLayer *const layers[] = { ACINI_LAYER (f->low), NULL, ACINI_LAYER (f->high) };
  acini_layer_stack_set (f->stack, layers, G_N_ELEMENTS (layers));
  g_signal_connect (f->stack, "damaged", G_CALLBACK (on_damaged), f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_object_unref (f->stack);
  g_object_unref (f->low);
  g_object_unref (f->high);
}

static guint32
pick (Fixture *f, int x, int y)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  acini_layer_stack_snapshot (f->stack, snapshot, &f->viewport);
  g_autoptr (GskRenderNode) node = gtk_snapshot_free_to_node (snapshot);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, SIDE, SIDE);
  cairo_t *cr = cairo_create (surface);
  if (node)
    gsk_render_node_draw (node, cr);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  const guint8 *row = cairo_image_surface_get_data (surface) + y * cairo_image_surface_get_stride (surface);
  guint32 pixel = ((const guint32 *)(gconstpointer)row)[x] & 0xffffff;
  cairo_surface_destroy (surface);
  return pixel;
}

static void
test_order (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (acini_layer_stack_get_n (f->stack), ==, 2);
  g_assert_true (acini_layer_stack_get (f->stack, 1) == ACINI_LAYER (f->high));
  g_assert_cmphex (pick (f, 5, 5), ==, 0xff0000);
  g_assert_cmphex (pick (f, 15, 5), ==, 0x00ff00);
  g_assert_cmphex (pick (f, 35, 5), ==, 0);
  AciniLayer *const swapped[] = { ACINI_LAYER (f->high), ACINI_LAYER (f->low) };
  acini_layer_stack_set (f->stack, swapped, 2);
  g_assert_cmpuint (f->n_damaged, ==, 1);
  g_assert_cmphex (pick (f, 15, 5), ==, 0xff0000);
  /* The lower, the more urgent. */
  g_autoptr (GArray) requests = g_array_new (FALSE, FALSE, sizeof (AciniTileRequest));
  acini_layer_stack_want (f->stack, &f->viewport, requests);
  g_assert_cmpint (f->high->rank, ==, 0);
  g_assert_cmpint (f->low->rank, ==, 1);
}

/* A dashed outline, and inside nothing, or lines where it is an exclusion. */
static void
test_regions (Fixture *f, gconstpointer data)
{
  const double square[][2] = { { 5, 5 }, { 35, 5 }, { 35, 35 }, { 5, 35 } };
  g_autoptr (AciniRegionLayer) layer = acini_region_layer_new ();
  AciniLayer *const layers[] = { ACINI_LAYER (layer) };
  f->viewport.x = f->viewport.y = SIDE / 2.;
  acini_layer_stack_set (f->stack, layers, 1);
  for (AciniRegionKind kind = ACINI_REGION_PLAIN; kind <= ACINI_REGION_EXCLUSION; kind++)
    {
      g_autoptr (GPtrArray) regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);
      guint n_lit = 0, n_inside = 0, n_outside = 0;
      g_ptr_array_add (regions, acini_region_record_new ("R", kind, square, 4));
      acini_region_layer_set_regions (layer, regions);
      for (int i = 6; i < 34; i++)
        {
          n_lit += pick (f, i, 5) != 0 || pick (f, i, 4) != 0;
          n_inside += pick (f, i, 20) != 0;
          n_outside += pick (f, i, 38) != 0;
        }
      g_assert_cmpuint (n_lit, >, 8);
      g_assert_cmpuint (n_outside, ==, 0);
      if (kind == ACINI_REGION_PLAIN)
        g_assert_cmpuint (n_inside, ==, 0);
      else
        g_assert_cmpuint (n_inside, >, 2);
    }
  g_assert_cmpuint (f->n_damaged, ==, 3);
}

static void
test_opacity (Fixture *f, gconstpointer data)
{
  acini_layer_set_opacity (ACINI_LAYER (f->high), .5);
  g_assert_cmpuint (f->n_damaged, ==, 1);
  acini_layer_set_opacity (ACINI_LAYER (f->high), .5);
  g_assert_cmpuint (f->n_damaged, ==, 1);
  guint32 mixed = pick (f, 15, 5);
  g_assert_cmpint (ABS ((int)(mixed >> 16) - 128), <=, 2);
  g_assert_cmpint (ABS ((int)(mixed >> 8 & 0xff) - 128), <=, 2);
  g_assert_cmphex (pick (f, 5, 5), ==, 0xff0000);
  acini_layer_set_opacity (ACINI_LAYER (f->high), -3);
  g_assert_cmpfloat (acini_layer_get_opacity (ACINI_LAYER (f->high)), ==, 0);
  g_assert_cmphex (pick (f, 15, 5), ==, 0xff0000);
}

/* What is hidden is neither drawn nor got ready, asks for nothing, and keeps nobody from being sharp. */
static void
test_visible (Fixture *f, gconstpointer data)
{
  g_autoptr (GArray) requests = g_array_new (FALSE, FALSE, sizeof (AciniTileRequest));
  f->high->sharp = FALSE;
  g_assert_false (acini_layer_stack_is_sharp (f->stack, &f->viewport));
  g_object_set (f->high, "visible", FALSE, NULL);
  g_assert_cmpuint (f->n_damaged, ==, 1);
  g_assert_true (acini_layer_stack_is_sharp (f->stack, &f->viewport));
  acini_layer_stack_want (f->stack, &f->viewport, requests);
  acini_layer_stack_update (f->stack, &f->viewport);
  g_assert_cmpint (f->high->rank, ==, -1);
  g_assert_cmpuint (f->high->n_updates, ==, 0);
  g_assert_cmpuint (f->low->n_updates, ==, 1);
  g_assert_cmphex (pick (f, 15, 5), ==, 0xff0000);
  /* A tile that comes late is taken all the same. */
  const AciniTileArrival arrival = { .state = ACINI_TILE_READY };
  f->high->owns = TRUE;
  g_assert_true (acini_layer_stack_arrived (f->stack, &arrival));
  f->low->owns = TRUE;
  g_assert_true (acini_layer_stack_arrived (f->stack, &arrival));
  g_assert_cmpuint (f->low->n_arrived, ==, 2);
  g_assert_cmpuint (f->high->n_arrived, ==, 1);
}

static void
test_damage (Fixture *f, gconstpointer data)
{
  acini_layer_damage (ACINI_LAYER (f->low), 1, 2, 30, 40);
  g_assert_cmpuint (f->low->n_damages, ==, 1);
  g_assert_cmpfloat (f->low->damage[0], ==, 1);
  g_assert_cmpfloat (f->low->damage[3], ==, 40);
  g_assert_cmpuint (f->high->n_damages, ==, 0);
  g_assert_cmpuint (f->n_damaged, ==, 1);
  acini_layer_damage (ACINI_LAYER (f->low), 5, 5, 5, 9); /* nothing */
  g_assert_cmpuint (f->low->n_damages, ==, 1);
  g_assert_cmpuint (f->n_damaged, ==, 1);
  /* Who is no longer in the stack is no longer heard. */
  AciniLayer *const layers[] = { ACINI_LAYER (f->high) };
  acini_layer_stack_set (f->stack, layers, 1);
  acini_layer_damaged (ACINI_LAYER (f->low));
  g_assert_cmpuint (f->n_damaged, ==, 2);
  acini_layer_damaged (ACINI_LAYER (f->high));
  g_assert_cmpuint (f->n_damaged, ==, 3);
}

/* Turned by 90°, the canvas turns; what is drawn on the screen does not. */
static void
test_on_screen (Fixture *f, gconstpointer data)
{
  g_autoptr (AciniLayer) screen = g_object_new (TEST_TYPE_SCREEN_LAYER, NULL);
  AciniLayer *const layers[] = { ACINI_LAYER (f->low), screen, ACINI_LAYER (f->high) };
  acini_layer_stack_set (f->stack, layers, 3);
  g_assert_cmphex (pick (f, 5, 5), ==, 0x0000ff);
  f->viewport.rotation = 90;
  g_assert_cmphex (pick (f, 5, 5), ==, 0x0000ff);
  g_assert_cmphex (pick (f, 35, 5), ==, 0xff0000);
  g_assert_cmphex (pick (f, 35, 25), ==, 0x00ff00);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gtk_init_check (); /* for its types: a display is not asked for */
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/layers/order", test_order);
  ADD ("/layers/regions", test_regions);
  ADD ("/layers/opacity", test_opacity);
  ADD ("/layers/visible", test_visible);
  ADD ("/layers/damage", test_damage);
  ADD ("/layers/on-screen", test_on_screen);
#undef ADD
  return g_test_run ();
}
