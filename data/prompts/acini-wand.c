/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/prompts/acini-wand.h"

#include <math.h>
#include <string.h>

/* Pixels that are averaged to either side; of the wand, and of the brush. */
#define WAND_SMOOTHING 1
#define BRUSH_SMOOTHING 2
/* Of a selection: the part that a hole is at most to be filled. */
#define HOLE (1 / 50.)
/* Bytes per pixel by which a step over an edge is as long as the brush's radius. */
#define EDGE 10.
/* Distances in these parts of a pixel. */
#define PARTS 8

/* Red, green, blue and probability of each pixel. */
typedef struct
{
  int width, height;
  guint8 *values;   /* four a pixel */
  guint8 *computed; /* (nullable) 0: there is no probability */
  gboolean known;   /* there is one at all */
} Colours;

/* Means of the @n groups of @width bytes around each, @radius to either side; the first and the last one go on for
 * ever. */
static void
smooth (const guint8 *in, guint8 *out, int n, int width, int radius)
{
  int count = 2 * radius + 1;
  g_autofree int *sums = g_new (int, width);
  for (int c = 0; c < width; c++)
    sums[c] = count / 2;
  for (int i = -radius; i <= radius; i++)
    for (int c = 0; c < width; c++)
      sums[c] += in[(gsize)CLAMP (i, 0, n - 1) * (gsize)width + (gsize)c];
  for (int i = 0; i < n; i++)
    {
      const guint8 *come = in + (gsize)MIN (i + radius + 1, n - 1) * (gsize)width;
      const guint8 *gone = in + (gsize)MAX (i - radius, 0) * (gsize)width;
      guint8 *to = out + (gsize)i * (gsize)width;
      for (int c = 0; c < width; c++)
        {
          to[c] = (guint8)(sums[c] / count);
          sums[c] += come[c] - gone[c];
        }
    }
}

static void
colours_init (Colours *self, const AciniPromptsRegion *region, int radius)
{
  gsize width = (gsize)region->width, n = width * (gsize)region->height;
  g_autofree guint8 *rows = g_malloc (4 * n);
  *self = (Colours){ .width = region->width, .height = region->height, .known = region->probability != NULL };
  self->values = g_malloc (4 * n);
  if (region->computed && self->known)
    self->computed = g_memdup2 (region->computed, n);
  for (gsize i = 0; i < n; i++)
    {
      memcpy (self->values + 4 * i, region->rgb + 3 * i, 3);
      self->values[4 * i + 3] = self->known ? region->probability[i] : 0;
    }
  for (gsize y = 0; y < (gsize)region->height; y++)
    smooth (self->values + 4 * y * width, rows + 4 * y * width, region->width, 4, radius);
  smooth (rows, self->values, region->height, 4 * region->width, radius);
}

static void
colours_clear (Colours *self)
{
  g_free (self->values);
  g_free (self->computed);
}

/* How much two pixels differ, squared. */
static inline int
get_difference (const Colours *self, gsize a, gsize b)
{
  const guint8 *p = self->values + 4 * a, *q = self->values + 4 * b;
  int red = p[0] - q[0], green = p[1] - q[1], blue = p[2] - q[2], probability = 0;
  if (self->known && (!self->computed || (self->computed[a] && self->computed[b])))
    probability = p[3] - q[3];
  return (red * red + green * green + blue * blue) / 3 + probability * probability;
}

/* A queue of pixels by a small whole number, the least first. */
typedef struct
{
  GArray **buckets; /* guint; NULL: none yet */
  guint n, at;
} Buckets;

static void
buckets_init (Buckets *self, guint n)
{
  *self = (Buckets){ g_new0 (GArray *, n), n, 0 };
}

static void
buckets_push (Buckets *self, guint priority, guint pixel)
{
  if (!self->buckets[priority])
    self->buckets[priority] = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_val (self->buckets[priority], pixel);
}

/* Returns: whether there was one. */
static gboolean
buckets_pop (Buckets *self, guint *priority, guint *pixel)
{
  for (; self->at < self->n; self->at++)
    {
      GArray *bucket = self->buckets[self->at];
      if (!bucket || bucket->len == 0)
        continue;
      *priority = self->at;
      *pixel = g_array_index (bucket, guint, bucket->len - 1);
      g_array_set_size (bucket, bucket->len - 1);
      return TRUE;
    }
  return FALSE;
}

