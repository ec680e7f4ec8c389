/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Everything that hands do to a slide, at random: after each step its labels and seams are those of two plain pictures
 * to which the same was done, and with all undone, and all done again, the tables are what they were byte for byte. */

#include "data/labels/acini-journal.h"
#include "data/labels/acini-stroke.h"
#include "data/objects/acini-object-reshape.h"
#include "tests/acini-test-util.h"
#include "tests/data/acini-object-fixture.h"

#include <math.h>
#include <string.h>

#define N_PIXELS (WIDTH * HEIGHT)
#define LARGEST 90 /* pixels to either side of a stroke's middle */

/* The pictures, and what one step makes of them. */
typedef struct
{
  ObjectFixture *fixture;
  AciniObjectIndex *index;
  guint8 *labels, *seams; /* as they have to be */
  guint8 *next;           /* labels after the step */
  guint8 *drawn;          /* what the step says of the seams, ACINI_SEAM_KEEP: nothing */
  guint n_steps;
} Wander;

static int
roll (Wander *self, int from, int to)
{
  return g_rand_int_range (self->fixture->rand, from, to);
}

static void
begin (Wander *self)
{
  memcpy (self->next, self->labels, N_PIXELS);
  memset (self->drawn, ACINI_SEAM_KEEP, N_PIXELS);
}

/* Where a label is another the seams with that pixel go; then come those that were drawn. */
static void
finish (Wander *self)
{
  for (int i = 0; i < N_PIXELS; i++)
    {
      if (self->labels[i] == self->next[i])
        continue;
      self->seams[i] = 0;
      if (i % WIDTH + 1 < WIDTH)
        self->seams[i + 1] &= (guint8)~ACINI_SEAM_LEFT;
      if (i / WIDTH + 1 < HEIGHT)
        self->seams[i + WIDTH] &= (guint8)~ACINI_SEAM_UPPER;
    }
  for (int i = 0; i < N_PIXELS; i++)
    if (self->drawn[i] != ACINI_SEAM_KEEP)
      self->seams[i] = self->drawn[i];
  memcpy (self->labels, self->next, N_PIXELS);
}

/* Reads the slide, and compares it. */
static void
check (Wander *self)
{
  object_fixture_read (self->fixture);
  g_assert_true (memcmp (self->fixture->labels, self->labels, N_PIXELS) == 0);
  g_assert_true (memcmp (self->fixture->seams, self->seams, N_PIXELS) == 0);
  object_fixture_update (self->index, NULL);
  if (self->n_steps % 8 == 0)
    object_fixture_compare (self->fixture, self->index);
}

static void
commit (Wander *self, AciniDrawFunc draw, gpointer data)
{
  g_autoptr (AciniEdit) edit = acini_edit_new (self->fixture->project, self->fixture->slide->id, "test");
  g_autoptr (GError) error = NULL;
  AciniRect damage;

  g_assert_true (draw (edit, data, &error));
  g_assert_true (acini_edit_commit (edit, &damage, &error));
  g_assert_no_error (error);
  self->n_steps += damage.width > 0;
  finish (self);
  check (self);
}

/* Strokes. */

static AciniStroke *
make_picture (Wander *self, double x, double y, guint8 label)
{
  enum
  {
    SIDE = 24
  };
  guint8 mask[SIDE * SIDE];
  double turn = roll (self, 0, 100) / 9.0, step = 1 + roll (self, 0, 30) / 10.0;

  for (int i = 0; i < SIDE * SIDE; i++)
    mask[i] = sin (i % SIDE / 3.0 + turn) + cos (i / SIDE / 4.0 - turn) > .3;
  mask[SIDE * SIDE / 2] = 1;
  return acini_stroke_new_picture (self->fixture->project, self->fixture->slide->id, "click", label, x, y, step, SIDE,
                                   SIDE, mask);
}

