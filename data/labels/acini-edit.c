/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "data/labels/acini-edit-private.h"

#include <string.h>

/* An edit holds, per tile it touches, what each pixel's label, and its seams, are to become, or ACINI_LABEL_KEEP.  A
 * tile of one value costs nothing; of the others MAX_RAW at most are held as pixels, the rest compressed. */

#define TILE ACINI_TILE_SIZE
/* 128 MiB: labels and seams of a row of tiles of a slide 130 000 pixels wide, so that what is drawn row after row, as
 * an import does, packs none twice. */
#define MAX_RAW 512
#define EDIT_COMPRESSION 1 /* of tiles in memory */

guint
acini_tile_place_hash (gconstpointer key)
{
  const AciniTilePlace *place = key;

  return (guint)(place->row * 0x9e3779b1u ^ place->column);
}

gboolean
acini_tile_place_equal (gconstpointer a, gconstpointer b)
{
  return acini_tile_place_compare (a, b) == 0;
}

void
acini_edit_tile_free (gpointer data)
{
  AciniEditTile *tile = data;

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
  self->tiles = g_hash_table_new_full (acini_tile_place_hash, acini_tile_place_equal, acini_edit_tile_free, NULL);
  self->seams = g_hash_table_new_full (acini_tile_place_hash, acini_tile_place_equal, acini_edit_tile_free, NULL);
  return self;
}

void
acini_edit_set_time (AciniEdit *edit, gint64 time, gint64 duration)
{
  edit->time = time;
  edit->duration = duration;
}

void
acini_edit_set_note (AciniEdit *edit, const char *note)
{
  g_return_if_fail (edit != NULL);

  g_set_str (&edit->note, note);
}

void
acini_edit_protect (AciniEdit *edit, guint8 label)
{
  g_return_if_fail (edit != NULL);

  edit->protect = label;
}

void
acini_edit_free (AciniEdit *edit)
{
  if (edit == NULL)
    return;
  g_hash_table_unref (edit->tiles);
  g_hash_table_unref (edit->seams);
  g_free (edit->tool);
  g_free (edit->note);
  g_object_unref (edit->project);
  g_free (edit);
}

AciniProject *
acini_edit_get_project (AciniEdit *edit)
{
  g_return_val_if_fail (edit != NULL, NULL);

  return edit->project;
}

gint64
acini_edit_get_slide (AciniEdit *edit)
{
  g_return_val_if_fail (edit != NULL, 0);

  return edit->slide;
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

static AciniEditTile *
ensure_tile (GHashTable *tiles, AciniTilePlace place)
{
  AciniEditTile *tile = g_hash_table_lookup (tiles, &place);

  if (tile != NULL)
    return tile;
  tile = g_new0 (AciniEditTile, 1);
  tile->place = place;
  tile->packed.value = ACINI_LABEL_KEEP;
  g_hash_table_add (tiles, tile);
  return tile;
}

static void
pack_tiles (GHashTable *tiles)
{
  GHashTableIter iter;
  AciniEditTile *tile;

  g_hash_table_iter_init (&iter, tiles);
  while (g_hash_table_iter_next (&iter, (gpointer *)&tile, NULL))
    if (tile->raw != NULL)
      {
        acini_tile_pack (tile->raw, ACINI_TILE_PIXELS, EDIT_COMPRESSION, &tile->packed);
        g_clear_pointer (&tile->raw, g_free);
      }
}

static void
pack_all (AciniEdit *self)
{
  pack_tiles (self->tiles);
  pack_tiles (self->seams);
  self->n_raw = 0;
}

static guint8 *
ensure_raw (AciniEdit *self, AciniEditTile *tile)
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
fill_tile (AciniEdit *self, AciniEditTile *tile, guint8 label)
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
  GHashTable *tiles; /* of the edit: labels or seams */
  gboolean seams;
} Source;

static inline guint8
lay_seam (guint8 there, guint8 seam)
{
  if (seam == ACINI_SEAM_KEEP)
    return there;
  if ((seam & ACINI_SEAM_ADD) == 0)
    return seam;
  return (guint8)((there != ACINI_SEAM_KEEP ? there : 0) | (seam & ~ACINI_SEAM_ADD));
}

/* Pieces of a fixed length become vector instructions. */
#define PIECE 64

