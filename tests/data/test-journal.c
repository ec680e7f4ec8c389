/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The label layer and its history, compared with plain arrays. */

#include "data/labels/acini-journal.h"
#include "data/labels/acini-label-snapshot.h"
#include "data/project/acini-change.h"
#include "data/project/acini-region.h"
#include "tests/acini-test-util.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WIDTH 1700
#define HEIGHT 1100

typedef struct
{
  char *folder, *path, *database;
  AciniProject *project;
  gint64 slide;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = acini_test_make_folder ();
  fixture->project = acini_test_make_project (fixture->folder);
  fixture->path = g_strdup (acini_project_get_folder (fixture->project));
  fixture->database = g_build_filename (fixture->path, "project.sqlite", NULL);
  fixture->slide = acini_test_add_slide (fixture->project, "a.tiff", WIDTH, HEIGHT);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->project);
  g_free (fixture->path);
  g_free (fixture->database);
  acini_test_remove_folder (fixture->folder);
}

static void
reopen (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&fixture->project);
  fixture->project = acini_project_open (fixture->path, &error);
  g_assert_no_error (error);
}

/* A random edit of rectangles, discs and label blocks, done to @model as well. */
static AciniEdit *
make_edit (Fixture *fixture, GRand *rand, guint8 *model)
{
  AciniEdit *edit = acini_edit_new (fixture->project, fixture->slide, "brush");
  int parts = g_rand_int_range (rand, 1, 4);

  for (int part = 0; part < parts; part++)
    {
      gboolean large = g_rand_int_range (rand, 0, 6) == 0;
      int side = large ? 1500 : 90, kind = g_rand_int_range (rand, 0, 3);
      AciniRect rect = { g_rand_int_range (rand, -side, WIDTH), g_rand_int_range (rand, -side, HEIGHT),
                         g_rand_int_range (rand, 1, side), g_rand_int_range (rand, 1, side) };
      g_autofree guint8 *bytes = g_malloc (rect.width * rect.height);
      guint8 label = g_rand_int_range (rand, 0, 5);
      g_autoptr (GError) error = NULL;

      if (g_rand_int_range (rand, 0, 4) == 0)
        rect.x = rect.x / 512 * 512;
      for (gint64 i = 0; i < rect.width * rect.height; i++)
        {
          gint64 x = rect.x + i % rect.width, y = rect.y + i / rect.width;
          double dx = (double)(i % rect.width) / rect.width - 0.5, dy = (double)(i / rect.width) / rect.height - 0.5;

          bytes[i] = kind == 1 ? dx * dx + dy * dy < 0.25 : (i * 7 / 64) % 5 == 4 ? ACINI_LABEL_KEEP : (i * 7 / 64) % 5;
          if (x < 0 || y < 0 || x >= WIDTH || y >= HEIGHT)
            continue;
          if (kind == 0 || (kind == 1 && bytes[i] != 0))
            model[y * WIDTH + x] = label;
          else if (kind == 2 && bytes[i] != ACINI_LABEL_KEEP)
            model[y * WIDTH + x] = bytes[i];
        }
      if (kind == 2)
        g_assert_true (acini_edit_write (edit, &rect, bytes, &error));
      else
        g_assert_true (acini_edit_paint (edit, &rect, kind == 1 ? bytes : NULL, label, &error));
      g_assert_no_error (error);
    }
  return edit;
}

static guint8
vote (const guint8 four[4])
{
  int count[256] = { 0 }, best = 0;

  for (int i = 0; i < 4; i++)
    count[four[i]]++;
  for (int label = 1; label < 256; label++)
    if (count[label] > 0 && (best == 0 || count[label] >= count[best]))
      best = label;
  return best;
}

