/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Objects deleted, filled, given a class, copied and pasted; decisions about many; places without an object; regions
 * and slides signed off. */

#include "data/labels/acini-journal.h"
#include "data/objects/acini-object-replace.h"
#include "data/objects/acini-object-reshape.h"
#include "data/objects/acini-suspects.h"
#include "data/project/acini-sign-off.h"
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

static AciniObject
find (AciniObjectIndex *index, gint64 x, gint64 y)
{
  AciniObject object;

  g_assert_true (acini_object_index_find (index, x, y, &object, NULL));
  g_assert_cmpint (object.id, !=, 0);
  return object;
}

static void
paint (ObjectFixture *fixture, gint64 x, gint64 y, gint64 width, gint64 height, guint8 label)
{
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "brush");

  g_assert_true (acini_edit_paint (edit, &(AciniRect){ x, y, width, height }, NULL, label, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
}

/* Draws @cutouts (transfer full) as one step. */
static void
draw (ObjectFixture *fixture, AciniObjectIndex *index, GPtrArray *cutouts)
{
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "paste");

  g_assert_nonnull (cutouts);
  g_assert_true (acini_cutouts_draw (edit, cutouts, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  g_ptr_array_unref (cutouts);
  object_fixture_update (index, NULL);
  object_fixture_read (fixture);
  object_fixture_compare (fixture, index);
}

/* A ring over the corner of four tiles with something of another class in it, and a square. */
static void
paint_objects (ObjectFixture *fixture, AciniObjectIndex *index)
{
  paint (fixture, 460, 460, 110, 110, 2);
  paint (fixture, 480, 480, 70, 70, 1);
  paint (fixture, 500, 500, 10, 10, 3);
  paint (fixture, 100, 100, 40, 40, 2);
  object_fixture_update (index, NULL);
  g_assert_cmpint (acini_object_index_count (index, NULL), ==, 3);
}

static void
test_paint (ObjectFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  g_autofree char *before = NULL, *after = NULL;
  gint64 ids[2];
  GPtrArray *cutouts;

  paint_objects (fixture, index);
  before = object_fixture_dup_tables (fixture);
  ids[0] = find_id (index, 470, 470);
  ids[1] = find_id (index, 110, 110);
  /* Holes, but not what is in them. */
  draw (fixture, index, acini_object_cut_holes (index, ids, 2, NULL));
  g_assert_cmpint (find (index, 470, 470).area, ==, 110 * 110 - 100);
  g_assert_cmpint (find (index, 505, 505).label, ==, 3);
  g_assert_cmpint (find (index, 110, 110).area, ==, 1600);
  /* Both another class, in one step; then gone. */
  cutouts = acini_object_cut_out (index, ids, 2, NULL);
  acini_cutouts_set_label (cutouts, 4);
  draw (fixture, index, cutouts);
  g_assert_cmpint (find (index, 470, 470).label, ==, 4);
  g_assert_cmpint (find (index, 110, 110).label, ==, 4);
  cutouts = acini_object_cut_out (index, ids, 2, NULL);
  acini_cutouts_set_label (cutouts, ACINI_LABEL_BACKGROUND);
  draw (fixture, index, cutouts);
  g_assert_cmpint (acini_object_index_count (index, NULL), ==, 1);
  for (int i = 0; i < 3; i++)
    g_assert_true (acini_journal_undo (fixture->project, fixture->slide->id, NULL, NULL));
  object_fixture_update (index, NULL);
  after = object_fixture_dup_tables (fixture);
  g_assert_cmpstr (after, ==, before);
}

/* A rectangle that takes the place of objects, as one step; and the decision about the first of them. */
static void
replace (ObjectFixture *fixture, AciniObjectIndex *index, const gint64 *ids, guint n, const AciniRect *rect,
         guint8 label)
{
  g_autoptr (AciniStroke) stroke = acini_stroke_new_outline (fixture->project, fixture->slide->id, "rectangle", label);
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "rectangle");
  g_autoptr (AciniReplacement) replacement = NULL;
  g_autoptr (AciniChange) change = NULL;
  g_autoptr (GError) error = NULL;
  const double corners[4][2] = { { 0, 0 }, { 1, 0 }, { 1, 1 }, { 0, 1 } };

  for (int i = 0; i < 4; i++)
    acini_stroke_add (stroke, (double)rect->x + corners[i][0] * (double)rect->width,
                      (double)rect->y + corners[i][1] * (double)rect->height);
  replacement = acini_object_plan_replace (index, ids, n, stroke, &error);
  g_assert_no_error (error);
  g_assert_true (acini_object_draw_replacement (edit, replacement, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  change = acini_replacement_make_move (replacement, fixture->slide->id);
  if (change != NULL)
    g_assert_true (acini_project_write_change (fixture->project, change, NULL));
  object_fixture_update (index, NULL);
  object_fixture_read (fixture);
  object_fixture_compare (fixture, index);
}

/* The one that is covered most gives way, or those that are named; what comes keeps the decision, and stays apart from
 * what it touches.  Where there is none it is drawn; what is locked stays. */
static void
test_replace (ObjectFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  g_autoptr (AciniStroke) stroke = acini_stroke_new_outline (fixture->project, fixture->slide->id, "lasso", 2);
  g_autoptr (AciniChange) accepted = NULL, lock = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL, *after = NULL;
  gint64 ids[2];

  paint (fixture, 480, 480, 60, 60, 2);
  paint (fixture, 600, 480, 60, 60, 2);
  object_fixture_update (index, NULL);
  before = object_fixture_dup_tables (fixture);
  accepted = acini_object_decide (index, find_id (index, 490, 490), ACINI_REVIEW_ACCEPTED, NULL, -1, NULL);
  g_assert_true (acini_project_write_change (fixture->project, accepted, NULL));
  object_fixture_update (index, NULL);
  /* More of the first than of the second, beside which it comes to lie. */
  replace (fixture, index, NULL, 0, &(AciniRect){ 520, 500, 80, 30 }, 2);
  g_assert_cmpint (acini_object_index_count (index, NULL), ==, 2);
  g_assert_cmpint (find_id (index, 485, 485), ==, 0);
  g_assert_cmpint (find (index, 595, 510).area, ==, 80 * 30);
  g_assert_cmpint (find (index, 595, 510).state, ==, ACINI_REVIEW_ACCEPTED);
  g_assert_cmpint (find (index, 610, 510).area, ==, 3600);
  g_assert_cmpint (find (index, 610, 510).state, ==, ACINI_REVIEW_NEW);
  g_assert_true (acini_journal_undo (fixture->project, fixture->slide->id, NULL, NULL));
  g_assert_true (acini_journal_undo (fixture->project, fixture->slide->id, NULL, NULL));
  object_fixture_update (index, NULL);
  after = object_fixture_dup_tables (fixture);
  g_assert_cmpstr (after, ==, before);
  /* Both that are named, by another class elsewhere; and where nothing is. */
  ids[0] = find_id (index, 490, 490);
  ids[1] = find_id (index, 610, 490);
  replace (fixture, index, ids, 2, &(AciniRect){ 100, 100, 50, 20 }, 3);
  g_assert_cmpint (acini_object_index_count (index, NULL), ==, 1);
  g_assert_cmpint (find (index, 110, 110).label, ==, 3);
  g_assert_cmpint (find (index, 110, 110).state, ==, ACINI_REVIEW_ACCEPTED);
  replace (fixture, index, NULL, 0, &(AciniRect){ 800, 800, 20, 20 }, 2);
  g_assert_cmpint (acini_object_index_count (index, NULL), ==, 2);
  /* Locked. */
  ids[0] = find_id (index, 810, 810);
  lock = acini_object_lock (index, ids, 1, NULL);
  g_assert_true (acini_project_write_change (fixture->project, lock, NULL));
  object_fixture_update (index, NULL);
  acini_stroke_add (stroke, 790, 790);
  acini_stroke_add (stroke, 815, 790);
  acini_stroke_add (stroke, 815, 815);
  g_assert_null (acini_object_plan_replace (index, NULL, 0, stroke, &error));
  g_assert_error (error, ACINI_OBJECT_EDIT_ERROR, ACINI_OBJECT_EDIT_ERROR_LOCKED);
}

/* What is pasted touches its neighbours and stays apart; twice as large it has four times the area; at the edge it is
 * cut off. */
static void
test_paste (ObjectFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  g_autoptr (GPtrArray) copied = NULL;
  gint64 id;

  paint_objects (fixture, index);
  id = find_id (index, 110, 110);
  copied = acini_object_cut_out (index, &id, 1, NULL);
  draw (fixture, index, acini_cutouts_place (copied, 1, 160, 120, index, NULL));
  g_assert_cmpint (acini_object_index_count (index, NULL), ==, 4);
  g_assert_cmpint (find (index, 110, 110).area, ==, 1600);
  g_assert_cmpint (find (index, 170, 110).area, ==, 1600);
  /* Below both, and over the corner of the left one. */
  draw (fixture, index, acini_cutouts_place (copied, 1, 120, 150, index, NULL));
  g_assert_cmpint (find (index, 120, 150).area, ==, 1600);
  g_assert_cmpint (find (index, 110, 110).area, ==, 1200);
  draw (fixture, index, acini_cutouts_place (copied, 2, 800, 800, index, NULL));
  g_assert_cmpint (find (index, 800, 800).area, ==, 6400);
  draw (fixture, index, acini_cutouts_place (copied, 1, WIDTH, HEIGHT, index, NULL));
  g_assert_cmpint (find (index, WIDTH - 1, HEIGHT - 1).area, ==, 400);
  g_assert_true (find (index, WIDTH - 1, HEIGHT - 1).at_border);
  draw (fixture, index, acini_cutouts_place (copied, 1, 0, 0, index, NULL));
  g_assert_cmpint (find (index, 0, 0).area, ==, 400);
}

/* Whether the pixel is within @radius of a square of @side at the corner (@x, @y). */
static gboolean
is_near (gint64 px, gint64 py, gint64 x, gint64 y, gint64 side, double radius)
{
  gint64 dx = MAX (MAX (x - px, px - (x + side - 1)), 0), dy = MAX (MAX (y - py, py - (y + side - 1)), 0);

  return dx * dx + dy * dy <= radius * radius;
}

/* A disc around a square is known; what comes back of it by the same amount is the square.  Neighbours that are grown
 * into one another in one step stay two, and a third one is not grown over. */
static void
test_reshape (ObjectFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  gint64 ids[2], wanted = 0;

  paint_objects (fixture, index);
  ids[0] = find_id (index, 110, 110);
  draw (fixture, index, acini_object_reshape (index, ids, 1, ACINI_RESHAPE_GROW, 7.5, NULL, NULL));
  for (gint64 y = 80; y < 160; y++)
    for (gint64 x = 80; x < 160; x++)
      wanted += is_near (x, y, 100, 100, 40, 7.5);
  g_assert_cmpint (find (index, 110, 110).area, ==, wanted);
  ids[0] = find_id (index, 110, 110);
  draw (fixture, index, acini_object_reshape (index, ids, 1, ACINI_RESHAPE_SHRINK, 7.5, NULL, NULL));
  g_assert_cmpint (find (index, 110, 110).area, >, 1500);
  g_assert_cmpint (find (index, 110, 110).area, <=, 1600);
  /* Two with a gap of six pixels, and one of another class below. */
  paint (fixture, 300, 300, 20, 20, 2);
  paint (fixture, 326, 300, 20, 20, 2);
  paint (fixture, 300, 323, 60, 20, 3);
  object_fixture_update (index, NULL);
  ids[0] = find_id (index, 310, 310);
  ids[1] = find_id (index, 330, 310);
  draw (fixture, index, acini_object_reshape (index, ids, 2, ACINI_RESHAPE_GROW, 5, NULL, NULL));
  g_assert_cmpint (find_id (index, 319, 310), !=, find_id (index, 326, 310));
  g_assert_cmpint (find (index, 319, 310).area + find (index, 326, 310).area, >, 800 + 6 * 20);
  g_assert_cmpint (find (index, 310, 330).area, ==, 1200);
  g_assert_cmpint (find_id (index, 323, 310), !=, 0);
  /* A hair is smoothed away, a notch filled; a straight side stays. */
  paint (fixture, 700, 700, 60, 60, 2);
  paint (fixture, 760, 730, 30, 2, 2);
  paint (fixture, 720, 700, 3, 20, 1);
  object_fixture_update (index, NULL);
  ids[0] = find_id (index, 705, 705);
  draw (fixture, index, acini_object_reshape (index, ids, 1, ACINI_RESHAPE_SMOOTH, 4, NULL, NULL));
  g_assert_cmpint (find_id (index, 780, 730), ==, 0);
  g_assert_cmpint (find_id (index, 721, 705), ==, find_id (index, 730, 730));
  g_assert_cmpint (find_id (index, 759, 720), !=, 0);
  g_assert_cmpint (find_id (index, 761, 720), ==, 0);
  /* At the slide's edge; and away with it. */
  paint (fixture, WIDTH - 10, HEIGHT - 10, 10, 10, 2);
  object_fixture_update (index, NULL);
  ids[0] = find_id (index, WIDTH - 1, HEIGHT - 1);
  draw (fixture, index, acini_object_reshape (index, ids, 1, ACINI_RESHAPE_GROW, 3, NULL, NULL));
  g_assert_cmpint (find_id (index, WIDTH - 13, HEIGHT - 1), ==, find_id (index, WIDTH - 1, HEIGHT - 1));
  ids[0] = find_id (index, WIDTH - 1, HEIGHT - 1);
  draw (fixture, index, acini_object_reshape (index, ids, 1, ACINI_RESHAPE_SHRINK, 20, NULL, NULL));
  g_assert_cmpint (find_id (index, WIDTH - 1, HEIGHT - 1), ==, 0);
}

/* A hole of the ring, the ring, and what is open. */
static void
test_area (ObjectFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  g_autoptr (GError) error = NULL;
  GPtrArray *cutouts;

  paint_objects (fixture, index);
  cutouts = acini_object_cut_area (index, 490, 490, NULL);
  acini_cutouts_set_label (cutouts, 5);
  draw (fixture, index, cutouts);
  g_assert_cmpint (find (index, 490, 490).area, ==, 70 * 70 - 100);
  cutouts = acini_object_cut_area (index, 505, 505, NULL);
  g_assert_cmpint (((AciniCutout *)cutouts->pdata[0])->label, ==, 3);
  g_ptr_array_unref (cutouts);
  g_assert_null (acini_object_cut_area (index, 20, 20, &error));
  g_assert_error (error, ACINI_OBJECT_EDIT_ERROR, ACINI_OBJECT_EDIT_ERROR_WHOLE);
  cutouts = acini_object_cut_area (index, -1, 20, NULL);
  g_assert_cmpuint (cutouts->len, ==, 0);
  g_ptr_array_unref (cutouts);
}

static gint64
query_int (ObjectFixture *fixture, const char *sql)
{
  g_autofree char *path = g_build_filename (acini_project_get_folder (fixture->project), "project.sqlite", NULL);
  g_autofree char *text = acini_test_query (path, sql);

  return g_ascii_strtoll (text != NULL ? text : "", NULL, 10);
}

static void
test_decide_all (ObjectFixture *fixture, gconstpointer data)
{
  static const AciniObjectQuery accepted = { .states = 1 << ACINI_REVIEW_ACCEPTED };
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  g_autoptr (AciniChange) change = NULL, flag = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) ids = NULL, some = NULL;
  gint64 n, rows;
  double mean;

  paint_objects (fixture, index);
  ids = acini_object_index_list_ids (index, &(AciniObjectQuery){ .order = ACINI_OBJECT_ORDER_CLASS, .label = 2 }, NULL);
  g_assert_cmpuint (ids->len, ==, 2);
  flag = acini_object_decide (index, find_id (index, 110, 110), ACINI_REVIEW_FLAGGED, "odd", 500, NULL);
  g_assert_true (acini_project_write_change (fixture->project, flag, NULL));
  rows = query_int (fixture, "SELECT count(*) FROM journal");
  change = acini_object_decide_all (index, (const gint64 *)(gpointer)ids->data, ids->len, ACINI_REVIEW_ACCEPTED, NULL,
                                    3000, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (acini_project_write_change (fixture->project, change, &error));
  g_assert_no_error (error);
  g_assert_cmpint (query_int (fixture, "SELECT count(*) FROM journal"), ==, rows + 1);
  object_fixture_update (index, NULL);
  some = acini_object_index_list_ids (index, &accepted, NULL);
  g_assert_cmpuint (some->len, ==, 2);
  g_assert_true (acini_project_measure_pace (fixture->project, 0, &n, &mean, NULL));
  g_assert_cmpint (n, ==, 2);
  g_assert_cmpfloat (mean, ==, 1500);
  /* One step back: one is new again, the other flagged with its comment. */
  g_assert_true (acini_journal_undo (fixture->project, fixture->slide->id, NULL, NULL));
  object_fixture_update (index, NULL);
  g_assert_cmpint (find (index, 110, 110).state, ==, ACINI_REVIEW_FLAGGED);
  g_assert_cmpint (find (index, 470, 470).state, ==, ACINI_REVIEW_NEW);
  g_assert_cmpint (query_int (fixture, "SELECT count(*) FROM reviews WHERE comment = 'odd'"), ==, 1);
  g_assert_true (acini_journal_redo (fixture->project, fixture->slide->id, NULL, NULL));
  object_fixture_update (index, NULL);
  g_assert_cmpint (find (index, 470, 470).state, ==, ACINI_REVIEW_ACCEPTED);
  g_assert_true (acini_journal_verify (fixture->project, &error));
  g_assert_no_error (error);
}

/* Orders and filters of lists. */
static void
test_lists (ObjectFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  g_autoptr (GArray) by_area = NULL, drawn = NULL, computed = NULL, near = NULL;
  const AciniRect corner = { 90, 90, 20, 20 };

  paint_objects (fixture, index);
  by_area = acini_object_index_list_ids (
      index, &(AciniObjectQuery){ .order = ACINI_OBJECT_ORDER_AREA, .descending = TRUE }, NULL);
  g_assert_cmpuint (by_area->len, ==, 3);
  g_assert_cmpint (g_array_index (by_area, gint64, 0), ==, find_id (index, 470, 470));
  g_assert_cmpint (g_array_index (by_area, gint64, 2), ==, find_id (index, 505, 505));
  drawn = acini_object_index_list_ids (
      index, &(AciniObjectQuery){ .order = ACINI_OBJECT_ORDER_WORTH, .authors = 1 << ACINI_AUTHOR_PERSON }, NULL);
  g_assert_cmpuint (drawn->len, ==, 3);
  computed = acini_object_index_list_ids (index, &(AciniObjectQuery){ .authors = 1 << ACINI_AUTHOR_MODEL }, NULL);
  g_assert_cmpuint (computed->len, ==, 0);
  near = acini_object_index_list_ids (index, &(AciniObjectQuery){ .area = &corner, .authors = 7 }, NULL);
  g_assert_cmpuint (near->len, ==, 1);
}

static void
fill (guint8 *pixels, int x, int y, int width, int height, guint8 value)
{
  for (int row = y; row < y + height; row++)
    memset (pixels + row * 512 + x, value, (gsize)width);
}

static AciniPrediction *
predict (ObjectFixture *fixture, const char *path)
{
  AciniPredictionInfo info = { WIDTH, HEIGHT, 2, 1, "model", "plain" };
  AciniPrediction *prediction = acini_prediction_open (path, &info, NULL);
  guint8 *pixels = g_malloc (512 * 512);
  AciniPredictionTile tile = { 0, 0, NULL };

  memset (pixels, 3, 512 * 512);
  fill (pixels, 50, 50, 60, 60, 90); /* an object with its rim */
  fill (pixels, 55, 55, 50, 50, 230);
  fill (pixels, 200, 50, 50, 50, 100); /* doubtful */
  fill (pixels, 300, 50, 40, 40, 110); /* doubtful, and a person drew there */
  fill (pixels, 400, 50, 4, 4, 120);   /* too small */
  fill (pixels, 200, 300, 20, 20, 80); /* the smaller doubt */
  tile.probability = g_bytes_new_take (pixels, 512 * 512);
  g_assert_true (acini_prediction_write (prediction, &tile, 1, NULL));
  g_bytes_unref (tile.probability);
  return prediction;
}

static void
test_suspects (ObjectFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "prediction.sqlite", NULL);
  g_autoptr (AciniPrediction) prediction = predict (fixture, path);
  g_autoptr (GArray) suspects = NULL, left = NULL;
  g_autoptr (AciniChange) change = NULL;
  AciniThresholds thresholds;
  const AciniObjectSource source = { fixture->project, fixture->slide, prediction, &thresholds };
  const AciniSuspect *first, *second;

  acini_thresholds_init_same (&thresholds, .5, 1);
  paint (fixture, 610, 110, 10, 10, 2);
  suspects = acini_suspects_find (&source, 400, 10, NULL);
  g_assert_cmpuint (suspects->len, ==, 2);
  first = &g_array_index (suspects, AciniSuspect, 0);
  second = &g_array_index (suspects, AciniSuspect, 1);
  g_assert_cmpfloat_with_epsilon (first->probability, 100 / 255., .01);
  g_assert_cmpint (first->box.x, >, 390);
  g_assert_cmpint (first->box.x, <, 410);
  g_assert_cmpfloat_with_epsilon ((double)first->area, 100 * 100, 1200);
  g_assert_cmpint (first->label, ==, 2);
  g_assert_cmpint (second->y, >, 590);
  g_assert_cmpuint (first->x, <, (guint64)(first->box.x + first->box.width));
  /* What was decided does not come again. */
  change = acini_change_new_decision (fixture->slide->id, first->x, first->y, "rejected", NULL, 100);
  g_assert_true (acini_project_write_change (fixture->project, change, NULL));
  left = acini_suspects_find (&source, 400, 10, NULL);
  g_assert_cmpuint (left->len, ==, 1);
  g_assert_cmpint (g_array_index (left, AciniSuspect, 0).x, ==, second->x);
}

static gint64
count_labels (ObjectFixture *fixture, int label)
{
  gint64 n = 0;

  object_fixture_read (fixture);
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    n += fixture->labels[i] == label;
  return n;
}

/* What the model said becomes what a person said, within the region alone. */
static void
test_region (ObjectFixture *fixture, gconstpointer data)
{
  static const double triangle[][2] = { { 0, 0 }, { 300, 0 }, { 0, 300 } };
  g_autofree char *path = g_build_filename (fixture->folder, "prediction.sqlite", NULL);
  g_autoptr (AciniPrediction) prediction = predict (fixture, path);
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "sign-off");
  g_autofree guint8 *labels = g_malloc (WIDTH * HEIGHT);
  AciniThresholds thresholds;
  AciniRegion region = { { fixture->project, fixture->slide, prediction, &thresholds },
                         g_array_new (FALSE, FALSE, sizeof triangle[0]) };
  g_autoptr (AciniEdit) split = acini_edit_new (fixture->project, fixture->slide->id, "split");
  guint8 seams[100], after[100];
  gint64 whole = 0;

  memset (seams, ACINI_SEAM_LEFT, sizeof seams);
  g_assert_true (acini_edit_cut (split, &(AciniRect){ 160, 110, 1, sizeof seams }, seams, NULL));
  g_assert_true (acini_edit_commit (split, NULL, NULL));

  acini_thresholds_init_same (&thresholds, .5, 1);
  g_assert_true (acini_mask_read_effective (fixture->project, fixture->slide->id, prediction, &thresholds, 0, 0, WIDTH,
                                            HEIGHT, labels, NULL));
  for (int i = 0; i < WIDTH * HEIGHT; i++)
    whole += labels[i] == 2;
  g_array_append_vals (region.points, triangle, 3);
  g_assert_true (acini_region_draw (edit, &region, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  g_assert_cmpint (count_labels (fixture, 2), >, 1000);
  g_assert_cmpint (count_labels (fixture, 2), <, whole);
  /* Half a square, and pixels on its slope. */
  g_assert_cmpint (ABS (count_labels (fixture, 1) + count_labels (fixture, 2) - 300 * 300 / 2), <=, 300);
  g_clear_pointer (&region.points, g_array_unref);
  g_assert_true (acini_region_draw (edit, &region, NULL));
  g_assert_true (acini_edit_commit (edit, NULL, NULL));
  g_assert_cmpint (count_labels (fixture, 2), ==, whole);
  g_assert_cmpint (count_labels (fixture, 1) + whole, ==, 1024 * 1024);
  /* What was split before stays two. */
  g_assert_true (acini_seams_read (fixture->project, fixture->slide->id, 160, 110, 1, sizeof after, after, NULL, NULL));
  g_assert_cmpmem (after, sizeof after, seams, sizeof seams);
}

static void
sign (ObjectFixture *fixture, const char *state, const char *reason)
{
  g_autoptr (AciniChange) change = acini_change_new_sign_off (fixture->slide->id, state, "All FTUs are right", reason);
  g_autoptr (GError) error = NULL;

  acini_project_write_change (fixture->project, change, &error);
  g_assert_no_error (error);
}

static void
assert_state (ObjectFixture *fixture, gboolean segmented, AciniSlideState state)
{
  g_autoptr (AciniSignOff) now = acini_project_read_sign_off (fixture->project, fixture->slide->id, segmented, NULL);

  g_assert_cmpstr (acini_slide_state_to_string (now->state), ==, acini_slide_state_to_string (state));
}

static void
test_sign_off (ObjectFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniEdit) edit = acini_edit_new (fixture->project, fixture->slide->id, "brush");
  g_autoptr (AciniChange) decision = acini_change_new_review (fixture->slide->id, 5, 5, "accepted");
  g_autoptr (AciniSignOff) signed_off = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL, *after = NULL;
  gboolean can_undo;

  assert_state (fixture, FALSE, ACINI_SLIDE_NEW);
  assert_state (fixture, TRUE, ACINI_SLIDE_SEGMENTED);
  paint (fixture, 10, 10, 50, 50, 2);
  assert_state (fixture, TRUE, ACINI_SLIDE_IN_REVIEW);
  sign (fixture, "reviewed", "");
  assert_state (fixture, TRUE, ACINI_SLIDE_REVIEWED);
  sign (fixture, "approved", "second look");
  signed_off = acini_project_read_sign_off (fixture->project, fixture->slide->id, TRUE, NULL);
  g_assert_cmpint (signed_off->state, ==, ACINI_SLIDE_APPROVED);
  g_assert_cmpstr (signed_off->meaning, ==, "All FTUs are right");
  g_assert_cmpstr (signed_off->reason, ==, "second look");
  g_assert_cmpint (signed_off->time, >, 0);
  /* Nothing changes it any more … */
  before = object_fixture_dup_tables (fixture);
  g_assert_true (acini_edit_paint (edit, &(AciniRect){ 100, 100, 9, 9 }, NULL, 2, NULL));
  g_assert_false (acini_edit_commit (edit, NULL, &error));
  g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_APPROVED);
  g_clear_error (&error);
  g_assert_false (acini_journal_undo (fixture->project, fixture->slide->id, NULL, &error));
  g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_APPROVED);
  g_clear_error (&error);
  g_assert_false (acini_project_write_change (fixture->project, decision, &error));
  g_assert_error (error, ACINI_PROJECT_ERROR, ACINI_PROJECT_ERROR_APPROVED);
  g_clear_error (&error);
  g_assert_false (acini_project_set_slide_mpp (fixture->project, fixture->slide->id, 1, 1, &error));
  g_clear_error (&error);
  after = object_fixture_dup_tables (fixture);
  g_assert_cmpstr (after, ==, before);
  /* … until it is reopened. */
  sign (fixture, "in review", "a gland was missed");
  assert_state (fixture, TRUE, ACINI_SLIDE_IN_REVIEW);
  g_assert_true (acini_edit_commit (edit, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (acini_journal_get_state (fixture->project, fixture->slide->id, &can_undo, NULL, NULL));
  g_assert_true (can_undo);
  g_assert_true (acini_journal_verify (fixture->project, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define TEST(path, func)                                                                                               \
  g_test_add ("/object-paint/" path, ObjectFixture, NULL, object_fixture_set_up, func, object_fixture_tear_down)
  TEST ("paint", test_paint);
  TEST ("replace", test_replace);
  TEST ("paste", test_paste);
  TEST ("reshape", test_reshape);
  TEST ("area", test_area);
  TEST ("decide-all", test_decide_all);
  TEST ("lists", test_lists);
  TEST ("suspects", test_suspects);
  TEST ("region", test_region);
  TEST ("sign-off", test_sign_off);
  return g_test_run ();
}
