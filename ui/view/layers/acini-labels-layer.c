/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-labels-layer.h"
#include "ui/view/acini-class-colours.h"

#define APRON 1

/* The two textures of a tile. */
#define LABEL_TILE_TYPE (label_tile_get_type ())
G_DECLARE_FINAL_TYPE (LabelTile, label_tile, LABEL, TILE, GObject)

struct _LabelTile
{
  GObject parent_instance;
  GdkTexture *fill;     /* (nullable) NULL: background alone */
  GdkTexture *coverage; /* (nullable) NULL: the alpha of @fill is it */
};

G_DEFINE_FINAL_TYPE (LabelTile, label_tile, G_TYPE_OBJECT)

static void
label_tile_finalize (GObject *object)
{
  LabelTile *self = LABEL_TILE (object);
  g_clear_object (&self->fill);
  g_clear_object (&self->coverage);
  G_OBJECT_CLASS (label_tile_parent_class)->finalize (object);
}

static void
label_tile_class_init (LabelTileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = label_tile_finalize;
}

static void
label_tile_init (LabelTile *self)
{
}

typedef struct
{
  AciniProject *project;
  gint64 slide;
  gint64 width, height;
} Source;

static void
source_free (gpointer data)
{
  Source *source = data;
  g_object_unref (source->project);
  g_free (source);
}

static gint64
shift_up (gint64 size, int level)
{
  return (size + ((gint64) 1 << level) - 1) >> level;
}

static GBytes *
read_tile (gpointer data, const AciniTileKey *key, int *width, int *height, GCancellable *cancellable, GError **error)
{
  Source *source = data;
  gint64 x = key->column * ACINI_LABEL_TILE, y = key->row * ACINI_LABEL_TILE;
  *width = (int) MIN (ACINI_LABEL_TILE, shift_up (source->width, key->level) - x) + 2 * APRON;
  *height = (int) MIN (ACINI_LABEL_TILE, shift_up (source->height, key->level) - y) + 2 * APRON;
  gsize size = (gsize) *width * *height;
  g_autofree guint8 *labels = g_malloc (size);
  if (!acini_labels_read (source->project, source->slide, key->level, x - APRON, y - APRON, *width, *height, labels,
                          error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&labels), size);
}

static GObject *
make_tile (gpointer data, const AciniTileKey *key, GBytes *pixels, int width, int height, gsize *bytes)
{
  gsize n = 0, seen[256] = { 0 };
  const guint8 *labels = g_bytes_get_data (pixels, &n);
  for (gsize i = 0; i < n; i++)
    seen[labels[i]]++;
  if (seen[ACINI_LABEL_UNLABELLED] == n)
    return NULL;

  LabelTile *tile = g_object_new (LABEL_TILE_TYPE, NULL);
  *bytes = 0;
  if (seen[ACINI_LABEL_UNLABELLED] + seen[ACINI_LABEL_BACKGROUND] < n)
    {
      guint32 colours[256];
      for (guint i = 0; i < 256; i++)
        colours[i] = acini_class_colour_get_pixel ((guint8) i, FALSE);
      guint32 *fill = g_new (guint32, n);
      for (gsize i = 0; i < n; i++)
        fill[i] = colours[labels[i]];
      g_autoptr (GBytes) b = g_bytes_new_take (fill, n * sizeof *fill);
      tile->fill = gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, b, (gsize) width * 4);
      *bytes += n * sizeof *fill;
    }
  if (seen[ACINI_LABEL_BACKGROUND] > 0)
    {
      guint8 *coverage = g_new (guint8, n);
      for (gsize i = 0; i < n; i++)
        coverage[i] = labels[i] ? 255 : 0;
      g_autoptr (GBytes) b = g_bytes_new_take (coverage, n);
      tile->coverage = gdk_memory_texture_new (width, height, GDK_MEMORY_A8, b, (gsize) width);
      *bytes += n;
    }
  return G_OBJECT (tile);
}

static const AciniTileSourceFuncs funcs = { read_tile, make_tile };

AciniTileGrid *
acini_labels_layer_new (AciniTileCache *cache, AciniProject *project, gint64 slide, gint64 width, gint64 height)
{
  int n_levels = MAX (1, acini_labels_get_n_levels (width, height));
  g_autofree AciniTileLevel *levels = g_new0 (AciniTileLevel, n_levels);
  for (int i = 0; i < n_levels; i++)
    levels[i] = (AciniTileLevel) {
      .downsample = (double) ((gint64) 1 << i),
      .width = shift_up (width, i),
      .height = shift_up (height, i),
      .tile_width = ACINI_LABEL_TILE,
      .tile_height = ACINI_LABEL_TILE,
    };
  Source *data = g_new0 (Source, 1);
  data->project = g_object_ref (project);
  data->slide = slide;
  data->width = width;
  data->height = height;
  g_autoptr (AciniTileSource) source = acini_tile_source_new (&funcs, data, source_free);
  return acini_tile_grid_new (cache, source, acini_tile_cache_get_layer (cache, NULL), levels, n_levels, APRON, FALSE);
}

static void
append (GtkSnapshot *snapshot, GdkTexture *texture, const AciniTileDraw *draw)
{
  if (texture)
    gtk_snapshot_append_scaled_texture (
        snapshot, texture, draw->scale > 1.02 ? GSK_SCALING_FILTER_NEAREST : GSK_SCALING_FILTER_LINEAR, &draw->rect);
}

static void
draw_fill (GtkSnapshot *snapshot, const AciniTileDraw *draw, gpointer user_data)
{
  if (draw->tile)
    append (snapshot, LABEL_TILE (draw->tile)->fill, draw);
}

static void
draw_coverage (GtkSnapshot *snapshot, const AciniTileDraw *draw, gpointer user_data)
{
  LabelTile *tile = draw->tile ? LABEL_TILE (draw->tile) : NULL;
  if (tile)
    append (snapshot, tile->coverage ? tile->coverage : tile->fill, draw);
}

void
acini_labels_layer_snapshot (AciniTileGrid *grid, GtkSnapshot *snapshot, const AciniViewport *viewport)
{
  acini_tile_grid_snapshot (grid, snapshot, viewport, draw_fill, NULL);
}

GskRenderNode *
acini_labels_layer_get_coverage (AciniTileGrid *grid, const AciniViewport *viewport)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  acini_tile_grid_snapshot (grid, snapshot, viewport, draw_coverage, NULL);
  return gtk_snapshot_free_to_node (snapshot);
}