/* Every level of the layer against @model and what brute force makes of it. */
static void
check_labels (Fixture *fixture, const guint8 *model)
{
  int width = WIDTH, height = HEIGHT, n_levels = acini_labels_get_n_levels (WIDTH, HEIGHT);
  g_autofree guint8 *expected = g_memdup2 (model, WIDTH * HEIGHT);

  g_assert_cmpint (n_levels, ==, 3);
  for (int level = 0; level < n_levels; level++)
    {
      g_autofree guint8 *labels = g_malloc (width * height);
      g_autoptr (GError) error = NULL;
      int half_width = (width + 1) / 2, half_height = (height + 1) / 2;
      guint8 *half = g_malloc (half_width * half_height);

      g_assert_true (acini_labels_read (fixture->project, fixture->slide, level, 0, 0, width, height, labels, &error));
      g_assert_no_error (error);
      g_assert_true (memcmp (labels, expected, width * height) == 0);
      for (int y = 0; y < half_height; y++)
        for (int x = 0; x < half_width; x++)
          {
            guint8 four[4];

            for (int k = 0; k < 4; k++)
              {
                int px = 2 * x + k % 2, py = 2 * y + k / 2;

                four[k] = px < width && py < height ? expected[py * width + px] : 0;
              }
            half[y * half_width + x] = vote (four);
          }
      g_free (expected);
      expected = half;
      width = half_width;
      height = half_height;
    }
}

/* Paint, undo, redo and restart at random. */
static void
test_model (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) past = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) future = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GRand) rand = g_rand_new_with_seed (g_test_rand_int ());
  guint8 *now = g_malloc0 (WIDTH * HEIGHT);
  int n = g_test_slow () ? 10000 : 600;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < n; i++)
    {
      int what = g_rand_int_range (rand, 0, 10);
      AciniRect damage = { 0 };
      gboolean can_undo, can_redo;

      if (past->len > 40)
        what = 6;
      if (what < 5)
        {
          guint8 *next = g_memdup2 (now, WIDTH * HEIGHT);
          g_autoptr (AciniEdit) edit = make_edit (fixture, rand, next);

          g_assert_true (acini_edit_commit (edit, &damage, &error));
          g_assert_no_error (error);
          g_assert_cmpint (damage.width > 0, ==, memcmp (now, next, WIDTH * HEIGHT) != 0);
          for (int y = 0; y < HEIGHT; y++)
            if (y < damage.y || y >= damage.y + damage.height)
              g_assert_cmpmem (now + y * WIDTH, WIDTH, next + y * WIDTH, WIDTH);
          if (damage.width > 0)
            {
              g_ptr_array_add (past, now);
              now = next;
              g_ptr_array_set_size (future, 0);
            }
          else
            g_free (next);
        }
      else if (what < 9)
        {
          GPtrArray *from = what < 7 ? past : future, *to = what < 7 ? future : past;

          g_assert_true (what < 7 ? acini_journal_undo (fixture->project, fixture->slide, &damage, &error)
                                  : acini_journal_redo (fixture->project, fixture->slide, &damage, &error));
          g_assert_no_error (error);
          g_assert_cmpint (damage.width > 0, ==, from->len > 0);
          if (from->len > 0)
            {
              g_ptr_array_add (to, now);
              now = g_ptr_array_steal_index (from, from->len - 1);
            }
        }
      else
        reopen (fixture);
      g_assert_true (acini_journal_get_state (fixture->project, fixture->slide, &can_undo, &can_redo, NULL));
      g_assert_cmpint (can_undo, ==, past->len > 0);
      g_assert_cmpint (can_redo, ==, future->len > 0);
      if (i % 10 == 0)
        check_labels (fixture, now);
    }
  check_labels (fixture, now);
  g_assert_true (acini_journal_verify (fixture->project, &error));
  g_assert_no_error (error);
  /* Back to the beginning: then the layer is as empty as it was. */
  for (AciniRect damage = { 0, 0, 1, 1 }; damage.width > 0;)
    g_assert_true (acini_journal_undo (fixture->project, fixture->slide, &damage, &error));
  g_clear_pointer (&now, g_free);
  {
    g_autofree char *count = acini_test_query (fixture->database, "SELECT count(*) FROM label_tiles");

    g_assert_cmpstr (count, ==, "0");
  }
  g_assert_true (acini_journal_verify (fixture->project, &error));
}

