/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/slides/acini-tissue.h"

#include <math.h>
#include <string.h>

/* Pixels of the longer side of the overview, unless each would stand for more than COARSEST. */
#define OVERVIEW 1024
#define LARGEST_OVERVIEW 2048
#define COARSEST 64             /* level-0 pixels */
#define SMALLEST_SIDE 2048      /* level-0 pixels: below it every pixel is computed */
#define LARGEST_LEVEL (1 << 26) /* pixels of the level that the overview is made from */
#define STRIP 64                /* rows of the overview read at a time */
/* Glass may be tinted and the lamp weak, pale stroma is hardly darker: the threshold stays between these, as
 * 256-quantised optical density (log10 of 255 / value, 1 → 255). */
#define LOWEST_THRESHOLD 10
#define HIGHEST_THRESHOLD 26
#define MARGIN_PIXELS 256 /* level-0 pixels around tissue that count as tissue */

struct _AciniTissue
{
  int width, height; /* of the overview */
  double downsample;
  guint32 *sums; /* (width + 1) × (height + 1): tissue pixels above and left of each corner; NULL: all is tissue */
};

/* Optical density of the darkest channel, which stained tissue has and glass has not. */
static guint8
get_density (const guint8 *rgb, const guint8 *table)
{
  return table[MIN (rgb[0], MIN (rgb[1], rgb[2]))];
}

static void
make_density_table (guint8 *table)
{
  for (int value = 0; value < 256; value++)
    table[value] = (guint8)CLAMP (lround (255 * log10 (255.0 / MAX (value, 1))), 0, 255);
}

static gboolean
read_densities (AciniSlide *slide, AciniTissue *self, guint8 *density, GError **error)
{
  g_autofree guint8 *rgb = g_malloc ((gsize)3 * self->width * STRIP);
  guint8 table[256];

  make_density_table (table);
  for (int y = 0; y < self->height; y += STRIP)
    {
      int rows = MIN (STRIP, self->height - y);

      if (!acini_slide_read_rgb (slide, 0, y * self->downsample, self->downsample, self->width, rows, rgb, error))
        return FALSE;
      for (gsize i = 0; i < (gsize)rows * self->width; i++)
        density[(gsize)y * self->width + i] = get_density (rgb + 3 * i, table);
    }
  return TRUE;
}

/* Otsu's threshold: the value up to which a pixel is of the lower class, where the variance between both is greatest.
 */
static int
find_threshold (const guint8 *values, gsize n)
{
  guint64 histogram[256] = { 0 };
  double sum = 0, lower_sum = 0, best = -1;
  guint64 lower = 0;
  int threshold = 0;

  for (gsize i = 0; i < n; i++)
    histogram[values[i]]++;
  for (int i = 0; i < 256; i++)
    sum += (double)i * histogram[i];
  for (int i = 0; i < 255; i++)
    {
      double difference, between;

      lower += histogram[i];
      lower_sum += (double)i * histogram[i];
      if (lower == 0 || lower == n)
        continue;
      difference = lower_sum / lower - (sum - lower_sum) / (n - lower);
      between = (double)lower * (n - lower) * difference * difference;
      if (between > best)
        {
          best = between;
          threshold = i;
        }
    }
  return threshold;
}

/* Grows what is not 0 along one axis: a pixel is set when one within @radius is. */
static void
grow_line (guint8 *line, int n, gsize stride, int radius, guint8 *scratch)
{
  int last = -radius - 1;

  for (int i = 0; i < n; i++)
    {
      if (line[i * stride])
        last = i;
      scratch[i] = i - last <= radius;
    }
  last = n + radius;
  for (int i = n - 1; i >= 0; i--)
    {
      if (line[i * stride])
        last = i;
      scratch[i] |= last - i <= radius;
    }
  for (int i = 0; i < n; i++)
    line[i * stride] = scratch[i];
}

static void
grow (guint8 *mask, int width, int height, int radius)
{
  g_autofree guint8 *scratch = g_malloc (MAX (width, height));

  for (int y = 0; y < height; y++)
    grow_line (mask + (gsize)y * width, width, 1, radius, scratch);
  for (int x = 0; x < width; x++)
    grow_line (mask + x, height, width, radius, scratch);
}

static void
sum_up (AciniTissue *self, const guint8 *mask)
{
  gsize stride = self->width + 1;

  self->sums = g_new0 (guint32, stride * (self->height + 1));
  for (int y = 0; y < self->height; y++)
    for (int x = 0; x < self->width; x++)
      self->sums[(y + 1) * stride + x + 1] = self->sums[y * stride + x + 1] + self->sums[(y + 1) * stride + x]
                                             - self->sums[y * stride + x] + mask[(gsize)y * self->width + x];
}

AciniTissue *
acini_tissue_new (AciniSlide *slide, GError **error)
{
  g_autoptr (AciniTissue) self = NULL;
  g_autofree guint8 *mask = NULL;
  const AciniSlideLevel *level;
  gint64 width, height, side;
  gsize n;
  int threshold;

  g_return_val_if_fail (ACINI_IS_SLIDE (slide), NULL);

  self = g_new0 (AciniTissue, 1);
  width = acini_slide_get_width (slide);
  height = acini_slide_get_height (slide);
  side = CLAMP (MAX (width, height) / COARSEST, OVERVIEW, LARGEST_OVERVIEW);
  self->downsample = MAX (1.0, (double)MAX (width, height) / side);
  self->width = MAX (1, (int)ceil (width / self->downsample));
  self->height = MAX (1, (int)ceil (height / self->downsample));
  level = acini_slide_get_level (slide, acini_slide_get_best_level (slide, self->downsample));
  if (MIN (width, height) < SMALLEST_SIDE || level->width * level->height > LARGEST_LEVEL)
    return g_steal_pointer (&self);

  n = (gsize)self->width * self->height;
  mask = g_malloc (n);
  if (!read_densities (slide, self, mask, error))
    return NULL;
  threshold = CLAMP (find_threshold (mask, n), LOWEST_THRESHOLD, HIGHEST_THRESHOLD);
  for (gsize i = 0; i < n; i++)
    mask[i] = mask[i] > threshold;
  grow (mask, self->width, self->height, MAX (2, (int)ceil (MARGIN_PIXELS / self->downsample)));
  sum_up (self, mask);
  return g_steal_pointer (&self);
}

void
acini_tissue_free (AciniTissue *self)
{
  if (self == NULL)
    return;
  g_free (self->sums);
  g_free (self);
}

gboolean
acini_tissue_is_empty (AciniTissue *self, double x, double y, double width, double height)
{
  gsize stride, left, top, right, bottom;

  g_return_val_if_fail (self != NULL, FALSE);

  if (self->sums == NULL)
    return FALSE;
  stride = self->width + 1;
  left = (gsize)CLAMP (floor (x / self->downsample), 0, self->width);
  top = (gsize)CLAMP (floor (y / self->downsample), 0, self->height);
  right = (gsize)CLAMP (ceil ((x + width) / self->downsample), 0, self->width);
  bottom = (gsize)CLAMP (ceil ((y + height) / self->downsample), 0, self->height);
  if (right <= left || bottom <= top)
    return TRUE;
  return self->sums[bottom * stride + right] - self->sums[top * stride + right] - self->sums[bottom * stride + left]
             + self->sums[top * stride + left]
         == 0;
}

double
acini_tissue_get_share (AciniTissue *self)
{
  g_return_val_if_fail (self != NULL, 1);

  if (self->sums == NULL)
    return 1;
  return (double)self->sums[(gsize)(self->width + 1) * (self->height + 1) - 1] / ((double)self->width * self->height);
}
