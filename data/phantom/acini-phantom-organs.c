/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/phantom/acini-phantom-private.h"

#include <math.h>

#define VESSEL_PITCH 620.0f

static const PhantomInk NUCLEUS = { 1.35f, 0.42f };
static const PhantomInk CLEAR = { 0.015f, 0.02f };

/* One vessel in about every third cell of a square grid; 0 where the cell has none. */
static float
vessel_of_cell (const PhantomPlan *plan, int i, int j, float *x, float *y, guint32 *hash)
{
  guint32 state = phantom_hash (plan->seed + 71, (guint32)i, (guint32)j);
  *hash = state;
  *x = ((float)i + phantom_between (&state, 0.25f, 0.75f)) * VESSEL_PITCH;
  *y = ((float)j + phantom_between (&state, 0.25f, 0.75f)) * VESSEL_PITCH;
  if (phantom_random (&state) > 0.40f)
    return 0.0f;
  float size = phantom_random (&state);
  return 16.0f + 95.0f * size * size;
}

gboolean
phantom_plan_is_taken (const PhantomPlan *plan, float x, float y, float radius)
{
  if (plan->organ != PHANTOM_LUNG && plan->organ != PHANTOM_SPLEEN && phantom_plan_get_zone (plan, x, y) < 0.36f)
    return TRUE;
  if (phantom_plan_get_depth (plan, x, y) < 0.75f * radius)
    return TRUE;
  int column = phantom_floor (x / VESSEL_PITCH), row = phantom_floor (y / VESSEL_PITCH);
  for (int j = row - 1; j <= row + 1; j++)
    for (int i = column - 1; i <= column + 1; i++)
      {
        guint32 hash;
        float vx, vy, vessel = vessel_of_cell (plan, i, j, &vx, &vy, &hash);
        if (vessel > 0.0f && hypotf (vx - x, vy - y) < 1.25f * vessel + radius)
          return TRUE;
      }
  return FALSE;
}

static void
paint_vessel (PhantomCanvas *canvas, float x, float y, float radius, guint32 hash)
{
  guint32 state = hash + 3;
  PhantomGland gland = { .x = x, .y = y, .seed = hash };
  float angle = phantom_random (&state) * 3.14f, squeeze = phantom_between (&state, 0.55f, 1.0f);
  float open = phantom_between (&state, 0.45f, 0.82f);
  gboolean blood = phantom_random (&state) < 0.45f;
  phantom_contour_init (gland.wall, &state, radius, radius * squeeze, angle, 2, 4, 0.06f);
  phantom_contour_init (gland.lumen, &state, radius * open, radius * squeeze * open, angle, 2, 5, 0.10f);
  phantom_gland_measure (&gland);
  if (!phantom_gland_is_near (&gland, canvas, 30.0f))
    return;
  phantom_gland_paint_wall (canvas, &gland,
                            &(PhantomWall){ .basal = { 0.10f, 0.62f },
                                            .apical = { 0.16f, 0.95f },
                                            .lumen = CLEAR,
                                            .membrane = 0.1f,
                                            .halo = 4.0f,
                                            .texture = 0.5f });
  float thick = gland.mean * (1.0f - open);
  for (float depth = 5.0f; depth < thick - 3.0f; depth += 11.0f)
    phantom_gland_paint_ring (canvas, &gland,
                              &(PhantomRing){ .spacing = 22.0f,
                                              .depth = depth,
                                              .scatter = 3.0f,
                                              .a = 1.5f,
                                              .b = 6.0f,
                                              .share = 0.7f,
                                              .ink = { 1.0f, 0.5f } },
                              9 + (guint32)depth);
  phantom_gland_paint_ring (
      canvas, &gland,
      &(PhantomRing){ .spacing = 15.0f, .depth = thick - 1.0f, .a = 1.3f, .b = 4.5f, .share = 0.8f, .ink = NUCLEUS },
      7);
  if (blood)
    phantom_gland_fill (canvas, &gland, gland.lumen, 6.2f, 3.4f, 3.1f, (PhantomInk){ 0.02f, 1.45f }, 0.85f, 8);
}

static void
paint_vessels (PhantomCanvas *canvas)
{
  float reach = 180.0f;
  int left = phantom_floor ((canvas->left - reach) / VESSEL_PITCH);
  int right = phantom_floor ((canvas->right + reach) / VESSEL_PITCH);
  int top = phantom_floor ((canvas->top - reach) / VESSEL_PITCH);
  int bottom = phantom_floor ((canvas->bottom + reach) / VESSEL_PITCH);
  for (int j = top; j <= bottom; j++)
    for (int i = left; i <= right; i++)
      {
        guint32 hash;
        float x, y, radius = vessel_of_cell (canvas->plan, i, j, &x, &y, &hash);
        if (radius > 0.0f)
          paint_vessel (canvas, x, y, radius, hash);
      }
}

