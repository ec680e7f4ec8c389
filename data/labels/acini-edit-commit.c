/* SPDX-License-Identifier: GPL-3.0-or-later */

/* An edit becomes a row of the journal: its tiles are laid over those that are there, and seams whose pixels got
 * another label go.  What is locked stays an object of its own: seams come between it and what is painted beside it. */

#include "data/labels/acini-edit-private.h"
#include "data/project/acini-lock.h"
#include "data/project/acini-sign-off.h"

#include <string.h>

#define TILE ACINI_TILE_SIZE
#define COMPRESSION_LEVEL 3
/* A tile and the pixels around it. */
#define AROUND (TILE + 2)

typedef struct
{
  AciniTransaction *transaction;
  gint64 sequence;
  GChecksum *checksum, *seams; /* of the tiles of both layers */
  GArray *places;              /* of the label tiles that changed */
  gboolean seamed;             /* the slide has seams, or gets some */
  guint n_seams;               /* tiles of seams that changed */
  GHashTable *cleared;         /* set of AciniEditTile: in @raw the bits of seams that go, as their pixels changed … */
  GHashTable *guards;          /* … and of those that come, as what is locked lies beside changed pixels */
  gint64 left, top, right, bottom; /* of the pixels that changed */
  guint8 *pixels, *overlay;        /* scratch: a tile each … */
  guint8 *locked;                  /* … and what is locked of one and around it */
  GPtrArray *locks;                /* AciniLock, where the edit reaches; NULL: it may change all */
} AciniCommit;

static void
add_damage (AciniCommit *commit, AciniTilePlace place, gint64 left, gint64 top, gint64 right, gint64 bottom)
{
  commit->left = MIN (commit->left, place.column * TILE + left);
  commit->top = MIN (commit->top, place.row * TILE + top);
  commit->right = MAX (commit->right, place.column * TILE + right);
  commit->bottom = MAX (commit->bottom, place.row * TILE + bottom);
}

/* Pixels that are looked at together: a fixed number becomes vector instructions. */
#define WORD 8
#define PIECE 64

/* Whether @from changes none of the first pixels of @to. */
static gboolean
keeps_word (const guint8 *to, const guint8 *from)
{
  static const guint8 keep[WORD] = { ACINI_LABEL_KEEP, ACINI_LABEL_KEEP, ACINI_LABEL_KEEP, ACINI_LABEL_KEEP,
                                     ACINI_LABEL_KEEP, ACINI_LABEL_KEEP, ACINI_LABEL_KEEP, ACINI_LABEL_KEEP };

  return memcmp (from, keep, WORD) == 0 || memcmp (from, to, WORD) == 0;
}

static gboolean
keeps (guint8 to, guint8 from)
{
  return from == ACINI_LABEL_KEEP || from == to;
}

/* Narrows *@first … *@last to the pixels that @from changes. */
static void
find_changed (const guint8 *to, const guint8 *from, int *first, int *last)
{
  while (*first + WORD <= *last && keeps_word (to + *first, from + *first))
    *first += WORD;
  while (*first < *last && keeps (to[*first], from[*first]))
    ++*first;
  while (*first + WORD <= *last && keeps_word (to + *last - WORD, from + *last - WORD))
    *last -= WORD;
  while (*last > *first && keeps (to[*last - 1], from[*last - 1]))
    --*last;
}

static void
lay_over (guint8 *restrict to, const guint8 *restrict from, int n)
{
  for (; n >= PIECE; n -= PIECE, to += PIECE, from += PIECE)
    for (int i = 0; i < PIECE; i++)
      to[i] = from[i] != ACINI_LABEL_KEEP ? from[i] : to[i];
  for (int i = 0; i < n; i++)
    to[i] = from[i] != ACINI_LABEL_KEEP ? from[i] : to[i];
}

