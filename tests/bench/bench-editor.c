/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long it takes from a stroke that was lifted until it is on the disk (every other one), and until the index of
 * objects knows of it (the others),
 * and from an undo until its pixels can be drawn: with predictions written beside it and the processor busy, with a
 * thousand objects and with a million.
 *
 * Arguments: a folder (the current one), the number of strokes (300), of objects (1000000), the brush's diameter
 * (80 level-0 pixels), the slide's side (24000). */

#include "data/labels/acini-editor.h"
#include "data/labels/acini-stroke.h"
#include "data/objects/acini-object-index.h"
#include "tests/acini-test-util.h"
#include "tests/bench/acini-bench.h"

#include <sqlite3.h>
#include <stdlib.h>

#define STEP 24 /* pixels between the middles of objects */
#define MOVES 60

typedef struct
{
  char *path; /* of a file of tiles, as predictions are */
  int stop;
} Load;

static guint n_waiting;   /* answers that are waited for */
static double brush = 80; /* level-0 pixels across */
static int side = 24000;

/* A round brush along a line of some steps.  Returns: (transfer full). */
static AciniStroke *
make_stroke (AciniProject *project, gint64 slide)
{
  AciniStroke *stroke = acini_stroke_new (project, slide, "brush", 2, brush / 2);
  double x = g_random_double_range (500, side - 1500), y = g_random_double_range (500, side - 1500);
  double dx = g_random_double_range (-8, 8), dy = g_random_double_range (-8, 8);

  for (int i = 0; i < MOVES; i++)
    acini_stroke_add (stroke, x + i * dx, y + i * dy);
  return stroke;
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!acini_editor_finish (ACINI_EDITOR (source), result, user_data, &error))
    g_error ("%s", error->message);
  n_waiting--;
}

static void
wait_for_all_but (guint n)
{
  while (n_waiting > n)
    g_main_context_iteration (NULL, TRUE);
}

/* Live segmentation, as the disk sees it: about ten transactions of some hundred kB a second, without waiting. */
static gpointer
write_tiles (gpointer data)
{
  Load *load = data;
  sqlite3 *db = NULL;
  g_autofree guint8 *tile = g_malloc (100000);

  for (int i = 0; i < 100000; i++)
    tile[i] = (guint8)g_random_int ();
  sqlite3_open (load->path, &db);
  sqlite3_exec (db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE tiles (data BLOB)", NULL,
                NULL, NULL);
  while (!g_atomic_int_get (&load->stop))
    {
      sqlite3_stmt *statement = NULL;

      sqlite3_prepare_v2 (db, "INSERT INTO tiles VALUES (?1)", -1, &statement, NULL);
      sqlite3_exec (db, "BEGIN", NULL, NULL, NULL);
      for (int i = 0; i < 4; i++)
        {
          sqlite3_bind_blob (statement, 1, tile, 100000, SQLITE_STATIC);
          sqlite3_step (statement);
          sqlite3_reset (statement);
        }
      sqlite3_exec (db, "COMMIT", NULL, NULL, NULL);
      sqlite3_finalize (statement);
      g_usleep (100000);
    }
  sqlite3_close (db);
  return NULL;
}

/* And as the processor does. */
static gpointer
burn (gpointer data)
{
  Load *load = data;
  volatile double x = 1;

  while (!g_atomic_int_get (&load->stop))
    for (int i = 0; i < 100000; i++)
      x = x * 1.0000001 + 1e-9;
  return NULL;
}

static void
add_since (GArray *times, const BenchTime *start)
{
  BenchTime time = bench_since (start);

  g_array_append_val (times, time);
}

static void
update_objects (AciniObjectIndex *index)
{
  g_autoptr (GError) error = NULL;

  if (index != NULL && !acini_object_index_update (index, NULL, NULL, NULL, NULL, &error))
    g_error ("%s", error->message);
}