static void
paint_fat_cell (PhantomCanvas *canvas, gint64 u, gint64 v, float x, float y, guint32 hash)
{
  guint32 state = hash;
  const PhantomPlan *plan = canvas->plan;
  float where = phantom_noise (plan->seed + 81, x / 420.0f, y / 420.0f);
  if (phantom_plan_get_zone (plan, x, y) > 0.33f || where < 0.52f)
    return;
  PhantomGland gland = { .x = x, .y = y, .seed = hash };
  float radius = phantom_between (&state, 24.0f, 29.0f);
  phantom_contour_init (gland.wall, &state, radius, radius * phantom_between (&state, 0.8f, 1.0f),
                        phantom_random (&state) * 3.0f, 2, 6, 0.05f);
  for (int i = 0; i <= PHANTOM_TURN; i++)
    gland.lumen[i] = gland.wall[i] - 1.2f;
  phantom_gland_measure (&gland);
  phantom_gland_paint_wall (
      canvas, &gland,
      &(PhantomWall){ .basal = { 0.1f, 0.5f }, .apical = { 0.1f, 0.5f }, .lumen = CLEAR, .membrane = 0.2f });
}

static void
paint_goblets (PhantomCanvas *canvas, const PhantomGland *gland, guint32 *state)
{
  float share = phantom_between (state, 0.5f, 1.0f), pale = phantom_between (state, 0.02f, 0.12f);
  float thick = 0.0f;
  for (int i = 0; i < PHANTOM_TURN; i += 16)
    thick += (gland->wall[i] - gland->lumen[i]) / 16.0f;
  float length = CLAMP (0.30f * (thick - 8.0f), 3.5f, 11.0f);
  phantom_gland_paint_ring (canvas, gland,
                            &(PhantomRing){ .spacing = 14.0f,
                                            .depth = 10.0f + length,
                                            .scatter = 2.0f,
                                            .a = length,
                                            .b = MIN (length, 6.2f),
                                            .share = share,
                                            .ink = { pale, 1.3f * pale } },
                            21);
  if (thick > 34.0f)
    phantom_gland_paint_ring (canvas, gland,
                              &(PhantomRing){ .spacing = 13.0f,
                                              .depth = 12.0f + 2.6f * length,
                                              .scatter = 3.0f,
                                              .a = 0.8f * length,
                                              .b = 4.8f,
                                              .share = 0.7f * share,
                                              .ink = { pale, 1.2f * pale } },
                              22);
}

static void
paint_crypt (PhantomCanvas *canvas, gint64 u, gint64 v, float x, float y, guint32 hash)
{
  const PhantomPlan *plan = canvas->plan;
  guint32 state = hash;
  gboolean along = plan->pitch_u > 1.15f * plan->pitch_v;
  float a = plan->pitch_u * phantom_between (&state, 0.36f, 0.46f),
        b = plan->pitch_v * phantom_between (&state, 0.34f, 0.45f);
  float angle = atan2f (plan->sine, plan->cosine)
                + (along ? phantom_between (&state, -0.16f, 0.16f) : phantom_random (&state) * 3.14f);
  gboolean abnormal = phantom_random (&state) < plan->abnormal;
  if (phantom_random (&state) > 0.93f || phantom_plan_is_taken (plan, x, y, MAX (a, b)))
    return;
  PhantomGland gland = { .x = x, .y = y, .seed = hash, .instance = phantom_plan_number (plan, u, v) };
  float open = abnormal ? phantom_between (&state, 0.25f, 0.62f) : phantom_between (&state, 0.06f, 0.30f);
  phantom_contour_init (gland.wall, &state, a, b, angle, 2, abnormal ? 6 : 4, abnormal ? 0.10f : 0.045f);
  phantom_contour_init (gland.lumen, &state, a * open, b * open, angle, 2, 9, abnormal ? 0.16f : 0.24f);
  phantom_gland_measure (&gland);
  if (!phantom_gland_is_near (&gland, canvas, 30.0f))
    return;
  float pale = phantom_between (&state, 0.6f, 1.1f);
  PhantomWall wall = { .basal = { 0.42f * pale, 0.50f },
                       .apical = { 0.24f * pale, 0.42f * pale },
                       .lumen = CLEAR,
                       .membrane = 0.15f,
                       .halo = phantom_between (&state, 0.5f, 2.0f),
                       .texture = 0.5f,
                       .secretion = phantom_between (&state, 0.0f, 0.7f) };
  if (phantom_random (&state) < 0.25f)
    wall.halo = phantom_between (&state, 4.0f, 10.0f);
  if (abnormal)
    wall.apical = (PhantomInk){ 0.34f, 0.62f };
  phantom_gland_paint_wall (canvas, &gland, &wall);
  if (!abnormal)
    paint_goblets (canvas, &gland, &state);
  float length = abnormal ? phantom_between (&state, 4.6f, 6.4f) : phantom_between (&state, 2.9f, 4.2f);
  int rows = abnormal ? 1 + (int)(phantom_random (&state) * 2.99f) : 1;
  for (int i = 0; i < rows; i++)
    phantom_gland_paint_ring (canvas, &gland,
                              &(PhantomRing){ .spacing = abnormal ? 5.2f : 5.8f,
                                              .depth = 1.8f + length + 6.0f * (float)i,
                                              .scatter = abnormal ? 3.0f : 1.0f,
                                              .a = length,
                                              .b = abnormal ? 2.5f : 2.7f,
                                              .share = 0.96f - 0.12f * (float)i,
                                              .ink = NUCLEUS },
                              31 + (guint32)i);
}

