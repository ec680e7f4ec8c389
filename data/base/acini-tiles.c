/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/base/acini-tiles.h"

#include <string.h>
#include <zstd.h>

#define HALF (ACINI_TILE_SIZE / 2)

static void
free_compressor (gpointer context)
{
  ZSTD_freeCCtx (context);
}

static void
free_decompressor (gpointer context)
{
  ZSTD_freeDCtx (context);
}

/* A context costs more to make than a tile to compress: one of each per thread. */
static GPrivate compressor = G_PRIVATE_INIT (free_compressor);
static GPrivate decompressor = G_PRIVATE_INIT (free_decompressor);

void
acini_packed_tile_clear (AciniPackedTile *tile)
{
  g_clear_pointer (&tile->data, g_free);
  tile->size = 0;
  tile->value = 0;
}

void
acini_tile_pack (const guint8 *pixels, gsize n, int level, AciniPackedTile *tile)
{
  gsize bound = ZSTD_compressBound (n);
  ZSTD_CCtx *context;

  acini_packed_tile_clear (tile);
  if (memcmp (pixels, pixels + 1, n - 1) == 0)
    {
      tile->value = pixels[0];
      return;
    }
  context = g_private_get (&compressor);
  if (context == NULL)
    {
      context = ZSTD_createCCtx ();
      g_private_set (&compressor, context);
    }
  tile->value = -1;
  tile->data = g_malloc (bound);
  tile->size = ZSTD_compressCCtx (context, tile->data, bound, pixels, n, level);
  g_assert (!ZSTD_isError (tile->size));
  tile->data = g_realloc (tile->data, tile->size);
}

gboolean
acini_tile_unpack (int value, const void *data, gsize size, guint8 *pixels, gsize n)
{
  ZSTD_DCtx *context;

  if (value >= 0)
    {
      memset (pixels, value, n);
      return TRUE;
    }
  context = g_private_get (&decompressor);
  if (context == NULL)
    {
      context = ZSTD_createDCtx ();
      g_private_set (&decompressor, context);
    }
  return data != NULL && ZSTD_decompressDCtx (context, pixels, n, data, size) == n;
}

static guint8
most_frequent (guint8 a, guint8 b, guint8 c, guint8 d)
{
  const guint8 four[] = { a, b, c, d };
  guint8 best = 0;
  int most = 0;

  for (int i = 0; i < 4; i++)
    {
      int n = (four[i] == a) + (four[i] == b) + (four[i] == c) + (four[i] == d);

      if (four[i] != 0 && (n > most || (n == most && four[i] > best)))
        {
          most = n;
          best = four[i];
        }
    }
  return best;
}

/* Whether the first eight pixels of both rows are all one label, as most of a slide's are. */
static inline gboolean
are_one (const guint8 *p, const guint8 *q)
{
  guint64 first, second;

  memcpy (&first, p, sizeof first);
  memcpy (&second, q, sizeof second);
  return first == second && first == (first << 8 | first >> 56);
}

void
acini_tile_reduce_labels (const guint8 *source, guint8 *target)
{
  for (int y = 0; y < HALF; y++, target += ACINI_TILE_SIZE)
    {
      const guint8 *p = source + 2 * y * ACINI_TILE_SIZE, *q = p + ACINI_TILE_SIZE;

      for (int x = 0; x < HALF; x += 4, p += 8, q += 8)
        if (are_one (p, q))
          memset (target + x, p[0], 4);
        else
          for (int i = 0; i < 4; i++)
            target[x + i] = most_frequent (p[2 * i], p[2 * i + 1], q[2 * i], q[2 * i + 1]);
    }
}

void
acini_tile_reduce_greatest (const guint8 *source, const guint8 *computed, guint8 *target)
{
  for (int y = 0; y < HALF; y++, target += ACINI_TILE_SIZE)
    {
      gsize row = 2 * y * ACINI_TILE_SIZE;
      const guint8 *p = source + row, *q = p + ACINI_TILE_SIZE;

      if (computed == NULL)
        {
          for (int x = 0; x < HALF; x++, p += 2, q += 2)
            target[x] = MAX (MAX (p[0], p[1]), MAX (q[0], q[1]));
          continue;
        }
      for (int x = 0; x < HALF; x++, p += 2, q += 2)
        {
          const guint8 *c = computed + row + 2 * x, *d = c + ACINI_TILE_SIZE;

          target[x] = MAX (MAX (p[0] & c[0], p[1] & c[1]), MAX (q[0] & d[0], q[1] & d[1]));
        }
    }
}

void
acini_tile_reduce_any (const guint8 *source, guint8 *target)
{
  for (int y = 0; y < HALF; y++, target += ACINI_TILE_SIZE)
    {
      const guint8 *p = source + 2 * y * ACINI_TILE_SIZE, *q = p + ACINI_TILE_SIZE;

      for (int x = 0; x < HALF; x++, p += 2, q += 2)
        target[x] = p[0] | p[1] | q[0] | q[1];
    }
}
