/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/annotations/acini-annotation-simplify.h"
#include "data/mask/acini-contours.h"
#include "data/mask/acini-region-shape.h"

#include <math.h>
#include <string.h>

/* Fills the components into a picture again, by the even-odd rule along each row. */
typedef struct
{
  int width, height, n;
  guint8 *picture;
  guint64 area;
} Canvas;

static int
find_root (const int *parents, int i)
{
  while (parents[i] != i)
    i = parents[i];
  return i;
}

/* OGC's simple features (06-103r4, 6.1.11): a ring passes no point twice; two rings have no edge in common and touch in
 * a point at most; the inside is in one piece, so rings that touch form no circle. */
static void
assert_valid (const AciniComponent *component, int width, int height)
{
  const int n_points = (width + 1) * (height + 1), n_rings = (int)component->rings->len;
  g_autofree int *owner = g_new (int, n_points), *parents = g_new (int, n_rings);

  for (int i = 0; i < n_points; i++)
    owner[i] = -1;
  for (int r = 0; r < n_rings; r++)
    {
      GArray *ring = g_ptr_array_index (component->rings, r);

      parents[r] = r;
      for (guint i = 0; i < ring->len; i++)
        {
          AciniPoint p = g_array_index (ring, AciniPoint, i), q = g_array_index (ring, AciniPoint, (i + 1) % ring->len);
          gint64 dx = (q.x > p.x) - (q.x < p.x), dy = (q.y > p.y) - (q.y < p.y);

          /* The points of the grid along the edge, without its end. */
          for (; p.x != q.x || p.y != q.y; p.x += dx, p.y += dy)
            {
              int *place = &owner[p.y * (width + 1) + p.x];

              g_assert_cmpint (*place, !=, r);
              if (*place >= 0)
                {
                  int first = find_root (parents, *place), second = find_root (parents, r);

                  g_assert_cmpint (first, !=, second);
                  parents[second] = first;
                }
              *place = r;
            }
        }
    }
}

static void
fill (const AciniComponent *component, gpointer user_data)
{
  Canvas *canvas = user_data;
  g_autofree guint8 *inside = g_malloc0 (canvas->width * canvas->height);
  guint64 area = 0;

  assert_valid (component, canvas->width, canvas->height);
  for (guint r = 0; r < component->rings->len; r++)
    {
      GArray *ring = g_ptr_array_index (component->rings, r);
      double turn = 0;

      g_assert_cmpint (ring->len, >=, 4);
      for (guint i = 0; i < ring->len; i++)
        {
          AciniPoint p = g_array_index (ring, AciniPoint, i), q = g_array_index (ring, AciniPoint, (i + 1) % ring->len);
          AciniPoint o = g_array_index (ring, AciniPoint, (i + ring->len - 1) % ring->len);

          g_assert_true ((p.x == q.x) != (p.y == q.y));
          g_assert_true ((o.x == p.x) != (p.x == q.x)); /* no point in the middle of a straight edge */
          turn += (double)p.x * q.y - (double)q.x * p.y;
          if (p.x != q.x)
            continue;
          for (gint64 y = MIN (p.y, q.y); y < MAX (p.y, q.y); y++)
            for (gint64 x = p.x; x < canvas->width; x++)
              inside[y * canvas->width + x] ^= 1;
        }
      g_assert_true ((turn > 0) == (r == 0)); /* the outer one first, and only it clockwise */
    }
  for (int i = 0; i < canvas->width * canvas->height; i++)
    if (inside[i])
      {
        g_assert_cmpint (canvas->picture[i], ==, 0);
        canvas->picture[i] = component->label;
        area++;
      }
  g_assert_cmpint (area, ==, component->area);
  canvas->n++;
  canvas->area += area;
}

/* 4-connected components by flood fill: the slow and obvious way. */
static int
count_components (const guint8 *mask, int width, int height)
{
  g_autofree guint8 *left = g_memdup2 (mask, width * height);
  g_autofree int *stack = g_new (int, width *height + 1);
  int n = 0;

  for (int i = 0; i < width * height; i++)
    {
      int depth = 0;
      guint8 label = left[i];

      if (label == 0)
        continue;
      n++;
      left[i] = 0;
      stack[depth++] = i;
      while (depth > 0)
        {
          int at = stack[--depth], x = at % width, y = at / width;
          const int next[] = { x > 0 ? at - 1 : at, x < width - 1 ? at + 1 : at, y > 0 ? at - width : at,
                               y < height - 1 ? at + width : at };

          for (int k = 0; k < 4; k++)
            if (left[next[k]] == label)
              {
                left[next[k]] = 0;
                stack[depth++] = next[k];
              }
        }
    }
  return n;
}

