/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/labels/acini-journal-private.h"

#include <string.h>

/* An edit holds, per tile it touches, what each pixel is to become, or ACINI_LABEL_KEEP.  A tile of one value costs
 * nothing; of the others MAX_RAW at most are held as pixels, the rest compressed. */

#define TILE ACINI_TILE_SIZE
#define MAX_RAW 64
#define EDIT_COMPRESSION 1 /* of tiles in memory */
#define COMPRESSION_LEVEL 3

typedef struct
{
  AciniTilePlace place; /* the key */
  guint8 *raw;          /* pixels, or NULL where packed says it */
  AciniPackedTile packed;
} EditTile;

struct _AciniEdit
{
  AciniProject *project;
  gint64 slide;
  char *tool;
  gint64 width, height;  /* of the slide; 0 before the first use */
  gint64 time, duration; /* see acini_edit_set_time () */
  GHashTable *tiles;     /* set of EditTile */
  guint n_raw;
};

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
free_tile (gpointer data)
{
  EditTile *tile = data;

  g_free (tile->raw);
  acini_packed_tile_clear (&tile->packed);
  g_free (tile);
}

AciniEdit *
acini_edit_new (AciniProject *project, gint64 slide, const char *tool)
{
  AciniEdit *self;

  g_return_val_if_fail (ACINI_IS_PROJECT (project) && tool != NULL, NULL);

  self = g_new0 (AciniEdit, 1);
  self->project = g_object_ref (project);
  self->slide = slide;
  self->tool = g_strdup (tool);
  self->duration = -1;
  self->tiles = g_hash_table_new_full (hash_place, equal_places, free_tile, NULL);
  return self;
}

void
acini_edit_set_time (AciniEdit *edit, gint64 time, gint64 duration)
{
  edit->time = time;
  edit->duration = duration;
}

void
acini_edit_free (AciniEdit *edit)
{
  if (edit == NULL)
    return;
  g_hash_table_unref (edit->tiles);
  g_free (edit->tool);
  g_object_unref (edit->project);
  g_free (edit);
}

static gboolean
learn_size (AciniEdit *self, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;

  if (self->width > 0)
    return TRUE;
  transaction = acini_database_read (acini_project_get_database (self->project), error);
  return transaction != NULL
         && acini_project_get_slide_size (transaction, self->slide, &self->width, &self->height, error);
}

static EditTile *
ensure_tile (AciniEdit *self, AciniTilePlace place)
{
  EditTile *tile = g_hash_table_lookup (self->tiles, &place);

  if (tile != NULL)
    return tile;
  tile = g_new0 (EditTile, 1);
  tile->place = place;
  tile->packed.value = ACINI_LABEL_KEEP;
  g_hash_table_add (self->tiles, tile);
  return tile;
}

static void
pack_all (AciniEdit *self)
{
  GHashTableIter iter;
  EditTile *tile;

  g_hash_table_iter_init (&iter, self->tiles);
  while (g_hash_table_iter_next (&iter, (gpointer *)&tile, NULL))
    if (tile->raw != NULL)
      {
        acini_tile_pack (tile->raw, ACINI_TILE_PIXELS, EDIT_COMPRESSION, &tile->packed);
        g_clear_pointer (&tile->raw, g_free);
      }
  self->n_raw = 0;
}

static guint8 *
ensure_raw (AciniEdit *self, EditTile *tile)
{
  if (tile->raw != NULL)
    return tile->raw;
  if (self->n_raw >= MAX_RAW)
    pack_all (self);
  tile->raw = g_malloc (ACINI_TILE_PIXELS);
  /* Packed by this very object. */
  if (!acini_tile_unpack (tile->packed.value, tile->packed.data, tile->packed.size, tile->raw, ACINI_TILE_PIXELS))
    g_assert_not_reached ();
  acini_packed_tile_clear (&tile->packed);
  self->n_raw++;
  return tile->raw;
}

static void
fill_tile (AciniEdit *self, EditTile *tile, guint8 label)
{
  if (tile->raw != NULL)
    self->n_raw--;
  g_clear_pointer (&tile->raw, g_free);
  acini_packed_tile_clear (&tile->packed);
  tile->packed.value = label;
}

