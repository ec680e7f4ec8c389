/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Objects put together from the fragments of tiles.
 *
 * Some tiles are read again.  The objects that lay in them are gone, unless they are there again as they were; from
 * their fragments elsewhere and from the fragments at the sides of the new tiles the search walks over those sides,
 * from fragment to fragment, and what it meets is joined.  Where it meets an object that it did not know, that one is
 * gone, too, and walked through.  A fragment inside a tile is an object, and needs none of that. */

#include "data/objects/acini-object-private.h"

#include <string.h>

#define TILE ACINI_TILE_SIZE
/* Tiles that are read at once. */
#define STRIP 8
#define MOST_THREADS 8

typedef struct
{
  AciniObjectIndex *index;
  AciniTransaction *transaction;
  GHashTable *tiles;  /* set of AciniObjectTile: those that were read or loaded */
  GHashTable *gone;   /* set of gint64: the objects across sides that are put together anew */
  GHashTable *groups; /* set of AciniGroup */
  GArray *queue;      /* AciniMember: fragments whose neighbours are to be met */
} Union;

static guint
hash_place (gconstpointer key)
{
  const AciniTilePlace *place = key;

  return (guint)(place->row * 0x9e3779b1u ^ place->column);
}

static gboolean
equal_places (gconstpointer a, gconstpointer b)
{
  return acini_tile_place_compare (a, b) == 0;
}

static void
free_group (gpointer data)
{
  AciniGroup *group = data;

  g_array_unref (group->members);
  g_free (group);
}

