/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-mask-tile.h"
#include "data/cache/acini-tile-pixels.h"
#include "data/mask/acini-mask-kernel.h"
#include "ui/view/layers/acini-mask-kernels.h"

/* A stroke as far as a tile has it. */
typedef struct
{
  AciniStroke *stroke;
  guint n_points;
} Painted;

struct _AciniMaskTile
{
  GObject parent_instance;
  int width, height;
  double downsample;
  GBytes *planes;     /* (nullable) as it was read: labels, then the probability of each class */
  guint8 *painted;    /* (nullable) the labels with strokes */
  GArray *strokes;    /* Painted */
  guint64 serial;     /* of the palette of @texture; 0: out of date */
  AciniMaskPart part; /* that @texture shows */
  GdkTexture *texture;
};

G_DEFINE_FINAL_TYPE (AciniMaskTile, acini_mask_tile, G_TYPE_OBJECT)

static void
painted_clear (gpointer data)
{
  acini_stroke_unref (((Painted *)data)->stroke);
}

static void
acini_mask_tile_finalize (GObject *object)
{
  AciniMaskTile *self = ACINI_MASK_TILE (object);
  g_clear_pointer (&self->planes, g_bytes_unref);
  g_free (self->painted);
  g_clear_pointer (&self->strokes, g_array_unref);
  g_clear_object (&self->texture);
  G_OBJECT_CLASS (acini_mask_tile_parent_class)->finalize (object);
}

static void
acini_mask_tile_class_init (AciniMaskTileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = acini_mask_tile_finalize;
}

static void
acini_mask_tile_init (AciniMaskTile *self)
{
}

AciniMaskTile *
acini_mask_tile_new (GBytes *planes, int width, int height, double downsample)
{
  g_return_val_if_fail (width > 0 && height > 0 && downsample > 0, NULL);
  AciniMaskTile *self = g_object_new (ACINI_TYPE_MASK_TILE, NULL);
  self->planes = planes ? g_bytes_ref (planes) : NULL;
  self->downsample = downsample;
  self->width = width;
  self->height = height;
  return self;
}

static gsize
count_pixels (AciniMaskTile *self)
{
  return (gsize)(self->width + 2 * ACINI_MASK_REACH) * (gsize)(self->height + 2 * ACINI_MASK_REACH);
}

gsize
acini_mask_tile_get_bytes (AciniMaskTile *self)
{
  g_return_val_if_fail (ACINI_IS_MASK_TILE (self), 0);
  return sizeof *self + (self->planes ? g_bytes_get_size (self->planes) : 0)
         + (gsize)self->width * (gsize)self->height * 4;
}

/* Whether what is painted is the beginning of @strokes, so that the rest can go on top. */
static gboolean
goes_on (AciniMaskTile *self, AciniStroke *const *strokes, guint n_strokes)
{
  if (!self->strokes || self->strokes->len > n_strokes)
    return FALSE;
  for (guint i = 0; i < self->strokes->len; i++)
    {
      const Painted *painted = &g_array_index (self->strokes, Painted, i);
      guint n = acini_stroke_get_n_points (strokes[i]);
      /* What grows below another one would have to be painted below it. */
      if (painted->stroke != strokes[i] || (painted->n_points != n && i + 1 < self->strokes->len)
          || painted->n_points > n)
        return FALSE;
    }
  return TRUE;
}

static void
start_over (AciniMaskTile *self)
{
  gsize n = count_pixels (self);
  g_clear_pointer (&self->strokes, g_array_unref);
  self->strokes = g_array_new (FALSE, FALSE, sizeof (Painted));
  g_array_set_clear_func (self->strokes, painted_clear);
  if (!self->painted)
    self->painted = g_malloc (n);
  if (self->planes)
    memcpy (self->painted, g_bytes_get_data (self->planes, NULL), n);
  else
    memset (self->painted, 0, n);
  self->serial = 0;
}

static void
paint (AciniMaskTile *self, double x, double y, double step, AciniStroke *stroke, guint first)
{
  int width = self->width + 2 * ACINI_MASK_REACH, height = self->height + 2 * ACINI_MASK_REACH;
  gsize n = count_pixels (self);
  g_autofree guint8 *mask = g_malloc0 (n);
  if (acini_stroke_rasterise_scaled (stroke, first, x - ACINI_MASK_REACH * step, y - ACINI_MASK_REACH * step, step,
                                     width, height, mask)
      == 0)
    return;
  const guint8 label = acini_stroke_get_label (stroke);
  guint8 *painted = self->painted;
  for (gsize i = 0; i < n; i++)
    painted[i] = mask[i] ? label : painted[i];
  self->serial = 0;
}

