/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How smooth the slide view is: frame times of a scripted pan and zoom over tiles that are in the cache, against a bare
 * widget that draws as many ready textures; the same while the threshold is dragged; and the longest time that the main
 * thread was away while 200 random places that nothing is cached of were visited.  Prints figures, fails on none. */

#include "data/acini-labels.h"
#include "tests/acini-test-util.h"
#include "ui/view/acini-slide-view-private.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <vips/vips.h>

#define WIDTH 12000
#define HEIGHT 9000
#define N_FRAMES 120
#define N_PLACES 200
#define TILE 512

/* A bare widget: a grid of ready textures. */
#define BARE_TYPE (bare_get_type ())
G_DECLARE_FINAL_TYPE (Bare, bare, BENCH, BARE, GtkWidget)

struct _Bare
{
  GtkWidget parent_instance;
  GdkTexture *textures[4];
  AciniViewport viewport;
};

G_DEFINE_FINAL_TYPE (Bare, bare, GTK_TYPE_WIDGET)

static void
bare_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  Bare *self = BENCH_BARE (widget);
  AciniViewport *v = &self->viewport;
  acini_viewport_measure (v, widget);
  double size = TILE * pow (2, floor (log2 (1.01 / v->zoom))), x0, y0, x1, y1;
  acini_viewport_get_area (v, &x0, &y0, &x1, &y1);
  for (gint64 row = (gint64) floor (y0 / size); (double) row * size < y1; row++)
    for (gint64 column = (gint64) floor (x0 / size); (double) column * size < x1; column++)
      {
        graphene_rect_t rect;
        double x = (double) column * size, y = (double) row * size;
        acini_viewport_snap_rect (v, x, y, x + size, y + size, &rect);
        gtk_snapshot_append_scaled_texture (snapshot, self->textures[(column + row) & 3], GSK_SCALING_FILTER_LINEAR,
                                            &rect);
      }
}

static void
bare_class_init (BareClass *klass)
{
  GTK_WIDGET_CLASS (klass)->snapshot = bare_snapshot;
}

static void
bare_init (Bare *self)
{
  for (int i = 0; i < 4; i++)
    {
      guint32 *pixels = g_new (guint32, TILE * TILE);
      for (int j = 0; j < TILE * TILE; j++)
        pixels[j] = 0xff000000u | (guint32) (j * (i + 7));
      g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, sizeof *pixels * TILE * TILE);
      self->textures[i] = gdk_memory_texture_new (TILE, TILE, GDK_MEMORY_DEFAULT, bytes, TILE * 4);
    }
}

/* Frame times: from the frame clock's first phase to its last. */
static gint64 frame_start, longest_dispatch, dispatch_start;
static GArray *frame_times; /* double, milliseconds */

static void
on_before_paint (GdkFrameClock *clock, gpointer data)
{
  frame_start = g_get_monotonic_time ();
}

static void
on_after_paint (GdkFrameClock *clock, gpointer data)
{
  double ms = (double) (g_get_monotonic_time () - frame_start) / 1e3;
  g_array_append_val (frame_times, ms);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return x < y ? -1 : x > y;
}

static double
report (const char *what)
{
  g_assert_cmpuint (frame_times->len, >, 10);
  g_array_sort (frame_times, compare);
  double p50 = g_array_index (frame_times, double, frame_times->len / 2);
  double p99 = g_array_index (frame_times, double, frame_times->len * 99 / 100);
  g_print ("%-34s p50 %6.2f ms   p99 %6.2f ms   (%u frames)\n", what, p50, p99, frame_times->len);
  g_array_set_size (frame_times, 0);
  return p99;
}

/* Wraps the main loop's poll: what lies between two polls is one stretch of work. */
static gint
timed_poll (GPollFD *fds, guint n, gint timeout)
{
  if (dispatch_start > 0)
    longest_dispatch = MAX (longest_dispatch, g_get_monotonic_time () - dispatch_start);
  gint result = g_poll (fds, n, timeout);
  dispatch_start = g_get_monotonic_time ();
  return result;
}

static void
set_place (int i, AciniViewport *v)
{
  double t = (double) i / N_FRAMES * 2 * G_PI;
  v->x = WIDTH / 2. + 1500 * cos (t);
  v->y = HEIGHT / 2. + 1200 * sin (2 * t);
  v->zoom = .7 * exp2 (.6 * sin (3 * t));
}

static void
run (guint ms)
{
  gint64 end = g_get_monotonic_time () + ms * 1000;
  while (g_get_monotonic_time () < end)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (200);
    }
}

static void
wait_sharp (AciniSlideView *view)
{
  gint64 end = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;
  do
    g_main_context_iteration (NULL, TRUE);
  while ((view->loading || view->tick != 0 || !view->slide) && g_get_monotonic_time () < end);
}

static void
wait_frame (guint before)
{
  while (frame_times->len == before)
    g_main_context_iteration (NULL, TRUE);
}

static void
move_view (AciniSlideView *view)
{
  for (int i = 0; i < N_FRAMES; i++)
    {
      guint before = frame_times->len;
      set_place (i, &view->viewport);
      view->fitted = FALSE;
      acini_view_moved (view);
      wait_frame (before);
    }
}

