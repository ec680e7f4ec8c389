/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/phantom/acini-phantom-private.h"

#include <math.h>

/* The walls between alveoli are those of a Voronoi diagram of a jittered grid in bent space. */

/* Deeper than this (µm) in an alveolus nothing of its walls is seen. */
#define ALVEOLUS_DEEP 45.0f
/* The share of the tissue's bend that the walls follow. */
#define ALVEOLUS_BEND 0.5f

typedef struct
{
  float border; /* µm to the next wall's middle */
  gint64 u, v;  /* the cell */
  guint32 hash;
} AlveolusPoint;

static void
alveolus_seed (const PhantomPlan *plan, int i, int j, float *x, float *y, guint32 *hash)
{
  guint32 state = phantom_hash (plan->seed + 91, (guint32)i, (guint32)j);
  *hash = state;
  /* So far from the border of its cell that the nearest centre is always in one of the nine cells around a point. */
  *x = ((float)i + phantom_between (&state, 0.2f, 0.8f)) * plan->pitch_u;
  *y = ((float)j + phantom_between (&state, 0.2f, 0.8f)) * plan->pitch_v;
}

/* The centres of the cells @first … @first + @n - 1. */
typedef struct
{
  int first_u, first_v, n_u, n_v;
  float *x, *y;
  guint32 *hash;
} AlveolusTable;

static void
alveolus_table_init (AlveolusTable *table, const PhantomPlan *plan, float left, float top, float right, float bottom)
{
  table->first_u = phantom_floor (left / plan->pitch_u) - 2;
  table->first_v = phantom_floor (top / plan->pitch_v) - 2;
  table->n_u = phantom_floor (right / plan->pitch_u) + 3 - table->first_u;
  table->n_v = phantom_floor (bottom / plan->pitch_v) + 3 - table->first_v;
  gsize n = (gsize)table->n_u * (gsize)table->n_v;
  table->x = g_new (float, n);
  table->y = g_new (float, n);
  table->hash = g_new (guint32, n);
  for (gsize i = 0; i < n; i++)
    alveolus_seed (plan, table->first_u + (int)(i % (gsize)table->n_u), table->first_v + (int)(i / (gsize)table->n_u),
                   &table->x[i], &table->y[i], &table->hash[i]);
}

static void
alveolus_table_clear (AlveolusTable *table)
{
  g_free (table->x);
  g_free (table->y);
  g_free (table->hash);
}

/* @x and @y are bent already. */
static AlveolusPoint
alveolus_find (const AlveolusTable *table, const PhantomPlan *plan, float x, float y)
{
  int column = phantom_floor (x / plan->pitch_u) - table->first_u,
      row = phantom_floor (y / plan->pitch_v) - table->first_v;
  int nearest = 0;
  float best = 1e30f;
  for (int j = row - 1; j <= row + 1; j++)
    for (int k = j * table->n_u + column - 1; k <= j * table->n_u + column + 1; k++)
      {
        float dx = table->x[k] - x, dy = table->y[k] - y, distance = dx * dx + dy * dy;
        nearest = distance < best ? k : nearest;
        best = distance < best ? distance : best;
      }
  AlveolusPoint point = { ALVEOLUS_DEEP, table->first_u + nearest % table->n_u, table->first_v + nearest / table->n_u,
                          table->hash[nearest] };
  float nx = table->x[nearest] - x, ny = table->y[nearest] - y, far = sqrtf (best) + 2.0f * ALVEOLUS_DEEP;
  for (int j = row - 2; j <= row + 2; j++)
    for (int k = j * table->n_u + column - 2; k <= j * table->n_u + column + 2; k++)
      {
        float px = table->x[k] - x, py = table->y[k] - y, distance = px * px + py * py;
        /* The wall to a centre so far away is deeper than any wall is thick. */
        if (k == nearest || distance > far * far)
          continue;
        float dx = px - nx, dy = py - ny;
        point.border = MIN (point.border, 0.5f * (distance - best) / sqrtf (dx * dx + dy * dy + 1e-6f));
      }
  return point;
}