/* Where the pixels of @rect come from: one label for those of the mask, or a label each. */
typedef struct
{
  const AciniRect *rect;
  const guint8 *mask, *labels;
  guint8 label;
} Source;

/* Lays what @source has for the tile at (@left, @top) … (@right, @bottom), all inside it, into its pixels. */
static void
lay_tile (const Source *source, guint8 *raw, gint64 left, gint64 top, gint64 right, gint64 bottom)
{
  for (gint64 y = top; y < bottom; y++)
    {
      gsize from = (gsize)(y - source->rect->y) * source->rect->width + (left - source->rect->x);
      guint8 *to = raw + (y % TILE) * TILE + left % TILE;
      gint64 n = right - left;

      if (source->labels == NULL && source->mask == NULL)
        memset (to, source->label, n);
      else if (source->labels == NULL)
        for (gint64 i = 0; i < n; i++)
          to[i] = source->mask[from + i] != 0 ? source->label : to[i];
      else
        for (gint64 i = 0; i < n; i++)
          to[i] = source->labels[from + i] != ACINI_LABEL_KEEP ? source->labels[from + i] : to[i];
    }
}

static gboolean
lay (AciniEdit *self, const Source *source, GError **error)
{
  gint64 left, top, right, bottom;

  if (!learn_size (self, error))
    return FALSE;
  left = MAX (source->rect->x, 0);
  top = MAX (source->rect->y, 0);
  right = MIN (source->rect->x + source->rect->width, self->width);
  bottom = MIN (source->rect->y + source->rect->height, self->height);
  if (left >= right || top >= bottom)
    return TRUE;
  for (gint64 row = top / TILE; row * TILE < bottom; row++)
    for (gint64 column = left / TILE; column * TILE < right; column++)
      {
        EditTile *tile = ensure_tile (self, (AciniTilePlace){ row, column });
        gint64 tile_right = MIN ((column + 1) * TILE, self->width), tile_bottom = MIN ((row + 1) * TILE, self->height);
        gint64 from_x = MAX (left, column * TILE), to_x = MIN (right, tile_right);
        gint64 from_y = MAX (top, row * TILE), to_y = MIN (bottom, tile_bottom);

        /* Past the edge of the slide the commit leaves everything unlabelled. */
        if (source->mask == NULL && source->labels == NULL && from_x == column * TILE && to_x == tile_right
            && from_y == row * TILE && to_y == tile_bottom)
          fill_tile (self, tile, source->label);
        else
          lay_tile (source, ensure_raw (self, tile), from_x, from_y, to_x, to_y);
      }
  return TRUE;
}

gboolean
acini_edit_paint (AciniEdit *edit, const AciniRect *rect, const guint8 *mask, guint8 label, GError **error)
{
  Source source = { rect, mask, NULL, label };

  g_return_val_if_fail (edit != NULL && rect != NULL && label != ACINI_LABEL_KEEP, FALSE);

  return lay (edit, &source, error);
}

gboolean
acini_edit_write (AciniEdit *edit, const AciniRect *rect, const guint8 *labels, GError **error)
{
  Source source = { rect, NULL, labels, 0 };

  g_return_val_if_fail (edit != NULL && rect != NULL && labels != NULL, FALSE);

  return lay (edit, &source, error);
}

/* A tile is (row, column, value, bytes), as an AciniPackedTile. */
#define TILE_TYPE "(xxiay)"

GVariant *
acini_edit_serialise (AciniEdit *edit)
{
  GVariantBuilder tiles;
  GHashTableIter iter;
  const EditTile *tile;

  pack_all (edit);
  g_variant_builder_init (&tiles, G_VARIANT_TYPE ("a" TILE_TYPE));
  g_hash_table_iter_init (&iter, edit->tiles);
  while (g_hash_table_iter_next (&iter, (gpointer *)&tile, NULL))
    g_variant_builder_add (&tiles, "(xxi@ay)", tile->place.row, tile->place.column, tile->packed.value,
                           g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, tile->packed.data, tile->packed.size, 1));
  return g_variant_new ("(xx@a" TILE_TYPE ")", edit->width, edit->height, g_variant_builder_end (&tiles));
}

