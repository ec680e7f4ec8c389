/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/phantom/acini-phantom-private.h"

#include <math.h>

/* Fragments are about this large on a large slide, µm. */
#define FRAGMENT 11000.0f

static void
lay_out_fragments (PhantomPlan *plan)
{
  int columns = CLAMP ((int)roundf (plan->width / FRAGMENT), 1, 8);
  int rows = CLAMP ((int)roundf (plan->height / FRAGMENT), 1, 8);
  float cell_width = plan->width / (float)columns, cell_height = plan->height / (float)rows;
  for (int row = 0; row < rows; row++)
    for (int column = 0; column < columns; column++)
      {
        guint32 state = phantom_hash (plan->seed + 11, (guint32)column, (guint32)row);
        PhantomFragment *fragment = &plan->fragments[plan->n_fragments++];
        float angle = phantom_between (&state, -0.25f, 0.25f);
        fragment->seed = state;
        fragment->a = cell_width * phantom_between (&state, 0.42f, 0.47f);
        fragment->b = cell_height * phantom_between (&state, 0.40f, 0.47f);
        fragment->x = ((float)column + phantom_between (&state, 0.48f, 0.52f)) * cell_width;
        fragment->y = ((float)row + phantom_between (&state, 0.48f, 0.52f)) * cell_height;
        fragment->cosine = cosf (angle);
        fragment->sine = sinf (angle);
      }
}

static void
choose_stains (PhantomPlan *plan, guint32 *state)
{
  /* Directions as they are measured on routine sections (Ruifrok and Johnston 2001), less pure, as scanners see
   * them; the second row is periodic acid–Schiff for the kidney. */
  static const float haematoxylin[2][3] = { { 0.66f, 0.80f, 0.31f }, { 0.80f, 0.66f, 0.28f } };
  static const float eosin[2][3] = { { 0.10f, 0.74f, 0.36f }, { 0.16f, 0.80f, 0.40f } };
  int pas = plan->organ == PHANTOM_KIDNEY && phantom_random (state) < 0.6f;
  float strength_h = phantom_between (state, 0.72f, 1.30f), strength_e = phantom_between (state, 0.62f, 1.25f);
  for (int channel = 0; channel < 3; channel++)
    {
      plan->stain_h[channel] = haematoxylin[pas][channel] * strength_h * phantom_between (state, 0.88f, 1.13f);
      plan->stain_e[channel] = eosin[pas][channel] * strength_e * phantom_between (state, 0.85f, 1.18f);
    }
  plan->glass = phantom_between (state, 238.0f, 250.0f);
  plan->noise = phantom_between (state, 1.0f, 3.5f);
}

static void
choose_grid (PhantomPlan *plan, guint32 *state)
{
  float stretch = 1.0f, pitch = 100.0f;
  switch (plan->organ)
    {
    case PHANTOM_LARGEINTESTINE:
      pitch = phantom_between (state, 92.0f, 125.0f);
      stretch = phantom_random (state) < 0.45f ? 1.05f : phantom_between (state, 1.2f, 2.2f);
      break;
    case PHANTOM_PROSTATE:
      pitch = phantom_between (state, 240.0f, 350.0f);
      stretch = phantom_between (state, 1.0f, 1.4f);
      break;
    case PHANTOM_KIDNEY:
      pitch = phantom_between (state, 330.0f, 460.0f);
      break;
    case PHANTOM_LUNG:
      pitch = phantom_between (state, 110.0f, 185.0f);
      break;
    case PHANTOM_SPLEEN:
      pitch = phantom_between (state, 560.0f, 800.0f);
      break;
    default:
      g_assert_not_reached ();
    }
  plan->pitch_u = pitch * stretch;
  plan->pitch_v = pitch;
  /* The rotated slide lies within a circle around its corner; number the grid over that circle. */
  float reach = hypotf (plan->width, plan->height) + 4.0f * plan->pitch_u;
  plan->first_u = (gint64)floorf (-reach / plan->pitch_u);
  plan->first_v = (gint64)floorf (-reach / plan->pitch_v);
  plan->n_u = 1 - 2 * plan->first_u;
}