static void
lay_mask (guint8 *restrict to, const guint8 *restrict mask, guint8 label, gint64 n)
{
  for (; n >= PIECE; n -= PIECE, to += PIECE, mask += PIECE)
    for (int i = 0; i < PIECE; i++)
      to[i] = mask[i] != 0 ? label : to[i];
  for (int i = 0; i < n; i++)
    to[i] = mask[i] != 0 ? label : to[i];
}

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
      else if (source->seams)
        for (gint64 i = 0; i < n; i++)
          to[i] = lay_seam (to[i], source->labels[from + i]);
      else if (source->labels == NULL)
        lay_mask (to, source->mask + from, source->label, n);
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
        AciniEditTile *tile = ensure_tile (source->tiles, (AciniTilePlace){ row, column });
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
  Source source = { rect, mask, NULL, label, edit != NULL ? edit->tiles : NULL, FALSE };

  g_return_val_if_fail (edit != NULL && rect != NULL && label != ACINI_LABEL_KEEP, FALSE);

  return lay (edit, &source, error);
}

gboolean
acini_edit_write (AciniEdit *edit, const AciniRect *rect, const guint8 *labels, GError **error)
{
  Source source = { rect, NULL, labels, 0, edit != NULL ? edit->tiles : NULL, FALSE };

  g_return_val_if_fail (edit != NULL && rect != NULL && labels != NULL, FALSE);

  return lay (edit, &source, error);
}

gboolean
acini_edit_cut (AciniEdit *edit, const AciniRect *rect, const guint8 *seams, GError **error)
{
  Source source = { rect, NULL, seams, 0, edit != NULL ? edit->seams : NULL, TRUE };

  g_return_val_if_fail (edit != NULL && rect != NULL, FALSE);

  return lay (edit, &source, error);
}

void
acini_edit_map_labels (AciniEdit *edit, const guint8 map[256])
{
  GHashTableIter iter;
  AciniEditTile *tile;

  g_return_if_fail (edit != NULL && map != NULL);

  g_hash_table_iter_init (&iter, edit->tiles);
  while (g_hash_table_iter_next (&iter, (gpointer *)&tile, NULL))
    if (tile->raw == NULL && tile->packed.value >= 0)
      tile->packed.value = tile->packed.value != ACINI_LABEL_KEEP ? map[tile->packed.value] : ACINI_LABEL_KEEP;
    else
      {
        guint8 *pixels = ensure_raw (edit, tile);

        for (int i = 0; i < ACINI_TILE_PIXELS; i++)
          pixels[i] = pixels[i] != ACINI_LABEL_KEEP ? map[pixels[i]] : ACINI_LABEL_KEEP;
      }
}

/* The labels that @self gives to the tile at @place: KEEP where it has none. */
static void
get_labels (AciniEdit *self, AciniTilePlace place, guint8 *labels)
{
  const AciniEditTile *tile = g_hash_table_lookup (self->tiles, &place);

  if (tile == NULL)
    memset (labels, ACINI_LABEL_KEEP, ACINI_TILE_PIXELS);
  else if (tile->raw != NULL)
    memcpy (labels, tile->raw, ACINI_TILE_PIXELS);
  /* Packed by this very object. */
  else if (!acini_tile_unpack (tile->packed.value, tile->packed.data, tile->packed.size, labels, ACINI_TILE_PIXELS))
    g_assert_not_reached ();
}

static inline gboolean
is_same_class (guint8 a, guint8 b)
{
  return a == b && a >= ACINI_LABEL_FIRST_CLASS && a != ACINI_LABEL_KEEP;
}

static void
trim_tile (guint8 *seams, const guint8 *own, const guint8 *left, const guint8 *above)
{
  for (int y = 0; y < TILE; y++)
    for (int x = 0; x < TILE; x++)
      {
        const int at = y * TILE + x;
        const guint8 before = x > 0 ? own[at - 1] : left[at + TILE - 1];
        const guint8 upper = y > 0 ? own[at - TILE] : above[at + (TILE - 1) * TILE];

        if (seams[at] == ACINI_SEAM_KEEP)
          continue;
        if (!is_same_class (own[at], before))
          seams[at] &= ~ACINI_SEAM_LEFT;
        if (!is_same_class (own[at], upper))
          seams[at] &= ~ACINI_SEAM_UPPER;
      }
}