static AlveolusPoint
alveolus_at (const PhantomPlan *plan, float x, float y)
{
  float wx, wy;
  AlveolusTable table;
  phantom_plan_get_warp (plan, x, y, &wx, &wy);
  x += ALVEOLUS_BEND * wx;
  y += ALVEOLUS_BEND * wy;
  alveolus_table_init (&table, plan, x, y, x, y);
  AlveolusPoint point = alveolus_find (&table, plan, x, y);
  alveolus_table_clear (&table);
  return point;
}

/* Half the thickness of the wall; collapsed cells have no air at all. */
static inline float
septum_at (const PhantomPlan *plan, float x, float y, guint32 hash)
{
  float congestion = phantom_noise (plan->seed + 92, x / 600.0f, y / 600.0f);
  float half
      = 2.6f + 8.0f * congestion * congestion + 7.0f * (phantom_noise (plan->seed + 93, x / 22.0f, y / 22.0f) - 0.4f);
  half += (hash & 15) == 0 ? 2.0f * ALVEOLUS_DEEP : 0.0f;
  return half > 1.5f ? half : 1.5f;
}

PHANTOM_INNER static void
paint_air (PhantomCanvas *canvas, int row, const float *restrict border, const guint32 *restrict hash,
           const guint32 *restrict number)
{
  const PhantomPlan *plan = canvas->plan;
  gsize at = (gsize)row * PHANTOM_TILE;
  float *restrict h = canvas->h + at, *restrict e = canvas->e + at;
  guint32 *restrict instance = canvas->instance + at;
  const float *restrict xs = canvas->xs;
  const float y = canvas->ys[row], edge = 0.5f / plan->soft;
  for (int i = 0; i < canvas->width; i++)
    {
      float air = border[i] - septum_at (plan, xs[i], y, hash[i]);
      float alpha = phantom_clamp (0.5f + air * edge, 0.0f, 1.0f);
      h[i] += (0.01f - h[i]) * alpha;
      e[i] += (0.015f - e[i]) * alpha;
      instance[i] = air > 0.0f ? number[i] : 0;
    }
}

void
phantom_paint_alveoli (PhantomCanvas *canvas)
{
  const PhantomPlan *plan = canvas->plan;
  const float reach = ALVEOLUS_BEND * PHANTOM_MAX_BEND;
  float border[PHANTOM_TILE];
  guint32 hash[PHANTOM_TILE], number[PHANTOM_TILE];
  AlveolusTable table;
  alveolus_table_init (&table, plan, canvas->left - reach, canvas->top - reach, canvas->right + reach,
                       canvas->bottom + reach);
  for (int row = 0; row < canvas->height; row++)
    {
      gsize at = (gsize)row * PHANTOM_TILE;
      for (int i = 0; i < canvas->width; i++)
        {
          float x = canvas->xs[i] + ALVEOLUS_BEND * canvas->bend_x[at + (gsize)i];
          float y = canvas->ys[row] + ALVEOLUS_BEND * canvas->bend_y[at + (gsize)i];
          AlveolusPoint point = alveolus_find (&table, plan, x, y);
          border[i] = point.border;
          hash[i] = point.hash;
          number[i] = phantom_plan_number (plan, point.u, point.v);
        }
      paint_air (canvas, row, border, hash, number);
    }
  alveolus_table_clear (&table);
}

typedef struct
{
  float pitch, share; /* of the grid of cells, µm, and the share of it that is taken */
  float elongated;    /* share of spindle-shaped cells */
  float blood;        /* share of red cells */
  float crowding;     /* how far the number varies from place to place, 0 … 1 */
} CellKind;

static CellKind
choose_cells (const PhantomPlan *plan)
{
  switch (plan->organ)
    {
    case PHANTOM_PROSTATE:
      return (CellKind){ 13.0f, 0.50f * plan->density, 0.85f, 0.02f, 0.8f };
    case PHANTOM_KIDNEY:
      return (CellKind){ 11.0f, 0.30f * plan->density, 0.60f, 0.05f, 1.0f };
    case PHANTOM_LUNG:
      return (CellKind){ 8.5f, 0.75f * plan->density, 0.06f, 0.18f, 0.5f };
    case PHANTOM_SPLEEN:
      return (CellKind){ 6.0f, 0.85f, 0.08f, 0.30f, 0.25f };
    case PHANTOM_LARGEINTESTINE:
    default:
      return (CellKind){ 8.6f, 0.68f * plan->density, 0.28f, 0.06f, 1.0f };
    }
}

