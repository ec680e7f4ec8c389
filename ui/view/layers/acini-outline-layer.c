/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-outline-layer.h"
#include "ui/view/acini-class-colours.h"

#include <math.h>

#define TILE 512
#define APRON 1
/* Pixels of a line's width: a tile's pixel is half a device pixel to one. */
#define LINE 4
#define REACH (APRON + LINE)
/* Levels finer than level 0, for lines that stay thin at 40 screen pixels per level-0 pixel. */
#define FINER 5
#define PREDICTED 0x80

typedef struct
{
  AciniProject *project;
  AciniPrediction *prediction; /* (nullable) */
  gint64 slide, width, height;
  int threshold; /* atomic; 0 … 65535 for 0 … 1 */
} Source;

struct _AciniOutlineLayer
{
  AciniTileGrid *grid;
  AciniTileSource *source;
};

static void
source_free (gpointer data)
{
  Source *source = data;
  g_object_unref (source->project);
  g_clear_object (&source->prediction);
  g_free (source);
}

/* The rectangle of outline pixels of a tile and what it needs around it. */
typedef struct
{
  double x, y; /* level-0 position of the first pixel's corner */
  double downsample;
  int width, height;
} Region;

/* Sets @mask to the labels of @region (0 where nothing is labelled).  *@any: whether anything is. */
static gboolean
read_labels (Source *source, const Region *r, guint8 *mask, gboolean *any, GError **error)
{
  int level = 0, most = acini_labels_get_n_levels (source->width, source->height) - 1;
  while (level < most && (double) ((gint64) 2 << level) <= r->downsample * 1.001)
    level++;
  double pixel = (double) ((gint64) 1 << level), step = r->downsample / pixel;
  double left = r->x / pixel, top = r->y / pixel;
  gint64 x = (gint64) floor (left), y = (gint64) floor (top);
  int width = (int) ((gint64) ceil (left + r->width * step) - x);
  int height = (int) ((gint64) ceil (top + r->height * step) - y);
  g_autofree guint8 *labels = g_malloc ((gsize) width * height);
  if (!acini_labels_read (source->project, source->slide, level, x, y, width, height, labels, error))
    return FALSE;

  *any = FALSE;
  for (int v = 0; v < r->height; v++)
    {
      const guint8 *row = labels + (gsize) CLAMP ((gint64) floor (top + (v + .5) * step) - y, 0, height - 1) * width;
      for (int u = 0; u < r->width; u++)
        {
          guint8 label = row[CLAMP ((gint64) floor (left + (u + .5) * step) - x, 0, width - 1)];
          mask[(gsize) v * r->width + u] = label;
          *any |= label != ACINI_LABEL_UNLABELLED;
        }
    }
  return TRUE;
}

/* Interpolates @plane of the prediction bilinearly at the middle of each pixel of @region and takes it into @best where
 * it is the greatest so far and nobody has labelled the pixel. */
static gboolean
read_plane (Source *source, const Region *r, int plane, double threshold, float *best, guint8 *mask, gboolean *any,
            GError **error)
{
  const AciniPredictionInfo *info = acini_prediction_get_info (source->prediction);
  int level = 0, most = acini_prediction_get_n_levels (source->prediction) - 1;
  while (level < most && info->downsample * (double) ((gint64) 2 << level) <= r->downsample * 1.001)
    level++;
  double pixel = info->downsample * (double) ((gint64) 1 << level), step = r->downsample / pixel;
  double left = r->x / pixel - .5 + .5 * step, top = r->y / pixel - .5 + .5 * step; /* in pixel middles */
  gint64 x = (gint64) floor (left), y = (gint64) floor (top);
  int width = (int) ((gint64) floor (left + r->width * step) - x) + 2;
  int height = (int) ((gint64) floor (top + r->height * step) - y) + 2;
  gsize n = (gsize) width * height;
  g_autofree guint8 *p = g_malloc (n);
  if (!acini_prediction_read (source->prediction, plane, level, x, y, width, height, p, NULL, error))
    return FALSE;
  guint8 peak = 0;
  for (gsize i = 0; i < n; i++)
    peak = MAX (peak, p[i]);
  if (peak < threshold)
    return TRUE;

  *any = TRUE;
  for (int v = 0; v < r->height; v++)
    {
      double py = top + v * step - (double) y;
      int iy = CLAMP ((int) py, 0, height - 2);
      float fy = (float) (py - iy);
      const guint8 *upper = p + (gsize) iy * width, *lower = upper + width;
      for (int u = 0; u < r->width; u++)
        {
          gsize i = (gsize) v * r->width + u;
          double px = left + u * step - (double) x;
          int ix = CLAMP ((int) px, 0, width - 2);
          float fx = (float) (px - ix);
          float a = upper[ix] + fx * (upper[ix + 1] - upper[ix]), b = lower[ix] + fx * (lower[ix + 1] - lower[ix]);
          float value = a + fy * (b - a);
          gboolean open = mask[i] == ACINI_LABEL_UNLABELLED || (mask[i] & PREDICTED);
          if (open && value >= threshold && value > best[i])
            {
              best[i] = value;
              mask[i] = (guint8) (PREDICTED | (ACINI_LABEL_FIRST_CLASS + plane));
            }
        }
    }
  return TRUE;
}