static void
push_objects (AciniContours *contours, const guint8 *row, int width)
{
  g_autofree gint64 *objects = g_new (gint64, width);

  for (int x = 0; x < width; x++)
    objects[x] = row[x];
  acini_contours_push_objects (contours, objects);
}

/* What is outside at the end of a row may be left out, and a run may be given in pieces. */
static void
push_runs (AciniContours *contours, const guint8 *row, int width)
{
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (AciniRowRun));
  int end = width;

  while (end > 0 && row[end - 1] == 0)
    end--;
  for (int x = 1; x <= end; x++)
    if (x == end || row[x] != row[x - 1] || x % 7 == 0)
      g_array_append_val (runs, ((AciniRowRun){ row[x - 1], x }));
  acini_contours_push_runs (contours, (const AciniRowRun *)(gpointer)runs->data, runs->len);
}

/* Each row in one of the ways in which rows can be given. */
static void
check (const guint8 *mask, int width, int height)
{
  g_autofree guint8 *picture = g_malloc0 (width * height);
  Canvas canvas = { width, height, 0, picture, 0 };
  g_autoptr (AciniContours) contours = acini_contours_new (width, fill, &canvas);

  for (int y = 0; y < height; y++)
    switch (y % 3)
      {
      case 0:
        acini_contours_push (contours, mask + y * width);
        break;
      case 1:
        push_objects (contours, mask + y * width, width);
        break;
      default:
        push_runs (contours, mask + y * width, width);
      }
  acini_contours_finish (contours);
  g_assert_cmpmem (picture, width * height, mask, width * height);
  g_assert_cmpint (canvas.n, ==, count_components (mask, width, height));
}

static void
test_shapes (void)
{
  const guint8 ring[] = { 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1 };
  const guint8 diagonal[] = { 1, 0, 2, 0, 1, 0, 2, 0, 1 };
  const guint8 open[] = { 1, 1, 1, 1, 0, 1, 1, 1, 0 };
  const guint8 nested[] = { 1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 2, 1, 2, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1 };
  const guint8 one[] = { 3 };
  /* Two holes that meet in a corner; an outline that meets itself twice. */
  const guint8 holes[] = { 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1 };
  const guint8 knot[] = { 1, 1, 1, 0, 1, 0, 0, 1, 1, 0, 1, 1, 0, 1, 1, 1 };

  check (ring, 4, 3);
  check (diagonal, 3, 3);
  check (open, 3, 3);
  check (nested, 5, 5);
  check (one, 1, 1);
  check (holes, 4, 4);
  check (knot, 4, 4);
}

static void
test_random (void)
{
  for (int i = 0; i < 3000; i++)
    {
      int width = g_test_rand_int_range (1, 24), height = g_test_rand_int_range (1, 24);
      int labels = g_test_rand_int_range (1, 4), share = g_test_rand_int_range (1, 100);
      g_autofree guint8 *mask = g_malloc0 (width * height);

      for (int k = 0; k < width * height; k++)
        mask[k] = g_test_rand_int_range (0, 100) < share ? g_test_rand_int_range (1, labels + 1) : 0;
      check (mask, width, height);
    }
}

/* A sweep that is given up frees what is open. */
static void
test_given_up (void)
{
  const guint8 row[] = { 1, 0, 2, 2 };
  Canvas canvas = { 4, 1, 0, NULL, 0 };
  g_autoptr (AciniContours) contours = acini_contours_new (4, fill, &canvas);

  acini_contours_push (contours, row);
  g_assert_cmpint (canvas.n, ==, 0);
}

/* Two that share a border of stairs, a third one with a corner in the middle of an edge of the first. */
static void
test_simplify (void)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_annotation_free);
  g_autoptr (GError) error = NULL;
  double area = 0;
  guint n = 0, common = 0;

  for (int k = 0; k < 3; k++)
    g_ptr_array_add (all, acini_annotation_new ());
  for (int side = 0; side < 2; side++)
    {
      AciniAnnotation *a = all->pdata[side];

      for (int y = 0; y < 60; y++)
        for (int end = 0; end < 2; end++)
          acini_annotation_add_vertex (a, 50 + y % 3, y + end);
      acini_annotation_add_vertex (a, side == 0 ? 0 : 100, 60);
      acini_annotation_add_vertex (a, side == 0 ? 0 : 100, 0);
      acini_annotation_end_ring (a, FALSE);
    }
  for (int k = 0; k < 4; k++)
    acini_annotation_add_vertex (all->pdata[2], k % 3 == 0 ? -30 : 0, k < 2 ? 20 : 40);
  acini_annotation_end_ring (all->pdata[2], FALSE);
  if (!acini_annotations_simplify (all, 3, &error))
    {
      g_test_skip (error->message);
      return;
    }
  for (guint i = 0; i < all->len; i++)
    {
      const AciniAnnotation *a = all->pdata[i];

      area += acini_annotation_get_area (a);
      n += a->vertices->len;
      for (guint k = 0; i == 1 && k < a->vertices->len; k++)
        for (guint l = 0; l < ((AciniAnnotation *)all->pdata[0])->vertices->len; l++)
          common += memcmp (&g_array_index (a->vertices, AciniVertex, k),
                            &g_array_index (((AciniAnnotation *)all->pdata[0])->vertices, AciniVertex, l),
                            sizeof (AciniVertex))
                    == 0;
    }
  g_assert_cmpfloat (area, ==, 100 * 60 + 30 * 20);
  g_assert_cmpuint (n, <, 40); /* of 248 */
  g_assert_cmpuint (common, >=, 2);
}

