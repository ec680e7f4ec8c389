/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/base/acini-distance.h"

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

void
acini_distance_transform (float *plane, int width, int height)
{
  int longest = MAX (width, height);
  g_autofree float *f = g_new (float, longest), *bound = g_new (float, longest + 1);
  g_autofree int *place = g_new (int, longest);
  for (int x = 0; x < width; x++)
    transform (plane + x, height, width, f, bound, place);
  for (int y = 0; y < height; y++)
    transform (plane + (gsize)y * width, width, 1, f, bound, place);
}
