/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the model itself takes for the object at a prompt. */

#include "data/base/acini-shape.h"
#include "data/prompts/acini-prompts-private.h"

#include <stdlib.h>
#include <string.h>

/* Marks in @mask what cannot be reached from the edge of the grid. */
static void
fill_holes (guint8 *mask, int width, int height)
{
  gsize size = (gsize)width * height, head = 0, tail = 0;
  g_autofree guint8 *outside = g_new0 (guint8, size);
  g_autofree gsize *queue = g_new (gsize, size);
  for (gsize k = 0; k < size; k++)
    {
      int x = (int)(k % width), y = (int)(k / width);
      if ((x == 0 || y == 0 || x == width - 1 || y == height - 1) && !mask[k])
        {
          outside[k] = 1;
          queue[tail++] = k;
        }
    }
  for (; head < tail; head++)
    {
      gsize k = queue[head];
      int x = (int)(k % width), y = (int)(k / width);
      const gsize near[4]
          = { x > 0 ? k - 1 : k, x < width - 1 ? k + 1 : k, y > 0 ? k - width : k, y < height - 1 ? k + width : k };
      for (int i = 0; i < 4; i++)
        if (!outside[near[i]] && !mask[near[i]])
          {
            outside[near[i]] = 1;
            queue[tail++] = near[i];
          }
    }
  for (gsize k = 0; k < size; k++)
    mask[k] = outside[k] ? 0 : 255;
}

gboolean
acini_prompts_find_piece (const AciniPromptsField *self, const AciniPromptsLine *line, float *shape)
{
  gsize size = (gsize)self->width * self->height;
  g_autofree guint8 *mask = g_new (guint8, size);
  g_autofree int *parts = g_new (int, size);
  double waist = g_getenv ("T_waist") ? g_ascii_strtod (g_getenv ("T_waist"), NULL) : 0.7;
  double cut = g_getenv ("T_cut") ? g_ascii_strtod (g_getenv ("T_cut"), NULL) : 0;
  int part = 0;
  if (!self->prior)
    return FALSE;
  for (gsize k = 0; k < size; k++)
    mask[k] = self->prior[k] > cut ? 255 : 0;
  fill_holes (mask, self->width, self->height);
  acini_shape_propose (mask, self->width, self->height, waist, parts);
  for (guint i = 0; i < line->n && !part; i++)
    part = parts[(int)(line->points[i].y + 0.5) * self->width + (int)(line->points[i].x + 0.5)];
  if (!part)
    return FALSE;
  for (gsize k = 0; k < size; k++)
    {
      shape[k] = -1;
      for (guint i = 0; i < line->n && shape[k] < 0; i++)
        if (parts[k] == parts[(int)(line->points[i].y + 0.5) * self->width + (int)(line->points[i].x + 0.5)] && parts[k])
          shape[k] = 1;
    }
  acini_prompts_redistance (shape, self->width, self->height);
  return TRUE;
}