static void
union_clear (Union *self)
{
  g_clear_pointer (&self->groups, g_hash_table_unref);
  g_clear_pointer (&self->tiles, g_hash_table_unref);
  g_clear_pointer (&self->gone, g_hash_table_unref);
  g_clear_pointer (&self->queue, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Union, union_clear)

static void
forget_object (Union *self, gint64 id)
{
  if (id != 0 && !g_hash_table_contains (self->gone, &id))
    g_hash_table_add (self->gone, g_memdup2 (&id, sizeof id));
}

/* NULL with @error set. */
static AciniObjectTile *
ensure_tile (Union *self, AciniTilePlace place, GError **error)
{
  AciniObjectTile *tile = g_hash_table_lookup (self->tiles, &place);

  if (tile != NULL)
    return tile;
  tile = acini_object_store_load (self->transaction, place, error);
  if (tile != NULL)
    g_hash_table_add (self->tiles, tile);
  return tile;
}

/* The group of a fragment, which from now on is looked at. */
static AciniGroup *
ensure_group (Union *self, AciniObjectTile *tile, guint number)
{
  const AciniFragment *fragment = &g_array_index (tile->fragments, AciniFragment, number);
  AciniMember member = { tile, number };
  AciniGroup *group;

  if (tile->groups == NULL)
    tile->groups = g_new0 (AciniGroup *, tile->fragments->len);
  if (tile->groups[number] != NULL)
    return tile->groups[number];
  forget_object (self, fragment->object);
  group = g_new0 (AciniGroup, 1);
  group->members = g_array_new (FALSE, FALSE, sizeof (AciniMember));
  g_array_append_val (group->members, member);
  acini_fragment_sums_add (&group->sums, fragment, tile->place.column * TILE, tile->place.row * TILE);
  tile->groups[number] = group;
  g_hash_table_add (self->groups, group);
  g_array_append_val (self->queue, member);
  return group;
}

static void
join (Union *self, AciniGroup *a, AciniGroup *b)
{
  AciniGroup *large = a->members->len >= b->members->len ? a : b, *small = large == a ? b : a;

  if (a == b)
    return;
  for (guint i = 0; i < small->members->len; i++)
    {
      AciniMember *member = &g_array_index (small->members, AciniMember, i);

      member->tile->groups[member->number] = large;
    }
  g_array_append_vals (large->members, small->members->data, small->members->len);
  acini_fragment_sums_join (&large->sums, &small->sums);
  g_hash_table_remove (self->groups, small);
}

/* (nullable) the place of the neighbour at @side. */
static gboolean
find_neighbour (Union *self, AciniTilePlace place, AciniSide side, AciniTilePlace *neighbour)
{
  const AciniSlideRecord *slide = self->index->source.slide;

  *neighbour = place;
  neighbour->row += side == ACINI_SIDE_NORTH ? -1 : side == ACINI_SIDE_SOUTH ? 1 : 0;
  neighbour->column += side == ACINI_SIDE_WEST ? -1 : side == ACINI_SIDE_EAST ? 1 : 0;
  return neighbour->row >= 0 && neighbour->column >= 0 && neighbour->row * TILE < slide->height
         && neighbour->column * TILE < slide->width;
}

static AciniSide
opposite (AciniSide side)
{
  return (side + 2) % ACINI_N_SIDES;
}

/* Whether pixel @i of @side of @tile is cut from its neighbour. */
static gboolean
is_cut (const AciniObjectTile *tile, const AciniObjectTile *neighbour, AciniSide side, int i)
{
  const AciniObjectTile *later = side == ACINI_SIDE_NORTH || side == ACINI_SIDE_WEST ? tile : neighbour;

  return later->cuts[side == ACINI_SIDE_NORTH || side == ACINI_SIDE_SOUTH ? 0 : 1][i] != 0;
}

/* Joins the fragment with those on the other side of @side. */
static gboolean
meet_side (Union *self, AciniObjectTile *tile, guint number, AciniSide side, GError **error)
{
  const AciniFragment fragment = g_array_index (tile->fragments, AciniFragment, number);
  gint64 left = tile->place.column * TILE, top = tile->place.row * TILE;
  gboolean upright = side == ACINI_SIDE_WEST || side == ACINI_SIDE_EAST;
  int first = (int)(upright ? fragment.top - top : fragment.left - left);
  int end = (int)(upright ? fragment.bottom - top : fragment.right - left);
  guint32 met = 0; /* the last: most lie along many pixels */
  AciniTilePlace place;
  AciniObjectTile *neighbour;

  if ((side == ACINI_SIDE_NORTH && fragment.top != top) || (side == ACINI_SIDE_WEST && fragment.left != left)
      || (side == ACINI_SIDE_SOUTH && fragment.bottom != top + TILE)
      || (side == ACINI_SIDE_EAST && fragment.right != left + TILE)
      || !find_neighbour (self, tile->place, side, &place))
    return TRUE;
  neighbour = ensure_tile (self, place, error);
  if (neighbour == NULL)
    return FALSE;
  for (int i = first; i < end; i++)
    {
      guint32 other = neighbour->sides[opposite (side)][i];

      if (tile->sides[side][i] != number + 1 || other == 0 || other == met || is_cut (tile, neighbour, side, i)
          || g_array_index (neighbour->fragments, AciniFragment, other - 1).label != fragment.label)
        continue;
      join (self, ensure_group (self, tile, number), ensure_group (self, neighbour, other - 1));
      met = other;
    }
  return TRUE;
}

/* Looks at the fragments on the other side of @old that belonged to the objects that lay in it. */
static gboolean
leave_side (Union *self, const AciniObjectTile *old, AciniSide side, GError **error)
{
  AciniTilePlace place;
  AciniObjectTile *neighbour;
  guint32 looked = 0; /* the last */
  gboolean any = FALSE;

  for (int i = 0; i < TILE && !any; i++)
    any = old->sides[side][i] != 0;
  if (!any || !find_neighbour (self, old->place, side, &place))
    return TRUE;
  neighbour = ensure_tile (self, place, error);
  if (neighbour == NULL)
    return FALSE;
  /* One that is read anew is looked at as a whole. */
  for (int i = 0; i < TILE; i++)
    {
      guint32 other = neighbour->sides[opposite (side)][i];

      if (other == 0 || other == looked)
        continue;
      looked = other;
      if (g_hash_table_contains (self->gone, &g_array_index (neighbour->fragments, AciniFragment, other - 1).object))
        ensure_group (self, neighbour, other - 1);
    }
  return TRUE;
}

/* Tiles beside each other. */
typedef struct
{
  AciniObjectTile *tiles[STRIP];
  guint n;
} Strip;

typedef struct
{
  AciniObjectIndex *index;
  GMutex lock;
  GError *error; /* the first */
} Reading;

/* On one of the threads that read. */
static void
read_strip (gpointer data, gpointer user_data)
{
  g_autofree Strip *strip = data;
  Reading *reading = user_data;
  g_autoptr (GError) error = NULL;

  if (acini_object_read_tiles (reading->index, strip->tiles, strip->n, &error))
    return;
  g_mutex_lock (&reading->lock);
  if (reading->error == NULL)
    reading->error = g_steal_pointer (&error);
  g_mutex_unlock (&reading->lock);
}

/* Reads the tiles at @places anew, each run of a row at once; tiles are independent, so several threads do it where
 * there are more than an edit touches. */
static gboolean
read_tiles (Union *self, const AciniTilePlace *places, guint n, GError **error)
{
  Reading reading = { .index = self->index };
  guint n_threads = n > STRIP ? MIN (g_get_num_processors (), MOST_THREADS) : 1;
  GThreadPool *pool = n_threads > 1 ? g_thread_pool_new (read_strip, &reading, (int)n_threads, FALSE, NULL) : NULL;

  g_mutex_init (&reading.lock);
  for (guint i = 0; i < n;)
    {
      Strip *strip = g_new0 (Strip, 1);
      const AciniTilePlace first = places[i];

      for (; strip->n < STRIP && i < n && places[i].row == first.row && places[i].column == first.column + strip->n;
           i++)
        {
          AciniObjectTile *tile = acini_object_tile_new (places[i]);

          tile->changed = TRUE;
          g_hash_table_add (self->tiles, tile);
          strip->tiles[strip->n++] = tile;
        }
      if (pool != NULL)
        g_thread_pool_push (pool, strip, NULL);
      else
        read_strip (strip, &reading);
    }
  if (pool != NULL)
    g_thread_pool_free (pool, FALSE, TRUE);
  g_mutex_clear (&reading.lock);
  if (reading.error == NULL)
    return TRUE;
  g_propagate_error (error, reading.error);
  return FALSE;
}

/* The tiles at @places as they were. */
static gboolean
load_old (Union *self, GArray *places, GPtrArray *old, GError **error)
{
  for (guint i = 0; i < places->len; i++)
    {
      AciniObjectTile *tile
          = acini_object_store_load (self->transaction, g_array_index (places, AciniTilePlace, i), error);

      if (tile == NULL)
        return FALSE;
      g_ptr_array_add (old, tile);
    }
  return TRUE;
}

/* Whether @fragment, of @tile, reaches none of its sides: it is an object of its own. */
static gboolean
is_inside (const AciniObjectTile *tile, const AciniFragment *fragment)
{
  gint64 left = tile->place.column * TILE, top = tile->place.row * TILE;

  return fragment->left > left && fragment->top > top && fragment->right < left + TILE && fragment->bottom < top + TILE;
}

/* The fragment of @now that has the place in it of @old, which lies inside, and is as it was; *@k: where to look. */
static AciniFragment *
find_same (AciniObjectTile *now, const AciniFragment *old, guint *k)
{
  AciniFragment copy = *old, *found;

  /* Both are in the order of their first pixels. */
  while (*k < now->fragments->len && g_array_index (now->fragments, AciniFragment, *k).first < old->first)
    ++*k;
  if (*k == now->fragments->len)
    return NULL;
  found = &g_array_index (now->fragments, AciniFragment, *k);
  copy.object = 0;
  return memcmp (&copy, found, sizeof copy) == 0 ? found : NULL;
}

/* The objects of @before are gone, but for those that lie inside and are in @now as they were: of the hundreds of a
 * tile a thin stroke touches a few.  Of a wide one it takes hundreds in a row, which go at once: so do those that
 * reach further and begin between them, as all of these are put together anew. */
static gboolean
leave_tile (Union *self, const AciniObjectTile *before, AciniObjectTile *now, GError **error)
{
  const AciniSlideRecord *slide = self->index->source.slide;
  gint64 first = 0, last = 0;

  for (guint i = 0, k = 0; i <= before->fragments->len; i++)
    {
      const AciniFragment *old
          = i < before->fragments->len ? &g_array_index (before->fragments, AciniFragment, i) : NULL;
      gboolean inside = old != NULL && is_inside (before, old);
      AciniFragment *same = inside ? find_same (now, old, &k) : NULL;

      if (same != NULL)
        same->object = old->object;
      if ((same != NULL || old == NULL) && first != 0)
        {
          if (!acini_object_store_remove (self->transaction, slide, first, last, error))
            return FALSE;
          first = 0;
        }
      if (old == NULL || same != NULL)
        continue;
      if (!inside)
        forget_object (self, old->object);
      first = first != 0 ? first : old->first;
      last = old->first;
    }
  return TRUE;
}

/* Looks at all that may have changed, and at what that meets. */
static gboolean
walk (Union *self, GArray *places, GPtrArray *old, GError **error)
{
  for (guint i = 0; i < places->len; i++)
    {
      AciniObjectTile *tile = g_hash_table_lookup (self->tiles, &g_array_index (places, AciniTilePlace, i));

      if (!leave_tile (self, g_ptr_array_index (old, i), tile, error))
        return FALSE;
    }
  for (guint i = 0; i < places->len; i++)
    {
      AciniObjectTile *tile = g_hash_table_lookup (self->tiles, &g_array_index (places, AciniTilePlace, i));
      const AciniObjectTile *before = g_ptr_array_index (old, i);

      tile->stored = before->stored;
      for (guint k = 0; k < tile->fragments->len; k++)
        if (!is_inside (tile, &g_array_index (tile->fragments, AciniFragment, k)))
          ensure_group (self, tile, k);
      for (AciniSide side = 0; side < ACINI_N_SIDES; side++)
        if (!leave_side (self, before, side, error))
          return FALSE;
    }
  while (self->queue->len > 0)
    {
      AciniMember member = g_array_index (self->queue, AciniMember, self->queue->len - 1);

      g_array_set_size (self->queue, self->queue->len - 1);
      for (AciniSide side = 0; side < ACINI_N_SIDES; side++)
        if (!meet_side (self, member.tile, member.number, side, error))
          return FALSE;
    }
  return TRUE;
}

static int
compare_groups (gconstpointer a, gconstpointer b)
{
  const AciniGroup *first = a, *second = b;

  return (first->sums.sums.first > second->sums.sums.first) - (first->sums.sums.first < second->sums.sums.first);
}

/* Writes the new objects inside the tile. */
static gboolean
write_inside (Union *self, AciniObjectTile *tile, GError **error)
{
  for (guint i = 0; i < tile->fragments->len; i++)
    {
      AciniFragment *fragment = &g_array_index (tile->fragments, AciniFragment, i);
      AciniFragmentSums sums = { 0 };

      if (fragment->object != 0 || !is_inside (tile, fragment))
        continue;
      acini_fragment_sums_add (&sums, fragment, tile->place.column * TILE, tile->place.row * TILE);
      fragment->object = fragment->first;
      if (!acini_object_store_add (self->transaction, self->index->source.slide, &sums, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_objects (Union *self, GArray *places, GError **error)
{
  const AciniSlideRecord *slide = self->index->source.slide;
  g_autoptr (GPtrArray) groups = g_hash_table_get_keys_as_ptr_array (self->groups);
  GHashTableIter iter;
  gint64 *id;

  g_hash_table_iter_init (&iter, self->gone);
  while (g_hash_table_iter_next (&iter, (gpointer *)&id, NULL))
    if (!acini_object_store_remove (self->transaction, slide, *id, *id, error))
      return FALSE;
  for (guint i = 0; i < places->len; i++)
    if (!write_inside (self, g_hash_table_lookup (self->tiles, &g_array_index (places, AciniTilePlace, i)), error))
      return FALSE;
  /* Nearly in the order of the table, which is then written from front to back. */
  g_ptr_array_sort_values (groups, compare_groups);
  for (guint k = 0; k < groups->len; k++)
    {
      AciniGroup *group = groups->pdata[k];

      for (guint i = 0; i < group->members->len; i++)
        {
          const AciniMember *member = &g_array_index (group->members, AciniMember, i);
          AciniFragment *fragment = &g_array_index (member->tile->fragments, AciniFragment, member->number);

          member->tile->changed |= fragment->object != group->sums.sums.first;
          fragment->object = group->sums.sums.first;
        }
      if (!acini_object_store_add (self->transaction, slide, &group->sums, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
acini_object_union_update (AciniObjectIndex *self, AciniTransaction *transaction, GArray *places, GError **error)
{
  g_auto (Union) state = { self, transaction };
  g_autoptr (GPtrArray) old = g_ptr_array_new_with_free_func ((GDestroyNotify)acini_object_tile_free);
  GHashTableIter iter;
  AciniObjectTile *tile;

  state.tiles = g_hash_table_new_full (hash_place, equal_places, (GDestroyNotify)acini_object_tile_free, NULL);
  state.gone = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  state.groups = g_hash_table_new_full (NULL, NULL, free_group, NULL);
  state.queue = g_array_new (FALSE, FALSE, sizeof (AciniMember));
  if (!load_old (&state, places, old, error)
      || !read_tiles (&state, &g_array_index (places, AciniTilePlace, 0), places->len, error)
      || !walk (&state, places, old, error) || !write_objects (&state, places, error))
    return FALSE;
  g_hash_table_iter_init (&iter, state.tiles);
  while (g_hash_table_iter_next (&iter, (gpointer *)&tile, NULL))
    if (tile->changed && !acini_object_store_save (transaction, tile, error))
      return FALSE;
  return TRUE;
}
