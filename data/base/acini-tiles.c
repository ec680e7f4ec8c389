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

/* Tiles that are kept. */
#define N_KEPT 96

typedef struct
{
  guint hash;
  gsize size;
  guint8 *data, *pixels; /* compressed; of an atomic reference-counted box */
  guint64 used;
} Kept;

static struct
{
  GMutex lock;
  Kept kept[N_KEPT];
  guint64 clock;
} shared;

/* Of the ends of the compressed bytes: those in between are compared. */
static guint
hash_bytes (const guint8 *data, gsize size)
{
  guint hash = (guint)size;

  for (gsize i = 0; i < MIN (size, 64); i++)
    hash = hash * 31 + data[i] + 131u * data[size - 1 - i];
  return hash;
}

/* (transfer full) (nullable) */
static guint8 *
find_kept (guint hash, const void *data, gsize size)
{
  guint8 *pixels = NULL;

  g_mutex_lock (&shared.lock);
  for (int i = 0; i < N_KEPT && pixels == NULL; i++)
    {
      Kept *kept = &shared.kept[i];

      if (kept->pixels == NULL || kept->hash != hash || kept->size != size || memcmp (kept->data, data, size) != 0)
        continue;
      kept->used = ++shared.clock;
      pixels = g_atomic_rc_box_acquire (kept->pixels);
    }
  g_mutex_unlock (&shared.lock);
  return pixels;
}

/* Keeps @pixels (transfer full) instead of those that were not asked for the longest. */
static void
keep (guint hash, const void *data, gsize size, guint8 *pixels)
{
  Kept *oldest = &shared.kept[0], gone;

  g_mutex_lock (&shared.lock);
  for (int i = 1; i < N_KEPT; i++)
    if (shared.kept[i].used < oldest->used)
      oldest = &shared.kept[i];
  gone = *oldest;
  *oldest = (Kept){ hash, size, g_memdup2 (data, size), pixels, ++shared.clock };
  g_mutex_unlock (&shared.lock);
  g_free (gone.data);
  if (gone.pixels != NULL)
    g_atomic_rc_box_release (gone.pixels);
}

guint8 *
acini_tile_unpack_shared (const void *data, gsize size)
{
  guint8 *pixels;
  guint hash;

  if (data == NULL || size == 0)
    return NULL;
  hash = hash_bytes (data, size);
  pixels = find_kept (hash, data, size);
  if (pixels != NULL)
    return pixels;
  pixels = g_atomic_rc_box_alloc (ACINI_TILE_PIXELS);
  if (acini_tile_unpack (-1, data, size, pixels, ACINI_TILE_PIXELS))
    {
      keep (hash, data, size, g_atomic_rc_box_acquire (pixels));
      return pixels;
    }
  g_atomic_rc_box_release (pixels);
  return NULL;
}

void
acini_tile_remember (const guint8 *pixels, const AciniPackedTile *tile)
{
  guint8 *own;
  guint hash;

  if (tile->data == NULL)
    return;
  hash = hash_bytes (tile->data, tile->size);
  own = find_kept (hash, tile->data, tile->size);
  if (own != NULL)
    g_atomic_rc_box_release (own);
  else
    keep (hash, tile->data, tile->size, g_atomic_rc_box_dup (ACINI_TILE_PIXELS, (gpointer)pixels));
}

/* Without branches, so that they become vector instructions. */

/* The label if both are the same, else none. */
static inline guint16
agree (guint16 a, guint16 b)
{
  return (guint16)(a & -(a == b));
}

static inline guint16
greater (guint16 a, guint16 b)
{
  return a > b ? a : b;
}

/* The most frequent of four labels but 0, the greater one on a tie: where two agree, what they agree on. */
static inline guint16
most_frequent (guint16 a, guint16 b, guint16 c, guint16 d)
{
  guint16 agreed = greater (greater (greater (agree (a, b), agree (c, d)), greater (agree (a, c), agree (b, d))),
                            greater (agree (a, d), agree (b, c)));

  return (guint16)(agreed | (greater (greater (a, b), greater (c, d)) & -(agreed == 0)));
}

void
acini_tile_reduce_labels (const guint8 *source, guint8 *target)
{
  for (int y = 0; y < HALF; y++, source += 2 * ACINI_TILE_SIZE, target += ACINI_TILE_SIZE)
    {
      guint16 upper[HALF], lower[HALF];
      guint8 reduced[HALF];

      /* Pairs of pixels in one number each: which is the first of them does not matter. */
      memcpy (upper, source, sizeof upper);
      memcpy (lower, source + ACINI_TILE_SIZE, sizeof lower);
      for (int x = 0; x < HALF; x++)
        reduced[x] = (guint8)most_frequent (upper[x] & 0xff, upper[x] >> 8, lower[x] & 0xff, lower[x] >> 8);
      memcpy (target, reduced, sizeof reduced);
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
