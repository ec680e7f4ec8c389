/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-display-grid.h"
#include "ui/view/layers/acini-tissue-grid.h"

#include <gtk/gtk.h>

/* Shared with the workers; the mutex is for the table. */
typedef struct
{
  AciniSlidePyramid *pyramid;
  AciniTileCache *cache;
  guint64 tissue; /* the layer of the slide's own tiles */
  GMutex mutex;
  AciniDisplayTable *table;
} Source;

struct _AciniDisplayGrid
{
  AciniTileSource *source;
  AciniTileGrid *grid;
  gboolean ready; /* it has filled the screen once */
};

static void
source_free (gpointer data)
{
  Source *source = data;
  acini_slide_pyramid_free (source->pyramid);
  acini_tile_cache_unref (source->cache);
  acini_display_table_unref (source->table);
  g_mutex_clear (&source->mutex);
  g_free (source);
}

static AciniDisplayTable *
ref_table (Source *source)
{
  g_mutex_lock (&source->mutex);
  AciniDisplayTable *table = acini_display_table_ref (source->table);
  g_mutex_unlock (&source->mutex);
  return table;
}

/* The slide's own tile: from the cache, else from the file and into the cache, so that while a slider moves each tile
 * is decoded once.  Returns: pixels of its own. */
static guint32 *
read_tissue (Source *source, const AciniTileKey *key, int *width, int *height, GCancellable *cancellable,
             GError **error)
{
  AciniTileKey own = { .layer = source->tissue, .level = key->level, .column = key->column, .row = key->row };
  g_autoptr (GObject) tile = NULL;
  if (acini_tile_cache_lookup (source->cache, &own, &tile) == ACINI_TILE_READY)
    {
      *width = gdk_texture_get_width (GDK_TEXTURE (tile));
      *height = gdk_texture_get_height (GDK_TEXTURE (tile));
      guint32 *pixels = g_malloc ((gsize)*width * *height * 4);
      gdk_texture_download (GDK_TEXTURE (tile), (guchar *)pixels, (gsize)*width * 4);
      return pixels;
    }
  g_autoptr (GBytes) bytes = acini_slide_pyramid_read (source->pyramid, key->level, key->column, key->row, width,
                                                       height, cancellable, error);
  if (!bytes)
    return NULL;
  g_autoptr (GdkTexture) texture
      = gdk_memory_texture_new (*width, *height, GDK_MEMORY_DEFAULT, bytes, (gsize)*width * 4);
  acini_tile_cache_insert (source->cache, &own, ACINI_TILE_READY, G_OBJECT (texture), g_bytes_get_size (bytes), FALSE);
  return g_memdup2 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static GBytes *
read_tile (gpointer data, const AciniTileKey *key, int *width, int *height, GCancellable *cancellable, GError **error)
{
  Source *source = data;
  guint32 *pixels = read_tissue (source, key, width, height, cancellable, error);
  if (!pixels)
    return NULL;
  g_autoptr (AciniDisplayTable) table = ref_table (source);
  acini_display_table_apply (table, pixels, (gsize)*width * *height);
  return g_bytes_new_take (pixels, (gsize)*width * *height * 4);
}

static GObject *
make_tile (gpointer data, const AciniTileKey *key, GBytes *pixels, int width, int height, gsize *bytes)
{
  *bytes = g_bytes_get_size (pixels);
  return G_OBJECT (gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, pixels, (gsize)width * 4));
}

static const AciniTileSourceFuncs funcs = { read_tile, make_tile };

AciniDisplayGrid *
acini_display_grid_new (AciniTileCache *cache, AciniSlide *slide, const AciniDisplay *display)
{
  g_return_val_if_fail (cache != NULL && ACINI_IS_SLIDE (slide) && display != NULL, NULL);
  int n_levels;
  Source *source = g_new0 (Source, 1);
  source->pyramid = acini_slide_pyramid_new (slide);
  source->cache = acini_tile_cache_ref (cache);
  source->tissue = acini_tissue_grid_get_layer (cache, slide);
  source->table = acini_display_table_new (display);
  g_mutex_init (&source->mutex);
  const AciniTileLevel *levels = acini_slide_pyramid_get_levels (source->pyramid, &n_levels);

  const AciniTileGridOptions options = { 0 };
  AciniDisplayGrid *self = g_new0 (AciniDisplayGrid, 1);
  self->source = acini_tile_source_new (&funcs, source, source_free);
  self->grid
      = acini_tile_grid_new (cache, self->source, acini_tile_cache_get_layer (cache, NULL), levels, n_levels, &options);
  return self;
}

void
acini_display_grid_free (AciniDisplayGrid *self)
{
  g_return_if_fail (self != NULL);
  acini_tile_grid_free (self->grid);
  acini_tile_source_unref (self->source);
  g_free (self);
}

AciniTileGrid *
acini_display_grid_get_grid (AciniDisplayGrid *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->grid;
}

void
acini_display_grid_update (AciniDisplayGrid *self, const AciniViewport *viewport)
{
  g_return_if_fail (self != NULL && viewport != NULL);
  self->ready = self->ready || acini_tile_grid_is_sharp (self->grid, viewport);
  acini_tile_grid_update (self->grid, viewport, NULL, NULL);
}

gboolean
acini_display_grid_is_ready (AciniDisplayGrid *self)
{
  g_return_val_if_fail (self != NULL, FALSE);
  return self->ready;
}

void
acini_display_grid_set (AciniDisplayGrid *self, const AciniDisplay *display)
{
  g_return_if_fail (self != NULL && display != NULL);
  Source *source = acini_tile_source_get_data (self->source);
  AciniDisplayTable *table = acini_display_table_new (display);
  g_mutex_lock (&source->mutex);
  AciniDisplayTable *before = source->table;
  source->table = table;
  g_mutex_unlock (&source->mutex);
  acini_display_table_unref (before);
  acini_tile_grid_invalidate_all (self->grid);
}