static void
paint_acinus (PhantomCanvas *canvas, gint64 u, gint64 v, float x, float y, guint32 hash)
{
  const PhantomPlan *plan = canvas->plan;
  guint32 state = hash;
  float scale = phantom_between (&state, 0.22f, 0.48f);
  float a = plan->pitch_u * scale * phantom_between (&state, 0.85f, 1.05f);
  float b = plan->pitch_v * scale * phantom_between (&state, 0.75f, 1.0f), angle = phantom_random (&state) * 3.14f;
  if (plan->pitch_u > 1.2f * plan->pitch_v)
    angle = atan2f (plan->sine, plan->cosine) + 0.1f * angle;
  if (phantom_random (&state) > 0.82f || phantom_plan_is_taken (plan, x, y, MAX (a, b)))
    return;
  PhantomGland gland = { .x = x, .y = y, .seed = hash, .instance = phantom_plan_number (plan, u, v) };
  phantom_contour_init (gland.wall, &state, a, b, angle, 2, 6, phantom_between (&state, 0.03f, 0.13f));
  phantom_gland_measure (&gland);
  if (!phantom_gland_is_near (&gland, canvas, 30.0f))
    return;
  float thick = phantom_between (&state, 11.0f, 21.0f), folds = phantom_random (&state);
  folds = folds < 0.3f ? 0.04f : folds * 0.55f;
  float waves[PHANTOM_TURN + 1];
  phantom_contour_init (waves, &state, 1.0f, 1.0f, 0.0f, 4, 11, 0.55f);
  for (int i = 0; i <= PHANTOM_TURN; i++)
    {
      float fold = phantom_clamp (waves[i] - 0.85f, 0.0f, 1.0f);
      gland.lumen[i] = MAX (0.0f, gland.wall[i] - thick - folds * gland.wall[i] * phantom_smooth (0.0f, 0.6f, fold));
    }
  float pale = phantom_between (&state, 0.6f, 1.1f);
  PhantomWall wall = { .basal = { 0.36f * pale, 0.52f },
                       .apical = { 0.22f * pale, 0.40f * pale },
                       .lumen = CLEAR,
                       .membrane = 0.2f,
                       .halo = phantom_between (&state, 0.3f, 2.0f),
                       .texture = 0.6f,
                       .secretion = phantom_between (&state, -0.2f, 0.75f) };
  phantom_gland_paint_wall (canvas, &gland, &wall);
  phantom_gland_paint_ring (
      canvas, &gland,
      &(PhantomRing){
          .spacing = 9.0f, .depth = 1.8f, .scatter = 0.5f, .a = 1.4f, .b = 4.0f, .share = 0.8f, .ink = { 1.2f, 0.4f } },
      30);
  int row = 0;
  for (float depth = 6.5f; depth < 0.6f * gland.reach; depth += 7.2f, row++)
    phantom_gland_paint_ring (canvas, &gland,
                              &(PhantomRing){ .spacing = 6.2f,
                                              .depth = depth,
                                              .scatter = 1.6f,
                                              .a = 3.7f,
                                              .b = 2.8f,
                                              .share = row == 0 ? 0.95f : 0.8f,
                                              .ink = NUCLEUS },
                              40 + (guint32)row);
}

