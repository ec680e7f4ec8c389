/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Strokes as pixels: exactly those whose middle lies within the radius of the path, at any step, and piece by piece. */

#include "data/labels/acini-stroke.h"

#include <math.h>
#include <string.h>

#define SIDE 96

static const double path[][2] = { { 20.3, 30.1 }, { 70, 31 }, { 70, 31 }, { 55.5, 80.25 }, { 20, 30 } };

static AciniStroke *
make_stroke (double radius, guint n)
{
  AciniStroke *stroke = acini_stroke_new (NULL, 1, "brush", 3, radius);
  for (guint i = 0; i < n; i++)
    acini_stroke_add (stroke, path[i][0], path[i][1]);
  return stroke;
}

static double
get_distance (guint n, double x, double y)
{
  double least = hypot (x - path[0][0], y - path[0][1]);
  for (guint i = 0; i + 1 < n; i++)
    {
      double dx = path[i + 1][0] - path[i][0], dy = path[i + 1][1] - path[i][1], square = dx * dx + dy * dy;
      double t = square > 0 ? CLAMP (((x - path[i][0]) * dx + (y - path[i][1]) * dy) / square, 0, 1) : 0;
      least = MIN (least, hypot (x - path[i][0] - t * dx, y - path[i][1] - t * dy));
    }
  return least;
}

static void
test_exact (void)
{
  const double radii[] = { .5, 1, 7.5, 25 };
  for (guint r = 0; r < G_N_ELEMENTS (radii); r++)
    for (guint n = 1; n <= G_N_ELEMENTS (path); n++)
      {
        g_autoptr (AciniStroke) stroke = make_stroke (radii[r], n);
        guint8 mask[SIDE * SIDE] = { 0 };
        gsize set = acini_stroke_rasterise (stroke, 5, 9, SIDE, SIDE, mask), counted = 0;
        for (int i = 0; i < SIDE * SIDE; i++)
          {
            double distance = get_distance (n, i % SIDE + 5.5, i / SIDE + 9.5);
            counted += mask[i] != 0;
            if (fabs (distance - radii[r]) > 1e-6)
              g_assert_cmpint (mask[i], ==, distance < radii[r] ? 255 : 0);
          }
        g_assert_cmpuint (set, ==, counted);
        g_assert_cmpuint (acini_stroke_rasterise (stroke, 5, 9, SIDE, SIDE, mask), ==, 0); /* all of it is set */
      }
}

/* A wide brush along many points: the rows that are filled once are those of its pieces, one upon the other. */
static void
test_wide (void)
{
  enum
  {
    WIDE = 400
  };
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  for (int round = 0; round < 20; round++)
    {
      g_autofree guint8 *whole = g_malloc0 (WIDE * WIDE), *pieces = g_malloc0 (WIDE * WIDE);
      double radius = g_rand_double_range (random, 20, 300), reach = g_rand_double_range (random, 1, 300);
      double point[2] = { g_rand_double_range (random, -100, 500), g_rand_double_range (random, -100, 500) };
      g_autoptr (AciniStroke) stroke = acini_stroke_new (NULL, 1, "brush", 3, radius);
      gsize set, counted = 0;
      for (int i = 0; i < 30; i++)
        {
          double next[2] = { point[0] + g_rand_double_range (random, -reach, reach),
                             point[1] + g_rand_double_range (random, -reach, reach) };
          g_autoptr (AciniStroke) piece = acini_stroke_new (NULL, 1, "brush", 3, radius);
          if (i > 0)
            acini_stroke_add (piece, point[0], point[1]);
          acini_stroke_add (piece, next[0], next[1]);
          acini_stroke_add (stroke, next[0], next[1]);
          acini_stroke_rasterise (piece, 11, -7, WIDE, WIDE, pieces);
          memcpy (point, next, sizeof point);
        }
      set = acini_stroke_rasterise (stroke, 11, -7, WIDE, WIDE, whole);
      for (int i = 0; i < WIDE * WIDE; i++)
        counted += whole[i] != 0;
      g_assert_cmpmem (whole, WIDE * WIDE, pieces, WIDE * WIDE);
      g_assert_cmpuint (set, ==, counted);
    }
}

