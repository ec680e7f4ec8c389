/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The inside of an edit. */

#include "data/labels/acini-journal-private.h"

G_BEGIN_DECLS

typedef struct
{
  AciniTilePlace place; /* the key */
  guint8 *raw;          /* pixels, or NULL where packed says it */
  AciniPackedTile packed;
} AciniEditTile;

struct _AciniEdit
{
  AciniProject *project;
  gint64 slide;
  char *tool;
  char *note;            /* (nullable) */
  gint64 width, height;  /* of the slide; 0 before the first use */
  gint64 time, duration; /* see acini_edit_set_time () */
  GHashTable *tiles;     /* set of AciniEditTile: labels */
  GHashTable *seams;     /* likewise */
  guint n_raw;           /* of both */
};

void acini_edit_tile_free (gpointer tile);
guint acini_tile_place_hash (gconstpointer place);
gboolean acini_tile_place_equal (gconstpointer a, gconstpointer b);

G_END_DECLS
