/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/grid/acini-tile-grid.h"

#include <math.h>

#define KEPT_LEVELS 3
/* A level may be drawn this much larger than its pixels before the next finer one is taken: rounding, not blur. */
#define TOLERANCE 1.01
/* Beyond so many cells of a level it changes as a whole. */
#define MOST_CELLS 256

/* Bytes of cache below which no margin is read. */
#define LEAST_FOR_MARGIN ((gsize)64 << 20)

/* Priorities, in logical pixels from the middle of the screen: what is seen, the kept levels, the margin. */
#define PRIORITY_RANK 300.
#define PRIORITY_KEPT -1e7

typedef struct
{
  gint64 x0, y0, x1, y1; /* columns and rows, the last ones excluded */
} Range;

/* A cell whose content changed at least once. */
typedef struct
{
  AciniTileKey cell; /* generation 0 */
  guint64 current;   /* what is wanted */
  guint64 shown;     /* what is drawn meanwhile */
  gboolean again;    /* it changed while it was being read */
} Version;

/* The cells of a level that have no version. */
typedef struct
{
  guint64 current, shown; /* likewise */
  gboolean again;         /* all of it changed while something was being read */
} Base;

typedef struct
{
  AciniTileKey key;
  GObject *tile; /* NULL unless ACINI_TILE_READY */
  AciniTileState state;
  guint64 frame; /* last drawn */
} Held;

struct _AciniTileGrid
{
  AciniTileCache *cache;
  AciniTileSource *source;
  guint64 layer;
  AciniTileLevel *levels;
  int n_levels;
  AciniTileGridOptions options;

  GHashTable *versions; /* Version → itself */
  GHashTable *asked;    /* AciniTileKey → itself: wanted and not there yet */
  GHashTable *held;     /* Held → itself: what is on screen, so that it cannot be evicted from under it */
  Base *bases;          /* of each level */
  guint64 last;         /* generation given out last */
  guint64 frame;
  gboolean has_failed;
};

static void
held_free (gpointer data)
{
  Held *held = data;
  g_clear_object (&held->tile);
  g_free (held);
}

AciniTileGrid *
acini_tile_grid_new (AciniTileCache *cache, AciniTileSource *source, guint64 layer, const AciniTileLevel *levels,
                     int n_levels, const AciniTileGridOptions *options)
{
  g_return_val_if_fail (cache != NULL && source != NULL && levels != NULL && n_levels > 0 && options != NULL, NULL);
  AciniTileGrid *self = g_new0 (AciniTileGrid, 1);
  self->cache = acini_tile_cache_ref (cache);
  self->source = acini_tile_source_ref (source);
  self->layer = layer;
  self->levels = g_memdup2 (levels, (gsize)n_levels * sizeof *levels);
  self->n_levels = n_levels;
  self->bases = g_new0 (Base, n_levels);
  self->options = *options;
  self->options.coarseness = MAX (options->coarseness, 1);
  self->versions = g_hash_table_new_full (acini_tile_key_hash, acini_tile_key_equal, NULL, g_free);
  self->asked = g_hash_table_new_full (acini_tile_key_hash, acini_tile_key_equal, g_free, NULL);
  self->held = g_hash_table_new_full (acini_tile_key_hash, acini_tile_key_equal, held_free, NULL);
  return self;
}

void
acini_tile_grid_free (AciniTileGrid *self)
{
  g_return_if_fail (self != NULL);
  if (self->options.keep)
    acini_tile_cache_release_layer (self->cache, self->layer);
  g_hash_table_unref (self->versions);
  g_hash_table_unref (self->asked);
  g_hash_table_unref (self->held);
  g_free (self->levels);
  g_free (self->bases);
  acini_tile_source_unref (self->source);
  acini_tile_cache_unref (self->cache);
  g_free (self);
}

int
acini_tile_grid_get_level (AciniTileGrid *self, const AciniViewport *viewport)
{
  double downsample = TOLERANCE * self->options.coarseness / (viewport->zoom * viewport->scale);
  int level = 0;
  while (level + 1 < self->n_levels && self->levels[level + 1].downsample <= downsample)
    level++;
  return level;
}

