/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-mask-source.h"
#include "data/cache/acini-tile-pixels.h"
#include "ui/view/layers/acini-mask-kernels.h"

#include <math.h>

#define TILE 512
/* Levels finer than level 0, for lines that stay thin at 40 screen pixels per level-0 pixel. */
#define FINER 5

struct _AciniMaskSource
{
  AciniProject *project;       /* (nullable): no labels */
  AciniPrediction *prediction; /* (nullable) */
  gint64 slide, width, height;
  AciniTileLevel *levels;
  int n_levels;
  GMutex mutex;
  AciniMaskPalette *palette;
};

AciniMaskSource *
acini_mask_source_new (AciniProject *project, gint64 slide, gint64 width, gint64 height, AciniPrediction *prediction)
{
  AciniMaskSource *self = g_new0 (AciniMaskSource, 1);
  self->project = project ? g_object_ref (project) : NULL;
  self->prediction = prediction ? g_object_ref (prediction) : NULL;
  self->slide = slide;
  self->width = width;
  self->height = height;
  self->n_levels = FINER + MAX (1, acini_labels_get_n_levels (width, height));
  self->levels = g_new0 (AciniTileLevel, self->n_levels);
  for (int i = 0; i < self->n_levels; i++)
    {
      double downsample = ldexp (1, i - FINER);
      self->levels[i] = (AciniTileLevel){
        .downsample = downsample,
        .width = (gint64)ceil ((double)width / downsample),
        .height = (gint64)ceil ((double)height / downsample),
        .tile_width = TILE,
        .tile_height = TILE,
      };
    }
  g_mutex_init (&self->mutex);
  return self;
}

void
acini_mask_source_free (gpointer data)
{
  AciniMaskSource *self = data;
  g_clear_object (&self->project);
  g_clear_object (&self->prediction);
  g_clear_pointer (&self->palette, acini_mask_palette_unref);
  g_mutex_clear (&self->mutex);
  g_free (self->levels);
  g_free (self);
}

const AciniTileLevel *
acini_mask_source_get_levels (AciniMaskSource *self, int *n_levels)
{
  g_return_val_if_fail (self != NULL && n_levels != NULL, NULL);
  *n_levels = self->n_levels;
  return self->levels;
}

void
acini_mask_source_set_palette (AciniMaskSource *self, AciniMaskPalette *palette)
{
  g_return_if_fail (self != NULL && palette != NULL);
  g_mutex_lock (&self->mutex);
  AciniMaskPalette *before = self->palette;
  self->palette = acini_mask_palette_ref (palette);
  g_mutex_unlock (&self->mutex);
  g_clear_pointer (&before, acini_mask_palette_unref);
}

static AciniMaskPalette *
dup_palette (AciniMaskSource *self)
{
  g_mutex_lock (&self->mutex);
  AciniMaskPalette *palette = acini_mask_palette_ref (self->palette);
  g_mutex_unlock (&self->mutex);
  return palette;
}

/* The rectangle of a tile's pixels and what it needs around them. */
typedef struct
{
  double x, y; /* level-0 position of the first pixel's corner */
  double downsample;
  int width, height;
} Region;

/* Sets @codes to the labels of @r (0 where nothing is labelled).  *@any: whether anything is. */
static gboolean
read_labels (AciniMaskSource *self, const Region *r, guint16 *codes, gboolean *any, GError **error)
{
  int level = 0, most = acini_labels_get_n_levels (self->width, self->height) - 1;
  while (level < most && (double)((gint64)2 << level) <= r->downsample * 1.001)
    level++;
  double pixel = (double)((gint64)1 << level), step = r->downsample / pixel;
  double left = r->x / pixel, top = r->y / pixel;
  gint64 x = (gint64)floor (left), y = (gint64)floor (top);
  int width = (int)((gint64)ceil (left + r->width * step) - x);
  int height = (int)((gint64)ceil (top + r->height * step) - y);
  gsize n = (gsize)width * (gsize)height;
  g_autofree guint8 *labels = g_malloc (n);
  if (!acini_labels_read (self->project, self->slide, level, x, y, width, height, labels, error))
    return FALSE;

  memset (codes, 0, (gsize)r->width * (gsize)r->height * sizeof *codes);
  *any = labels[0] != 0 || (n > 1 && memcmp (labels, labels + 1, n - 1) != 0);
  if (!*any)
    return TRUE;
  g_autofree int *columns = g_new (int, r->width);
  for (int u = 0; u < r->width; u++)
    columns[u] = CLAMP ((int)((gint64)floor (left + (u + .5) * step) - x), 0, width - 1);
  for (int v = 0; v < r->height; v++)
    {
      const guint8 *row = labels + (gsize)CLAMP ((gint64)floor (top + (v + .5) * step) - y, 0, height - 1) * width;
      guint16 *to = codes + (gsize)v * (gsize)r->width;
      for (int u = 0; u < r->width; u++)
        to[u] = row[columns[u]];
    }
  return TRUE;
}

/* The level of the prediction whose pixels are nearest to @downsample: the pyramid keeps the greatest probability, so
 * that what is small is still there from afar. */
static int
choose_level (AciniPrediction *prediction, double downsample)
{
  int most = acini_prediction_get_n_levels (prediction) - 1;
  double ratio = downsample / acini_prediction_get_info (prediction)->downsample;
  return (int)CLAMP (floor (log2 (MAX (ratio, 1e-9)) + .5), 0, MAX (most, 0));
}

