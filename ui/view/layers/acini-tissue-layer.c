/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-tissue-layer.h"

static GBytes *
read_tile (gpointer data, const AciniTileKey *key, int *width, int *height, GCancellable *cancellable, GError **error)
{
  return acini_slide_pyramid_read (data, key->level, key->column, key->row, width, height, cancellable, error);
}

static GObject *
make_tile (gpointer data, const AciniTileKey *key, GBytes *pixels, int width, int height, gsize *bytes)
{
  *bytes = g_bytes_get_size (pixels);
  return G_OBJECT (gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, pixels, (gsize)width * 4));
}

static const AciniTileSourceFuncs funcs = { read_tile, make_tile };

guint64
acini_tissue_layer_get_layer (AciniTileCache *cache, AciniSlide *slide)
{
  g_autofree char *name = g_strconcat ("slide:", acini_slide_get_path (slide), NULL);
  return acini_tile_cache_get_layer (cache, name);
}

AciniTileGrid *
acini_tissue_layer_new (AciniTileCache *cache, AciniSlidePyramid *pyramid, gboolean keep)
{
  int n_levels;
  const AciniTileLevel *levels = acini_slide_pyramid_get_levels (pyramid, &n_levels);
  guint64 layer = acini_tissue_layer_get_layer (cache, acini_slide_pyramid_get_slide (pyramid));
  g_autoptr (AciniTileSource) source
      = acini_tile_source_new (&funcs, pyramid, (GDestroyNotify)acini_slide_pyramid_free);
  const AciniTileGridOptions options = { .keep = keep };
  return acini_tile_grid_new (cache, source, layer, levels, n_levels, &options);
}

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

void
acini_tissue_layer_snapshot (AciniTileGrid *grid, GtkSnapshot *snapshot, const AciniViewport *viewport,
                             double slide_width, double slide_height)
{
  const GdkRGBA white = { 1, 1, 1, 1 };
  graphene_rect_t screen, glass;
  double x0, y0, x1, y1;
  acini_viewport_get_area (viewport, &x0, &y0, &x1, &y1);
  acini_viewport_snap_rect (viewport, x0, y0, x1, y1, &screen);
  acini_viewport_snap_rect (viewport, 0, 0, slide_width, slide_height, &glass);
  if (!graphene_rect_intersection (&glass, &screen, &glass))
    return;
  gtk_snapshot_append_color (snapshot, &white, &glass);
  int level = acini_tile_grid_get_level (grid, viewport);
  acini_tile_grid_snapshot (grid, snapshot, viewport, draw_tile, &level);
}
