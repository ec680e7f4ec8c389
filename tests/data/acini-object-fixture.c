/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/data/acini-object-fixture.h"
#include "data/labels/acini-seams.h"
#include "tests/acini-test-util.h"

#include <math.h>
#include <string.h>

void
object_fixture_set_up (ObjectFixture *fixture, gconstpointer data)
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

void
object_fixture_tear_down (ObjectFixture *fixture, gconstpointer data)
{
  g_rand_free (fixture->rand);
  acini_slide_record_free (fixture->slide);
  g_clear_object (&fixture->project);
  g_free (fixture->labels);
  g_free (fixture->seams);
  acini_test_remove_folder (fixture->folder);
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
get_label (ObjectFixture *fixture, int x, int y)
{
  return x < 0 || y < 0 || x >= WIDTH || y >= HEIGHT ? 0 : fixture->labels[y * WIDTH + x];
}

/* Whether there is a seam between two pixels beside each other. */
static gboolean
is_cut (ObjectFixture *fixture, int a, int b)
{
  int later = MAX (a, b);

  return (fixture->seams[later] & (ABS (a - b) == 1 ? ACINI_SEAM_LEFT : ACINI_SEAM_UPPER)) != 0;
}

static void
fill (ObjectFixture *fixture, Truth *truth, int start)
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
measure_outlines (ObjectFixture *fixture, Truth *truth)
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
truth_find (ObjectFixture *fixture, Truth *truth)
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

/* Some areas: those objects are found there whose boxes meet them. */
static void
compare_areas (const Truth *truth, AciniObjectIndex *index)
{
  for (int i = 0; i < 20; i++)
    {
      const AciniRect area
          = { g_test_rand_int_range (-100, WIDTH), g_test_rand_int_range (-100, HEIGHT),
              g_test_rand_int_range (1, 1 << (1 + i / 2)), g_test_rand_int_range (1, 1 << (1 + i / 2)) };
      g_autoptr (GArray) ids = acini_object_index_list_ids (index, &(AciniObjectQuery){ .area = &area }, NULL);
      GHashTableIter iter;
      const AciniObject *object;
      guint n = 0;

      g_hash_table_iter_init (&iter, truth->objects);
      while (g_hash_table_iter_next (&iter, NULL, (gpointer *)&object))
        n += object->box.x < area.x + area.width && object->box.x + object->box.width > area.x
             && object->box.y < area.y + area.height && object->box.y + object->box.height > area.y;
      g_assert_nonnull (ids);
      g_assert_cmpuint (ids->len, ==, n);
    }
}

/* The same pixels as runs, and each object where it begins. */
static void
compare_bands (const Truth *truth, AciniObjectIndex *index)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify)g_array_unref);
  g_autoptr (GArray) objects = g_array_new (FALSE, FALSE, sizeof (AciniObject));
  guint n = 0;

  for (int y = 0; y < 512; y++)
    g_ptr_array_add (rows, g_array_new (FALSE, FALSE, sizeof (AciniRowRun)));
  for (int y = 0; y < HEIGHT; y++)
    {
      const GArray *row = rows->pdata[y % 512];
      gint64 x = 0;

      if (y % 512 == 0)
        {
          g_assert_true (acini_object_index_read_band (index, y / 512, (GArray **)rows->pdata, objects, NULL));
          for (guint i = 0; i < objects->len; i++)
            g_assert_cmpint (g_array_index (objects, AciniObject, i).box.y / 512, ==, y / 512);
          n += objects->len;
        }
      for (guint i = 0; i <= row->len; i++)
        {
          const AciniRowRun run = i < row->len ? g_array_index (row, AciniRowRun, i) : (AciniRowRun){ 0, WIDTH };

          for (; x < run.end; x++)
            if (truth->ids[y * WIDTH + x] != run.label)
              g_error ("pixel (%d, %d) is in a run of object %d", (int)x, y, (int)run.label);
        }
    }
  g_assert_cmpuint (n, ==, g_hash_table_size (truth->objects));
}

void
object_fixture_compare (ObjectFixture *fixture, AciniObjectIndex *index)
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
  compare_areas (&truth, index);
  compare_bands (&truth, index);
  g_assert_cmpint (acini_object_index_count (index, NULL), ==, g_hash_table_size (truth.objects));
  g_assert_true (acini_object_index_foreach (index, NULL, compare_object, truth.objects, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_hash_table_size (truth.objects), ==, 0);
}

AciniObjectIndex *
object_fixture_open (ObjectFixture *fixture)
{
  AciniObjectSource source = { fixture->project, fixture->slide, NULL, NULL };
  g_autoptr (GError) error = NULL;
  AciniObjectIndex *index = acini_object_index_open (&source, &error);

  g_assert_no_error (error);
  return index;
}

void
object_fixture_update (AciniObjectIndex *index, guint *n)
{
  g_autoptr (GError) error = NULL;

  acini_object_index_update (index, n, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

void
object_fixture_read (ObjectFixture *fixture)
{
  g_assert_true (
      acini_seams_read (fixture->project, fixture->slide->id, 0, 0, WIDTH, HEIGHT, fixture->seams, NULL, NULL));
  g_assert_true (
      acini_labels_read (fixture->project, fixture->slide->id, 0, 0, 0, WIDTH, HEIGHT, fixture->labels, NULL));
}

char *
object_fixture_dup_tables (ObjectFixture *fixture)
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
