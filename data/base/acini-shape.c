/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/base/acini-shape.h"

#include "data/base/acini-distance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

float *
acini_shape_find_depths (const guint8 *mask, int width, int height)
{
  /* A frame of pixels outside. */
  int w = width + 2, h = height + 2;
  g_autofree float *frame = g_new0 (float, (gsize)w *h);
  float *depths = g_new (float, (gsize)width *height);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      frame[(gsize)(y + 1) * w + x + 1] = mask[(gsize)y * width + x] != 0 ? 1e9f : 0;
  acini_distance_transform (frame, w, h);
  for (int y = 0; y < height; y++)
    memcpy (depths + (gsize)y * width, frame + (gsize)(y + 1) * w + 1, width * sizeof *depths);
  return depths;
}

void
acini_shape_find_middle (const guint8 *mask, int width, int height, int *x, int *y)
{
  g_autofree float *depths = acini_shape_find_depths (mask, width, height);
  gsize best = 0;

  for (gsize i = 1; i < (gsize)width * height; i++)
    if (depths[i] > depths[best])
      best = i;
  *x = (int)(best % (gsize)width);
  *y = (int)(best / (gsize)width);
}

/* Gives what is undecided (-1) to the part that reaches it first. */
static void
grow_parts (int width, int height, int *parts)
{
  g_autoptr (GQueue) queue = g_queue_new ();

  for (int i = 0; i < width * height; i++)
    if (parts[i] > 0)
      g_queue_push_tail (queue, GINT_TO_POINTER (i));
  while (!g_queue_is_empty (queue))
    {
      int at = GPOINTER_TO_INT (g_queue_pop_head (queue)), x = at % width, y = at / width;
      const int others[] = { x > 0 ? at - 1 : at, x + 1 < width ? at + 1 : at, y > 0 ? at - width : at,
                             y + 1 < height ? at + width : at };

      for (int i = 0; i < 4; i++)
        if (parts[others[i]] < 0)
          {
            parts[others[i]] = parts[at];
            g_queue_push_tail (queue, GINT_TO_POINTER (others[i]));
          }
    }
}

/* Numbers the 4-connected pieces of the pixels that are -2, from 1 on.  Returns: how many. */
static int
number_pieces (int width, int height, int *parts)
{
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (int));
  int n = 0;

  for (int start = 0; start < width * height; start++)
    {
      if (parts[start] != -2)
        continue;
      parts[start] = ++n;
      g_array_append_val (open, start);
      while (open->len > 0)
        {
          int at = g_array_index (open, int, open->len - 1), x = at % width, y = at / width;
          const int others[] = { x > 0 ? at - 1 : at, x + 1 < width ? at + 1 : at, y > 0 ? at - width : at,
                                 y + 1 < height ? at + width : at };

          g_array_set_size (open, open->len - 1);
          for (int i = 0; i < 4; i++)
            if (parts[others[i]] == -2)
              {
                parts[others[i]] = n;
                g_array_append_val (open, others[i]);
              }
        }
    }
  return n;
}

static void
mark (int width, int height, double x, double y, int *parts)
{
  int column = (int)floor (x), row = (int)floor (y);

  if (column >= 0 && row >= 0 && column < width && row < height && parts[row * width + column] == -2)
    parts[row * width + column] = -1;
}

int
acini_shape_cut (const guint8 *mask, int width, int height, const double (*points)[2], guint n, int *parts)
{
  int count;

  for (int i = 0; i < width * height; i++)
    parts[i] = mask[i] != 0 ? -2 : 0;
  for (guint i = 0; i + 1 < n; i++)
    {
      double dx = points[i + 1][0] - points[i][0], dy = points[i + 1][1] - points[i][1];
      int steps = (int)ceil (4 * MAX (fabs (dx), fabs (dy))) + 1;

      /* Two pixels thick: no two pixels beside each other touch across it. */
      for (int k = 0; k <= steps; k++)
        {
          double x = points[i][0] + dx * k / steps, y = points[i][1] + dy * k / steps;

          mark (width, height, x, y, parts);
          if (fabs (dx) > fabs (dy))
            mark (width, height, x, y + .5, parts);
          else
            mark (width, height, x + .5, y, parts);
        }
    }
  count = number_pieces (width, height, parts);
  grow_parts (width, height, parts);
  /* The line covers all of it. */
  for (int i = 0; i < width * height; i++)
    if (parts[i] < 0)
      parts[i] = 1;
  return MAX (count, 1);
}

/* The watershed. */

typedef struct
{
  float depth;
  int at;
} Pixel;

static int
compare_pixels (gconstpointer a, gconstpointer b)
{
  const Pixel *first = a, *second = b;

  if (first->depth != second->depth)
    return first->depth < second->depth ? 1 : -1;
  return (first->at > second->at) - (first->at < second->at);
}

static int
find_basin (int *parents, int i)
{
  while (parents[i] != i)
    i = parents[i] = parents[parents[i]];
  return i;
}

int
acini_shape_propose (const guint8 *mask, int width, int height, double waist, int *parts)
{
  g_autofree float *depths = acini_shape_find_depths (mask, width, height);
  g_autoptr (GArray) pixels = g_array_new (FALSE, FALSE, sizeof (Pixel));
  g_autoptr (GArray) parents = g_array_new (FALSE, FALSE, sizeof (int));
  g_autoptr (GArray) tops = g_array_new (FALSE, FALSE, sizeof (float));
  g_autofree int *numbers = NULL;
  int count = 0;

  for (int i = 0; i < width * height; i++)
    {
      Pixel pixel = { sqrtf (depths[i]), i };

      parts[i] = -1;
      if (mask[i] != 0)
        g_array_append_val (pixels, pixel);
    }
  g_array_sort (pixels, compare_pixels);
  /* From the deepest pixel up: each joins the basin it touches, or begins one; where two meet, the shallower of them is
   * one of its own only if the way between them is narrow. */
  for (guint k = 0; k < pixels->len; k++)
    {
      const Pixel *pixel = &g_array_index (pixels, Pixel, k);
      int at = pixel->at, x = at % width, y = at / width, own = -1;
      const int others[] = { x > 0 ? at - 1 : at, x + 1 < width ? at + 1 : at, y > 0 ? at - width : at,
                             y + 1 < height ? at + width : at };

      for (int i = 0; i < 4; i++)
        {
          int other = parts[others[i]] >= 0 ? find_basin ((int *)(gpointer)parents->data, parts[others[i]]) : -1;
          float low;

          if (other < 0 || other == own)
            continue;
          if (own < 0)
            {
              own = other;
              continue;
            }
          low = MIN (g_array_index (tops, float, own), g_array_index (tops, float, other));
          if (pixel->depth > waist * low)
            {
              int deep = g_array_index (tops, float, own) >= g_array_index (tops, float, other) ? own : other;

              g_array_index (parents, int, own) = g_array_index (parents, int, other) = deep;
              own = deep;
            }
          else if (g_array_index (tops, float, other) > g_array_index (tops, float, own))
            own = other;
        }
      if (own < 0)
        {
          own = (int)parents->len;
          g_array_append_val (parents, own);
          g_array_append_val (tops, pixel->depth);
        }
      parts[at] = own;
    }
  numbers = g_new0 (int, parents->len + 1);
  for (int i = 0; i < width * height; i++)
    {
      int basin = parts[i] >= 0 ? find_basin ((int *)(gpointer)parents->data, parts[i]) : -1;

      if (basin >= 0 && numbers[basin] == 0)
        numbers[basin] = ++count;
      parts[i] = basin >= 0 ? numbers[basin] : 0;
    }
  return count;
}
