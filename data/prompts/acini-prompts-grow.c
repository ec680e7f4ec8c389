/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The curve around a point that takes in the most evidence, and what later prompts change of it. */

#include "data/prompts/acini-prompts-private.h"

#include <math.h>
#include <string.h>

/* Chosen on images 2 to 5 of GlaS. */
#define KAPPA 2.f      /* power of the radius that evidence weighs; 2: that of its area */
#define TAU 0.35f      /* evidence against, over the logarithm of the radius, that leaves 1/e of what comes after */
#define EDGE 0.05f     /* what a gradient at the edge is worth */
#define OUTSIDE 0.3f   /* evidence against what is off the region */
#define STIFF 0.03f    /* what a step of the curve costs */
#define STICK 0.5f     /* evidence for the shape there was … */
#define STICK_BAND 6.f /* … and the working pixels over which it rises */
#define SURE 3.f       /* evidence of a prompt */
#define TRUST 0.85f    /* share of the reach of a prompt that is sure */
#define PULL 4.f       /* working pixels by which the edge is moved at most */
#define SNAP_SIGMA 2.f /* of the smoothing there, working pixels */
#define GUESS 30.f     /* radius of the first guess without a model, working pixels */
#define PRESS 1.1f     /* share of its reach that a correction changes by itself */
#define ROUNDS 2       /* of growth and learning, for the first prompt */
#define TURNS 2        /* of the curve, so that its ends meet */
#define REACH 4        /* radii that it goes in or out at a step */

#define ANGLES 96
#define RADII 96
#define LEAST 2.5f /* the smallest radius, working pixels */

/* The curve's radius at each angle. */
typedef struct
{
  double x, y;
  float radii[RADII], half;  /* and what half a step between two of them multiplies them by */
  float gain[ANGLES][RADII]; /* of a curve that passes there */
  int path[ANGLES];
} Curve;

static void
get_origin (const AciniPromptsLine *line, double *x, double *y)
{
  *x = *y = 0;
  for (guint i = 0; i < line->n; i++)
    {
      *x += line->points[i].x / line->n;
      *y += line->points[i].y / line->n;
    }
}

/* Sums up the evidence along each ray. */
static void
look_around (const AciniPromptsField *self, Curve *curve)
{
  float most = 0.8f * MAX (self->width, self->height), factor = powf (most / LEAST, 1.f / (RADII - 1));
  curve->radii[0] = LEAST;
  curve->half = sqrtf (factor);
  for (int k = 1; k < RADII; k++)
    curve->radii[k] = curve->radii[k - 1] * factor;
  float width = logf (factor), kappa = KAPPA, tau = TAU, edge = EDGE;
  for (int a = 0; a < ANGLES; a++)
    {
      float dx = cosf (2 * (float)G_PI * a / ANGLES), dy = sinf (2 * (float)G_PI * a / ANGLES);
      float sum = 0, against = 0;
      for (int k = 0; k < RADII; k++)
        {
          float r = curve->radii[k];
          int x = (int)lrint (curve->x + dx * r), y = (int)lrint (curve->y + dy * r);
          gboolean inside = x >= 0 && y >= 0 && x < self->width && y < self->height;
          float e = inside ? self->evidence[(gsize)y * self->width + x] : -OUTSIDE;
          float g = inside ? self->gradient[(gsize)y * self->width + x] : 1;
          /* What was passed on the way, as a share of the way. */
          if (e < 0)
            against -= e * width;
          else
            e *= expf (-against / tau);
          sum += e * powf (r, kappa) * width;
          curve->gain[a][k] = sum + edge * MIN (g, 3) * powf (r, kappa);
        }
    }
}

/* The best closed curve through the gains: Viterbi's algorithm twice around, so that its ends meet (nearly always),
 * with a cost for every step in or out. */
