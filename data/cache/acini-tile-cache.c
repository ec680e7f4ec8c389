/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "data/cache/acini-tile-cache.h"

#include <unistd.h>

/* What an entry costs beside its tile, so that a million empty tiles are not free. */
#define ENTRY_BYTES 128

typedef struct
{
  AciniTileKey key;
  AciniTileState state;
  GObject *tile;
  gsize bytes;
  gboolean keep; /* and then not in the queue */
  GList link;    /* in AciniTileCache.used, data is the entry */
} Entry;

struct _AciniTileCache
{
  gatomicrefcount ref_count;
  GMutex mutex;
  GHashTable *entries; /* Entry (its key first) → itself */
  GQueue used;         /* of Entry.link, most recently used first */
  gsize bytes;
  gsize limit;
  GHashTable *layers; /* name → guint64, boxed */
  guint64 last_layer;
};

/* MurmurHash3's 64-bit finalizer (Austin Appleby, public domain). */
static guint64
mix (guint64 h)
{
  h = (h ^ (h >> 33)) * G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
  h = (h ^ (h >> 33)) * G_GUINT64_CONSTANT (0xc4ceb9fe1a85ec53);
  return h ^ (h >> 33);
}

guint
acini_tile_key_hash (gconstpointer key)
{
  const AciniTileKey *k = key;
  guint64 place = mix ((guint64)k->column << 32 ^ (guint64)k->row);
  return (guint)mix (place ^ k->layer << 40 ^ k->generation ^ (guint64)(guint)k->level << 56);
}

gboolean
acini_tile_key_equal (gconstpointer a, gconstpointer b)
{
  const AciniTileKey *p = a, *q = b;
  return p->column == q->column && p->row == q->row && p->level == q->level && p->layer == q->layer
         && p->generation == q->generation;
}

static gsize
default_limit (void)
{
  const gsize most = (gsize)2 << 30;
  long pages = sysconf (_SC_PHYS_PAGES), size = sysconf (_SC_PAGESIZE);
  if (pages <= 0 || size <= 0)
    return most / 4;
  return MIN ((gsize)pages / 4 * (gsize)size, most);
}

AciniTileCache *
acini_tile_cache_new (gsize limit)
{
  AciniTileCache *self = g_new0 (AciniTileCache, 1);
  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->mutex);
  self->entries = g_hash_table_new (acini_tile_key_hash, acini_tile_key_equal);
  self->layers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->limit = limit > 0 ? limit : default_limit ();
  return self;
}

AciniTileCache *
acini_tile_cache_get_default (void)
{
  static AciniTileCache *cache;
  if (g_once_init_enter_pointer (&cache))
    g_once_init_leave_pointer (&cache, acini_tile_cache_new (0));
  return cache;
}

