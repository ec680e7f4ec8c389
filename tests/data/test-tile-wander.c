/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The tile loader as the window uses it, over real slides: two views wander, the cache shrinks and grows, slides are
 * closed and opened again, and files are overwritten underneath.  Whatever happens, every tile that is still wanted
 * comes, those that cannot be read say why, and what is read of an unharmed slide is right.  Run again under
 * ThreadSanitizer. */

#include "data/slides/acini-slide-pyramid.h"
#include "data/cache/acini-tile-loader.h"
#include "tests/acini-test-util.h"

#include <glib/gstdio.h>
#include <vips/vips.h>

#define SIZE 2048
#define N_ROUNDS 120
#define N_SLIDES 3

/* A tile as the loader holds it: a GObject with the first pixel. */
#define TILE_TYPE (tile_get_type ())
G_DECLARE_FINAL_TYPE (Tile, tile, TEST, TILE, GObject)

struct _Tile
{
  GObject parent_instance;
  guint32 first;
};

G_DEFINE_FINAL_TYPE (Tile, tile, G_TYPE_OBJECT)

static void
tile_class_init (TileClass *klass)
{
}

static void
tile_init (Tile *self)
{
}

static GBytes *
read_tile (gpointer data, const AciniTileKey *key, int *width, int *height, GCancellable *cancellable, GError **error)
{
  return acini_slide_pyramid_read (data, key->level, key->column, key->row, width, height, cancellable, error);
}

static GObject *
make_tile (gpointer data, const AciniTileKey *key, GBytes *pixels, int width, int height, gsize *bytes)
{
  Tile *tile = g_object_new (TILE_TYPE, NULL);
  tile->first = *(const guint32 *)g_bytes_get_data (pixels, NULL);
  *bytes = g_bytes_get_size (pixels);
  return G_OBJECT (tile);
}

static const AciniTileSourceFuncs funcs = { read_tile, make_tile };

/* One view: what it shows, and what it waits for. */
typedef struct
{
  AciniTileClient *client;
  AciniTileSource *source;
  guint64 layer;
  int slide;
  GHashTable *waiting; /* AciniTileKey */
  guint n_ready, n_failed;
} View;

typedef struct
{
  char *folder;
  char *paths[N_SLIDES];
  AciniTileCache *cache;
  AciniTileLoader *loader;
  GRand *rand;
  View views[2];
} Fixture;

static void
on_arrived (GPtrArray *arrivals, gpointer user_data)
{
  View *view = user_data;
  for (guint i = 0; i < arrivals->len; i++)
    {
      const AciniTileArrival *arrival = g_ptr_array_index (arrivals, i);
      if (!g_hash_table_remove (view->waiting, &arrival->key))
        continue; /* of the slide before */
      if (arrival->state == ACINI_TILE_READY)
        {
          /* Nobody harms the first slide. */
          if (view->slide == 0)
            g_assert_cmphex (TEST_TILE (arrival->tile)->first, ==, 0xffc81e3c);
          view->n_ready++;
        }
      else
        {
          g_assert_cmpint (arrival->state, ==, ACINI_TILE_FAILED);
          g_assert_cmpint (view->slide, !=, 0);
          view->n_failed++;
        }
    }
}

static void
open_slide (Fixture *f, View *view, int slide)
{
  g_autoptr (GError) error = NULL;
  acini_tile_client_want (view->client, NULL, 0);
  g_hash_table_remove_all (view->waiting);
  g_clear_pointer (&view->source, acini_tile_source_unref);
  if (view->layer)
    acini_tile_cache_release_layer (f->cache, view->layer);
  g_autoptr (AciniSlide) opened = acini_slide_open (f->paths[slide], &error);
  g_assert_no_error (error);
  view->slide = slide;
  view->layer = acini_tile_cache_get_layer (f->cache, f->paths[slide]);
  view->source
      = acini_tile_source_new (&funcs, acini_slide_pyramid_new (opened), (GDestroyNotify)acini_slide_pyramid_free);
}