static double
get_region_area (const GPtrArray *regions)
{
  double area = 0;

  for (guint i = 0; i < regions->len; i++)
    {
      const AciniRegionRecord *region = regions->pdata[i];
      double own = 0;

      for (guint j = 0; j < region->points->len; j++)
        {
          const double *a = &g_array_index (region->points, double, 2 * j);
          const double *b = &g_array_index (region->points, double, 2 * ((j + 1) % region->points->len));

          own += (a[0] * b[1] - b[0] * a[1]) / 2;
        }
      area += fabs (own);
    }
  return area;
}

/* What is added and taken away, in parts, with a hole, and until nothing is left; a large one on a coarser grid. */
static void
test_regions (void)
{
  const double square[][2] = { { 10, 10 }, { 110, 10 }, { 110, 110 }, { 10, 110 } };
  const double beside[][2] = { { 60, 50 }, { 210, 50 }, { 210, 90 }, { 60, 90 } };
  const double far[][2] = { { 300, 300 }, { 310, 300 }, { 310, 310 } };
  const double middle[][2] = { { 40, 40 }, { 70, 40 }, { 70, 70 }, { 40, 70 } };
  const double bar[][2] = { { 0, 50 }, { 200, 50 }, { 200, 60 }, { 0, 60 } };
  const double all[][2] = { { 0, 0 }, { 400, 0 }, { 400, 400 }, { 0, 400 } };
  const double large[][2] = { { 0, 0 }, { 100000, 0 }, { 0, 50000 } };
  g_autoptr (AciniRegionRecord) region = acini_region_record_new ("A", ACINI_REGION_EXCLUSION, square, 4);
  g_autoptr (GPtrArray) joined = acini_region_combine (region, beside, 4, FALSE);
  g_autoptr (GPtrArray) apart = acini_region_combine (region, far, 3, FALSE);
  g_autoptr (GPtrArray) ring = acini_region_combine (region, middle, 4, TRUE);
  g_autoptr (GPtrArray) halves = acini_region_combine (region, bar, 4, TRUE);
  g_autoptr (GPtrArray) none = acini_region_combine (region, all, 4, TRUE);
  g_autoptr (GPtrArray) whole = acini_region_combine (region, large, 3, FALSE);
  const AciniRegionRecord *first = joined->pdata[0], *second;

  g_assert_cmpuint (joined->len, ==, 1);
  g_assert_cmpint (first->id, ==, region->id);
  g_assert_cmpuint (first->points->len, ==, 8);
  g_assert_cmpstr (first->name, ==, "A");
  g_assert_cmpint (first->kind, ==, ACINI_REGION_EXCLUSION);
  g_assert_cmpfloat (get_region_area (joined), ==, 10000 + 4000);
  first = apart->pdata[0];
  second = apart->pdata[1];
  g_assert_cmpuint (apart->len, ==, 2);
  g_assert_cmpint (first->id, ==, region->id);
  g_assert_cmpint (second->id, !=, region->id);
  g_assert_true (acini_region_record_contains (second, 308, 303));
  first = ring->pdata[0];
  g_assert_cmpuint (ring->len, ==, 1);
  g_assert_true (acini_region_record_contains (first, 30, 30) && acini_region_record_contains (first, 90, 55));
  g_assert_false (acini_region_record_contains (first, 55, 55));
  g_assert_cmpfloat (get_region_area (ring), ==, 10000 - 900);
  g_assert_cmpuint (halves->len, ==, 2);
  g_assert_cmpfloat (get_region_area (halves), ==, 10000 - 1000);
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (whole->len, ==, 1);
  g_assert_cmpuint (((AciniRegionRecord *)whole->pdata[0])->points->len, <, 20);
  g_assert_cmpfloat_with_epsilon (get_region_area (whole) / (100000. * 50000 / 2), 1, .002);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contours/shapes", test_shapes);
  g_test_add_func ("/contours/simplify", test_simplify);
  g_test_add_func ("/contours/random", test_random);
  g_test_add_func ("/contours/given-up", test_given_up);
  g_test_add_func ("/contours/regions", test_regions);
  return g_test_run ();
}
