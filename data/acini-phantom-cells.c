/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/acini-phantom-private.h"

#include <math.h>

/* The walls between alveoli are those of a Voronoi diagram of a jittered grid in bent space. */

typedef struct
{
  float border;     /* µm to the next wall's middle */
  gint64 u, v;      /* the cell */
  guint32 hash;
} AlveolusPoint;

static void
alveolus_seed (const PhantomPlan *plan, int i, int j, float *x, float *y, guint32 *hash)
{
  guint32 state = phantom_hash (plan->seed + 91, (guint32)i, (guint32)j);
  *hash = state;
  *x = ((float)i + phantom_between (&state, 0.08f, 0.92f)) * plan->pitch_u;
  *y = ((float)j + phantom_between (&state, 0.08f, 0.92f)) * plan->pitch_v;
}

static AlveolusPoint
alveolus_at (const PhantomPlan *plan, float x, float y)
{
  float wx, wy;
  phantom_plan_get_warp (plan, x, y, &wx, &wy);
  x += 0.35f * wx;
  y += 0.35f * wy;
  int column = phantom_floor (x / plan->pitch_u), row = phantom_floor (y / plan->pitch_v);
  float px[25], py[25], best = 1e30f;
  guint32 hashes[25];
  int nearest = 0;
  for (int k = 0; k < 25; k++)
    {
      alveolus_seed (plan, column + k % 5 - 2, row + k / 5 - 2, &px[k], &py[k], &hashes[k]);
      px[k] -= x;
      py[k] -= y;
      float distance = px[k] * px[k] + py[k] * py[k];
      if (distance < best)
        {
          best = distance;
          nearest = k;
        }
    }
  AlveolusPoint point = { 1e30f, column + nearest % 5 - 2, row + nearest / 5 - 2, hashes[nearest] };
  for (int k = 0; k < 25; k++)
    if (k != nearest)
      {
        float dx = px[k] - px[nearest], dy = py[k] - py[nearest];
        float mx = 0.5f * (px[k] + px[nearest]), my = 0.5f * (py[k] + py[nearest]);
        point.border = MIN (point.border, (mx * dx + my * dy) / sqrtf (dx * dx + dy * dy + 1e-6f));
      }
  return point;
}

/* Half the thickness of the wall; collapsed cells have no air at all. */
static float
septum_at (const PhantomPlan *plan, float x, float y, guint32 hash)
{
  float half = 3.0f + 9.0f * powf (phantom_noise (plan->seed + 92, x / 600.0f, y / 600.0f), 2.0f)
               + 7.0f * (phantom_noise (plan->seed + 93, x / 22.0f, y / 22.0f) - 0.4f);
  if ((hash & 15) == 0)
    half += 60.0f;
  return MAX (half, 1.6f);
}

void
phantom_paint_alveoli (PhantomCanvas *canvas)
{
  const PhantomPlan *plan = canvas->plan;
  for (int row = 0; row < canvas->height; row++)
    for (int i = 0; i < canvas->width; i++)
      {
        gsize at = (gsize)row * PHANTOM_TILE + (gsize)i;
        if (canvas->coverage[at] <= 0.0f)
          continue;
        float x = canvas->xs[i], y = canvas->ys[row];
        AlveolusPoint point = alveolus_at (plan, x, y);
        float air = point.border - septum_at (plan, x, y, point.hash);
        float alpha = phantom_clamp (0.5f + air * 0.5f / plan->soft, 0.0f, 1.0f);
        canvas->h[at] += (0.01f - canvas->h[at]) * alpha;
        canvas->e[at] += (0.015f - canvas->e[at]) * alpha;
        if (air > 0.0f)
          canvas->instance[at] = phantom_plan_number (plan, point.u, point.v);
      }
}

typedef struct
{
  float pitch, share; /* of the grid of cells, µm, and the share of it that is taken */
  float elongated;    /* share of spindle-shaped cells */
  float blood;        /* share of red cells */
} CellKind;

static CellKind
choose_cells (const PhantomPlan *plan)
{
  switch (plan->organ)
    {
    case PHANTOM_PROSTATE:
      return (CellKind){ 13.0f, 0.50f * plan->density, 0.85f, 0.02f };
    case PHANTOM_KIDNEY:
      return (CellKind){ 11.0f, 0.30f * plan->density, 0.60f, 0.05f };
    case PHANTOM_LUNG:
      return (CellKind){ 8.5f, 0.75f * plan->density, 0.35f, 0.18f };
    case PHANTOM_SPLEEN:
      return (CellKind){ 6.4f, 0.80f, 0.10f, 0.42f };
    case PHANTOM_LARGEINTESTINE:
    default:
      return (CellKind){ 9.0f, 0.55f * plan->density, 0.35f, 0.06f };
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
  if (phantom_random (&state) > kind->share * (0.35f + 1.3f * crowd * crowd + 0.3f * crowd))
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
  int left = phantom_floor ((canvas->left - 14.0f) / kind.pitch), right = phantom_floor ((canvas->right + 14.0f) / kind.pitch);
  int top = phantom_floor ((canvas->top - 14.0f) / kind.pitch), bottom = phantom_floor ((canvas->bottom + 14.0f) / kind.pitch);
  for (int j = top; j <= bottom; j++)
    for (int i = left; i <= right; i++)
      {
        guint32 state = phantom_hash (plan->seed + 97, (guint32)i, (guint32)j);
        float x = ((float)i + phantom_random (&state)) * kind.pitch;
        float y = ((float)j + phantom_random (&state)) * kind.pitch;
        paint_cell (canvas, &kind, x, y, state);
      }
}
