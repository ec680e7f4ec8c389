/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/cache/acini-tile-pixels.h"

#include <sys/mman.h>

#define N_SPARE 32

static GMutex mutex;
static struct
{
  gpointer pixels;
  gsize size;
} spare[N_SPARE];
static guint n_spare;

static gpointer
take_spare (gsize size)
{
  gpointer pixels = NULL;
  g_mutex_lock (&mutex);
  for (guint i = n_spare; i > 0 && !pixels; i--)
    if (spare[i - 1].size == size)
      {
        pixels = spare[i - 1].pixels;
        spare[i - 1] = spare[--n_spare];
      }
  g_mutex_unlock (&mutex);
  return pixels;
}

/* Keeps @pixels; where there are enough, one of the others goes instead, so that sizes nobody asks for do not stay. */
static void
keep_spare (gpointer pixels, gsize size)
{
  static guint next;
  gpointer gone = NULL;
  gsize gone_size = 0;
  g_mutex_lock (&mutex);
  guint i = n_spare;
  if (n_spare < N_SPARE)
    n_spare++;
  else
    {
      i = next++ % N_SPARE;
      gone = spare[i].pixels;
      gone_size = spare[i].size;
    }
  spare[i].pixels = pixels;
  spare[i].size = size;
  g_mutex_unlock (&mutex);
  if (gone)
    munmap (gone, gone_size);
}

gpointer
acini_tile_pixels_new (gsize size)
{
  g_return_val_if_fail (size > 0, NULL);
  gpointer before = take_spare (size);
  if (before)
    return before;
  gpointer pixels = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return pixels == MAP_FAILED ? NULL : pixels;
}

void
acini_tile_pixels_free (gpointer pixels, gsize size)
{
  if (pixels)
    keep_spare (pixels, size);
}

typedef struct
{
  gpointer pixels;
  gsize size;
} Owned;

static void
owned_free (gpointer data)
{
  Owned *owned = data;
  acini_tile_pixels_free (owned->pixels, owned->size);
  g_free (owned);
}

GBytes *
acini_tile_pixels_to_bytes (gpointer pixels, gsize size)
{
  g_return_val_if_fail (pixels != NULL && size > 0, NULL);
  Owned *owned = g_new (Owned, 1);
  *owned = (Owned){ pixels, size };
  return g_bytes_new_with_free_func (pixels, size, owned_free, owned);
}