static void
paint (Fixture *fixture, gint64 x, gint64 y, gint64 width, gint64 height, guint8 label)
{
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide, "brush");
  AciniRect rect = { x, y, width, height };
  g_autoptr (GError) error = NULL;

  g_assert_true (acini_edit_paint (edit, &rect, NULL, label, &error));
  g_assert_true (acini_edit_commit (edit, NULL, &error));
  g_assert_no_error (error);
}

static void
test_tampered (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *change, *back;
  } changes[] = {
    { "UPDATE journal SET user = user || '!' WHERE sequence = 3", "UPDATE journal SET user = rtrim(user, '!')" },
    { "UPDATE journal SET time = time + 1 WHERE sequence = 2",
      "UPDATE journal SET time = time - 1 WHERE sequence = 2" },
    { "UPDATE journal_tiles SET after_value = 3, after_pixels = NULL WHERE sequence = 3 AND row = 0", NULL },
  };
  g_autoptr (GError) error = NULL;

  paint (fixture, 0, 0, 1024, 512, 2);
  paint (fixture, 0, 0, 512, 512, 4);
  paint (fixture, 600, 600, 90, 90, 2);
  g_assert_true (acini_journal_undo (fixture->project, fixture->slide, NULL, NULL));
  g_assert_true (acini_journal_redo (fixture->project, fixture->slide, NULL, NULL));
  g_assert_true (acini_journal_verify (fixture->project, &error));
  g_assert_no_error (error);
  /* The labels alone. */
  acini_test_run_sql (fixture->database, "UPDATE label_tiles SET value = 3 WHERE level = 0 AND value = 4");
  g_assert_false (acini_journal_verify (fixture->project, &error));
  g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_HISTORY);
  g_clear_error (&error);
  acini_test_run_sql (fixture->database, "UPDATE label_tiles SET value = 4 WHERE level = 0 AND value = 3");
  g_assert_true (acini_journal_verify (fixture->project, &error));
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      acini_test_run_sql (fixture->database, changes[i].change);
      g_assert_false (acini_journal_verify (fixture->project, &error));
      g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_HISTORY);
      g_clear_error (&error);
      if (changes[i].back != NULL)
        {
          acini_test_run_sql (fixture->database, changes[i].back);
          g_assert_true (acini_journal_verify (fixture->project, &error));
        }
    }
}

/* The newest row taken away together with its tiles: the chain still fits, the labels do not. */
static void
test_cut (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  paint (fixture, 0, 0, 100, 100, 2);
  paint (fixture, 50, 50, 100, 100, 3);
  acini_test_run_sql (fixture->database, "PRAGMA foreign_keys = OFF; DELETE FROM journal WHERE sequence = 3;"
                                         " DELETE FROM journal_tiles WHERE sequence = 3");
  g_assert_false (acini_journal_verify (fixture->project, &error));
  g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_HISTORY);
}