/* Lays the overlay over the pixels within @width × @height.  Returns: whether any changed. */
static gboolean
merge (AciniCommit *commit, AciniTilePlace place, int width, int height)
{
  int left = TILE, top = TILE, right = 0, bottom = 0;

  for (int y = 0; y < height; y++)
    {
      guint8 *to = commit->pixels + y * TILE;
      const guint8 *from = commit->overlay + y * TILE;
      int first = 0, last = width;

      find_changed (to, from, &first, &last);
      if (first == last)
        continue;
      lay_over (to + first, from + first, last - first);
      left = MIN (left, first);
      right = MAX (right, last);
      top = MIN (top, y);
      bottom = y + 1;
    }
  if (right == 0)
    return FALSE;
  add_damage (commit, place, left, top, right, bottom);
  return TRUE;
}

/* What is painted over another class than the one that is worked on is left out. */
static void
keep_protected (AciniCommit *commit, guint8 label)
{
  for (int i = 0; i < ACINI_TILE_PIXELS; i++)
    if (commit->pixels[i] >= ACINI_LABEL_FIRST_CLASS && commit->pixels[i] != label)
      commit->overlay[i] = ACINI_LABEL_KEEP;
}

/* Whether any pixel of the tile, or beside it, is locked: then @locked tells which. */
static gboolean
find_locked (AciniCommit *commit, AciniTilePlace place)
{
  gboolean any = FALSE;

  if (commit->locks == NULL || commit->locks->len == 0)
    return FALSE;
  memset (commit->locked, 0, AROUND * AROUND);
  for (guint i = 0; i < commit->locks->len; i++)
    any |= acini_lock_rasterise (commit->locks->pdata[i], place.column * TILE - 1, place.row * TILE - 1, AROUND, AROUND,
                                 commit->locked);
  return any;
}

/* Of the tile of which find_locked () was asked last; from -1 to TILE. */
static inline gboolean
is_locked (const AciniCommit *commit, int x, int y)
{
  return commit->locked[(y + 1) * AROUND + x + 1] != 0;
}

static void
keep_locked (const AciniCommit *commit, guint8 *overlay)
{
  for (int i = 0; i < ACINI_TILE_PIXELS; i++)
    if (is_locked (commit, i % TILE, i / TILE))
      overlay[i] = ACINI_LABEL_KEEP;
}

/* What @drawn says of seams cuts nothing within what is locked, and opens no seam around it. */
static void
keep_locked_seams (const AciniCommit *commit, guint8 *drawn)
{
  for (int i = 0; i < ACINI_TILE_PIXELS; i++)
    {
      int x = i % TILE, y = i / TILE;
      gboolean own = is_locked (commit, x, y), left = is_locked (commit, x - 1, y);
      gboolean upper = is_locked (commit, x, y - 1);
      guint8 there = commit->overlay[i] != ACINI_LABEL_KEEP ? commit->overlay[i] : commit->pixels[i];
      guint8 kept = (guint8)((own || left ? ACINI_SEAM_LEFT : 0) | (own || upper ? ACINI_SEAM_UPPER : 0));
      guint8 fixed = (guint8)((own && left ? ACINI_SEAM_LEFT : 0) | (own && upper ? ACINI_SEAM_UPPER : 0));

      if (drawn[i] != ACINI_LABEL_KEEP)
        drawn[i] = (guint8)((drawn[i] & ~fixed) | (there & kept));
    }
}

static gboolean
unpack_labels (const AciniCommit *commit, const AciniPackedTile *tile, guint8 *pixels, GError **error)
{
  guint8 *shared;

  if (tile->value >= 0)
    {
      memset (pixels, tile->value, ACINI_TILE_PIXELS);
      return TRUE;
    }
  shared = acini_tile_unpack_shared (tile->data, tile->size);
  if (shared == NULL)
    {
      acini_transaction_set_damaged (commit->transaction, error, "label tile");
      return FALSE;
    }
  memcpy (pixels, shared, ACINI_TILE_PIXELS);
  g_atomic_rc_box_release (shared);
  return TRUE;
}

