/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/phantom/acini-phantom-private.h"

#include <math.h>

#define TURN_RADIANS 6.28318531f

void
phantom_grid_foreach (PhantomCanvas *canvas, guint32 seed, float pitch_u, float pitch_v, float jitter, float reach,
                      PhantomGridFunc func)
{
  const PhantomPlan *plan = canvas->plan;
  float cosine = plan->cosine, sine = plan->sine;
  float x = 0.5f * (canvas->left + canvas->right), y = 0.5f * (canvas->top + canvas->bottom);
  float half_x = 0.5f * (canvas->right - canvas->left) + reach, half_y = 0.5f * (canvas->bottom - canvas->top) + reach;
  float u = x * cosine + y * sine, v = y * cosine - x * sine;
  float half_u = half_x * fabsf (cosine) + half_y * fabsf (sine);
  float half_v = half_x * fabsf (sine) + half_y * fabsf (cosine);
  int first_v = phantom_floor ((v - half_v) / pitch_v) - 1, last_v = phantom_floor ((v + half_v) / pitch_v) + 1;
  int first_u = phantom_floor ((u - half_u) / pitch_u) - 1, last_u = phantom_floor ((u + half_u) / pitch_u) + 1;
  for (int j = first_v; j <= last_v; j++)
    for (int i = first_u; i <= last_u; i++)
      {
        guint32 hash = phantom_hash (seed, (guint32)i, (guint32)j);
        guint32 state = hash + 77;
        float cell_u = (float)i + 0.5f + ((j & 1) ? 0.5f : 0.0f) + phantom_between (&state, -jitter, jitter);
        float cell_v = (float)j + 0.5f + phantom_between (&state, -jitter, jitter);
        float cu = cell_u * pitch_u, cv = cell_v * pitch_v;
        float cx = cu * cosine - cv * sine, cy = cu * sine + cv * cosine;
        if (fabsf (cx - x) <= half_x && fabsf (cy - y) <= half_y)
          func (canvas, i, j, cx, cy, hash);
      }
}

guint32
phantom_plan_number (const PhantomPlan *plan, gint64 u, gint64 v)
{
  return (guint32)((v - plan->first_v) * plan->n_u + (u - plan->first_u)) + 1;
}

void
phantom_contour_init (float contour[PHANTOM_TURN + 1], guint32 *state, float a, float b, float angle, int first,
                      int last, float amplitude)
{
  float wave[PHANTOM_TURN + 1] = { 0 };
  for (int k = first; k <= last; k++)
    {
      float size = amplitude * phantom_between (state, 0.2f, 1.0f) * 1.6f / sqrtf ((float)(last - first + 1));
      float phase = phantom_random (state) * TURN_RADIANS;
      for (int i = 0; i <= PHANTOM_TURN; i++)
        wave[i] += size * sinf ((float)(k * (i % PHANTOM_TURN)) * (TURN_RADIANS / PHANTOM_TURN) + phase);
    }
  for (int i = 0; i <= PHANTOM_TURN; i++)
    {
      float theta = (float)(i % PHANTOM_TURN) * (TURN_RADIANS / PHANTOM_TURN) - angle;
      float c = cosf (theta) / a, s = sinf (theta) / b;
      contour[i] = MAX (0.0f, (1.0f + wave[i]) / sqrtf (c * c + s * s));
    }
}

void
phantom_gland_measure (PhantomGland *gland)
{
  float sum = 0.0f;
  gland->reach = 0.0f;
  for (int i = 0; i < PHANTOM_TURN; i++)
    {
      sum += gland->wall[i];
      gland->reach = MAX (gland->reach, gland->wall[i]);
    }
  gland->mean = sum / PHANTOM_TURN;
}

gboolean
phantom_gland_is_near (const PhantomGland *gland, const PhantomCanvas *canvas, float margin)
{
  float reach = gland->reach + margin;
  return gland->x + reach > canvas->left && gland->x - reach < canvas->right && gland->y + reach > canvas->top
         && gland->y - reach < canvas->bottom;
}

/* The angle of (dx, dy) in entries of a contour, 0 … PHANTOM_TURN; error below 0.01 of an entry (a minimax
 * polynomial of the arc tangent on 0 … 1). */