void
acini_mask_tile_set_strokes (AciniMaskTile *self, double x, double y, double step, AciniStroke *const *strokes,
                             guint n_strokes)
{
  g_return_if_fail (ACINI_IS_MASK_TILE (self));
  if (n_strokes == 0)
    {
      if (self->painted)
        self->serial = 0;
      g_clear_pointer (&self->painted, g_free);
      g_clear_pointer (&self->strokes, g_array_unref);
      return;
    }
  if (!goes_on (self, strokes, n_strokes))
    start_over (self);
  for (guint i = self->strokes->len > 0 ? self->strokes->len - 1 : 0; i < n_strokes; i++)
    {
      guint n = acini_stroke_get_n_points (strokes[i]), first = 0;
      if (i < self->strokes->len)
        {
          Painted *painted = &g_array_index (self->strokes, Painted, i);
          first = painted->n_points;
          painted->n_points = n;
        }
      else
        {
          Painted painted = { acini_stroke_ref (strokes[i]), n };
          g_array_append_val (self->strokes, painted);
        }
      if (first < n)
        paint (self, x, y, step, strokes[i], first);
    }
}

gboolean
acini_mask_tile_is_stale (AciniMaskTile *self, AciniMaskPalette *palette, AciniMaskPart *part)
{
  g_return_val_if_fail (ACINI_IS_MASK_TILE (self) && palette != NULL && part != NULL, FALSE);
  if (self->serial != palette->serial)
    return TRUE;
  const AciniMaskPart *have = &self->part;
  if (part->x0 >= have->x0 && part->y0 >= have->y0 && part->x1 <= have->x1 && part->y1 <= have->y1)
    return FALSE;
  /* The view moves on in these colours: all of it will be needed. */
  *part = (AciniMaskPart){ 0, 0, self->width, self->height };
  return TRUE;
}

/* The pixels of a part and ACINI_MASK_REACH more on each side. */
typedef struct
{
  int x0, y0; /* in the tile's own pixels, those around it included */
  int width, height;
  guint16 *codes;
} Part;

/* Computes the codes of a part.  Returns: whether any is not 0. */
static gboolean
encode (AciniMaskTile *self, AciniMaskPalette *palette, Part *part)
{
  gsize n = count_pixels (self), stride = (gsize)self->width + 2 * ACINI_MASK_REACH;
  const guint8 *planes = self->planes ? g_bytes_get_data (self->planes, NULL) : NULL;
  const guint8 *labels = self->painted ? self->painted : planes;
  guint n_planes = planes ? (guint)(g_bytes_get_size (self->planes) / n) - 1 : 0;
  guint16 any = 0;
  for (int y = 0; y < part->height; y++)
    {
      gsize at = (gsize)(part->y0 + y) * stride + (gsize)part->x0;
      guint16 *codes = part->codes + (gsize)y * (gsize)part->width;
      acini_mask_encode (labels + at, planes ? planes + n + at : NULL, n, (int)MIN (n_planes, palette->n_planes),
                         palette->cuts, (gsize)part->width, codes);
      for (int x = 0; x < part->width; x++)
        any |= codes[x];
    }
  return any != 0;
}

/* Diagonal lines where a person marked background: they go on from tile to tile. */
static guint32
hatch (const Part *part, AciniMaskPalette *palette, guint32 *pixels)
{
  guint32 any = 0;
  for (int y = 0; y < part->height; y++)
    {
      const guint16 *codes = part->codes + (gsize)y * (gsize)part->width;
      guint32 *to = pixels + (gsize)y * (gsize)part->width;
      int phase = (part->x0 + part->y0 + y - 2 * ACINI_MASK_REACH) & (ACINI_MASK_HATCH - 1);
      for (int x = (ACINI_MASK_HATCH - phase) & (ACINI_MASK_HATCH - 1); x < part->width; x += ACINI_MASK_HATCH)
        if (codes[x] == ACINI_LABEL_BACKGROUND)
          any |= to[x] = palette->hatch;
    }
  return any;
}

static guint32
fill (const Part *part, AciniMaskPalette *palette, guint32 *pixels)
{
  guint32 any = acini_mask_look_up_32 (part->codes, (gsize)part->width * (gsize)part->height, palette->fill, pixels);
  return palette->hatch ? any | hatch (part, palette, pixels) : any;
}

/* The lines between @classes, of a pixel each, behind which there is room for twice as many. */
static void
draw_lines (const Part *part, guint8 *classes, int line_width, const guint32 *colours, guint32 *pixels)
{
  gsize n = (gsize)part->width * (gsize)part->height;
  guint8 *from = classes + n, *to = classes + 2 * n;
  acini_mask_erode (classes, from, part->width, part->height, FALSE);
  for (int i = 1; i < MIN (line_width, ACINI_MASK_REACH); i++)
    {
      acini_mask_erode (from, to, part->width, part->height, i % 2 == 1);
      guint8 *swap = from;
      from = to;
      to = swap;
    }
  acini_mask_draw_lines (part->codes, classes, from, n, colours, pixels);
}

/* Draws the lines just inside the edges of each class.  Returns: whether there are any. */
static gboolean
outline (AciniMaskTile *self, const Part *part, AciniMaskPalette *palette, guint32 *pixels)
{
  int line_width;
  gsize n = (gsize)part->width * (gsize)part->height, size = 3 * count_pixels (self);
  const guint32 *colours = acini_mask_palette_get_lines (palette, self->downsample, &line_width);
  guint8 *classes = acini_tile_pixels_new (size);
  if (!classes)
    return FALSE;
  acini_mask_look_up_8 (part->codes, n, palette->classes, classes);
  gboolean any = memcmp (classes, classes + 1, n - 1) != 0;
  if (any)
    draw_lines (part, classes, line_width, colours, pixels);
  acini_tile_pixels_free (classes, size);
  return any;
}