gboolean
acini_edit_restore (AciniEdit *edit, GVariant *content)
{
  g_autoptr (GVariant) tiles = NULL;
  g_autofree guint8 *pixels = g_malloc (ACINI_TILE_PIXELS);
  gint64 width, height;

  if (!g_variant_is_of_type (content, G_VARIANT_TYPE ("(xxa" TILE_TYPE ")")))
    return FALSE;
  g_variant_get (content, "(xx@a" TILE_TYPE ")", &width, &height, &tiles);
  for (gsize i = 0; i < g_variant_n_children (tiles); i++)
    {
      g_autoptr (GVariant) bytes = NULL;
      AciniTilePlace place;
      EditTile *tile;
      gconstpointer data;
      gsize size = 0;
      int value;

      g_variant_get_child (tiles, i, "(xxi@ay)", &place.row, &place.column, &value, &bytes);
      data = g_variant_get_fixed_array (bytes, &size, 1);
      if (place.row < 0 || place.column < 0 || place.row > (height - 1) / TILE || place.column > (width - 1) / TILE
          || value < -1 || value > 255 || !acini_tile_unpack (value, data, size, pixels, ACINI_TILE_PIXELS))
        return FALSE;
      tile = ensure_tile (edit, place);
      acini_packed_tile_clear (&tile->packed);
      tile->packed = (AciniPackedTile){ value, size > 0 ? g_memdup2 (data, size) : NULL, size };
    }
  return TRUE;
}

/* The commit. */

typedef struct
{
  AciniTransaction *transaction;
  gint64 sequence;
  GChecksum *checksum;
  GArray *places;                  /* of the tiles that changed */
  gint64 left, top, right, bottom; /* of the pixels that changed */
  guint8 *pixels, *overlay;        /* scratch: a tile each */
} Commit;

static void
add_damage (Commit *commit, AciniTilePlace place, gint64 left, gint64 top, gint64 right, gint64 bottom)
{
  commit->left = MIN (commit->left, place.column * TILE + left);
  commit->top = MIN (commit->top, place.row * TILE + top);
  commit->right = MAX (commit->right, place.column * TILE + right);
  commit->bottom = MAX (commit->bottom, place.row * TILE + bottom);
}