static void
paint_tubule (PhantomCanvas *canvas, gint64 u, gint64 v, float x, float y, guint32 hash)
{
  guint32 state = hash;
  float radius = phantom_between (&state, 21.0f, 31.0f), squeeze = phantom_between (&state, 0.75f, 1.0f);
  gboolean distal = phantom_random (&state) < 0.35f;
  if (phantom_random (&state) > 0.95f)
    return;
  PhantomGland gland = { .x = x, .y = y, .seed = hash };
  float angle = phantom_random (&state) * 3.14f;
  float open = distal ? phantom_between (&state, 0.45f, 0.7f) : phantom_between (&state, 0.05f, 0.42f);
  phantom_contour_init (gland.wall, &state, radius / squeeze, radius * squeeze, angle, 2, 5, 0.06f);
  phantom_contour_init (gland.lumen, &state, radius * open / squeeze, radius * open * squeeze, angle, 3, 9, 0.22f);
  phantom_gland_measure (&gland);
  float pale = phantom_between (&state, 0.45f, 1.0f);
  PhantomInk ink = distal ? (PhantomInk){ 0.16f, 0.30f * pale } : (PhantomInk){ 0.14f, 0.55f * pale };
  PhantomWall wall = { .basal = ink,
                       .apical = { 0.7f * ink.h, 0.8f * ink.e },
                       .lumen = CLEAR,
                       .membrane = 0.55f,
                       .halo = 1.0f,
                       .texture = 0.9f };
  phantom_gland_paint_wall (canvas, &gland, &wall);
  phantom_gland_paint_ring (canvas, &gland,
                            &(PhantomRing){ .spacing = 12.0f,
                                            .depth = 7.0f,
                                            .scatter = 2.0f,
                                            .a = 3.1f,
                                            .b = 3.1f,
                                            .share = 0.8f,
                                            .ink = { 1.15f, 0.3f } },
                            30);
}

static void
paint_glomerulus (PhantomCanvas *canvas, gint64 u, gint64 v, float x, float y, guint32 hash)
{
  const PhantomPlan *plan = canvas->plan;
  guint32 state = hash;
  float radius = phantom_between (&state, 72.0f, 120.0f), squeeze = phantom_between (&state, 0.85f, 1.0f);
  float angle = phantom_random (&state) * 3.14f;
  if (phantom_random (&state) > 0.85f || phantom_plan_is_taken (plan, x, y, radius))
    return;
  PhantomGland gland = { .x = x, .y = y, .seed = hash, .instance = phantom_plan_number (plan, u, v) };
  phantom_contour_init (gland.wall, &state, radius, radius * squeeze, angle, 2, 4, 0.035f);
  phantom_gland_measure (&gland);
  if (!phantom_gland_is_near (&gland, canvas, 30.0f))
    return;
  float space = phantom_between (&state, 2.0f, 13.0f), waves[PHANTOM_TURN + 1];
  phantom_contour_init (waves, &state, 1.0f, 1.0f, 0.0f, 1, 9, 0.35f);
  for (int i = 0; i <= PHANTOM_TURN; i++)
    gland.lumen[i] = gland.wall[i] - 3.0f - space * phantom_clamp (waves[i], 0.0f, 2.0f);
  float pale = phantom_between (&state, 0.8f, 1.15f);
  PhantomWall wall = { .basal = CLEAR,
                       .apical = CLEAR,
                       .lumen = { 0.24f * pale, 0.62f * pale },
                       .membrane = 0.7f,
                       .halo = 1.0f,
                       .texture = 0.6f,
                       .secretion = 0.15f };
  phantom_gland_paint_wall (canvas, &gland, &wall);
  phantom_gland_fill (canvas, &gland, gland.lumen, 11.0f, 4.6f, 3.2f, (PhantomInk){ 0.06f, 0.14f }, 0.75f, 41);
  phantom_gland_fill (canvas, &gland, gland.lumen, 9.0f, 4.5f, 2.2f, (PhantomInk){ 0.25f, 1.05f }, 0.45f, 42);
  phantom_gland_fill (canvas, &gland, gland.lumen, 9.5f, 3.7f, 2.8f, NUCLEUS, 0.72f, 43);
  phantom_gland_paint_ring (
      canvas, &gland,
      &(PhantomRing){ .spacing = 24.0f, .depth = 0.6f, .a = 1.3f, .b = 4.8f, .share = 0.8f, .ink = { 1.1f, 0.5f } },
      44);
}

