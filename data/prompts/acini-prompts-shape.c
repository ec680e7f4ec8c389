/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Shapes as signed distances. */

#include "data/prompts/acini-prompts-private.h"

#include <math.h>
#include <string.h>

#define FAR 1e12f

/* The lower envelope of parabolas over @n values, @stride apart, in place. */
static void
transform (float *values, int n, gsize stride, float *f, float *bound, int *place)
{
  int k = 0;
  for (int i = 0; i < n; i++)
    f[i] = values[i * stride];
  place[0] = 0;
  bound[0] = -FAR;
  bound[1] = FAR;
  for (int q = 1; q < n; q++)
    {
      float s;
      for (;;)
        {
          int p = place[k];
          s = (f[q] - f[p]) / (2.f * (q - p)) + (q + p) / 2.f;
          if (s > bound[k] || k == 0)
            break;
          k--;
        }
      if (s > bound[k])
        k++;
      place[k] = q;
      bound[k] = k == 0 ? -FAR : s;
      bound[k + 1] = FAR;
    }
  k = 0;
  for (int q = 0; q < n; q++)
    {
      while (bound[k + 1] < q)
        k++;
      float d = q - place[k];
      values[q * stride] = d * d + f[place[k]];
    }
}

/* Squared distances to the pixels of 0. */
static void
find_distances (float *plane, int width, int height)
{
  int longest = MAX (width, height);
  g_autofree float *f = g_new (float, longest), *bound = g_new (float, longest + 1);
  g_autofree int *place = g_new (int, longest);
  for (int x = 0; x < width; x++)
    transform (plane + x, height, width, f, bound, place);
  for (int y = 0; y < height; y++)
    transform (plane + (gsize)y * width, width, 1, f, bound, place);
}

void
acini_prompts_redistance (float *shape, int width, int height)
{
  gsize size = (gsize)width * height;
  g_autofree float *out = g_new (float, size), *in = g_new (float, size);
  float most = (float)(width + height);
  for (gsize i = 0; i < size; i++)
    {
      out[i] = shape[i] > 0 ? 0 : most * most;
      in[i] = shape[i] > 0 ? most * most : 0;
    }
  find_distances (out, width, height);
  find_distances (in, width, height);
  for (gsize i = 0; i < size; i++)
    shape[i] = shape[i] > 0 ? sqrtf (in[i]) - 0.5f : 0.5f - sqrtf (out[i]);
}

void
acini_prompts_enlarge (const AciniPromptsField *self, const float *shape, int width, int height, guint8 *mask)
{
  int w = self->width, h = self->height;
  float scale = 1.f / self->step;
  for (int y = 0; y < height; y++)
    {
      float v = CLAMP ((y + 0.5f) * scale - 0.5f, 0, h - 1.f);
      int v0 = MIN ((int)v, MAX (h - 2, 0)), v1 = MIN (v0 + 1, h - 1);
      const float *up = shape + (gsize)v0 * w, *down = shape + (gsize)v1 * w;
      for (int x = 0; x < width; x++)
        {
          float u = CLAMP ((x + 0.5f) * scale - 0.5f, 0, w - 1.f);
          int u0 = MIN ((int)u, MAX (w - 2, 0)), u1 = MIN (u0 + 1, w - 1);
          float a = u - u0, b = v - v0;
          float value = (up[u0] * (1 - a) + up[u1] * a) * (1 - b) + (down[u0] * (1 - a) + down[u1] * a) * b;
          mask[(gsize)y * width + x] = value > 0 ? 255 : 0;
        }
    }
}