/* Makes *@after of *@before and what the edit says.  *@changed: whether they differ. */
static gboolean
merge_tile (AciniEdit *self, AciniCommit *commit, const AciniEditTile *tile, const AciniPackedTile *before,
            AciniPackedTile *after, gboolean *changed, GError **error)
{
  int width = MIN (TILE, self->width - tile->place.column * TILE);
  int height = MIN (TILE, self->height - tile->place.row * TILE);
  const AciniPackedTile *packed = &tile->packed;
  gboolean locked = find_locked (commit, tile->place);

  if (!locked && tile->raw == NULL && packed->value >= 0 && packed->value != ACINI_LABEL_KEEP && width == TILE
      && height == TILE && self->protect == 0)
    {
      *changed = before->value != packed->value;
      after->value = packed->value;
      if (*changed)
        add_damage (commit, tile->place, 0, 0, TILE, TILE);
      return TRUE;
    }
  if (!unpack_labels (commit, before, commit->pixels, error))
    return FALSE;
  if (tile->raw != NULL)
    memcpy (commit->overlay, tile->raw, ACINI_TILE_PIXELS);
  else if (!acini_tile_unpack (packed->value, packed->data, packed->size, commit->overlay, ACINI_TILE_PIXELS))
    g_assert_not_reached ();
  if (self->protect != 0)
    keep_protected (commit, self->protect);
  if (locked)
    keep_locked (commit, commit->overlay);
  *changed = merge (commit, tile->place, width, height);
  if (!*changed)
    return TRUE;
  acini_tile_pack (commit->pixels, ACINI_TILE_PIXELS, COMPRESSION_LEVEL, after);
  acini_tile_remember (commit->pixels, after);
  return TRUE;
}

/* (nullable) the bits of the seams at @place that go; NULL where there are none. */
static guint8 *
ensure_cleared (AciniCommit *commit, gint64 slide, AciniTilePlace place, gboolean *ok, GError **error)
{
  AciniEditTile *tile = g_hash_table_lookup (commit->cleared, &place);
  gint64 there;

  if (tile != NULL)
    return tile->raw;
  there = acini_transaction_get_int (commit->transaction, error, 0,
                                     "SELECT count(*) FROM seam_tiles WHERE slide = ?1 AND row = ?2 AND column = ?3",
                                     "iii", slide, place.row, place.column);
  *ok = *ok && there >= 0;
  if (there <= 0)
    return NULL;
  tile = g_new0 (AciniEditTile, 1);
  tile->place = place;
  tile->raw = g_malloc0 (ACINI_TILE_PIXELS);
  g_hash_table_add (commit->cleared, tile);
  return tile->raw;
}

/* The labels of a tile before and after the edit, into @pixels and @overlay. */
static gboolean
unpack_change (AciniCommit *commit, const AciniPackedTile *before, const AciniPackedTile *after, GError **error)
{
  return unpack_labels (commit, before, commit->pixels, error) && unpack_labels (commit, after, commit->overlay, error);
}

/* Notes a seam that comes at a pixel of the tile at @place, or just right of or below it. */
static void
add_guard (AciniCommit *commit, AciniTilePlace place, int x, int y, guint8 seam)
{
  const AciniTilePlace where = { place.row + y / TILE, place.column + x / TILE };
  AciniEditTile *tile = g_hash_table_lookup (commit->guards, &where);

  if (tile == NULL)
    {
      tile = g_new0 (AciniEditTile, 1);
      tile->place = where;
      tile->raw = g_malloc0 (ACINI_TILE_PIXELS);
      g_hash_table_add (commit->guards, tile);
    }
  tile->raw[y % TILE * TILE + x % TILE] |= seam;
}

/* Notes which seams come where the labels of a tile changed from @before to @after: between what may be of the class of
 * something locked, and that. */
static gboolean
guard_locked (AciniCommit *commit, AciniTilePlace place, const AciniPackedTile *before, const AciniPackedTile *after,
              GError **error)
{
  if (!find_locked (commit, place))
    return TRUE;
  if (!unpack_change (commit, before, after, error))
    return FALSE;
  for (int i = 0; i < ACINI_TILE_PIXELS; i++)
    {
      int x = i % TILE, y = i / TILE;

      if (commit->pixels[i] == commit->overlay[i] || commit->overlay[i] == ACINI_LABEL_BACKGROUND)
        continue;
      if (is_locked (commit, x - 1, y))
        add_guard (commit, place, x, y, ACINI_SEAM_LEFT);
      if (is_locked (commit, x, y - 1))
        add_guard (commit, place, x, y, ACINI_SEAM_UPPER);
      if (is_locked (commit, x + 1, y))
        add_guard (commit, place, x + 1, y, ACINI_SEAM_LEFT);
      if (is_locked (commit, x, y + 1))
        add_guard (commit, place, x, y + 1, ACINI_SEAM_UPPER);
    }
  return TRUE;
}

