/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reviewing in the real window, with a project of 1 000 objects and with one of a million on a thousand slides: from
 * the start of the program to the first sharp frame; from the pointer's event to the frame that shows the stroke; from
 * its release until it is on the disk, and until the slide's objects know of it; undo; from a squiggle that
 * refines what is on screen to the frame that shows it; and from the step to the next object to a sharp frame.  Figures
 * are of the clock and of the processor: of frames that of the main thread, else that of the whole process; those are
 * to be preferred on a busy computer.
 *
 * ACINI_WINDOW: the program.  Options: --objects, --slides, --strokes, --folder: one that is kept, so that the projects
 * are made once, --brush: strokes of this size alone, --no-opening. */

#include "data/objects/acini-object-index.h"
#include "tests/acini-test-util.h"
#include "tests/bench/acini-bench.h"
#include "ui/acini-application.h"
#include "ui/acini-window-private.h"
#include "ui/review/acini-queue-pane-private.h"
#include "ui/review/acini-review-page-private.h"
#include "ui/tools/acini-tool-pixels.h"
#include "ui/view/core/acini-view-core.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <vips/vips.h>

/* The slide that is worked on. */
#define WIDTH 12000
#define HEIGHT 9000
/* Between the middles of objects, level-0 pixels; the few ones are larger, so that they, too, fill the screen. */
#define STEP 24
#define FEW_STEP 120
/* The side of the other slides. */
#define SIDE 696
#define FEW 1000
#define MOVES 12

static gint64 n_objects = 1000000, n_slides = 1000;
static int n_strokes = 40;
static char *kept;
static double only_brush;
static gboolean no_opening;

typedef struct
{
  AciniApplication *application;
  AciniWindow *window;
  AciniReviewPage *page;
  AciniSlideView *view;
  guint n_frames;
  double frame_start, frame; /* the main thread's processor time when it began, and of the last one, seconds */
} Bench;

/* Projects. */

static void
make_tissue (const char *path, int width, int height)
{
  VipsImage *cell = NULL, *noise = NULL, *part = NULL, *band = NULL, *rgb = NULL;

  if (vips_perlin (&cell, 1000, 1000, "cell_size", 50, "uchar", TRUE, NULL)
      || vips_replicate (cell, &noise, width / 1000 + 1, height / 1000 + 1, NULL)
      || vips_crop (noise, &part, 0, 0, width, height, NULL) || vips_bandjoin2 (part, part, &band, NULL)
      || vips_bandjoin2 (band, part, &rgb, NULL))
    g_error ("%s", vips_error_buffer ());
  rgb->Type = VIPS_INTERPRETATION_sRGB;
  if (vips_tiffsave (rgb, path, "tile", TRUE, "tile_width", 256, "tile_height", 256, "pyramid", TRUE, "compression",
                     VIPS_FOREIGN_TIFF_COMPRESSION_JPEG, NULL))
    g_error ("%s", vips_error_buffer ());
  g_object_unref (cell);
  g_object_unref (noise);
  g_object_unref (part);
  g_object_unref (band);
  g_object_unref (rgb);
}

static void
make_objects (AciniProject *project, gint64 slide, int step, gint64 n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniSlideRecord) record = acini_project_get_slide (project, slide, &error);
  const AciniObjectSource source = { project, record };
  g_autoptr (AciniObjectIndex) index = NULL;

  bench_paint_discs (project, slide, step, n);
  index = acini_object_index_open (&source, &error);
  if (index == NULL || !acini_object_index_update (index, NULL, NULL, NULL, NULL, &error))
    g_error ("%s", error->message);
}

