/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The layers of the slide view as a window uses them, without one: two views wander over slides with a mask, a stain or
 * a brightness and strokes, while sliders move, labels and probabilities are written, the cache shrinks and grows,
 * slides are switched and files are broken underneath.  At the end what is drawn is right.  Run again under
 * ThreadSanitizer. */

#include "data/slides/acini-slide-pyramid.h"
#include "tests/acini-test-util.h"
#include "ui/view/layers/acini-class-colours.h"
#include "ui/view/layers/acini-layer-stack.h"
#include "ui/view/layers/acini-mask-layer.h"
#include "ui/view/layers/acini-tissue-grid.h"
#include "ui/view/layers/acini-tissue-layer.h"

#include <glib/gstdio.h>
#include <math.h>
#include <vips/vips.h>

#define SIZE 2048
#define TISSUE 0xc81e3c
#define N_ROUNDS 100
#define N_SLIDES 3
#define N_CLASSES 2
#define WIDTH 500
#define HEIGHT 400
#define TIMEOUT_S 120

typedef struct
{
  char *path;
  gint64 id;
  AciniPrediction *prediction;
} Slide;

typedef struct
{
  AciniTileCache *cache;
  AciniProject *project;
  AciniTileClient *client;
  AciniViewport viewport;
  AciniMaskLook look;
  AciniDisplay display;
  int slide;
  AciniSlide *open;
  AciniLayerStack *layers;
  AciniTissueLayer *tissue;
  AciniMaskLayer *mask;
  AciniStroke *stroke;
} View;

typedef struct
{
  char *folder;
  Slide slides[N_SLIDES];
  AciniTileCache *cache;
  AciniTileLoader *loader;
  AciniProject *project;
  GThreadPool *writers;
  GRand *rand;
  View views[2];
} Fixture;

static void
on_arrived (GPtrArray *arrivals, gpointer user_data)
{
  View *view = user_data;
  for (guint i = 0; i < arrivals->len; i++)
    acini_layer_stack_arrived (view->layers, g_ptr_array_index (arrivals, i));
}

/* Slides. */

/* The same probability in all of a tile's pixels: of the first class @first, of the second one what is left to 255. */
static void
write_probability (AciniPrediction *prediction, gint64 column, gint64 row, guint8 first)
{
  const gsize n = ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE;
  g_autoptr (GError) error = NULL;
  guint8 *planes = g_malloc (N_CLASSES * n);
  memset (planes, first, n);
  memset (planes + n, 255 - first, n);
  g_autoptr (GBytes) bytes = g_bytes_new_take (planes, N_CLASSES * n);
  const AciniPredictionTile tile = { column, row, bytes };
  acini_prediction_write (prediction, &tile, 1, &error);
  g_assert_no_error (error);
}

static void
write_label (Fixture *f, int slide, const AciniRect *rect, guint8 label)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniEdit) edit = acini_edit_new (f->project, f->slides[slide].id, "brush");
  acini_edit_paint (edit, rect, NULL, label, &error);
  g_assert_no_error (error);
  acini_edit_commit (edit, NULL, &error);
  g_assert_no_error (error);
}

static void
make_slide (Fixture *f, int i)
{
  const AciniPredictionInfo info = { SIZE, SIZE, 2, N_CLASSES, "wander" };
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_strdup_printf ("%d.tiff", i), *other = g_strdup_printf ("%d.sqlite", i);
  g_autofree char *path = g_build_filename (f->folder, other, NULL);
  Slide *slide = &f->slides[i];
  slide->path = g_build_filename (f->folder, name, NULL);
  acini_test_write_slide (slide->path, SIZE, TISSUE);
  slide->id = acini_project_add_slide (f->project, slide->path, NULL, NULL, .5, &error);
  g_assert_no_error (error);
  slide->prediction = acini_prediction_open (path, &info, &error);
  g_assert_no_error (error);
}

/* What jobs, engines and strokes do meanwhile, on a thread of their own. */

typedef struct
{
  int slide, column, row;
  guint8 value;
} Writing;

static void
write_something (gpointer data, gpointer user_data)
{
  g_autofree Writing *w = data;
  Fixture *f = user_data;
  if (w->value % 3)
    write_probability (f->slides[w->slide].prediction, w->column, w->row, w->value);
  else
    write_label (f, w->slide, &(AciniRect){ 300 * w->column, 200 * w->row, 150, 150 }, (guint8)(1 + w->value % 3));
}

static void
start_writing (Fixture *f, View *view)
{
  Writing *w = g_new (Writing, 1);
  double size = 2 * ACINI_PREDICTION_TILE;
  *w = (Writing){ view->slide, g_rand_int_range (f->rand, 0, 2), g_rand_int_range (f->rand, 0, 2),
                  (guint8)g_rand_int_range (f->rand, 0, 256) };
  double x = size * w->column, y = size * w->row;
  g_thread_pool_push (f->writers, w, NULL);
  acini_layer_damage (ACINI_LAYER (view->mask), x, y, x + size, y + size);
}

/* A view. */