static char *
make_slide (const char *folder)
{
  char *path = g_build_filename (folder, "bench.tiff", NULL);
  VipsImage *cell = NULL, *noise = NULL, *band = NULL, *rgb = NULL;
  if (vips_perlin (&cell, 1000, 1000, "cell_size", 50, "uchar", TRUE, NULL)
      || vips_replicate (cell, &noise, WIDTH / 1000, HEIGHT / 1000, NULL) || vips_bandjoin2 (noise, noise, &band, NULL) || vips_bandjoin2 (band, noise, &rgb, NULL))
    g_error ("%s", vips_error_buffer ());
  rgb->Type = VIPS_INTERPRETATION_sRGB;
  if (vips_tiffsave (rgb, path, "tile", TRUE, "tile_width", 256, "tile_height", 256, "pyramid", TRUE, "compression",
                     VIPS_FOREIGN_TIFF_COMPRESSION_JPEG, NULL))
    g_error ("%s", vips_error_buffer ());
  g_object_unref (cell);
  g_object_unref (noise);
  g_object_unref (band);
  g_object_unref (rgb);
  return path;
}

static AciniPrediction *
make_prediction (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, "prediction.sqlite", NULL);
  const AciniPredictionInfo info = { WIDTH, HEIGHT, 4, 1, "bench" };
  AciniPrediction *prediction = acini_prediction_open (path, &info, &error);
  g_assert_no_error (error);
  for (gint64 row = 0; row * TILE * 4 < HEIGHT; row++)
    for (gint64 column = 0; column * TILE * 4 < WIDTH; column++)
      {
        guint8 *p = g_malloc (TILE * TILE);
        for (int i = 0; i < TILE * TILE; i++)
          p[i] = (guint8) CLAMP (128 + 200 * sin ((i % TILE) * G_PI / 32) * sin ((i / TILE) * G_PI / 32), 0, 255);
        g_autoptr (GBytes) bytes = g_bytes_new_take (p, TILE * TILE);
        AciniPredictionTile tile = { column, row, bytes };
        acini_prediction_write (prediction, &tile, 1, &error);
        g_assert_no_error (error);
      }
  return prediction;
}

static void
bench_threshold (AciniSlideView *view)
{
  for (int i = 0; i < N_FRAMES / 2; i++)
    {
      guint before = frame_times->len;
      g_object_set (view, "threshold", .3 + .4 * i / N_FRAMES, NULL);
      wait_frame (before);
    }
}

static void
bench_cold (AciniSlideView *view)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  gint64 begin = g_get_monotonic_time ();
  longest_dispatch = 0;
  for (int i = 0; i < N_PLACES; i++)
    {
      acini_tile_cache_set_limit (view->cache, 1 << 20); /* forget all */
      acini_tile_cache_set_limit (view->cache, 0);
      view->viewport.zoom = exp2 (g_rand_double_range (rand, -3, 1));
      acini_slide_view_centre_on (view, g_rand_double_range (rand, 0, WIDTH), g_rand_double_range (rand, 0, HEIGHT));
      if (i % 4 == 0)
        wait_sharp (view);
      else
        run (20);
    }
  g_print ("%-34s %.1f ms, %d places in %.1f s\n", "longest stall of the main thread", (double) longest_dispatch / 1e3,
           N_PLACES, (double) (g_get_monotonic_time () - begin) / 1e6);
}

static void
watch_frames (GtkWidget *window)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);
  g_signal_connect (clock, "before-paint", G_CALLBACK (on_before_paint), NULL);
  g_signal_connect_after (clock, "after-paint", G_CALLBACK (on_after_paint), NULL);
}

int
main (int argc, char *argv[])
{
  if (!gtk_init_check () || VIPS_INIT (argv[0]))
    return 77;
  setvbuf (stdout, NULL, _IOLBF, 0);
  frame_times = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GError) error = NULL;
  char *folder = acini_test_make_folder ();
  g_autoptr (AciniProject) project = acini_test_make_project (folder);
  g_autofree char *path = make_slide (folder);
  gint64 slide = acini_project_add_slide (project, path, NULL, NULL, .5, &error);
  g_assert_no_error (error);
  g_autoptr (AciniPrediction) prediction = make_prediction (folder);

  GtkWidget *window = gtk_window_new ();
  Bare *bare = g_object_ref_sink (g_object_new (BARE_TYPE, NULL));
  AciniSlideView *view = g_object_ref_sink (ACINI_SLIDE_VIEW (acini_slide_view_new ()));
  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), 1920, 1080);
  set_place (0, &bare->viewport);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (bare));
  gtk_window_present (GTK_WINDOW (window));
  run (300);
  watch_frames (window);
  g_print ("renderer %s, 1920 × 1080\n", G_OBJECT_TYPE_NAME (gtk_native_get_renderer (GTK_NATIVE (window))));
  for (int i = 0; i < 2 * N_FRAMES; i++)
    {
      guint before = frame_times->len;
      set_place (i, &bare->viewport);
      gtk_widget_queue_draw (GTK_WIDGET (bare));
      wait_frame (before);
      if (i == N_FRAMES) /* the first round uploads */
        g_array_set_size (frame_times, 0);
    }
  double bare_p99 = report ("bare textures");

  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (view));
  acini_slide_view_set_slide (view, project, slide);
  wait_sharp (view);
  move_view (view);
  wait_sharp (view);
  g_array_set_size (frame_times, 0);
  move_view (view);
  g_print ("%-34s %.2f\n", "p99 against bare textures", report ("tissue, tiles cached") / bare_p99);

  acini_slide_view_set_prediction (view, prediction);
  move_view (view);
  wait_sharp (view);
  g_array_set_size (frame_times, 0);
  move_view (view);
  g_print ("%-34s %.2f\n", "p99 against bare textures", report ("tissue and mask, tiles cached") / bare_p99);
  bench_threshold (view);
  report ("threshold drag");

  g_main_context_set_poll_func (NULL, timed_poll);
  bench_cold (view);
  acini_slide_view_set_slide (view, NULL, 0);
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (view);
  g_object_unref (bare);
  g_clear_object (&project);
  acini_test_remove_folder (folder);
  return EXIT_SUCCESS;
}