static void
paint_follicle (PhantomCanvas *canvas, gint64 u, gint64 v, float x, float y, guint32 hash)
{
  const PhantomPlan *plan = canvas->plan;
  guint32 state = hash;
  float radius = phantom_between (&state, 105.0f, 0.44f * plan->pitch_v),
        squeeze = phantom_between (&state, 0.6f, 1.0f);
  if (phantom_random (&state) > 0.85f || phantom_plan_is_taken (plan, x, y, 0.4f * radius))
    return;
  PhantomGland gland = { .x = x, .y = y, .seed = hash, .instance = phantom_plan_number (plan, u, v) };
  float angle = phantom_random (&state) * 3.14f, germinal = phantom_random (&state) < 0.5f ? 0.52f : 0.0f;
  phantom_contour_init (gland.wall, &state, radius, radius * squeeze, angle, 2, 7, 0.06f);
  phantom_contour_init (gland.lumen, &state, radius * germinal + 1e-3f, radius * squeeze * germinal + 1e-3f, angle, 2,
                        6, 0.10f);
  phantom_gland_measure (&gland);
  if (!phantom_gland_is_near (&gland, canvas, 30.0f))
    return;
  PhantomWall wall = { .basal = { 0.38f, 0.34f },
                       .apical = { 0.62f, 0.30f },
                       .lumen = { 0.36f, 0.40f },
                       .texture = 0.5f,
                       .secretion = -1.0f };
  phantom_gland_paint_wall (canvas, &gland, &wall);
  phantom_gland_fill (canvas, &gland, gland.wall, 5.6f, 2.9f, 2.6f, (PhantomInk){ 1.3f, 0.4f }, 0.9f, 51);
  if (germinal > 0.0f)
    {
      phantom_gland_fill (canvas, &gland, gland.lumen, 5.0f, 4.2f, 4.0f, (PhantomInk){ 0.42f, 0.42f }, 0.75f, 52);
      phantom_gland_fill (canvas, &gland, gland.lumen, 9.0f, 4.0f, 3.2f, (PhantomInk){ 0.9f, 0.35f }, 0.7f, 53);
    }
  float dx = phantom_between (&state, -0.5f, 0.5f) * radius * squeeze,
        dy = phantom_between (&state, -0.4f, 0.4f) * radius * squeeze;
  for (int i = 0; i < 2; i++)
    phantom_paint_ellipse (canvas, x + dx, y + dy, 13.0f - 7.0f * (float)i, 11.0f - 6.0f * (float)i, angle,
                           i == 0 ? (PhantomInk){ 0.12f, 0.9f } : CLEAR, 0.95f, 0.2f);
}

void
phantom_paint_under_cells (PhantomCanvas *canvas)
{
  const PhantomPlan *plan = canvas->plan;
  if (plan->organ == PHANTOM_LARGEINTESTINE || plan->organ == PHANTOM_PROSTATE)
    phantom_grid_foreach (canvas, plan->seed + 82, 54.0f, 52.0f, 0.1f, 60.0f, paint_fat_cell);
  if (plan->organ == PHANTOM_KIDNEY)
    phantom_grid_foreach (canvas, plan->seed + 83, 51.0f, 45.0f, 0.13f, 80.0f, paint_tubule);
  if (plan->organ == PHANTOM_LUNG)
    phantom_paint_alveoli (canvas);
}

void
phantom_paint_over_cells (PhantomCanvas *canvas)
{
  const PhantomPlan *plan = canvas->plan;
  PhantomGridFunc func = NULL;
  float jitter = 0.07f;
  switch (plan->organ)
    {
    case PHANTOM_LARGEINTESTINE:
      func = paint_crypt;
      break;
    case PHANTOM_PROSTATE:
      func = paint_acinus;
      break;
    case PHANTOM_KIDNEY:
      func = paint_glomerulus;
      jitter = 0.2f;
      break;
    case PHANTOM_SPLEEN:
      func = paint_follicle;
      break;
    case PHANTOM_LUNG:
    default:
      break;
    }
  if (func != NULL)
    phantom_grid_foreach (canvas, plan->seed + 84, plan->pitch_u, plan->pitch_v, jitter,
                          1.05f * plan->pitch_u + 20.0f + plan->soft, func);
  paint_vessels (canvas);
}