/* The cells of @level that touch the rectangle of level-0 pixels. */
static Range
get_range (AciniTileGrid *self, int level, double x0, double y0, double x1, double y1)
{
  const AciniTileLevel *l = &self->levels[level];
  double across = l->tile_width * l->downsample, down = l->tile_height * l->downsample;
  gint64 columns = (l->width + l->tile_width - 1) / l->tile_width;
  gint64 rows = (l->height + l->tile_height - 1) / l->tile_height;
  return (Range){
    .x0 = CLAMP ((gint64)floor (x0 / across), 0, columns),
    .y0 = CLAMP ((gint64)floor (y0 / down), 0, rows),
    .x1 = CLAMP ((gint64)ceil (x1 / across), 0, columns),
    .y1 = CLAMP ((gint64)ceil (y1 / down), 0, rows),
  };
}

static Range
get_visible (AciniTileGrid *self, const AciniViewport *viewport, int level, double margin)
{
  double x0, y0, x1, y1;
  acini_viewport_get_area (viewport, &x0, &y0, &x1, &y1);
  double across = margin * (x1 - x0), down = margin * (y1 - y0);
  return get_range (self, level, x0 - across, y0 - down, x1 + across, y1 + down);
}

/* The level-0 pixels of a cell. */
static void
get_bounds (AciniTileGrid *self, int level, gint64 column, gint64 row, double bounds[4])
{
  const AciniTileLevel *l = &self->levels[level];
  bounds[0] = (double)column * l->tile_width * l->downsample;
  bounds[1] = (double)row * l->tile_height * l->downsample;
  bounds[2] = (double)MIN ((column + 1) * l->tile_width, l->width) * l->downsample;
  bounds[3] = (double)MIN ((row + 1) * l->tile_height, l->height) * l->downsample;
}

static AciniTileKey
make_key (AciniTileGrid *self, int level, gint64 column, gint64 row, guint64 generation)
{
  return (AciniTileKey){ .layer = self->layer, .level = level, .column = column, .row = row, .generation = generation };
}

static AciniTileKey
get_cell (const AciniTileKey *key)
{
  AciniTileKey cell = *key;
  cell.generation = 0;
  return cell;
}

static Version *
get_version (AciniTileGrid *self, const AciniTileKey *key)
{
  AciniTileKey cell = get_cell (key);
  return g_hash_table_lookup (self->versions, &cell);
}

static AciniTileKey
current_key (AciniTileGrid *self, int level, gint64 column, gint64 row)
{
  AciniTileKey key = make_key (self, level, column, row, 0);
  Version *version = g_hash_table_lookup (self->versions, &key);
  key.generation = version ? version->current : self->bases[level].current;
  return key;
}

/* @tile: (transfer full) (nullable). */
static Held *
hold (AciniTileGrid *self, const AciniTileKey *key, AciniTileState state, GObject *tile)
{
  Held *held = g_new0 (Held, 1);
  held->key = *key;
  held->tile = tile;
  held->state = state;
  held->frame = self->frame;
  self->has_failed |= state == ACINI_TILE_FAILED;
  g_hash_table_replace (self->held, held, held);
  return held;
}

static AciniTileState
lookup_key (AciniTileGrid *self, const AciniTileKey *key, GObject **tile)
{
  Held *held = g_hash_table_lookup (self->held, key);
  if (!held)
    {
      GObject *found = NULL;
      AciniTileState state = acini_tile_cache_lookup (self->cache, key, &found);
      if (state == ACINI_TILE_MISSING)
        return state;
      held = hold (self, key, state, found);
    }
  held->frame = self->frame;
  if (tile)
    *tile = held->tile;
  return held->state;
}

/* The same among what is held alone: nothing is changed, no lock taken. */
static AciniTileState
peek_key (AciniTileGrid *self, const AciniTileKey *key, GObject **tile)
{
  const Held *held = g_hash_table_lookup (self->held, key);
  *tile = held ? held->tile : NULL;
  return held ? held->state : ACINI_TILE_MISSING;
}

/* What was there before @key is not needed any more. */
static void
replace_shown (AciniTileGrid *self, Version *version, const AciniTileKey *key)
{
  guint64 shown = version ? version->shown : self->bases[key->level].shown;
  if (key->generation <= shown)
    return;
  AciniTileKey old = *key;
  old.generation = shown;
  if (version)
    version->shown = key->generation;
  g_hash_table_remove (self->held, &old);
  acini_tile_cache_remove (self->cache, &old);
}