void
phantom_plan_init (PhantomPlan *plan, const AciniPhantom *phantom)
{
  const char *const *organs = acini_phantom_get_organs ();
  *plan = (PhantomPlan){ .mpp = phantom->mpp };
  while (organs[plan->organ] != NULL && !g_str_equal (organs[plan->organ], phantom->organ))
    plan->organ++;
  g_return_if_fail (organs[plan->organ] != NULL);
  plan->seed = phantom_hash ((guint32)phantom->seed, (guint32)(phantom->seed >> 32), 0xac1u + plan->organ);
  plan->width = (float)((double)phantom->width * phantom->mpp);
  plan->height = (float)((double)phantom->height * phantom->mpp);
  plan->soft = MAX (0.45f, 0.6f * (float)phantom->mpp);

  guint32 state = plan->seed;
  float angle = phantom_between (&state, -1.57f, 1.57f);
  plan->cosine = cosf (angle);
  plan->sine = sinf (angle);
  choose_stains (plan, &state);
  choose_grid (plan, &state);
  float share = phantom_random (&state);
  plan->abnormal = share < 0.45f ? 0.0f : (share > 0.8f ? 1.0f : share - 0.4f);
  plan->density = phantom_between (&state, 0.6f, 1.2f);
  plan->looseness = phantom_random (&state);
  lay_out_fragments (plan);
}

static float
fragment_get_depth (const PhantomFragment *fragment, float x, float y)
{
  float dx = x - fragment->x, dy = y - fragment->y;
  float u = (dx * fragment->cosine + dy * fragment->sine) / fragment->a;
  float v = (dy * fragment->cosine - dx * fragment->sine) / fragment->b;
  float least = MIN (fragment->a, fragment->b);
  float depth = (1.0f - sqrtf (u * u + v * v)) * least;
  /* Only near the border does its shape matter. */
  if (fabsf (depth) > 0.5f * least + 150.0f)
    return depth;
  float bay = least * 0.9f, rough = MIN (least * 0.2f, 160.0f);
  depth += (phantom_noise (fragment->seed, x / bay, y / bay) - 0.5f) * 0.45f * least;
  depth += (phantom_noise (fragment->seed + 1, x / rough, y / rough) - 0.5f) * 0.5f * rough;
  return depth + (phantom_noise (fragment->seed + 2, x / 32.0f, y / 32.0f) - 0.5f) * 22.0f;
}

float
phantom_plan_get_depth (const PhantomPlan *plan, float x, float y)
{
  float depth = -1e9f;
  for (int i = 0; i < plan->n_fragments; i++)
    depth = MAX (depth, fragment_get_depth (&plan->fragments[i], x, y));
  return depth;
}

float
phantom_plan_get_zone (const PhantomPlan *plan, float x, float y)
{
  float scale = 4.0f * plan->pitch_v + 500.0f;
  return 0.75f * phantom_noise (plan->seed + 21, x / scale, y / scale)
         + 0.25f * phantom_noise (plan->seed + 22, 3.0f * x / scale, 3.0f * y / scale);
}

void
phantom_plan_get_warp (const PhantomPlan *plan, float x, float y, float *wx, float *wy)
{
  *wx = (phantom_noise (plan->seed + 31, x / 420.0f, y / 420.0f) - 0.5f) * 260.0f
        + (phantom_noise (plan->seed + 32, x / 90.0f, y / 90.0f) - 0.5f) * 40.0f;
  *wy = (phantom_noise (plan->seed + 33, x / 420.0f, y / 420.0f) - 0.5f) * 260.0f
        + (phantom_noise (plan->seed + 34, x / 90.0f, y / 90.0f) - 0.5f) * 40.0f;
}
