/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Splitting, merging and deciding about objects; and how far two readers agree. */

#include "data/labels/acini-journal.h"
#include "data/objects/acini-agreement.h"
#include "data/objects/acini-object-edit.h"
#include "data/objects/acini-object-private.h"
#include "data/predictions/acini-prediction-key.h"
#include "tests/acini-test-util.h"
#include "tests/data/acini-object-fixture.h"

#include <glib/gstdio.h>
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
  gint64 area;

  paint_discs (fixture);
  before = g_memdup2 (fixture->labels, WIDTH * HEIGHT);
  object_fixture_update (index, NULL);
  g_assert_true (acini_object_index_find (index, 470, 512, &object, NULL));
  g_assert_false (object.locked);
  area = object.area;
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
      g_assert_cmpint (object.area, ==, area);
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

/* Lays @rect with label 2 around what is locked, by @tool, opens all seams there, and checks that it is as it was. */
static void
surround (ObjectFixture *fixture, AciniObjectIndex *index, const char *tool, const AciniRect *rect, gint64 area)
{
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, tool);
  g_autoptr (AciniEdit) open = acini_edit_new (fixture->project, fixture->slide->id, "merge");
  AciniObject object;

  g_assert_true (acini_edit_paint (edit, rect, NULL, 2, NULL));
  g_assert_true (acini_edit_cut (edit, rect, NULL, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  g_assert_true (acini_edit_cut (open, &(AciniRect){ 0, 0, WIDTH, HEIGHT }, NULL, NULL));
  g_assert_true (acini_edit_commit (open, NULL, NULL));
  object_fixture_update (index, NULL);
  object_fixture_read (fixture);
  object_fixture_compare (fixture, index);
  g_assert_true (acini_object_index_find (index, 470, 512, &object, NULL));
  g_assert_true (object.locked);
  g_assert_cmpint (object.area, ==, area);
}

/* What comes to lie beside something locked is an object of its own, whatever brings it there and over whichever tiles:
 * to the left of and above it, all around, bit by bit. */
static void
test_beside_locked (ObjectFixture *fixture, gconstpointer data)
{
  static const AciniRect rects[]
      = { { 400, 480, 70, 60 }, { 480, 400, 60, 90 }, { 512, 512, 200, 200 }, { 300, 300, 420, 420 } };
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  g_autofree char *tables = NULL, *again = NULL;
  AciniObject object;

  paint_discs (fixture);
  object_fixture_update (index, NULL);
  g_assert_true (acini_object_index_find (index, 470, 512, &object, NULL));
  write_change (fixture, acini_object_lock (index, &object.id, 1, NULL));
  tables = object_fixture_dup_tables (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (rects); i++)
    surround (fixture, index, i % 2 == 0 ? "brush" : "import", &rects[i], object.area);
  /* All that is around it is one, and not locked. */
  g_assert_cmpint (find_id (index, 310, 310), ==, find_id (index, 710, 710));
  g_assert_cmpint (find_id (index, 310, 310), !=, find_id (index, 470, 512));
  g_assert_true (acini_object_index_find (index, 310, 310, &object, NULL));
  g_assert_false (object.locked);
  g_assert_true (acini_journal_verify (fixture->project, NULL));
  while (acini_journal_undo (fixture->project, fixture->slide->id, NULL, NULL) && g_strcmp0 (again, tables) != 0)
    {
      g_free (again);
      again = object_fixture_dup_tables (fixture);
    }
  g_assert_cmpstr (again, ==, tables);
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

#define SQUARE 20

static void
draw (AciniProject *project, gint64 slide, gint64 x, gint64 y, guint8 label)
{
  g_autoptr (AciniEdit) edit = acini_edit_new (project, slide, "brush");

  g_assert_true (acini_edit_paint (edit, &(AciniRect){ x, y, SQUARE, SQUARE }, NULL, label, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
}

static void
say (AciniObjectIndex *index, gint64 x, gint64 y, AciniReviewState state)
{
  g_autoptr (AciniChange) change = acini_object_decide (index, find_id (index, x, y), state, NULL, -1, NULL);

  g_assert_true (acini_project_write_change (index->source.project, change, NULL));
}

/* Ten squares in a row, of which both say: yes yes yes yes yes, no no, yes no | no yes; the last yes of the first five
 * is drawn 5 px aside, the second is of another class for the second reader, and an eleventh only the first has. */
static void
fill_readings (AciniObjectIndex *first, AciniObjectIndex *second)
{
  static const char said[2][11] = { "yyyydnnyyn", "yyyydnnnny" };
  AciniObjectIndex *indices[2] = { first, second };

  for (int reader = 0; reader < 2; reader++)
    {
      const AciniObjectSource *source = &indices[reader]->source;

      for (int i = 0; i < 10; i++)
        draw (source->project, source->slide->id, 50 + 60 * i + (reader == 1 && i == 4 ? 5 : 0), 100,
              reader == 1 && i == 1 ? 3 : 2);
      if (reader == 0)
        draw (source->project, source->slide->id, 50, 500, 2);
      object_fixture_update (indices[reader], NULL);
      for (int i = 0; i < 10; i++)
        if (said[reader][i] != 'd')
          say (indices[reader], 60 + 60 * i, 110,
               said[reader][i] == 'y' ? ACINI_REVIEW_ACCEPTED : ACINI_REVIEW_REJECTED);
      object_fixture_update (indices[reader], NULL);
    }
}

static void
test_agreement (ObjectFixture *fixture, gconstpointer data)
{
  static const AciniDisagreementKind expected[]
      = { ACINI_DISAGREEMENT_NONE,    ACINI_DISAGREEMENT_CLASS, ACINI_DISAGREEMENT_NONE, ACINI_DISAGREEMENT_NONE,
          ACINI_DISAGREEMENT_OUTLINE, ACINI_DISAGREEMENT_NONE,  ACINI_DISAGREEMENT_NONE, ACINI_DISAGREEMENT_STATE,
          ACINI_DISAGREEMENT_STATE,   ACINI_DISAGREEMENT_STATE, ACINI_DISAGREEMENT_ONE };
  const double fold[][2] = { { 0, 400 }, { 200, 400 }, { 200, 600 }, { 0, 600 } };
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  g_autofree char *folder = acini_reading_begin (fixture->project, "Ada", NULL);
  AciniObjectSource source = { fixture->project, fixture->slide, NULL, NULL };
  g_autoptr (AciniReadingSlide) reading = acini_reading_slide_open (folder, &source, NULL, NULL);
  g_autoptr (GPtrArray) excluded = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);
  AciniRegionScope scope = { excluded, NULL };
  g_autoptr (GArray) places = NULL, counting = NULL;
  AciniAgreement agreement = { 0 }, none = { 0 }, one_word = { .table = { { 0, 0 }, { 0, 9 } } };
  double kappa, dice;

  fill_readings (index, reading->index);
  places = acini_agreement_find (index, reading->index, NULL, NULL, NULL);
  g_assert_cmpuint (places->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < places->len; i++)
    {
      const AciniAgreementPlace *place = &g_array_index (places, AciniAgreementPlace, i);

      g_assert_cmpint (acini_agreement_place_get_box (place).x, ==, i < 10 ? 50 + 60 * i : 50);
      g_assert_cmpint (acini_agreement_place_get_disagreement (place), ==, expected[i]);
      acini_agreement_add (&agreement, place);
    }
  /* 300 of 500 px. */
  g_assert_cmpfloat_with_epsilon (acini_agreement_place_get_iou (&g_array_index (places, AciniAgreementPlace, 4)), .6,
                                  1e-12);
  g_assert_cmpint (agreement.table[1][1], ==, 5);
  g_assert_cmpint (agreement.table[0][0], ==, 2);
  g_assert_cmpint (agreement.table[1][0], ==, 2);
  g_assert_cmpint (agreement.table[0][1], ==, 1);
  g_assert_cmpint (agreement.one_said, ==, 1);
  g_assert_cmpint (agreement.disagreements, ==, 6);
  /* They agree on 7 of 10; the first says yes to 7, the second to 6: by chance .7 · .6 + .3 · .4 = .54. */
  g_assert_true (acini_agreement_get_kappa (&agreement, &kappa));
  g_assert_cmpfloat_with_epsilon (kappa, (.7 - .54) / (1 - .54), 1e-12);
  /* Eight squares of 400 px that the first wants, six of the second, 4 · 400 + 300 px of both. */
  g_assert_true (acini_agreement_get_dice (&agreement, &dice));
  g_assert_cmpfloat_with_epsilon (dice, 2 * 1900. / (3200 + 2400), 1e-12);
  g_assert_false (acini_agreement_get_kappa (&none, &kappa));
  g_assert_false (acini_agreement_get_kappa (&one_word, &kappa));
  g_assert_false (acini_agreement_get_dice (&none, &dice));
  /* What lies in an exclusion is not compared. */
  g_ptr_array_add (excluded, acini_region_record_new ("Fold", ACINI_REGION_EXCLUSION, fold, 4));
  counting = acini_agreement_find (index, reading->index, &scope, NULL, NULL);
  g_assert_cmpuint (counting->len, ==, 10);
}

static void
write_prediction (const char *path, guint8 value)
{
  AciniPredictionInfo info = { WIDTH, HEIGHT, 2, 1, "m", "w" };
  g_autoptr (GError) error = NULL;
  g_autoptr (AciniPrediction) prediction = acini_prediction_open (path, &info, &error);
  g_autofree guint8 *pixels = g_malloc (ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE);
  AciniPredictionTile tile = { 0, 0, NULL };

  g_assert_no_error (error);
  memset (pixels, value, ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE);
  tile.probability = g_bytes_new (pixels, ACINI_PREDICTION_TILE * ACINI_PREDICTION_TILE);
  g_assert_true (acini_prediction_write (prediction, &tile, 1, &error));
  g_bytes_unref (tile.probability);
}

static void
check_prediction (AciniProject *reading, gint64 slide, guint8 expected)
{
  g_autofree char *path = acini_prediction_find_current (reading, slide, "m", 2);
  g_autoptr (AciniPrediction) prediction = path != NULL ? acini_prediction_open (path, NULL, NULL) : NULL;
  guint8 value = 0;

  g_assert_nonnull (prediction);
  g_assert_true (acini_prediction_read (prediction, 0, 0, 7, 7, 1, 1, &value, NULL, NULL));
  g_assert_cmpint (value, ==, expected);
}

/* (transfer full) the slides of the project in the order of the reading. */
static char *
dup_order (AciniProject *project, const char *folder)
{
  g_autoptr (AciniProject) reading = acini_project_open (folder, NULL);
  g_autoptr (GPtrArray) slides = acini_project_list_slides (project, NULL), own = NULL;
  g_autoptr (GString) order = g_string_new (NULL);

  own = acini_project_list_slides (reading, NULL);
  g_assert_cmpuint (own->len, ==, slides->len);
  for (guint i = 0; i < own->len; i++)
    {
      const AciniSlideRecord *slide = own->pdata[i];
      g_autofree char *name = g_strdup_printf ("Slide %u", i + 1);

      g_assert_cmpstr (slide->name, ==, name);
      g_assert_false (slide->labelled);
      g_assert_cmpstr (slide->details.patient, ==, "");
      for (guint j = 0; j < slides->len; j++)
        if (acini_reading_find_slide (reading, ((AciniSlideRecord *)slides->pdata[j])->id) == slide->id)
          g_string_append_printf (order, "%u ", j);
    }
  return g_string_free (g_steal_pointer (&order), FALSE);
}

/* A reading sees slides, regions and predictions, those that came later, too, when it is gone on with; no labels, no
 * decisions and no names; and all of it still when the project has moved. */
static void
test_reading (ObjectFixture *fixture, gconstpointer data)
{
  const double fold[][2] = { { 0, 0 }, { 50, 0 }, { 50, 50 } };
  g_autoptr (GPtrArray) regions = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_region_record_free);
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  g_autofree char *predictions = acini_prediction_dup_folder (fixture->project), *first = NULL, *second = NULL;
  g_autofree char *folder = NULL, *again = NULL, *other = NULL, *order = NULL, *others = NULL, *orders = NULL;
  g_autofree char *moved = g_build_filename (fixture->folder, "moved.acini", NULL), *parent = NULL, *there = NULL;
  g_autoptr (GPtrArray) readings = NULL, copied = NULL;
  g_autoptr (AciniChange) outlined = NULL;
  g_autoptr (AciniProject) reading = NULL;
  g_autoptr (AciniReading) what = NULL;
  g_autoptr (GError) error = NULL;
  gint64 slide = fixture->slide->id, own;

  for (int i = 0; i < 9; i++)
    {
      g_autofree char *name = g_strdup_printf ("more %d.tiff", i);

      acini_test_add_slide (fixture->project, name, 300, 300);
    }
  g_ptr_array_add (regions, acini_region_record_new ("Fold", ACINI_REGION_EXCLUSION, fold, 3));
  outlined = acini_change_new_regions (slide, regions);
  g_assert_true (acini_project_write_change (fixture->project, outlined, NULL));
  draw (fixture->project, slide, 100, 100, 2);
  object_fixture_update (index, NULL);
  say (index, 110, 110, ACINI_REVIEW_ACCEPTED);
  first = acini_prediction_dup_path (predictions, &(AciniPredictionKey){ slide, "m", 2, "w" });
  write_prediction (first, 77);
  folder = acini_reading_begin (fixture->project, "Ada Lovelace", &error);
  g_assert_no_error (error);
  other = acini_reading_begin (fixture->project, "Grace", &error);
  g_assert_no_error (error);
  order = dup_order (fixture->project, folder);
  others = dup_order (fixture->project, other);
  orders = dup_order (fixture->project, folder);
  g_assert_cmpstr (order, !=, others);
  g_assert_cmpstr (order, !=, "0 1 2 3 4 5 6 7 8 9 ");
  g_assert_cmpuint (strlen (order), ==, 20);
  g_assert_cmpstr (order, ==, orders);

  reading = acini_project_open (folder, NULL);
  own = acini_reading_find_slide (reading, slide);
  check_prediction (reading, own, 77);
  copied = acini_project_list_regions (reading, own, NULL);
  g_assert_cmpuint (copied->len, ==, 1);
  g_assert_null (acini_reading_begin (reading, "Eve", &error));
  g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_true (acini_reading_set_ended (reading, TRUE, NULL));
  readings = acini_reading_list (fixture->project, FALSE);
  g_assert_cmpuint (readings->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      const AciniReading *listed = readings->pdata[i];

      g_assert_cmpint (listed->ended != 0, ==, g_str_equal (listed->reader, "Ada Lovelace"));
      g_assert_cmpint (listed->begun, >, 0);
    }
  /* Segmented since. */
  second = acini_prediction_dup_path (predictions, &(AciniPredictionKey){ slide + 1, "m", 2, "w" });
  write_prediction (second, 99);
  again = acini_reading_begin (fixture->project, "Ada Lovelace", &error);
  g_assert_cmpstr (again, ==, folder);
  check_prediction (reading, acini_reading_find_slide (reading, slide + 1), 99);
  g_clear_object (&reading);
  g_clear_pointer (&index, acini_object_index_free);

  g_assert_cmpint (g_rename (acini_project_get_folder (fixture->project), moved), ==, 0);
  there = g_build_filename (moved, "readings", "Ada Lovelace.acini", NULL);
  reading = acini_project_open (there, &error);
  g_assert_no_error (error);
  parent = acini_reading_dup_parent (reading);
  g_assert_cmpstr (parent, ==, moved);
  check_prediction (reading, own, 77);
  what = acini_reading_get (reading);
  g_assert_cmpstr (what->reader, ==, "Ada Lovelace");
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
  TEST ("beside-locked", NULL, test_beside_locked);
  TEST ("review", NULL, test_review);
  TEST ("agreement", NULL, test_agreement);
  TEST ("reading", NULL, test_reading);
  return g_test_run ();
}