/* @n objects: as many as there is room for on the first slide, the rest spread over the others, whose file is one. */
static char *
make_project (const char *folder, gint64 n, gint64 slides)
{
  char *path = g_build_filename (folder, "test.acini", NULL);
  g_autofree char *large = g_build_filename (folder, "large.tiff", NULL);
  g_autofree char *small = g_build_filename (folder, "small.tiff", NULL);
  const gint64 on_first = slides == 1 ? n : MIN (n / 5, (gint64)(WIDTH / STEP) * (HEIGHT / STEP));
  g_autoptr (AciniProject) project = NULL;
  g_autoptr (GError) error = NULL;
  gint64 slide, left = n - on_first;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return path;
  g_mkdir_with_parents (folder, 0700);
  project = acini_test_make_project (folder);
  make_tissue (large, WIDTH, HEIGHT);
  make_tissue (small, SIDE, SIDE);
  slide = acini_project_add_slide (project, large, NULL, NULL, .5, &error);
  g_assert_no_error (error);
  make_objects (project, slide, slides == 1 ? FEW_STEP : STEP, on_first);
  for (gint64 i = 1; i < slides; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s/small-%04d.tiff", folder, (int)i);
      gint64 here = left / (slides - i);

      if (link (small, name) != 0)
        g_error ("%s cannot be linked to", small);
      slide = acini_project_add_slide_record (project, name, NULL, "", .5, .5, SIDE, SIDE, &error);
      g_assert_no_error (error);
      make_objects (project, slide, STEP, here);
      left -= here;
    }
  return path;
}

static void
add_since (GArray *times, const BenchTime *start)
{
  BenchTime time = bench_since (start);

  g_array_append_val (times, time);
}

/* Opening. */

static double
get_processor_of_children (void)
{
  struct rusage usage;

  getrusage (RUSAGE_CHILDREN, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* From the start of the program to the first frame in which the slide is sharp. */
static void
measure_opening (const char *project)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (BenchTime));
  const char *window = g_getenv ("ACINI_WINDOW");

  for (int i = 0; window != NULL && i < 7; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSubprocessLauncher) launcher
          = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_MERGE | G_SUBPROCESS_FLAGS_STDOUT_PIPE);
      g_autoptr (GSubprocess) child = NULL;
      g_autoptr (GDataInputStream) lines = NULL;
      BenchTime start = bench_now (), took;
      double before = get_processor_of_children ();

      g_subprocess_launcher_setenv (launcher, "G_MESSAGES_DEBUG", "all", TRUE);
      child = g_subprocess_launcher_spawn (launcher, &error, window, project, NULL);
      g_assert_no_error (error);
      lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));
      for (gboolean sharp = FALSE; !sharp;)
        {
          g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);

          g_assert_nonnull (line);
          sharp = strstr (line, ACINI_VIEW_SHARP) != NULL;
        }
      took = bench_since (&start);
      g_subprocess_force_exit (child);
      g_subprocess_wait (child, NULL, NULL);
      took.processor = get_processor_of_children () - before;
      g_array_append_val (times, took);
    }
  if (times->len > 0)
    bench_report ("start of the program to a sharp slide", times, 2000, 500);
}

/* The window. */

typedef gboolean (*Condition) (Bench *bench);

static void
wait_for (Bench *bench, Condition condition)
{
  acini_test_wait_for ((AciniTestCondition)condition, bench, 240);
}