/* The content of a cell that can be drawn now: the current one, else the one before.  @tile: (transfer none). */
static AciniTileState
lookup (AciniTileGrid *self, gboolean peek, int level, gint64 column, gint64 row, GObject **tile, gboolean *current)
{
  AciniTileState (*look) (AciniTileGrid *, const AciniTileKey *, GObject **) = peek ? peek_key : lookup_key;
  AciniTileKey key = current_key (self, level, column, row);
  *tile = NULL;
  AciniTileState state = look (self, &key, tile);
  Version *version = get_version (self, &key);
  *current = state != ACINI_TILE_MISSING && !self->bases[level].again && !(version && version->again);
  if (state != ACINI_TILE_MISSING)
    {
      /* It may have come into the cache without anybody being told. */
      if (!peek)
        replace_shown (self, version, &key);
      return state;
    }
  guint64 before = version ? version->shown : self->bases[level].shown;
  if (before == key.generation)
    return ACINI_TILE_MISSING;
  key.generation = before;
  return look (self, &key, tile);
}

static void
request (AciniTileGrid *self, int level, gint64 column, gint64 row, double priority, gboolean keep, GHashTable *asked,
         GArray *requests)
{
  AciniTileKey key = current_key (self, level, column, row);
  gboolean there = lookup_key (self, &key, NULL) != ACINI_TILE_MISSING;
  if (there)
    replace_shown (self, get_version (self, &key), &key);
  if (there || g_hash_table_contains (asked, &key))
    return;
  AciniTileRequest r = { .key = key, .source = self->source, .priority = priority, .keep = keep };
  g_array_append_val (requests, r);
  g_hash_table_add (asked, g_memdup2 (&key, sizeof key));
}

static double
distance (AciniTileGrid *self, const AciniViewport *viewport, int level, gint64 column, gint64 row)
{
  double b[4];
  get_bounds (self, level, column, row, b);
  return hypot ((b[0] + b[2]) / 2 - viewport->x, (b[1] + b[3]) / 2 - viewport->y) * viewport->zoom;
}

static void
request_range (AciniTileGrid *self, const AciniViewport *viewport, int level, const Range *range, double priority,
               GHashTable *asked, GArray *requests)
{
  for (gint64 row = range->y0; row < range->y1; row++)
    for (gint64 column = range->x0; column < range->x1; column++)
      request (self, level, column, row, priority + distance (self, viewport, level, column, row), FALSE, asked,
               requests);
}

/* Cells that changed while they were being read, and are no longer: they are out of date. */
static void
forget_asked (AciniTileGrid *self, GHashTable *asked)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, self->asked);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    {
      Version *version = get_version (self, value);
      if (version && version->again && !g_hash_table_contains (asked, value))
        {
          version->again = FALSE;
          version->current = ++self->last;
        }
    }
  g_hash_table_unref (self->asked);
  self->asked = asked;
}

static gboolean
is_asked (AciniTileGrid *self, int level)
{
  GHashTableIter iter;
  gpointer key;
  g_hash_table_iter_init (&iter, self->asked);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (((const AciniTileKey *)key)->level == level)
      return TRUE;
  return FALSE;
}

static void
bump_level (AciniTileGrid *self, int level)
{
  GHashTableIter iter;
  gpointer value;
  Base *base = &self->bases[level];
  base->again = FALSE;
  base->shown = base->current;
  base->current = ++self->last;
  g_hash_table_iter_init (&iter, self->versions);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Version *version = value;
      if (version->cell.level != level)
        continue;
      version->current = base->current;
      version->again = FALSE;
    }
}

static void
invalidate_level (AciniTileGrid *self, int level)
{
  if (is_asked (self, level))
    self->bases[level].again = TRUE;
  else
    bump_level (self, level);
}

/* Levels that changed while they were being read, and are no longer.  Returns: whether there were any. */
static gboolean
bump_again (AciniTileGrid *self)
{
  gboolean any = FALSE;
  for (int level = 0; level < self->n_levels; level++)
    if (self->bases[level].again && !is_asked (self, level))
      {
        bump_level (self, level);
        any = TRUE;
      }
  return any;
}