/* A brush, an outline or a picture, sometimes over the slide's edge; protecting other classes or not. */
static void
draw_stroke (Wander *self)
{
  guint8 label = (guint8)roll (self, 1, 5), protect = roll (self, 0, 3) == 0 ? (guint8)roll (self, 2, 5) : 0;
  double x = roll (self, -20, WIDTH + 20), y = roll (self, -20, HEIGHT + 20);
  g_autoptr (AciniStroke) stroke = NULL;
  g_autofree guint8 *mask = g_malloc0 (N_PIXELS);
  int kind = roll (self, 0, 3);

  if (kind == 2)
    stroke = make_picture (self, x, y, label);
  else if (kind == 1)
    stroke = acini_stroke_new_outline (self->fixture->project, self->fixture->slide->id, "lasso", label);
  else
    stroke = acini_stroke_new (self->fixture->project, self->fixture->slide->id, "brush", label, roll (self, 1, 25));
  for (int n = kind == 2 ? 0 : roll (self, 1, 7); n >= 0 && kind != 2; n--)
    acini_stroke_add (stroke, x + roll (self, -LARGEST, LARGEST), y + roll (self, -LARGEST, LARGEST));
  acini_stroke_protect (stroke, protect);
  acini_stroke_set_note (stroke, "{}");
  begin (self);
  acini_stroke_rasterise (stroke, 0, 0, WIDTH, HEIGHT, mask);
  for (int i = 0; i < N_PIXELS; i++)
    if (mask[i] && (protect == 0 || self->labels[i] < ACINI_LABEL_FIRST_CLASS || self->labels[i] == protect))
      self->next[i] = label;
  commit (self, acini_stroke_draw, stroke);
}

/* A brush that covers tiles as a whole, now and then along one, over what is of its own class already. */
static void
draw_wide (Wander *self)
{
  guint8 label = (guint8)roll (self, 1, 4);
  double x = roll (self, -200, WIDTH + 200), y = roll (self, -200, HEIGHT + 200);
  g_autoptr (AciniStroke) stroke = acini_stroke_new (self->fixture->project, self->fixture->slide->id, "brush", label,
                                                     roll (self, 60, roll (self, 0, 2) == 0 ? 300 : 1100));
  g_autofree guint8 *mask = g_malloc0 (N_PIXELS);

  for (int n = roll (self, 1, 12); n > 0; n--)
    acini_stroke_add (stroke, x + roll (self, -LARGEST, LARGEST), y + roll (self, -LARGEST, LARGEST));
  begin (self);
  acini_stroke_rasterise (stroke, 0, 0, WIDTH, HEIGHT, mask);
  for (int i = 0; i < N_PIXELS; i++)
    if (mask[i])
      self->next[i] = label;
  commit (self, acini_stroke_draw, stroke);
}

/* Objects. */

/* Some object, 0: there is none. */
static gint64
pick (Wander *self)
{
  g_autoptr (GArray) ids = acini_object_index_list_ids (self->index, &(AciniObjectQuery){ 0 }, NULL);

  return ids->len > 0 ? g_array_index (ids, gint64, roll (self, 0, (int)ids->len)) : 0;
}

static void
lay_seam (Wander *self, int at, guint8 seam)
{
  guint8 *drawn = &self->drawn[at];

  if (seam == ACINI_SEAM_KEEP)
    return;
  if (seam & ACINI_SEAM_ADD)
    *drawn = (guint8)((*drawn != ACINI_SEAM_KEEP ? *drawn : 0) | (seam & ~ACINI_SEAM_ADD));
  else
    *drawn = seam;
}

/* Does to the pictures what @box with its pixels says: each may be NULL. */
static void
lay (Wander *self, const AciniRect *box, const guint8 *mask, guint8 label, const guint8 *labels, const guint8 *seams)
{
  for (gint64 y = 0; y < box->height; y++)
    for (gint64 x = 0; x < box->width; x++)
      {
        gint64 left = box->x + x, top = box->y + y, i = y * box->width + x;
        int at = (int)(top * WIDTH + left);

        if (left < 0 || top < 0 || left >= WIDTH || top >= HEIGHT)
          continue;
        if (mask != NULL && mask[i])
          self->next[at] = label;
        if (labels != NULL && labels[i] != ACINI_LABEL_KEEP)
          self->next[at] = labels[i];
        if (seams != NULL)
          lay_seam (self, at, seams[i]);
      }
}