static void
close_slide (View *view)
{
  acini_tile_client_want (view->client, NULL, 0);
  g_clear_pointer (&view->stroke, acini_stroke_unref);
  acini_layer_stack_set (view->layers, NULL, 0);
  g_clear_object (&view->mask);
  g_clear_object (&view->tissue);
  g_clear_object (&view->open);
}

static void
set_display (View *view)
{
  acini_tissue_layer_set_display (view->tissue, view->cache, view->open, &view->display);
}

static void
open_slide (Fixture *f, View *view, int i)
{
  g_autoptr (GError) error = NULL;
  close_slide (view);
  view->open = acini_slide_open (f->slides[i].path, &error);
  g_assert_no_error (error);
  view->slide = i;
  view->tissue = acini_tissue_layer_new (acini_tissue_grid_new (f->cache, acini_slide_pyramid_new (view->open), TRUE),
                                         SIZE, SIZE);
  view->mask
      = acini_mask_layer_new (f->cache, f->project, f->slides[i].id, SIZE, SIZE, f->slides[i].prediction, &view->look);
  AciniLayer *const layers[] = { ACINI_LAYER (view->tissue), ACINI_LAYER (view->mask) };
  acini_layer_stack_set (view->layers, layers, G_N_ELEMENTS (layers));
  set_display (view);
}

static void
want (View *view)
{
  g_autoptr (GArray) requests = g_array_new (FALSE, FALSE, sizeof (AciniTileRequest));
  acini_layer_stack_want (view->layers, &view->viewport, requests);
  acini_tile_client_want (view->client, (const AciniTileRequest *)(gpointer)requests->data, requests->len);
}

static gboolean
is_sharp (View *view)
{
  return acini_layer_stack_is_sharp (view->layers, &view->viewport);
}

/* One frame; drawn by cairo, so that what the workers made is read. */
static cairo_surface_t *
draw (View *view)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  acini_mask_layer_set_strokes (view->mask, &view->stroke, view->stroke != NULL, 0);
  acini_layer_stack_update (view->layers, &view->viewport);
  acini_layer_stack_snapshot (view->layers, snapshot, &view->viewport);
  g_autoptr (GskRenderNode) node = gtk_snapshot_free_to_node (snapshot);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (surface);
  if (node)
    gsk_render_node_draw (node, cr);
  cairo_destroy (cr);
  return surface;
}

/* What hands do. */

static void
move_sliders (Fixture *f, View *view)
{
  switch (g_rand_int_range (f->rand, 0, 4))
    {
    case 0:
      view->display.brightness = g_rand_int_range (f->rand, 0, 3) / 10.;
      view->display.channel = (AciniChannel)g_rand_int_range (f->rand, 0, 4);
      set_display (view);
      return;
    case 1:
      acini_thresholds_init_same (&view->look.thresholds, g_rand_double (f->rand), 1);
      break;
    case 2:
      view->look.opacity = g_rand_double (f->rand);
      break;
    default:
      view->look.style = (AciniMaskStyle)g_rand_int_range (f->rand, 0, 3);
      view->look.outlines = !view->look.outlines;
    }
  acini_mask_layer_set_look (view->mask, &view->look);
}

static void
paint (Fixture *f, View *view)
{
  if (!view->stroke || g_rand_boolean (f->rand))
    {
      g_clear_pointer (&view->stroke, acini_stroke_unref);
      view->stroke = acini_stroke_new (f->project, f->slides[view->slide].id, "brush", ACINI_LABEL_FIRST_CLASS, 20);
    }
  for (int i = 0; i < 5; i++)
    acini_stroke_add (view->stroke, view->viewport.x + g_rand_double_range (f->rand, -200, 200),
                      view->viewport.y + g_rand_double_range (f->rand, -200, 200));
}

static void
wander (Fixture *f, View *view)
{
  view->viewport.zoom = pow (2, g_rand_double_range (f->rand, -2.5, 2));
  view->viewport.x = g_rand_double_range (f->rand, 0, SIZE);
  view->viewport.y = g_rand_double_range (f->rand, 0, SIZE);
}

