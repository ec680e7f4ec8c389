/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/slides/acini-slide-pyramid.h"
#include "data/cache/acini-tile-pixels.h"

#include <math.h>

#define TILE 512
/* A tile of a made level is read from at most this many pixels of the file's (half a second or so); where that is not
 * enough for a level that fits on a screen, the coarsest level has more tiles instead. */
#define MOST_PIXELS ((gint64)64 << 20)
/* Made levels end where both sides are at most this. */
#define COARSEST 256
/* Native levels further apart than this get levels in between. */
#define WIDEST_STEP 2.9
#define STRIP_PIXELS ((gint64)4 << 20)

typedef struct
{
  int native; /* the file's level it is read from */
  int factor; /* pixels of that level per pixel of this one, per side */
} Origin;

struct _AciniSlidePyramid
{
  AciniSlide *slide;
  GArray *levels;  /* AciniTileLevel */
  GArray *origins; /* Origin, one per level */
};

/* The multiple of a native tile that comes close to TILE; TILE for strips, unknown and huge tiles. */
static int
tile_size (int native)
{
  if (native < 64 || native > 2 * TILE)
    return TILE;
  return native * MAX (1, (int)floor (TILE / (double)native + 0.25));
}

static void
add_level (AciniSlidePyramid *self, int native, int factor)
{
  const AciniSlideLevel *from = acini_slide_get_level (self->slide, native);
  AciniTileLevel level = {
    .downsample = from->downsample * factor,
    .width = (from->width + factor - 1) / factor,
    .height = (from->height + factor - 1) / factor,
    .tile_width = tile_size (from->tile_width),
    .tile_height = tile_size (from->tile_height),
  };
  Origin origin = { native, factor };
  g_array_append_val (self->levels, level);
  g_array_append_val (self->origins, origin);
}

AciniSlidePyramid *
acini_slide_pyramid_new (AciniSlide *slide)
{
  g_return_val_if_fail (ACINI_IS_SLIDE (slide), NULL);
  AciniSlidePyramid *self = g_new0 (AciniSlidePyramid, 1);
  self->slide = g_object_ref (slide);
  self->levels = g_array_new (FALSE, FALSE, sizeof (AciniTileLevel));
  self->origins = g_array_new (FALSE, FALSE, sizeof (Origin));

  int n = acini_slide_get_n_levels (slide);
  for (int i = 0; i < n; i++)
    {
      const AciniSlideLevel *level = acini_slide_get_level (slide, i);
      const AciniSlideLevel *next = i + 1 < n ? acini_slide_get_level (slide, i + 1) : NULL;
      add_level (self, i, 1);
      for (int factor = 2; factor < 1 << 12; factor *= 2)
        {
          gint64 across = (gint64)factor * tile_size (level->tile_width),
                 down = (gint64)factor * tile_size (level->tile_height);
          gboolean done = next ? next->downsample / (level->downsample * factor) < WIDEST_STEP / 2
                               : MAX (level->width, level->height) <= (gint64)COARSEST * factor / 2;
          if (done || across * down > MOST_PIXELS)
            break;
          add_level (self, i, factor);
        }
    }
  return self;
}

void
acini_slide_pyramid_free (AciniSlidePyramid *self)
{
  g_return_if_fail (self != NULL);
  g_object_unref (self->slide);
  g_array_unref (self->levels);
  g_array_unref (self->origins);
  g_free (self);
}

AciniSlide *
acini_slide_pyramid_get_slide (AciniSlidePyramid *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->slide;
}

const AciniTileLevel *
acini_slide_pyramid_get_levels (AciniSlidePyramid *self, int *n_levels)
{
  g_return_val_if_fail (self != NULL && n_levels != NULL, NULL);
  *n_levels = (int)self->levels->len;
  return (const AciniTileLevel *)(gpointer)self->levels->data;
}

/* Averages @factor × @factor pixels of @from (@width × @height) into one of @to (row stride @to_width); what is left
 * over at the right and at the bottom is averaged as it is. */