/* @cutouts: (transfer full) (nullable) */
static void
draw_cutouts (Wander *self, GPtrArray *cutouts)
{
  if (cutouts == NULL)
    return;
  begin (self);
  for (guint i = 0; i < cutouts->len; i++)
    {
      const AciniCutout *cutout = cutouts->pdata[i];

      lay (self, &cutout->box, cutout->mask, cutout->label, NULL, cutout->seams);
    }
  commit (self, acini_cutouts_draw, cutouts);
  g_ptr_array_unref (cutouts);
}

static void
split (Wander *self)
{
  gint64 id = pick (self);
  AciniObject object;
  g_autoptr (AciniSplit) plan = NULL;

  g_assert_true (acini_object_index_get (self->index, id, &object, NULL));
  const double line[][2] = { { object.x + roll (self, -4, 5), (double)object.box.y - 2 },
                             { object.x, (double)(object.box.y + object.box.height) + 2 } };
  plan = acini_object_plan_split (self->index, id, line, roll (self, 0, 3) == 0 ? 0 : 2, NULL);
  if (plan == NULL)
    return;
  begin (self);
  for (gint64 i = 0; i < plan->box.width * plan->box.height; i++)
    {
      gint64 x = i % plan->box.width, y = i / plan->box.width;
      int own = plan->parts[i], left = x > 0 ? plan->parts[i - 1] : 0;
      int upper = y > 0 ? plan->parts[i - plan->box.width] : 0, at = (int)((plan->box.y + y) * WIDTH + plan->box.x + x);
      guint8 cut = (guint8)((own > 0 && left > 0 && left != own ? ACINI_SEAM_LEFT : 0)
                            | (own > 0 && upper > 0 && upper != own ? ACINI_SEAM_UPPER : 0));

      if (cut != 0)
        self->drawn[at] = self->seams[at] | cut;
    }
  commit (self, acini_object_draw_split, plan);
}

static void
merge (Wander *self)
{
  gint64 first = pick (self), second = pick (self);
  g_autoptr (AciniMerge) plan = NULL;

  if (first == second)
    return;
  plan = acini_object_plan_merge (self->index, first, second, roll (self, 1, 6), NULL);
  if (plan == NULL)
    return;
  begin (self);
  lay (self, &plan->box, NULL, 0, plan->labels, plan->seams);
  commit (self, acini_object_draw_merge, plan);
}

static void
paste (Wander *self, const gint64 *ids, guint n)
{
  g_autoptr (GPtrArray) copied = acini_object_cut_out (self->index, ids, n, NULL);

  draw_cutouts (self, acini_cutouts_place (copied, roll (self, 5, 16) / 10.0, roll (self, 0, WIDTH),
                                           roll (self, 0, HEIGHT), self->index, NULL));
}

static void
step (Wander *self)
{
  gint64 ids[] = { pick (self), pick (self), pick (self) };
  guint n = ids[0] == 0 ? 0 : ids[1] == ids[0] || ids[2] == ids[0] || ids[2] == ids[1] ? 1 : 3;
  GPtrArray *cutouts = NULL;
  int what = n == 0 ? 0 : roll (self, 0, 20);

  switch (what)
    {
    case 10:
      cutouts = acini_object_cut_out (self->index, ids, n, NULL);
      acini_cutouts_set_label (cutouts, (guint8)roll (self, 1, 5));
      break;
    case 11:
      cutouts = acini_object_cut_holes (self->index, ids, n, NULL);
      break;
    case 12:
      cutouts = acini_object_cut_area (self->index, roll (self, 0, WIDTH), roll (self, 0, HEIGHT), NULL);
      if (cutouts != NULL)
        acini_cutouts_set_label (cutouts, (guint8)roll (self, 1, 5));
      break;
    case 13:
    case 14:
    case 15:
      cutouts
          = acini_object_reshape (self->index, ids, n, (AciniReshape)(what - 13), roll (self, 1, 9) / 1.3, NULL, NULL);
      break;
    case 16:
    case 17:
      split (self);
      break;
    case 18:
      merge (self);
      break;
    case 19:
      paste (self, ids, n);
      break;
    default:
      draw_stroke (self);
      break;
    }
  draw_cutouts (self, cutouts);
}

