/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the model itself takes for the object at a prompt. */

#include "data/base/acini-shape.h"
#include "data/prompts/acini-prompts-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A part counts for itself where the way to the next is narrower than this times the smaller of the two, see
 * acini_shape_propose (). */
#define WAIST 0.7

static gsize
get_pixel (const AciniPromptsField *self, const AciniPromptPoint *point)
{
  return (gsize)(point->y + 0.5) * (gsize)self->width + (gsize)(point->x + 0.5);
}

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

/* Adds to @pieces, 0 elsewhere, what the model takes for objects at the line from the cut @cut on.  Returns: how much
 * the line is in the middle of it, 0 … 1; 0: there is none. */
static float
find_at_cut (const AciniPromptsField *self, const AciniPromptsLine *line, float cut, guint8 *piece)
{
  gsize size = (gsize)self->width * self->height;
  g_autofree int *parts = g_new (int, size);
  g_autofree guint8 *wanted = NULL;
  g_autofree float *depths = NULL;
  float middle = 0, most = 0;
  int n;
  for (gsize k = 0; k < size; k++)
    piece[k] = self->prior[k] > cut ? 255 : 0;
  fill_holes (piece, self->width, self->height);
  n = acini_shape_propose (piece, self->width, self->height, WAIST, parts);
  wanted = g_malloc0 ((gsize)n + 1);
  for (guint i = 0; i < line->n; i++)
    wanted[parts[get_pixel (self, &line->points[i])]] = 1;
  wanted[0] = 0;
  for (gsize k = 0; k < size; k++)
    piece[k] = wanted[parts[k]] ? 255 : 0;
  depths = acini_shape_find_depths (piece, self->width, self->height);
  for (gsize k = 0; k < size; k++)
    most = MAX (most, depths[k]);
  for (guint i = 0; i < line->n; i++)
    middle = MAX (middle, depths[get_pixel (self, &line->points[i])]);
  return most > 0 ? sqrtf (middle / most) : 0;
}

gboolean
acini_prompts_find_piece (const AciniPromptsField *self, const AciniPromptsLine *line, float *shape)
{
  /* Of the prior, -1 … 1: the model's own cut first. */
  static const float cuts[] = { 0, -0.25f, 0.25f, -0.5f, 0.5f, 0.75f };
  gsize size = (gsize)self->width * self->height;
  g_autofree guint8 *piece = g_new (guint8, size), *best = g_new (guint8, size);
  float most = 0;
  int n = g_getenv ("T_cuts") ? atoi (g_getenv ("T_cuts")) : 1;
  float better = g_getenv ("T_better") ? (float)g_ascii_strtod (g_getenv ("T_better"), NULL) : 0.1f;
  if (!self->prior)
    return FALSE;
  for (int i = 0; i < n; i++)
    {
      float middle = find_at_cut (self, line, cuts[i], piece);
      if (middle > 0 && middle > most + (most > 0 ? better : 0))
        {
          most = middle;
          memcpy (best, piece, size);
        }
    }
  for (gsize k = 0; k < size && most > 0; k++)
    shape[k] = best[k] ? 1 : -1;
  if (most > 0)
    acini_prompts_redistance (shape, self->width, self->height);
  return most > 0;
}