static void
buckets_clear (Buckets *self)
{
  for (guint i = 0; i < self->n; i++)
    g_clear_pointer (&self->buckets[i], g_array_unref);
  g_free (self->buckets);
}

static const int steps[8][2] = { { 1, 0 }, { 0, 1 }, { -1, 0 }, { 0, -1 }, { 1, 1 }, { -1, 1 }, { -1, -1 }, { 1, -1 } };

/* The wand. */

struct _AciniWand
{
  int width, height;
  guint8 *levels; /* from which tolerance on a pixel belongs to it */
};

AciniWand *
acini_wand_new (const AciniPromptsRegion *region, double x, double y)
{
  g_return_val_if_fail (region && region->rgb && region->width > 0 && region->height > 0, NULL);
  AciniWand *self = g_new (AciniWand, 1);
  gsize n = (gsize)region->width * (gsize)region->height;
  guint seed = (guint)CLAMP (y, 0, region->height - 1) * (guint)region->width + (guint)CLAMP (x, 0, region->width - 1);
  g_autofree guint8 *reached = g_malloc0 (n);
  guint level, pixel;
  Colours colours;
  Buckets queue;
  colours_init (&colours, region, WAND_SMOOTHING);
  buckets_init (&queue, 256);
  *self = (AciniWand){ region->width, region->height, g_malloc0 (n) };
  reached[seed] = 1;
  buckets_push (&queue, 0, seed);
  while (buckets_pop (&queue, &level, &pixel))
    {
      int u = (int)pixel % self->width, v = (int)pixel / self->width;
      self->levels[pixel] = (guint8)level;
      for (int i = 0; i < 4; i++)
        {
          int left = u + steps[i][0], top = v + steps[i][1];
          guint next = (guint)top * (guint)self->width + (guint)left;
          if (left < 0 || top < 0 || left >= self->width || top >= self->height || reached[next])
            continue;
          reached[next] = 1;
          guint own = (guint)MIN (lrint (sqrt (get_difference (&colours, seed, next))), 255);
          buckets_push (&queue, MAX (level, own), next);
        }
    }
  buckets_clear (&queue);
  colours_clear (&colours);
  return self;
}

void
acini_wand_free (AciniWand *self)
{
  if (!self)
    return;
  g_free (self->levels);
  g_free (self);
}

/* Fills the connected pixels of @mask that are 0, from @start on, with @value.  Returns: how many; *@open: whether they
 * touch the edge of the picture. */
static gsize
flood (guint8 *mask, int width, int height, guint start, guint8 value, GArray *stack, gboolean *open)
{
  gsize n = 0;
  *open = FALSE;
  g_array_set_size (stack, 0);
  g_array_append_val (stack, start);
  mask[start] = value;
  while (stack->len > 0)
    {
      guint at = g_array_index (stack, guint, stack->len - 1);
      int x = (int)at % width, y = (int)at / width;
      g_array_set_size (stack, stack->len - 1);
      n++;
      *open = *open || x == 0 || y == 0 || x == width - 1 || y == height - 1;
      for (int i = 0; i < 8; i++)
        {
          int u = x + steps[i][0], v = y + steps[i][1];
          guint next = (guint)v * (guint)width + (guint)u;
          if (u < 0 || v < 0 || u >= width || v >= height || mask[next] != 0)
            continue;
          mask[next] = value;
          g_array_append_val (stack, next);
        }
    }
  return n;
}

/* Fills the holes in @mask, 255 inside and 0 elsewhere, of at most @largest pixels.  Returns: how many pixels. */
static gsize
fill_holes (guint8 *mask, int width, int height, gsize largest)
{
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (guint)),
                     small = g_array_new (FALSE, FALSE, sizeof (guint));
  gsize size = (gsize)width * (gsize)height, filled = 0;
  gboolean open;
  for (guint i = 0; i < size; i++)
    if (mask[i] == 0 && flood (mask, width, height, i, 1, stack, &open) <= largest && !open)
      g_array_append_val (small, i);
  /* Those that stay become 0 again, those that go are found once more. */
  for (gsize i = 0; i < size; i++)
    if (mask[i] == 1)
      mask[i] = 0;
  for (guint i = 0; i < small->len; i++)
    filled += flood (mask, width, height, g_array_index (small, guint, i), 255, stack, &open);
  return filled;
}

