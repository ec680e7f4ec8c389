/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/cache/acini-tile-cache.h"

#define KIB ((gsize)1024)

static AciniTileKey
make_key (guint64 layer, int level, gint64 column)
{
  return (AciniTileKey){ .layer = layer, .level = level, .column = column, .row = 7 };
}

static GObject *
make_tile (void)
{
  return g_object_new (G_TYPE_OBJECT, NULL);
}

static void
insert (AciniTileCache *cache, guint64 layer, int level, gint64 column, gsize bytes, gboolean keep)
{
  g_autoptr (GObject) tile = make_tile ();
  AciniTileKey key = make_key (layer, level, column);
  acini_tile_cache_insert (cache, &key, ACINI_TILE_READY, tile, bytes, keep);
}

static AciniTileState
look (AciniTileCache *cache, guint64 layer, int level, gint64 column)
{
  AciniTileKey key = make_key (layer, level, column);
  return acini_tile_cache_lookup (cache, &key, NULL);
}

static void
test_keys (void)
{
  AciniTileKey a = make_key (1, 2, 3), b = a;
  g_assert_true (acini_tile_key_equal (&a, &b));
  g_assert_cmpuint (acini_tile_key_hash (&a), ==, acini_tile_key_hash (&b));
  b.generation = 1;
  g_assert_false (acini_tile_key_equal (&a, &b));
  b = a, b.level = 3;
  g_assert_false (acini_tile_key_equal (&a, &b));
  b = a, b.layer = 2;
  g_assert_false (acini_tile_key_equal (&a, &b));

  /* Neighbouring tiles spread over the buckets of a hash table. */
  guint counts[256] = { 0 };
  for (int level = 0; level < 4; level++)
    for (gint64 column = 0; column < 64; column++)
      for (gint64 row = 0; row < 64; row++)
        {
          AciniTileKey key = { .layer = 1, .level = level, .column = column, .row = row };
          counts[acini_tile_key_hash (&key) % 256]++;
        }
  for (int i = 0; i < 256; i++)
    {
      g_assert_cmpuint (counts[i], >, 20);
      g_assert_cmpuint (counts[i], <, 140);
    }
}

static void
test_least_recently_used (void)
{
  g_autoptr (AciniTileCache) cache = acini_tile_cache_new (10 * KIB);
  for (gint64 i = 0; i < 8; i++)
    insert (cache, 1, 0, i, KIB, FALSE);
  g_assert_cmpuint (acini_tile_cache_get_n_tiles (cache), ==, 8);
  g_assert_cmpint (look (cache, 1, 0, 0), ==, ACINI_TILE_READY); /* 0 is the most recent now, 1 the oldest */
  insert (cache, 1, 0, 8, 2 * KIB, FALSE);
  g_assert_cmpint (look (cache, 1, 0, 1), ==, ACINI_TILE_MISSING);
  g_assert_cmpint (look (cache, 1, 0, 0), ==, ACINI_TILE_READY);
  g_assert_cmpint (look (cache, 1, 0, 8), ==, ACINI_TILE_READY);
  g_assert_cmpuint (acini_tile_cache_get_bytes (cache), <=, 10 * KIB);

  acini_tile_cache_set_limit (cache, 4 * KIB);
  g_assert_cmpuint (acini_tile_cache_get_bytes (cache), <=, 4 * KIB);
  g_assert_cmpint (look (cache, 1, 0, 8), ==, ACINI_TILE_READY);
}

static void
test_replace (void)
{
  g_autoptr (AciniTileCache) cache = acini_tile_cache_new (10 * KIB);
  g_autoptr (GObject) first = make_tile (), second = make_tile (), found = NULL;
  gpointer watched = first;
  g_object_add_weak_pointer (first, &watched);
  AciniTileKey key = make_key (1, 0, 0);
  acini_tile_cache_insert (cache, &key, ACINI_TILE_READY, first, 3 * KIB, FALSE);
  gsize bytes = acini_tile_cache_get_bytes (cache);
  acini_tile_cache_insert (cache, &key, ACINI_TILE_READY, second, 3 * KIB, FALSE);
  g_assert_cmpuint (acini_tile_cache_get_bytes (cache), ==, bytes);
  g_assert_cmpint (acini_tile_cache_lookup (cache, &key, &found), ==, ACINI_TILE_READY);
  g_assert_true (found == second);
  g_clear_object (&first);
  g_assert_null (watched);
  acini_tile_cache_remove (cache, &key);
  g_assert_cmpuint (acini_tile_cache_get_bytes (cache), ==, 0);
}

