/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Shapes as signed distances. */

#include "data/base/acini-distance.h"
#include "data/prompts/acini-prompts-private.h"

#include <math.h>
#include <string.h>

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
  acini_distance_transform (out, width, height);
  acini_distance_transform (in, width, height);
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