static void
box_reduce (const guint32 *from, int width, int height, int factor, guint32 *to, int to_width)
{
  int to_height = (height + factor - 1) / factor;
  for (int y = 0; y < to_height; y++)
    for (int x = 0; x < to_width; x++)
      {
        int x1 = MIN ((x + 1) * factor, width), y1 = MIN ((y + 1) * factor, height);
        guint64 even = 0, odd = 0; /* two channels each, 32 bits apart: enough for 4096 × 4096 pixels */
        for (int v = y * factor; v < y1; v++)
          for (int u = x * factor; u < x1; u++)
            {
              guint32 p = from[(gsize)v * width + u];
              even += (guint64)(p & 0xff) | (guint64)(p & 0xff0000) << 16;
              odd += (guint64)(p >> 8 & 0xff) | (guint64)(p >> 24) << 32;
            }
        guint32 n = (guint32)(x1 - x * factor) * (guint32)(y1 - y * factor), half = n / 2;
        to[(gsize)y * to_width + x] = ((guint32)even + half) / n | ((guint32)odd + half) / n << 8
                                      | ((guint32)(even >> 32) + half) / n << 16
                                      | ((guint32)(odd >> 32) + half) / n << 24;
      }
}

/* Fills @pixels, @width × @height from the pixel (@left, @top) of @level. */
static gboolean
read_pixels (AciniSlidePyramid *self, int level, gint64 left, gint64 top, int width, int height, guint32 *pixels,
             GCancellable *cancellable, GError **error)
{
  const AciniTileLevel *l = &g_array_index (self->levels, AciniTileLevel, level);
  const Origin *origin = &g_array_index (self->origins, Origin, level);
  const AciniSlideLevel *native = acini_slide_get_level (self->slide, origin->native);
  int f = origin->factor;
  int from_width = (int)MIN ((gint64)width * f, native->width - left * f);
  int strip = f == 1 ? height : (int)CLAMP (STRIP_PIXELS / ((gint64)from_width * f), 1, height);
  g_autofree guint32 *from = f == 1 ? NULL : g_try_malloc_n ((gsize)from_width * strip * f, sizeof (guint32));
  if (!pixels || (f > 1 && !from))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "There is not enough memory to read the slide.");
      return FALSE;
    }

  gint64 x = llround ((double)left * l->downsample);
  for (int y = 0; y < height; y += strip)
    {
      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return FALSE;
      int rows = MIN (strip, height - y);
      gint64 from_top = (top + y) * f;
      int from_height = (int)MIN ((gint64)rows * f, native->height - from_top);
      if (!acini_slide_read (self->slide, origin->native, x, llround ((double)from_top * native->downsample),
                             from_width, from_height, f == 1 ? pixels : from, error))
        return FALSE;
      if (f > 1)
        box_reduce (from, from_width, from_height, f, pixels + (gsize)y * width, width);
    }
  return TRUE;
}

GBytes *
acini_slide_pyramid_read (AciniSlidePyramid *self, int level, gint64 column, gint64 row, int *width, int *height,
                          GCancellable *cancellable, GError **error)
{
  g_return_val_if_fail (self != NULL && level >= 0 && level < (int)self->levels->len, NULL);
  const AciniTileLevel *l = &g_array_index (self->levels, AciniTileLevel, level);
  gint64 left = column * l->tile_width, top = row * l->tile_height;
  g_return_val_if_fail (left >= 0 && top >= 0 && left < l->width && top < l->height, NULL);

  *width = (int)MIN (l->tile_width, l->width - left);
  *height = (int)MIN (l->tile_height, l->height - top);
  gsize size = (gsize)*width * (gsize)*height * sizeof (guint32);
  guint32 *pixels = acini_tile_pixels_new (size);
  if (!read_pixels (self, level, left, top, *width, *height, pixels, cancellable, error))
    {
      acini_tile_pixels_free (pixels, size);
      return NULL;
    }
  acini_slide_to_srgb (self->slide, pixels, (gsize)*width * (gsize)*height);
  return acini_tile_pixels_to_bytes (pixels, size);
}
