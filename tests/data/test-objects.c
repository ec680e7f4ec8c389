/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Objects against a plain flood fill of the whole picture, after every kind of change. */

#include "data/labels/acini-journal.h"
#include "data/objects/acini-object-edit.h"
#include "tests/acini-test-util.h"

#include <math.h>
#include <string.h>

/* Neither is a multiple of a tile's side. */
#define WIDTH 1300
#define HEIGHT 1100

typedef struct
{
  char *folder;
  AciniProject *project;
  AciniSlideRecord *slide;
  guint8 *labels, *seams; /* the picture as it has to be */
  GRand *rand;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  gint64 slide;

  fixture->folder = acini_test_make_folder ();
  fixture->project = acini_test_make_project (fixture->folder);
  slide = acini_test_add_slide (fixture->project, "one.tiff", WIDTH, HEIGHT);
  fixture->slide = acini_project_get_slide (fixture->project, slide, NULL);
  fixture->labels = g_malloc0 (WIDTH * HEIGHT);
  fixture->seams = g_malloc0 (WIDTH * HEIGHT);
  fixture->rand = g_rand_new_with_seed (20260);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_rand_free (fixture->rand);
  acini_slide_record_free (fixture->slide);
  g_clear_object (&fixture->project);
  g_free (fixture->labels);
  g_free (fixture->seams);
  acini_test_remove_folder (fixture->folder);
}

/* A seam goes with the label of either of its pixels. */
static void
set_label (Fixture *fixture, int x, int y, guint8 label)
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
paint_random (Fixture *fixture)
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
cut_random (Fixture *fixture)
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

/* What a plain flood fill says. */
typedef struct
{
  int *ids; /* of each pixel: 1 + the index of the first one of its object, 0 outside */
  GHashTable *objects;
} Truth;

static void
truth_clear (Truth *truth)
{
  g_free (truth->ids);
  g_hash_table_unref (truth->objects);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Truth, truth_clear)

static guint8
get_label (Fixture *fixture, int x, int y)
{
  return x < 0 || y < 0 || x >= WIDTH || y >= HEIGHT ? 0 : fixture->labels[y * WIDTH + x];
}

/* Whether there is a seam between two pixels beside each other. */
static gboolean
is_cut (Fixture *fixture, int a, int b)
{
  int later = MAX (a, b);

  return (fixture->seams[later] & (ABS (a - b) == 1 ? ACINI_SEAM_LEFT : ACINI_SEAM_UPPER)) != 0;
}

static void
fill (Fixture *fixture, Truth *truth, int start)
{
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (int));
  AciniObject *object = g_new0 (AciniObject, 1);
  double xx = 0, yy = 0, xy = 0, n;
  int left = WIDTH, top = HEIGHT, right = 0, bottom = 0;

  object->id = start + 1;
  object->label = fixture->labels[start];
  truth->ids[start] = start + 1;
  g_array_append_val (open, start);
  while (open->len > 0)
    {
      static const int steps[][2] = { { 1, 0 }, { -1, 0 }, { 0, 1 }, { 0, -1 } };
      int at = g_array_index (open, int, open->len - 1), x = at % WIDTH, y = at / WIDTH;

      g_array_set_size (open, open->len - 1);
      object->area++;
      object->x += x;
      object->y += y;
      xx += (double)x * x;
      yy += (double)y * y;
      xy += (double)x * y;
      left = MIN (left, x);
      right = MAX (right, x);
      top = MIN (top, y);
      bottom = MAX (bottom, y);
      for (int i = 0; i < 4; i++)
        {
          int other = at + steps[i][1] * WIDTH + steps[i][0];

          if (get_label (fixture, x + steps[i][0], y + steps[i][1]) != object->label || truth->ids[other] != 0
              || is_cut (fixture, at, other))
            continue;
          truth->ids[other] = start + 1;
          g_array_append_val (open, other);
        }
    }
  n = (double)object->area;
  object->x /= n;
  object->y /= n;
  xx = xx / n - object->x * object->x + 1 / 12.0;
  yy = yy / n - object->y * object->y + 1 / 12.0;
  xy = xy / n - object->x * object->y;
  object->long_axis = 4 * sqrt ((xx + yy) / 2 + sqrt ((xx - yy) * (xx - yy) / 4 + xy * xy));
  object->short_axis = 4 * sqrt (MAX ((xx + yy) / 2 - sqrt ((xx - yy) * (xx - yy) / 4 + xy * xy), 0));
  object->x += .5;
  object->y += .5;
  object->box = (AciniRect){ left, top, right - left + 1, bottom - top + 1 };
  object->at_border = left == 0 || top == 0 || right == WIDTH - 1 || bottom == HEIGHT - 1;
  g_hash_table_insert (truth->objects, &object->id, object);
}

