/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/phantom/acini-phantom-private.h"

#include <math.h>
#include <string.h>

/* The slow fields, at the corners of the lattice's cells. */
enum
{
  FIELD_DEPTH,  /* µm below the border of the tissue */
  FIELD_WARP_X, /* bend of the tissue, µm */
  FIELD_WARP_Y,
  FIELD_LOOSE, /* 0 … 1: how torn the stroma is */
  FIELD_STAIN, /* factor of both stains */
  N_FIELDS,
};

#define LATTICE_MAX (PHANTOM_TILE / PHANTOM_LATTICE + 2)

typedef struct
{
  gint64 column, row; /* of the first corner */
  int n_columns, n_rows;
  float values[N_FIELDS][LATTICE_MAX][LATTICE_MAX];
} Lattice;

static float
lattice_fill (Lattice *lattice, const PhantomCanvas *canvas)
{
  const PhantomPlan *plan = canvas->plan;
  float deepest = -1e9f;
  lattice->column = canvas->x / PHANTOM_LATTICE;
  lattice->row = canvas->y / PHANTOM_LATTICE;
  lattice->n_columns = (int)((canvas->x + canvas->width - 1) / PHANTOM_LATTICE - lattice->column) + 2;
  lattice->n_rows = (int)((canvas->y + canvas->height - 1) / PHANTOM_LATTICE - lattice->row) + 2;
  for (int row = 0; row < lattice->n_rows; row++)
    for (int column = 0; column < lattice->n_columns; column++)
      {
        float x = (float)((double)((lattice->column + column) * PHANTOM_LATTICE) * plan->mpp);
        float y = (float)((double)((lattice->row + row) * PHANTOM_LATTICE) * plan->mpp);
        float depth = phantom_plan_get_depth (plan, x, y);
        deepest = MAX (deepest, depth);
        lattice->values[FIELD_DEPTH][row][column] = depth;
        if (depth < -20.0f - 32.0f * (float)plan->mpp)
          {
            /* No pixel of this corner's cells is tissue. */
            for (int field = FIELD_DEPTH + 1; field < N_FIELDS; field++)
              lattice->values[field][row][column] = 0.0f;
            continue;
          }
        phantom_plan_get_warp (plan, x, y, &lattice->values[FIELD_WARP_X][row][column],
                               &lattice->values[FIELD_WARP_Y][row][column]);
        float zone = phantom_plan_get_zone (plan, x, y);
        lattice->values[FIELD_LOOSE][row][column]
            = phantom_noise (plan->seed + 41, x / 240.0f, y / 240.0f) + (0.45f - zone);
        lattice->values[FIELD_STAIN][row][column]
            = 0.82f + 0.36f * phantom_noise (plan->seed + 42, x / 2400.0f, y / 2400.0f);
      }
  return deepest;
}

/* One row of each field, interpolated at the pixels' centres. */
static void
lattice_read_row (const Lattice *lattice, const PhantomCanvas *canvas, int row, float out[N_FIELDS][PHANTOM_TILE])
{
  gint64 y = canvas->y + row;
  int j = (int)(y / PHANTOM_LATTICE - lattice->row);
  float fy = ((float)(y % PHANTOM_LATTICE) + 0.5f) / PHANTOM_LATTICE;
  for (int field = 0; field < N_FIELDS; field++)
    {
      float line[LATTICE_MAX];
      for (int i = 0; i < lattice->n_columns; i++)
        line[i] = phantom_mix (lattice->values[field][j][i], lattice->values[field][j + 1][i], fy);
      for (int i = 0; i < canvas->width; i++)
        {
          gint64 x = canvas->x + i;
          int k = (int)(x / PHANTOM_LATTICE - lattice->column);
          float fx = ((float)(x % PHANTOM_LATTICE) + 0.5f) / PHANTOM_LATTICE;
          out[field][i] = phantom_mix (line[k], line[k + 1], fx);
        }
    }
}

typedef struct
{
  float fibre, grain, gap; /* strength of the fibres' texture and of the gaps between them */
  PhantomInk ink;
  float fine, along; /* µm across and along a fibre */
} Stroma;

