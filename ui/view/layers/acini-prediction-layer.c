/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-prediction-layer.h"
#include "ui/view/acini-class-colours.h"

#define APRON 1

typedef struct
{
  AciniPrediction *prediction;
  int plane;
} Source;

static void
source_free (gpointer data)
{
  Source *source = data;
  g_object_unref (source->prediction);
  g_free (source);
}

static gboolean
is_zero (const guint8 *bytes, gsize n)
{
  return n == 0 || (bytes[0] == 0 && memcmp (bytes, bytes + 1, n - 1) == 0);
}

static GBytes *
read_tile (gpointer data, const AciniTileKey *key, int *width, int *height, GCancellable *cancellable, GError **error)
{
  Source *source = data;
  gint64 x = key->column * ACINI_PREDICTION_TILE, y = key->row * ACINI_PREDICTION_TILE;
  gint64 round_up = ((gint64) 1 << key->level) - 1;
  gint64 level_width = (acini_prediction_get_width (source->prediction) + round_up) >> key->level;
  gint64 level_height = (acini_prediction_get_height (source->prediction) + round_up) >> key->level;
  *width = (int) MIN (ACINI_PREDICTION_TILE, level_width - x) + 2 * APRON;
  *height = (int) MIN (ACINI_PREDICTION_TILE, level_height - y) + 2 * APRON;
  gsize size = (gsize) *width * *height;
  g_autofree guint8 *probability = g_malloc (size);
  if (!acini_prediction_read (source->prediction, source->plane, key->level, x - APRON, y - APRON, *width, *height,
                              probability, NULL, error))
    return NULL;
  return is_zero (probability, size) ? NULL : g_bytes_new_take (g_steal_pointer (&probability), size);
}

static GObject *
make_tile (gpointer data, const AciniTileKey *key, GBytes *pixels, int width, int height, gsize *bytes)
{
  *bytes = g_bytes_get_size (pixels);
  return G_OBJECT (gdk_memory_texture_new (width, height, GDK_MEMORY_A8, pixels, (gsize) width));
}

static const AciniTileSourceFuncs funcs = { read_tile, make_tile };

AciniTileGrid *
acini_prediction_layer_new (AciniTileCache *cache, AciniPrediction *prediction, int plane)
{
  const AciniPredictionInfo *info = acini_prediction_get_info (prediction);
  int n_levels = MAX (1, acini_prediction_get_n_levels (prediction));
  g_autofree AciniTileLevel *levels = g_new0 (AciniTileLevel, n_levels);
  for (int i = 0; i < n_levels; i++)
    levels[i] = (AciniTileLevel) {
      .downsample = info->downsample * (double) ((gint64) 1 << i),
      .width = (acini_prediction_get_width (prediction) + ((gint64) 1 << i) - 1) >> i,
      .height = (acini_prediction_get_height (prediction) + ((gint64) 1 << i) - 1) >> i,
      .tile_width = ACINI_PREDICTION_TILE,
      .tile_height = ACINI_PREDICTION_TILE,
    };
  Source *data = g_new0 (Source, 1);
  data->prediction = g_object_ref (prediction);
  data->plane = plane;
  g_autoptr (AciniTileSource) source = acini_tile_source_new (&funcs, data, source_free);
  return acini_tile_grid_new (cache, source, acini_tile_cache_get_layer (cache, NULL), levels, n_levels, APRON, FALSE);
}

static void
draw_tile (GtkSnapshot *snapshot, const AciniTileDraw *draw, gpointer user_data)
{
  double *scale = user_data;
  *scale = MAX (*scale, draw->scale);
  if (draw->tile)
    gtk_snapshot_append_scaled_texture (snapshot, GDK_TEXTURE (draw->tile), GSK_SCALING_FILTER_LINEAR, &draw->rect);
}

void
acini_prediction_layer_snapshot (AciniTileGrid *grid, GtkSnapshot *snapshot, const AciniViewport *viewport, int plane,
                                 double threshold)
{
  double scale = 0;
  GtkSnapshot *tiles = gtk_snapshot_new ();
  acini_tile_grid_snapshot (grid, tiles, viewport, draw_tile, &scale);
  g_autoptr (GskRenderNode) node = gtk_snapshot_free_to_node (tiles);
  if (!node)
    return;

  /* alpha' = slope · (probability − threshold) + ½: steep enough that what is uncertain still has an edge, softer than
   * one step so that the edge is not jagged, and steeper where the prediction's pixels are large on screen. */
  GdkRGBA colour;
  graphene_matrix_t matrix;
  graphene_vec4_t offset;
  acini_class_colour_get ((guint8) (ACINI_LABEL_FIRST_CLASS + plane), TRUE, &colour);
  float slope = (float) CLAMP (8 * scale, 40, 255);
  float at = (float) CLAMP (threshold, .5 / 255, 1);
  const float diagonal[16] = { [15] = slope };
  graphene_matrix_init_from_float (&matrix, diagonal);
  graphene_vec4_init (&offset, colour.red, colour.green, colour.blue, .5f - slope * at);
  gtk_snapshot_push_color_matrix (snapshot, &matrix, &offset);
  gtk_snapshot_append_node (snapshot, node);
  gtk_snapshot_pop (snapshot);
}