/* Crofton by hand: lines in four directions through all pixels, and how often each enters and leaves an object. Pixels
 * of one object that meet at a corner alone do so from outside. */
static void
measure_outlines (Fixture *fixture, Truth *truth)
{
  for (int y = 0; y <= HEIGHT; y++)
    for (int x = 0; x <= WIDTH; x++)
      {
        int id[4], done[4] = { 0 };

        for (int i = 0; i < 4; i++)
          {
            int column = x - 1 + i % 2, row = y - 1 + i / 2;

            id[i] = column < 0 || row < 0 || column >= WIDTH || row >= HEIGHT ? 0 : truth->ids[row * WIDTH + column];
          }
        for (int i = 0; i < 4; i++)
          {
            AciniObject *object = id[i] != 0 ? g_hash_table_lookup (truth->objects, &(gint64){ id[i] }) : NULL;
            gboolean in[4] = { FALSE };

            if (object == NULL || done[i])
              continue;
            in[i] = TRUE;
            /* All that is connected around this corner, at most three steps away. */
            for (int k = 0; k < 12; k++)
              for (int side = 1; side <= 2; side++)
                {
                  int from = k % 4, to = from ^ side, at = (y - 1) * WIDTH + x - 1;

                  in[to] |= in[from] && id[to] == id[from]
                            && !is_cut (fixture, at + from % 2 + from / 2 * WIDTH, at + to % 2 + to / 2 * WIDTH);
                }
            for (int k = 0; k < 4; k++)
              done[k] |= in[k];
            object->perimeter
                += G_PI / 8
                   * (((in[0] != in[1]) + (in[2] != in[3])) * .5 + ((in[0] != in[2]) + (in[1] != in[3])) * .5
                      + ((in[0] != in[3]) + (in[1] != in[2])) * G_SQRT2 / 2);
          }
      }
}

static void
truth_find (Fixture *fixture, Truth *truth)
{
  truth->ids = g_new0 (int, WIDTH *HEIGHT);
  truth->objects = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    if (fixture->labels[i] >= ACINI_LABEL_FIRST_CLASS && truth->ids[i] == 0)
      fill (fixture, truth, i);
  measure_outlines (fixture, truth);
}

static gboolean
compare_object (const AciniObject *object, gpointer user_data)
{
  GHashTable *expected = user_data;
  const AciniObject *other = g_hash_table_lookup (expected, &object->id);

  g_assert_nonnull (other);
  g_assert_cmpint (object->label, ==, other->label);
  g_assert_cmpint (object->area, ==, other->area);
  g_assert_cmpmem (&object->box, sizeof object->box, &other->box, sizeof other->box);
  g_assert_cmpint (object->at_border, ==, other->at_border);
  g_assert_cmpint (object->author, ==, ACINI_AUTHOR_PERSON);
  g_assert_cmpfloat_with_epsilon (object->x, other->x, 1e-6);
  g_assert_cmpfloat_with_epsilon (object->y, other->y, 1e-6);
  g_assert_cmpfloat_with_epsilon (object->perimeter, other->perimeter, 1e-6 * other->perimeter + 1e-6);
  g_assert_cmpfloat_with_epsilon (object->long_axis, other->long_axis, 1e-4);
  g_assert_cmpfloat_with_epsilon (object->short_axis, other->short_axis, 1e-4);
  g_assert_cmpfloat (object->probability, <, 0);
  g_hash_table_remove (expected, &object->id);
  return TRUE;
}

