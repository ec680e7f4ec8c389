/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Objects against a plain flood fill of the whole picture, after every kind of change. */

#include "data/predictions/acini-prediction-key.h"
#include "data//labels/acini-journal.h"
#include "tests/acini-test-util.h"
#include "tests/data/acini-object-fixture.h"

#include <math.h>
#include <string.h>

/* A seam goes with the label of either of its pixels. */
static void
set_label (ObjectFixture *fixture, int x, int y, guint8 label)
{
  int at = y * WIDTH + x;

  if (fixture->labels[at] == label)
    return;
  fixture->labels[at] = label;
  fixture->seams[at] = 0;
  if (x + 1 < WIDTH)
    fixture->seams[at + 1] &= ~ACINI_SEAM_LEFT;
  if (y + 1 < HEIGHT)
    fixture->seams[at + WIDTH] &= ~ACINI_SEAM_UPPER;
}

/* Fills a rectangle with a label, or with random labels of pixels or of blocks. */
static void
paint_random (ObjectFixture *fixture)
{
  static const int sides[] = { 3, 40, 300, 700 };
  int width = g_rand_int_range (fixture->rand, 1, sides[g_rand_int_range (fixture->rand, 0, 4)]);
  int height = g_rand_int_range (fixture->rand, 1, sides[g_rand_int_range (fixture->rand, 0, 4)]);
  AciniRect rect = { g_rand_int_range (fixture->rand, 0, WIDTH - width),
                     g_rand_int_range (fixture->rand, 0, HEIGHT - height), width, height };
  g_autofree guint8 *pixels = g_malloc (width * height);
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "brush");
  int kind = g_rand_int_range (fixture->rand, 0, 4), block = g_rand_int_range (fixture->rand, 1, 9);
  guint8 label = (guint8)g_rand_int_range (fixture->rand, 0, 5);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      pixels[y * width + x]
          = kind > 0 ? label : (guint8)(((x / block * 7919 + y / block * 104729 + label) * 2654435761u >> 20) % 5);
  g_assert_true (acini_edit_write (edit, &rect, pixels, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      set_label (fixture, rect.x + x, rect.y + y, pixels[y * width + x]);
}

/* Draws seams at random pixels of a rectangle, or takes them away. */
static void
cut_random (ObjectFixture *fixture)
{
  int width = g_rand_int_range (fixture->rand, 1, 600), height = g_rand_int_range (fixture->rand, 1, 600);
  AciniRect rect = { g_rand_int_range (fixture->rand, 0, WIDTH - width),
                     g_rand_int_range (fixture->rand, 0, HEIGHT - height), width, height };
  g_autofree guint8 *pixels = g_malloc (width * height);
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "split");
  int kind = g_rand_int_range (fixture->rand, 0, 4), step = g_rand_int_range (fixture->rand, 2, 50);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        guint8 *pixel = &pixels[y * width + x];

        *pixel = ACINI_LABEL_KEEP;
        if (kind == 0)
          *pixel = (guint8)g_rand_int_range (fixture->rand, 0, 4);
        else if (kind == 1)
          *pixel = 0;
        else if (x % step == 0 || y % step == 0)
          *pixel = (guint8)((x % step == 0 ? ACINI_SEAM_LEFT : 0) | (y % step == 0 ? ACINI_SEAM_UPPER : 0));
        if (*pixel != ACINI_LABEL_KEEP)
          fixture->seams[(rect.y + y) * WIDTH + rect.x + x] = *pixel;
      }
  g_assert_true (acini_edit_cut (edit, &rect, kind == 1 ? NULL : pixels, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
}

/* The index that is brought up to date after each edit, undo and redo is that of a flood fill. */
static void
test_flood_fill (ObjectFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);

  object_fixture_update (index, NULL);
  object_fixture_compare (fixture, index);
  for (int i = 0; i < 14; i++)
    {
      int n = g_rand_int_range (fixture->rand, 1, 4);

      while (n-- > 0)
        if (data != NULL && g_rand_boolean (fixture->rand))
          cut_random (fixture);
        else
          paint_random (fixture);
      if (i % 5 == 4)
        {
          g_assert_true (acini_journal_undo (fixture->project, fixture->slide->id, NULL, NULL));
          object_fixture_read (fixture);
        }
      if (i % 10 == 9)
        {
          g_assert_true (acini_journal_redo (fixture->project, fixture->slide->id, NULL, NULL));
          object_fixture_read (fixture);
        }
      object_fixture_update (index, NULL);
      object_fixture_compare (fixture, index);
    }
  /* Opened again it knows all; emptied, it finds the same. */
  g_clear_pointer (&index, acini_object_index_free);
  index = object_fixture_open (fixture);
  {
    guint n;

    object_fixture_update (index, &n);
    g_assert_cmpint (n, ==, 0);
  }
  object_fixture_compare (fixture, index);
}