static guint
walk (Wander *self, gboolean redo)
{
  AciniProject *project = self->fixture->project;
  gint64 slide = self->fixture->slide->id;
  gboolean can_undo, can_redo;
  guint n = 0;

  for (;; n++)
    {
      g_assert_true (acini_journal_get_state (project, slide, &can_undo, &can_redo, NULL));
      if (!(redo ? can_redo : can_undo))
        return n;
      g_assert_true (redo ? acini_journal_redo (project, slide, NULL, NULL)
                          : acini_journal_undo (project, slide, NULL, NULL));
    }
}

static void
test_wander (ObjectFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  g_autofree guint8 *labels = g_malloc0 (N_PIXELS), *seams = g_malloc0 (N_PIXELS);
  g_autofree guint8 *next = g_malloc (N_PIXELS), *drawn = g_malloc (N_PIXELS);
  g_autofree char *start = object_fixture_dup_tables (fixture), *end = NULL, *now = NULL, *again = NULL;
  Wander self = { fixture, index, labels, seams, next, drawn, 0 };

  object_fixture_update (index, NULL);
  for (int i = g_test_slow () ? 2000 : 150; i > 0; i--)
    step (&self);
  g_assert_cmpuint (self.n_steps, >, 60);
  end = object_fixture_dup_tables (fixture);
  g_assert_cmpuint (walk (&self, FALSE), ==, self.n_steps);
  now = object_fixture_dup_tables (fixture);
  g_assert_cmpstr (now, ==, start);
  g_assert_cmpuint (walk (&self, TRUE), ==, self.n_steps);
  again = object_fixture_dup_tables (fixture);
  g_assert_cmpstr (again, ==, end);
  check (&self);
  g_assert_true (acini_journal_verify (fixture->project, NULL));
}

/* Wide strokes over small ones, cut objects among them; undone and done again in between: after each step labels,
 * seams and objects are what the plain pictures say. */
static void
test_wide (ObjectFixture *fixture, gconstpointer data)
{
  g_autoptr (AciniObjectIndex) index = object_fixture_open (fixture);
  g_autofree guint8 *labels = g_malloc0 (N_PIXELS), *seams = g_malloc0 (N_PIXELS);
  g_autofree guint8 *next = g_malloc (N_PIXELS), *drawn = g_malloc (N_PIXELS);
  Wander self = { fixture, index, labels, seams, next, drawn, 0 };

  object_fixture_update (index, NULL);
  for (int i = 0; i < (g_test_slow () ? 300 : 6); i++)
    {
      for (int k = roll (&self, 0, 6); k > 0; k--)
        draw_stroke (&self);
      if (pick (&self) != 0)
        split (&self);
      draw_wide (&self);
      object_fixture_compare (fixture, index);
      g_assert_true (acini_journal_undo (fixture->project, fixture->slide->id, NULL, NULL));
      object_fixture_read (fixture);
      object_fixture_update (index, NULL);
      object_fixture_compare (fixture, index);
      g_assert_true (acini_journal_redo (fixture->project, fixture->slide->id, NULL, NULL));
      check (&self);
      object_fixture_compare (fixture, index);
    }
  g_assert_true (acini_journal_verify (fixture->project, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/object-wander/all", ObjectFixture, NULL, object_fixture_set_up, test_wander, object_fixture_tear_down);
  g_test_add ("/object-wander/wide", ObjectFixture, NULL, object_fixture_set_up, test_wide, object_fixture_tear_down);
  return g_test_run ();
}