static inline float
turn_of (float dx, float dy)
{
  float ax = fabsf (dx), ay = fabsf (dy);
  float greater = ax > ay ? ax : ay, lesser = ax > ay ? ay : ax;
  float t = lesser / (greater + 1e-12f), tt = t * t;
  float angle = t * (0.99921381f + tt * (-0.32117510f + tt * (0.14626446f + tt * -0.03898651f)));
  angle = ay > ax ? 1.57079633f - angle : angle;
  angle = dx < 0.0f ? 3.14159265f - angle : angle;
  angle = dy < 0.0f ? TURN_RADIANS - angle : angle;
  return phantom_clamp (angle * (PHANTOM_TURN / TURN_RADIANS), 0.0f, (float)PHANTOM_TURN - 0.001f);
}

static inline float
contour_at (const float contour[PHANTOM_TURN + 1], float turn)
{
  int i = (int)turn;
  return phantom_mix (contour[i], contour[i + 1], turn - (float)i);
}

/* Two passes a row, so that the first, which has no look-ups, is vectorised. */
PHANTOM_INNER static void
polar_row (const PhantomCanvas *canvas, const PhantomGland *gland, int row, int from, int to, float *restrict radius,
           float *restrict turn)
{
  const float dy = canvas->ys[row] - gland->y, cx = gland->x;
  const float *restrict xs = canvas->xs;
  for (int i = from; i < to; i++)
    {
      float dx = xs[i] - cx;
      radius[i] = sqrtf (dx * dx + dy * dy);
      turn[i] = turn_of (dx, dy);
    }
}

PHANTOM_INNER static void
wall_row (PhantomCanvas *canvas, const PhantomGland *gland, const PhantomWall *wall, int row, int from, int to,
          const float *restrict outer, const float *restrict inner)
{
  gsize at = (gsize)row * PHANTOM_TILE;
  float *restrict h = canvas->h + at, *restrict e = canvas->e + at;
  const float *restrict grain = canvas->grain + at, *restrict xs = canvas->xs;
  const float y = canvas->ys[row], edge = 0.5f / canvas->plan->soft, halo = 1.0f / (wall->halo + 0.01f);
  const guint32 seed = gland->seed + 5;
  const PhantomWall w = *wall;
  for (int i = from; i < to; i++)
    {
      float cleft = phantom_clamp (1.0f + outer[i] * halo, 0.0f, 1.0f);
      float clear = cleft * cleft * phantom_clamp (w.halo * 0.4f * (0.3f + grain[i]), 0.0f, 0.92f);
      float hh = h[i] * (1.0f - clear), ee = e[i] * (1.0f - clear);
      float inside = phantom_clamp (outer[i] * edge + 0.5f, 0.0f, 1.0f);
      float t = phantom_clamp (outer[i] / (outer[i] + phantom_clamp (-inner[i], 0.1f, 1e6f)), 0.0f, 1.0f);
      float tone = 1.0f + w.texture * (grain[i] - 0.5f);
      hh += ((w.basal.h + (w.apical.h - w.basal.h) * t) * tone - hh) * inside;
      ee += ((w.basal.e + (w.apical.e - w.basal.e) * t) * tone - ee) * inside;
      float line = phantom_clamp (1.4f - fabsf (outer[i] + 0.4f), 0.0f, 1.0f);
      ee += w.membrane * line;
      float fill = phantom_clamp (
          (phantom_noise (seed, xs[i] * 0.035f, y * 0.035f) * 0.8f + grain[i] * 0.3f - 1.05f + w.secretion) * 9.0f,
          0.0f, 1.0f);
      float hollow = phantom_clamp (inner[i] * edge + 0.5f, 0.0f, 1.0f) * inside;
      hh += (w.lumen.h + fill * 0.12f * tone - hh) * hollow;
      ee += (w.lumen.e + fill * 0.45f * tone - ee) * hollow;
      h[i] = hh;
      e[i] = ee;
    }
}