static void
compare_layers (ObjectFixture *fixture)
{
  g_autofree guint8 *labels = g_malloc (WIDTH * HEIGHT), *seams = g_malloc (WIDTH * HEIGHT);
  gint64 slide = fixture->slide->id;

  g_assert_true (acini_labels_read (fixture->project, slide, 0, 0, 0, WIDTH, HEIGHT, labels, NULL));
  g_assert_true (acini_seams_read (fixture->project, slide, 0, 0, WIDTH, HEIGHT, seams, NULL, NULL));
  g_assert_true (memcmp (labels, fixture->labels, WIDTH * HEIGHT) == 0);
  g_assert_true (memcmp (seams, fixture->seams, WIDTH * HEIGHT) == 0);
}

/* Random edits of labels and seams are a plain bitmap's; undoing them all is the empty slide, doing all again the end.
 */
static void
test_undo_all (ObjectFixture *fixture, gconstpointer data)
{
  g_autofree char *start = object_fixture_dup_tables (fixture), *end = NULL, *undone = NULL, *redone = NULL;
  g_autoptr (GError) error = NULL;
  AciniRect damage;
  int n = 0, back = 0, forth = 0;

  for (int i = 0; i < 40; i++)
    {
      if (g_rand_boolean (fixture->rand))
        cut_random (fixture);
      else
        paint_random (fixture);
      compare_layers (fixture);
    }
  end = object_fixture_dup_tables (fixture);
  for (gboolean can = TRUE; can; n++)
    {
      g_assert_true (acini_journal_get_state (fixture->project, fixture->slide->id, &can, NULL, NULL));
      g_assert_true (acini_journal_undo (fixture->project, fixture->slide->id, &damage, NULL));
      back += damage.width > 0;
    }
  undone = object_fixture_dup_tables (fixture);
  g_assert_cmpstr (undone, ==, start);
  do
    {
      g_assert_true (acini_journal_redo (fixture->project, fixture->slide->id, &damage, NULL));
      forth += damage.width > 0;
    }
  while (damage.width > 0);
  redone = object_fixture_dup_tables (fixture);
  g_assert_cmpstr (redone, ==, end);
  g_assert_cmpint (back, ==, forth);
  g_assert_cmpint (back, >, 30);
  compare_layers (fixture);
  acini_journal_verify (fixture->project, &error);
  g_assert_no_error (error);
}

/* Noise: as many objects as there can be, touching all sides of all tiles. */
static void
test_noise (ObjectFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "brush");

  for (int i = 0; i < WIDTH * HEIGHT; i++)
    fixture->labels[i] = (guint8)g_rand_int_range (fixture->rand, 1, GPOINTER_TO_INT (data));
  g_assert_true (acini_edit_write (edit, &(AciniRect){ 0, 0, WIDTH, HEIGHT }, fixture->labels, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  object_fixture_update (index, NULL);
  object_fixture_compare (fixture, index);
}

/* Only what an edit touched is looked at again. */
static void
test_locality (ObjectFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = NULL;
  AciniRect all = { 0, 0, WIDTH, HEIGHT };
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "brush");
  AciniObject object;
  guint n;

  g_assert_true (acini_edit_paint (edit, &all, NULL, 2, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  index = object_fixture_open (fixture);
  object_fixture_update (index, &n);
  g_assert_cmpint (n, ==, 9);
  g_assert_true (acini_object_index_find (index, 700, 700, &object, NULL));
  g_assert_cmpint (object.area, ==, WIDTH * HEIGHT);
  g_assert_cmpint (object.id, ==, 1);
  /* Inside one tile. */
  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 600, 600, 10, 10 }, NULL, 3, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  object_fixture_update (index, &n);
  g_assert_cmpint (n, ==, 1);
  g_assert_true (acini_object_index_find (index, 605, 605, &object, NULL));
  g_assert_cmpint (object.area, ==, 100);
  g_assert_true (acini_object_index_find (index, 5, 5, &object, NULL));
  g_assert_cmpint (object.area, ==, WIDTH * HEIGHT - 100);
  /* At the corner of four. */
  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 512, 512, 1, 1 }, NULL, 0, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  object_fixture_update (index, &n);
  g_assert_cmpint (n, ==, 4);
  g_assert_true (acini_object_index_find (index, 512, 512, &object, NULL));
  g_assert_cmpint (object.id, ==, 0);
  /* A name is no tile. */
  g_assert_true (acini_project_set_slide_name (fixture->project, fixture->slide->id, "another", NULL));
  object_fixture_update (index, &n);
  g_assert_cmpint (n, ==, 0);
}

