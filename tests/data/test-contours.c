/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/annotations/acini-annotation-simplify.h"
#include "data/mask/acini-contours.h"

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contours/shapes", test_shapes);
  g_test_add_func ("/contours/simplify", test_simplify);
  g_test_add_func ("/contours/random", test_random);
  g_test_add_func ("/contours/given-up", test_given_up);
  return g_test_run ();
}
