/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From what a model found: of the ways to make the picture better, again and again the one that gains most a second. */

#include "data/base/acini-distance.h"
#include "data/base/acini-shape.h"
#include "data/study/acini-reader-private.h"

#include <math.h>
#include <string.h>

/* What is wrong is mended where it is largest: so many regions are weighed against one another. */
#define CANDIDATES 6
/* An object of which less than this is true is none. */
#define NONE 0.3
/* Of an object that misses more than this a click is tried. */
#define MISSED 0.5
/* More than so many steps nobody takes. */
#define MOST_STEPS 500

typedef struct
{
  const AciniReaderScreen *screen;
  const AciniReaderHands *hands;
  guint8 *mask;
  GHashTable *clicked; /* object → Clicked: what clicks make of it, whatever else there is */
} Mending;

typedef struct
{
  guint8 *mask;
  guint clicks;
} Clicked;

/* A way to make it better. */
typedef struct
{
  guint8 *pixels; /* (owned) 255: what it sets to @value */
  gboolean value;
  double seconds;
  double gain; /* pixels that become right, less those that become wrong */
  guint keys, clicks, strokes;
} Deed;

static void
clicked_free (gpointer data)
{
  Clicked *clicked = data;

  g_free (clicked->mask);
  g_free (clicked);
}

static gsize
count_pixels (const AciniReaderScreen *screen)
{
  return (gsize)screen->width * screen->height;
}

/* Numbers the 4-connected parts of @mask in @parts from 1 on.  Returns: (element-type guint) their areas, [0] unused.
 */
static GArray *
find_parts (const guint8 *mask, int width, int height, guint32 *parts)
{
  gsize size = (gsize)width * height;
  GArray *areas = g_array_new (FALSE, TRUE, sizeof (guint));
  g_autofree gsize *queue = g_new (gsize, size);

  memset (parts, 0, size * sizeof *parts);
  g_array_set_size (areas, 1);
  for (gsize start = 0; start < size; start++)
    {
      gsize head = 0, tail = 0;

      if (mask[start] == 0 || parts[start] != 0)
        continue;
      parts[start] = areas->len;
      queue[tail++] = start;
      for (; head < tail; head++)
        {
          gsize at = queue[head], x = at % (gsize)width;
          const gsize near[4]
              = { x > 0 ? at - 1 : at, x + 1 < (gsize)width ? at + 1 : at, at >= (gsize)width ? at - (gsize)width : at,
                  at + (gsize)width < size ? at + (gsize)width : at };

          for (guint i = 0; i < 4; i++)
            if (mask[near[i]] != 0 && parts[near[i]] == 0)
              {
                parts[near[i]] = areas->len;
                queue[tail++] = near[i];
              }
        }
      g_array_append_val (areas, (guint){ (guint)tail });
    }
  return areas;
}

/* The largest parts, at most CANDIDATES. */
static guint
choose_largest (GArray *areas, guint32 *chosen)
{
  guint n = 0;

  while (n < CANDIDATES)
    {
      guint best = 0;

      for (guint i = 1; i < areas->len; i++)
        if (g_array_index (areas, guint, i) > g_array_index (areas, guint, best))
          best = i;
      if (best == 0)
        break;
      chosen[n++] = best;
      g_array_index (areas, guint, best) = 0;
    }
  return n;
}

static double
count_gain (const Mending *self, const guint8 *pixels, gboolean value)
{
  double gain = 0;

  for (gsize i = 0; i < count_pixels (self->screen); i++)
    if (pixels[i] != 0 && (self->mask[i] != 0) != value)
      gain += (self->screen->truth[i] != 0) == value ? 1 : -1;
  return gain;
}

/* Keeps the better of two. */
static void
offer (Deed *best, Deed *deed)
{
  if (deed->gain > 0 && (best->pixels == NULL || deed->gain / deed->seconds > best->gain / best->seconds))
    {
      g_free (best->pixels);
      *best = *deed;
    }
  else
    g_free (deed->pixels);
}