void
acini_tile_grid_want (AciniTileGrid *self, const AciniViewport *viewport, int rank, GArray *requests)
{
  g_return_if_fail (self != NULL && viewport != NULL && requests != NULL);
  GHashTable *asked = g_hash_table_new_full (acini_tile_key_hash, acini_tile_key_equal, g_free, NULL);
  int level = acini_tile_grid_get_level (self, viewport);
  if (viewport->width > 0 && viewport->height > 0)
    {
      if (self->options.keep)
        for (int l = self->n_levels - 1; l >= MAX (0, self->n_levels - KEPT_LEVELS); l--)
          {
            Range all = get_range (self, l, 0, 0, G_MAXINT, G_MAXINT);
            /* The coarsest first of all: it stands in for everything.  The others when the screen is done. */
            double priority = l == self->n_levels - 1 ? PRIORITY_KEPT : 2 * ACINI_TILE_GRID_MARGIN;
            for (gint64 row = all.y0; row < all.y1; row++)
              for (gint64 column = all.x0; column < all.x1; column++)
                {
                  Range seen = get_visible (self, viewport, l, 0);
                  gboolean on_screen
                      = l == level && column >= seen.x0 && column < seen.x1 && row >= seen.y0 && row < seen.y1;
                  double p = on_screen ? MIN (priority, distance (self, viewport, l, column, row)) : priority;
                  request (self, l, column, row, p, TRUE, asked, requests);
                }
          }
      Range visible = get_visible (self, viewport, level, 0);
      request_range (self, viewport, level, &visible, PRIORITY_RANK * rank, asked, requests);
      /* A small cache would lose the margin as soon as it is read, and ask for it again. */
      Range margin = get_visible (self, viewport, level, 0.2);
      if (acini_tile_cache_get_limit (self->cache) >= LEAST_FOR_MARGIN)
        request_range (self, viewport, level, &margin, ACINI_TILE_GRID_MARGIN * (1 + rank), asked, requests);
    }
  forget_asked (self, asked);
  /* A tile may have come into the cache without anybody being told, when it was no longer wanted just then. */
  if (bump_again (self))
    acini_tile_grid_want (self, viewport, rank, requests);
}

gboolean
acini_tile_grid_arrived (AciniTileGrid *self, const AciniTileArrival *arrival)
{
  g_return_val_if_fail (self != NULL && arrival != NULL, FALSE);
  if (arrival->key.layer != self->layer)
    return FALSE;
  /* The cache may be smaller than the screen. */
  if (arrival->state != ACINI_TILE_MISSING)
    hold (self, &arrival->key, arrival->state, arrival->tile ? g_object_ref (arrival->tile) : NULL);
  g_hash_table_remove (self->asked, &arrival->key);
  Version *version = get_version (self, &arrival->key);
  replace_shown (self, version, &arrival->key);
  if (version && version->again && arrival->key.generation == version->current)
    {
      version->again = FALSE;
      version->current = ++self->last;
    }
  bump_again (self);
  return TRUE;
}

static void
invalidate_cell (AciniTileGrid *self, int level, gint64 column, gint64 row)
{
  AciniTileKey key = current_key (self, level, column, row);
  Version *version = get_version (self, &key);
  if (!version)
    {
      version = g_new0 (Version, 1);
      version->cell = get_cell (&key);
      version->current = self->bases[level].current;
      version->shown
          = lookup_key (self, &key, NULL) != ACINI_TILE_MISSING ? version->current : self->bases[level].shown;
      g_hash_table_add (self->versions, version);
    }
  if (g_hash_table_contains (self->asked, &key))
    version->again = TRUE;
  else
    version->current = ++self->last;
}