static void
test_list (Fixture *fixture, gconstpointer data)
{
  gint64 other = acini_test_add_slide (fixture->project, "b.tiff", 300, 300);
  g_autoptr (GPtrArray) rows = NULL, none = NULL;
  g_autoptr (GError) error = NULL;
  const AciniJournalRow *row;
  AciniRect damage;

  paint (fixture, 10, 20, 30, 40, 2);
  paint (fixture, -50, -50, 60, 60, 3);
  g_assert_true (acini_journal_undo (fixture->project, fixture->slide, &damage, &error));
  g_assert_cmpint (damage.width, ==, 10);
  g_assert_true (acini_journal_undo (fixture->project, other, &damage, &error));
  g_assert_cmpint (damage.width, ==, 0);
  rows = acini_journal_list (fixture->project, fixture->slide, 2, &error);
  g_assert_cmpint (rows->len, ==, 2);
  row = g_ptr_array_index (rows, 0);
  g_assert_cmpstr (row->kind, ==, "undo");
  g_assert_cmpstr (row->tool, ==, "brush");
  /* After the two rows that the slides came with. */
  g_assert_cmpint (row->sequence, ==, 5);
  row = g_ptr_array_index (rows, 1);
  g_assert_cmpstr (row->kind, ==, "edit");
  g_assert_cmpint (row->damage.x + row->damage.y, ==, 0);
  g_assert_cmpint (row->damage.height, ==, 10);
  none = acini_journal_list (fixture->project, other, 10, &error);
  g_assert_cmpint (none->len, ==, 1);
  row = g_ptr_array_index (none, 0);
  g_assert_cmpstr (row->kind, ==, "import");
  g_assert_cmpstr (row->tool, ==, "add");
  {
    g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, 77, "brush");
    AciniRect rect = { 0, 0, 1, 1 };

    g_assert_false (acini_edit_paint (edit, &rect, NULL, 2, &error));
    g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_NO_SUCH);
  }
}

/* The child paints strokes and acknowledges each once committed; it is killed at a random moment. */
static void
paint_until_killed (const char *path, gint64 slide, int first, int pipe_end)
{
  g_autoptr (AciniProject) project = acini_project_open (path, NULL);

  for (int stroke = first; project != NULL && stroke < WIDTH * HEIGHT; stroke++)
    {
      g_autoptr (AciniEdit) edit = acini_edit_new (project, slide, "brush");
      AciniRect rect = { stroke % WIDTH, stroke / WIDTH * 3, 1, 1 + stroke % 3 };

      if (!acini_edit_paint (edit, &rect, NULL, 2 + stroke % 5, NULL) || !acini_edit_commit (edit, NULL, NULL)
          || write (pipe_end, &stroke, sizeof stroke) != sizeof stroke)
        break;
    }
  _exit (1);
}

static void
test_killed (Fixture *fixture, gconstpointer data)
{
  int next = 0, kills = 40;
  g_autofree char *sound = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_object (&fixture->project);
  for (int i = 0; i < kills; i++)
    {
      int ends[2], stroke, status;
      pid_t child;

      g_assert_cmpint (pipe (ends), ==, 0);
      child = fork ();
      if (child == 0)
        paint_until_killed (fixture->path, fixture->slide, next, ends[1]);
      close (ends[1]);
      /* Once it has begun, at any moment of a stroke. */
      g_assert_cmpint (read (ends[0], &stroke, sizeof stroke), ==, sizeof stroke);
      next = stroke + 1;
      g_usleep (g_test_rand_int_range (0, 20000));
      kill (child, SIGKILL);
      while (read (ends[0], &stroke, sizeof stroke) == sizeof stroke)
        next = stroke + 1;
      close (ends[0]);
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (WIFSIGNALED (status));

      fixture->project = acini_project_open (fixture->path, &error);
      g_assert_no_error (error);
      for (stroke = 0; stroke < next; stroke++)
        {
          guint8 label;

          g_assert_true (acini_labels_read (fixture->project, fixture->slide, 0, stroke % WIDTH, stroke / WIDTH * 3, 1,
                                            1, &label, &error));
          g_assert_cmpint (label, ==, 2 + stroke % 5);
        }
      g_assert_true (acini_journal_verify (fixture->project, &error));
      g_assert_no_error (error);
      g_clear_object (&fixture->project);
    }
  g_test_message ("%d strokes, %d kills", next, kills);
  sound = acini_test_query (fixture->database, "PRAGMA integrity_check");
  g_assert_cmpstr (sound, ==, "ok");
}