gsize
acini_wand_select (const AciniWand *self, double tolerance, guint8 *mask)
{
  g_return_val_if_fail (self && mask, 0);
  gsize size = (gsize)self->width * (gsize)self->height, n = 0;
  for (gsize i = 0; i < size; i++)
    {
      gboolean inside = self->levels[i] <= tolerance;
      mask[i] = inside ? 255 : 0;
      n += inside;
    }
  return n + fill_holes (mask, self->width, self->height, (gsize)((double)n * HOLE));
}

/* The brush. */

struct _AciniEdgeBrush
{
  Colours colours;
};

AciniEdgeBrush *
acini_edge_brush_new (const AciniPromptsRegion *region)
{
  g_return_val_if_fail (region && region->rgb && region->width > 0 && region->height > 0, NULL);
  AciniEdgeBrush *self = g_new (AciniEdgeBrush, 1);
  colours_init (&self->colours, region, BRUSH_SMOOTHING);
  return self;
}

void
acini_edge_brush_free (AciniEdgeBrush *self)
{
  if (!self)
    return;
  colours_clear (&self->colours);
  g_free (self);
}

/* Where the line is, the distance is 0. */
static void
push_line (const AciniEdgeBrush *self, Buckets *queue, guint16 *distances, AciniPromptPoint from, AciniPromptPoint to)
{
  int pieces = MAX (1, (int)ceil (hypot (to.x - from.x, to.y - from.y)));
  for (int k = 0; k <= pieces; k++)
    {
      double x = floor (from.x + (to.x - from.x) * k / pieces), y = floor (from.y + (to.y - from.y) * k / pieces);
      if (x < 0 || y < 0 || x >= self->colours.width || y >= self->colours.height)
        continue;
      guint pixel = (guint)y * (guint)self->colours.width + (guint)x;
      if (distances[pixel] > 0)
        buckets_push (queue, 0, pixel);
      distances[pixel] = 0;
    }
}

gsize
acini_edge_brush_paint (const AciniEdgeBrush *self, const AciniPromptPoint *points, guint n, double radius,
                        guint8 *mask)
{
  g_return_val_if_fail (self && points && n > 0 && mask && radius > 0, 0);
  const Colours *colours = &self->colours;
  gsize size = (gsize)colours->width * (gsize)colours->height, n_set = 0;
  guint most = (guint)CLAMP (radius * PARTS, 1, G_MAXUINT16 - 1), distance, pixel;
  g_autofree guint16 *distances = g_new (guint16, size);
  /* How much longer a step becomes by what two pixels differ, squared. */
  const double steep = radius / (EDGE * EDGE);
  Buckets queue;
  memset (distances, 255, size * sizeof *distances);
  memset (mask, 0, size);
  buckets_init (&queue, most + 1);
  for (guint i = 0; i < n; i++)
    push_line (self, &queue, distances, points[i > 0 ? i - 1 : 0], points[i]);
  while (buckets_pop (&queue, &distance, &pixel))
    {
      if (distance > distances[pixel])
        continue;
      int x = (int)pixel % colours->width, y = (int)pixel / colours->width;
      n_set += mask[pixel] == 0;
      mask[pixel] = 255;
      for (int i = 0; i < 8; i++)
        {
          int u = x + steps[i][0], v = y + steps[i][1];
          guint next = (guint)v * (guint)colours->width + (guint)u;
          if (u < 0 || v < 0 || u >= colours->width || v >= colours->height || distances[next] <= distance)
            continue;
          double length = i < 4 ? 1 : G_SQRT2;
          double there = distance + PARTS * (length + steep * get_difference (colours, pixel, next));
          if (there > most || there >= distances[next])
            continue;
          distances[next] = (guint16)there;
          buckets_push (&queue, (guint)there, next);
        }
    }
  buckets_clear (&queue);
  return n_set + fill_holes (mask, colours->width, colours->height, (gsize)((double)n_set * HOLE));
}
