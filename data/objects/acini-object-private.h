/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The inside of an index of objects. */

#include "data/base/acini-database.h"
#include "data/labels/acini-labels-private.h"
#include "data/objects/acini-fragments.h"
#include "data/objects/acini-object-index.h"

G_BEGIN_DECLS

struct _AciniObjectIndex
{
  AciniObjectSource source;
  AciniDatabase *database;
  char *temporary; /* NULL, or the folder that goes with it */
  int reach, margin;
};

typedef enum
{
  ACINI_SIDE_NORTH,
  ACINI_SIDE_WEST,
  ACINI_SIDE_SOUTH,
  ACINI_SIDE_EAST,
  ACINI_N_SIDES,
} AciniSide;

/* Objects that are being put together. */
typedef struct
{
  AciniFragmentSums sums;
  GArray *members; /* AciniMember */
} AciniGroup;

typedef struct
{
  AciniTilePlace place; /* the key */
  GArray *fragments;    /* AciniFragment */
  /* Of the pixels along each side the fragment's place plus 1, and of the first row and column what they are cut
   * from. */
  guint32 sides[ACINI_N_SIDES][ACINI_TILE_SIZE];
  guint8 cuts[2][ACINI_TILE_SIZE];
  gboolean changed;    /* to be written */
  gboolean stored;     /* it is in the file */
  AciniGroup **groups; /* of each fragment; NULL: not looked at */
} AciniObjectTile;

typedef struct
{
  AciniObjectTile *tile;
  guint number;
} AciniMember;

AciniObjectTile *acini_object_tile_new (AciniTilePlace place);
void acini_object_tile_free (AciniObjectTile *tile);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AciniObjectTile, acini_object_tile_free)

/* acini-object-store.c: the file. */
extern const AciniDatabaseKind acini_object_kind;
/* (transfer full) the tile at @place, without fragments where there is none; NULL with @error set. */
AciniObjectTile *acini_object_store_load (AciniTransaction *transaction, AciniTilePlace place, GError **error);
gboolean acini_object_store_save (AciniTransaction *transaction, const AciniObjectTile *tile, GError **error);
/* Removes the objects from @first to @last, which begin in one tile, and those that begin there between them. */
gboolean acini_object_store_remove (AciniTransaction *transaction, const AciniSlideRecord *slide, gint64 first,
                                    gint64 last, GError **error);
gboolean acini_object_store_add (AciniTransaction *transaction, const AciniSlideRecord *slide,
                                 const AciniFragmentSums *sums, GError **error);
/* A row of ACINI_OBJECT_COLUMNS. */
#define ACINI_OBJECT_COLUMNS                                                                                           \
  "id, label, author, at_border, area, x, y, width, height, centre_x, centre_y, perimeter, circularity, long_axis,"    \
  " short_axis, probability, entropy, sharpness, state, anchor, locked"
/* A cell of a grid of boxes. */
#define ACINI_OBJECT_CELL(grid, row, column) (((gint64)(grid) << 56) | ((gint64)(row) << 28) | (gint64)(column))
/* The first cell of the grids of boxes larger than a tile, in SQL: grid 1. */
#define ACINI_OBJECT_FIRST_LARGE "72057594037927936"
/* The key of an object's row: the tile of its first pixel, by rows, and where in it that is. */
static inline gint64
acini_object_place (gint64 id, gint64 slide_width)
{
  gint64 x = (id - 1) % slide_width, y = (id - 1) / slide_width;

  return (y / ACINI_TILE_SIZE << 40) + (x / ACINI_TILE_SIZE << 18) + y % ACINI_TILE_SIZE * ACINI_TILE_SIZE
         + x % ACINI_TILE_SIZE;
}
void acini_object_store_read (sqlite3_stmt *row, gint64 slide_width, AciniObject *object);

/* acini-object-pixels.c: Fills the tiles @tiles, which lie beside each other from left to right, from the pixels. */
gboolean acini_object_read_tiles (AciniObjectIndex *self, AciniObjectTile **tiles, guint n, GError **error);
/* The runs of the tile at @place, see acini_fragments_find_runs (); *@n: how many fragments it has, *@rect: what it is
 * of the slide. */
gboolean acini_object_read_runs (AciniObjectIndex *self, AciniTilePlace place, AciniFragmentRuns *runs, guint *n,
                                 AciniRect *rect, GError **error);

/* acini-object-union.c: Looks at @places (element-type AciniTilePlace, by rows and columns, none twice) again. */
gboolean acini_object_union_update (AciniObjectIndex *self, AciniTransaction *transaction, GArray *places,
                                    GError **error);

/* acini-object-stale.c: Notes in @transaction the tiles that are to be looked at again. */
gboolean acini_object_note_stale (AciniObjectIndex *self, AciniTransaction *transaction, GError **error);

G_END_DECLS