/* @pixels, moved by what the hand shakes. */
static void
shake_pixels (const Mending *self, guint8 *pixels)
{
  int width = self->screen->width, height = self->screen->height;
  double x = 0, y = 0;
  g_autofree guint8 *still = NULL;

  acini_reader_shake (self->hands, &x, &y);
  if (lrint (x) == 0 && lrint (y) == 0)
    return;
  still = g_memdup2 (pixels, count_pixels (self->screen));
  for (int v = 0; v < height; v++)
    for (int u = 0; u < width; u++)
      {
        int from_x = u - (int)lrint (x), from_y = v - (int)lrint (y);
        gboolean there = from_x >= 0 && from_y >= 0 && from_x < width && from_y < height;

        pixels[(gsize)v * width + u] = there ? still[(gsize)from_y * width + from_x] : 0;
      }
}

/* What one stroke can do in part @part of what is wrong. */
static void
offer_stroke (const Mending *self, const guint32 *parts, guint32 part, gboolean value, Deed *best)
{
  int width = self->screen->width, height = self->screen->height;
  gsize size = count_pixels (self->screen), deepest = 0, area = 0;
  Deed deed = { g_new0 (guint8, size), value, 0, 0, 0, 0, 1 };
  g_autofree guint8 *core = g_new0 (guint8, size);
  g_autofree guint32 *cores = g_new (guint32, size);
  g_autofree float *depths = NULL, *away = g_new (float, size);
  g_autoptr (GArray) areas = NULL;
  float radius;

  for (gsize i = 0; i < size; i++)
    deed.pixels[i] = parts[i] == part ? 255 : 0;
  depths = acini_shape_find_depths (deed.pixels, width, height);
  for (gsize i = 1; i < size; i++)
    if (depths[i] > depths[deepest])
      deepest = i;
  radius = MAX (sqrtf (depths[deepest]) / 2, 1);
  for (gsize i = 0; i < size; i++)
    core[i] = depths[i] >= radius * radius ? 255 : 0;
  areas = find_parts (core, width, height, cores);
  for (gsize i = 0; i < size; i++)
    away[i] = cores[i] != 0 && cores[i] == cores[deepest] ? 0 : (float)size;
  acini_distance_transform (away, width, height);
  for (gsize i = 0; i < size; i++)
    {
      deed.pixels[i] = away[i] < radius * radius ? 255 : 0;
      area += deed.pixels[i] != 0;
    }
  shake_pixels (self, deed.pixels);
  deed.seconds = ACINI_READER_STROKE + (double)area / (2 * radius) / ACINI_READER_SPEED;
  deed.gain = count_gain (self, deed.pixels, value);
  offer (best, &deed);
}

/* Away with an object that is none: to it, and the key. */
static void
offer_reject (const Mending *self, const guint32 *objects, guint32 object, Deed *best)
{
  gsize size = count_pixels (self->screen), area = 0, right = 0;
  Deed deed = { g_malloc (size), FALSE, 2 * ACINI_READER_KEY, 0, 2, 0, 0 };

  for (gsize i = 0; i < size; i++)
    {
      deed.pixels[i] = objects[i] == object ? 255 : 0;
      area += objects[i] == object;
      right += objects[i] == object && self->screen->truth[i] != 0;
    }
  deed.gain = (double)right < NONE * (double)area ? count_gain (self, deed.pixels, FALSE) : 0;
  offer (best, &deed);
}

