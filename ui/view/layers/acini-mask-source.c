/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "acini-config.h"

#include "ui/view/layers/acini-mask-source.h"
#include "data/cache/acini-tile-pixels.h"
#include "data/mask/acini-mask.h"
#include "ui/view/layers/acini-label-smoothing.h"

#include <glib/gi18n-lib.h>
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

static void
set_memory_error (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("There is not enough memory to show the mask."));
}

/* The labels at the pixels of @grid; 0 where nothing is labelled. */
static gboolean
read_labels (AciniMaskSource *self, const AciniMaskGrid *grid, guint8 *to, GError **error)
{
  int level = 0, most = acini_labels_get_n_levels (self->width, self->height) - 1;
  while (level < most && (double)((gint64)2 << level) <= grid->step * 1.001)
    level++;
  double pixel = (double)((gint64)1 << level), step = grid->step / pixel;
  /* Smoothing looks at the pixels around. */
  const int margin = step < 1 ? ACINI_LABEL_SMOOTHING_REACH : 0;
  double left = grid->x / pixel, top = grid->y / pixel;
  gint64 x = (gint64)floor (left) - margin, y = (gint64)floor (top) - margin;
  int width = (int)((gint64)ceil (left + grid->width * step) - x) + margin;
  int height = (int)((gint64)ceil (top + grid->height * step) - y) + margin;
  gsize n = (gsize)width * (gsize)height;
  guint8 *labels = acini_tile_pixels_new (n);
  if (!labels)
    {
      set_memory_error (error);
      return FALSE;
    }
  if (!acini_labels_read (self->project, self->slide, level, x, y, width, height, labels, error))
    {
      acini_tile_pixels_free (labels, n);
      return FALSE;
    }

  const AciniLabelGrid coarse = { labels, width, height }, fine = { to, grid->width, grid->height };
  if (n > 1 && memcmp (labels, labels + 1, n - 1) == 0)
    memset (to, labels[0], (gsize)grid->width * (gsize)grid->height);
  else if (step < 1)
    acini_label_smoothing_sample (&coarse, left - (double)x, top - (double)y, step, &fine);
  else
    acini_label_smoothing_pick (&coarse, left - (double)x, top - (double)y, step, &fine);
  acini_tile_pixels_free (labels, n);
  return TRUE;
}

/* Fills the @planes of a tile. */
static gboolean
read_planes (AciniMaskSource *self, const AciniMaskGrid *grid, guint8 *planes, GCancellable *cancellable,
             GError **error)
{
  gsize n = (gsize)grid->width * (gsize)grid->height;
  if (!self->project)
    memset (planes, 0, n);
  else if (!read_labels (self, grid, planes, error))
    return FALSE;
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  return !self->prediction || acini_mask_read_probability (self->prediction, grid, planes + n, NULL, error);
}

static GBytes *
read_tile (gpointer data, const AciniTileKey *key, int *width, int *height, GCancellable *cancellable, GError **error)
{
  AciniMaskSource *self = data;
  const AciniTileLevel *level = &self->levels[key->level];
  gint64 x = key->column * TILE, y = key->row * TILE;
  *width = (int)MIN (TILE, level->width - x);
  *height = (int)MIN (TILE, level->height - y);
  const AciniMaskGrid grid = {
    .x = (double)(x - ACINI_MASK_REACH) * level->downsample,
    .y = (double)(y - ACINI_MASK_REACH) * level->downsample,
    .step = level->downsample,
    .width = *width + 2 * ACINI_MASK_REACH,
    .height = *height + 2 * ACINI_MASK_REACH,
  };
  gsize n_planes = 1 + (self->prediction ? (gsize)acini_prediction_get_info (self->prediction)->n_classes : 0);
  gsize size = n_planes * (gsize)grid.width * (gsize)grid.height;
  guint8 *planes = acini_tile_pixels_new (size);
  if (!planes)
    {
      set_memory_error (error);
      return NULL;
    }
  if (!read_planes (self, &grid, planes, cancellable, error)
      || (planes[0] == 0 && memcmp (planes, planes + 1, size - 1) == 0))
    {
      acini_tile_pixels_free (planes, size);
      return NULL;
    }
  return acini_tile_pixels_to_bytes (planes, size);
}

static GObject *
make_tile (gpointer data, const AciniTileKey *key, GBytes *pixels, int width, int height, gsize *bytes)
{
  g_autoptr (AciniMaskPalette) palette = dup_palette (data);
  AciniMaskSource *self = data;
  AciniMaskTile *tile = acini_mask_tile_new (pixels, width, height, self->levels[key->level].downsample);
  acini_mask_tile_render (tile, palette, NULL);
  *bytes = acini_mask_tile_get_bytes (tile);
  return G_OBJECT (tile);
}

const AciniTileSourceFuncs acini_mask_source_funcs = { read_tile, make_tile };
