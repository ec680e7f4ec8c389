/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Data in and out at full size: run lengths of a gigapixel slide, a million outlines out and in again, a mask of
 * 2.5 gigapixels as outlines.  Seconds of the clock and of the processor, and the most memory so far.
 *
 * Arguments: which (runs, contours, squares, outlines; default: all), and the number of outlines (1000000). */

#include "data/interchange/acini-export.h"
#include "data/interchange/acini-labels-import.h"
#include "data/labels/acini-journal.h"
#include "data/mask/acini-contours.h"
#include "tests/acini-test-util.h"
#include "tests/bench/acini-bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RUNS_WIDTH 25794
#define RUNS_HEIGHT 31278
#define N_RUNS 41688
#define STEP 24 /* pixels between the middles of outlines */
#define SIDE 50000

static void
tell (const char *what, const BenchTime *start)
{
  BenchTime time = bench_since (start);

  printf ("%-42s %7.2f s, processor %7.2f s, most memory %5ld MiB\n", what, time.clock, time.processor,
          bench_get_most_memory ());
  fflush (stdout);
}

/* Runs. */

/* The competition's own where it is there, else as many runs on discs. */
static char *
make_runs (void)
{
  const char *shared = g_getenv ("ACINI_SHARED");
  g_autofree char *path
      = g_build_filename (shared != NULL ? shared : "", "tissue/hubmap_kidney_2021/train_2f6ecfcdf_only.csv", NULL);
  g_autofree char *text = NULL;
  GString *runs = g_string_new (NULL);

  if (g_file_get_contents (path, &text, NULL, NULL))
    {
      g_string_assign (runs, strrchr (text, ',') + 1);
      g_string_truncate (runs, strcspn (runs->str, "\"\r\n"));
      return g_string_free (runs, FALSE);
    }
  for (gint64 i = 0; i < N_RUNS; i++)
    g_string_append_printf (runs, "%s%" G_GINT64_FORMAT " %d", i > 0 ? " " : "",
                            1 + i * ((gint64)RUNS_WIDTH * RUNS_HEIGHT / N_RUNS) + i % 300, 200 + (int)(i % 200));
  return g_string_free (runs, FALSE);
}

static void
measure_runs (AciniProject *project)
{
  gint64 slide = acini_test_add_slide (project, "runs.tiff", RUNS_WIDTH, RUNS_HEIGHT);
  g_autofree char *runs = make_runs ();
  g_autoptr (GError) error = NULL;
  BenchTime start = bench_now ();

  if (!acini_labels_import_runs (project, slide, runs, ACINI_LABEL_FIRST_CLASS, NULL, NULL, &error))
    g_error ("%s", error->message);
  tell ("run lengths of 25 794 × 31 278 to labels", &start);
}

/* Outlines. */

static void
compare (AciniProject *project, gint64 first, gint64 second, int side)
{
  g_autofree guint8 *a = g_malloc ((gsize)side * 512), *b = g_malloc ((gsize)side * 512);

  for (int y = 0; y < side; y += 512)
    {
      int height = MIN (512, side - y);

      acini_labels_read (project, first, 0, 0, y, side, height, a, NULL);
      acini_labels_read (project, second, 0, 0, y, side, height, b, NULL);
      if (memcmp (a, b, (gsize)side * height) != 0)
        g_error ("what came in is not what went out, in the rows from %d on", y);
    }
}

static void
measure_outlines (AciniProject *project, const char *folder, int n)
{
  const int side = STEP * (int)ceil (sqrt (n));
  gint64 slide = acini_test_add_slide (project, "out.tiff", side, side);
  gint64 other = acini_test_add_slide (project, "in.tiff", side, side);
  g_autofree char *path = g_build_filename (folder, "outlines.geojson", NULL);
  g_autoptr (AciniSlideRecord) record = acini_project_get_slide (project, slide, NULL);
  const AciniExportSource source = { project, record, NULL, NULL };
  g_autoptr (GError) error = NULL;
  BenchTime start;

  acini_project_set_class_name (project, 3, "FTU 2", NULL);
  start = bench_now ();
  bench_paint_discs (project, slide, STEP, n);
  tell ("(painting)", &start);
  start = bench_now ();
  if (!acini_export_write (acini_export_find_format ("geojson", NULL), &source, path, NULL, NULL, NULL, &error))
    g_error ("%s", error->message);
  tell ("outlines to GeoJSON, first time", &start);
  start = bench_now ();
  if (!acini_export_write (acini_export_find_format ("geojson", NULL), &source, path, NULL, NULL, NULL, &error))
    g_error ("%s", error->message);
  tell ("outlines to GeoJSON, objects known", &start);
  start = bench_now ();
  if (!acini_labels_import_annotations (project, other, path, ACINI_ORIGIN_SLIDE, NULL, NULL, &error))
    g_error ("%s", error->message);
  tell ("GeoJSON to labels", &start);
  compare (project, slide, other, side);
}

