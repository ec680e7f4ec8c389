/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Decoded tiles, least recently used, counted in bytes.
 *
 * One cache is shared by the tiles of slides, predictions and labels.  A tile is a GObject of the caller's choice (a
 * texture, in the window) under a key; "nothing there" and "cannot be read" are remembered too, so that they are not
 * asked for again with every frame.  Invariants: the bytes of all entries are at most the limit, unless what is kept
 * (see acini_tile_cache_insert ()) is more by itself; a kept entry leaves only by acini_tile_cache_release_layer () or
 * acini_tile_cache_remove ().  Thread-safe; no tile is destroyed while the lock is held. */

#include <glib-object.h>

G_BEGIN_DECLS

/* @generation tells apart the contents that one tile had over time. */
typedef struct
{
  guint64 layer;
  gint64 column, row;
  guint64 generation;
  int level;
} AciniTileKey;

guint acini_tile_key_hash (gconstpointer key);
gboolean acini_tile_key_equal (gconstpointer a, gconstpointer b);

typedef enum
{
  ACINI_TILE_MISSING, /* not in the cache */
  ACINI_TILE_READY,
  ACINI_TILE_EMPTY,  /* read, and there is nothing to draw */
  ACINI_TILE_FAILED, /* it could not be read */
} AciniTileState;

typedef struct _AciniTileCache AciniTileCache;

/* @limit: bytes; 0: a quarter of this computer's memory, at most 2 GiB. */
AciniTileCache *acini_tile_cache_new (gsize limit);
AciniTileCache *acini_tile_cache_ref (AciniTileCache *self);
void acini_tile_cache_unref (AciniTileCache *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniTileCache, acini_tile_cache_unref)

/* The process's own cache.  Returns: (transfer none). */
AciniTileCache *acini_tile_cache_get_default (void);

/* A number for a layer: the same one for the same @name, so that tiles are found again when a slide is opened again;
 * a new one each time for NULL. */
guint64 acini_tile_cache_get_layer (AciniTileCache *self, const char *name);

/* *@tile (transfer full) is set for ACINI_TILE_READY, else NULL. */
AciniTileState acini_tile_cache_lookup (AciniTileCache *self, const AciniTileKey *key, GObject **tile);

/* @tile: (nullable), with @bytes of memory; replaces what was there.  @keep: never evict it. */
void acini_tile_cache_insert (AciniTileCache *self, const AciniTileKey *key, AciniTileState state, GObject *tile,
                              gsize bytes, gboolean keep);
void acini_tile_cache_remove (AciniTileCache *self, const AciniTileKey *key);

/* The kept tiles of @layer may be evicted from now on; those that failed are forgotten, so that they are tried again.
 */
void acini_tile_cache_release_layer (AciniTileCache *self, guint64 layer);

void acini_tile_cache_set_limit (AciniTileCache *self, gsize limit);
gsize acini_tile_cache_get_limit (AciniTileCache *self);
gsize acini_tile_cache_get_bytes (AciniTileCache *self);
guint acini_tile_cache_get_n_tiles (AciniTileCache *self);

G_END_DECLS
