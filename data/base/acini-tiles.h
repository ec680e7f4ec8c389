/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How tiles of 512 × 512 bytes a plane are stored: a tile of one value as that value, others zstd-compressed; and how
 * four pixels become one of the next coarser level.  Thread-safe. */

#include <glib.h>

G_BEGIN_DECLS

#define ACINI_TILE_SIZE 512
#define ACINI_TILE_PIXELS (ACINI_TILE_SIZE * ACINI_TILE_SIZE)

typedef struct
{
  int value;     /* 0 … 255 for a tile of one value, else -1 */
  gpointer data; /* the compressed bytes, or NULL */
  gsize size;
} AciniPackedTile;

#define ACINI_PACKED_TILE_INIT { 0, NULL, 0 }

void acini_packed_tile_clear (AciniPackedTile *tile);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AciniPackedTile, acini_packed_tile_clear)

/* Fills *@tile, which was initialised, with the @n bytes of @pixels.  @level: of zstd. */
void acini_tile_pack (const guint8 *pixels, gsize n, int level, AciniPackedTile *tile);
/* FALSE where the compressed bytes are damaged or do not make @n bytes; @pixels is then undefined. */
gboolean acini_tile_unpack (int value, const void *data, gsize size, guint8 *pixels, gsize n);

/* The pixels of a compressed tile of ACINI_TILE_PIXELS bytes.  Those that were asked for or remembered last are kept,
 * some 25 MiB in the program, and found by their compressed bytes: after an edit, its pyramid, the objects and the
 * screen read the same tiles, and each of them its neighbours, too.  Returns: (transfer full) to be given back with
 * g_atomic_rc_box_release () and not written to; NULL where the bytes are damaged. */
guint8 *acini_tile_unpack_shared (const void *data, gsize size);
/* Remembers that @tile is what @pixels were packed into; one of a single value needs no remembering. */
void acini_tile_remember (const guint8 *pixels, const AciniPackedTile *tile);

/* Reduces the 512 × 512 labels @source to 256 × 256 at @target (row stride 512): a pixel is labelled when any of its
 * four is, with the most frequent label, the greater one on a tie. */
void acini_tile_reduce_labels (const guint8 *source, guint8 *target);

/* Reduces a plane of probabilities likewise to the greatest of the computed ones of each four: what is small stays
 * visible from afar.  @computed: 255 or 0 a pixel, NULL where all are.  A pixel of which none is becomes 0. */
void acini_tile_reduce_greatest (const guint8 *source, const guint8 *computed, guint8 *target);
/* The same for @computed itself: a pixel is computed when any of its four is. */
void acini_tile_reduce_any (const guint8 *source, guint8 *target);

/* Floor and ceiling of a / b for b > 0. */
static inline gint64
acini_div_floor (gint64 a, gint64 b)
{
  return a / b - (a % b < 0);
}

static inline gint64
acini_div_ceil (gint64 a, gint64 b)
{
  return a / b + (a % b > 0);
}

G_END_DECLS