/* Painted point by point onto the same pixels, it is the whole stroke. */
static void
test_piecewise (void)
{
  const double steps[] = { .25, 1, 3 };
  for (guint s = 0; s < G_N_ELEMENTS (steps); s++)
    {
      g_autoptr (AciniStroke) stroke = make_stroke (6, G_N_ELEMENTS (path));
      guint8 whole[SIDE * SIDE] = { 0 }, pieces[SIDE * SIDE] = { 0 };
      acini_stroke_rasterise_scaled (stroke, 0, 0, 0, steps[s], SIDE, SIDE, whole);
      for (guint n = 1; n <= G_N_ELEMENTS (path); n++)
        {
          g_autoptr (AciniStroke) part = make_stroke (6, n);
          acini_stroke_rasterise_scaled (part, n - 1, 0, 0, steps[s], SIDE, SIDE, pieces);
        }
      g_assert_cmpmem (whole, sizeof whole, pieces, sizeof pieces);
    }
}

/* From afar a thin stroke is thinner than a pixel, and seen all the same. */
static void
test_thin_from_afar (void)
{
  g_autoptr (AciniStroke) stroke = acini_stroke_new (NULL, 1, "brush", 3, 1);
  guint8 mask[SIDE * SIDE] = { 0 };
  acini_stroke_add (stroke, 0, 640);
  acini_stroke_add (stroke, 64 * SIDE, 700);
  acini_stroke_rasterise_scaled (stroke, 0, 0, 0, 64, SIDE, SIDE, mask);
  for (int x = 1; x + 1 < SIDE; x++)
    {
      guint n = 0;
      for (int y = 0; y < SIDE; y++)
        n += mask[y * SIDE + x] != 0;
      g_assert_cmpuint (n, >=, 1);
      g_assert_cmpuint (n, <=, 2);
    }
}

/* How often the outline goes round a point, by the angle under which its edges are seen. */
static int
count_turns (guint n, double x, double y)
{
  double sum = 0;
  for (guint i = 0; i < n; i++)
    {
      guint j = (i + 1) % n;
      double ax = path[i][0] - x, ay = path[i][1] - y, bx = path[j][0] - x, by = path[j][1] - y;
      sum += atan2 (ax * by - ay * bx, ax * bx + ay * by);
    }
  return (int)lround (sum / (2 * G_PI));
}

/* An outline covers the pixels whose middles it goes round, at any step. */
static void
test_outline (void)
{
  const double steps[] = { .5, 1, 2 };
  for (guint s = 0; s < G_N_ELEMENTS (steps); s++)
    for (guint n = 4; n <= G_N_ELEMENTS (path); n++)
      {
        g_autoptr (AciniStroke) stroke = acini_stroke_new_outline (NULL, 1, "lasso", 3);
        guint8 mask[SIDE * SIDE] = { 0 };
        gsize counted = 0;
        for (guint i = 0; i < n; i++)
          acini_stroke_add (stroke, path[i][0], path[i][1]);
        gsize set = acini_stroke_rasterise_scaled (stroke, n - 1, 3, 4, steps[s], SIDE, SIDE, mask);
        for (int i = 0; i < SIDE * SIDE; i++)
          {
            g_assert_cmpint (mask[i] != 0, ==,
                             count_turns (n, 3 + (i % SIDE + .5) * steps[s], 4 + (i / SIDE + .5) * steps[s]) != 0);
            counted += mask[i] != 0;
          }
        g_assert_cmpuint (set, ==, counted);
        g_assert_cmpuint (set, >, 100);
      }
}

/* A picture covers the pixels whose middles lie where it, interpolated between the middles of its own, is more than
 * half covered; none beyond half a pixel of its own from those it has. */