/* One step inwards: a pixel that has a neighbour of another class becomes 0.  @corners: diagonal ones count too, which
 * in turn with FALSE makes lines about as wide in every direction. */
static void
erode (const guint8 *from, guint8 *to, int width, int height, gboolean corners)
{
  memcpy (to, from, (gsize) width * height);
  for (int y = 1; y + 1 < height; y++)
    {
      const guint8 *m = from + (gsize) y * width, *up = m - width, *down = m + width;
      guint8 *out = to + (gsize) y * width;
      for (int x = 1; x + 1 < width; x++)
        {
          guint8 differ = (guint8) ((m[x - 1] ^ m[x]) | (m[x + 1] ^ m[x]) | (up[x] ^ m[x]) | (down[x] ^ m[x]));
          if (corners)
            differ |= (guint8) ((up[x - 1] ^ m[x]) | (up[x + 1] ^ m[x]) | (down[x - 1] ^ m[x]) | (down[x + 1] ^ m[x]));
          out[x] = differ ? 0 : m[x];
        }
    }
}

/* Keeps of @mask what lies within LINE pixels of an edge of its class. */
static void
keep_edges (guint8 *mask, int width, int height)
{
  gsize n = (gsize) width * height;
  g_autofree guint8 *class = g_malloc (n), *a = g_malloc (n), *b = g_malloc (n);
  for (gsize i = 0; i < n; i++)
    {
      guint8 label = mask[i] & ~PREDICTED;
      class[i] = a[i] = label >= ACINI_LABEL_FIRST_CLASS ? label : 0;
    }
  for (int i = 0; i < LINE; i++)
    {
      erode (a, b, width, height, i % 2 == 1);
      guint8 *swap = a;
      a = b;
      b = swap;
    }
  for (gsize i = 0; i < n; i++)
    mask[i] = class[i] && !a[i] ? mask[i] : 0;
}

static GBytes *
read_tile (gpointer data, const AciniTileKey *key, int *width, int *height, GCancellable *cancellable, GError **error)
{
  Source *source = data;
  double downsample = ldexp (1, key->level - FINER);
  gint64 x = key->column * TILE, y = key->row * TILE;
  Region r = {
    .x = (double) (x - REACH) * downsample,
    .y = (double) (y - REACH) * downsample,
    .downsample = downsample,
    .width = (int) MIN (TILE, (gint64) ceil ((double) source->width / downsample) - x) + 2 * REACH,
    .height = (int) MIN (TILE, (gint64) ceil ((double) source->height / downsample) - y) + 2 * REACH,
  };
  gsize n = (gsize) r.width * r.height;
  g_autofree guint8 *mask = g_malloc (n);
  gboolean labelled = FALSE, predicted = FALSE;
  if (!read_labels (source, &r, mask, &labelled, error))
    return NULL;
  if (source->prediction)
    {
      int n_planes = acini_prediction_get_info (source->prediction)->n_classes;
      double threshold = MAX (g_atomic_int_get (&source->threshold) / 65535. * 255, .5);
      g_autofree float *best = g_new0 (float, n);
      for (int plane = 0; plane < n_planes; plane++)
        if (!read_plane (source, &r, plane, threshold, best, mask, &predicted, error))
          return NULL;
    }
  if (!labelled && !predicted)
    return NULL;

  keep_edges (mask, r.width, r.height);
  *width = r.width - 2 * LINE;
  *height = r.height - 2 * LINE;
  guint8 *inner = g_malloc ((gsize) *width * *height);
  for (int v = 0; v < *height; v++)
    memcpy (inner + (gsize) v * *width, mask + (gsize) (v + LINE) * r.width + LINE, (gsize) *width);
  return g_bytes_new_take (inner, (gsize) *width * *height);
}