static void
compare (Fixture *fixture, AciniObjectIndex *index)
{
  g_auto (Truth) truth = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree gint64 *ids = g_new (gint64, WIDTH * HEIGHT);

  truth_find (fixture, &truth);
  g_assert_true (acini_object_index_read (index, 0, 0, WIDTH, HEIGHT, ids, &error));
  g_assert_no_error (error);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    if (ids[i] != truth.ids[i])
      g_error ("pixel (%d, %d) is of object %d and not of %d", i % WIDTH, i / WIDTH, truth.ids[i], (int)ids[i]);
  g_assert_cmpint (acini_object_index_count (index, NULL), ==, g_hash_table_size (truth.objects));
  g_assert_true (acini_object_index_foreach (index, NULL, compare_object, truth.objects, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_hash_table_size (truth.objects), ==, 0);
}

static AciniObjectIndex *
open_index (Fixture *fixture)
{
  AciniObjectSource source = { fixture->project, fixture->slide, NULL, NULL };
  g_autoptr (GError) error = NULL;
  AciniObjectIndex *index = acini_object_index_open (&source, &error);

  g_assert_no_error (error);
  return index;
}

static void
update (AciniObjectIndex *index, guint *n)
{
  g_autoptr (GError) error = NULL;

  acini_object_index_update (index, n, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
read_labels (Fixture *fixture)
{
  gboolean any;

  g_assert_true (
      acini_seams_read (fixture->project, fixture->slide->id, 0, 0, WIDTH, HEIGHT, fixture->seams, &any, NULL));
  g_assert_true (
      acini_labels_read (fixture->project, fixture->slide->id, 0, 0, 0, WIDTH, HEIGHT, fixture->labels, NULL));
}

/* The index that is brought up to date after each edit, undo and redo is that of a flood fill. */
static void
test_flood_fill (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = open_index (fixture);

  update (index, NULL);
  compare (fixture, index);
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
          read_labels (fixture);
        }
      if (i % 10 == 9)
        {
          g_assert_true (acini_journal_redo (fixture->project, fixture->slide->id, NULL, NULL));
          read_labels (fixture);
        }
      update (index, NULL);
      compare (fixture, index);
    }
  /* Opened again it knows all; emptied, it finds the same. */
  g_clear_pointer (&index, acini_object_index_free);
  index = open_index (fixture);
  {
    guint n;

    update (index, &n);
    g_assert_cmpint (n, ==, 0);
  }
  compare (fixture, index);
}

static void
compare_layers (Fixture *fixture)
{
  g_autofree guint8 *labels = g_malloc (WIDTH * HEIGHT), *seams = g_malloc (WIDTH * HEIGHT);
  gint64 slide = fixture->slide->id;

  g_assert_true (acini_labels_read (fixture->project, slide, 0, 0, 0, WIDTH, HEIGHT, labels, NULL));
  g_assert_true (acini_seams_read (fixture->project, slide, 0, 0, WIDTH, HEIGHT, seams, NULL, NULL));
  g_assert_true (memcmp (labels, fixture->labels, WIDTH * HEIGHT) == 0);
  g_assert_true (memcmp (seams, fixture->seams, WIDTH * HEIGHT) == 0);
}

/* All that is in the two layers' tables, byte for byte. */
static char *
dup_tables (Fixture *fixture)
{
  g_autofree char *database = g_build_filename (acini_project_get_folder (fixture->project), "project.sqlite", NULL);
  g_autofree char *labels = acini_test_query (
      database, "SELECT group_concat (level || ' ' || row || ' ' || column || ' ' || coalesce (value, hex (pixels)))"
                " FROM (SELECT * FROM label_tiles ORDER BY level, row, column)");
  g_autofree char *seams = acini_test_query (
      database, "SELECT group_concat (row || ' ' || column || ' ' || coalesce (value, hex (pixels)))"
                " FROM (SELECT * FROM seam_tiles ORDER BY row, column)");

  return g_strdup_printf ("%s|%s", labels != NULL ? labels : "", seams != NULL ? seams : "");
}

/* Random edits of labels and seams are a plain bitmap's; undoing them all is the empty slide, doing all again the end.
 */
static void
test_undo_all (Fixture *fixture, gconstpointer data)
{
  g_autofree char *start = dup_tables (fixture), *end = NULL, *undone = NULL, *redone = NULL;
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
  end = dup_tables (fixture);
  for (gboolean can = TRUE; can; n++)
    {
      g_assert_true (acini_journal_get_state (fixture->project, fixture->slide->id, &can, NULL, NULL));
      g_assert_true (acini_journal_undo (fixture->project, fixture->slide->id, &damage, NULL));
      back += damage.width > 0;
    }
  undone = dup_tables (fixture);
  g_assert_cmpstr (undone, ==, start);
  do
    {
      g_assert_true (acini_journal_redo (fixture->project, fixture->slide->id, &damage, NULL));
      forth += damage.width > 0;
    }
  while (damage.width > 0);
  redone = dup_tables (fixture);
  g_assert_cmpstr (redone, ==, end);
  g_assert_cmpint (back, ==, forth);
  g_assert_cmpint (back, >, 30);
  compare_layers (fixture);
  acini_journal_verify (fixture->project, &error);
  g_assert_no_error (error);
}

/* Noise: as many objects as there can be, touching all sides of all tiles. */
static void
test_noise (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = open_index (fixture);
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "brush");

  for (int i = 0; i < WIDTH * HEIGHT; i++)
    fixture->labels[i] = (guint8)g_rand_int_range (fixture->rand, 1, GPOINTER_TO_INT (data));
  g_assert_true (acini_edit_write (edit, &(AciniRect){ 0, 0, WIDTH, HEIGHT }, fixture->labels, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  update (index, NULL);
  compare (fixture, index);
}

/* Only what an edit touched is looked at again. */
static void
test_locality (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = NULL;
  AciniRect all = { 0, 0, WIDTH, HEIGHT };
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "brush");
  AciniObject object;
  guint n;

  g_assert_true (acini_edit_paint (edit, &all, NULL, 2, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  index = open_index (fixture);
  update (index, &n);
  g_assert_cmpint (n, ==, 9);
  g_assert_true (acini_object_index_find (index, 700, 700, &object, NULL));
  g_assert_cmpint (object.area, ==, WIDTH * HEIGHT);
  g_assert_cmpint (object.id, ==, 1);
  /* Inside one tile. */
  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 600, 600, 10, 10 }, NULL, 3, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  update (index, &n);
  g_assert_cmpint (n, ==, 1);
  g_assert_true (acini_object_index_find (index, 605, 605, &object, NULL));
  g_assert_cmpint (object.area, ==, 100);
  g_assert_true (acini_object_index_find (index, 5, 5, &object, NULL));
  g_assert_cmpint (object.area, ==, WIDTH * HEIGHT - 100);
  /* At the corner of four. */
  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 512, 512, 1, 1 }, NULL, 0, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  update (index, &n);
  g_assert_cmpint (n, ==, 4);
  g_assert_true (acini_object_index_find (index, 512, 512, &object, NULL));
  g_assert_cmpint (object.id, ==, 0);
  /* A name is no tile. */
  g_assert_true (acini_project_set_slide_name (fixture->project, fixture->slide->id, "another", NULL));
  update (index, &n);
  g_assert_cmpint (n, ==, 0);
}

static gboolean
take_id (const AciniObject *object, gpointer user_data)
{
  g_array_append_val (user_data, object->id);
  return TRUE;
}

static void
test_queries (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = open_index (fixture);
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "brush");
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  AciniRect area = { 100, 100, 10, 10 };

  for (int i = 0; i < 10; i++)
    g_assert_true (acini_edit_paint (edit, &(AciniRect){ 100 * i, 100, i + 1, 10 }, NULL, (guint8)(2 + i % 2), NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  update (index, NULL);
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
test_measures (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = open_index (fixture);
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
  update (index, NULL);
  g_assert_true (acini_object_index_find (index, 512, 512, &object, NULL));
  g_assert_cmpfloat_with_epsilon (object.perimeter, 2 * G_PI * 100, 2 * G_PI);
  g_assert_cmpfloat_with_epsilon (object.circularity, 1, .02);
  g_assert_cmpfloat_with_epsilon (object.long_axis, 200, 1);
  g_assert_true (acini_object_index_find (index, 900, 500, &object, NULL));
  g_assert_cmpfloat_with_epsilon (object.long_axis, 240, 1);
  g_assert_cmpfloat_with_epsilon (object.short_axis, 120, 1);
}

static gint64
find_id (AciniObjectIndex *index, gint64 x, gint64 y)
{
  AciniObject object;

  g_assert_true (acini_object_index_find (index, x, y, &object, NULL));
  return object.id;
}

/* Two discs that overlap, over the corner of four tiles. */
static void
paint_discs (Fixture *fixture)
{
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "brush");

  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      if (hypot (x - 470, y - 512) < 50 || hypot (x - 555, y - 512) < 60)
        fixture->labels[y * WIDTH + x] = 2;
  g_assert_true (acini_edit_write (edit, &(AciniRect){ 0, 0, WIDTH, HEIGHT }, fixture->labels, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
}

static void
split_and_update (Fixture *fixture, AciniObjectIndex *index, gint64 id, const double (*points)[2], guint n)
{
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "split");
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniSplit) split = acini_object_plan_split (index, id, points, n, &error);
  g_autoptr (AciniChange) move = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (split->n_parts, ==, 2);
  g_assert_true (acini_object_draw_split (edit, split, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  move = acini_object_make_move (split, fixture->slide->id);
  if (move != NULL)
    g_assert_true (acini_project_write_change (fixture->project, move, NULL));
  update (index, NULL);
}

/* A drawn line and the proposal split; what is merged, or undone, is as it was; areas never change. */
static void
test_split (Fixture *fixture, gconstpointer data)
{
  static const double line[][2] = { { 511.3, 400 }, { 509, 520.5 }, { 512, 620 } };
  static const double beside[][2] = { { 400, 400 }, { 700, 410 } };
  g_autoptr (AciniObjectIndex) index = open_index (fixture);
  g_autoptr (AciniMerge) merge = NULL;
  g_autoptr (AciniSplit) none = NULL;
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "merge");
  g_autofree char *whole = NULL, *merged = NULL;
  g_autoptr (GError) error = NULL;
  AciniObject object, left, right;

  paint_discs (fixture);
  update (index, NULL);
  whole = dup_tables (fixture);
  g_assert_true (acini_object_index_find (index, 470, 512, &object, NULL));
  g_assert_null (acini_object_plan_split (index, object.id, beside, G_N_ELEMENTS (beside), &error));
  g_assert_error (error, ACINI_OBJECT_EDIT_ERROR, ACINI_OBJECT_EDIT_ERROR_WHOLE);
  for (int i = 0; i < 2; i++)
    {
      split_and_update (fixture, index, object.id, i == 0 ? line : NULL, i == 0 ? G_N_ELEMENTS (line) : 0);
      g_assert_cmpint (acini_object_index_count (index, NULL), ==, 2);
      g_assert_true (acini_object_index_find (index, 470, 512, &left, NULL));
      g_assert_true (acini_object_index_find (index, 555, 512, &right, NULL));
      g_assert_cmpint (left.id, !=, right.id);
      g_assert_cmpint (left.area + right.area, ==, object.area);
      g_assert_cmpint (left.area, >, 6500);
      g_assert_cmpint (right.area, >, 10000);
      read_labels (fixture);
      compare (fixture, index);
      if (i == 0)
        {
          g_assert_true (acini_journal_undo (fixture->project, fixture->slide->id, NULL, NULL));
          update (index, NULL);
          g_assert_cmpint (find_id (index, 555, 512), ==, object.id);
        }
    }
  merge = acini_object_plan_merge (index, left.id, right.id, 1, NULL);
  g_assert_nonnull (merge);
  g_assert_true (acini_object_draw_merge (edit, merge, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  update (index, NULL);
  merged = dup_tables (fixture);
  g_assert_cmpstr (merged, ==, whole);
  g_assert_cmpint (find_id (index, 555, 512), ==, object.id);
}

static void
test_bridge (Fixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = open_index (fixture);
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "brush");
  g_autoptr (AciniMerge) merge = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 100, 100, 50, 50 }, NULL, 2, NULL));
  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 170, 160, 50, 50 }, NULL, 2, NULL));
  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 300, 100, 50, 50 }, NULL, 3, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  update (index, NULL);
  g_assert_null (acini_object_plan_merge (index, find_id (index, 110, 110), find_id (index, 310, 110), 3, &error));
  g_assert_error (error, ACINI_OBJECT_EDIT_ERROR, ACINI_OBJECT_EDIT_ERROR_APART);
  merge = acini_object_plan_merge (index, find_id (index, 110, 110), find_id (index, 200, 200), 3, NULL);
  g_assert_true (acini_object_draw_merge (edit, merge, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  update (index, NULL);
  g_assert_cmpint (find_id (index, 110, 110), ==, find_id (index, 200, 200));
  g_assert_cmpint (acini_object_index_count (index, NULL), ==, 2);
  read_labels (fixture);
  compare (fixture, index);
}

static void
decide (Fixture *fixture, AciniObjectIndex *index, gint64 id, AciniReviewState state, const char *comment)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniChange) change = acini_object_decide (index, id, state, comment, 1200, &error);

  g_assert_no_error (error);
  g_assert_true (acini_project_write_change (fixture->project, change, &error));
  g_assert_no_error (error);
  update (index, NULL);
}