static gboolean
wake (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
wait_until_sharp (View *view)
{
  guint source = g_timeout_add (20, wake, NULL);
  gint64 end = g_get_monotonic_time () + TIMEOUT_S * G_USEC_PER_SEC;
  for (want (view); !is_sharp (view) && g_get_monotonic_time () < end; want (view))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (is_sharp (view));
  g_source_remove (source);
}

static void
assert_pixel (cairo_surface_t *surface, double x, double y, guint32 expected)
{
  const guint8 *row = cairo_image_surface_get_data (surface) + (int)y * cairo_image_surface_get_stride (surface);
  guint32 pixel = ((const guint32 *)(gconstpointer)row)[(int)x];
  for (int shift = 0; shift < 24; shift += 8)
    if (ABS ((int)(pixel >> shift & 0xff) - (int)(expected >> shift & 0xff)) > 3)
      g_error ("At (%g, %g) there is %06x instead of %06x.", x, y, pixel & 0xffffff, expected);
}

/* Whatever went before: the first slide, which nobody harmed, looks as its tissue, labels and probabilities say. */
static void
check (Fixture *f, View *view)
{
  const AciniRect all = { 0, 0, SIZE, SIZE }, square = { 900, 900, 100, 100 };
  guint8 rgb[3];
  write_label (f, 0, &all, ACINI_LABEL_UNLABELLED);
  write_label (f, 0, &square, ACINI_LABEL_FIRST_CLASS);
  for (int i = 0; i < 4; i++)
    write_probability (f->slides[0].prediction, i % 2, i / 2, i == 0 ? 230 : 128);
  view->look = (AciniMaskLook){ .fill = TRUE, .opacity = 1 };
  acini_thresholds_init_same (&view->look.thresholds, .8, 1);
  acini_display_init (&view->display);
  view->display.brightness = .1;
  open_slide (f, view, 0);
  view->viewport.zoom = .5;
  view->viewport.x = view->viewport.y = SIZE / 2;
  for (int i = 0; i < 3; i++)
    rgb[i] = (guint8)lround (MIN ((TISSUE >> (16 - 8 * i) & 0xff) + 25.5, 255));
  guint32 bright = (guint32)rgb[0] << 16 | (guint32)rgb[1] << 8 | rgb[2];
  guint32 decided = acini_class_colour_get_pixel (2, FALSE), predicted = acini_class_colour_get_pixel (2, TRUE);
  wait_until_sharp (view);
  cairo_surface_t *surface = draw (view);
  /* The slide point (x, y) is on screen at 250 + (x − 1024) / 2, 200 + (y − 1024) / 2. */
  assert_pixel (surface, 400, 300, bright);
  assert_pixel (surface, 213, 163, decided & 0xffffff);
  assert_pixel (surface, 100, 100, predicted & 0xffffff);
  cairo_surface_destroy (surface);
}

static void
set_up (Fixture *f)
{
  *f = (Fixture){ .folder = acini_test_make_folder (), .rand = g_rand_new_with_seed (5) };
  f->project = acini_test_make_project (f->folder);
  f->cache = acini_tile_cache_new ((gsize)8 << 20);
  f->loader = acini_tile_loader_new (f->cache, 4);
  f->writers = g_thread_pool_new (write_something, f, 1, FALSE, NULL);
  for (int i = 0; i < N_SLIDES; i++)
    make_slide (f, i);
  for (int i = 0; i < 2; i++)
    {
      View *view = &f->views[i];
      view->cache = f->cache;
      view->layers = acini_layer_stack_new ();
      view->client = acini_tile_client_new (f->loader, on_arrived, view);
      view->viewport = (AciniViewport){ .zoom = 1, .scale = 1, .width = WIDTH, .height = HEIGHT };
      view->look = (AciniMaskLook){ .fill = TRUE, .outlines = TRUE, .opacity = .3 };
      acini_thresholds_init_same (&view->look.thresholds, .5, 1);
      acini_display_init (&view->display);
      open_slide (f, view, i);
    }
}

static void
tear_down (Fixture *f)
{
  for (int i = 0; i < 2; i++)
    {
      close_slide (&f->views[i]);
      g_object_unref (f->views[i].layers);
      acini_tile_client_free (f->views[i].client);
    }
  acini_tile_loader_free (f->loader);
  acini_tile_cache_unref (f->cache);
  for (int i = 0; i < N_SLIDES; i++)
    {
      g_free (f->slides[i].path);
      g_object_unref (f->slides[i].prediction);
    }
  g_object_unref (f->project);
  g_rand_free (f->rand);
  acini_test_remove_folder (f->folder);
}

static void
test_wander (void)
{
  Fixture f;
  set_up (&f);
  for (int round = 0; round < N_ROUNDS; round++)
    {
      View *view = &f.views[g_rand_int_range (f.rand, 0, 2)];
      wander (&f, view);
      move_sliders (&f, view);
      if (round % 3 == 0)
        start_writing (&f, view);
      if (round % 4 == 1)
        paint (&f, view);
      if (round % 5 == 0)
        acini_tile_cache_set_limit (f.cache, (gsize)g_rand_int_range (f.rand, 1, 9) << 20);
      if (round % 7 == 3)
        open_slide (&f, view, g_rand_int_range (f.rand, 0, N_SLIDES));
      if (round % 11 == 5)
        acini_test_break_file (f.slides[1].path, f.rand);
      want (view);
      for (int i = g_rand_int_range (f.rand, 0, 6); i > 0; i--)
        g_main_context_iteration (NULL, FALSE);
      cairo_surface_destroy (draw (view));
    }
  g_thread_pool_free (f.writers, FALSE, TRUE);
  for (int i = 0; i < 2; i++)
    {
      wait_until_sharp (&f.views[i]); /* also where files are broken: what cannot be read is as sharp as it gets */
      check (&f, &f.views[i]);
    }
  tear_down (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gtk_init_check (); /* for its types: a display is not asked for */
  if (VIPS_INIT (argv[0]))
    return 1;
  vips_concurrency_set (1);
  g_test_add_func ("/layers/wander", test_wander);
  return g_test_run ();
}
