/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/worker/acini-pixel-blocks.h"

#include <string.h>

#define SIDE 256 /* as the tiles of most slides */
#define BYTES ((gsize)3 * SIDE * SIDE)

typedef struct
{
  gint64 column, row; /* the key of the table */
  gboolean ready;     /* else a thread is reading it */
  GList link;         /* in the queue when it is ready */
  guint8 pixels[];
} Block;

struct _AciniPixelBlocks
{
  AciniSlide *slide;
  double downsample;
  guint most;
  GMutex lock; /* for all below, and the pixels of blocks that are ready */
  GCond changed;
  GHashTable *table; /* the set of blocks */
  GQueue used;       /* those that are ready, the last used first */
};

static guint
block_hash (gconstpointer key)
{
  const Block *block = key;

  return (guint)(block->column * 31 + block->row * 1000003);
}

static gboolean
block_equal (gconstpointer a, gconstpointer b)
{
  const Block *first = a, *second = b;

  return first->column == second->column && first->row == second->row;
}

AciniPixelBlocks *
acini_pixel_blocks_new (AciniSlide *slide, double downsample, gsize limit)
{
  AciniPixelBlocks *self;

  g_return_val_if_fail (ACINI_IS_SLIDE (slide) && downsample > 0, NULL);

  self = g_new0 (AciniPixelBlocks, 1);
  self->slide = g_object_ref (slide);
  self->downsample = downsample;
  self->most = MAX (1, (guint)MIN (limit / BYTES, G_MAXINT));
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->table = g_hash_table_new_full (block_hash, block_equal, g_free, NULL);
  g_queue_init (&self->used);
  return self;
}

void
acini_pixel_blocks_free (AciniPixelBlocks *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->table);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_object_unref (self->slide);
  g_free (self);
}

/* A block for (@column, @row) in the table, not ready: a new one, or the one that was not used for longest. */
static Block *
add_block (AciniPixelBlocks *self, gint64 column, gint64 row)
{
  Block *block;

  if (self->used.length >= self->most)
    {
      block = self->used.tail->data;
      g_queue_unlink (&self->used, &block->link);
      g_hash_table_steal (self->table, block);
    }
  else
    block = g_malloc (sizeof (Block) + BYTES);
  block->column = column;
  block->row = row;
  block->ready = FALSE;
  block->link = (GList){ block, NULL, NULL };
  g_hash_table_add (self->table, block);
  return block;
}

/* Reads @block, with the lock given away meanwhile; on failure there is no such block. */
static gboolean
read_block (AciniPixelBlocks *self, Block *block, GError **error)
{
  double x = block->column * SIDE * self->downsample, y = block->row * SIDE * self->downsample;
  gboolean ok;

  g_mutex_unlock (&self->lock);
  ok = acini_slide_read_rgb (self->slide, x, y, self->downsample, SIDE, SIDE, block->pixels, error);
  g_mutex_lock (&self->lock);
  if (ok)
    {
      block->ready = TRUE;
      g_queue_push_head_link (&self->used, &block->link);
    }
  else
    g_hash_table_remove (self->table, block);
  g_cond_broadcast (&self->changed);
  return ok;
}

/* The block at (@column, @row), ready; NULL with @error set. */
static Block *
get_block (AciniPixelBlocks *self, gint64 column, gint64 row, GError **error)
{
  const Block key = { .column = column, .row = row };
  Block *block;

  while ((block = g_hash_table_lookup (self->table, &key)) != NULL && !block->ready)
    g_cond_wait (&self->changed, &self->lock);
  if (block == NULL)
    {
      block = add_block (self, column, row);
      return read_block (self, block, error) ? block : NULL;
    }
  g_queue_unlink (&self->used, &block->link);
  g_queue_push_head_link (&self->used, &block->link);
  return block;
}

gboolean
acini_pixel_blocks_read (AciniPixelBlocks *self, gint64 x, gint64 y, int width, int height, guint8 *rgb, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (self != NULL && x >= 0 && y >= 0 && width > 0 && height > 0 && rgb != NULL, FALSE);

  locker = g_mutex_locker_new (&self->lock);
  for (gint64 row = y / SIDE; row * SIDE < y + height; row++)
    for (gint64 column = x / SIDE; column * SIDE < x + width; column++)
      {
        const Block *block = get_block (self, column, row, error);
        gint64 left = MAX (x, column * SIDE), right = MIN (x + width, (column + 1) * SIDE);
        gint64 top = MAX (y, row * SIDE), bottom = MIN (y + height, (row + 1) * SIDE);

        if (block == NULL)
          return FALSE;
        for (gint64 line = top; line < bottom; line++)
          memcpy (rgb + 3 * ((line - y) * width + left - x),
                  block->pixels + 3 * ((line - row * SIDE) * SIDE + left - column * SIDE), 3 * (right - left));
      }
  return TRUE;
}
