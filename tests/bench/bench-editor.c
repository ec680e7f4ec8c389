/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How long it takes from a stroke that was lifted until it is on the disk, and from an undo until its pixels can be
 * drawn, while predictions are written beside it and the processor is busy.
 *
 * Arguments: a folder (the current one), the number of strokes (300). */

#include "data/labels/acini-editor.h"
#include "tests/acini-test-util.h"

#include <sqlite3.h>
#include <stdlib.h>

#define SIDE 20000
#define RADIUS 40

typedef struct
{
  double x, y, dx, dy;
} Stroke;

typedef struct
{
  char *path; /* of a file of tiles, as predictions are */
  int stop;
} Load;

static gboolean done;

/* A round brush along a line of 60 steps. */
static gboolean
draw (AciniEdit *edit, gpointer data, GError **error)
{
  static const int side = 2 * RADIUS;
  const Stroke *stroke = data;
  g_autofree guint8 *mask = g_malloc (side * side);

  for (int y = 0; y < side; y++)
    for (int x = 0; x < side; x++)
      mask[y * side + x] = (x - RADIUS) * (x - RADIUS) + (y - RADIUS) * (y - RADIUS) < RADIUS * RADIUS;
  for (int i = 0; i < 60; i++)
    {
      AciniRect rect = { (gint64)(stroke->x + i * stroke->dx), (gint64)(stroke->y + i * stroke->dy), side, side };

      if (!acini_edit_paint (edit, &rect, mask, 2, error))
        return FALSE;
    }
  return TRUE;
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!acini_editor_finish (ACINI_EDITOR (source), result, user_data, &error))
    g_error ("%s", error->message);
  done = TRUE;
}

static void
wait_until_done (void)
{
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  done = FALSE;
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

static int
compare (gconstpointer a, gconstpointer b)
{
  return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static void
print (const char *what, double *times, int n)
{
  qsort (times, (gsize)n, sizeof *times, compare);
  g_print ("%-26s p50 %6.1f ms   p99 %6.1f ms   most %6.1f ms   (%d)\n", what, times[n / 2], times[n * 99 / 100],
           times[n - 1], n);
}

static void
measure (AciniProject *project, gint64 slide, int n)
{
  g_autoptr (AciniEditor) editor = acini_editor_get (project);
  g_autofree double *strokes = g_new (double, n), *undos = g_new (double, n);

  for (int i = 0; i < n; i++)
    {
      Stroke stroke = { g_random_double_range (500, SIDE - 1500), g_random_double_range (500, SIDE - 1500),
                        g_random_double_range (-8, 8), g_random_double_range (-8, 8) };
      AciniEditorOutcome outcome;
      gint64 start = g_get_monotonic_time ();

      acini_editor_draw (editor, slide, "brush", 0, draw, &stroke, NULL, on_done, &outcome);
      wait_until_done ();
      strokes[i] = (double)(g_get_monotonic_time () - start) / 1000;
      g_usleep (g_random_int_range (5000, 30000));
    }
  for (int i = 0; i < n; i++)
    {
      AciniEditorOutcome outcome;
      gint64 start = g_get_monotonic_time ();
      g_autofree guint8 *labels = NULL;

      acini_editor_undo (editor, slide, on_done, &outcome);
      wait_until_done ();
      labels = g_malloc ((gsize)(outcome.damage.width * outcome.damage.height));
      acini_labels_read (project, slide, 0, outcome.damage.x, outcome.damage.y, (int)outcome.damage.width,
                         (int)outcome.damage.height, labels, NULL);
      undos[i] = (double)(g_get_monotonic_time () - start) / 1000;
      g_usleep (g_random_int_range (1000, 10000));
    }
  print ("stroke lifted to durable", strokes, n);
  print ("undo to its pixels", undos, n);
}

int
main (int argc, char **argv)
{
  const char *where = argc > 1 ? argv[1] : ".";
  g_autofree char *folder = g_build_filename (where, "bench-editor-XXXXXX", NULL);
  int n = argc > 2 ? MAX (atoi (argv[2]), 10) : 300, n_cores = (int)g_get_num_processors ();

  g_assert_nonnull (g_mkdtemp (folder));
  for (int loaded = 0; loaded < 2; loaded++)
    {
      g_autofree char *own = g_strdup_printf ("%s/%d", folder, loaded);
      g_autofree char *tiles = g_strdup_printf ("%s/tiles-%d.sqlite", folder, loaded);
      g_autoptr (AciniProject) project = acini_test_make_project (own);
      gint64 slide = acini_test_add_slide (project, "a.tiff", SIDE, SIDE);
      Load load = { tiles, 0 };
      g_autoptr (GPtrArray) threads = g_ptr_array_new ();

      g_print ("%s\n", loaded ? "with live tiles and all cores busy:" : "alone:");
      for (int i = 0; loaded && i < n_cores; i++)
        g_ptr_array_add (threads, g_thread_new ("burn", burn, &load));
      if (loaded)
        g_ptr_array_add (threads, g_thread_new ("tiles", write_tiles, &load));
      measure (project, slide, n);
      g_atomic_int_set (&load.stop, 1);
      for (guint i = 0; i < threads->len; i++)
        g_thread_join (threads->pdata[i]);
    }
  acini_test_remove_folder (g_steal_pointer (&folder));
  return 0;
}