/* An area of the whole slide in tiles of one value and at its edges; in bounded memory and a short time. */
static void
test_large (Fixture *fixture, gconstpointer data)
{
  gint64 slide = acini_test_add_slide (fixture->project, "large.tiff", 60000, 60000);
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, slide, "rectangle");
  AciniRect rect = { 100, 100, 50000, 50000 }, damage;
  g_autoptr (GTimer) timer = g_timer_new ();
  g_autoptr (GError) error = NULL;
  guint8 labels[4];

  g_assert_true (acini_edit_paint (edit, &rect, NULL, 2, &error));
  g_assert_true (acini_edit_commit (edit, &damage, &error));
  g_assert_no_error (error);
  g_test_message ("50 000 × 50 000 painted in %.0f ms", 1000 * g_timer_elapsed (timer, NULL));
  g_assert_cmpmem (&damage, sizeof damage, &rect, sizeof rect);
  g_assert_true (acini_labels_read (fixture->project, slide, 0, 50099, 50099, 2, 2, labels, &error));
  g_assert_cmpmem (labels, 4, "\2\0\0\0", 4);
  g_assert_true (acini_labels_read (fixture->project, slide, 6, 782, 400, 2, 2, labels, &error));
  g_assert_cmpmem (labels, 4, "\2\0\2\0", 4);
  g_timer_start (timer);
  g_assert_true (acini_journal_undo (fixture->project, slide, NULL, &error));
  g_test_message ("taken back in %.0f ms", 1000 * g_timer_elapsed (timer, NULL));
  g_assert_true (acini_journal_verify (fixture->project, &error));
}

static void
test_speed (Fixture *fixture, gconstpointer data)
{
  gint64 slide = acini_test_add_slide (fixture->project, "large.tiff", 100000, 100000);
  g_autofree guint8 *mask = g_malloc0 (200 * 200), *view = g_malloc (2000 * 1500);
  g_autoptr (GTimer) timer = g_timer_new ();
  const int n = 100;

  for (int i = 0; i < 200 * 200; i++)
    mask[i] = (i % 200 - 100) * (i % 200 - 100) + (i / 200 - 100) * (i / 200 - 100) < 100 * 100;
  for (int i = 0; i < n; i++)
    {
      g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, slide, "brush");
      AciniRect rect = { 50000 + i % 10 * 190, 50000 + i / 10 * 140, 200, 200 };

      g_assert_true (acini_edit_paint (edit, &rect, mask, 2 + i % 3, NULL));
      g_assert_true (acini_edit_commit (edit, NULL, NULL));
    }
  g_test_message ("stroke of 200 pixels: %.1f ms", 1000 * g_timer_elapsed (timer, NULL) / n);
  for (int level = 0; level < 4; level++)
    {
      g_timer_start (timer);
      g_assert_true (
          acini_labels_read (fixture->project, slide, level, 50000 >> level, 50000 >> level, 2000, 1500, view, NULL));
      g_test_message ("2000 × 1500 of level %d: %.1f ms", level, 1000 * g_timer_elapsed (timer, NULL));
    }
  g_timer_start (timer);
  for (int i = 0; i < n; i++)
    g_assert_true (acini_journal_undo (fixture->project, slide, NULL, NULL));
  g_test_message ("undo: %.1f ms", 1000 * g_timer_elapsed (timer, NULL) / n);
  g_assert_true (acini_labels_read (fixture->project, slide, 0, 50000, 50000, 2000, 1500, view, NULL));
  g_assert_true (view[0] == 0 && memcmp (view, view + 1, 2000 * 1500 - 1) == 0);
}

typedef struct
{
  Fixture *fixture;
  int stop;
} Readers;

