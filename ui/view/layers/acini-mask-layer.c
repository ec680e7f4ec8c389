/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-mask-layer.h"
#include "ui/view/layers/acini-mask-source.h"

#include <math.h>

struct _AciniMaskLayer
{
  AciniLayer parent_instance;
  AciniTileGrid *grid;
  AciniMaskSource *data; /* of the grid's source */
  AciniTileSource *source;
  guint n_planes;
  AciniMaskPalette *palette;
  GPtrArray *strokes; /* AciniStroke, oldest first … */
  guint n_written;    /* … of which so many are in the labels */
  GHashTable *blanks; /* AciniTileKey → AciniMaskTile: strokes on what is empty, or not read yet */
};

G_DEFINE_FINAL_TYPE (AciniMaskLayer, acini_mask_layer, ACINI_TYPE_LAYER)

typedef struct
{
  AciniMaskLayer *layer;
  double x0, y0, x1, y1; /* the level-0 pixels on screen */
  GArray *stale;         /* AciniMaskWork: what has to be coloured */
} Drawing;

/* The strokes that touch the tile, but for those that it was read with: (transfer container). */
static GPtrArray *
find_strokes (const Drawing *d, const AciniTileDraw *draw)
{
  double reach = (ACINI_MASK_REACH + 1) * draw->downsample;
  GPtrArray *touching = g_ptr_array_new ();
  for (guint i = draw->current ? d->layer->n_written : 0; i < d->layer->strokes->len; i++)
    {
      AciniStroke *stroke = g_ptr_array_index (d->layer->strokes, i);
      double x0, y0, x1, y1;
      acini_stroke_get_bounds (stroke, &x0, &y0, &x1, &y1);
      if (x1 > draw->x - reach && x0 < draw->x + draw->width * draw->downsample + reach && y1 > draw->y - reach
          && y0 < draw->y + draw->height * draw->downsample + reach)
        g_ptr_array_add (touching, stroke);
    }
  return touching;
}

static AciniMaskTile *
get_blank (AciniMaskLayer *self, const AciniTileDraw *draw)
{
  AciniMaskTile *tile = g_hash_table_lookup (self->blanks, &draw->key);
  if (!tile)
    {
      tile = acini_mask_tile_new (NULL, draw->width, draw->height, draw->downsample);
      g_hash_table_insert (self->blanks, g_memdup2 (&draw->key, sizeof draw->key), tile);
    }
  return tile;
}

/* The tile to draw, with its strokes; NULL: nothing. */
static AciniMaskTile *
prepare_tile (const Drawing *d, const AciniTileDraw *draw)
{
  g_autoptr (GPtrArray) strokes = find_strokes (d, draw);
  if (!draw->tile && strokes->len == 0)
    {
      g_hash_table_remove (d->layer->blanks, &draw->key);
      return NULL;
    }
  AciniMaskTile *tile = draw->tile ? ACINI_MASK_TILE (draw->tile) : get_blank (d->layer, draw);
  acini_mask_tile_set_strokes (tile, draw->x, draw->y, draw->downsample, (AciniStroke *const *)strokes->pdata,
                               strokes->len);
  return tile;
}

/* The pixels of the tile that are on screen, in steps so that a little movement changes nothing. */
static AciniMaskPart
find_part (const Drawing *d, const AciniTileDraw *draw)
{
  const int step = 32;
  double margin = 2 + 2 / draw->scale; /* what is drawn is snapped to the screen's pixels, and interpolated */
  AciniMaskPart part = {
    .x0 = (int)CLAMP (floor ((d->x0 - draw->x) / draw->downsample - margin), 0, draw->width) / step * step,
    .y0 = (int)CLAMP (floor ((d->y0 - draw->y) / draw->downsample - margin), 0, draw->height) / step * step,
    .x1 = (int)CLAMP (ceil ((d->x1 - draw->x) / draw->downsample + margin), 0, draw->width) + step - 1,
    .y1 = (int)CLAMP (ceil ((d->y1 - draw->y) / draw->downsample + margin), 0, draw->height) + step - 1,
  };
  part.x1 = MIN (part.x1 / step * step, draw->width);
  part.y1 = MIN (part.y1 / step * step, draw->height);
  return part;
}

