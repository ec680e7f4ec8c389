/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-tissue-layer.h"
#include "ui/view/layers/acini-display-grid.h"

struct _AciniTissueLayer
{
  AciniLayer parent_instance;
  AciniTileGrid *grid;       /* as scanned */
  AciniDisplayGrid *display; /* NULL while the slide is shown as it is */
  double width, height;
};

G_DEFINE_FINAL_TYPE (AciniTissueLayer, acini_tissue_layer, ACINI_TYPE_LAYER)

static void
append_hatching (GtkSnapshot *snapshot, const graphene_rect_t *rect)
{
  const GskColorStop stops[] = {
    { 0.f, { 0.93f, 0.93f, 0.93f, 1.f } },
    { .5f, { 0.93f, 0.93f, 0.93f, 1.f } },
    { .5f, { 0.80f, 0.80f, 0.80f, 1.f } },
    { 1.f, { 0.80f, 0.80f, 0.80f, 1.f } },
  };
  graphene_point_t start = rect->origin, end = { rect->origin.x + 12, rect->origin.y + 12 };
  gtk_snapshot_append_repeating_linear_gradient (snapshot, rect, &start, &end, stops, G_N_ELEMENTS (stops));
}

static void
draw_tile (GtkSnapshot *snapshot, const AciniTileDraw *draw, gpointer user_data)
{
  if (!draw->tile)
    {
      append_hatching (snapshot, &draw->rect);
      return;
    }
  /* Above 1:1 a pixel is a square; below, neighbouring levels are a factor of 2 apart, so that two pixels per axis are
   * all there is to average, but for a level that was too costly to make.  What stands in for some frames is not worth
   * the time: cairo takes four times as long for the third filter. */
  const int *level = user_data;
  GskScalingFilter filter = draw->scale > 1.02                              ? GSK_SCALING_FILTER_NEAREST
                            : draw->scale > .45 || draw->key.level < *level ? GSK_SCALING_FILTER_LINEAR
                                                                            : GSK_SCALING_FILTER_TRILINEAR;
  gtk_snapshot_append_scaled_texture (snapshot, GDK_TEXTURE (draw->tile), filter, &draw->rect);
}

/* Whose tiles are wanted. */
static AciniTileGrid *
get_wanted (AciniTissueLayer *self)
{
  return self->display ? acini_display_grid_get_grid (self->display) : self->grid;
}

/* Whose tiles are drawn: no blank while the other ones are being computed. */
static AciniTileGrid *
get_drawn (AciniTissueLayer *self)
{
  return self->display && acini_display_grid_is_ready (self->display) ? acini_display_grid_get_grid (self->display)
                                                                      : self->grid;
}

static void
acini_tissue_layer_update (AciniLayer *layer, const AciniViewport *viewport)
{
  AciniTissueLayer *self = ACINI_TISSUE_LAYER (layer);
  if (self->display)
    acini_display_grid_update (self->display, viewport);
  if (get_drawn (self) == self->grid)
    acini_tile_grid_update (self->grid, viewport, NULL, NULL);
}

static void
acini_tissue_layer_snapshot (AciniLayer *layer, GtkSnapshot *snapshot, const AciniViewport *viewport)
{
  AciniTissueLayer *self = ACINI_TISSUE_LAYER (layer);
  const GdkRGBA white = { 1, 1, 1, 1 };
  graphene_rect_t screen, glass;
  double x0, y0, x1, y1;
  acini_viewport_get_area (viewport, &x0, &y0, &x1, &y1);
  acini_viewport_snap_rect (viewport, x0, y0, x1, y1, &screen);
  acini_viewport_snap_rect (viewport, 0, 0, self->width, self->height, &glass);
  if (!graphene_rect_intersection (&glass, &screen, &glass))
    return;
  gtk_snapshot_append_color (snapshot, &white, &glass);
  int level = acini_tile_grid_get_level (get_drawn (self), viewport);
  acini_tile_grid_snapshot (get_drawn (self), snapshot, viewport, draw_tile, &level);
}