/* A missed object from nothing. */
static void
offer_clicks (const Mending *self, guint32 object, Deed *best)
{
  gsize size = count_pixels (self->screen), area = 0, missing = 0;
  Clicked *clicked = g_hash_table_lookup (self->clicked, GUINT_TO_POINTER (object));
  Deed deed = { NULL, TRUE, 0, 0, 1, 0, 0 };
  double iou;

  for (gsize i = 0; i < size; i++)
    {
      area += self->screen->truth[i] == object;
      missing += self->screen->truth[i] == object && self->mask[i] == 0;
    }
  if (area < ACINI_READER_LEAST || (double)missing < MISSED * (double)area)
    return;
  if (clicked == NULL)
    {
      clicked = g_new0 (Clicked, 1);
      clicked->mask = g_malloc (size);
      clicked->clicks = acini_reader_click_object (self->screen, self->hands, object, ACINI_READER_CLICKS,
                                                   clicked->mask, &iou, NULL);
      g_hash_table_insert (self->clicked, GUINT_TO_POINTER (object), clicked);
    }
  deed.pixels = g_memdup2 (clicked->mask, size);
  deed.clicks = clicked->clicks;
  deed.seconds = clicked->clicks * ACINI_READER_CLICK + ACINI_READER_KEY;
  deed.gain = count_gain (self, deed.pixels, TRUE);
  offer (best, &deed);
}

/* All ways that deal with what is missing, or, @extra, with what is too much. */
static void
look_for_deeds (const Mending *self, gboolean extra, Deed *best)
{
  const AciniReaderScreen *screen = self->screen;
  gsize size = count_pixels (screen);
  g_autofree guint8 *errors = g_malloc (size);
  g_autofree guint32 *parts = g_new (guint32, size), *objects = extra ? g_new (guint32, size) : NULL;
  g_autoptr (GArray) areas = NULL, unused = NULL;
  guint32 chosen[CANDIDATES];
  guint n;

  for (gsize i = 0; i < size; i++)
    errors[i] = extra ? screen->truth[i] == 0 && self->mask[i] != 0 : screen->truth[i] != 0 && self->mask[i] == 0;
  areas = find_parts (errors, screen->width, screen->height, parts);
  if (extra)
    unused = find_parts (self->mask, screen->width, screen->height, objects);
  n = choose_largest (areas, chosen);
  for (guint k = 0; k < n; k++)
    {
      gsize first = 0;

      while (parts[first] != chosen[k])
        first++;
      offer_stroke (self, parts, chosen[k], !extra, best);
      if (extra)
        offer_reject (self, objects, objects[first], best);
      else
        offer_clicks (self, screen->truth[first], best);
    }
}

static double
get_dice (const Mending *self)
{
  gsize both = 0, sum = 0;

  for (gsize i = 0; i < count_pixels (self->screen); i++)
    {
      both += self->mask[i] != 0 && self->screen->truth[i] != 0;
      sum += (self->mask[i] != 0) + (self->screen->truth[i] != 0);
    }
  return sum > 0 ? 2.0 * (double)both / (double)sum : 1;
}

static void
do_deed (const Mending *self, Deed *deed, AciniReaderScore *score)
{
  for (gsize i = 0; i < count_pixels (self->screen); i++)
    if (deed->pixels[i] != 0)
      self->mask[i] = deed->value ? 255 : 0;
  score->seconds += deed->seconds;
  score->keys += deed->keys;
  score->clicks += deed->clicks;
  score->strokes += deed->strokes;
  g_clear_pointer (&deed->pixels, g_free);
}

double
acini_reader_mend (const AciniReaderScreen *screen, const AciniReaderHands *hands, guint8 *mask,
                   AciniReaderScore *score)
{
  g_autoptr (GHashTable) clicked = g_hash_table_new_full (NULL, NULL, NULL, clicked_free);
  const Mending self = { screen, hands, mask, clicked };
  double dice;

  g_return_val_if_fail (screen->rgb != NULL && screen->truth != NULL && mask != NULL && score != NULL, 0);

  score->objects += screen->n_objects;
  score->keys += screen->n_objects;
  score->seconds += screen->n_objects * ACINI_READER_KEY;
  dice = get_dice (&self);
  for (guint i = 0; i < MOST_STEPS && dice < ACINI_READER_DICE; i++)
    {
      Deed best = { NULL, FALSE, 0, 0, 0, 0, 0 };

      look_for_deeds (&self, FALSE, &best);
      look_for_deeds (&self, TRUE, &best);
      if (best.pixels == NULL)
        break;
      do_deed (&self, &best, score);
      dice = get_dice (&self);
    }
  score->unfinished += dice < ACINI_READER_DICE;
  return dice;
}
