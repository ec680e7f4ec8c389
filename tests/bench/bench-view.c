/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How smooth the slide view is, on a screen of 1920 × 1080: frame times of a scripted pan and zoom over tiles that are
 * in the cache, against a bare widget that draws as many ready textures; the same with a mask of 100 000 FTUs; while
 * threshold and opacity are dragged; the longest time that the main thread was away while random places that nothing is
 * cached of were visited; the time until all tiles are sharp, against OpenSlide alone reading the same pixels; from the
 * start of the program to the first sharp frame; and the memory that a long wander takes.
 * Prints figures, fails on none.  Frame times are those of the clock and, on a busy computer to be preferred, of the
 * main thread's processor time. */

#include "data/labels/acini-labels.h"
#include "data/cache/acini-tile-pixels.h"
#include "tests/acini-test-util.h"
#include "ui/base/acini-frame-memory.h"
#include "ui/view/acini-slide-view.h"
#include "ui/view/core/acini-view-core.h"

#include <gio/gio.h>
#include <math.h>
#include <openslide.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <vips/vips.h>

#define WIDTH 12000
#define HEIGHT 9000
#define N_FRAMES 100
#define N_ROUNDS 5
#define N_PLACES 200
#define TILE 512
/* Prediction pixels across an FTU of the checkerboard: 100 000 of them. */
#define FTU 5.8

/* What was asked for on the command line. */
static char *parts;
static int seconds = 30, n_drag = 50;

/* A bare widget: a grid of ready textures. */
#define BARE_TYPE (bare_get_type ())
G_DECLARE_FINAL_TYPE (Bare, bare, BENCH, BARE, GtkWidget)

struct _Bare
{
  GtkWidget parent_instance;
  GdkTexture *textures[2][2]; /* opaque, and half transparent */
  AciniViewport viewport;
  int n_layers;
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
  for (int layer = 0; layer < self->n_layers; layer++)
    for (gint64 row = (gint64)floor (y0 / size); (double)row * size < y1; row++)
      for (gint64 column = (gint64)floor (x0 / size); (double)column * size < x1; column++)
        {
          graphene_rect_t rect;
          double x = (double)column * size, y = (double)row * size;
          acini_viewport_snap_rect (v, x, y, x + size, y + size, &rect);
          gtk_snapshot_append_scaled_texture (snapshot, self->textures[(column + row) & 1][layer],
                                              GSK_SCALING_FILTER_LINEAR, &rect);
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
  self->n_layers = 1;
  for (int i = 0; i < 4; i++)
    {
      guint32 *pixels = g_new (guint32, TILE * TILE);
      for (int j = 0; j < TILE * TILE; j++)
        pixels[j] = i & 1 ? 0x80000000u | ((guint32)(j * (i + 7)) & 0x7f7f7f) : 0xff000000u | (guint32)(j * (i + 7));
      g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, sizeof *pixels * TILE * TILE);
      self->textures[i >> 1][i & 1] = gdk_memory_texture_new (TILE, TILE, GDK_MEMORY_DEFAULT, bytes, TILE * 4);
    }
}

/* Frame times: from the frame clock's first phase to its last. */
typedef struct
{
  double wall, cpu; /* ms */
} Frame;

static gint64 frame_start, longest_dispatch, dispatch_start;
static double cpu_start, longest_cpu, dispatch_cpu;
static GArray *frames; /* Frame */