/* The direction of the fibres at (x, y): along the lines on which the bent coordinate across them is constant. */
static float
fibre_angle (const PhantomPlan *plan, float x, float y)
{
  float wx[3], wy[3];
  phantom_plan_get_warp (plan, x, y, &wx[0], &wy[0]);
  phantom_plan_get_warp (plan, x + 4.0f, y, &wx[1], &wy[1]);
  phantom_plan_get_warp (plan, x, y + 4.0f, &wx[2], &wy[2]);
  float vx = ((wy[1] - wy[0]) * plan->cosine - (4.0f + wx[1] - wx[0]) * plan->sine);
  float vy = ((4.0f + wy[2] - wy[0]) * plan->cosine - (wx[2] - wx[0]) * plan->sine);
  return atan2f (-vx, vy);
}

static void
paint_cell (PhantomCanvas *canvas, const CellKind *kind, float x, float y, guint32 state)
{
  const PhantomPlan *plan = canvas->plan;
  float crowd = phantom_noise (plan->seed + 95, x / 70.0f, y / 70.0f);
  float factor = 0.35f + 1.3f * crowd * crowd + 0.3f * crowd;
  if (phantom_random (&state) > kind->share * phantom_mix (1.0f, factor, kind->crowding))
    return;
  if (plan->organ == PHANTOM_LUNG)
    {
      AlveolusPoint point = alveolus_at (plan, x, y);
      if (point.border > septum_at (plan, x, y, point.hash) + 1.0f)
        return;
    }
  float dark = phantom_between (&state, 0.75f, 1.2f), angle = phantom_random (&state) * 3.14f;
  PhantomInk nucleus = { 1.25f * dark, 0.40f * dark };
  float bleeding = phantom_noise (plan->seed + 96, x / 130.0f, y / 130.0f);
  if (phantom_random (&state) < kind->blood * 4.0f * bleeding * bleeding)
    {
      phantom_paint_ellipse (canvas, x, y, 3.6f, phantom_between (&state, 2.6f, 3.5f), angle,
                             (PhantomInk){ 0.03f, 1.35f }, 0.9f, 0.1f);
      return;
    }
  if (phantom_random (&state) < kind->elongated)
    phantom_paint_ellipse (canvas, x, y, phantom_between (&state, 4.5f, 9.0f), phantom_between (&state, 1.1f, 2.0f),
                           fibre_angle (plan, x, y) + 0.08f * (angle - 1.57f), nucleus, 0.9f, 0.25f);
  else
    phantom_paint_ellipse (canvas, x, y, phantom_between (&state, 2.5f, 3.7f), phantom_between (&state, 2.1f, 3.0f),
                           angle, nucleus, 0.93f, 0.30f);
}

void
phantom_paint_cells (PhantomCanvas *canvas)
{
  const PhantomPlan *plan = canvas->plan;
  CellKind kind = choose_cells (plan);
  if (canvas->plain)
    return;
  /* As far as the longest and thinnest cell reaches with its soft edge. */
  float reach = 9.0f * sqrtf (1.0f + 2.0f * plan->soft / 1.1f) + 1.0f;
  int left = phantom_floor ((canvas->left - reach) / kind.pitch);
  int right = phantom_floor ((canvas->right + reach) / kind.pitch);
  int top = phantom_floor ((canvas->top - reach) / kind.pitch);
  int bottom = phantom_floor ((canvas->bottom + reach) / kind.pitch);
  for (int j = top; j <= bottom; j++)
    for (int i = left; i <= right; i++)
      {
        guint32 state = phantom_hash (plan->seed + 97, (guint32)i, (guint32)j);
        float x = ((float)i + phantom_random (&state)) * kind.pitch;
        float y = ((float)j + phantom_random (&state)) * kind.pitch;
        paint_cell (canvas, &kind, x, y, state);
      }
}
