/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A project of a million objects: how long its index takes to make, how much memory, and what an edit costs then.
 *
 * Arguments: the number of objects (1000000), of slides (10). */

#include "data/labels/acini-journal.h"
#include "data/objects/acini-object-index.h"
#include "tests/acini-test-util.h"
#include "tests/bench/acini-bench.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Objects lie on a grid of this step, in level-0 pixels, and are about half as wide: glands at 2 µm per pixel. */
#define STEP 60
#define EDITS 100

static void
edit_and_update (AciniProject *project, const AciniSlideRecord *slide, AciniObjectIndex *index)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (BenchTime));

  srand (1);
  for (int i = 0; i < EDITS; i++)
    {
      g_autoptr (AciniEdit) edit = acini_edit_new (project, slide->id, "brush");
      AciniRect rect = { rand () % (slide->width - 200), rand () % (slide->height - 200), 150, 20 };
      BenchTime start;

      if (!acini_edit_paint (edit, &rect, NULL, (guint8)(1 + i % 3), NULL) || !acini_edit_commit (edit, NULL, NULL))
        g_error ("The edit cannot be written");
      start = bench_now ();
      if (!acini_object_index_update (index, NULL, NULL, NULL, NULL, NULL))
        g_error ("The index cannot be brought up to date");
      start = bench_since (&start);
      g_array_append_val (times, start);
    }
  bench_report ("index after an edit", times, 0, 0);
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
  gint64 n = 0, listed = 0;
  BenchTime start, making = { 0 };
  AciniObject object;

  for (int i = 0; i < n_slides; i++)
    {
      g_autofree char *name = g_strdup_printf ("%d.tiff", i);
      AciniObjectSource source = { project };

      g_clear_pointer (&index, acini_object_index_free);
      g_clear_pointer (&record, acini_slide_record_free);
      record = acini_project_get_slide (project, acini_test_add_slide (project, name, side, side), NULL);
      bench_paint_discs (project, record->id, STEP, G_MAXINT64);
      source.slide = record;
      start = bench_now ();
      index = acini_object_index_open (&source, NULL);
      if (index == NULL || !acini_object_index_update (index, NULL, NULL, NULL, NULL, NULL))
        g_error ("The index cannot be made");
      making.clock += bench_since (&start).clock;
      making.processor += bench_since (&start).processor;
      n += acini_object_index_count (index, NULL);
    }
  printf ("%" G_GINT64_FORMAT " objects, %d slides of %d² pixels\n", n, n_slides, side);
  printf ("made in %.1f s, processor %.1f s (%.0f objects/s), %ld MiB at most\n", making.clock, making.processor,
          (double)n / making.clock, bench_get_most_memory ());
  edit_and_update (project, record, index);
  start = bench_now ();
  acini_object_index_foreach (index, &(AciniObjectQuery){ .order = ACINI_OBJECT_ORDER_AREA }, count_one, &listed, NULL);
  printf ("%" G_GINT64_FORMAT " listed by area in %.0f ms\n", listed, bench_since (&start).clock * 1000);
  start = bench_now ();
  for (int i = 0; i < 100; i++)
    acini_object_index_find (index, i * 37 % side, i * 91 % side, &object, NULL);
  printf ("found at a position in %.1f ms\n", bench_since (&start).clock * 10);
  g_clear_pointer (&index, acini_object_index_free);
  g_clear_object (&project);
  acini_test_remove_folder (folder);
  return n > 0 && listed > 0 ? 0 : 1;
}