static gboolean
take_id (const AciniObject *object, gpointer user_data)
{
  g_array_append_val (user_data, object->id);
  return TRUE;
}

static void
test_queries (ObjectFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "brush");
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  AciniRect area = { 100, 100, 10, 10 };

  for (int i = 0; i < 10; i++)
    g_assert_true (acini_edit_paint (edit, &(AciniRect){ 100 * i, 100, i + 1, 10 }, NULL, (guint8)(2 + i % 2), NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  object_fixture_update (index, NULL);
  g_assert_true (acini_object_index_foreach (
      index,
      &(AciniObjectQuery){ .order = ACINI_OBJECT_ORDER_AREA, .descending = TRUE, .label = 3, .offset = 1, .limit = 2 },
      take_id, ids, NULL));
  g_assert_cmpint (ids->len, ==, 2);
  g_assert_cmpint (g_array_index (ids, gint64, 0), ==, 100 * WIDTH + 700 + 1);
  g_assert_cmpint (g_array_index (ids, gint64, 1), ==, 100 * WIDTH + 500 + 1);
  g_array_set_size (ids, 0);
  g_assert_true (acini_object_index_foreach (index, &(AciniObjectQuery){ .area = &area }, take_id, ids, NULL));
  g_assert_cmpint (ids->len, ==, 1);
  g_assert_cmpint (g_array_index (ids, gint64, 0), ==, 100 * WIDTH + 100 + 1);
}

/* Circles and squares: how good the measures are. */
static void
test_measures (ObjectFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "brush");
  AciniObject object;

  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      if (hypot (x - 512, y - 512) < 100)
        fixture->labels[y * WIDTH + x] = 2;
      else if (hypot ((x - 900) / 2.0, y - 500) < 60)
        fixture->labels[y * WIDTH + x] = 3;
  g_assert_true (acini_edit_write (edit, &(AciniRect){ 0, 0, WIDTH, HEIGHT }, fixture->labels, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  object_fixture_update (index, NULL);
  g_assert_true (acini_object_index_find (index, 512, 512, &object, NULL));
  g_assert_cmpfloat_with_epsilon (object.perimeter, 2 * G_PI * 100, 2 * G_PI);
  g_assert_cmpfloat_with_epsilon (object.circularity, 1, .02);
  g_assert_cmpfloat_with_epsilon (object.long_axis, 200, 1);
  g_assert_true (acini_object_index_find (index, 900, 500, &object, NULL));
  g_assert_cmpfloat_with_epsilon (object.long_axis, 240, 1);
  g_assert_cmpfloat_with_epsilon (object.short_axis, 120, 1);
}

static void
write_tile (AciniPrediction *prediction, int column, int left, int right)
{
  guint8 *pixels = g_malloc (512 * 512);
  AciniPredictionTile tile = { column, 0, NULL };

  for (int i = 0; i < 512 * 512; i++)
    pixels[i] = i % 512 >= left && i % 512 < right && i / 512 >= 100 && i / 512 < 200 ? 204 : 10;
  tile.probability = g_bytes_new_take (pixels, 512 * 512);
  g_assert_true (acini_prediction_write (prediction, &tile, 1, NULL));
  g_bytes_unref (tile.probability);
}

/* A prediction that grows, thresholds that change, and labels over it. */
static void
test_prediction (ObjectFixture *fixture, gconstpointer data)
{
  AciniPredictionInfo info = { WIDTH, HEIGHT, 2, 1, "model", "plain" };
  g_autofree char *path = g_build_filename (fixture->folder, "prediction.sqlite", NULL);
  g_autoptr (AciniPrediction) prediction = acini_prediction_open (path, &info, NULL);
  g_autoptr (AciniObjectIndex) index = NULL;
  AciniThresholds thresholds;
  AciniObjectSource source = { fixture->project, fixture->slide, prediction, &thresholds };
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "brush");
  AciniObject object;
  gint64 area;

  acini_thresholds_init_same (&thresholds, .5, 1);
  index = acini_object_index_open (&source, NULL);
  object_fixture_update (index, NULL);
  g_assert_cmpint (acini_object_index_count (index, NULL), ==, 0);
  write_tile (prediction, 0, 412, 512);
  object_fixture_update (index, NULL);
  g_assert_true (acini_object_index_find (index, 900, 300, &object, NULL));
  g_assert_cmpint (object.author, ==, ACINI_AUTHOR_MODEL);
  g_assert_cmpfloat_with_epsilon (object.probability, .8, .02);
  g_assert_cmpfloat_with_epsilon (object.entropy, .72, .03);
  g_assert_cmpfloat (object.sharpness, >, .3);
  g_assert_cmpfloat_with_epsilon ((double)object.area, 200 * 200, 1500);
  /* The tile beside it comes later, and the object goes on in it. */
  write_tile (prediction, 1, 0, 50);
  object_fixture_update (index, NULL);
  g_assert_cmpint (acini_object_index_count (index, NULL), ==, 1);
  g_assert_true (acini_object_index_find (index, 1100, 300, &object, NULL));
  g_assert_cmpfloat_with_epsilon ((double)object.area, 300 * 200, 1500);
  area = object.area;
  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 900, 300, 10, 10 }, NULL, 2, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  object_fixture_update (index, NULL);
  g_assert_true (acini_object_index_find (index, 1100, 300, &object, NULL));
  g_assert_cmpint (object.author, ==, ACINI_AUTHOR_MIXED);
  g_assert_cmpint (object.area, ==, area);
  /* Other thresholds, another index. */
  g_clear_pointer (&index, acini_object_index_free);
  acini_thresholds_init_same (&thresholds, .9, 1);
  index = acini_object_index_open (&source, NULL);
  object_fixture_update (index, NULL);
  g_assert_cmpint (acini_object_index_count (index, NULL), ==, 1);
  g_assert_true (acini_object_index_find (index, 905, 305, &object, NULL));
  g_assert_cmpint (object.area, ==, 100);
  g_assert_cmpint (object.author, ==, ACINI_AUTHOR_PERSON);
}

