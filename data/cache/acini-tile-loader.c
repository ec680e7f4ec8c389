/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/cache/acini-tile-loader.h"

/* The window draws at GDK_PRIORITY_REDRAW (G_PRIORITY_HIGH_IDLE + 20): tiles that are there go into the next frame. */
#define PRIORITY_ARRIVED (G_PRIORITY_HIGH_IDLE + 10)

struct _AciniTileSource
{
  gatomicrefcount ref_count;
  const AciniTileSourceFuncs *funcs;
  gpointer data;
  GDestroyNotify destroy;
};

/* A tile that somebody wants: in AciniTileLoader.jobs and in the table of every client that wants it, until it was read
 * or the last client has lost interest.  All of it belongs to the loader's mutex, but for what the worker that runs it
 * needs, which does not change: key, source, cancellable. */
typedef struct
{
  AciniTileKey key;
  AciniTileSource *source;
  GCancellable *cancellable;
  double priority;
  gboolean keep;
  gboolean running;
  GPtrArray *clients; /* AciniTileClient, not owned; empty: nobody wants it any more */
  gatomicrefcount ref_count;
} Job;

struct _AciniTileLoader
{
  AciniTileCache *cache;
  GMutex mutex;
  GCond cond;
  GHashTable *jobs; /* AciniTileKey in Job → Job, owned */
  gboolean stop;
  GPtrArray *threads;
};

struct _AciniTileClient
{
  AciniTileLoader *loader;
  AciniTilesArrivedFunc arrived;
  gpointer user_data;
  GMainContext *context;
  GHashTable *wanted;  /* AciniTileKey in Job → Job, not owned */
  GPtrArray *arrivals; /* told with the next dispatch of @source */
  GSource *source;     /* (nullable) attached while arrivals wait */
};