void
acini_tile_grid_invalidate (AciniTileGrid *self, double x0, double y0, double x1, double y1)
{
  g_return_if_fail (self != NULL);
  for (int level = 0; level < self->n_levels; level++)
    {
      /* A tile knows something of its neighbours, and coarser pixels take in what is beside them. */
      double reach = (self->options.reach + 1) * self->levels[level].downsample;
      Range range = get_range (self, level, x0 - reach, y0 - reach, x1 + reach, y1 + reach);
      if ((range.x1 - range.x0) * (range.y1 - range.y0) > MOST_CELLS)
        {
          invalidate_level (self, level);
          continue;
        }
      for (gint64 row = range.y0; row < range.y1; row++)
        for (gint64 column = range.x0; column < range.x1; column++)
          invalidate_cell (self, level, column, row);
    }
}

void
acini_tile_grid_invalidate_all (AciniTileGrid *self)
{
  g_return_if_fail (self != NULL);
  for (int level = 0; level < self->n_levels; level++)
    invalidate_level (self, level);
}

gboolean
acini_tile_grid_is_waiting (AciniTileGrid *self)
{
  g_return_val_if_fail (self != NULL, FALSE);
  /* What has changed meanwhile waits for something that is being read. */
  return g_hash_table_size (self->asked) > 0;
}

gboolean
acini_tile_grid_has_failed (AciniTileGrid *self)
{
  g_return_val_if_fail (self != NULL, FALSE);
  return self->has_failed;
}

gboolean
acini_tile_grid_is_sharp (AciniTileGrid *self, const AciniViewport *viewport)
{
  g_return_val_if_fail (self != NULL && viewport != NULL, TRUE);
  int level = acini_tile_grid_get_level (self, viewport);
  if (self->bases[level].again)
    return FALSE;
  Range visible = get_visible (self, viewport, level, 0);
  for (gint64 row = visible.y0; row < visible.y1; row++)
    for (gint64 column = visible.x0; column < visible.x1; column++)
      {
        AciniTileKey key = current_key (self, level, column, row);
        Version *version = get_version (self, &key);
        if ((version && version->again) || lookup_key (self, &key, NULL) == ACINI_TILE_MISSING)
          return FALSE;
      }
  return TRUE;
}

typedef struct
{
  AciniTileGrid *grid;
  GtkSnapshot *snapshot;
  const AciniViewport *viewport;
  AciniTileDrawFunc func; /* (nullable) */
  gpointer user_data;
  gboolean peek; /* drawing changes nothing: what update () has not got ready is not there */
  guint n_drawn;
} Drawing;

/* Draws a cell; @clip (nullable): only this part of the canvas. */
static void
draw_cell (Drawing *d, int level, gint64 column, gint64 row, AciniTileState state, GObject *tile, gboolean current,
           const graphene_rect_t *clip)
{
  if (state != ACINI_TILE_READY && state != ACINI_TILE_FAILED && !d->grid->options.draw_all)
    return;
  const AciniTileLevel *l = &d->grid->levels[level];
  double b[4];
  get_bounds (d->grid, level, column, row, b);
  AciniTileDraw draw = {
    .key = make_key (d->grid, level, column, row, 0),
    .state = state,
    .tile = tile,
    .current = current,
    .scale = d->viewport->zoom * d->viewport->scale * l->downsample,
    .x = b[0],
    .y = b[1],
    .downsample = l->downsample,
    .width = (int)MIN (l->tile_width, l->width - column * l->tile_width),
    .height = (int)MIN (l->tile_height, l->height - row * l->tile_height),
  };
  acini_viewport_snap_rect (d->viewport, b[0], b[1], b[2], b[3], &draw.rect);
  if (draw.rect.size.width <= 0 || draw.rect.size.height <= 0)
    return;
  if (clip && d->snapshot)
    gtk_snapshot_push_clip (d->snapshot, clip);
  if (d->func)
    d->func (d->snapshot, &draw, d->user_data);
  if (clip && d->snapshot)
    gtk_snapshot_pop (d->snapshot);
  d->n_drawn++;
}

/* Draws @bounds from the cells of @level, clipped to @clip.  Unless @partly, only if all of them are there.
 * Returns: whether they were. */