/* What is read is always one of the whole edits, never a half. */
static gpointer
read_all_the_time (gpointer data)
{
  Readers *readers = data;
  g_autofree guint8 *labels = g_malloc (1200 * 600);
  int n = 0;

  for (; !g_atomic_int_get (&readers->stop); n++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (
          acini_labels_read (readers->fixture->project, readers->fixture->slide, 0, 0, 0, 1200, 600, labels, &error));
      g_assert_no_error (error);
      g_assert_true (memcmp (labels, labels + 1, 1200 * 600 - 1) == 0);
    }
  return GINT_TO_POINTER (n);
}

static void
test_threads (Fixture *fixture, gconstpointer data)
{
  Readers readers = { fixture, 0 };
  GThread *threads[3];

  for (int i = 0; i < 3; i++)
    threads[i] = g_thread_new ("reader", read_all_the_time, &readers);
  for (int i = 0; i < 60; i++)
    {
      paint (fixture, 0, 0, 1200, 600, 2 + i % 4);
      if (i % 3 == 0)
        g_assert_true (acini_journal_undo (fixture->project, fixture->slide, NULL, NULL));
    }
  g_atomic_int_set (&readers.stop, 1);
  for (int i = 0; i < 3; i++)
    g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (threads[i])), >, 0);
}

static void
test_snapshot (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "labels ä?.sqlite", NULL);
  g_autoptr (AciniLabelSnapshot) snapshot = NULL;
  g_autoptr (GArray) tiles = NULL, live = NULL;
  g_autoptr (GError) error = NULL;
  guint8 labels[4];

  paint (fixture, 500, 0, 20, 20, 2);
  paint (fixture, 1600, 1090, 100, 10, 3);
  g_assert_true (acini_labels_write_snapshot (fixture->project, NULL, NULL, path, &error));
  g_assert_no_error (error);
  paint (fixture, 0, 0, 1700, 1100, 4);
  snapshot = acini_label_snapshot_open (path, &error);
  g_assert_no_error (error);
  g_assert_true (acini_label_snapshot_read (snapshot, fixture->slide, 0, 519, 19, 2, 2, labels, &error));
  g_assert_cmpmem (labels, 4, "\2\0\0\0", 4);
  g_assert_true (acini_label_snapshot_read (snapshot, fixture->slide, 2, 129, 4, 2, 2, labels, &error));
  g_assert_cmpmem (labels, 4, "\2\0\0\0", 4);
  tiles = acini_label_snapshot_list_tiles (snapshot, fixture->slide, &error);
  g_assert_cmpint (tiles->len, ==, 3);
  g_assert_cmpint (g_array_index (tiles, AciniRect, 2).x, ==, 1536);
  g_assert_cmpint (g_array_index (tiles, AciniRect, 2).width, ==, 164);
  g_assert_cmpint (g_array_index (tiles, AciniRect, 2).height, ==, 76);
  live = acini_labels_list_tiles (fixture->project, fixture->slide, &error);
  g_assert_cmpint (live->len, ==, 12);
  g_assert_null (acini_label_snapshot_open (fixture->database, &error));
  g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_DAMAGED);
}

/* When each tile was last worked on, whatever else happened on the slide. */
static void
test_snapshot_times (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "labels.sqlite", NULL);
  g_autoptr (AciniLabelSnapshot) snapshot = NULL;
  g_autoptr (GArray) tiles = NULL, times = NULL;
  gint64 now = g_get_real_time () / G_USEC_PER_SEC, oldest = G_MAXINT64, newest = 0;
  g_autoptr (GError) error = NULL;

  paint (fixture, 0, 0, 20, 20, 2);
  paint (fixture, 1600, 0, 20, 20, 2);
  acini_test_run_sql (fixture->database, "UPDATE journal SET time = time - 86400");
  paint (fixture, 1650, 0, 20, 20, 3);
  g_assert_true (acini_labels_write_snapshot (fixture->project, NULL, NULL, path, &error));
  snapshot = acini_label_snapshot_open (path, &error);
  g_assert_no_error (error);
  tiles = acini_label_snapshot_list_tiles (snapshot, fixture->slide, &error);
  times = acini_label_snapshot_list_times (snapshot, fixture->slide, tiles, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (times->len, ==, 2);
  g_assert_cmpint (ABS (g_array_index (times, gint64, 0) - (now - 86400)), <, 3600);
  g_assert_cmpint (ABS (g_array_index (times, gint64, 1) - now), <, 3600);
  g_assert_true (acini_labels_widen_times (fixture->project, fixture->slide, &oldest, &newest, &error));
  g_assert_cmpint (oldest, ==, g_array_index (times, gint64, 0));
  g_assert_cmpint (newest, ==, g_array_index (times, gint64, 1));
}