/* Notes which seams go where the labels of a tile changed from @before to @after: those of the changed pixels, and
 * those that the pixels to the right and below have with them. */
static gboolean
clear_seams (AciniCommit *commit, gint64 slide, AciniTilePlace place, const AciniPackedTile *before,
             const AciniPackedTile *after, GError **error)
{
  gboolean ok = TRUE;
  guint8 *own = ensure_cleared (commit, slide, place, &ok, error);
  guint8 *right
      = ok ? ensure_cleared (commit, slide, (AciniTilePlace){ place.row, place.column + 1 }, &ok, error) : NULL;
  guint8 *below
      = ok ? ensure_cleared (commit, slide, (AciniTilePlace){ place.row + 1, place.column }, &ok, error) : NULL;

  if (!ok || (own == NULL && right == NULL && below == NULL))
    return ok;
  if (!unpack_change (commit, before, after, error))
    return FALSE;
  for (int i = 0; i < ACINI_TILE_PIXELS; i++)
    {
      int x = i % TILE, y = i / TILE;

      if (commit->pixels[i] == commit->overlay[i])
        continue;
      if (own != NULL)
        own[i] |= ACINI_SEAM_LEFT | ACINI_SEAM_UPPER;
      if (x + 1 < TILE && own != NULL)
        own[i + 1] |= ACINI_SEAM_LEFT;
      else if (x + 1 == TILE && right != NULL)
        right[y * TILE] |= ACINI_SEAM_LEFT;
      if (y + 1 < TILE && own != NULL)
        own[i + TILE] |= ACINI_SEAM_UPPER;
      else if (y + 1 == TILE && below != NULL)
        below[x] |= ACINI_SEAM_UPPER;
    }
  return TRUE;
}

static gboolean
commit_tile (AciniEdit *self, AciniCommit *commit, const AciniEditTile *tile, GError **error)
{
  g_auto (AciniPackedTile) before = ACINI_PACKED_TILE_INIT, after = ACINI_PACKED_TILE_INIT;
  guint8 before_hash[ACINI_JOURNAL_HASH], after_hash[ACINI_JOURNAL_HASH];
  gboolean changed = FALSE;

  if (!acini_labels_load_tile (commit->transaction, self->slide, 0, tile->place, &before, error)
      || !merge_tile (self, commit, tile, &before, &after, &changed, error))
    return FALSE;
  if (!changed)
    return TRUE;
  acini_journal_hash_tile (before.value, before.data, before.size, before_hash);
  acini_journal_hash_tile (after.value, after.data, after.size, after_hash);
  acini_journal_hash_place (commit->checksum, tile->place, before_hash, after_hash);
  g_array_append_val (commit->places, tile->place);
  /* What says that all is right leaves the seams, too. */
  if (commit->locks != NULL
      && ((commit->seamed && !clear_seams (commit, self->slide, tile->place, &before, &after, error))
          || !guard_locked (commit, tile->place, &before, &after, error)))
    return FALSE;
  return acini_transaction_run (commit->transaction, error,
                                "INSERT INTO journal_tiles (sequence, row, column, before_value, before_pixels,"
                                " after_value, after_pixels) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                                "iiiubub", commit->sequence, tile->place.row, tile->place.column, (gint64)before.value,
                                before.data, before.size, (gint64)after.value, after.data, after.size)
         && acini_labels_store_tile (commit->transaction, self->slide, 0, tile->place, &after, error);
}

