/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/acini-tile-pixels.h"

#include <sys/mman.h>

gpointer
acini_tile_pixels_new (gsize size)
{
  g_return_val_if_fail (size > 0, NULL);
  gpointer pixels = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return pixels == MAP_FAILED ? NULL : pixels;
}

void
acini_tile_pixels_free (gpointer pixels, gsize size)
{
  if (pixels)
    munmap (pixels, size);
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
  *owned = (Owned) { pixels, size };
  return g_bytes_new_with_free_func (pixels, size, owned_free, owned);
}