/* A file of labels that are nobody's, with its coarser levels; before it is finished there is none. */
static void
test_label_writer (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "pseudo.sqlite", NULL);
  g_autofree guint8 *labels = g_malloc0 (ACINI_LABEL_TILE * ACINI_LABEL_TILE);
  g_autoptr (AciniLabelSnapshot) snapshot = NULL;
  g_autoptr (GArray) tiles = NULL, times = NULL;
  g_autoptr (AciniLabelWriter) writer = NULL;
  g_autoptr (GError) error = NULL;
  guint8 read[4];

  for (int i = 0; i < 16 * ACINI_LABEL_TILE; i++)
    labels[i] = 2;
  writer = acini_label_writer_new (path, &error);
  g_assert_no_error (error);
  g_assert_true (acini_label_writer_begin (writer, 7, 1700, 1100, &error));
  g_assert_true (acini_label_writer_put (writer, 2, 1, labels, &error));
  g_assert_true (acini_label_writer_begin (writer, 8, 300, 300, &error));
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_true (acini_label_writer_finish (writer, &error));
  g_assert_no_error (error);
  snapshot = acini_label_snapshot_open (path, &error);
  g_assert_no_error (error);
  g_assert_true (acini_label_snapshot_read (snapshot, 7, 0, 1023, 527, 2, 2, read, &error));
  g_assert_cmpmem (read, 4, "\0\2\0\0", 4);
  g_assert_true (acini_label_snapshot_read (snapshot, 7, 2, 255, 131, 2, 2, read, &error));
  g_assert_cmpmem (read, 4, "\0\2\0\0", 4);
  tiles = acini_label_snapshot_list_tiles (snapshot, 7, &error);
  g_assert_cmpuint (tiles->len, ==, 1);
  times = acini_label_snapshot_list_times (snapshot, 7, tiles, &error);
  g_assert_cmpint (g_array_index (times, gint64, 0), ==, 0);
}