void
acini_edit_trim_seams (AciniEdit *edit)
{
  g_autofree guint8 *labels = NULL;
  g_autoptr (GPtrArray) tiles = NULL;

  g_return_if_fail (edit != NULL);

  labels = g_malloc (3 * ACINI_TILE_PIXELS);
  tiles = g_hash_table_get_values_as_ptr_array (edit->seams);
  for (guint i = 0; i < tiles->len; i++)
    {
      AciniEditTile *tile = tiles->pdata[i];
      const AciniTilePlace place = tile->place;

      if (tile->raw == NULL && tile->packed.value >= 0)
        continue;
      get_labels (edit, place, labels);
      get_labels (edit, (AciniTilePlace){ place.row, place.column - 1 }, labels + ACINI_TILE_PIXELS);
      get_labels (edit, (AciniTilePlace){ place.row - 1, place.column }, labels + 2 * ACINI_TILE_PIXELS);
      trim_tile (ensure_raw (edit, tile), labels, labels + ACINI_TILE_PIXELS, labels + 2 * ACINI_TILE_PIXELS);
    }
}

/* A tile is (row, column, value, bytes), as an AciniPackedTile. */
#define TILE_TYPE "(xxiay)"
#define EDIT_TYPE "(xxa" TILE_TYPE "a" TILE_TYPE "sy)"
/* Of versions that knew no notes and nothing protected, and no seams. */
#define UNNOTED_EDIT_TYPE "(xxa" TILE_TYPE "a" TILE_TYPE ")"
#define OLD_EDIT_TYPE "(xxa" TILE_TYPE ")"

static GVariant *
serialise_tiles (GHashTable *set)
{
  GVariantBuilder tiles;
  GHashTableIter iter;
  const AciniEditTile *tile;

  g_variant_builder_init (&tiles, G_VARIANT_TYPE ("a" TILE_TYPE));
  g_hash_table_iter_init (&iter, set);
  while (g_hash_table_iter_next (&iter, (gpointer *)&tile, NULL))
    g_variant_builder_add (&tiles, "(xxi@ay)", tile->place.row, tile->place.column, tile->packed.value,
                           g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, tile->packed.data, tile->packed.size, 1));
  return g_variant_builder_end (&tiles);
}

GVariant *
acini_edit_serialise (AciniEdit *edit)
{
  pack_all (edit);
  return g_variant_new ("(xx@a" TILE_TYPE "@a" TILE_TYPE "sy)", edit->width, edit->height,
                        serialise_tiles (edit->tiles), serialise_tiles (edit->seams),
                        edit->note != NULL ? edit->note : "", edit->protect);
}

static gboolean
restore_tiles (GHashTable *set, GVariant *tiles, gint64 width, gint64 height)
{
  g_autofree guint8 *pixels = g_malloc (ACINI_TILE_PIXELS);

  for (gsize i = 0; i < g_variant_n_children (tiles); i++)
    {
      g_autoptr (GVariant) bytes = NULL;
      AciniTilePlace place;
      AciniEditTile *tile;
      gconstpointer data;
      gsize size = 0;
      int value;

      g_variant_get_child (tiles, i, "(xxi@ay)", &place.row, &place.column, &value, &bytes);
      data = g_variant_get_fixed_array (bytes, &size, 1);
      if (place.row < 0 || place.column < 0 || place.row > (height - 1) / TILE || place.column > (width - 1) / TILE
          || value < -1 || value > 255 || !acini_tile_unpack (value, data, size, pixels, ACINI_TILE_PIXELS))
        return FALSE;
      tile = ensure_tile (set, place);
      acini_packed_tile_clear (&tile->packed);
      tile->packed = (AciniPackedTile){ value, size > 0 ? g_memdup2 (data, size) : NULL, size };
    }
  return TRUE;
}

gboolean
acini_edit_restore (AciniEdit *edit, GVariant *content)
{
  g_autoptr (GVariant) tiles = NULL, seams = NULL;
  g_autofree char *note = NULL;
  gint64 width, height;

  if (g_variant_is_of_type (content, G_VARIANT_TYPE (EDIT_TYPE)))
    g_variant_get (content, "(xx@a" TILE_TYPE "@a" TILE_TYPE "sy)", &width, &height, &tiles, &seams, &note,
                   &edit->protect);
  else if (g_variant_is_of_type (content, G_VARIANT_TYPE (UNNOTED_EDIT_TYPE)))
    g_variant_get (content, "(xx@a" TILE_TYPE "@a" TILE_TYPE ")", &width, &height, &tiles, &seams);
  else if (g_variant_is_of_type (content, G_VARIANT_TYPE (OLD_EDIT_TYPE)))
    g_variant_get (content, "(xx@a" TILE_TYPE ")", &width, &height, &tiles);
  else
    return FALSE;
  acini_edit_set_note (edit, note != NULL && *note != '\0' ? note : NULL);
  return restore_tiles (edit->tiles, tiles, width, height)
         && (seams == NULL || restore_tiles (edit->seams, seams, width, height));
}