/* Goes to a random place: four tiles by three of a random level; or to @all of level 0. */
static void
wander (Fixture *f, View *view, gboolean all)
{
  int n_levels;
  const AciniTileLevel *levels = acini_slide_pyramid_get_levels (acini_tile_source_get_data (view->source), &n_levels);
  int level = all ? 0 : g_rand_int_range (f->rand, 0, n_levels);
  gint64 columns = (levels[level].width + levels[level].tile_width - 1) / levels[level].tile_width;
  gint64 rows = (levels[level].height + levels[level].tile_height - 1) / levels[level].tile_height;
  gint64 left = all ? 0 : g_rand_int_range (f->rand, 0, (int)columns);
  gint64 top = all ? 0 : g_rand_int_range (f->rand, 0, (int)rows);
  g_autoptr (GArray) requests = g_array_new (FALSE, FALSE, sizeof (AciniTileRequest));
  g_hash_table_remove_all (view->waiting);
  for (gint64 row = top; row < (all ? rows : MIN (top + 3, rows)); row++)
    for (gint64 column = left; column < (all ? columns : MIN (left + 4, columns)); column++)
      {
        AciniTileRequest request = { .key = { view->layer, column, row, 0, level },
                                     .source = view->source,
                                     .priority = (double)(row + column),
                                     .keep = level == n_levels - 1 };
        g_array_append_val (requests, request);
        g_hash_table_add (view->waiting, g_memdup2 (&request.key, sizeof request.key));
      }
  acini_tile_client_want (view->client, (const AciniTileRequest *)(gpointer)requests->data, requests->len);
}

static gboolean
wake (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static void
test_wander (void)
{
  Fixture f = { .folder = acini_test_make_folder (), .rand = g_rand_new_with_seed (3) };
  f.cache = acini_tile_cache_new ((gsize)8 << 20);
  f.loader = acini_tile_loader_new (f.cache, 4);
  for (int i = 0; i < N_SLIDES; i++)
    {
      g_autofree char *name = g_strdup_printf ("%d.tiff", i);
      f.paths[i] = g_build_filename (f.folder, name, NULL);
      acini_test_write_slide (f.paths[i], SIZE, 0xc81e3c);
    }
  for (int i = 0; i < 2; i++)
    {
      f.views[i].client = acini_tile_client_new (f.loader, on_arrived, &f.views[i]);
      f.views[i].waiting = g_hash_table_new_full (acini_tile_key_hash, acini_tile_key_equal, g_free, NULL);
      open_slide (&f, &f.views[i], i);
    }
  for (int round = 0; round < N_ROUNDS; round++)
    {
      View *view = &f.views[g_rand_int_range (f.rand, 0, 2)];
      wander (&f, view, FALSE);
      if (round % 5 == 0)
        acini_tile_cache_set_limit (f.cache, (gsize)g_rand_int_range (f.rand, 1, 9) << 20);
      if (round % 7 == 3)
        open_slide (&f, view, g_rand_int_range (f.rand, 0, N_SLIDES));
      if (round % 11 == 5)
        acini_test_break_file (f.paths[1], f.rand);
      for (int i = g_rand_int_range (f.rand, 0, 6); i > 0; i--)
        g_main_context_iteration (NULL, FALSE);
    }
  guint source = g_timeout_add (20, wake, NULL);
  for (int i = 0; i < 2; i++)
    {
      open_slide (&f, &f.views[i], i); /* one whole, one broken */
      for (int j = 0; j < 8; j++)
        {
          gint64 end = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
          wander (&f, &f.views[i], j == 7);
          while (g_hash_table_size (f.views[i].waiting) > 0 && g_get_monotonic_time () < end)
            g_main_context_iteration (NULL, TRUE);
          g_assert_cmpuint (g_hash_table_size (f.views[i].waiting), ==, 0);
        }
      g_assert_cmpuint (acini_tile_client_get_n_pending (f.views[i].client), ==, 0);
      g_assert_cmpuint (f.views[i].n_ready, >, 0);
      g_assert_true (i == 0 || f.views[i].n_failed > 0);
    }
  g_source_remove (source);
  for (int i = 0; i < 2; i++)
    {
      acini_tile_client_free (f.views[i].client);
      acini_tile_source_unref (f.views[i].source);
      g_hash_table_unref (f.views[i].waiting);
    }
  acini_tile_loader_free (f.loader);
  acini_tile_cache_unref (f.cache);
  for (int i = 0; i < N_SLIDES; i++)
    g_free (f.paths[i]);
  g_rand_free (f.rand);
  acini_test_remove_folder (f.folder);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  if (VIPS_INIT (argv[0]))
    return 1;
  vips_concurrency_set (1);
  g_test_add_func ("/tile-loader/wander", test_wander);
  return g_test_run ();
}
