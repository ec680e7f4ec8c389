/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Splitting, merging and deciding about objects. */

#include "data/labels/acini-journal.h"
#include "data/objects/acini-object-edit.h"
#include "tests/acini-test-util.h"
#include "tests/data/acini-object-fixture.h"

#include <math.h>
#include <string.h>

static gint64
find_id (AciniObjectIndex *index, gint64 x, gint64 y)
{
  AciniObject object;

  g_assert_true (acini_object_index_find (index, x, y, &object, NULL));
  return object.id;
}

/* Two discs that overlap, over the corner of four tiles. */
static void
paint_discs (ObjectFixture *fixture)
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
split_and_update (ObjectFixture *fixture, AciniObjectIndex *index, gint64 id, const double (*points)[2], guint n)
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
  object_fixture_update (index, NULL);
}

/* A drawn line and the proposal split; what is merged, or undone, is as it was; areas never change. */
static void
test_split (ObjectFixture *fixture, gconstpointer data)
{
  static const double line[][2] = { { 511.3, 400 }, { 509, 520.5 }, { 512, 620 } };
  static const double beside[][2] = { { 400, 400 }, { 700, 410 } };
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  g_autoptr (AciniMerge) merge = NULL;
  g_autoptr (AciniSplit) none = NULL;
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "merge");
  g_autofree char *whole = NULL, *merged = NULL;
  g_autoptr (GError) error = NULL;
  AciniObject object, left, right;

  paint_discs (fixture);
  object_fixture_update (index, NULL);
  whole = object_fixture_dup_tables (fixture);
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
      object_fixture_read (fixture);
      object_fixture_compare (fixture, index);
      if (i == 0)
        {
          g_assert_true (acini_journal_undo (fixture->project, fixture->slide->id, NULL, NULL));
          object_fixture_update (index, NULL);
          g_assert_cmpint (find_id (index, 555, 512), ==, object.id);
        }
    }
  merge = acini_object_plan_merge (index, left.id, right.id, 1, NULL);
  g_assert_nonnull (merge);
  g_assert_true (acini_object_draw_merge (edit, merge, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  object_fixture_update (index, NULL);
  merged = object_fixture_dup_tables (fixture);
  g_assert_cmpstr (merged, ==, whole);
  g_assert_cmpint (find_id (index, 555, 512), ==, object.id);
}

static void
write_change (ObjectFixture *fixture, AciniChange *change)
{
  g_autoptr (AciniChange) done = change;
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (change);
  g_assert_true (acini_project_write_change (fixture->project, change, &error));
  g_assert_no_error (error);
}

/* One of many edits, of labels and seams, with and without a mask. */
static void
edit_somewhere (ObjectFixture *fixture, const char *tool)
{
  static const guint8 labels[] = { 0, 1, 2, 3 };
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, tool);
  AciniRect rect = { g_rand_int_range (fixture->rand, 380, 600), g_rand_int_range (fixture->rand, 440, 580),
                     g_rand_int_range (fixture->rand, 1, 600), g_rand_int_range (fixture->rand, 1, 600) };
  gsize n = (gsize)(rect.width * rect.height);
  g_autofree guint8 *mask = g_malloc (n);

  for (gsize i = 0; i < n; i++)
    mask[i] = g_rand_boolean (fixture->rand) ? 255 : 0;
  g_assert_true (acini_edit_paint (edit, g_rand_boolean (fixture->rand) ? &rect : &(AciniRect){ 0, 0, WIDTH, HEIGHT },
                                   NULL, labels[g_rand_int_range (fixture->rand, 0, 4)], NULL));
  g_assert_true (acini_edit_paint (edit, &rect, mask, labels[g_rand_int_range (fixture->rand, 0, 4)], NULL));
  for (gsize i = 0; i < n; i++)
    mask[i] = (guint8)g_rand_int_range (fixture->rand, 0, 4);
  g_assert_true (acini_edit_cut (edit, &rect, mask, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
}

/* The pixels of the discs that differ from what they were, and those beside them that do. */
static void
count_changes (ObjectFixture *fixture, const guint8 *before, guint *n_locked, guint *n_others)
{
  *n_locked = *n_others = 0;
  object_fixture_read (fixture);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    if (fixture->labels[i] != before[i])
      ++*(before[i] == 2 ? n_locked : n_others);
}

/* Nothing that is drawn changes what is locked, not even an import, all else does; undo takes the lock away. */
static void
test_lock (ObjectFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  g_autofree guint8 *before = NULL;
  g_autofree char *tables = NULL, *again = NULL;
  g_autoptr (GError) error = NULL;
  AciniObject object;
  guint n_locked, n_others;

  paint_discs (fixture);
  before = g_memdup2 (fixture->labels, WIDTH * HEIGHT);
  object_fixture_update (index, NULL);
  g_assert_true (acini_object_index_find (index, 470, 512, &object, NULL));
  g_assert_false (object.locked);
  tables = object_fixture_dup_tables (fixture);
  write_change (fixture, acini_object_lock (index, &object.id, 1, NULL));
  object_fixture_update (index, NULL);
  g_assert_true (acini_object_index_find (index, 555, 512, &object, NULL));
  g_assert_true (object.locked);
  g_assert_false (acini_object_check_unlocked (index, &object.id, 1, &error));
  g_assert_error (error, ACINI_OBJECT_EDIT_ERROR, ACINI_OBJECT_EDIT_ERROR_LOCKED);
  for (int i = 0; i < 4; i++)
    {
      edit_somewhere (fixture, i == 3 ? "import" : "brush");
      count_changes (fixture, before, &n_locked, &n_others);
      g_assert_cmpuint (n_locked, ==, 0);
      g_assert_cmpuint (n_others, >, 0);
      object_fixture_update (index, NULL);
      g_assert_true (acini_object_index_find (index, 555, 512, &object, NULL));
      g_assert_true (object.locked);
    }
  for (int i = 0; i < 4; i++)
    g_assert_true (acini_journal_undo (fixture->project, fixture->slide->id, NULL, NULL));
  again = object_fixture_dup_tables (fixture);
  g_assert_cmpstr (again, ==, tables);
  object_fixture_update (index, NULL);
  g_assert_true (acini_object_index_find (index, 470, 512, &object, NULL));
  write_change (fixture, acini_object_unlock (index, &object.id, 1, NULL));
  edit_somewhere (fixture, "brush");
  count_changes (fixture, before, &n_locked, &n_others);
  g_assert_cmpuint (n_locked, >, 0);
  /* What lay before: locked, and not yet. */
  g_assert_true (acini_journal_undo (fixture->project, fixture->slide->id, NULL, NULL));
  g_assert_true (acini_journal_undo (fixture->project, fixture->slide->id, NULL, NULL));
  object_fixture_update (index, NULL);
  g_assert_true (acini_object_index_find (index, 470, 512, &object, NULL));
  g_assert_true (object.locked);
  g_assert_true (acini_journal_undo (fixture->project, fixture->slide->id, NULL, NULL));
  object_fixture_update (index, NULL);
  g_assert_true (acini_object_index_find (index, 470, 512, &object, NULL));
  g_assert_false (object.locked);
  g_assert_true (acini_journal_verify (fixture->project, NULL));
}

static void
test_bridge (ObjectFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "brush");
  g_autoptr (AciniMerge) merge = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 100, 100, 50, 50 }, NULL, 2, NULL));
  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 170, 160, 50, 50 }, NULL, 2, NULL));
  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 300, 100, 50, 50 }, NULL, 3, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  object_fixture_update (index, NULL);
  g_assert_null (acini_object_plan_merge (index, find_id (index, 110, 110), find_id (index, 310, 110), 3, &error));
  g_assert_error (error, ACINI_OBJECT_EDIT_ERROR, ACINI_OBJECT_EDIT_ERROR_APART);
  merge = acini_object_plan_merge (index, find_id (index, 110, 110), find_id (index, 200, 200), 3, NULL);
  g_assert_true (acini_object_draw_merge (edit, merge, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  object_fixture_update (index, NULL);
  g_assert_cmpint (find_id (index, 110, 110), ==, find_id (index, 200, 200));
  g_assert_cmpint (acini_object_index_count (index, NULL), ==, 2);
  object_fixture_read (fixture);
  object_fixture_compare (fixture, index);
}

static void
decide (ObjectFixture *fixture, AciniObjectIndex *index, gint64 id, AciniReviewState state, const char *comment)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniChange) change = acini_object_decide (index, id, state, comment, 1200, &error);

  g_assert_no_error (error);
  g_assert_true (acini_project_write_change (fixture->project, change, &error));
  g_assert_no_error (error);
  object_fixture_update (index, NULL);
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
test_review (ObjectFixture *fixture, gconstpointer data)
{
  static const double line[][2] = { { 530, 400 }, { 530, 620 } };
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "brush");
  g_autofree char *database = g_build_filename (acini_project_get_folder (fixture->project), "project.sqlite", NULL);
  g_autofree char *row = NULL;
  g_autoptr (GError) error = NULL;
  gint64 slide = fixture->slide->id;
  AciniObject object;

  paint_discs (fixture);
  object_fixture_update (index, NULL);
  decide (fixture, index, find_id (index, 470, 512), ACINI_REVIEW_FLAGGED, "two?");
  g_assert_cmpint (get_state (index, 470, 512), ==, ACINI_REVIEW_FLAGGED);
  row = acini_test_query (database, "SELECT state || ' ' || comment || ' ' || duration FROM reviews");
  g_assert_cmpstr (row, ==, "flagged two? 1200");
  /* Its edge changes, and with it its first pixel. */
  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 500, 440, 60, 60 }, NULL, 2, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  object_fixture_update (index, NULL);
  g_assert_cmpint (get_state (index, 440, 512), ==, ACINI_REVIEW_FLAGGED);
  decide (fixture, index, find_id (index, 470, 512), ACINI_REVIEW_ACCEPTED, NULL);
  g_assert_cmpint (get_state (index, 440, 512), ==, ACINI_REVIEW_ACCEPTED);
  g_assert_true (acini_journal_undo (fixture->project, slide, NULL, NULL));
  object_fixture_update (index, NULL);
  g_assert_cmpint (get_state (index, 440, 512), ==, ACINI_REVIEW_FLAGGED);
  g_assert_true (acini_journal_redo (fixture->project, slide, NULL, NULL));
  object_fixture_update (index, NULL);
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define TEST(path, data, func)                                                                                         \
  g_test_add ("/object-edits/" path, ObjectFixture, data, object_fixture_set_up, func, object_fixture_tear_down)
  TEST ("split", NULL, test_split);
  TEST ("bridge", NULL, test_bridge);
  TEST ("lock", NULL, test_lock);
  TEST ("review", NULL, test_review);
  return g_test_run ();
}