static void
acini_tissue_layer_damage (AciniLayer *layer, double x0, double y0, double x1, double y1)
{
  AciniTissueLayer *self = ACINI_TISSUE_LAYER (layer);
  acini_tile_grid_invalidate (self->grid, x0, y0, x1, y1);
  if (self->display)
    acini_tile_grid_invalidate (acini_display_grid_get_grid (self->display), x0, y0, x1, y1);
}

static void
acini_tissue_layer_want (AciniLayer *layer, const AciniViewport *viewport, int rank, GArray *requests)
{
  acini_tile_grid_want (get_wanted (ACINI_TISSUE_LAYER (layer)), viewport, rank, requests);
}

static gboolean
acini_tissue_layer_arrived (AciniLayer *layer, const AciniTileArrival *arrival)
{
  AciniTissueLayer *self = ACINI_TISSUE_LAYER (layer);
  return acini_tile_grid_arrived (self->grid, arrival)
         || (self->display && acini_tile_grid_arrived (acini_display_grid_get_grid (self->display), arrival));
}

static gboolean
acini_tissue_layer_is_sharp (AciniLayer *layer, const AciniViewport *viewport)
{
  return acini_tile_grid_is_sharp (get_wanted (ACINI_TISSUE_LAYER (layer)), viewport);
}

static void
acini_tissue_layer_finalize (GObject *object)
{
  AciniTissueLayer *self = ACINI_TISSUE_LAYER (object);
  g_clear_pointer (&self->display, acini_display_grid_free);
  g_clear_pointer (&self->grid, acini_tile_grid_free);
  G_OBJECT_CLASS (acini_tissue_layer_parent_class)->finalize (object);
}

static void
acini_tissue_layer_class_init (AciniTissueLayerClass *klass)
{
  AciniLayerClass *layer_class = ACINI_LAYER_CLASS (klass);
  G_OBJECT_CLASS (klass)->finalize = acini_tissue_layer_finalize;
  layer_class->update = acini_tissue_layer_update;
  layer_class->snapshot = acini_tissue_layer_snapshot;
  layer_class->damage = acini_tissue_layer_damage;
  layer_class->want = acini_tissue_layer_want;
  layer_class->arrived = acini_tissue_layer_arrived;
  layer_class->is_sharp = acini_tissue_layer_is_sharp;
}

static void
acini_tissue_layer_init (AciniTissueLayer *self)
{
}

AciniTissueLayer *
acini_tissue_layer_new (AciniTileGrid *grid, double width, double height)
{
  g_return_val_if_fail (grid != NULL, NULL);
  AciniTissueLayer *self = g_object_new (ACINI_TYPE_TISSUE_LAYER, NULL);
  self->grid = grid;
  self->width = width;
  self->height = height;
  return self;
}

void
acini_tissue_layer_set_display (AciniTissueLayer *self, AciniTileCache *cache, AciniSlide *slide,
                                const AciniDisplay *display)
{
  g_return_if_fail (ACINI_IS_TISSUE_LAYER (self) && cache != NULL && ACINI_IS_SLIDE (slide) && display != NULL);
  if (acini_display_is_plain (display))
    g_clear_pointer (&self->display, acini_display_grid_free);
  else if (self->display)
    acini_display_grid_set (self->display, display);
  else
    self->display = acini_display_grid_new (cache, slide, display);
  acini_layer_damaged (ACINI_LAYER (self));
}

gboolean
acini_tissue_layer_is_plain (AciniTissueLayer *self)
{
  g_return_val_if_fail (ACINI_IS_TISSUE_LAYER (self), TRUE);
  return self->display == NULL;
}

gboolean
acini_tissue_layer_has_failed (AciniTissueLayer *self)
{
  g_return_val_if_fail (ACINI_IS_TISSUE_LAYER (self), FALSE);
  return acini_tile_grid_has_failed (get_wanted (self));
}

int
acini_tissue_layer_get_level (AciniTissueLayer *self, const AciniViewport *viewport)
{
  g_return_val_if_fail (ACINI_IS_TISSUE_LAYER (self) && viewport != NULL, 0);
  return acini_tile_grid_get_level (self->grid, viewport);
}