static GObject *
make_tile (gpointer data, const AciniTileKey *key, GBytes *pixels, int width, int height, gsize *bytes)
{
  gsize n = 0;
  const guint8 *edges = g_bytes_get_data (pixels, &n);
  guint32 colours[256], any = 0;
  for (guint i = 0; i < 256; i++)
    colours[i] = acini_class_colour_get_pixel ((guint8) (i & ~PREDICTED), (i & PREDICTED) != 0);
  guint32 *line = g_new (guint32, n);
  for (gsize i = 0; i < n; i++)
    any |= line[i] = colours[edges[i]];
  g_autoptr (GBytes) b = g_bytes_new_take (line, n * sizeof *line);
  *bytes = n * sizeof *line;
  if (!any)
    return NULL;
  return G_OBJECT (gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, b, (gsize) width * 4));
}

static const AciniTileSourceFuncs funcs = { read_tile, make_tile };

AciniOutlineLayer *
acini_outline_layer_new (AciniTileCache *cache, AciniProject *project, gint64 slide, gint64 width, gint64 height,
                         AciniPrediction *prediction, double threshold)
{
  int n_levels = FINER + MAX (1, acini_labels_get_n_levels (width, height));
  g_autofree AciniTileLevel *levels = g_new0 (AciniTileLevel, n_levels);
  for (int i = 0; i < n_levels; i++)
    {
      double downsample = ldexp (1, i - FINER);
      levels[i] = (AciniTileLevel) {
        .downsample = downsample,
        .width = (gint64) ceil ((double) width / downsample),
        .height = (gint64) ceil ((double) height / downsample),
        .tile_width = TILE,
        .tile_height = TILE,
      };
    }
  Source *data = g_new0 (Source, 1);
  data->project = g_object_ref (project);
  data->prediction = prediction ? g_object_ref (prediction) : NULL;
  data->slide = slide;
  data->width = width;
  data->height = height;
  data->threshold = (int) lround (CLAMP (threshold, 0, 1) * 65535);

  AciniOutlineLayer *self = g_new0 (AciniOutlineLayer, 1);
  self->source = acini_tile_source_new (&funcs, data, source_free);
  self->grid = acini_tile_grid_new (cache, self->source, acini_tile_cache_get_layer (cache, NULL), levels, n_levels,
                                    APRON, FALSE);
  return self;
}

void
acini_outline_layer_free (AciniOutlineLayer *self)
{
  g_return_if_fail (self != NULL);
  acini_tile_grid_free (self->grid);
  acini_tile_source_unref (self->source);
  g_free (self);
}

AciniTileGrid *
acini_outline_layer_get_grid (AciniOutlineLayer *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->grid;
}

void
acini_outline_layer_set_threshold (AciniOutlineLayer *self, double threshold)
{
  g_return_if_fail (self != NULL);
  Source *source = acini_tile_source_get_data (self->source);
  g_atomic_int_set (&source->threshold, (int) lround (CLAMP (threshold, 0, 1) * 65535));
  acini_tile_grid_invalidate_all (self->grid);
}

static void
draw_tile (GtkSnapshot *snapshot, const AciniTileDraw *draw, gpointer user_data)
{
  if (draw->tile)
    gtk_snapshot_append_scaled_texture (snapshot, GDK_TEXTURE (draw->tile), GSK_SCALING_FILTER_LINEAR, &draw->rect);
}

void
acini_outline_layer_snapshot (AciniOutlineLayer *self, GtkSnapshot *snapshot, const AciniViewport *viewport)
{
  g_return_if_fail (self != NULL);
  acini_tile_grid_snapshot (self->grid, snapshot, viewport, draw_tile, NULL);
}