static void
test_picture (void)
{
  const int side = 12;
  const double x = 10.5, y = 7, size = 4, steps[] = { .5, 1, 3 };
  guint8 picture[144] = { 0 };
  for (int i = 0; i < side * side; i++)
    picture[i] = hypot (i % side - 5.5, i / side - 6) < 4.2 ? 1 : 0;
  g_autoptr (AciniStroke) stroke = acini_stroke_new_picture (NULL, 1, "click", 3, x, y, size, side, side, picture);
  for (guint s = 0; s < G_N_ELEMENTS (steps); s++)
    {
      guint8 mask[SIDE * SIDE] = { 0 };
      gsize counted = 0, set = acini_stroke_rasterise_scaled (stroke, 1, 2, 3, steps[s], SIDE, SIDE, mask);
      for (int i = 0; i < SIDE * SIDE; i++)
        {
          double px = (2 + (i % SIDE + .5) * steps[s] - x) / size - .5, sum = 0;
          double py = (3 + (i / SIDE + .5) * steps[s] - y) / size - .5;
          for (int v = 0; v < side; v++)
            for (int u = 0; u < side; u++)
              sum += picture[v * side + u] * MAX (0, 1 - fabs (px - u)) * MAX (0, 1 - fabs (py - v));
          if (fabs (sum - .5) > 1e-9)
            g_assert_cmpint (mask[i] != 0, ==, sum > .5);
          counted += mask[i] != 0;
        }
      g_assert_cmpuint (set, ==, counted);
      g_assert_cmpuint (set, >, 80);
    }
  memset (picture, 0, sizeof picture);
  g_assert_null (acini_stroke_new_picture (NULL, 1, "click", 3, x, y, size, side, side, picture));
}

/* From a wide point to a thin one it is as wide in between as is between them; where it is pressed fully it is as any
 * other stroke. */
static void
test_pressed (void)
{
  g_autoptr (AciniStroke) stroke = acini_stroke_new (NULL, 1, "brush", 3, 20), even = make_stroke (7.5, 5);
  g_autoptr (AciniStroke) full = acini_stroke_new (NULL, 1, "brush", 3, 7.5);
  guint8 mask[SIDE * SIDE] = { 0 }, other[SIDE * SIDE] = { 0 };
  acini_stroke_add_pressed (stroke, 20, 48, 1);
  acini_stroke_add_pressed (stroke, 80, 48, .1);
  g_assert_false (acini_stroke_is_even (stroke));
  acini_stroke_rasterise (stroke, 0, 0, SIDE, SIDE, mask);
  for (int x = 22; x < 80; x += 3)
    {
      int n = 0;
      double radius = 20 - 18 * (x + .5 - 20) / 60;
      for (int y = 0; y < SIDE; y++)
        n += mask[y * SIDE + x] != 0;
      g_assert_cmpfloat (n, >, 2 * radius - 1.5);
      g_assert_cmpfloat (n, <, 2 * radius * 1.06 + 2);
    }
  for (guint i = 0; i < G_N_ELEMENTS (path); i++)
    acini_stroke_add_pressed (full, path[i][0], path[i][1], 1);
  g_assert_true (acini_stroke_is_even (full));
  memset (mask, 0, sizeof mask);
  acini_stroke_rasterise (full, 0, 0, SIDE, SIDE, mask);
  acini_stroke_rasterise (even, 0, 0, SIDE, SIDE, other);
  g_assert_cmpmem (mask, sizeof mask, other, sizeof other);
  g_assert_cmpfloat (acini_stroke_get_point_radius (full, 2), ==, 7.5);
}

static void
test_bounds (void)
{
  g_autoptr (AciniStroke) stroke = make_stroke (6, G_N_ELEMENTS (path));
  double x0, y0, x1, y1, x, y;
  acini_stroke_get_bounds (stroke, &x0, &y0, &x1, &y1);
  g_assert_cmpfloat (x0, ==, 14);
  g_assert_cmpfloat (y0, ==, 24);
  g_assert_cmpfloat (x1, ==, 76);
  g_assert_cmpfloat (y1, ==, 86.25);
  acini_stroke_get_point (stroke, 3, &x, &y);
  g_assert_cmpfloat (x, ==, 55.5);
  g_assert_cmpfloat (y, ==, 80.25);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stroke/exact", test_exact);
  g_test_add_func ("/stroke/wide", test_wide);
  g_test_add_func ("/stroke/piecewise", test_piecewise);
  g_test_add_func ("/stroke/thin-from-afar", test_thin_from_afar);
  g_test_add_func ("/stroke/outline", test_outline);
  g_test_add_func ("/stroke/picture", test_picture);
  g_test_add_func ("/stroke/pressed", test_pressed);
  g_test_add_func ("/stroke/bounds", test_bounds);
  return g_test_run ();
}