/* Lays what the edit and the labels say about the seams of one tile over those that are there. */
static gboolean
merge_seams (AciniEdit *self, AciniCommit *commit, AciniTilePlace place, const AciniEditTile *tile,
             const AciniEditTile *cleared, const AciniEditTile *guards, AciniPackedTile *before, AciniPackedTile *after,
             gboolean *changed, GError **error)
{
  int width = MIN (TILE, self->width - place.column * TILE), height = MIN (TILE, self->height - place.row * TILE);

  if (!acini_tile_unpack (before->value, before->data, before->size, commit->pixels, ACINI_TILE_PIXELS))
    {
      acini_transaction_set_damaged (commit->transaction, error, "seam tile");
      return FALSE;
    }
  if (cleared != NULL)
    for (int i = 0; i < ACINI_TILE_PIXELS; i++)
      commit->overlay[i] = commit->pixels[i] & ~cleared->raw[i];
  else
    memset (commit->overlay, ACINI_LABEL_KEEP, ACINI_TILE_PIXELS);
  if (tile != NULL)
    {
      g_autofree guint8 *drawn = g_malloc (ACINI_TILE_PIXELS);

      if (tile->raw != NULL)
        memcpy (drawn, tile->raw, ACINI_TILE_PIXELS);
      else if (!acini_tile_unpack (tile->packed.value, tile->packed.data, tile->packed.size, drawn, ACINI_TILE_PIXELS))
        g_assert_not_reached ();
      if (find_locked (commit, place))
        keep_locked_seams (commit, drawn);
      for (int i = 0; i < ACINI_TILE_PIXELS; i++)
        commit->overlay[i] = drawn[i] != ACINI_LABEL_KEEP ? drawn[i] : commit->overlay[i];
    }
  for (int i = 0; guards != NULL && i < ACINI_TILE_PIXELS; i++)
    if (guards->raw[i] != 0)
      commit->overlay[i]
          = (commit->overlay[i] != ACINI_LABEL_KEEP ? commit->overlay[i] : commit->pixels[i]) | guards->raw[i];
  *changed = merge (commit, place, width, height);
  if (*changed)
    acini_tile_pack (commit->pixels, ACINI_TILE_PIXELS, COMPRESSION_LEVEL, after);
  return TRUE;
}

/* Whether @tile takes away the seams of a place where there are none, as an import does for most of a slide. */
static gboolean
is_idle (const AciniEditTile *tile, const AciniPackedTile *before)
{
  if (tile == NULL || before->value != 0)
    return FALSE;
  if (tile->raw != NULL)
    return tile->raw[0] == 0 && memcmp (tile->raw, tile->raw + 1, ACINI_TILE_PIXELS - 1) == 0;
  return tile->packed.value == 0;
}

static gboolean
commit_seams (AciniEdit *self, AciniCommit *commit, AciniTilePlace place, GError **error)
{
  const AciniEditTile *tile = g_hash_table_lookup (self->seams, &place);
  const AciniEditTile *cleared = g_hash_table_lookup (commit->cleared, &place);
  const AciniEditTile *guards = g_hash_table_lookup (commit->guards, &place);
  g_auto (AciniPackedTile) before = ACINI_PACKED_TILE_INIT, after = ACINI_PACKED_TILE_INIT;
  guint8 before_hash[ACINI_JOURNAL_HASH], after_hash[ACINI_JOURNAL_HASH];
  gboolean changed = FALSE;

  if (tile == NULL && cleared == NULL && guards == NULL)
    return TRUE;
  if (!acini_seams_load_tile (commit->transaction, self->slide, place, &before, error))
    return FALSE;
  if (cleared == NULL && guards == NULL && is_idle (tile, &before))
    return TRUE;
  if (!merge_seams (self, commit, place, tile, cleared, guards, &before, &after, &changed, error))
    return FALSE;
  g_hash_table_remove (commit->cleared, &place);
  g_hash_table_remove (commit->guards, &place);
  if (!changed)
    return TRUE;
  commit->n_seams++;
  acini_journal_hash_tile (before.value, before.data, before.size, before_hash);
  acini_journal_hash_tile (after.value, after.data, after.size, after_hash);
  acini_journal_hash_place (commit->seams, place, before_hash, after_hash);
  return acini_transaction_run (commit->transaction, error,
                                "INSERT INTO journal_seams (sequence, row, column, before_value, before_pixels,"
                                " after_value, after_pixels) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                                "iiiubub", commit->sequence, place.row, place.column, (gint64)before.value, before.data,
                                before.size, (gint64)after.value, after.data, after.size)
         && acini_seams_store_tile (commit->transaction, self->slide, place, &after, error);
}

