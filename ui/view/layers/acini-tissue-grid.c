/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-tissue-grid.h"

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
acini_tissue_grid_get_layer (AciniTileCache *cache, AciniSlide *slide)
{
  g_autofree char *name = g_strconcat ("slide:", acini_slide_get_path (slide), NULL);
  return acini_tile_cache_get_layer (cache, name);
}

AciniTileGrid *
acini_tissue_grid_new (AciniTileCache *cache, AciniSlidePyramid *pyramid, gboolean keep)
{
  int n_levels;
  const AciniTileLevel *levels = acini_slide_pyramid_get_levels (pyramid, &n_levels);
  guint64 layer = acini_tissue_grid_get_layer (cache, acini_slide_pyramid_get_slide (pyramid));
  g_autoptr (AciniTileSource) source
      = acini_tile_source_new (&funcs, pyramid, (GDestroyNotify)acini_slide_pyramid_free);
  const AciniTileGridOptions options = { .keep = keep };
  return acini_tile_grid_new (cache, source, layer, levels, n_levels, &options);
}