static gboolean
draw_from_level (Drawing *d, int level, const double bounds[4], const graphene_rect_t *clip, gboolean partly)
{
  Range range = get_range (d->grid, level, bounds[0], bounds[1], bounds[2], bounds[3]);
  for (int pass = partly ? 1 : 0; pass < 2; pass++)
    for (gint64 row = range.y0; row < range.y1; row++)
      for (gint64 column = range.x0; column < range.x1; column++)
        {
          GObject *tile = NULL;
          gboolean current;
          AciniTileState state = lookup (d->grid, d->peek, level, column, row, &tile, &current);
          if (pass == 0 && state != ACINI_TILE_READY && state != ACINI_TILE_EMPTY)
            return FALSE;
          if (pass == 1 && state != ACINI_TILE_FAILED)
            draw_cell (d, level, column, row, state, tile, current, clip);
        }
  return TRUE;
}

/* A cell that is not there yet: the nearest coarser level that has it, else the next finer one, else what there is of
 * the coarsest. */
static void
draw_stand_in (Drawing *d, int level, gint64 column, gint64 row)
{
  double bounds[4];
  graphene_rect_t clip;
  get_bounds (d->grid, level, column, row, bounds);
  acini_viewport_snap_rect (d->viewport, bounds[0], bounds[1], bounds[2], bounds[3], &clip);
  double x0, y0, x1, y1; /* only what is on screen has to be covered */
  acini_viewport_get_area (d->viewport, &x0, &y0, &x1, &y1);
  bounds[0] = MAX (bounds[0], x0), bounds[1] = MAX (bounds[1], y0);
  bounds[2] = MIN (bounds[2], x1), bounds[3] = MIN (bounds[3], y1);
  for (int finer = level - 1; finer >= MAX (level - 2, 0); finer--)
    if (draw_from_level (d, finer, bounds, &clip, FALSE))
      return;
  for (int coarser = level + 1; coarser < d->grid->n_levels; coarser++)
    if (draw_from_level (d, coarser, bounds, &clip, FALSE))
      return;
  if (d->grid->options.draw_all)
    draw_cell (d, level, column, row, ACINI_TILE_MISSING, NULL, FALSE, NULL);
  else if (level + 1 < d->grid->n_levels)
    draw_from_level (d, d->grid->n_levels - 1, bounds, &clip, TRUE);
}

/* The edges of turned tiles are antialiased: what is below them shows through where two meet. */
static void
draw_ground (Drawing *d)
{
  double bounds[4];
  acini_viewport_get_area (d->viewport, &bounds[0], &bounds[1], &bounds[2], &bounds[3]);
  draw_from_level (d, d->grid->n_levels - 1, bounds, NULL, TRUE);
}

static gboolean
is_off_screen (gpointer key, gpointer value, gpointer user_data)
{
  return ((Held *)value)->frame != *(guint64 *)user_data;
}

static void
draw_all (Drawing *d)
{
  AciniTileGrid *self = d->grid;
  int level = acini_tile_grid_get_level (self, d->viewport);
  Range visible = get_visible (self, d->viewport, level, 0);
  if (self->options.keep && level + 1 < self->n_levels && !acini_viewport_is_upright (d->viewport))
    draw_ground (d);
  for (gint64 row = visible.y0; row < visible.y1; row++)
    for (gint64 column = visible.x0; column < visible.x1; column++)
      {
        GObject *tile = NULL;
        gboolean current;
        AciniTileState state = lookup (self, d->peek, level, column, row, &tile, &current);
        if (state == ACINI_TILE_MISSING)
          draw_stand_in (d, level, column, row);
        else
          draw_cell (d, level, column, row, state, tile, current, NULL);
      }
}

void
acini_tile_grid_update (AciniTileGrid *self, const AciniViewport *viewport, AciniTileDrawFunc func, gpointer user_data)
{
  g_return_if_fail (self != NULL && viewport != NULL);
  Drawing d = { self, NULL, viewport, func, user_data, FALSE, 0 };
  self->frame++;
  draw_all (&d);
  g_hash_table_foreach_remove (self->held, is_off_screen, &self->frame);
}

guint
acini_tile_grid_snapshot (AciniTileGrid *self, GtkSnapshot *snapshot, const AciniViewport *viewport,
                          AciniTileDrawFunc func, gpointer user_data)
{
  g_return_val_if_fail (self != NULL && snapshot != NULL && viewport != NULL && func != NULL, 0);
  Drawing d = { self, snapshot, viewport, func, user_data, TRUE, 0 };
  draw_all (&d);
  return d.n_drawn;
}