static void
find_path (Curve *curve)
{
  g_autofree gint8 *from = g_new (gint8, (gsize)TURNS * ANGLES * RADII);
  float best[2][RADII], stiff = STIFF, kappa = KAPPA;
  float cost[RADII];
  for (int k = 0; k < RADII; k++)
    {
      best[0][k] = 0;
      cost[k] = stiff * powf (curve->radii[k], kappa);
    }
  for (int i = 0; i < TURNS * ANGLES; i++)
    {
      const float *before = best[i & 1];
      float *now = best[(i + 1) & 1];
      for (int k = 0; k < RADII; k++)
        {
          float top = -G_MAXFLOAT;
          int which = 0;
          for (int d = -REACH; d <= REACH; d++)
            if (k + d >= 0 && k + d < RADII)
              {
                float value = before[k + d] - cost[MAX (k, k + d)] * d * d;
                if (value > top)
                  {
                    top = value;
                    which = d;
                  }
              }
          now[k] = top + curve->gain[i % ANGLES][k];
          from[(gsize)i * RADII + k] = (gint8)which;
        }
    }
  int k = 0;
  for (int j = 1; j < RADII; j++)
    if (best[(TURNS * ANGLES) & 1][j] > best[(TURNS * ANGLES) & 1][k])
      k = j;
  /* The middle of the two rounds has not begun or ended anywhere. */
  for (int i = TURNS * ANGLES - 1; i >= ANGLES / 2; i--)
    {
      if (i < ANGLES / 2 + ANGLES)
        curve->path[i % ANGLES] = k;
      k += from[(gsize)i * RADII + k];
    }
}

/* Inside the curve above 0, in working pixels along the ray. */
static void
draw (const AciniPromptsField *self, const Curve *curve, float *shape)
{
  for (int y = 0; y < self->height; y++)
    for (int x = 0; x < self->width; x++)
      {
        float dx = (float)(x - curve->x), dy = (float)(y - curve->y);
        float angle = atan2f (dy, dx) * ANGLES / (2 * (float)G_PI);
        if (angle < 0)
          angle += ANGLES;
        int a = (int)angle % ANGLES, b = (a + 1) % ANGLES;
        float t = angle - floorf (angle);
        float radius = curve->radii[curve->path[a]] * (1 - t) + curve->radii[curve->path[b]] * t;
        shape[(gsize)y * self->width + x] = radius * curve->half - sqrtf (dx * dx + dy * dy);
      }
}

/* The evidence with what the prompts are sure of. */
static void
insist (AciniPromptsField *self, const AciniPromptsLine *lines, guint n, const float *shape)
{
  gsize size = (gsize)self->width * self->height;
  float stick = STICK, band = STICK_BAND, sure = SURE;
  for (gsize k = 0; k < size && shape; k++)
    self->evidence[k] += stick * CLAMP (shape[k] / band, -1, 1);
  for (guint i = 0; i < n; i++)
    {
      float radius = MAX (TRUST * lines[i].reach, 3);
      for (guint j = 0; j < lines[i].n; j++)
        for (int y = MAX (0, (int)(lines[i].points[j].y - radius));
             y <= MIN (self->height - 1, (int)(lines[i].points[j].y + radius + 1)); y++)
          for (int x = MAX (0, (int)(lines[i].points[j].x - radius));
               x <= MIN (self->width - 1, (int)(lines[i].points[j].x + radius + 1)); x++)
            if (hypot (x - lines[i].points[j].x, y - lines[i].points[j].y) <= radius)
              self->evidence[(gsize)y * self->width + x] = lines[i].positive ? sure : -sure;
    }
}

/* Moves the edge by what is there, pixel by pixel. */
static void
snap (const AciniPromptsField *self, float *shape)
{
  gsize size = (gsize)self->width * self->height;
  g_autofree float *scratch = g_new (float, size), *evidence = g_memdup2 (self->evidence, size * sizeof (float));
  float pull = PULL, sigma = SNAP_SIGMA;
  acini_prompts_redistance (shape, self->width, self->height);
  acini_prompts_smooth (evidence, self->width, self->height, sigma, scratch);
  for (gsize k = 0; k < size; k++)
    shape[k] += pull * CLAMP (evidence[k], -1, 1);
  acini_prompts_smooth (shape, self->width, self->height, sigma, scratch);
}

static void
grow_once (AciniPromptsField *self, const AciniPromptsLine *line, Curve *curve, float *shape)
{
  look_around (self, curve);
  find_path (curve);
  draw (self, curve, shape);
}

/* A first guess without a model: near is inside, far is outside. */
static void
guess (const AciniPromptsField *self, const AciniPromptsLine *line, float *shape)
{
  gsize size = (gsize)self->width * self->height;
  for (gsize k = 0; k < size; k++)
    shape[k] = -1;
  for (guint i = 0; i < line->n; i++)
    shape[(int)(line->points[i].y + 0.5) * self->width + (int)(line->points[i].x + 0.5)] = 1;
  acini_prompts_redistance (shape, self->width, self->height);
  for (gsize k = 0; k < size; k++)
    shape[k] += GUESS;
}

