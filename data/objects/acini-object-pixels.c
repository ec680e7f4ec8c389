/* SPDX-License-Identifier: GPL-3.0-or-later */

/* From pixels to fragments: some tiles that lie beside each other are read at once, with the margin around them. */

#include "data/objects/acini-object-private.h"

#include <string.h>

#define TILE ACINI_TILE_SIZE

typedef struct
{
  AciniMaskParts parts;
  guint8 *seams;
  gint64 x, y; /* of the first pixel, which is one of the margin */
  int width, height, margin;
} Pixels;

static void
pixels_clear (Pixels *self)
{
  if (self->parts.people != self->parts.labels)
    g_free (self->parts.people);
  g_free (self->parts.labels);
  g_free (self->parts.planes);
  g_free (self->parts.computed);
  g_free (self->seams);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pixels, pixels_clear)

static gboolean
pixels_read (Pixels *pixels, AciniObjectIndex *self, AciniTilePlace place, guint n, int margin, GError **error)
{
  const AciniObjectSource *source = &self->source;
  gsize size;

  pixels->margin = margin;
  pixels->x = place.column * TILE - margin;
  pixels->y = place.row * TILE - margin;
  pixels->width = (int)(MIN ((place.column + n) * TILE, source->slide->width) + margin - pixels->x);
  pixels->height = (int)(MIN ((place.row + 1) * TILE, source->slide->height) + margin - pixels->y);
  size = (gsize)pixels->width * (gsize)pixels->height;
  pixels->parts.labels = g_malloc (size);
  pixels->parts.people = source->prediction != NULL ? g_malloc (size) : pixels->parts.labels;
  if (source->prediction != NULL)
    {
      pixels->parts.planes = g_malloc (size * acini_prediction_get_info (source->prediction)->n_classes);
      pixels->parts.computed = g_malloc (size);
    }
  if (source->project != NULL)
    {
      gboolean any;

      pixels->seams = g_malloc (size);
      if (!acini_seams_read (source->project, source->slide->id, pixels->x, pixels->y, pixels->width, pixels->height,
                             pixels->seams, &any, error))
        return FALSE;
      if (!any)
        g_clear_pointer (&pixels->seams, g_free);
    }
  return acini_mask_read_parts (source->project, source->slide->id, source->prediction, source->thresholds, pixels->x,
                                pixels->y, pixels->width, pixels->height, &pixels->parts, error);
}

/* One tile of @pixels. */
static AciniFragmentTile
find_tile (AciniObjectIndex *self, const Pixels *pixels, AciniTilePlace place)
{
  const AciniSlideRecord *slide = self->source.slide;
  gsize at = (gsize)(place.column * TILE - pixels->margin - pixels->x);
  AciniFragmentTile tile = { place.column * TILE, place.row * TILE };

  tile.width = (int)MIN (TILE, slide->width - tile.x);
  tile.height = (int)MIN (TILE, slide->height - tile.y);
  tile.slide_width = slide->width;
  tile.margin = pixels->margin;
  tile.reach = self->reach;
  tile.stride = pixels->width;
  tile.labels = pixels->parts.labels + at;
  /* Without a prediction all are by people. */
  tile.people = self->source.prediction != NULL ? pixels->parts.people + at : NULL;
  tile.seams = pixels->seams != NULL ? pixels->seams + at : NULL;
  if (self->source.prediction != NULL)
    {
      tile.planes = pixels->parts.planes + at;
      tile.plane_size = (gsize)pixels->width * (gsize)pixels->height;
      tile.n_planes = acini_prediction_get_info (self->source.prediction)->n_classes;
      tile.computed = pixels->parts.computed + at;
    }
  return tile;
}