AciniTileCache *
acini_tile_cache_ref (AciniTileCache *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static void
entry_free (Entry *entry)
{
  g_clear_object (&entry->tile);
  g_free (entry);
}

void
acini_tile_cache_unref (AciniTileCache *self)
{
  g_return_if_fail (self != NULL);
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  GHashTableIter iter;
  gpointer entry;
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    entry_free (entry);
  g_hash_table_unref (self->entries);
  g_hash_table_unref (self->layers);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

guint64
acini_tile_cache_get_layer (AciniTileCache *self, const char *name)
{
  g_return_val_if_fail (self != NULL, 0);
  g_mutex_lock (&self->mutex);
  guint64 *known = name ? g_hash_table_lookup (self->layers, name) : NULL;
  guint64 layer = known ? *known : ++self->last_layer;
  if (name && !known)
    g_hash_table_insert (self->layers, g_strdup (name), g_memdup2 (&layer, sizeof layer));
  g_mutex_unlock (&self->mutex);
  return layer;
}

/* Takes @entry out of everything; the caller frees it after unlocking. */
static void
take_out (AciniTileCache *self, Entry *entry, GSList **gone)
{
  if (!entry->keep)
    g_queue_unlink (&self->used, &entry->link);
  g_hash_table_remove (self->entries, &entry->key);
  self->bytes -= entry->bytes;
  *gone = g_slist_prepend (*gone, entry);
}

static void
shrink (AciniTileCache *self, GSList **gone)
{
  while (self->bytes > self->limit && self->used.tail)
    take_out (self, self->used.tail->data, gone);
}

static void
free_all (GSList *gone)
{
  g_slist_free_full (gone, (GDestroyNotify)entry_free);
}

AciniTileState
acini_tile_cache_lookup (AciniTileCache *self, const AciniTileKey *key, GObject **tile)
{
  g_return_val_if_fail (self != NULL && key != NULL, ACINI_TILE_MISSING);
  AciniTileState state = ACINI_TILE_MISSING;
  if (tile)
    *tile = NULL;
  g_mutex_lock (&self->mutex);
  Entry *entry = g_hash_table_lookup (self->entries, key);
  if (entry)
    {
      state = entry->state;
      if (tile && entry->tile)
        *tile = g_object_ref (entry->tile);
      if (!entry->keep && self->used.head != &entry->link)
        {
          g_queue_unlink (&self->used, &entry->link);
          g_queue_push_head_link (&self->used, &entry->link);
        }
    }
  g_mutex_unlock (&self->mutex);
  return state;
}

void
acini_tile_cache_insert (AciniTileCache *self, const AciniTileKey *key, AciniTileState state, GObject *tile,
                         gsize bytes, gboolean keep)
{
  g_return_if_fail (self != NULL && key != NULL);
  g_return_if_fail (state != ACINI_TILE_MISSING && (state == ACINI_TILE_READY) == (tile != NULL));

  Entry *entry = g_new0 (Entry, 1);
  entry->key = *key;
  entry->state = state;
  entry->tile = tile ? g_object_ref (tile) : NULL;
  entry->bytes = bytes + ENTRY_BYTES;
  entry->keep = keep;
  entry->link.data = entry;

  GSList *gone = NULL;
  g_mutex_lock (&self->mutex);
  Entry *before = g_hash_table_lookup (self->entries, key);
  if (before)
    take_out (self, before, &gone);
  g_hash_table_insert (self->entries, &entry->key, entry);
  if (!keep)
    g_queue_push_head_link (&self->used, &entry->link);
  self->bytes += entry->bytes;
  shrink (self, &gone);
  g_mutex_unlock (&self->mutex);
  free_all (gone);
}

void
acini_tile_cache_remove (AciniTileCache *self, const AciniTileKey *key)
{
  g_return_if_fail (self != NULL && key != NULL);
  GSList *gone = NULL;
  g_mutex_lock (&self->mutex);
  Entry *entry = g_hash_table_lookup (self->entries, key);
  if (entry)
    take_out (self, entry, &gone);
  g_mutex_unlock (&self->mutex);
  free_all (gone);
}

void
acini_tile_cache_release_layer (AciniTileCache *self, guint64 layer)
{
  g_return_if_fail (self != NULL);
  GSList *gone = NULL, *failed = NULL;
  GHashTableIter iter;
  gpointer value;
  g_mutex_lock (&self->mutex);
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;
      if (entry->key.layer != layer)
        continue;
      if (entry->keep)
        {
          entry->keep = FALSE;
          g_queue_push_head_link (&self->used, &entry->link);
        }
      if (entry->state == ACINI_TILE_FAILED)
        failed = g_slist_prepend (failed, entry);
    }
  for (GSList *l = failed; l; l = l->next)
    take_out (self, l->data, &gone);
  shrink (self, &gone);
  g_mutex_unlock (&self->mutex);
  g_slist_free (failed);
  free_all (gone);
}

void
acini_tile_cache_set_limit (AciniTileCache *self, gsize limit)
{
  g_return_if_fail (self != NULL);
  GSList *gone = NULL;
  g_mutex_lock (&self->mutex);
  self->limit = limit > 0 ? limit : default_limit ();
  shrink (self, &gone);
  g_mutex_unlock (&self->mutex);
  free_all (gone);
}

gsize
acini_tile_cache_get_limit (AciniTileCache *self)
{
  g_return_val_if_fail (self != NULL, 0);
  g_mutex_lock (&self->mutex);
  gsize limit = self->limit;
  g_mutex_unlock (&self->mutex);
  return limit;
}

gsize
acini_tile_cache_get_bytes (AciniTileCache *self)
{
  g_return_val_if_fail (self != NULL, 0);
  g_mutex_lock (&self->mutex);
  gsize bytes = self->bytes;
  g_mutex_unlock (&self->mutex);
  return bytes;
}

guint
acini_tile_cache_get_n_tiles (AciniTileCache *self)
{
  g_return_val_if_fail (self != NULL, 0);
  g_mutex_lock (&self->mutex);
  guint n = g_hash_table_size (self->entries);
  g_mutex_unlock (&self->mutex);
  return n;
}