static void
collect_tile (GtkSnapshot *snapshot, const AciniTileDraw *draw, gpointer user_data)
{
  const Drawing *d = user_data;
  AciniMaskWork work = { .tile = prepare_tile (d, draw), .part = find_part (d, draw) };
  for (guint i = 0; work.tile && i < d->stale->len; i++)
    if (g_array_index (d->stale, AciniMaskWork, i).tile == work.tile)
      return;
  if (work.tile && acini_mask_tile_is_stale (work.tile, d->layer->palette, &work.part))
    g_array_append_val (d->stale, work);
}

static void
acini_mask_layer_update (AciniLayer *layer, const AciniViewport *viewport)
{
  AciniMaskLayer *self = ACINI_MASK_LAYER (layer);
  g_autoptr (GArray) stale = g_array_new (FALSE, FALSE, sizeof (AciniMaskWork));
  Drawing drawing = { .layer = self, .stale = stale };
  acini_viewport_get_area (viewport, &drawing.x0, &drawing.y0, &drawing.x1, &drawing.y1);
  if (self->strokes->len == 0)
    g_hash_table_remove_all (self->blanks);
  acini_tile_grid_update (self->grid, viewport, collect_tile, &drawing);
  acini_mask_tiles_render ((const AciniMaskWork *)(gpointer)stale->data, stale->len, self->palette);
}

static void
draw_tile (GtkSnapshot *snapshot, const AciniTileDraw *draw, gpointer user_data)
{
  AciniMaskLayer *self = user_data;
  AciniMaskTile *tile = draw->tile ? ACINI_MASK_TILE (draw->tile) : g_hash_table_lookup (self->blanks, &draw->key);
  AciniMaskPart part;
  GdkTexture *texture = tile ? acini_mask_tile_get_texture (tile, &part) : NULL;
  if (!texture)
    return;
  /* Where the part ends with the tile, it ends where the tile does. */
  const graphene_rect_t *all = &draw->rect;
  float across = all->size.width / (float)draw->width, down = all->size.height / (float)draw->height;
  float left = part.x0 == 0 ? 0 : across * (float)part.x0, top = part.y0 == 0 ? 0 : down * (float)part.y0;
  float right = part.x1 == draw->width ? all->size.width : across * (float)part.x1;
  float bottom = part.y1 == draw->height ? all->size.height : down * (float)part.y1;
  gtk_snapshot_append_scaled_texture (
      snapshot, texture, GSK_SCALING_FILTER_LINEAR,
      &GRAPHENE_RECT_INIT (all->origin.x + left, all->origin.y + top, right - left, bottom - top));
}

static void
acini_mask_layer_snapshot (AciniLayer *layer, GtkSnapshot *snapshot, const AciniViewport *viewport)
{
  AciniMaskLayer *self = ACINI_MASK_LAYER (layer);
  acini_tile_grid_snapshot (self->grid, snapshot, viewport, draw_tile, self);
}

static void
acini_mask_layer_damage (AciniLayer *layer, double x0, double y0, double x1, double y1)
{
  acini_tile_grid_invalidate (ACINI_MASK_LAYER (layer)->grid, x0, y0, x1, y1);
}

static void
acini_mask_layer_want (AciniLayer *layer, const AciniViewport *viewport, int rank, GArray *requests)
{
  acini_tile_grid_want (ACINI_MASK_LAYER (layer)->grid, viewport, rank, requests);
}

static gboolean
acini_mask_layer_arrived (AciniLayer *layer, const AciniTileArrival *arrival)
{
  return acini_tile_grid_arrived (ACINI_MASK_LAYER (layer)->grid, arrival);
}

