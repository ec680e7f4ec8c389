/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/base/acini-outline.h"

#include <math.h>
#include <string.h>

#define PIECE 64

/* Where an edge of the outline crosses the middle line of a row of pixels, and whether downwards (1) or up (-1). */
typedef struct
{
  int row, direction;
  double x;
} Crossing;

static const double *
get_point (const AciniOutline *self, guint i)
{
  return self->coordinates + i * self->stride;
}

gboolean
acini_outline_contains (const AciniOutline *self, double x, double y)
{
  int winding = 0, before = 0; /* with what lies at the point itself, and without */

  for (guint i = 0; i < self->n; i++)
    {
      const double *a = get_point (self, i), *b = get_point (self, (i + 1) % self->n);
      const int direction = b[1] > a[1] ? 1 : -1;
      double crossing;

      if ((a[1] <= y) == (b[1] <= y))
        continue;
      crossing = a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]);
      winding += crossing <= x ? direction : 0;
      before += crossing < x ? direction : 0;
    }
  return winding != 0 || before != 0;
}

static int
compare_crossings (gconstpointer a, gconstpointer b)
{
  const Crossing *p = a, *q = b;

  return p->row != q->row ? p->row - q->row : (p->x > q->x) - (p->x < q->x);
}

/* (element-type Crossing), by row and from left to right. */
static GArray *
find_crossings (const AciniOutline *self, double x, double y, double step, int height)
{
  GArray *crossings = g_array_new (FALSE, FALSE, sizeof (Crossing));

  for (guint i = 0; i < self->n; i++)
    {
      const double *from = get_point (self, i), *to = get_point (self, (i + 1) % self->n);
      double ax = (from[0] - x) / step, ay = (from[1] - y) / step;
      double bx = (to[0] - x) / step, by = (to[1] - y) / step;
      int top = (int)CLAMP (ceil (MIN (ay, by) - .5), 0, height);
      int bottom = (int)CLAMP (ceil (MAX (ay, by) - .5), 0, height);

      for (int v = top; v < bottom; v++)
        {
          Crossing crossing = { v, ay < by ? 1 : -1, ax + (v + .5 - ay) / (by - ay) * (bx - ax) };

          g_array_append_val (crossings, crossing);
        }
    }
  g_array_sort (crossings, compare_crossings);
  return crossings;
}

gsize
acini_outline_fill_row (guint8 *row, int width, double left, double right)
{
  int u0 = (int)CLAMP (ceil (left - .5), 0, width);
  int u1 = (int)CLAMP (floor (right - .5) + 1, 0, width);
  int n_set = 0, u = u0;

  /* Pieces of a fixed length become vector instructions. */
  for (; u + PIECE <= u1; u += PIECE)
    {
      guint8 n = 0;

      for (int i = 0; i < PIECE; i++)
        n += row[u + i] == 0;
      n_set += n;
    }
  for (; u < u1; u++)
    n_set += row[u] == 0;
  if (u0 < u1)
    memset (row + u0, 255, (gsize)(u1 - u0));
  return (gsize)n_set;
}

gsize
acini_outline_rasterise (const AciniOutline *self, double x, double y, double step, int width, int height, guint8 *mask)
{
  g_autoptr (GArray) crossings = NULL;
  gsize n_set = 0;
  int winding = 0;

  g_return_val_if_fail (self != NULL && mask != NULL && step > 0, 0);

  crossings = find_crossings (self, x, y, step, height);
  for (guint i = 0; i < crossings->len; i++)
    {
      const Crossing *crossing = &g_array_index (crossings, Crossing, i);

      winding += crossing->direction;
      if (winding != 0)
        n_set += acini_outline_fill_row (mask + (gsize)crossing->row * (gsize)width, width, crossing->x, crossing[1].x);
    }
  return n_set;
}