static void
test_kept (void)
{
  g_autoptr (AciniTileCache) cache = acini_tile_cache_new (4 * KIB);
  for (gint64 i = 0; i < 6; i++)
    insert (cache, 1, 5, i, KIB, TRUE);
  for (gint64 i = 0; i < 6; i++)
    g_assert_cmpint (look (cache, 1, 5, i), ==, ACINI_TILE_READY);
  insert (cache, 2, 0, 0, KIB, FALSE); /* there is no room for anything else */
  g_assert_cmpint (look (cache, 2, 0, 0), ==, ACINI_TILE_MISSING);
  acini_tile_cache_release_layer (cache, 2);
  g_assert_cmpuint (acini_tile_cache_get_n_tiles (cache), ==, 6);
  acini_tile_cache_release_layer (cache, 1);
  g_assert_cmpuint (acini_tile_cache_get_bytes (cache), <=, 4 * KIB);
  insert (cache, 2, 0, 0, KIB, FALSE);
  g_assert_cmpint (look (cache, 2, 0, 0), ==, ACINI_TILE_READY);
}

static void
test_states (void)
{
  g_autoptr (AciniTileCache) cache = acini_tile_cache_new (10 * KIB);
  AciniTileKey empty = make_key (1, 0, 0), failed = make_key (1, 0, 1);
  GObject *tile = (GObject *)&empty;
  acini_tile_cache_insert (cache, &empty, ACINI_TILE_EMPTY, NULL, 0, FALSE);
  acini_tile_cache_insert (cache, &failed, ACINI_TILE_FAILED, NULL, 0, TRUE);
  g_assert_cmpint (acini_tile_cache_lookup (cache, &empty, &tile), ==, ACINI_TILE_EMPTY);
  g_assert_null (tile);
  g_assert_cmpint (look (cache, 1, 0, 1), ==, ACINI_TILE_FAILED);
  g_assert_cmpuint (acini_tile_cache_get_bytes (cache), >, 0); /* they are not free */
  acini_tile_cache_release_layer (cache, 1);
  g_assert_cmpint (look (cache, 1, 0, 1), ==, ACINI_TILE_MISSING); /* tried again when the slide is opened again */
  g_assert_cmpint (look (cache, 1, 0, 0), ==, ACINI_TILE_EMPTY);
}

static void
test_layers (void)
{
  g_autoptr (AciniTileCache) cache = acini_tile_cache_new (0);
  guint64 a = acini_tile_cache_get_layer (cache, "slide:/a"), b = acini_tile_cache_get_layer (cache, "slide:/b");
  g_assert_cmpuint (a, !=, b);
  g_assert_cmpuint (acini_tile_cache_get_layer (cache, "slide:/a"), ==, a);
  g_assert_cmpuint (acini_tile_cache_get_layer (cache, NULL), !=, acini_tile_cache_get_layer (cache, NULL));
  g_assert_cmpuint (acini_tile_cache_get_limit (cache), >=, (gsize)16 << 20);
  g_assert_cmpuint (acini_tile_cache_get_limit (cache), <=, (gsize)2 << 30);
}

static gpointer
hammer (gpointer data)
{
  AciniTileCache *cache = data;
  g_autoptr (GRand) rand = g_rand_new ();
  for (int i = 0; i < 20000; i++)
    {
      gint64 column = g_rand_int_range (rand, 0, 200);
      AciniTileKey key = make_key (1 + (guint64)(i % 3), 0, column);
      g_autoptr (GObject) tile = NULL;
      if (acini_tile_cache_lookup (cache, &key, &tile) == ACINI_TILE_MISSING)
        insert (cache, key.layer, 0, column, KIB, column % 16 == 0);
      else
        g_assert_true (G_IS_OBJECT (tile));
      if (i % 512 == 0)
        acini_tile_cache_set_limit (cache, (gsize)g_rand_int_range (rand, 1, 100) * KIB);
      if (i % 700 == 0)
        acini_tile_cache_release_layer (cache, key.layer);
      if (i % 9 == 0)
        acini_tile_cache_remove (cache, &key);
    }
  return NULL;
}

static void
test_threads (void)
{
  g_autoptr (AciniTileCache) cache = acini_tile_cache_new (64 * KIB);
  GThread *threads[4];
  for (int i = 0; i < 4; i++)
    threads[i] = g_thread_new ("hammer", hammer, cache);
  for (int i = 0; i < 4; i++)
    g_thread_join (threads[i]);
  for (guint64 layer = 1; layer <= 3; layer++)
    acini_tile_cache_release_layer (cache, layer);
  acini_tile_cache_set_limit (cache, 1);
  g_assert_cmpuint (acini_tile_cache_get_n_tiles (cache), ==, 0);
  g_assert_cmpuint (acini_tile_cache_get_bytes (cache), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tile-cache/keys", test_keys);
  g_test_add_func ("/tile-cache/least-recently-used", test_least_recently_used);
  g_test_add_func ("/tile-cache/replace", test_replace);
  g_test_add_func ("/tile-cache/kept", test_kept);
  g_test_add_func ("/tile-cache/states", test_states);
  g_test_add_func ("/tile-cache/layers", test_layers);
  g_test_add_func ("/tile-cache/threads", test_threads);
  return g_test_run ();
}