AciniTileSource *
acini_tile_source_new (const AciniTileSourceFuncs *funcs, gpointer data, GDestroyNotify destroy)
{
  g_return_val_if_fail (funcs != NULL && funcs->read != NULL && funcs->make != NULL, NULL);
  AciniTileSource *self = g_new0 (AciniTileSource, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->funcs = funcs;
  self->data = data;
  self->destroy = destroy;
  return self;
}

AciniTileSource *
acini_tile_source_ref (AciniTileSource *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
acini_tile_source_unref (AciniTileSource *self)
{
  g_return_if_fail (self != NULL);
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  if (self->destroy)
    self->destroy (self->data);
  g_free (self);
}

gpointer
acini_tile_source_get_data (AciniTileSource *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->data;
}

static Job *
job_new (const AciniTileRequest *request)
{
  Job *job = g_new0 (Job, 1);
  g_atomic_ref_count_init (&job->ref_count);
  job->key = request->key;
  job->source = acini_tile_source_ref (request->source);
  job->cancellable = g_cancellable_new ();
  job->clients = g_ptr_array_new ();
  return job;
}

static void
job_unref (Job *job)
{
  if (!g_atomic_ref_count_dec (&job->ref_count))
    return;
  acini_tile_source_unref (job->source);
  g_object_unref (job->cancellable);
  g_ptr_array_unref (job->clients);
  g_free (job);
}

static void
arrival_free (AciniTileArrival *arrival)
{
  g_clear_object (&arrival->tile);
  g_free (arrival->message);
  g_free (arrival);
}

static gboolean
dispatch_arrivals (gpointer data)
{
  AciniTileClient *client = data;
  g_mutex_lock (&client->loader->mutex);
  g_autoptr (GPtrArray) arrivals = g_steal_pointer (&client->arrivals);
  client->arrivals = g_ptr_array_new_with_free_func ((GDestroyNotify)arrival_free);
  g_clear_pointer (&client->source, g_source_unref);
  g_mutex_unlock (&client->loader->mutex);
  client->arrived (arrivals, client->user_data);
  return G_SOURCE_REMOVE;
}

/* With the mutex held. */
static void
tell (AciniTileClient *client, const AciniTileKey *key, AciniTileState state, GObject *tile, const char *message)
{
  AciniTileArrival *arrival = g_new0 (AciniTileArrival, 1);
  arrival->key = *key;
  arrival->state = state;
  arrival->tile = tile ? g_object_ref (tile) : NULL;
  arrival->message = g_strdup (message);
  g_ptr_array_add (client->arrivals, arrival);
  if (client->source)
    return;
  client->source = g_idle_source_new ();
  g_source_set_priority (client->source, PRIORITY_ARRIVED);
  g_source_set_static_name (client->source, "[acini] tiles arrived");
  g_source_set_callback (client->source, dispatch_arrivals, client, NULL);
  g_source_attach (client->source, client->context);
}

/* With the mutex held: the queued job that comes first, or NULL.  A screen wants some hundreds of tiles and a read
 * takes a thousand times as long as this loop. */
static Job *
next_job (AciniTileLoader *self)
{
  GHashTableIter iter;
  gpointer value;
  Job *best = NULL;
  g_hash_table_iter_init (&iter, self->jobs);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Job *job = value;
      if (!job->running && (!best || job->priority < best->priority))
        best = job;
    }
  return best;
}

/* Without the mutex: reads and makes the tile into the cache.  *@tile: (transfer full) (nullable). */
static AciniTileState
run_job (AciniTileLoader *self, Job *job, gboolean keep, GObject **tile, char **message)
{
  AciniTileState state = acini_tile_cache_lookup (self->cache, &job->key, tile);
  if (state != ACINI_TILE_MISSING)
    return state;

  g_autoptr (GError) error = NULL;
  int width = 0, height = 0;
  gsize bytes = 0;
  const AciniTileSourceFuncs *funcs = job->source->funcs;
  g_autoptr (GBytes) pixels = funcs->read (job->source->data, &job->key, &width, &height, job->cancellable, &error);
  if (error && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return ACINI_TILE_MISSING;
  if (pixels)
    *tile = funcs->make (job->source->data, &job->key, pixels, width, height, &bytes);
  state = error ? ACINI_TILE_FAILED : *tile ? ACINI_TILE_READY : ACINI_TILE_EMPTY;
  if (error)
    *message = g_strdup (error->message);
  acini_tile_cache_insert (self->cache, &job->key, state, *tile, bytes, keep);
  return state;
}

static gpointer
worker (gpointer data)
{
  AciniTileLoader *self = data;
  g_mutex_lock (&self->mutex);
  while (!self->stop)
    {
      Job *job = next_job (self);
      if (!job)
        {
          g_cond_wait (&self->cond, &self->mutex);
          continue;
        }
      job->running = TRUE;
      g_atomic_ref_count_inc (&job->ref_count);
      gboolean keep = job->keep;
      g_mutex_unlock (&self->mutex);

      g_autofree char *message = NULL;
      GObject *tile = NULL;
      AciniTileState state = run_job (self, job, keep, &tile, &message);

      g_mutex_lock (&self->mutex);
      for (guint i = 0; i < job->clients->len; i++)
        {
          AciniTileClient *client = g_ptr_array_index (job->clients, i);
          g_hash_table_remove (client->wanted, &job->key);
          tell (client, &job->key, state, tile, message);
        }
      g_ptr_array_set_size (job->clients, 0);
      /* A cancelled job has left the table already, and a new one for the same tile may be there instead. */
      if (g_hash_table_lookup (self->jobs, &job->key) == job)
        g_hash_table_remove (self->jobs, &job->key);
      g_mutex_unlock (&self->mutex);
      job_unref (job); /* may free a source, and with it a slide: not under the mutex */
      g_clear_object (&tile);
      g_mutex_lock (&self->mutex);
    }
  g_mutex_unlock (&self->mutex);
  return NULL;
}

AciniTileLoader *
acini_tile_loader_new (AciniTileCache *cache, guint n_threads)
{
  g_return_val_if_fail (cache != NULL, NULL);
  AciniTileLoader *self = g_new0 (AciniTileLoader, 1);
  self->cache = acini_tile_cache_ref (cache);
  g_mutex_init (&self->mutex);
  g_cond_init (&self->cond);
  self->jobs = g_hash_table_new_full (acini_tile_key_hash, acini_tile_key_equal, NULL, (GDestroyNotify)job_unref);
  self->threads = g_ptr_array_new ();
  if (n_threads == 0)
    n_threads = MAX (g_get_num_processors (), 2);
  for (guint i = 0; i < n_threads; i++)
    g_ptr_array_add (self->threads, g_thread_new ("acini-tiles", worker, self));
  return self;
}

void
acini_tile_loader_free (AciniTileLoader *self)
{
  g_return_if_fail (self != NULL);
  g_mutex_lock (&self->mutex);
  self->stop = TRUE;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->mutex);
  for (guint i = 0; i < self->threads->len; i++)
    g_thread_join (g_ptr_array_index (self->threads, i));
  g_ptr_array_unref (self->threads);
  g_hash_table_unref (self->jobs);
  acini_tile_cache_unref (self->cache);
  g_cond_clear (&self->cond);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

AciniTileLoader *
acini_tile_loader_get_default (void)
{
  static AciniTileLoader *loader;
  if (g_once_init_enter_pointer (&loader))
    g_once_init_leave_pointer (&loader, acini_tile_loader_new (acini_tile_cache_get_default (), 0));
  return loader;
}

AciniTileCache *
acini_tile_loader_get_cache (AciniTileLoader *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  return self->cache;
}

AciniTileClient *
acini_tile_client_new (AciniTileLoader *loader, AciniTilesArrivedFunc arrived, gpointer user_data)
{
  g_return_val_if_fail (loader != NULL && arrived != NULL, NULL);
  AciniTileClient *self = g_new0 (AciniTileClient, 1);
  self->loader = loader;
  self->arrived = arrived;
  self->user_data = user_data;
  self->context = g_main_context_ref_thread_default ();
  self->wanted = g_hash_table_new (acini_tile_key_hash, acini_tile_key_equal);
  self->arrivals = g_ptr_array_new_with_free_func ((GDestroyNotify)arrival_free);
  return self;
}

/* With the mutex held: @client no longer wants @job; where nobody does it goes, into @gone if it is to be freed. */
static void
lose_interest (AciniTileLoader *loader, AciniTileClient *client, Job *job, GPtrArray *gone)
{
  g_ptr_array_remove_fast (job->clients, client);
  if (job->clients->len > 0)
    return;
  g_cancellable_cancel (job->cancellable);
  g_hash_table_steal (loader->jobs, &job->key);
  g_ptr_array_add (gone, job);
}

static gboolean
add_request (AciniTileLoader *loader, AciniTileClient *client, const AciniTileRequest *request, GHashTable *wanted)
{
  Job *job = g_hash_table_lookup (loader->jobs, &request->key);
  gboolean fresh = job == NULL;
  if (fresh)
    {
      job = job_new (request);
      g_hash_table_insert (loader->jobs, &job->key, job);
    }
  job->priority = request->priority;
  job->keep |= request->keep;
  if (g_hash_table_contains (wanted, &job->key))
    return fresh;
  if (!g_hash_table_remove (client->wanted, &job->key))
    g_ptr_array_add (job->clients, client);
  g_hash_table_insert (wanted, &job->key, job);
  return fresh;
}

void
acini_tile_client_want (AciniTileClient *self, const AciniTileRequest *requests, guint n_requests)
{
  g_return_if_fail (self != NULL && (requests != NULL || n_requests == 0));
  AciniTileLoader *loader = self->loader;
  GHashTable *wanted = g_hash_table_new (acini_tile_key_hash, acini_tile_key_equal);
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func ((GDestroyNotify)job_unref);
  gboolean fresh = FALSE;

  g_mutex_lock (&loader->mutex);
  for (guint i = 0; i < n_requests; i++)
    fresh |= add_request (loader, self, &requests[i], wanted);
  /* What is left in the old table is not on the new list. */
  GHashTableIter iter;
  gpointer job;
  g_hash_table_iter_init (&iter, self->wanted);
  while (g_hash_table_iter_next (&iter, NULL, &job))
    lose_interest (loader, self, job, gone);
  g_hash_table_unref (self->wanted);
  self->wanted = wanted;
  if (fresh)
    g_cond_broadcast (&loader->cond);
  g_mutex_unlock (&loader->mutex);
}

guint
acini_tile_client_get_n_pending (AciniTileClient *self)
{
  g_return_val_if_fail (self != NULL, 0);
  g_mutex_lock (&self->loader->mutex);
  guint n = g_hash_table_size (self->wanted);
  g_mutex_unlock (&self->loader->mutex);
  return n;
}

void
acini_tile_client_free (AciniTileClient *self)
{
  g_return_if_fail (self != NULL);
  acini_tile_client_want (self, NULL, 0);
  g_mutex_lock (&self->loader->mutex);
  if (self->source)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  g_mutex_unlock (&self->loader->mutex);
  g_ptr_array_unref (self->arrivals);
  g_hash_table_unref (self->wanted);
  g_main_context_unref (self->context);
  g_free (self);
}