/* Takes what was decided about the objects in the tile. */
static gboolean
take_decisions (AciniObjectIndex *self, AciniTransaction *project, const guint32 *map, AciniObjectTile *tile,
                GError **error)
{
  gint64 left = tile->place.column * TILE, top = tile->place.row * TILE;
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows = acini_transaction_query (project, error,
                                                "SELECT x, y, state, time FROM reviews WHERE slide = ?1"
                                                " AND x BETWEEN ?2 AND ?2 + 511 AND y BETWEEN ?3 AND ?3 + 511",
                                                "iii", self->source.slide->id, left, top);

  if (rows == NULL)
    return FALSE;
  while (acini_transaction_next (project, rows, &failure))
    {
      gint64 x = sqlite3_column_int64 (rows, 0), y = sqlite3_column_int64 (rows, 1);
      guint32 number = map[(y - top) * TILE + (x - left)];
      AciniFragment decision = { .anchor = y * self->source.slide->width + x + 1 };

      decision.state = acini_review_state_parse ((const char *)sqlite3_column_text (rows, 2));
      decision.decided = sqlite3_column_int64 (rows, 3);
      if (number > 0)
        acini_fragment_take_decision (&g_array_index (tile->fragments, AciniFragment, number - 1), &decision);
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Takes what is locked of the objects in the tile. */
static gboolean
take_locks (AciniObjectIndex *self, AciniTransaction *project, const guint32 *map, AciniObjectTile *tile,
            GError **error)
{
  gint64 left = tile->place.column * TILE, top = tile->place.row * TILE;
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *rows = acini_transaction_query (project, error,
                                                "SELECT x, y FROM locks WHERE slide = ?1"
                                                " AND x BETWEEN ?2 AND ?2 + 511 AND y BETWEEN ?3 AND ?3 + 511",
                                                "iii", self->source.slide->id, left, top);

  if (rows == NULL)
    return FALSE;
  while (acini_transaction_next (project, rows, &failure))
    {
      guint32 number = map[(sqlite3_column_int64 (rows, 1) - top) * TILE + sqlite3_column_int64 (rows, 0) - left];

      if (number > 0)
        g_array_index (tile->fragments, AciniFragment, number - 1).locked++;
    }
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Takes from @map what meets the neighbours. */
static void
take_sides (AciniObjectIndex *self, const Pixels *pixels, const guint32 *map, AciniObjectTile *tile)
{
  const AciniSlideRecord *slide = self->source.slide;
  gint64 left = tile->place.column * TILE, top = tile->place.row * TILE;
  int width = (int)MIN (TILE, slide->width - left), height = (int)MIN (TILE, slide->height - top);
  const guint8 *seams
      = pixels->seams != NULL ? pixels->seams + (top - pixels->y) * pixels->width + (left - pixels->x) : NULL;

  for (int x = 0; x < width; x++)
    {
      tile->sides[ACINI_SIDE_NORTH][x] = map[x];
      tile->sides[ACINI_SIDE_SOUTH][x] = height == TILE ? map[(TILE - 1) * TILE + x] : 0;
      tile->cuts[0][x] = seams != NULL ? seams[x] & ACINI_SEAM_UPPER : 0;
    }
  for (int y = 0; y < height; y++)
    {
      tile->sides[ACINI_SIDE_WEST][y] = map[y * TILE];
      tile->sides[ACINI_SIDE_EAST][y] = width == TILE ? map[y * TILE + TILE - 1] : 0;
      tile->cuts[1][y] = seams != NULL ? seams[(gsize)y * pixels->width] & ACINI_SEAM_LEFT : 0;
    }
}

gboolean
acini_object_read_tiles (AciniObjectIndex *self, AciniObjectTile **tiles, guint n, GError **error)
{
  g_auto (Pixels) pixels = { 0 };
  g_autofree guint32 *map = g_new (guint32, ACINI_TILE_PIXELS);
  g_autoptr (AciniTransaction) project = NULL;

  if (self->source.project != NULL)
    {
      project = acini_database_read (acini_project_get_database (self->source.project), error);
      if (project == NULL)
        return FALSE;
    }
  if (!pixels_read (&pixels, self, tiles[0]->place, n, self->margin, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      AciniFragmentTile tile = find_tile (self, &pixels, tiles[i]->place);

      acini_fragments_find (&tile, map, tiles[i]->fragments);
      if (tiles[i]->fragments->len == 0)
        continue;
      take_sides (self, &pixels, map, tiles[i]);
      if (project != NULL
          && (!take_decisions (self, project, map, tiles[i], error)
              || !take_locks (self, project, map, tiles[i], error)))
        return FALSE;
    }
  return TRUE;
}

gboolean
acini_object_read_runs (AciniObjectIndex *self, AciniTilePlace place, AciniFragmentRuns *runs, guint *n,
                        AciniRect *rect, GError **error)
{
  g_auto (Pixels) pixels = { 0 };
  AciniFragmentTile tile;

  if (!pixels_read (&pixels, self, place, 1, 0, error))
    return FALSE;
  tile = find_tile (self, &pixels, place);
  *n = acini_fragments_find_runs (&tile, runs);
  *rect = (AciniRect){ tile.x, tile.y, tile.width, tile.height };
  return TRUE;
}
