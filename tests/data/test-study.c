/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The simulated reader on drawn discs: what it takes, and that it ends where the truth is. */

#include "data/study/acini-reader.h"

#include <math.h>
#include <string.h>

#define WIDTH 320
#define HEIGHT 240
#define SIZE (WIDTH * HEIGHT)

typedef struct
{
  double x, y, radius;
} Disc;

/* Two FTUs, and a third place that a model takes for one. */
static const Disc discs[3] = { { 80, 110, 52 }, { 215, 120, 55 }, { 296, 216, 20 } };

typedef struct
{
  guint8 rgb[SIZE * 3];
  guint32 truth[SIZE];
  AciniReaderScreen screen;
} Fixture;

static gboolean
is_inside (const Disc *disc, int i)
{
  return hypot (i % WIDTH + 0.5 - disc->x, i / WIDTH + 0.5 - disc->y) < disc->radius;
}

static Fixture *
fixture_new (void)
{
  Fixture *self = g_new0 (Fixture, 1);
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  for (int i = 0; i < SIZE; i++)
    {
      self->truth[i] = is_inside (&discs[0], i) ? 1 : is_inside (&discs[1], i) ? 2 : 0;
      for (int c = 0; c < 3; c++)
        self->rgb[3 * i + c] = (guint8)((self->truth[i] != 0 ? 110 : 215) + g_rand_int_range (random, -12, 13));
    }
  self->screen = (AciniReaderScreen){ WIDTH, HEIGHT, self->rgb, NULL, self->truth, 2 };
  return self;
}

static void
test_outline (void)
{
  g_autofree Fixture *fixture = fixture_new ();
  AciniReaderScore score = { 0 };

  acini_reader_outline (&fixture->screen, NULL, &score);
  g_assert_cmpuint (score.objects, ==, 2);
  g_assert_cmpuint (score.unfinished, ==, 0);
  g_assert_cmpuint (score.keys, ==, 2);
  g_assert_cmpuint (score.clicks, >=, 2);
  g_assert_cmpuint (score.clicks, <=, 6);
  g_assert_cmpfloat_with_epsilon (score.seconds, score.clicks * 0.7 + 0.6, 1e-9);
  g_assert_cmpfloat (score.first_iou, >, 1);
}

/* The first FTU with its right half missing, the second one not at all, and a disc that is none. */
static guint8 *
draw_prediction (void)
{
  guint8 *mask = g_malloc0 (SIZE);

  for (int i = 0; i < SIZE; i++)
    if ((is_inside (&discs[0], i) && i % WIDTH < discs[0].x) || is_inside (&discs[2], i))
      mask[i] = 255;
  return mask;
}

static void
test_mend (void)
{
  g_autofree Fixture *fixture = fixture_new ();
  g_autofree guint8 *mask = draw_prediction ();
  AciniReaderScore score = { 0 };
  double dice = acini_reader_mend (&fixture->screen, NULL, mask, &score);
  gsize left = 0;

  g_assert_cmpfloat (dice, >=, ACINI_READER_DICE);
  g_assert_cmpuint (score.unfinished, ==, 0);
  /* Both FTUs looked at, and the third disc rejected: to it, and away with it. */
  g_assert_cmpuint (score.keys, >=, 4);
  for (int i = 0; i < SIZE; i++)
    left += mask[i] != 0 && is_inside (&discs[2], i);
  g_assert_cmpuint (left, ==, 0);
  g_assert_cmpuint (score.clicks + score.strokes, >=, 2);
  g_assert_cmpfloat (score.seconds, >, score.keys * 0.3 + score.clicks * 0.7 + score.strokes - 1e-9);
}

/* What is right already costs a look at each. */
static void
test_right (void)
{
  g_autofree Fixture *fixture = fixture_new ();
  g_autofree guint8 *mask = g_malloc (SIZE);
  AciniReaderScore score = { 0 };

  for (int i = 0; i < SIZE; i++)
    mask[i] = fixture->truth[i] != 0;
  g_assert_cmpfloat (acini_reader_mend (&fixture->screen, NULL, mask, &score), ==, 1);
  g_assert_cmpfloat_with_epsilon (score.seconds, 0.6, 1e-9);
}

/* Unsteady hands end near one another, not at the same. */
static void
test_hands (void)
{
  g_autofree Fixture *fixture = fixture_new ();
  guint8 *masks[2];
  gsize both = 0, either = 0;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GRand) random = g_rand_new_with_seed (i + 1);
      const AciniReaderHands hands = { random, 3 };
      AciniReaderScore score = { 0 };

      masks[i] = draw_prediction ();
      g_assert_cmpfloat (acini_reader_mend (&fixture->screen, &hands, masks[i], &score), >=, ACINI_READER_DICE);
    }
  for (int i = 0; i < SIZE; i++)
    {
      both += masks[0][i] != 0 && masks[1][i] != 0;
      either += masks[0][i] != 0 || masks[1][i] != 0;
    }
  g_assert_cmpuint (both, <, either);
  g_assert_cmpfloat ((double)both / (double)either, >, 0.9);
  g_free (masks[0]);
  g_free (masks[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/study/outline", test_outline);
  g_test_add_func ("/study/mend", test_mend);
  g_test_add_func ("/study/right", test_right);
  g_test_add_func ("/study/hands", test_hands);
  return g_test_run ();
}
