/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui/view/layers/acini-mask-tile.h"
#include "data/cache/acini-tile-pixels.h"
#include "ui/view/layers/acini-class-colours.h"
#include "ui/view/layers/acini-mask-kernels.h"

#include <math.h>

/* Steps of probability over which the edge of a filled area goes from nothing to all: softer than a stair. */
#define SOFT 4.
/* Below this probability a heat map lets the tissue through. */
#define FAINT 64.

struct _AciniMaskPalette
{
  gatomicrefcount ref_count;
  guint64 serial;
  gsize n; /* codes */
  gboolean outlines;
  guint8 *classes; /* the label that a code counts as; 0: none */
  guint32 *fill, *line;
};

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
  GBytes *codes;      /* (nullable) as it was read */
  guint16 *painted;   /* (nullable) with strokes */
  GArray *strokes;    /* Painted */
  guint64 serial;     /* of the palette of @texture; 0: out of date */
  AciniMaskPart part; /* that @texture shows */
  GdkTexture *texture;
};

G_DEFINE_FINAL_TYPE (AciniMaskTile, acini_mask_tile, G_TYPE_OBJECT)

/* Polynomials of degree 6 fitted to matplotlib's colour maps (Matt Zucker, CC0). */
guint32
acini_mask_get_heat (AciniMaskStyle style, guint8 probability)
{
  static const double viridis[7][3] = {
    { 0.2777273272234177, 0.005407344544966578, 0.3340998053353061 },
    { 0.1050930431085774, 1.404613529898575, 1.384590162594685 },
    { -0.3308618287255563, 0.214847559468213, 0.09509516302823659 },
    { -4.634230498983486, -5.799100973351585, -19.33244095627987 },
    { 6.228269936347081, 14.17993336680509, 56.69055260068105 },
    { 4.776384997670288, -13.74514537774601, -65.35303263337234 },
    { -5.435455855934631, 4.645852612178535, 26.3124352495832 },
  };
  static const double magma[7][3] = {
    { -0.002136485053939582, -0.000749655052795221, -0.005386127855323933 },
    { 0.2516605407371642, 0.6775232436837668, 2.494026599312351 },
    { 8.353717279216625, -3.577719514958484, 0.3144679030132573 },
    { -27.66873308576866, 14.26473078096533, -13.64921318813922 },
    { 52.17613981234068, -27.94360607168351, 12.94416944238394 },
    { -50.76852536473588, 29.04658282127291, 4.23415299384598 },
    { 18.65570506591883, -11.48977351997711, -5.601961508734096 },
  };
  const double (*map)[3] = style == ACINI_MASK_MAGMA ? magma : viridis;
  double t = probability / 255.;
  guint32 colour = 0xff;
  for (int c = 0; c < 3; c++)
    {
      double value = 0;
      for (int i = 6; i >= 0; i--)
        value = value * t + map[i][c];
      colour = colour << 8 | (guint32)lround (255 * CLAMP (value, 0, 1));
    }
  return colour;
}

/* Premultiplied. */
static guint32
fade (guint32 colour, double alpha)
{
  guint32 a = (guint32)lround (255 * CLAMP (alpha, 0, 1)), faded = a << 24;
  for (int shift = 0; shift < 24; shift += 8)
    faded |= ((colour >> shift & 0xff) * a + 127) / 255 << shift;
  return colour == 0 ? 0 : faded;
}

static void
set_plane (AciniMaskPalette *self, const AciniMaskLook *look, guint plane)
{
  guint8 label = (guint8)(ACINI_LABEL_FIRST_CLASS + plane);
  guint32 colour = acini_class_colour_get_pixel (label, TRUE);
  double threshold = MAX (look->threshold * 255, .5);
  for (guint p = 1; p < 256; p++)
    {
      gsize code = 256 * (1 + plane) + p;
      gboolean counts = p >= threshold - 1e-9;
      self->classes[code] = counts ? label : 0;
      self->line[code] = counts ? colour : 0;
      if (look->fill && look->style == ACINI_MASK_FILLED)
        self->fill[code] = fade (colour, look->opacity * CLAMP ((p - threshold) / SOFT + .5, 0, 1));
      else if (look->fill)
        self->fill[code] = fade (acini_mask_get_heat (look->style, (guint8)p), look->opacity * MIN (p / FAINT, 1));
    }
}