static double
get_cpu (void)
{
  struct timespec t;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void
on_before_paint (GdkFrameClock *clock, gpointer data)
{
  frame_start = g_get_monotonic_time ();
  cpu_start = get_cpu ();
}

static void
on_after_paint (GdkFrameClock *clock, gpointer data)
{
  Frame frame = { (double)(g_get_monotonic_time () - frame_start) / 1e3, get_cpu () - cpu_start };
  g_array_append_val (frames, frame);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static double
get_part (const double *values, guint n, double part)
{
  g_autofree double *sorted = g_memdup2 (values, n * sizeof *values);
  qsort (sorted, n, sizeof *sorted, compare);
  return sorted[MIN ((guint)(part * n), n - 1)];
}

typedef struct
{
  double p50, p99, cpu50, cpu99;
} Figures;

/* Prints the frames @measured and empties it, with ratios to @bare (nullable) or the most they may be, @most ms. */
static Figures
report (const char *what, GArray *measured, const Figures *bare, double most)
{
  guint n = measured->len;
  g_assert_cmpuint (n, >, 10);
  g_autofree double *wall = g_new (double, n), *cpu = g_new (double, n);
  for (guint i = 0; i < n; i++)
    {
      wall[i] = g_array_index (measured, Frame, i).wall;
      cpu[i] = g_array_index (measured, Frame, i).cpu;
    }
  Figures f = { get_part (wall, n, .5), get_part (wall, n, .99), get_part (cpu, n, .5), get_part (cpu, n, .99) };
  g_print ("%-36s %6.1f %6.1f %9.1f %6.1f", what, f.p50, f.p99, f.cpu50, f.cpu99);
  if (bare)
    g_print ("   p99 %.2f ×, processor %.2f × (at most %.2f ×)", f.p99 / bare->p99, f.cpu99 / bare->cpu99, most);
  else if (most > 0)
    g_print ("   (at most %.0f ms)", most);
  g_print ("\n");
  g_array_set_size (measured, 0);
  return f;
}

/* Wraps the main loop's poll: what lies between two polls is one stretch of work. */
static gint
timed_poll (GPollFD *fds, guint n, gint timeout)
{
  if (dispatch_start > 0)
    {
      longest_dispatch = MAX (longest_dispatch, g_get_monotonic_time () - dispatch_start);
      longest_cpu = MAX (longest_cpu, get_cpu () - dispatch_cpu);
    }
  gint result = g_poll (fds, n, timeout);
  dispatch_start = g_get_monotonic_time ();
  dispatch_cpu = get_cpu ();
  return result;
}

static void
set_place (int i, AciniViewport *v)
{
  double t = (double)i / N_FRAMES * 2 * G_PI;
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

static gboolean
wake (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
wait_sharp (AciniSlideView *view)
{
  gint64 end = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;
  guint source = g_timeout_add (100, wake, NULL);
  do
    g_main_context_iteration (NULL, TRUE);
  while ((view->loading || view->tick != 0 || !acini_view_is_sharp (view)) && g_get_monotonic_time () < end);
  g_source_remove (source);
  if (g_get_monotonic_time () >= end)
    g_print ("not sharp after 30 s: loading %d, tick %u, sharp %d, %u pending\n", view->loading, view->tick,
             acini_view_is_sharp (view), acini_tile_client_get_n_pending (view->client));
}

static void
wait_frame (guint before)
{
  while (frames->len == before)
    g_main_context_iteration (NULL, TRUE);
}

static void
move_view (AciniSlideView *view)
{
  for (int i = 0; i < N_FRAMES; i++)
    {
      guint before = frames->len;
      set_place (i, &view->viewport);
      view->fitted = FALSE;
      acini_view_moved (view);
      wait_frame (before);
    }
}

static void
move_bare (Bare *bare)
{
  for (int i = 0; i < N_FRAMES; i++)
    {
      guint before = frames->len;
      set_place (i, &bare->viewport);
      gtk_widget_queue_draw (GTK_WIDGET (bare));
      wait_frame (before);
    }
}

static char *
make_slide (const char *folder)
{
  char *path = g_build_filename (folder, "bench.tiff", NULL);
  VipsImage *cell = NULL, *noise = NULL, *band = NULL, *rgb = NULL;
  if (vips_perlin (&cell, 1000, 1000, "cell_size", 50, "uchar", TRUE, NULL)
      || vips_replicate (cell, &noise, WIDTH / 1000, HEIGHT / 1000, NULL) || vips_bandjoin2 (noise, noise, &band, NULL)
      || vips_bandjoin2 (band, noise, &rgb, NULL))
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
          p[i] = (guint8)CLAMP (128 + 200 * sin ((i % TILE) * G_PI / FTU) * sin ((i / TILE) * G_PI / FTU), 0, 255);
        g_autoptr (GBytes) bytes = g_bytes_new_take (p, TILE * TILE);
        AciniPredictionTile tile = { column, row, bytes };
        acini_prediction_write (prediction, &tile, 1, &error);
        g_assert_no_error (error);
      }
  return prediction;
}

static void
bench_drag (AciniSlideView *view, const char *property, double from, double to)
{
  for (int i = 0; i < n_drag; i++)
    {
      guint before = frames->len;
      g_object_set (view, property, from + (to - from) * i / n_drag, NULL);
      wait_frame (before);
    }
}

/* At one place whose tiles are there. */
static void
bench_drags (AciniSlideView *view)
{
  set_place (N_FRAMES - 1, &view->viewport);
  view->fitted = FALSE;
  acini_view_moved (view);
  wait_sharp (view);
  g_array_set_size (frames, 0);
  bench_drag (view, "threshold", .3, .7);
  report ("threshold drag", frames, NULL, 33);
  bench_drag (view, "opacity-mask", .2, .8);
  report ("opacity drag", frames, NULL, 33);
}

static void
forget_tiles (AciniSlideView *view)
{
  acini_tile_cache_set_limit (view->cache, 1 << 20);
  acini_tile_cache_set_limit (view->cache, 0);
}

static void
bench_stalls (AciniSlideView *view)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  gint64 begin = g_get_monotonic_time ();
  longest_dispatch = 0;
  longest_cpu = 0;
  for (int i = 0; i < N_PLACES; i++)
    {
      forget_tiles (view);
      dispatch_start = g_get_monotonic_time ();
      dispatch_cpu = get_cpu ();
      view->viewport.zoom = exp2 (g_rand_double_range (rand, -3, 1));
      acini_slide_view_centre_on (view, g_rand_double_range (rand, 0, WIDTH), g_rand_double_range (rand, 0, HEIGHT));
      if (i % 8 == 0)
        wait_sharp (view);
      else
        run (20);
    }
  g_print ("%-36s %6.1f ms, processor %.1f ms, %d places in %.1f s   (at most 50 ms)\n",
           "longest stall of the main thread", (double)longest_dispatch / 1e3, longest_cpu, N_PLACES,
           (double)(g_get_monotonic_time () - begin) / 1e6);
  g_array_set_size (frames, 0);
}

/* Milliseconds that OpenSlide alone takes for the pixels that @view shows. */
static double
read_alone (AciniSlideView *view, const char *path)
{
  int level = acini_tissue_layer_get_level (view->tissue, &view->viewport);
  AciniRect seen;
  acini_slide_view_get_visible (view, &seen);
  openslide_t *slide = openslide_open (path);
  double downsample = openslide_get_level_downsample (slide, MIN (level, openslide_get_level_count (slide) - 1));
  gint64 width = (gint64)((double)seen.width / downsample), height = (gint64)((double)seen.height / downsample);
  g_autofree guint32 *pixels = g_new (guint32, width * height);
  gint64 begin = g_get_monotonic_time ();
  openslide_read_region (slide, pixels, seen.x, seen.y, level, width, height);
  double ms = (double)(g_get_monotonic_time () - begin) / 1e3;
  openslide_close (slide);
  return ms;
}

static void
bench_cold (AciniSlideView *view, const char *path)
{
  const int n = 15;
  double ours[15], alone[15], ratio[15];
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  for (int i = 0; i < n; i++)
    {
      g_object_set (view, "zoom", exp2 (g_rand_double_range (rand, -2, 0)), NULL);
      forget_tiles (view);
      gint64 begin = g_get_monotonic_time ();
      acini_slide_view_centre_on (view, g_rand_double_range (rand, WIDTH * .3, WIDTH * .7),
                                  g_rand_double_range (rand, HEIGHT * .3, HEIGHT * .7));
      do
        g_main_context_iteration (NULL, TRUE);
      while (!acini_view_is_sharp (view));
      ours[i] = (double)(g_get_monotonic_time () - begin) / 1e3;
      acini_tile_client_want (view->client, NULL, 0); /* no margin is read beside OpenSlide */
      run (30);
      alone[i] = read_alone (view, path);
      ratio[i] = ours[i] / alone[i];
      acini_view_queue_update (view);
      wait_sharp (view);
    }
  g_print ("%-36s %6.1f ms, OpenSlide alone %.1f ms   %.2f × (at most 0.75 ×)\n", "cold place, all tiles sharp",
           get_part (ours, n, .5), get_part (alone, n, .5), get_part (ratio, n, .5));
  g_array_set_size (frames, 0);
}

/* From the start of the program to the first frame in which all tiles of the slide are sharp. */
static void
bench_start (const char *project)
{
  const char *window = g_getenv ("ACINI_WINDOW");
  double ms[5];
  for (int i = 0; window && i < 5; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSubprocessLauncher) launcher
          = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_MERGE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
      g_subprocess_launcher_setenv (launcher, "G_MESSAGES_DEBUG", "all", TRUE);
      gint64 begin = g_get_monotonic_time ();
      g_autoptr (GSubprocess) child = g_subprocess_launcher_spawn (launcher, &error, window, project, NULL);
      g_assert_no_error (error);
      g_autoptr (GDataInputStream) lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
      for (;;)
        {
          g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
          g_assert_nonnull (line);
          if (strstr (line, ACINI_VIEW_SHARP))
            break;
        }
      ms[i] = (double)(g_get_monotonic_time () - begin) / 1e3;
      g_subprocess_force_exit (child);
      g_subprocess_wait (child, NULL, NULL);
    }
  if (window)
    g_print ("%-36s %6.0f ms, at best %.0f ms   (at most 600 ms)\n", "window with a sharp slide", get_part (ms, 5, .5),
             get_part (ms, 5, 0));
}

/* A slide of 100 000 × 100 000 pixels that costs no reading: noise. */
static GBytes *
read_noise (gpointer data, const AciniTileKey *key, int *width, int *height, GCancellable *cancellable, GError **error)
{
  guint32 *pixels = acini_tile_pixels_new (sizeof *pixels * TILE * TILE), seed = acini_tile_key_hash (key);
  for (int i = 0; i < TILE * TILE; i++)
    pixels[i] = 0xff000000u | (seed = seed * 1664525u + 1013904223u) >> 8;
  *width = *height = TILE;
  return acini_tile_pixels_to_bytes (pixels, sizeof *pixels * TILE * TILE);
}

static GObject *
make_texture (gpointer data, const AciniTileKey *key, GBytes *pixels, int width, int height, gsize *bytes)
{
  *bytes = g_bytes_get_size (pixels);
  return G_OBJECT (gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, pixels, (gsize)width * 4));
}