static void
add_place (GHashTable *places, gint64 row, gint64 column)
{
  AciniTilePlace place = { row, column };

  if (!g_hash_table_contains (places, &place))
    g_hash_table_add (places, g_memdup2 (&place, sizeof place));
}

/* The places where labels or seams may change: those of the edit, and to the right of and below changed labels.
 * Returns: (transfer full) (element-type AciniTilePlace) in the order in which they are verified, which is that of the
 * tables, and in which a tile's changed labels come before the seams of the tiles behind it. */
static GPtrArray *
list_places (AciniEdit *self, const AciniCommit *commit, GHashTable *places)
{
  GHashTableIter iter;
  const AciniEditTile *tile;
  GPtrArray *list;

  g_hash_table_iter_init (&iter, self->tiles);
  while (g_hash_table_iter_next (&iter, (gpointer *)&tile, NULL))
    {
      add_place (places, tile->place.row, tile->place.column);
      if (commit->seamed || (commit->locks != NULL && commit->locks->len > 0))
        {
          add_place (places, tile->place.row, tile->place.column + 1);
          add_place (places, tile->place.row + 1, tile->place.column);
        }
    }
  g_hash_table_iter_init (&iter, self->seams);
  while (g_hash_table_iter_next (&iter, (gpointer *)&tile, NULL))
    add_place (places, tile->place.row, tile->place.column);
  list = g_hash_table_get_keys_as_ptr_array (places);
  g_ptr_array_sort_values (list, acini_tile_place_compare);
  return list;
}

static gboolean
commit_tiles (AciniEdit *self, AciniCommit *commit, GError **error)
{
  g_autoptr (GHashTable) places = g_hash_table_new_full (acini_tile_place_hash, acini_tile_place_equal, g_free, NULL);
  g_autoptr (GPtrArray) list = NULL;
  gint64 seamed = acini_transaction_get_int (
      commit->transaction, error, 0, "SELECT EXISTS (SELECT 1 FROM seam_tiles WHERE slide = ?1)", "i", self->slide);

  if (seamed < 0)
    return FALSE;
  commit->seamed = seamed > 0;
  list = list_places (self, commit, places);
  for (guint i = 0; i < list->len; i++)
    {
      const AciniTilePlace *place = g_ptr_array_index (list, i);
      const AciniEditTile *tile = g_hash_table_lookup (self->tiles, place);

      if ((tile != NULL && !commit_tile (self, commit, tile, error)) || !commit_seams (self, commit, *place, error))
        return FALSE;
    }
  if (commit->n_seams > 0)
    acini_journal_hash_seams (commit->checksum, commit->seams);
  return TRUE;
}

static gboolean
append_row (AciniEdit *self, AciniCommit *commit, const AciniRect *damage, GError **error)
{
  g_auto (AciniJournalEntry) entry = { 0 };

  entry.sequence = commit->sequence;
  entry.slide = self->slide;
  entry.time = self->time;
  entry.duration = self->duration;
  entry.tool = g_strdup (self->tool);
  entry.kind = g_strdup (g_str_equal (self->tool, "import") ? "import" : "edit");
  entry.damage = *damage;
  entry.after = g_strdup (self->note);
  return acini_journal_append_step (commit->transaction, &entry, commit->checksum, error);
}