static Stroma
choose_stroma (const PhantomPlan *plan)
{
  switch (plan->organ)
    {
    case PHANTOM_PROSTATE:
      return (Stroma){ 0.75f, 0.35f, 0.36f + 0.2f * plan->looseness, { 0.20f, 0.82f }, 4.5f, 70.0f };
    case PHANTOM_KIDNEY:
      return (Stroma){ 0.5f, 0.35f, 0.5f + 0.3f * plan->looseness, { 0.13f, 0.55f }, 4.0f, 40.0f };
    case PHANTOM_LUNG:
      return (Stroma){ 0.5f, 0.4f, 0.35f, { 0.20f, 0.55f }, 4.0f, 40.0f };
    case PHANTOM_SPLEEN:
      return (Stroma){ 0.5f, 0.5f, 0.22f + 0.15f * plan->looseness, { 0.24f, 0.62f }, 6.0f, 16.0f };
    case PHANTOM_LARGEINTESTINE:
    default:
      return (Stroma){ 0.7f, 0.35f, 0.6f + 0.4f * plan->looseness, { 0.14f, 0.50f }, 4.0f, 45.0f };
    }
}

PHANTOM_INNER static void
paint_stroma_row (PhantomCanvas *canvas, const Stroma *stroma, int row, float fields[N_FIELDS][PHANTOM_TILE])
{
  const PhantomPlan *plan = canvas->plan;
  gsize at = (gsize)row * PHANTOM_TILE;
  float *restrict h = canvas->h + at, *restrict e = canvas->e + at, *restrict grain = canvas->grain + at;
  float *restrict coverage = canvas->coverage + at;
  float *restrict bend_x = canvas->bend_x + at, *restrict bend_y = canvas->bend_y + at;
  const float *restrict depth = fields[FIELD_DEPTH], *restrict wx = fields[FIELD_WARP_X];
  const float *restrict wy = fields[FIELD_WARP_Y], *restrict loose = fields[FIELD_LOOSE];
  const float *restrict stain = fields[FIELD_STAIN], *restrict xs = canvas->xs;
  const float y = canvas->ys[row], cosine = plan->cosine, sine = plan->sine;
  const float fine = 1.0f / stroma->fine, along = 1.0f / stroma->along;
  const guint32 seed = plan->seed;
  for (int i = 0; i < canvas->width; i++)
    {
      float x = xs[i] + wx[i], yy = y + wy[i];
      float u = x * cosine + yy * sine, v = yy * cosine - x * sine;
      float fibre = phantom_noise (seed + 51, u * along, v * fine);
      float bundle = phantom_noise (seed + 52, u * along * 0.6f, v * fine * 0.3f);
      float g = 0.6f * phantom_noise (seed + 53, xs[i] * 0.42f, y * 0.42f)
                + 0.4f * phantom_noise (seed + 54, xs[i] * 1.1f, y * 1.1f);
      float ground = 1.0f + stroma->fibre * (fibre - 0.5f) + 0.5f * stroma->fibre * (bundle - 0.5f);
      float gap = phantom_clamp ((stroma->gap * loose[i] + 0.55f * bundle + 0.30f * fibre - 0.82f) * 7.0f, 0.0f, 0.93f);
      float ink = ground * (1.0f - gap) * (1.0f + stroma->grain * (g - 0.5f));
      h[i] = stroma->ink.h * ink * stain[i];
      e[i] = stroma->ink.e * ink * stain[i];
      grain[i] = g;
      bend_x[i] = wx[i];
      bend_y[i] = wy[i];
      coverage[i] = phantom_clamp (0.5f + (depth[i] + 9.0f * (fibre - 0.5f)) * 0.35f, 0.0f, 1.0f);
    }
}

gboolean
phantom_paint_stroma (PhantomCanvas *canvas)
{
  Lattice lattice;
  float fields[N_FIELDS][PHANTOM_TILE];
  Stroma stroma = choose_stroma (canvas->plan);
  for (int row = 0; row < canvas->height; row++)
    memset (canvas->instance + (gsize)row * PHANTOM_TILE, 0, sizeof (guint32) * (gsize)canvas->width);
  if (lattice_fill (&lattice, canvas) < -16.0f)
    return FALSE;
  for (int row = 0; row < canvas->height; row++)
    {
      lattice_read_row (&lattice, canvas, row, fields);
      paint_stroma_row (canvas, &stroma, row, fields);
    }
  return TRUE;
}

PHANTOM_INNER static void
paint_ellipse_row (PhantomCanvas *canvas, int row, int from, int to, const float form[6], PhantomInk ink, float opacity,
                   float texture)
{
  gsize at = (gsize)row * PHANTOM_TILE;
  float *restrict h = canvas->h + at, *restrict e = canvas->e + at;
  const float *restrict grain = canvas->grain + at, *restrict xs = canvas->xs;
  const float dy = canvas->ys[row] - form[1], a = form[2], b = form[3], c = form[4] * dy * dy, edge = form[5];
  for (int i = from; i < to; i++)
    {
      float dx = xs[i] - form[0];
      float q = a * dx * dx + b * dx * dy + c;
      float alpha = phantom_clamp ((1.0f - q) * edge + 0.5f, 0.0f, 1.0f) * opacity;
      float tone = 1.0f + texture * (2.0f * grain[i] - 1.15f + 0.3f * q);
      h[i] += (ink.h * tone - h[i]) * alpha;
      e[i] += (ink.e * tone - e[i]) * alpha;
    }
}