/* MiB of the process that are in memory: "VmRSS", or of that "RssAnon" (its own), "RssFile" (programs and files) or
 * "RssShmem" (shared with the display). */
static double
get_resident (const char *kind)
{
  g_autofree char *text = NULL;
  const char *line = g_file_get_contents ("/proc/self/status", &text, NULL, NULL) ? strstr (text, kind) : NULL;
  return line ? (double)g_ascii_strtoll (line + strlen (kind) + 1, NULL, 10) / 1024 : 0;
}

/* The view's own cache, loader, grid and window over that slide; prints the memory as it goes. */
static void
bench_memory (AciniSlideView *view)
{
  const double limit = 512;
  static const AciniTileSourceFuncs noise = { read_noise, make_texture };
  const AciniTileGridOptions options = { .keep = TRUE };
  AciniTileLevel levels[9];
  for (int i = 0; i < 9; i++)
    levels[i] = (AciniTileLevel){ ldexp (1, i), (100000 >> i) + 1, (100000 >> i) + 1, TILE, TILE };
  acini_tile_cache_set_limit (view->cache, (gsize)limit << 20);
  g_autoptr (AciniTileSource) source = acini_tile_source_new (&noise, NULL, NULL);
  g_clear_object (&view->tissue);
  view->slide_width = view->slide_height = 100000;
  view->tissue = acini_tissue_layer_new (
      acini_tile_grid_new (view->cache, source, acini_tile_cache_get_layer (view->cache, NULL), levels, 9, &options),
      view->slide_width, view->slide_height);
  acini_view_arrange_layers (view);
  double before = get_resident ("VmRSS"), most = 0;
  g_print ("%-36s", "MiB resident, every tenth of the time");
  for (int part = 0; part < 10; part++)
    {
      gint64 end = g_get_monotonic_time () + seconds * G_USEC_PER_SEC / 10;
      double angle = part;
      while (g_get_monotonic_time () < end)
        {
          angle += .003;
          view->viewport.zoom = exp2 (-3 + 2.9 * sin (angle * 5));
          acini_slide_view_centre_on (view, 50000 + 48000 * sin (angle), 50000 + 48000 * sin (angle * 2.3));
          run (16);
        }
      most = MAX (most, get_resident ("VmRSS"));
      g_print (" %.0f", get_resident ("VmRSS"));
    }
  g_print ("\n%-36s %6.0f MiB above the cache's %.0f   (at most 250; %.0f MiB before)\n", "memory of a wander",
           most - limit, limit, before);
  g_print ("%-36s %.0f MiB own, of which %.0f MiB tiles; %.0f MiB programs and files; %.0f MiB shared\n", "",
           get_resident ("RssAnon"), (double)acini_tile_cache_get_bytes (view->cache) / (1 << 20),
           get_resident ("RssFile"), get_resident ("RssShmem"));
}

