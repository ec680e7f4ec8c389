/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The label tiles inside a transaction, for the journal. */

#include "data/labels/acini-labels.h"
#include "data/project/acini-project-private.h"
#include "data/base/acini-tiles.h"

G_BEGIN_DECLS

typedef struct
{
  gint64 row, column;
} AciniTilePlace;

/* By rows, then columns. */
int acini_tile_place_compare (gconstpointer a, gconstpointer b);

/* The tile of the next of @rows (value, pixels; NULL: @error is set already), the last one wanted.  Without a row it is
 * one of value 0. */
gboolean acini_labels_take_tile (AciniTransaction *transaction, sqlite3_stmt *rows, AciniPackedTile *tile,
                                 GError **error);

/* A missing tile comes as one of value 0, and one of value 0 is stored by removing it. */
gboolean acini_labels_load_tile (AciniTransaction *transaction, gint64 slide, int level, AciniTilePlace place,
                                 AciniPackedTile *tile, GError **error);
gboolean acini_labels_store_tile (AciniTransaction *transaction, gint64 slide, int level, AciniTilePlace place,
                                  const AciniPackedTile *tile, GError **error);

/* The same for seams, which have no coarser levels. */
gboolean acini_seams_load_tile (AciniTransaction *transaction, gint64 slide, AciniTilePlace place,
                                AciniPackedTile *tile, GError **error);
gboolean acini_seams_store_tile (AciniTransaction *transaction, gint64 slide, AciniTilePlace place,
                                 const AciniPackedTile *tile, GError **error);

/* Brings the coarser levels up to date after the level-0 tiles @places (element-type AciniTilePlace, none twice) of a
 * slide of @width × @height pixels were stored. */
gboolean acini_labels_update_pyramid (AciniTransaction *transaction, gint64 slide, gint64 width, gint64 height,
                                      GArray *places, GError **error);

/* acini_labels_read () and acini_labels_list_tiles () of a file with these tables. */
gboolean acini_labels_read_from (AciniDatabase *database, gint64 slide, int level, gint64 x, gint64 y, int width,
                                 int height, guint8 *labels, GError **error);
GArray *acini_labels_list_tiles_of (AciniDatabase *database, gint64 slide, GError **error);

G_END_DECLS