static double
get_processor (void)
{
  struct timespec t;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void
on_before_paint (GdkFrameClock *clock, Bench *bench)
{
  bench->frame_start = get_processor ();
}

static void
on_after_paint (GdkFrameClock *clock, Bench *bench)
{
  bench->frame = get_processor () - bench->frame_start;
  bench->n_frames++;
}

static gboolean
is_open (Bench *bench)
{
  return bench->window->session != NULL && acini_session_is_ready (bench->window->session)
         && bench->view->slide != NULL;
}

static gboolean
is_at_rest (Bench *bench)
{
  return bench->view->tick == 0 && !bench->view->opening && acini_view_is_sharp (bench->view)
         && g_queue_is_empty (&bench->view->strokes) && bench->page->objects != NULL
         && acini_slide_objects_is_idle (bench->page->objects)
         && acini_editor_is_idle (acini_session_get_editor (bench->window->session)) && bench->page->n_steps == 0;
}

static gboolean
is_closed (Bench *bench)
{
  return gtk_application_get_windows (GTK_APPLICATION (bench->application)) == NULL;
}

static void
rest (Bench *bench)
{
  acini_test_run_for (20);
  wait_for (bench, is_at_rest);
}

static void
open_window (Bench *bench, const char *project)
{
  GdkFrameClock *clock;

  bench->window = g_object_ref (acini_window_new (ADW_APPLICATION (bench->application)));
  bench->page = bench->window->review_page;
  bench->view = acini_review_page_get_view (bench->page);
  gtk_window_set_decorated (GTK_WINDOW (bench->window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (bench->window), 1920, 1080);
  gtk_window_present (GTK_WINDOW (bench->window));
  clock = gtk_widget_get_frame_clock (GTK_WIDGET (bench->window));
  g_signal_connect (clock, "before-paint", G_CALLBACK (on_before_paint), bench);
  g_signal_connect_after (clock, "after-paint", G_CALLBACK (on_after_paint), bench);
  acini_window_open_project (bench->window, project, FALSE, NULL);
  wait_for (bench, is_open);
  gtk_widget_activate_action (GTK_WIDGET (bench->window), "win.page", "s", "review");
  rest (bench);
}

static void
close_window (Bench *bench)
{
  gtk_window_close (GTK_WINDOW (bench->window));
  wait_for (bench, is_closed);
  g_object_run_dispose (G_OBJECT (bench->window));
  g_clear_object (&bench->window);
  acini_test_run_for (200);
}

/* Strokes. */

static gboolean
is_written (Bench *bench)
{
  return acini_editor_is_idle (acini_session_get_editor (bench->window->session));
}

static gboolean
know_objects (AciniObjectIndex *index, const AciniObjectSource *source, gpointer data, GCancellable *cancellable,
              GError **error)
{
  return TRUE;
}

static void
on_known (gpointer object, gpointer data, const GError *error)
{
  g_assert_no_error (error);
  **(gboolean **)data = TRUE;
}

/* *@known: once an answer about the objects as they are now has come. */
static void
ask_for_objects (Bench *bench, gboolean *known)
{
  gboolean **box = g_new (gboolean *, 1);

  *box = known;
  acini_slide_objects_ask (bench->page->objects, know_objects, on_known, NULL, box, g_free);
}

typedef struct
{
  GArray *frames, *durable, *known, *undone;
} Strokes;

/* One stroke through the middle of the screen; each event waits for the frame that shows it. */
static void
draw_stroke (Bench *bench, GRand *random, Strokes *to)
{
  AciniSlideView *view = bench->view;
  double x = view->viewport.width * g_rand_double_range (random, .2, .7);
  double y = view->viewport.height * g_rand_double_range (random, .2, .7);
  BenchTime start;
  gboolean known = FALSE;

  for (int i = 0; i < MOVES; i++)
    {
      guint before = bench->n_frames;

      start = bench_now ();
      if (i == 0)
        acini_view_begin_tool (view, view->tool, x, y, 0);
      else
        acini_view_move_tool (view, x + 17 * i, y + 9 * i, 0);
      while (bench->n_frames == before)
        g_main_context_iteration (NULL, TRUE);
      g_assert_cmpuint (view->shown_strokes->len, >, 0);
      start = (BenchTime){ bench_since (&start).clock, bench->frame };
      g_array_append_val (to->frames, start);
    }
  start = bench_now ();
  acini_view_finish_tool (view);
  ask_for_objects (bench, &known);
  for (gboolean durable = FALSE, told = FALSE; !durable || !told;)
    {
      g_main_context_iteration (NULL, TRUE);
      if (!durable && (durable = is_written (bench)))
        add_since (to->durable, &start);
      if (!told && (told = known))
        add_since (to->known, &start);
    }
}

/* Until the pixels of before are on screen again. */
static void
undo (Bench *bench, Strokes *to)
{
  BenchTime start = bench_now ();
  guint before;

  g_action_group_activate_action (G_ACTION_GROUP (bench->window), "undo", NULL);
  while (bench->page->n_steps > 0)
    g_main_context_iteration (NULL, TRUE);
  before = bench->n_frames;
  while (bench->n_frames == before || !acini_view_is_sharp (bench->view))
    g_main_context_iteration (NULL, TRUE);
  add_since (to->undone, &start);
}

static void
tell (const char *what, double size, GArray *times, double bar, double aim)
{
  g_autofree char *text = g_strdup_printf ("brush of %4.0f px: %s", size, what);

  bench_report (text, times, bar, aim);
}

/* A brush of @size level-0 pixels.  Returns: (transfer full) (element-type BenchTime) of the frames. */
static GArray *
measure_strokes (Bench *bench, double size)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  Strokes to = { g_array_new (FALSE, FALSE, sizeof (BenchTime)), g_array_new (FALSE, FALSE, sizeof (BenchTime)),
                 g_array_new (FALSE, FALSE, sizeof (BenchTime)), g_array_new (FALSE, FALSE, sizeof (BenchTime)) };
  double zoom = size > 1000 ? .5 : 1;

  acini_view_go (bench->view, WIDTH / 2., HEIGHT / 2., zoom);
  g_object_set (bench->view, "brush-size", size * zoom, NULL);
  bench->view->tool = acini_view_get_tool (bench->view, "brush");
  rest (bench);
  for (int i = 0; i < n_strokes; i++)
    {
      draw_stroke (bench, random, &to);
      rest (bench);
      undo (bench, &to);
      rest (bench);
    }
  tell ("event to a frame that shows it", size, to.frames, 33, 16);
  tell ("release to durable", size, to.durable, 50, 15);
  tell ("release to objects updated", size, to.known, 50, 15);
  tell ("undo to its pixels", size, to.undone, 50, 16);
  g_array_unref (to.durable);
  g_array_unref (to.known);
  g_array_unref (to.undone);
  return to.frames;
}

/* The next object. */

/* Live refinement. */

static void
on_tool_changed (AciniToolPixels *tool, guint *answered)
{
  const Bench *bench = g_object_get_data (G_OBJECT (tool), "bench");

  if (!acini_tool_pixels_is_busy (tool))
    *answered = bench->n_frames;
}

/* A squiggle at the screen point; from its release to the frame that shows what all of the screen is by it. */
static void
squiggle (Bench *bench, double x, double y, GdkModifierType state, GArray *times)
{
  AciniSlideView *view = bench->view;
  AciniToolPixels *tool = ACINI_TOOL_PIXELS (view->tool);
  guint answered = G_MAXUINT;
  BenchTime start;
  gulong handler;

  g_object_set_data (G_OBJECT (tool), "bench", bench);
  acini_view_begin_tool (view, view->tool, x, y, state);
  for (int i = 1; i < MOVES; i++)
    acini_view_move_tool (view, x + 9 * i, y + (i % 2 == 0 ? 12 : -12), state);
  handler = g_signal_connect (tool, "changed", G_CALLBACK (on_tool_changed), &answered);
  start = bench_now ();
  acini_view_finish_tool (view);
  while (acini_tool_pixels_is_busy (tool) || answered == G_MAXUINT || bench->n_frames == answered)
    g_main_context_iteration (NULL, TRUE);
  add_since (times, &start);
  g_signal_handler_disconnect (tool, handler);
}

static void
show_panes (Bench *bench, gboolean shown)
{
  static const char *const panes[] = { "show-slides-pane", "show-side-pane" };

  for (guint i = 0; i < G_N_ELEMENTS (panes); i++)
    g_action_group_change_action_state (G_ACTION_GROUP (bench->window), panes[i], g_variant_new_boolean (shown));
  acini_test_run_for (500);
  rest (bench);
}

/* With all of the window for the tissue, on one screen after the other: what is meant, what is not, more of each. */
static void
measure_refinement (Bench *bench)
{
  g_autoptr (GArray) first = g_array_new (FALSE, FALSE, sizeof (BenchTime));
  g_autoptr (GArray) next = g_array_new (FALSE, FALSE, sizeof (BenchTime));
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  AciniSlideView *view = bench->view;

  show_panes (bench, FALSE);
  g_object_set (view, "tool", "refine", "zoom", 1., NULL);
  for (int i = 0; i < n_strokes; i++)
    {
      acini_slide_view_centre_on (view, g_rand_double_range (random, .2, .8) * WIDTH,
                                  g_rand_double_range (random, .2, .8) * HEIGHT);
      rest (bench);
      for (int k = 0; k < 4; k++)
        squiggle (bench, view->viewport.width * g_rand_double_range (random, .1, .8),
                  view->viewport.height * g_rand_double_range (random, .1, .8), k % 2 == 1 ? GDK_ALT_MASK : 0,
                  k == 0 ? first : next);
      acini_view_cancel_tool (view);
      acini_tool_pixels_drop (ACINI_TOOL_PIXELS (view->tool));
      rest (bench);
    }
  printf ("the tissue on screen: %d x %d points\n", (int)view->viewport.width, (int)view->viewport.height);
  bench_report ("refinement of the screen: first squiggle there", first, 500, 500);
  bench_report ("refinement of the screen: another squiggle", next, 500, 500);
  show_panes (bench, TRUE);
}

static gboolean
has_queue (Bench *bench)
{
  return bench->page->queue_pane->loaded && bench->page->queue_pane->flown > 0;
}

static void
forget_tiles (Bench *bench)
{
  acini_tile_cache_set_limit (bench->view->cache, 1 << 20);
  acini_tile_cache_set_limit (bench->view->cache, 0);
}

/* @step to the next one or back to the one before; until it is sharp on screen. */
static void
step (Bench *bench, int step, GArray *times)
{
  AciniQueuePane *queue = bench->page->queue_pane;
  double x = bench->view->viewport.x, y = bench->view->viewport.y;
  guint before;
  BenchTime start = bench_now ();

  acini_queue_pane_step (queue, step);
  while (bench->view->viewport.x == x && bench->view->viewport.y == y)
    g_main_context_iteration (NULL, TRUE);
  before = bench->n_frames;
  while (bench->n_frames == before || !acini_view_is_sharp (bench->view))
    g_main_context_iteration (NULL, TRUE);
  add_since (times, &start);
}

static void
measure_next (Bench *bench)
{
  g_autoptr (GArray) ahead = g_array_new (FALSE, FALSE, sizeof (BenchTime));
  g_autoptr (GArray) cached = g_array_new (FALSE, FALSE, sizeof (BenchTime));
  g_autoptr (GArray) cold = g_array_new (FALSE, FALSE, sizeof (BenchTime));
  AciniQueuePane *queue = bench->page->queue_pane;

  /* Of a few sizes, so that one and the next are far from each other. */
  gtk_drop_down_set_selected (queue->order, 3);
  acini_queue_pane_step (queue, 1);
  wait_for (bench, has_queue);
  for (int i = 0; i < n_strokes; i++)
    {
      /* A look at the object takes longer. */
      rest (bench);
      acini_test_run_for (150);
      step (bench, 1, ahead);
    }
  rest (bench);
  for (int i = 0; i < n_strokes; i++)
    {
      step (bench, -1, cached);
      rest (bench);
    }
  for (int i = 0; i < n_strokes; i++)
    {
      forget_tiles (bench);
      step (bench, 1, cold);
      rest (bench);
    }
  bench_report ("next object, sharp: read ahead", ahead, 50, 16);
  bench_report ("next object, sharp: seen before", cached, 50, 16);
  bench_report ("next object, sharp: nothing cached", cold, 300, 150);
}

static void
measure (Bench *bench, const char *folder, gint64 n, gint64 slides, GArray *frames[4])
{
  static const double sizes[] = { 5, 50, 500, 2000 };
  BenchTime start = bench_now (), took;
  g_autofree char *project = make_project (folder, n, slides);

  took = bench_since (&start);
  printf ("%" G_GINT64_FORMAT " objects on %" G_GINT64_FORMAT " slides (made in %.0f s, processor %.0f s)\n", n, slides,
          took.clock, took.processor);
  if (!no_opening)
    measure_opening (project);
  open_window (bench, project);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    frames[i] = measure_strokes (bench, only_brush > 0 ? only_brush : sizes[i]);
  if (only_brush <= 0)
    {
      measure_refinement (bench);
      measure_next (bench);
    }
  close_window (bench);
}

static gboolean
parse_options (int *argc, char ***argv)
{
  const GOptionEntry entries[] = {
    { "objects", 0, 0, G_OPTION_ARG_INT64, &n_objects, "In the larger project (1000000)", "N" },
    { "slides", 0, 0, G_OPTION_ARG_INT64, &n_slides, "In the larger project (1000)", "N" },
    { "strokes", 0, 0, G_OPTION_ARG_INT, &n_strokes, "Of each brush, and steps to the next object (40)", "N" },
    { "folder", 0, 0, G_OPTION_ARG_FILENAME, &kept, "Where the projects are kept for the next time", "FOLDER" },
    { "brush", 0, 0, G_OPTION_ARG_DOUBLE, &only_brush, "Four times this brush, and nothing else", "PIXELS" },
    { "no-opening", 0, 0, G_OPTION_ARG_NONE, &no_opening, "Do not measure the start of the program", NULL },
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
main (int argc, char **argv)
{
  Bench bench = { 0 };
  g_autofree char *home = acini_test_make_home (), *folder = NULL, *few = NULL, *many = NULL;
  g_autoptr (GError) error = NULL;
  GArray *few_frames[4], *many_frames[4];
  double median = 0, most = 0;

  g_setenv ("ACINI_CLI", "/nowhere/acini-cli", FALSE);
  if (!parse_options (&argc, &argv))
    return EXIT_FAILURE;
  if (!gtk_init_check () || VIPS_INIT (argv[0]))
    return 77;
  setvbuf (stdout, NULL, _IOLBF, 0);
  folder = kept != NULL ? g_strdup (kept) : acini_test_make_folder ();
  few = g_build_filename (folder, "few", NULL);
  many = g_build_filename (folder, "many", NULL);
  bench.application = acini_application_new (G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (bench.application), NULL, &error);
  g_assert_no_error (error);
  measure (&bench, few, FEW, 1, few_frames);
  measure (&bench, many, n_objects, n_slides, many_frames);
  for (int i = 0; i < 4; i++)
    {
      median
          = MAX (median, bench_get_part (many_frames[i], .5).processor / bench_get_part (few_frames[i], .5).processor);
      most = MAX (most, bench_get_part (many_frames[i], .99).processor / bench_get_part (few_frames[i], .99).processor);
      g_array_unref (few_frames[i]);
      g_array_unref (many_frames[i]);
    }
  printf ("%-52s p50 %.2f p99 %.2f, by the processor (at most 1.3, aim 1.1)\n",
          "frames of strokes, many objects to few, at worst", median, most);
  g_object_unref (bench.application);
  if (kept == NULL)
    acini_test_remove_folder (g_steal_pointer (&folder));
  acini_test_remove_folder (g_steal_pointer (&home));
  return EXIT_SUCCESS;
}