static void
join_tiles (GHashTable *tiles, AciniRect *area)
{
  GHashTableIter iter;
  const AciniEditTile *tile;

  g_hash_table_iter_init (&iter, tiles);
  while (g_hash_table_iter_next (&iter, (gpointer *)&tile, NULL))
    {
      gint64 left = tile->place.column * TILE, top = tile->place.row * TILE;
      gint64 right = MAX (area->x + area->width, left + TILE), bottom = MAX (area->y + area->height, top + TILE);

      area->x = area->width > 0 ? MIN (area->x, left) : left;
      area->y = area->height > 0 ? MIN (area->y, top) : top;
      area->width = right - area->x;
      area->height = bottom - area->y;
    }
}

/* What is locked where the edit reaches, or beside that.  What says that all is right changes nothing that is seen. */
static gboolean
read_locks (AciniEdit *self, AciniCommit *commit, GError **error)
{
  AciniRect area = { 0 };

  if (g_str_equal (self->tool, "sign-off"))
    return TRUE;
  join_tiles (self->tiles, &area);
  join_tiles (self->seams, &area);
  /* What is beside it counts, too. */
  area = (AciniRect){ area.x - 1, area.y - 1, area.width + 2, area.height + 2 };
  commit->locks = acini_locks_read (commit->transaction, self->slide, &area, error);
  return commit->locks != NULL;
}

static gboolean
commit_all (AciniEdit *self, AciniCommit *commit, AciniRect *damage, GError **error)
{
  /* An edit out of a recovery file. */
  if (self->width == 0
      && !acini_project_get_slide_size (commit->transaction, self->slide, &self->width, &self->height, error))
    return FALSE;
  commit->sequence = acini_journal_next_sequence (commit->transaction, error);
  if (commit->sequence == 0 || !read_locks (self, commit, error) || !commit_tiles (self, commit, error))
    return FALSE;
  if (commit->places->len == 0 && commit->n_seams == 0)
    return TRUE;
  *damage = (AciniRect){ commit->left, commit->top, commit->right - commit->left, commit->bottom - commit->top };
  return acini_labels_update_pyramid (commit->transaction, self->slide, self->width, self->height, commit->places,
                                      error)
         && append_row (self, commit, damage, error);
}

gboolean
acini_edit_put (AciniEdit *edit, AciniTransaction *transaction, AciniRect *damage, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256), seams = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GHashTable) cleared
      = g_hash_table_new_full (acini_tile_place_hash, acini_tile_place_equal, acini_edit_tile_free, NULL);
  g_autoptr (GHashTable) guards
      = g_hash_table_new_full (acini_tile_place_hash, acini_tile_place_equal, acini_edit_tile_free, NULL);
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (AciniTilePlace));
  g_autofree guint8 *pixels = g_malloc (ACINI_TILE_PIXELS), *overlay = g_malloc (ACINI_TILE_PIXELS);
  g_autofree guint8 *locked = g_malloc (AROUND * AROUND);
  AciniCommit commit = { .transaction = transaction,
                         .checksum = checksum,
                         .seams = seams,
                         .places = places,
                         .cleared = cleared,
                         .guards = guards,
                         .left = G_MAXINT64,
                         .top = G_MAXINT64,
                         .pixels = pixels,
                         .overlay = overlay,
                         .locked = locked };
  gboolean done;

  *damage = (AciniRect){ 0 };
  done = acini_sign_off_check_open (transaction, edit->slide, error) && commit_all (edit, &commit, damage, error);
  g_clear_pointer (&commit.locks, g_ptr_array_unref);
  return done;
}

gboolean
acini_edit_commit (AciniEdit *edit, AciniRect *damage, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  AciniRect changed = { 0 };

  g_return_val_if_fail (edit != NULL, FALSE);

  if (damage != NULL)
    *damage = changed;
  if (g_hash_table_size (edit->tiles) == 0 && g_hash_table_size (edit->seams) == 0)
    return TRUE;
  transaction = acini_database_write (acini_project_get_database (edit->project), error);
  if (transaction == NULL || !acini_edit_put (edit, transaction, &changed, error)
      || (changed.width > 0 && !acini_transaction_commit (transaction, error)))
    return FALSE;
  g_hash_table_remove_all (edit->tiles);
  g_hash_table_remove_all (edit->seams);
  edit->n_raw = 0;
  if (damage != NULL)
    *damage = changed;
  return TRUE;
}