static void
measure (AciniProject *project, gint64 slide, AciniObjectIndex *index, int n)
{
  g_autoptr (AciniEditor) editor = acini_editor_get (project);
  g_autoptr (GArray) strokes = g_array_new (FALSE, FALSE, sizeof (BenchTime));
  g_autoptr (GArray) known = g_array_new (FALSE, FALSE, sizeof (BenchTime));
  g_autoptr (GArray) undos = g_array_new (FALSE, FALSE, sizeof (BenchTime));
  int n_changed = 0;

  for (int i = 0; i < n; i++)
    {
      g_autoptr (AciniStroke) stroke = make_stroke (project, slide);
      AciniEditorOutcome outcome;
      BenchTime start = bench_now ();

      n_waiting = 2;
      acini_editor_draw (editor, slide, "brush", 0, acini_stroke_draw, stroke, NULL, on_done, &outcome);
      acini_editor_flush (editor, on_done, NULL);
      if (i % 2 == 0)
        {
          wait_for_all_but (0);
          add_since (strokes, &start);
        }
      else
        {
          wait_for_all_but (1);
          update_objects (index);
          add_since (known, &start);
          wait_for_all_but (0);
        }
      n_changed += outcome.damage.width > 0;
      g_usleep (g_random_int_range (5000, 30000));
    }
  for (int i = 0; i < n_changed; i++)
    {
      AciniEditorOutcome outcome;
      BenchTime start = bench_now ();
      g_autofree guint8 *labels = NULL;

      n_waiting = 1;
      acini_editor_undo (editor, slide, on_done, &outcome);
      wait_for_all_but (0);
      labels = g_malloc ((gsize)(outcome.damage.width * outcome.damage.height));
      acini_labels_read (project, slide, 0, outcome.damage.x, outcome.damage.y, (int)outcome.damage.width,
                         (int)outcome.damage.height, labels, NULL);
      add_since (undos, &start);
      update_objects (index);
      g_usleep (g_random_int_range (1000, 10000));
    }
  bench_report ("stroke lifted to durable", strokes, 50, 15);
  if (index != NULL)
    bench_report ("stroke lifted to objects updated", known, 50, 15);
  bench_report ("undo to its pixels", undos, 50, 16);
}

/* Beside @n objects on the slide. */
static void
measure_objects (const char *folder, gint64 n, int n_strokes)
{
  g_autofree char *own = g_strdup_printf ("%s/objects-%" G_GINT64_FORMAT, folder, n);
  g_autoptr (AciniProject) project = acini_test_make_project (own);
  gint64 slide = acini_test_add_slide (project, "a.tiff", side, side);
  g_autoptr (AciniSlideRecord) record = acini_project_get_slide (project, slide, NULL);
  const AciniObjectSource source = { project, record };
  g_autoptr (AciniObjectIndex) index = NULL;

  bench_paint_discs (project, slide, STEP, n);
  index = acini_object_index_open (&source, NULL);
  update_objects (index);
  g_print ("beside %" G_GINT64_FORMAT " objects:\n", acini_object_index_count (index, NULL));
  measure (project, slide, index, n_strokes);
}

int
main (int argc, char **argv)
{
  const char *where = argc > 1 ? argv[1] : ".";
  g_autofree char *folder = g_build_filename (where, "bench-editor-XXXXXX", NULL);
  int n = argc > 2 ? MAX (atoi (argv[2]), 10) : 300, n_cores = (int)g_get_num_processors ();

  brush = argc > 4 ? MAX (atof (argv[4]), 1) : brush;
  side = argc > 5 ? MAX (atoi (argv[5]), 4000) : side;
  g_assert_nonnull (g_mkdtemp (folder));
  for (int loaded = 0; loaded < 2; loaded++)
    {
      g_autofree char *own = g_strdup_printf ("%s/%d", folder, loaded);
      g_autofree char *tiles = g_strdup_printf ("%s/tiles-%d.sqlite", folder, loaded);
      g_autoptr (AciniProject) project = acini_test_make_project (own);
      gint64 slide = acini_test_add_slide (project, "a.tiff", side, side);
      Load load = { tiles, 0 };
      g_autoptr (GPtrArray) threads = g_ptr_array_new ();

      g_print ("%s\n", loaded ? "with live tiles and all cores busy:" : "alone:");
      for (int i = 0; loaded && i < n_cores; i++)
        g_ptr_array_add (threads, g_thread_new ("burn", burn, &load));
      if (loaded)
        g_ptr_array_add (threads, g_thread_new ("tiles", write_tiles, &load));
      measure (project, slide, NULL, n);
      g_atomic_int_set (&load.stop, 1);
      for (guint i = 0; i < threads->len; i++)
        g_thread_join (threads->pdata[i]);
    }
  measure_objects (folder, 1000, n);
  measure_objects (folder, argc > 3 ? atoi (argv[3]) : 1000000, n);
  acini_test_remove_folder (g_steal_pointer (&folder));
  return 0;
}
