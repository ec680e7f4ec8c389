/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The working grid: what is on screen, made smaller, as planes for the regression. */

#include "data/prompts/acini-prompts-private.h"

#include <math.h>
#include <string.h>

/* Planes but those of the network: three densities at three scales, their spread, and one that is 1. */
#define COLOUR_PLANES 11
#define PRIOR_PLANES 2

static void
box (const float *in, float *out, int n, int stride, int radius)
{
  float sum = 0, scale = 1.f / (2 * radius + 1);
  for (int i = -radius; i <= radius; i++)
    sum += in[CLAMP (i, 0, n - 1) * stride];
  for (int i = 0; i < n; i++)
    {
      out[i] = sum * scale;
      sum += in[MIN (i + radius + 1, n - 1) * stride] - in[MAX (i - radius, 0) * stride];
    }
}

void
acini_prompts_smooth (float *plane, int width, int height, float sigma, float *scratch)
{
  /* Three boxes of that radius have the variance r (r + 1). */
  int radius = (int)lrintf ((sqrtf (1 + 4 * sigma * sigma) - 1) / 2);
  if (radius < 1)
    return;
  for (int pass = 0; pass < 3; pass++)
    {
      for (int y = 0; y < height; y++)
        {
          box (plane + (gsize)y * width, scratch, width, 1, radius);
          memcpy (plane + (gsize)y * width, scratch, (gsize)width * sizeof (float));
        }
      /* Columns, all at a time: rows are added and taken away. */
      float scale = 1.f / (2 * radius + 1);
      g_autofree float *sum = g_new0 (float, width);
      memcpy (scratch, plane, (gsize)width * height * sizeof (float));
      for (int i = -radius; i <= radius; i++)
        for (int x = 0; x < width; x++)
          sum[x] += scratch[(gsize)CLAMP (i, 0, height - 1) * width + x];
      for (int y = 0; y < height; y++)
        {
          const float *in = scratch + (gsize)MIN (y + radius + 1, height - 1) * width;
          const float *gone = scratch + (gsize)MAX (y - radius, 0) * width;
          float *out = plane + (gsize)y * width;
          for (int x = 0; x < width; x++)
            {
              out[x] = sum[x] * scale;
              sum[x] += in[x] - gone[x];
            }
        }
    }
}

float
acini_prompts_median (float *values, guint n)
{
  for (guint i = 1; i < n; i++)
    {
      float value = values[i];
      guint j = i;
      for (; j > 0 && values[j - 1] > value; j--)
        values[j] = values[j - 1];
      values[j] = value;
    }
  return values[n / 2];
}

/* Mean of the region's bytes in each cell of the working grid; bytes are taken through @table. */
static void
shrink (const AciniPromptsField *self, const guint8 *bytes, int channels, int width, int height, const float *table,
        float *out)
{
  for (int y = 0; y < self->height; y++)
    for (int x = 0; x < self->width; x++)
      {
        int x1 = MIN ((x + 1) * self->step, width), y1 = MIN ((y + 1) * self->step, height);
        float sum = 0;
        for (int v = y * self->step; v < y1; v++)
          for (int u = x * self->step; u < x1; u++)
            sum += table[bytes[((gsize)v * width + u) * channels]];
        out[(gsize)y * self->width + x] = sum / ((x1 - x * self->step) * (y1 - y * self->step));
      }
}

static void
shrink_floats (const AciniPromptsField *self, const float *in, int width, int height, float *out)
{
  for (int y = 0; y < self->height; y++)
    for (int x = 0; x < self->width; x++)
      {
        int x1 = MIN ((x + 1) * self->step, width), y1 = MIN ((y + 1) * self->step, height);
        float sum = 0;
        for (int v = y * self->step; v < y1; v++)
          for (int u = x * self->step; u < x1; u++)
            sum += in[(gsize)v * width + u];
        out[(gsize)y * self->width + x] = sum / ((x1 - x * self->step) * (y1 - y * self->step));
      }
}

/* Lays @plane, with mean 0 and unit spread, into place @i of the planes. */
static void
lay (AciniPromptsField *self, int i, const float *plane)
{
  gsize size = (gsize)self->width * self->height;
  double sum = 0, squares = 0;
  for (gsize k = 0; k < size; k++)
    {
      sum += plane[k];
      squares += (double)plane[k] * plane[k];
    }
  double mean = sum / size, spread = sqrt (MAX (squares / size - mean * mean, 0));
  float scale = spread > 1e-6 ? (float)(1 / spread) : 0;
  for (gsize k = 0; k < size; k++)
    self->planes[k * self->n_planes + i] = (plane[k] - (float)mean) * scale;
}