/* Outlines of another program: squares, written here. */
static void
measure_squares (AciniProject *project, const char *folder, int n)
{
  const int columns = (int)ceil (sqrt (n)), side = STEP * columns;
  gint64 slide = acini_test_add_slide (project, "squares.tiff", side, side);
  g_autofree char *path = g_build_filename (folder, "squares.geojson", NULL);
  g_autoptr (GError) error = NULL;
  FILE *file = fopen (path, "w");
  BenchTime start;
  guint8 label = 0;

  fputs ("{\"type\":\"FeatureCollection\",\"features\":[", file);
  for (int i = 0; i < n; i++)
    {
      int x = i % columns * STEP + 4, y = i / columns * STEP + 4, w = 10 + i % 7;

      fprintf (
          file,
          "%s\n{\"type\":\"Feature\",\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[%d,%d],[%d,%d],[%d,%d],[%d,"
          "%d],[%d,%d]]]},\"properties\":{}}",
          i > 0 ? "," : "", x, y, x + w, y, x + w, y + w, x, y + w, x, y);
    }
  fputs ("]}", file);
  fclose (file);
  start = bench_now ();
  if (!acini_labels_import_annotations (project, slide, path, ACINI_ORIGIN_SLIDE, NULL, NULL, &error))
    g_error ("%s", error->message);
  tell ("squares of GeoJSON to labels", &start);
  acini_labels_read (project, slide, 0, 5, 5, 1, 1, &label, NULL);
  if (label != ACINI_LABEL_FIRST_CLASS)
    g_error ("the first square is not there");
}

/* A mask. */

typedef struct
{
  guint64 n, n_points, area;
} Found;

static void
take (const AciniComponent *component, gpointer user_data)
{
  Found *found = user_data;

  found->n++;
  found->area += component->area;
  for (guint i = 0; i < component->rings->len; i++)
    found->n_points += ((GArray *)g_ptr_array_index (component->rings, i))->len;
}

/* Rings of 200 pixels, on a grid of 250: 40 000 of them, each with a hole. */
static void
measure_contours (void)
{
  const int step = 250;
  g_autofree guint8 *rows = g_malloc0 ((gsize)SIDE * step);
  Found found = { 0 };
  g_autoptr (AciniContours) contours = acini_contours_new (SIDE, take, &found);
  BenchTime start;

  for (int y = 0; y < step; y++)
    for (int x = 0; x < SIDE; x++)
      {
        int dx = x % step - step / 2, dy = y - step / 2, square = dx * dx + dy * dy;

        rows[(gsize)y * SIDE + x] = square < 100 * 100 && square > 40 * 40;
      }
  start = bench_now ();
  for (int y = 0; y < SIDE; y++)
    acini_contours_push (contours, rows + (gsize)(y % step) * SIDE);
  acini_contours_finish (contours);
  tell ("mask of 50 000 × 50 000 to outlines", &start);
  if (found.n != (guint64)(SIDE / step) * (SIDE / step))
    g_error ("%" G_GUINT64_FORMAT " outlines", found.n);
}

int
main (int argc, char **argv)
{
  const char *which = argc > 1 ? argv[1] : "all";
  const gboolean all = g_str_equal (which, "all");
  char *folder = acini_test_make_folder ();
  g_autoptr (AciniProject) project = acini_test_make_project (folder);

  if (all || g_str_equal (which, "runs"))
    measure_runs (project);
  if (all || g_str_equal (which, "contours"))
    measure_contours ();
  if (all || g_str_equal (which, "squares"))
    measure_squares (project, folder, argc > 2 ? atoi (argv[2]) : 1000000);
  if (all || g_str_equal (which, "outlines"))
    measure_outlines (project, folder, argc > 2 ? atoi (argv[2]) : 1000000);
  g_clear_object (&project);
  acini_test_remove_folder (folder);
  return 0;
}
