/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A project of a million objects: how long its index takes to make, how much memory, and what an edit costs then.
 *
 * Arguments: the number of objects (1000000), of slides (10). */

#include "data/labels/acini-journal.h"
#include "data/objects/acini-object-index.h"
#include "tests/acini-test-util.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* Objects lie on a grid of this step, in level-0 pixels, and are about half as wide: glands at 2 µm per pixel. */
#define STEP 60
#define EDITS 100

static double
seconds_since (gint64 start)
{
  return (double)(g_get_monotonic_time () - start) / G_USEC_PER_SEC;
}

static glong
peak_memory (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return usage.ru_maxrss / 1024;
}

/* Blobs of several sizes and two classes, all over the slide. */
static void
paint_slide (AciniProject *project, gint64 slide, int side)
{
  g_autoptr (AciniEdit) edit = acini_edit_new (project, slide, "brush");
  g_autofree guint8 *rows = g_malloc ((gsize)side * 512);

  for (int top = 0; top < side; top += 512)
    {
      int height = MIN (512, side - top);

      for (int y = 0; y < height; y++)
        for (int x = 0; x < side; x++)
          {
            int column = x / STEP, row = (top + y) / STEP;
            guint hash = (guint)column * 2654435761u ^ (guint)row * 40503u;
            double radius = STEP / 4.0 + (hash >> 8) % (STEP / 5);
            double dx = x % STEP - STEP / 2.0, dy = (top + y) % STEP - STEP / 2.0;

            rows[(gsize)y * side + x] = dx * dx + dy * dy < radius * radius ? 2 + (hash & 1) : 1;
          }
      if (!acini_edit_write (edit, &(AciniRect){ 0, top, side, height }, rows, NULL))
        g_error ("The labels cannot be written");
    }
  if (!acini_edit_commit (edit, NULL, NULL))
    g_error ("The labels cannot be committed");
}

static int
compare_numbers (gconstpointer a, gconstpointer b)
{
  double first = *(const double *)a, second = *(const double *)b;

  return (first > second) - (first < second);
}

static void
edit_and_update (AciniProject *project, const AciniSlideRecord *slide, AciniObjectIndex *index)
{
  double times[EDITS];

  srand (1);
  for (int i = 0; i < EDITS; i++)
    {
      g_autoptr (AciniEdit) edit = acini_edit_new (project, slide->id, "brush");
      AciniRect rect = { rand () % (slide->width - 200), rand () % (slide->height - 200), 150, 20 };
      gint64 start;

      if (!acini_edit_paint (edit, &rect, NULL, (guint8)(1 + i % 3), NULL) || !acini_edit_commit (edit, NULL, NULL))
        g_error ("The edit cannot be written");
      start = g_get_monotonic_time ();
      if (!acini_object_index_update (index, NULL, NULL, NULL, NULL, NULL))
        g_error ("The index cannot be brought up to date");
      times[i] = seconds_since (start) * 1000;
    }
  qsort (times, EDITS, sizeof *times, compare_numbers);
  printf ("after an edit: median %.1f ms, p99 %.1f ms\n", times[EDITS / 2], times[EDITS * 99 / 100]);
}

static gboolean
count_one (const AciniObject *object, gpointer user_data)
{
  (*(gint64 *)user_data)++;
  return TRUE;
}

int
main (int argc, char **argv)
{
  gint64 wanted = argc > 1 ? atoi (argv[1]) : 1000000;
  int n_slides = argc > 2 ? atoi (argv[2]) : 10, side = STEP * (int)ceil (sqrt ((double)wanted / n_slides));
  char *folder = acini_test_make_folder ();
  g_autoptr (AciniProject) project = acini_test_make_project (folder);
  g_autoptr (AciniObjectIndex) index = NULL;
  g_autoptr (AciniSlideRecord) record = NULL;
  gint64 n = 0, listed = 0, start;
  double making = 0;
  AciniObject object;

  for (int i = 0; i < n_slides; i++)
    {
      g_autofree char *name = g_strdup_printf ("%d.tiff", i);
      AciniObjectSource source = { project };

      g_clear_pointer (&index, acini_object_index_free);
      g_clear_pointer (&record, acini_slide_record_free);
      record = acini_project_get_slide (project, acini_test_add_slide (project, name, side, side), NULL);
      paint_slide (project, record->id, side);
      source.slide = record;
      start = g_get_monotonic_time ();
      index = acini_object_index_open (&source, NULL);
      if (index == NULL || !acini_object_index_update (index, NULL, NULL, NULL, NULL, NULL))
        g_error ("The index cannot be made");
      making += seconds_since (start);
      n += acini_object_index_count (index, NULL);
    }
  printf ("%" G_GINT64_FORMAT " objects, %d slides of %d² pixels\n", n, n_slides, side);
  printf ("made in %.1f s (%.0f Mpx/s, %.0f objects/s), %ld MB at most\n", making,
          (double)side * side * n_slides / 1e6 / making, (double)n / making, peak_memory ());
  edit_and_update (project, record, index);
  start = g_get_monotonic_time ();
  acini_object_index_foreach (index, &(AciniObjectQuery){ .order = ACINI_OBJECT_ORDER_AREA }, count_one, &listed, NULL);
  printf ("%" G_GINT64_FORMAT " listed by area in %.0f ms\n", listed, seconds_since (start) * 1000);
  start = g_get_monotonic_time ();
  for (int i = 0; i < 100; i++)
    acini_object_index_find (index, i * 37 % side, i * 91 % side, &object, NULL);
  printf ("found at a position in %.1f ms\n", seconds_since (start) * 10);
  g_clear_pointer (&index, acini_object_index_free);
  g_clear_object (&project);
  acini_test_remove_folder (folder);
  return n > 0 && listed > 0 ? 0 : 1;
}