static void
find_gradient (AciniPromptsField *self, const float *density, const float *more, const float *most)
{
  int width = self->width, height = self->height;
  double sum = 0;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        gsize left = (gsize)y * width + MAX (x - 1, 0), right = (gsize)y * width + MIN (x + 1, width - 1);
        gsize up = (gsize)MAX (y - 1, 0) * width + x, down = (gsize)MIN (y + 1, height - 1) * width + x;
        float squares = 0;
        const float *planes[3] = { density, more, most };
        for (int c = 0; c < 3; c++)
          {
            float dx = planes[c][right] - planes[c][left], dy = planes[c][down] - planes[c][up];
            squares += dx * dx + dy * dy;
          }
        self->gradient[(gsize)y * width + x] = sqrtf (squares);
        sum += self->gradient[(gsize)y * width + x];
      }
  gsize size = (gsize)width * height;
  float scale = sum > 0 ? (float)(size / sum) : 0;
  for (gsize k = 0; k < size; k++)
    self->gradient[k] *= scale;
}

/* Densities at three scales and their spread: places 1 to 10. */
static void
lay_colour (AciniPromptsField *self, const AciniPromptsRegion *region)
{
  gsize size = (gsize)self->width * self->height;
  static const float sigmas[3] = { 1.2f, 3.5f, 9.f };
  float table[256], done = 0;
  g_autofree float *density = g_new (float, size * 3), *scratch = g_new (float, size), *spread = g_new0 (float, size);
  for (int i = 0; i < 256; i++)
    table[i] = -log10f ((i + 1) / 256.f);
  for (int c = 0; c < 3; c++)
    {
      float *plane = density + c * size;
      shrink (self, region->rgb + c, 3, region->width, region->height, table, plane);
      for (gsize k = 0; k < size; k++)
        spread[k] += plane[k];
    }
  g_autofree float *mean = g_memdup2 (spread, size * sizeof (float));
  acini_prompts_smooth (mean, self->width, self->height, 3.5f, scratch);
  for (gsize k = 0; k < size; k++)
    spread[k] = fabsf (spread[k] - mean[k]);
  acini_prompts_smooth (spread, self->width, self->height, 3.5f, scratch);
  lay (self, 10, spread);
  for (int s = 0; s < 3; s++)
    {
      float sigma = sqrtf (sigmas[s] * sigmas[s] - done * done);
      for (int c = 0; c < 3; c++)
        {
          acini_prompts_smooth (density + c * size, self->width, self->height, sigma, scratch);
          lay (self, 1 + s * 3 + c, density + c * size);
        }
      if (s == 0)
        find_gradient (self, density, density + size, density + 2 * size);
      done = sigmas[s];
    }
}

static void
lay_prior (AciniPromptsField *self, const AciniPromptsRegion *region)
{
  gsize size = (gsize)self->width * self->height;
  float table[256], there[256];
  g_autofree float *scratch = g_new (float, size), *smooth = NULL, *computed = NULL;
  for (int i = 0; i < 256; i++)
    {
      table[i] = i / 127.5f - 1;
      there[i] = i ? 1 : 0;
    }
  self->prior = g_new (float, size);
  shrink (self, region->probability, 1, region->width, region->height, table, self->prior);
  if (region->computed)
    {
      computed = g_new (float, size);
      shrink (self, region->computed, 1, region->width, region->height, there, computed);
      for (gsize k = 0; k < size; k++)
        self->prior[k] *= computed[k];
    }
  lay (self, COLOUR_PLANES, self->prior);
  smooth = g_memdup2 (self->prior, size * sizeof (float));
  acini_prompts_smooth (smooth, self->width, self->height, 4, scratch);
  lay (self, COLOUR_PLANES + 1, smooth);
}

void
acini_prompts_field_init (AciniPromptsField *self, const AciniPromptsRegion *region)
{
  int longest = MAX (region->width, region->height);
  self->step = MAX (1, (longest + ACINI_PROMPTS_SIDE - 1) / ACINI_PROMPTS_SIDE);
  self->width = (region->width + self->step - 1) / self->step;
  self->height = (region->height + self->step - 1) / self->step;
  self->n_planes = COLOUR_PLANES + (region->probability ? PRIOR_PLANES : 0) + region->n_features;
  gsize size = (gsize)self->width * self->height;
  self->planes = g_new (float, size * self->n_planes);
  self->evidence = g_new0 (float, size);
  self->gradient = g_new (float, size);
  for (gsize k = 0; k < size; k++)
    self->planes[k * self->n_planes] = 1;
  lay_colour (self, region);
  if (region->probability)
    lay_prior (self, region);
  g_autofree float *plane = g_new (float, size);
  for (int i = 0; i < region->n_features; i++)
    {
      shrink_floats (self, region->features + (gsize)i * region->width * region->height, region->width, region->height,
                     plane);
      lay (self, self->n_planes - region->n_features + i, plane);
    }
}

void
acini_prompts_field_clear (AciniPromptsField *self)
{
  g_clear_pointer (&self->planes, g_free);
  g_clear_pointer (&self->prior, g_free);
  g_clear_pointer (&self->evidence, g_free);
  g_clear_pointer (&self->gradient, g_free);
}