static gboolean
acini_mask_layer_is_sharp (AciniLayer *layer, const AciniViewport *viewport)
{
  return acini_tile_grid_is_sharp (ACINI_MASK_LAYER (layer)->grid, viewport);
}

static void
acini_mask_layer_finalize (GObject *object)
{
  AciniMaskLayer *self = ACINI_MASK_LAYER (object);
  g_clear_pointer (&self->grid, acini_tile_grid_free);
  g_clear_pointer (&self->source, acini_tile_source_unref);
  g_clear_pointer (&self->palette, acini_mask_palette_unref);
  g_ptr_array_unref (self->strokes);
  g_hash_table_unref (self->blanks);
  G_OBJECT_CLASS (acini_mask_layer_parent_class)->finalize (object);
}

static void
acini_mask_layer_class_init (AciniMaskLayerClass *klass)
{
  AciniLayerClass *layer_class = ACINI_LAYER_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = acini_mask_layer_finalize;
  layer_class->update = acini_mask_layer_update;
  layer_class->snapshot = acini_mask_layer_snapshot;
  layer_class->damage = acini_mask_layer_damage;
  layer_class->want = acini_mask_layer_want;
  layer_class->arrived = acini_mask_layer_arrived;
  layer_class->is_sharp = acini_mask_layer_is_sharp;
}

static void
acini_mask_layer_init (AciniMaskLayer *self)
{
  self->strokes = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_stroke_unref);
  self->blanks = g_hash_table_new_full (acini_tile_key_hash, acini_tile_key_equal, g_free, g_object_unref);
}

AciniMaskLayer *
acini_mask_layer_new (AciniTileCache *cache, AciniProject *project, gint64 slide, gint64 width, gint64 height,
                      AciniPrediction *prediction, const AciniMaskLook *look)
{
  int n_levels;
  AciniMaskLayer *self = g_object_new (ACINI_TYPE_MASK_LAYER, NULL);
  self->n_planes = prediction ? (guint)acini_prediction_get_info (prediction)->n_classes : 0;
  self->palette = acini_mask_palette_new (look, self->n_planes);
  self->data = acini_mask_source_new (project, slide, width, height, prediction);
  acini_mask_source_set_palette (self->data, self->palette);
  const AciniTileLevel *levels = acini_mask_source_get_levels (self->data, &n_levels);
  self->source = acini_tile_source_new (&acini_mask_source_funcs, self->data, acini_mask_source_free);
  const AciniTileGridOptions options = {
    .reach = ACINI_MASK_REACH + 2,
    .coarseness = G_SQRT2,
    .draw_all = TRUE,
  };
  self->grid
      = acini_tile_grid_new (cache, self->source, acini_tile_cache_get_layer (cache, NULL), levels, n_levels, &options);
  acini_layer_set_visible (ACINI_LAYER (self), (look->fill && look->opacity > 0) || look->outlines);
  return self;
}

void
acini_mask_layer_set_look (AciniMaskLayer *self, const AciniMaskLook *look)
{
  g_return_if_fail (self != NULL && look != NULL);
  acini_mask_palette_unref (self->palette);
  self->palette = acini_mask_palette_new (look, self->n_planes);
  acini_mask_source_set_palette (self->data, self->palette);
  acini_layer_set_visible (ACINI_LAYER (self), (look->fill && look->opacity > 0) || look->outlines);
  acini_layer_damaged (ACINI_LAYER (self));
}

void
acini_mask_layer_set_strokes (AciniMaskLayer *self, AciniStroke *const *strokes, guint n_strokes, guint n_written)
{
  g_return_if_fail (ACINI_IS_MASK_LAYER (self) && (strokes != NULL || n_strokes == 0) && n_written <= n_strokes);
  self->n_written = n_written;
  g_autoptr (GPtrArray) before = self->strokes;
  self->strokes = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_stroke_unref);
  for (guint i = 0; i < n_strokes; i++)
    g_ptr_array_add (self->strokes, acini_stroke_ref (strokes[i]));
  acini_layer_damaged (ACINI_LAYER (self));
}