/* Lays the overlay over the pixels within @width × @height.  Returns: whether any changed. */
static gboolean
merge (Commit *commit, AciniTilePlace place, int width, int height)
{
  int left = TILE, top = TILE, right = 0, bottom = 0;

  for (int y = 0; y < height; y++)
    {
      guint8 *to = commit->pixels + y * TILE;
      const guint8 *from = commit->overlay + y * TILE;
      int first = 0, last = width;

      while (first < last && (from[first] == ACINI_LABEL_KEEP || from[first] == to[first]))
        first++;
      while (last > first && (from[last - 1] == ACINI_LABEL_KEEP || from[last - 1] == to[last - 1]))
        last--;
      if (first == last)
        continue;
      for (int x = first; x < last; x++)
        to[x] = from[x] != ACINI_LABEL_KEEP ? from[x] : to[x];
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

/* Makes *@after of *@before and what the edit says.  *@changed: whether they differ. */
static gboolean
merge_tile (AciniEdit *self, Commit *commit, const EditTile *tile, const AciniPackedTile *before,
            AciniPackedTile *after, gboolean *changed, GError **error)
{
  int width = MIN (TILE, self->width - tile->place.column * TILE);
  int height = MIN (TILE, self->height - tile->place.row * TILE);
  const AciniPackedTile *packed = &tile->packed;

  if (tile->raw == NULL && packed->value >= 0 && packed->value != ACINI_LABEL_KEEP && width == TILE && height == TILE)
    {
      *changed = before->value != packed->value;
      after->value = packed->value;
      if (*changed)
        add_damage (commit, tile->place, 0, 0, TILE, TILE);
      return TRUE;
    }
  if (!acini_tile_unpack (before->value, before->data, before->size, commit->pixels, ACINI_TILE_PIXELS))
    {
      acini_transaction_set_damaged (commit->transaction, error, "label tile");
      return FALSE;
    }
  if (tile->raw != NULL)
    memcpy (commit->overlay, tile->raw, ACINI_TILE_PIXELS);
  else if (!acini_tile_unpack (packed->value, packed->data, packed->size, commit->overlay, ACINI_TILE_PIXELS))
    g_assert_not_reached ();
  *changed = merge (commit, tile->place, width, height);
  if (*changed)
    acini_tile_pack (commit->pixels, ACINI_TILE_PIXELS, COMPRESSION_LEVEL, after);
  return TRUE;
}

static gboolean
commit_tile (AciniEdit *self, Commit *commit, const EditTile *tile, GError **error)
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
  return acini_transaction_run (commit->transaction, error,
                                "INSERT INTO journal_tiles (sequence, row, column, before_value, before_pixels,"
                                " after_value, after_pixels) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                                "iiiubub", commit->sequence, tile->place.row, tile->place.column, (gint64)before.value,
                                before.data, before.size, (gint64)after.value, after.data, after.size)
         && acini_labels_store_tile (commit->transaction, self->slide, 0, tile->place, &after, error);
}

static gboolean
commit_tiles (AciniEdit *self, Commit *commit, GError **error)
{
  g_autoptr (GPtrArray) tiles = g_hash_table_get_keys_as_ptr_array (self->tiles);

  /* In the order in which they are verified, which is that of the table. */
  g_ptr_array_sort_values (tiles, acini_tile_place_compare);
  for (guint i = 0; i < tiles->len; i++)
    if (!commit_tile (self, commit, g_ptr_array_index (tiles, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
append_row (AciniEdit *self, Commit *commit, const AciniRect *damage, GError **error)
{
  g_auto (AciniJournalEntry) entry = { 0 };

  entry.sequence = commit->sequence;
  entry.slide = self->slide;
  entry.time = self->time;
  entry.duration = self->duration;
  entry.tool = g_strdup (self->tool);
  entry.kind = g_strdup (g_str_equal (self->tool, "import") ? "import" : "edit");
  entry.damage = *damage;
  return acini_journal_append_step (commit->transaction, &entry, commit->checksum, error);
}

static gboolean
commit_all (AciniEdit *self, Commit *commit, AciniRect *damage, GError **error)
{
  /* An edit out of a recovery file. */
  if (self->width == 0
      && !acini_project_get_slide_size (commit->transaction, self->slide, &self->width, &self->height, error))
    return FALSE;
  commit->sequence = acini_journal_next_sequence (commit->transaction, error);
  if (commit->sequence == 0 || !commit_tiles (self, commit, error))
    return FALSE;
  if (commit->places->len == 0)
    return TRUE;
  *damage = (AciniRect){ commit->left, commit->top, commit->right - commit->left, commit->bottom - commit->top };
  return acini_labels_update_pyramid (commit->transaction, self->slide, self->width, self->height, commit->places,
                                      error)
         && append_row (self, commit, damage, error);
}

gboolean
acini_edit_put (AciniEdit *edit, AciniTransaction *transaction, AciniRect *damage, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (AciniTilePlace));
  g_autofree guint8 *pixels = g_malloc (ACINI_TILE_PIXELS), *overlay = g_malloc (ACINI_TILE_PIXELS);
  Commit commit = { transaction, 0, checksum, places, G_MAXINT64, G_MAXINT64, 0, 0, pixels, overlay };

  *damage = (AciniRect){ 0 };
  return commit_all (edit, &commit, damage, error);
}

gboolean
acini_edit_commit (AciniEdit *edit, AciniRect *damage, GError **error)
{
  g_autoptr (AciniTransaction) transaction = NULL;
  AciniRect changed = { 0 };

  g_return_val_if_fail (edit != NULL, FALSE);

  if (damage != NULL)
    *damage = changed;
  if (g_hash_table_size (edit->tiles) == 0)
    return TRUE;
  transaction = acini_database_write (acini_project_get_database (edit->project), error);
  if (transaction == NULL || !acini_edit_put (edit, transaction, &changed, error)
      || (changed.width > 0 && !acini_transaction_commit (transaction, error)))
    return FALSE;
  g_hash_table_remove_all (edit->tiles);
  edit->n_raw = 0;
  if (damage != NULL)
    *damage = changed;
  return TRUE;
}