AciniMaskPalette *
acini_mask_palette_new (const AciniMaskLook *look, guint n_planes)
{
  static gsize last; /* atomic */
  g_return_val_if_fail (look != NULL && n_planes < 255, NULL);
  AciniMaskPalette *self = g_new0 (AciniMaskPalette, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->serial = (guint64)g_atomic_pointer_add (&last, 1) + 1;
  self->n = 256 * (1 + (gsize)n_planes);
  self->outlines = look->outlines;
  self->classes = g_new0 (guint8, self->n);
  self->fill = g_new0 (guint32, self->n);
  self->line = g_new0 (guint32, self->n);
  for (guint label = ACINI_LABEL_FIRST_CLASS; label < 256; label++)
    {
      guint32 colour = acini_class_colour_get_pixel ((guint8)label, FALSE);
      self->classes[label] = (guint8)label;
      self->line[label] = colour;
      self->fill[label] = look->fill ? fade (colour, look->opacity) : 0;
    }
  for (guint plane = 0; plane < n_planes; plane++)
    set_plane (self, look, plane);
  return self;
}

AciniMaskPalette *
acini_mask_palette_ref (AciniMaskPalette *self)
{
  g_return_val_if_fail (self != NULL, NULL);
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
acini_mask_palette_unref (AciniMaskPalette *self)
{
  g_return_if_fail (self != NULL);
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->classes);
  g_free (self->fill);
  g_free (self->line);
  g_free (self);
}

static void
painted_clear (gpointer data)
{
  acini_stroke_unref (((Painted *)data)->stroke);
}

static void
acini_mask_tile_finalize (GObject *object)
{
  AciniMaskTile *self = ACINI_MASK_TILE (object);
  g_clear_pointer (&self->codes, g_bytes_unref);
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
acini_mask_tile_new (GBytes *codes, int width, int height)
{
  g_return_val_if_fail (width > 0 && height > 0, NULL);
  AciniMaskTile *self = g_object_new (ACINI_TYPE_MASK_TILE, NULL);
  self->codes = codes ? g_bytes_ref (codes) : NULL;
  self->width = width;
  self->height = height;
  return self;
}

static gsize
count_codes (AciniMaskTile *self)
{
  return (gsize)(self->width + 2 * ACINI_MASK_REACH) * (gsize)(self->height + 2 * ACINI_MASK_REACH);
}

gsize
acini_mask_tile_get_bytes (AciniMaskTile *self)
{
  g_return_val_if_fail (ACINI_IS_MASK_TILE (self), 0);
  return sizeof *self + count_codes (self) * sizeof (guint16) + (gsize)self->width * (gsize)self->height * 4;
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
  gsize n = count_codes (self);
  g_clear_pointer (&self->strokes, g_array_unref);
  self->strokes = g_array_new (FALSE, FALSE, sizeof (Painted));
  g_array_set_clear_func (self->strokes, painted_clear);
  if (!self->painted)
    self->painted = g_new (guint16, n);
  if (self->codes)
    memcpy (self->painted, g_bytes_get_data (self->codes, NULL), n * sizeof *self->painted);
  else
    memset (self->painted, 0, n * sizeof *self->painted);
  self->serial = 0;
}

static void
paint (AciniMaskTile *self, double x, double y, double step, AciniStroke *stroke, guint first)
{
  int width = self->width + 2 * ACINI_MASK_REACH, height = self->height + 2 * ACINI_MASK_REACH;
  gsize n = count_codes (self);
  g_autofree guint8 *mask = g_malloc0 (n);
  if (acini_stroke_rasterise_scaled (stroke, first, x - ACINI_MASK_REACH * step, y - ACINI_MASK_REACH * step, step,
                                     width, height, mask)
      == 0)
    return;
  for (gsize i = 0; i < n; i++)
    if (mask[i])
      self->painted[i] = acini_stroke_get_label (stroke);
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

/* The pixels of a part and ACINI_MASK_REACH more on each side: rows of the tile's codes. */
typedef struct
{
  const guint16 *codes; /* the first */
  gsize stride;         /* of the codes */
  int width, height;
} Rows;

static guint32
fill (const Rows *rows, AciniMaskPalette *palette, guint32 *pixels)
{
  guint32 any = 0;
  for (int y = 0; y < rows->height; y++)
    any |= acini_mask_look_up_32 (rows->codes + (gsize)y * rows->stride, (gsize)rows->width, palette->fill,
                                  pixels + (gsize)y * (gsize)rows->width);
  return any;
}

/* Draws the lines just inside the edges of each class.  Returns: whether there are any. */
static gboolean
outline (const Rows *rows, AciniMaskPalette *palette, guint32 *pixels)
{
  int width = rows->width, height = rows->height;
  gsize n = (gsize)width * (gsize)height;
  g_autofree guint8 *classes = g_malloc (n);
  for (int y = 0; y < height; y++)
    acini_mask_look_up_8 (rows->codes + (gsize)y * rows->stride, (gsize)width, palette->classes,
                          classes + (gsize)y * (gsize)width);
  if (memcmp (classes, classes + 1, n - 1) == 0)
    return FALSE;
  g_autofree guint8 *scratch = g_malloc (2 * n);
  guint8 *from = scratch, *to = scratch + n;
  acini_mask_erode (classes, from, width, height, FALSE);
  for (int i = 1; i < ACINI_MASK_REACH; i++)
    {
      acini_mask_erode (from, to, width, height, i % 2 == 1);
      guint8 *swap = from;
      from = to;
      to = swap;
    }
  for (int y = 0; y < height; y++)
    {
      gsize row = (gsize)y * (gsize)width;
      acini_mask_draw_lines (rows->codes + (gsize)y * rows->stride, classes + row, from + row, (gsize)width,
                             palette->line, pixels + row);
    }
  return TRUE;
}

void
acini_mask_tile_render (AciniMaskTile *self, AciniMaskPalette *palette, const AciniMaskPart *part)
{
  g_return_if_fail (ACINI_IS_MASK_TILE (self) && palette != NULL);
  const guint16 *codes = self->painted ? self->painted : self->codes ? g_bytes_get_data (self->codes, NULL) : NULL;
  gsize code_stride = (gsize)self->width + 2 * ACINI_MASK_REACH;
  AciniMaskPart p = part ? *part : (AciniMaskPart){ 0, 0, self->width, self->height };
  self->serial = palette->serial;
  self->part = p;
  g_clear_object (&self->texture);
  if (!codes || p.x0 >= p.x1 || p.y0 >= p.y1)
    return;

  Rows rows = { codes + (gsize)p.y0 * code_stride + p.x0, code_stride, p.x1 - p.x0 + 2 * ACINI_MASK_REACH,
                p.y1 - p.y0 + 2 * ACINI_MASK_REACH };
  gsize stride = (gsize)rows.width * 4, size = stride * (gsize)rows.height;
  guint32 *pixels = acini_tile_pixels_new (size);
  if (!pixels)
    return;
  gboolean any = fill (&rows, palette, pixels) != 0;
  if (palette->outlines)
    any |= outline (&rows, palette, pixels);
  if (!any)
    {
      acini_tile_pixels_free (pixels, size);
      return;
    }
  /* The texture is a window into the pixels: what lies beyond the part's edges is not copied away. */
  g_autoptr (GBytes) all = acini_tile_pixels_to_bytes (pixels, size);
  gsize offset = ACINI_MASK_REACH * stride + ACINI_MASK_REACH * sizeof *pixels;
  gsize length = (gsize)(p.y1 - p.y0 - 1) * stride + (gsize)(p.x1 - p.x0) * sizeof *pixels;
  g_autoptr (GBytes) inner = g_bytes_new_from_bytes (all, offset, length);
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