static void
watch_frames (GtkWidget *window)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);
  g_signal_connect (clock, "before-paint", G_CALLBACK (on_before_paint), NULL);
  g_signal_connect_after (clock, "after-paint", G_CALLBACK (on_after_paint), NULL);
}

/* Both move along the same way N_ROUNDS times in turn, since a machine's speed drifts; of each only the last sweep of a
 * round counts: the first ones read and upload.  @n_layers: that the bare widget draws. */
static void
bench_frames (GtkWindow *window, Bare *bare, int n_layers, AciniSlideView *view, const char *what, double most)
{
  g_autoptr (GArray) bare_frames = g_array_new (FALSE, FALSE, sizeof (Frame));
  g_autoptr (GArray) view_frames = g_array_new (FALSE, FALSE, sizeof (Frame));
  bare->n_layers = n_layers;
  for (int round = 0; round < N_ROUNDS; round++)
    {
      gtk_window_set_child (window, GTK_WIDGET (bare));
      move_bare (bare);
      g_array_set_size (frames, 0);
      move_bare (bare);
      g_array_append_vals (bare_frames, frames->data, frames->len);
      gtk_window_set_child (window, GTK_WIDGET (view));
      move_view (view);
      wait_sharp (view);
      move_view (view);
      g_array_set_size (frames, 0);
      move_view (view);
      g_array_append_vals (view_frames, frames->data, frames->len);
    }
  g_array_set_size (frames, 0);
  Figures f = report (n_layers == 1 ? "bare textures" : "twice as many", bare_frames, NULL, 0);
  report (what, view_frames, &f, most);
}