static gpointer
open_index (gpointer fixture)
{
  return object_fixture_open (fixture);
}

/* Several views open one at once: the first that finds it damaged makes it again, and all have the same. */
static void
test_damaged (ObjectFixture *fixture, gconstpointer data)
{
  g_autofree char *folder = acini_prediction_dup_folder (fixture->project);
  g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT ".objects", fixture->slide->id);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "brush");

  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 600, 600, 10, 10 }, NULL, 2, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  for (int round = 0; round < 20; round++)
    {
      GThread *threads[4];
      AciniObjectIndex *indices[G_N_ELEMENTS (threads)];

      g_assert_true (g_file_set_contents (path, "This is no index.", -1, NULL));
      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        threads[i] = g_thread_new ("opener", open_index, fixture);
      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        indices[i] = g_thread_join (threads[i]);
      object_fixture_update (indices[0], NULL);
      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        {
          g_assert_cmpint (acini_object_index_count (indices[i], NULL), ==, 1);
          acini_object_index_free (indices[i]);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define TEST(path, data, func)                                                                                         \
  g_test_add ("/objects/" path, ObjectFixture, data, object_fixture_set_up, func, object_fixture_tear_down)
  TEST ("flood-fill", NULL, test_flood_fill);
  TEST ("seams", GINT_TO_POINTER (1), test_flood_fill);
  TEST ("undo-all-redo-all", NULL, test_undo_all);
  TEST ("noise/one-class", GINT_TO_POINTER (3), test_noise);
  TEST ("locality", NULL, test_locality);
  TEST ("damaged", NULL, test_damaged);
  TEST ("prediction", NULL, test_prediction);
  TEST ("queries", NULL, test_queries);
  TEST ("measures", NULL, test_measures);
  return g_test_run ();
}