/* Keeps of the shape what hangs together with a positive prompt, and fills its holes where no prompt is against it. */
static void
tidy (const AciniPromptsField *self, const AciniPromptsLine *lines, guint n, float *shape)
{
  gsize size = (gsize)self->width * self->height, head = 0, tail = 0;
  g_autofree guint8 *kind = g_new0 (guint8, size); /* 1: of the object, 2: outside */
  g_autofree gsize *queue = g_new (gsize, size);
  int width = self->width, height = self->height;
  for (int phase = 1; phase <= 2; phase++)
    {
      head = tail = 0;
      for (guint i = 0; i < n; i++)
        if (lines[i].positive == (phase == 1))
          for (guint j = 0; j < lines[i].n; j++)
            {
              gsize k = (gsize)(int)(lines[i].points[j].y + 0.5) * width + (int)(lines[i].points[j].x + 0.5);
              if (!kind[k] && (shape[k] > 0) == (phase == 1))
                {
                  kind[k] = (guint8)phase;
                  queue[tail++] = k;
                }
            }
      for (gsize k = 0; phase == 2 && k < size; k++)
        {
          int x = (int)(k % width), y = (int)(k / width);
          if ((x == 0 || y == 0 || x == width - 1 || y == height - 1) && !kind[k] && shape[k] <= 0)
            {
              kind[k] = 2;
              queue[tail++] = k;
            }
        }
      for (; head < tail; head++)
        {
          gsize k = queue[head];
          int x = (int)(k % width), y = (int)(k / width);
          const gsize near[4]
              = { x > 0 ? k - 1 : k, x < width - 1 ? k + 1 : k, y > 0 ? k - width : k, y < height - 1 ? k + width : k };
          for (int i = 0; i < 4; i++)
            if (!kind[near[i]] && (phase == 2 ? shape[near[i]] <= 0 : shape[near[i]] > 0))
              {
                kind[near[i]] = (guint8)phase;
                queue[tail++] = near[i];
              }
        }
      if (phase == 1)
        for (gsize k = 0; k < size; k++)
          if (shape[k] > 0 && !kind[k])
            shape[k] = -0.5f;
    }
  for (gsize k = 0; k < size; k++)
    if (shape[k] <= 0 && kind[k] != 2)
      shape[k] = 0.5f;
  acini_prompts_redistance (shape, width, height);
}

void
acini_prompts_grow (AciniPromptsField *self, const AciniPromptsLine *line, float *shape)
{
  gsize size = (gsize)self->width * self->height;
  g_autofree Curve *curve = g_new0 (Curve, 1);
  get_origin (line, &curve->x, &curve->y);
  gboolean piece = acini_prompts_find_piece (self, line, shape);
  if (!piece && self->prior)
    {
      memcpy (self->evidence, self->prior, size * sizeof (float));
      insist (self, line, 1, NULL);
      grow_once (self, line, curve, shape);
    }
  else if (!piece)
    guess (self, line, shape);
  for (int i = 0; i < ROUNDS; i++)
    {
      acini_prompts_redistance (shape, self->width, self->height);
      acini_prompts_learn (self, line, 1, shape);
      insist (self, line, 1, piece ? shape : NULL);
      grow_once (self, line, curve, shape);
    }
  snap (self, shape);
  tidy (self, line, 1, shape);
}

/* The disc that a correction is in the middle of. */
static void
press (const AciniPromptsField *self, const AciniPromptsLine *line, float *shape)
{
  float radius = MAX (PRESS * line->reach, 1.5f);
  for (guint j = 0; j < line->n; j++)
    for (int y = MAX (0, (int)(line->points[j].y - radius));
         y <= MIN (self->height - 1, (int)(line->points[j].y + radius + 1)); y++)
      for (int x = MAX (0, (int)(line->points[j].x - radius));
           x <= MIN (self->width - 1, (int)(line->points[j].x + radius + 1)); x++)
        {
          float depth = radius - (float)hypot (x - line->points[j].x, y - line->points[j].y);
          float *at = &shape[(gsize)y * self->width + x];
          *at = line->positive ? MAX (*at, depth) : MIN (*at, -depth);
        }
}

void
acini_prompts_correct (AciniPromptsField *self, const AciniPromptsLine *lines, guint n, float *shape)
{
  const AciniPromptsLine *last = &lines[n - 1];
  g_autofree Curve *curve = g_new0 (Curve, 1);
  get_origin (&lines[0], &curve->x, &curve->y);
  press (self, last, shape);
  acini_prompts_redistance (shape, self->width, self->height);
  acini_prompts_learn (self, lines, n, shape);
  insist (self, lines, n, shape);
  grow_once (self, last, curve, shape);
  snap (self, shape);
  for (guint i = 0; i < n; i++)
    press (self, &lines[i], shape);
  tidy (self, lines, n, shape);
}