/* Whether the part @name was asked for: all are by default. */
static gboolean
is_wanted (const char *name)
{
  g_auto (GStrv) names = g_strsplit (parts ? parts : name, ",", -1);
  return g_strv_contains ((const char *const *)names, name);
}

static gboolean
parse_options (int *argc, char ***argv)
{
  const GOptionEntry entries[] = {
    { "parts", 0, 0, G_OPTION_ARG_STRING, &parts, "Only these of start, frames, cold, stalls, mask, drags, memory",
      "NAME,…" },
    { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "How long the wander lasts that takes memory (30)", "N" },
    { "drag", 0, 0, G_OPTION_ARG_INT, &n_drag, "How many frames a drag has (50)", "N" },
    { NULL },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_option_context_add_main_entries (context, entries, NULL);
  if (g_option_context_parse (context, argc, argv, &error))
    return TRUE;
  g_printerr ("%s\n", error->message);
  return FALSE;
}

int
main (int argc, char *argv[])
{
  if (!parse_options (&argc, &argv))
    return EXIT_FAILURE;
  if (!gtk_init_check () || VIPS_INIT (argv[0]))
    return 77;
  setvbuf (stdout, NULL, _IOLBF, 0);
  frames = g_array_new (FALSE, FALSE, sizeof (Frame));
  g_autoptr (GError) error = NULL;
  char *folder = acini_test_make_folder ();
  g_autoptr (AciniProject) project = acini_test_make_project (folder);
  g_autofree char *path = make_slide (folder);
  gint64 slide = acini_project_add_slide (project, path, NULL, NULL, .5, &error);
  g_assert_no_error (error);
  g_autoptr (AciniPrediction) prediction = make_prediction (folder);
  if (is_wanted ("start"))
    bench_start (acini_project_get_folder (project));

  acini_frame_memory_keep (gdk_display_get_default ()); /* as the view does: for the bare widget, too */
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
  g_print ("%-36s    ms: p50    p99  processor: p50 p99\n",
           G_OBJECT_TYPE_NAME (gtk_native_get_renderer (GTK_NATIVE (window))));
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (view));
  acini_slide_view_set_slide (view, project, slide);
  while (!view->slide)
    g_main_context_iteration (NULL, TRUE);
  wait_sharp (view);
  if (is_wanted ("frames"))
    bench_frames (GTK_WINDOW (window), bare, 1, view, "tissue, tiles cached", 1.25);
  g_main_context_set_poll_func (NULL, timed_poll);
  if (is_wanted ("cold"))
    bench_cold (view, path);
  if (is_wanted ("stalls"))
    bench_stalls (view);
  acini_slide_view_set_prediction (view, prediction);
  if (is_wanted ("mask"))
    bench_frames (GTK_WINDOW (window), bare, 2, view, "tissue, mask of 100 000 FTUs", 1.4);
  if (is_wanted ("drags"))
    bench_drags (view);
  acini_slide_view_set_prediction (view, NULL);
  if (is_wanted ("memory"))
    bench_memory (view);

  acini_slide_view_set_slide (view, NULL, 0);
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (view);
  g_object_unref (bare);
  g_clear_object (&project);
  acini_test_remove_folder (folder);
  return EXIT_SUCCESS;
}