/* Where the middles of a row of @n pixels lie between those of @width others. */
static void
find_columns (double left, double step, gint64 x, int width, int n, int *columns, int *fractions)
{
  for (int u = 0; u < n; u++)
    {
      double at = left + u * step - (double)x;
      columns[u] = CLAMP ((int)at, 0, width - 2);
      fractions[u] = (int)CLAMP (lround (256 * (at - columns[u])), 0, 256);
    }
}

/* Interpolates @plane of the prediction bilinearly at the middle of each pixel of @r and takes it into @codes where
 * nobody has labelled the pixel and no other plane is more probable. */
static gboolean
read_plane (AciniMaskSource *self, const Region *r, int plane, guint16 *codes, gboolean *any, GError **error)
{
  int level = choose_level (self->prediction, r->downsample);
  double pixel = ldexp (acini_prediction_get_info (self->prediction)->downsample, level), step = r->downsample / pixel;
  double left = r->x / pixel - .5 + .5 * step, top = r->y / pixel - .5 + .5 * step; /* in pixel middles */
  gint64 x = (gint64)floor (left), y = (gint64)floor (top);
  int width = (int)((gint64)floor (left + r->width * step) - x) + 2;
  int height = (int)((gint64)floor (top + r->height * step) - y) + 2;
  gsize n = (gsize)width * (gsize)height;
  g_autofree guint8 *p = g_malloc (n);
  if (!acini_prediction_read (self->prediction, plane, level, x, y, width, height, p, NULL, error))
    return FALSE;
  if (p[0] == 0 && memcmp (p, p + 1, n - 1) == 0)
    return TRUE;

  *any = TRUE;
  guint16 base = (guint16)(256 * (1 + plane));
  g_autofree int *columns = g_new (int, r->width), *fractions = g_new (int, r->width);
  g_autofree guint8 *row = g_malloc ((gsize)r->width);
  find_columns (left, step, x, width, r->width, columns, fractions);
  for (int v = 0; v < r->height; v++)
    {
      double at = top + v * step - (double)y;
      int upper = CLAMP ((int)at, 0, height - 2);
      int down = (int)CLAMP (lround (256 * (at - upper)), 0, 256);
      const guint8 *above = p + (gsize)upper * (gsize)width;
      guint16 *to = codes + (gsize)v * (gsize)r->width;
      acini_mask_interpolate (above, above + width, down, columns, fractions, r->width, row);
      for (int u = 0; u < r->width; u++)
        if (row[u] > 0 && (to[u] == 0 || (to[u] >= 256 && row[u] > (to[u] & 255))))
          to[u] = (guint16)(base + row[u]);
    }
  return TRUE;
}

/* Fills @codes.  *@any: whether any is not 0. */
static gboolean
read_codes (AciniMaskSource *self, const Region *r, guint16 *codes, gboolean *any, GCancellable *cancellable,
            GError **error)
{
  gboolean labelled = FALSE, predicted = FALSE;
  if (!self->project)
    memset (codes, 0, (gsize)r->width * (gsize)r->height * sizeof *codes);
  else if (!read_labels (self, r, codes, &labelled, error))
    return FALSE;
  int n_planes = self->prediction ? acini_prediction_get_info (self->prediction)->n_classes : 0;
  for (int plane = 0; plane < n_planes; plane++)
    if (g_cancellable_set_error_if_cancelled (cancellable, error)
        || !read_plane (self, r, plane, codes, &predicted, error))
      return FALSE;
  *any = labelled || predicted;
  return TRUE;
}

static GBytes *
read_tile (gpointer data, const AciniTileKey *key, int *width, int *height, GCancellable *cancellable, GError **error)
{
  AciniMaskSource *self = data;
  const AciniTileLevel *level = &self->levels[key->level];
  gint64 x = key->column * TILE, y = key->row * TILE;
  gboolean any = FALSE;
  *width = (int)MIN (TILE, level->width - x);
  *height = (int)MIN (TILE, level->height - y);
  Region r = {
    .x = (double)(x - ACINI_MASK_REACH) * level->downsample,
    .y = (double)(y - ACINI_MASK_REACH) * level->downsample,
    .downsample = level->downsample,
    .width = *width + 2 * ACINI_MASK_REACH,
    .height = *height + 2 * ACINI_MASK_REACH,
  };
  gsize size = (gsize)r.width * (gsize)r.height * sizeof (guint16);
  guint16 *codes = acini_tile_pixels_new (size);
  if (!codes)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "There is not enough memory to show the mask.");
      return NULL;
    }
  if (!read_codes (self, &r, codes, &any, cancellable, error) || !any)
    {
      acini_tile_pixels_free (codes, size);
      return NULL;
    }
  return acini_tile_pixels_to_bytes (codes, size);
}

static GObject *
make_tile (gpointer data, const AciniTileKey *key, GBytes *pixels, int width, int height, gsize *bytes)
{
  g_autoptr (AciniMaskPalette) palette = dup_palette (data);
  AciniMaskTile *tile = acini_mask_tile_new (pixels, width, height);
  acini_mask_tile_render (tile, palette, NULL);
  *bytes = acini_mask_tile_get_bytes (tile);
  return G_OBJECT (tile);
}

const AciniTileSourceFuncs acini_mask_source_funcs = { read_tile, make_tile };