static AciniReviewState
get_state (AciniObjectIndex *index, gint64 x, gint64 y)
{
  AciniObject object;

  g_assert_true (acini_object_index_find (index, x, y, &object, NULL));
  return object.state;
}

/* A decision stays with its object through edits; after a split with the larger piece; and is undone like them. */
static void
test_review (Fixture *fixture, gconstpointer data)
{
  static const double line[][2] = { { 530, 400 }, { 530, 620 } };
  g_autoptr (AciniObjectIndex) index = open_index (fixture);
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "brush");
  g_autofree char *database = g_build_filename (acini_project_get_folder (fixture->project), "project.sqlite", NULL);
  g_autofree char *row = NULL;
  g_autoptr (GError) error = NULL;
  gint64 slide = fixture->slide->id;
  AciniObject object;

  paint_discs (fixture);
  update (index, NULL);
  decide (fixture, index, find_id (index, 470, 512), ACINI_REVIEW_FLAGGED, "two?");
  g_assert_cmpint (get_state (index, 470, 512), ==, ACINI_REVIEW_FLAGGED);
  row = acini_test_query (database, "SELECT state || ' ' || comment || ' ' || duration FROM reviews");
  g_assert_cmpstr (row, ==, "flagged two? 1200");
  /* Its edge changes, and with it its first pixel. */
  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 500, 440, 60, 60 }, NULL, 2, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  update (index, NULL);
  g_assert_cmpint (get_state (index, 440, 512), ==, ACINI_REVIEW_FLAGGED);
  decide (fixture, index, find_id (index, 470, 512), ACINI_REVIEW_ACCEPTED, NULL);
  g_assert_cmpint (get_state (index, 440, 512), ==, ACINI_REVIEW_ACCEPTED);
  g_assert_true (acini_journal_undo (fixture->project, slide, NULL, NULL));
  update (index, NULL);
  g_assert_cmpint (get_state (index, 440, 512), ==, ACINI_REVIEW_FLAGGED);
  g_assert_true (acini_journal_redo (fixture->project, slide, NULL, NULL));
  update (index, NULL);
  g_assert_cmpint (get_state (index, 440, 512), ==, ACINI_REVIEW_ACCEPTED);
  /* The deepest pixel lies right of the line, the larger piece left of it. */
  split_and_update (fixture, index, find_id (index, 470, 512), line, G_N_ELEMENTS (line));
  g_assert_cmpint (get_state (index, 440, 512), ==, ACINI_REVIEW_ACCEPTED);
  g_assert_cmpint (get_state (index, 600, 512), ==, ACINI_REVIEW_NEW);
  /* In an order. */
  g_assert_true (acini_object_index_step (
      index, &(AciniObjectQuery){ .order = ACINI_OBJECT_ORDER_AREA, .descending = TRUE }, 0, FALSE, &object, NULL));
  g_assert_cmpint (object.id, ==, find_id (index, 440, 512));
  g_assert_true (acini_object_index_step (index,
                                          &(AciniObjectQuery){ .order = ACINI_OBJECT_ORDER_AREA, .descending = TRUE },
                                          object.id, FALSE, &object, NULL));
  g_assert_cmpint (object.id, ==, find_id (index, 600, 512));
  g_assert_true (acini_object_index_step (index, NULL, object.id, TRUE, &object, NULL));
  g_assert_true (acini_object_index_step (index, &(AciniObjectQuery){ .states = 1 << ACINI_REVIEW_ACCEPTED }, 0, FALSE,
                                          &object, NULL));
  g_assert_cmpint (object.id, ==, find_id (index, 440, 512));
  acini_journal_verify (fixture->project, &error);
  g_assert_no_error (error);
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
test_prediction (Fixture *fixture, gconstpointer data)
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
  update (index, NULL);
  g_assert_cmpint (acini_object_index_count (index, NULL), ==, 0);
  write_tile (prediction, 0, 412, 512);
  update (index, NULL);
  g_assert_true (acini_object_index_find (index, 900, 300, &object, NULL));
  g_assert_cmpint (object.author, ==, ACINI_AUTHOR_MODEL);
  g_assert_cmpfloat_with_epsilon (object.probability, .8, .02);
  g_assert_cmpfloat_with_epsilon (object.entropy, .72, .03);
  g_assert_cmpfloat (object.sharpness, >, .3);
  g_assert_cmpfloat_with_epsilon ((double)object.area, 200 * 200, 1500);
  /* The tile beside it comes later, and the object goes on in it. */
  write_tile (prediction, 1, 0, 50);
  update (index, NULL);
  g_assert_cmpint (acini_object_index_count (index, NULL), ==, 1);
  g_assert_true (acini_object_index_find (index, 1100, 300, &object, NULL));
  g_assert_cmpfloat_with_epsilon ((double)object.area, 300 * 200, 1500);
  area = object.area;
  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 900, 300, 10, 10 }, NULL, 2, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  update (index, NULL);
  g_assert_true (acini_object_index_find (index, 1100, 300, &object, NULL));
  g_assert_cmpint (object.author, ==, ACINI_AUTHOR_MIXED);
  g_assert_cmpint (object.area, ==, area);
  /* Other thresholds, another index. */
  g_clear_pointer (&index, acini_object_index_free);
  acini_thresholds_init_same (&thresholds, .9, 1);
  index = acini_object_index_open (&source, NULL);
  update (index, NULL);
  g_assert_cmpint (acini_object_index_count (index, NULL), ==, 1);
  g_assert_true (acini_object_index_find (index, 905, 305, &object, NULL));
  g_assert_cmpint (object.area, ==, 100);
  g_assert_cmpint (object.author, ==, ACINI_AUTHOR_PERSON);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define TEST(path, data, func) g_test_add ("/objects/" path, Fixture, data, set_up, func, tear_down)
  TEST ("flood-fill", NULL, test_flood_fill);
  TEST ("seams", GINT_TO_POINTER (1), test_flood_fill);
  TEST ("undo-all-redo-all", NULL, test_undo_all);
  TEST ("noise/one-class", GINT_TO_POINTER (3), test_noise);
  TEST ("locality", NULL, test_locality);
  TEST ("split", NULL, test_split);
  TEST ("bridge", NULL, test_bridge);
  TEST ("review", NULL, test_review);
  TEST ("prediction", NULL, test_prediction);
  TEST ("queries", NULL, test_queries);
  TEST ("measures", NULL, test_measures);
  return g_test_run ();
}