void
phantom_paint_ellipse (PhantomCanvas *canvas, float x, float y, float a, float b, float angle, PhantomInk ink,
                       float opacity, float texture)
{
  const float mpp = (float)canvas->plan->mpp, soft = canvas->plan->soft;
  /* Where the soft edge has faded to exactly nothing, so that the box does not show. */
  float reach = MAX (a, b) * sqrtf (1.0f + 2.0f * soft / MIN (a, b)) + 0.1f;
  if (canvas->plain || x + reach < canvas->left || x - reach > canvas->right || y + reach < canvas->top
      || y - reach > canvas->bottom)
    return;
  float cosine = cosf (angle), sine = sinf (angle), aa = 1.0f / (a * a), bb = 1.0f / (b * b);
  float form[6] = { x,
                    y,
                    cosine * cosine * aa + sine * sine * bb,
                    2.0f * cosine * sine * (aa - bb),
                    sine * sine * aa + cosine * cosine * bb,
                    0.25f * MIN (a, b) / soft };
  int left = MAX (0, (int)((x - reach - canvas->left) / mpp)), top = MAX (0, (int)((y - reach - canvas->top) / mpp));
  int right = MIN (canvas->width, (int)((x + reach - canvas->left) / mpp) + 2);
  int bottom = MIN (canvas->height, (int)((y + reach - canvas->top) / mpp) + 2);
  for (int row = top; row < bottom; row++)
    paint_ellipse_row (canvas, row, left, right, form, ink, opacity, texture);
}

/* exp (-x) for x from 0 to 20, error below 2e-5: a quartic for the fraction of the power of two. */
static inline float
exp_minus (float x)
{
  float y = x * -1.44269504f;
  int whole = phantom_floor (y);
  float f = y - (float)whole;
  union
  {
    gint32 bits;
    float value;
  } power = { .bits = (whole + 127) << 23 };
  return power.value * (1.0f + f * (0.69315169f + f * (0.24013971f + f * (0.05586624f + f * 0.01084236f))));
}

PHANTOM_INNER static void
develop_row (const PhantomCanvas *canvas, int row, float planes[3][PHANTOM_TILE])
{
  const PhantomPlan *plan = canvas->plan;
  gsize at = (gsize)row * PHANTOM_TILE;
  const float *restrict h = canvas->h + at, *restrict e = canvas->e + at, *restrict coverage = canvas->coverage + at;
  float *restrict red = planes[0], *restrict green = planes[1], *restrict blue = planes[2];
  const float glass = plan->glass, noise = plan->noise * (1.0f / 255.0f);
  const float hr = plan->stain_h[0], hg = plan->stain_h[1], hb = plan->stain_h[2];
  const float er = plan->stain_e[0], eg = plan->stain_e[1], eb = plan->stain_e[2];
  const guint32 seed = plan->seed + 61, x = (guint32)canvas->x, y = (guint32)(canvas->y + row);
  for (int i = 0; i < canvas->width; i++)
    {
      float a = phantom_clamp (h[i], 0.0f, 6.0f) * coverage[i], b = phantom_clamp (e[i], 0.0f, 6.0f) * coverage[i];
      guint32 hash = phantom_hash (seed, x + (guint32)i, y);
      float n = (float)(gint32)((hash & 255) + ((hash >> 8) & 255)) - 255.0f;
      float m = (float)(gint32)(((hash >> 16) & 255) + (hash >> 24)) - 255.0f;
      red[i] = glass * exp_minus (a * hr + b * er) + noise * n + 0.5f;
      green[i] = glass * exp_minus (a * hg + b * eg) + noise * (0.6f * n + 0.6f * m) + 0.5f;
      blue[i] = glass * exp_minus (a * hb + b * eb) + noise * m + 0.5f;
    }
}

void
phantom_paint_develop (const PhantomCanvas *canvas, guint8 *rgb, gsize stride)
{
  float planes[3][PHANTOM_TILE];
  for (int row = 0; row < canvas->height; row++)
    {
      guint8 *out = rgb + (gsize)row * stride;
      develop_row (canvas, row, planes);
      for (int i = 0; i < canvas->width; i++)
        for (int channel = 0; channel < 3; channel++)
          out[3 * i + channel] = (guint8)phantom_clamp (planes[channel][i], 0.0f, 255.0f);
    }
}
