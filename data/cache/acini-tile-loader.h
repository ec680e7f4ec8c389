/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Worker threads that read tiles into the cache: nearest first, de-duplicated, cancellable.
 *
 * A client (a view) says which tiles it wants, and each time says it anew: the newest list wins, what is no longer on
 * it is dropped from the queue or, where it is being read, asked to stop.  Two clients that want one tile have it read
 * once.  Reading and making (turning pixels into what the window draws) both happen on a worker, and what arrived is
 * told to the client in one call for all tiles since the last, on the main context it was made on. */

#include "data/cache/acini-tile-cache.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Where tiles come from.  Both functions run on worker threads, several at a time. */
typedef struct
{
  /* Returns: (transfer full) the pixels of the tile, in whatever form @make takes, with *@width and *@height; NULL
   * with @error set where it cannot be read, and NULL without @error where the tile is empty. */
  GBytes *(*read) (gpointer data, const AciniTileKey *key, int *width, int *height, GCancellable *cancellable,
                   GError **error);
  /* Returns: (transfer full) what is drawn, with *@bytes of memory; NULL: the tile is empty. */
  GObject *(*make) (gpointer data, const AciniTileKey *key, GBytes *pixels, int width, int height, gsize *bytes);
} AciniTileSourceFuncs;

typedef struct _AciniTileSource AciniTileSource;

/* @funcs is static; @destroy frees @data on whatever thread lets go last. */
AciniTileSource *acini_tile_source_new (const AciniTileSourceFuncs *funcs, gpointer data, GDestroyNotify destroy);
AciniTileSource *acini_tile_source_ref (AciniTileSource *self);
void acini_tile_source_unref (AciniTileSource *self);
gpointer acini_tile_source_get_data (AciniTileSource *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniTileSource, acini_tile_source_unref)

typedef struct _AciniTileLoader AciniTileLoader;

/* @n_threads 0: one per core, at least 2. */
AciniTileLoader *acini_tile_loader_new (AciniTileCache *cache, guint n_threads);
/* Waits for the reads under way; all clients are gone by then. */
void acini_tile_loader_free (AciniTileLoader *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniTileLoader, acini_tile_loader_free)
/* The process's own loader, on the process's own cache.  Returns: (transfer none). */
AciniTileLoader *acini_tile_loader_get_default (void);
AciniTileCache *acini_tile_loader_get_cache (AciniTileLoader *self);

typedef struct
{
  AciniTileKey key;
  AciniTileSource *source; /* (transfer none) */
  double priority;         /* the smallest is read first */
  gboolean keep;           /* as in acini_tile_cache_insert () */
} AciniTileRequest;

typedef struct
{
  AciniTileKey key;
  AciniTileState state;
  GObject *tile; /* of ACINI_TILE_READY: it may have left the cache again by now */
  char *message; /* of ACINI_TILE_FAILED; NULL where that was known from an earlier read, and for other states */
} AciniTileArrival;

/* @arrivals is (element-type AciniTileArrival) and freed after the call. */
typedef void (*AciniTilesArrivedFunc) (GPtrArray *arrivals, gpointer user_data);

typedef struct _AciniTileClient AciniTileClient;

/* @arrived is called on the main context that is the thread's default now. */
AciniTileClient *acini_tile_client_new (AciniTileLoader *loader, AciniTilesArrivedFunc arrived, gpointer user_data);
/* Cancels all; @arrived is not called again.  On the thread that runs the client's main context. */
void acini_tile_client_free (AciniTileClient *self);
/* Replaces what this client wants. */
void acini_tile_client_want (AciniTileClient *self, const AciniTileRequest *requests, guint n_requests);
/* Tiles that are wanted and have not been read yet. */
guint acini_tile_client_get_n_pending (AciniTileClient *self);

G_END_DECLS