void
phantom_gland_paint_wall (PhantomCanvas *canvas, const PhantomGland *gland, const PhantomWall *wall)
{
  float radius[PHANTOM_TILE], turn[PHANTOM_TILE], outer[PHANTOM_TILE], inner[PHANTOM_TILE];
  float mpp = (float)canvas->plan->mpp, reach = gland->reach + wall->halo + 3.0f + canvas->plan->soft;
  int top = MAX (0, (int)((gland->y - reach - canvas->top) / mpp));
  int bottom = MIN (canvas->height, (int)((gland->y + reach - canvas->top) / mpp) + 2);
  for (int row = top; row < bottom; row++)
    {
      float dy = canvas->ys[row] - gland->y, half = reach * reach - dy * dy;
      half = half > 0.0f ? sqrtf (half) : 0.0f;
      int from = MAX (0, (int)((gland->x - half - canvas->left) / mpp) - 1);
      int to = MIN (canvas->width, (int)((gland->x + half - canvas->left) / mpp) + 2);
      guint32 *instance = canvas->instance + (gsize)row * PHANTOM_TILE;
      polar_row (canvas, gland, row, from, to, radius, turn);
      for (int i = from; i < to; i++)
        {
          outer[i] = contour_at (gland->wall, turn[i]) - radius[i];
          inner[i] = contour_at (gland->lumen, turn[i]) - radius[i];
          if (outer[i] > 0.0f)
            instance[i] = gland->instance;
        }
      if (!canvas->plain)
        wall_row (canvas, gland, wall, row, from, to, outer, inner);
    }
}

void
phantom_gland_paint_ring (PhantomCanvas *canvas, const PhantomGland *gland, const PhantomRing *ring, guint32 seed)
{
  guint32 state = phantom_hash (gland->seed, seed, 0x51u);
  float turn = 0.0f;
  while (!canvas->plain && turn < (float)PHANTOM_TURN)
    {
      float radius = contour_at (gland->wall, turn);
      float slope = contour_at (gland->wall, fmodf (turn + 2.0f, PHANTOM_TURN))
                    - contour_at (gland->wall, fmodf (turn + PHANTOM_TURN - 2.0f, PHANTOM_TURN));
      slope /= 4.0f * (TURN_RADIANS / PHANTOM_TURN);
      float theta = turn * (TURN_RADIANS / PHANTOM_TURN), normal = theta - atanf (slope / MAX (radius, 1.0f));
      float depth = ring->depth + phantom_between (&state, -ring->scatter, ring->scatter);
      float size = phantom_between (&state, 0.85f, 1.15f), tilt = phantom_between (&state, -0.18f, 0.18f);
      float dark = phantom_between (&state, 0.72f, 1.15f), room = radius - contour_at (gland->lumen, turn);
      if (phantom_random (&state) < ring->share && depth + 0.6f * ring->a < room)
        {
          float r = radius - depth;
          phantom_paint_ellipse (canvas, gland->x + r * cosf (theta), gland->y + r * sinf (theta), ring->a * size,
                                 ring->b * (2.0f - size), normal + tilt,
                                 (PhantomInk){ ring->ink.h * dark, ring->ink.e * dark }, 0.95f, 0.30f);
        }
      float step = ring->spacing * phantom_between (&state, 0.75f, 1.25f);
      turn += step / (MAX (hypotf (radius, slope) - ring->depth, 4.0f)) * (PHANTOM_TURN / TURN_RADIANS);
    }
}

void
phantom_gland_fill (PhantomCanvas *canvas, const PhantomGland *gland, const float inner[PHANTOM_TURN + 1], float pitch,
                    float a, float b, PhantomInk ink, float share, guint32 seed)
{
  int n = (int)ceilf (gland->reach / pitch);
  for (int j = -n; j <= n && !canvas->plain; j++)
    for (int i = -n; i <= n; i++)
      {
        guint32 state = phantom_hash (gland->seed + seed, (guint32)i, (guint32)j);
        float dx = ((float)i + phantom_between (&state, -0.42f, 0.42f)) * pitch;
        float dy = ((float)j + phantom_between (&state, -0.42f, 0.42f)) * pitch;
        float dark = phantom_between (&state, 0.7f, 1.15f), size = phantom_between (&state, 0.85f, 1.15f);
        float angle = phantom_random (&state) * 3.14159265f;
        if (phantom_random (&state) >= share || gland->x + dx < canvas->left - 20.0f
            || gland->x + dx > canvas->right + 20.0f || gland->y + dy < canvas->top - 20.0f
            || gland->y + dy > canvas->bottom + 20.0f
            || sqrtf (dx * dx + dy * dy) + 0.7f * a > contour_at (inner, turn_of (dx, dy)))
          continue;
        phantom_paint_ellipse (canvas, gland->x + dx, gland->y + dy, a * size, b * size, angle,
                               (PhantomInk){ ink.h * dark, ink.e * dark }, 0.92f, 0.30f);
      }
}