/* Colours a part whose codes are there into @pixels.  Returns: whether there is anything to see. */
static gboolean
colour (AciniMaskTile *self, const Part *part, AciniMaskPalette *palette, guint32 *pixels)
{
  gboolean any = fill (part, palette, pixels) != 0;
  if (palette->outlines)
    any |= outline (self, part, palette, pixels);
  return any;
}

void
acini_mask_tile_render (AciniMaskTile *self, AciniMaskPalette *palette, const AciniMaskPart *part)
{
  g_return_if_fail (ACINI_IS_MASK_TILE (self) && palette != NULL);
  AciniMaskPart p = part ? *part : (AciniMaskPart){ 0, 0, self->width, self->height };
  self->serial = palette->serial;
  self->part = p;
  g_clear_object (&self->texture);
  if ((!self->planes && !self->painted) || p.x0 >= p.x1 || p.y0 >= p.y1)
    return;

  Part all = { p.x0, p.y0, p.x1 - p.x0 + 2 * ACINI_MASK_REACH, p.y1 - p.y0 + 2 * ACINI_MASK_REACH, NULL };
  /* As large as for all of the tile, whatever the part: so each finds what another one gave back. */
  gsize stride = (gsize)all.width * 4, size = count_pixels (self) * 4;
  guint32 *pixels = acini_tile_pixels_new (size);
  all.codes = acini_tile_pixels_new (size / 2);
  gboolean any = pixels && all.codes && encode (self, palette, &all) && colour (self, &all, palette, pixels);
  if (all.codes)
    acini_tile_pixels_free (all.codes, size / 2);
  if (!any)
    {
      if (pixels)
        acini_tile_pixels_free (pixels, size);
      return;
    }
  /* The texture is a window into the pixels: what lies beyond the part's edges is not copied away. */
  g_autoptr (GBytes) bytes = acini_tile_pixels_to_bytes (pixels, size);
  gsize offset = ACINI_MASK_REACH * stride + ACINI_MASK_REACH * sizeof *pixels;
  gsize length = (gsize)(p.y1 - p.y0 - 1) * stride + (gsize)(p.x1 - p.x0) * sizeof *pixels;
  g_autoptr (GBytes) inner = g_bytes_new_from_bytes (bytes, offset, length);
  self->texture = gdk_memory_texture_new (p.x1 - p.x0, p.y1 - p.y0, GDK_MEMORY_DEFAULT, inner, stride);
}

GdkTexture *
acini_mask_tile_get_texture (AciniMaskTile *self, AciniMaskPart *part)
{
  g_return_val_if_fail (ACINI_IS_MASK_TILE (self) && part != NULL, NULL);
  *part = self->part;
  return self->texture;
}

/* Tiles that several threads colour: each takes the next one until there is none. */
typedef struct
{
  const AciniMaskWork *work;
  guint n_work;
  AciniMaskPalette *palette;
  int next; /* atomic */
  GMutex mutex;
  GCond cond;
  guint n_helpers; /* still at it */
} Batch;

static void
render_next (Batch *batch)
{
  guint i;
  while ((i = (guint)g_atomic_int_add (&batch->next, 1)) < batch->n_work)
    acini_mask_tile_render (batch->work[i].tile, batch->palette, &batch->work[i].part);
}

static void
help (gpointer data, gpointer user_data)
{
  Batch *batch = data;
  render_next (batch);
  g_mutex_lock (&batch->mutex);
  if (--batch->n_helpers == 0)
    g_cond_signal (&batch->cond);
  g_mutex_unlock (&batch->mutex);
}

void
acini_mask_tiles_render (const AciniMaskWork *work, guint n_work, AciniMaskPalette *palette)
{
  static GThreadPool *pool;
  static guint n_threads;
  g_return_if_fail ((work != NULL || n_work == 0) && palette != NULL);
  if (g_once_init_enter_pointer (&pool))
    {
      n_threads = CLAMP (g_get_num_processors (), 2, 9) - 1;
      g_once_init_leave_pointer (&pool, g_thread_pool_new (help, NULL, (int)n_threads, FALSE, NULL));
    }
  Batch batch = { .work = work, .n_work = n_work, .palette = palette };
  g_mutex_init (&batch.mutex);
  g_cond_init (&batch.cond);
  guint n = n_work > 1 ? MIN (n_work - 1, n_threads) : 0;
  batch.n_helpers = n;
  for (guint i = 0; i < n; i++)
    g_thread_pool_push (pool, &batch, NULL);
  render_next (&batch);
  g_mutex_lock (&batch.mutex);
  while (batch.n_helpers > 0)
    g_cond_wait (&batch.cond, &batch.mutex);
  g_mutex_unlock (&batch.mutex);
  g_mutex_clear (&batch.mutex);
  g_cond_clear (&batch.cond);
}