/* What lies in an exclusion is unlabelled in the copy, from afar too; the project's own labels stay. */
static void
test_snapshot_excluded (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "labels.sqlite", NULL);
  const double fold[][2] = { { 502, 4 }, { 516, 4 }, { 516, 16 }, { 502, 16 } };
  g_autofree char *left_path = g_build_filename (fixture->folder, "left.sqlite", NULL);
  g_autoptr (AciniLabelSnapshot) left_copy = NULL;
  const double left[][2] = { { 490, 0 }, { 510, 0 }, { 510, 40 }, { 490, 40 } };
  const double whole[][2] = { { 1600, 1090 }, { 1700, 1090 }, { 1700, 1100 }, { 1600, 1100 } };
  g_autoptr (GPtrArray) regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);
  g_autoptr (AciniLabelSnapshot) snapshot = NULL;
  g_autoptr (AciniChange) change = NULL;
  g_autoptr (GArray) tiles = NULL;
  g_autoptr (GError) error = NULL;
  guint8 labels[40 * 40], coarse[10 * 10];

  paint (fixture, 500, 0, 20, 20, 2);
  paint (fixture, 1600, 1090, 100, 10, 3);
  g_ptr_array_add (regions, acini_region_record_new ("Fold", ACINI_REGION_EXCLUSION, fold, 4));
  g_ptr_array_add (regions, acini_region_record_new ("Pen", ACINI_REGION_EXCLUSION, whole, 4));
  g_ptr_array_add (regions, acini_region_record_new ("Cortex", ACINI_REGION_PLAIN, fold, 4));
  g_ptr_array_add (regions, acini_region_record_new ("Left", ACINI_REGION_PLAIN, left, 4));
  change = acini_change_new_regions (fixture->slide, regions);
  g_assert_true (acini_project_write_change (fixture->project, change, &error));
  g_assert_true (acini_labels_write_snapshot (fixture->project, NULL, NULL, path, &error));
  g_assert_no_error (error);
  snapshot = acini_label_snapshot_open (path, &error);
  g_assert_true (acini_label_snapshot_read (snapshot, fixture->slide, 0, 490, 0, 40, 40, labels, &error));
  g_assert_true (acini_label_snapshot_read (snapshot, fixture->slide, 2, 123, 0, 10, 10, coarse, &error));
  for (int y = 0; y < 40; y++)
    for (int x = 490; x < 530; x++)
      {
        gboolean painted = x >= 500 && x < 520 && y < 20, excluded = x >= 502 && x < 516 && y >= 4 && y < 16;

        g_assert_cmpint (labels[y * 40 + x - 490], ==, painted && !excluded ? 2 : 0);
      }
  /* 4 × 4 pixels of which some are labelled, and such as are not. */
  g_assert_cmpint (coarse[0 * 10 + 126 - 123], ==, 2);
  g_assert_cmpint (coarse[2 * 10 + 127 - 123], ==, 0);
  tiles = acini_label_snapshot_list_tiles (snapshot, fixture->slide, &error);
  g_assert_cmpint (tiles->len, ==, 2);
  g_assert_true (acini_labels_read (fixture->project, fixture->slide, 0, 510, 10, 1, 1, labels, &error));
  g_assert_cmpint (labels[0], ==, 2);
  /* In a region alone. */
  g_assert_true (acini_labels_write_snapshot (fixture->project, NULL, "Left", left_path, &error));
  left_copy = acini_label_snapshot_open (left_path, &error);
  g_assert_no_error (error);
  g_assert_true (acini_label_snapshot_read (left_copy, fixture->slide, 0, 490, 0, 40, 40, labels, &error));
  for (int y = 0; y < 40; y++)
    for (int x = 490; x < 530; x++)
      {
        gboolean painted = x >= 500 && x < 520 && y < 20, excluded = x >= 502 && x < 516 && y >= 4 && y < 16;

        g_assert_cmpint (labels[y * 40 + x - 490], ==, painted && !excluded && x < 510 ? 2 : 0);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/journal/model", Fixture, NULL, set_up, test_model, tear_down);
  g_test_add ("/journal/tampered", Fixture, NULL, set_up, test_tampered, tear_down);
  g_test_add ("/journal/cut", Fixture, NULL, set_up, test_cut, tear_down);
  g_test_add ("/journal/list", Fixture, NULL, set_up, test_list, tear_down);
  g_test_add ("/journal/killed", Fixture, NULL, set_up, test_killed, tear_down);
  g_test_add ("/journal/large", Fixture, NULL, set_up, test_large, tear_down);
  g_test_add ("/journal/speed", Fixture, NULL, set_up, test_speed, tear_down);
  g_test_add ("/labels/threads", Fixture, NULL, set_up, test_threads, tear_down);
  g_test_add ("/labels/snapshot", Fixture, NULL, set_up, test_snapshot, tear_down);
  g_test_add ("/labels/snapshot-times", Fixture, NULL, set_up, test_snapshot_times, tear_down);
  g_test_add ("/labels/writer", Fixture, NULL, set_up, test_label_writer, tear_down);
  g_test_add ("/labels/snapshot-excluded", Fixture, NULL, set_up, test_snapshot_excluded, tear_down);
  return g_test_run ();
}
