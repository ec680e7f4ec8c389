/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The regression: what the object has in common, and not with what is around it. */

#include "data/prompts/acini-prompts-private.h"

#include <math.h>
#include <string.h>

/* Chosen on images 2 to 5 of GlaS. */
#define AROUND 1.0f   /* how far around the shape is looked, in its own radii */
#define EDGE_BAND 3.f /* working pixels from the edge at which a pixel weighs 1 */
#define SHARE 0.5f    /* of the regression where there is a model */
#define GAIN 1.2f     /* of its score, which is about ±1 */
#define DISC 4        /* radius of the disc around each point of a prompt, working pixels */
#define PROMPT 2000.f /* what a prompt weighs, in pixels */
#define RIDGE 0.05f   /* of the regression */
#define COMMON 100.f  /* what all that the model is sure of weighs, or, without one, all that there is, in pixels … */
#define SURE 0.6f     /* … from this on, of 1 */
#define SPECKS 1.5f   /* standard deviation, in working pixels, over which a spread answer is smoothed */

#define MOST (13 + ACINI_PROMPTS_FEATURES)

/* Sums of the normal equations for one side. */
typedef struct
{
  double square[MOST][MOST], sum[MOST], weight;
} Sums;

static void
add (Sums *sums, const float *planes, int n, double weight)
{
  for (int i = 0; i < n; i++)
    {
      double w = weight * planes[i];
      sums->sum[i] += w;
      for (int j = 0; j <= i; j++)
        sums->square[i][j] += w * planes[j];
    }
  sums->weight += weight;
}

/* Solves @a x = @b by Cholesky's decomposition; @a is overwritten. */
static void
solve (double a[MOST][MOST], double *b, int n)
{
  for (int i = 0; i < n; i++)
    {
      for (int j = 0; j <= i; j++)
        {
          double sum = a[i][j];
          for (int k = 0; k < j; k++)
            sum -= a[i][k] * a[j][k];
          a[i][j] = i == j ? sqrt (MAX (sum, 1e-12)) : sum / a[j][j];
        }
      double sum = b[i];
      for (int k = 0; k < i; k++)
        sum -= a[i][k] * b[k];
      b[i] = sum / a[i][i];
    }
  for (int i = n - 1; i >= 0; i--)
    {
      for (int k = i + 1; k < n; k++)
        b[i] -= a[k][i] * b[k];
      b[i] /= a[i][i];
    }
}

/* The pixels around a prompt's points, in discs. */
static void
add_prompt (const AciniPromptsField *self, const AciniPromptsLine *line, Sums *sums)
{
  int radius = DISC;
  double weight = PROMPT / line->n / (4 * radius * radius + 1);
  for (guint i = 0; i < line->n; i++)
    for (int dy = -radius; dy <= radius; dy++)
      for (int dx = -radius; dx <= radius; dx++)
        {
          int x = (int)(line->points[i].x + 0.5) + dx, y = (int)(line->points[i].y + 0.5) + dy;
          if (dx * dx + dy * dy <= radius * radius && x >= 0 && y >= 0 && x < self->width && y < self->height)
            add (sums, self->planes + ((gsize)y * self->width + x) * self->n_planes, self->n_planes, weight);
        }
}

/* Fits the regression to both sides, and leaves in evidence what it says together with the model. */
static void
fit (AciniPromptsField *self, const Sums sums[2])
{
  gsize size = (gsize)self->width * self->height;
  double coefficients[MOST], matrix[MOST][MOST];
  int planes = self->n_planes;
  for (int i = 0; i < planes; i++)
    {
      coefficients[i] = sums[1].sum[i] / sums[1].weight - sums[0].sum[i] / sums[0].weight;
      for (int j = 0; j <= i; j++)
        matrix[i][j] = sums[1].square[i][j] / sums[1].weight + sums[0].square[i][j] / sums[0].weight;
      matrix[i][i] += RIDGE;
    }
  solve (matrix, coefficients, planes);
  float share = self->prior ? SHARE : 1;
  for (gsize k = 0; k < size; k++)
    {
      float score = 0;
      const float *at = self->planes + k * planes;
      for (int i = 0; i < planes; i++)
        score += (float)coefficients[i] * at[i];
      score = CLAMP (score * GAIN, -1, 1) * share;
      self->evidence[k] = self->prior ? score + (1 - share) * self->prior[k] : score;
    }
}

void
acini_prompts_learn (AciniPromptsField *self, const AciniPromptsLine *lines, guint n, const float *shape)
{
  gsize size = (gsize)self->width * self->height;
  g_autofree Sums *sums = g_new0 (Sums, 2);
  int planes = self->n_planes;
  float around = 0;
  for (gsize k = 0; k < size; k++)
    around = MAX (around, shape[k]);
  around = MAX (around * AROUND, 12);
  for (int y = 0; y < self->height; y++)
    for (int x = y & 1; x < self->width; x += 2)
      {
        gsize k = (gsize)y * self->width + x;
        float d = shape[k];
        /* Near the edge the shape says little; far away it says nothing. */
        if (d > -around)
          add (&sums[d > 0], self->planes + k * planes, planes, MIN (fabsf (d) / EDGE_BAND, 1));
      }
  double total = sums[0].weight + sums[1].weight;
  for (guint i = 0; i < n; i++)
    add_prompt (self, &lines[i], &sums[lines[i].positive]);
  if (total <= 0 || sums[0].weight <= 0 || sums[1].weight <= 0)
    return;
  fit (self, sums);
}

void
acini_prompts_spread (AciniPromptsField *self, const AciniPromptsLine *lines, guint n, float *shape)
{
  gsize size = (gsize)self->width * self->height;
  g_autofree Sums *sums = g_new0 (Sums, 2);
  g_autofree float *scratch = g_new (float, size);
  float sure = COMMON / size;
  for (gsize k = 0; k < size; k += 2)
    {
      float says = self->prior ? self->prior[k] : -1;
      if (fabsf (says) > SURE)
        add (&sums[says > 0], self->planes + k * self->n_planes, self->n_planes, sure * fabsf (says));
    }
  for (guint i = 0; i < n; i++)
    add_prompt (self, &lines[i], &sums[lines[i].positive]);
  if (sums[0].weight <= 0 || sums[1].weight <= 0)
    memset (self->evidence, 0, size * sizeof (float));
  else
    fit (self, sums);
  memcpy (shape, self->evidence, size * sizeof (float));
  acini_prompts_smooth (shape, self->width, self->height, SPECKS, scratch);
}
